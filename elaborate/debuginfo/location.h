/* SPDX-License-Identifier: GPL-2.0-or-later */
/* location.h - the machine that runs location expressions. */
#ifndef ELABORATE_DEBUGINFO_LOCATION_H
#define ELABORATE_DEBUGINFO_LOCATION_H

#include "dwarf_file.h"

#define STACK_MAX 64
#define CALLS_MAX 8	/* of programs by programs */

struct stack_value {
	struct expr *e;
	guint bits;	/* of its base type; 0: generic */
	bool is_signed;
};

enum ending {
	ENDS_ON_STACK,		/* an address; with an empty stack: optimized out */
	ENDS_IN_REGISTER,	/* DW_OP_regN */
	ENDS_AS_VALUE,		/* DW_OP_stack_value */
	ENDS_AS_BYTES,		/* DW_OP_implicit_value */
	ENDS_AS_POINTER,	/* DW_OP_implicit_pointer: to what is not in memory */
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
	GPtrArray *pieces;
	bool failed;
	const char **why;
};

/* Sets *why, the first time; -ENOENT. */
int location_fail(struct machine *m, const char *why);
void location_push(struct machine *m, struct expr *e);
void location_push_typed(struct machine *m, struct expr *e, guint bits, bool is_signed);
void location_push_number(struct machine *m, gint64 number);
/* Of an empty stack: fails, and gives a 0. */
struct stack_value location_pop(struct machine *m);
struct expr *location_register(struct machine *m, guint64 number);
struct expr *location_load(struct machine *m, struct expr *address, guint size);
void location_run(struct machine *m, const Dwarf_Op *ops, gsize count);
int location_evaluate(const struct dw_place *place, Dwarf_Attribute *attribute,
		      const Dwarf_Op *ops, gsize count, guint calls, struct debug_location *out,
		      const char **why);

/* ---- location_result.c ----------------------------------------------------------------------- */

/* false: the operation is another's. */
bool op_ending(struct machine *m, const Dwarf_Op *op);
bool op_piece(struct machine *m, const Dwarf_Op *op);
/* What has been computed, as a location; false: nothing, it is optimized out. */
bool location_result(struct machine *m, struct debug_location *out);

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

#endif
