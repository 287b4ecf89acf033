// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Script code to C code.
 *
 * Script expressions have an order of evaluation, may fail in the middle and have strings for values; C's have none of
 * that.  So an expression becomes statements that leave its value in an operand: C text without side effects, a variable,
 * a temporary or a plain C expression over such.  An operand is read later than it is made; where something in between
 * may change what it reads, it is saved in a temporary first (`x + x++`).
 *
 * Longs that live for one statement are C variables t0, t1 …; script variables, strings and everything past
 * LOCAL_TEMPORARIES live in the frame `l`, on the context's own stack, so that no script can use up the kernel's.
 */
#include "translate.h"
#include "elaborate.h"

#include <string.h>

#define LOCAL_TEMPORARIES 64

/* One C function in the making. */
struct code {
	struct translator *t;
	GString *body;
	int indent;
	const struct function *function;	/* or NULL: a handler */
	guint longs, most_longs;	/* temporaries in use, and at most */
	guint strings, most_strings;
	guint walks, most_walks;
	guint nodes, most_nodes;
	guint labels;
	bool uses_out;		/* a struct stp_out for sprint */
	bool uses_exit;		/* the label `out` */
	GPtrArray *continues;	/* per loop: the label that continue jumps to, or NULL */
	GHashTable *sorted;	/* walk number → its sort serial + 1 */
};

/* What a statement may use up and gives back at its end. */
struct mark {
	guint longs, strings, nodes;
};

static char *eval(struct code *k, const struct expr *e);

/* ---- text ----------------------------------------------------------------------------------------------------- */

