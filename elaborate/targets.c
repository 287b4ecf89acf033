// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What depends on the place of a probe: target expressions ($x, @cast(p, "t")->m, @var("v") …) and
 * the questions whether they can be had, @defined and @choose_defined.
 *
 * Each target becomes an expression over primitives (object.c), before names are bound.  One that
 * cannot stays what it is, with its reason kept; @defined then decides, and with it what it guards:
 * the branch not taken is dropped unseen, whatever stands in it.  What is left after that is
 * reported.  A number that @defined or @probewrite became keeps its token, and what is folded with
 * it too; other conditions are the optimizer's.
 *
 * In a probe at a return, $x is what it was at the entry: a second handler, of the same probe, runs
 * there and saves it.
 */
#include "elaborate.h"
#include "pretty.h"
#include "provider.h"

#include <errno.h>
#include <string.h>

/* Why a target is still one. */
struct failure {
	const char *text;
	const struct token *token;	/* the step that failed, or the target itself */
};

/* What a target was, for those who write to it. */
struct written {
	struct expr *target;
	struct object object;
	const char *setter, *appender;	/* of a plain one; else NULL */
	gint64 number;			/* that these take first, or 0 */
};

struct site {
	struct session *s;
	const struct derived_probe *probe;	/* NULL: of a function, or of several probes */
	const struct source *source;
	GHashTable *failures;	/* struct expr → struct failure */
	bool bound;		/* names have their variables */
	bool changed;
	GHashTable *objects;	/* struct expr, what a target became → struct written */
	struct stmt *body;	/* of all that is walked */
};

/* ---- values saved at the entry --------------------------------------------------------------- */

static char *expr_text(const struct expr *e)
{
	GString *text = g_string_new(NULL);

	print_expr(text, e);
	return g_string_free(text, FALSE);
}

static struct variable *find_saved(const struct saved_values *saved, const struct expr *value)
{
	char *text = expr_text(value);
	struct variable *found = NULL;

	for (guint i = 0; i < saved->variables->len && !found; i++) {
		struct variable *v = saved->variables->pdata[i];
		char *other = expr_text(v->entry_value);

		if (!strcmp(text, other))
			found = v;
		g_free(other);
	}
	g_free(text);
	return found;
}

static struct saved_values *saved_values(struct site *site)
{
	struct session *s = site->s;
	/* The probe is this pass's own: only the walk over its handler sees it as const. */
	struct derived_probe *probe = (struct derived_probe *)site->probe;

	if (!probe->saved) {
		probe->saved = arena_alloc(s->arena, sizeof(*probe->saved));
		probe->saved->variables = arena_list(s->arena);
		probe->saved->serial = s->saved->len;
		g_ptr_array_add(s->saved, probe->saved);
	}
	return probe->saved;
}

/* `value` as it is at the function's entry. */
static struct expr *save_at_entry(struct site *site, struct expr *value, const struct token *token)
{
	struct arena *arena = site->s->arena;
	struct saved_values *saved = saved_values(site);
	struct variable *v = find_saved(saved, value);

	if (!v) {
		v = arena_alloc(arena, sizeof(*v));
		v->name = arena_printf(arena, "saved_%u", saved->variables->len);
		v->token = token;
		v->saved = saved;
		v->entry_value = value;
		v->points_to = value->points_to;
		g_ptr_array_add(saved->variables, v);
	}
	return expr_use(arena, token, v);
}

/* Within @entry(…), a $x that was saved is the entry's own $x. */
static void unsave(struct expr **slot, void *data)
{
	struct session *s = data;

	if ((*slot)->kind == EXPR_SYMBOL && (*slot)->symbol.variable &&
	    (*slot)->symbol.variable->saved)
		*slot = expr_clone(s->arena, (*slot)->symbol.variable->entry_value);
}

