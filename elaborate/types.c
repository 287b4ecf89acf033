// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Type inference.  Each expression is visited with the type that its place wants, TYPE_UNKNOWN
 * where any will do; what is learnt is written to variables, array keys, parameters and functions.
 * Rounds over the whole script go on until one learns nothing; then a last one, with the same code,
 * reports what does not fit.
 */
#include "elaborate.h"

struct inference {
	struct session *s;
	struct function *function;	/* whose body is visited, or NULL */
	bool changed;
	bool final;	/* report now */
};

static void infer_expr(struct inference *in, struct expr *e, enum value_type want);

static void report_mismatch(struct inference *in, const struct token *token, enum value_type want,
			    enum value_type have)
{
	if (in->final)
		report_semantic(in->s->diagnostics, "type-mismatch", token, NULL,
				"type mismatch: expected %s but found %s", value_type_name(want),
				value_type_name(have));
}

/*
 * A type that is remembered with the token it came from: let both sides agree.  Returns the type
 * that holds now; a conflict is reported with both places.
 */
static enum value_type unify(struct inference *in, enum value_type *type, const struct token **by,
			     enum value_type want, const struct token *token)
{
	if (want == TYPE_UNKNOWN || *type == want)
		return *type;
	if (*type == TYPE_UNKNOWN) {
		*type = want;
		*by = token;
		in->changed = true;
	} else if (in->final && *by && (*by)->kind != TOKEN_IDENTIFIER) {
		/* It is a literal's: then that place says nothing more. */
		report_mismatch(in, token, want, *type);
	} else if (in->final) {
		report_semantic(in->s->diagnostics, "type-conflict", token, NULL,
				"type mismatch (%s)", value_type_name(want));
		if (*by)
			report_semantic(in->s->diagnostics, "type-first", *by, NULL,
					"type was first inferred here (%s)",
					value_type_name(*type));
	}
	return *type;
}

/* An array, or a scalar when keys is 0, is used so here. */
static bool unify_arity(struct inference *in, struct variable *v, int keys,
			const struct token *token)
{
	if (!v)
		return false;
	if (v->keys < 0 && v->global) {
		v->keys = keys;
		v->keyed_by = token;
		in->changed = true;
	}
	if (v->keys == keys)
		return true;
	if (in->final) {
		report_semantic(in->s->diagnostics, "arity-conflict", token, NULL,
				"inconsistent arity (%d vs %d)", v->keys, keys);
		if (v->keyed_by)
			report_semantic(in->s->diagnostics, "arity-first", v->keyed_by, NULL,
					"arity %d first inferred here", v->keys);
	}
	return false;
}

static void infer_keys(struct inference *in, struct variable *v, GPtrArray *keys,
		       const struct token *token)
{
	bool fits = unify_arity(in, v, (int)keys->len, token);

	if (keys->len > MAX_KEYS) {
		if (in->final)
			report_semantic(in->s->diagnostics, "keys-many", token, NULL,
					"an array has at most %d keys", MAX_KEYS);
		return;
	}
	for (guint i = 0; i < keys->len; i++) {
		struct expr *key = keys->pdata[i];

		if (key->kind == EXPR_ANY)
			continue;
		infer_expr(in, key, fits ? v->key_types[i] : TYPE_UNKNOWN);
		if (!fits || key->type == TYPE_UNKNOWN)
			continue;
		if (v->key_types[i] == TYPE_UNKNOWN) {
			v->key_types[i] = key->type;
			v->key_typed_by[i] = key->token;
			in->changed = true;
		} else if (v->key_types[i] != key->type && in->final) {
			report_semantic(in->s->diagnostics, "key-conflict", key->token, NULL,
					"index %u type mismatch (%s)", i,
					value_type_name(key->type));
			report_semantic(in->s->diagnostics, "key-first", v->key_typed_by[i], NULL,
					"type of index %u was first inferred here (%s)", i,
					value_type_name(v->key_types[i]));
		}
	}
}

