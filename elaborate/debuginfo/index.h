/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * index.h - what a file with DWARF defines, by name, so that a run reads only the entries (DIEs) it
 * needs.
 *
 * The index of a file is an entry of the cache, named by build-id.  All numbers are of the machine
 * that wrote it:
 *
 *	struct index_header
 *	sections, each at a multiple of 8 bytes: an array of one of the records below, or strings
 *	that end in 0
 *
 * The header has a checksum of its own and one of each section, which is compared when the section
 * is first used.  Whatever does not match is built again.  Records are sorted by name, unless said
 * otherwise; a name is an offset into the strings that go with the section.  A DIE is named by its
 * offset in .debug_info.  Addresses of code are counted from the header's base.
 */
#ifndef ELABORATE_DEBUGINFO_INDEX_H
#define ELABORATE_DEBUGINFO_INDEX_H

#include "arena.h"
#include "cache.h"

#include <elfutils/libdw.h>

#define INDEX_VERSION 6
#define INDEX_NONE G_MAXUINT32
#define INDEX_BUILD_ID_MAX 64

/* X(name, record, strings): the sections.  `strings` of a section without names is itself. */
#define INDEX_SECTIONS(X) \
	X(FUNCTIONS, struct index_function, CODE_STRINGS) \
	X(OWN, struct index_own, CODE_STRINGS) \
	X(INLINED, struct index_inlined, CODE_STRINGS) \
	X(RANGES, struct index_range, CODE_STRINGS) \
	X(CALLS, struct index_call, CODE_STRINGS) \
	X(CODE_STRINGS, char, CODE_STRINGS) \
	X(TYPES, struct index_type, DATA_STRINGS) \
	X(ENUMERATORS, struct index_enumerator, DATA_STRINGS) \
	X(VARIABLES, struct index_variable, DATA_STRINGS) \
	X(DATA_STRINGS, char, DATA_STRINGS) \
	X(SYMBOLS, struct index_symbol, SYMBOL_STRINGS) \
	X(SYMBOL_STRINGS, char, SYMBOL_STRINGS)

enum index_section {
#define X(name, record, strings) INDEX_##name,
	INDEX_SECTIONS(X)
#undef X
	INDEX_SECTION_COUNT
};

struct index_header {
	char magic[8];		/* INDEX_MAGIC */
	guint32 byte_order;	/* 0x01020304 */
	guint32 version;
	guint32 size;		/* of the header */
	guint32 checksum;	/* of the header, with this as 0 */
	char build_id[INDEX_BUILD_ID_MAX];	/* or what else the file is told by */
	guint64 base;
	struct {
		guint64 offset, size;	/* bytes */
		guint32 checksum, unused;
	} sections[INDEX_SECTION_COUNT];
};

#define INDEX_MAGIC "stapdbg"

/* Functions with code; those of one name in order of file and line. */
struct index_function {
	guint32 name, file, line;
	guint32 own, own_count;			/* its records among OWN */
	guint32 inlined, inlined_count;		/* among INLINED */
};

/* Code of a function of its own; those of one function in order of pc. */
struct index_own {
	guint32 die, pc;
	guint32 symbol;		/* the linker's name; INDEX_NONE: none */
	guint32 function;
};

/* An instance that was inlined; those of one function in order of pc. */
struct index_inlined {
	guint32 die, pc;
	guint32 own;		/* whose code it is part of */
};

/* Code of an OWN, which may have more than one range; sorted by start. */
struct index_range {
	guint32 start, end;
	guint32 own;
};

/*
 * A call, or a jump to a function's entry, by the name of the function; those of one name in order
 * of DIE, and no more than so many.
 */
#define INDEX_CALLS_MAX 64

struct index_call {
	guint32 name, die;
};

/* A complete type with a name: the first of each tag and name. */
struct index_type {
	guint32 name, tag, die;
};

struct index_enumerator {
	guint32 name, unused;
	gint64 value;
};

/* A variable of a file, where it is defined; if nowhere, the first declaration. */
struct index_variable {
	guint32 name, die;
};

#define INDEX_SYMBOL_EXPORTED 1
#define INDEX_SYMBOL_FUNCTION 2

struct index_symbol {
	guint32 name, flags;
	guint64 value;
};

struct index;

/* Makes the bytes of an index; NULL: it cannot. */
typedef GByteArray *(*index_builder)(void *data);

/*
 * The index of the file with this build-id, from the cache (NULL: there is none), or built and
 * stored.  NULL: it can not be built.  Closed by the arena.
 */
struct index *index_open(struct arena *arena, struct cache *cache, const char *build_id,
			 index_builder build, void *data);
/* A section's records, checked; never NULL. */
const void *index_records(struct index *index, enum index_section section, guint *count);
/* A record by its number; NULL: there is none. */
const void *index_record(struct index *index, enum index_section section, guint number);
/* A string of the ones that go with the section; "" for an offset that is none. */
const char *index_string(struct index *index, enum index_section section, guint32 offset);
guint64 index_base(const struct index *index);
/*
 * The records whose name a pattern with * ? [] may fit: *count of them from *first.  They all have
 * what stands before its first wildcard; a pattern without wildcards gives those with that name.
 */
void index_find(struct index *index, enum index_section section, const char *pattern,
		guint *first, guint *count);

/* ---- index_build.c --------------------------------------------------------------------------- */

/* What an index is made of. */
struct index_input {
	Dwarf **dwarfs;	/* the same file once per thread, so that none waits for another */
	guint count;
	const char *build_id;
};

/* data: struct index_input. */
GByteArray *index_build(void *data);

#endif
