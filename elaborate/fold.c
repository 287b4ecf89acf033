// SPDX-License-Identifier: GPL-2.0-or-later
/* Expressions and statements whose operands are literals, computed as the module would. */
#include "elaborate.h"

#include <string.h>

static struct expr *number_like(struct arena *arena, const struct expr *place, gint64 value)
{
	struct expr *e = expr_new(arena, EXPR_NUMBER, place->token);

	e->number = value;
	e->type = TYPE_LONG;
	return e;
}

static bool compare(enum binary_operator op, int order)
{
	switch (op) {
	case OP_LESS:
		return order < 0;
	case OP_GREATER:
		return order > 0;
	case OP_LESS_EQUAL:
		return order <= 0;
	case OP_GREATER_EQUAL:
		return order >= 0;
	case OP_EQUAL:
		return order == 0;
	default:
		return order != 0;
	}
}

/* false: not to be computed here. */
static bool compute(enum binary_operator op, gint64 left, gint64 right, gint64 *result)
{
	guint64 a = (guint64)left, b = (guint64)right;

	switch (op) {
	case OP_ADD:
		*result = (gint64)(a + b);
		return true;
	case OP_SUBTRACT:
		*result = (gint64)(a - b);
		return true;
	case OP_MULTIPLY:
		*result = (gint64)(a * b);
		return true;
	case OP_SHIFT_LEFT:
		*result = (gint64)(a << (b & 63));
		return true;
	case OP_SHIFT_RIGHT:
		*result = left >> (b & 63);
		return true;
	case OP_AND:
		*result = left & right;
		return true;
	case OP_OR:
		*result = left | right;
		return true;
	case OP_XOR:
		*result = left ^ right;
		return true;
	case OP_LOGICAL_AND:
		*result = left && right;
		return true;
	case OP_LOGICAL_OR:
		*result = left || right;
		return true;
	case OP_DIVIDE:
	case OP_MODULO:
		if (!right || right == -1)
			return false;
		*result = op == OP_DIVIDE ? left / right : left % right;
		return true;
	default:
		*result = compare(op, left < right ? -1 : left > right);
		return binary_operator_compares(op);
	}
}

static struct expr *fold_binary(struct arena *arena, struct expr *e)
{
	const struct expr *left = e->binary.left, *right = e->binary.right;
	enum binary_operator op = e->binary.op;
	gint64 result;

	if (left->kind == EXPR_STRING && right->kind == EXPR_STRING && binary_operator_compares(op))
		return number_like(arena, e, compare(op, strcmp(left->string, right->string)));
	if (left->kind != EXPR_NUMBER)
		return e;
	if ((op == OP_LOGICAL_AND && !left->number) || (op == OP_LOGICAL_OR && left->number))
		return number_like(arena, left, op == OP_LOGICAL_OR);
	if (right->kind != EXPR_NUMBER || !compute(op, left->number, right->number, &result))
		return e;
	return number_like(arena, left, result);
}

static struct expr *fold_unary(struct arena *arena, struct expr *e)
{
	const struct expr *operand = e->unary.operand;

	if (operand->kind != EXPR_NUMBER)
		return e;
	switch (e->unary.op) {
	case OP_NEGATE:
		return number_like(arena, operand, (gint64)(0 - (guint64)operand->number));
	case OP_NOT:
		return number_like(arena, operand, !operand->number);
	case OP_COMPLEMENT:
		return number_like(arena, operand, ~operand->number);
	case OP_PLUS:
		break;
	}
	return e->unary.operand;
}

struct expr *fold_expr(struct arena *arena, struct expr *e)
{
	switch (e->kind) {
	case EXPR_UNARY:
		return fold_unary(arena, e);
	case EXPR_BINARY:
		return fold_binary(arena, e);
	case EXPR_TERNARY:
		if (e->ternary.condition->kind == EXPR_NUMBER)
			return e->ternary.condition->number ? e->ternary.yes : e->ternary.no;
		return e;
	default:
		return e;
	}
}

struct stmt *fold_stmt(struct arena *arena, struct stmt *s)
{
	struct stmt *left = NULL;

	if (s->kind != STMT_IF || s->branch.condition->kind != EXPR_NUMBER)
		return s;
	left = s->branch.condition->number ? s->branch.yes : s->branch.no;
	return left ? left : stmt_new(arena, STMT_NULL, s->token);
}
