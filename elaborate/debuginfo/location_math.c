// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * location_math.c - the arithmetic of location expressions, on generic and typed values.  See
 * location.c for how values are kept.
 */
#include "elaborate/elaborate.h"
#include "location.h"

#include <dwarf.h>

/* ---- folding --------------------------------------------------------------------------------- */

static struct expr *number(struct machine *m, gint64 value)
{
	return expr_number(m->place->dw->arena, m->place->token, value);
}

struct expr *location_binary(struct machine *m, enum binary_operator op, struct expr *a,
			     struct expr *b)
{
	struct arena *arena = m->place->dw->arena;
	struct expr *e;

	/* (x + 1) + 2, x + 0 */
	if (op == OP_ADD && b->kind == EXPR_NUMBER && a->kind == EXPR_BINARY &&
	    a->binary.op == OP_ADD && a->binary.right->kind == EXPR_NUMBER) {
		b = number(m, (gint64)((guint64)a->binary.right->number + (guint64)b->number));
		a = a->binary.left;
	}
	if (op == OP_ADD && b->kind == EXPR_NUMBER && !b->number)
		return a;
	e = expr_binary(arena, op, m->place->token, a, b);
	e->type = TYPE_LONG;
	return fold_expr(arena, e);
}

/* The script's operators take a distance modulo 64, DWARF's shift everything out. */
static struct expr *arithmetic_shift(struct machine *m, enum binary_operator op, struct expr *a,
				 struct expr *by)
{
	if (by->kind != EXPR_NUMBER || (guint64)by->number < 64)
		return location_binary(m, op, a, by);
	return op == OP_SHIFT_LEFT ? number(m, 0) : location_binary(m, op, a, number(m, 63));
}

struct expr *location_bits(struct machine *m, struct expr *a, guint from, guint bits,
			   bool is_signed)
{
	struct expr *e;

	if (bits == 0 || bits >= 64)
		return a;
	if (a->kind == EXPR_NUMBER) {
		guint64 value = (guint64)a->number << (64 - from - bits);

		return number(m, is_signed ? (gint64)value >> (64 - bits) :
					     (gint64)(value >> (64 - bits)));
	}
	e = expr_primitive(m->place->dw->arena, PRIMITIVE_BITS, m->place->token, a, NULL);
	e->primitive.number = from;
	e->primitive.size = bits;
	e->primitive.is_signed = is_signed;
	return e;
}

static struct expr *unarithmetic_shift(struct machine *m, struct expr *a, struct expr *b)
{
	if (a->kind == EXPR_NUMBER && b->kind == EXPR_NUMBER)
		return number(m, (guint64)b->number < 64 ?
				 (gint64)((guint64)a->number >> b->number) : 0);
	return expr_primitive(m->place->dw->arena, PRIMITIVE_UNSIGNED_SHIFT, m->place->token, a,
			      b);
}

/* a / b or a % b. */
static struct expr *unsigned_division(struct machine *m, enum primitive what, struct expr *a,
				      struct expr *b)
{
	if (a->kind == EXPR_NUMBER && b->kind == EXPR_NUMBER && b->number)
		return number(m, what == PRIMITIVE_UNSIGNED_DIVIDE ?
				 (gint64)((guint64)a->number / (guint64)b->number) :
				 (gint64)((guint64)a->number % (guint64)b->number));
	return expr_primitive(m->place->dw->arena, what, m->place->token, a, b);
}

/* ---- operators ------------------------------------------------------------------------------- */

static const struct {
	guint8 atom;
	enum binary_operator op;
} plain_operators[] = {
	{ DW_OP_plus, OP_ADD }, { DW_OP_minus, OP_SUBTRACT }, { DW_OP_mul, OP_MULTIPLY },
	{ DW_OP_and, OP_AND }, { DW_OP_or, OP_OR }, { DW_OP_xor, OP_XOR },
}, comparisons[] = {
	{ DW_OP_eq, OP_EQUAL }, { DW_OP_ne, OP_NOT_EQUAL }, { DW_OP_lt, OP_LESS },
	{ DW_OP_le, OP_LESS_EQUAL }, { DW_OP_gt, OP_GREATER }, { DW_OP_ge, OP_GREATER_EQUAL },
};

/* A result of a's type, which it may have left. */
static void push_like(struct machine *m, const struct stack_value *a, struct expr *e)
{
	location_push_typed(m, location_bits(m, e, 0, a->type.bits, a->type.is_signed), a->type);
}

