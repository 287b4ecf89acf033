// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_types.c - types, from DIEs.
 *
 * A type's id is its DIE's offset.  DWARF has one DIE for an array of several dimensions: the inner
 * ones have their number in the upper bits of the id.
 */
#include "dwarf_file.h"

#include <dwarf.h>
#include <string.h>

#define DIMENSION_SHIFT 40
#define TYPE_DEPTH_MAX 64

static Dwarf_Off offset_of(const struct debug_type *type)
{
	return type->id & (((guint64)1 << DIMENSION_SHIFT) - 1);
}

static bool die_of(const struct debug_type *type, Dwarf_Die *die)
{
	return type->id && dw_die(dw_of(type->module), offset_of(type), die);
}

static const struct debug_type *make(struct dw *dw, Dwarf_Die *die, guint dimension, int depth);

/* ---- what a DIE is --------------------------------------------------------------------------- */

static enum debug_type_kind kind_of(int tag)
{
	switch (tag) {
	case DW_TAG_base_type:
		return DEBUG_INTEGER;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
	case DW_TAG_ptr_to_member_type:
		return DEBUG_POINTER;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
		return DEBUG_STRUCT;
	case DW_TAG_union_type:
		return DEBUG_UNION;
	case DW_TAG_enumeration_type:
		return DEBUG_ENUM;
	case DW_TAG_array_type:
		return DEBUG_ARRAY;
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram:
		return DEBUG_FUNCTION;
	case DW_TAG_typedef:
		return DEBUG_TYPEDEF;
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		return DEBUG_QUALIFIED;
	default:
		return DEBUG_VOID;
	}
}

static const char *qualifier(int tag)
{
	switch (tag) {
	case DW_TAG_const_type:
		return "const";
	case DW_TAG_volatile_type:
		return "volatile";
	case DW_TAG_restrict_type:
		return "restrict";
	default:
		return "_Atomic";
	}
}

static void fill_base(struct debug_type *type, Dwarf_Die *die)
{
	gint64 encoding = 0;

	dw_constant(die, DW_AT_encoding, &encoding);
	switch (encoding) {
	case DW_ATE_boolean:
		type->is_bool = true;
		break;
	case DW_ATE_signed_char:
		type->is_char = type->is_signed = true;
		break;
	case DW_ATE_unsigned_char:
	case DW_ATE_UTF:
		type->is_char = true;
		break;
	case DW_ATE_signed:
		type->is_signed = true;
		break;
	case DW_ATE_float:
	case DW_ATE_complex_float:
	case DW_ATE_imaginary_float:
	case DW_ATE_decimal_float:
		type->kind = DEBUG_FLOAT;
		break;
	}
}

/* An enum has its underlying type's sign; compilers that do not name one have negative values. */
static void fill_enum(struct debug_type *type, Dwarf_Die *die, int depth)
{
	Dwarf_Die target, child;
	gint64 value;

	if (dw_reference(die, DW_AT_type, &target)) {
		const struct debug_type *underlying = make(dw_of(type->module), &target, 0, depth);

		type->is_signed = debug_type_strip(underlying)->is_signed;
		return;
	}
	if (dwarf_child(die, &child) != 0)
		return;
	do {
		if (dwarf_tag(&child) == DW_TAG_enumerator &&
		    dw_constant(&child, DW_AT_const_value, &value) && value < 0)
			type->is_signed = true;
	} while (dwarf_siblingof(&child, &child) == 0);
}

/* The dimension's DIE; *more: there is another behind it. */
static bool find_dimension(Dwarf_Die *array, guint dimension, Dwarf_Die *range, bool *more)
{
	bool found = false;
	Dwarf_Die child;

	*more = false;
	if (dwarf_child(array, &child) != 0)
		return false;
	do {
		int tag = dwarf_tag(&child);

		if (tag != DW_TAG_subrange_type && tag != DW_TAG_enumeration_type)
			continue;
		if (found) {
			*more = true;
			break;
		}
		if (dimension-- == 0) {
			*range = child;
			found = true;
		}
	} while (dwarf_siblingof(&child, &child) == 0);
	return found;
}

