// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same script with less to do.  What it prints must stay what it is, so nothing is dropped that
 * may fail, and nothing is moved.  Rounds go on while one finds something: what a branch read may be
 * unused when the branch is gone.
 *
 *	operators on literals are computed, branches that cannot be taken are dropped, and what
 *	stands behind a return, next, break or continue
 *	assignments to locals that nobody reads lose their left side
 *	statements without an effect are dropped
 *	handlers with the same code are made one
 *	what is then neither called nor named is forgotten
 */
#include "elaborate.h"
#include "provider.h"

struct optimizer {
	struct session *s;
	bool changed;
	const struct expr *bared;	/* what an elided assignment has left: warned of already */
};

/* ---- effects --------------------------------------------------------------------------------- */

static void find_effect(struct expr *e, void *data)
{
	bool *found = data;

	switch (e->kind) {
	case EXPR_ASSIGN:
	case EXPR_STEP:
	case EXPR_SAMPLE:
	case EXPR_MATCH:	/* for matched() */
	case EXPR_HISTOGRAM:
	case EXPR_TARGET:
		*found = true;
		break;
	case EXPR_PRINT:
		*found |= !e->print.form->to_string;
		break;
	case EXPR_BINARY:
		*found |= e->binary.op == OP_DIVIDE || e->binary.op == OP_MODULO;
		break;
	case EXPR_EXTRACT:
		*found |= e->extract.what != EXTRACT_COUNT && e->extract.what != EXTRACT_SUM;
		break;
	case EXPR_EMBEDDED:
		*found |= !e->embedded.pure;
		break;
	case EXPR_PRIMITIVE:
		*found |= primitive_may_fail_or_act(e->primitive.what);
		break;
	case EXPR_CALL:
		/* A script's own function may be too deep, or run too long. */
		*found |= !e->call.function->pure || e->call.function->overload;
		break;
	default:
		break;
	}
	if (!*found)
		expr_visit_children(e, find_effect, found);
}

/* Does it change anything, or may it fail? */
static bool has_effect(const struct expr *e)
{
	bool found = false;

	find_effect((struct expr *)e, &found);
	return found;
}

/*
 * Does a function's code do what is seen outside of it, other than to globals?  It may set its
 * locals, and fail.
 */
static void find_act(struct expr *e, void *data)
{
	bool *found = data;

	switch (e->kind) {
	case EXPR_PRINT:
		*found |= !e->print.form->to_string;
		break;
	case EXPR_MATCH:	/* for matched() */
		*found = true;
		break;
	case EXPR_EMBEDDED:
		*found |= !e->embedded.pure;
		break;
	case EXPR_PRIMITIVE:
		*found |= primitive_acts(e->primitive.what);
		break;
	case EXPR_CALL:
		for (const struct function *f = e->call.function; f; f = f->overload)
			*found |= !f->pure;
		break;
	default:
		break;
	}
	if (!*found)
		expr_visit_children(e, find_act, found);
}

static void find_act_stmt(struct stmt *s, void *data)
{
	stmt_visit_children(s, find_act_stmt, find_act, data);
}

static gboolean find_change(gpointer variable, gpointer access, gpointer data)
{
	(void)variable;
	*(bool *)data |= access_changes(GPOINTER_TO_UINT(access));
	return *(bool *)data;
}

static bool changes_globals(const struct function *f)
{
	GTree *accesses = accesses_new();
	bool found = false;

	function_accesses(f, accesses);
	g_tree_foreach(accesses, find_change, &found);
	g_tree_unref(accesses);
	return found;
}

/*
 * What holds for a script's functions, that they may be too deep or run too long, the library answers
 * for: those of its functions that do nothing but return something are as good as embedded ones that
 * say so.  What one calls is found first, or in the next round.
 */
static void find_pure_functions(struct session *s)
{
	bool changed;

	do {
		changed = false;
		for (guint i = 0; i < s->used_functions->len; i++) {
			struct function *f = s->used_functions->pdata[i];
			bool acts = f->pure || !f->body || !f->source->library || f->hands_on;

			if (!acts)
				find_act_stmt(f->body, &acts);
			if (!acts)
				acts = changes_globals(f);
			f->pure |= !acts;
			changed |= !acts;
		}
	} while (changed);
}

