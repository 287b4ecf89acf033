// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 2: its steps in order, and its result as text. */
#include "elaborate.h"
#include "regex_compile.h"

#include <errno.h>
#include <string.h>

void add_synthetic_probe(struct session *s, const char *text)
{
	struct parse_context context = { .facts = { .kernel_release = "", .arch = "" } };
	struct source *source = source_new(s->arena, s->user->source->name, text, strlen(text));
	struct script *script = parse_script(s->arena, s->diagnostics, source, &context);
	guint handlers = s->handlers->len;

	resolve_probe(s, script->probes->pdata[0], s->user->source);
	for (; handlers < s->handlers->len; handlers++)
		bind_handler(s, s->handlers->pdata[handlers]);
	infer_types(s);
}

#define DEFAULT_MAXSTRINGLEN 512	/* as runtime/kernel/script.h */

guint64 limit_value(const struct session *s, const char *name, guint64 normal)
{
	const GPtrArray *macros = s->options.macros;
	gsize length = strlen(name);

	for (guint i = 0; macros && i < macros->len && macros->pdata[i]; i++) {
		const char *macro = macros->pdata[i];

		if (!strncmp(macro, name, length) && macro[length] == '=')
			normal = g_ascii_strtoull(macro + length + 1, NULL, 0);
	}
	return normal;
}

guint64 string_size(const struct session *s)
{
	return (limit_value(s, "MAXSTRINGLEN", DEFAULT_MAXSTRINGLEN) + 7) & ~7ULL;
}

void elaborate_begin(struct session *s)
{
	s->functions = arena_table(s->arena, NULL);
	s->globals = arena_table(s->arena, NULL);
	s->unknown_functions = arena_table(s->arena, NULL);
	s->unresolved = arena_table(s->arena, NULL);
	s->regexes = arena_table(s->arena, (GDestroyNotify)regex_free);
	s->scripts = arena_list(s->arena);
	s->probes = arena_list(s->arena);
	s->handlers = arena_list(s->arena);
	s->conditions = arena_list(s->arena);
	s->saved = arena_list(s->arena);
	s->sections = arena_list(s->arena);
	s->lines = arena_list(s->arena);
	s->used_functions = arena_list(s->arena);
	s->used_globals = arena_list(s->arena);
	g_ptr_array_add(s->scripts, s->user);
}

int elaborate(struct session *s)
{
	static void (*const steps[])(struct session *s) = {
		resolve_points, resolve_symbols, infer_types, add_display, check_script,
		warn_usage, optimize, find_source_lines,
	};

	elaborate_begin(s);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		steps[i](s);
		if (diagnostics_errors(s->diagnostics))
			return -EINVAL;
	}
	return 0;
}

static void print_locals(GString *out, const GPtrArray *locals)
{
	guint count = 0;

	for (guint i = 0; i < locals->len; i++) {
		const struct variable *v = locals->pdata[i];

		if (v->read || v->written)
			g_string_append_printf(out, "%s%s:%s", count++ ? ", " : "# locals: ",
					       v->name, value_type_name(v->type));
	}
	g_string_append(out, count ? "\n" : "");
}

void print_elaborated(GString *out, const struct session *s)
{
	if (s->used_globals->len)
		g_string_append(out, "# globals\n");
	for (guint i = 0; i < s->used_globals->len; i++)
		print_global(out, s->used_globals->pdata[i], true);
	if (s->used_functions->len)
		g_string_append(out, "# functions\n");
	for (guint i = 0; i < s->used_functions->len; i++) {
		const struct function *f = s->used_functions->pdata[i];

		print_function(out, f, true);
		if (f->locals)
			print_locals(out, f->locals);
	}
	g_string_append(out, "# probes\n");
	for (guint i = 0; i < s->probes->len; i++) {
		const struct derived_probe *probe = s->probes->pdata[i];

		g_string_append_printf(out, "probe %s\n", probe->text);
		print_locals(out, probe->handler->locals);
		print_stmt(out, probe->handler->body, 0);
	}
}
