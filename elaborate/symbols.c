// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names to what they name.  A plain name is a parameter, a local that is already known, a global of
 * the same file, of the script, of the library, and else a new local.  The library's functions know
 * nothing of the script's globals: their locals are theirs, whatever a script calls its own.  Binding
 * starts at the handlers and follows calls: what nothing calls is never bound, and a file of the
 * library is read only when a name needs it.
 */
#include "elaborate.h"
#include "library.h"

#include <string.h>

struct scope {
	struct session *s;
	const struct source *source;
	GPtrArray *parameters;	/* or NULL */
	GPtrArray *locals;
	GPtrArray *calls;
};

static void add_script(struct session *s, struct script *script)
{
	for (guint i = 0; i < script->globals->len; i++) {
		struct variable *v = script->globals->pdata[i];

		if (!v->private && !g_hash_table_contains(s->globals, v->name))
			g_hash_table_insert(s->globals, (gpointer)v->name, v);
	}
	for (guint i = 0; i < script->functions->len; i++) {
		struct function *f = script->functions->pdata[i];

		if (!f->private && !g_hash_table_contains(s->functions, f->name))
			g_hash_table_insert(s->functions, (gpointer)f->name, script);
	}
}

/* Read the library file that defines the name.  false: none does, or it is already in. */
static bool load(struct session *s, enum library_kind kind, const char *name)
{
	const char *path = library_find(s->library, kind, name);
	struct script *script = path ? library_load(s->library, s->diagnostics, path) : NULL;

	if (!script)
		return false;
	manifest_add(s->manifest, path);
	g_ptr_array_add(s->scripts, script);
	add_script(s, script);
	return true;
}

static const struct script *script_of(const struct session *s, const struct source *source)
{
	if (!source->library)
		return s->user;
	for (guint i = 0; i < s->scripts->len; i++) {
		const struct script *script = s->scripts->pdata[i];

		if (script->source == source)
			return script;
	}
	return NULL;
}

static struct variable *find_named(const GPtrArray *list, const char *name)
{
	for (guint i = 0; list && i < list->len; i++) {
		struct variable *v = list->pdata[i];

		if (!strcmp(v->name, name))
			return v;
	}
	return NULL;
}

static struct variable *use_global(struct session *s, struct variable *v)
{
	if (v->used)
		return v;
	v->used = true;
	v->serial = s->used_globals->len;
	g_ptr_array_add(s->used_globals, v);
	return v;
}

static struct variable *library_global(const struct session *s, const char *name)
{
	for (guint i = 0; i < s->scripts->len; i++) {
		const struct script *script = s->scripts->pdata[i];
		struct variable *v = script->source->library ?
				     g_hash_table_lookup(script->global_names, name) : NULL;

		if (v && !v->private)
			return v;
	}
	return NULL;
}

static struct variable *session_global(const struct scope *scope, const char *name)
{
	return scope->source->library ? library_global(scope->s, name) :
					g_hash_table_lookup(scope->s->globals, name);
}

/*
 * The file that an alias's body stands in, in a handler of another one: its private names are meant
 * there.  Its others may be the script's own: that is how a script replaces a default of the library.
 */
static const struct script *alias_script(const struct scope *scope, const struct token *token)
{
	return token->source != scope->source ? script_of(scope->s, token->source) : NULL;
}

static struct variable *find_global(struct scope *scope, const struct token *token,
				    const char *name)
{
	const struct script *own = script_of(scope->s, scope->source);
	const struct script *alias = alias_script(scope, token);
	struct variable *v = alias ? g_hash_table_lookup(alias->global_names, name) : NULL;

	if (!v || !v->private)
		v = own ? g_hash_table_lookup(own->global_names, name) : NULL;
	if (!v)
		v = session_global(scope, name);
	if (!v && load(scope->s, LIBRARY_GLOBAL, name))
		v = session_global(scope, name);
	return v ? use_global(scope->s, v) : NULL;
}

