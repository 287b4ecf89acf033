// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of pass 1: precedence, places, tags of messages, arguments, and that no text at all makes
 * it fall over.
 */
#include "parse.h"

#include <string.h>

struct parsed {
	struct arena *arena;
	struct diagnostics *diagnostics;
	struct script *script;
	char *messages;
};

static struct parsed parse_with(const char *text, const char *const *values, guint count)
{
	struct parsed p = { .arena = arena_new() };
	bool used[8] = { false };
	struct script_arguments arguments = { values, count, used };
	struct parse_context context = {
		.arguments = &arguments,
		.facts = { .kernel_release = "6.1.0-9-cloud-amd64", .arch = "x86_64" },
	};
	char *messages = NULL;
	size_t length;
	FILE *sink = open_memstream(&messages, &length);

	p.diagnostics = diagnostics_new(p.arena, sink);
	p.script =
		parse_script(p.arena, p.diagnostics,
			     source_new(p.arena, "t.stp", text, strlen(text)), &context);
	fclose(sink);
	p.messages = messages;
	return p;
}

static struct parsed parse(const char *text)
{
	return parse_with(text, NULL, 0);
}

static void parsed_free(struct parsed *p)
{
	free(p->messages);
	diagnostics_free(p->diagnostics);
	arena_free(p->arena);
}

/* What the parser made of a text, as text again. */
static char *reprint(const char *text)
{
	struct parsed p = parse(text);
	GString *out = g_string_new(NULL);

	g_assert_cmpstr(p.messages, ==, "");
	print_script(out, p.script);
	parsed_free(&p);
	return g_string_free(out, FALSE);
}

static char *reprint_expression(const char *text)
{
	char *script = g_strdup_printf("probe begin { x = %s }", text);
	char *result = reprint(script);

	g_free(script);
	return result;
}