/* The handler that runs at the entry: an assignment for each value. */
static void make_save_handler(struct session *s, struct derived_probe *probe)
{
	struct stmt *block = stmt_new(s->arena, STMT_BLOCK, probe->token);
	struct handler *handler = arena_alloc(s->arena, sizeof(*handler));

	block->block = arena_list(s->arena);
	for (guint i = 0; i < probe->saved->variables->len; i++) {
		struct variable *v = probe->saved->variables->pdata[i];
		struct stmt *assignment = stmt_new(s->arena, STMT_EXPR, v->token);

		assignment->expr = expr_assign(s->arena, OP_NONE, v->token,
					       expr_use(s->arena, v->token, v),
					       v->entry_value);
		g_ptr_array_add(block->block, assignment);
	}
	*handler = *probe->handler;
	handler->body = block;
	handler->locals = arena_list(s->arena);
	handler->calls = arena_list(s->arena);
	handler->serial = s->handlers->len;
	g_ptr_array_add(s->handlers, handler);
	probe->save = handler;
}

/* ---- where a target begins ------------------------------------------------------------------- */

/* The n-th argument of @name(…), a string; NULL: it has none. */
static const char *string_argument(const struct expr *e, guint n)
{
	const struct expr *argument =
		n < e->target.arguments->len ? e->target.arguments->pdata[n] : NULL;

	return argument && argument->kind == EXPR_STRING ? argument->string : NULL;
}

static bool number_argument(const struct expr *e, guint n, gint64 *number)
{
	const struct expr *argument =
		n < e->target.arguments->len ? e->target.arguments->pdata[n] : NULL;

	if (!argument || argument->kind != EXPR_NUMBER)
		return false;
	*number = argument->number;
	return true;
}

static int find_context_variable(struct site *site, const struct expr *e,
				 struct context_variable *v, const char **why)
{
	const struct probe_provider *provider = site->probe ? site->probe->provider : NULL;

	if (!provider || !provider->variable) {
		*why = "unresolved target-symbol expression";
		return -ENOENT;
	}
	return provider->variable(site->s, site->probe, e->target.name + 1, e->token, v, why);
}

static int begin_symbol(struct site *site, const struct expr *e, struct object *object,
			bool *at_entry, const char **why)
{
	struct context_variable v = { 0 };

	if (find_context_variable(site, e, &v, why))
		return -ENOENT;
	*object = (struct object){ .s = site->s, .token = e->token, .type = v.type,
				   .points_there = v.points_there, .location = v.location };
	*at_entry = v.at_entry;
	return 0;
}

/* number: the first argument, unless it is 0; argument: the next, or NULL. */
static struct expr *library_call(struct site *site, const struct token *token, const char *name,
				 gint64 number, struct expr *argument)
{
	struct expr *e = expr_new(site->s->arena, EXPR_CALL, token);

	e->call.name = name;
	e->call.arguments = arena_list(site->s->arena);
	if (number)
		g_ptr_array_add(e->call.arguments, expr_number(site->s->arena, token, number));
	if (argument)
		g_ptr_array_add(e->call.arguments, argument);
	return e;
}

/* A context variable that functions of the library read and write. */
static struct expr *library_value(struct site *site, struct expr *e)
{
	struct context_variable v = { 0 };
	struct written *written;
	struct expr *value;
	const char *why;

	if (find_context_variable(site, e, &v, &why) || !v.getter)
		return NULL;
	value = library_call(site, e->token, v.getter, v.number, NULL);
	written = arena_alloc(site->s->arena, sizeof(*written));
	*written = (struct written){ .target = e, .setter = v.setter,
				    .appender = v.appender, .number = v.number };
	g_hash_table_insert(site->objects, value, written);
	return value;
}

/* The modules of @cast(p, "type", "a:b"), in turn; NULL: the probe's own, then the kernel's. */
static const struct debug_type *find_type(struct site *site, const char *name, const char *modules,
					  const char **why)
{
	char **list = g_strsplit(modules ? modules : "kernel", ":", -1);
	const struct debug_type *type = NULL;

	*why = NULL;
	for (guint i = 0; list[i] && !type; i++) {
		const char *failure = NULL;
		struct debug_module *m =
			debug_module_open(session_debuginfo(site->s), list[i], &failure);

		if (m)
			type = debug_type_find(m, name);
		else if (!*why)
			*why = failure;
	}
	g_strfreev(list);
	if (!type && !*why)
		*why = arena_printf(site->s->arena, "type definition '%s' not found in '%s'", name,
				    modules ? modules : "kernel");
	return type;
}

