// SPDX-License-Identifier: GPL-2.0-or-later
#include "preprocess.h"
#include "grammar.h"
#include "similar.h"

#include <fnmatch.h>
#include <string.h>

/*
 * More than any script needs; less than a machine's memory, when macros double at each level.
 * Fuzzers, which have less time, take less.
 */
#ifndef EXPANSION_MAX
#define EXPANSION_MAX 1000000
#endif

/* Conditionals within conditions: each is read by a call within a call. */
#define CONDITION_DEPTH_MAX 100

struct macro {
	const struct token *name;
	GPtrArray *parameters;	/* struct token, or NULL: called without parentheses */
	GPtrArray *body;	/* struct token */
};

struct preprocessor {
	struct arena *arena;
	struct diagnostics *diagnostics;
	const struct parse_context *context;
	struct token *(*next)(void *data);
	GPtrArray *(*replace)(void *data, struct token *token);
	void *data;
	GPtrArray *ahead;		/* tokens to be read before next(), the last one first */
	GPtrArray *open;		/* the %( of the branches that we are in */
	GHashTable *macros;		/* name → struct macro */
	guint expanded;			/* tokens made so far */
	guint in_condition;		/* between %( and %? */
	bool ended;			/* nothing more is read: the macros were too large */
};

struct preprocessor *preprocessor_new(struct arena *arena, struct diagnostics *d,
				      const struct parse_context *context,
				      GHashTable *macros,
				      struct token *(*next)(void *data),
				      GPtrArray *(*replace)(void *data, struct token *token),
				      void *data)
{
	struct preprocessor *pp = g_new0(struct preprocessor, 1);

	pp->arena = arena;
	pp->diagnostics = d;
	pp->context = context;
	pp->next = next;
	pp->replace = replace;
	pp->data = data;
	pp->ahead = g_ptr_array_new();
	pp->open = g_ptr_array_new();
	pp->macros = macros ? g_hash_table_ref(macros) :
			      g_hash_table_new(g_str_hash, g_str_equal);
	return pp;
}

void preprocessor_free(struct preprocessor *pp)
{
	if (!pp)
		return;
	g_ptr_array_unref(pp->ahead);
	g_ptr_array_unref(pp->open);
	g_hash_table_unref(pp->macros);
	g_free(pp);
}

/* As written: nothing replaced or expanded. */
static struct token *take(struct preprocessor *pp)
{
	if (pp->ended) {
		g_ptr_array_set_size(pp->ahead, 0);
		g_ptr_array_set_size(pp->open, 0);
	}
	return pp->ahead->len ? g_ptr_array_steal_index(pp->ahead, pp->ahead->len - 1) :
				pp->next(pp->data);
}