static bool is_empty(const struct stmt *s)
{
	if (!s || s->kind == STMT_NULL)
		return true;
	return s->kind == STMT_BLOCK && (!s->block->len || is_empty(s->block->pdata[0]));
}

/* ---- expressions ----------------------------------------------------------------------------- */

/* A local that is written only. */
static bool is_unread_local(const struct expr *e)
{
	return e->kind == EXPR_SYMBOL && !e->symbol.variable->global && !e->symbol.variable->read;
}

static void warn_unread(struct optimizer *o, const struct variable *v)
{
	if (!v->token->source->library)
		report_warning(o->s->diagnostics, "unused-variable", v->token,
			       "eliding unused variable '%s'", v->name);
}

static void optimize_expr(struct expr **slot, void *data)
{
	struct optimizer *o = data;
	struct expr *e = fold_expr(o->s->arena, *slot);

	if (e->kind == EXPR_ASSIGN && e->assign.op == OP_NONE && is_unread_local(e->assign.left)) {
		warn_unread(o, e->assign.left->symbol.variable);
		e = e->assign.right;
		o->bared = e;
	}
	o->changed |= e != *slot;
	*slot = e;
}

/* ---- statements ------------------------------------------------------------------------------ */

static struct stmt *nothing(struct optimizer *o, const struct token *place)
{
	return stmt_new(o->s->arena, STMT_NULL, place);
}

/* An expression for its effects only; NULL: it has none. */
static struct expr *only_effects(struct optimizer *o, struct expr *e)
{
	const struct expr *target = e->kind == EXPR_STEP   ? e->step.operand :
				    e->kind == EXPR_ASSIGN ? e->assign.left :
							     NULL;

	/* x++ and x += y, where x is not read otherwise */
	if (target && is_unread_local(target)) {
		warn_unread(o, target->symbol.variable);
		if (e->kind == EXPR_STEP)
			return NULL;
		if (e->assign.op != OP_DIVIDE && e->assign.op != OP_MODULO)
			return has_effect(e->assign.right) ? e->assign.right : NULL;
	}
	return has_effect(e) ? e : NULL;
}

static struct stmt *optimize_expression(struct optimizer *o, struct stmt *s)
{
	struct expr *e = only_effects(o, s->expr);
	const struct token *token = expr_first_token(s->expr);

	if (e) {
		s->expr = e;
		return s;
	}
	if (s->expr == o->bared)
		return nothing(o, token);
	if (!token->source->library && s->expr->kind != EXPR_STEP && s->expr->kind != EXPR_ASSIGN)
		report_warning(o->s->diagnostics, "no-effect", token,
			       "eliding side-effect-free expression ");
	return nothing(o, token);
}

static bool jumps(const struct stmt *s)
{
	return s->kind == STMT_RETURN || s->kind == STMT_NEXT || s->kind == STMT_BREAK ||
	       s->kind == STMT_CONTINUE;
}

/*
 * In place: the list is the tree's own.  Of what is empty altogether the first statement stays: it
 * is what a loop that runs too long is said to be doing.
 */
static void optimize_block(struct optimizer *o, GPtrArray *block)
{
	struct stmt *first = block->len ? block->pdata[0] : NULL;
	guint kept = 0;

	for (guint i = 0; i < block->len; i++) {
		struct stmt *s = block->pdata[i];

		if (is_empty(s))
			continue;
		block->pdata[kept++] = s;
		if (jumps(s))
			break;
	}
	if (!kept && first)
		block->pdata[kept++] = first;
	o->changed |= kept != block->len;
	g_ptr_array_set_size(block, (gint)kept);
}

static void optimize_stmt(struct stmt **slot, void *data)
{
	struct optimizer *o = data;
	struct stmt *s = fold_stmt(o->s->arena, *slot);

	switch (s->kind) {
	case STMT_EXPR:
		s = optimize_expression(o, s);
		break;
	case STMT_BLOCK:
		optimize_block(o, s->block);
		break;
	case STMT_IF:
		if (is_empty(s->branch.no))
			s->branch.no = NULL;
		if (is_empty(s->branch.yes) && !s->branch.no)
			s = has_effect(s->branch.condition) ? s : nothing(o, s->token);
		break;
	default:
		break;
	}
	o->changed |= s != *slot;
	*slot = s;
}

/* ---- handlers that are the same -------------------------------------------------------------- */

static void append_stmt(struct stmt *s, void *data);

