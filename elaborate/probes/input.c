// SPDX-License-Identifier: GPL-2.0-or-later
/* stdin.char and stdin.line: what comes in by the standard input of who runs the script. */
#include "provider.h"

#include <errno.h>
#include <string.h>

#define LINE 1

struct input_probe {
	bool line;
};

static const struct point_pattern patterns[] = {
	{ "stdin.char", "each character of standard input: $value", 0 },
	{ "stdin.line", "each line of standard input: $value", LINE },
	{ NULL, NULL, 0 },
};

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	struct input_probe probe = { .line = match->pattern->value & LINE };

	(void)s;
	(void)why;
	derive_probe(d, NULL, &probe);
	return 0;
}

static int variable(struct session *s, const struct derived_probe *probe, const char *name,
		    const struct token *token, struct context_variable *out, const char **why)
{
	(void)s;
	(void)probe;
	(void)token;
	if (strcmp(name, "value")) {
		*why = "probes of standard input have $value";
		return -ENOENT;
	}
	out->getter = "_input_value_get";
	return 0;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct input_probe *data = probe->data;

	g_string_append_printf(out, ".line = %s", data->line ? "true" : "false");
}

const struct probe_provider input_provider = {
	.name = "input",
	.doc = "standard input of who runs the script",
	.patterns = patterns,
	.resolve = resolve,
	.variable = variable,
	.emit_element = emit_element,
	.private_size = sizeof(struct input_probe),
};
