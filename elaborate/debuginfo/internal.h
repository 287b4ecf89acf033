/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * internal.h - what the parts of debuginfo share: the objects behind the interface, and what a
 * source supplies.  Everything lives in the session's arena.
 */
#ifndef ELABORATE_DEBUGINFO_INTERNAL_H
#define ELABORATE_DEBUGINFO_INTERNAL_H

#include "debuginfo.h"

struct debuginfo {
	struct session *session;
	struct arena *arena;
	const char *release;
	GHashTable *modules;		/* name → struct debug_module */
	GHashTable *module_files;	/* name → path of the .ko; NULL: not read yet */
	GHashTable *trace_systems;	/* tracepoint → system; NULL: not read yet */
	GHashTable *headers;		/* name → text; see debug_header() */
	GHashTable *refused;		/* "<a.h>" that cannot be compiled → why */
};

/*
 * Where debug_module_open() has found something that describes the module.  `data` is the source's;
 * what has to be closed is the value of an arena_table() with a function that closes it.
 */
struct debug_module {
	struct debuginfo *debuginfo;
	struct arena *arena;
	const char *name;
	const char *path;	/* of the file described or describing; the source sets it */
	const char *build_id;	/* or NULL; the source sets it */
	bool is_kernel;
	bool of_programs;
	const struct debug_source *source;
	void *data;
	GHashTable *sections;	/* name, or "" → struct debug_section */
	struct debug_type *void_type;
};

/*
 * A source of debuginfo.  Functions are as those of debuginfo.h with the same names.  open: find a
 * file for m->name and open it; 0, or -ENOENT: none; another error: *why says what is wrong with
 * the one that was found.  Everything but `open` may be NULL: the source cannot answer that.
 */
struct debug_source {
	const char *name;
	const char *lacks;	/* which functions it does not know; NULL: it knows all */
	int (*open)(struct debug_module *m, const char **why);
	/*
	 * A symbol of a section (NULL: of the kernel) whose name is the module's only one, and its
	 * address there.
	 */
	bool (*section_symbol)(struct debug_module *m, const char *section, const char **symbol,
			       guint64 *pc);

	const struct debug_type *(*type_target)(const struct debug_type *type);
	/* An incomplete one as completed elsewhere; NULL: nowhere. */
	const struct debug_type *(*type_complete)(const struct debug_type *type);
	const GPtrArray *(*type_members)(const struct debug_type *type);
	const GPtrArray *(*type_enumerators)(const struct debug_type *type);
	const GPtrArray *(*type_parameters)(const struct debug_type *type);
	/* kind: DEBUG_STRUCT, _UNION, _ENUM, _TYPEDEF, with its bare name. */
	const struct debug_type *(*type_find)(struct debug_module *m, enum debug_type_kind kind,
					      const char *name);
	bool (*enumerator_find)(struct debug_module *m, const char *name, gint64 *value);

	int (*functions)(struct debug_module *m, const struct debug_pattern *pattern,
			 enum debug_which which, GPtrArray *out, const char **why);
	void (*function_names)(struct debug_module *m, GPtrArray *candidates);
	bool (*function_exported)(const struct debug_function *f);
	int (*statements)(struct debug_module *m, const struct debug_pattern *pattern, bool nearest,
			  GPtrArray *out, const char **why);
	struct debug_place *(*statement_at)(struct debug_module *m, guint64 pc, const char **why);
	void (*code_sections)(struct debug_module *m, GPtrArray *out);
	const char *(*identity)(const struct debug_module *m);
	GByteArray *(*line_table)(struct debug_module *m);
	int (*labels)(const struct debug_function *f, const char *pattern, GPtrArray *out,
		      const char **why);
	int (*callees)(const struct debug_function *f, const char *pattern, GPtrArray *out,
		       const char **why);

