// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of location expressions, operation by operation: each program is assembled into a file's
 * DWARF, as the location of a variable, and what is made of it is evaluated with registers and
 * memory of the test's own.
 */
#include "dwarf_file.h"
#include "folder.h"
#include "test_machine.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#define MEMORY 0x1000
#define REGISTER(n) (100 + (n))

/* What a program leaves. */
enum outcome { ADDRESS, VALUE, PIECES, POINTER, CHOICE_YES, CHOICE_NO, FAULT, REFUSED };

struct test {
	const char *name;
	enum outcome outcome;
	gint64 expected;
	const char *why;	/* of REFUSED: in the message */
	guint8 length;
	guint8 program[48];
};

#define PROGRAM(...) sizeof((const guint8[]){ __VA_ARGS__ }), { __VA_ARGS__ }
#define U16(n) (n) & 0xff, (n) >> 8 & 0xff
#define U32(n) U16((n) & 0xffff), U16((guint32)(n) >> 16)
#define V DW_OP_stack_value

/* Where the base types are in the unit: see write_assembler(). */
#define TYPE_S32 0x0d
#define TYPE_U32 0x10
#define TYPE_U64 0x13
#define TYPE_S64 0x16
#define TYPE_FLOAT 0x19
#define TYPE_DOUBLE 0x1c
#define TYPE_LONG_DOUBLE 0x1f
/* Numbers with a floating-point type; a single's bits, and a double's upper ones, the lower 0. */
#define SINGLE(bits) DW_OP_const_type, TYPE_FLOAT, 4, U32(bits)
#define DOUBLE(bits) DW_OP_const_type, TYPE_DOUBLE, 8, U32(0), U32(bits)
/* A register that is less than 0, with a type. */
#define MINUS_10(type) \
	DW_OP_regval_type, 2, type, DW_OP_const_type, type, 1, 112, DW_OP_minus

