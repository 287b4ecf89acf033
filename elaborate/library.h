/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * library.h - the tapset folders, and which of their files defines a name.
 *
 * The library is never parsed whole for a script.  An index of all names is made once, kept in the
 * cache, and checked against the folders' files (mtime, size) at each start:
 *
 *	stap-tapset-index 2
 *	file 1732100000123456789 5120 /usr/share/systemtap/tapset/task.stp
 *	f pid
 *	g some_global
 *	a vm.pagefault
 *	m SYSCALL_GATE
 *	end SHA-256 of all above
 *
 * Lines below a `file` are what it defines: functions, globals, probe aliases; of a *.stpm file
 * macros.  Private names are not listed.
 */
#ifndef ELABORATE_LIBRARY_H
#define ELABORATE_LIBRARY_H

#include "cache.h"
#include "parse.h"

/* The first line, and part of the index's name in the cache. */
#define LIBRARY_INDEX_HEADER "stap-tapset-index 2"

struct library;

enum library_kind { LIBRARY_FUNCTION, LIBRARY_GLOBAL, LIBRARY_ALIAS, LIBRARY_MACRO, LIBRARY_KINDS };

/*
 * Load the index, or build and store it.  dirs: of folders that exist; cache may be NULL; facts:
 * what the files' conditionals see, part of the index's name.
 */
struct library *library_open(struct arena *arena, const GPtrArray *dirs, struct cache *cache,
			     const struct parse_facts *facts);
void library_free(struct library *library);
/* Identifies the whole library's state: changes when any of its files does.  A hex digest. */
const char *library_digest(const struct library *library);
/* How many files it has. */
guint library_size(const struct library *library);
/* The file that defines name, or NULL. */
const char *library_find(const struct library *library, enum library_kind kind, const char *name);
/* All names of a kind, to be freed with g_ptr_array_unref(). */
GPtrArray *library_names(const struct library *library, enum library_kind kind);
/* For struct parse_context of whoever may call the library's macros. */
struct macro_library *library_macros(struct library *library);
/* Parse a file of the library; each only once: NULL the second time.  Errors are reported. */
struct script *library_load(struct library *library, struct diagnostics *d, const char *path);

#endif