char *c_string(const char *s)
{
	GString *out = g_string_new("\"");

	for (; *s; s++) {
		if (*s == '\n')
			g_string_append(out, "\\n");
		else if (*s == '\t')
			g_string_append(out, "\\t");
		else if (*s == '"' || *s == '\\' || *s == '?')
			g_string_append_printf(out, "\\%c", *s);
		else if ((guchar)*s < ' ' || (guchar)*s >= 127)
			g_string_append_printf(out, "\\%03o", (guchar)*s);
		else
			g_string_append_c(out, *s);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

G_GNUC_PRINTF(2, 3)
static void line(struct code *k, const char *format, ...)
{
	va_list args;

	for (int i = 0; i < k->indent; i++)
		g_string_append_c(k->body, '\t');
	va_start(args, format);
	g_string_append_vprintf(k->body, format, args);
	va_end(args);
	g_string_append_c(k->body, '\n');
}

/* Where a token is, as a C string. */
static char *place(struct code *k, const struct token *token)
{
	return c_string(token_describe(k->t->s->arena, token, false));
}

static void leave_if_failed(struct code *k)
{
	line(k, "if (stp_unwinding(c))");
	line(k, "\tgoto out;");
	k->uses_exit = true;
}

/* The same behind a call of a script function, whose place an error names too. */
static void leave_if_call_failed(struct code *k, const char *where)
{
	line(k, "if (stp_unwinding(c)) {");
	line(k, "\tstp_called_from(c, %s);", where);
	line(k, "\tgoto out;");
	line(k, "}");
	k->uses_exit = true;
}

/* ---- temporaries ---------------------------------------------------------------------------------------------- */

static struct mark mark(const struct code *k)
{
	return (struct mark){ k->longs, k->strings, k->nodes };
}

static void release(struct code *k, struct mark m)
{
	k->longs = m.longs;
	k->strings = m.strings;
	k->nodes = m.nodes;
}

static char *new_long(struct code *k)
{
	guint number = k->longs++;

	k->most_longs = MAX(k->most_longs, k->longs);
	return g_strdup_printf(number < LOCAL_TEMPORARIES ? "t%u" : "l->t%u", number);
}

static char *new_string(struct code *k)
{
	guint number = k->strings++;

	k->most_strings = MAX(k->most_strings, k->strings);
	return g_strdup_printf("l->s%u", number);
}

static char *new_node(struct code *k)
{
	guint number = k->nodes++;

	k->most_nodes = MAX(k->most_nodes, k->nodes);
	return g_strdup_printf("n%u", number);
}

/* Put an operand's present value where nothing else changes it.  Takes the operand over. */
static char *save(struct code *k, char *operand, enum value_type type)
{
	char *temporary;

	if (type == TYPE_STRING) {
		temporary = new_string(k);
		line(k, "stp_string_copy(%s, %s);", temporary, operand);
	} else {
		temporary = new_long(k);
		line(k, "%s = %s;", temporary, operand);
	}
	g_free(operand);
	return temporary;
}

/* ---- what an expression does ---------------------------------------------------------------------------------- */

static void find_statements(struct expr *e, void *data)
{
	bool *found = data;

	switch (e->kind) {
	case EXPR_CALL:
	case EXPR_STEP:
	case EXPR_ASSIGN:
		*found = true;
		break;
	case EXPR_PRINT:
		*found = true;
		break;
	case EXPR_BINARY:
		*found |= e->binary.op == OP_DIVIDE || e->binary.op == OP_MODULO ||
			  e->binary.op == OP_CONCAT;
		break;
	default:
		break;
	}
	if (!*found)
		expr_visit_children(e, find_statements, data);
}

/* Does evaluating it take statements (that may fail, or change something)? */
static bool takes_statements(const struct expr *e)
{
	bool found = false;

	find_statements((struct expr *)e, &found);
	return found;
}

/* A value that no statement of this handler can change. */
static bool is_constant(const struct expr *e)
{
	return e->kind == EXPR_NUMBER || e->kind == EXPR_STRING;
}

/* Evaluate a list in order; operands stay what they were when their turn was. */
static char **eval_list(struct code *k, const GPtrArray *list)
{
	char **operands = g_new0(char *, list->len + 1);

	for (guint i = 0; i < list->len; i++) {
		const struct expr *e = list->pdata[i];
		bool later = false;

		for (guint j = i + 1; j < list->len; j++)
			later = later || takes_statements(list->pdata[j]);
		operands[i] = eval(k, e);
		if (later && !is_constant(e))
			operands[i] = save(k, operands[i], e->type);
	}
	return operands;
}

/* ---- variables ------------------------------------------------------------------------------------------------ */

static bool assigns_parameter_stmt(const struct stmt *s, const struct variable *v);

struct assignment_search {
	const struct variable *variable;
	bool found;
};

static void search_expr(struct expr *e, void *data)
{
	struct assignment_search *search = data;
	const struct expr *target = e->kind == EXPR_ASSIGN ? e->assign.left :
				    e->kind == EXPR_STEP   ? e->step.operand :
							     NULL;

	if (target && target->kind == EXPR_SYMBOL && target->symbol.variable == search->variable)
		search->found = true;
	expr_visit_children(e, search_expr, data);
}

static void search_stmt(struct stmt *s, void *data)
{
	struct assignment_search *search = data;

	if (s->kind == STMT_FOREACH) {
		for (guint i = 0; i < s->foreach.keys->len; i++) {
			struct expr *key = s->foreach.keys->pdata[i];

			search->found |= key->symbol.variable == search->variable;
		}
		if (s->foreach.value)
			search->found |= s->foreach.value->symbol.variable == search->variable;
	}
	if (s->kind == STMT_DELETE && s->expr->kind == EXPR_SYMBOL)
		search->found |= s->expr->symbol.variable == search->variable;
	stmt_visit_children(s, search_stmt, search_expr, data);
}

static bool assigns_parameter_stmt(const struct stmt *s, const struct variable *v)
{
	struct assignment_search search = { v, false };

	search_stmt((struct stmt *)s, &search);
	return search.found;
}

/* The C text that names a scalar. */
static char *scalar(struct code *k, const struct variable *v)
{
	if (v->global)
		return g_strdup(global_c_name(k->t, v));
	if (v->parameter && (v->type == TYPE_LONG ||
			     !assigns_parameter_stmt(k->function->body, v)))
		return g_strdup_printf("v_%s", v->name);
	return g_strdup_printf("l->v_%s", v->name);
}

/* "(union stp_value[]){ { .n = 1 }, { .s = l->v_x } }" */
static char *key_array(struct code *k, const struct variable *v, const GPtrArray *keys)
{
	char **operands = eval_list(k, keys);
	GString *out = g_string_new("(union stp_value[]){ ");

	for (guint i = 0; i < keys->len; i++)
		g_string_append_printf(out, "%s{ .%c = %s }", i ? ", " : "",
				       v->key_types[i] == TYPE_STRING ? 's' : 'n', operands[i]);
	g_string_append(out, " }");
	g_strfreev(operands);
	return g_string_free(out, FALSE);
}

/* Find or make an array's element: the operand that names its value. */
static char *element(struct code *k, const struct expr *e, const char *keys)
{
	const struct variable *v = e->index.variable;
	char *node = new_node(k);
	char *where = place(k, e->token);
	char *operand;

	line(k, "%s = stp_map_slot(c, &%s, %s, %s);", node, global_c_name(k->t, v), keys, where);
	line(k, "if (!%s)", node);
	line(k, "\tgoto out;");
	k->uses_exit = true;
	operand = v->type == TYPE_STRING ?
			  g_strdup_printf("stp_map_value_string(&%s, %s)", global_c_name(k->t, v), node) :
			  g_strdup_printf("*stp_map_value_long(&%s, %s)", global_c_name(k->t, v), node);
	g_free(where);
	g_free(node);
	return operand;
}

/* ---- expressions ---------------------------------------------------------------------------------------------- */

static char *eval_unary(struct code *k, const struct expr *e)
{
	char *operand = eval(k, e->unary.operand);
	char *result = NULL;

	switch (e->unary.op) {
	case OP_NEGATE:
		result = g_strdup_printf("(-%s)", operand);
		break;
	case OP_PLUS:
		result = g_strdup(operand);
		break;
	case OP_NOT:
		result = g_strdup_printf("((int64_t)!%s)", operand);
		break;
	case OP_COMPLEMENT:
		result = g_strdup_printf("(~%s)", operand);
		break;
	}
	g_free(operand);
	return result;
}

/* left op right, both evaluated, as C text or into a temporary.  Takes the operands over. */
static char *combine(struct code *k, enum binary_operator op, const struct token *token, char *left,
		     char *right, enum value_type operands)
{
	char *where = place(k, token);
	char *result;

	switch (op) {
	case OP_CONCAT:
		result = new_string(k);
		line(k, "stp_string_concat(%s, %s, %s);", result, left, right);
		break;
	case OP_DIVIDE:
	case OP_MODULO:
		result = new_long(k);
		line(k, "%s = stp_%s(c, %s, %s, %s);", result,
		     op == OP_DIVIDE ? "divide" : "modulo", left, right, where);
		leave_if_failed(k);
		break;
	case OP_LESS:
	case OP_GREATER:
	case OP_LESS_EQUAL:
	case OP_GREATER_EQUAL:
	case OP_EQUAL:
	case OP_NOT_EQUAL:
		if (operands == TYPE_STRING)
			result = g_strdup_printf("((int64_t)(stp_string_compare(%s, %s) %s 0))",
						 left, right, binary_operator_spelling(op));
		else
			result = g_strdup_printf("((int64_t)(%s %s %s))", left,
						 binary_operator_spelling(op), right);
		break;
	case OP_SHIFT_LEFT:
		result = g_strdup_printf("((int64_t)((uint64_t)%s << (%s & 63)))", left, right);
		break;
	case OP_SHIFT_RIGHT:
		result = g_strdup_printf("(%s >> (%s & 63))", left, right);
		break;
	case OP_LOGICAL_AND:
	case OP_LOGICAL_OR:
		result = g_strdup_printf("((int64_t)(%s %s %s))", left,
					 binary_operator_spelling(op), right);
		break;
	default:
		result = g_strdup_printf("(%s %s %s)", left, binary_operator_spelling(op), right);
	}
	g_free(where);
	g_free(left);
	g_free(right);
	return result;
}

/* && or || whose right side takes statements. */
static char *eval_guarded(struct code *k, const struct expr *e)
{
	char *result = new_long(k);
	char *left = eval(k, e->binary.left);
	char *right;

	line(k, "%s = !!%s;", result, left);
	line(k, "if (%s%s) {", e->binary.op == OP_LOGICAL_OR ? "!" : "", result);
	k->indent++;
	right = eval(k, e->binary.right);
	line(k, "%s = !!%s;", result, right);
	k->indent--;
	line(k, "}");
	g_free(left);
	g_free(right);
	return result;
}

static char *eval_binary(struct code *k, const struct expr *e)
{
	char *left;

	if ((e->binary.op == OP_LOGICAL_AND || e->binary.op == OP_LOGICAL_OR) &&
	    takes_statements(e->binary.right))
		return eval_guarded(k, e);
	left = eval(k, e->binary.left);
	if (takes_statements(e->binary.right) && !is_constant(e->binary.left))
		left = save(k, left, e->binary.left->type);
	return combine(k, e->binary.op, e->token, left, eval(k, e->binary.right),
		       e->binary.left->type);
}

/* Give a temporary or a variable a value. */
static void store(struct code *k, const char *to, const char *value, enum value_type type)
{
	if (type == TYPE_STRING)
		line(k, "stp_string_copy(%s, %s);", to, value);
	else
		line(k, "%s = %s;", to, value);
}

static char *eval_ternary(struct code *k, const struct expr *e)
{
	const struct expr *branches[] = { e->ternary.yes, e->ternary.no };
	char *condition = eval(k, e->ternary.condition);
	char *result;

	if (!takes_statements(e->ternary.yes) && !takes_statements(e->ternary.no)) {
		char *yes = eval(k, e->ternary.yes);
		char *no = eval(k, e->ternary.no);

		/* A literal and an array have different C types. */
		result = g_strdup_printf(e->type == TYPE_STRING ?
						 "(%s ? (const char *)%s : (const char *)%s)" :
						 "(%s ? %s : %s)",
					 condition, yes, no);
		g_free(yes);
		g_free(no);
		g_free(condition);
		return result;
	}
	result = e->type == TYPE_STRING ? new_string(k) : new_long(k);
	line(k, "if (%s) {", condition);
	for (int i = 0; i < 2; i++) {
		char *value;

		k->indent++;
		value = eval(k, branches[i]);
		store(k, result, value, e->type);
		k->indent--;
		line(k, i ? "}" : "} else {");
		g_free(value);
	}
	g_free(condition);
	return result;
}

/* x = y and x op= y. */
static char *eval_assign(struct code *k, const struct expr *e)
{
	const struct expr *left = e->assign.left;
	char *keys = NULL;
	char *value;
	char *target;

	if (left->kind == EXPR_INDEX) {
		bool later = takes_statements(e->assign.right);
		GPtrArray *list = left->index.keys;
		char **operands = eval_list(k, list);
		GString *text = g_string_new("(union stp_value[]){ ");

		for (guint i = 0; i < list->len; i++) {
			const struct expr *key = list->pdata[i];

			if (later && !is_constant(key))
				operands[i] = save(k, operands[i], key->type);
			g_string_append_printf(text, "%s{ .%c = %s }", i ? ", " : "",
					       key->type == TYPE_STRING ? 's' : 'n', operands[i]);
		}
		g_string_append(text, " }");
		g_strfreev(operands);
		keys = g_string_free(text, FALSE);
	}
	value = eval(k, e->assign.right);
	if (keys) {
		/* Making the element may recycle the one that the value is read from. */
		if (!is_constant(e->assign.right))
			value = save(k, value, left->type);
		target = element(k, left, keys);
		g_free(keys);
	} else {
		target = scalar(k, left->symbol.variable);
	}
	if (e->assign.op == OP_CONCAT) {
		line(k, "stp_string_concat(%s, %s, %s);", target, target, value);
	} else if (e->assign.op != OP_NONE) {
		char *sum = combine(k, e->assign.op, e->token, g_strdup(target), g_strdup(value),
				    TYPE_LONG);

		line(k, "%s = %s;", target, sum);
		g_free(sum);
	} else {
		store(k, target, value, left->type);
	}
	g_free(value);
	return target;
}

static char *eval_step(struct code *k, const struct expr *e)
{
	const struct expr *operand = e->step.operand;
	const char *operator = e->step.increment ? "+=" : "-=";
	char *target;
	char *before;

	if (operand->kind == EXPR_INDEX) {
		char *keys = key_array(k, operand->index.variable, operand->index.keys);

		target = element(k, operand, keys);
		g_free(keys);
	} else {
		target = scalar(k, operand->symbol.variable);
	}
	if (e->step.prefix) {
		line(k, "%s %s 1;", target, operator);
		return target;
	}
	before = new_long(k);
	line(k, "%s = %s;", before, target);
	line(k, "%s %s 1;", target, operator);
	g_free(target);
	return before;
}

/* Can the callee change what this string argument reads? */
static bool argument_is_stable(const struct expr *e)
{
	return e->type == TYPE_LONG || is_constant(e) ||
	       (e->kind == EXPR_SYMBOL && !e->symbol.variable->global) ||
	       (takes_statements(e) && e->kind != EXPR_ASSIGN);
}

static char *eval_call(struct code *k, const struct expr *e)
{
	const struct function *f = e->call.function;
	char **operands = eval_list(k, e->call.arguments);
	char *where = place(k, e->token);
	GString *call = g_string_new(NULL);
	char *result = NULL;

	g_string_append_printf(call, "%s(c", function_c_name(k->t, f));
	if (f->type == TYPE_STRING) {
		result = new_string(k);
		g_string_append_printf(call, ", %s", result);
	}
	for (guint i = 0; i < e->call.arguments->len; i++) {
		const struct expr *argument = e->call.arguments->pdata[i];

		if (!argument_is_stable(argument))
			operands[i] = save(k, operands[i], argument->type);
		g_string_append_printf(call, ", %s", operands[i]);
	}
	g_string_append_c(call, ')');
	line(k, "c->last_stmt = %s;", where);
	if (f->type == TYPE_LONG) {
		result = new_long(k);
		line(k, "%s = %s;", result, call->str);
	} else {
		line(k, "%s;", call->str);
	}
	if (f->embedded)
		leave_if_failed(k);
	else
		leave_if_call_failed(k, where);
	g_string_free(call, TRUE);
	g_free(where);
	g_strfreev(operands);
	return result ? result : g_strdup("0");
}

/* ---- printing ------------------------------------------------------------------------------------------------- */

static void out_text(struct code *k, const char *out, const char *text)
{
	char *literal = c_string(text);

	if (*text)
		line(k, "stp_out_bytes(%s, %s, %zu);", out, literal, strlen(text));
	g_free(literal);
}

static void out_value(struct code *k, const char *out, const char *operand, enum value_type type)
{
	line(k, "stp_out_%s(%s, %s);", type == TYPE_STRING ? "string" : "long", out, operand);
}

/* A conversion that is more than %s or %d.  Returns how many operands it took. */
static guint out_conversion(struct code *k, const char *out, const struct format_piece *piece,
			    char **operands)
{
	guint next = 0;
	char *width = piece->star_width ? g_strdup_printf("(s32)%s", operands[next++]) :
					  g_strdup_printf("%d", piece->width);
	char *precision = piece->star_precision ? g_strdup_printf("(s32)%s", operands[next++]) :
						  g_strdup_printf("%d", piece->precision);

	line(k,
	     "stp_out_format_%s(%s, (struct stp_format){ .flags = %u, .conversion = '%c', "
	     ".width = %s, .precision = %s }, %s);",
	     piece->conversion == 's' ? "string" : "long", out, piece->flags, piece->conversion,
	     width, precision, operands[next]);
	g_free(width);
	g_free(precision);
	return next + 1;
}

static void out_pieces(struct code *k, const char *out, const GPtrArray *pieces, char **operands)
{
	for (guint i = 0; i < pieces->len; i++) {
		const struct format_piece *piece = pieces->pdata[i];
		bool plain = !piece->flags && !piece->width && piece->precision < 0 &&
			     !piece->star_width && !piece->star_precision;

		if (piece->text)
			out_text(k, out, piece->text);
		else if (plain && piece->conversion == 's')
			out_value(k, out, *operands++, TYPE_STRING);
		else if (plain && (piece->conversion == 'd' || piece->conversion == 'i'))
			out_value(k, out, *operands++, TYPE_LONG);
		else
			operands += out_conversion(k, out, piece, operands);
	}
}

static char *eval_print(struct code *k, const struct expr *e)
{
	const struct print_form *form = e->print.form;
	const GPtrArray *arguments = e->print.arguments;
	char **operands = eval_list(k, arguments);
	const char *out = form->to_string ? "&o" : "&c->print";
	char *result = NULL;

	if (form->to_string) {
		k->uses_out = true;
		result = new_string(k);
		line(k, "o = stp_out_to(%s);", result);
	}
	if (form->formatted)
		out_pieces(k, out, e->print.pieces, operands);
	for (guint i = 0; !form->formatted && i < arguments->len; i++) {
		if (i && e->print.delimiter)
			out_text(k, out, e->print.delimiter);
		out_value(k, out, operands[i], ((struct expr *)arguments->pdata[i])->type);
	}
	if (form->newline)
		out_text(k, out, "\n");
	if (form->to_string)
		line(k, "stp_out_end(&o);");
	g_strfreev(operands);
	return result ? result : g_strdup("0");
}

/* Write what e takes, and return the operand that is its value, to be freed with g_free(). */
static char *eval(struct code *k, const struct expr *e)
{
	char *keys;
	char *operand;

	switch (e->kind) {
	case EXPR_NUMBER:
		if (e->number == G_MININT64)
			return g_strdup("(-9223372036854775807LL - 1)");
		return g_strdup_printf(e->number < 0 ? "(%" G_GINT64_FORMAT "LL)" :
						       "%" G_GINT64_FORMAT "LL", e->number);
	case EXPR_STRING:
		return c_string(e->string);
	case EXPR_SYMBOL:
		return scalar(k, e->symbol.variable);
	case EXPR_INDEX:
		keys = key_array(k, e->index.variable, e->index.keys);
		operand = g_strdup_printf("stp_map_get_%s(&%s, %s)", value_type_name(e->type),
					  global_c_name(k->t, e->index.variable), keys);
		g_free(keys);
		return operand;
	case EXPR_IN:
		keys = key_array(k, e->in.variable, e->in.keys);
		operand = g_strdup_printf("((int64_t)(stp_map_find(&%s, %s) != NULL))",
					  global_c_name(k->t, e->in.variable), keys);
		g_free(keys);
		return operand;
	case EXPR_CALL:
		return eval_call(k, e);
	case EXPR_PRINT:
		return eval_print(k, e);
	case EXPR_UNARY:
		return eval_unary(k, e);
	case EXPR_STEP:
		return eval_step(k, e);
	case EXPR_BINARY:
		return eval_binary(k, e);
	case EXPR_TERNARY:
		return eval_ternary(k, e);
	case EXPR_ASSIGN:
		return eval_assign(k, e);
	}
	return NULL;
}

/* Evaluate for its effects only. */
static void perform(struct code *k, const struct expr *e)
{
	char *operand = eval(k, e);

	g_free(operand);
}

/* ---- statements ----------------------------------------------------------------------------------------------- */

static void emit_stmt(struct code *k, const struct stmt *s);

/* How many statements one pass through s is charged: loops charge their bodies themselves. */
static int cost(const struct stmt *s)
{
	int total = 0;

	switch (s->kind) {
	case STMT_NULL:
		return 0;
	case STMT_BLOCK:
		for (guint i = 0; i < s->block->len; i++)
			total += cost(s->block->pdata[i]);
		return total;
	case STMT_IF:
		return 1 + MAX(cost(s->branch.yes), s->branch.no ? cost(s->branch.no) : 0);
	default:
		return 1;
	}
}

static void emit_charge(struct code *k, int n, const struct token *token)
{
	char *where = place(k, token);

	line(k, "if (!stp_charge(c, %d, %s))", n, where);
	line(k, "\tgoto out;");
	k->uses_exit = true;
	g_free(where);
}

/* A statement with the temporaries it needs, in a block of its own at one more indentation. */
static void emit_nested(struct code *k, const struct stmt *s)
{
	k->indent++;
	emit_stmt(k, s);
	k->indent--;
}

static void emit_if(struct code *k, const struct stmt *s)
{
	char *condition = eval(k, s->branch.condition);

	line(k, "if (%s) {", condition);
	emit_nested(k, s->branch.yes);
	if (s->branch.no) {
		line(k, "} else {");
		emit_nested(k, s->branch.no);
	}
	line(k, "}");
	g_free(condition);
}

/* The body of a loop, and behind it the label that `continue` jumps to, if one did. */
static void emit_loop_body(struct code *k, const struct stmt *body)
{
	char *label;

	g_ptr_array_add(k->continues, NULL);
	emit_stmt(k, body);
	label = k->continues->pdata[k->continues->len - 1];
	g_ptr_array_remove_index(k->continues, k->continues->len - 1);
	if (label)
		line(k, "%s:;", label);
	g_free(label);
}

static void emit_for(struct code *k, const struct stmt *s)
{
	struct mark m;

	if (s->loop.init)
		perform(k, s->loop.init);
	line(k, "for (;;) {");
	k->indent++;
	m = mark(k);
	if (s->loop.condition) {
		char *condition = eval(k, s->loop.condition);

		line(k, "if (!%s)", condition);
		line(k, "\tbreak;");
		g_free(condition);
		release(k, m);
	}
	emit_charge(k, 1 + cost(s->loop.body), s->token);
	emit_loop_body(k, s->loop.body);
	if (s->loop.step)
		perform(k, s->loop.step);
	release(k, m);
	k->indent--;
	line(k, "}");
}

/* Give the loop's variables this element's keys and value. */
static void emit_foreach_variables(struct code *k, const struct stmt *s, const char *node)
{
	const struct variable *v = s->foreach.variable;
	const char *map = global_c_name(k->t, v);

	for (guint i = 0; i < s->foreach.keys->len; i++) {
		const struct expr *key = s->foreach.keys->pdata[i];
		char *to = scalar(k, key->symbol.variable);
		char *value = g_strdup_printf("stp_map_key_%s(&%s, %s, %u)",
					      value_type_name(v->key_types[i]), map, node, i);

		store(k, to, value, v->key_types[i]);
		g_free(to);
		g_free(value);
	}
	if (s->foreach.value) {
		char *to = scalar(k, s->foreach.value->symbol.variable);
		char *value = g_strdup_printf(v->type == TYPE_STRING ? "stp_map_value_string(&%s, %s)" :
								       "*stp_map_value_long(&%s, %s)",
					      map, node);

		store(k, to, value, v->type);
		g_free(to);
		g_free(value);
	}
}

static void emit_foreach(struct code *k, const struct stmt *s)
{
	const char *map = global_c_name(k->t, s->foreach.variable);
	guint walk = k->walks++;
	char *node = new_node(k);
	char *where = place(k, s->token);
	char *limit = NULL;

	k->most_walks = MAX(k->most_walks, k->walks);
	if (s->foreach.limit) {
		limit = save(k, eval(k, s->foreach.limit), TYPE_LONG);
		/* `limit` may be the counter itself, but it is counted down. */
	}
	if (s->foreach.sort == SORT_NONE) {
		line(k, "stp_map_walk_start(&w%u, &%s);", walk, map);
	} else {
		g_hash_table_insert(k->sorted, GUINT_TO_POINTER(walk),
				    GUINT_TO_POINTER(s->foreach.sort_serial + 1));
		line(k, "stp_map_walk_sorted(c, &w%u, &%s, %u, %d, %s, %s);", walk, map,
		     s->foreach.sort_serial, s->foreach.sort,
		     s->foreach.descending ? "true" : "false", where);
		leave_if_failed(k);
	}
	if (limit)
		line(k, "while (%s-- > 0 && (%s = stp_map_walk_next(&w%u))) {", limit, node, walk);
	else
		line(k, "while ((%s = stp_map_walk_next(&w%u))) {", node, walk);
	k->indent++;
	emit_charge(k, 1 + cost(s->foreach.body), s->token);
	emit_foreach_variables(k, s, node);
	emit_loop_body(k, s->foreach.body);
	k->indent--;
	line(k, "}");
	if (s->foreach.sort != SORT_NONE)
		line(k, "stp_map_walk_end(&w%u, %u);", walk, s->foreach.sort_serial);
	g_free(limit);
	g_free(where);
	g_free(node);
}

static void emit_return(struct code *k, const struct stmt *s)
{
	if (s->expr) {
		char *value = eval(k, s->expr);

		if (k->function->type != TYPE_UNKNOWN)
			store(k, "result", value, k->function->type);
		g_free(value);
	}
	line(k, "goto out;");
	k->uses_exit = true;
}

static void emit_delete(struct code *k, const struct stmt *s)
{
	const struct expr *e = s->expr;

	if (e->kind == EXPR_INDEX) {
		char *keys = key_array(k, e->index.variable, e->index.keys);

		line(k, "stp_map_delete(&%s, %s);", global_c_name(k->t, e->index.variable), keys);
		g_free(keys);
	} else if (e->symbol.variable->keys > 0) {
		line(k, "stp_map_clear(&%s);", global_c_name(k->t, e->symbol.variable));
	} else {
		char *target = scalar(k, e->symbol.variable);

		store(k, target, e->symbol.variable->type == TYPE_STRING ? "\"\"" : "0",
		      e->symbol.variable->type);
		g_free(target);
	}
}

static void emit_continue(struct code *k)
{
	gpointer *label = &k->continues->pdata[k->continues->len - 1];

	if (!*label)
		*label = g_strdup_printf("continue_%u", k->labels++);
	line(k, "goto %s;", (char *)*label);
}

static void emit_stmt(struct code *k, const struct stmt *s)
{
	struct mark m = mark(k);
	guint walks = k->walks;

	switch (s->kind) {
	case STMT_BLOCK:
		for (guint i = 0; i < s->block->len; i++)
			emit_stmt(k, s->block->pdata[i]);
		break;
	case STMT_NULL:
		break;
	case STMT_EXPR:
		perform(k, s->expr);
		break;
	case STMT_IF:
		emit_if(k, s);
		break;
	case STMT_FOR:
		emit_for(k, s);
		break;
	case STMT_FOREACH:
		emit_foreach(k, s);
		break;
	case STMT_RETURN:
		emit_return(k, s);
		break;
	case STMT_NEXT:
		line(k, "goto out;");
		k->uses_exit = true;
		break;
	case STMT_BREAK:
		line(k, "break;");
		break;
	case STMT_CONTINUE:
		emit_continue(k);
		break;
	case STMT_DELETE:
		emit_delete(k, s);
		break;
	}
	release(k, m);
	/* Walks that sort are ended at `out` by number, so theirs are not used again. */
	if (!g_hash_table_size(k->sorted))
		k->walks = walks;
}

/* ---- functions ------------------------------------------------------------------------------------------------ */

static struct code *code_new(struct translator *t, const struct function *f)
{
	struct code *k = g_new0(struct code, 1);

	k->t = t;
	k->function = f;
	k->body = g_string_new(NULL);
	k->indent = 1;
	k->continues = g_ptr_array_new();
	k->sorted = g_hash_table_new(NULL, NULL);
	return k;
}

static void code_free(struct code *k)
{
	g_string_free(k->body, TRUE);
	g_ptr_array_unref(k->continues);
	g_hash_table_destroy(k->sorted);
	g_free(k);
}

/* Variables that live in the frame: locals, and string parameters that are assigned to. */
static GPtrArray *frame_variables(const struct code *k, const GPtrArray *locals)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < locals->len; i++)
		g_ptr_array_add(list, locals->pdata[i]);
	for (guint i = 0; k->function && i < k->function->parameters->len; i++) {
		struct variable *v = k->function->parameters->pdata[i];

		if (v->type == TYPE_STRING && assigns_parameter_stmt(k->function->body, v))
			g_ptr_array_add(list, v);
	}
	return list;
}