static void append_primitive(GString *key, const struct expr *e)
{
	g_string_append_printf(key, "%d %" G_GINT64_FORMAT " %u %d %p ", e->primitive.what,
			       e->primitive.number, e->primitive.size, e->primitive.is_signed,
			       (const void *)e->primitive.section);
}

/*
 * Kind and place of each node, equal only for copies of one piece of the script, and whatever a
 * target of that piece may have become.
 */
static void append_expr(struct expr *e, void *data)
{
	g_string_append_printf(data, "%d %p ", e->kind, (const void *)e->token);
	switch (e->kind) {
	case EXPR_NUMBER:
		g_string_append_printf(data, "%" G_GINT64_FORMAT " ", e->number);
		break;
	case EXPR_STRING:
	case EXPR_PRINT:
		print_expr(data, e);
		break;
	case EXPR_BINARY:
		g_string_append_printf(data, "%d ", e->binary.op);
		break;
	case EXPR_CALL:
		g_string_append_printf(data, "%p ", (const void *)e->call.function);
		break;
	case EXPR_SYMBOL:
		g_string_append_printf(data, "%s %d ", e->symbol.name, e->type);
		break;
	case EXPR_PRIMITIVE:
		append_primitive(data, e);
		break;
	default:
		break;
	}
	expr_visit_children(e, append_expr, data);
}

static void append_stmt(struct stmt *s, void *data)
{
	g_string_append_printf(data, "%d %p ", s->kind, (const void *)s->token);
	stmt_visit_children(s, append_stmt, append_expr, data);
	g_string_append(data, ". ");
}

/* What an entry saves has one layout for all that share the return's handler. */
static void append_saved(const struct derived_probe *probe, GString *key)
{
	const GPtrArray *variables = probe && probe->saved ? probe->saved->variables : NULL;

	for (guint i = 0; variables && i < variables->len; i++)
		g_string_append_printf(key, "%d ", ((struct variable *)variables->pdata[i])->type);
}

static void merge_handlers(struct session *s)
{
	GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTable *merged = g_hash_table_new(NULL, NULL);
	GPtrArray *kept = arena_list(s->arena);

	for (guint i = 0; i < s->handlers->len; i++) {
		struct handler *handler = s->handlers->pdata[i], *same;
		GString *key = g_string_new(NULL);

		append_stmt(handler->body, key);
		append_saved(handler->probe, key);
		same = g_hash_table_lookup(known, key->str);
		if (same) {
			g_string_free(key, TRUE);
			g_hash_table_insert(merged, handler, same);
			continue;
		}
		g_hash_table_insert(known, g_string_free(key, FALSE), handler);
		handler->serial = kept->len;
		g_ptr_array_add(kept, handler);
	}
	for (guint i = 0; i < s->probes->len; i++) {
		struct derived_probe *probe = s->probes->pdata[i];
		struct handler *same = g_hash_table_lookup(merged, probe->handler);

		if (same)
			probe->handler = same;
		same = probe->save ? g_hash_table_lookup(merged, probe->save) : NULL;
		if (same)
			probe->save = same;
	}
	s->handlers = kept;
	g_hash_table_destroy(merged);
	g_hash_table_destroy(known);
}

/* ---- what is left ---------------------------------------------------------------------------- */

/* Functions and globals that are named, found again from the handlers. */
struct reach {
	struct session *s;
	GPtrArray *calls;	/* of the code that is looked at */
};

static void reach_stmt(struct stmt *s, void *data);

static void reach_global(struct reach *reach, struct variable *v)
{
	struct session *s = reach->s;

	if (!v || !v->global || v->used)
		return;
	v->used = true;
	v->serial = s->used_globals->len;
	g_ptr_array_add(s->used_globals, v);
}

static void reach_function(struct reach *reach, struct function *f)
{
	if (!f->reached)
		g_ptr_array_add(reach->s->used_functions, f);
	f->reached = true;
}

static void reach_call(struct reach *reach, struct function *f)
{
	for (; f; f = f->overload) {
		if (!g_ptr_array_find(reach->calls, f, NULL))
			g_ptr_array_add(reach->calls, f);
		reach_function(reach, f);
	}
}

static void reach_expr(struct expr *e, void *data)
{
	struct reach *reach = data;

	reach_global(reach, expr_variable(e));
	if (e->kind == EXPR_CALL)
		reach_call(reach, e->call.function);
	expr_visit_children(e, reach_expr, data);
}

