// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which variables are read and which are written, by the code that can be reached; and what of that
 * looks like a mistake.
 *
 * `x = 1`, `x++` and `x += 1` only write x where nobody looks at their value.  What a foreach walks
 * is read; its loop variables and the variable of a catch are written.
 */
#include "elaborate.h"

static void use_stmt(struct stmt *s, void *data);
static void use_expr(struct expr *e, void *data);

static void mark_read(struct variable *v)
{
	if (v)
		v->read = true;
}

/* e is written to; used: its value is looked at, too. */
static void use_target(struct expr *e, bool used)
{
	struct variable *v = expr_variable(e);

	if (v) {
		v->written = true;
		v->read |= used;
	}
	expr_visit_children(e, use_expr, NULL);
}

static void use_value(struct expr *e, bool used)
{
	switch (e->kind) {
	case EXPR_ASSIGN:
		use_target(e->assign.left, used);
		use_expr(e->assign.right, NULL);
		break;
	case EXPR_STEP:
		use_target(e->step.operand, used);
		break;
	case EXPR_SAMPLE:
		use_target(e->sample.stats, false);
		use_expr(e->sample.value, NULL);
		break;
	default:
		mark_read(expr_variable(e));
		expr_visit_children(e, use_expr, NULL);
	}
}

static void use_expr(struct expr *e, void *data)
{
	(void)data;
	use_value(e, true);
}

static void use_optional(struct expr *e, bool used)
{
	if (e)
		use_value(e, used);
}

static void use_foreach(struct stmt *s)
{
	mark_read(s->foreach.variable);
	use_optional(s->foreach.histogram, true);
	for (guint i = 0; s->foreach.slice && i < s->foreach.slice->len; i++)
		use_expr(s->foreach.slice->pdata[i], NULL);
	for (guint i = 0; i < s->foreach.keys->len; i++)
		use_target(s->foreach.keys->pdata[i], false);
	if (s->foreach.value)
		use_target(s->foreach.value, false);
	use_optional(s->foreach.limit, true);
	use_stmt(s->foreach.body, NULL);
}

static void use_stmt(struct stmt *s, void *data)
{
	(void)data;
	switch (s->kind) {
	case STMT_EXPR:
		use_value(s->expr, false);
		break;
	case STMT_DELETE:
		use_target(s->expr, false);
		break;
	case STMT_FOR:
		/* for (…; …; i++) looks at neither end's value. */
		use_optional(s->loop.init, false);
		use_optional(s->loop.condition, true);
		use_optional(s->loop.step, false);
		use_stmt(s->loop.body, NULL);
		break;
	case STMT_FOREACH:
		use_foreach(s);
		break;
	case STMT_TRY:
		use_stmt(s->try.body, NULL);
		if (s->try.message)
			use_target(s->try.message, false);
		use_stmt(s->try.handler, NULL);
		break;
	default:
		stmt_visit_children(s, use_stmt, use_expr, NULL);
	}
}

static void forget(const GPtrArray *variables)
{
	for (guint i = 0; i < variables->len; i++) {
		struct variable *v = variables->pdata[i];

		v->read = v->written = false;
	}
}

void find_usage(struct session *s)
{
	forget(s->used_globals);
	for (guint i = 0; i < s->handlers->len; i++) {
		struct handler *handler = s->handlers->pdata[i];

		forget(handler->locals);
		use_stmt(handler->body, NULL);
	}
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		forget(f->locals);
		forget(f->parameters);
		for (guint j = 0; f->c_globals && j < f->c_globals->len; j++) {
			const struct c_global *global = f->c_globals->pdata[j];

			global->variable->written |= global->written;
			global->variable->read |= !global->written;
		}
		if (f->body)
			use_stmt(f->body, NULL);
	}
}

/* ---- warnings -------------------------------------------------------------------------------- */

/* The user's own code is worth a warning, the library's is not. */
static bool is_users(const struct token *token)
{
	return !token->source->library;
}

/* Names of other variables that v may have been meant to be; free with g_free(). */
static char *similar_variables(const struct session *s, const struct variable *v,
			       const GPtrArray *locals)
{
	GPtrArray *names = g_ptr_array_new();
	char *similar;

	for (guint i = 0; i < locals->len; i++)
		if (locals->pdata[i] != v)
			g_ptr_array_add(names, (gpointer)((struct variable *)locals->pdata[i])->name);
	for (guint i = 0; i < s->user->globals->len; i++)
		if (s->user->globals->pdata[i] != v)
			g_ptr_array_add(names, (gpointer)((struct variable *)
							  s->user->globals->pdata[i])->name);
	similar = similar_suffix(v->name, names);
	g_ptr_array_unref(names);
	return similar;
}

static void warn_never_assigned(struct session *s, const struct variable *v,
				const GPtrArray *locals)
{
	char *similar;

	if (!v->read || v->written || v->init || !is_users(v->token))
		return;
	similar = similar_variables(s, v, locals);
	report_warning(s->diagnostics, "never-assigned", v->token,
		       "never-assigned %s variable '%s'%s", v->global ? "global" : "local",
		       v->name, similar);
	g_free(similar);
}

static void warn_locals(struct session *s, const GPtrArray *locals)
{
	for (guint i = 0; i < locals->len; i++)
		warn_never_assigned(s, locals->pdata[i], locals);
}

static void warn_unused_functions(struct session *s)
{
	for (guint i = 0; i < s->user->functions->len; i++) {
		const struct function *f = s->user->functions->pdata[i];

		if (!f->reached)
			report_warning(s->diagnostics, "unused-function", f->token,
				       "eliding unused function '%s'", f->name);
	}
}

void warn_usage(struct session *s)
{
	GPtrArray *none = g_ptr_array_new();

	find_usage(s);
	for (guint i = 0; i < s->user->globals->len; i++) {
		const struct variable *v = s->user->globals->pdata[i];

		if (!v->used)
			report_warning(s->diagnostics, "unused-variable", v->token,
				       "eliding unused variable '%s'", v->name);
		else
			warn_never_assigned(s, v, none);
	}
	warn_unused_functions(s);
	for (guint i = 0; i < s->used_functions->len; i++)
		warn_locals(s, ((struct function *)s->used_functions->pdata[i])->locals);
	for (guint i = 0; i < s->handlers->len; i++)
		warn_locals(s, ((struct handler *)s->handlers->pdata[i])->locals);
	g_ptr_array_unref(none);
}
