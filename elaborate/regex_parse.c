// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * regex_parse.c - the text of a regular expression to its tree.
 *
 * An error's position is that of the last byte that was read.
 */
#include "regex_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct parser {
	struct regex_tree *tree;
	const char *text;
	guint at;		/* next byte */
	guint nesting;		/* open groups */
	guint group;		/* the innermost open one */
	struct regex_error *error;
};

bool regex_fail(struct regex_error *error, guint position, const char *format, ...)
{
	va_list args;

	error->position = position;
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	return false;
}

struct regex_node *regex_node_new(struct regex_tree *tree, enum regex_kind kind, guint count)
{
	struct regex_node *node = g_new0(struct regex_node, 1);

	node->kind = kind;
	node->count = count;
	node->children = count ? g_new0(struct regex_node *, count) : NULL;
	g_ptr_array_add(tree->nodes, node);
	return node;
}

void regex_node_free(gpointer data)
{
	struct regex_node *node = data;

	g_free(node->children);
	g_free(node);
}

void regex_tree_clear(struct regex_tree *tree)
{
	g_ptr_array_unref(tree->nodes);
}

static char peek(const struct parser *p)
{
	return p->text[p->at];
}

static struct regex_node *fail(struct parser *p, const char *message)
{
	regex_fail(p->error, p->at ? p->at - 1 : 0, "%s", message);
	return NULL;
}

static struct regex_node *fail_unexpected(struct parser *p)
{
	regex_fail(p->error, p->at, "unexpected '%c'", peek(p));
	return NULL;
}

/* ---- bracket expressions --------------------------------------------------------------------- */

static void set_add(guint32 *set, guint first, guint last)
{
	for (guint byte = first; byte <= last; byte++)
		regex_set_bit(set, byte);
}

/* [:name:], as in the C locale */
static bool parse_class(struct parser *p, guint32 *set)
{
	/* Pairs of a first and a last byte. */
	static const struct {
		const char *name, *ranges;
	} classes[] = {
		{ "alpha", "azAZ" },   { "digit", "09" },	{ "alnum", "azAZ09" },
		{ "upper", "AZ" },     { "lower", "az" },	{ "space", "\t\r  " },
		{ "blank", "\t\t  " }, { "punct", "!/:@[`{~" }, { "print", " ~" },
		{ "graph", "!~" },     { "xdigit", "09afAF" },	{ "cntrl", "\001\037\177\177" },
	};
	const char *name = p->text + p->at + 2;
	const char *end = strstr(name, ":]");
	gsize length = end ? (gsize)(end - name) : 0;

	if (!end) {
		p->at = strlen(p->text);
		return fail(p, "unclosed character class");
	}
	p->at += length + 4;
	for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
		const char *range = classes[i].ranges;

		if (strlen(classes[i].name) != length || memcmp(classes[i].name, name, length))
			continue;
		for (; *range; range += 2)
			set_add(set, range[0], range[1]);
		return true;
	}
	return fail(p, "unknown character class");
}

/* One member of a bracket expression: a byte, a range, a class. */
static bool parse_member(struct parser *p, guint32 *set)
{
	guchar first = peek(p), last = first;

	if (first == '[' && strchr(":.=", p->text[p->at + 1]) && p->text[p->at + 1]) {
		if (p->text[p->at + 1] == ':')
			return parse_class(p, set);
		p->at += 2;
		return fail(p, "collating elements are not supported");
	}
	p->at++;
	if (peek(p) == '-' && p->text[p->at + 1] && p->text[p->at + 1] != ']') {
		last = p->text[p->at + 1];
		p->at += 2;
		if (last < first || (last == '[' && strchr(":.=", peek(p)) && peek(p)))
			return fail(p, "invalid range");
		/* A minus behind a range is an ordinary one. */
		if (peek(p) == '-') {
			set_add(set, '-', '-');
			p->at++;
		}
	}
	set_add(set, first, last);
	return true;
}

static struct regex_node *parse_bracket(struct parser *p)
{
	struct regex_node *node = regex_node_new(p->tree, REGEX_SET, 0);
	bool negated = p->text[p->at + 1] == '^';
	guint first = p->at + 1 + negated;

	for (p->at = first; peek(p) && (peek(p) != ']' || p->at == first);)
		if (!parse_member(p, node->set))
			return NULL;
	if (!peek(p))
		return fail(p, "unclosed character class");
	p->at++;
	for (guint i = 0; negated && i < 8; i++)
		node->set[i] = ~node->set[i];
	node->set[0] &= ~1U;
	return node;
}

/* ---- atoms and what repeats them ------------------------------------------------------------- */

static struct regex_node *parse_alternatives(struct parser *p);

/* Set the only child of a node; NULL: that is too much. */
static struct regex_node *wrap(struct parser *p, struct regex_node *node, struct regex_node *child)
{
	node->children[0] = child;
	node->depth = child->depth + 1;
	return node->depth <= REGEX_MAX_DEPTH ? node : fail(p, "regex is nested too deeply");
}

static struct regex_node *parse_group(struct parser *p)
{
	struct regex_node *node = regex_node_new(p->tree, REGEX_GROUP, 1), *child;
	guint outer = p->group;

	p->at++;
	if (++p->nesting > REGEX_MAX_DEPTH)
		return fail(p, "regex is nested too deeply");
	node->group = p->tree->groups++;
	if (node->group < STP_REGEX_GROUPS)
		p->tree->parents[node->group] = outer;
	p->group = node->group;
	child = parse_alternatives(p);
	if (!child)
		return NULL;
	if (peek(p) != ')')
		return fail(p, "expected ), found end of regex");
	p->at++;
	p->nesting--;
	p->group = outer;
	return wrap(p, node, child);
}

