// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * regex_match.c - the automaton that finds a match's end and its groups, by POSIX's rules.
 *
 * POSIX: "each subpattern, from left to right, shall match the longest possible string".  That
 * compares two matches by the lengths of the subexpressions (the members of a sequence, the single
 * times of a repetition), outer before inner ones and earlier before later ones; the first one that
 * differs decides for the longer; if none does, the earlier alternative wins, and repeating wins
 * over not repeating.
 *
 * Two ways to the same position have read the same string, and will go on alike, so the loser can
 * be forgotten for good.  How they compare need not be found out from their whole past (Okui and
 * Suzuki, "Disambiguation in regular expression matching via position automata with augmented
 * transitions", 2010).  Up to where they parted, they had the same subexpressions open, at heights
 * 1 … n.  Whoever closes an outer one of these sooner has lost; so of each way it is enough to know
 * how far it has come down since they parted, and while both are on the same height, who was ahead
 * before.
 *
 * A state of this automaton is a set of positions, and for each pair of ways to two of its members:
 * the lowest height since they parted, of either, and who wins if nothing else happens.  There are
 * finitely many, so all comparisons are made here, and the tables say only who came from whom.
 *
 * Inside of a subexpression without groups only its length is of interest.  Ways that parted in
 * there are taken to be ordered by their positions, which keeps states from differing for nothing.
 */
#include "regex_internal.h"

#include <string.h>

/* The height of ways that have parted in a subexpression without groups, and are still in there. */
#define QUIET 255

/* What a state stands for. */
struct set {
	guint count;
	guint size;		/* bytes of data */
	const guint16 *members;	/* positions, ascending */
	guint8 *heights;	/* [count][count]: of the row's way, since it left the column's */
	guint8 *wins;		/* [count][count]: is the row's way better than the column's? */
	guint16 data[];		/* the three of them */
};

/* The best way to one position of the next set. */
struct arrival {
	guint from;		/* which member of the set before */
	const struct regex_path *path;
};

struct match {
	struct regex_automaton *automaton;
	const struct regex_paths *paths;
	const struct regex_classes *classes;
	struct regex_error *error;
	GPtrArray *sets;	/* per state */
	GHashTable *states;	/* struct set → state */
	GHashTable *rows;	/* GBytes of links → index of the first */
	GHashTable *lists;	/* GBytes of borders → index of the first */
	struct arrival *arrivals;	/* [position]; path: NULL if there is none */
	GArray *reached;	/* guint16: the positions that have one */
	guint work;
	bool groups;
};

static struct set *set_new(guint count)
{
	guint size = count * sizeof(guint16) + 2 * count * count;
	struct set *set = g_malloc0(sizeof(*set) + size);

	set->count = count;
	set->size = size;
	set->members = set->data;
	set->heights = (guint8 *)(set->data + count);
	set->wins = set->heights + count * count;
	return set;
}

static guint set_hash(gconstpointer key)
{
	const struct set *set = key;
	const guint8 *bytes = (const guint8 *)set->data;
	guint hash = 5381;

	for (guint i = 0; i < set->size; i++)
		hash = hash * 33 + bytes[i];
	return hash;
}

static gboolean set_equal(gconstpointer a, gconstpointer b)
{
	const struct set *x = a, *y = b;

	return x->count == y->count && !memcmp(x->data, y->data, x->size);
}

static bool too_much(struct match *m, guint work)
{
	m->work += work;
	if (m->work > REGEX_MAX_WORK && !m->error->message[0])
		regex_fail(m->error, 0, "regex is too complex (too many ways through it)");
	return m->error->message[0];
}

/* ---- comparing ways -------------------------------------------------------------------------- */

/* How two ways to different positions, or to the same one, compare. */
struct comparison {
	guint8 heights[2];
	bool first_wins;
};

static struct comparison quiet_comparison(const struct regex_path *a, const struct regex_path *b)
{
	return (struct comparison){
		.heights = { QUIET, QUIET },
		.first_wins = a->target < b->target,
	};
}

/* The ways come from different members of the set. */
static struct comparison compare_ways(const struct set *set, const struct arrival *a,
				      const struct arrival *b)
{
	guint forth = a->from * set->count + b->from, back = b->from * set->count + a->from;
	struct comparison result = {
		.heights = {
			MIN(set->heights[forth], a->path->lowest),
			MIN(set->heights[back], b->path->lowest),
		},
		.first_wins = set->wins[forth],
	};

	if (set->heights[forth] == QUIET && !a->path->op_count && !b->path->op_count)
		return quiet_comparison(a->path, b->path);
	if (result.heights[0] != result.heights[1])
		result.first_wins = result.heights[0] > result.heights[1];
	return result;
}

static guint step_height(guint height, guint32 op)
{
	return REGEX_OP_KIND(op) == REGEX_OP_OPEN  ? height + 1 :
	       REGEX_OP_KIND(op) == REGEX_OP_CLOSE ? height - 1 :
						     height;
}

static guint lowest_of(const guint32 *ops, guint count, guint height)
{
	guint lowest = height;

	for (guint i = 0; i < count; i++) {
		height = step_height(height, ops[i]);
		lowest = MIN(lowest, height);
	}
	return lowest;
}

/* The ways part only now: they are two paths from the same position. */
static struct comparison compare_paths(struct match *m, guint from, const struct regex_path *a,
				       const struct regex_path *b)
{
	const guint32 *all = (const guint32 *)m->paths->ops->data;
	const guint32 *x = all + a->ops, *y = all + b->ops;
	guint height = regex_position(m->paths, from)->height, i;
	struct comparison result = quiet_comparison(a, b);

	for (i = 0; i < a->op_count && i < b->op_count && x[i] == y[i]; i++)
		height = step_height(height, x[i]);
	if (i == a->op_count && i == b->op_count)
		return result;
	result.heights[0] = lowest_of(x + i, a->op_count - i, height);
	result.heights[1] = lowest_of(y + i, b->op_count - i, height);
	if (result.heights[0] != result.heights[1])
		result.first_wins = result.heights[0] > result.heights[1];
	else if (i < a->op_count && i < b->op_count)
		result.first_wins = x[i] < y[i];
	too_much(m, a->op_count + b->op_count);
	return result;
}

/* How much lower the loser is makes no difference: it is lower until the winner comes there too. */
static void level(struct comparison *c)
{
	guint8 lower = MIN(c->heights[0], c->heights[1]);

	for (guint i = 0; i < 2; i++)
		c->heights[i] = MIN(c->heights[i], lower + 1);
}

/* ---- links ----------------------------------------------------------------------------------- */

/* The index of a list of borders, the last one first. */
static guint16 list_of(struct match *m, const struct regex_path *path)
{
	const guint32 *ops = (const guint32 *)m->paths->ops->data + path->ops;
	GByteArray *borders = m->automaton->borders;
	GByteArray *list = g_byte_array_new();
	guint8 byte;
	gpointer known;
	GBytes *key;

	for (guint i = path->op_count; i-- > 0;) {
		byte = REGEX_OP_VALUE(ops[i]);
		if (REGEX_OP_KIND(ops[i]) == REGEX_OP_BORDER)
			g_byte_array_append(list, &byte, 1);
	}
	byte = STP_REGEX_NO_BORDER;
	g_byte_array_append(list, &byte, 1);
	key = g_byte_array_free_to_bytes(list);
	if (g_hash_table_lookup_extended(m->lists, key, NULL, &known)) {
		g_bytes_unref(key);
		return GPOINTER_TO_UINT(known);
	}
	known = GUINT_TO_POINTER(borders->len);
	if (borders->len + g_bytes_get_size(key) > REGEX_MAX_LINKS)
		too_much(m, REGEX_MAX_WORK);
	else
		g_byte_array_append(borders, g_bytes_get_data(key, NULL), g_bytes_get_size(key));
	g_hash_table_insert(m->lists, key, known);
	return GPOINTER_TO_UINT(known);
}

static struct stp_regex_link link_of(struct match *m, const struct arrival *arrival)
{
	return (struct stp_regex_link){
		.from = arrival->from,
		.borders = list_of(m, arrival->path),
	};
}

/* A row of m->automaton->links for the set that m->arrivals make up. */
static guint16 row_of(struct match *m)
{
	GArray *links = m->automaton->links;
	GArray *row = g_array_new(FALSE, FALSE, sizeof(struct stp_regex_link));
	gpointer known;
	GBytes *key;

	for (guint i = 0; i < m->reached->len; i++) {
		guint position = g_array_index(m->reached, guint16, i);
		struct stp_regex_link link = link_of(m, &m->arrivals[position]);

		g_array_append_val(row, link);
	}
	key = g_bytes_new(row->data, row->len * sizeof(struct stp_regex_link));
	if (g_hash_table_lookup_extended(m->rows, key, NULL, &known)) {
		g_bytes_unref(key);
	} else {
		known = GUINT_TO_POINTER(links->len);
		if (links->len + row->len > REGEX_MAX_LINKS)
			too_much(m, REGEX_MAX_WORK);
		else
			g_array_append_vals(links, row->data, row->len);
		g_hash_table_insert(m->rows, key, known);
	}
	g_array_unref(row);
	return GPOINTER_TO_UINT(known);
}

/* ---- states ---------------------------------------------------------------------------------- */

/* The best way out of a set, at a place; false: there is none. */
static bool best_end(const struct match *m, const struct set *set, guint place,
		     struct arrival *best)
{
	best->path = NULL;
	for (guint i = 0; i < set->count; i++) {
		const struct regex_position *position = regex_position(m->paths, set->members[i]);
		struct arrival arrival = { .from = i, .path = &position->end[place] };

		if (position->ends[place] &&
		    (!best->path || compare_ways(set, &arrival, best).first_wins))
			*best = arrival;
	}
	return best->path;
}

/* The state of a set, perhaps a new one; takes the set over. */
static guint state_of(struct match *m, struct set *set)
{
	guint state = GPOINTER_TO_UINT(g_hash_table_lookup(m->states, set));
	struct stp_regex_link ends[2] = { { 0, 0 }, { 0, 0 } };
	guint8 accepts = 0;

	if (state) {
		g_free(set);
		return state;
	}
	for (guint place = 0; place < 2; place++) {
		struct arrival best;

		if (!best_end(m, set, place, &best))
			continue;
		accepts |= place ? STP_REGEX_AT_EDGE : STP_REGEX_INSIDE;
		if (m->groups)
			ends[place] = link_of(m, &best);
	}
	g_array_append_vals(m->automaton->ends, ends, 2);
	state = regex_automaton_add(m->automaton, accepts, m->error);
	g_hash_table_insert(m->states, set, GUINT_TO_POINTER(state));
	g_ptr_array_add(m->sets, set);
	return state;
}

/* All ways from a set through bytes of a class; of those to the same position, the best. */
static void arrive(struct match *m, const struct set *set, guint class)
{
	const guint32 *mask = regex_class_mask(m->classes, class);

	g_array_set_size(m->reached, 0);
	for (guint i = 0; i < set->count; i++) {
		const struct regex_position *position = regex_position(m->paths, set->members[i]);

		if (too_much(m, position->path_count))
			return;
		for (guint k = 0; k < position->path_count; k++) {
			const struct regex_path *path = regex_path(m->paths, position->paths + k);
			struct arrival *known = &m->arrivals[path->target];
			struct arrival arrival = { .from = i, .path = path };

			if (!regex_bit(mask, path->target))
				continue;
			if (!known->path)
				g_array_append_val(m->reached, path->target);
			if (!known->path || compare_ways(set, &arrival, known).first_wins)
				*known = arrival;
		}
	}
}

static gint compare_numbers(gconstpointer a, gconstpointer b)
{
	return *(const guint16 *)a - *(const guint16 *)b;
}

/* The set that m->arrivals make up, with what is known of its ways. */
static struct set *make_set(struct match *m, const struct set *before)
{
	const guint16 *members = (const guint16 *)m->reached->data;
	guint count = m->reached->len;
	struct set *set;

	if (too_much(m, count * count))
		return NULL;
	set = set_new(count);
	memcpy(set->data, members, count * sizeof(*members));
	for (guint i = 0; i < count; i++) {
		for (guint k = i + 1; k < count; k++) {
			const struct arrival *a = &m->arrivals[members[i]];
			const struct arrival *b = &m->arrivals[members[k]];
			struct comparison c;

			if (a->from == b->from)
				c = compare_paths(m, before->members[a->from], a->path, b->path);
			else
				c = compare_ways(before, a, b);
			level(&c);
			set->heights[i * count + k] = c.heights[0];
			set->heights[k * count + i] = c.heights[1];
			set->wins[i * count + k] = c.first_wins;
			set->wins[k * count + i] = !c.first_wins;
		}
	}
	return set;
}

static void add_row(struct match *m, const struct set *set)
{
	for (guint class = 0; class < m->classes->count; class++) {
		guint16 state = STP_REGEX_DEAD, row = 0;
		struct set *next = NULL;

		arrive(m, set, class);
		g_array_sort(m->reached, compare_numbers);
		if (m->reached->len)
			next = make_set(m, set);
		if (next) {
			row = m->groups ? row_of(m) : 0;
			state = state_of(m, next);
		}
		for (guint i = 0; i < m->reached->len; i++)
			m->arrivals[g_array_index(m->reached, guint16, i)].path = NULL;
		g_array_append_val(m->automaton->next, state);
		g_array_append_val(m->automaton->rows, row);
	}
}

static guint add_start(struct match *m, guint position)
{
	struct set *set = set_new(1);

	set->data[0] = position;
	return state_of(m, set);
}

bool regex_build_match(struct regex_automaton *automaton, const struct regex_paths *paths,
		       const struct regex_classes *classes, struct regex_error *error)
{
	struct match m = {
		.automaton = automaton,
		.paths = paths,
		.classes = classes,
		.error = error,
		.sets = g_ptr_array_new_with_free_func(g_free),
		.states = g_hash_table_new(set_hash, set_equal),
		.rows = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					      (GDestroyNotify)g_bytes_unref, NULL),
		.lists = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					       (GDestroyNotify)g_bytes_unref, NULL),
		.arrivals = g_new0(struct arrival, paths->positions->len),
		.reached = g_array_new(FALSE, FALSE, sizeof(guint16)),
		.groups = !paths->tree.root->quiet,
	};

	error->message[0] = 0;
	automaton->start = add_start(&m, paths->start);
	automaton->start_inside = add_start(&m, paths->start_inside);
	for (guint i = 0; i < m.sets->len && !error->message[0]; i++)
		add_row(&m, m.sets->pdata[i]);
	g_hash_table_destroy(m.states);
	g_hash_table_destroy(m.rows);
	g_hash_table_destroy(m.lists);
	g_ptr_array_unref(m.sets);
	g_array_unref(m.reached);
	g_free(m.arrivals);
	return !error->message[0];
}
