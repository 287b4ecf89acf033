// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.function, kernel.statement and the same of modules: places in the kernel's code that
 * debuginfo knows.
 */
#include "provider.h"
#include "similar.h"

#include <errno.h>
#include <string.h>

/* What a pattern's value says of it. */
enum {
	IN_MODULE = 1,
	STATEMENT = 2,
	ADDRESS = 4,	/* a number instead of a pattern */
	CALL = 8,
	INLINE = 16,
	EXPORTED = 32,
	RETURN = 64,
	LABEL = 128,
	CALLEE = 256,
	CALLEES = 512,
	NEAREST = 1024,
	ABSOLUTE = 2048
};

struct kernel_probe {
	const struct debug_section *section;	/* NULL: pc is the running kernel's own */
	guint64 pc;
	enum { AT_ENTRY, AT_RETURN, AT_STATEMENT } kind;
	gint64 maxactive;
	bool quiet;
	const struct debug_function *function;	/* NULL: nothing is known of it */
};

#define BOTH(text, doc, value)                                     \
	{ "kernel." text, doc, value },                            \
	{                                                          \
		"module(string)." text, doc, IN_MODULE | (value)   \
	}

static const struct point_pattern patterns[] = {
	BOTH("function(string)", "entries of functions, also inlined ones", 0),
	BOTH("function(number)", "the entry of the function at an address", ADDRESS),
	BOTH("function(string).call", "entries of functions, without inlined ones", CALL),
	BOTH("function(string).inline", "entries of inlined functions", INLINE),
	BOTH("function(string).exported", "entries of functions that modules can call", EXPORTED),
	BOTH("function(string).return", "returns of functions", RETURN),
	BOTH("function(string).return.maxactive(number)",
	     "the same, with room for so many calls at a time", RETURN),
	BOTH("function(string).label(string)", "labels within functions", LABEL),
	BOTH("function(string).callee(string)", "functions that functions call", CALLEE),
	BOTH("function(string).callee(string).return", "returns of functions that functions call",
	     CALLEE | RETURN),
	BOTH("function(string).callees", "all functions that functions call", CALLEES),
	BOTH("function(string).callees(number)", "the same, so many calls deep", CALLEES),
	BOTH("statement(string)", "statements by line", STATEMENT),
	BOTH("statement(string).nearest", "statements at or behind a line", STATEMENT | NEAREST),
	BOTH("statement(number)", "the statement at an address", STATEMENT | ADDRESS),
	{ "kernel.statement(number).absolute", "an address, unchecked; guru mode only",
	  STATEMENT | ADDRESS | ABSOLUTE },
	{ NULL, NULL, 0 },
};

struct resolution {
	struct session *s;
	struct derivation *d;
	const struct point_match *match;
	gint64 flags;
	struct debug_module *module;
	const struct expr *pattern;	/* the string or number */
	const struct expr *last;	/* what .label, .callee, .maxactive … have; or NULL */
	bool quiet;
	guint derived;
};

/* ---- texts ----------------------------------------------------------------------------------- */

static const char *module_text(const struct resolution *r)
{
	const char *name = debug_module_name(r->module);

	return r->flags & IN_MODULE ? arena_printf(r->s->arena, "module(\"%s\")", name) : name;
}

static const char *suffix_text(const struct resolution *r, const char *label)
{
	if (label)
		return arena_printf(r->s->arena, ".label(\"%s\")", label);
	if (r->flags & RETURN)
		return r->last && !(r->flags & CALLEE) ?
			       arena_printf(r->s->arena, ".return.maxactive(%" G_GINT64_FORMAT ")",
					    r->last->number) :
			       ".return";
	return r->flags & CALL ? ".call" : r->flags & INLINE ? ".inline" :
	       r->flags & EXPORTED ? ".exported" : "";
}

static const char *function_text(const struct resolution *r, const struct debug_function *f,
				 const char *label)
{
	if (!f->file)
		return arena_printf(r->s->arena, "%s.function(\"%s\")%s", module_text(r), f->name,
				    suffix_text(r, label));
	return arena_printf(r->s->arena, "%s.function(\"%s@%s:%u\")%s", module_text(r), f->name,
			    f->file, f->line, suffix_text(r, label));
}

/* ---- deriving -------------------------------------------------------------------------------- */

static void derive_function(struct resolution *r, const struct debug_function *f)
{
	struct kernel_probe probe = {
		.section = f->section, .pc = f->pc, .function = f, .quiet = r->quiet,
		.kind = r->flags & RETURN ? AT_RETURN : f->inlined ? AT_STATEMENT : AT_ENTRY,
		.maxactive = r->flags & RETURN && !(r->flags & CALLEE) && r->last ?
				     r->last->number : 0,
	};

	derive_probe(r->d, function_text(r, f, NULL), &probe);
	r->derived++;
}