static int begin_cast(struct site *site, const struct expr *e, struct object *object,
		      const char **why)
{
	const char *name = string_argument(e, 1);
	const struct debug_type *type =
		name ? find_type(site, name, string_argument(e, 2), why) : NULL;

	if (!name)
		*why = "@cast takes an expression and a type's name";
	if (!type)
		return -ENOENT;
	*object = object_pointer(site->s, e->token, type, e->target.arguments->pdata[0]);
	return 0;
}

/* @var("name@file", "module") */
static int begin_global(struct site *site, const struct expr *e, struct object *object,
			const char **why)
{
	const char *name = string_argument(e, 0);
	const char *module = string_argument(e, 1);
	struct debug_module *m;
	const struct debug_variable *v;
	char **words;

	if (!name) {
		*why = "@var takes a variable's name";
		return -ENOENT;
	}
	m = debug_module_open(session_debuginfo(site->s), module ? module : "kernel", why);
	if (!m)
		return -ENOENT;
	words = g_strsplit(name, "@", 2);
	v = debug_global_find(m, words[0], words[1], why);
	g_strfreev(words);
	if (!v)
		return -ENOENT;
	*object = (struct object){ .s = site->s, .token = e->token, .type = v->type };
	return debug_locate(NULL, v, e->token, &object->location, why);
}

static struct expr *constant(struct site *site, const struct expr *e, const char **why)
{
	const char *name = string_argument(e, 0);
	struct debug_module *m = debug_module_open(session_debuginfo(site->s), "kernel", why);
	gint64 value;

	if (!name || !m) {
		*why = name ? *why : "@enum takes a name";
		return NULL;
	}
	if (debug_enumerator_find(m, name, &value))
		return expr_number(site->s->arena, e->token, value);
	*why = arena_printf(site->s->arena, "no enumerator '%s' in the kernel", name);
	return NULL;
}

/* @enumname(value, "type", "module") */
static struct expr *constant_name(struct site *site, const struct expr *e, const char **why)
{
	const char *name = string_argument(e, 1);
	const struct debug_type *type;

	if (!name) {
		*why = "@enumname takes an expression and an enum's name";
		return NULL;
	}
	type = find_type(site, name, string_argument(e, 2), why);
	if (!type)
		return NULL;
	type = debug_type_strip(type);
	if (type->kind != DEBUG_ENUM) {
		*why = arena_printf(site->s->arena, "'%s' is no enum", name);
		return NULL;
	}
	return enumerator_text(site->s, e->token, site->source, type,
			       e->target.arguments->pdata[0]);
}

/* A C constant of the kernel's headers: the compiler knows it. */
static struct expr *header_constant(struct site *site, const struct expr *e, const char **why)
{
	const char *text = string_argument(e, 0);
	struct expr *embedded = expr_new(site->s->arena, EXPR_EMBEDDED, e->token);

	if (!text || strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_ ()|&~+-*<>") !=
			     strlen(text)) {
		*why = "@const takes a constant expression of C in quotes";
		return NULL;
	}
	embedded->embedded.text = text;
	embedded->embedded.pure = true;
	return embedded;
}

/* @kregister(number), @uregister(number) */
static struct expr *machine_register(struct site *site, const struct expr *e, enum primitive what,
				     const char **why)
{
	struct expr *result;
	gint64 number;

	if (!site->probe || e->target.arguments->len != 1 || !number_argument(e, 0, &number) ||
	    number < 0 || number > 16) {
		*why = arena_printf(site->s->arena, "%s takes a register's DWARF number, in a probe "
				    "that has registers", target_base_spelling(e->target.base));
		return NULL;
	}
	result = expr_primitive(site->s->arena, what, e->token, NULL, NULL);
	result->primitive.number = number;
	return result;
}

/* @kderef(size, address), @uderef(size, address) */
static struct expr *machine_load(struct site *site, const struct expr *e, enum primitive what,
				 const char **why)
{
	struct expr *result;
	gint64 size;

	if (e->target.arguments->len != 2 || !number_argument(e, 0, &size) ||
	    (size != 1 && size != 2 && size != 4 && size != 8)) {
		*why = arena_printf(site->s->arena, "%s takes a size (1, 2, 4 or 8) and an address",
				    target_base_spelling(e->target.base));
		return NULL;
	}
	result = expr_primitive(site->s->arena, what, e->token, e->target.arguments->pdata[1],
				NULL);
	result->primitive.size = (guint)size;
	return result;
}

