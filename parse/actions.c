// SPDX-License-Identifier: GPL-2.0-or-later
#include "actions.h"
#include "diagnostic.h"

#include <string.h>

struct expr *action_number(struct parser *p, const struct token *token)
{
	struct expr *e = expr_new(p->arena, EXPR_NUMBER, token);

	e->number = (gint64)g_ascii_strtoull(token->text, NULL, 0);
	return e;
}

struct expr *action_string(struct parser *p, const struct token *token)
{
	return expr_string(p->arena, token, token->value);
}

struct expr *action_index(struct parser *p, const struct token *name, GPtrArray *keys)
{
	struct expr *e = expr_new(p->arena, EXPR_INDEX, name);

	e->index.name = name->text;
	e->index.keys = keys;
	return e;
}

struct expr *action_call(struct parser *p, const struct token *name, GPtrArray *arguments)
{
	struct expr *e = expr_new(p->arena, EXPR_CALL, name);

	e->call.name = name->text;
	e->call.arguments = arguments;
	return e;
}

/* ---- formats --------------------------------------------------------------------------------- */

static void add_text(struct arena *arena, GPtrArray *pieces, GString *text)
{
	struct format_piece *piece;

	if (!text->len)
		return;
	piece = arena_alloc(arena, sizeof(*piece));
	piece->text = arena_strdup(arena, text->str);
	g_ptr_array_add(pieces, piece);
	g_string_truncate(text, 0);
}

/* A number of at most 4 digits, or * ; stands still at anything else. */
static gint32 read_number(const char **s, bool *star)
{
	gint32 number = 0;

	if (**s == '*') {
		*star = true;
		++*s;
		return 0;
	}
	for (int digits = 0; g_ascii_isdigit(**s) && digits < 4; digits++)
		number = number * 10 + *(*s)++ - '0';
	return number;
}

/* What stands behind a % that is not %%.  false: not a conversion. */
static bool read_conversion(const char **s, struct format_piece *piece)
{
	static const char flags[] = "-+ 0#";	/* in the order of FORMAT_* */
	const char *flag;

	piece->precision = -1;
	while (**s && (flag = strchr(flags, **s))) {
		guint8 bit = (guint8)(1 << (flag - flags));

		/* The language's own rule: a field has one of - + space 0, and # beside it. */
		if (piece->flags & ~FORMAT_ALTERNATE && bit != FORMAT_ALTERNATE &&
		    !(piece->flags & FORMAT_ZERO) && bit != FORMAT_ZERO)
			return false;
		piece->flags |= bit;
		++*s;
	}
	/* The language's own rule, too: %#08x is padded with spaces. */
	if (piece->flags & FORMAT_ALTERNATE)
		piece->flags &= (guint8)~FORMAT_ZERO;
	piece->width = read_number(s, &piece->star_width);
	if (**s == '.') {
		++*s;
		piece->precision = read_number(s, &piece->star_precision);
	}
	while (**s == 'l')
		++*s;
	if (!**s || !strchr("diuoxXpcsbnmM", **s))
		return false;
	piece->conversion = *(*s)++;
	return true;
}

/* Cut a format into pieces; NULL: a conversion is wrong. */
static GPtrArray *parse_format(struct arena *arena, const char *s)
{
	GPtrArray *pieces = arena_list(arena);
	GString *text = g_string_new(NULL);
	struct format_piece *piece;

	while (*s) {
		if (*s != '%' || s[1] == '%') {
			g_string_append_c(text, *s);
			s += *s == '%' ? 2 : 1;
			continue;
		}
		s++;
		add_text(arena, pieces, text);
		piece = arena_alloc(arena, sizeof(*piece));
		g_ptr_array_add(pieces, piece);
		if (!read_conversion(&s, piece)) {
			g_string_free(text, TRUE);
			return NULL;
		}
	}
	add_text(arena, pieces, text);
	g_string_free(text, TRUE);
	return pieces;
}

void action_check_format(struct parser *p, const struct token *format)
{
	if (!parse_format(p->arena, format->value))
		report_parse(p->diagnostics, "format-conversion", p->last,
			     "invalid or missing conversion specifier");
}

