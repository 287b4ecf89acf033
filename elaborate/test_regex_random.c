// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random regular expressions are judged twice.
 *
 * By the C library: match or not, and where.  The groups only if there is just one way to match, as
 * it is known not to follow POSIX otherwise ((a|ab)(c|bcd)(d*) on abcd); nor of groups inside
 * repeated groups, of which it keeps what an earlier time has matched, or of repeated groups that
 * match "", which it repeats for the sake of "".  It is not asked about anchors inside of an
 * expression either: it believes that (a|$b)+ matches all of ab.
 *
 * By a slow matcher: a transcript of POSIX's rule that of subexpressions the outer ones before the
 * inner and the earlier ones before the later are as long as they can be.
 *
 * STAP_TEST_SEED=N makes other random expressions.
 */
#include "regex_compile.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* ---- the slow matcher ------------------------------------------------------------------------ */

enum tree_kind { SET, BEGIN, END, CAT, ALT, REPEAT, GROUP };

struct tree {
	enum tree_kind kind;
	char set[4];		/* SET: the bytes of the alphabet that it matches */
	int group;
	int min, max;		/* REPEAT; max -1: any number */
	struct tree *a, *b;	/* CAT and ALT have both */
};

#define MAX_GROUPS 8
#define LONGEST 7

struct slow {
	const char *s;
	int length;
	int bounds[MAX_GROUPS][2];
};

/*
 * In how many ways does the tree match s from i to j?  Of ways to repeat those are left out that
 * match "" where nothing demands it, as in regex_path.c.
 */
static unsigned long ways(const struct slow *w, const struct tree *t, int i, int j);

static unsigned long ways_repeat(const struct slow *w, const struct tree *t, int done, int i, int j)
{
	unsigned long sum = 0;

	if (i == j)
		return done >= t->min || ways(w, t->a, i, i);
	if (done == t->max)
		return 0;
	for (int k = j; k > i; k--) {
		unsigned long first = ways(w, t->a, i, k);

		if (first)
			sum += first * ways_repeat(w, t, done + 1, k, j);
	}
	return sum;
}

static unsigned long ways(const struct slow *w, const struct tree *t, int i, int j)
{
	unsigned long sum = 0;

	switch (t->kind) {
	case SET:
		return j == i + 1 && strchr(t->set, w->s[i]);
	case BEGIN:
		return i == j && i == 0;
	case END:
		return i == j && i == w->length;
	case CAT:
		for (int k = j; k >= i; k--) {
			unsigned long first = ways(w, t->a, i, k);

			if (first)
				sum += first * ways(w, t->b, k, j);
		}
		return sum;
	case ALT:
		return ways(w, t->a, i, j) + ways(w, t->b, i, j);
	case REPEAT:
		return ways_repeat(w, t, 0, i, j);
	case GROUP:
		return ways(w, t->a, i, j);
	}
	g_assert_not_reached();
}

static void forget_groups(struct slow *w, const struct tree *t)
{
	if (!t)
		return;
	if (t->kind == GROUP)
		w->bounds[t->group][0] = w->bounds[t->group][1] = 0;
	forget_groups(w, t->a);
	forget_groups(w, t->b);
}

/* Set the groups of a tree that matches s from i to j. */
static void take(struct slow *w, const struct tree *t, int i, int j)
{
	int k = j, done = 0;

	switch (t->kind) {
	case CAT:
		while (!ways(w, t->a, i, k) || !ways(w, t->b, k, j))
			k--;
		take(w, t->a, i, k);
		take(w, t->b, k, j);
		break;
	case ALT:
		take(w, ways(w, t->a, i, j) ? t->a : t->b, i, j);
		break;
	case REPEAT:
		for (; i < j; i = k, done++) {
			for (k = j; !ways(w, t->a, i, k) || !ways_repeat(w, t, done + 1, k, j);)
				k--;
			take(w, t->a, i, k);
		}
		if (done < t->min)
			take(w, t->a, i, i);
		break;
	case GROUP:
		forget_groups(w, t);
		w->bounds[t->group][0] = i;
		w->bounds[t->group][1] = j;
		take(w, t->a, i, j);
		break;
	default:
		break;
	}
}

