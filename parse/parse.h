/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse.h - pass 1: the text of a script to its tree. */
#ifndef PARSE_PARSE_H
#define PARSE_PARSE_H

#include "ast.h"
#include "diagnostic.h"

/* The script's own arguments: $1 @1 … $# @#. */
struct script_arguments {
	const char *const *values;
	guint count;
	bool *used;		/* one for each, set when it is */
};

/*
 * Parse one file.  Never NULL: what could be parsed, with all errors reported to d (compare
 * diagnostics_errors() before and after).  arguments may be NULL: a library file, which has none.
 * embedded: C code is allowed (guru mode, the library).
 */
struct script *parse_script(struct arena *arena, struct diagnostics *d, const struct source *source,
			    const struct script_arguments *arguments, bool embedded);

#endif
