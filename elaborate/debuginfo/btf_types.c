// SPDX-License-Identifier: GPL-2.0-or-later
/* btf_types.c - types as BTF describes them. */
#include "btf_file.h"

#include <string.h>

static const struct btf_type *type_of(const struct debug_type *type)
{
	return btf__type_by_id(btf_file(type->module)->btf, (guint32)type->id);
}

static enum debug_type_kind kind_of(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return DEBUG_INTEGER;
	case BTF_KIND_FLOAT:
		return DEBUG_FLOAT;
	case BTF_KIND_PTR:
		return DEBUG_POINTER;
	case BTF_KIND_STRUCT:
		return DEBUG_STRUCT;
	case BTF_KIND_UNION:
		return DEBUG_UNION;
	case BTF_KIND_FWD:
		return btf_kflag(t) ? DEBUG_UNION : DEBUG_STRUCT;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return DEBUG_ENUM;
	case BTF_KIND_ARRAY:
		return DEBUG_ARRAY;
	case BTF_KIND_FUNC_PROTO:
		return DEBUG_FUNCTION;
	case BTF_KIND_TYPEDEF:
		return DEBUG_TYPEDEF;
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return DEBUG_QUALIFIED;
	default:
		return DEBUG_VOID;
	}
}

static const char *qualifier(const struct btf_type *t)
{
	return btf_is_const(t) ? "const" : btf_is_volatile(t) ? "volatile" : "restrict";
}

static void fill_integer(struct debug_type *type, const struct btf_type *t)
{
	guint8 encoding = btf_int_encoding(t);

	type->is_signed = encoding & BTF_INT_SIGNED;
	type->is_bool = encoding & BTF_INT_BOOL;
	/* Compilers do not set BTF_INT_CHAR; C's names for it are few. */
	type->is_char = type->name && t->size == 1 && strstr(type->name, "char");
}

static struct debug_type *new_type(struct debug_module *m, guint32 id)
{
	const struct btf_type *t = btf__type_by_id(btf_file(m)->btf, id);
	struct debug_type *type = debug_type_new(m, kind_of(t), id);
	gint64 size = btf__resolve_size(btf_file(m)->btf, id);

	type->name = type->kind == DEBUG_QUALIFIED ? qualifier(t) : btf_name(m, t->name_off);
	type->size = size > 0 ? (guint64)size : 0;
	type->incomplete = btf_is_fwd(t);
	if (btf_is_int(t))
		fill_integer(type, t);
	if (type->kind == DEBUG_ENUM)
		type->is_signed = btf_kflag(t);
	if (btf_is_array(t)) {
		/* [] and [0] look the same. */
		type->count = btf_array(t)->nelems;
		type->counted = type->count != 0;
	}
	return type;
}

/* Tags of types say nothing to scripts. */
static guint32 skip_tags(const struct debug_module *m, guint32 id)
{
	const struct btf_type *t = btf__type_by_id(btf_file(m)->btf, id);

	while (t && btf_kind(t) == BTF_KIND_TYPE_TAG) {
		id = t->type;
		t = btf__type_by_id(btf_file(m)->btf, id);
	}
	return id;
}

const struct debug_type *btf_type_object(struct debug_module *m, guint32 id)
{
	struct btf_file *file = btf_file(m);

	id = skip_tags(m, id);
	if (!id || id >= file->count || !btf__type_by_id(file->btf, id))
		return debug_void(m);
	if (!file->types[id])
		file->types[id] = new_type(m, id);
	return file->types[id];
}

const struct debug_type *btf_type_target(const struct debug_type *type)
{
	const struct btf_type *t = type->kind == DEBUG_VOID ? NULL : type_of(type);

	if (!t)
		return NULL;
	return btf_type_object(type->module, btf_is_array(t) ? btf_array(t)->type : t->type);
}

