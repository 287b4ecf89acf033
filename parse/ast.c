// SPDX-License-Identifier: GPL-2.0-or-later
/* Constructors, the walk over children, and what is made of it: visitors and copies. */
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
	case TYPE_STATS:
		return "stats";
	case TYPE_UNKNOWN:
		break;
	}
	return "unknown";
}

const char *extractor_spelling(enum extractor what)
{
	static const char *const spellings[] = {
#define X(name, spelling) [EXTRACT_##name] = spelling,
		EXTRACTORS(X)
#undef X
		[EXTRACT_NONE] = "",
	};

	return spellings[what];
}

const char *primitive_spelling(enum primitive what)
{
	static const char *const spellings[] = {
#define X(name, spelling) [PRIMITIVE_##name] = spelling,
		PRIMITIVES(X)
#undef X
		[PRIMITIVE_NONE] = "",
	};

	return spellings[what];
}

bool primitive_may_fail_or_act(enum primitive what)
{
	switch (what) {
	case PRIMITIVE_LOAD:
	case PRIMITIVE_LOAD_USER:
	case PRIMITIVE_LOAD_EITHER:
	case PRIMITIVE_USER_REGISTER:
	case PRIMITIVE_STORE:
	case PRIMITIVE_SET_REGISTER:
	case PRIMITIVE_UNKNOWN:
	case PRIMITIVE_COUNTER:
	case PRIMITIVE_UNSIGNED_DIVIDE:
	case PRIMITIVE_UNSIGNED_MODULO:
		return true;
	default:
		return false;
	}
}

bool primitive_acts(enum primitive what)
{
	return what == PRIMITIVE_STORE || what == PRIMITIVE_SET_REGISTER;
}

