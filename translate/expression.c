// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Script code to C code.
 *
 * Script expressions have an order of evaluation, may fail in the middle and have strings for
 * values; C's have none of that.  So an expression becomes statements that leave its value in an
 * operand: C text without side effects, a variable, a temporary or a plain C expression over such.
 * An operand is read later than it is made; where something in between may change what it reads, it
 * is saved in a temporary first (`x + x++`).
 *
 * Longs that live for one statement are C variables t0, t1 …; script variables, strings and
 * everything past LOCAL_TEMPORARIES live in the frame `l`, on the context's own stack, so that no
 * script can use up the kernel's.
 */
#include "code.h"

/* ---- text ------------------------------------------------------------------------------------ */

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
void code_line(struct code *k, const char *format, ...)
{
	va_list args;

	for (int i = 0; i < k->indent; i++)
		g_string_append_c(k->body, '\t');
	va_start(args, format);
	g_string_append_vprintf(k->body, format, args);
	va_end(args);
	g_string_append_c(k->body, '\n');
}

char *code_place(struct code *k, const struct token *token)
{
	return c_string(token_describe(k->t->s->arena, token, false));
}

void code_exit(struct code *k)
{
	code_line(k, "goto %s;", k->locked ? "unlock" : "out");
	if (k->locked)
		k->uses_unlock = true;
	else
		k->uses_exit = true;
}

void code_fail(struct code *k)
{
	k->indent++;
	if (k->catch) {
		code_line(k, "goto %s;", k->catch);
		k->uses_catch = true;
	} else {
		code_exit(k);
	}
	k->indent--;
}

void code_leave_if_failed(struct code *k)
{
	code_line(k, "if (stp_unwinding(c))");
	code_fail(k);
}

/* The same behind a call of a script function, whose place an error names too. */
static void leave_if_call_failed(struct code *k, const char *where)
{
	code_line(k, "if (stp_unwinding(c)) {");
	code_line(k, "\tstp_called_from(c, %s);", where);
	code_fail(k);
	code_line(k, "}");
}

/* ---- temporaries ----------------------------------------------------------------------------- */

struct mark code_mark(const struct code *k)
{
	return (struct mark){ k->longs, k->strings, k->nodes };
}

void code_release(struct code *k, struct mark m)
{
	k->longs = m.longs;
	k->strings = m.strings;
	k->nodes = m.nodes;
}

char *code_new_long(struct code *k)
{
	guint number = k->longs++;

	k->most_longs = MAX(k->most_longs, k->longs);
	return g_strdup_printf(number < LOCAL_TEMPORARIES ? "t%u" : "l->t%u", number);
}

char *code_new_string(struct code *k)
{
	guint number = k->strings++;

	k->most_strings = MAX(k->most_strings, k->strings);
	return g_strdup_printf("l->s%u", number);
}

char *code_new_node(struct code *k)
{
	guint number = k->nodes++;

	k->most_nodes = MAX(k->most_nodes, k->nodes);
	return g_strdup_printf("n%u", number);
}

/* t0, l->t64 or l->s0: nothing else writes it. */
static bool is_temporary(const char *operand)
{
	if (g_str_has_prefix(operand, "l->"))
		operand += 3;
	return (operand[0] == 't' || operand[0] == 's') && g_ascii_isdigit(operand[1]);
}

char *code_save(struct code *k, char *operand, enum value_type type)
{
	char *temporary;

	if (is_temporary(operand))
		return operand;
	if (type == TYPE_STRING) {
		temporary = code_new_string(k);
		code_line(k, "stp_string_copy(%s, %s);", temporary, operand);
	} else {
		temporary = code_new_long(k);
		code_line(k, "%s = %s;", temporary, operand);
	}
	g_free(operand);
	return temporary;
}

/* ---- what an expression does ----------------------------------------------------------------- */

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
	case EXPR_MATCH:
	case EXPR_SAMPLE:
	case EXPR_EXTRACT:
	case EXPR_HISTOGRAM:
	case EXPR_EMBEDDED:
		*found = true;
		break;
	case EXPR_PRIMITIVE:
		*found |= primitive_may_fail_or_act(e->primitive.what);
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

char **code_eval_list(struct code *k, const GPtrArray *list)
{
	char **operands = g_new0(char *, list->len + 1);

	for (guint i = 0; i < list->len; i++) {
		const struct expr *e = list->pdata[i];
		bool later = false;

		for (guint j = i + 1; j < list->len; j++)
			later = later || takes_statements(list->pdata[j]);
		operands[i] = code_eval(k, e);
		if (later && !is_constant(e))
			operands[i] = code_save(k, operands[i], e->type);
	}
	return operands;
}