static struct variable *find_scalar(struct scope *scope, const struct token *token,
				    const char *name)
{
	struct variable *v = find_named(scope->parameters, name);

	if (!v)
		v = find_named(scope->locals, name);
	if (!v)
		v = find_global(scope, token, name);
	if (v)
		return v;
	v = arena_alloc(scope->s->arena, sizeof(*v));
	v->name = name;
	v->token = token;
	g_ptr_array_add(scope->locals, v);
	return v;
}

static void report_unknown_array(struct session *s, const struct token *token, const char *name,
				 guint arity)
{
	GPtrArray *names = g_ptr_array_new();
	char *similar;

	for (guint i = 0; i < s->user->globals->len; i++)
		g_ptr_array_add(names,
				(gpointer)((struct variable *)s->user->globals->pdata[i])->name);
	similar = similar_suffix(name, names);
	report_semantic(s->diagnostics, "array-undeclared", token, NULL,
			"unresolved arity-%u global array %s, missing global declaration?%s",
			arity, name, similar);
	g_free(similar);
	g_ptr_array_unref(names);
}

static struct variable *find_array(struct scope *scope, const struct token *token, const char *name,
				   guint arity)
{
	struct variable *v = find_named(scope->parameters, name);

	if (!v)
		v = find_named(scope->locals, name);
	if (!v)
		v = find_global(scope, token, name);
	if (!v)
		report_unknown_array(scope->s, token, name, arity);
	return v;
}

/* What to say of a function that is nowhere.  Expanded aliases may call it thousands of times. */
static const char *unknown_function(struct session *s, const char *name)
{
	const char *text = g_hash_table_lookup(s->unknown_functions, name);
	GPtrArray *names;
	GHashTableIter iter;
	gpointer known;
	char *similar;

	if (text)
		return text;
	names = library_names(s->library, LIBRARY_FUNCTION);
	g_hash_table_iter_init(&iter, s->functions);
	while (g_hash_table_iter_next(&iter, &known, NULL))
		g_ptr_array_add(names, known);
	similar = similar_suffix(name, names);
	text = arena_printf(s->arena, "unresolved function %s%s", name, similar);
	g_hash_table_insert(s->unknown_functions, (char *)name, (char *)text);
	g_free(similar);
	g_ptr_array_unref(names);
	return text;
}

/*
 * The first to try of a file's functions with this name and as many parameters, else any with the
 * name.
 */
static struct function *function_in(const struct script *script, const char *name, guint arity)
{
	struct function *f;
	char *key;

	if (!script)
		return NULL;
	key = g_strdup_printf("%s/%u", name, arity);
	f = g_hash_table_lookup(script->function_names, key);
	g_free(key);
	return f ? f : g_hash_table_lookup(script->function_names, name);
}

static struct function *find_function(struct scope *scope, const struct token *token,
				      const char *name, guint arity)
{
	struct session *s = scope->s;
	struct function *f = function_in(alias_script(scope, token), name, arity);

	if (!f || !f->private)
		f = function_in(script_of(s, scope->source), name, arity);
	if (!f)
		f = function_in(g_hash_table_lookup(s->functions, name), name, arity);
	if (!f && load(s, LIBRARY_FUNCTION, name))
		f = function_in(g_hash_table_lookup(s->functions, name), name, arity);
	if (!f)
		report_semantic(s->diagnostics, "function-unknown", token, NULL, "%s",
				unknown_function(s, name));
	return f;
}

static void bind_expr(struct expr *e, void *data);

static void bind_call(struct scope *scope, struct expr *e)
{
	struct session *s = scope->s;
	struct function *f = e->call.function;

	if (!f)
		f = find_function(scope, e->token, e->call.name, e->call.arguments->len);

	if (!f)
		return;
	e->call.function = f;
	if (f->parameters->len != e->call.arguments->len)
		report_semantic(s->diagnostics, "call-arity", e->token, f->token,
				"arity mismatch found (function '%s' takes %u args)", f->name,
				f->parameters->len);
	for (; f; f = f->overload) {
		if (!g_ptr_array_find(scope->calls, f, NULL))
			g_ptr_array_add(scope->calls, f);
		if (!f->reached)
			g_ptr_array_add(s->used_functions, f);
		f->reached = true;
	}
}

