// SPDX-License-Identifier: GPL-2.0-or-later
/* Constructors, the child visitor and the copier of the tree. */
#include "ast.h"

#include <string.h>

static const struct print_form print_forms[] = {
	{ .name = "print" },
	{ .name = "println", .newline = true },
	{ .name = "printf", .formatted = true },
	{ .name = "printd", .delimited = true },
	{ .name = "printdln", .delimited = true, .newline = true },
	{ .name = "sprint", .to_string = true },
	{ .name = "sprintln", .to_string = true, .newline = true },
	{ .name = "sprintf", .to_string = true, .formatted = true },
	{ .name = "sprintd", .to_string = true, .delimited = true },
	{ .name = "sprintdln", .to_string = true, .delimited = true, .newline = true },
};

const struct print_form *print_form_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(print_forms); i++)
		if (!strcmp(print_forms[i].name, name))
			return &print_forms[i];
	return NULL;
}

const char *value_type_name(enum value_type type)
{
	switch (type) {
	case TYPE_LONG:
		return "long";
	case TYPE_STRING:
		return "string";
	case TYPE_UNKNOWN:
		break;
	}
	return "unknown";
}

static const struct {
	const char *spelling;
	int precedence;
} operators[] = {
#define X(name, spelling, precedence) [OP_##name] = { spelling, precedence },
	BINARY_OPERATORS(X)
#undef X
	[OP_NONE] = { "", 0 },
};

const char *binary_operator_spelling(enum binary_operator op)
{
	return operators[op].spelling;
}

int binary_operator_precedence(enum binary_operator op)
{
	return operators[op].precedence;
}

struct expr *expr_new(struct arena *arena, enum expr_kind kind, const struct token *token)
{
	struct expr *e = arena_alloc(arena, sizeof(*e));

	e->kind = kind;
	e->token = token;
	return e;
}

struct stmt *stmt_new(struct arena *arena, enum stmt_kind kind, const struct token *token)
{
	struct stmt *s = arena_alloc(arena, sizeof(*s));

	s->kind = kind;
	s->token = token;
	return s;
}

struct expr *expr_symbol(struct arena *arena, const struct token *name)
{
	struct expr *e = expr_new(arena, EXPR_SYMBOL, name);

	e->symbol.name = name->text;
	return e;
}

struct expr *expr_binary(struct arena *arena, enum binary_operator op, const struct token *token,
			 struct expr *left, struct expr *right)
{
	struct expr *e = expr_new(arena, EXPR_BINARY, token);

	e->binary.op = op;
	e->binary.left = left;
	e->binary.right = right;
	return e;
}

struct expr *expr_unary(struct arena *arena, enum unary_operator op, const struct token *token,
			struct expr *operand)
{
	struct expr *e;

	/* A negative literal is a literal: begin(-5), and one token less for the compiler. */
	if (op == OP_NEGATE && operand->kind == EXPR_NUMBER) {
		e = expr_new(arena, EXPR_NUMBER, operand->token);
		e->number = (gint64)(0 - (guint64)operand->number);
		return e;
	}
	e = expr_new(arena, EXPR_UNARY, token);
	e->unary.op = op;
	e->unary.operand = operand;
	return e;
}

struct expr *expr_step(struct arena *arena, const struct token *token, bool prefix,
		       struct expr *operand)
{
	struct expr *e = expr_new(arena, EXPR_STEP, token);

	e->step.increment = token->text[0] == '+';
	e->step.prefix = prefix;
	e->step.operand = operand;
	return e;
}

struct expr *expr_assign(struct arena *arena, enum binary_operator op, const struct token *token,
			 struct expr *left, struct expr *right)
{
	struct expr *e = expr_new(arena, EXPR_ASSIGN, token);

	e->assign.op = op;
	e->assign.left = left;
	e->assign.right = right;
	return e;
}

static void visit_list(GPtrArray *list, expr_visitor visit, void *data)
{
	for (guint i = 0; list && i < list->len; i++)
		visit(list->pdata[i], data);
}

void expr_visit_children(struct expr *e, expr_visitor visit, void *data)
{
	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_SYMBOL:
		break;
	case EXPR_INDEX:
		visit_list(e->index.keys, visit, data);
		break;
	case EXPR_CALL:
		visit_list(e->call.arguments, visit, data);
		break;
	case EXPR_PRINT:
		visit_list(e->print.arguments, visit, data);
		break;
	case EXPR_UNARY:
		visit(e->unary.operand, data);
		break;
	case EXPR_STEP:
		visit(e->step.operand, data);
		break;
	case EXPR_BINARY:
		visit(e->binary.left, data);
		visit(e->binary.right, data);
		break;
	case EXPR_TERNARY:
		visit(e->ternary.condition, data);
		visit(e->ternary.yes, data);
		visit(e->ternary.no, data);
		break;
	case EXPR_ASSIGN:
		visit(e->assign.left, data);
		visit(e->assign.right, data);
		break;
	case EXPR_IN:
		visit_list(e->in.keys, visit, data);
		break;
	}
}