static void derive_place(struct resolution *r, const struct debug_place *place)
{
	struct kernel_probe probe = {
		.section = place->function->section, .pc = place->pc, .kind = AT_STATEMENT,
		.function = place->function, .quiet = r->quiet,
	};
	const char *text =
		place->name ?
			function_text(r, place->function, place->name) :
			arena_printf(r->s->arena, "%s.statement(\"%s@%s:%u\")", module_text(r),
				     place->function->name, place->file, place->line);

	derive_probe(r->d, text, &probe);
	r->derived++;
}

/* ---- what cannot be probed ------------------------------------------------------------------- */

static bool is_between(struct debug_module *m, guint64 pc, const char *first, const char *last)
{
	guint64 from, to;

	return debug_symbol_find(m, first, &from) && debug_symbol_find(m, last, &to) &&
	       pc >= from && pc < to;
}

/* The kernel refuses these, or they are gone once it has started. */
static bool is_forbidden(const struct debug_function *f)
{
	static const char *const ranges[][2] = {
		{ "_sinittext", "_einittext" },
		{ "__entry_text_start", "__entry_text_end" },
		{ "__noinstr_text_start", "__noinstr_text_end" },
		{ "__kprobes_text_start", "__kprobes_text_end" },
		{ "__cpuidle_text_start", "__cpuidle_text_end" },
	};
	char *listed = g_strdup_printf("_kbl_addr_%s", f->name);
	guint64 entry;
	bool forbidden = debug_symbol_find(f->module, listed, &entry);

	g_free(listed);
	if (f->section->name)
		return forbidden || g_str_has_prefix(f->section->name, ".init") ||
		       g_str_has_prefix(f->section->name, ".exit");
	for (guint i = 0; i < G_N_ELEMENTS(ranges) && !forbidden; i++)
		forbidden = is_between(f->module, f->pc, ranges[i][0], ranges[i][1]);
	return forbidden;
}

/* ---- kinds of points ------------------------------------------------------------------------- */

static enum debug_which wanted_code(gint64 flags)
{
	if (flags & INLINE)
		return DEBUG_INLINED;
	return flags & (CALL | EXPORTED | RETURN | CALLEE | CALLEES | LABEL) ?
		       DEBUG_OWN_CODE : DEBUG_OWN_CODE | DEBUG_INLINED;
}

static void derive_functions(struct resolution *r, const GPtrArray *functions)
{
	for (guint i = 0; i < functions->len; i++) {
		const struct debug_function *f = functions->pdata[i];

		if (r->flags & EXPORTED && !debug_function_exported(f))
			continue;
		if (r->flags & RETURN && f->inlined)
			continue;
		if (!is_forbidden(f))
			derive_function(r, f);
	}
}

static int derive_labels(struct resolution *r, const struct debug_function *f, const char **why)
{
	GPtrArray *places = arena_list(r->s->arena);
	int result = debug_labels(f, r->last->string, places, why);

	for (guint i = 0; !result && i < places->len; i++)
		derive_place(r, places->pdata[i]);
	return result;
}

/* depth: so many calls deep. */
static int derive_callees(struct resolution *r, const struct debug_function *f, gint64 depth,
			  const char **why)
{
	const char *pattern = r->flags & CALLEE ? r->last->string : "*";
	GPtrArray *callees = arena_list(r->s->arena);
	int result = debug_callees(f, pattern, callees, why);

	if (result)
		return result;
	derive_functions(r, callees);
	for (guint i = 0; depth > 1 && i < callees->len && !result; i++)
		result = derive_callees(r, callees->pdata[i], depth - 1, why);
	return result;
}

static int resolve_functions(struct resolution *r, const struct debug_pattern *pattern,
			     const char **why)
{
	GPtrArray *functions = arena_list(r->s->arena);
	int result = r->flags & EXPORTED ? debug_exports_known(r->module, why) : 0;

	if (!result)
		result = debug_functions(r->module, pattern, wanted_code(r->flags), functions, why);
	if (!result && !(r->flags & (LABEL | CALLEE | CALLEES)))
		derive_functions(r, functions);
	for (guint i = 0; !result && i < functions->len; i++) {
		if (r->flags & LABEL)
			result = derive_labels(r, functions->pdata[i], why);
		else if (r->flags & (CALLEE | CALLEES))
			result = derive_callees(r, functions->pdata[i],
						r->flags & CALLEES && r->last ? r->last->number : 1,
						why);
	}
	return result;
}

