/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regex.h - compiled regular expressions: their tables and how to run them.
 *
 * The translator makes the tables (elaborate/regex_compile.c), a module runs them in any context:
 * time is linear in the string, nothing is allocated, nothing recurses.  The code is here, and not
 * in the runtime, so that the translator's tests run exactly what a module runs.  Plain C types
 * only: the thin unit of a script has no others.
 *
 * All automata work on classes of bytes and have the states 0 (no match can follow), 1 (there is a
 * match, look no further) and 2 … whose rows are in the tables.
 *
 * Is there a match?  One automaton reads the string once and stops at the first sign of a match.
 *
 * Where is the leftmost-longest one?  `search` reads the string backwards and knows at every place
 * whether a match begins there; the last place it says yes to is the leftmost.  From there `match`
 * reads forwards, up to the last place at which it accepts, and its states are kept.
 *
 * Where are the groups?  A state of `match` stands for a set of positions in the expression, at
 * most one of which turns out to be on the way of the match; for each transition there is a row of
 * links that tells from which member of the old set each member of the new one was best reached.
 * "Best" is POSIX's order of matches, see elaborate/regex_match.c.  So the links are followed from
 * the end of the match to its start, and the borders of groups that lie on the way are collected,
 * the last first.
 */
#ifndef STP_REGEX_H
#define STP_REGEX_H

#define STP_REGEX_GROUPS 64	/* at most, with group 0, the whole match */

#define STP_REGEX_DEAD 0
#define STP_REGEX_MATCH 1
#define STP_REGEX_FIRST 2	/* the first state with a row */

/* Whether a state accepts: where the string ends (in the direction of reading), and elsewhere. */
#define STP_REGEX_AT_EDGE 1
#define STP_REGEX_INSIDE 2

/* Unit tests count the steps. */
#ifndef STP_REGEX_STEP
#define STP_REGEX_STEP() ((void)0)
#endif

struct stp_regex_dfa {
	/* [state - STP_REGEX_FIRST][class], of unsigned short if wide, else unsigned char */
	const void *next;
	const unsigned char *accepts;	/* [state - STP_REGEX_FIRST] */
	unsigned short start;		/* for reading from the string's edge */
	unsigned short start_inside;	/* for reading from another place; `match` only */
	_Bool wide;
};

/* Borders of groups are numbered 2 * group and 2 * group + 1. */
struct stp_regex_link {
	unsigned short from;		/* which member of the set before */
	unsigned short borders;		/* index of a list in `borders` */
};

#define STP_REGEX_NO_BORDER 255

struct stp_regex {
	/* with the whole match; 0: only whether there is a match is known, from `search` */
	unsigned short groups;
	unsigned short class_count;
	const unsigned char *classes;	/* [byte] */
	struct stp_regex_dfa search;	/* without `next`: a match can only begin the string */
	struct stp_regex_dfa match;	/* if groups */
	/* The rest if groups > 1.  [state - STP_REGEX_FIRST][class]: index of a row in `links` */
	const unsigned short *rows;
	const struct stp_regex_link *links;
	/* [state - STP_REGEX_FIRST][0: inside, 1: at the end of the string], of the way out */
	const struct stp_regex_link (*ends)[2];
	const unsigned char *borders;	/* lists, last border first, up to STP_REGEX_NO_BORDER */
	const unsigned char *parents;	/* [group]: the group around it */
};

static inline unsigned int stp_regex_cell(const struct stp_regex *re, unsigned int state, char byte)
{
	STP_REGEX_STEP();
	return (state - STP_REGEX_FIRST) * re->class_count + re->classes[(unsigned char)byte];
}

static inline unsigned int stp_regex_next(const struct stp_regex *re,
					  const struct stp_regex_dfa *dfa, unsigned int state,
					  char byte)
{
	unsigned int cell = stp_regex_cell(re, state, byte);

	return dfa->wide ? ((const unsigned short *)dfa->next)[cell] :
			   ((const unsigned char *)dfa->next)[cell];
}

static inline _Bool stp_regex_accepts(const struct stp_regex_dfa *dfa, unsigned int state,
				      _Bool at_edge)
{
	return dfa->accepts[state - STP_REGEX_FIRST] &
	       (at_edge ? STP_REGEX_AT_EDGE : STP_REGEX_INSIDE);
}

