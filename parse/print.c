// SPDX-License-Identifier: GPL-2.0-or-later
/* The tree as script text, for -p1 and -p2.  What is printed parses to the same tree. */
#include "ast.h"

#include <string.h>

/* Precedence of the forms that are not in BINARY_OPERATORS. */
enum { ASSIGN = 1, TERNARY = 2, MEMBER = 9, UNARY = 15, POSTFIX = 16, PRIMARY = 17 };

static void print_string(GString *out, const char *s)
{
	g_string_append_c(out, '"');
	for (; *s; s++) {
		switch (*s) {
		case '\n':
			g_string_append(out, "\\n");
			break;
		case '\t':
			g_string_append(out, "\\t");
			break;
		case '"':
		case '\\':
			g_string_append_c(out, '\\');
			g_string_append_c(out, *s);
			break;
		default:
			if ((guchar)*s < ' ' || *s == 127)
				g_string_append_printf(out, "\\%03o", (guchar)*s);
			else
				g_string_append_c(out, *s);
		}
	}
	g_string_append_c(out, '"');
}

static int precedence(const struct expr *e)
{
	switch (e->kind) {
	case EXPR_ASSIGN:
	case EXPR_SAMPLE:
		return ASSIGN;
	case EXPR_MATCH:
		return binary_operator_precedence(OP_EQUAL);
	case EXPR_TERNARY:
		return TERNARY;
	case EXPR_BINARY:
		return binary_operator_precedence(e->binary.op);
	case EXPR_IN:
		return MEMBER;
	case EXPR_UNARY:
		return UNARY;
	case EXPR_STEP:
		return e->step.prefix ? UNARY : POSTFIX;
	case EXPR_NUMBER:
		return e->number < 0 ? UNARY : PRIMARY;
	default:
		return PRIMARY;
	}
}

/* With parentheses where e binds weaker than its surroundings. */
static void print_operand(GString *out, const struct expr *e, int outer)
{
	bool inside = precedence(e) < outer;

	g_string_append(out, inside ? "(" : "");
	print_expr(out, e);
	g_string_append(out, inside ? ")" : "");
}

static void print_list(GString *out, const char *open, const GPtrArray *list, const char *close)
{
	g_string_append(out, open);
	for (guint i = 0; i < list->len; i++) {
		g_string_append(out, i ? ", " : "");
		print_expr(out, list->pdata[i]);
	}
	g_string_append(out, close);
}

static void append_format_number(GString *out, bool star, gint32 number)
{
	if (star)
		g_string_append_c(out, '*');
	else
		g_string_append_printf(out, "%d", number);
}

/* The format that pieces came from. */
static void print_format(GString *out, const GPtrArray *pieces)
{
	static const char flags[] = "-+ 0#";
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < pieces->len; i++) {
		const struct format_piece *piece = pieces->pdata[i];

		for (const char *s = piece->text; s && *s; s++)
			g_string_append(text, *s == '%' ? "%%" : (char[]){ *s, 0 });
		if (piece->text)
			continue;
		g_string_append_c(text, '%');
		for (int bit = 0; flags[bit]; bit++)
			if (piece->flags & 1 << bit)
				g_string_append_c(text, flags[bit]);
		if (piece->star_width || piece->width)
			append_format_number(text, piece->star_width, piece->width);
		if (piece->star_precision || piece->precision >= 0) {
			g_string_append_c(text, '.');
			append_format_number(text, piece->star_precision, piece->precision);
		}
		g_string_append_c(text, piece->conversion);
	}
	print_string(out, text->str);
	g_string_free(text, TRUE);
}

static void print_print(GString *out, const struct expr *e)
{
	const GPtrArray *arguments = e->print.arguments;

	g_string_append_printf(out, "%s(", e->print.form->name);
	if (e->print.form->formatted)
		print_format(out, e->print.pieces);
	else if (e->print.delimiter)
		print_string(out, e->print.delimiter);
	if (arguments->len)
		print_list(out, e->print.form->formatted || e->print.delimiter ? ", " : "",
			   arguments, "");
	g_string_append_c(out, ')');
}

