// SPDX-License-Identifier: GPL-2.0-or-later
#include "object.h"
#include "similar.h"

#include <errno.h>

#define POINTER_SIZE 8
#define VALUE_SIZE_MAX 8	/* bytes that a long holds */

const char *type_text(struct session *s, const struct debug_type *type)
{
	GString *text = g_string_new(NULL);
	const char *copy;

	debug_type_print(text, type);
	copy = arena_strdup(s->arena, text->str);
	g_string_free(text, TRUE);
	return copy;
}

struct object object_pointer(struct session *s, const struct token *token,
			   const struct debug_type *type, struct expr *pointer)
{
	return (struct object){
		.s = s, .token = token, .type = type, .points_there = true,
		.location = { .value = pointer, .writable_register = -1 },
	};
}

/* What lies at an address that a value of `object` leads to. */
static struct object in_memory(const struct object *object, const struct debug_type *type,
			       struct expr *address)
{
	return (struct object){
		.s = object->s, .token = object->token, .type = type,
		.location = { .address = address, .writable_register = -1 },
	};
}

struct object object_clone(const struct object *object)
{
	struct object copy = *object;

	if (copy.location.address)
		copy.location.address = expr_clone(object->s->arena, copy.location.address);
	if (copy.location.value)
		copy.location.value = expr_clone(object->s->arena, copy.location.value);
	if (copy.ways) {
		copy.ways = arena_alloc(object->s->arena, sizeof(*copy.ways));
		copy.ways->condition = expr_clone(object->s->arena, object->ways->condition);
		copy.ways->yes = object_clone(&object->ways->yes);
		copy.ways->no = object_clone(&object->ways->no);
	}
	return copy;
}

/* ---- objects whose place a hit decides ------------------------------------------------------- */

/* NULL: there is one place. */
static struct object_ways *object_ways(const struct object *object)
{
	const struct debug_choice *choice = object->location.choice;
	struct object_ways *ways;

	if (object->ways || !choice)
		return object->ways;
	ways = arena_alloc(object->s->arena, sizeof(*ways));
	ways->condition = expr_clone(object->s->arena, choice->condition);
	ways->yes = ways->no = *object;
	ways->yes.location = choice->yes;
	ways->no.location = choice->no;
	ways->yes = object_clone(&ways->yes);
	ways->no = object_clone(&ways->no);
	return ways;
}

static struct expr *choose(const struct object *object, struct expr *condition, struct expr *yes,
			   struct expr *no)
{
	struct expr *e;

	if (!yes || !no)
		return NULL;
	e = expr_ternary(object->s->arena, object->token, condition, yes, no);
	e->type = TYPE_LONG;
	return e;
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

static struct expr *number(const struct object *object, gint64 n)
{
	return expr_number(object->s->arena, object->token, n);
}

static struct expr *binary(const struct object *object, enum binary_operator op, struct expr *left,
			   struct expr *right)
{
	return expr_binary(object->s->arena, op, object->token, left, right);
}

/* address + offset, in one addition for a chain of members. */
static struct expr *add(const struct object *object, struct expr *address, guint64 offset)
{
	gint64 sum = (gint64)offset;

