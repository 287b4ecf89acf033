// SPDX-License-Identifier: GPL-2.0-or-later
/* globals.c - other initial values for a script's scalars, from staprun's command line. */
#include "runtime.h"

static int stp_set_value(const struct stp_global *global, const char *value)
{
	long long number;
	unsigned long long large;

	if (global->type == STP_STRING) {
		stp_string_copy(global->value, value);
		return 0;
	}
	if (kstrtoll(value, 0, &number)) {
		if (kstrtoull(value, 0, &large))
			return -EINVAL;
		number = (long long)large;
	}
	*(int64_t *)global->value = number;
	return 0;
}

int stp_globals_set(const char *name, const char *value)
{
	u32 i;

	for (i = 0; i < stp_script.global_count; i++)
		if (!strcmp(stp_script.globals[i].name, name))
			return stp_set_value(&stp_script.globals[i], value);
	return -ENOENT;
}
