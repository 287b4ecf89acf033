/* SPDX-License-Identifier: GPL-2.0-or-later */
/* index_internal.h - what is handed from the walk over a file to the writer of its index. */
#ifndef ELABORATE_DEBUGINFO_INDEX_INTERNAL_H
#define ELABORATE_DEBUGINFO_INDEX_INTERNAL_H

#include "index.h"

/* Strings are the Dwarf's own, or the finder's. */
struct found_function {
	const char *name, *file;
	guint32 line;
};

struct found_own {
	guint64 pc;
	guint32 die, function;	/* a number in `functions` */
};

struct found_inlined {
	guint64 pc;
	guint32 die, function, own;	/* numbers */
};

struct found_range {
	guint64 start, end;
	guint32 own;
};

struct found_call {
	const char *name;
	guint32 die;
};

struct found_type {
	const char *name;
	guint32 tag, die;
};

struct found_enumerator {
	const char *name;
	gint64 value;
};

struct found_variable {
	const char *name;
	guint32 die;
	bool declared;	/* only */
};

struct found_symbol {
	const char *name;
	guint64 value;
	guint32 flags;
	bool global;
};

/* X(list, record) */
#define FOUND_LISTS(X) \
	X(functions, struct found_function) X(own, struct found_own) \
	X(inlined, struct found_inlined) X(ranges, struct found_range) \
	X(calls, struct found_call) \
	X(types, struct found_type) X(enumerators, struct found_enumerator) \
	X(variables, struct found_variable) X(symbols, struct found_symbol)

struct index_found {
#define X(list, record) GArray *list;
	FOUND_LISTS(X)
#undef X
};

void index_found_init(struct index_found *found);
void index_found_clear(struct index_found *found);
/* Put what is in `more` behind what is in `all`. */
void index_found_append(struct index_found *all, const struct index_found *more);
/* Sort, and write.  NULL: it does not fit into the format. */
GByteArray *index_write(struct index_found *found, const char *build_id);

#define found_at(list, record, i) (&g_array_index(list, record, i))

#endif
