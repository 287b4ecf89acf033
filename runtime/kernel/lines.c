// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lines.c - source lines of addresses, by the tables that the script has taken with it.
 *
 * Nothing but the module's own memory is read, so it may be used in any context.
 */
#include <linux/kallsyms.h>

#include "../shared/lines.h"
#include "runtime.h"
#include "embedded.h"

/* Where a module's initialization was, another's code may be by now. */
static bool stp_belongs(const struct stp_section *section, u64 address)
{
	char text[STP_SYMBOL_SIZE];
	const char *module;
	size_t length = section->name ? strlen(section->module) : 0;

	if (!section->name)
		return true;
	if (!stp_symbol_text(text, sizeof(text), address))
		return false;
	module = strrchr(text, '[');
	return module && !strncmp(module + 1, section->module, length) && module[length + 1] == ']';
}

u32 stp_source_line(u64 address, const char **file)
{
	u32 i, line;

	for (i = 0; i < stp_script.line_count; i++) {
		const struct stp_source_lines *lines = &stp_script.lines[i];

		if (!smp_load_acquire(&lines->section->found))
			continue;
		line = stp_lines_find(lines->table, lines->number,
				      address - lines->section->slide, file);
		if (line && stp_belongs(lines->section, address))
			return line;
	}
	return 0;
}
