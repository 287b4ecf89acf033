// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * regex_search.c - automata that say whether, or where, there is a match.
 *
 * The subset construction over positions, in both directions.  As a match may begin (seen
 * backwards: end) anywhere, the start inside the string belongs to every set, unless no match can
 * begin there.
 */
#include "regex_internal.h"

#include <string.h>

struct search {
	struct regex_automaton *automaton;
	const struct regex_paths *paths;
	const struct regex_classes *classes;
	enum regex_direction direction;
	guint32 *next;		/* [position][words] */
	/* Positions with which a set accepts: where the string ends, as it is read; elsewhere. */
	guint32 *at_edge, *inside;
	bool anywhere;		/* the start inside is in every set */
	GPtrArray *sets;	/* per state: its guint32[words] */
	GHashTable *states;	/* GBytes of a set → state */
	struct regex_error *error;
};

static guint32 *row(const struct search *s, guint position)
{
	return s->next + position * s->classes->words;
}

/* ---- what follows what, in the direction of reading ------------------------------------------ */

static void set_accepts(struct search *s, guint position, bool inside, bool at_edge)
{
	if (inside)
		regex_set_bit(s->inside, position);
	if (at_edge)
		regex_set_bit(s->at_edge, position);
}

static void look_forward(struct search *s)
{
	for (guint i = 0; i < s->paths->positions->len; i++) {
		const struct regex_position *position = regex_position(s->paths, i);

		for (guint k = 0; k < position->path_count; k++)
			regex_set_bit(row(s, i),
				      regex_path(s->paths, position->paths + k)->target);
		set_accepts(s, i, position->ends[0], position->ends[1]);
	}
}

/*
 * Backwards the start means "where the string ends", the start inside "at an end of a match before
 * that", and a set accepts where forwards a start leads to it.
 */
static void look_backward(struct search *s)
{
	const struct regex_position *start = regex_position(s->paths, s->paths->start);
	const struct regex_position *inside = regex_position(s->paths, s->paths->start_inside);

	for (guint i = 0; i < s->paths->start; i++) {
		const struct regex_position *position = regex_position(s->paths, i);

		for (guint k = 0; k < position->path_count; k++)
			regex_set_bit(row(s, regex_path(s->paths, position->paths + k)->target), i);
		if (position->ends[1])
			regex_set_bit(row(s, s->paths->start), i);
		if (position->ends[0])
			regex_set_bit(row(s, s->paths->start_inside), i);
	}
	for (guint k = 0; k < start->path_count; k++)
		regex_set_bit(s->at_edge, regex_path(s->paths, start->paths + k)->target);
	for (guint k = 0; k < inside->path_count; k++)
		regex_set_bit(s->inside, regex_path(s->paths, inside->paths + k)->target);
	set_accepts(s, s->paths->start, inside->ends[1], start->ends[1]);
	set_accepts(s, s->paths->start_inside, inside->ends[0], start->ends[0]);
}

/* ---- states ---------------------------------------------------------------------------------- */

static bool meet(const struct search *s, const guint32 *a, const guint32 *b)
{
	for (guint word = 0; word < s->classes->words; word++)
		if (a[word] & b[word])
			return true;
	return false;
}

/* The state of a set, perhaps a new one; too many: error->message is set and the result useless. */
static guint state_of(struct search *s, const guint32 *set)
{
	gsize size = s->classes->words * sizeof(guint32);
	guint8 accepts = 0;
	GBytes *key;
	guint state;

	if (!meet(s, set, set))
		return STP_REGEX_DEAD;
	if (s->direction == REGEX_FORWARD && meet(s, set, s->inside))
		return STP_REGEX_MATCH;
	key = g_bytes_new(set, size);
	state = GPOINTER_TO_UINT(g_hash_table_lookup(s->states, key));
	if (state) {
		g_bytes_unref(key);
		return state;
	}
	accepts |= meet(s, set, s->inside) ? STP_REGEX_INSIDE : 0;
	accepts |= meet(s, set, s->at_edge) ? STP_REGEX_AT_EDGE : 0;
	state = regex_automaton_add(s->automaton, accepts, s->error);
	g_hash_table_insert(s->states, key, GUINT_TO_POINTER(state));
	g_ptr_array_add(s->sets, regex_copy(set, size));
	return state;
}

static void add_row(struct search *s, const guint32 *set)
{
	guint words = s->classes->words;
	g_autofree guint32 *next = g_new0(guint32, words);
	g_autofree guint32 *target = g_new(guint32, words);

	for (guint i = 0; i < s->paths->positions->len; i++)
		for (guint word = 0; regex_bit(set, i) && word < words; word++)
			next[word] |= row(s, i)[word];
	for (guint class = 0; class < s->classes->count; class++) {
		guint16 state;

		for (guint word = 0; word < words; word++)
			target[word] = next[word] & regex_class_mask(s->classes, class)[word];
		if (s->anywhere)
			regex_set_bit(target, s->paths->start_inside);
		state = state_of(s, target);
		g_array_append_val(s->automaton->next, state);
	}
}

bool regex_build_search(struct regex_automaton *automaton, const struct regex_paths *paths,
			const struct regex_classes *classes, enum regex_direction direction,
			struct regex_error *error)
{
	struct search s = {
		.automaton = automaton,
		.paths = paths,
		.classes = classes,
		.direction = direction,
		.next = g_new0(guint32, paths->positions->len * classes->words),
		.at_edge = g_new0(guint32, classes->words),
		.inside = g_new0(guint32, classes->words),
		.sets = g_ptr_array_new_with_free_func(g_free),
		.states = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
						(GDestroyNotify)g_bytes_unref, NULL),
		.error = error,
	};
	g_autofree guint32 *first = g_new0(guint32, classes->words);

	error->message[0] = 0;
	if (direction == REGEX_FORWARD)
		look_forward(&s);
	else
		look_backward(&s);
	s.anywhere = regex_bit(s.inside, paths->start_inside) ||
		     regex_bit(s.at_edge, paths->start_inside) ||
		     meet(&s, row(&s, paths->start_inside), row(&s, paths->start_inside));
	regex_set_bit(first, paths->start);
	automaton->start = state_of(&s, first);
	for (guint i = 0; i < s.sets->len && !error->message[0]; i++)
		add_row(&s, s.sets->pdata[i]);
	g_hash_table_destroy(s.states);
	g_ptr_array_unref(s.sets);
	g_free(s.at_edge);
	g_free(s.inside);
	g_free(s.next);
	return !error->message[0];
}
