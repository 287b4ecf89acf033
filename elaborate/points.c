// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the points of the script to derived probes.
 *
 * A point is an alias (of the script, or of the library) or it fits a provider's pattern.  An alias
 * is replaced by the points it stands for, its body put before (or, with +=, behind) that of its
 * user; what follows the alias's name
 * (`my.alias.return`) is passed down to those points.
 */
#include "elaborate.h"
#include "library.h"
#include "provider.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Points that one probe may come to stand for, those of aliases on the way included: aliases of two
 * points each, and lists in braces, double at each level.  Fuzzers have less time and take less.
 */
#ifndef EXPANDED_POINTS_MAX
#define EXPANDED_POINTS_MAX 20000
#endif

/* ---- patterns -------------------------------------------------------------------------------- */

enum argument_kind { ARGUMENT_NONE, ARGUMENT_NUMBER, ARGUMENT_STRING };

/* The next component of a pattern, "ms(number)."; *text moves behind it. */
static const char *pattern_component(const char **text, gsize *length, enum argument_kind *kind)
{
	const char *name = *text;
	const char *end = name + strcspn(name, ".(");

	*length = (gsize)(end - name);
	*kind = ARGUMENT_NONE;
	if (*end == '(') {
		*kind = end[1] == 'n' ? ARGUMENT_NUMBER : ARGUMENT_STRING;
		end = strchr(end, ')') + 1;
	}
	*text = *end == '.' ? end + 1 : end;
	return name;
}

static enum argument_kind argument_kind(const struct component *c)
{
	if (!c->argument)
		return ARGUMENT_NONE;
	return c->argument->kind == EXPR_NUMBER ? ARGUMENT_NUMBER : ARGUMENT_STRING;
}

/*
 * How many components of the point fit the pattern; *match is set when all do and the pattern ends
 * there too.
 */
static guint match_pattern(const struct point_pattern *pattern, const struct probe_point *point,
			   struct point_match *match, bool *whole)
{
	const char *text = pattern->text;
	guint i;

	memset(match, 0, sizeof(*match));
	for (i = 0; i < point->components->len && *text; i++) {
		const struct component *c = point->components->pdata[i];
		enum argument_kind kind;
		gsize length;
		const char *name = pattern_component(&text, &length, &kind);

		if (strlen(c->name) != length || strncmp(c->name, name, length) ||
		    kind != argument_kind(c))
			break;
		if (kind != ARGUMENT_NONE)
			match->arguments[match->argument_count++] = c->argument;
	}
	match->pattern = pattern;
	match->point = point;
	*whole = i == point->components->len && !*text;
	return i;
}

/* ---- "did you mean" -------------------------------------------------------------------------- */

/*
 * Add the component that `text` (a pattern or an alias's name) has behind `depth` components that
 * fit.
 */
static void add_candidate(GPtrArray *candidates, const char *text, const struct probe_point *point,
			  guint depth)
{
	for (guint i = 0; *text; i++) {
		const struct component *c;
		enum argument_kind kind;
		gsize length;
		const char *name = pattern_component(&text, &length, &kind);

		if (i == depth) {
			g_ptr_array_add(candidates, g_strndup(name, length));
			return;
		}
		c = point->components->pdata[i];
		if (strlen(c->name) != length || strncmp(c->name, name, length))
			return;
	}
}

/* The point without its flags and its condition. */
static const char *point_name(struct arena *arena, const struct probe_point *point)
{
	struct probe_point plain = { .components = point->components };
	char *text = probe_point_text(&plain);
	const char *name = arena_strdup(arena, text);

	g_free(text);
	return name;
}