struct expr *action_print(struct parser *p, const struct token *name, const struct token *first,
			  GPtrArray *arguments)
{
	struct expr *e = expr_new(p->arena, EXPR_PRINT, name);

	e->print.form = print_form_find(name->text);
	e->print.arguments = arguments ? arguments : arena_list(p->arena);
	if (e->print.form->formatted)
		e->print.pieces = parse_format(p->arena, first->value);
	else if (first)
		e->print.delimiter = first->value;
	return e;
}

struct expr *action_ternary(struct parser *p, const struct token *token, struct expr *condition,
			    struct expr *yes, struct expr *no)
{
	return expr_ternary(p->arena, token, condition, yes, no);
}

struct expr *action_in(struct parser *p, const struct token *token, GPtrArray *keys,
		       const struct token *array)
{
	struct expr *e = expr_new(p->arena, EXPR_IN, token);

	e->in.keys = keys;
	e->in.name = array->text;
	e->in.array_token = array;
	return e;
}

struct expr *action_in_single(struct parser *p, const struct token *token, struct expr *key,
			      const struct token *array)
{
	GPtrArray *keys = arena_list(p->arena);

	g_ptr_array_add(keys, key);
	return action_in(p, token, keys, array);
}

struct expr *action_match(struct parser *p, const struct token *token, struct expr *subject,
			  const struct token *pattern)
{
	struct expr *e = expr_new(p->arena, EXPR_MATCH, token);

	e->match.subject = subject;
	e->match.pattern = pattern;
	e->match.negated = token->text[0] == '!';
	return e;
}

/* ---- aggregates ------------------------------------------------------------------------------ */

struct expr *action_sample(struct parser *p, const struct token *token, struct expr *stats,
			   struct expr *value)
{
	struct expr *e = expr_new(p->arena, EXPR_SAMPLE, token);

	e->sample.stats = stats;
	e->sample.value = value;
	return e;
}

struct expr *action_extract(struct parser *p, const struct token *token, struct expr *stats,
			    const struct token *shift)
{
	struct expr *e = expr_new(p->arena, EXPR_EXTRACT, token);

	e->extract.stats = stats;
	while (strcmp(extractor_spelling(e->extract.what), token->text))
		e->extract.what++;
	e->extract.shift = shift ? action_number(p, shift)->number : 0;
	if (e->extract.shift < 0 || e->extract.shift > VARIANCE_SHIFT_MAX)
		report_parse(p->diagnostics, "variance-shift", shift,
			     "bit shift must be between 0 and %d", VARIANCE_SHIFT_MAX);
	return e;
}

/* More rows than anybody reads, and 16 kB for each element of an array on each CPU. */
#define LINEAR_BUCKETS_MAX 2048

struct expr *action_histogram(struct parser *p, const struct token *token, struct expr *stats,
			      gint64 low, gint64 high, gint64 width)
{
	struct expr *e = expr_new(p->arena, EXPR_HISTOGRAM, token);
	guint64 range = (guint64)high - (guint64)low;

	e->histogram.stats = stats;
	e->histogram.linear = !strcmp(token->text, "@hist_linear");
	e->histogram.low = low;
	e->histogram.high = high;
	e->histogram.width = width;
	if (!e->histogram.linear)
		return e;
	if (high <= low)
		report_parse(p->diagnostics, "histogram-range", token,
			     "histogram high value must be larger than low value");
	else if (width <= 0)
		report_parse(p->diagnostics, "histogram-width", token,
			     "histogram interval must be positive");
	else if (range / (guint64)width + 3 > LINEAR_BUCKETS_MAX)
		report_parse(p->diagnostics, "histogram-buckets", token,
			     "histogram would have more than %d buckets", LINEAR_BUCKETS_MAX);
	return e;
}

/* ---- target expressions ---------------------------------------------------------------------- */

struct expr *action_defined(struct parser *p, const struct token *token, struct expr *operand,
			    struct expr *otherwise)
{
	struct expr *e = expr_new(p->arena, otherwise ? EXPR_CHOOSE : EXPR_DEFINED, token);