/*
 * Two expressions of one type, whichever is known.  One is visited twice only when that may teach
 * it something: of a chain, each visit of a part would visit the next part twice.
 */
static void infer_both(struct inference *in, struct expr *left, struct expr *right)
{
	infer_expr(in, right, TYPE_UNKNOWN);
	infer_expr(in, left, right->type);
	if (right->type == TYPE_UNKNOWN && left->type != TYPE_UNKNOWN)
		infer_expr(in, right, left->type);
}

static enum value_type infer_binary(struct inference *in, struct expr *e)
{
	enum value_type type = e->binary.op == OP_CONCAT ? TYPE_STRING : TYPE_LONG;

	if (binary_operator_compares(e->binary.op)) {
		infer_both(in, e->binary.left, e->binary.right);
	} else {
		infer_expr(in, e->binary.left, type);
		infer_expr(in, e->binary.right, type);
	}
	return type;
}

static struct variable *parameter_of(const struct function *f, guint i)
{
	return i < f->parameters->len ? f->parameters->pdata[i] : NULL;
}

/* An argument, visited already, where an overload takes another type. */
static void refuse_argument(struct inference *in, struct expr *argument, enum value_type want)
{
	if (argument->kind == EXPR_SYMBOL)
		unify(in, &argument->symbol.variable->type, &argument->symbol.variable->typed_by,
		      want, argument->token);
	else if (argument->kind == EXPR_INDEX)
		unify(in, &argument->index.variable->type, &argument->index.variable->typed_by,
		      want, argument->token);
	else
		report_mismatch(in, argument->token, want, argument->type);
}

/*
 * The arguments of a call as all of the function's overloads take them.  Each is visited once: with
 * one visit for each overload, calls within calls would take as many as there are ways through the
 * overloads of all of them.
 */
static void infer_arguments(struct inference *in, struct expr *e, struct function *first)
{
	for (guint i = 0; i < e->call.arguments->len; i++) {
		struct expr *argument = e->call.arguments->pdata[i];
		enum value_type want = TYPE_UNKNOWN;

		for (struct function *f = first; f && want == TYPE_UNKNOWN; f = f->overload)
			want = parameter_of(f, i) ? parameter_of(f, i)->type : TYPE_UNKNOWN;
		infer_expr(in, argument, want);
		for (struct function *f = first; f; f = f->overload) {
			struct variable *parameter = parameter_of(f, i);

			if (!parameter || argument->type == TYPE_UNKNOWN)
				continue;
			if (parameter->type == TYPE_UNKNOWN)
				unify(in, &parameter->type, &parameter->typed_by, argument->type,
				      argument->token);
			else if (parameter->type != argument->type && parameter->type != want)
				refuse_argument(in, argument, parameter->type);
		}
	}
}

static enum value_type infer_call(struct inference *in, struct expr *e, enum value_type want)
{
	struct function *first = e->call.function;
	enum value_type type = TYPE_UNKNOWN;
	bool returns = false;

	infer_arguments(in, e, first);
	if (!first)
		return want;
	for (struct function *f = first; f; f = f->overload) {
		returns |= f->returns_value;
		type = type == TYPE_UNKNOWN ? f->type : type;
	}
	/* What nothing else types has the type its first use wants, if it returns anything. */
	if (type == TYPE_UNKNOWN && returns)
		type = want;
	for (struct function *f = first; f && type != TYPE_UNKNOWN; f = f->overload)
		unify(in, &f->type, &f->typed_by, type, e->token);
	return type;
}

static void infer_print(struct inference *in, struct expr *e)
{
	GPtrArray *arguments = e->print.arguments;
	guint next = 0;

	if (!e->print.form->formatted) {
		for (guint i = 0; i < arguments->len; i++)
			infer_expr(in, arguments->pdata[i], TYPE_UNKNOWN);
		return;
	}
	for (guint i = 0; e->print.pieces && i < e->print.pieces->len; i++) {
		const struct format_piece *piece = e->print.pieces->pdata[i];

		/* The last one is what is printed. */
		for (guint left = format_piece_operands(piece); left && next < arguments->len; left--)
			infer_expr(in, arguments->pdata[next++],
				   left == 1 && piece->conversion == 's' ? TYPE_STRING : TYPE_LONG);
	}
	while (next < arguments->len)
		infer_expr(in, arguments->pdata[next++], TYPE_UNKNOWN);
}

