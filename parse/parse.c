// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 1: drive the lexer, the filter and the push parser over one file. */
#include "parse.h"
#include "filter.h"
#include "grammar.h"

#include <string.h>

static gint compare_priority(gconstpointer a, gconstpointer b)
{
	const struct function *x = *(struct function *const *)a;
	const struct function *y = *(struct function *const *)b;

	return x->priority < y->priority ? -1 : x->priority > y->priority;
}

/* Chain functions of one name and number of parameters, in the order they are tried. */
static void link_overloads(struct arena *arena, struct script *script)
{
	GHashTable *last = g_hash_table_new(g_str_hash, g_str_equal);

	/* GLib's sort of pointer arrays is stable: equal ones stay in the file's order. */
	g_ptr_array_sort(script->functions, compare_priority);
	g_hash_table_remove_all(script->function_names);
	for (guint i = 0; i < script->functions->len; i++) {
		struct function *f = script->functions->pdata[i];
		char *key = arena_printf(arena, "%s/%u", f->name, f->parameters->len);
		struct function *before = g_hash_table_lookup(last, key);

		if (before)
			before->overload = f;
		else
			g_hash_table_insert(script->function_names, key, f);
		if (!g_hash_table_contains(script->function_names, f->name))
			g_hash_table_insert(script->function_names, (gpointer)f->name, f);
		f->is_overload = before != NULL;
		f->overload = NULL;
		g_hash_table_replace(last, key, f);
	}
	g_hash_table_destroy(last);
}

static void append_list(GPtrArray *to, const GPtrArray *from)
{
	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(to, from->pdata[i]);
}

void script_append(struct arena *arena, struct script *script, const struct script *more)
{
	append_list(script->globals, more->globals);
	append_list(script->functions, more->functions);
	append_list(script->probes, more->probes);
	append_list(script->aliases, more->aliases);
	append_list(script->embedded, more->embedded);
	for (guint i = 0; i < more->globals->len; i++) {
		struct variable *v = more->globals->pdata[i];

		g_hash_table_insert(script->global_names, (gpointer)v->name, v);
	}
	link_overloads(arena, script);
}

struct script *parse_script(struct arena *arena, struct diagnostics *d, const struct source *source,
			    const struct parse_context *context)
{
	struct filter *filter = filter_new(arena, d, source, context, NULL);
	struct script *script = arena_alloc(arena, sizeof(*script));
	struct parser parser = { .arena = arena, .diagnostics = d, .script = script,
				 .embedded_allowed = context->embedded };
	stap_yypstate *state;
	int status;

	script->source = source;
	script->globals = arena_list(arena);
	script->functions = arena_list(arena);
	script->probes = arena_list(arena);
	script->aliases = arena_list(arena);
	script->embedded = arena_list(arena);
	script->global_names = arena_table(arena, NULL);
	script->function_names = arena_table(arena, NULL);
	if (memchr(source->text, 0, source->length)) {
		report_error(d, "script-nul", "'%s' is no script: it contains a NUL byte",
			     source->name);
		filter_free(filter);
		return script;
	}
	state = stap_yypstate_new();
	do {
		STAP_YYSTYPE value;

		parser.last = filter_next(filter);
		/* All members of the union that a token can set are this one. */
		value.T_IDENTIFIER = parser.last;
		status = stap_yypush_parse(state, parser.last->symbol, &value, &parser);
	} while (status == YYPUSH_MORE);
	stap_yypstate_delete(state);
	link_overloads(arena, script);
	filter_free(filter);
	return script;
}

void parse_macros(struct arena *arena, struct diagnostics *d, const struct source *source,
		  const struct parse_context *context, GHashTable *macros)
{
	struct filter *filter = filter_new(arena, d, source, context, macros);
	const struct token *token = filter_next(filter);

	if (token->kind != TOKEN_END && token->symbol != T_BAD)
		report_lexical(d, "macro-file", token,
			       "only '@define' can stand in a file of library macros");
	filter_free(filter);
}