/* ---- variables ------------------------------------------------------------------------------- */

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
	if (s->kind == STMT_TRY && s->try.message)
		search->found |= s->try.message->symbol.variable == search->variable;
	if (s->kind == STMT_DELETE && s->expr->kind == EXPR_SYMBOL)
		search->found |= s->expr->symbol.variable == search->variable;
	stmt_visit_children(s, search_stmt, search_expr, data);
}

bool code_assigns(const struct stmt *s, const struct variable *v)
{
	struct assignment_search search = { v, false };

	search_stmt((struct stmt *)s, &search);
	return search.found;
}

char *code_scalar(struct code *k, const struct variable *v)
{
	if (v->global)
		return g_strdup(global_c_name(k->t, v));
	if (v->saved)
		return g_strdup_printf("((struct saved_%u *)c->saved)->%s", v->saved->serial,
				       v->name);
	if (v->parameter && (v->type == TYPE_LONG ||
			     !code_assigns(k->function->body, v)))
		return g_strdup_printf("v_%s", v->name);
	return g_strdup_printf("l->v_%s", v->name);
}

/* "(union stp_value[]){ { .n = 1 }, { .s = l->v_x } }" */
static char *key_array(const struct variable *v, char *const *operands, guint count)
{
	GString *out = g_string_new("(union stp_value[]){ ");

	for (guint i = 0; i < count; i++)
		g_string_append_printf(out, "%s{ .%c = %s }", i ? ", " : "",
				       v->key_types[i] == TYPE_STRING ? 's' : 'n', operands[i]);
	g_string_append(out, " }");
	return g_string_free(out, FALSE);
}

char *code_key_array(struct code *k, const struct variable *v, const GPtrArray *keys)
{
	char **operands = code_eval_list(k, keys);
	char *text = key_array(v, operands, keys->len);

	g_strfreev(operands);
	return text;
}

/* As code_key_array(), before `later` is evaluated. */
char *code_saved_keys(struct code *k, const struct variable *v, const GPtrArray *keys,
		      const struct expr *later)
{
	bool save = takes_statements(later);
	char **operands = code_eval_list(k, keys);
	char *text;

	for (guint i = 0; i < keys->len; i++) {
		const struct expr *key = keys->pdata[i];

		if (save && !is_constant(key))
			operands[i] = code_save(k, operands[i], key->type);
	}
	text = key_array(v, operands, keys->len);
	g_strfreev(operands);
	return text;
}

bool code_has_any(const GPtrArray *keys)
{
	bool any = false;

	for (guint i = 0; i < keys->len; i++)
		any |= ((struct expr *)keys->pdata[i])->kind == EXPR_ANY;
	return any;
}

char *code_slice(struct code *k, const struct variable *v, const GPtrArray *keys)
{
	char **operands = g_new0(char *, keys->len + 1);
	char *array, *text;
	guint mask = 0;

	for (guint i = 0; i < keys->len; i++) {
		const struct expr *key = keys->pdata[i];

		if (key->kind == EXPR_ANY) {
			operands[i] = g_strdup(v->key_types[i] == TYPE_STRING ? "\"\"" : "0");
			continue;
		}
		mask |= 1u << i;
		operands[i] = code_eval(k, key);
		if (!is_constant(key))
			operands[i] = code_save(k, operands[i], key->type);
	}
	array = key_array(v, operands, keys->len);
	text = g_strdup_printf("%s, %u", array, mask);
	g_free(array);
	g_strfreev(operands);
	return text;
}

/* Find or make an array's element: the operand that names its value. */
static char *element(struct code *k, const struct expr *e, const char *keys)
{
	const struct variable *v = e->index.variable;
	char *node = code_new_node(k);
	char *where = code_place(k, e->token);
	char *operand;

	code_line(k, "%s = stp_map_slot(c, &%s, %s, %s);", node, global_c_name(k->t, v), keys,
		  where);
	code_line(k, "if (!%s)", node);
	code_fail(k);
	operand = v->type == TYPE_STRING ? g_strdup_printf("stp_map_value_string(&%s, %s)",
							   global_c_name(k->t, v), node) :
					   g_strdup_printf("*stp_map_value_long(&%s, %s)",
							   global_c_name(k->t, v), node);
	g_free(where);
	g_free(node);
	return operand;
}

/* ---- expressions ----------------------------------------------------------------------------- */

