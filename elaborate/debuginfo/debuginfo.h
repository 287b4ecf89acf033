/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debuginfo.h - what is at an address of a kernel, and what a variable is: one interface, two
 * sources.  DWARF (dwarf.c, location.c, over libdw) answers everything; BTF (btf.c) what needs no
 * source: function entry and return, types, tracepoints.  Nobody else in the translator knows
 * which one answers.
 *
 * Addresses ("pc") are those of the file, as linked: of the kernel, what its symbol table says; of a
 * module, an offset within a section.  The runtime adds what the machine added.
 *
 * What is returned lives in the session's arena.  A function that can fail returns NULL or a
 * negative error number and sets *why (in the arena, never NULL then) to what the user is to be
 * told, without a place.
 */
#ifndef ELABORATE_DEBUGINFO_DEBUGINFO_H
#define ELABORATE_DEBUGINFO_DEBUGINFO_H

#include "session.h"

/* ---- files ----------------------------------------------------------------------------------- */

struct debuginfo;	/* of one kernel release; one in a session, made on first use */
struct debug_module;	/* the kernel itself, or one module of it */

/*
 * The debuginfo of the session's kernel release.  DWARF is taken where it is found, under the
 * folder $SYSTEMTAP_DEBUGINFO_PATH (a list with colons) or where distributions put it; else BTF.
 * Closed by the arena.
 */
struct debuginfo *session_debuginfo(struct session *s);

/*
 * name: "kernel", a module's ("virtio_blk"; - and _ are the same), or the path of one, with a /.  The
 * same pointer each time.
 * NULL: there is no such module (-l of it is empty), or nothing describes it: *why names the package
 * to install.
 */
struct debug_module *debug_module_open(struct debuginfo *d, const char *name, const char **why);

/* How a system call's parameter fills its register. */
enum debug_syscall_type {
	DEBUG_SYSCALL_ULONG,
	DEBUG_SYSCALL_LONG,
	DEBUG_SYSCALL_INT,
	DEBUG_SYSCALL_UINT,
};

/*
 * The parameter of a system call, by its name in the kernel's headers: its number from 1, and
 * *type.  symbol: the kernel's function, "__x64_sys_read".  0: it is none, or the headers are not
 * there.
 */
guint debug_syscall_parameter(struct debuginfo *d, const char *symbol, const char *name,
			      enum debug_syscall_type *type);

/* Names of the modules that the release has and that a pattern with * ? [] fits: strings, sorted. */
GPtrArray *debug_module_names(struct debuginfo *d, const char *pattern);

const char *debug_module_name(const struct debug_module *m);	/* "kernel", "virtio_blk" */
const char *debug_module_source(const struct debug_module *m);	/* "DWARF" or "BTF" */
/* Types of "<file.h>", which programs have: what they describe may be in a process's memory. */
bool debug_module_of_programs(const struct debug_module *m);
/* The build-id of the file described, in hexadecimal; NULL: it has none. */
const char *debug_module_build_id(const struct debug_module *m);

/*
 * A part of it that moves as one (ast.h): name NULL for the kernel, else one of a module's
 * sections.  It joins the session's sections, so that the runtime looks for it.
 */
const struct debug_section *debug_module_section(struct debug_module *m, const char *name);

/* ---- types ----------------------------------------------------------------------------------- */

enum debug_type_kind {
	DEBUG_VOID,
	DEBUG_INTEGER,	/* also bool and characters */
	DEBUG_FLOAT,
	DEBUG_POINTER,
	DEBUG_STRUCT,
	DEBUG_UNION,
	DEBUG_ENUM,
	DEBUG_ARRAY,
	DEBUG_FUNCTION,
	DEBUG_TYPEDEF,
	DEBUG_QUALIFIED	/* const, volatile, restrict, _Atomic: name says which */
};

/*
 * One type as one file describes it; each is one object, so that pointers can be compared.  What
 * needs more reading than the type's own entry is asked for by a function.
 */
struct debug_type {
	enum debug_type_kind kind;
	const char *name;	/* without struct, union, enum; NULL: it has none */
	guint64 size;		/* bytes; 0: incomplete, or void */
	bool is_signed;		/* an integer or an enum */
	bool is_bool, is_char;
	bool incomplete;	/* only declared here */
	bool counted;		/* an array of so many elements; else [] */
	guint64 count;
	struct debug_module *module;
	guint64 id;		/* the source's */
};

