// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which globals a piece of code reads and writes, with all that it calls: what its handler must
 * lock, and for how long.
 */
#include "elaborate.h"

struct collector {
	GTree *accesses;
	GHashTable *visited;	/* functions */
	GPtrArray *pending;	/* of them: calls may be nested as deep as a script is long */
};

static void collect_stmt(struct stmt *s, void *data);
static void collect_expr(struct expr *e, void *data);

static void touch(struct collector *c, const struct variable *v, enum access access)
{
	enum access held;

	if (!v || !v->global)
		return;
	held = access_of(c->accesses, v);
	/* Who also looks at what is added to must be alone. */
	if ((held == ACCESS_ADD && access == ACCESS_READ) ||
	    (held == ACCESS_READ && access == ACCESS_ADD))
		access = ACCESS_WRITE;
	if (access > held)
		g_tree_insert(c->accesses, (gpointer)v, GUINT_TO_POINTER(access));
}

static void collect_target(struct collector *c, const struct expr *e)
{
	touch(c, expr_variable(e), ACCESS_WRITE);
}

static void collect_function(struct collector *c, const struct function *f)
{
	if (!g_hash_table_add(c->visited, (gpointer)f))
		return;
	for (guint i = 0; f->c_globals && i < f->c_globals->len; i++) {
		const struct c_global *global = f->c_globals->pdata[i];

		touch(c, global->variable, global->written ? ACCESS_WRITE : ACCESS_READ);
	}
	if (f->body)
		g_ptr_array_add(c->pending, f->body);
}

/*
 * CPUs add to an aggregate at the same time, also when they insert into an array of them.  An array
 * that wraps may take out what another CPU is adding to.
 */
static void collect_sample(struct collector *c, struct expr *e)
{
	const struct expr *stats = e->sample.stats;
	const struct variable *v = expr_variable(stats);

	touch(c, v, v->wrap ? ACCESS_WRITE : ACCESS_ADD);
	if (stats->kind == EXPR_INDEX)
		expr_visit_children(e->sample.stats, collect_expr, c);
	collect_expr(e->sample.value, c);
}

static void collect_expr(struct expr *e, void *data)
{
	struct collector *c = data;

	touch(c, expr_variable(e), ACCESS_READ);
	switch (e->kind) {
	case EXPR_ASSIGN:
		collect_target(c, e->assign.left);
		break;
	case EXPR_STEP:
		collect_target(c, e->step.operand);
		break;
	case EXPR_SAMPLE:
		collect_sample(c, e);
		return;
	case EXPR_CALL:
		for (struct function *f = e->call.function; f; f = f->overload)
			collect_function(c, f);
		break;
	default:
		break;
	}
	expr_visit_children(e, collect_expr, c);
}

static void collect_stmt(struct stmt *s, void *data)
{
	struct collector *c = data;

	if (s->kind == STMT_FOREACH) {
		/* Sorting uses an order that the array has once. */
		touch(c, s->foreach.variable,
		      s->foreach.sort == SORT_NONE ? ACCESS_READ : ACCESS_WRITE);
		for (guint i = 0; i < s->foreach.keys->len; i++)
			collect_target(c, s->foreach.keys->pdata[i]);
		if (s->foreach.value)
			collect_target(c, s->foreach.value);
	} else if (s->kind == STMT_DELETE) {
		collect_target(c, s->expr);
	} else if (s->kind == STMT_TRY && s->try.message) {
		collect_target(c, s->try.message);
	}
	stmt_visit_children(s, collect_stmt, collect_expr, c);
}

static gint compare_variables(gconstpointer a, gconstpointer b)
{
	const struct variable *x = a;
	const struct variable *y = b;

	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

GTree *accesses_new(void)
{
	return g_tree_new(compare_variables);
}

enum access access_of(GTree *accesses, const struct variable *v)
{
	return GPOINTER_TO_UINT(g_tree_lookup(accesses, v));
}

bool access_changes(enum access access)
{
	return access == ACCESS_WRITE || access == ACCESS_ADD;
}

static struct collector collector_new(GTree *accesses)
{
	return (struct collector){
		.accesses = accesses,
		.visited = g_hash_table_new(NULL, NULL),
		.pending = g_ptr_array_new(),
	};
}

/* All that was called, and what that calls. */
static void collector_finish(struct collector *c)
{
	while (c->pending->len)
		collect_stmt(g_ptr_array_steal_index(c->pending, c->pending->len - 1), c);
	g_ptr_array_unref(c->pending);
	g_hash_table_destroy(c->visited);
}

void handler_accesses(const struct handler *handler, GTree *accesses)
{
	struct collector c = collector_new(accesses);

	collect_stmt(handler->body, &c);
	collector_finish(&c);
}

void function_accesses(const struct function *f, GTree *accesses)
{
	struct collector c = collector_new(accesses);

	collect_function(&c, f);
	collector_finish(&c);
}

/* ---- where the lock is needed ---------------------------------------------------------------- */

struct touch_search {
	bool touches, acts;
};

static void search_stmt(struct stmt *s, void *data);

static void search_variable(struct touch_search *search, const struct variable *v)
{
	search->touches |= v && v->global;
}

static void search_expr(struct expr *e, void *data)
{
	struct touch_search *search = data;

	search_variable(search, expr_variable(e));
	switch (e->kind) {
	case EXPR_PRINT:
		search->acts |= !e->print.form->to_string;
		break;
	case EXPR_EMBEDDED:
		search->acts |= !e->embedded.pure;
		break;
	case EXPR_PRIMITIVE:
		search->acts |= primitive_acts(e->primitive.what);
		break;
	case EXPR_CALL:
		for (const struct function *f = e->call.function; f; f = f->overload) {
			search->touches |= f->touches_globals;
			search->acts |= !f->pure;
		}
		break;
	default:
		break;
	}
	expr_visit_children(e, search_expr, data);
}

static void search_stmt(struct stmt *s, void *data)
{
	if (s->kind == STMT_FOREACH)
		search_variable(data, s->foreach.variable);
	stmt_visit_children(s, search_stmt, search_expr, data);
}

bool stmt_touches_globals(const struct stmt *s)
{
	struct touch_search search = { false, false };

	search_stmt((struct stmt *)s, &search);
	return search.touches;
}

bool stmt_acts(const struct stmt *s)
{
	struct touch_search search = { false, false };

	search_stmt((struct stmt *)s, &search);
	return search.acts;
}

bool expr_touches_globals(const struct expr *e)
{
	struct touch_search search = { false, false };

	search_expr((struct expr *)e, &search);
	return search.touches || search.acts;
}

void find_touching(struct session *s)
{
	bool changed;

	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		f->touches_globals = f->c_globals && f->c_globals->len;
	}
	/* Callees stand behind their callers for the most part: from the end, it takes few rounds. */
	do {
		changed = false;
		for (guint i = s->used_functions->len; i--;) {
			struct function *f = s->used_functions->pdata[i];

			if (f->touches_globals || !f->body || !stmt_touches_globals(f->body))
				continue;
			f->touches_globals = changed = true;
		}
	} while (changed);
}