/* The leftmost-longest match: its number of ways; 0: none. */
static unsigned long find_slowly(struct slow *w, const struct tree *t)
{
	for (int i = 0; i <= w->length; i++) {
		for (int j = w->length; j >= i; j--) {
			unsigned long count = ways(w, t, i, j);

			if (!count)
				continue;
			w->bounds[0][0] = i;
			w->bounds[0][1] = j;
			take(w, t, i, j);
			return count;
		}
	}
	return 0;
}

/* ---- random expressions ---------------------------------------------------------------------- */

struct maker {
	GRand *random;
	int groups;
	GPtrArray *trees;
};

static struct tree *new_tree(struct maker *m, enum tree_kind kind)
{
	struct tree *t = g_new0(struct tree, 1);

	t->kind = kind;
	g_ptr_array_add(m->trees, t);
	return t;
}

static struct tree *make_tree(struct maker *m, int depth);

static struct tree *make_leaf(struct maker *m)
{
	static const char *const sets[] = { "a", "b", "c", "a", "b", "ab", "bc", "ac", "abc" };
	int choice = g_rand_int_range(m->random, 0, 20);
	struct tree *t;

	if (choice < 2)
		return new_tree(m, choice ? BEGIN : END);
	t = new_tree(m, SET);
	strcpy(t->set, sets[g_rand_int_range(m->random, 0, G_N_ELEMENTS(sets))]);
	return t;
}

static struct tree *make_group(struct maker *m, int depth)
{
	struct tree *t = new_tree(m, GROUP);

	t->group = ++m->groups;
	t->a = make_tree(m, depth - 1);
	return t;
}

/* Something that can be repeated: no anchor, of which the C library repeats none. */
static struct tree *make_repeat(struct maker *m, int depth)
{
	static const int bounds[][2] = { { 0, -1 }, { 0, -1 }, { 1, -1 }, { 1, -1 }, { 0, 1 },
					 { 0, 1 },  { 2, 2 },  { 1, 3 },  { 0, 2 },  { 2, -1 } };
	struct tree *t = new_tree(m, REPEAT);
	int choice = g_rand_int_range(m->random, 0, G_N_ELEMENTS(bounds));

	t->min = bounds[choice][0];
	t->max = bounds[choice][1];
	if (m->groups < MAX_GROUPS - 1 && depth > 1 && g_rand_boolean(m->random)) {
		t->a = make_group(m, depth);
	} else {
		t->a = new_tree(m, SET);
		strcpy(t->a->set, g_rand_boolean(m->random) ? "a" : "ab");
	}
	return t;
}

static struct tree *make_tree(struct maker *m, int depth)
{
	int choice = depth > 0 ? g_rand_int_range(m->random, 0, 10) : 9;
	struct tree *t;

	if (choice < 6) {
		t = new_tree(m, choice < 4 ? CAT : ALT);
		t->a = make_tree(m, depth - 1);
		t->b = make_tree(m, depth - 1);
		return t;
	}
	if (choice < 8)
		return make_repeat(m, depth);
	if (choice < 9 && m->groups < MAX_GROUPS - 1)
		return make_group(m, depth);
	return make_leaf(m);
}

/* An ALT stands alone, at the root, in a group or in another ALT; elsewhere it needs a group. */
static struct tree *enclose_alt(struct maker *m, struct tree *t)
{
	struct tree *group;

	if (t->kind != ALT || m->groups >= MAX_GROUPS - 1)
		return t->kind == ALT ? t->a : t;
	group = new_tree(m, GROUP);
	group->group = ++m->groups;
	group->a = t;
	return group;
}

static void enclose(struct maker *m, struct tree *t)
{
	while (t->kind == CAT && (t->a->kind == ALT || t->b->kind == ALT)) {
		t->a = enclose_alt(m, t->a);
		t->b = enclose_alt(m, t->b);
	}
	if (t->a)
		enclose(m, t->a);
	if (t->b)
		enclose(m, t->b);
}

/* (xy)z is x(yz) where these are no groups: the first member's length counts first. */
static void lean_right(struct tree *t)
{
	while (t->kind == CAT && t->a->kind == CAT) {
		struct tree *left = t->a;

		t->a = left->a;
		left->a = left->b;
		left->b = t->b;
		t->b = left;
	}
	if (t->a)
		lean_right(t->a);
	if (t->b)
		lean_right(t->b);
}

