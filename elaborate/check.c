// SPDX-License-Identifier: GPL-2.0-or-later
/* What a script must keep to besides names and types. */
#include "elaborate.h"

/* Where in the code we are. */
struct checker {
	struct session *s;
	guint loops;
	GPtrArray *walked;	/* struct variable: arrays of the foreach loops around */
};

static void check_expr(struct expr *e, void *data);
static void check_stmt(struct stmt *s, void *data);

static bool is_walked(const struct checker *c, const struct variable *v)
{
	return g_ptr_array_find(c->walked, v, NULL);
}

/* e is written to here. */
static void check_target(struct checker *c, struct expr *e, const struct token *operator)
{
	if (e->kind != EXPR_SYMBOL && e->kind != EXPR_INDEX) {
		report_semantic(c->s->diagnostics, "lvalue", operator, e->token,
				"Expecting lvalue for assignment");
		return;
	}
	if (e->kind == EXPR_INDEX && is_walked(c, e->index.variable))
		report_semantic(c->s->diagnostics, "foreach-modified", e->token, NULL,
				"variable '%s' modified during 'foreach' iteration", e->index.name);
}

static void check_callee(struct checker *c, const struct expr *e, const struct function *f)
{
	enum access *accesses = function_accesses(c->s, f);

	for (guint i = 0; i < c->walked->len; i++) {
		const struct variable *v = c->walked->pdata[i];

		if (accesses[v->serial] == ACCESS_WRITE)
			report_semantic(
				c->s->diagnostics, "foreach-modified-call", e->token, NULL,
				"function call modifies var '%s' during 'foreach' iteration",
				v->name);
	}
	g_free(accesses);
}

static void check_call(struct checker *c, const struct expr *e)
{
	for (struct function *f = e->call.function; c->walked->len && f; f = f->overload)
		check_callee(c, e, f);
}

static void check_print(struct checker *c, const struct expr *e)
{
	guint wanted = 0;

	if (!e->print.form->formatted)
		return;
	for (guint i = 0; i < e->print.pieces->len; i++) {
		const struct format_piece *piece = e->print.pieces->pdata[i];

		if (!piece->text)
			wanted += 1u + (guint)piece->star_width + (guint)piece->star_precision;
		if (!piece->text && (piece->conversion == 'm' || piece->conversion == 'M'))
			report_semantic(c->s->diagnostics, "format-memory", e->token, NULL,
					"%%m and %%M need memory access, which this version lacks");
	}
	if (wanted != e->print.arguments->len)
		report_semantic(c->s->diagnostics, "format-arguments", e->token, NULL,
				"Wrong number of args to formatted print operator");
}

static void check_expr(struct expr *e, void *data)
{
	struct checker *c = data;

	expr_visit_children(e, check_expr, c);
	switch (e->kind) {
	case EXPR_ASSIGN:
		check_target(c, e->assign.left, e->token);
		break;
	case EXPR_STEP:
		check_target(c, e->step.operand, e->token);
		break;
	case EXPR_CALL:
		check_call(c, e);
		break;
	case EXPR_PRINT:
		check_print(c, e);
		break;
	default:
		break;
	}
}

static void check_delete(struct checker *c, struct stmt *s)
{
	struct expr *e = s->expr;
	struct variable *v = e->kind == EXPR_SYMBOL ? e->symbol.variable :
			     e->kind == EXPR_INDEX  ? e->index.variable :
						      NULL;

	if (!v)
		report_semantic(c->s->diagnostics, "delete-operand", s->token, e->token,
				"Expecting lvalue for delete");
	else if (is_walked(c, v))
		report_semantic(c->s->diagnostics, "foreach-modified", e->token, NULL,
				"variable '%s' modified during 'foreach' iteration", v->name);
}

static void check_foreach(struct checker *c, struct stmt *s)
{
	if (!s->foreach.variable)
		return;
	if (s->foreach.sort != SORT_NONE)
		s->foreach.sort_serial = s->foreach.variable->sorts++;
	if (s->foreach.limit)
		check_expr(s->foreach.limit, c);
	g_ptr_array_add(c->walked, s->foreach.variable);
	c->loops++;
	check_stmt(s->foreach.body, c);
	c->loops--;
	g_ptr_array_remove_index(c->walked, c->walked->len - 1);
}

static void check_stmt(struct stmt *s, void *data)
{
	struct checker *c = data;

	switch (s->kind) {
	case STMT_BREAK:
	case STMT_CONTINUE:
		if (!c->loops)
			report_semantic(c->s->diagnostics, "loop-outside", s->token, NULL,
					"cannot '%s' outside loop",
					s->kind == STMT_BREAK ? "break" : "continue");
		break;
	case STMT_FOR:
		c->loops++;
		stmt_visit_children(s, check_stmt, check_expr, c);
		c->loops--;
		break;
	case STMT_FOREACH:
		check_foreach(c, s);
		break;
	case STMT_DELETE:
		check_delete(c, s);
		break;
	default:
		stmt_visit_children(s, check_stmt, check_expr, c);
	}
}

void check_script(struct session *s)
{
	struct checker c = { .s = s, .walked = g_ptr_array_new() };

	for (guint i = 0; i < s->handlers->len; i++)
		check_stmt(((struct handler *)s->handlers->pdata[i])->body, &c);
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		if (f->body)
			check_stmt(f->body, &c);
	}
	g_ptr_array_unref(c.walked);
}