	if (!offset)
		return address;
	if (address->kind == EXPR_BINARY && address->binary.op == OP_ADD &&
	    address->binary.right->kind == EXPR_NUMBER) {
		sum += address->binary.right->number;
		address = address->binary.left;
	}
	return binary(object, OP_ADD, address, number(object, sum));
}

static struct expr *load(const struct object *object, struct expr *address, guint64 size,
			 bool is_signed)
{
	bool of_programs = object->type && debug_module_of_programs(object->type->module);
	struct expr *e = expr_primitive(object->s->arena,
					of_programs ? PRIMITIVE_LOAD_EITHER : PRIMITIVE_LOAD,
					object->token, address, NULL);

	e->primitive.size = (guint)size;
	e->primitive.is_signed = is_signed;
	return e;
}

static struct expr *bits(const struct object *object, struct expr *value, guint first, guint count,
			 bool is_signed)
{
	struct expr *e = expr_primitive(object->s->arena, PRIMITIVE_BITS, object->token, value, NULL);

	if (!first && count == 64)
		return value;
	e->primitive.number = first;
	e->primitive.size = count;
	e->primitive.is_signed = is_signed;
	return e;
}

/* ---- pointers that were optimized out -------------------------------------------------------- */

static int advance(struct object *object, guint64 offset, const struct debug_type *type,
		   const char **why);

/* To what such a pointer points to, and `offset` bytes on. */
static int follow_lost_pointer(struct object *object, gint64 offset, const struct debug_type *type,
			       const char **why)
{
	offset += object->location.target_offset;
	if (offset < 0) {
		*why = "only what it points to is known here, not what is before that";
		return -ENOENT;
	}
	object->location = *object->location.target;
	object->bit_offset = object->bit_size = 0;
	*object = object_clone(object);
	return advance(object, (guint64)offset, type, why);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static const struct debug_type *object_type(const struct object *object)
{
	return debug_type_strip(object->type);
}

int object_target(struct object *object, const char **why)
{
	const struct debug_type *type = object_type(object);
	struct expr *pointer = object->location.value;

	if (object->points_there) {
		*object = in_memory(object, object->type, pointer);
		return 0;
	}
	if (type->kind != DEBUG_POINTER)
		return 0;
	if (object->location.target)
		return follow_lost_pointer(object, 0, debug_type_target(type), why);
	pointer = object_value(object, why);
	if (!pointer)
		return -ENOENT;
	*object = in_memory(object, debug_type_target(type), pointer);
	return 0;
}

/* What begins with a piece and goes on in the next ones. */
static int leave_pieces(struct object *object, guint first)
{
	GPtrArray *pieces = arena_list(object->s->arena);

	for (guint i = first; i < object->location.pieces->len; i++)
		g_ptr_array_add(pieces, object->location.pieces->pdata[i]);
	object->location.pieces = pieces;
	object->bit_offset = object->bit_size = 0;
	return 0;
}

/* Move on by `offset` bytes to something of another type. */
static int advance(struct object *object, guint64 offset, const struct debug_type *type,
		   const char **why)
{
	GPtrArray *pieces = object->location.pieces;
	struct object_ways *ways = object_ways(object);

	object->type = type;
	if (ways) {
		object->ways = ways;
		return advance(&ways->yes, offset, type, why) ||
				       advance(&ways->no, offset, type, why) ?
			       -ENOENT :
			       0;
	}
	if (object->location.address) {
		object->location.address = add(object, object->location.address, offset);
		return 0;
	}
	if (object->location.value) {
		object->bit_offset += (guint)offset * 8;
		object->bit_size = (guint)debug_type_strip(type)->size * 8;
		object->location.writable_register = -1;
		return 0;
	}
	if (object->location.target) {
		if (!offset)
			return 0;
		*why = "that part of it was optimized out";
		return -ENOENT;
	}
	offset *= 8;
	for (guint i = 0; i < pieces->len; i++) {
		const struct debug_piece *piece = pieces->pdata[i];

		if (offset >= piece->bits) {
			offset -= piece->bits;
			continue;
		}
		if (!offset && debug_type_strip(type)->size * 8 > piece->bits)
			return leave_pieces(object, i);
		if (!piece->location)
			break;
		object->location = *piece->location;
		*object = object_clone(object);
		return advance(object, offset / 8, type, why);
	}
	*why = "that part of it was optimized out";
	return -ENOENT;
}

/* To the bits of a bitfield. */
static void narrow(struct object *object, const struct debug_member *member)
{
	if (object->ways) {
		narrow(&object->ways->yes, member);
		narrow(&object->ways->no, member);
		return;
	}
	object->bit_offset += member->bit_offset;
	object->bit_size = member->bit_size;
}

static int advance_to(struct object *object, const struct debug_member *member, guint64 offset,
		      const char **why)
{
	if (advance(object, offset, member->type, why))
		return -ENOENT;
	if (member->bit_size)
		narrow(object, member);
	return 0;
}

int object_step_to(struct object *object, const struct debug_member *member, const char **why)
{
	return advance_to(object, member, member->offset, why);
}

static const struct debug_member *find_member(const struct debug_type *type, const char *name,
					      guint64 *offset)
{
	const GPtrArray *members = debug_type_members(type);

	for (guint i = 0; i < members->len; i++) {
		const struct debug_member *member = members->pdata[i], *inner;

		if (member->name && !g_strcmp0(member->name, name)) {
			*offset += member->offset;
			return member;
		}
		if (member->name)
			continue;
		inner = find_member(debug_type_strip(member->type), name, offset);
		if (inner) {
			*offset += member->offset;
			return inner;
		}
	}
	return NULL;
}

static void member_names(const struct debug_type *type, GPtrArray *names)
{
	const GPtrArray *members = debug_type_members(type);

	for (guint i = 0; i < members->len; i++) {
		const struct debug_member *member = members->pdata[i];

		if (member->name)
			g_ptr_array_add(names, g_strdup(member->name));
		else
			member_names(debug_type_strip(member->type), names);
	}
}

static const char *no_member(const struct object *object, const struct debug_type *type,
			     const char *name)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	char *others;
	const char *text;

	member_names(type, names);
	others = similar_list("alternatives", name, names, names->len);
	text = arena_printf(object->s->arena, "unable to find member '%s' for %s%s", name,
			    type_text(object->s, type), others);
	g_free(others);
	g_ptr_array_unref(names);
	return text;
}

int object_member(struct object *object, const char *name, const char **why)
{
	const struct debug_member *member;
	const struct debug_type *type;
	guint64 offset = 0;

	if (object_target(object, why))
		return -ENOENT;
	type = object_type(object);
	if (type->kind != DEBUG_STRUCT && type->kind != DEBUG_UNION) {
		*why = arena_printf(object->s->arena, "invalid access '->%s' vs '%s'", name,
				    type_text(object->s, object->type));
		return -ENOENT;
	}
	if (type->incomplete) {
		*why = arena_printf(object->s->arena, "unresolved %s: it is only declared here",
				    type_text(object->s, type));
		return -ENOENT;
	}
	member = find_member(type, name, &offset);
	if (!member) {
		*why = no_member(object, type, name);
		return -ENOENT;
	}
	return advance_to(object, member, offset, why);
}

int object_index(struct object *object, struct expr *index, const char **why)
{
	const struct debug_type *type = object_type(object), *element;
	struct expr *base;
	guint64 size;

	if (!object->points_there && type->kind != DEBUG_ARRAY && type->kind != DEBUG_POINTER) {
		*why = arena_printf(object->s->arena, "cannot index '%s'",
				    type_text(object->s, object->type));
		return -ENOENT;
	}
	element = object->points_there ? object->type : debug_type_target(type);
	size = debug_type_strip(element)->size;
	if (type->kind == DEBUG_ARRAY && !object->points_there && !object->location.address) {
		if (index->kind == EXPR_NUMBER && index->number >= 0)
			return advance(object, (guint64)index->number * size, element, why);
		*why = "an array in registers takes a constant index";
		return -ENOENT;
	}
	if (object->location.target && index->kind == EXPR_NUMBER)
		return follow_lost_pointer(object, index->number * (gint64)size, element, why);
	base = object->points_there ? object->location.value : object_value(object, why);
	if (!base)
		return -ENOENT;
	if (index->kind == EXPR_NUMBER)
		base = add(object, base, (guint64)(index->number * (gint64)size));
	else
		base = binary(object, OP_ADD, base,
			      size == 1 ? index :
					  binary(object, OP_MULTIPLY, index,
						 number(object, (gint64)size)));
	*object = in_memory(object, element, base);
	return 0;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The aligned unit of memory that a bitfield lies in, or, packed, the bytes it lies in. */
static void storage_unit(const struct object *object, guint *start, guint *size)
{
	*size = (guint)object_type(object)->size;
	*start = object->bit_offset / (*size * 8) * *size;
	if (object->bit_offset - *start * 8 + object->bit_size > *size * 8) {
		*start = object->bit_offset / 8;
		*size = VALUE_SIZE_MAX;
	}
}

static struct expr *scalar(const struct object *object, guint64 size, bool is_signed)
{
	guint first, unit;

	if (object->location.value)
		return bits(object, object->location.value, object->bit_offset,
			    object->bit_size ? object->bit_size : (guint)size * 8, is_signed);
	if (!object->bit_size)
		return load(object, object->location.address, size, is_signed);
	storage_unit(object, &first, &unit);
	return bits(object, load(object, add(object, object->location.address, first), unit, false),
		    object->bit_offset - first * 8, object->bit_size, is_signed);
}

/* A scalar in several pieces, lowest first. */
static struct expr *scalar_of_pieces(const struct object *object, guint64 size, const char **why)
{
	GPtrArray *pieces = object->location.pieces;
	struct expr *sum = NULL;
	guint at = 0;

	for (guint i = 0; i < pieces->len && at < size * 8; i++) {
		const struct debug_piece *piece = pieces->pdata[i];
		struct object part = *object;
		struct expr *value;

		if (!piece->location || piece->location->target) {
			*why = "part of it was optimized out";
			return NULL;
		}
		part.location = *piece->location;
		part.bit_offset = 0;
		part.bit_size = piece->bits;
		value = scalar(&part, (piece->bits + 7) / 8, false);
		if (at)
			value = binary(object, OP_SHIFT_LEFT, value, number(object, at));
		sum = sum ? binary(object, OP_OR, sum, value) : value;
		at += piece->bits;
	}
	return sum;
}

struct expr *object_value(const struct object *object, const char **why)
{
	const struct debug_type *type = object_type(object);
	const struct object_ways *ways = object_ways(object);

	if (object->points_there)
		return object->location.value;
	if (ways)
		return choose(object, ways->condition, object_value(&ways->yes, why),
			      object_value(&ways->no, why));
	switch (type->kind) {
	case DEBUG_ARRAY:
	case DEBUG_FUNCTION:
		return object_address(object, why);
	case DEBUG_INTEGER:
	case DEBUG_ENUM:
	case DEBUG_POINTER:
		break;
	case DEBUG_STRUCT:
	case DEBUG_UNION:
		*why = arena_printf(object->s->arena,
				    "'%s' is being accessed instead of a member of the struct/union",
				    type_text(object->s, object->type));
		return NULL;
	default:
		*why = arena_printf(object->s->arena, "a value of type '%s' cannot be used",
				    type_text(object->s, object->type));
		return NULL;
	}
	if (!type->size || type->size > VALUE_SIZE_MAX) {
		*why = arena_printf(object->s->arena, "a value of type '%s' does not fit a long",
				    type_text(object->s, object->type));
		return NULL;
	}
	if (object->location.target) {
		*why = "the pointer was optimized out; only what it points to is known here";
		return NULL;
	}
	/* More was asked for than the compiler has said. */
	if (object->location.value &&
	    object->bit_offset + (object->bit_size ? object->bit_size : type->size * 8) > 64) {
		*why = "that part of it was optimized out";
		return NULL;
	}
	if (object->location.pieces) {
		struct expr *whole = scalar_of_pieces(object, type->size, why);

		return whole ? bits(object, whole, object->bit_offset,
				    object->bit_size ? object->bit_size : (guint)type->size * 8,
				    type->is_signed) :
			       NULL;
	}
	return scalar(object, type->size, type->is_signed);
}

struct expr *object_address(const struct object *object, const char **why)
{
	if (object->bit_size && object->location.address) {
		*why = "a bitfield has no address";
		return NULL;
	}
	if (!object->location.address)
		*why = "it is not in memory: it has no address";
	return object->location.address;
}

const struct debug_type *object_pointee(const struct object *object)
{
	const struct debug_type *type = object_type(object);

	if (!object->points_there && type->kind != DEBUG_POINTER && type->kind != DEBUG_ARRAY)
		return NULL;
	type = object->points_there ? object->type : debug_type_target(type);
	return debug_type_strip(type)->kind == DEBUG_VOID ? NULL : type;
}

/* ---- writing --------------------------------------------------------------------------------- */

static struct expr *store(const struct object *object, struct expr *address, struct expr *value,
			  guint size)
{
	struct expr *e =
		expr_primitive(object->s->arena, PRIMITIVE_STORE, object->token, address, value);

	e->primitive.size = size;
	return e;
}

/* The unit's other bits as they are. */
static struct expr *store_bitfield(const struct object *object, struct expr *value)
{
	struct arena *arena = object->s->arena;
	guint first, unit, shift;
	gint64 mask;
	struct expr *address, *old;

	storage_unit(object, &first, &unit);
	shift = object->bit_offset - first * 8;
	mask = (gint64)((object->bit_size == 64 ? ~0ULL : (1ULL << object->bit_size) - 1) << shift);
	address = add(object, object->location.address, first);
	old = load(object, expr_clone(arena, address), unit, false);
	value = binary(object, OP_AND, binary(object, OP_SHIFT_LEFT, value, number(object, shift)),
		       number(object, mask));
	return store(object, address,
		     binary(object, OP_OR, binary(object, OP_AND, old, number(object, ~mask)), value),
		     unit);
}

struct expr *object_store(const struct object *object, struct expr *value, const char **why)
{
	const struct debug_type *type = object_type(object);
	const struct object_ways *ways = object_ways(object);
	struct expr *e;

	if (ways)
		return choose(object, ways->condition, object_store(&ways->yes, value, why),
			      object_store(&ways->no, expr_clone(object->s->arena, value), why));
	if (object->points_there ||
	    (type->kind != DEBUG_INTEGER && type->kind != DEBUG_ENUM &&
	     type->kind != DEBUG_POINTER) ||
	    type->size > VALUE_SIZE_MAX) {
		*why = arena_printf(object->s->arena, "a value of type '%s' cannot be written",
				    type_text(object->s, object->type));
		return NULL;
	}
	if (object->location.address)
		return object->bit_size ? store_bitfield(object, value) :
					 store(object, object->location.address, value,
					       (guint)type->size);
	if (object->location.writable_register < 0 || object->bit_offset) {
		*why = "it is neither in memory nor a register of its own: it cannot be written";
		return NULL;
	}
	e = expr_primitive(object->s->arena, PRIMITIVE_SET_REGISTER, object->token, value, NULL);
	e->primitive.number = object->location.writable_register;
	return e;
}