static int resolve_statements(struct resolution *r, const struct debug_pattern *pattern,
			      const char **why)
{
	GPtrArray *places = arena_list(r->s->arena);
	int result = debug_statements(r->module, pattern, r->flags & NEAREST, places, why);

	for (guint i = 0; !result && i < places->len; i++)
		derive_place(r, places->pdata[i]);
	return result;
}

const char *absolute_statement(struct session *s, const char *family, guint64 pc, const char **why)
{
	if (!s->options.guru) {
		*why = "absolute statement probe in unprivileged mode: need stap -g";
		return NULL;
	}
	if (!pc) {
		*why = "there is no code at address 0";
		return NULL;
	}
	return arena_printf(s->arena, "%s.statement(0x%" G_GINT64_MODIFIER "x).absolute", family,
			    pc);
}

static int resolve_address(struct resolution *r, const char **why)
{
	struct debug_place *place;
	struct kernel_probe probe = { .pc = (guint64)r->pattern->number, .kind = AT_STATEMENT };
	const char *text;

	if (r->flags & ABSOLUTE) {
		text = absolute_statement(r->s, "kernel", probe.pc, why);
		if (!text)
			return -ENOENT;
		derive_probe(r->d, text, &probe);
		r->derived++;
		return 0;
	}
	place = debug_statement_at(r->module, probe.pc, why);
	if (!place)
		return -ENOENT;
	if (!(r->flags & STATEMENT) && place->pc == place->function->pc)
		derive_function(r, place->function);
	else
		derive_place(r, place);
	return 0;
}

/* ---- a point --------------------------------------------------------------------------------- */

static const char *no_match(struct resolution *r)
{
	GPtrArray *names = g_ptr_array_new();
	char **words = g_strsplit(r->pattern->string, "@", 2);
	const char *text, *lack;
	char *similar;

	debug_function_names(r->module, names);
	similar = similar_list("similar functions", words[0], names, 5);
	lack = debug_functions_lack(r->module);
	text = arena_printf(r->s->arena, "no match%s%s%s", similar, lack ? "; " : "",
			    lack ? lack : "");
	g_free(similar);
	g_strfreev(words);
	g_ptr_array_unref(names);
	return text;
}

static int resolve_in_module(struct resolution *r, const char *name, const char **why)
{
	const struct debug_pattern *pattern;

	if (r->flags & ABSOLUTE)
		return resolve_address(r, why);
	r->module = debug_module_open(session_debuginfo(r->s), name, why);
	if (!r->module)
		return -ENOENT;
	if (r->flags & ADDRESS)
		return resolve_address(r, why);
	pattern = debug_pattern_parse(r->s->arena, r->pattern->string, why);
	if (!pattern)
		return -ENOENT;
	return r->flags & STATEMENT || pattern->lines != LINE_NONE ?
		       resolve_statements(r, pattern, why) :
		       resolve_functions(r, pattern, why);
}

static bool has_wildcard(const char *text)
{
	return strpbrk(text, "*?[");
}

static int check_maxactive(struct resolution *r)
{
	if (!(r->flags & RETURN) || r->flags & CALLEE || !r->last ||
	    (r->last->number >= 0 && r->last->number <= G_MAXINT16))
		return 0;
	report_semantic(r->s->diagnostics, "maxactive-range", r->last->token, NULL,
			"maxactive must be between 0 and %d", G_MAXINT16);
	return -EINVAL;
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	guint names = match->pattern->value & IN_MODULE ? 1 : 0;
	struct resolution r = {
		.s = s, .d = d, .match = match, .flags = match->pattern->value,
		.pattern = match->arguments[names],
		.last = match->argument_count > names + 1 ? match->arguments[names + 1] : NULL,
	};
	GPtrArray *modules;
	int result = check_maxactive(&r);

	if (result)
		return result;
	r.quiet = !(r.flags & ADDRESS) && has_wildcard(r.pattern->string);
	if (!names || !has_wildcard(match->arguments[0]->string)) {
		result = resolve_in_module(&r, names ? match->arguments[0]->string : "kernel", why);
	} else {
		modules = debug_module_names(session_debuginfo(s), match->arguments[0]->string);
		for (guint i = 0; i < modules->len; i++)
			result = resolve_in_module(&r, modules->pdata[i], why);
	}
	if (r.derived)
		return 0;
	if (!result)
		*why = r.module && !(r.flags & ADDRESS) ? no_match(&r) : "no match";
	return -ENOENT;
}

/* ---- context variables ----------------------------------------------------------------------- */

static bool on_return(const struct derived_probe *probe)
{
	return ((const struct kernel_probe *)probe->data)->kind == AT_RETURN;
}

