// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What depends on the place of a probe: target expressions ($x, @cast(p, "t")->m, @var("v") …) and
 * the questions whether they can be had, @defined and @choose_defined.
 *
 * No provider has context variables yet, so none resolves.  What @defined decides is decided here,
 * before names are bound, and with it what it guards: the branch not taken is dropped unseen,
 * whatever stands in it.
 */
#include "elaborate.h"

static bool is_resolvable(const struct expr *e)
{
	return e->kind != EXPR_TARGET;
}

static struct expr *number_new(struct session *s, const struct expr *place, gint64 value)
{
	struct expr *e = expr_new(s->arena, EXPR_NUMBER, place->token);

	e->number = value;
	return e;
}

/* && and || of which a side is known. */
static struct expr *fold_logical(struct session *s, struct expr *e)
{
	const struct expr *left = e->binary.left, *right = e->binary.right;
	bool or = e->binary.op == OP_LOGICAL_OR;

	if (e->binary.op != OP_LOGICAL_AND && !or)
		return e;
	if (left->kind == EXPR_NUMBER && !!left->number == or)
		return number_new(s, e, or);
	if (left->kind == EXPR_NUMBER && right->kind == EXPR_NUMBER)
		return number_new(s, e, !!right->number);
	return e;
}

static void expand_expr(struct expr **slot, void *data)
{
	struct session *s = data;
	struct expr *e = *slot;

	switch (e->kind) {
	case EXPR_DEFINED:
		*slot = number_new(s, e, is_resolvable(e->defined.operand));
		break;
	case EXPR_CHOOSE:
		*slot = is_resolvable(e->defined.operand) ? e->defined.operand :
							    e->defined.otherwise;
		break;
	case EXPR_UNARY:
		if (e->unary.op == OP_NOT && e->unary.operand->kind == EXPR_NUMBER)
			*slot = number_new(s, e, !e->unary.operand->number);
		break;
	case EXPR_BINARY:
		*slot = fold_logical(s, e);
		break;
	case EXPR_TERNARY:
		if (e->ternary.condition->kind == EXPR_NUMBER)
			*slot = e->ternary.condition->number ? e->ternary.yes : e->ternary.no;
		break;
	default:
		break;
	}
}

static void expand_stmt(struct stmt **slot, void *data)
{
	struct session *s = data;
	struct stmt *if_stmt = *slot;

	if (if_stmt->kind != STMT_IF || if_stmt->branch.condition->kind != EXPR_NUMBER)
		return;
	*slot = if_stmt->branch.condition->number ? if_stmt->branch.yes : if_stmt->branch.no;
	if (!*slot)
		*slot = stmt_new(s->arena, STMT_NULL, if_stmt->token);
}

static void report_expr(struct expr *e, void *data)
{
	struct session *s = data;

	if (e->kind == EXPR_TARGET)
		report_semantic(s->diagnostics, "target-unresolved", e->token, NULL,
				"unresolved target-symbol expression");
	expr_visit_children(e, report_expr, data);
}

static void report_stmt(struct stmt *stmt, void *data)
{
	stmt_visit_children(stmt, report_stmt, report_expr, data);
}

void expand_targets(struct session *s, struct stmt **body)
{
	struct rewriter rewriter = { .expr = expand_expr, .stmt = expand_stmt, .data = s };

	stmt_rewrite(body, &rewriter);
	report_stmt(*body, s);
}
