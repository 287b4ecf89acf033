// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * location_float.c - floating-point numbers in location expressions.  A handler must not touch the
 * FPU, so the runtime computes by whole numbers (shared/float.h).
 *
 * On the stack such a number is the bits of a double, whatever its type.  One of 32 bits is rounded
 * to these after each operation: a double has more than twice their digits, so that this gives what
 * computing with 32 bits does.
 */
#include "location.h"

#include <dwarf.h>

#define SIGN_BIT G_MININT64

static struct expr *primitive(struct machine *m, enum primitive what, struct expr *a,
			      struct expr *b)
{
	return expr_primitive(m->place->dw->arena, what, m->place->token, a, b);
}

static struct expr *number(struct machine *m, gint64 value)
{
	return expr_number(m->place->dw->arena, m->place->token, value);
}

struct expr *location_from_bits(struct machine *m, struct expr *bits, struct base_type type)
{
	bits = location_bits(m, bits, 0, type.bits, type.is_signed);
	return type.is_float && type.bits == 32 ?
		       primitive(m, PRIMITIVE_FLOAT_FROM_SINGLE, bits, NULL) : bits;
}

struct expr *location_to_bits(struct machine *m, const struct stack_value *value)
{
	return value->type.is_float && value->type.bits == 32 ?
		       primitive(m, PRIMITIVE_FLOAT_TO_SINGLE, value->e, NULL) : value->e;
}

/* To what the type has. */
static struct expr *rounded(struct machine *m, struct expr *e, struct base_type type)
{
	if (type.bits != 32)
		return e;
	e = primitive(m, PRIMITIVE_FLOAT_TO_SINGLE, e, NULL);
	return primitive(m, PRIMITIVE_FLOAT_FROM_SINGLE, e, NULL);
}

struct expr *location_convert(struct machine *m, const struct stack_value *value,
			      struct base_type type)
{
	enum primitive what;

	if (value->type.is_float && type.is_float)
		return type.bits < value->type.bits ? rounded(m, value->e, type) : value->e;
	if (value->type.is_float) {
		what = type.is_signed ? PRIMITIVE_FLOAT_TO_LONG : PRIMITIVE_FLOAT_TO_UNSIGNED;
		return location_bits(m, primitive(m, what, value->e, NULL), 0, type.bits,
				     type.is_signed);
	}
	if (!type.is_float)
		return location_bits(m, value->e, 0, type.bits, type.is_signed);
	what = value->type.is_signed ? PRIMITIVE_FLOAT_FROM_LONG : PRIMITIVE_FLOAT_FROM_UNSIGNED;
	return rounded(m, primitive(m, what, value->e, NULL), type);
}

static struct expr *compare(struct machine *m, const struct stack_value *a,
			    const struct stack_value *b, enum binary_operator op, gint64 with)
{
	return location_binary(m, op, primitive(m, PRIMITIVE_FLOAT_COMPARE, a->e, b->e),
			       number(m, with));
}

/* Below, equal, above are -1, 0, 1, and 2 where one is no number: then they are just unequal. */
static struct expr *comparison(struct machine *m, guint8 atom, const struct stack_value *a,
			       const struct stack_value *b)
{
	switch (atom) {
	case DW_OP_eq:
		return compare(m, a, b, OP_EQUAL, 0);
	case DW_OP_ne:
		return compare(m, a, b, OP_NOT_EQUAL, 0);
	case DW_OP_lt:
		return compare(m, a, b, OP_LESS, 0);
	case DW_OP_le:
		return compare(m, a, b, OP_LESS_EQUAL, 0);
	case DW_OP_gt:
		return compare(m, b, a, OP_LESS, 0);
	case DW_OP_ge:
		return compare(m, b, a, OP_LESS_EQUAL, 0);
	default:
		return NULL;
	}
}

static struct expr *arithmetic(struct machine *m, guint8 atom, const struct stack_value *a,
			       const struct stack_value *b)
{
	switch (atom) {
	case DW_OP_plus:
		return primitive(m, PRIMITIVE_FLOAT_ADD, a->e, b->e);
	case DW_OP_minus:
		return primitive(m, PRIMITIVE_FLOAT_SUB, a->e, b->e);
	case DW_OP_mul:
		return primitive(m, PRIMITIVE_FLOAT_MUL, a->e, b->e);
	case DW_OP_div:
		return primitive(m, PRIMITIVE_FLOAT_DIV, a->e, b->e);
	case DW_OP_neg:
		return location_binary(m, OP_XOR, a->e, number(m, SIGN_BIT));
	case DW_OP_abs:
		return location_binary(m, OP_AND, a->e, number(m, ~SIGN_BIT));
	default:
		return NULL;
	}
}

void location_push_float(struct machine *m, guint8 atom, const struct stack_value *a,
			 const struct stack_value *b)
{
	struct expr *e = b ? comparison(m, atom, a, b) : NULL;

	if (e) {
		location_push(m, e);
		return;
	}
	e = arithmetic(m, atom, a, b);
	if (!e)
		location_fail(m, "its location is damaged");	/* of whole numbers only */
	else
		location_push_typed(m, rounded(m, e, a->type), a->type);
}