/* struct NAME_frame, and how much it takes.  false: nothing is in it. */
static bool emit_frame(struct code *k, GString *out, const char *name, const GPtrArray *variables,
		       gconstpointer owner)
{
	struct frame *frame = g_new0(struct frame, 1);
	GString *members = g_string_new(NULL);

	for (guint i = 0; i < variables->len; i++) {
		const struct variable *v = variables->pdata[i];

		if (v->type == TYPE_UNKNOWN)
			continue;
		g_string_append_printf(members, "\t%s v_%s;\n",
				       v->type == TYPE_STRING ? "stp_string" : "int64_t", v->name);
		if (v->type == TYPE_STRING)
			frame->strings++;
		else
			frame->longs++;
	}
	for (guint i = LOCAL_TEMPORARIES; i < k->most_longs; i++) {
		g_string_append_printf(members, "\tint64_t t%u;\n", i);
		frame->longs++;
	}
	for (guint i = 0; i < k->most_strings; i++) {
		g_string_append_printf(members, "\tstp_string s%u;\n", i);
		frame->strings++;
	}
	if (members->len)
		g_string_append_printf(out, "struct %s_frame {\n%s};\n\n", name, members->str);
	g_hash_table_insert(k->t->frames, (gpointer)owner, frame);
	return g_string_free(members, FALSE) && frame->longs + frame->strings;
}

