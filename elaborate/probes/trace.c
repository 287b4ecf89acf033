// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.trace("name"), ("system:name"): the kernel's tracepoints, and its modules'.
 * kernel.tracepoint("name"): the same with arguments by number.
 */
#include "provider.h"
#include "similar.h"

#include <errno.h>
#include <string.h>

struct trace_probe {
	const struct debug_tracepoint *tracepoint;
	GPtrArray *arguments;	/* struct debug_variable *, by the names that a handler uses */
	const char *module;	/* NULL: the kernel */
	bool quiet;
	struct debug_module *described_by;
};

enum form { TRACE, MODULE_TRACE, NUMBERED_ARGUMENTS, NUMBERED_TRACEPOINT };

static const struct point_pattern patterns[] = {
	{ "kernel.trace(string)", "a tracepoint: name, system:name, or a wildcard", TRACE },
	{ "module(string).trace(string)", "a tracepoint of a module", MODULE_TRACE },
	{ "kernel.tracepoint(string)", "a tracepoint, with $arg1, $arg2 …", NUMBERED_ARGUMENTS },
	{ "kernel.tracepoint(number)", NULL, NUMBERED_TRACEPOINT },
	{ NULL, NULL, 0 },
};

static const char *no_match(struct session *s, struct debug_module *m, const char *pattern)
{
	GPtrArray *all = arena_list(s->arena);
	GPtrArray *names = g_ptr_array_new();
	const char *why, *text, *name = strrchr(pattern, ':');
	char *similar;

	debug_tracepoints(m, "*", all, &why);
	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add(names,
				(gpointer)((struct debug_tracepoint *)all->pdata[i])->name);
	similar = similar_list("similar tracepoints", name ? name + 1 : pattern, names, 5);
	text = arena_printf(s->arena, "no match%s", similar);
	g_free(similar);
	g_ptr_array_unref(names);
	return text;
}

/* The same arguments as arg1, arg2 …. */
static GPtrArray *numbered(struct session *s, const GPtrArray *arguments)
{
	GPtrArray *numbered = arena_list(s->arena);

	for (guint i = 0; i < arguments->len; i++) {
		struct debug_variable *v = arena_alloc(s->arena, sizeof(*v));

		*v = *(const struct debug_variable *)arguments->pdata[i];
		v->name = arena_printf(s->arena, "arg%u", i + 1);
		g_ptr_array_add(numbered, v);
	}
	return numbered;
}

static const char *point_text(struct session *s, const struct debug_tracepoint *t, enum form form,
			      const char *module)
{
	const char *name = t->system ? arena_printf(s->arena, "%s:%s", t->system, t->name) :
				       t->name;

	return module ? arena_printf(s->arena, "module(\"%s\").trace(\"%s\")", module, name) :
			arena_printf(s->arena, "kernel.%s(\"%s\")",
				     form == NUMBERED_ARGUMENTS ? "tracepoint" : "trace", name);
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	enum form form = (enum form)match->pattern->value;
	const char *module = form == MODULE_TRACE ? match->arguments[0]->string : NULL;
	GPtrArray *found = arena_list(s->arena);
	struct debug_module *m;
	const char *pattern;

	if (form == NUMBERED_TRACEPOINT) {
		*why = "a tracepoint's number is another one at every boot; give its name";
		return -ENOENT;
	}
	pattern = match->arguments[form == MODULE_TRACE]->string;
	m = debug_module_open(session_debuginfo(s), module ? module : "kernel", why);
	if (!m || debug_tracepoints(m, pattern, found, why))
		return -ENOENT;
	for (guint i = 0; i < found->len; i++) {
		const struct debug_tracepoint *t = found->pdata[i];
		struct trace_probe probe = {
			.tracepoint = t,
			.arguments = form == NUMBERED_ARGUMENTS ? numbered(s, t->arguments) :
								  t->arguments,
			.module = module,
			.quiet = strpbrk(pattern, "*?[") != NULL,
			.described_by = m,
		};

		derive_probe(d, point_text(s, t, form, module), &probe);
	}
	if (!found->len)
		*why = no_match(s, m, pattern);
	return found->len ? 0 : -ENOENT;
}

#define WORD 8
#define WORDS_MAX 12	/* as STP_TRACE_ARGUMENTS */

/* Of registers and the stack that arguments take; 0: one is no plain word, or there are too many. */
static guint argument_words(const struct debug_tracepoint *t)
{
	for (guint i = 0; i < t->arguments->len; i++) {
		const struct debug_variable *v = t->arguments->pdata[i];

		if (debug_type_strip(v->type)->size > WORD ||
		    debug_type_strip(v->type)->kind == DEBUG_FLOAT)
			return 0;
	}
	return t->arguments->len <= WORDS_MAX ? t->arguments->len : 0;
}

/* Arguments come as words; a caller leaves what is above a narrow one undefined. */
static int variable(struct session *s, const struct derived_probe *probe, const char *name,
		    const struct token *token, struct context_variable *out, const char **why)
{
	const struct trace_probe *data = probe->data;
	const struct debug_tracepoint *t = data->tracepoint;
	struct expr *value;

	if (!strcmp(name, "$name")) {
		out->location.value = expr_string(s->arena, token, t->name);
		return 0;
	}
	for (guint i = 0; i < data->arguments->len; i++) {
		const struct debug_variable *v = data->arguments->pdata[i];

		if (strcmp(v->name, name))
			continue;
		value = expr_primitive(s->arena, PRIMITIVE_ARGUMENT, token, NULL, NULL);
		value->primitive.number = i;
		if (!argument_words(t)) {
			*why = "the arguments of this tracepoint are no plain words, or too many";
			return -ENOENT;
		}
		out->type = v->type;
		out->location.value = value;
		out->location.writable_register = -1;
		return 0;
	}
	*why = arena_printf(s->arena, "unable to find tracepoint variable '$%s'", name);
	return -ENOENT;
}

static GPtrArray *variables(struct session *s, const struct derived_probe *probe)
{
	(void)s;
	return ((const struct trace_probe *)probe->data)->arguments;
}

static const char *source(const struct derived_probe *probe)
{
	return debug_module_source(((const struct trace_probe *)probe->data)->described_by);
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct trace_probe *data = probe->data;

	g_string_append_printf(out, ".tracepoint = \"%s\", .words = %u", data->tracepoint->name,
			       argument_words(data->tracepoint));
	if (data->module)
		g_string_append_printf(out, ", .module = \"%s\"", data->module);
	if (data->quiet)
		g_string_append(out, ", .quiet = true");
}

const struct probe_provider trace_provider = {
	.name = "trace",
	.doc = "tracepoints of the kernel",
	.patterns = patterns,
	.resolve = resolve,
	.variable = variable,
	.variables = variables,
	.source = source,
	.emit_element = emit_element,
	.rearms = true,
	.private_size = sizeof(struct trace_probe),
};
