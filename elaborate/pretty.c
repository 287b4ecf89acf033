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
		e = expr_string(b->s->arena, b->token,
				arena_strdup(b->s->arena, b->literal->str));
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

static struct expr *bytes_of_string(const struct text_builder *b, const char *reader,
				    struct expr *address, guint64 size)
{
	struct expr *e = call(b, reader, address);

	g_ptr_array_add(e->call.arguments,
			expr_number(b->s->arena, b->token, (gint64)MIN(size, G_MAXINT32)));
	return e;
}

/* An array need not end with a NUL. */
static struct expr *bounded_string(const struct text_builder *b, const struct debug_type *type,
				   struct expr *address)
{
	struct arena *arena = b->s->arena;
	struct expr *text = bytes_of_string(b, "kernel_string_n", address, type->count);
	struct expr *is_kernels;

	if (debug_module_of_programs(type->module)) {
		is_kernels = expr_binary(arena, OP_LESS, b->token, expr_clone(arena, address),
					 expr_number(arena, b->token, 0));
		text = expr_ternary(arena, b->token, is_kernels, text,
				    bytes_of_string(b, "user_string_n", expr_clone(arena, address),
						    type->count));
	}
	return call(b, "string_quoted", text);
}

static void add_array(struct text_builder *b, const struct object *object,
		      const struct debug_type *type, guint depth)
{
	const char *why;
	struct expr *address;

	if (is_char(debug_type_strip(debug_type_target(type)))) {
		address = object_address(object, &why);
		if (!address)
			text_printf(b, "?");
		else if (type->counted && type->count)
			text_value(b, 's', bounded_string(b, type, address));
		else
			text_printf(b, type->counted ? "\"\"" : "[...]");
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

static struct variable *parameter(struct session *s, const char *name, const struct token *token)
{
	struct variable *v = arena_alloc(s->arena, sizeof(*v));

	v->name = name;
	v->token = token;
	v->parameter = true;
	return v;
}

/* A function of our own, without a body yet. */
static struct function *own_function(const struct text_builder *b, const char *name,
				     struct variable *p)
{
	struct function *f = arena_alloc(b->s->arena, sizeof(*f));

	f->name = name;
	f->token = b->token;
	f->source = b->source;
	f->parameters = arena_list(b->s->arena);
	g_ptr_array_add(f->parameters, p);
	return f;
}

/* function NAME (p) { try { return TEXT } catch { return "ERROR" } }, called with the address. */
static struct expr *guarded(const struct text_builder *b, struct expr *text, struct variable *p,
			    struct expr *address)
{
	struct session *s = b->s;
	struct function *f = own_function(b, "pretty", p);
	struct expr *e = call(b, f->name, address);

	f->body = stmt_new(s->arena, STMT_TRY, b->token);
	f->body->try.body = return_stmt(s, b->token, text);
	f->body->try.handler = return_stmt(s, b->token, expr_string(s->arena, b->token, "ERROR"));
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
	p = parameter(s, "p", object->token);
	at.location.address = expr_use(s->arena, p->token, p);
	add_object(&b, &at, depth);
	return guarded(&b, text_end(&b), p, address);
}

/* ---- enumerators ----------------------------------------------------------------------------- */

static gint compare_enumerators(gconstpointer a, gconstpointer b)
{
	const struct debug_enumerator *x = *(struct debug_enumerator *const *)a;
	const struct debug_enumerator *y = *(struct debug_enumerator *const *)b;

	return (x->value > y->value) - (x->value < y->value);
}

/* By value, and of several with one value the first that the enum has. */
static GPtrArray *different_enumerators(struct session *s, const struct debug_type *type)
{
	const GPtrArray *all = debug_type_enumerators(type);
	GPtrArray *different = arena_list(s->arena);
	GHashTable *seen = g_hash_table_new(g_int64_hash, g_int64_equal);

	for (guint i = 0; i < all->len; i++) {
		struct debug_enumerator *one = all->pdata[i];

		if (g_hash_table_add(seen, &one->value))
			g_ptr_array_add(different, one);
	}
	g_hash_table_destroy(seen);
	g_ptr_array_sort(different, compare_enumerators);
	return different;
}

/* p < MIDDLE ? … : …, down to p == VALUE ? "NAME" : "". */
static struct expr *search(struct arena *arena, struct variable *p, const GPtrArray *enumerators,
			   guint from, guint to)
{
	guint middle = from + (to - from) / 2;
	const struct debug_enumerator *one = enumerators->pdata[middle];
	struct expr *value = expr_number(arena, p->token, one->value);
	struct expr *used = expr_use(arena, p->token, p);

	if (to - from == 1)
		return expr_ternary(arena, p->token,
				    expr_binary(arena, OP_EQUAL, p->token, used, value),
				    expr_string(arena, p->token, one->name),
				    expr_string(arena, p->token, ""));
	return expr_ternary(arena, p->token, expr_binary(arena, OP_LESS, p->token, used, value),
			    search(arena, p, enumerators, from, middle),
			    search(arena, p, enumerators, middle, to));
}

/* function NAME (p, name) { name = SEARCH; return name == "" ? sprintf("%d", p) : name } */
struct expr *enumerator_text(struct session *s, const struct token *token,
			     const struct source *source, const struct debug_type *type,
			     struct expr *value)
{
	struct arena *arena = s->arena;
	GPtrArray *enumerators = different_enumerators(s, type);
	struct variable *p = parameter(s, "p", token), *name = parameter(s, "name", token);
	struct stmt *assignment = stmt_new(arena, STMT_EXPR, token);
	struct expr *found, *is_unknown, *e;
	struct text_builder b;
	struct function *f;

	text_begin(&b, s, token, source);
	text_value(&b, 'd', expr_use(arena, token, p));
	f = own_function(&b, "enumerator", p);
	g_ptr_array_add(f->parameters, name);
	found = enumerators->len ? search(arena, p, enumerators, 0, enumerators->len) :
				   expr_string(arena, token, "");
	assignment->expr = expr_assign(arena, OP_NONE, token, expr_use(arena, token, name), found);
	is_unknown = expr_binary(arena, OP_EQUAL, token, expr_use(arena, token, name),
				 expr_string(arena, token, ""));
	f->body = stmt_new(arena, STMT_BLOCK, token);
	f->body->block = arena_list(arena);
	g_ptr_array_add(f->body->block, assignment);
	g_ptr_array_add(f->body->block,
			return_stmt(s, token, expr_ternary(arena, token, is_unknown, text_end(&b),
							   expr_use(arena, token, name))));
	e = call(&b, f->name, value);
	g_ptr_array_add(e->call.arguments, expr_string(arena, token, ""));
	e->call.function = f;
	return e;
}