static void put_back(struct preprocessor *pp, struct token *token)
{
	g_ptr_array_add(pp->ahead, token);
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* As package managers compare versions: runs of digits by value, runs of letters by spelling. */
static int compare_versions(const char *a, const char *b)
{
	for (;;) {
		gsize n, m;
		int order;

		while (*a && !g_ascii_isalnum(*a))
			a++;
		while (*b && !g_ascii_isalnum(*b))
			b++;
		if (!*a || !*b)
			return *a ? 1 : *b ? -1 : 0;
		if (g_ascii_isdigit(*a) != g_ascii_isdigit(*b))
			return g_ascii_isdigit(*a) ? 1 : -1;
		if (g_ascii_isdigit(*a)) {
			a += strspn(a, "0");
			b += strspn(b, "0");
			n = strspn(a, G_CSET_DIGITS);
			m = strspn(b, G_CSET_DIGITS);
			order = n != m ? (n < m ? -1 : 1) : strncmp(a, b, n);
		} else {
			n = strspn(a, G_CSET_a_2_z G_CSET_A_2_Z);
			m = strspn(b, G_CSET_a_2_z G_CSET_A_2_Z);
			order = strncmp(a, b, MIN(n, m));
			order = order ? order : n < m ? -1 : n > m;
		}
		if (order)
			return order;
		a += n;
		b += m;
	}
}

enum operand_kind { OPERAND_NONE, OPERAND_NUMBER, OPERAND_STRING, OPERAND_VERSION };

struct operand {
	enum operand_kind kind;
	const char *string;
	gint64 number;
};

/* "6.12.117" of "6.12.117+deb12-cloud-amd64" */
static const char *base_version(struct preprocessor *pp, const char *release)
{
	return arena_strndup(pp->arena, release, strcspn(release, "-+"));
}

static struct operand word_operand(struct preprocessor *pp, const char *word)
{
	const struct parse_facts *facts = &pp->context->facts;
	struct operand o = { .kind = OPERAND_STRING };
	const char *value;

	if (!strcmp(word, "kernel_v") || !strcmp(word, "kernel_vr")) {
		o.kind = OPERAND_VERSION;
		o.string = word[8] ? facts->kernel_release :
				     base_version(pp, facts->kernel_release);
	} else if (!strcmp(word, "systemtap_v")) {
		o.kind = OPERAND_VERSION;
		o.string = "5.5";
	} else if (!strcmp(word, "arch")) {
		o.string = facts->arch;
	} else if (!strcmp(word, "runtime")) {
		o.string = "kernel";
	} else if (!strcmp(word, "systemtap_privilege")) {
		o.string = "stapdev";
	} else if (!strcmp(word, "guru_mode")) {
		o.kind = OPERAND_NUMBER;
		o.number = facts->guru;
	} else if (g_str_has_prefix(word, "CONFIG_")) {
		value = facts->config ? facts->config(facts->data, word) : NULL;
		o.string = value ? value : "";
	} else {
		o.kind = OPERAND_NONE;
	}
	return o;
}

static struct operand read_operand(struct preprocessor *pp, const struct token *token)
{
	struct operand o = { .kind = OPERAND_NONE };

	switch (token->kind) {
	case TOKEN_IDENTIFIER:
		return word_operand(pp, token->text);
	case TOKEN_STRING:
		o.kind = OPERAND_STRING;
		o.string = token->value;
		break;
	case TOKEN_NUMBER:
		o.kind = OPERAND_NUMBER;
		o.number = (gint64)g_ascii_strtoull(token->text, NULL, 0);
		break;
	default:
		break;
	}
	return o;
}

static bool holds(int symbol, int order)
{
	switch (symbol) {
	case T_EQUAL:
		return order == 0;
	case T_NOT_EQUAL:
		return order != 0;
	case '<':
		return order < 0;
	case '>':
		return order > 0;
	case T_LESS_EQUAL:
		return order <= 0;
	default:
		return order >= 0;
	}
}

static bool compare(const struct operand *left, int symbol, const struct operand *right)
{
	if (left->kind == OPERAND_NUMBER)
		return holds(symbol,
			     left->number < right->number ? -1 : left->number > right->number);
	if (symbol == T_EQUAL || symbol == T_NOT_EQUAL)
		return holds(symbol, fnmatch(right->string, left->string, 0));
	if (left->kind == OPERAND_VERSION)
		return holds(symbol, compare_versions(left->string, right->string));
	return holds(symbol, strcmp(left->string, right->string));
}

/* One comparison; false: reported, and there is no condition. */
static bool read_comparison(struct preprocessor *pp, bool *value)
{
	const struct token *token = preprocessor_next(pp);
	struct operand left = read_operand(pp, token);
	struct operand right;
	const struct token *operator;
	bool number = left.kind == OPERAND_NUMBER;

	if (left.kind == OPERAND_NONE) {
		report_lexical(pp->diagnostics, "condition-operand", token,
			       "expected 'arch', 'kernel_v', 'kernel_vr', 'systemtap_v',\n"
			       "             'runtime', 'systemtap_privilege', 'CONFIG_...', or\n"
			       "             comparison between strings or integers");
		return false;
	}
	operator = preprocessor_next(pp);
	if (operator->symbol != T_EQUAL && operator->symbol != T_NOT_EQUAL &&
	    operator->symbol != '<' && operator->symbol != '>' &&
	    operator->symbol != T_LESS_EQUAL && operator->symbol != T_GREATER_EQUAL) {
		report_lexical(pp->diagnostics, "condition-operator", operator,
			       "expected comparison operator");
		return false;
	}
	token = preprocessor_next(pp);
	right = read_operand(pp, token);
	if (token->kind != (number ? TOKEN_NUMBER : TOKEN_STRING)) {
		report_lexical(pp->diagnostics, "condition-value", token,
			       "expected %s literal as right value", number ? "number" : "string");
		return false;
	}
	*value = compare(&left, operator->symbol, &right);
	return true;
}

/* Comparisons joined by || and, tighter, && ; up to the token behind them, which must be %? . */
static bool read_condition(struct preprocessor *pp, bool *value)
{
	bool one, all = true;

	*value = false;
	for (;;) {
		struct token *token;

		if (!read_comparison(pp, &one))
			return false;
		all = all && one;
		token = preprocessor_next(pp);
		if (token->symbol == T_LOGICAL_AND)
			continue;
		*value = *value || all;
		all = true;
		if (token->symbol == T_LOGICAL_OR)
			continue;
		if (token->symbol == T_PP_THEN)
			return true;
		report_lexical(pp->diagnostics, "condition-then", token, "expected '%%?'");
		return false;
	}
}

/* Skip raw text to the %: (if else_too) or %) of this conditional; NULL: the file ended. */
static struct token *skip_branch(struct preprocessor *pp, bool else_too)
{
	for (guint depth = 0;;) {
		struct token *token = take(pp);

		if (token->kind == TOKEN_END) {
			put_back(pp, token);
			return NULL;
		}
		if (token->symbol == T_PP_OPEN)
			depth++;
		else if (!depth && (token->symbol == T_PP_CLOSE ||
				    (else_too && token->symbol == T_PP_ELSE)))
			return token;
		else if (token->symbol == T_PP_CLOSE)
			depth--;
	}
}

static void skip_rest(struct preprocessor *pp)
{
	struct token *token;

	do
		token = take(pp);
	while (token->kind != TOKEN_END);
	put_back(pp, token);
}

static void report_unclosed(struct preprocessor *pp, const struct token *open)
{
	report_lexical(pp->diagnostics, "condition-open", open,
		       "incomplete conditional at end of file");
}

static void begin_conditional(struct preprocessor *pp, struct token *open)
{
	struct token *end;
	bool value, good;

	if (pp->in_condition >= CONDITION_DEPTH_MAX) {
		report_lexical(pp->diagnostics, "condition-depth", open, "nesting too deep");
		skip_rest(pp);
		return;
	}
	pp->in_condition++;
	good = read_condition(pp, &value);
	pp->in_condition--;
	if (!good)
		return;
	if (value) {
		g_ptr_array_add(pp->open, open);
		return;
	}
	end = skip_branch(pp, true);
	if (!end)
		report_unclosed(pp, open);
	else if (end->symbol == T_PP_ELSE)
		g_ptr_array_add(pp->open, open);
}

/* A %? %: or %) that the reader of a conditional did not take itself. */
static void end_branch(struct preprocessor *pp, const struct token *token)
{
	struct token *open;

	if (!pp->open->len || token->symbol == T_PP_THEN) {
		report_lexical(pp->diagnostics, "condition-stray", token,
			       "incomplete conditional - missing '%%('");
		return;
	}
	open = g_ptr_array_steal_index(pp->open, pp->open->len - 1);
	if (token->symbol == T_PP_ELSE && !skip_branch(pp, false))
		report_unclosed(pp, open);
}

/* ---- macros ---------------------------------------------------------------------------------- */

/* "(a, b)" behind a name in its definition, the opening parenthesis read; NULL: reported. */
static GPtrArray *read_parameters(struct preprocessor *pp)
{
	GPtrArray *parameters = arena_list(pp->arena);

	for (;;) {
		struct token *token = take(pp);

		if (token->kind != TOKEN_IDENTIFIER) {
			report_lexical(pp->diagnostics, "macro-parameter", token,
				       "expected identifier");
			return NULL;
		}
		g_ptr_array_add(parameters, token);
		token = take(pp);
		if (token->symbol == ')')
			return parameters;
		if (token->symbol != ',') {
			report_lexical(pp->diagnostics, "macro-parameter", token,
				       "expected ',' or ')'");
			return NULL;
		}
	}
}

/* The tokens up to the %) of a definition; NULL: there is none, reported. */
static GPtrArray *read_body(struct preprocessor *pp, const struct token *name)
{
	GPtrArray *body = arena_list(pp->arena);

	for (guint depth = 0;;) {
		struct token *token = take(pp);

		if (token->kind == TOKEN_END) {
			report_lexical(pp->diagnostics, "macro-open", name,
				       "incomplete macro definition - missing '%%)'");
			put_back(pp, token);
			return NULL;
		}
		if (token->symbol == T_PP_CLOSE && !depth--)
			return body;
		if (token->symbol == T_PP_OPEN)
			depth++;
		g_ptr_array_add(body, token);
	}
}

static void define(struct preprocessor *pp)
{
	struct macro *macro = arena_alloc(pp->arena, sizeof(*macro));
	const struct macro *before;
	struct token *token = take(pp);

	macro->name = token;
	if (token->kind != TOKEN_IDENTIFIER && token->kind != TOKEN_KEYWORD) {
		report_lexical(pp->diagnostics, "macro-name", token, "expected identifier");
		return;
	}
	before = g_hash_table_lookup(pp->macros, token->text);
	if (before) {
		report_lexical(pp->diagnostics, "macro-twice", token,
			       "attempt to redefine macro '@%s' in the same file", token->text);
		report_lexical(pp->diagnostics, "macro-first", before->name,
			       "macro '@%s' first defined here", token->text);
	}
	token = take(pp);
	if (token->symbol == '(') {
		macro->parameters = read_parameters(pp);
		if (!macro->parameters)
			return;
		token = take(pp);
	}
	if (token->symbol != T_PP_OPEN) {
		report_lexical(pp->diagnostics, "macro-body", token,
			       macro->parameters ? "expected '%%('" : "expected '%%(' or '('");
		return;
	}
	macro->body = read_body(pp, macro->name);
	if (macro->body && !before)
		g_hash_table_insert(pp->macros, (gpointer)macro->name->text, macro);
}

/*
 * "(x, f(y, z))": a list of lists of tokens, as many as the macro has parameters; NULL: reported.
 */
static GPtrArray *read_arguments(struct preprocessor *pp, const struct macro *macro)
{
	GPtrArray *arguments = arena_list(pp->arena);
	struct token *token = take(pp);
	guint expected = macro->parameters->len;

	if (token->symbol != '(') {
		report_lexical(pp->diagnostics, "macro-arguments", token, "expected '('");
		put_back(pp, token);
		return NULL;
	}
	g_ptr_array_add(arguments, arena_list(pp->arena));
	for (guint depth = 0;;) {
		token = take(pp);
		if (token->kind == TOKEN_END) {
			report_lexical(pp->diagnostics, "macro-arguments", macro->name,
				       "incomplete call of macro '@%s' - missing ')'",
				       macro->name->text);
			put_back(pp, token);
			return NULL;
		}
		if (!depth && token->symbol == ')')
			break;
		if (!depth && token->symbol == ',') {
			g_ptr_array_add(arguments, arena_list(pp->arena));
			continue;
		}
		if (token->symbol == '(' || token->symbol == '[' || token->symbol == '{')
			depth++;
		else if (depth && (token->symbol == ')' || token->symbol == ']' ||
				   token->symbol == '}'))
			depth--;
		g_ptr_array_add(arguments->pdata[arguments->len - 1], token);
	}
	if (arguments->len == expected)
		return arguments;
	report_lexical(pp->diagnostics, "macro-arity", token,
		       "too %s parameters for macro '@%s' (expected %u)",
		       arguments->len < expected ? "few" : "many", macro->name->text, expected);
	return NULL;
}

/* Is the call in the macro's own expansion?  Then say so, with all calls in between. */
static bool is_recursive(struct preprocessor *pp, const struct macro *macro,
			 const struct token *call)
{
	const struct token *at;

	for (at = call; at->origin; at = at->origin->call)
		if (at->origin->macro == macro->name)
			break;
	if (!at->origin)
		return false;
	report_lexical(pp->diagnostics, "macro-recursive", call, "recursive call of macro '@%s'",
		       macro->name->text);
	for (at = call; at->origin; at = at->origin->call)
		report_lexical(pp->diagnostics, "macro-chain", at->origin->call,
			       "macro '@%s' called here", at->origin->macro->text);
	return true;
}

/* The argument that a token of a body stands for, or NULL. */
static const GPtrArray *argument_of(const struct macro *macro, const GPtrArray *arguments,
				    const struct token *token)
{
	for (guint i = 0; arguments && token->symbol == T_AT_WORD && i < arguments->len; i++) {
		const struct token *parameter = macro->parameters->pdata[i];

		if (!strcmp(parameter->text, token->text + 1))
			return arguments->pdata[i];
	}
	return NULL;
}

/* Put the macro's body, arguments filled in, before what is read next. */
static void expand(struct preprocessor *pp, const struct macro *macro, const struct token *call)
{
	GPtrArray *arguments = NULL;
	struct origin *origin;

	if (is_recursive(pp, macro, call))
		return;
	if (macro->parameters) {
		arguments = read_arguments(pp, macro);
		if (!arguments)
			return;
	}
	origin = arena_alloc(pp->arena, sizeof(*origin));
	origin->macro = macro->name;
	origin->call = call;
	for (guint i = macro->body->len; i--;) {
		const struct token *token = macro->body->pdata[i];
		const GPtrArray *argument = argument_of(macro, arguments, token);
		struct token *copy;

		for (guint j = argument ? argument->len : 0; j--;)
			put_back(pp, argument->pdata[j]);
		pp->expanded += argument ? argument->len : 1;
		if (argument)
			continue;
		copy = arena_alloc(pp->arena, sizeof(*copy));
		*copy = *token;
		copy->origin = origin;
		put_back(pp, copy);
	}
}

/* A macro of this file, else of the library; or NULL. */
static const struct macro *find_macro(struct preprocessor *pp, const char *name)
{
	struct macro_library *library = pp->context->macros;
	const struct macro *macro = g_hash_table_lookup(pp->macros, name);
	const struct source *source;

	if (!macro && library)
		macro = g_hash_table_lookup(library->macros, name);
	if (macro || !library)
		return macro;
	source = library->find(library->data, pp->diagnostics, name);
	if (source)
		parse_macros(library->arena, pp->diagnostics, source, pp->context,
			     library->macros);
	return g_hash_table_lookup(library->macros, name);
}

/* true: the token was a macro's business, and nothing of it is left. */
static bool handle_at_word(struct preprocessor *pp, struct token *token)
{
	const struct macro *macro;

	if (!strcmp(token->text, "@define")) {
		define(pp);
		return true;
	}
	macro = find_macro(pp, token->text + 1);
	if (!macro)
		return false;
	if (pp->expanded > EXPANSION_MAX) {
		report_lexical(pp->diagnostics, "macro-large", token,
			       "macros expand to more than %d tokens", EXPANSION_MAX);
		pp->ended = true;
		return true;
	}
	expand(pp, macro, token);
	return true;
}

/*
 * What a $1 stands for, to be read next.  It belongs to the macro that the $1 stands in, or a macro
 * that comes to call itself by way of an argument would not be found.
 */
static void put_back_argument(struct preprocessor *pp, const GPtrArray *argument,
			      const struct token *place)
{
	for (guint i = argument->len; i--;) {
		struct token *token = argument->pdata[i];

		token->origin = place->origin;
		put_back(pp, token);
	}
	pp->expanded += argument->len;
}

struct token *preprocessor_next(struct preprocessor *pp)
{
	for (;;) {
		struct token *token = take(pp);
		GPtrArray *argument = pp->replace(pp->data, token);

		if (argument) {
			put_back_argument(pp, argument, token);
			continue;
		}
		switch (token->symbol) {
		case T_PP_OPEN:
			begin_conditional(pp, token);
			continue;
		case T_PP_THEN:
			/* Behind a condition; read_condition() knows whether that is so. */
			if (pp->in_condition)
				return token;
			end_branch(pp, token);
			continue;
		case T_PP_ELSE:
		case T_PP_CLOSE:
			end_branch(pp, token);
			continue;
		case T_AT_WORD:
			if (handle_at_word(pp, token))
				continue;
			return token;
		default:
			break;
		}
		if (token->kind == TOKEN_END && pp->open->len) {
			report_unclosed(pp, pp->open->pdata[pp->open->len - 1]);
			g_ptr_array_set_size(pp->open, 0);
		}
		return token;
	}
}

static void add_names(GPtrArray *names, GHashTable *macros)
{
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, macros);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(names, g_strconcat("@", name, NULL));
}

const char *preprocessor_similar(const struct preprocessor *pp, const char *word)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	char *similar;
	const char *copy;

	add_names(names, pp->macros);
	if (pp->context->macros)
		add_names(names, pp->context->macros->macros);
	similar = similar_suffix(word, names);
	copy = arena_strdup(pp->arena, similar);
	g_free(similar);
	g_ptr_array_unref(names);
	return copy;
}