static const struct test tests[] = {
	{ "lit", ADDRESS, 17, NULL, PROGRAM(DW_OP_lit17) },
	{ "const1u", VALUE, 200, NULL, PROGRAM(DW_OP_const1u, 200, V) },
	{ "const1s", VALUE, -56, NULL, PROGRAM(DW_OP_const1s, 200, V) },
	{ "const2u", VALUE, 0xfffe, NULL, PROGRAM(DW_OP_const2u, U16(0xfffe), V) },
	{ "const2s", VALUE, -2, NULL, PROGRAM(DW_OP_const2s, U16(0xfffe), V) },
	{ "const4u", VALUE, 0xfffffffe, NULL, PROGRAM(DW_OP_const4u, U32(0xfffffffe), V) },
	{ "const4s", VALUE, -2, NULL, PROGRAM(DW_OP_const4s, U32(0xfffffffe), V) },
	{ "const8u", VALUE, G_MININT64, NULL,
	  PROGRAM(DW_OP_const8u, U32(0), U32(0x80000000), V) },
	{ "constu", VALUE, 300, NULL, PROGRAM(DW_OP_constu, 0xac, 0x02, V) },
	{ "consts", VALUE, -2, NULL, PROGRAM(DW_OP_consts, 0x7e, V) },
	{ "reg", VALUE, REGISTER(5), NULL, PROGRAM(DW_OP_reg5) },
	{ "regx", VALUE, REGISTER(12), NULL, PROGRAM(DW_OP_regx, 12) },
	{ "breg", ADDRESS, REGISTER(3) - 8, NULL, PROGRAM(DW_OP_breg3, 0x78) },
	{ "bregx", ADDRESS, REGISTER(9) + 1, NULL, PROGRAM(DW_OP_bregx, 9, 1) },
	{ "dup", VALUE, 49, NULL, PROGRAM(DW_OP_lit7, DW_OP_dup, DW_OP_mul, V) },
	{ "dup register", VALUE, 2 * REGISTER(1), NULL,
	  PROGRAM(DW_OP_breg1, 0, DW_OP_dup, DW_OP_plus, V) },
	{ "drop", VALUE, 1, NULL, PROGRAM(DW_OP_lit1, DW_OP_lit2, DW_OP_drop, V) },
	{ "over", VALUE, 5, NULL, PROGRAM(DW_OP_lit5, DW_OP_lit2, DW_OP_over, V) },
	{ "pick", VALUE, 3, NULL,
	  PROGRAM(DW_OP_lit3, DW_OP_lit4, DW_OP_lit5, DW_OP_pick, 2, V) },
	{ "swap", VALUE, -3, NULL, PROGRAM(DW_OP_lit5, DW_OP_lit2, DW_OP_swap, DW_OP_minus, V) },
	{ "rot top", VALUE, 2, NULL, PROGRAM(DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_rot, V) },
	{ "rot second", VALUE, 1, NULL,
	  PROGRAM(DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_rot, DW_OP_drop, V) },
	{ "rot third", VALUE, 3, NULL,
	  PROGRAM(DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_rot, DW_OP_drop, DW_OP_drop, V) },
	{ "deref", VALUE, 0x0706050403020100, NULL,
	  PROGRAM(DW_OP_const2u, U16(MEMORY), DW_OP_deref, V) },
	{ "deref_size", VALUE, 0x83828180, NULL,
	  PROGRAM(DW_OP_const2u, U16(MEMORY + 0x80), DW_OP_deref_size, 4, V) },
	{ "deref_size 3", REFUSED, 0, "damaged", PROGRAM(DW_OP_lit1, DW_OP_deref_size, 3, V) },
	{ "abs", VALUE, 5, NULL, PROGRAM(DW_OP_const1s, 0xfb, DW_OP_abs, V) },
	{ "abs register", VALUE, 200 - REGISTER(2), NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const1u, 200, DW_OP_minus, DW_OP_abs, V) },
	{ "neg", VALUE, -REGISTER(2), NULL, PROGRAM(DW_OP_breg2, 0, DW_OP_neg, V) },
	{ "not", VALUE, ~(gint64)REGISTER(2), NULL, PROGRAM(DW_OP_breg2, 0, DW_OP_not, V) },
	{ "plus_uconst", VALUE, REGISTER(2) + 300, NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_plus_uconst, 0xac, 0x02, V) },
	{ "and", VALUE, REGISTER(2) & 6, NULL, PROGRAM(DW_OP_breg2, 0, DW_OP_lit6, DW_OP_and, V) },
	{ "or", VALUE, REGISTER(2) | 9, NULL, PROGRAM(DW_OP_breg2, 0, DW_OP_lit9, DW_OP_or, V) },
	{ "xor", VALUE, REGISTER(2) ^ 7, NULL, PROGRAM(DW_OP_breg2, 0, DW_OP_lit7, DW_OP_xor, V) },
	{ "shl", VALUE, REGISTER(2) << 3, NULL, PROGRAM(DW_OP_breg2, 0, DW_OP_lit3, DW_OP_shl, V) },
	{ "signed div", VALUE, -3, NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const1u, 112, DW_OP_minus, DW_OP_lit3, DW_OP_div, V) },
	{ "division by 0", FAULT, 0, NULL,
	  PROGRAM(MINUS_10(TYPE_U64), DW_OP_const_type, TYPE_U64, 1, 0, DW_OP_div, V) },
	{ "unsigned mod", VALUE, (gint64)((guint64)-10 % 7), NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const1u, 112, DW_OP_minus, DW_OP_lit7, DW_OP_mod, V) },
	{ "logical shr", VALUE, (gint64)((guint64)-10 >> 4), NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const1u, 112, DW_OP_minus, DW_OP_lit4, DW_OP_shr, V) },
	{ "arithmetic shra", VALUE, -1, NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const1u, 112, DW_OP_minus, DW_OP_lit4, DW_OP_shra, V) },
	{ "signed lt", VALUE, 1, NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const1u, 112, DW_OP_minus, DW_OP_lit4, DW_OP_lt, V) },
	{ "le", VALUE, 1, NULL, PROGRAM(DW_OP_lit4, DW_OP_lit4, DW_OP_le, V) },
	{ "gt", VALUE, 0, NULL, PROGRAM(DW_OP_lit4, DW_OP_lit4, DW_OP_gt, V) },
	{ "ge", VALUE, 1, NULL, PROGRAM(DW_OP_lit4, DW_OP_lit4, DW_OP_ge, V) },
	{ "eq", VALUE, 1, NULL, PROGRAM(DW_OP_breg2, 0, DW_OP_const1u, 102, DW_OP_eq, V) },
	{ "ne", VALUE, 0, NULL, PROGRAM(DW_OP_breg2, 0, DW_OP_const1u, 102, DW_OP_ne, V) },
	{ "skip", VALUE, 1, NULL, PROGRAM(DW_OP_lit1, DW_OP_skip, U16(1), DW_OP_lit2, V) },
	{ "bra taken", VALUE, 7, NULL,
	  PROGRAM(DW_OP_lit7, DW_OP_lit1, DW_OP_bra, U16(1), DW_OP_lit2, V) },
	{ "bra not taken", VALUE, 2, NULL,
	  PROGRAM(DW_OP_lit7, DW_OP_lit0, DW_OP_bra, U16(1), DW_OP_lit2, V) },
	{ "bra to the end", ADDRESS, 7, NULL,
	  PROGRAM(DW_OP_lit7, DW_OP_lit1, DW_OP_bra, U16(1), DW_OP_lit2) },
	{ "bra undecided, taken", VALUE, 7, NULL,
	  PROGRAM(DW_OP_lit7, DW_OP_breg2, 0, DW_OP_bra, U16(1), DW_OP_lit2, V) },
	{ "bra undecided, not taken", VALUE, 2, NULL,
	  PROGRAM(DW_OP_lit7, DW_OP_breg2, 0, DW_OP_lit1, DW_OP_eq, DW_OP_bra, U16(1), DW_OP_lit2,
		  V) },
	/* The least of registers 2 and 3, and of 1. */
	{ "bra twice", ADDRESS, REGISTER(1), NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_breg3, 0, DW_OP_over, DW_OP_over, DW_OP_lt, DW_OP_bra,
		  U16(1), DW_OP_swap, DW_OP_drop, DW_OP_breg1, 0, DW_OP_over, DW_OP_over, DW_OP_lt,
		  DW_OP_bra, U16(1), DW_OP_swap, DW_OP_drop) },
	{ "bra to a value or a register", VALUE, REGISTER(4), NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_lit1, DW_OP_eq, DW_OP_bra, U16(4), DW_OP_reg4, DW_OP_skip,
		  U16(2), DW_OP_lit2, V) },
	{ "bra to an address or a value", CHOICE_YES, 7, NULL,
	  PROGRAM(DW_OP_lit7, DW_OP_breg2, 0, DW_OP_bra, U16(1), V) },
	{ "bra to a value or an address", CHOICE_NO, 7, NULL,
	  PROGRAM(DW_OP_lit7, DW_OP_breg2, 0, DW_OP_lit1, DW_OP_eq, DW_OP_bra, U16(1), V) },
	{ "bra to pieces", CHOICE_NO, REGISTER(4), NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_lit1, DW_OP_eq, DW_OP_bra, U16(4), DW_OP_reg4, DW_OP_skip,
		  U16(3), DW_OP_reg5, DW_OP_piece, 4) },
	{ "bra to bytes", CHOICE_YES, 0x0201, NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_bra, U16(4), DW_OP_reg4, DW_OP_skip, U16(4),
		  DW_OP_implicit_value, 2, 1, 2) },
	{ "bra to something or nothing", REFUSED, 0, "not always there",
	  PROGRAM(DW_OP_breg2, 0, DW_OP_bra, U16(1), DW_OP_lit2) },
	{ "bra to something or lost pieces", REFUSED, 0, "not always there",
	  PROGRAM(DW_OP_breg2, 0, DW_OP_bra, U16(4), DW_OP_lit2, DW_OP_skip, U16(2), DW_OP_piece,
		  4) },
	{ "bra by a floating-point number", REFUSED, 0, "damaged",
	  PROGRAM(DOUBLE(0x40040000), DW_OP_bra, U16(1), DW_OP_lit2) },
	{ "endless bra", REFUSED, 0, "condition", PROGRAM(DW_OP_breg2, 0, DW_OP_bra, U16(0xfffb)) },
	{ "endless skip", REFUSED, 0, "complicated", PROGRAM(DW_OP_skip, U16(0xfffd)) },
	{ "skip into an operand", REFUSED, 0, "damaged",
	  PROGRAM(DW_OP_skip, U16(1), DW_OP_const1u, 3, V) },
	{ "implicit_value", VALUE, 0x030201, NULL, PROGRAM(DW_OP_implicit_value, 3, 1, 2, 3) },
	{ "entry_value outside", REFUSED, 0, "entry",
	  PROGRAM(DW_OP_entry_value, 1, DW_OP_reg5, V) },
	/* To the first of these, which is in memory at 17; to the second, the number 200; to a type. */
	{ "implicit_pointer to memory", VALUE, 20, NULL,
	  PROGRAM(DW_OP_implicit_pointer, U32(0x22), 3) },
	{ "implicit_pointer", POINTER, 200, NULL, PROGRAM(DW_OP_implicit_pointer, U32(0x28), 0) },
	{ "implicit_pointer to nothing", REFUSED, 0, "optimized out",
	  PROGRAM(DW_OP_implicit_pointer, U32(0x0d), 0) },
	{ "implicit_pointer to nowhere", REFUSED, 0, "optimized out",
	  PROGRAM(DW_OP_implicit_pointer, U32(0x10000), 0) },
	{ "tls", REFUSED, 0, "thread", PROGRAM(DW_OP_lit1, DW_OP_form_tls_address) },
	{ "xderef", VALUE, 0x0706050403020100, NULL,
	  PROGRAM(DW_OP_lit0, DW_OP_const2u, U16(MEMORY), DW_OP_xderef, V) },
	{ "xderef_size", VALUE, 0x83828180, NULL,
	  PROGRAM(DW_OP_lit0, DW_OP_const2u, U16(MEMORY + 0x80), DW_OP_xderef_size, 4, V) },
	{ "xderef_type", VALUE, 0x83828180, NULL,
	  PROGRAM(DW_OP_lit0, DW_OP_const2u, U16(MEMORY + 0x80), DW_OP_xderef_type, 4, TYPE_U32,
		  V) },
	{ "xderef of another space", REFUSED, 0, "address space",
	  PROGRAM(DW_OP_lit1, DW_OP_const2u, U16(MEMORY), DW_OP_xderef, V) },
	{ "xderef of any space", REFUSED, 0, "address space",
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const2u, U16(MEMORY), DW_OP_xderef, V) },
	{ "push_object_address", REFUSED, 0, "part of something",
	  PROGRAM(DW_OP_push_object_address) },
	{ "unknown", REFUSED, 0, "unknown operation 0xfd",
	  PROGRAM(DW_OP_GNU_variable_value, U32(0x1c)) },
	{ "underflow", REFUSED, 0, "damaged", PROGRAM(DW_OP_lit1, DW_OP_plus, V) },
	{ "pick too deep", REFUSED, 0, "damaged", PROGRAM(DW_OP_lit1, DW_OP_pick, 7, V) },
	{ "doubling", REFUSED, 0, "complicated",
	  PROGRAM(DW_OP_breg1, 0, DW_OP_dup, DW_OP_plus, DW_OP_dup, DW_OP_plus, DW_OP_dup,
		  DW_OP_plus, DW_OP_dup, DW_OP_plus, DW_OP_dup, DW_OP_plus, DW_OP_dup, DW_OP_plus,
		  DW_OP_dup, DW_OP_plus, DW_OP_dup, DW_OP_plus, DW_OP_dup, DW_OP_plus, DW_OP_dup,
		  DW_OP_plus, DW_OP_dup, DW_OP_plus, DW_OP_dup, DW_OP_plus, DW_OP_dup, DW_OP_plus,
		  DW_OP_dup, DW_OP_plus, DW_OP_dup, DW_OP_plus) },
	{ "empty", REFUSED, 0, "optimized out", PROGRAM(DW_OP_nop) },
	{ "frame without a function", REFUSED, 0, "frame", PROGRAM(DW_OP_fbreg, 0) },
	{ "convert", VALUE, -154, NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const4u, U32(0xffffff00), DW_OP_or, DW_OP_convert,
		  TYPE_S32, DW_OP_convert, TYPE_S64, V) },
	{ "convert to generic", VALUE, 0xffffff66, NULL,
	  PROGRAM(DW_OP_breg2, 0, DW_OP_const4u, U32(0xffffff00), DW_OP_or, DW_OP_convert,
		  TYPE_U32, DW_OP_convert, 0, V) },
	{ "typed overflow", VALUE, 101, NULL,
	  PROGRAM(DW_OP_regval_type, 2, TYPE_U32, DW_OP_const_type, TYPE_U32, 4, U32(0xffffffff),
		  DW_OP_plus, V) },
	{ "typed signed", VALUE, -10, NULL, PROGRAM(MINUS_10(TYPE_S32), V) },
	{ "typed unsigned", VALUE, 0xfffffff6, NULL, PROGRAM(MINUS_10(TYPE_U32), V) },
	{ "typed signed mod", VALUE, -3, NULL,
	  PROGRAM(MINUS_10(TYPE_S32), DW_OP_const_type, TYPE_S32, 1, 7, DW_OP_mod, V) },
	{ "typed logical shr", VALUE, 15, NULL,
	  PROGRAM(MINUS_10(TYPE_S32), DW_OP_lit28, DW_OP_shr, V) },
	{ "typed shra", VALUE, 0xffffffff, NULL,
	  PROGRAM(MINUS_10(TYPE_U32), DW_OP_lit28, DW_OP_shra, V) },
	{ "unsigned division of 32 bits", VALUE, 0xfffffff6 / 7, NULL,
	  PROGRAM(MINUS_10(TYPE_U32), DW_OP_const_type, TYPE_U32, 1, 7, DW_OP_div, V) },
	{ "unsigned comparison of 64 bits", VALUE, 0, NULL,
	  PROGRAM(MINUS_10(TYPE_U64), DW_OP_const_type, TYPE_U64, 1, 7, DW_OP_lt, V) },
	{ "signed comparison of 64 bits", VALUE, 1, NULL,
	  PROGRAM(MINUS_10(TYPE_S64), DW_OP_const_type, TYPE_S64, 1, 7, DW_OP_lt, V) },
	{ "unsigned division of 64 bits", VALUE, (gint64)((guint64)-10 / 7), NULL,
	  PROGRAM(MINUS_10(TYPE_U64), DW_OP_const_type, TYPE_U64, 1, 7, DW_OP_div, V) },
	{ "deref_type", VALUE, (gint32)0x83828180, NULL,
	  PROGRAM(DW_OP_const2u, U16(MEMORY + 0x80), DW_OP_deref_type, 4, TYPE_S32, V) },
	{ "register of floats", REFUSED, 0, "floating-point register",
	  PROGRAM(DW_OP_regval_type, 17, TYPE_FLOAT, V) },
	{ "reg17", REFUSED, 0, "floating-point register", PROGRAM(DW_OP_reg17) },
	{ "regx 49", REFUSED, 0, "register that probes do not read", PROGRAM(DW_OP_regx, 49) },
	{ "breg17", REFUSED, 0, "floating-point register", PROGRAM(DW_OP_breg17, 0) },
	{ "float of 16 bytes", REFUSED, 0, "at most 8 bytes",
	  PROGRAM(DW_OP_const_type, TYPE_LONG_DOUBLE, 8, U32(0), U32(0), V) },
	/* 2.5 + 0.25 = 2.75; 2.5 - 4, * and / the same; as singles and as doubles. */
	{ "plus of singles", VALUE, 0x40300000, NULL,
	  PROGRAM(SINGLE(0x40200000), SINGLE(0x3e800000), DW_OP_plus, V) },
	{ "plus of doubles", VALUE, 0x4006000000000000, NULL,
	  PROGRAM(DOUBLE(0x40040000), DOUBLE(0x3fd00000), DW_OP_plus, V) },
	{ "minus of singles", VALUE, 0xbfc00000, NULL,
	  PROGRAM(SINGLE(0x40200000), SINGLE(0x40800000), DW_OP_minus, V) },
	{ "minus of doubles", VALUE, (gint64)0xbff8000000000000, NULL,
	  PROGRAM(DOUBLE(0x40040000), DOUBLE(0x40100000), DW_OP_minus, V) },
	{ "mul of doubles", VALUE, 0x4024000000000000, NULL,
	  PROGRAM(DOUBLE(0x40040000), DOUBLE(0x40100000), DW_OP_mul, V) },
	{ "div of doubles", VALUE, 0x3fe4000000000000, NULL,
	  PROGRAM(DOUBLE(0x40040000), DOUBLE(0x40100000), DW_OP_div, V) },
	/* 1/3: a single's digits end earlier. */
	{ "div of singles", VALUE, 0x3eaaaaab, NULL,
	  PROGRAM(SINGLE(0x3f800000), SINGLE(0x40400000), DW_OP_div, V) },
	{ "a third", VALUE, 0x3fd5555555555555, NULL,
	  PROGRAM(DOUBLE(0x3ff00000), DOUBLE(0x40080000), DW_OP_div, V) },
	/* 2^24 + 1 is no single. */
	{ "plus of singles, rounded", VALUE, 0x4b800000, NULL,
	  PROGRAM(SINGLE(0x4b800000), SINGLE(0x3f800000), DW_OP_plus, V) },
	{ "neg of a single", VALUE, 0xc0200000, NULL, PROGRAM(SINGLE(0x40200000), DW_OP_neg, V) },
	{ "abs of a double", VALUE, 0x4004000000000000, NULL,
	  PROGRAM(DOUBLE(0xc0040000), DW_OP_abs, V) },
	{ "dup, swap and rot of doubles", VALUE, 0x3fd0000000000000, NULL,
	  PROGRAM(DOUBLE(0x40100000), DW_OP_dup, DOUBLE(0x40300000), DW_OP_swap, DW_OP_rot,
		  DW_OP_div, V) },
	{ "lt of doubles", VALUE, 1, NULL,
	  PROGRAM(DOUBLE(0xc0100000), DOUBLE(0xc0040000), DW_OP_lt, V) },
	{ "le of doubles", VALUE, 1, NULL,
	  PROGRAM(DOUBLE(0xc0040000), DOUBLE(0xc0040000), DW_OP_le, V) },
	{ "gt of doubles", VALUE, 0, NULL,
	  PROGRAM(DOUBLE(0xc0100000), DOUBLE(0xc0040000), DW_OP_gt, V) },
	{ "ge of doubles", VALUE, 0, NULL,
	  PROGRAM(DOUBLE(0xc0100000), DOUBLE(0xc0040000), DW_OP_ge, V) },
	{ "eq of zeros", VALUE, 1, NULL, PROGRAM(DOUBLE(0x80000000), DOUBLE(0), DW_OP_eq, V) },
	{ "ne of zeros", VALUE, 0, NULL, PROGRAM(DOUBLE(0x80000000), DOUBLE(0), DW_OP_ne, V) },
	{ "ge of no number", VALUE, 0, NULL,
	  PROGRAM(DOUBLE(0x7ff80000), DOUBLE(0x7ff80000), DW_OP_ge, V) },
	{ "le of no number", VALUE, 0, NULL,
	  PROGRAM(DOUBLE(0x7ff80000), DOUBLE(0), DW_OP_le, V) },
	{ "ne of no number", VALUE, 1, NULL,
	  PROGRAM(DOUBLE(0x7ff80000), DOUBLE(0x7ff80000), DW_OP_ne, V) },
	{ "bra on floats", VALUE, REGISTER(4), NULL,
	  PROGRAM(DW_OP_regval_type, 2, TYPE_S64, DW_OP_convert, TYPE_DOUBLE, DOUBLE(0x40590000),
		  DW_OP_gt, DW_OP_bra, U16(4), DW_OP_reg3, DW_OP_skip, U16(1), DW_OP_reg4) },
	{ "convert of a register", VALUE, 0x4059800000000000, NULL,	/* 102 */
	  PROGRAM(DW_OP_regval_type, 2, TYPE_S64, DW_OP_convert, TYPE_DOUBLE, V) },
	{ "convert of a number below 0", VALUE, 0xc1200000, NULL,
	  PROGRAM(MINUS_10(TYPE_S32), DW_OP_convert, TYPE_FLOAT, V) },
	{ "convert of one without a sign", VALUE, 0x43f0000000000000, NULL,	/* 2^64 - 10 */
	  PROGRAM(MINUS_10(TYPE_U64), DW_OP_convert, TYPE_DOUBLE, V) },
	{ "convert to a whole number", VALUE, -2, NULL,
	  PROGRAM(DOUBLE(0xc0040000), DW_OP_convert, TYPE_S32, V) },
	{ "convert to a large number", VALUE, (gint64)0xc000000000000000, NULL,
	  PROGRAM(DOUBLE(0x43e80000), DW_OP_convert, TYPE_U64, V) },
	{ "convert to the generic type", VALUE, 3, NULL,
	  PROGRAM(SINGLE(0x40600000), DW_OP_convert, 0, V) },
	{ "convert to a double", VALUE, 0x4004000000000000, NULL,
	  PROGRAM(SINGLE(0x40200000), DW_OP_convert, TYPE_DOUBLE, V) },
	{ "convert to a single", VALUE, 0x3eaaaaab, NULL,
	  PROGRAM(DW_OP_const_type, TYPE_DOUBLE, 8, U32(0x55555555), U32(0x3fd55555),
		  DW_OP_convert, TYPE_FLOAT, V) },
	{ "reinterpret as a whole number", VALUE, 0x40200000, NULL,
	  PROGRAM(SINGLE(0x40200000), DW_OP_reinterpret, TYPE_S32, V) },
	{ "reinterpret as a single", VALUE, 0x40a00000, NULL,
	  PROGRAM(DW_OP_const_type, TYPE_U32, 4, U32(0x40200000), DW_OP_reinterpret, TYPE_FLOAT,
		  DW_OP_dup, DW_OP_plus, V) },
	{ "reinterpret as the generic type", VALUE, 0x4004000000000000, NULL,
	  PROGRAM(DOUBLE(0x40040000), DW_OP_reinterpret, 0, V) },
	{ "reinterpret by another size", REFUSED, 0, "damaged",
	  PROGRAM(SINGLE(0x40200000), DW_OP_reinterpret, TYPE_U64, V) },
	{ "deref_type of a single", VALUE, 0x03020100, NULL,
	  PROGRAM(DW_OP_const2u, U16(MEMORY), DW_OP_deref_type, 4, TYPE_FLOAT, V) },
	{ "regval_type of a double", VALUE, REGISTER(2), NULL,
	  PROGRAM(DW_OP_regval_type, 2, TYPE_DOUBLE, V) },
	{ "double in pieces", PIECES, 0x40300000 | (gint64)REGISTER(3) << 32, NULL,
	  PROGRAM(SINGLE(0x40200000), SINGLE(0x3e800000), DW_OP_plus, V, DW_OP_piece, 4, DW_OP_reg3,
		  DW_OP_piece, 4) },
	{ "plus of unlike types", REFUSED, 0, "damaged",
	  PROGRAM(SINGLE(0x40200000), DOUBLE(0x40040000), DW_OP_plus, V) },
	{ "plus of a float and a number", REFUSED, 0, "damaged",
	  PROGRAM(SINGLE(0x40200000), DW_OP_lit1, DW_OP_plus, V) },
	{ "shl of a float", REFUSED, 0, "damaged",
	  PROGRAM(SINGLE(0x40200000), SINGLE(0x40200000), DW_OP_shl, V) },
	{ "and of floats", REFUSED, 0, "damaged",
	  PROGRAM(SINGLE(0x40200000), SINGLE(0x40200000), DW_OP_and, V) },
	{ "not of a float", REFUSED, 0, "damaged", PROGRAM(SINGLE(0x40200000), DW_OP_not, V) },
	{ "address that is a float", REFUSED, 0, "damaged", PROGRAM(SINGLE(0x40200000)) },
	{ "deref of a float", REFUSED, 0, "damaged", PROGRAM(SINGLE(0x40200000), DW_OP_deref) },
	{ "bit_piece", PIECES, REGISTER(2) >> 4, NULL,
	  PROGRAM(DW_OP_reg2, DW_OP_bit_piece, 8, 4) },
	{ "pieces", PIECES, (gint64)REGISTER(3) << 32 | REGISTER(2), NULL,
	  PROGRAM(DW_OP_reg2, DW_OP_piece, 4, DW_OP_breg3, 0, V, DW_OP_piece, 4) },
	{ "piece in memory", PIECES, 0x03020100 | (gint64)REGISTER(3) << 32, NULL,
	  PROGRAM(DW_OP_const2u, U16(MEMORY), DW_OP_piece, 4, DW_OP_reg3, DW_OP_piece, 4) },
	{ "first piece lost", PIECES, REGISTER(2), NULL,
	  PROGRAM(DW_OP_piece, 4, DW_OP_reg2, DW_OP_piece, 4) },
	{ "all pieces lost", REFUSED, 0, "optimized out",
	  PROGRAM(DW_OP_piece, 4, DW_OP_piece, 4) },
};