/* @probewrite(v) where no alias has it: of the whole handler. */
static struct expr *probe_write(struct site *site, const struct expr *e, const char **why)
{
	if (asks_for_writes(e))
		return expr_number(site->s->arena, e->token, writes_to(site->body, e));
	*why = "@probewrite takes a variable";
	return NULL;
}

/* @perf("name"); *token: what is wrong with it. */
static struct expr *perf_counter(struct site *site, const struct expr *e,
				 const struct token **token, const char **why)
{
	const char *name = string_argument(e, 0);
	struct expr *result;
	int number;

	if (!name || e->target.arguments->len != 1) {
		*why = "@perf takes the name of a perf counter in quotes";
	} else {
		number = counter_number(site->s, name, why);
		if (number >= 0) {
			result = expr_primitive(site->s->arena, PRIMITIVE_COUNTER, e->token, NULL,
						NULL);
			result->primitive.number = number;
			return result;
		}
	}
	if (e->target.arguments->len)
		*token = expr_first_token(e->target.arguments->pdata[0]);
	return NULL;
}

static struct expr *entry_value(struct site *site, const struct expr *e, const char **why)
{
	struct expr *value = e->target.arguments->len == 1 ? e->target.arguments->pdata[0] : NULL;
	struct rewriter rewriter = { .expr = unsave, .data = site->s };

	if (!site->probe || !site->probe->provider->on_return ||
	    !site->probe->provider->on_return(site->probe)) {
		*why = "@entry is only valid in .return probes";
		return NULL;
	}
	if (!value) {
		*why = "@entry takes one expression";
		return NULL;
	}
	if (value->kind == EXPR_SYMBOL && value->symbol.variable && value->symbol.variable->saved)
		return value;
	expr_rewrite(&value, &rewriter);
	return save_at_entry(site, value, e->token);
}

/* ---- $$vars ---------------------------------------------------------------------------------- */

static void find_unknown(struct expr *e, void *data)
{
	bool *found = data;

	*found |= e->kind == EXPR_PRIMITIVE && e->primitive.what == PRIMITIVE_UNKNOWN;
	expr_visit_children(e, find_unknown, found);
}

/* May there be no value when the probe is hit?  One of many is not worth an error then. */
static bool may_be_unknown(const struct debug_location *location)
{
	bool found = false;

	if (location->address)
		find_unknown(location->address, &found);
	if (location->value)
		find_unknown(location->value, &found);
	if (location->choice)
		found = may_be_unknown(&location->choice->yes) ||
			may_be_unknown(&location->choice->no);
	for (guint i = 0; location->pieces && i < location->pieces->len; i++) {
		const struct debug_piece *piece = location->pieces->pdata[i];

		found |= piece->location && may_be_unknown(piece->location);
	}
	return found;
}

/* "x=0x5" of one variable; structures and arrays are opened by $$vars$. */
static void add_variable(struct site *site, struct text_builder *b, const struct expr *e,
			 const char *name, guint depth)
{
	struct context_variable v = { 0 };
	struct object object;
	struct expr *value;
	const char *why;

	text_printf(b, "%s%s=", b->arguments->len || b->literal->len || b->pieces->len ? " " : "",
		    name);
	if (site->probe->provider->variable(site->s, site->probe, name, e->token, &v, &why) ||
	    may_be_unknown(&v.location)) {
		text_printf(b, "?");
		return;
	}
	object = (struct object){ .s = site->s, .token = e->token, .type = v.type,
				.location = v.location };
	if (depth || !v.type) {
		value = v.type ? pretty_value(&object, depth, site->source, &why) : v.location.value;
	} else {
		enum debug_type_kind kind = debug_type_strip(v.type)->kind;

		value = NULL;
		if (kind == DEBUG_STRUCT || kind == DEBUG_UNION)
			text_printf(b, "{...}");
		else if (kind == DEBUG_ARRAY)
			text_printf(b, "[...]");
		else if (!(value = object_value(&object, &why)))
			text_printf(b, "?");
	}
	if (!value)
		return;
	if (v.at_entry)
		value = save_at_entry(site, value, e->token);
	text_value(b, depth && v.type ? 's' : 'x', value);
}