static void infer_assign(struct inference *in, struct expr *e)
{
	enum value_type want;

	if (e->assign.op == OP_NONE) {
		infer_both(in, e->assign.left, e->assign.right);
		return;
	}
	want = e->assign.op == OP_CONCAT ? TYPE_STRING : TYPE_LONG;
	infer_expr(in, e->assign.left, want);
	infer_expr(in, e->assign.right, want);
}

/* s: what @count(s), s <<< 1 … take; only a global can be an aggregate. */
static void infer_stats(struct inference *in, struct expr *e)
{
	const struct variable *v = e->kind == EXPR_SYMBOL ? e->symbol.variable : NULL;

	if (e->kind != EXPR_SYMBOL && e->kind != EXPR_INDEX) {
		infer_expr(in, e, TYPE_UNKNOWN);
		report_mismatch(in, e->token, TYPE_STATS, e->type);
		return;
	}
	infer_expr(in, e, TYPE_STATS);
	if (in->final && v && !v->global && v->type == TYPE_STATS)
		report_semantic(in->s->diagnostics, "stats-local", e->token, NULL,
				"stat locals not supported, missing global declaration? ");
}

static void infer_target(struct inference *in, struct expr *e)
{
	for (guint i = 0; i < e->target.arguments->len; i++)
		infer_expr(in, e->target.arguments->pdata[i], TYPE_UNKNOWN);
	for (guint i = 0; i < e->target.steps->len; i++) {
		struct target_step *step = e->target.steps->pdata[i];

		if (step->index)
			infer_expr(in, step->index, TYPE_LONG);
	}
}

static void infer_expr(struct inference *in, struct expr *e, enum value_type want)
{
	enum value_type type = TYPE_LONG;

	switch (e->kind) {
	case EXPR_NUMBER:
		break;
	case EXPR_STRING:
		type = TYPE_STRING;
		break;
	case EXPR_SYMBOL:
		if (unify_arity(in, e->symbol.variable, 0, e->token))
			e->type = unify(in, &e->symbol.variable->type,
					&e->symbol.variable->typed_by, want, e->token);
		return;
	case EXPR_INDEX:
		infer_keys(in, e->index.variable, e->index.keys, e->token);
		if (e->index.variable)
			e->type = unify(in, &e->index.variable->type, &e->index.variable->typed_by,
					want, e->token);
		return;
	case EXPR_CALL:
		type = infer_call(in, e, want);
		break;
	case EXPR_PRINT:
		infer_print(in, e);
		type = e->print.form->to_string ? TYPE_STRING : TYPE_LONG;
		break;
	case EXPR_UNARY:
		infer_expr(in, e->unary.operand, TYPE_LONG);
		break;
	case EXPR_STEP:
		infer_expr(in, e->step.operand, TYPE_LONG);
		break;
	case EXPR_BINARY:
		type = infer_binary(in, e);
		break;
	case EXPR_TERNARY:
		infer_expr(in, e->ternary.condition, TYPE_LONG);
		infer_expr(in, e->ternary.yes, want);
		infer_expr(in, e->ternary.no, want != TYPE_UNKNOWN ? want : e->ternary.yes->type);
		if (e->ternary.yes->type == TYPE_UNKNOWN && want == TYPE_UNKNOWN &&
		    e->ternary.no->type != TYPE_UNKNOWN)
			infer_expr(in, e->ternary.yes, e->ternary.no->type);
		e->type = e->ternary.yes->type;
		return;
	case EXPR_ASSIGN:
		infer_assign(in, e);
		type = e->assign.left->type;
		break;
	case EXPR_IN:
		infer_keys(in, e->in.variable, e->in.keys, e->in.array_token);
		break;
	case EXPR_MATCH:
		infer_expr(in, e->match.subject, TYPE_STRING);
		break;
	case EXPR_SAMPLE:
		infer_stats(in, e->sample.stats);
		infer_expr(in, e->sample.value, TYPE_LONG);
		break;
	case EXPR_EXTRACT:
		infer_stats(in, e->extract.stats);
		break;
	case EXPR_HISTOGRAM:
		infer_stats(in, e->histogram.stats);
		if (e->histogram.index)
			infer_expr(in, e->histogram.index, TYPE_LONG);
		else
			type = TYPE_STATS;
		break;
	case EXPR_EMBEDDED:
		type = e->embedded.string ? TYPE_STRING : TYPE_LONG;
		break;
	case EXPR_PRIMITIVE:
		if (e->primitive.a)
			infer_expr(in, e->primitive.a, TYPE_LONG);
		if (e->primitive.b)
			infer_expr(in, e->primitive.b, TYPE_LONG);
		type = TYPE_LONG;
		break;
	case EXPR_TARGET:
		infer_target(in, e);
		break;
	case EXPR_ANY:
	case EXPR_DEFINED:
	case EXPR_CHOOSE:
		break;
	}
	e->type = type;
	if (want != TYPE_UNKNOWN && type != TYPE_UNKNOWN && type != want)
		report_mismatch(in, e->token, want, type);
}