/* Groups have the numbers that their order in the text gives them. */
static void number_groups(struct tree *t, int *count)
{
	if (!t)
		return;
	if (t->kind == GROUP)
		t->group = ++*count;
	number_groups(t->a, count);
	number_groups(t->b, count);
}

static void write_set(GString *out, const char *set)
{
	if (!set[1])
		g_string_append(out, set);
	else if (!strcmp(set, "abc"))
		g_string_append_c(out, '.');
	else if (!strcmp(set, "ac"))
		g_string_append(out, "[^b]");
	else
		g_string_append_printf(out, "[%c-%c]", set[0], set[1]);
}

static void write_tree(GString *out, const struct tree *t)
{
	switch (t->kind) {
	case SET:
		write_set(out, t->set);
		break;
	case BEGIN:
	case END:
		g_string_append_c(out, t->kind == BEGIN ? '^' : '$');
		break;
	case CAT:
	case ALT:
		write_tree(out, t->a);
		g_string_append(out, t->kind == ALT ? "|" : "");
		write_tree(out, t->b);
		break;
	case REPEAT:
		write_tree(out, t->a);
		if (t->max < 0 && t->min < 2)
			g_string_append_c(out, t->min ? '+' : '*');
		else if (t->min == 0 && t->max == 1)
			g_string_append_c(out, '?');
		else if (t->max < 0)
			g_string_append_printf(out, "{%d,}", t->min);
		else
			g_string_append_printf(out, "{%d,%d}", t->min, t->max);
		break;
	case GROUP:
		g_string_append_c(out, '(');
		write_tree(out, t->a);
		g_string_append_c(out, ')');
		break;
	}
}

static bool may_be_empty(const struct tree *t)
{
	switch (t->kind) {
	case SET:
		return false;
	case CAT:
		return may_be_empty(t->a) && may_be_empty(t->b);
	case ALT:
		return may_be_empty(t->a) || may_be_empty(t->b);
	case REPEAT:
		return !t->min || may_be_empty(t->a);
	case GROUP:
		return may_be_empty(t->a);
	default:
		return true;
	}
}

/* Are there groups about which the C library disagrees even if there is just one way to match? */
static bool has_doubtful_groups(const struct tree *t, bool repeated, bool in_group)
{
	if (!t)
		return false;
	if (t->kind == GROUP && repeated && (in_group || may_be_empty(t)))
		return true;
	repeated = repeated || t->kind == REPEAT;
	in_group = repeated && (in_group || t->kind == GROUP);
	return has_doubtful_groups(t->a, repeated, in_group) ||
	       has_doubtful_groups(t->b, repeated, in_group);
}

static bool has_kind(const struct tree *t, enum tree_kind kind)
{
	return t && (t->kind == kind || has_kind(t->a, kind) || has_kind(t->b, kind));
}

/* Is something demanded before a ^ or behind a $, or is one of them repeated? */
static bool has_odd_anchors(const struct tree *t)
{
	if (!t)
		return false;
	if (t->kind == CAT && (has_kind(t->a, END) || has_kind(t->b, BEGIN)))
		return true;
	if (t->kind == REPEAT && (has_kind(t->a, END) || has_kind(t->a, BEGIN)))
		return true;
	return has_odd_anchors(t->a) || has_odd_anchors(t->b);
}

/* ---- comparing ------------------------------------------------------------------------------- */

struct tally {
	int pairs, compared, groups, too_complex;
};

/* What is empty is nowhere in particular. */
static bool same_span(const unsigned int *ours, int start, int end)
{
	return (int)(ours[1] - ours[0]) == end - start && (start == end || (int)ours[0] == start);
}

