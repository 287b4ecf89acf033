/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dwarf_file.h - the DWARF of one module: what its parts (dwarf*.c, location.c) share.
 *
 * Names begin with dw_, because libdw has dwarf_.  Addresses in here are those of libdw: of a module,
 * whose sections have none of their own, those of a layout that libdwfl has made.  dw_place_of() and
 * dw_address() translate to and from what debuginfo.h promises.
 */
#ifndef ELABORATE_DEBUGINFO_DWARF_FILE_H
#define ELABORATE_DEBUGINFO_DWARF_FILE_H

#include "index.h"
#include "internal.h"

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <gelf.h>

/* Blocks in blocks, origins of origins …: more than any compiler makes. */
#define DW_DEPTH_MAX 200

struct dw {
	struct debug_module *module;
	struct arena *arena;
	int fd;
	const char *identity;	/* the build-id, or what else tells the file from others */
	Elf *elf;
	Dwarf *dwarf, *second;	/* second: for the index only */
	Elf *second_elf;
	Dwfl *dwfl;		/* of a module; else NULL */
	Dwfl_Module *dwfl_module;
	Dwarf_CFI *cfi, *eh_cfi;	/* eh_cfi: ours to end */
	struct index *index;
	GHashTable *types;	/* id → struct debug_type */
	GHashTable *functions;	/* offset of a DIE → struct debug_function */
	GHashTable *callers;	/* offset of a DIE → struct callers */
	GHashTable *files;	/* libdw's string → normalized */
	/* file → lines where functions are declared, sorted; NULL: not read yet */
	GHashTable *declarations;
};

static inline struct dw *dw_of(const struct debug_module *m)
{
	return m->data;
}

/* ---- dwarf_address.c ------------------------------------------------------------------------- */

/* A function's place as debuginfo.h has it. */
guint64 dw_place_of(struct dw *dw, Dwarf_Addr address, const struct debug_section **section);
/* And back. */
Dwarf_Addr dw_address(struct dw *dw, const struct debug_section *section, guint64 pc);
static inline Dwarf_Addr dw_scope_address(const struct debug_scope *scope)
{
	return dw_address(dw_of(scope->function->module), scope->function->section, scope->pc);
}

/* The name of the section that an address of the file is in; NULL: none. */
const char *dw_section_name(struct dw *dw, Dwarf_Addr address);

/* Call for each symbol that is defined and has a name. */
typedef void (*dw_symbol_visitor)(const char *name, guint64 value, const GElf_Sym *symbol,
				  void *data);
void dw_each_symbol(Elf *elf, dw_symbol_visitor visit, void *data);

bool dw_section_symbol(struct debug_module *m, const char *section, const char **symbol,
		       guint64 *pc);

/* ---- dwarf.c: files and entries -------------------------------------------------------------- */

bool dw_die(struct dw *dw, guint64 offset, Dwarf_Die *die);
/* What a DIE refers to by an attribute. */
bool dw_reference(Dwarf_Die *die, guint attribute, Dwarf_Die *out);
/* Replace a DIE by what it is an instance or the definition of, if by anything. */
void dw_origin(Dwarf_Die *die);
/* The entry of code; false: it has none. */
bool dw_entry_pc(Dwarf_Die *die, guint64 *pc);
/* A number; false: there is none. */
bool dw_constant(Dwarf_Die *die, guint attribute, gint64 *value);
bool dw_form_constant(Dwarf_Attribute *attribute, gint64 *value);
/* Does a variable's DIE leave it to another to say where it is? */
bool dw_only_declares(Dwarf_Die *variable);
/* Is this DIE's code at an address? */
bool dw_covers(Dwarf_Die *die, Dwarf_Addr address);

/* The file that a DIE says it is declared in, as its unit's table names it; NULL: it says none. */
const char *dw_decl_file(Dwarf_Die *die);
const char *dw_comp_dir(Dwarf_Die *unit);
/* A path from the top of the source, if it is below it; free with g_free(). */
char *dw_normalize_path(const char *raw, const char *comp_dir);
/* The same for a name of libdw's, which a unit's table of files has; in the arena. */
const char *dw_file_name(struct dw *dw, Dwarf_Die *unit, const char *raw);

/* ---- dwarf_types.c --------------------------------------------------------------------------- */

const struct debug_type *dw_type(struct dw *dw, Dwarf_Die *die);
/* Of DW_AT_type, also of what the DIE is an instance of. */
const struct debug_type *dw_type_of(struct dw *dw, Dwarf_Die *die);

const struct debug_type *dw_type_target(const struct debug_type *type);
const struct debug_type *dw_type_complete(const struct debug_type *type);
const GPtrArray *dw_type_members(const struct debug_type *type);
const GPtrArray *dw_type_enumerators(const struct debug_type *type);
const GPtrArray *dw_type_parameters(const struct debug_type *type);
const struct debug_type *dw_type_find(struct debug_module *m, enum debug_type_kind kind,
				      const char *name);
bool dw_enumerator_find(struct debug_module *m, const char *name, gint64 *value);

/* ---- dwarf_code.c ---------------------------------------------------------------------------- */

/* The function of a DIE with code; NULL: it has none, or no name. */
struct debug_function *dw_function(struct dw *dw, Dwarf_Die *die);
int dw_functions(struct debug_module *m, const struct debug_pattern *pattern,
		 enum debug_which which, GPtrArray *out, const char **why);
