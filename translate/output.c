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

/* %n: room for the length of the whole, which is filled in when that is known. */
static bool shows_length(const struct format_piece *piece)
{
	return !piece->text && piece->conversion == 'n';
}

static bool any_shows_length(const struct expr *e)
{
	for (guint i = 0; e->print.form->formatted && i < e->print.pieces->len; i++)
		if (shows_length(e->print.pieces->pdata[i]))
			return true;
	return false;
}

static void fill_lengths(struct code *k, const struct expr *e, char **operands, GPtrArray *places)
{
	guint next = 0;

	for (guint i = 0; i < e->print.pieces->len; i++) {
		const struct format_piece *piece = e->print.pieces->pdata[i];
		char **own = operands;
		char *format;

		operands += format_piece_operands(piece);
		if (!shows_length(piece))
			continue;
		format = format_constant(piece, &own);
		code_line(k, "stp_out_length(&o, %s, %s);", (char *)places->pdata[next++], format);
		g_free(format);
	}
}

/* A conversion that is more than %s or %d.  Returns the operands behind its own. */
static char **out_conversion(struct code *k, const char *out, const struct format_piece *piece,
			     char **operands, GPtrArray *places)
{
	char *format = format_constant(piece, &operands);

	if (shows_length(piece)) {
		char *place = code_new_long(k);

		code_line(k, "%s = o.length;", place);
		code_line(k, "stp_out_format_long(&o, %s, 0);", format);
		g_ptr_array_add(places, place);
		g_free(format);
		return operands;
	}
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
		char **own = operands;
		char *format;

		operands += format_piece_operands(piece);
		if (!shows_memory(piece))
			continue;
		format = format_constant(piece, &own);
		code_line(k, "if (!stp_memory_check(c, %s, %s, %s))", format, *own, where);
		code_fail(k);
		g_free(format);
	}
	g_free(where);
}

/* places: gets where each %n is, in order. */
static void out_pieces(struct code *k, const char *out, const GPtrArray *pieces, char **operands,
		       GPtrArray *places)
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
			operands = out_conversion(k, out, piece, operands, places);
	}
}

char *code_print(struct code *k, const struct expr *e)
{
	const struct print_form *form = e->print.form;
	const GPtrArray *arguments = e->print.arguments;
	char **operands = code_eval_list(k, arguments);
	/* What is to tell its own length is put together before it is printed. */
	bool composed = form->to_string || any_shows_length(e);
	const char *out = composed ? "&o" : "&c->print";
	GPtrArray *places = g_ptr_array_new_with_free_func(g_free);
	char *text = NULL;

	if (form->formatted)
		check_memory(k, e, operands);
	if (composed) {
		k->uses_out = true;
		text = code_new_string(k);
		code_line(k, "o = stp_out_to(%s);", text);
	}
	if (form->formatted) {
		out_pieces(k, out, e->print.pieces, operands, places);
		fill_lengths(k, e, operands, places);
	}
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
	g_ptr_array_unref(places);
	g_strfreev(operands);
	if (form->to_string) {
		code_line(k, "stp_out_end(&o);");
		return text;
	}
	if (composed)
		code_line(k, "stp_out_bytes(&c->print, %s, o.length);", text);
	g_free(text);
	return g_strdup("0");
}