static void infer_stmt(struct stmt *s, void *data);

static void infer_child(struct expr *e, void *data)
{
	infer_expr(data, e, TYPE_UNKNOWN);
}

static void infer_optional(struct inference *in, struct expr *e, enum value_type want)
{
	if (e)
		infer_expr(in, e, want);
}

static void infer_return(struct inference *in, struct stmt *s)
{
	struct function *f = in->function;

	if (!s->expr || !f)
		return;
	f->returns_value = true;
	infer_expr(in, s->expr, f->type);
	if (f->type == TYPE_UNKNOWN)
		unify(in, &f->type, &f->typed_by, s->expr->type, s->expr->token);
}

/* foreach (v = b in @hist_log(s)): numbers all. */
static void infer_bucket_walk(struct inference *in, struct stmt *s)
{
	infer_expr(in, s->foreach.histogram, TYPE_UNKNOWN);
	infer_expr(in, s->foreach.keys->pdata[0], TYPE_LONG);
	infer_optional(in, s->foreach.value, TYPE_LONG);
	infer_optional(in, s->foreach.limit, TYPE_LONG);
	infer_stmt(s->foreach.body, in);
}

static void infer_stmt(struct stmt *s, void *data)
{
	struct inference *in = data;

	switch (s->kind) {
	case STMT_IF:
		infer_expr(in, s->branch.condition, TYPE_LONG);
		infer_stmt(s->branch.yes, in);
		if (s->branch.no)
			infer_stmt(s->branch.no, in);
		break;
	case STMT_FOR:
		infer_optional(in, s->loop.init, TYPE_UNKNOWN);
		infer_optional(in, s->loop.condition, TYPE_LONG);
		infer_optional(in, s->loop.step, TYPE_UNKNOWN);
		infer_stmt(s->loop.body, in);
		break;
	case STMT_FOREACH:
		if (s->foreach.histogram) {
			infer_bucket_walk(in, s);
			break;
		}
		infer_keys(in, s->foreach.variable, s->foreach.keys, s->foreach.array_token);
		if (s->foreach.slice)
			infer_keys(in, s->foreach.variable, s->foreach.slice,
				   s->foreach.array_token);
		if (s->foreach.sort == SORT_VALUE && s->foreach.sort_by != EXTRACT_NONE &&
		    s->foreach.variable)
			unify(in, &s->foreach.variable->type, &s->foreach.variable->typed_by,
			      TYPE_STATS, s->foreach.array_token);
		if (in->final && s->foreach.value && s->foreach.variable &&
		    s->foreach.variable->type == TYPE_STATS) {
			report_semantic(in->s->diagnostics, "stats-value", s->foreach.value->token,
					NULL, "invalid type stats");
		} else if (s->foreach.value && s->foreach.variable &&
			   s->foreach.variable->type != TYPE_STATS) {
			infer_expr(in, s->foreach.value, s->foreach.variable->type);
			unify(in, &s->foreach.variable->type, &s->foreach.variable->typed_by,
			      s->foreach.value->type, s->foreach.value->token);
		}
		infer_optional(in, s->foreach.limit, TYPE_LONG);
		infer_stmt(s->foreach.body, in);
		break;
	case STMT_RETURN:
		infer_return(in, s);
		break;
	case STMT_TRY:
		infer_stmt(s->try.body, in);
		infer_optional(in, s->try.message, TYPE_STRING);
		infer_stmt(s->try.handler, in);
		break;
	case STMT_DELETE:
		/* `delete a` takes an array or a scalar, whatever it is. */
		if (s->expr->kind != EXPR_SYMBOL)
			infer_expr(in, s->expr, TYPE_UNKNOWN);
		break;
	default:
		stmt_visit_children(s, infer_stmt, infer_child, in);
	}
}