/* What C's part of the function declares besides the frame. */
static void emit_declarations(const struct code *k, GString *out)
{
	for (guint i = 0; i < MIN(k->most_longs, LOCAL_TEMPORARIES); i++)
		g_string_append_printf(out, "%st%u", i ? ", " : "\tint64_t ", i);
	g_string_append(out, k->most_longs ? ";\n" : "");
	for (guint i = 0; i < k->most_nodes; i++)
		g_string_append_printf(out, "\tstruct stp_map_node *n%u;\n", i);
	for (guint i = 0; i < k->most_walks; i++)
		g_string_append_printf(out, "\tstruct stp_map_walk w%u%s;\n", i,
				       g_hash_table_contains(k->sorted, GUINT_TO_POINTER(i)) ?
					       " = { .order = NULL }" : "");
	if (k->uses_out)
		g_string_append(out, "\tstruct stp_out o;\n");
}

/* Script variables begin as 0 and "". */
static void emit_initial_values(GString *out, const GPtrArray *variables)
{
	for (guint i = 0; i < variables->len; i++) {
		const struct variable *v = variables->pdata[i];

		if (v->parameter)
			g_string_append_printf(out, "\tstp_string_copy(l->v_%s, v_%s);\n", v->name,
					       v->name);
		else if (v->type == TYPE_STRING)
			g_string_append_printf(out, "\tl->v_%s[0] = 0;\n", v->name);
		else if (v->type == TYPE_LONG)
			g_string_append_printf(out, "\tl->v_%s = 0;\n", v->name);
	}
}