/* The bare form means the first parenthesised one, and not the second. */
static void test_precedence(void)
{
	static const char *const rows[][3] = {
		{ "2 + 3 * 4", "2 + (3 * 4)", "(2 + 3) * 4" },
		{ "a - b - c", "(a - b) - c", "a - (b - c)" },
		{ "a . b + c", "a . (b + c)", "(a . b) + c" },
		{ "a << b . c", "a << (b . c)", "(a << b) . c" },
		{ "1 < 1 << 1", "1 < (1 << 1)", "(1 < 1) << 1" },
		{ "6 & 2 == 2", "6 & (2 == 2)", "(6 & 2) == 2" },
		{ "3 > 2 > 1", "(3 > 2) > 1", "3 > (2 > 1)" },
		{ "2 == 1 < 2", "(2 == 1) < 2", "2 == (1 < 2)" },
		{ "1 | 6 & 4", "1 | (6 & 4)", "(1 | 6) & 4" },
		{ "7 ^ 6 & 3", "7 ^ (6 & 3)", "(7 ^ 6) & 3" },
		{ "4 | 4 ^ 4", "4 | (4 ^ 4)", "(4 | 4) ^ 4" },
		{ "0 && 0 | 1", "0 && (0 | 1)", "(0 && 0) | 1" },
		{ "1 || 0 && 0", "1 || (0 && 0)", "(1 || 0) && 0" },
		{ "0 || 1 ? 5 : 6", "(0 || 1) ? 5 : 6", "0 || (1 ? 5 : 6)" },
		{ "-a + 5", "(-a) + 5", "-(a + 5)" },
		{ "!a * 3", "(!a) * 3", "!(a * 3)" },
		{ "-i++", "-(i++)", "(-i)++" },
		{ "!8 in s", "(!8) in s", "!(8 in s)" },
		{ "1 & 1 in a", "1 & (1 in a)", "(1 & 1) in a" },
		{ "2 > 1 in a", "(2 > 1) in a", "2 > (1 in a)" },
		{ "y = a ? b : c", "y = (a ? b : c)", "(y = a) ? b : c" },
		{ "y = z = 1", "y = (z = 1)", "(y = z) = 1" },
		{ "a ? b : c ? d : e", "a ? b : (c ? d : e)", "(a ? b : c) ? d : e" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *bare = reprint_expression(rows[i][0]);
		char *same = reprint_expression(rows[i][1]);
		char *other = reprint_expression(rows[i][2]);

		g_assert_cmpstr(bare, ==, same);
		g_assert_cmpstr(bare, !=, other);
		g_free(bare);
		g_free(same);
		g_free(other);
	}
}

/* What is printed parses to what prints the same. */
static void test_round_trip(void)
{
	static const char *const texts[] = {
		"probe begin { x = - -y - --z; a[\"\\n\\001\\\"\", 1]++ }",
		"global a%[5], b = \"x\" probe timer.ms(-5)? if (a > 1), end { "
		"foreach ([k-, l] in a limit 2) ; }",
		"function f:string (a:long, b) { return b } "
		"probe never { if (a) if (b) c; else d }",
		"function f() { x--; ++(x + 1); a; [1] in b; (c); - c; \"s\"; \"t\"; ; return; x } "
		"function g() { if (x) return; f() next; ; break; -x { } -x; }",
		"probe begin { printf(\"%-*.*d%%%5.2s%#llx\", 1, 2, 3, \"a\", 4); print(x, y) }",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		char *once = reprint(texts[i]);
		char *twice = reprint(once);

		/* Behind the line with the file's name, which is a comment. */
		g_assert_cmpstr(once, ==, twice);
		g_free(once);
		g_free(twice);
	}
}

static void test_places(void)
{
	struct arena *arena = arena_new();
	struct source *source = source_new(arena, "x.stp", "ab\n\tcd\n", 7);
	char *line = source_line(source, 5);

	g_assert_cmpuint(source_place(source, 0).line, ==, 1);
	g_assert_cmpuint(source_place(source, 5).line, ==, 2);
	g_assert_cmpuint(source_place(source, 5).column, ==, 3);
	g_assert_cmpuint(source_place(source, 99).line, ==, 3);
	g_assert_cmpstr(line, ==, "\tcd");
	g_free(line);
	arena_free(arena);
}

/* Each wrong text gives exactly these tags. */
static void test_tags(void)
{
	static const char *const rows[][2] = {
		{ "probe begin { x = = 5 }", "parse-expected" },
		{ "probe begin { println(\"a }", "string-open parse-expected" },
		{ "function f() %{ x", "embedded-open" },
		{ "probe begin { println(09) }", "number-range" },
		{ "probe begin { println(@1) }", "argument-range" },
		{ "probe begin { return }", "return-outside" },
		{ "global a, a", "global-twice" },
		{ "function f(a, a) { }", "parameter-twice" },
		{ "global a[0]", "array-size" },
		{ "probe begin { printf(\"%k\", 1) }", "format-conversion" },
		{ "global a probe begin { foreach ([x+] in a-) ; }", "sort-twice" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct parsed p = parse(rows[i][0]);
		char **tags = g_strsplit(rows[i][1], " ", -1);
		const GPtrArray *given = diagnostics_tags(p.diagnostics);

		g_test_message("%s", rows[i][0]);
		g_assert_cmpuint(given->len, >=, 1);
		g_assert_cmpstr(given->pdata[0], ==, tags[0]);
		g_assert_cmpuint(diagnostics_errors(p.diagnostics), >=, 1);
		g_strfreev(tags);
		parsed_free(&p);
	}
}

static void test_arguments(void)
{
	static const char *const values[] = { "1 + 2", "two \"words\"", "timer.ms(5)" };
	struct parsed p = parse_with("probe $3 { x = $1 * $#; y = @2 \"!\" @# }", values, 3);
	GString *out = g_string_new(NULL);

	g_assert_cmpstr(p.messages, ==, "");
	print_script(out, p.script);
	g_assert_nonnull(strstr(out->str, "probe timer.ms(5)"));
	g_assert_nonnull(strstr(out->str, "x = 1 + 2 * 3\n"));
	g_assert_nonnull(strstr(out->str, "y = \"two \\\"words\\\"!3\"\n"));
	g_string_free(out, TRUE);
	parsed_free(&p);
}

/* Numbers are 64 bits, and wrap above 2^63. */
static void test_numbers(void)
{
	static const struct {
		const char *text;
		gint64 value;
	} rows[] = {
		{ "0", 0 },
		{ "017", 15 },
		{ "0xDeadBeef", 0xdeadbeef },
		{ "9223372036854775808", G_MININT64 },
		{ "18446744073709551615", -1 },
		{ "-0x10", -16 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *text = g_strdup_printf("probe timer.ms(%s) { }", rows[i].text);
		struct parsed p = parse(text);
		struct probe *probe = p.script->probes->pdata[0];
		struct probe_point *point = probe->points->pdata[0];
		struct component *ms = point->components->pdata[1];

		g_assert_cmpint(ms->argument->number, ==, rows[i].value);
		parsed_free(&p);
		g_free(text);
	}
}

/*
 * Words thrown together, the same ones at each run: errors are fine, crashes and endless loops are
 * not.
 */
static void test_garbage(void)
{
	static const char *const words[] = {
		"probe",  "begin",    "{",   "}",	"(",	  ")",	    "[",      "]",
		"global", "function", "x",   "foreach", "in",	  "+",	    "-",      "++",
		"\"s\"",  "5",	      ",",   ";",	"=",	  "?",	    ":",      "if",
		"else",	  "while",    "for", "return",	"printf", "\"%d\"", "delete", ".",
		"timer",  "limit",    "!",   "%{",	"%}",	  "\"",	    "$1",     "@2",
		"%(",	  "private",  "<<<", "next",	"\n",	  "/*",	    "*/",     "#",
		"\\",	  "\xff",
	};
	GRand *random = g_rand_new_with_seed(1);

	for (int round = 0; round < 5000; round++) {
		GString *text = g_string_new("probe begin { ");
		struct parsed p;

		for (int i = g_rand_int_range(random, 1, 40); i; i--)
			g_string_append_printf(
				text, "%s ",
				words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))]);
		p = parse(text->str);
		parsed_free(&p);
		g_string_free(text, TRUE);
	}
	g_rand_free(random);
}