	e->defined.operand = operand;
	e->defined.otherwise = otherwise;
	return e;
}

static struct expr *target_new(struct parser *p, const struct token *token, enum target_base base,
			       GPtrArray *arguments)
{
	struct expr *e = expr_new(p->arena, EXPR_TARGET, token);

	e->target.base = base;
	e->target.arguments = arguments;
	e->target.steps = arena_list(p->arena);
	return e;
}

struct expr *action_target(struct parser *p, const struct token *token, GPtrArray *arguments)
{
	enum target_base base = arguments ? 0 : TARGET_SYMBOL;
	struct expr *e;

	while (arguments && strcmp(target_base_spelling(base), token->text))
		base++;
	e = target_new(p, token, base, arguments ? arguments : arena_list(p->arena));
	e->target.name = token->text;
	return e;
}

struct expr *action_target_value(struct parser *p, struct expr *value)
{
	GPtrArray *arguments = arena_list(p->arena);

	g_ptr_array_add(arguments, value);
	return target_new(p, value->token, TARGET_VALUE, arguments);
}

struct target_step *action_target_step(struct parser *p, const struct token *token,
				       const char *member, struct expr *index)
{
	struct target_step *step = arena_alloc(p->arena, sizeof(*step));

	step->token = token;
	step->member = member;
	step->index = index;
	step->pretty = member || index ? 0 : (guint)strlen(token->text);
	return step;
}

struct expr *action_step(struct parser *p, struct expr *target, struct target_step *step)
{
	GPtrArray *steps = target->target.steps;
	const struct target_step *last = steps->len ? steps->pdata[steps->len - 1] : NULL;

	if (last && last->pretty)
		report_parse(p->diagnostics, "pretty-last", step->token,
			     "nothing can follow the pretty-printing suffix");
	g_ptr_array_add(steps, step);
	return target;
}

/* ---- statements ------------------------------------------------------------------------------ */

struct stmt *action_statement(struct parser *p, enum stmt_kind kind, const struct token *token,
			      struct expr *e)
{
	struct stmt *s = stmt_new(p->arena, kind, token);

	s->expr = e;
	return s;
}

struct stmt *action_if(struct parser *p, const struct token *token, struct expr *condition,
		       struct stmt *yes, struct stmt *no)
{
	struct stmt *s = stmt_new(p->arena, STMT_IF, token);

	s->branch.condition = condition;
	s->branch.yes = yes;
	s->branch.no = no;
	return s;
}

struct stmt *action_for(struct parser *p, const struct token *token, struct expr *init,
			struct expr *condition, struct expr *step, struct stmt *body)
{
	struct stmt *s = stmt_new(p->arena, STMT_FOR, token);

	s->loop.init = init;
	s->loop.condition = condition;
	s->loop.step = step;
	s->loop.body = body;
	return s;
}

struct stmt *action_try(struct parser *p, const struct token *token, struct stmt *body,
			const struct token *message, struct stmt *handler)
{
	struct stmt *s = stmt_new(p->arena, STMT_TRY, token);

	s->try.body = body;
	s->try.message = message ? expr_symbol(p->arena, message) : NULL;
	s->try.handler = handler;
	return s;
}

struct stmt *action_next(struct parser *p, const struct token *token)
{
	p->has_next = true;
	return stmt_new(p->arena, STMT_NEXT, token);
}

struct stmt *action_return(struct parser *p, const struct token *token, struct expr *value)
{
	if (!p->in_function)
		report_parse(p->diagnostics, "return-outside", token,
			     "found 'return' not in function context");
	return action_statement(p, STMT_RETURN, token, value);
}

struct foreach_head action_foreach_key(struct parser *p, const struct token *name,
				       const struct token *sort)
{
	struct stmt *s = stmt_new(p->arena, STMT_FOREACH, name);

	s->foreach.keys = arena_list(p->arena);
	g_ptr_array_add(s->foreach.keys, expr_symbol(p->arena, name));
	s->foreach.sort = sort ? 1 : SORT_NONE;
	s->foreach.descending = sort && sort->text[0] == '-';
	return (struct foreach_head){ .loop = s, .sort = sort };
}