/* What to say of a component that nothing has behind the `depth` before it. */
static const char *describe_mismatch(struct session *s, const struct probe_point *point,
				     guint depth, const struct component *bad)
{
	GPtrArray *candidates = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *aliases = library_names(s->library, LIBRARY_ALIAS);
	const char *text;
	char *similar;

	for (int i = 0; providers[i]; i++)
		for (const struct point_pattern *p = providers[i]->patterns; p->text; p++)
			add_candidate(candidates, p->text, point, depth);
	for (guint i = 0; i < aliases->len; i++)
		add_candidate(candidates, aliases->pdata[i], point, depth);
	for (guint i = 0; i < s->user->aliases->len; i++) {
		const struct probe *alias = s->user->aliases->pdata[i];
		char *name = probe_point_text(alias->alias);

		add_candidate(candidates, name, point, depth);
		g_free(name);
	}
	similar = similar_suffix(bad->name, candidates);
	text = arena_printf(s->arena, "probe point mismatch%s", similar);
	g_free(similar);
	g_ptr_array_unref(aliases);
	g_ptr_array_unref(candidates);
	return text;
}

/* ---- aliases --------------------------------------------------------------------------------- */

static bool alias_fits(const struct probe_point *alias, const struct probe_point *point)
{
	if (alias->components->len > point->components->len)
		return false;
	for (guint i = 0; i < alias->components->len; i++) {
		const struct component *a = alias->components->pdata[i];
		const struct component *c = point->components->pdata[i];

		if (strcmp(a->name, c->name) || c->argument)
			return false;
	}
	return true;
}

/* Read the library file that defines the longest alias which begins the point. */
static void load_alias(struct session *s, const struct probe_point *point)
{
	GString *name = g_string_new(NULL);
	const char *path = NULL;
	struct script *script;

	for (guint i = 0; i < point->components->len; i++) {
		const struct component *c = point->components->pdata[i];
		const char *found;

		g_string_append_printf(name, "%s%s", i ? "." : "", c->name);
		found = library_find(s->library, LIBRARY_ALIAS, name->str);
		path = found ? found : path;
	}
	g_string_free(name, TRUE);
	if (!path)
		return;
	script = library_load(s->library, s->diagnostics, path);
	if (!script)
		return;
	manifest_add(s->manifest, path);
	g_ptr_array_add(s->scripts, script);
}

/*
 * The alias a point names, or NULL: the one with most components, so that a.b is not in the way of
 * a.b.c.  The script's own come before the library's.
 */
static struct probe *find_alias(struct session *s, const struct probe_point *point)
{
	struct probe *best = NULL;

	load_alias(s, point);
	for (guint i = 0; i < s->scripts->len && !best; i++) {
		const struct script *script = s->scripts->pdata[i];

		for (guint j = 0; j < script->aliases->len; j++) {
			struct probe *alias = script->aliases->pdata[j];

			if (alias_fits(alias->alias, point) &&
			    (!best ||
			     alias->alias->components->len > best->alias->components->len))
				best = alias;
		}
	}
	return best;
}

/* ---- resolution ------------------------------------------------------------------------------ */

/* What a probe's points have in common. */
struct expansion {
	struct session *s;
	const struct token *token;	/* of the point in the script */
	struct stmt *body;
	const struct source *source;
	/* of the body, once made: plain points of one probe share it */
	struct handler *handler;
	/* the alias whose points are expanded, the point that named it, and where that stands */
	const struct probe *alias;
	const struct token *named_by;
	const struct expansion *outer;
	const char *name;		/* of the outermost one, or NULL */
	struct function *condition;	/* of all conditions on the way, or NULL */
	struct stmt *check;		/* what the handler asks of them first, or NULL */
	guint found;			/* derived probes */
	guint failed;			/* points that are not there, and should be */
	guint *points;			/* expanded so far, for all of the probe */
};

static void expand_point(struct expansion *x, const struct probe_point *point);

static struct handler *make_handler(struct session *s, struct stmt *body, const struct token *token,
				    const struct source *source)
{
	struct handler *handler = arena_alloc(s->arena, sizeof(*handler));

	handler->body = body;
	handler->token = token;
	handler->source = source;
	handler->locals = arena_list(s->arena);
	handler->calls = arena_list(s->arena);
	handler->serial = s->handlers->len;
	g_ptr_array_add(s->handlers, handler);
	return handler;
}

/* One statement behind the other. */
static struct stmt *join_bodies(struct arena *arena, struct stmt *first, struct stmt *second)
{
	struct stmt *block = stmt_new(arena, STMT_BLOCK, first->token);

