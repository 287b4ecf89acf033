/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump.h - all that a script may name: kinds of probe points, the library's aliases and functions.
 */
#ifndef ELABORATE_DUMP_H
#define ELABORATE_DUMP_H

#include "library.h"
#include "session.h"

/* Sorted lines: "kernel.function(string).call". */
void dump_probe_types(GString *out);
/* "vfs.read = kernel.function("vfs_read")".  -EINVAL: a file is broken, and it was said. */
int dump_aliases(struct session *s, GString *out);
/* "pid:long ()", with its pragmas as comments behind.  Errors as above. */
int dump_functions(struct session *s, bool pragmas, GString *out);

/* "user_string:string (addr:long)", as far as types are declared; g_free() it. */
char *function_signature(const struct function *f);
/*
 * Parse all files that define names of a kind: struct script, each file once and only in one of
 * these calls; NULL: an error, reported.
 */
GPtrArray *library_load_all(struct session *s, enum library_kind kind);

#endif