static void reach_stmt(struct stmt *s, void *data)
{
	if (s->kind == STMT_FOREACH)
		reach_global(data, s->foreach.variable);
	stmt_visit_children(s, reach_stmt, reach_expr, data);
}

static void find_reached(struct session *s)
{
	struct reach reach = { .s = s };

	for (guint i = 0; i < s->used_globals->len; i++)
		((struct variable *)s->used_globals->pdata[i])->used = false;
	for (guint i = 0; i < s->used_functions->len; i++)
		((struct function *)s->used_functions->pdata[i])->reached = false;
	s->used_globals = arena_list(s->arena);
	s->used_functions = arena_list(s->arena);
	for (guint i = 0; i < s->handlers->len; i++) {
		struct handler *handler = s->handlers->pdata[i];

		reach.calls = handler->calls = arena_list(s->arena);
		reach_stmt(handler->body, &reach);
	}
	for (guint i = 0; i < s->conditions->len; i++)
		reach_function(&reach, s->conditions->pdata[i]);
	/* The list grows while its members are looked at. */
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		reach.calls = f->calls = arena_list(s->arena);
		for (guint j = 0; f->c_globals && j < f->c_globals->len; j++)
			reach_global(&reach, ((struct c_global *)f->c_globals->pdata[j])->variable);
		if (f->body)
			reach_stmt(f->body, &reach);
	}
}

static bool ever_runs(const struct session *s, const struct handler *handler)
{
	for (guint i = 0; i < s->probes->len; i++) {
		const struct derived_probe *probe = s->probes->pdata[i];

		if (probe->handler == handler && !probe->provider->never_hits)
			return true;
	}
	return false;
}

/* "'kernel.function("vfs_read")' and 3 others": those that one point of the script stands for. */
static char *points_text(const struct derived_probe *first, guint count)
{
	return count == 1 ? g_strdup_printf("'%s'", first->text) :
			    g_strdup_printf("'%s' and %u other%s", first->text, count - 1,
					    count == 2 ? "" : "s");
}

/* Once for each point of the script, whatever it stands for. */
static void warn_of_points(struct session *s, const char *tag, const char *format,
			   bool (*applies)(struct session *s, const struct derived_probe *probe))
{
	GHashTable *counts = g_hash_table_new(NULL, NULL);	/* token → how many */

	for (int round = 0; round < 2; round++) {
		for (guint i = 0; i < s->probes->len; i++) {
			const struct derived_probe *probe = s->probes->pdata[i];
			gpointer token = (gpointer)probe->token;
			guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, token));
			char *text;

			if (probe->token->source->library || !applies(s, probe))
				continue;
			if (round == 0) {
				g_hash_table_insert(counts, token, GUINT_TO_POINTER(count + 1));
			} else if (g_hash_table_remove(counts, token)) {
				text = points_text(probe, count);
				report_warning(s->diagnostics, tag, probe->token, format, text);
				g_free(text);
			}
		}
	}
	g_hash_table_unref(counts);
}

static bool is_idle(struct session *s, const struct derived_probe *probe)
{
	(void)s;
	return is_empty(probe->handler->body) && !probe->provider->never_hits;
}

static bool never_runs(struct session *s, const struct derived_probe *probe)
{
	return !is_empty(probe->handler->body) && !ever_runs(s, probe->handler);
}

static void warn_idle_handlers(struct session *s)
{
	warn_of_points(s, "no-effect-probe", "side-effect-free probe %s", is_idle);
	warn_of_points(s, "never-runs", "the handler of %s never runs", never_runs);
}

void optimize(struct session *s)
{
	struct optimizer o = { .s = s };
	struct rewriter rewriter = { .expr = optimize_expr, .stmt = optimize_stmt, .data = &o };

	if (s->options.unoptimized)
		return;
	find_pure_functions(s);
	do {
		o.changed = false;
		find_usage(s);
		for (guint i = 0; i < s->handlers->len; i++)
			stmt_rewrite(&((struct handler *)s->handlers->pdata[i])->body, &rewriter);
		for (guint i = 0; i < s->used_functions->len; i++) {
			struct function *f = s->used_functions->pdata[i];

			if (f->body)
				stmt_rewrite(&f->body, &rewriter);
		}
		find_reached(s);
	} while (o.changed);
	merge_handlers(s);
	warn_idle_handlers(s);
}