	block->block = arena_list(arena);
	g_ptr_array_add(block->block, stmt_clone(arena, first));
	g_ptr_array_add(block->block, stmt_clone(arena, second));
	return block;
}

static void find_targets(struct expr *e, void *data)
{
	bool *found = data;

	*found |= e->kind == EXPR_TARGET || e->kind == EXPR_DEFINED || e->kind == EXPR_CHOOSE;
	if (!*found)
		expr_visit_children(e, find_targets, data);
}

static void find_targets_stmt(struct stmt *s, void *data)
{
	stmt_visit_children(s, find_targets_stmt, find_targets, data);
}

/* Does what it means depend on the probe? */
static bool names_targets(const struct expansion *x)
{
	bool found = false;

	find_targets_stmt(x->body, &found);
	if (x->check)
		find_targets_stmt(x->check, &found);
	return found;
}

struct derivation {
	struct expansion *x;
	const struct probe_provider *provider;
	const struct point_match *match;
};

static struct handler *derived_handler(struct derivation *d)
{
	struct expansion *x = d->x;
	bool own = (d->provider->variable || d->provider->on_return) && names_targets(x);
	struct stmt *body = x->body;
	struct handler *handler;

	if (x->handler && !own)
		return x->handler;
	if (x->check)
		body = join_bodies(x->s->arena, x->check, body);
	else if (own)
		body = stmt_clone(x->s->arena, body);
	handler = make_handler(x->s, body, x->token, x->source);
	if (!own)
		x->handler = handler;
	return handler;
}

void derive_probe(struct derivation *d, const char *text, const void *data)
{
	struct expansion *x = d->x;
	struct session *s = x->s;
	struct derived_probe *probe = arena_alloc(s->arena, sizeof(*probe));

	probe->provider = d->provider;
	probe->text = text ? text : point_name(s->arena, d->match->point);
	probe->name = x->name;
	probe->token = x->token;
	probe->handler = derived_handler(d);
	if (probe->handler != x->handler)
		probe->handler->probe = probe;
	if (d->provider->rearms && x->condition)
		probe->condition = condition_use(s, x->condition);
	probe->data = arena_alloc(s->arena, d->provider->private_size);
	memcpy(probe->data, data, d->provider->private_size);
	probe->serial = s->probes->len;
	g_ptr_array_add(s->probes, probe);
	x->found++;
}

/* Try the providers' patterns; depth: the most components that fit any of them. */
static bool match_providers(struct expansion *x, const struct probe_point *point, guint *depth,
			    const char **why)
{
	for (int i = 0; providers[i]; i++) {
		for (const struct point_pattern *p = providers[i]->patterns; p->text; p++) {
			struct point_match match;
			struct derivation derivation = { x, providers[i], &match };
			bool whole;
			guint fit = match_pattern(p, point, &match, &whole);
			int result;

			*depth = MAX(*depth, fit);
			if (!whole)
				continue;
			match.token = x->token;
			result = providers[i]->resolve(x->s, &match, &derivation, why);
			return result != -ENOENT || *why;
		}
	}
	return false;
}

/*
 * The point with `count` components from `at` replaced by those of another point, whose flags it
 * takes, too.
 */
static struct probe_point *splice(struct arena *arena, const struct probe_point *point, guint at,
				  guint count, const struct probe_point *by)
{
	struct probe_point *whole = arena_alloc(arena, sizeof(*whole));

	*whole = *by;
	whole->optional = by->optional || point->optional;
	whole->sufficient = by->sufficient || point->sufficient;
	whole->components = arena_list(arena);
	for (guint i = 0; i < at; i++)
		g_ptr_array_add(whole->components, point->components->pdata[i]);
	for (guint i = 0; i < by->components->len; i++)
		g_ptr_array_add(whole->components, by->components->pdata[i]);
	for (guint i = at + count; i < point->components->len; i++)
		g_ptr_array_add(whole->components, point->components->pdata[i]);
	return whole;
}

static const struct token *first_token(const struct probe_point *point)
{
	return ((struct component *)point->components->pdata[0])->token;
}