static char *eval_unary(struct code *k, const struct expr *e)
{
	char *operand = code_eval(k, e->unary.operand);
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
	char *where = code_place(k, token);
	char *result;

	switch (op) {
	case OP_CONCAT:
		result = code_new_string(k);
		code_line(k, "stp_string_concat(%s, %s, %s);", result, left, right);
		break;
	case OP_DIVIDE:
	case OP_MODULO:
		result = code_new_long(k);
		code_line(k, "%s = stp_%s(c, %s, %s, %s);", result,
		     op == OP_DIVIDE ? "divide" : "modulo", left, right, where);
		code_leave_if_failed(k);
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
		if (!binary_operator_compares(op))
			result = g_strdup_printf("(%s %s %s)", left, binary_operator_spelling(op),
						 right);
		else if (operands == TYPE_STRING)
			result = g_strdup_printf("((int64_t)(stp_string_compare(%s, %s) %s 0))",
						 left, right, binary_operator_spelling(op));
		else
			result = g_strdup_printf("((int64_t)(%s %s %s))", left,
						 binary_operator_spelling(op), right);
	}
	g_free(where);
	g_free(left);
	g_free(right);
	return result;
}

/* && or || whose right side takes statements. */
static char *eval_guarded(struct code *k, const struct expr *e)
{
	char *result = code_new_long(k);
	char *left = code_eval(k, e->binary.left);
	char *right;

	code_line(k, "%s = !!%s;", result, left);
	code_line(k, "if (%s%s) {", e->binary.op == OP_LOGICAL_OR ? "!" : "", result);
	k->indent++;
	right = code_eval(k, e->binary.right);
	code_line(k, "%s = !!%s;", result, right);
	k->indent--;
	code_line(k, "}");
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
	left = code_eval(k, e->binary.left);
	if (takes_statements(e->binary.right) && !is_constant(e->binary.left))
		left = code_save(k, left, e->binary.left->type);
	return combine(k, e->binary.op, e->token, left, code_eval(k, e->binary.right),
		       e->binary.left->type);
}

void code_store(struct code *k, const char *to, const char *value, enum value_type type)
{
	if (type == TYPE_STRING)
		code_line(k, "stp_string_copy(%s, %s);", to, value);
	else
		code_line(k, "%s = %s;", to, value);
}

