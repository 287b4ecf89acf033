// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stap --dump-probe-types, --dump-probe-aliases, --dump-functions: all that a script may name.  What
 * begins with _ is the library's own affair.
 */
#include "dump.h"
#include "library.h"
#include "provider.h"

#include <errno.h>
#include <string.h>

static gint compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, each once; takes the lines over. */
static void print_lines(GPtrArray *lines, GString *out)
{
	g_ptr_array_sort(lines, compare_texts);
	for (guint i = 0; i < lines->len; i++)
		if (!i || strcmp(lines->pdata[i], lines->pdata[i - 1]))
			g_string_append_printf(out, "%s\n", (char *)lines->pdata[i]);
	g_ptr_array_unref(lines);
}

void dump_probe_types(GString *out)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; providers[i]; i++)
		for (const struct point_pattern *p = providers[i]->patterns; p->text; p++)
			/* Without a description: what is only known in order to be refused. */
			if (p->doc)
				g_ptr_array_add(lines, g_strdup(p->text));
	print_lines(lines, out);
}

GPtrArray *library_load_all(struct session *s, enum library_kind kind)
{
	GPtrArray *scripts = g_ptr_array_new(), *names = library_names(s->library, kind);
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	guint errors = diagnostics_errors(s->diagnostics);

	for (guint i = 0; i < names->len; i++) {
		const char *path = library_find(s->library, kind, names->pdata[i]);
		struct script *script;

		if (!path || !g_hash_table_add(seen, (gpointer)path))
			continue;
		script = library_load(s->library, s->diagnostics, path);
		if (script)
			g_ptr_array_add(scripts, script);
	}
	g_hash_table_unref(seen);
	g_ptr_array_unref(names);
	if (diagnostics_errors(s->diagnostics) == errors)
		return scripts;
	g_ptr_array_unref(scripts);
	return NULL;
}

/* The comments of an embedded function that say what it needs and may: "unprivileged" … */
static void append_pragmas(GString *line, const struct function *f)
{
	static const char *const pragmas[] = { "guru", "pure", "stable", "unprivileged",
					       "myproc-unprivileged" };

	for (gsize i = 0; f->embedded && i < G_N_ELEMENTS(pragmas); i++) {
		char *comment = g_strdup_printf("/* %s */", pragmas[i]);

		if (strstr(f->embedded->text, comment))
			g_string_append_printf(line, " %s", comment);
		g_free(comment);
	}
}

char *function_signature(const struct function *f)
{
	GString *line = g_string_new(f->name);

	if (f->type != TYPE_UNKNOWN)
		g_string_append_printf(line, ":%s", value_type_name(f->type));
	g_string_append(line, " (");
	for (guint i = 0; i < f->parameters->len; i++) {
		const struct variable *v = f->parameters->pdata[i];

		g_string_append_printf(line, "%s%s", i ? ", " : "", v->name);
		if (v->type != TYPE_UNKNOWN)
			g_string_append_printf(line, ":%s", value_type_name(v->type));
	}
	g_string_append_c(line, ')');
	return g_string_free(line, FALSE);
}

/* What a file has of one kind: lines for the list. */
typedef void (*add_lines)(const struct script *script, bool detailed, GPtrArray *lines);

static int dump_library(struct session *s, enum library_kind kind, add_lines add, bool detailed,
			GString *out)
{
	GPtrArray *scripts = library_load_all(s, kind);
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; scripts && i < scripts->len; i++)
		add(scripts->pdata[i], detailed, lines);
	print_lines(lines, out);
	if (!scripts)
		return -EINVAL;
	g_ptr_array_unref(scripts);
	return 0;
}

static void add_functions(const struct script *script, bool pragmas, GPtrArray *lines)
{
	for (guint i = 0; i < script->functions->len; i++) {
		const struct function *f = script->functions->pdata[i];
		char *signature;
		GString *line;

		if (f->private || f->name[0] == '_')
			continue;
		signature = function_signature(f);
		line = g_string_new(signature);
		g_free(signature);
		if (pragmas)
			append_pragmas(line, f);
		g_ptr_array_add(lines, g_string_free(line, FALSE));
	}
}

int dump_functions(struct session *s, bool pragmas, GString *out)
{
	return dump_library(s, LIBRARY_FUNCTION, add_functions, pragmas, out);
}

static char *alias_line(const struct probe *alias)
{
	char *name = probe_point_text(alias->alias);
	GString *line = g_string_new(name);

	g_free(name);
	g_string_append(line, alias->epilogue ? " +=" : " =");
	for (guint i = 0; i < alias->points->len; i++) {
		char *point = probe_point_text(alias->points->pdata[i]);

		g_string_append_printf(line, "%s %s", i ? "," : "", point);
		g_free(point);
	}
	return g_string_free(line, FALSE);
}

static void add_aliases(const struct script *script, bool detailed, GPtrArray *lines)
{
	(void)detailed;
	for (guint i = 0; i < script->aliases->len; i++) {
		const struct probe *alias = script->aliases->pdata[i];
		const struct component *first = alias->alias->components->pdata[0];

		if (!alias->private && first->name[0] != '_')
			g_ptr_array_add(lines, alias_line(alias));
	}
}

int dump_aliases(struct session *s, GString *out)
{
	return dump_library(s, LIBRARY_ALIAS, add_aliases, false, out);
}
