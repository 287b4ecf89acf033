// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `probe p if (e) { … }`.  The handler asks for e itself (points.c), and that decides.  Besides, e
 * becomes a function of its own, which is called wherever one of its globals has been written, and
 * the probe is disarmed while it is 0: a probe that is off costs nothing.
 */
#include "elaborate.h"

#include <string.h>

static void find_effect(struct expr *e, void *data)
{
	bool *found = data;

	*found |= e->kind == EXPR_ASSIGN || e->kind == EXPR_STEP || e->kind == EXPR_SAMPLE ||
		  e->kind == EXPR_PRINT || e->kind == EXPR_EMBEDDED || e->kind == EXPR_TARGET ||
		  e->kind == EXPR_CALL || e->kind == EXPR_MATCH;
	expr_visit_children(e, find_effect, data);
}

struct function *condition_new(struct session *s, struct expr *e, struct function *outer,
			       const struct source *source)
{
	struct function *f = arena_alloc(s->arena, sizeof(*f));
	struct stmt *body = stmt_new(s->arena, STMT_RETURN, e->token);
	bool effect = false;

	find_effect(e, &effect);
	if (effect)
		return NULL;
	if (outer)
		e = expr_binary(s->arena, OP_LOGICAL_AND, e->token, outer->body->expr, e);
	body->expr = e;
	f->name = "condition";
	f->token = e->token;
	f->parameters = arena_list(s->arena);
	f->body = stmt_clone(s->arena, body);
	f->source = source;
	f->priority = G_MAXINT64;
	f->type = TYPE_LONG;
	f->typed_by = e->token;
	return f;
}

struct function *condition_use(struct session *s, struct function *condition)
{
	if (!condition->reached) {
		condition->reached = true;
		condition->serial = s->conditions->len;
		g_ptr_array_add(s->conditions, condition);
	}
	return condition;
}

/* A condition calls nothing: it depends on what it names. */
struct reading {
	struct session *s;
	struct function *condition;
};

static void find_reads(struct expr *e, void *data)
{
	struct reading *reading = data;
	struct variable *v = expr_variable(e);

	if (v && v->global) {
		if (!v->conditions)
			v->conditions = arena_list(reading->s->arena);
		g_ptr_array_add(v->conditions, reading->condition);
	}
	expr_visit_children(e, find_reads, data);
}

void find_condition_reads(struct session *s)
{
	for (guint i = 0; i < s->conditions->len; i++) {
		struct reading reading = { s, s->conditions->pdata[i] };

		find_reads(reading.condition->body->expr, &reading);
	}
}

static gint compare_conditions(gconstpointer a, gconstpointer b)
{
	const struct function *x = *(struct function *const *)a;
	const struct function *y = *(struct function *const *)b;

	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

/* Of what is sorted, each once. */
static void drop_repeats(GPtrArray *list)
{
	guint kept = 0;

	for (guint i = 0; i < list->len; i++)
		if (!kept || list->pdata[i] != list->pdata[kept - 1])
			list->pdata[kept++] = list->pdata[i];
	g_ptr_array_set_size(list, (gint)kept);
}

static gboolean add_conditions(gpointer variable, gpointer access, gpointer changed)
{
	const struct variable *v = variable;

	if (v->conditions && access_changes(GPOINTER_TO_UINT(access)))
		g_ptr_array_extend(changed, v->conditions, NULL, NULL);
	return FALSE;
}

GPtrArray *conditions_changed(GTree *accesses)
{
	GPtrArray *changed = g_ptr_array_new();

	g_tree_foreach(accesses, add_conditions, changed);
	g_ptr_array_sort(changed, compare_conditions);
	drop_repeats(changed);
	for (guint i = 0; i < changed->len; i++)
		function_accesses(changed->pdata[i], accesses);
	return changed;
}
