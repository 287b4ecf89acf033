// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * source_lines.c - which tables of source lines a script takes with it.
 *
 * Those of the kernel, of the modules that it has probes or variables in, and of those that -d names;
 * and only if a function of the library that it calls has the pragma "lines".
 */
#include "elaborate.h"
#include "debuginfo.h"

#include <string.h>

/* Embedded C with the comment pragma:lines looks lines up. */
static bool wants_lines(const struct session *s)
{
	for (guint i = 0; i < s->used_functions->len; i++) {
		const struct function *f = s->used_functions->pdata[i];

		if (f->embedded && strstr(f->embedded->text, "/* pragma:lines */"))
			return true;
	}
	return false;
}

/* m: NULL: the one with this name.  One that is in `seen` has been added, or will not do. */
static void add_module(struct session *s, const char *name, struct debug_module *m,
		       GHashTable *seen)
{
	const char *why = NULL;
	struct source_lines *lines;

	if (!m)
		m = debug_module_open(session_debuginfo(s), name, &why);
	if (!g_hash_table_add(seen, (char *)(m ? debug_module_name(m) : name)))
		return;
	lines = arena_alloc(s->arena, sizeof(*lines));
	lines->module = m;
	lines->sections = arena_list(s->arena);
	if (m && debug_code_sections(m, lines->sections, &why) == 0)
		g_ptr_array_add(s->lines, lines);
	else
		report_warning(s->diagnostics, "no-lines", NULL,
			       "source lines of '%s' are not known: %s", name, why);
}

/* Objects of user space: theirs is another matter. */
static bool is_program(const char *object)
{
	return strchr(object, '/') && !strstr(object, ".ko");
}

void find_source_lines(struct session *s)
{
	guint sections = s->sections->len;
	GHashTable *seen;

	if (!wants_lines(s))
		return;
	seen = g_hash_table_new(g_str_hash, g_str_equal);
	add_module(s, "kernel", NULL, seen);
	for (guint i = 0; i < sections; i++) {
		const struct debug_section *section = s->sections->pdata[i];

		add_module(s, section->module, section->owner, seen);
	}
	for (guint i = 0; i < s->options.objects->len; i++)
		if (!is_program(s->options.objects->pdata[i]))
			add_module(s, s->options.objects->pdata[i], NULL, seen);
	g_hash_table_unref(seen);
}
