// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnostic.h"

#include <string.h>

/* Nobody reads more, and most of them follow from the first ones. */
#define ERRORS_SHOWN 100

struct diagnostics {
	struct arena *arena;
	FILE *out;
	guint errors;
	guint shown;			/* of them */
	bool suppress_warnings, fatal_warnings;
	bool silent;			/* said that there is more */
	GHashTable *seen;		/* texts of messages given */
	GPtrArray *tags;		/* of the messages given, in order */
	const struct source *last;	/* the file that the last semantic message named */
	const char *colors;		/* "error=01;31:caret=01"; NULL: none */
	void (*before)(void);
};

struct diagnostics *diagnostics_new(struct arena *arena, FILE *out)
{
	struct diagnostics *d = g_new0(struct diagnostics, 1);

	d->arena = arena;
	d->out = out;
	d->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	d->tags = g_ptr_array_new();
	return d;
}

void diagnostics_free(struct diagnostics *d)
{
	if (!d)
		return;
	g_hash_table_destroy(d->seen);
	g_ptr_array_unref(d->tags);
	g_free(d);
}

void diagnostics_set_warnings(struct diagnostics *d, bool suppress, bool fatal)
{
	d->suppress_warnings = suppress;
	d->fatal_warnings = fatal;
}

void diagnostics_set_colors(struct diagnostics *d, const char *colors)
{
	d->colors = colors;
}

void diagnostics_set_before(struct diagnostics *d, void (*before)(void))
{
	d->before = before;
}

/* The text as what it is (error, warning, source, caret, token), with the escapes of its colour. */
static void append_painted(const struct diagnostics *d, GString *out, const char *what,
			   const char *text)
{
	gsize length = strlen(what);

	for (const char *rule = d->colors; rule && *rule;) {
		gsize end = strcspn(rule, ":");

		if (!strncmp(rule, what, length) && rule[length] == '=') {
			g_string_append_printf(out, "\033[%.*sm\033[K%s\033[m\033[K",
					       (int)(end - length - 1), rule + length + 1, text);
			return;
		}
		rule += end + (rule[end] == ':');
	}
	g_string_append(out, text);
}

guint diagnostics_errors(const struct diagnostics *d)
{
	return d->errors;
}

const GPtrArray *diagnostics_tags(const struct diagnostics *d)
{
	return d->tags;
}

/* "source: LINE" and a caret under the token; the label's end stands at column indent. */
static void append_source(const struct diagnostics *d, GString *text, const struct token *token,
			  int indent)
{
	char *line = source_line(token->source, token->begin);
	guint column = source_place(token->source, token->begin).column;

	g_string_append_printf(text, "%*s", indent - (int)strlen("source:"), "");
	append_painted(d, text, "source", "source:");
	g_string_append_printf(text, " %s\n%*s ", line, indent, "");
	for (guint i = 0; i + 1 < column; i++)
		g_string_append_c(text, line[i] == '\t' ? '\t' : ' ');
	append_painted(d, text, "caret", "^");
	g_string_append_c(text, '\n');
	g_free(line);
}

/* Have so many errors been shown that what comes now is not? */
static bool enough(struct diagnostics *d)
{
	if (d->shown < ERRORS_SHOWN)
		return false;
	if (!d->silent && d->before)
		d->before();
	if (!d->silent)
		fprintf(d->out, "\nThere are more errors than these %d.\n", ERRORS_SHOWN);
	d->silent = true;
	return true;
}

static void emit(struct diagnostics *d, const char *tag, bool error, GString *text)
{
	if (g_hash_table_contains(d->seen, text->str)) {
		g_string_free(text, TRUE);
		return;
	}
	if (d->before)
		d->before();
	fprintf(d->out, "%s%s", d->tags->len ? "\n" : "", text->str);
	d->shown += error;
	g_ptr_array_add(d->tags, (gpointer)tag);
	g_hash_table_add(d->seen, g_string_free(text, FALSE));
}

static void report_syntax(struct diagnostics *d, const char *tag, const struct token *token,
			  const char *label, const char *format, va_list args)
{
	GString *text;

	d->errors++;
	if (enough(d))
		return;
	text = g_string_new(NULL);
	append_painted(d, text, "error", "parse error:");
	g_string_append_c(text, ' ');
	g_string_append_vprintf(text, format, args);
	g_string_append_c(text, '\n');
	if (token) {
		g_string_append_printf(text, "%12s ", label);
		append_painted(d, text, "token", token_describe(d->arena, token, false));
		g_string_append_c(text, '\n');
		if (token->kind != TOKEN_END)
			append_source(d, text, token, 12);
	}
	emit(d, tag, true, text);
}

void report_parse(struct diagnostics *d, const char *tag, const struct token *saw,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report_syntax(d, tag, saw, "saw:", format, args);
	va_end(args);
}

void report_lexical(struct diagnostics *d, const char *tag, const struct token *at,
		    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report_syntax(d, tag, at, "at:", format, args);
	va_end(args);
}

/* ": identifier 'x' at …", and the source line under it. */
static void append_place(struct diagnostics *d, GString *text, const struct token *token,
			 const char *before)
{
	g_string_append(text, before);
	append_painted(d, text, "token",
		       token_describe(d->arena, token, d->last == token->source));
	g_string_append_c(text, '\n');
	d->last = token->source;
	if (token->kind != TOKEN_END)
		append_source(d, text, token, 15);
}

static void report_placed(struct diagnostics *d, const char *tag, bool error, const char *label,
			  const struct token *at, const struct token *other, const char *format,
			  va_list args)
{
	GString *text;

	if (enough(d))
		return;
	text = g_string_new(NULL);
	append_painted(d, text, error ? "error" : "warning", label);
	g_string_append_c(text, ' ');
	g_string_append_vprintf(text, format, args);
	if (at)
		append_place(d, text, at, ": ");
	else
		g_string_append_c(text, '\n');
	if (other)
		append_place(d, text, other, "");
	emit(d, tag, error, text);
}

void report_semantic(struct diagnostics *d, const char *tag, const struct token *at,
		     const struct token *other, const char *format, ...)
{
	va_list args;

	d->errors++;
	va_start(args, format);
	report_placed(d, tag, true, "semantic error:", at, other, format, args);
	va_end(args);
}

void report_warning(struct diagnostics *d, const char *tag, const struct token *at,
		    const char *format, ...)
{
	va_list args;

	if (d->fatal_warnings)
		d->errors++;
	else if (d->suppress_warnings)
		return;
	va_start(args, format);
	report_placed(d, tag, false, "WARNING:", at, NULL, format, args);
	va_end(args);
}

void report_error(struct diagnostics *d, const char *tag, const char *format, ...)
{
	GString *text;
	va_list args;

	d->errors++;
	if (enough(d))
		return;
	text = g_string_new(NULL);
	append_painted(d, text, "error", "ERROR:");
	g_string_append_c(text, ' ');
	va_start(args, format);
	g_string_append_vprintf(text, format, args);
	va_end(args);
	g_string_append_c(text, '\n');
	emit(d, tag, true, text);
}
