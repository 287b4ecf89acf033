// SPDX-License-Identifier: GPL-2.0-or-later
/* regex_compile.c - a regular expression to its tables: the stages, and the tables' final form. */
#include "regex_internal.h"

#include <string.h>

/* ---- classes of bytes ------------------------------------------------------------------------ */

/* Give the bytes of a set classes apart from the others'. */
static void split_classes(struct regex_classes *classes, const guint32 *set)
{
	guint8 twin[256] = { 0 };	/* per class: the new one for its bytes in the set */
	bool seen[256] = { false };	/* per class: are any of its bytes not in the set? */

	for (guint byte = 1; byte < 256; byte++)
		if (!regex_bit(set, byte))
			seen[classes->of[byte]] = true;
	for (guint byte = 1; byte < 256; byte++) {
		guint class = classes->of[byte];

		if (!regex_bit(set, byte) || !seen[class])
			continue;
		if (!twin[class])
			twin[class] = classes->count++;
		classes->of[byte] = twin[class];
	}
}

static void classes_init(struct regex_classes *classes, const struct regex_paths *paths)
{
	guint representatives[256];

	*classes = (struct regex_classes){
		.count = 1,
		.words = (paths->positions->len + 31) / 32,
	};
	for (guint i = 0; i < paths->start; i++)
		split_classes(classes, regex_position(paths, i)->node->set);
	classes->masks = g_new0(guint32, classes->count * classes->words);
	for (guint byte = 1; byte < 256; byte++)
		representatives[classes->of[byte]] = byte;
	for (guint class = 0; class < classes->count; class++)
		for (guint i = 0; i < paths->start; i++)
			if (regex_bit(regex_position(paths, i)->node->set, representatives[class]))
				regex_set_bit(classes->masks + class * classes->words, i);
}

/* ---- automata -------------------------------------------------------------------------------- */

void regex_automaton_init(struct regex_automaton *automaton)
{
	*automaton = (struct regex_automaton){
		.next = g_array_new(FALSE, FALSE, sizeof(guint16)),
		.accepts = g_byte_array_new(),
		.rows = g_array_new(FALSE, FALSE, sizeof(guint16)),
		.links = g_array_new(FALSE, FALSE, sizeof(struct stp_regex_link)),
		.ends = g_array_new(FALSE, FALSE, sizeof(struct stp_regex_link)),
		.borders = g_byte_array_new(),
	};
}

void regex_automaton_clear(struct regex_automaton *automaton)
{
	g_array_unref(automaton->next);
	g_byte_array_unref(automaton->accepts);
	g_array_unref(automaton->rows);
	g_array_unref(automaton->links);
	g_array_unref(automaton->ends);
	g_byte_array_unref(automaton->borders);
}

guint regex_automaton_add(struct regex_automaton *automaton, guint8 accepts,
			  struct regex_error *error)
{
	if (automaton->accepts->len >= REGEX_MAX_STATES) {
		regex_fail(error, 0, "regex is too complex (more than %d states)",
			   REGEX_MAX_STATES);
		return 0;
	}
	g_byte_array_append(automaton->accepts, &accepts, 1);
	return STP_REGEX_FIRST + automaton->accepts->len - 1;
}

/* ---- tables ---------------------------------------------------------------------------------- */

gpointer regex_copy(gconstpointer data, gsize size)
{
	return size ? memcpy(g_malloc(size), data, size) : NULL;
}

static gpointer copy_array(GArray *array)
{
	return regex_copy(array->data, (gsize)array->len * g_array_get_element_size(array));
}

static void copy_automaton(struct stp_regex_dfa *dfa, const struct regex_automaton *automaton)
{
	guint count = automaton->next->len;

	dfa->start = automaton->start;
	dfa->start_inside = automaton->start_inside;
	dfa->accepts = regex_copy(automaton->accepts->data, automaton->accepts->len);
	dfa->wide = STP_REGEX_FIRST + automaton->accepts->len > 256;
	if (dfa->wide) {
		dfa->next = copy_array(automaton->next);
	} else {
		guint8 *next = g_malloc(count);

		for (guint i = 0; i < count; i++)
			next[i] = g_array_index(automaton->next, guint16, i);
		dfa->next = next;
	}
}

