// SPDX-License-Identifier: GPL-2.0-or-later
/* print, printf, printd and their relatives: to the output, or to a string. */
#include "code.h"

#include <string.h>

static void out_text(struct code *k, const char *out, const char *text)
{
	char *literal = c_string(text);

	if (*text)
		code_line(k, "stp_out_bytes(%s, %s, %zu);", out, literal, strlen(text));
	g_free(literal);
}

static void out_value(struct code *k, const char *out, const char *operand, enum value_type type)
{
	code_line(k, "stp_out_%s(%s, %s);", type == TYPE_STRING ? "string" : "long", out, operand);
}

/* How a conversion is done, as C; *operands moves behind its * width and precision. */
static char *format_constant(const struct format_piece *piece, char ***operands)
{
	char *width = piece->star_width ? g_strdup_printf("(s32)%s", *(*operands)++) :
					  g_strdup_printf("%d", piece->width);
	char *precision = piece->star_precision ? g_strdup_printf("(s32)%s", *(*operands)++) :
						  g_strdup_printf("%d", piece->precision);
	char *text = g_strdup_printf("(struct stp_format){ .flags = %u, .conversion = '%c', "
				     ".width = %s, .precision = %s }",
				     piece->flags, piece->conversion, width, precision);

	g_free(width);
	g_free(precision);
	return text;
}

static bool shows_memory(const struct format_piece *piece)
{
	return !piece->text && (piece->conversion == 'm' || piece->conversion == 'M');
}

/* A conversion that is more than %s or %d.  Returns the operands behind its own. */
static char **out_conversion(struct code *k, const char *out, const struct format_piece *piece,
			     char **operands)
{
	char *format = format_constant(piece, &operands);

	code_line(k, "stp_out_%s(%s, %s, %s);",
		  shows_memory(piece)	   ? "memory" :
		  piece->conversion == 's' ? "format_string" :
					     "format_long",
		  out, format, *operands);
	g_free(format);
	return operands + 1;
}

/* Before anything is printed: a fault leaves nothing of the statement. */
static void check_memory(struct code *k, const struct expr *e, char **operands)
{
	char *where = code_place(k, e->token);

	for (guint i = 0; i < e->print.pieces->len; i++) {
		const struct format_piece *piece = e->print.pieces->pdata[i];
		char *format;

		if (piece->text)
			continue;
		format = format_constant(piece, &operands);
		if (shows_memory(piece)) {
			code_line(k, "if (!stp_memory_check(c, %s, %s, %s))", format, *operands,
				  where);
			code_fail(k);
		}
		g_free(format);
		operands++;
	}
	g_free(where);
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
			operands = out_conversion(k, out, piece, operands);
	}
}

char *code_print(struct code *k, const struct expr *e)
{
	const struct print_form *form = e->print.form;
	const GPtrArray *arguments = e->print.arguments;
	char **operands = code_eval_list(k, arguments);
	const char *out = form->to_string ? "&o" : "&c->print";
	char *result = NULL;

	if (form->formatted)
		check_memory(k, e, operands);
	if (form->to_string) {
		k->uses_out = true;
		result = code_new_string(k);
		code_line(k, "o = stp_out_to(%s);", result);
	}
	if (form->formatted)
		out_pieces(k, out, e->print.pieces, operands);
	for (guint i = 0; !form->formatted && i < arguments->len; i++) {
		const struct expr *argument = arguments->pdata[i];

		if (i && e->print.delimiter)
			out_text(k, out, e->print.delimiter);
		if (argument->kind == EXPR_HISTOGRAM && !argument->histogram.index)
			code_print_histogram(k, out, argument);
		else
			out_value(k, out, operands[i], argument->type);
	}
	if (form->newline)
		out_text(k, out, "\n");
	if (form->to_string)
		code_line(k, "stp_out_end(&o);");
	g_strfreev(operands);
	return result ? result : g_strdup("0");
}