static void print_histogram(GString *out, const struct expr *e)
{
	g_string_append_printf(out, "%s(", e->histogram.linear ? "@hist_linear" : "@hist_log");
	print_expr(out, e->histogram.stats);
	if (e->histogram.linear)
		g_string_append_printf(out, ", %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
					    ", %" G_GINT64_FORMAT,
				       e->histogram.low, e->histogram.high, e->histogram.width);
	g_string_append_c(out, ')');
	if (!e->histogram.index)
		return;
	g_string_append_c(out, '[');
	print_expr(out, e->histogram.index);
	g_string_append_c(out, ']');
}

static void print_target(GString *out, const struct expr *e)
{
	g_string_append(out, e->target.address ? "&" : "");
	if (e->target.base == TARGET_SYMBOL)
		g_string_append(out, e->target.name);
	else if (e->target.base == TARGET_VALUE)
		print_operand(out, e->target.arguments->pdata[0], POSTFIX);
	else
		g_string_append(out, e->target.name);
	if (e->target.base < TARGET_SYMBOL)
		print_list(out, "(", e->target.arguments, ")");
	for (guint i = 0; i < e->target.steps->len; i++) {
		const struct target_step *step = e->target.steps->pdata[i];

		if (step->member) {
			g_string_append_printf(out, "->%s", step->member);
		} else if (step->index) {
			g_string_append_c(out, '[');
			print_expr(out, step->index);
			g_string_append_c(out, ']');
		} else {
			g_string_append(out, step->token->text);
		}
	}
}

/* load(8, register(5) + 24): its numbers, then its operands. */
static void print_primitive(GString *out, const struct expr *e)
{
	const struct debug_section *section;

	g_string_append_printf(out, "%s(", primitive_spelling(e->primitive.what));
	switch (e->primitive.what) {
	case PRIMITIVE_REGISTER:
	case PRIMITIVE_USER_REGISTER:
	case PRIMITIVE_ARGUMENT:
	case PRIMITIVE_COUNTER:
		g_string_append_printf(out, "%" G_GINT64_FORMAT, e->primitive.number);
		break;
	case PRIMITIVE_SET_REGISTER:
		g_string_append_printf(out, "%" G_GINT64_FORMAT ", ", e->primitive.number);
		break;
	case PRIMITIVE_ADDRESS:
		section = e->primitive.section;
		g_string_append_printf(out, "%s%s + 0x%" G_GINT64_MODIFIER "x", section->module,
				       section->name ? section->name : "", e->primitive.number);
		break;
	case PRIMITIVE_BITS:
		g_string_append_printf(out, "%" G_GINT64_FORMAT ", ", e->primitive.number);
		/* fall through */
	case PRIMITIVE_LOAD:
	case PRIMITIVE_LOAD_USER:
	case PRIMITIVE_LOAD_EITHER:
		g_string_append_printf(out, "%s%u, ", e->primitive.is_signed ? "-" : "",
				       e->primitive.size);
		break;
	case PRIMITIVE_STORE:
		g_string_append_printf(out, "%u, ", e->primitive.size);
		break;
	default:
		break;
	}
	if (e->primitive.a)
		print_expr(out, e->primitive.a);
	if (e->primitive.b) {
		g_string_append(out, ", ");
		print_expr(out, e->primitive.b);
	}
	g_string_append_c(out, ')');
}