/* Against the slow matcher.  Returns in how many ways s is matched. */
static unsigned long compare_slow(const struct tree *t, const char *pattern,
				  const struct regex *with, const struct regex *without,
				  const char *s, unsigned int (*bounds)[2])
{
	struct slow slow = { .s = s, .length = strlen(s) };
	unsigned short states[LONGEST + 1];
	bool found = stp_regex_find(&with->tables, s, slow.length, states, bounds);
	unsigned long count = find_slowly(&slow, t);

	if (found != (count > 0) || found != stp_regex_test(&without->tables, s))
		g_error("%s on %s: %d, %lu ways", pattern, s, found, count);
	for (guint i = 0; found && i < with->tables.groups; i++)
		if (!same_span(bounds[i], slow.bounds[i][0], slow.bounds[i][1]))
			g_error("%s on %s: group %u is %u-%u, not %d-%d", pattern, s, i,
				bounds[i][0], bounds[i][1], slow.bounds[i][0], slow.bounds[i][1]);
	return count;
}

/* Against the C library, with the bounds that we have found. */
static void compare_library(const char *pattern, const regex_t *library, const char *s, bool found,
			    guint groups, unsigned int (*bounds)[2])
{
	regmatch_t theirs[MAX_GROUPS];

	if (found != (regexec(library, s, groups, theirs, 0) == 0))
		g_error("%s on %s: %d, C library: %d", pattern, s, found, !found);
	for (guint i = 0; found && i < groups; i++)
		if (!same_span(bounds[i], theirs[i].rm_so, theirs[i].rm_eo))
			g_error("%s on %s: group %u is %u-%u, C library: %d-%d", pattern, s, i,
				bounds[i][0], bounds[i][1], theirs[i].rm_so, theirs[i].rm_eo);
}

static void compare(const struct tree *t, const char *pattern, const struct regex *with,
		    const struct regex *without, const regex_t *library, const char *s,
		    struct tally *tally)
{
	unsigned int bounds[STP_REGEX_GROUPS][2];
	unsigned long count = compare_slow(t, pattern, with, without, s, bounds);
	bool certain = count == 1 && !has_doubtful_groups(t, false, false);

	tally->pairs++;
	if (has_odd_anchors(t))
		return;
	tally->compared++;
	tally->groups += certain && with->tables.groups > 1;
	compare_library(pattern, library, s, count > 0, certain ? with->tables.groups : 1, bounds);
}

static void compare_random(GRand *random, struct tally *tally)
{
	struct maker m = { .random = random, .trees = g_ptr_array_new_with_free_func(g_free) };
	struct tree *t = make_tree(&m, 5);
	g_autoptr(GString) pattern = g_string_new(NULL);
	struct regex *with, *without;
	struct regex_error error;
	int count = 0;
	regex_t library;

	enclose(&m, t);
	lean_right(t);
	number_groups(t, &count);
	write_tree(pattern, t);
	with = regex_compile(pattern->str, true, &error);
	if (!with) {
		g_assert_true(g_str_has_prefix(error.message, "regex is too complex"));
		tally->too_complex++;
		g_ptr_array_unref(m.trees);
		return;
	}
	without = regex_compile(pattern->str, false, &error);
	g_assert_nonnull(without);
	g_assert_cmpint(regcomp(&library, pattern->str, REG_EXTENDED), ==, 0);
	g_assert_cmpint(with->tables.groups, ==, count + 1);
	for (int i = 0; i < 8; i++) {
		char s[LONGEST + 1] = "";
		int length = g_rand_int_range(random, 0, LONGEST + 1);

		for (int k = 0; k < length; k++)
			s[k] = "aaabbc"[g_rand_int_range(random, 0, 6)];
		compare(t, pattern->str, with, without, &library, s, tally);
	}
	regfree(&library);
	regex_free(with);
	regex_free(without);
	g_ptr_array_unref(m.trees);
}

static void test_random(void)
{
	const char *seed = g_getenv("STAP_TEST_SEED");
	guint32 seeds[2] = { 1, seed ? strtoul(seed, NULL, 0) : 2 };
	struct tally tally = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(seeds); i++) {
		GRand *random = g_rand_new_with_seed(seeds[i]);

		for (int k = 0; k < 2000; k++)
			compare_random(random, &tally);
		g_rand_free(random);
	}
	g_test_message("%d pairs, %d judged by the C library, %d with their groups; "
		       "%d expressions were too complex",
		       tally.pairs, tally.compared, tally.groups, tally.too_complex);
	g_assert_cmpint(tally.groups, >, 2000);
	g_assert_cmpint(tally.too_complex, <, 20);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/regex/random", test_random);
	return g_test_run();
}