static char *eval_ternary(struct code *k, const struct expr *e)
{
	const struct expr *branches[] = { e->ternary.yes, e->ternary.no };
	char *condition = code_eval(k, e->ternary.condition);
	char *result;

	if (!takes_statements(e->ternary.yes) && !takes_statements(e->ternary.no)) {
		char *yes = code_eval(k, e->ternary.yes);
		char *no = code_eval(k, e->ternary.no);

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
	result = e->type == TYPE_STRING ? code_new_string(k) : code_new_long(k);
	code_line(k, "if (%s) {", condition);
	for (int i = 0; i < 2; i++) {
		char *value;

		k->indent++;
		value = code_eval(k, branches[i]);
		code_store(k, result, value, e->type);
		k->indent--;
		code_line(k, i ? "}" : "} else {");
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

	if (left->kind == EXPR_INDEX)
		keys = code_saved_keys(k, left->index.variable, left->index.keys, e->assign.right);
	value = code_eval(k, e->assign.right);
	if (keys) {
		/* Making the element may recycle the one that the value is read from. */
		if (!is_constant(e->assign.right))
			value = code_save(k, value, left->type);
		target = element(k, left, keys);
		g_free(keys);
	} else {
		target = code_scalar(k, left->symbol.variable);
	}
	if (e->assign.op == OP_CONCAT) {
		code_line(k, "stp_string_concat(%s, %s, %s);", target, target, value);
	} else if (e->assign.op != OP_NONE) {
		char *sum = combine(k, e->assign.op, e->token, g_strdup(target), g_strdup(value),
				    TYPE_LONG);

		code_line(k, "%s = %s;", target, sum);
		g_free(sum);
	} else {
		code_store(k, target, value, left->type);
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
		char *keys = code_key_array(k, operand->index.variable, operand->index.keys);

		target = element(k, operand, keys);
		g_free(keys);
	} else {
		target = code_scalar(k, operand->symbol.variable);
	}
	if (e->step.prefix) {
		code_line(k, "%s %s 1;", target, operator);
		return target;
	}
	before = code_new_long(k);
	code_line(k, "%s = %s;", before, target);
	code_line(k, "%s %s 1;", target, operator);
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

/* Call one of the overloads; operands: the arguments, result: where its value goes, or NULL. */
static void emit_call(struct code *k, const struct function *f, char **operands,
		      const char *result, const char *where)
{
	char *arguments = g_strjoinv(", ", operands);
	const char *comma = *operands ? ", " : "";

	code_line(k, "c->last_stmt = %s;", where);
	if (f->type == TYPE_STRING)
		code_line(k, "%s(c, %s%s%s);", function_c_name(k->t, f), result, comma, arguments);
	else
		code_line(k, "%s%s%s(c%s%s);", result ? result : "", result ? " = " : "",
			  function_c_name(k->t, f), comma, arguments);
	if (f->embedded)
		code_leave_if_failed(k);
	else
		leave_if_call_failed(k, where);
	g_free(arguments);
}

static char *eval_call(struct code *k, const struct expr *e)
{
	const struct function *f = e->call.function;
	char **operands = code_eval_list(k, e->call.arguments);
	char *where = code_place(k, e->token);
	char *result = f->type == TYPE_STRING ? code_new_string(k) :
		       f->type == TYPE_LONG   ? code_new_long(k) :
						NULL;
	int depth = 0;

	for (guint i = 0; i < e->call.arguments->len; i++) {
		const struct expr *argument = e->call.arguments->pdata[i];

		if (!argument_is_stable(argument))
			operands[i] = code_save(k, operands[i], argument->type);
	}
	emit_call(k, f, operands, result, where);
	for (; f->hands_on; f = f->overload) {
		code_line(k, "if (c->handed_on) {");
		k->indent++;
		depth++;
		code_line(k, "c->handed_on = 0;");
		if (f->overload) {
			emit_call(k, f->overload, operands, result, where);
			continue;
		}
		code_line(k, "stp_error(c, %s, \"all functions exhausted\");", where);
		code_fail(k);
		break;
	}
	while (depth--) {
		k->indent--;
		code_line(k, "}");
	}
	g_free(where);
	g_strfreev(operands);
	return result ? result : g_strdup("0");
}

static char *eval_in(struct code *k, const struct expr *e)
{
	const char *map = global_c_name(k->t, e->in.variable);
	char *keys, *operand;

	if (code_has_any(e->in.keys)) {
		keys = code_slice(k, e->in.variable, e->in.keys);
		operand = g_strdup_printf("((int64_t)stp_map_has(&%s, %s))", map, keys);
	} else {
		keys = code_key_array(k, e->in.variable, e->in.keys);
		operand = g_strdup_printf("((int64_t)(stp_map_find(&%s, %s) != NULL))", map, keys);
	}
	g_free(keys);
	return operand;
}

/* On lines of its own, as it may end with a comment. */
static char *eval_embedded(struct code *k, const struct expr *e)
{
	char *result;

	if (e->type == TYPE_STRING) {
		result = code_new_string(k);
		code_line(k, "stp_string_copy(%s, (\n%s\n));", result, e->embedded.text);
	} else {
		result = code_new_long(k);
		code_line(k, "%s = (int64_t)(\n%s\n);", result, e->embedded.text);
	}
	return result;
}

static char *eval_match(struct code *k, const struct expr *e)
{
	char *subject = code_eval(k, e->match.subject);
	char *result = code_new_long(k);

	code_line(k, "%s = %sstp_regex_match(c, &%s, %s);", result, e->match.negated ? "!" : "",
		  regex_c_name(k->t, e->match.regex), subject);
	g_free(subject);
	return result;
}

char *code_eval(struct code *k, const struct expr *e)
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
		return code_scalar(k, e->symbol.variable);
	case EXPR_INDEX:
		keys = code_key_array(k, e->index.variable, e->index.keys);
		operand = g_strdup_printf("stp_map_get_%s(&%s, %s)", value_type_name(e->type),
					  global_c_name(k->t, e->index.variable), keys);
		g_free(keys);
		return operand;
	case EXPR_IN:
		return eval_in(k, e);
	case EXPR_CALL:
		return eval_call(k, e);
	case EXPR_PRINT:
		return code_print(k, e);
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
	case EXPR_SAMPLE:
		code_sample(k, e);
		return g_strdup("0");
	case EXPR_EXTRACT:
		return code_extract(k, e);
	case EXPR_HISTOGRAM:
		/* What is printed as a whole has no value. */
		return e->histogram.index ? code_bucket(k, e) : g_strdup("0");
	case EXPR_EMBEDDED:
		return eval_embedded(k, e);
	case EXPR_MATCH:
		return eval_match(k, e);
	case EXPR_PRIMITIVE:
		return code_primitive(k, e);
	case EXPR_ANY:
	case EXPR_TARGET:
	case EXPR_DEFINED:
	case EXPR_CHOOSE:
		break;	/* pass 2 has left none */
	}
	return NULL;
}

void code_perform(struct code *k, const struct expr *e)
{
	struct expr plain = *e;

	/* Nobody looks at what x++ was. */
	if (e->kind == EXPR_STEP)
		plain.step.prefix = true;
	g_free(code_eval(k, &plain));
}