void print_expr(GString *out, const struct expr *e)
{
	static const char *const unary[] = {
		[OP_NEGATE] = "-", [OP_PLUS] = "+", [OP_NOT] = "!", [OP_COMPLEMENT] = "~",
	};
	int level = precedence(e);

	switch (e->kind) {
	case EXPR_NUMBER:
		g_string_append_printf(out, "%" G_GINT64_FORMAT, e->number);
		break;
	case EXPR_STRING:
		print_string(out, e->string);
		break;
	case EXPR_SYMBOL:
		g_string_append(out, e->symbol.name);
		break;
	case EXPR_INDEX:
		g_string_append(out, e->index.name);
		print_list(out, "[", e->index.keys, "]");
		break;
	case EXPR_CALL:
		g_string_append(out, e->call.name);
		print_list(out, "(", e->call.arguments, ")");
		break;
	case EXPR_PRINT:
		print_print(out, e);
		break;
	case EXPR_UNARY:
		g_string_append(out, unary[e->unary.op]);
		/* "- -x", not "--x" */
		print_operand(out, e->unary.operand, UNARY + 1);
		break;
	case EXPR_STEP:
		if (e->step.prefix)
			g_string_append(out, e->step.increment ? "++" : "--");
		print_operand(out, e->step.operand, POSTFIX);
		if (!e->step.prefix)
			g_string_append(out, e->step.increment ? "++" : "--");
		break;
	case EXPR_BINARY:
		print_operand(out, e->binary.left, level);
		g_string_append_printf(out, " %s ", binary_operator_spelling(e->binary.op));
		print_operand(out, e->binary.right, level + 1);
		break;
	case EXPR_TERNARY:
		print_operand(out, e->ternary.condition, level + 1);
		g_string_append(out, " ? ");
		print_operand(out, e->ternary.yes, level);
		g_string_append(out, " : ");
		print_operand(out, e->ternary.no, level);
		break;
	case EXPR_ASSIGN:
		print_operand(out, e->assign.left, level + 1);
		g_string_append_printf(out, " %s= ", binary_operator_spelling(e->assign.op));
		print_operand(out, e->assign.right, level);
		break;
	case EXPR_IN:
		print_list(out, "[", e->in.keys, "]");
		g_string_append_printf(out, " in %s", e->in.name);
		break;
	case EXPR_ANY:
		g_string_append_c(out, '*');
		break;
	case EXPR_MATCH:
		print_operand(out, e->match.subject, level);
		g_string_append(out, e->match.negated ? " !~ " : " =~ ");
		print_string(out, e->match.pattern->value);
		break;
	case EXPR_SAMPLE:
		print_operand(out, e->sample.stats, level + 1);
		g_string_append(out, " <<< ");
		print_operand(out, e->sample.value, level);
		break;
	case EXPR_EXTRACT:
		g_string_append_printf(out, "%s(", extractor_spelling(e->extract.what));
		print_expr(out, e->extract.stats);
		if (e->extract.shift)
			g_string_append_printf(out, ", %" G_GINT64_FORMAT, e->extract.shift);
		g_string_append_c(out, ')');
		break;
	case EXPR_HISTOGRAM:
		print_histogram(out, e);
		break;
	case EXPR_TARGET:
		print_target(out, e);
		break;
	case EXPR_DEFINED:
		g_string_append(out, "@defined(");
		print_expr(out, e->defined.operand);
		g_string_append_c(out, ')');
		break;
	case EXPR_CHOOSE:
		g_string_append(out, "@choose_defined(");
		print_expr(out, e->defined.operand);
		g_string_append(out, ", ");
		print_expr(out, e->defined.otherwise);
		g_string_append_c(out, ')');
		break;
	case EXPR_PRIMITIVE:
		print_primitive(out, e);
		break;
	case EXPR_EMBEDDED:
		g_string_append_printf(out, "%%{%s%%}", e->embedded.text);
		break;
	}
}

static void print_sort(GString *out, const struct stmt *s, int which)
{
	if (s->foreach.sort == which)
		g_string_append_c(out, s->foreach.descending ? '-' : '+');
}

static void print_foreach_head(GString *out, const struct stmt *s)
{
	g_string_append(out, "foreach (");
	if (s->foreach.value)
		g_string_append_printf(out, "%s = ", s->foreach.value->symbol.name);
	g_string_append_c(out, '[');
	for (guint i = 0; i < s->foreach.keys->len; i++) {
		g_string_append(out, i ? ", " : "");
		print_expr(out, s->foreach.keys->pdata[i]);
		print_sort(out, s, (int)i + 1);
	}
	g_string_append(out, "] in ");
	if (s->foreach.histogram)
		print_expr(out, s->foreach.histogram);
	else
		g_string_append(out, s->foreach.name);
	if (s->foreach.slice)
		print_list(out, "[", s->foreach.slice, "]");
	if (s->foreach.sort == SORT_VALUE && s->foreach.sort_by != EXTRACT_NONE)
		g_string_append_printf(out, " %s ", extractor_spelling(s->foreach.sort_by));
	print_sort(out, s, SORT_VALUE);
	if (s->foreach.limit) {
		g_string_append(out, " limit ");
		print_expr(out, s->foreach.limit);
	}
	g_string_append(out, ")\n");
}

