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

/* What conditionals may ask for. */
struct parse_facts {
	const char *kernel_release;	/* of the target: "6.1.0-56-cloud-amd64" */
	const char *arch;		/* "x86_64" */
	bool guru;
	/* The value of CONFIG_X, or NULL: not set.  May be NULL: nothing is. */
	const char *(*config)(void *data, const char *name);
	void *data;
};

struct parse_context {
	const struct script_arguments *arguments;	/* NULL: a library file, which has none */
	bool embedded;		/* C code is allowed: guru mode, the library */
	struct parse_facts facts;
};

/*
 * Parse one file.  Never NULL: what could be parsed, with all errors reported to d (compare
 * diagnostics_errors() before and after).
 */
struct script *parse_script(struct arena *arena, struct diagnostics *d, const struct source *source,
			    const struct parse_context *context);

#endif
