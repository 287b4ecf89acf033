// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * abi.c - what functions do with registers: System V ABI for x86-64, 3.2.1 and 3.2.3.
 *
 * Up to two eightbytes are returned in registers, each by its class: INTEGER in rax, then rdx; SSE
 * in xmm registers, which probes do not have.  What is larger is in memory, its address in rax.
 * Parameters have the same classes; INTEGER is in rdi and the like as long as there are enough for
 * all of a parameter, MEMORY on the stack above the return address.
 */
#include "internal.h"

#include <errno.h>
#include <string.h>

#define REGISTER_RAX 0
#define REGISTER_RDX 1
#define REGISTER_RSP 7
#define MEMBER_DEPTH_MAX 64

bool debug_abi_in_memory(const struct debug_type *type)
{
	type = debug_type_strip(type);
	switch (type->kind) {
	case DEBUG_STRUCT:
	case DEBUG_UNION:
	case DEBUG_ARRAY:
		return type->size > 16 || type->size == 0;
	default:
		return false;
	}
}

bool debug_abi_preserves(guint64 number)
{
	static const char preserved[] = { 3, 6, 12, 13, 14, 15 };	/* rbx rbp r12 … r15 */

	return number <= 16 && memchr(preserved, (int)number, sizeof(preserved));
}

static bool part_is_float(const struct debug_type *type, guint64 offset, guint64 part, int depth);

/* Is there anything but floats in this eightbyte of a struct, union or array? */
static bool members_are_float(const struct debug_type *type, guint64 offset, guint64 part,
			      int depth)
{
	const GPtrArray *members = debug_type_members(type);

	/* Not known: nothing of the kernel's is likely to be floats. */
	if (!members->len)
		return false;
	for (guint i = 0; i < members->len; i++) {
		const struct debug_member *member = members->pdata[i];

		if (!part_is_float(member->type, offset + member->offset, part, depth))
			return false;
	}
	return true;
}

/* type is at `offset` of the value; part: 0 or 8.  What is not in that part does not count. */
static bool part_is_float(const struct debug_type *type, guint64 offset, guint64 part, int depth)
{
	type = debug_type_strip(type);
	if (depth == MEMBER_DEPTH_MAX || !type->size || offset >= part + 8 ||
	    offset + type->size <= part)
		return true;
	switch (type->kind) {
	case DEBUG_FLOAT:
		return true;
	case DEBUG_STRUCT:
	case DEBUG_UNION:
		return members_are_float(type, offset, part, depth + 1);
	case DEBUG_ARRAY:
		return part_is_float(debug_type_target(type), offset > part ? offset : part, part,
				     depth + 1);
	default:
		return false;
	}
}

static struct expr *from_register(struct debug_module *m, const struct token *token, int number)
{
	struct expr *e = expr_primitive(m->arena, PRIMITIVE_REGISTER, token, NULL, NULL);

	e->primitive.number = number;
	return e;
}

static void add_piece(struct debug_module *m, const struct token *token, int number, guint64 bytes,
		      struct debug_location *out)
{
	struct debug_piece *piece = arena_alloc(m->arena, sizeof(*piece));

	piece->bits = (guint)bytes * 8;
	if (number >= 0) {
		piece->location = arena_alloc(m->arena, sizeof(*piece->location));
		piece->location->writable_register = number;
		piece->location->value = from_register(m, token, number);
	}
	g_ptr_array_add(out->pieces, piece);
}

static int two_registers(struct debug_module *m, const struct debug_type *type,
			 const struct token *token, struct debug_location *out, const char **why)
{
	static const int registers[] = { REGISTER_RAX, REGISTER_RDX };
	gsize next = 0;

	out->pieces = arena_list(m->arena);
	for (guint64 part = 0; part < type->size; part += 8) {
		bool is_float = part_is_float(type, 0, part, 0);
		guint64 rest = type->size - part;

		add_piece(m, token, is_float ? -1 : registers[next++], rest < 8 ? rest : 8, out);
	}
	if (next)
		return 0;
	*why = "floating-point values are not available";
	return -ENOENT;
}

int debug_return_location(struct debug_module *m, const struct debug_type *type,
			  const struct token *token, struct debug_location *out, const char **why)
{
	type = debug_type_strip(type);
	switch (type->kind) {
	case DEBUG_VOID:
		*why = "the function returns nothing";
		return -ENOENT;
	case DEBUG_FLOAT:
		*why = "floating-point values are not available";
		return -ENOENT;
	default:
		break;
	}
	if (debug_abi_in_memory(type)) {
		out->address = from_register(m, token, REGISTER_RAX);
		return 0;
	}
	if (type->size > 8)
		return two_registers(m, type, token, out, why);
	if (part_is_float(type, 0, 0, 0)) {
		*why = "floating-point values are not available";
		return -ENOENT;
	}
	out->value = from_register(m, token, REGISTER_RAX);
	out->writable_register = REGISTER_RAX;
	return 0;
}

/* ---- parameters ------------------------------------------------------------------------------ */

/* rdi, rsi, rdx, rcx, r8, r9 */
static const int argument_registers[] = { 5, 4, 1, 2, 8, 9 };

/* Registers, and eightbytes of the stack, that parameters have taken. */
struct passing {
	guint registers, stack;
};

static guint integer_parts(const struct debug_type *type)
{
	guint count = 0;

	for (guint64 part = 0; part < type->size; part += 8)
		count += !part_is_float(type, 0, part, 0);
	return count;
}

static bool in_registers(const struct passing *passing, const struct debug_type *type)
{
	if (debug_abi_in_memory(type) || (type->kind == DEBUG_FLOAT && type->size > 8))
		return false;
	return passing->registers + integer_parts(type) <= G_N_ELEMENTS(argument_registers);
}

static void pass(struct passing *passing, const struct debug_type *type)
{
	if (in_registers(passing, type))
		passing->registers += integer_parts(type);
	else
		passing->stack += (guint)(type->size + 7) / 8;
}

static void in_pieces(struct debug_module *m, const struct debug_type *type,
		      const struct token *token, guint next, struct debug_location *out)
{
	out->pieces = arena_list(m->arena);
	for (guint64 part = 0; part < type->size; part += 8) {
		bool is_float = part_is_float(type, 0, part, 0);
		guint64 rest = type->size - part;

		add_piece(m, token, is_float ? -1 : argument_registers[next++], rest < 8 ? rest : 8,
			  out);
	}
}

int debug_parameter_location(struct debug_module *m, const struct debug_type *result,
			     const GPtrArray *types, const struct token *token,
			     struct debug_location *out, const char **why)
{
	/* First comes where the result has to be put. */
	struct passing passing = { .registers = debug_abi_in_memory(result) };
	const struct debug_type *type;

	for (guint i = 0; i + 1 < types->len; i++)
		pass(&passing, debug_type_strip(types->pdata[i]));
	type = debug_type_strip(types->pdata[types->len - 1]);
	if (!in_registers(&passing, type)) {
		struct expr *above = expr_number(m->arena, token, 8 * (1 + (gint64)passing.stack));

		out->address = expr_binary(m->arena, OP_ADD, token,
					   from_register(m, token, REGISTER_RSP), above);
		return 0;
	}
	if (!integer_parts(type)) {
		*why = "floating-point values are not available";
		return -ENOENT;
	}
	if (type->size > 8) {
		in_pieces(m, type, token, passing.registers, out);
		return 0;
	}
	out->writable_register = argument_registers[passing.registers];
	out->value = from_register(m, token, out->writable_register);
	return 0;
}