/* A letter or a digit behind it means something in other dialects, and would silently not here. */
static struct regex_node *parse_escape(struct parser *p)
{
	struct regex_node *node = regex_node_new(p->tree, REGEX_SET, 0);
	guchar byte = p->text[++p->at];

	if (!byte)
		return fail(p, "expected a character, found end of regex");
	p->at++;
	if (g_ascii_isdigit(byte))
		return fail(p, "backreferences are not supported");
	if (g_ascii_isalpha(byte)) {
		regex_fail(p->error, p->at - 1, "unknown escape '\\%c'", byte);
		return NULL;
	}
	set_add(node->set, byte, byte);
	return node;
}

static struct regex_node *parse_atom(struct parser *p)
{
	struct regex_node *node;
	guchar byte = peek(p);

	switch (byte) {
	case '(':
		return parse_group(p);
	case '[':
		return parse_bracket(p);
	case '\\':
		return parse_escape(p);
	case '*':
	case '+':
	case '?':
	case '{':
		return fail_unexpected(p);
	case '^':
	case '$':
		p->at++;
		return regex_node_new(p->tree, byte == '^' ? REGEX_BEGIN : REGEX_END, 0);
	default:
		p->at++;
		node = regex_node_new(p->tree, REGEX_SET, 0);
		set_add(node->set, byte == '.' ? 1 : byte, byte == '.' ? 255 : byte);
		return node;
	}
}

/* A number of a bound, or `absent`. */
static guint parse_count(struct parser *p, guint absent)
{
	guint64 count = 0;

	if (!g_ascii_isdigit(peek(p)))
		return absent;
	for (; g_ascii_isdigit(peek(p)); p->at++)
		count = MIN(count * 10 + peek(p) - '0', REGEX_MAX_BOUND + 1);
	return count;
}

/* {m}, {m,}, {m,n}, and {,n} for {0,n} */
static bool parse_bounds(struct parser *p, struct regex_node *node)
{
	guint start = ++p->at;

	node->min = parse_count(p, 0);
	node->max = node->min;
	if (p->at == start && peek(p) != ',')
		return fail(p, "expected a number");
	if (peek(p) == ',') {
		p->at++;
		node->max = parse_count(p, REGEX_UNBOUNDED);
	}
	if (peek(p) != '}')
		return fail(p, "unclosed repetition count");
	p->at++;
	if (node->min > REGEX_MAX_BOUND ||
	    (node->max > REGEX_MAX_BOUND && node->max != REGEX_UNBOUNDED)) {
		regex_fail(p->error, p->at - 1, "repetition count is too large (more than %d)",
			   REGEX_MAX_BOUND);
		return false;
	}
	return node->min <= node->max || fail(p, "invalid repetition count");
}

static struct regex_node *parse_repeated(struct parser *p)
{
	struct regex_node *node = parse_atom(p);

	while (node && peek(p) && strchr("*+?{", peek(p))) {
		struct regex_node *repeat = regex_node_new(p->tree, REGEX_REPEAT, 1);

		repeat->min = peek(p) == '+';
		repeat->max = peek(p) == '?' ? 1 : REGEX_UNBOUNDED;
		if (peek(p) != '{')
			p->at++;
		else if (!parse_bounds(p, repeat))
			return NULL;
		node = wrap(p, repeat, node);
	}
	return node;
}

/* ---- sequences and alternatives -------------------------------------------------------------- */

/* Several nodes under one of this kind; one is itself, none is nothing.  Takes the list. */
static struct regex_node *gather(struct parser *p, enum regex_kind kind, GPtrArray *list)
{
	struct regex_node *node;

	if (list->len == 1) {
		node = list->pdata[0];
	} else {
		node = regex_node_new(p->tree, list->len ? kind : REGEX_EMPTY, list->len);
		for (guint i = 0; i < list->len; i++) {
			node->children[i] = list->pdata[i];
			node->depth = MAX(node->depth, node->children[i]->depth + 1);
		}
	}
	g_ptr_array_unref(list);
	return node->depth <= REGEX_MAX_DEPTH ? node : fail(p, "regex is nested too deeply");
}

static struct regex_node *parse_sequence(struct parser *p)
{
	GPtrArray *list = g_ptr_array_new();

	while (peek(p) && peek(p) != '|' && peek(p) != ')') {
		struct regex_node *node = parse_repeated(p);

		if (!node) {
			g_ptr_array_unref(list);
			return NULL;
		}
		g_ptr_array_add(list, node);
	}
	return gather(p, REGEX_CAT, list);
}

static struct regex_node *parse_alternatives(struct parser *p)
{
	GPtrArray *list = g_ptr_array_new();

	for (;;) {
		struct regex_node *node = parse_sequence(p);

		if (!node) {
			g_ptr_array_unref(list);
			return NULL;
		}
		g_ptr_array_add(list, node);
		if (peek(p) != '|')
			return gather(p, REGEX_ALT, list);
		p->at++;
	}
}

bool regex_parse(struct regex_tree *tree, const char *pattern, struct regex_error *error)
{
	struct parser p = { .tree = tree, .text = pattern, .error = error };

	*tree = (struct regex_tree){
		.nodes = g_ptr_array_new_with_free_func(regex_node_free),
		.groups = 1,
	};
	tree->root = parse_alternatives(&p);
	if (tree->root && peek(&p))
		tree->root = fail_unexpected(&p);	/* a ) too many */
	if (!tree->root)
		regex_tree_clear(tree);
	return tree->root;
}
