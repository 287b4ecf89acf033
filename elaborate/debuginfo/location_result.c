// SPDX-License-Identifier: GPL-2.0-or-later
/* location_result.c - what a location expression ends as: an address, a value, or pieces. */
#include "location.h"

#include <dwarf.h>

static void ends_as(struct machine *m, enum ending ending)
{
	/* Only a piece may stand behind it. */
	if (m->ending != ENDS_ON_STACK)
		location_fail(m, "its location is damaged");
	m->ending = ending;
}

bool op_ending(struct machine *m, const Dwarf_Op *op)
{
	if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31) {
		ends_as(m, ENDS_IN_REGISTER);
		m->number = op->atom - DW_OP_reg0;
		return true;
	}
	switch (op->atom) {
	case DW_OP_regx:
		ends_as(m, ENDS_IN_REGISTER);
		m->number = op->number;
		return true;
	case DW_OP_stack_value:
		ends_as(m, ENDS_AS_VALUE);
		return true;
	case DW_OP_implicit_value:
		ends_as(m, ENDS_AS_BYTES);
		if (!m->attribute ||
		    dwarf_getlocation_implicit_value(m->attribute, op, &m->bytes) != 0)
			location_fail(m, "its location is damaged");
		return true;
	case DW_OP_implicit_pointer:
	case DW_OP_GNU_implicit_pointer:
		ends_as(m, ENDS_AS_POINTER);
		m->target_offset = (gint64)op->number2;
		if (!m->attribute || dwarf_getlocation_die(m->attribute, op, &m->target) != 0)
			location_fail(m, "its location is damaged");
		return true;
	default:
		return false;
	}
}

void dw_bytes(const struct dw_place *place, const guint8 *bytes, gsize length,
	      struct debug_location *out)
{
	struct arena *arena = place->dw->arena;

	if (length > sizeof(guint64))
		out->pieces = arena_list(arena);
	for (gsize at = 0; at < length || at == 0; at += sizeof(guint64)) {
		struct debug_location *part = out;
		gsize size = MIN(length - at, sizeof(guint64));
		guint64 number = 0;

		for (gsize i = 0; i < size; i++)
			number |= (guint64)bytes[at + i] << (8 * i);
		if (out->pieces) {
			struct debug_piece *piece = arena_alloc(arena, sizeof(*piece));

			part = arena_alloc(arena, sizeof(*part));
			part->writable_register = -1;
			*piece = (struct debug_piece){ (guint)size * 8, part };
			g_ptr_array_add(out->pieces, piece);
		}
		part->value = expr_number(arena, place->token, (gint64)number);
	}
}

static bool has_place(Dwarf_Die *variable, Dwarf_Attribute *attribute)
{
	return dwarf_attr(variable, DW_AT_location, attribute) ||
	       dwarf_attr(variable, DW_AT_const_value, attribute);
}

/* The instance of an abstract variable in the code around an address. */
static bool find_instance(Dwarf_Die *scope, Dwarf_Off abstract, Dwarf_Addr address, int depth,
			  Dwarf_Attribute *attribute)
{
	Dwarf_Die child, origin;
	Dwarf_Attribute link;

	if (depth == DW_DEPTH_MAX || dwarf_child(scope, &child) != 0)
		return false;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) {
			if (dwarf_haspc(&child, address) == 1 &&
			    find_instance(&child, abstract, address, depth + 1, attribute))
				return true;
		} else if ((tag == DW_TAG_variable || tag == DW_TAG_formal_parameter) &&
			   dwarf_attr(&child, DW_AT_abstract_origin, &link) &&
			   dwarf_formref_die(&link, &origin) &&
			   dwarf_dieoffset(&origin) == abstract) {
			return has_place(&child, attribute);
		}
	} while (dwarf_siblingof(&child, &child) == 0);
	return false;
}

/*
 * What an implicit pointer points to, as far as it is known there.  Compilers name the variable of
 * the abstract function also where its code has been put into another.
 */