const GPtrArray *btf_type_members(const struct debug_type *type)
{
	struct debug_module *m = type->module;
	GPtrArray *list = arena_list(m->arena);
	const struct btf_type *t = type_of(type);

	for (guint16 i = 0; btf_is_composite(t) && i < btf_vlen(t); i++) {
		struct debug_member *member = arena_alloc(m->arena, sizeof(*member));
		guint32 bit = btf_member_bit_offset(t, i);

		member->name = btf_name(m, btf_members(t)[i].name_off);
		member->type = btf_type_object(m, btf_members(t)[i].type);
		member->bit_size = btf_member_bitfield_size(t, i);
		/* By whole words, as pieces of a structure are in registers. */
		member->offset = member->bit_size ? bit / 64 * 8 : bit / 8;
		member->bit_offset = member->bit_size ? bit % 64 : 0;
		g_ptr_array_add(list, member);
	}
	return list;
}

static void add_enumerator(struct debug_module *m, GPtrArray *list, guint32 name, gint64 value)
{
	struct debug_enumerator *e = arena_alloc(m->arena, sizeof(*e));

	e->name = btf_name(m, name);
	e->value = value;
	g_ptr_array_add(list, e);
}

const GPtrArray *btf_type_enumerators(const struct debug_type *type)
{
	struct debug_module *m = type->module;
	GPtrArray *list = arena_list(m->arena);
	const struct btf_type *t = type_of(type);

	for (guint16 i = 0; btf_is_enum(t) && i < btf_vlen(t); i++)
		add_enumerator(m, list, btf_enum(t)[i].name_off,
			       type->is_signed ? btf_enum(t)[i].val :
						 (gint64)(guint32)btf_enum(t)[i].val);
	for (guint16 i = 0; btf_is_enum64(t) && i < btf_vlen(t); i++)
		add_enumerator(m, list, btf_enum64(t)[i].name_off,
			       (gint64)btf_enum64_value(&btf_enum64(t)[i]));
	return list;
}

const GPtrArray *btf_type_parameters(const struct debug_type *type)
{
	struct debug_module *m = type->module;
	GPtrArray *list = arena_list(m->arena);
	const struct btf_type *t = type_of(type);

	for (guint16 i = 0; btf_is_func_proto(t) && i < btf_vlen(t); i++)
		g_ptr_array_add(list, (gpointer)btf_type_object(m, btf_params(t)[i].type));
	return list;
}

/* ---- by name --------------------------------------------------------------------------------- */

static const guint kinds[][3] = {
	[DEBUG_STRUCT] = { BTF_KIND_STRUCT },
	[DEBUG_UNION] = { BTF_KIND_UNION },
	[DEBUG_ENUM] = { BTF_KIND_ENUM, BTF_KIND_ENUM64 },
	[DEBUG_TYPEDEF] = { BTF_KIND_TYPEDEF },
	[DEBUG_INTEGER] = { BTF_KIND_INT, BTF_KIND_FLOAT },
};

const struct debug_type *btf_type_find(struct debug_module *m, enum debug_type_kind kind,
				       const char *name)
{
	for (gsize i = 0; kind < G_N_ELEMENTS(kinds) && kinds[kind][i]; i++) {
		gint32 id = btf__find_by_name_kind(btf_file(m)->btf, name, kinds[kind][i]);

		if (id > 0)
			return btf_type_object(m, (guint32)id);
	}
	return NULL;
}

const struct debug_type *btf_type_complete(const struct debug_type *type)
{
	return type->name ? btf_type_find(type->module, type->kind, type->name) : NULL;
}

bool btf_enumerator_find(struct debug_module *m, const char *name, gint64 *value)
{
	struct btf_file *file = btf_file(m);

	for (guint32 id = 1; id < file->count; id++) {
		const struct btf_type *t = btf__type_by_id(file->btf, id);
		const GPtrArray *list;

		if (!btf_is_any_enum(t))
			continue;
		list = btf_type_enumerators(btf_type_object(m, id));
		for (guint i = 0; i < list->len; i++) {
			const struct debug_enumerator *e = list->pdata[i];

			if (g_strcmp0(e->name, name))
				continue;
			*value = e->value;
			return true;
		}
	}
	return false;
}