static void fill_array(struct debug_type *type, Dwarf_Die *die, guint dimension, int depth)
{
	const struct debug_type *element;
	gint64 count, upper;
	Dwarf_Die range, target;
	bool more;

	if (!find_dimension(die, dimension, &range, &more))
		return;
	if (dw_constant(&range, DW_AT_count, &count)) {
		type->counted = true;
		type->count = (guint64)count;
	} else if (dw_constant(&range, DW_AT_upper_bound, &upper)) {
		type->counted = true;
		type->count = (guint64)upper + 1;
	}
	if (!type->counted)
		return;
	if (more)
		element = make(dw_of(type->module), die, dimension + 1, depth);
	else if (dw_reference(die, DW_AT_type, &target))
		element = make(dw_of(type->module), &target, 0, depth);
	else
		return;
	if (element->size && type->count <= G_MAXUINT64 / element->size)
		type->size = type->count * element->size;
}

static void fill_size(struct debug_type *type, Dwarf_Die *die, guint dimension, int depth)
{
	gint64 size = 0;
	Dwarf_Die target;

	if (dimension == 0 && dw_constant(die, DW_AT_byte_size, &size)) {
		type->size = (guint64)size;
		return;
	}
	switch (type->kind) {
	case DEBUG_POINTER:
		type->size = sizeof(guint64);
		break;
	case DEBUG_TYPEDEF:
	case DEBUG_QUALIFIED:
		if (dw_reference(die, DW_AT_type, &target))
			type->size = make(dw_of(type->module), &target, 0, depth)->size;
		break;
	default:
		break;
	}
}

static const struct debug_type *make(struct dw *dw, Dwarf_Die *die, guint dimension, int depth)
{
	gint64 id = (gint64)(dwarf_dieoffset(die) | (guint64)dimension << DIMENSION_SHIFT);
	struct debug_type *type = g_hash_table_lookup(dw->types, &id);
	int tag = dwarf_tag(die);

	if (type)
		return type;
	if (depth == TYPE_DEPTH_MAX)
		return debug_void(dw->module);
	type = debug_type_new(dw->module, kind_of(tag), (guint64)id);
	/* Now, so that a type that leads back to itself ends. */
	g_hash_table_insert(dw->types, &type->id, type);
	type->name = type->kind == DEBUG_QUALIFIED ? qualifier(tag) : dwarf_diename(die);
	type->incomplete = dwarf_hasattr(die, DW_AT_declaration);
	if (type->kind == DEBUG_ARRAY)
		fill_array(type, die, dimension, depth + 1);
	fill_size(type, die, dimension, depth + 1);
	if (type->kind == DEBUG_INTEGER)
		fill_base(type, die);
	else if (type->kind == DEBUG_ENUM)
		fill_enum(type, die, depth + 1);
	return type;
}

const struct debug_type *dw_type(struct dw *dw, Dwarf_Die *die)
{
	return make(dw, die, 0, 0);
}

const struct debug_type *dw_type_of(struct dw *dw, Dwarf_Die *die)
{
	Dwarf_Die owner = *die, target;

	for (int i = 0; i < DW_DEPTH_MAX; i++) {
		if (dw_reference(&owner, DW_AT_type, &target))
			return dw_type(dw, &target);
		if (!dw_reference(&owner, DW_AT_abstract_origin, &target) &&
		    !dw_reference(&owner, DW_AT_specification, &target))
			break;
		owner = target;
	}
	return debug_void(dw->module);
}

const struct debug_type *dw_type_target(const struct debug_type *type)
{
	guint dimension = (guint)(type->id >> DIMENSION_SHIFT);
	Dwarf_Die die, range;
	bool more;

	if (!die_of(type, &die))
		return NULL;
	if (type->kind == DEBUG_ARRAY && find_dimension(&die, dimension, &range, &more) && more)
		return make(dw_of(type->module), &die, dimension + 1, 0);
	return dw_type_of(dw_of(type->module), &die);
}

/* ---- what it consists of --------------------------------------------------------------------- */

/*
 * A bitfield: its bits counted from the lowest byte that has any, as it stands in memory.
 * DW_AT_data_bit_offset (DWARF 4 and later) counts from the structure's beginning; DW_AT_bit_offset
 * (before) from the highest bit of a unit of storage.
 */
static void fill_bits(struct debug_member *member, Dwarf_Die *die)
{
	gint64 size, offset, storage = 0;

	if (!dw_constant(die, DW_AT_bit_size, &size) || size <= 0)
		return;
	if (dw_constant(die, DW_AT_data_bit_offset, &offset)) {
		member->offset += (guint64)offset / 8;
		member->bit_offset = (guint)(offset % 8);
	} else if (dw_constant(die, DW_AT_bit_offset, &offset)) {
		if (!dw_constant(die, DW_AT_byte_size, &storage))
			storage = (gint64)debug_type_strip(member->type)->size;
		offset = storage * 8 - offset - size;
		if (offset < 0)
			return;
		member->offset += (guint64)offset / 8;
		member->bit_offset = (guint)(offset % 8);
	}
	member->bit_size = (guint)size;
}

