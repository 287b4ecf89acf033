/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regex_internal.h - what the stages of regex_compile() hand on: text → tree (regex_parse.c) →
 * positions and paths between them (regex_path.c) → automata (regex_search.c, regex_match.c) →
 * tables (regex_compile.c).
 */
#ifndef ELABORATE_REGEX_INTERNAL_H
#define ELABORATE_REGEX_INTERNAL_H

#include "regex_compile.h"

/* Bounds that no expression written by hand meets; the worst that they let through takes 0.3 s. */
#define REGEX_MAX_DEPTH 250	/* operators within operators; heights fit into a byte */
#define REGEX_MAX_NODES 20000	/* of the expanded tree */
/* Fuzzers, with their sanitizers, have less time and take less. */
#ifndef REGEX_MAX_POSITIONS
#define REGEX_MAX_POSITIONS 2000
#endif
#define REGEX_MAX_BOUND 1000	/* in braces */
#define REGEX_MAX_PATHS 200000
#define REGEX_MAX_OPS 1000000	/* of all paths */
#define REGEX_MAX_STATES 2000	/* of one automaton */
#define REGEX_MAX_LINKS 60000
#ifndef REGEX_MAX_WORK
#define REGEX_MAX_WORK 10000000	/* elementary steps that make one automaton */
#endif

/* A new copy, for g_free(); NULL if it is empty. */
gpointer regex_copy(gconstpointer data, gsize size);

/* ---- the tree -------------------------------------------------------------------------------- */

enum regex_kind {
	REGEX_EMPTY,	/* nothing, as in a| or () */
	REGEX_SET,	/* a . [a-z]: one byte */
	REGEX_BEGIN,	/* ^ */
	REGEX_END,	/* $ */
	REGEX_CAT,	/* children one after the other */
	REGEX_ALT,	/* one of the children */
	REGEX_REPEAT,	/* {min,max}; as parsed one child, expanded one child for each time */
	REGEX_GROUP,	/* (child) */
};

#define REGEX_UNBOUNDED G_MAXUINT

struct regex_node {
	enum regex_kind kind;
	struct regex_node **children;
	guint count;
	guint depth;		/* of the longest way down */
	union {
		guint32 set[8];		/* SET: the bytes */
		guint group;		/* GROUP: from 1 */
		struct {
			guint min, max;
		};
	};
	/* Of the expanded tree only: */
	struct regex_node *parent;
	guint index;		/* among the parent's children */
	guint position;		/* SET: its number */
	bool quiet;		/* no group in it: only the length of what it matches matters */
	guint counted;		/* how many of the children's lengths are to be compared */
	guint8 nullable;	/* in which places it matches "", a bit for each place */
};

/* Combinations of REGEX_AT_BEGIN and REGEX_AT_END, that is where ^ and $ match. */
#define REGEX_AT_BEGIN 1
#define REGEX_AT_END 2
#define REGEX_PLACES 4

struct regex_tree {
	GPtrArray *nodes;	/* all of them */
	struct regex_node *root;
	guint groups;		/* with the whole match */
	guint8 parents[STP_REGEX_GROUPS];
};

/* The tree as written; false: *error is set. */
bool regex_parse(struct regex_tree *tree, const char *pattern, struct regex_error *error);
void regex_tree_clear(struct regex_tree *tree);
void regex_node_free(gpointer node);
/* NULL children: the caller sets them. */
struct regex_node *regex_node_new(struct regex_tree *tree, enum regex_kind kind, guint count);

/* ---- positions and paths --------------------------------------------------------------------- */

/* What happens on a way through the tree, as far as POSIX's order and the groups need to know. */
enum regex_op {
	REGEX_OP_OPEN,		/* a subexpression whose length is to be compared begins */
	REGEX_OP_CLOSE,
	REGEX_OP_CHOICE,	/* value: which alternative; of *: 0: once more, 1: no more */
	REGEX_OP_BORDER,	/* value: see struct stp_regex_link */
};