static void print_indent(GString *out, int indent)
{
	while (indent--)
		g_string_append(out, "  ");
}

static void print_optional(GString *out, const char *before, const struct expr *e)
{
	g_string_append(out, before);
	if (e)
		print_expr(out, e);
}

/* The body of an if or a loop: a block stands at the same depth as its head. */
static void print_body(GString *out, const struct stmt *s, int indent)
{
	print_stmt(out, s, s->kind == STMT_BLOCK ? indent : indent + 1);
}

static void print_keyword(GString *out, const char *word, const struct expr *e)
{
	g_string_append(out, word);
	if (e)
		print_optional(out, " ", e);
	g_string_append_c(out, '\n');
}

/*
 * A statement behind others.  Where the text before it could go on with it (`x++` and `++y`,
 * `return` and anything, anything and `;`) there must be a semicolon.
 */
static void print_next_stmt(GString *out, const struct stmt *s, int indent)
{
	gsize end = out->len - 1;	/* of the line before */
	const char *text;

	print_stmt(out, s, indent);
	text = out->str + end + 1;
	text += strspn(text, " ");
	if (out->str[end - 1] == '{' || out->str[end - 1] == '}' || out->str[end - 1] == ';')
		return;
	if (strchr("+-&([\";", *text) ||
	    (s->kind == STMT_EXPR && end > 6 && !strncmp(out->str + end - 6, "return", 6)))
		g_string_insert_c(out, (gssize)end, ';');
}

void print_stmt(GString *out, const struct stmt *s, int indent)
{
	print_indent(out, indent);
	switch (s->kind) {
	case STMT_BLOCK:
		g_string_append(out, "{\n");
		for (guint i = 0; i < s->block->len; i++)
			print_next_stmt(out, s->block->pdata[i], indent + 1);
		print_indent(out, indent);
		g_string_append(out, "}\n");
		break;
	case STMT_NULL:
		g_string_append(out, ";\n");
		break;
	case STMT_EXPR:
		print_expr(out, s->expr);
		g_string_append_c(out, '\n');
		break;
	case STMT_IF:
		print_optional(out, "if (", s->branch.condition);
		g_string_append(out, ")\n");
		print_body(out, s->branch.yes, indent);
		if (!s->branch.no)
			break;
		print_indent(out, indent);
		g_string_append(out, "else\n");
		print_body(out, s->branch.no, indent);
		break;
	case STMT_FOR:
		if (s->token->text[0] == 'w') {
			print_optional(out, "while (", s->loop.condition);
		} else {
			print_optional(out, "for (", s->loop.init);
			print_optional(out, "; ", s->loop.condition);
			print_optional(out, "; ", s->loop.step);
		}
		g_string_append(out, ")\n");
		print_body(out, s->loop.body, indent);
		break;
	case STMT_FOREACH:
		print_foreach_head(out, s);
		print_body(out, s->foreach.body, indent);
		break;
	case STMT_RETURN:
		print_keyword(out, "return", s->expr);
		break;
	case STMT_NEXT:
		print_keyword(out, "next", NULL);
		break;
	case STMT_BREAK:
		print_keyword(out, "break", NULL);
		break;
	case STMT_CONTINUE:
		print_keyword(out, "continue", NULL);
		break;
	case STMT_DELETE:
		print_keyword(out, "delete", s->expr);
		break;
	case STMT_TRY:
		g_string_append(out, "try\n");
		print_body(out, s->try.body, indent);
		print_indent(out, indent);
		if (s->try.message)
			g_string_append_printf(out, "catch (%s)\n", s->try.message->symbol.name);
		else
			g_string_append(out, "catch\n");
		print_body(out, s->try.handler, indent);
		break;
	}
}

static void print_type(GString *out, enum value_type type)
{
	if (type != TYPE_UNKNOWN)
		g_string_append_printf(out, ":%s", value_type_name(type));
}