struct foreach_head action_foreach_join(struct parser *p, struct foreach_head keys,
					struct foreach_head key)
{
	struct stmt *s = keys.loop;

	g_ptr_array_add(s->foreach.keys, key.loop->foreach.keys->pdata[0]);
	if (key.loop->foreach.sort == SORT_NONE)
		return keys;
	if (s->foreach.sort != SORT_NONE)
		report_parse(p->diagnostics, "sort-twice", key.sort,
			     "multiple sort directives");
	s->foreach.sort = (int)s->foreach.keys->len;
	s->foreach.descending = key.loop->foreach.descending;
	return keys;
}

struct foreach_head action_foreach_head(struct parser *p, struct foreach_head keys,
					const struct token *value, const struct token *array,
					GPtrArray *slice, struct foreach_order order,
					struct expr *limit)
{
	struct stmt *s = keys.loop;

	if (value)
		s->foreach.value = expr_symbol(p->arena, value);
	s->foreach.name = array->text;
	s->foreach.array_token = array;
	s->foreach.slice = slice;
	s->foreach.limit = limit;
	if (!order.mark)
		return keys;
	if (s->foreach.sort != SORT_NONE)
		report_parse(p->diagnostics, "sort-twice", order.mark, "multiple sort directives");
	s->foreach.sort = SORT_VALUE;
	s->foreach.sort_by = EXTRACT_NONE;
	if (order.extractor)
		for (s->foreach.sort_by = 0;
		     strcmp(extractor_spelling(s->foreach.sort_by), order.extractor->text);)
			s->foreach.sort_by++;
	s->foreach.descending = order.mark->text[0] == '-';
	return keys;
}

struct foreach_head action_foreach_histogram(struct parser *p, struct foreach_head keys,
					     const struct token *value, struct expr *histogram,
					     struct expr *limit)
{
	struct stmt *s = keys.loop;

	if (value)
		s->foreach.value = expr_symbol(p->arena, value);
	s->foreach.histogram = histogram;
	s->foreach.limit = limit;
	s->foreach.array_token = histogram->token;
	if (s->foreach.sort != SORT_NONE)
		report_parse(p->diagnostics, "sort-histogram", histogram->token,
			     "the buckets of a histogram cannot be sorted");
	if (s->foreach.keys->len > 1)
		report_parse(p->diagnostics, "histogram-keys", histogram->token,
			     "the buckets of a histogram have one number each");
	return keys;
}

struct stmt *action_foreach(struct parser *p, const struct token *token, struct foreach_head head,
			    struct stmt *body)
{
	(void)p;
	head.loop->token = token;
	head.loop->foreach.body = body;
	return head.loop;
}

/* ---- depth ----------------------------------------------------------------------------------- */

/*
 * Walks over the tree recurse.  This is what all of them can take on an ordinary stack, also with
 * sanitizers, and more than scripts need: a chain of as many else-if, a sum of as many terms.
 */
#define DEPTH_MAX 1000

/* false: reported, and the code must not become part of the tree. */
static bool check_depth(struct parser *p, const GPtrArray *points, struct stmt *body)
{
	const struct token *deep = find_too_deep(points, body, DEPTH_MAX);

	if (deep)
		report_lexical(p->diagnostics, "parse-depth", deep, "nesting too deep");
	return !deep;
}

/* ---- declarations ---------------------------------------------------------------------------- */

struct variable *action_variable(struct parser *p, const struct token *name)
{
	struct variable *v = arena_alloc(p->arena, sizeof(*v));

	v->name = name->text;
	v->token = name;
	return v;
}

struct variable *action_global_variable(struct parser *p, const struct token *name,
					const struct token *wrap, guint64 size, struct expr *init)
{
	struct variable *v = action_variable(p, name);

	v->global = true;
	v->private = p->private;
	v->wrap = wrap != NULL;
	v->size = size;
	v->init = init;
	v->keys = size || wrap ? -1 : init ? 0 : -1;
	v->keyed_by = init ? name : NULL;
	return v;
}