/* Sorted walks that an error or a return left. */
static void emit_walk_ends(const struct code *k, GString *out)
{
	GHashTableIter iter;
	gpointer walk, sort;

	g_hash_table_iter_init(&iter, k->sorted);
	while (g_hash_table_iter_next(&iter, &walk, &sort))
		g_string_append_printf(out, "\tstp_map_walk_end(&w%u, %u);\n", GPOINTER_TO_UINT(walk),
				       GPOINTER_TO_UINT(sort) - 1);
}

void emit_prototype(const struct translator *t, GString *out, const struct function *f)
{
	bool shared = f->embedded && f->source->library;

	g_string_append_printf(out, "%s%s %s(struct stp_context *c", shared ? "" : "static ",
			       f->type == TYPE_LONG ? "int64_t" : "void", function_c_name(t, f));
	if (f->type == TYPE_STRING)
		g_string_append(out, ", char *result");
	for (guint i = 0; i < f->parameters->len; i++) {
		const struct variable *v = f->parameters->pdata[i];

		g_string_append_printf(out, ", %s%s",
				       v->type == TYPE_STRING ? "const char *v_" : "int64_t v_", v->name);
	}
	g_string_append_c(out, ')');
}

void emit_function(struct translator *t, GString *out, const struct function *f)
{
	struct code *k = code_new(t, f);
	GPtrArray *variables = frame_variables(k, f->locals);
	const char *name = function_c_name(t, f);
	const char *size = "0";
	char *sizeof_frame = g_strdup_printf("sizeof(struct %s_frame)", name);
	int body_cost = cost(f->body);

	if (body_cost)
		emit_charge(k, body_cost, f->token);
	emit_stmt(k, f->body);
	if (emit_frame(k, out, name, variables, f))
		size = sizeof_frame;
	emit_prototype(t, out, f);
	g_string_append(out, "\n{\n");
	if (size != sizeof_frame)
		g_string_append(out, "\tvoid *l = stp_call_enter(c, 0);\n");
	else
		g_string_append_printf(out, "\tstruct %s_frame *l = stp_call_enter(c, %s);\n", name,
				       size);
	if (f->type == TYPE_LONG)
		g_string_append(out, "\tint64_t result = 0;\n");
	emit_declarations(k, out);
	if (f->type == TYPE_STRING)
		g_string_append(out, "\n\tresult[0] = 0;");
	g_string_append_printf(out, "\n\tif (!l)\n\t\treturn%s;\n",
			       f->type == TYPE_LONG ? " 0" : "");
	emit_initial_values(out, variables);
	g_string_append(out, k->body->str);
	if (k->uses_exit)
		g_string_append(out, "out:\n");
	emit_walk_ends(k, out);
	g_string_append_printf(out, "\tstp_call_leave(c, %s);\n", size);
	if (f->type == TYPE_LONG)
		g_string_append(out, "\treturn result;\n");
	g_string_append(out, "}\n\n");
	g_ptr_array_unref(variables);
	g_free(sizeof_frame);
	code_free(k);
}