/* ---- a file with these variables ------------------------------------------------------------- */

/*
 * A unit with base types without names, of 3 bytes each, and a variable per program.  The lengths
 * are such that the base types are where the programs have them.
 */
static void write_assembler(GString *out)
{
	static const guint8 types[][2] = {
		{ 4, DW_ATE_signed }, { 4, DW_ATE_unsigned }, { 8, DW_ATE_unsigned },
		{ 8, DW_ATE_signed }, { 4, DW_ATE_float }, { 8, DW_ATE_float },
		{ 16, DW_ATE_float },
	};

	g_string_append(out, ".text\n.globl _start\n_start: nop\n"
			     ".section .debug_abbrev,\"\",@progbits\n"
			     ".byte 1, 0x11, 1, 0, 0\n"		/* unit, with children */
			     ".byte 2, 0x24, 0, 0x0b, 0x0b, 0x3e, 0x0b, 0, 0\n"	/* base type */
			     /* variable: name, external, location */
			     ".byte 3, 0x34, 0, 0x03, 0x08, 0x3f, 0x19, 0x02, 0x18, 0, 0\n"
			     ".byte 0\n.section .debug_info,\"\",@progbits\n"
			     ".long 2f - 1f\n1: .short 5\n.byte 1, 8\n.long 0\n.byte 1\n");
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		g_string_append_printf(out, ".byte 2, %u, %u\n", types[i][0], types[i][1]);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_string_append_printf(out, ".byte 3\n.asciz \"v%zu\"\n.uleb128 %u\n", i,
				       tests[i].length);
		for (guint b = 0; b < tests[i].length; b++)
			g_string_append_printf(out, ".byte 0x%02x\n", tests[i].program[b]);
	}
	g_string_append(out, ".byte 0\n2:\n");
}