/* The points that lead from the alias back to it, in order. */
static void report_alias_loop(const struct expansion *x, const struct probe *alias)
{
	if (x->alias != alias) {
		report_alias_loop(x->outer, alias);
		report_semantic(x->s->diagnostics, "point-resolve", x->named_by, NULL,
				"while resolving probe point");
	}
}

/* Is the alias among those that are being expanded?  Then say so. */
static bool is_alias_loop(const struct expansion *x, const struct probe_point *point,
			  const struct probe *alias)
{
	const struct expansion *at = x;
	char *name;

	while (at && at->alias != alias)
		at = at->outer;
	if (!at)
		return false;
	report_alias_loop(x, alias);
	report_semantic(x->s->diagnostics, "point-resolve", first_token(point), NULL,
			"while resolving probe point");
	name = probe_point_text(alias->alias);
	report_semantic(x->s->diagnostics, "alias-loop", NULL, NULL,
			"recursive loop in alias expansion of %s", name);
	g_free(name);
	return true;
}

static void expand_alias(struct expansion *x, const struct probe_point *point,
			 const struct probe *alias)
{
	struct session *s = x->s;
	struct expansion inner = *x;
	struct stmt *body;

	if (is_alias_loop(x, point, alias))
		return;
	if (!x->alias)
		inner.name = point_name(s->arena, point);
	inner.alias = alias;
	inner.named_by = first_token(point);
	inner.outer = x;
	inner.handler = NULL;
	body = answer_writes(s->arena, alias->body, x->body);
	inner.body = alias->epilogue ? join_bodies(s->arena, x->body, body) :
				       join_bodies(s->arena, body, x->body);
	if (alias->tail)
		inner.body = join_bodies(s->arena, inner.body,
					 answer_writes(s->arena, alias->tail, x->body));
	for (guint i = 0; i < alias->points->len; i++) {
		const struct probe_point *one = alias->points->pdata[i];
		guint before = inner.found;

		expand_point(&inner, splice(s->arena, point, 0, alias->alias->components->len,
					    one));
		if (one->sufficient && inner.found > before)
			break;
	}
	if (inner.failed > x->failed && inner.found == x->found) {
		report_semantic(s->diagnostics, "point-resolve", inner.named_by, NULL,
				"while resolving probe point");
		report_semantic(s->diagnostics, "point-reason", NULL, NULL, "no match");
	}
	x->found = inner.found;
	x->failed = inner.failed;
}

/*
 * A point that is not there.  Aliases may lead to the same one thousands of times, and to find what is
 * similar takes long.
 */
struct unresolved {
	const char *why;	/* NULL: not asked for yet */
	bool mismatch;		/* nothing has a component of it */
	guint depth;		/* so many components fit */
};

static struct unresolved *unresolved_new(struct session *s, guint depth, const char *why)
{
	struct unresolved *u = arena_alloc(s->arena, sizeof(*u));

	u->why = why;
	u->mismatch = !why;
	u->depth = depth;
	return u;
}

static void report_unresolved(struct session *s, const struct probe_point *point,
			      struct unresolved *u)
{
	const struct component *first = point->components->pdata[0];
	const struct component *bad =
		point->components->pdata[MIN(u->depth, point->components->len - 1)];

	report_semantic(s->diagnostics, "point-resolve", first->token, NULL,
			"while resolving probe point");
	if (!u->why)
		u->why = describe_mismatch(s, point, u->depth, bad);
	report_semantic(s->diagnostics, u->mismatch ? "point-mismatch" : "point-reason",
			u->mismatch ? bad->token : NULL, NULL, "%s", u->why);
}

static void expand_plain_point(struct expansion *x, const struct probe_point *point)
{
	const struct probe *alias = find_alias(x->s, point);
	struct unresolved *known;
	guint before = x->found, depth = 0;
	const char *name, *why = NULL;

	if (alias) {
		expand_alias(x, point, alias);
		return;
	}
	name = point_name(x->s->arena, point);
	known = g_hash_table_lookup(x->s->unresolved, name);
	if (!known && ((match_providers(x, point, &depth, &why) && !why) || x->found > before))
		return;
	if (!known) {
		known = unresolved_new(x->s, depth, why);
		g_hash_table_insert(x->s->unresolved, (char *)name, known);
	}
	if (point->optional || point->sufficient)
		return;
	x->failed++;
	report_unresolved(x->s, point, known);
}