struct debug_member {
	const char *name;		/* NULL: an anonymous struct or union */
	const struct debug_type *type;
	guint64 offset;			/* bytes from the beginning of the structure */
	/* a bitfield: its lowest bit counted from `offset`'s byte, and its width; else width is 0 */
	guint bit_offset, bit_size;
};

struct debug_enumerator {
	const char *name;
	gint64 value;
};

/* What a pointer, array, typedef or qualifier is of, or a function returns; DEBUG_VOID's object. */
const struct debug_type *debug_type_target(const struct debug_type *type);
/* Without typedefs and qualifiers; an incomplete one as completed elsewhere in the module, if so. */
const struct debug_type *debug_type_strip(const struct debug_type *type);
const GPtrArray *debug_type_members(const struct debug_type *type);	/* struct debug_member */
const GPtrArray *debug_type_enumerators(const struct debug_type *type);	/* struct debug_enumerator */
const GPtrArray *debug_type_parameters(const struct debug_type *type);	/* struct debug_type */
/* "struct file*", "char const*", "int[4]": as -L shows it. */
void debug_type_print(GString *out, const struct debug_type *type);
/* "struct file", "union x", "enum y", or a typedef, struct, union or enum by its bare name. */
const struct debug_type *debug_type_find(struct debug_module *m, const char *name);
/* Any enumerator of the module's with this name. */
bool debug_enumerator_find(struct debug_module *m, const char *name, gint64 *value);

/* ---- code ------------------------------------------------------------------------------------ */

/* function[@file[:line]]: what stands in the parentheses of a point. */
struct debug_pattern {
	const char *function;	/* with * ? [] */
	const char *file;	/* the same; fits whole last components of a path; NULL: any */
	enum { LINE_NONE, LINE_ABSOLUTE, LINE_RELATIVE, LINE_ALL } lines;
	GArray *ranges;		/* struct debug_range, of LINE_ABSOLUTE and LINE_RELATIVE */
};

struct debug_range {
	guint first, last;
};

/* *why: "expected a number behind ':'" … */
struct debug_pattern *debug_pattern_parse(struct arena *arena, const char *text, const char **why);

/* A function's code: its own, or an instance of it that was inlined into another function. */
struct debug_function {
	struct debug_module *module;
	const char *name;	/* as in the source: "vfs_read" */
	const char *symbol;	/* the linker's at pc ("vfs_read.isra.0"); NULL: inlined */
	const struct debug_section *section;
	const char *file;	/* declared in, as distributions show it: "fs/read_write.c" */
	guint line;
	guint64 pc;		/* of the entry */
	bool inlined;
	guint64 id;		/* the source's */
};

enum debug_which { DEBUG_OWN_CODE = 1, DEBUG_INLINED = 2 };

/*
 * Add the module's functions that fit to `out` (struct debug_function), in order of name, file,
 * line and pc.  0, also where none fits; -EOPNOTSUPP: this needs DWARF.
 */
int debug_functions(struct debug_module *m, const struct debug_pattern *pattern,
		    enum debug_which which, GPtrArray *out, const char **why);
/* Names that a user who wrote `name` may have meant go into `candidates` (strings). */
void debug_function_names(struct debug_module *m, GPtrArray *candidates);
/* Why a function may be missing; NULL: all are known. */
const char *debug_functions_lack(struct debug_module *m);
/* Is it known which functions are exported?  0; -EOPNOTSUPP: this needs DWARF. */
int debug_exports_known(struct debug_module *m, const char **why);
/* Is it in the kernel's table of exported symbols? */
bool debug_function_exported(const struct debug_function *f);
/* Are its own parameters and result known?  Else *why. */
bool debug_function_described(const struct debug_function *f, const char **why);

/* A place within a function: a statement's beginning, a label. */
struct debug_place {
	const struct debug_function *function;	/* innermost, may be an inlined one */
	const char *name;	/* of a label; or NULL */
	const char *file;
	guint line;
	guint64 pc;
};

/*
 * Statements at the pattern's lines within functions that fit (struct debug_place, in order of line
 * and pc).  Without `nearest` only lines that have code; with it a line without code stands for the
 * next that has some.
 */
