/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.h - one run of stap: what was asked for and what the passes have made of it so far. There
 * is no other state.
 */
#ifndef DRIVER_SESSION_H
#define DRIVER_SESSION_H

#include "ast.h"
#include "cache.h"
#include "diagnostic.h"
#include "kbuild.h"
#include "parse.h"

#define PASSES 5

/* The command line. */
struct options {
	int last_pass;			/* -p */
	int verbose[PASSES + 1];	/* -v, --vp; by pass */
	const char *script_text;	/* -e, or NULL */
	const char *script_file;	/* or NULL */
	GPtrArray *more_scripts;	/* -E: texts */
	GPtrArray *globals;		/* -G: "name=value" */
	GPtrArray *arguments;		/* of the script */
	const char *release;		/* -r, or NULL */
	const char *module_name;	/* -m, or NULL */
	bool save_module;		/* -m: the .ko goes to the current folder */
	GPtrArray *macros;		/* -D, ends with NULL */
	GPtrArray *kbuild_options;	/* -B, ends with NULL */
	GPtrArray *tapset_dirs;		/* -I, then the installed one */
	const char *runtime_dir;	/* -R */
	bool guru;			/* -g */
	bool unoptimized;		/* -u */
	char *listed;			/* script_text, or script_file, that was made */
	bool example;			/* --example */
	enum {
		LIST_NOTHING,
		LIST_POINTS,		/* -l */
		LIST_VARIABLES,		/* -L */
		LIST_PROBE_TYPES,	/* --dump-… */
		LIST_ALIASES,
		LIST_FUNCTIONS
	} listing;
	bool keep;			/* -k */
	bool no_display;		/* --no-global-var-display */
	bool suppress_warnings, fatal_warnings;	/* -w -W */
	enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color;	/* --color */
	bool use_cache;			/* not --disable-cache */
	bool clean_cache;		/* --clean-cache */
	const char *tmpdir;		/* --tmpdir */
	const char *output;		/* -o */
	const char *command;		/* -c */
	const char *target;		/* -x */
	GPtrArray *objects;		/* -d, --all-modules: whose source lines are wanted */
	const char *file_limits;	/* -S */
	const char *attach;		/* -A: the module's name */
	const char *monitor;		/* seconds; NULL: none */
	const char *relay;		/* -D of a shared buffer */
	char *buffer;			/* -s */
	char *ending;			/* -T, as a script */
	bool flight;			/* -F */
	bool no_limits;			/* --suppress-time-limits */
};

struct debuginfo;
struct debug_module;
struct library;
struct probe_provider;

/* The code of one or more probes. */
struct handler {
	struct stmt *body;
	const struct token *token;
	const struct source *source;
	GPtrArray *locals;	/* struct variable */
	GPtrArray *calls;	/* struct function, each once */
	guint serial;
	/* that it was made for, as its code names context variables; NULL: it may have several */
	const struct derived_probe *probe;
};

/* What a probe's entry leaves for its return. */
struct saved_values {
	GPtrArray *variables;	/* struct variable */
	guint serial;
};

/* A probe point that exists. */
struct derived_probe {
	const struct probe_provider *provider;
	const char *text;		/* as resolved: "timer.ms(200)" */
	const char *name;		/* of the alias that the script has instead, or NULL */
	const struct token *token;	/* of the point in the script */
	struct handler *handler;
	struct handler *save;		/* of a return: runs at the entry, sets `saved`; or NULL */
	struct saved_values *saved;
	/* `if (…)` behind the point, as a function; NULL: none, or it need not be disarmed */
	struct function *condition;
	void *data;			/* the provider's, private_size bytes */
	guint serial;			/* in the order of the script */
};

/* A module of the kernel, or itself, whose table of source lines the script takes with it. */
struct source_lines {
	struct debug_module *module;
	GPtrArray *sections;	/* struct debug_section, as the table has them */
};

struct session {
	struct arena *arena;
	struct diagnostics *diagnostics;
	struct options options;
	struct script_arguments arguments;

	/* pass 1 */
	struct script *user;

	/* pass 2 */
	struct library *library;
	/* struct script: the user's, then what was loaded of the library */
	GPtrArray *scripts;
	GHashTable *functions;		/* name → struct script that defines it */
	GHashTable *globals;		/* name → struct variable */
	GPtrArray *probes;		/* struct derived_probe */
	GPtrArray *handlers;		/* struct handler */
	GPtrArray *saved;		/* struct saved_values */
	GPtrArray *used_functions;	/* struct function: reached from a handler */
	GPtrArray *used_globals;	/* struct variable, by serial */
	GPtrArray *conditions;		/* struct function: of probes, see conditions.c */
	GHashTable *unknown_functions;	/* name → what to say of it, see symbols.c */
	GHashTable *unresolved;		/* point that is not there → why, see points.c */
	GHashTable *regexes;		/* pattern → struct regex */
	struct debuginfo *debuginfo;	/* or NULL: nothing asked for it yet */
	GPtrArray *sections;		/* struct debug_section: what the runtime is to find */
	GPtrArray *lines;		/* struct source_lines */
	struct manifest *manifest;	/* of the files that passes 1 and 2 read */

	/* pass 3 */
	struct kbuild_unit *units;	/* the first is the script's own */
	gsize unit_count;

	/* pass 4 */
	struct kbuild_tree *tree;
	struct cache *cache;
	char *module;			/* name */
	char *build_dir;		/* temporary, or NULL */
	char *ko;			/* path */
};

#endif
