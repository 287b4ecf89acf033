// SPDX-License-Identifier: GPL-2.0-or-later
/* What a script must keep to besides names and types. */
#include "elaborate.h"
#include "regex_compile.h"

#include <string.h>

/* Where in the code we are. */
struct checker {
	struct session *s;
	guint loops;
	bool groups;		/* the script asks what =~ has matched */
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
	GTree *accesses = accesses_new();

	function_accesses(f, accesses);
	for (guint i = 0; i < c->walked->len; i++) {
		const struct variable *v = c->walked->pdata[i];

		if (access_changes(access_of(accesses, v)))
			report_semantic(
				c->s->diagnostics, "foreach-modified-call", e->token, NULL,
				"function call modifies var '%s' during 'foreach' iteration",
				v->name);
	}
	g_tree_unref(accesses);
}

/* The library knows what it does. */
static void check_guru(struct checker *c, const struct expr *e, const struct function *f)
{
	if (f->guru && !c->s->options.guru && !e->token->source->library)
		report_semantic(c->s->diagnostics, "function-guru", e->token, NULL,
				"function '%s' may not be used in an unprivileged script; need stap -g",
				f->name);
}

static void check_call(struct checker *c, const struct expr *e)
{
	for (struct function *f = e->call.function; f; f = f->overload)
		check_guru(c, e, f);
	for (struct function *f = e->call.function; c->walked->len && f; f = f->overload)
		check_callee(c, e, f);
}

static void check_print(struct checker *c, const struct expr *e)
{
	guint wanted = 0;

	if (!e->print.form->formatted)
		return;
	for (guint i = 0; i < e->print.pieces->len; i++)
		wanted += format_piece_operands(e->print.pieces->pdata[i]);
	if (wanted != e->print.arguments->len)
		report_semantic(c->s->diagnostics, "format-arguments", e->token, NULL,
				"Wrong number of args to formatted print operator");
}

/* ---- aggregates ------------------------------------------------------------------------------ */

/* All histograms of one aggregate are the same: it keeps one set of buckets. */
static void check_histogram(struct checker *c, struct expr *e)
{
	struct variable *v = expr_variable(e->histogram.stats);
	const struct expr *first = v->histogram;

	if (!first)
		v->histogram = e;
	else if (first->histogram.linear != e->histogram.linear ||
		 first->histogram.low != e->histogram.low ||
		 first->histogram.high != e->histogram.high ||
		 first->histogram.width != e->histogram.width)
		report_semantic(c->s->diagnostics, "histogram-conflict", e->token, NULL,
				"multiple histogram types declared on '__global_%s'", v->name);
}

static void check_extract(struct checker *c, struct expr *e)
{
	struct variable *v = expr_variable(e->extract.stats);
	const struct expr *first = v->variance;

	if (e->extract.what != EXTRACT_VARIANCE)
		return;
	if (!first)
		v->variance = e;
	else if (first->extract.shift != e->extract.shift)
		report_semantic(c->s->diagnostics, "variance-conflict", e->token, first->token,
				"multiple bit shifts declared on '__global_%s'", v->name);
}

static void check_match(struct checker *c, struct expr *e)
{
	const struct token *pattern = e->match.pattern;
	struct regex_error error;

	e->match.regex = g_hash_table_lookup(c->s->regexes, pattern->value);
	if (e->match.regex)
		return;
	e->match.regex = regex_compile(pattern->value, c->groups, &error);
	if (e->match.regex)
		g_hash_table_insert(c->s->regexes, (gpointer)pattern->value, e->match.regex);
	else
		report_semantic(c->s->diagnostics, "regex", pattern, NULL,
				"regex compilation error (at position %u): %s", error.position,
				error.message);
}

/* Look into the keys of an aggregate's element, but not at it as a value. */
static void check_stats_operand(struct checker *c, struct expr *e)
{
	expr_visit_children(e, check_expr, c);
}

/* e stands where a value is wanted. */
static void check_value(struct checker *c, const struct expr *e)
{
	if (e->type != TYPE_STATS)
		return;
	report_semantic(c->s->diagnostics, "stats-read", e->token, NULL,
			e->kind == EXPR_HISTOGRAM ?
				"a histogram can be printed, indexed and walked by foreach only" :
				"an aggregate is no value: use @count, @sum, @min, @max or @avg");
}

static void check_print_arguments(struct checker *c, struct expr *e)
{
	for (guint i = 0; i < e->print.arguments->len; i++) {
		struct expr *argument = e->print.arguments->pdata[i];
		bool plain = !e->print.form->formatted && !e->print.form->delimited &&
			     e->print.arguments->len == 1;

		if (argument->type != TYPE_STATS) {
			check_expr(argument, c);
		} else if (argument->kind == EXPR_HISTOGRAM && plain) {
			check_stats_operand(c, argument->histogram.stats);
			check_histogram(c, argument);
		} else if (argument->kind == EXPR_HISTOGRAM) {
			check_value(c, argument);
		} else {
			report_semantic(c->s->diagnostics, "stats-print", argument->token, NULL,
					"print format actual argument evaluation type unsupported");
		}
	}
}