/*
 * `probe p if (c) { … }` is `probe p { if (!c) next; … }`; returns the point without its condition.
 */
static const struct probe_point *guard(struct expansion *x, const struct probe_point *point)
{
	struct arena *arena = x->s->arena;
	struct probe_point *plain = arena_alloc(arena, sizeof(*plain));
	struct stmt *check = stmt_new(arena, STMT_IF, point->condition->token);

	check->branch.condition =
		expr_unary(arena, OP_NOT, point->condition->token, point->condition);
	check->branch.yes = stmt_new(arena, STMT_NEXT, point->condition->token);
	/* Before the body of any alias. */
	x->check = x->check ? join_bodies(arena, x->check, check) : check;
	x->handler = NULL;
	x->condition = condition_new(x->s, point->condition, x->condition, x->source);
	*plain = *point;
	plain->condition = NULL;
	return plain;
}

/* The first component in braces, or -1. */
static int find_braces(const struct probe_point *point)
{
	for (guint i = 0; i < point->components->len; i++)
		if (((struct component *)point->components->pdata[i])->alternatives)
			return (int)i;
	return -1;
}

static bool has_wildcard(const struct probe_point *point)
{
	for (guint i = 0; i < point->components->len; i++)
		if (strchr(((struct component *)point->components->pdata[i])->name, '*'))
			return true;
	return false;
}

/*
 * Does `*` (within a component) and `**` (over dots) make the pattern the name?  In steps of one
 * byte of the pattern, for all beginnings of the name at once: trying one after the other takes
 * forever when there are many stars.
 */
static bool glob(const char *pattern, const char *name)
{
	gsize length = strlen(name);
	bool *fits = g_new0(bool, length + 1);	/* so far, the first i bytes of the name */
	bool all;

	fits[0] = true;
	while (*pattern) {
		gsize stars = strspn(pattern, "*");

		if (stars)
			for (gsize i = 0; i < length; i++)
				fits[i + 1] |= fits[i] && (stars > 1 || name[i] != '.');
		else
			for (gsize i = length + 1; i--;)
				fits[i] = i && fits[i - 1] && name[i - 1] == *pattern;
		pattern += stars ? stars : 1;
	}
	all = fits[length];
	g_free(fits);
	return all;
}

/* Names of all aliases, each once: the script's in its order, then the library's. */
static GPtrArray *alias_names(struct session *s)
{
	GPtrArray *names = arena_list(s->arena);
	GHashTable *known = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *library = library_names(s->library, LIBRARY_ALIAS);

	for (guint i = 0; i < s->user->aliases->len; i++) {
		const struct probe *alias = s->user->aliases->pdata[i];
		char *text = probe_point_text(alias->alias);
		char *name = arena_strdup(s->arena, text);

		if (g_hash_table_add(known, name))
			g_ptr_array_add(names, name);
		g_free(text);
	}
	for (guint i = 0; i < library->len; i++)
		if (g_hash_table_add(known, library->pdata[i]))
			g_ptr_array_add(names, library->pdata[i]);
	g_ptr_array_unref(library);
	g_hash_table_destroy(known);
	return names;
}

/* "a.b" as a point, each component with the place of the wildcard's first. */
static struct probe_point *point_named(struct arena *arena, const struct probe_point *like,
				       const char *name)
{
	struct probe_point *point = arena_alloc(arena, sizeof(*point));
	const struct component *first = like->components->pdata[0];
	char **words = g_strsplit(name, ".", -1);

	*point = *like;
	point->components = arena_list(arena);
	for (guint i = 0; words[i]; i++) {
		struct component *c = arena_alloc(arena, sizeof(*c));

		c->name = arena_strdup(arena, words[i]);
		c->token = first->token;
		g_ptr_array_add(point->components, c);
	}
	g_strfreev(words);
	return point;
}