static bool is_unsigned_64(const struct stack_value *a)
{
	return a->type.bits == 64 && !a->type.is_signed;
}

/* With both moved by half the range, the signed comparison is the unsigned one. */
static void push_comparison(struct machine *m, enum binary_operator op, struct stack_value a,
			    struct stack_value b)
{
	if (is_unsigned_64(&a) && op != OP_EQUAL && op != OP_NOT_EQUAL) {
		a.e = location_binary(m, OP_XOR, a.e, number(m, G_MININT64));
		b.e = location_binary(m, OP_XOR, b.e, number(m, G_MININT64));
	}
	location_push(m, location_binary(m, op, a.e, b.e));
}

static void pop_operands(struct machine *m, struct stack_value *a, struct stack_value *b)
{
	*b = location_pop(m);
	*a = location_pop(m);
	if (a->type.is_float != b->type.is_float ||
	    (a->type.is_float && a->type.bits != b->type.bits))
		location_fail(m, "its location is damaged");
}

static bool op_plain(struct machine *m, guint8 atom)
{
	struct stack_value a, b;

	for (gsize i = 0; i < G_N_ELEMENTS(plain_operators); i++) {
		if (plain_operators[i].atom == atom) {
			pop_operands(m, &a, &b);
			if (a.type.is_float)
				location_push_float(m, atom, &a, &b);
			else
				push_like(m, &a,
					  location_binary(m, plain_operators[i].op, a.e, b.e));
			return true;
		}
	}
	for (gsize i = 0; i < G_N_ELEMENTS(comparisons); i++) {
		if (comparisons[i].atom == atom) {
			pop_operands(m, &a, &b);
			if (a.type.is_float)
				location_push_float(m, atom, &a, &b);
			else
				push_comparison(m, comparisons[i].op, a, b);
			return true;
		}
	}
	return false;
}

/* Division and shifts: for them it matters whether there is a sign, or how far. */
static bool op_divide_or_shift(struct machine *m, guint8 atom)
{
	struct stack_value a, b;
	struct expr *e;

	if (atom != DW_OP_div && atom != DW_OP_mod && atom != DW_OP_shl && atom != DW_OP_shr &&
	    atom != DW_OP_shra)
		return false;
	pop_operands(m, &a, &b);
	if (a.type.is_float) {
		location_push_float(m, atom, &a, &b);
		return true;
	}
	switch (atom) {
	case DW_OP_div:
		e = is_unsigned_64(&a) ?
			    unsigned_division(m, PRIMITIVE_UNSIGNED_DIVIDE, a.e, b.e) :
			    location_binary(m, OP_DIVIDE, a.e, b.e);
		break;
	case DW_OP_mod:
		e = a.type.bits && a.type.is_signed ? location_binary(m, OP_MODULO, a.e, b.e) :
					    unsigned_division(m, PRIMITIVE_UNSIGNED_MODULO, a.e, b.e);
		break;
	case DW_OP_shl:
		e = arithmetic_shift(m, OP_SHIFT_LEFT, a.e, b.e);
		break;
	case DW_OP_shr:
		e = unarithmetic_shift(m, location_bits(m, a.e, 0, a.type.bits, false), b.e);
		break;
	default:
		e = arithmetic_shift(m, OP_SHIFT_RIGHT,
				     location_bits(m, a.e, 0, a.type.bits, true), b.e);
		break;
	}
	push_like(m, &a, e);
	return true;
}

/* x < 0 ? -x : x, without a branch: (x ^ s) - s, where s is all bits of the sign. */
static struct expr *absolute(struct machine *m, struct expr *x)
{
	struct arena *arena = m->place->dw->arena;
	struct expr *s = location_binary(m, OP_SHIFT_RIGHT, expr_clone(arena, x), number(m, 63));

	x = location_binary(m, OP_XOR, x, s);
	return location_binary(m, OP_SUBTRACT, x, expr_clone(arena, s));
}

/* Of one operand. */
static struct expr *unary(struct machine *m, const Dwarf_Op *op, struct expr *a)
{
	switch (op->atom) {
	case DW_OP_neg:
		return location_binary(m, OP_SUBTRACT, number(m, 0), a);
	case DW_OP_not:
		return location_binary(m, OP_XOR, a, number(m, -1));
	case DW_OP_abs:
		return absolute(m, a);
	default:
		return location_binary(m, OP_ADD, a, number(m, (gint64)op->number));
	}
}

