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
	if (!g_ptr_array_find(s->conditions, condition, NULL))
		g_ptr_array_add(s->conditions, condition);
	return condition;
}

bool *conditions_changed(const struct session *s, enum access *accesses)
{
	bool *changed = g_new0(bool, s->conditions->len + 1);
	guint globals = s->used_globals->len;

	for (guint i = 0; i < s->conditions->len; i++) {
		enum access *own = function_accesses(s, s->conditions->pdata[i]);

		for (guint j = 0; j < globals; j++)
			changed[i] |= own[j] != ACCESS_NONE &&
				      (accesses[j] == ACCESS_WRITE || accesses[j] == ACCESS_ADD);
		for (guint j = 0; changed[i] && j < globals; j++)
			if (own[j] != ACCESS_NONE)
				accesses[j] = accesses[j] == ACCESS_ADD ? ACCESS_WRITE :
									  MAX(accesses[j], own[j]);
		g_free(own);
	}
	return changed;
}