/* beg*, timer.*(10): the provider's pattern if it fits, component by component.  1, or 0: no. */
static guint expand_pattern(struct expansion *x, const struct probe_point *point,
			    const struct point_pattern *pattern)
{
	struct arena *arena = x->s->arena;
	struct probe_point *plain = arena_alloc(arena, sizeof(*plain));
	const char *text = pattern->text;

	*plain = *point;
	plain->components = arena_list(arena);
	for (guint i = 0; i < point->components->len; i++) {
		const struct component *c = point->components->pdata[i];
		struct component *named = arena_alloc(arena, sizeof(*named));
		enum argument_kind kind;
		gsize length;
		const char *name;

		if (!*text)
			return 0;
		name = pattern_component(&text, &length, &kind);
		*named = *c;
		named->name = arena_strndup(arena, name, length);
		if (kind != argument_kind(c) || !glob(c->name, named->name))
			return 0;
		g_ptr_array_add(plain->components, named);
	}
	if (*text)
		return 0;
	expand_plain_point(x, plain);
	return 1;
}

/* Each alias that the wildcard fits; those that are not there matter only when none is. */
static guint expand_aliases(struct expansion *x, const struct probe_point *point)
{
	GPtrArray *names = alias_names(x->s);
	GPtrArray *fitting = arena_list(x->s->arena);
	struct probe_point plain = { .components = point->components };
	char *pattern = probe_point_text(&plain);
	guint before = x->found;

	for (guint i = 0; i < names->len; i++)
		if (glob(pattern, names->pdata[i]))
			g_ptr_array_add(fitting,
					point_named(x->s->arena, point, names->pdata[i]));
	g_free(pattern);
	for (guint i = 0; i < fitting->len; i++) {
		struct probe_point one = *(const struct probe_point *)fitting->pdata[i];

		one.optional = true;
		expand_plain_point(x, &one);
	}
	if (x->found == before)
		for (guint i = 0; i < fitting->len; i++)
			expand_plain_point(x, fitting->pdata[i]);
	return fitting->len;
}

/* Each alias and each provider's pattern that the wildcard fits; false: none. */
static bool expand_wildcard(struct expansion *x, const struct probe_point *point)
{
	guint matches = expand_aliases(x, point);

	for (int i = 0; providers[i]; i++)
		for (const struct point_pattern *p = providers[i]->patterns; p->text; p++)
			matches += expand_pattern(x, point, p);
	return matches;
}

static void expand_point(struct expansion *x, const struct probe_point *point)
{
	struct expansion guarded = *x;
	int braces = find_braces(point);

	if (++*x->points > EXPANDED_POINTS_MAX) {
		if (*x->points == EXPANDED_POINTS_MAX + 1)
			report_semantic(x->s->diagnostics, "points-many", x->token, NULL,
					"this stands for more than %d probe points",
					EXPANDED_POINTS_MAX);
		return;
	}
	if (braces >= 0) {
		const struct component *c = point->components->pdata[braces];

		for (guint i = 0; i < c->alternatives->len; i++) {
			struct probe_point *one = splice(x->s->arena, point, (guint)braces, 1,
							 c->alternatives->pdata[i]);

			one->condition = one->condition ? one->condition : point->condition;
			expand_point(x, one);
		}
	} else if (point->condition) {
		expand_point(&guarded, guard(&guarded, point));
		x->found = guarded.found;
		x->failed = guarded.failed;
	} else if (!has_wildcard(point) || !expand_wildcard(x, point)) {
		expand_plain_point(x, point);
	}
}

void resolve_probe(struct session *s, struct probe *probe, const struct source *source)
{
	guint points = 0;
	struct expansion x = {
		.s = s, .body = probe->body, .source = source, .points = &points
	};

	for (guint i = 0; i < probe->points->len; i++) {
		const struct probe_point *point = probe->points->pdata[i];
		guint before = x.found;

		x.token = ((struct component *)point->components->pdata[0])->token;
		expand_point(&x, point);
		if (point->sufficient && x.found > before)
			break;
	}
}

void resolve_points(struct session *s)
{
	for (guint i = 0; i < s->user->probes->len; i++)
		resolve_probe(s, s->user->probes->pdata[i], s->user->source);
	if (!s->probes->len && !diagnostics_errors(s->diagnostics))
		report_semantic(s->diagnostics, "no-probes", NULL, NULL, "no probes found");
}