/* The table of what a handler locks, in the order of the globals' serial numbers.  Returns how many. */
static guint emit_locks(struct translator *t, GString *out, const struct handler *handler)
{
	enum access *accesses = handler_accesses(t->s, handler);
	guint count = 0;

	for (guint i = 0; i < t->s->used_globals->len; i++) {
		if (accesses[i] == ACCESS_NONE)
			continue;
		if (!count++)
			g_string_append_printf(out,
					       "static const struct stp_lock_use probe_%u_locks[] = {\n",
					       handler->serial);
		g_string_append_printf(out, "\t{ &%s_lock, %s },\n",
				       global_c_name(t, t->s->used_globals->pdata[i]),
				       accesses[i] == ACCESS_WRITE ? "true" : "false");
	}
	g_string_append(out, count ? "};\n\n" : "");
	g_free(accesses);
	return count;
}

void emit_handler(struct translator *t, GString *out, const struct handler *handler)
{
	struct code *k = code_new(t, NULL);
	GPtrArray *variables = frame_variables(k, handler->locals);
	char *name = g_strdup_printf("probe_%u", handler->serial);
	int body_cost = cost(handler->body);
	guint locks;

	if (body_cost)
		emit_charge(k, body_cost, handler->token);
	emit_stmt(k, handler->body);
	locks = emit_locks(t, out, handler);
	if (emit_frame(k, out, name, variables, handler)) {
		g_string_append_printf(out, "static void %s(struct stp_context *c)\n{\n", name);
		g_string_append_printf(out, "\tstruct %s_frame *l = stp_handler_frame(c, sizeof(*l));\n",
				       name);
	} else {
		g_string_append_printf(out, "static void %s(struct stp_context *c)\n{\n", name);
	}
	emit_declarations(k, out);
	g_string_append_c(out, '\n');
	if (locks)
		g_string_append_printf(out, "\tif (!stp_lock_all(c, %s_locks, %u))\n\t\treturn;\n", name,
				       locks);
	emit_initial_values(out, variables);
	g_string_append(out, k->body->str);
	if (k->uses_exit)
		g_string_append(out, "out:\n");
	emit_walk_ends(k, out);
	if (locks)
		g_string_append_printf(out, "\tstp_unlock_all(%s_locks, %u);\n", name, locks);
	else if (k->uses_exit)
		g_string_append(out, "\treturn;\n");
	g_string_append(out, "}\n\n");
	g_ptr_array_unref(variables);
	g_free(name);
	code_free(k);
}