/* Depth is refused or handled, never a stack overflow. */
static void test_depth(void)
{
	GString *text = g_string_new("probe begin { x = ");
	struct parsed p;

	for (int i = 0; i < 10000; i++)
		g_string_append_c(text, '(');
	g_string_append_c(text, '1');
	for (int i = 0; i < 10000; i++)
		g_string_append_c(text, ')');
	g_string_append(text, " }");
	p = parse(text->str);
	g_assert_nonnull(strstr(p.messages, "nesting too deep"));
	parsed_free(&p);
	g_string_free(text, TRUE);
}

/* A hundred errors are shown, and said that there are more; all are counted. */
static void test_many_errors(void)
{
	GString *text = g_string_new(NULL);
	struct parsed p;

	for (int i = 0; i < 150; i++)
		g_string_append(text, "%) ");
	p = parse(text->str);
	g_assert_cmpuint(diagnostics_errors(p.diagnostics), ==, 150);
	g_assert_cmpuint(diagnostics_tags(p.diagnostics)->len, ==, 100);
	g_assert_true(g_str_has_suffix(p.messages, "\nThere are more errors than these 100.\n"));
	parsed_free(&p);
	g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/parse/precedence", test_precedence);
	g_test_add_func("/parse/round-trip", test_round_trip);
	g_test_add_func("/parse/places", test_places);
	g_test_add_func("/parse/tags", test_tags);
	g_test_add_func("/parse/arguments", test_arguments);
	g_test_add_func("/parse/numbers", test_numbers);
	g_test_add_func("/parse/garbage", test_garbage);
	g_test_add_func("/parse/depth", test_depth);
	g_test_add_func("/parse/many-errors", test_many_errors);
	return g_test_run();
}