void stmt_visit_children(struct stmt *s, stmt_visitor visit_stmt, expr_visitor visit_expr,
			 void *data)
{
	switch (s->kind) {
	case STMT_NULL:
	case STMT_NEXT:
	case STMT_BREAK:
	case STMT_CONTINUE:
		break;
	case STMT_BLOCK:
		for (guint i = 0; i < s->block->len; i++)
			visit_stmt(s->block->pdata[i], data);
		break;
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE:
		if (s->expr)
			visit_expr(s->expr, data);
		break;
	case STMT_IF:
		visit_expr(s->branch.condition, data);
		visit_stmt(s->branch.yes, data);
		if (s->branch.no)
			visit_stmt(s->branch.no, data);
		break;
	case STMT_FOR:
		if (s->loop.init)
			visit_expr(s->loop.init, data);
		if (s->loop.condition)
			visit_expr(s->loop.condition, data);
		if (s->loop.step)
			visit_expr(s->loop.step, data);
		visit_stmt(s->loop.body, data);
		break;
	case STMT_FOREACH:
		visit_list(s->foreach.keys, visit_expr, data);
		if (s->foreach.value)
			visit_expr(s->foreach.value, data);
		if (s->foreach.limit)
			visit_expr(s->foreach.limit, data);
		visit_stmt(s->foreach.body, data);
		break;
	}
}

static struct expr *expr_clone(struct arena *arena, const struct expr *e);

static GPtrArray *expr_list_clone(struct arena *arena, const GPtrArray *list)
{
	GPtrArray *copy;

	if (!list)
		return NULL;
	copy = arena_list(arena);
	for (guint i = 0; i < list->len; i++)
		g_ptr_array_add(copy, expr_clone(arena, list->pdata[i]));
	return copy;
}

static struct expr *expr_clone(struct arena *arena, const struct expr *e)
{
	struct expr *copy;

	if (!e)
		return NULL;
	copy = arena_alloc(arena, sizeof(*copy));
	*copy = *e;
	copy->type = TYPE_UNKNOWN;
	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
		break;
	case EXPR_SYMBOL:
		copy->symbol.variable = NULL;
		break;
	case EXPR_INDEX:
		copy->index.keys = expr_list_clone(arena, e->index.keys);
		copy->index.variable = NULL;
		break;
	case EXPR_CALL:
		copy->call.arguments = expr_list_clone(arena, e->call.arguments);
		copy->call.function = NULL;
		break;
	case EXPR_PRINT:
		copy->print.arguments = expr_list_clone(arena, e->print.arguments);
		break;
	case EXPR_UNARY:
		copy->unary.operand = expr_clone(arena, e->unary.operand);
		break;
	case EXPR_STEP:
		copy->step.operand = expr_clone(arena, e->step.operand);
		break;
	case EXPR_BINARY:
		copy->binary.left = expr_clone(arena, e->binary.left);
		copy->binary.right = expr_clone(arena, e->binary.right);
		break;
	case EXPR_TERNARY:
		copy->ternary.condition = expr_clone(arena, e->ternary.condition);
		copy->ternary.yes = expr_clone(arena, e->ternary.yes);
		copy->ternary.no = expr_clone(arena, e->ternary.no);
		break;
	case EXPR_ASSIGN:
		copy->assign.left = expr_clone(arena, e->assign.left);
		copy->assign.right = expr_clone(arena, e->assign.right);
		break;
	case EXPR_IN:
		copy->in.keys = expr_list_clone(arena, e->in.keys);
		copy->in.variable = NULL;
		break;
	}
	return copy;
}

struct stmt *stmt_clone(struct arena *arena, const struct stmt *s)
{
	struct stmt *copy;

	if (!s)
		return NULL;
	copy = arena_alloc(arena, sizeof(*copy));
	*copy = *s;
	switch (s->kind) {
	case STMT_NULL:
	case STMT_NEXT:
	case STMT_BREAK:
	case STMT_CONTINUE:
		break;
	case STMT_BLOCK:
		copy->block = arena_list(arena);
		for (guint i = 0; i < s->block->len; i++)
			g_ptr_array_add(copy->block, stmt_clone(arena, s->block->pdata[i]));
		break;
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE:
		copy->expr = expr_clone(arena, s->expr);
		break;
	case STMT_IF:
		copy->branch.condition = expr_clone(arena, s->branch.condition);
		copy->branch.yes = stmt_clone(arena, s->branch.yes);
		copy->branch.no = stmt_clone(arena, s->branch.no);
		break;
	case STMT_FOR:
		copy->loop.init = expr_clone(arena, s->loop.init);
		copy->loop.condition = expr_clone(arena, s->loop.condition);
		copy->loop.step = expr_clone(arena, s->loop.step);
		copy->loop.body = stmt_clone(arena, s->loop.body);
		break;
	case STMT_FOREACH:
		copy->foreach.keys = expr_list_clone(arena, s->foreach.keys);
		copy->foreach.value = expr_clone(arena, s->foreach.value);
		copy->foreach.limit = expr_clone(arena, s->foreach.limit);
		copy->foreach.body = stmt_clone(arena, s->foreach.body);
		copy->foreach.variable = NULL;
		break;
	}
	return copy;
}
