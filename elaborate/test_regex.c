// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of regular expressions: what compiles, what is found, that it takes linear time.  The tables
 * are run by the code that modules run.  See also test_regex_random.c.
 */
static unsigned long steps;
#define STP_REGEX_STEP() (steps++)

#include "regex_compile.h"

#include <string.h>

static struct regex *compile(const char *pattern, bool groups)
{
	struct regex_error error;
	struct regex *regex = regex_compile(pattern, groups, &error);

	if (!regex)
		g_error("%s: %s at %u", pattern, error.message, error.position);
	return regex;
}

/* Groups of the match, "whole|first|second"; NULL: no match. */
static char *find(const struct regex *regex, const char *s)
{
	g_autofree unsigned short *states = g_new(unsigned short, strlen(s) + 1);
	unsigned int bounds[STP_REGEX_GROUPS][2];
	GString *out;

	if (!stp_regex_find(&regex->tables, s, strlen(s), states, bounds))
		return NULL;
	out = g_string_new(NULL);
	for (guint i = 0; i < regex->tables.groups; i++) {
		g_string_append(out, i ? "|" : "");
		g_string_append_len(out, s + bounds[i][0], bounds[i][1] - bounds[i][0]);
	}
	return g_string_free(out, FALSE);
}

/* ---- given cases ----------------------------------------------------------------------------- */