const char *target_base_spelling(enum target_base base)
{
	static const char *const spellings[] = {
#define X(name, spelling) [TARGET_##name] = spelling,
		TARGET_BASES(X)
#undef X
		[TARGET_SYMBOL] = "", [TARGET_VALUE] = "", [TARGET_NONE] = "",
	};

	return spellings[base];
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

bool binary_operator_compares(enum binary_operator op)
{
	return operators[op].precedence == operators[OP_EQUAL].precedence;
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

struct expr *expr_number(struct arena *arena, const struct token *token, gint64 number)
{
	struct expr *e = expr_new(arena, EXPR_NUMBER, token);

	e->number = number;
	return e;
}

struct expr *expr_string(struct arena *arena, const struct token *token, const char *text)
{
	struct expr *e = expr_new(arena, EXPR_STRING, token);

	e->string = text;
	return e;
}

struct expr *expr_use(struct arena *arena, const struct token *token, struct variable *v)
{
	struct expr *e = expr_new(arena, EXPR_SYMBOL, token);

	e->symbol.name = v->name;
	e->symbol.variable = v;
	return e;
}

struct expr *expr_ternary(struct arena *arena, const struct token *token, struct expr *condition,
			  struct expr *yes, struct expr *no)
{
	struct expr *e = expr_new(arena, EXPR_TERNARY, token);

	e->ternary.condition = condition;
	e->ternary.yes = yes;
	e->ternary.no = no;
	return e;
}

struct expr *expr_primitive(struct arena *arena, enum primitive what, const struct token *token,
			    struct expr *a, struct expr *b)
{
	struct expr *e = expr_new(arena, EXPR_PRIMITIVE, token);

	e->primitive.what = what;
	e->primitive.a = a;
	e->primitive.b = b;
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

const struct token *expr_first_token(const struct expr *e)
{
	for (;;) {
		if (e->kind == EXPR_BINARY)
			e = e->binary.left;
		else if (e->kind == EXPR_ASSIGN)
			e = e->assign.left;
		else if (e->kind == EXPR_SAMPLE)
			e = e->sample.stats;
		else if (e->kind == EXPR_MATCH)
			e = e->match.subject;
		else if (e->kind == EXPR_TERNARY)
			e = e->ternary.condition;
		else if (e->kind == EXPR_STEP && !e->step.prefix)
			e = e->step.operand;
		else
			return e->token;
	}
}

struct variable *expr_variable(const struct expr *e)
{
	switch (e->kind) {
	case EXPR_SYMBOL:
		return e->symbol.variable;
	case EXPR_INDEX:
		return e->index.variable;
	case EXPR_IN:
		return e->in.variable;
	default:
		return NULL;
	}
}

/* ---- the one place that knows each kind's children ------------------------------------------- */

/*
 * What to do with each child, through the pointer that holds it; list sees a list before its
 * elements.
 */
struct walk {
	void (*expr)(struct expr **slot, const struct walk *walk);
	void (*stmt)(struct stmt **slot, const struct walk *walk);
	void (*list)(GPtrArray **list, const struct walk *walk);
	struct arena *arena;	/* of copies */
	expr_visitor visit_expr;
	stmt_visitor visit_stmt;
	const struct rewriter *rewriter;
	void *data;
};

static void walk_expr(struct expr **slot, const struct walk *walk)
{
	if (*slot)
		walk->expr(slot, walk);
}

static void walk_stmt(struct stmt **slot, const struct walk *walk)
{
	if (*slot)
		walk->stmt(slot, walk);
}

static void walk_list(GPtrArray **list, const struct walk *walk)
{
	if (*list && walk->list)
		walk->list(list, walk);
	for (guint i = 0; *list && i < (*list)->len; i++)
		walk->expr((struct expr **)&(*list)->pdata[i], walk);
}

static void walk_steps(GPtrArray **steps, const struct walk *walk)
{
	if (walk->arena) {
		GPtrArray *copies = arena_list(walk->arena);

		for (guint i = 0; i < (*steps)->len; i++) {
			struct target_step *copy = arena_alloc(walk->arena, sizeof(*copy));

			*copy = *(struct target_step *)(*steps)->pdata[i];
			g_ptr_array_add(copies, copy);
		}
		*steps = copies;
	}
	for (guint i = 0; i < (*steps)->len; i++)
		walk_expr(&((struct target_step *)(*steps)->pdata[i])->index, walk);
}

/* In order of evaluation. */
static void walk_expr_children(struct expr *e, const struct walk *walk)
{
	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_SYMBOL:
	case EXPR_ANY:
	case EXPR_EMBEDDED:
		break;
	case EXPR_INDEX:
		walk_list(&e->index.keys, walk);
		break;
	case EXPR_CALL:
		walk_list(&e->call.arguments, walk);
		break;
	case EXPR_PRINT:
		walk_list(&e->print.arguments, walk);
		break;
	case EXPR_UNARY:
		walk_expr(&e->unary.operand, walk);
		break;
	case EXPR_STEP:
		walk_expr(&e->step.operand, walk);
		break;
	case EXPR_BINARY:
		walk_expr(&e->binary.left, walk);
		walk_expr(&e->binary.right, walk);
		break;
	case EXPR_TERNARY:
		walk_expr(&e->ternary.condition, walk);
		walk_expr(&e->ternary.yes, walk);
		walk_expr(&e->ternary.no, walk);
		break;
	case EXPR_ASSIGN:
		walk_expr(&e->assign.left, walk);
		walk_expr(&e->assign.right, walk);
		break;
	case EXPR_IN:
		walk_list(&e->in.keys, walk);
		break;
	case EXPR_MATCH:
		walk_expr(&e->match.subject, walk);
		break;
	case EXPR_SAMPLE:
		walk_expr(&e->sample.stats, walk);
		walk_expr(&e->sample.value, walk);
		break;
	case EXPR_EXTRACT:
		walk_expr(&e->extract.stats, walk);
		break;
	case EXPR_HISTOGRAM:
		walk_expr(&e->histogram.stats, walk);
		walk_expr(&e->histogram.index, walk);
		break;
	case EXPR_PRIMITIVE:
		walk_expr(&e->primitive.a, walk);
		walk_expr(&e->primitive.b, walk);
		break;
	case EXPR_TARGET:
		walk_list(&e->target.arguments, walk);
		walk_steps(&e->target.steps, walk);
		break;
	case EXPR_DEFINED:
	case EXPR_CHOOSE:
		walk_expr(&e->defined.operand, walk);
		walk_expr(&e->defined.otherwise, walk);
		break;
	}
}

static void walk_stmt_children(struct stmt *s, const struct walk *walk)
{
	switch (s->kind) {
	case STMT_NULL:
	case STMT_NEXT:
	case STMT_BREAK:
	case STMT_CONTINUE:
		break;
	case STMT_BLOCK:
		if (walk->list)
			walk->list(&s->block, walk);
		for (guint i = 0; i < s->block->len; i++)
			walk->stmt((struct stmt **)&s->block->pdata[i], walk);
		break;
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE:
		walk_expr(&s->expr, walk);
		break;
	case STMT_IF:
		walk_expr(&s->branch.condition, walk);
		walk_stmt(&s->branch.yes, walk);
		walk_stmt(&s->branch.no, walk);
		break;
	case STMT_FOR:
		walk_expr(&s->loop.init, walk);
		walk_expr(&s->loop.condition, walk);
		walk_expr(&s->loop.step, walk);
		walk_stmt(&s->loop.body, walk);
		break;
	case STMT_FOREACH:
		walk_expr(&s->foreach.histogram, walk);
		walk_list(&s->foreach.slice, walk);
		walk_list(&s->foreach.keys, walk);
		walk_expr(&s->foreach.value, walk);
		walk_expr(&s->foreach.limit, walk);
		walk_stmt(&s->foreach.body, walk);
		break;
	case STMT_TRY:
		walk_stmt(&s->try.body, walk);
		walk_expr(&s->try.message, walk);
		walk_stmt(&s->try.handler, walk);
		break;
	}
}

/* ---- visiting -------------------------------------------------------------------------------- */

static void visit_expr_slot(struct expr **slot, const struct walk *walk)
{
	walk->visit_expr(*slot, walk->data);
}

static void visit_stmt_slot(struct stmt **slot, const struct walk *walk)
{
	walk->visit_stmt(*slot, walk->data);
}

void expr_visit_children(struct expr *e, expr_visitor visit, void *data)
{
	struct walk walk = { .expr = visit_expr_slot, .visit_expr = visit, .data = data };

	walk_expr_children(e, &walk);
}

void stmt_visit_children(struct stmt *s, stmt_visitor visit_stmt, expr_visitor visit_expr,
			 void *data)
{
	struct walk walk = {
		.expr = visit_expr_slot,
		.stmt = visit_stmt_slot,
		.visit_expr = visit_expr,
		.visit_stmt = visit_stmt,
		.data = data,
	};

	walk_stmt_children(s, &walk);
}

/* ---- rewriting ------------------------------------------------------------------------------- */

static void rewrite_expr_slot(struct expr **slot, const struct walk *walk)
{
	walk_expr_children(*slot, walk);
	walk->rewriter->expr(slot, walk->rewriter->data);
}

static void rewrite_stmt_slot(struct stmt **slot, const struct walk *walk)
{
	walk_stmt_children(*slot, walk);
	if (walk->rewriter->stmt)
		walk->rewriter->stmt(slot, walk->rewriter->data);
}

void stmt_rewrite(struct stmt **slot, const struct rewriter *rewriter)
{
	struct walk walk = {
		.expr = rewrite_expr_slot, .stmt = rewrite_stmt_slot, .rewriter = rewriter
	};

	rewrite_stmt_slot(slot, &walk);
}

void expr_rewrite(struct expr **slot, const struct rewriter *rewriter)
{
	struct walk walk = {
		.expr = rewrite_expr_slot, .stmt = rewrite_stmt_slot, .rewriter = rewriter
	};

	rewrite_expr_slot(slot, &walk);
}

/* ---- depth ----------------------------------------------------------------------------------- */

/*
 * What is still to be looked at, so that no recursion is needed to find out how deep one would go.
 */
struct pending {
	struct expr *expr;	/* one of the three */
	struct stmt *stmt;
	const struct probe_point *point;
	guint depth;
};

struct depth_search {
	GArray *pending;
	guint depth;	/* of the children that are being added */
};

static void add_expr(struct expr *e, void *data)
{
	struct depth_search *search = data;
	struct pending one = { .expr = e, .depth = search->depth };

	g_array_append_val(search->pending, one);
}

static void add_stmt(struct stmt *s, void *data)
{
	struct depth_search *search = data;
	struct pending one = { .stmt = s, .depth = search->depth };

	g_array_append_val(search->pending, one);
}

static void add_points(struct depth_search *search, const GPtrArray *points)
{
	for (guint i = 0; points && i < points->len; i++) {
		struct pending one = { .point = points->pdata[i], .depth = search->depth };

		g_array_append_val(search->pending, one);
	}
}

static void add_components(struct depth_search *search, const struct probe_point *point)
{
	for (guint i = 0; i < point->components->len; i++)
		add_points(search, ((struct component *)point->components->pdata[i])->alternatives);
	if (point->condition)
		add_expr(point->condition, search);
}

const struct token *find_too_deep(const GPtrArray *points, struct stmt *body, guint limit)
{
	struct depth_search search = {
		.pending = g_array_new(FALSE, FALSE, sizeof(struct pending)), .depth = 1
	};
	const struct token *found = NULL;

	add_points(&search, points);
	if (body)
		add_stmt(body, &search);
	while (search.pending->len && !found) {
		struct pending one =
			g_array_index(search.pending, struct pending, search.pending->len - 1);

		g_array_set_size(search.pending, search.pending->len - 1);
		search.depth = one.depth + 1;
		if (one.depth > limit)
			found = one.expr ? one.expr->token :
				one.stmt ? one.stmt->token :
					   ((struct component *)one.point->components->pdata[0])->token;
		else if (one.expr)
			expr_visit_children(one.expr, add_expr, &search);
		else if (one.stmt)
			stmt_visit_children(one.stmt, add_stmt, add_expr, &search);
		else
			add_components(&search, one.point);
	}
	g_array_unref(search.pending);
	return found;
}

guint format_piece_operands(const struct format_piece *piece)
{
	guint own = piece->conversion == 'n' ? 0 : 1;

	return piece->text ? 0 : own + (guint)piece->star_width + (guint)piece->star_precision;
}

/* ---- copying --------------------------------------------------------------------------------- */

static void copy_list(GPtrArray **list, const struct walk *walk)
{
	GPtrArray *copy = arena_list(walk->arena);

	for (guint i = 0; i < (*list)->len; i++)
		g_ptr_array_add(copy, (*list)->pdata[i]);
	*list = copy;
}

static void copy_expr(struct expr **slot, const struct walk *walk)
{
	struct expr *copy = arena_alloc(walk->arena, sizeof(*copy));

	*copy = **slot;
	copy->type = TYPE_UNKNOWN;
	walk_expr_children(copy, walk);
	*slot = copy;
}

static void copy_stmt(struct stmt **slot, const struct walk *walk)
{
	struct stmt *copy = arena_alloc(walk->arena, sizeof(*copy));

	*copy = **slot;
	walk_stmt_children(copy, walk);
	*slot = copy;
}

static struct walk copying(struct arena *arena)
{
	return (struct walk){
		.expr = copy_expr, .stmt = copy_stmt, .list = copy_list, .arena = arena
	};
}

struct stmt *stmt_clone(struct arena *arena, struct stmt *s)
{
	struct walk walk = copying(arena);

	copy_stmt(&s, &walk);
	return s;
}

struct expr *expr_clone(struct arena *arena, struct expr *e)
{
	struct walk walk = copying(arena);

	copy_expr(&e, &walk);
	return e;
}