int debug_statements(struct debug_module *m, const struct debug_pattern *pattern, bool nearest,
		     GPtrArray *out, const char **why);
/* The statement that covers an address; NULL: none. */
struct debug_place *debug_statement_at(struct debug_module *m, guint64 pc, const char **why);
/*
 * Parts of the module that have code (struct debug_section), the sections of its line table in their
 * order.  0; -EOPNOTSUPP: this needs DWARF.
 */
int debug_code_sections(struct debug_module *m, GPtrArray *out, const char **why);
/* The build-id, or what else tells the file of a module that has such parts from all others. */
const char *debug_module_identity(const struct debug_module *m);
/* The table of runtime/shared/lines.h, of a module that has such parts; g_byte_array_unref(). */
GByteArray *debug_line_table(struct debug_module *m);
/* Labels within a function that a pattern fits: struct debug_place. */
int debug_labels(const struct debug_function *f, const char *pattern, GPtrArray *out,
		 const char **why);
/* Functions that `f` calls, also inlined ones, that a pattern fits: struct debug_function. */
int debug_callees(const struct debug_function *f, const char *pattern, GPtrArray *out,
		  const char **why);

/* ---- variables ------------------------------------------------------------------------------- */

struct debug_variable {
	const char *name;
	const struct debug_type *type;
	bool parameter;
	guint64 id;	/* the source's */
};

/* Where code runs: at `pc` of `function`. */
struct debug_scope {
	const struct debug_function *function;
	guint64 pc;
};

/*
 * Variables that can be named there (struct debug_variable): parameters, then locals, the innermost
 * block's last.  Without those of the file.
 */
GPtrArray *debug_variables(const struct debug_scope *scope);
/* The innermost with this name, then one of the file's; NULL: none, *why says so. */
const struct debug_variable *debug_variable_find(const struct debug_scope *scope, const char *name,
						 const char **why);
/* A variable of the module's with static storage; file: as in a pattern, or NULL. */
const struct debug_variable *debug_global_find(struct debug_module *m, const char *name,
					       const char *file, const char **why);
/* What `f` returns; DEBUG_VOID's object: nothing. */
const struct debug_type *debug_return_type(const struct debug_function *f);

/*
 * Where a value is.  Expressions are over primitives (ast.h) and are to be cloned for a second use.
 * Exactly one of address, value, pieces, target and choice is set.
 */
struct debug_location {
	struct expr *address;	/* in memory there */
	struct expr *value;	/* not in memory: its bits */
	int writable_register;	/* the value is this one's, by DWARF's number; else -1 */
	GPtrArray *pieces;	/* struct debug_piece, from the lowest byte */
	/* A pointer that was optimized out, where what it points to is known: it, and a byte in it. */
	const struct debug_location *target;
	gint64 target_offset;
	const struct debug_choice *choice;	/* only a hit tells */
};

struct debug_piece {
	guint bits;
	struct debug_location *location;	/* NULL: optimized out; never a choice */
};

/* Where it is depends on the probed machine, and the kinds of places differ. */
struct debug_choice {
	struct expr *condition;
	struct debug_location yes, no;
};

/*
 * scope: NULL for a variable from debug_global_find().  0; -ENOENT: it is not available at this pc:
 * *why says so, and the nearest line of the function where it is.
 */
int debug_locate(const struct debug_scope *scope, const struct debug_variable *v,
		 const struct token *token, struct debug_location *out, const char **why);
/* The same for the value that `f` returns, when it has just returned. */
int debug_locate_return(const struct debug_function *f, const struct token *token,
			struct debug_location *out, const char **why);

/* ---- symbols and tracepoints ----------------------------------------------------------------- */

/* The address of a symbol of the module's; false: there is none. */
bool debug_symbol_find(struct debug_module *m, const char *name, guint64 *pc);

/* A kernel.trace: what its probe functions are given. */
struct debug_tracepoint {
	const char *system;	/* "sched"; NULL: not known */
	const char *name;	/* "sched_switch" */
	GPtrArray *arguments;	/* struct debug_variable */
};

/*
 * Tracepoints whose name, or "system:name", a pattern fits (struct debug_tracepoint), in order of
 * system and name.
 */
int debug_tracepoints(struct debug_module *m, const char *pattern, GPtrArray *out,
		      const char **why);

#endif