static void test_matches(void)
{
	static const char *const rows[][3] = {
		{ "ell", "hello", "ell" },
		{ "elo", "hello", NULL },
		{ "hel*o", "heo", "heo" },
		{ "hel+o", "heo", NULL },
		{ "hell?o", "helo", "helo" },
		{ "a\\.b", "axb", NULL },
		{ "", "", "" },
		{ "", "abc", "" },
		{ "two.lines", "two\nlines", "two\nlines" },
		{ "x[^y]z", "x\nz", "x\nz" },
		/* anchors */
		{ "^b", "abc", NULL },
		{ "c$", "abc", "c" },
		{ "^abc$", "abcd", NULL },
		{ "^$", "", "" },
		{ "^$", "a", NULL },
		{ "^foo|bar$", "xbar", "bar" },
		{ "^foo|bar$", "xfoo", NULL },
		{ "^(foo|bar)$", "foobar", NULL },
		{ "a\\$b", "a$b", "a$b" },
		{ "\\^a", "^a", "^a" },
		{ "(^|,)b", "a,b", ",b|," },
		{ "(^|,)b", "b,b", "b|" },
		{ "b($|,)", "ab", "b|" },
		{ "a^b", "a^b", NULL },
		{ "a$b", "a$b", NULL },
		{ "(^a|b)*c", "abbc", "abbc|b" },
		{ "(^a|b)*c", "aabbc", "bbc|b" },
		{ "$^", "", "" },
		{ "^^a$$", "a", "a" },
		/* bounds */
		{ "^a{3}$", "aaa", "aaa" },
		{ "^a{2,}$", "a", NULL },
		{ "^a{0,2}$", "aaa", NULL },
		{ "^a{,2}$", "aa", "aa" },
		{ "a{0}b", "ab", "b" },
		{ "^(xy){3}$", "xyxyxy", "xyxyxy|xy" },
		{ "^([0-9]{1,3}\\.){3}[0-9]{1,3}$", "10.0.0.1", "10.0.0.1|0." },
		{ "^([0-9]{1,3}\\.){3}[0-9]{1,3}$", "10.0.1", NULL },
		{ "a}", "a}", "a}" },
		/* classes */
		{ "[]]", "]", "]" },
		{ "[^]]", "]", NULL },
		{ "[a-]+", "x-a-", "-a-" },
		{ "[a-c-e]+", "b-ed", "b-e" },
		{ "[[:upper:]]", "aB", "B" },
		{ "^[[:alnum:]]+$", "under_score", NULL },
		{ "[[:space:]]+", "a \t\n\v\f\rb", " \t\n\v\f\r" },
		{ "[[:digit:][:punct:]]+", "ab~1!c", "~1!" },
		{ "[[:blank:][:xdigit:]]+", "zfF\t8", "fF\t8" },
		{ "[[:cntrl:]]", "a\177", "\177" },
		{ "[[:graph:]]+", " !~\n", "!~" },
		{ "[[:print:]]+", "\t !~\n", " !~" },
		{ "[\\\\]", "\\", "\\" },
		{ "[\\]]", "\\]", "\\]" },
		{ "[.]", "x", NULL },
		{ "[[a]+", "x[a[", "[a[" },
		{ "[^-]", "-", NULL },
		{ "[\200-\377]+", "a\303\244b", "\303\244" },
		/* the leftmost and longest one */
		{ "<.*>", "aaa<b><c>", "<b><c>" },
		{ "(a|ab)(c|bcd)", "xabcdx", "abcd|a|bcd" },
		{ "(abc)+", "xyzabcabc", "abcabc|abc" },
		{ "a*", "baa", "" },
		{ "a|ab|abc", "abcd", "abc" },
		{ "b|ab", "ab", "ab" },
		/* groups */
		{ "([a-z]+)=([a-z]+)", "key=value", "key=value|key|value" },
		{ "colo(u?)r", "color", "color|" },
		{ "(n(e(s)))", "nested", "nes|nes|es|s" },
		{ "x()|y", "x", "x|" },
		{ "(x)|(y)", "y", "y||y" },
		{ "a||b", "cb", "" },
		{ "(a|ab)(c|bcd)(d*)", "abcd", "abcd|ab|c|d" },
		{ "(a*)(a|ab)(b*)", "aaab", "aaab|aa|ab|" },
		{ "(a*)(ab)*(b*)", "abb", "abb|a||bb" },
		{ "(a*)*", "aab", "aa|aa" },
		{ "(a*)+", "b", "|" },
		{ "(a*){2}", "aa", "aa|" },
		{ "((a)|(b))*", "ab", "ab|b||b" },
		{ "((a)|b)*c", "abc", "abc|b|" },
		{ "(a|b)?c", "c", "c|" },
		{ "x(.*)y(.*)", "xaybyc", "xaybyc|ayb|c" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct regex *with = compile(rows[i][0], true);
		struct regex *without = compile(rows[i][0], false);
		char *found = find(with, rows[i][1]);

		g_test_message("%s on %s", rows[i][0], rows[i][1]);
		g_assert_cmpstr(found, ==, rows[i][2]);
		g_assert_cmpint(stp_regex_test(&without->tables, rows[i][1]), ==, !!rows[i][2]);
		g_free(found);
		regex_free(with);
		regex_free(without);
	}
}

static void test_errors(void)
{
	static const struct {
		const char *pattern;
		guint position;
		const char *message;
	} rows[] = {
		{ "[a-", 2, "unclosed character class" },
		{ "x[", 1, "unclosed character class" },
		{ "[]", 1, "unclosed character class" },
		{ "[^]", 2, "unclosed character class" },
		{ "[[:alpha:", 8, "unclosed character class" },
		{ "[[:word:]]", 8, "unknown character class" },
		{ "[z-a]", 3, "invalid range" },
		{ "[a-[:digit:]]", 3, "invalid range" },
		{ "[[.a.]]", 2, "collating elements are not supported" },
		{ "[[=a=]]", 2, "collating elements are not supported" },
		{ "(a", 1, "expected ), found end of regex" },
		{ "((a)", 3, "expected ), found end of regex" },
		{ "a)", 1, "unexpected ')'" },
		{ "*a", 0, "unexpected '*'" },
		{ "(+)", 1, "unexpected '+'" },
		{ "a|?", 2, "unexpected '?'" },
		{ "{1}", 0, "unexpected '{'" },
		{ "a{", 1, "expected a number" },
		{ "a{x}", 1, "expected a number" },
		{ "a{}", 1, "expected a number" },
		{ "a{1", 2, "unclosed repetition count" },
		{ "a{1,2", 4, "unclosed repetition count" },
		{ "a{1,x}", 3, "unclosed repetition count" },
		{ "a{2,1}", 5, "invalid repetition count" },
		{ "a{1001}", 6, "repetition count is too large (more than 1000)" },
		{ "a{1,99999999999999999999}", 24,
		  "repetition count is too large (more than 1000)" },
		{ "a\\", 1, "expected a character, found end of regex" },
		{ "(a)\\1", 4, "backreferences are not supported" },
		{ "\\d", 1, "unknown escape '\\d'" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct regex_error error;

		g_test_message("%s", rows[i].pattern);
		g_assert_null(regex_compile(rows[i].pattern, i % 2, &error));
		g_assert_cmpstr(error.message, ==, rows[i].message);
		g_assert_cmpuint(error.position, ==, rows[i].position);
	}
}

/* ---- limits ---------------------------------------------------------------------------------- */

static char *repeat(const char *before, const char *text, guint count, const char *after)
{
	GString *out = g_string_new(before);

	for (guint i = 0; i < count; i++)
		g_string_append(out, text);
	g_string_append(out, after);
	return g_string_free(out, FALSE);
}

/* Takes the pattern. */
static void expect_error(char *pattern, bool groups, const char *message)
{
	struct regex_error error = { 0 };
	struct regex *regex = regex_compile(pattern, groups, &error);

	g_test_message("%.60s", pattern);
	g_assert_null(regex);
	g_assert_cmpstr(error.message, ==, message);
	g_free(pattern);
}

static void test_limits(void)
{
	static const char deep[] = "regex is nested too deeply";
	static const char written_out[] = "regex is too long, with its repetitions written out";
	static const char states[] = "regex is too complex (more than 2000 states)";
	static const char ways[] = "regex is too complex (too many ways through it)";

	expect_error(repeat("", "(", 100000, ""), true, deep);
	expect_error(repeat("a", "*", 100000, ""), true, deep);
	expect_error(repeat("", "(a|", 100000, ""), true, deep);
	expect_error(repeat("", "abc", 100000, ""), true, written_out);
	expect_error(g_strdup("(((a{1000}){1000}){1000}){1000}"), true, written_out);
	expect_error(g_strdup("((((){1000}){1000}){1000}){1000}"), true, written_out);
	expect_error(g_strdup("(a|b)*a(a|b){20}"), false, states);
	expect_error(g_strdup("(a|b){20}a(a|b)*c"), true, states);
	expect_error(repeat("(", "a?", 1000, ")"), true, ways);
	expect_error(repeat("", "(a*)", 64, ""), true, "too many groups (more than 63)");
	regex_free(compile("(.{255})", true));
	regex_free(compile("(a{1,1000})x", true));
}

/* The steps taken grow as the string does, however ambiguous the expression. */
static void test_linear(void)
{
	static const char *const patterns[] = {
		"(a*)*b",
		"(a|aa)+$",
		"(a*)(a*)(a*)(a*)(a*)$",
		"((a|aa|aaa)*)*c",
		"(.*)a(.*)a(.*)a(.*)b",
		"^(([a-z])+.)+[A-Z]([a-z])+$",
		"(a{1,5}|(aa)*)*$",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
		struct regex *with = compile(patterns[i], true);
		struct regex *without = compile(patterns[i], false);
		unsigned long before = 0;

		for (guint length = 1000; length <= 8000; length *= 2) {
			char *s = repeat("", "a", length, "");

			steps = 0;
			stp_regex_test(&without->tables, s);
			g_assert_cmpuint(steps, <=, length);
			g_free(find(with, s));
			g_assert_cmpuint(steps, <=, 30 * length);
			if (before)
				g_assert_cmpuint(steps, <=, 2 * before + 100);
			before = steps;
			g_free(s);
		}
		regex_free(with);
		regex_free(without);
	}
}

/* ---- garbage --------------------------------------------------------------------------------- */

/* Whatever the text, it compiles or is refused, and all ways to run it agree. */
static void test_garbage(void)
{
	static const char alphabet[] = "aab-()()[]{}|*+?^$\\.:,0129=";
	GRand *random = g_rand_new_with_seed(3);
	struct regex_error error;
	int compiled = 0;

	for (int i = 0; i < 20000; i++) {
		struct regex *with, *without;
		char pattern[24] = "";
		int length = g_rand_int_range(random, 0, sizeof(pattern));
		char *found;

		for (int k = 0; k < length; k++)
			pattern[k] = alphabet[g_rand_int_range(random, 0, sizeof(alphabet) - 1)];
		with = regex_compile(pattern, true, &error);
		without = regex_compile(pattern, false, &error);
		if (with && without) {
			compiled++;
			found = find(with, "aab-[a].2=^(b)$");
			g_assert_cmpint(!!found, ==,
					stp_regex_test(&without->tables, "aab-[a].2=^(b)$"));
			g_free(found);
		} else if (!without) {
			g_assert_cmpuint(error.position, <=, strlen(pattern));
			g_assert_cmpint(error.message[0], !=, 0);
		}
		regex_free(with);
		regex_free(without);
	}
	g_assert_cmpint(compiled, >, 200);
	g_rand_free(random);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/regex/matches", test_matches);
	g_test_add_func("/regex/errors", test_errors);
	g_test_add_func("/regex/limits", test_limits);
	g_test_add_func("/regex/linear", test_linear);
	g_test_add_func("/regex/garbage", test_garbage);
	return g_test_run();
}