/* Can a match begin at the start of the string only, or is the one that does so the leftmost? */
static bool begins_at_start(const struct regex_paths *paths)
{
	const struct regex_position *start = regex_position(paths, paths->start);
	const struct regex_position *inside = regex_position(paths, paths->start_inside);

	return start->ends[0] || (!inside->path_count && !inside->ends[1]);
}

static bool fill_search(struct regex *regex, const struct regex_paths *paths,
			const struct regex_classes *classes, enum regex_direction direction,
			struct regex_error *error)
{
	struct regex_automaton automaton;
	bool done;

	regex_automaton_init(&automaton);
	done = regex_build_search(&automaton, paths, classes, direction, error);
	if (done) {
		copy_automaton(&regex->tables.search, &automaton);
		regex->search_states = automaton.accepts->len;
	}
	regex_automaton_clear(&automaton);
	return done;
}

static bool fill_match(struct regex *regex, const struct regex_paths *paths,
		       const struct regex_classes *classes, struct regex_error *error)
{
	struct stp_regex *tables = &regex->tables;
	struct regex_automaton automaton;
	bool done;

	regex_automaton_init(&automaton);
	done = regex_build_match(&automaton, paths, classes, error);
	if (done) {
		copy_automaton(&tables->match, &automaton);
		regex->match_states = automaton.accepts->len;
	}
	if (done && tables->groups > 1) {
		tables->rows = copy_array(automaton.rows);
		tables->links = copy_array(automaton.links);
		tables->ends = copy_array(automaton.ends);
		tables->borders = regex_copy(automaton.borders->data, automaton.borders->len);
		regex->link_count = automaton.links->len;
		regex->border_count = automaton.borders->len;
	}
	regex_automaton_clear(&automaton);
	return done;
}

static bool fill_tables(struct regex *regex, const struct regex_tree *tree,
			const struct regex_paths *paths, struct regex_error *error)
{
	struct stp_regex *tables = &regex->tables;
	struct regex_classes classes;
	bool done;

	classes_init(&classes, paths);
	tables->class_count = classes.count;
	tables->classes = regex_copy(classes.of, sizeof(classes.of));
	if (!tables->groups) {
		done = fill_search(regex, paths, &classes, REGEX_FORWARD, error);
	} else {
		tables->parents = regex_copy(tree->parents, tables->groups);
		done = (begins_at_start(paths) ||
			fill_search(regex, paths, &classes, REGEX_BACKWARD, error)) &&
		       fill_match(regex, paths, &classes, error);
	}
	g_free(classes.masks);
	return done;
}

struct regex *regex_compile(const char *pattern, bool groups, struct regex_error *error)
{
	struct regex *regex = NULL;
	struct regex_paths paths;
	struct regex_tree tree;

	if (!regex_parse(&tree, pattern, error))
		return NULL;
	if (groups && tree.groups > STP_REGEX_GROUPS) {
		regex_fail(error, 0, "too many groups (more than %d)", STP_REGEX_GROUPS - 1);
	} else if (regex_paths_init(&paths, &tree, groups, error)) {
		regex = g_new0(struct regex, 1);
		regex->tables.groups = groups ? tree.groups : 0;
		if (!fill_tables(regex, &tree, &paths, error)) {
			regex_free(regex);
			regex = NULL;
		}
		regex_paths_clear(&paths);
	}
	regex_tree_clear(&tree);
	return regex;
}

void regex_free(struct regex *regex)
{
	struct stp_regex *tables = regex ? &regex->tables : NULL;

	if (!regex)
		return;
	g_free((gpointer)tables->classes);
	g_free((gpointer)tables->search.next);
	g_free((gpointer)tables->search.accepts);
	g_free((gpointer)tables->match.next);
	g_free((gpointer)tables->match.accepts);
	g_free((gpointer)tables->rows);
	g_free((gpointer)tables->links);
	g_free((gpointer)tables->ends);
	g_free((gpointer)tables->borders);
	g_free((gpointer)tables->parents);
	g_free(regex);
}