void emit_embedded_function(const struct translator *t, GString *out, const struct function *f)
{
	char *where = c_string(token_describe(t->s->arena, f->token, false));

	emit_prototype(t, out, f);
	g_string_append(out, "\n{\n");
	if (f->type == TYPE_LONG)
		g_string_append(out, "\tint64_t result = 0;\n\n");
	g_string_append_printf(out, "#define STAP_PLACE %s\n", where);
	for (guint i = 0; i < f->parameters->len; i++) {
		const struct variable *v = f->parameters->pdata[i];

		g_string_append_printf(out, "#define STAP_ARG_%s v_%s\n", v->name, v->name);
	}
	if (f->type == TYPE_LONG) {
		g_string_append(out, "#define STAP_RETVALUE result\n"
				     "#define STAP_RETURN(value) do { result = (int64_t)(value); goto out; } while (0)\n");
	} else if (f->type == TYPE_STRING) {
		g_string_append(out, "#define STAP_RETVALUE result\n"
				     "#define STAP_RETURN(value) do { stp_string_copy(result, value); goto out; } while (0)\n"
				     "\tresult[0] = 0;\n");
	} else {
		g_string_append(out, "#define STAP_RETURN() goto out\n");
	}
	g_string_append_printf(out, "\t{%s}\n\tgoto out;\nout:\n", f->embedded->text);
	g_string_append(out, "#undef STAP_PLACE\n");
	for (guint i = 0; i < f->parameters->len; i++)
		g_string_append_printf(out, "#undef STAP_ARG_%s\n",
				       ((struct variable *)f->parameters->pdata[i])->name);
	g_string_append(out, f->type != TYPE_UNKNOWN ? "#undef STAP_RETVALUE\n" : "");
	g_string_append_printf(out, "#undef STAP_RETURN\n\treturn%s;\n}\n\n",
			       f->type == TYPE_LONG ? " result" : "");
	g_free(where);
}
