// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stap -l and -L: the points that a pattern stands for, each once, and with -L what their handlers
 * can name: the variables of an alias, then context variables.
 */
#include "elaborate.h"
#include "provider.h"

#include <errno.h>
#include <string.h>

static gint compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those that an alias sets; what begins with __ is its own affair. */
static void append_locals(GString *line, const struct handler *handler)
{
	for (guint i = 0; i < handler->locals->len; i++) {
		const struct variable *v = handler->locals->pdata[i];

		if (!g_str_has_prefix(v->name, "__") && v->type != TYPE_UNKNOWN)
			g_string_append_printf(line, " %s:%s", v->name, value_type_name(v->type));
	}
}

static void append_context(struct session *s, GString *line, const struct derived_probe *probe)
{
	const GPtrArray *variables =
		probe->provider->variables ? probe->provider->variables(s, probe) : NULL;

	for (guint i = 0; variables && i < variables->len; i++) {
		const struct debug_variable *v = variables->pdata[i];
		struct context_variable value = { 0 };
		const char *why;

		/* A local may have no value yet. */
		if (probe->provider->variable(s, probe, v->name, probe->token, &value, &why))
			continue;
		g_string_append_printf(line, " $%s:", v->name);
		debug_type_print(line, v->type);
	}
}

static char *probe_line(struct session *s, const struct derived_probe *probe, bool variables)
{
	GString *line = g_string_new(probe->name ? probe->name : probe->text);

	if (variables && probe->name)
		append_locals(line, probe->handler);
	if (variables)
		append_context(s, line, probe);
	return g_string_free(line, FALSE);
}

int list_probes(struct session *s, bool variables, GString *out)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	elaborate_begin(s);
	for (guint i = 0; i < s->user->probes->len; i++) {
		struct probe *probe = s->user->probes->pdata[i];

		for (guint j = 0; j < probe->points->len; j++)
			((struct probe_point *)probe->points->pdata[j])->optional = true;
		resolve_probe(s, probe, s->user->source);
	}
	if (variables && !diagnostics_errors(s->diagnostics)) {
		resolve_symbols(s);
		infer_types(s);
	}
	for (guint i = 0; i < s->probes->len; i++) {
		const struct derived_probe *probe = s->probes->pdata[i];

		/* An alias is there, whether or not what it stands for is. */
		if (!probe->provider->unlisted || probe->name)
			g_ptr_array_add(lines, probe_line(s, probe, variables));
	}
	g_ptr_array_sort(lines, compare_lines);
	for (guint i = 0; i < lines->len; i++)
		if (!i || strcmp(lines->pdata[i], lines->pdata[i - 1]))
			g_string_append_printf(out, "%s\n", (char *)lines->pdata[i]);
	g_ptr_array_unref(lines);
	if (diagnostics_errors(s->diagnostics))
		return -EINVAL;
	return s->probes->len ? 0 : -ENOENT;
}