	/* Unset: yes. */
	bool (*function_described)(const struct debug_function *f, const char **why);
	void (*variables)(const struct debug_scope *scope, GPtrArray *out);
	const struct debug_variable *(*variable_find)(const struct debug_scope *scope,
						      const char *name, const char **why);
	const struct debug_variable *(*global_find)(struct debug_module *m, const char *name,
						    const char *file, const char **why);
	const struct debug_type *(*return_type)(const struct debug_function *f);
	int (*locate)(struct debug_module *m, const struct debug_scope *scope,
		      const struct debug_variable *v, const struct token *token,
		      struct debug_location *out, const char **why);

	bool (*symbol_find)(struct debug_module *m, const char *name, guint64 *pc);
	int (*tracepoints)(struct debug_module *m, const char *pattern, GPtrArray *out,
			   const char **why);
};

extern const struct debug_source dwarf_source, btf_source;

/* ---- debuginfo.c ----------------------------------------------------------------------------- */

/* One with the session's arena, cache and sections, of this release. */
struct debuginfo *debuginfo_new(struct session *s, const char *release);
/* One ELF file as a module of this name; -r and the places of distributions do not matter. */
struct debug_module *debug_module_open_file(struct debuginfo *d, const char *name,
					    const char *path, const char **why);
/* A type that is filled in further by the source. */
struct debug_type *debug_type_new(struct debug_module *m, enum debug_type_kind kind, guint64 id);
const struct debug_type *debug_void(struct debug_module *m);
/* Into the order that debug_functions() promises. */
void debug_functions_sort(GPtrArray *functions);
/*
 * Where the ABI of the machine returns a value of this type.  0, or -ENOENT: where it cannot be
 * fetched from.
 */
int debug_return_location(struct debug_module *m, const struct debug_type *type,
			  const struct token *token, struct debug_location *out, const char **why);
/*
 * The same for the last of parameters of these types, when a function is entered that returns a
 * `result`.
 */
int debug_parameter_location(struct debug_module *m, const struct debug_type *result,
			     const GPtrArray *types, const struct token *token,
			     struct debug_location *out, const char **why);

/* ---- files.c --------------------------------------------------------------------------------- */

/* $SYSTEMTAP_DEBUGINFO_PATH as folders, or where distributions put it. */
GPtrArray *debug_roots(struct debuginfo *d);
/* Paths where the kernel's own file may be, the likeliest first. */
GPtrArray *debug_kernel_files(struct debuginfo *d);
/* The same for a module, whose .ko is at this path. */
GPtrArray *debug_module_files(struct debuginfo *d, const char *ko);
/* The path of a module's .ko; NULL: the release has no such module. */
const char *debug_module_ko(struct debuginfo *d, const char *name);
/* What to tell who has nothing that describes it. */
const char *debug_missing(struct debuginfo *d, const char *name);
/* Paths where this file or folder of the kernel's include/ may be; distributions split it. */
GPtrArray *debug_header_files(struct debuginfo *d, const char *name);
/* The text of a header; "": the kernel's are not here.  Read once. */
const char *debug_header(struct debuginfo *d, const char *name);
/* With - as _; in the arena. */
const char *debug_module_normalize(struct arena *arena, const char *name);

/* ---- trace_headers.c ------------------------------------------------------------------------- */

/* Of a tracepoint; NULL: no header has it. */
const char *debug_tracepoint_system(struct debuginfo *d, const char *name);
/* Does "name" or "system:name" fit? */
bool debug_tracepoint_fits(const char *pattern, const char *system, const char *name);

/* ---- pattern.c ------------------------------------------------------------------------------- */

bool debug_glob_is_plain(const char *pattern);	/* without * ? [] */
bool debug_glob_fits(const char *pattern, const char *text);
/* Whole last components of the path; NULL fits every path. */
bool debug_file_fits(const char *pattern, const char *path);
/* Is this line of a function that is declared at `first` one of the pattern's? */
bool debug_line_fits(const struct debug_pattern *pattern, guint first, guint line);

/* ---- abi.c ----------------------------------------------------------------------------------- */

/* Is a value of this type returned in memory, whose address the caller passes? */
bool debug_abi_in_memory(const struct debug_type *type);
/* Does a function leave its caller this register as it was? */
bool debug_abi_preserves(guint64 number);

#endif