/* Paths that differ in no op differ only inside of a quiet node. */
#define REGEX_OP(op, value) ((guint32)(op) | (guint32)(value) << 2)
#define REGEX_OP_KIND(op) ((enum regex_op)((op) & 3))
#define REGEX_OP_VALUE(op) ((op) >> 2)

/* The best way from one position to another that matches no byte between them. */
struct regex_path {
	guint16 target;
	guint8 lowest;		/* height on the way; see regex_match.c */
	guint32 ops, op_count;	/* in regex_paths.ops */
};

/*
 * A position is a SET of the expanded tree.  Two more stand for "nothing has been matched yet".
 */
struct regex_position {
	const struct regex_node *node;
	guint8 height;			/* counted subexpressions around it */
	guint32 paths, path_count;	/* in regex_paths.paths: to positions that may follow */
	bool ends[2];			/* may the match end here: inside, at the string's end? */
	struct regex_path end[2];	/* how */
};

struct regex_paths {
	struct regex_tree tree;		/* expanded */
	bool quiet;			/* groups do not matter, nor where the match is */
	GPtrArray *positions;		/* struct regex_position; the last two are the starts */
	guint start;			/* number of the start at the string's begin */
	guint start_inside;		/* and elsewhere */
	GArray *paths;			/* struct regex_path */
	GArray *ops;			/* guint32 */
	const char *excess;		/* or NULL: what there is too much of */
};

/* groups: what they match, or the whole, will be asked for.  false: too large, *error is set. */
bool regex_paths_init(struct regex_paths *paths, const struct regex_tree *tree, bool groups,
		      struct regex_error *error);
void regex_paths_clear(struct regex_paths *paths);

static inline const struct regex_position *regex_position(const struct regex_paths *paths, guint i)
{
	return paths->positions->pdata[i];
}

static inline const struct regex_path *regex_path(const struct regex_paths *paths, guint i)
{
	return &g_array_index(paths->paths, struct regex_path, i);
}

/* ---- automata -------------------------------------------------------------------------------- */

/* Bytes that no SET tells apart. */
struct regex_classes {
	guint count;
	guint8 of[256];
	guint32 *masks;		/* [class][words]: the positions that match its bytes */
	guint words;		/* of a set of positions, the two starts included */
};

struct regex_automaton {
	GArray *next;		/* guint16 [state - STP_REGEX_FIRST][class] */
	GByteArray *accepts;	/* [state - STP_REGEX_FIRST] */
	guint start, start_inside;
	/* Of regex_build_match() only, see struct stp_regex: */
	GArray *rows, *links, *ends;
	GByteArray *borders;
};

/* Which search is wanted. */
enum regex_direction {
	REGEX_FORWARD,		/* up to the first sign of a match */
	REGEX_BACKWARD,		/* where does a match begin? */
};

/* false: too large, *error is set.  In either case regex_automaton_clear() is to be called. */
bool regex_build_search(struct regex_automaton *automaton, const struct regex_paths *paths,
			const struct regex_classes *classes, enum regex_direction direction,
			struct regex_error *error);
bool regex_build_match(struct regex_automaton *automaton, const struct regex_paths *paths,
		       const struct regex_classes *classes, struct regex_error *error);
void regex_automaton_init(struct regex_automaton *automaton);
void regex_automaton_clear(struct regex_automaton *automaton);

/* The number of a new state, without its row; 0: too many, *error is set. */
guint regex_automaton_add(struct regex_automaton *automaton, guint8 accepts,
			  struct regex_error *error);

static inline const guint32 *regex_class_mask(const struct regex_classes *classes, guint class)
{
	return classes->masks + class * classes->words;
}

static inline bool regex_bit(const guint32 *set, guint i)
{
	return set[i / 32] & 1U << i % 32;
}

static inline void regex_set_bit(guint32 *set, guint i)
{
	set[i / 32] |= 1U << i % 32;
}

/* ---- errors ---------------------------------------------------------------------------------- */

bool regex_fail(struct regex_error *error, guint position, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

#endif