static bool target_location(struct machine *m, struct debug_location *target)
{
	const struct dw_place *place = m->place;
	Dwarf_Die function = place->function;
	Dwarf_Attribute attribute;
	const char *why;
	Dwarf_Op *ops;
	gsize count;

	*target = (struct debug_location){ .writable_register = -1 };
	if (m->calls == CALLS_MAX || (!has_place(&m->target, &attribute) &&
				      (!place->has_function ||
				       !find_instance(&function, dwarf_dieoffset(&m->target),
						      place->address, 0, &attribute))))
		return false;
	if (dwarf_whatattr(&attribute) == DW_AT_const_value)
		return dw_constant_location(place, &attribute, target);
	return dwarf_getlocation_addr(&attribute, place->address, &ops, &count, 1) == 1 &&
	       location_evaluate(place, &attribute, ops, count, m->calls + 1, target, &why) == 0;
}

static bool pointer_result(struct machine *m, struct debug_location *out)
{
	struct arena *arena = m->place->dw->arena;
	struct debug_location *target = arena_alloc(arena, sizeof(*target));

	if (!target_location(m, target))
		return false;
	if (target->address) {
		out->value = location_binary(m, OP_ADD, target->address,
					     expr_number(arena, m->place->token, m->target_offset));
	} else {
		out->target = target;
		out->target_offset = m->target_offset;
	}
	return true;
}

bool location_result(struct machine *m, struct debug_location *out)
{
	struct stack_value top;

	*out = (struct debug_location){ .writable_register = -1 };
	switch (m->ending) {
	case ENDS_IN_REGISTER:
		out->value = location_register(m, m->number);
		out->writable_register = (int)m->number;
		return true;
	case ENDS_AS_BYTES:
		dw_bytes(m->place, m->bytes.data, m->bytes.length, out);
		return true;
	case ENDS_AS_VALUE:
		top = location_pop(m);
		out->value = location_to_bits(m, &top);
		return true;
	case ENDS_ON_STACK:
		if (!m->depth)
			return false;
		out->address = location_pop_integer(m);
		return true;
	case ENDS_AS_CHOICE:
		out->choice = m->choice;
		return true;
	case ENDS_AS_POINTER:
		return pointer_result(m, out);
	}
	return false;
}

bool location_whole(struct machine *m, struct debug_location *out)
{
	if (!m->pieces)
		return location_result(m, out);
	*out = (struct debug_location){ .writable_register = -1, .pieces = m->pieces };
	for (guint i = 0; i < m->pieces->len; i++)
		if (((struct debug_piece *)m->pieces->pdata[i])->location)
			return true;
	return false;
}

/* The lowest bits of a result need not be its first: DW_OP_bit_piece. */
static void skip_bits(struct machine *m, struct debug_location *location, guint bits, guint skip)
{
	struct arena *arena = m->place->dw->arena;

	if (location->address && skip % 8 == 0) {
		location->address = location_binary(m, OP_ADD, location->address,
						    expr_number(arena, m->place->token, skip / 8));
	} else if (location->value && skip + bits <= 64) {
		location->value = location_bits(m, location->value, skip, bits, false);
		location->writable_register = -1;
	} else {
		location_fail(m, "its location is too complicated");
	}
}

bool op_piece(struct machine *m, const Dwarf_Op *op)
{
	guint64 bits = op->number, skip = 0;
	struct debug_location location;
	struct debug_piece *piece;

	if (op->atom == DW_OP_piece)
		bits *= 8;
	else if (op->atom == DW_OP_bit_piece)
		skip = op->number2;
	else
		return false;
	if (bits > G_MAXINT32 || skip > G_MAXINT32) {
		location_fail(m, "its location is damaged");
		return true;
	}
	if (!m->pieces)
		m->pieces = arena_list(m->place->dw->arena);
	piece = arena_alloc(m->place->dw->arena, sizeof(*piece));
	piece->bits = (guint)bits;
	if (location_result(m, &location)) {
		if (skip)
			skip_bits(m, &location, (guint)bits, (guint)skip);
		piece->location = arena_alloc(m->place->dw->arena, sizeof(location));
		*piece->location = location;
	}
	g_ptr_array_add(m->pieces, piece);
	m->ending = ENDS_ON_STACK;
	m->depth = 0;
	return true;
}