/* Is there a match in s?  For re->groups == 0. */
static inline _Bool stp_regex_test(const struct stp_regex *re, const char *s)
{
	unsigned int state = re->search.start;

	for (; state >= STP_REGEX_FIRST && *s; s++)
		state = stp_regex_next(re, &re->search, state, *s);
	if (state < STP_REGEX_FIRST)
		return state == STP_REGEX_MATCH;
	return stp_regex_accepts(&re->search, state, 1);
}

/* Where the leftmost match begins; false: there is none. */
static inline _Bool stp_regex_search(const struct stp_regex *re, const char *s, unsigned int length,
				     unsigned int *start)
{
	unsigned int state = re->search.start, at = length;
	_Bool found = 0;

	*start = 0;
	if (!re->search.next)
		return 1;	/* if anywhere */
	for (;;) {
		if (stp_regex_accepts(&re->search, state, at == 0)) {
			*start = at;
			found = 1;
		}
		if (at == 0)
			return found;
		state = stp_regex_next(re, &re->search, state, s[--at]);
		if (state == STP_REGEX_DEAD)
			return found;
	}
}

#define STP_REGEX_UNSET (~0U)

/*
 * The way back crosses these borders at `at`.  Only the last instance of a group counts, and only
 * if it lies in the last instance of the group around it.
 */
static inline void stp_regex_cross(const struct stp_regex *re, const struct stp_regex_link *link,
				   unsigned int at, unsigned int (*bounds)[2])
{
	const unsigned char *border;

	for (border = re->borders + link->borders; *border != STP_REGEX_NO_BORDER; border++) {
		unsigned int *group = bounds[*border / 2];
		unsigned int *parent = bounds[re->parents[*border / 2]];

		STP_REGEX_STEP();
		if (*border % 2 == 0 && group[1] != STP_REGEX_UNSET && group[0] == STP_REGEX_UNSET)
			group[0] = at;
		else if (*border % 2 == 1 && group[1] == STP_REGEX_UNSET &&
			 parent[1] != STP_REGEX_UNSET && parent[0] == STP_REGEX_UNSET)
			group[1] = at;
	}
}

static inline void stp_regex_trace(const struct stp_regex *re, const char *s,
				   const unsigned short *states, unsigned int start,
				   unsigned int end, _Bool at_edge, unsigned int (*bounds)[2])
{
	const struct stp_regex_link *link = &re->ends[states[end] - STP_REGEX_FIRST][at_edge];
	unsigned int at = end, i;

	for (i = 0; i < re->groups; i++)
		bounds[i][0] = bounds[i][1] = STP_REGEX_UNSET;
	bounds[0][1] = end;
	for (;;) {
		stp_regex_cross(re, link, at, bounds);
		if (at == start)
			break;
		at--;
		link = re->links + re->rows[stp_regex_cell(re, states[at], s[at])] + link->from;
	}
	for (i = 1; i < re->groups; i++)
		if (bounds[i][1] == STP_REGEX_UNSET)
			bounds[i][0] = bounds[i][1] = 0;
}

/*
 * Find the leftmost-longest match in s and its groups; false: there is none.  For re->groups > 0.
 * states: room for length + 1.  bounds: room for re->groups, gets start and end; a group that is no
 * part of the match is empty.
 */
static inline _Bool stp_regex_find(const struct stp_regex *re, const char *s, unsigned int length,
				   unsigned short *states, unsigned int (*bounds)[2])
{
	unsigned int state, at, start, end = 0;
	_Bool found = 0;

	if (!stp_regex_search(re, s, length, &start))
		return 0;
	state = start ? re->match.start_inside : re->match.start;
	for (at = start; state != STP_REGEX_DEAD; at++) {
		states[at] = state;
		if (stp_regex_accepts(&re->match, state, at == length)) {
			end = at;
			found = 1;
		}
		if (at == length)
			break;
		state = stp_regex_next(re, &re->match, state, s[at]);
	}
	if (!found)
		return 0;
	if (re->groups > 1)
		stp_regex_trace(re, s, states, start, end, end == length, bounds);
	bounds[0][0] = start;
	bounds[0][1] = end;
	return 1;
}

#endif