static struct expr *all_variables(struct site *site, const struct expr *e, guint depth,
				  const char **why)
{
	const struct probe_provider *provider = site->probe ? site->probe->provider : NULL;
	const char *what = e->target.name + 2;
	struct text_builder b;
	GPtrArray *variables;

	if (!provider || !provider->variables) {
		*why = "unresolved target-symbol expression";
		return NULL;
	}
	variables = provider->variables(site->s, site->probe);
	text_begin(&b, site->s, e->token, site->source);
	for (guint i = 0; i < variables->len; i++) {
		const struct debug_variable *v = variables->pdata[i];
		bool returned = !strcmp(v->name, "return");

		if (!strcmp(what, "return") ? returned :
		    !strcmp(what, "parms")  ? v->parameter && !returned :
		    !strcmp(what, "locals") ? !v->parameter && !returned :
					      !returned)
			add_variable(site, &b, e, v->name, depth);
	}
	return text_end(&b);
}

/* ---- one target ------------------------------------------------------------------------------ */

static bool is_list(const struct expr *e)
{
	static const char *const names[] = { "$$vars", "$$parms", "$$locals", "$$return" };

	for (guint i = 0; e->target.base == TARGET_SYMBOL && i < G_N_ELEMENTS(names); i++)
		if (!strcmp(e->target.name, names[i]))
			return true;
	return false;
}

/* Those that are a value at once, without a type that steps lead on from; NULL without *why: none. */
static struct expr *plain_value(struct site *site, struct expr *e, const struct token **token,
				const char **why)
{
	switch (e->target.base) {
	case TARGET_SYMBOL:
		return library_value(site, e);
	case TARGET_ENTRY:
		return entry_value(site, e, why);
	case TARGET_PERF:
		return perf_counter(site, e, token, why);
	case TARGET_CONST:
		return header_constant(site, e, why);
	case TARGET_ENUM:
		return constant(site, e, why);
	case TARGET_ENUM_NAME:
		return constant_name(site, e, why);
	case TARGET_KREGISTER:
		return machine_register(site, e, PRIMITIVE_REGISTER, why);
	case TARGET_UREGISTER:
		return machine_register(site, e, PRIMITIVE_USER_REGISTER, why);
	case TARGET_KDEREF:
		return machine_load(site, e, PRIMITIVE_LOAD, why);
	case TARGET_UDEREF:
		return machine_load(site, e, PRIMITIVE_LOAD_USER, why);
	case TARGET_PROBE_WRITE:
		return probe_write(site, e, why);
	default:
		return NULL;
	}
}

/* p->m */
static int begin_value(struct site *site, const struct expr *e, struct expr *value,
		       struct object *object, const char **why)
{
	const struct debug_type *type = expr_pointee(value);

	if (!type) {
		*why = "nothing is known of what this value points to: use @cast(value, \"type\")";
		return -ENOENT;
	}
	*object = object_pointer(site->s, e->token, type, value);
	return 0;
}

static int begin_target(struct site *site, const struct expr *e, struct object *object,
			bool *at_entry, const char **why)
{
	switch (e->target.base) {
	case TARGET_SYMBOL:
		return begin_symbol(site, e, object, at_entry, why);
	case TARGET_CAST:
		return begin_cast(site, e, object, why);
	case TARGET_VAR:
		return begin_global(site, e, object, why);
	case TARGET_VALUE:
		return begin_value(site, e, e->target.arguments->pdata[0], object, why);
	default:
		*why = "unresolved target-symbol expression";
		return -ENOENT;
	}
}

/* The steps behind it; *pretty: how deep a final $ or $$ looks. */
static int follow_steps(const struct expr *e, struct object *object, guint *pretty,
			const struct token **token, const char **why)
{
	for (guint i = 0; i < e->target.steps->len; i++) {
		const struct target_step *step = e->target.steps->pdata[i];
		int result;

		*token = step->token;
		if (step->pretty)
			*pretty = step->pretty;
		if (step->pretty)
			continue;
		if (!object->type) {
			*why = "it has no members";
			return -ENOENT;
		}
		result = step->member ? object_member(object, step->member, why) :
					object_index(object, step->index, why);
		if (result)
			return result;
	}
	return 0;
}

