/* SPDX-License-Identifier: GPL-2.0-or-later */
/* location.h - the machine that runs location expressions. */
#ifndef ELABORATE_DEBUGINFO_LOCATION_H
#define ELABORATE_DEBUGINFO_LOCATION_H

#include "dwarf_file.h"

#define STACK_MAX 64
#define CALLS_MAX 8	/* of programs by programs */

/* Of a value on the stack. */
struct base_type {
	guint bits;	/* 0: generic */
	bool is_signed, is_float;
};

struct stack_value {
	struct expr *e;
	struct base_type type;
};

enum ending {
	ENDS_ON_STACK,		/* an address; with an empty stack: optimized out */
	ENDS_IN_REGISTER,	/* DW_OP_regN */
	ENDS_AS_VALUE,		/* DW_OP_stack_value */
	ENDS_AS_BYTES,		/* DW_OP_implicit_value */
	ENDS_AS_POINTER,	/* DW_OP_implicit_pointer: to what is not in memory */
	ENDS_AS_CHOICE,		/* DW_OP_bra, to places of different kinds */
};

struct machine {
	const struct dw_place *place;
	Dwarf_Attribute *attribute;	/* that the program is from; NULL: call frame information */
	struct stack_value stack[STACK_MAX];
	guint depth;
	guint steps, nodes, calls, forks;	/* each has its bound */
	enum ending ending;
	guint64 number;			/* ENDS_IN_REGISTER */
	Dwarf_Block bytes;		/* ENDS_AS_BYTES */
	Dwarf_Die target;		/* ENDS_AS_POINTER: to this variable … */
	gint64 target_offset;		/* … and how many bytes behind its begin */
	const struct debug_choice *choice;
	GPtrArray *pieces;
	bool failed;
	const char **why;
};

/* Sets *why, the first time; -ENOENT. */
int location_fail(struct machine *m, const char *why);
void location_push(struct machine *m, struct expr *e);
void location_push_typed(struct machine *m, struct expr *e, struct base_type type);
void location_push_number(struct machine *m, gint64 number);
/* Of an empty stack: fails, and gives a 0. */
struct stack_value location_pop(struct machine *m);
/* The same of an address or a condition: a floating-point number fails. */
struct expr *location_pop_integer(struct machine *m);
struct expr *location_register(struct machine *m, guint64 number);
/*
 * Of an address and an address space below it only the address stays.  x86-64 has one space, 0;
 * another, or one that only a hit tells, fails.
 */
void location_enter_space(struct machine *m);
struct expr *location_load(struct machine *m, struct expr *address, guint size);
void location_run(struct machine *m, const Dwarf_Op *ops, gsize count);
/* calls: programs around this one; 0: it is a variable's own, which alone may end as a choice. */
int location_evaluate(const struct dw_place *place, Dwarf_Attribute *attribute,
		      const Dwarf_Op *ops, gsize count, guint calls, struct debug_location *out,
		      const char **why);

/* ---- location_result.c ----------------------------------------------------------------------- */

/* false: the operation is another's. */
bool op_ending(struct machine *m, const Dwarf_Op *op);
bool op_piece(struct machine *m, const Dwarf_Op *op);
/* What is on the stack, or named, as a location; false: nothing, it is optimized out. */
bool location_result(struct machine *m, struct debug_location *out);
/* The same of the whole program, which may have left pieces. */
bool location_whole(struct machine *m, struct debug_location *out);

/* ---- location_math.c ------------------------------------------------------------------------- */

/* a op b; of two numbers, their result. */
struct expr *location_binary(struct machine *m, enum binary_operator op, struct expr *a,
			     struct expr *b);
/* `bits` bits of a, from the bit `from`. */
struct expr *location_bits(struct machine *m, struct expr *a, guint from, guint bits,
			   bool is_signed);
/* false: the operation is another's. */
bool op_arithmetic(struct machine *m, const Dwarf_Op *op);
bool op_typed(struct machine *m, const Dwarf_Op *op);

/* ---- location_float.c ------------------------------------------------------------------------ */

/* What stands on the stack for the bits that an object of the type has, and back. */
struct expr *location_from_bits(struct machine *m, struct expr *bits, struct base_type type);
struct expr *location_to_bits(struct machine *m, const struct stack_value *value);
/* A value as one of another type, by C's rules. */
struct expr *location_convert(struct machine *m, const struct stack_value *value,
			      struct base_type type);
/* a op b, of two of the same floating-point type. */
void location_push_float(struct machine *m, guint8 atom, const struct stack_value *a,
			 const struct stack_value *b);

#endif
