// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * p = $file; p->f_flags: a value that came from the probed program remembers what it points to, and
 * so do the variables, array elements, parameters and functions that it goes through.  One that two
 * different types go through has none.
 */
#include "elaborate.h"

const struct debug_type *expr_pointee(const struct expr *e)
{
	const struct variable *v = expr_variable(e);

	/* What @cast says of this use comes before what the variable is elsewhere. */
	if (e->points_to)
		return e->points_to;
	switch (e->kind) {
	case EXPR_SYMBOL:
	case EXPR_INDEX:
		return v ? v->points_to : NULL;
	case EXPR_CALL:
		return e->call.function ? e->call.function->points_to : NULL;
	case EXPR_ASSIGN:
		return e->assign.op == OP_NONE ? expr_pointee(e->assign.right) : NULL;
	case EXPR_TERNARY:
		return expr_pointee(e->ternary.yes);
	default:
		return NULL;
	}
}

struct learning {
	struct function *function;	/* whose body it is, or NULL */
	bool changed;
};

static void learn(struct learning *l, const struct debug_type **slot, bool *apart,
		  const struct debug_type *type)
{
	if (!type || *apart || *slot == type)
		return;
	*apart = *slot != NULL;
	*slot = *apart ? NULL : type;
	l->changed = true;
}

static void learn_variable(struct learning *l, struct variable *v, const struct debug_type *type)
{
	if (v)
		learn(l, &v->points_to, &v->points_apart, type);
}

static void learn_expr(struct expr *e, void *data)
{
	struct learning *l = data;
	struct function *f = e->kind == EXPR_CALL ? e->call.function : NULL;

	if (e->kind == EXPR_ASSIGN && e->assign.op == OP_NONE)
		learn_variable(l, expr_variable(e->assign.left), expr_pointee(e->assign.right));
	for (; f; f = f->overload)
		for (guint i = 0; i < f->parameters->len && i < e->call.arguments->len; i++)
			learn_variable(l, f->parameters->pdata[i],
				       expr_pointee(e->call.arguments->pdata[i]));
	expr_visit_children(e, learn_expr, data);
}

static void learn_stmt(struct stmt *s, void *data)
{
	struct learning *l = data;

	if (s->kind == STMT_RETURN && s->expr && l->function)
		learn(l, &l->function->points_to, &l->function->points_apart,
		      expr_pointee(s->expr));
	if (s->kind == STMT_FOREACH && s->foreach.value && s->foreach.variable)
		learn_variable(l, s->foreach.value->symbol.variable,
			       s->foreach.variable->points_to);
	stmt_visit_children(s, learn_stmt, learn_expr, data);
}

bool learn_pointees(struct session *s)
{
	bool ever = false;
	struct learning l;

	do {
		l.changed = false;
		l.function = NULL;
		for (guint i = 0; i < s->handlers->len; i++)
			learn_stmt(((struct handler *)s->handlers->pdata[i])->body, &l);
		for (guint i = 0; i < s->used_functions->len; i++) {
			l.function = s->used_functions->pdata[i];
			if (l.function->body)
				learn_stmt(l.function->body, &l);
		}
		ever |= l.changed;
	} while (l.changed);
	return ever;
}