/* DW_AT_data_member_location: a number, or an expression that only adds one. */
static guint64 member_offset(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *ops;
	gsize count;
	gint64 offset;

	if (dw_constant(die, DW_AT_data_member_location, &offset))
		return (guint64)offset;
	if (dwarf_attr(die, DW_AT_data_member_location, &attribute) &&
	    dwarf_getlocation(&attribute, &ops, &count) == 0 && count == 1 &&
	    ops[0].atom == DW_OP_plus_uconst)
		return ops[0].number;
	return 0;
}

const GPtrArray *dw_type_members(const struct debug_type *type)
{
	struct debug_module *m = type->module;
	GPtrArray *members = arena_list(m->arena);
	Dwarf_Die die, child;

	if (!die_of(type, &die) || dwarf_child(&die, &child) != 0)
		return members;
	do {
		struct debug_member *member;

		if (dwarf_tag(&child) != DW_TAG_member)
			continue;
		member = arena_alloc(m->arena, sizeof(*member));
		member->name = dwarf_diename(&child);
		member->type = dw_type_of(dw_of(m), &child);
		member->offset = member_offset(&child);
		fill_bits(member, &child);
		g_ptr_array_add(members, member);
	} while (dwarf_siblingof(&child, &child) == 0);
	return members;
}

const GPtrArray *dw_type_enumerators(const struct debug_type *type)
{
	struct debug_module *m = type->module;
	GPtrArray *enumerators = arena_list(m->arena);
	Dwarf_Die die, child;

	if (!die_of(type, &die) || dwarf_child(&die, &child) != 0)
		return enumerators;
	do {
		struct debug_enumerator *enumerator;

		if (dwarf_tag(&child) != DW_TAG_enumerator)
			continue;
		enumerator = arena_alloc(m->arena, sizeof(*enumerator));
		enumerator->name = dwarf_diename(&child);
		if (enumerator->name &&
		    dw_constant(&child, DW_AT_const_value, &enumerator->value))
			g_ptr_array_add(enumerators, enumerator);
	} while (dwarf_siblingof(&child, &child) == 0);
	return enumerators;
}

const GPtrArray *dw_type_parameters(const struct debug_type *type)
{
	struct debug_module *m = type->module;
	GPtrArray *parameters = arena_list(m->arena);
	Dwarf_Die die, child;

	if (!die_of(type, &die) || dwarf_child(&die, &child) != 0)
		return parameters;
	do {
		if (dwarf_tag(&child) == DW_TAG_formal_parameter)
			g_ptr_array_add(parameters, (gpointer)dw_type_of(dw_of(m), &child));
	} while (dwarf_siblingof(&child, &child) == 0);
	return parameters;
}

/* ---- by name --------------------------------------------------------------------------------- */

static guint tag_of(enum debug_type_kind kind)
{
	switch (kind) {
	case DEBUG_STRUCT:
		return DW_TAG_structure_type;
	case DEBUG_UNION:
		return DW_TAG_union_type;
	case DEBUG_ENUM:
		return DW_TAG_enumeration_type;
	case DEBUG_TYPEDEF:
		return DW_TAG_typedef;
	default:
		return DW_TAG_base_type;
	}
}

const struct debug_type *dw_type_find(struct debug_module *m, enum debug_type_kind kind,
				      const char *name)
{
	struct index *index = dw_of(m)->index;
	guint first, count;

	if (!debug_glob_is_plain(name))
		return NULL;
	index_find(index, INDEX_TYPES, name, &first, &count);
	for (guint i = first; i < first + count; i++) {
		const struct index_type *record = index_record(index, INDEX_TYPES, i);
		Dwarf_Die die;

		if (record && record->tag == tag_of(kind) && dw_die(dw_of(m), record->die, &die))
			return dw_type(dw_of(m), &die);
	}
	return NULL;
}

const struct debug_type *dw_type_complete(const struct debug_type *type)
{
	return type->name ? dw_type_find(type->module, type->kind, type->name) : NULL;
}

bool dw_enumerator_find(struct debug_module *m, const char *name, gint64 *value)
{
	struct index *index = dw_of(m)->index;
	const struct index_enumerator *record;
	guint first, count;

	if (!debug_glob_is_plain(name))
		return false;
	index_find(index, INDEX_ENUMERATORS, name, &first, &count);
	record = count ? index_record(index, INDEX_ENUMERATORS, first) : NULL;
	if (!record)
		return false;
	*value = record->value;
	return true;
}