static void assemble(const char *dir, const char *program)
{
	g_autofree char *source = g_build_filename(dir, "locations.s", NULL);
	g_autofree char *command = g_strdup_printf("cc -nostdlib -static -no-pie -o %s %s",
						   program, source);
	g_autoptr(GString) text = g_string_new(NULL);
	int status = 0;

	write_assembler(text);
	g_assert_true(g_file_set_contents(source, text->str, -1, NULL));
	g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
}

/* ---- evaluating ------------------------------------------------------------------------------ */

/* Each byte of the memory is the lowest of its address. */
static bool read_memory(struct test_machine *m, guint64 address, void *to, gsize size)
{
	(void)m;
	if (address < MEMORY || address + size > MEMORY + 0x100)
		return false;
	for (gsize i = 0; i < size; i++)
		((guint8 *)to)[i] = (guint8)(address + i);
	return true;
}

static void check_pieces(const struct test *t, struct test_machine *m,
			 const struct debug_location *location)
{
	GByteArray *bytes = g_byte_array_new(), *valid = g_byte_array_new();
	guint64 number = 0;

	g_assert_nonnull(location->pieces);
	test_fetch(m, location, sizeof(number), bytes, valid);
	for (guint i = 0; i < bytes->len && i < sizeof(number); i++)
		if (valid->data[i])
			number |= (guint64)bytes->data[i] << (8 * i);
	if (!valid->data[0])
		number >>= 32;
	g_assert_cmphex(number, ==, (guint64)t->expected);
	g_byte_array_unref(bytes);
	g_byte_array_unref(valid);
}