/* plain: what it begins with, where that is known without a type; or NULL. */
static struct expr *expand_object(struct site *site, struct expr *e, struct expr *plain,
				  const struct token **token, const char **why)
{
	struct object object = { 0 };
	struct written *written;
	bool at_entry = false;
	guint pretty = 0;
	struct expr *value;

	if (plain ? begin_value(site, e, plain, &object, why) :
		    begin_target(site, e, &object, &at_entry, why))
		return NULL;
	if (!object.type) {
		*why = "it has no members";
		return e->target.steps->len ? NULL : object.location.value;
	}
	if (follow_steps(e, &object, &pretty, token, why))
		return NULL;
	if (e->target.address)
		value = object_address(&object, why);
	else if (pretty)
		value = pretty_value(&object, pretty, site->source, why);
	else
		value = object_value(&object, why);
	if (!value)
		return NULL;
	if (!pretty)
		value->points_to = e->target.address ? object.type : object_pointee(&object);
	if (at_entry)
		return save_at_entry(site, value, e->token);
	if (e->target.address || pretty)
		return value;
	written = arena_alloc(site->s->arena, sizeof(*written));
	written->target = e;
	written->object = object_clone(&object);
	g_hash_table_insert(site->objects, value, written);
	return value;
}

/* What the target becomes; NULL: the failure is kept. */
static struct expr *expand_target(struct site *site, struct expr *e)
{
	const struct token *token = e->token;
	const char *why = NULL;
	struct expr *value = plain_value(site, e, &token, &why);
	struct failure *failure;
	guint pretty = 0;

	if (value && !e->target.steps->len)
		return value;
	if (!value && !why && is_list(e)) {
		struct object nowhere = { 0 };

		if (!follow_steps(e, &nowhere, &pretty, &token, &why))
			value = all_variables(site, e, pretty, &why);
	} else if (!why) {
		value = expand_object(site, e, value, &token, &why);
	}
	if (value)
		return value;
	failure = arena_alloc(site->s->arena, sizeof(*failure));
	failure->text = why;
	failure->token = token;
	g_hash_table_insert(site->failures, e, failure);
	return NULL;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* $x = 5, $x += 5, $x++: what is written to is an object.  NULL: it is not one of a target. */
static struct expr *expand_write(struct site *site, struct expr *e)
{
	struct session *s = site->s;
	struct expr **left = e->kind == EXPR_ASSIGN ? &e->assign.left : &e->step.operand;
	const struct written *written = g_hash_table_lookup(site->objects, *left);
	struct expr *value, *result;
	struct failure *failure;
	const char *why;
	gint64 one = e->kind == EXPR_STEP && !e->step.increment ? -1 : 1;

