// SPDX-License-Identifier: GPL-2.0-or-later
#include "pretty.h"

#include <string.h>

#define VALUES_MAX 32	/* of one text: a structure may have hundreds of members */

void text_begin(struct text_builder *b, struct session *s, const struct token *token,
		const struct source *source)
{
	*b = (struct text_builder){ .s = s,
				    .token = token,
				    .source = source,
				    .literal = g_string_new(NULL),
				    .pieces = arena_list(s->arena),
				    .arguments = arena_list(s->arena) };
}

void text_printf(struct text_builder *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(b->literal, format, args);
	va_end(args);
}

static struct format_piece *add_piece(struct text_builder *b)
{
	struct format_piece *piece = arena_alloc(b->s->arena, sizeof(*piece));

	piece->precision = -1;
	g_ptr_array_add(b->pieces, piece);
	return piece;
}

static void add_literal(struct text_builder *b)
{
	if (b->literal->len)
		add_piece(b)->text = arena_strdup(b->s->arena, b->literal->str);
	g_string_truncate(b->literal, 0);
}

void text_value(struct text_builder *b, char conversion, struct expr *value)
{
	struct format_piece *piece;

	add_literal(b);
	piece = add_piece(b);
	piece->conversion = conversion;
	piece->flags = conversion == 'x' || conversion == 'c' ? FORMAT_ALTERNATE : 0;
	g_ptr_array_add(b->arguments, value);
}

struct expr *text_end(struct text_builder *b)
{
	struct expr *e;

	if (!b->arguments->len) {
		e = expr_new(b->s->arena, EXPR_STRING, b->token);
		e->string = arena_strdup(b->s->arena, b->literal->str);
	} else {
		add_literal(b);
		e = expr_new(b->s->arena, EXPR_PRINT, b->token);
		e->print.form = print_form_find("sprintf");
		e->print.pieces = b->pieces;
		e->print.arguments = b->arguments;
	}
	g_string_free(b->literal, TRUE);
	return e;
}

/* ---- values ---------------------------------------------------------------------------------- */

static struct expr *call(const struct text_builder *b, const char *name, struct expr *argument)
{
	struct expr *e = expr_new(b->s->arena, EXPR_CALL, b->token);

	e->call.name = name;
	e->call.arguments = arena_list(b->s->arena);
	g_ptr_array_add(e->call.arguments, argument);
	return e;
}

static bool is_char(const struct debug_type *type)
{
	return type->kind == DEBUG_INTEGER && type->is_char;
}

static void add_object(struct text_builder *b, const struct object *object, guint depth);

static bool is_full(const struct text_builder *b)
{
	return b->arguments->len >= VALUES_MAX;
}

static void add_member(struct text_builder *b, const struct object *object,
		       const struct debug_member *member, guint depth)
{
	struct object inner = object_clone(object);
	const char *why;

	text_printf(b, ".%s=", member->name);
	if (object_step_to(&inner, member, &why))
		text_printf(b, "?");
	else
		add_object(b, &inner, depth);
}

/* Members of what has no name are named as those of the structure around it.  false: it is full. */
static bool add_members(struct text_builder *b, const struct object *object,
			const struct debug_type *type, guint depth, const char *separator)
{
	const GPtrArray *members = debug_type_members(type);

	for (guint i = 0; i < members->len; i++) {
		const struct debug_member *member = members->pdata[i];
		struct object inner = object_clone(object);
		const char *why;

		if (is_full(b)) {
			text_printf(b, "%s...", separator);
			return false;
		}
		if (member->name) {
			text_printf(b, "%s", separator);
			add_member(b, object, member, depth);
		} else if (!object_step_to(&inner, member, &why) &&
			   !add_members(b, &inner, debug_type_strip(member->type), depth,
					separator)) {
			return false;
		}
		separator = ", ";
	}
	return true;
}

static void add_elements(struct text_builder *b, const struct object *object,
			 const struct debug_type *type, guint depth)
{
	text_printf(b, "[");
	for (guint64 i = 0; i < type->count || !type->counted; i++) {
		struct object element = object_clone(object);
		const char *why;

		text_printf(b, "%s", i ? ", " : "");
		if (is_full(b) || !type->counted) {
			text_printf(b, "...");
			break;
		}
		if (object_index(&element, expr_number(b->s->arena, b->token, (gint64)i), &why)) {
			text_printf(b, "?");
			continue;
		}
		add_object(b, &element, depth);
	}
	text_printf(b, "]");
}