void dw_function_names(struct debug_module *m, GPtrArray *candidates);
bool dw_function_exported(const struct debug_function *f);
/* The same in libdw's addresses. */
bool dw_symbol_address(struct dw *dw, const char *name, Dwarf_Addr *address);
bool dw_symbol_find(struct debug_module *m, const char *name, guint64 *pc);
/* The OWN of the index whose code is at an address; INDEX_NONE: nothing's. */
guint32 dw_own_at(struct dw *dw, Dwarf_Addr address);

/* ---- dwarf_lines.c --------------------------------------------------------------------------- */

/* The line of the next function that is declared in a file behind a line; G_MAXUINT: none. */
guint dw_next_declaration(struct dw *dw, const char *file, guint line);
int dw_statements(struct debug_module *m, const struct debug_pattern *pattern, bool nearest,
		  GPtrArray *out, const char **why);
struct debug_place *dw_statement_at(struct debug_module *m, guint64 pc, const char **why);

/* ---- dwarf_line_table.c ---------------------------------------------------------------------- */

void dw_code_sections(struct debug_module *m, GPtrArray *out);
GByteArray *dw_line_table(struct debug_module *m);

/* ---- dwarf_calls.c, dwarf_trace.c ------------------------------------------------------------ */

int dw_labels(const struct debug_function *f, const char *pattern, GPtrArray *out,
	      const char **why);
int dw_callees(const struct debug_function *f, const char *pattern, GPtrArray *out,
	       const char **why);
/* What a call site calls; false: what a pointer points to. */
bool dw_callee(Dwarf_Die *call, Dwarf_Die *callee);
/* Does it jump there, so that nothing returns to it? */
bool dw_is_jump(Dwarf_Die *call);
/*
 * The code of what a call names: this DIE, one that is an instance of it, or for a declaration the
 * function that all units see (Dwarf_Die).
 */
void dw_called_code(struct dw *dw, Dwarf_Die *callee, GArray *out);
int dw_tracepoints(struct debug_module *m, const char *pattern, GPtrArray *out, const char **why);

/* ---- dwarf_variables.c ----------------------------------------------------------------------- */

/* Of the function with this DIE. */
void dw_parameters(struct dw *dw, Dwarf_Die *function, GPtrArray *out);
void dw_variables(const struct debug_scope *scope, GPtrArray *out);
const struct debug_variable *dw_variable_find(const struct debug_scope *scope, const char *name,
					      const char **why);
const struct debug_variable *dw_global_find(struct debug_module *m, const char *name,
					    const char *file, const char **why);
const struct debug_type *dw_return_type(const struct debug_function *f);
/*
 * The scopes at an address, the innermost first, up to the function that has code of its own
 * (Dwarf_Die).  Free with g_array_unref().
 */
GArray *dw_scopes(Dwarf_Die *function, Dwarf_Addr address);

/* ---- dwarf_locate.c, location.c -------------------------------------------------------------- */

int dw_locate(struct debug_module *m, const struct debug_scope *scope,
	      const struct debug_variable *v, const struct token *token,
	      struct debug_location *out, const char **why);

/* DWARF's number of what stands for the return address. */
#define RETURN_ADDRESS 16

/* What a location expression is evaluated in. */
struct dw_place {
	struct dw *dw;
	const struct token *token;
	Dwarf_Addr address;	/* of the code; meaningless without `function` */
	bool has_function;
	Dwarf_Die function;	/* with code of its own: whose frame it is */
	guint level;	/* how many callers above the probed function */
};

/* From the address: the function whose frame it is. */
void dw_place_function(struct dw_place *place);
/* Why a variable with this name cannot be found there. */
const char *dw_elsewhere(const struct debug_scope *scope, const char *name);
/* Where the running kernel has what the file has at an address. */
struct expr *dw_address_expression(const struct dw_place *place, Dwarf_Addr address);
/* DW_AT_const_value: the compiler knows the value.  false: in no known form. */
bool dw_constant_location(const struct dw_place *place, Dwarf_Attribute *attribute,
			  struct debug_location *out);
/* A value that the file itself has, lowest byte first. */
void dw_bytes(const struct dw_place *place, const guint8 *bytes, gsize length,
	      struct debug_location *out);
/* 0; -ENOENT: *why says why there is no value. */
int dw_location(const struct dw_place *place, Dwarf_Attribute *attribute, Dwarf_Op *ops,
		gsize count, struct debug_location *out, const char **why);
/* Is this before the code that sets up the frame has run?  Only compilers that tell are known. */
bool dw_in_prologue(const struct dw_place *place);
/* The canonical frame address there; NULL: not known. */
struct expr *dw_frame_address(const struct dw_place *place);
/*
 * What a register was when the function that `place` is in was called, as its frame there tells;
 * NULL: not known.
 */
struct expr *dw_callers_register(const struct dw_place *place, guint64 number);

/* ---- dwarf_callers.c ------------------------------------------------------------------------- */

/*
 * What a register was at the entry of the function that `place` is in, as its callers tell; NULL:
 * *why says why not.
 */
struct expr *dw_entry_register(const struct dw_place *place, guint64 number, const char **why);

#endif