bool op_arithmetic(struct machine *m, const Dwarf_Op *op)
{
	struct stack_value a;

	switch (op->atom) {
	case DW_OP_neg:
	case DW_OP_not:
	case DW_OP_abs:
	case DW_OP_plus_uconst:
		a = location_pop(m);
		if (a.type.is_float)
			location_push_float(m, op->atom, &a, NULL);
		else
			push_like(m, &a, unary(m, op, a.e));
		return true;
	default:
		return op_plain(m, op->atom) || op_divide_or_shift(m, op->atom);
	}
}

/* ---- typed operations ------------------------------------------------------------------------ */

static bool is_conversion(const Dwarf_Op *op)
{
	return op->atom == DW_OP_convert || op->atom == DW_OP_GNU_convert ||
	       op->atom == DW_OP_reinterpret || op->atom == DW_OP_GNU_reinterpret;
}

/* The base type that an operation names. */
static bool base_type(struct machine *m, const Dwarf_Op *op, struct base_type *type)
{
	gint64 size, encoding;
	Dwarf_Die die;

	*type = (struct base_type){ 0 };
	if (is_conversion(op) && op->number == 0)
		return true;
	if (!m->attribute || dwarf_getlocation_die(m->attribute, op, &die) != 0 ||
	    !dw_constant(&die, DW_AT_byte_size, &size) ||
	    !dw_constant(&die, DW_AT_encoding, &encoding)) {
		location_fail(m, "its location is damaged");
		return false;
	}
	type->is_float = encoding == DW_ATE_float;
	if (size < 1 || size > 8 || (type->is_float && size != 4 && size != 8) ||
	    encoding == DW_ATE_complex_float || encoding == DW_ATE_imaginary_float ||
	    encoding == DW_ATE_decimal_float) {
		location_fail(m, "its location has values of a type that is not a number of at most "
				 "8 bytes");
		return false;
	}
	type->bits = (guint)size * 8;
	type->is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
	return true;
}

static void push_converted(struct machine *m, const struct stack_value *value,
			   struct base_type type)
{
	location_push_typed(m, location_convert(m, value, type), type);
}

/* bits: of an object of the type. */
static void push_object(struct machine *m, struct expr *bits, struct base_type type)
{
	location_push_typed(m, location_from_bits(m, bits, type), type);
}

static void push_reinterpreted(struct machine *m, const struct stack_value *value,
			       struct base_type type)
{
	/* The generic type has the size of an address. */
	if ((value->type.bits ? value->type.bits : 64) != (type.bits ? type.bits : 64))
		location_fail(m, "its location is damaged");
	push_object(m, location_to_bits(m, value), type);
}

/* The value stands in the program, as a block. */
static struct expr *constant_operand(struct machine *m, const Dwarf_Op *op)
{
	Dwarf_Attribute attribute;
	guint64 value = 0;
	Dwarf_Block block;

	if (dwarf_getlocation_attr(m->attribute, op, &attribute) != 0 ||
	    dwarf_formblock(&attribute, &block) != 0 || block.length > sizeof(value)) {
		location_fail(m, "its location is damaged");
		return number(m, 0);
	}
	for (Dwarf_Word i = 0; i < block.length; i++)
		value |= (guint64)block.data[i] << (8 * i);
	return number(m, (gint64)value);
}

bool op_typed(struct machine *m, const Dwarf_Op *op)
{
	struct base_type type;
	struct stack_value a;

	switch (op->atom) {
	case DW_OP_convert:
	case DW_OP_GNU_convert:
		if (base_type(m, op, &type)) {
			a = location_pop(m);
			push_converted(m, &a, type);
		}
		return true;
	case DW_OP_reinterpret:
	case DW_OP_GNU_reinterpret:
		if (base_type(m, op, &type)) {
			a = location_pop(m);
			push_reinterpreted(m, &a, type);
		}
		return true;
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type:
		if (base_type(m, op, &type))
			push_object(m, location_register(m, op->number), type);
		return true;
	case DW_OP_xderef_type:
		location_enter_space(m);
		/* fall through */
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type:
		if (base_type(m, op, &type))
			push_object(m, location_load(m, location_pop_integer(m), type.bits / 8),
				    type);
		return true;
	case DW_OP_const_type:
	case DW_OP_GNU_const_type:
		if (base_type(m, op, &type))
			push_object(m, constant_operand(m, op), type);
		return true;
	default:
		return false;
	}
}