static void check_keys(struct checker *c, const GPtrArray *keys)
{
	for (guint i = 0; i < keys->len; i++) {
		const struct expr *key = keys->pdata[i];

		if (key->kind == EXPR_ANY)
			report_semantic(c->s->diagnostics, "key-any", key->token, NULL,
					"'*' stands for a key in 'in', 'delete' and 'foreach' only");
	}
}

static void check_children(struct checker *c, struct expr *e)
{
	switch (e->kind) {
	case EXPR_SAMPLE:
		check_stats_operand(c, e->sample.stats);
		check_expr(e->sample.value, c);
		break;
	case EXPR_EXTRACT:
		check_stats_operand(c, e->extract.stats);
		break;
	case EXPR_HISTOGRAM:
		check_stats_operand(c, e->histogram.stats);
		if (e->histogram.index)
			check_expr(e->histogram.index, c);
		break;
	case EXPR_PRINT:
		check_print_arguments(c, e);
		break;
	default:
		expr_visit_children(e, check_expr, c);
	}
}

static void check_expr(struct expr *e, void *data)
{
	struct checker *c = data;

	check_children(c, e);
	check_value(c, e);
	switch (e->kind) {
	case EXPR_INDEX:
		check_keys(c, e->index.keys);
		break;
	case EXPR_SAMPLE:
		check_target(c, e->sample.stats, e->token);
		break;
	case EXPR_EXTRACT:
		check_extract(c, e);
		break;
	case EXPR_MATCH:
		check_match(c, e);
		break;
	case EXPR_HISTOGRAM:
		check_histogram(c, e);
		break;
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

	if (e->kind == EXPR_INDEX)
		expr_visit_children(e, check_expr, c);
	if (!v)
		report_semantic(c->s->diagnostics, "delete-operand", s->token, e->token,
				"Expecting lvalue for delete");
	else if (is_walked(c, v))
		report_semantic(c->s->diagnostics, "foreach-modified", e->token, NULL,
				"variable '%s' modified during 'foreach' iteration", v->name);
}

static void check_foreach(struct checker *c, struct stmt *s)
{
	struct variable *v = s->foreach.variable;

	if (s->foreach.histogram) {
		check_stats_operand(c, s->foreach.histogram->histogram.stats);
		check_histogram(c, s->foreach.histogram);
		v = expr_variable(s->foreach.histogram->histogram.stats);
	}
	for (guint i = 0; s->foreach.slice && i < s->foreach.slice->len; i++)
		check_expr(s->foreach.slice->pdata[i], c);
	if (s->foreach.sort != SORT_NONE)
		s->foreach.sort_serial = v->sorts++;
	if (s->foreach.limit)
		check_expr(s->foreach.limit, c);
	g_ptr_array_add(c->walked, v);
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

/* Is any of the library's functions used that tell what the last =~ matched? */
static bool asks_for_groups(const struct session *s)
{
	for (guint i = 0; i < s->used_functions->len; i++) {
		const struct function *f = s->used_functions->pdata[i];

		if (f->source->library && (!strcmp(f->name, "matched") ||
					   !strcmp(f->name, "matched_str") ||
					   !strcmp(f->name, "ngroups")))
			return true;
	}
	return false;
}

#define SAVED_MAX 4096	/* bytes that the kernel keeps for one call: KRETPROBE_MAX_DATA_SIZE */

static void check_saved(struct session *s, const struct derived_probe *probe)
{
	guint64 size = 0;

	for (guint i = 0; i < probe->saved->variables->len; i++) {
		const struct variable *v = probe->saved->variables->pdata[i];

		size += v->type == TYPE_STRING ? string_size(s) : sizeof(gint64);
		if (size <= SAVED_MAX)
			continue;
		report_semantic(s->diagnostics, "saved-size", v->token, NULL,
				"what is saved at the entry takes more than %d bytes; save "
				"addresses or numbers, or use a smaller -DMAXSTRINGLEN",
				SAVED_MAX);
		return;
	}
}

void check_script(struct session *s)
{
	struct checker c = {
		.s = s, .walked = g_ptr_array_new(), .groups = asks_for_groups(s)
	};

	for (guint i = 0; i < s->handlers->len; i++)
		check_stmt(((struct handler *)s->handlers->pdata[i])->body, &c);
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		if (f->body)
			check_stmt(f->body, &c);
	}
	for (guint i = 0; i < s->probes->len; i++) {
		const struct derived_probe *probe = s->probes->pdata[i];

		if (probe->saved)
			check_saved(s, probe);
	}
	g_ptr_array_unref(c.walked);
}