static void infer_literal(struct inference *in, struct variable *v)
{
	if (v->init)
		unify(in, &v->type, &v->typed_by,
		      v->init->kind == EXPR_NUMBER ? TYPE_LONG : TYPE_STRING, v->init->token);
}

static void infer_round(struct inference *in)
{
	struct session *s = in->s;

	in->changed = false;
	for (guint i = 0; i < s->used_globals->len; i++)
		infer_literal(in, s->used_globals->pdata[i]);
	for (guint i = 0; i < s->handlers->len; i++) {
		in->function = NULL;
		infer_stmt(((struct handler *)s->handlers->pdata[i])->body, in);
	}
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		in->function = f;
		f->returns_value |= f->embedded && f->type != TYPE_UNKNOWN;
		if (f->body)
			infer_stmt(f->body, in);
	}
}

/* ---- what is still unknown ------------------------------------------------------------------- */

static void check_known_stmt(struct stmt *s, void *data);

static void check_known(struct expr *e, void *data)
{
	struct session *s = data;

	expr_visit_children(e, check_known, s);
	if (e->type == TYPE_UNKNOWN &&
	    (e->kind == EXPR_SYMBOL || e->kind == EXPR_INDEX || e->kind == EXPR_CALL))
		report_semantic(s->diagnostics, "type-unresolved", e->token, NULL,
				"unresolved type ");
}

/* A function without a value may be called where nobody looks at it. */
static void check_known_effect(struct expr *e, struct session *s)
{
	if (e && e->kind == EXPR_CALL)
		expr_visit_children(e, check_known, s);
	else if (e)
		check_known(e, s);
}

static void check_known_stmt(struct stmt *s, void *data)
{
	if (s->kind == STMT_EXPR) {
		check_known_effect(s->expr, data);
		return;
	}
	if (s->kind == STMT_FOR) {
		check_known_effect(s->loop.init, data);
		if (s->loop.condition)
			check_known(s->loop.condition, data);
		check_known_effect(s->loop.step, data);
		check_known_stmt(s->loop.body, data);
		return;
	}
	if (s->kind != STMT_DELETE || s->expr->kind != EXPR_SYMBOL)
		stmt_visit_children(s, check_known_stmt, check_known, data);
}

void infer_types(struct session *s)
{
	struct inference in = { .s = s };

	do
		infer_round(&in);
	while (in.changed);
	in.final = true;
	infer_round(&in);
	if (diagnostics_errors(s->diagnostics))
		return;
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		if (f->body)
			check_known_stmt(f->body, s);
	}
	for (guint i = 0; i < s->handlers->len; i++)
		check_known_stmt(((struct handler *)s->handlers->pdata[i])->body, s);
}