	if (!written)
		return NULL;
	if (e->kind == EXPR_ASSIGN && written->setter &&
	    (e->assign.op == OP_NONE || e->assign.op == OP_CONCAT))
		return library_call(site, e->token,
				    e->assign.op == OP_NONE ? written->setter : written->appender,
				    written->number, e->assign.right);
	if (!s->options.guru || !written->object.type) {
		*left = written->target;
		return NULL;
	}
	if (e->kind == EXPR_STEP) {
		value = expr_binary(s->arena, OP_ADD, e->token, *left,
				    expr_number(s->arena, e->token, one));
	} else {
		value = e->assign.op == OP_NONE ? e->assign.right :
						  expr_binary(s->arena, e->assign.op, e->token,
							      *left, e->assign.right);
	}
	result = object_store(&written->object, value, &why);
	if (!result) {
		failure = arena_alloc(s->arena, sizeof(*failure));
		failure->text = why;
		failure->token = written->target->token;
		g_hash_table_insert(site->failures, written->target, failure);
		*left = written->target;
		return NULL;
	}
	/* x++ is what x was. */
	return e->kind == EXPR_STEP && !e->step.prefix ?
		       expr_binary(s->arena, OP_SUBTRACT, e->token, result,
				   expr_number(s->arena, e->token, one)) :
		       result;
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* Names are not bound yet: nobody knows what p of p->m points to. */
static bool is_deferred(const struct site *site, const struct expr *e)
{
	return !site->bound && e->kind == EXPR_TARGET && e->target.base == TARGET_VALUE &&
	       !expr_pointee(e->target.arguments->pdata[0]);
}

static bool is_resolved(const struct expr *e)
{
	return e->kind != EXPR_TARGET;
}

static bool is_decided(const struct expr *e)
{
	return e->kind == EXPR_NUMBER && (!strcmp(e->token->text, "@defined") ||
					  !strcmp(e->token->text, "@probewrite"));
}

static void expand_expr(struct expr **slot, void *data)
{
	struct site *site = data;
	struct session *s = site->s;
	struct expr *e = *slot, *expanded = NULL;
	bool decided = false;

	switch (e->kind) {
	case EXPR_TARGET:
		if (!is_deferred(site, e))
			expanded = expand_target(site, e);
		break;
	case EXPR_ASSIGN:
	case EXPR_STEP:
		expanded = expand_write(site, e);
		break;
	case EXPR_DEFINED:
		if (!is_deferred(site, e->defined.operand))
			expanded = expr_number(s->arena, e->token, is_resolved(e->defined.operand));
		break;
	case EXPR_CHOOSE:
		if (is_deferred(site, e->defined.operand))
			break;
		expanded = is_resolved(e->defined.operand) ? e->defined.operand :
							     e->defined.otherwise;
		break;
	case EXPR_UNARY:
		decided = is_decided(e->unary.operand);
		break;
	case EXPR_BINARY:
		decided = is_decided(e->binary.left);
		break;
	case EXPR_TERNARY:
		decided = is_decided(e->ternary.condition);
		break;
	default:
		break;
	}
	site->changed |= expanded != NULL;
	if (expanded)
		*slot = expanded;
	else if (decided)
		*slot = fold_expr(s->arena, e);
}

static void expand_stmt(struct stmt **slot, void *data)
{
	struct site *site = data;

	if ((*slot)->kind == STMT_IF && is_decided((*slot)->branch.condition))
		*slot = fold_stmt(site->s->arena, *slot);
}

static void report_expr(struct expr *e, void *data);

/* Only guru mode writes to a target.  false: it is none that is written to. */
static bool report_write(struct site *site, const struct expr *e, void *data)
{
	const struct expr *written = e->kind == EXPR_ASSIGN ? e->assign.left :
				     e->kind == EXPR_STEP   ? e->step.operand :
							      NULL;

	if (!written || written->kind != EXPR_TARGET || site->s->options.guru)
		return false;
	report_semantic(site->s->diagnostics, "target-write", written->token, NULL,
			"write to target variable not permitted; need stap -g");
	if (e->kind == EXPR_ASSIGN)
		report_expr(e->assign.right, data);
	return true;
}

/* What is left has no meaning here. */
static void report_expr(struct expr *e, void *data)
{
	struct site *site = data;
	const struct failure *failure = g_hash_table_lookup(site->failures, e);

	if (is_deferred(site, e) || report_write(site, e, data))
		return;
	if (e->kind == EXPR_TARGET)
		report_semantic(site->s->diagnostics, "target-unresolved",
				failure ? failure->token : e->token, NULL, "%s",
				failure ? failure->text : "unresolved target-symbol expression");
	expr_visit_children(e, report_expr, data);
}

static void report_stmt(struct stmt *stmt, void *data)
{
	stmt_visit_children(stmt, report_stmt, report_expr, data);
}

static bool expand_body(struct site *site, struct stmt **body, bool report)
{
	struct rewriter rewriter = { .expr = expand_expr, .stmt = expand_stmt, .data = site };

	site->body = *body;
	site->failures = g_hash_table_new(NULL, NULL);
	site->objects = g_hash_table_new(NULL, NULL);
	stmt_rewrite(body, &rewriter);
	if (report)
		report_stmt(*body, site);
	g_hash_table_destroy(site->failures);
	g_hash_table_destroy(site->objects);
	return site->changed;
}

void expand_targets(struct session *s, struct stmt **body, const struct source *source,
		    const struct derived_probe *probe)
{
	struct site site = { .s = s, .probe = probe, .source = source };

	expand_body(&site, body, true);
	if (probe && probe->saved && !probe->save)
		make_save_handler(s, (struct derived_probe *)probe);
}

bool expand_value_targets(struct session *s, struct stmt **body, const struct source *source,
			  const struct derived_probe *probe, bool last)
{
	struct site site = { .s = s, .probe = probe, .source = source, .bound = last };

	return expand_body(&site, body, last);
}