void print_function(GString *out, const struct function *f, bool types)
{
	g_string_append_printf(out, "%sfunction %s", f->private ? "private " : "", f->name);
	print_type(out, types || f->typed_by == f->token ? f->type : TYPE_UNKNOWN);
	g_string_append(out, " (");
	for (guint i = 0; i < f->parameters->len; i++) {
		const struct variable *v = f->parameters->pdata[i];

		g_string_append_printf(out, "%s%s", i ? ", " : "", v->name);
		print_type(out, v->type);
	}
	g_string_append_c(out, ')');
	if (f->priority != G_MAXINT64)
		g_string_append_printf(out, " : %" G_GINT64_FORMAT, f->priority);
	g_string_append_c(out, '\n');
	if (f->embedded)
		g_string_append_printf(out, "%%{%s%%}\n", f->embedded->text);
	else
		print_stmt(out, f->body, 0);
}

void print_global(GString *out, const struct variable *v, bool types)
{
	g_string_append_printf(out, "%sglobal %s%s", v->private ? "private " : "", v->name,
			       v->wrap ? "%" : "");
	if (v->size)
		g_string_append_printf(out, "[%" G_GUINT64_FORMAT "]", v->size);
	if (v->init)
		print_optional(out, " = ", v->init);
	if (types) {
		g_string_append(out, " # ");
		for (int i = 0; i < v->keys; i++)
			g_string_append_printf(out, "%s%s", i ? ", " : "[",
					       value_type_name(v->key_types[i]));
		g_string_append_printf(out, "%s%s", v->keys > 0 ? "]:" : "",
				       value_type_name(v->type));
	}
	g_string_append_c(out, '\n');
}

static void append_point(GString *out, const struct probe_point *point);

static void append_points(GString *out, const char *open, const GPtrArray *points,
			  const char *close)
{
	g_string_append(out, open);
	for (guint i = 0; i < points->len; i++) {
		g_string_append(out, i ? ", " : "");
		append_point(out, points->pdata[i]);
	}
	g_string_append(out, close);
}

static void append_point(GString *out, const struct probe_point *point)
{
	for (guint i = 0; i < point->components->len; i++) {
		const struct component *c = point->components->pdata[i];

		g_string_append_printf(out, "%s%s", i ? "." : "", c->name);
		if (c->alternatives)
			append_points(out, "{", c->alternatives, "}");
		if (!c->argument)
			continue;
		g_string_append_c(out, '(');
		print_expr(out, c->argument);
		g_string_append_c(out, ')');
	}
	g_string_append(out, point->sufficient ? "!" : point->optional ? "?" : "");
	if (point->condition) {
		print_optional(out, " if (", point->condition);
		g_string_append_c(out, ')');
	}
}

char *probe_point_text(const struct probe_point *point)
{
	GString *out = g_string_new(NULL);

	append_point(out, point);
	return g_string_free(out, FALSE);
}

static void print_probe(GString *out, const struct probe *probe)
{
	g_string_append(out, probe->private ? "private probe " : "probe ");
	if (probe->alias) {
		append_point(out, probe->alias);
		g_string_append(out, probe->epilogue ? " += " : " = ");
	}
	append_points(out, "", probe->points, "\n");
	print_stmt(out, probe->body, 0);
	if (!probe->tail)
		return;
	g_string_append(out, ", ");
	print_stmt(out, probe->tail, 0);
}

void print_script(GString *out, const struct script *script)
{
	g_string_append_printf(out, "# file %s\n", script->source->name);
	for (guint i = 0; i < script->embedded->len; i++) {
		const struct token *token = script->embedded->pdata[i];

		g_string_append_printf(out, "%%{%s%%}\n", token->text);
	}
	for (guint i = 0; i < script->globals->len; i++)
		print_global(out, script->globals->pdata[i], false);
	for (guint i = 0; i < script->functions->len; i++)
		print_function(out, script->functions->pdata[i], false);
	for (guint i = 0; i < script->aliases->len; i++)
		print_probe(out, script->aliases->pdata[i]);
	for (guint i = 0; i < script->probes->len; i++)
		print_probe(out, script->probes->pdata[i]);
}
