// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.data(ADDRESS) and kernel.data("symbol"): hardware watchpoints, at each write to a place in
 * memory, or also at each read.
 */
#include "provider.h"

#include <errno.h>
#include <string.h>

#define READS 1		/* .rw */
#define LENGTH 2	/* the last number */
#define SYMBOL 4

#define WATCHPOINTS_MAX 4	/* debug registers of x86 */

struct data_probe {
	const struct debug_section *section;	/* NULL: by address or, at load, by symbol */
	guint64 pc;
	const char *symbol;	/* NULL: by address */
	guint64 length;
	bool reads;
};

#define FORMS(point, flags)                                                              \
	{ point ".write", "writes to a place in memory", flags },                        \
	{ point ".rw", "reads and writes", (flags) | READS },                            \
	{ point ".length(number).write", "the same, of so many bytes", (flags) | LENGTH }, \
	{ point ".length(number).rw", "reads and writes", (flags) | LENGTH | READS }

static const struct point_pattern patterns[] = {
	FORMS("kernel.data(number)", 0),
	FORMS("kernel.data(string)", SYMBOL),
	{ NULL, NULL, 0 },
};

static bool is_length(guint64 length)
{
	return length == 1 || length == 2 || length == 4 || length == 8;
}

/* What is known of it now; without debuginfo, or a table of symbols, it is found by its name. */
static int find_symbol(struct session *s, const char *name, struct data_probe *probe,
		       const char **why)
{
	struct debug_module *m;
	const struct debug_variable *v;
	const char *ignored;

	if (!*name || strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.") != strlen(name)) {
		*why = "a watchpoint takes the name of one variable";
		return -ENOENT;
	}
	probe->symbol = name;
	m = debug_module_open(session_debuginfo(s), "kernel", &ignored);
	if (!m || strcmp(debug_module_source(m), "DWARF"))
		return 0;
	if (!debug_symbol_find(m, name, &probe->pc)) {
		*why = arena_printf(s->arena, "no symbol '%s' in the kernel", name);
		return -ENOENT;
	}
	probe->section = debug_module_section(m, NULL);
	v = debug_global_find(m, name, NULL, &ignored);
	if (v && v->type && is_length(debug_type_strip(v->type)->size))
		probe->length = debug_type_strip(v->type)->size;
	return 0;
}

static bool has_too_many(struct session *s)
{
	guint count = 0;

	for (guint i = 0; i < s->probes->len; i++) {
		const struct derived_probe *probe = s->probes->pdata[i];

		count += probe->provider == &data_provider;
	}
	return count >= WATCHPOINTS_MAX;
}

static int refuse(struct session *s, const struct token *token, const char *text)
{
	report_semantic(s->diagnostics, "data-refused", token, NULL, "%s", text);
	return -EINVAL;
}

/* An address is easier to read in hexadecimal; NULL: as the script has it. */
static const char *point_text(struct session *s, const struct point_match *match,
			      const struct data_probe *probe)
{
	char *length;
	const char *text;

	if (probe->symbol)
		return NULL;
	length = match->pattern->value & LENGTH ?
			 g_strdup_printf(".length(%" G_GUINT64_FORMAT ")", probe->length) :
			 g_strdup("");
	text = arena_printf(s->arena, "kernel.data(0x%" G_GINT64_MODIFIER "x)%s.%s", probe->pc,
			    length, probe->reads ? "rw" : "write");
	g_free(length);
	return text;
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	gint64 flags = match->pattern->value;
	const struct expr *where = match->arguments[0];
	struct data_probe probe = { .length = 1, .reads = flags & READS };
	int result;

	if (flags & SYMBOL) {
		result = find_symbol(s, where->string, &probe, why);
		if (result)
			return result;
	} else {
		probe.pc = (guint64)where->number;
	}
	if (flags & LENGTH) {
		probe.length = (guint64)match->arguments[1]->number;
		if (!is_length(probe.length))
			return refuse(s, match->arguments[1]->token,
				      "a watchpoint's length is 1, 2, 4 or 8 bytes");
	}
	if (probe.pc % probe.length)
		return refuse(s, where->token,
			      "a watchpoint's address must be a multiple of its length");
	if (has_too_many(s))
		return refuse(s, match->token,
			      "too many hardware watchpoints: the machine has 4 of them");
	derive_probe(d, point_text(s, match, &probe), &probe);
	return 0;
}

static const char *source(const struct derived_probe *probe)
{
	return ((const struct data_probe *)probe->data)->section ? "DWARF" : NULL;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct data_probe *data = probe->data;

	if (data->section)
		g_string_append_printf(out, ".section = &sections[%u], ", data->section->serial);
	if (data->section || !data->symbol)
		g_string_append_printf(out, ".address = 0x%" G_GINT64_MODIFIER "xULL", data->pc);
	else
		g_string_append_printf(out, ".symbol = \"%s\"", data->symbol);
	g_string_append_printf(out, ", .length = %u", (guint)data->length);
	if (data->reads)
		g_string_append(out, ", .reads = true");
}

const struct probe_provider data_provider = {
	.name = "data",
	.doc = "hardware watchpoints on the kernel's memory",
	.patterns = patterns,
	.resolve = resolve,
	.source = source,
	.emit_element = emit_element,
	.private_size = sizeof(struct data_probe),
};
