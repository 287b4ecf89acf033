// SPDX-License-Identifier: GPL-2.0-or-later
/* types.c - types of either source: finding by name, looking through names, showing. */
#include "internal.h"

#include <string.h>

/* More steps from a type to what it is made of than any program has: the file is damaged. */
#define TYPE_DEPTH_MAX 64

struct debug_type *debug_type_new(struct debug_module *m, enum debug_type_kind kind, guint64 id)
{
	struct debug_type *type = arena_alloc(m->arena, sizeof(*type));

	type->module = m;
	type->kind = kind;
	type->id = id;
	return type;
}

const struct debug_type *debug_void(struct debug_module *m)
{
	if (!m->void_type)
		m->void_type = debug_type_new(m, DEBUG_VOID, 0);
	return m->void_type;
}

const struct debug_type *debug_type_target(const struct debug_type *type)
{
	const struct debug_type *target = NULL;

	if (type->module->source->type_target)
		target = type->module->source->type_target(type);
	return target ? target : debug_void(type->module);
}

static bool is_name_only(const struct debug_type *type)
{
	return type->kind == DEBUG_TYPEDEF || type->kind == DEBUG_QUALIFIED;
}

const struct debug_type *debug_type_strip(const struct debug_type *type)
{
	const struct debug_type *complete = NULL;

	for (int i = 0; is_name_only(type); i++) {
		if (i == TYPE_DEPTH_MAX)
			return debug_void(type->module);
		type = debug_type_target(type);
	}
	if (type->incomplete && type->module->source->type_complete)
		complete = type->module->source->type_complete(type);
	return complete ? complete : type;
}

static const GPtrArray *list_of(const struct debug_type *type,
				const GPtrArray *(*list)(const struct debug_type *type))
{
	return list ? list(type) : arena_list(type->module->arena);
}

const GPtrArray *debug_type_members(const struct debug_type *type)
{
	return list_of(type, type->module->source->type_members);
}

const GPtrArray *debug_type_enumerators(const struct debug_type *type)
{
	return list_of(type, type->module->source->type_enumerators);
}

const GPtrArray *debug_type_parameters(const struct debug_type *type)
{
	return list_of(type, type->module->source->type_parameters);
}

/* ---- finding --------------------------------------------------------------------------------- */

static const struct {
	const char *keyword;
	enum debug_type_kind kind;
} named_kinds[] = {
	{ "typedef ", DEBUG_TYPEDEF },
	{ "struct ", DEBUG_STRUCT },
	{ "union ", DEBUG_UNION },
	{ "enum ", DEBUG_ENUM },
};

const struct debug_type *debug_type_find(struct debug_module *m, const char *name)
{
	const struct debug_type *type = NULL;

	if (!m->source->type_find)
		return NULL;
	for (gsize i = 1; i < G_N_ELEMENTS(named_kinds); i++) {
		const char *bare = name + strlen(named_kinds[i].keyword);

		if (!g_str_has_prefix(name, named_kinds[i].keyword))
			continue;
		while (*bare == ' ')
			bare++;
		return m->source->type_find(m, named_kinds[i].kind, bare);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(named_kinds) && !type; i++)
		type = m->source->type_find(m, named_kinds[i].kind, name);
	return type ? type : m->source->type_find(m, DEBUG_INTEGER, name);
}

bool debug_enumerator_find(struct debug_module *m, const char *name, gint64 *value)
{
	return m->source->enumerator_find && m->source->enumerator_find(m, name, value);
}

/* ---- showing --------------------------------------------------------------------------------- */

static const char *keyword(enum debug_type_kind kind)
{
	for (gsize i = 1; i < G_N_ELEMENTS(named_kinds); i++)
		if (named_kinds[i].kind == kind)
			return named_kinds[i].keyword;
	return "";
}

static void print_prefix(GString *out, const struct debug_type *type, int depth);
static void print_suffix(GString *out, const struct debug_type *type, int depth);

static bool needs_parentheses(const struct debug_type *target)
{
	return target->kind == DEBUG_ARRAY || target->kind == DEBUG_FUNCTION;
}

static void print(GString *out, const struct debug_type *type, int depth)
{
	print_prefix(out, type, depth);
	print_suffix(out, type, depth);
}

static void print_parameters(GString *out, const struct debug_type *type, int depth)
{
	const GPtrArray *parameters = debug_type_parameters(type);

	g_string_append_c(out, '(');
	for (guint i = 0; i < parameters->len; i++) {
		if (i)
			g_string_append(out, ", ");
		print(out, parameters->pdata[i], depth);
	}
	g_string_append_c(out, ')');
}

/* What stands before the name in C: "int (*" of a pointer to an array. */
static void print_prefix(GString *out, const struct debug_type *type, int depth)
{
	const struct debug_type *target;

	if (depth++ == TYPE_DEPTH_MAX)
		return;
	switch (type->kind) {
	case DEBUG_POINTER:
		target = debug_type_target(type);
		print_prefix(out, target, depth);
		g_string_append(out, needs_parentheses(target) ? "(*" : "*");
		break;
	case DEBUG_QUALIFIED:
		print_prefix(out, debug_type_target(type), depth);
		g_string_append_printf(out, " %s", type->name);
		break;
	case DEBUG_ARRAY:
	case DEBUG_FUNCTION:
		print_prefix(out, debug_type_target(type), depth);
		break;
	case DEBUG_VOID:
		g_string_append(out, type->name ? type->name : "void");
		break;
	default:
		g_string_append_printf(out, "%s%s", keyword(type->kind),
				       type->name ? type->name : "{...}");
	}
}

/* What stands behind the name: ")[4]". */
static void print_suffix(GString *out, const struct debug_type *type, int depth)
{
	const struct debug_type *target;

	if (depth++ == TYPE_DEPTH_MAX)
		return;
	switch (type->kind) {
	case DEBUG_POINTER:
		target = debug_type_target(type);
		if (needs_parentheses(target))
			g_string_append_c(out, ')');
		print_suffix(out, target, depth);
		break;
	case DEBUG_QUALIFIED:
		print_suffix(out, debug_type_target(type), depth);
		break;
	case DEBUG_ARRAY:
		if (type->counted)
			g_string_append_printf(out, "[%" G_GUINT64_FORMAT "]", type->count);
		else
			g_string_append(out, "[]");
		print_suffix(out, debug_type_target(type), depth);
		break;
	case DEBUG_FUNCTION:
		print_parameters(out, type, depth);
		print_suffix(out, debug_type_target(type), depth);
		break;
	default:
		break;
	}
}

void debug_type_print(GString *out, const struct debug_type *type)
{
	print(out, type, 0);
}