static void bind_expr(struct expr *e, void *data)
{
	struct scope *scope = data;

	expr_visit_children(e, bind_expr, data);
	switch (e->kind) {
	case EXPR_SYMBOL:
		/* What a target became knows its variable. */
		if (!e->symbol.variable)
			e->symbol.variable = find_scalar(scope, e->token, e->symbol.name);
		break;
	case EXPR_INDEX:
		e->index.variable = find_array(scope, e->token, e->index.name, e->index.keys->len);
		break;
	case EXPR_IN:
		e->in.variable = find_array(scope, e->in.array_token, e->in.name, e->in.keys->len);
		break;
	case EXPR_CALL:
		bind_call(scope, e);
		break;
	default:
		break;
	}
}

static void bind_stmt(struct stmt *s, void *data)
{
	struct scope *scope = data;

	if (s->kind == STMT_FOREACH && !s->foreach.histogram)
		s->foreach.variable = find_array(scope, s->foreach.array_token, s->foreach.name,
						 s->foreach.keys->len);
	stmt_visit_children(s, bind_stmt, bind_expr, data);
}

static void bind_function(struct session *s, struct function *f)
{
	struct scope scope = { s, f->source, f->parameters, arena_list(s->arena),
			       arena_list(s->arena) };

	f->locals = scope.locals;
	f->calls = scope.calls;
	for (guint i = 0; f->c_globals && i < f->c_globals->len; i++) {
		struct c_global *global = f->c_globals->pdata[i];

		global->variable = find_global(&scope, f->token, global->name);
		if (!global->variable)
			report_semantic(s->diagnostics, "pragma-global", f->embedded, f->token,
					"unresolved global '%s' of pragma:%s", global->name,
					global->written ? "write" : "read");
	}
	if (!f->body)
		return;
	expand_targets(s, &f->body, f->source, NULL);
	bind_stmt(f->body, &scope);
}

void bind_handler(struct session *s, struct handler *handler)
{
	struct scope scope = { s, handler->source, NULL, handler->locals, handler->calls };

	expand_targets(s, &handler->body, handler->source, handler->probe);
	bind_stmt(handler->body, &scope);
}

static void expand_values(struct session *s, struct stmt **body, const struct source *source,
			  const struct derived_probe *probe, struct scope *scope, bool last)
{
	if (expand_value_targets(s, body, source, probe, last))
		bind_stmt(*body, scope);
}

/* used_functions grows while its members are bound. */
static void bind_functions(struct session *s, guint *bound)
{
	while (*bound < s->used_functions->len)
		bind_function(s, s->used_functions->pdata[(*bound)++]);
}

/* p->m, now that p is a variable: what is known of it grows with what is expanded. */
static void expand_all_values(struct session *s, guint *bound, bool last)
{
	for (guint i = 0; i < s->handlers->len; i++) {
		struct handler *h = s->handlers->pdata[i];
		struct scope scope = { s, h->source, NULL, h->locals, h->calls };

		expand_values(s, &h->body, h->source, h->probe, &scope, last);
	}
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];
		struct scope scope = { s, f->source, f->parameters, f->locals, f->calls };

		if (f->body)
			expand_values(s, &f->body, f->source, NULL, &scope, last);
	}
	bind_functions(s, bound);
}

void resolve_symbols(struct session *s)
{
	guint bound = 0;

	for (guint i = 0; i < s->scripts->len; i++)
		add_script(s, s->scripts->pdata[i]);
	for (guint i = 0; i < s->handlers->len; i++)
		bind_handler(s, s->handlers->pdata[i]);
	g_ptr_array_extend(s->used_functions, s->conditions, NULL, NULL);
	bind_functions(s, &bound);
	if (diagnostics_errors(s->diagnostics))
		return;
	while (learn_pointees(s))
		expand_all_values(s, &bound, false);
	expand_all_values(s, &bound, true);
}