guint64 action_size(struct parser *p, const struct token *number)
{
	guint64 size = g_ascii_strtoull(number->text, NULL, 0);

	if (size >= 1 && size <= 1000000)
		return size;
	report_parse(p->diagnostics, "array-size", number, "array size out of range");
	return 1;
}

static const struct variable *variable_named(const GPtrArray *list, const char *name)
{
	for (guint i = 0; i < list->len; i++) {
		const struct variable *v = list->pdata[i];

		if (!strcmp(v->name, name))
			return v;
	}
	return NULL;
}

void action_global(struct parser *p, struct variable *v)
{
	if (!g_hash_table_contains(p->script->global_names, v->name)) {
		g_hash_table_insert(p->script->global_names, (gpointer)v->name, v);
		g_ptr_array_add(p->script->globals, v);
		return;
	}
	report_parse(p->diagnostics, "global-twice", v->token, "duplicate global name");
}

void action_parameter(struct parser *p, GPtrArray *parameters, struct variable *v)
{
	if (variable_named(parameters, v->name))
		report_parse(p->diagnostics, "parameter-twice", v->token,
			     "duplicate parameter names");
	g_ptr_array_add(parameters, v);
}

struct function *action_function_head(struct parser *p, const struct token *name,
				      enum value_type type, GPtrArray *parameters,
				      gint64 priority)
{
	struct function *f = arena_alloc(p->arena, sizeof(*f));

	f->name = name->text;
	f->token = name;
	f->type = type;
	f->typed_by = type == TYPE_UNKNOWN ? NULL : name;
	f->parameters = parameters;
	f->priority = priority;
	f->source = name->source;
	p->in_function = true;
	p->has_next = false;
	return f;
}

static void check_embedded(struct parser *p, const struct token *embedded)
{
	if (!p->embedded_allowed)
		report_parse(p->diagnostics, "embedded-guru", embedded,
			     "embedded code in unprivileged script; need stap -g");
}

struct expr *action_embedded_expression(struct parser *p, const struct token *embedded)
{
	struct expr *e = expr_new(p->arena, EXPR_EMBEDDED, embedded);

	check_embedded(p, embedded);
	e->embedded.text = embedded->text;
	e->embedded.pure = strstr(embedded->text, "/* pure */");
	e->embedded.string = strstr(embedded->text, "/* string */");
	return e;
}

void action_embedded(struct parser *p, const struct token *embedded)
{
	check_embedded(p, embedded);
	g_ptr_array_add(p->script->embedded, (gpointer)embedded);
}

/* The globals that pragma:read:NAME and pragma:write:NAME name; one of each, in order. */
static GPtrArray *read_c_globals(struct parser *p, const char *text)
{
	GPtrArray *globals = arena_list(p->arena);

	while ((text = strstr(text, "/* pragma:"))) {
		struct c_global *global = arena_alloc(p->arena, sizeof(*global));
		gsize length;

		text += strlen("/* pragma:");
		global->written = g_str_has_prefix(text, "write:");
		if (!global->written && !g_str_has_prefix(text, "read:"))
			continue;
		text = strchr(text, ':') + 1;
		length = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");
		global->name = arena_strndup(p->arena, text, length);
		g_ptr_array_add(globals, global);
	}
	return globals;
}

void action_function(struct parser *p, struct function *f, bool private, struct stmt *body,
		     const struct token *embedded)
{
	if (embedded)
		check_embedded(p, embedded);
	if (!check_depth(p, NULL, body))
		body = stmt_new(p->arena, STMT_NULL, f->token);
	f->private = private;
	f->body = body;
	f->embedded = embedded;
	f->pure = embedded && strstr(embedded->text, "/* pure */");
	f->guru = embedded && strstr(embedded->text, "/* guru */");
	f->c_globals = embedded ? read_c_globals(p, embedded->text) : NULL;
	f->hands_on = p->has_next;
	p->in_function = false;
	g_ptr_array_add(p->script->functions, f);
}

struct component *action_component(struct parser *p, const struct token *word,
				   struct expr *argument)
{
	struct component *c = arena_alloc(p->arena, sizeof(*c));

	c->name = word->text;
	c->token = word;
	c->argument = argument;
	return c;
}