static const char *no_variable(struct session *s, const struct debug_scope *scope, const char *name)
{
	GPtrArray *variables = debug_variables(scope);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *text;
	char *others;

	for (guint i = 0; i < variables->len; i++)
		g_ptr_array_add(names, g_strdup_printf("$%s", ((struct debug_variable *)
							       variables->pdata[i])->name));
	others = similar_list("alternatives", name, names, names->len);
	text = arena_printf(s->arena, "unable to find local '%s' in %s at %s:%u%s", name,
			    scope->function->name, scope->function->file, scope->function->line,
			    others);
	g_free(others);
	g_ptr_array_unref(names);
	return text;
}

static int variable(struct session *s, const struct derived_probe *probe, const char *name,
		    const struct token *token, struct context_variable *out, const char **why)
{
	const struct kernel_probe *data = probe->data;
	struct debug_scope scope = { data->function, data->pc };
	const struct debug_variable *v;

	if (!data->function) {
		*why = "nothing is known of the variables at an absolute address";
		return -ENOENT;
	}
	if (!debug_function_described(data->function, why))
		return -ENOENT;
	if (!strcmp(name, "return")) {
		if (data->kind != AT_RETURN) {
			*why = "$return is only valid in .return probes";
			return -ENOENT;
		}
		out->type = debug_return_type(data->function);
		return debug_locate_return(data->function, token, &out->location, why);
	}
	v = debug_variable_find(&scope, name, why);
	if (!v) {
		/* Without a file there is no debuginfo either, and more to be said. */
		*why = data->function->file ? no_variable(s, &scope, name) : *why;
		return -ENOENT;
	}
	out->type = v->type;
	out->at_entry = data->kind == AT_RETURN;
	return debug_locate(&scope, v, token, &out->location, why);
}

static GPtrArray *variables(struct session *s, const struct derived_probe *probe)
{
	const struct kernel_probe *data = probe->data;
	struct debug_scope scope = { data->function, data->pc };
	GPtrArray *list = arena_list(s->arena), *inner;
	struct debug_variable *returned;
	const struct debug_type *type;
	const char *why;

	if (!data->function || !debug_function_described(data->function, &why))
		return list;
	type = data->kind == AT_RETURN ? debug_return_type(data->function) : NULL;
	if (type && type->kind != DEBUG_VOID) {
		returned = arena_alloc(s->arena, sizeof(*returned));
		returned->name = "return";
		returned->type = type;
		g_ptr_array_add(list, returned);
	}
	inner = debug_variables(&scope);
	for (guint i = 0; i < inner->len; i++)
		g_ptr_array_add(list, inner->pdata[i]);
	return list;
}

static const char *source(const struct derived_probe *probe)
{
	const struct kernel_probe *data = probe->data;

	return data->function ? debug_module_source(data->function->module) : NULL;
}

/* ---- pass 3 ---------------------------------------------------------------------------------- */

static bool is_kernel(const struct debug_section *section)
{
	return !strcmp(section->module, "kernel");
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	static const char *const kinds[] = {
		[AT_ENTRY] = "STP_KERNEL_ENTRY",
		[AT_RETURN] = "STP_KERNEL_RETURN",
		[AT_STATEMENT] = "STP_KERNEL_STATEMENT",
	};
	const struct kernel_probe *data = probe->data;

	g_string_append_printf(out, ".kind = %s, ", kinds[data->kind]);
	if (data->pc)
		g_string_append_printf(out, ".pc = 0x%" G_GINT64_MODIFIER "xULL", data->pc);
	else
		g_string_append_printf(out, ".symbol = \"%s%s%s\"",
				       is_kernel(data->section) ? "" : data->section->module,
				       is_kernel(data->section) ? "" : ":",
				       data->function->symbol);
	if (data->section && (data->pc || !is_kernel(data->section)))
		g_string_append_printf(out, ", .section = &sections[%u]", data->section->serial);
	if (probe->save)
		g_string_append_printf(out,
				       ", .save = probe_%u, .saved_size = sizeof(struct saved_%u)",
				       probe->save->serial, probe->saved->serial);
	if (data->maxactive)
		g_string_append_printf(out, ", .maxactive = %" G_GINT64_FORMAT, data->maxactive);
	if (data->kind == AT_ENTRY && handler_needs_all_registers(probe->handler))
		g_string_append(out, ", .all_registers = true");
	if (data->quiet)
		g_string_append(out, ", .quiet = true");
}

const struct probe_provider kernel_provider = {
	.name = "kernel",
	.doc = "places in the kernel's code, by debuginfo",
	.patterns = patterns,
	.resolve = resolve,
	.variable = variable,
	.on_return = on_return,
	.variables = variables,
	.source = source,
	.emit_element = emit_element,
	.rearms = true,
	.private_size = sizeof(struct kernel_probe),
};