/* An array need not end with a NUL. */
static struct expr *bounded_string(const struct text_builder *b, struct expr *address,
				   guint64 size)
{
	struct expr *e = call(b, "kernel_string_n", address);

	g_ptr_array_add(e->call.arguments,
			expr_number(b->s->arena, b->token, (gint64)MIN(size, G_MAXINT32)));
	return call(b, "string_quoted", e);
}

static void add_array(struct text_builder *b, const struct object *object,
		      const struct debug_type *type, guint depth)
{
	const char *why;
	struct expr *address;

	if (is_char(debug_type_strip(debug_type_target(type)))) {
		address = object_address(object, &why);
		if (address && type->counted && type->count)
			text_value(b, 's', bounded_string(b, address, type->count));
		else
			text_printf(b, "\"\"");
	} else if (depth) {
		add_elements(b, object, type, depth - 1);
	} else {
		text_printf(b, "[...]");
	}
}

/* 'x', or escaped. */
static void add_char(struct text_builder *b, struct expr *value)
{
	text_printf(b, "'");
	text_value(b, 'c', value);
	text_printf(b, "'");
}

static void add_scalar(struct text_builder *b, const struct object *object,
		       const struct debug_type *type)
{
	const char *why;
	struct expr *value = object_value(object, &why);

	if (!value)
		text_printf(b, "?");
	else if (is_char(type))
		add_char(b, value);
	else if (type->kind != DEBUG_POINTER)
		text_value(b, type->is_signed || type->is_bool ? 'd' : 'u', value);
	else if (is_char(debug_type_strip(debug_type_target(type))))
		text_value(b, 's', call(b, "kernel_or_user_string_quoted", value));
	else
		text_value(b, 'p', value);
}

/* depth: of structures and arrays that are still to be opened. */
static void add_object(struct text_builder *b, const struct object *object, guint depth)
{
	const struct debug_type *type = debug_type_strip(object->type);

	switch (type->kind) {
	case DEBUG_STRUCT:
	case DEBUG_UNION:
		text_printf(b, depth ? "{" : "{...");
		if (depth)
			add_members(b, object, type, depth - 1, "");
		text_printf(b, "}");
		break;
	case DEBUG_ARRAY:
		add_array(b, object, type, depth);
		break;
	case DEBUG_INTEGER:
	case DEBUG_ENUM:
	case DEBUG_POINTER:
		add_scalar(b, object, type);
		break;
	default:
		text_printf(b, "?");
	}
}

/* ---- what a fault on the way prints ---------------------------------------------------------- */

static struct stmt *return_stmt(struct session *s, const struct token *token, struct expr *value)
{
	struct stmt *statement = stmt_new(s->arena, STMT_RETURN, token);

	statement->expr = value;
	return statement;
}

/* function NAME (p) { try { return TEXT } catch { return "ERROR" } }, called with the address. */
static struct expr *guarded(const struct text_builder *b, struct expr *text, struct variable *p,
			    struct expr *address)
{
	struct session *s = b->s;
	struct function *f = arena_alloc(s->arena, sizeof(*f));
	struct expr *error = expr_new(s->arena, EXPR_STRING, b->token);
	struct expr *e;

	error->string = "ERROR";
	f->name = "pretty";
	f->token = b->token;
	f->source = b->source;
	f->parameters = arena_list(s->arena);
	g_ptr_array_add(f->parameters, p);
	f->body = stmt_new(s->arena, STMT_TRY, b->token);
	f->body->try.body = return_stmt(s, b->token, text);
	f->body->try.handler = return_stmt(s, b->token, error);
	e = call(b, f->name, address);
	e->call.function = f;
	return e;
}

struct expr *pretty_value(const struct object *object, guint depth, const struct source *source,
			  const char **why)
{
	struct session *s = object->s;
	struct text_builder b;
	struct object at = *object;
	struct variable *p;
	struct expr *address;

	if (object->points_there ||
	    (debug_type_strip(object->type)->kind == DEBUG_POINTER &&
	     debug_type_strip(debug_type_target(debug_type_strip(object->type)))->kind !=
		     DEBUG_POINTER &&
	     !is_char(debug_type_strip(debug_type_target(debug_type_strip(object->type))))))
		if (object_target(&at, why))
			return NULL;
	text_begin(&b, s, object->token, source);
	address = at.location.address;
	if (!address) {
		add_object(&b, &at, depth);
		return text_end(&b);
	}
	p = arena_alloc(s->arena, sizeof(*p));
	p->name = "p";
	p->token = object->token;
	p->parameter = true;
	at.location.address = expr_new(s->arena, EXPR_SYMBOL, object->token);
	at.location.address->symbol.name = p->name;
	at.location.address->symbol.variable = p;
	add_object(&b, &at, depth);
	return guarded(&b, text_end(&b), p, address);
}