struct component *action_alternatives(struct parser *p, const struct token *token,
				      GPtrArray *points)
{
	struct component *c = arena_alloc(p->arena, sizeof(*c));

	c->name = "";
	c->token = token;
	c->alternatives = points;
	return c;
}

const struct token *action_join(struct parser *p, const struct token *left,
				const struct token *right)
{
	struct token *joined = arena_alloc(p->arena, sizeof(*joined));

	*joined = *left;
	joined->kind = TOKEN_IDENTIFIER;
	joined->text = arena_printf(p->arena, "%s%s", left->text, right->text);
	joined->end = right->end;
	return joined;
}

void action_epilogue(struct parser *p, struct stmt *body)
{
	struct probe *alias = p->script->aliases->pdata[p->script->aliases->len - 1];

	alias->tail = check_depth(p, NULL, body) ? body : NULL;
}

void action_probe(struct parser *p, const struct token *token, struct probe_point *alias,
		  bool epilogue, GPtrArray *points, struct stmt *body)
{
	struct probe *probe = arena_alloc(p->arena, sizeof(*probe));

	if (!check_depth(p, points, body)) {
		points = arena_list(p->arena);
		body = stmt_new(p->arena, STMT_NULL, token);
	}
	probe->token = token;
	probe->alias = alias;
	probe->epilogue = epilogue;
	probe->private = p->private;
	if (p->private && !alias)
		report_parse(p->diagnostics, "probe-private", token,
			     "only the name of a probe can be private");
	probe->points = points;
	probe->body = body;
	g_ptr_array_add(alias ? p->script->aliases : p->script->probes, probe);
}

/* ---- syntax errors --------------------------------------------------------------------------- */

void report_expected(struct parser *p, const char *const *names, int count)
{
	/* The first row all of whose names could have come, tried in this order. */
	static const struct {
		const char *names[3];
		const char *text;
	} rows[] = {
		{ { "T_NUMBER", "T_STRING" }, "literal string or number" },
		{ { "T_NUMBER", "'-'" }, "number" },
		{ { "T_PROBE", "T_EMBEDDED" },
		  "'probe', 'global', 'private', 'function', or '%{'" },
		{ { "T_IDENTIFIER" }, "identifier" },
		{ { "'{'" }, "'{'" },
		{ { "T_CATCH" }, "'catch'" },
		{ { "','", "')'" }, "one of ', )'" },
		{ { "')'" }, "')'" },
		{ { "','", "']'" }, "one of ', ]'" },
		{ { "']'" }, "']'" },
		{ { "T_STRING" }, "literal string" },
		{ { "T_NUMBER" }, "literal number" },
		{ { "';'" }, "';'" },
		{ { "'('" }, "'('" },
		{ { "':'" }, "':'" },
		{ { "T_IN" }, "'in'" },
		{ { "T_LONG" }, "'string' or 'long'" },
		{ { "','" }, "','" },
	};
	GHashTable *can;
	const char *expected = "something else";

	if (p->last->symbol == T_AT_WORD) {
		report_parse(p->diagnostics, "operator-unknown", p->last, "unknown operator %s%s",
			     p->last->text, p->last->value);
		return;
	}
	can = g_hash_table_new(g_str_hash, g_str_equal);
	for (int i = 0; i < count; i++)
		g_hash_table_add(can, (gpointer)names[i]);
	for (size_t row = 0; row < G_N_ELEMENTS(rows); row++) {
		bool all = true;

		for (size_t i = 0; i < G_N_ELEMENTS(rows[row].names) && rows[row].names[i]; i++)
			all = all && g_hash_table_contains(can, rows[row].names[i]);
		if (all) {
			expected = rows[row].text;
			break;
		}
	}
	/*
	 * Where a statement may begin, a keyword or the end of the file is no attempt at an
	 * expression.
	 */
	if (g_hash_table_contains(can, "T_WHILE") &&
	    (p->last->kind == TOKEN_KEYWORD || p->last->kind == TOKEN_END))
		expected = "statement";
	report_parse(p->diagnostics, "parse-expected", p->last, "expected %s", expected);
	g_hash_table_destroy(can);
}
