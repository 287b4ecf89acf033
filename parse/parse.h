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

/* The library's macros: its *.stpm files, each read when one of its macros is called. */
struct macro_library {
	/* The file that defines @name, or NULL; errors in reading it are reported. */
	const struct source *(*find)(void *data, struct diagnostics *d, const char *name);
	void *data;
	struct arena *arena;	/* where they live */
	GHashTable *macros;	/* name → struct macro, of the files that were read */
};

struct parse_context {
	const struct script_arguments *arguments;	/* NULL: a library file, which has none */
	struct macro_library *macros;	/* or NULL */
	bool embedded;		/* C code is allowed: guru mode, the library */
	struct parse_facts facts;
};

/*
 * Parse one file.  Never NULL: what could be parsed, with all errors reported to d (compare
 * diagnostics_errors() before and after).
 */
struct script *parse_script(struct arena *arena, struct diagnostics *d, const struct source *source,
			    const struct parse_context *context);

/* What `more` declares, behind what script does: a script in several texts. */
void script_append(struct arena *arena, struct script *script, const struct script *more);

/*
 * Read the definitions of a *.stpm file into macros (name → struct macro); anything else in it is
 * an error.
 */
void parse_macros(struct arena *arena, struct diagnostics *d, const struct source *source,
		  const struct parse_context *context, GHashTable *macros);

#endif