static void check_choice(const struct test *t, struct test_machine *m,
			 const struct debug_choice *choice)
{
	const struct debug_location *location;
	bool yes;

	g_assert_nonnull(choice);
	yes = test_evaluate(m, choice->condition) != 0;
	g_assert_cmpint(yes, ==, t->outcome == CHOICE_YES);
	location = yes ? &choice->yes : &choice->no;
	g_assert_cmphex(test_evaluate(m, location->address ? location->address : location->value),
			==, t->expected);
}

static void check(const struct test *t, struct debug_module *module, const char *name)
{
	struct test_machine m = { .read = read_memory };
	struct debug_location location;
	const struct debug_variable *v;
	const char *why = NULL;
	struct token token = { 0 };
	int r;

	for (guint i = 0; i < G_N_ELEMENTS(m.registers); i++)
		m.registers[i] = REGISTER(i);
	v = debug_global_find(module, name, NULL, &why);
	g_assert_nonnull(v);
	r = debug_locate(NULL, v, &token, &location, &why);
	if (t->outcome == REFUSED) {
		g_assert_cmpint(r, ==, -ENOENT);
		if (!strstr(why, t->why))
			g_error("%s: %s", t->name, why);
		return;
	}
	if (r)
		g_error("%s: %s", t->name, why);
	if (t->outcome == PIECES) {
		check_pieces(t, &m, &location);
		return;
	}
	if (t->outcome == POINTER) {
		g_assert_nonnull(location.target);
		location = *location.target;
	}
	if (t->outcome == CHOICE_YES || t->outcome == CHOICE_NO) {
		check_choice(t, &m, location.choice);
		return;
	}
	struct expr *e = t->outcome == ADDRESS ? location.address : location.value;
	gint64 value;

	g_assert_nonnull(e);
	value = test_evaluate(&m, e);
	if (m.failed != (t->outcome == FAULT) || value != t->expected)
		g_error("%s: 0x%" G_GINT64_MODIFIER "x, not 0x%" G_GINT64_MODIFIER "x", t->name,
			value, t->expected);
}

static void test_operations(void)
{
	struct session session = { .arena = arena_new() };
	g_autofree char *dir = g_dir_make_tmp("stap-test-XXXXXX", NULL);
	g_autofree char *program = g_build_filename(dir, "locations", NULL);
	struct debug_module *module;
	const char *why = NULL;

	assemble(dir, program);
	module = debug_module_open_file(debuginfo_new(&session, "none"), "test", program, &why);
	g_assert_nonnull(module);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *name = g_strdup_printf("v%zu", i);

		check(&tests[i], module, name);
	}
	arena_free(session.arena);
	folder_remove(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/location/operations", test_operations);
	return g_test_run();
}
