// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_variables.c - which variables can be named at a place.
 *
 * A function that is inlined anywhere has an abstract instance, which has all its variables, and
 * concrete ones (the inlined ones, and its own code), whose variables say where they are and refer
 * to the abstract ones for the rest.  A concrete instance may lack variables that have no place in
 * it: those are taken from the abstract one.
 */
#include "dwarf_file.h"

#include <dwarf.h>
#include <string.h>

static void variable_add(struct dw *dw, Dwarf_Die *die, GPtrArray *out)
{
	struct debug_variable *v;
	Dwarf_Die origin = *die;

	dw_origin(&origin);
	if (!dwarf_diename(&origin))
		return;
	v = arena_alloc(dw->arena, sizeof(*v));
	v->name = dwarf_diename(&origin);
	v->type = dw_type_of(dw, die);
	v->parameter = dwarf_tag(die) == DW_TAG_formal_parameter;
	v->id = dwarf_dieoffset(die);
	g_ptr_array_add(out, v);
}

/* ---- scopes ---------------------------------------------------------------------------------- */

/* Compilers give a block without code no addresses: it covers none. */
static bool find_block(Dwarf_Die *scope, Dwarf_Addr address, Dwarf_Die *block)
{
	if (dwarf_child(scope, block) != 0)
		return false;
	do {
		if (dwarf_tag(block) == DW_TAG_lexical_block && dw_covers(block, address))
			return true;
	} while (dwarf_siblingof(block, block) == 0);
	return false;
}

/*
 * Inlined functions that have code at the address are not entered: the caller has said which
 * function it means.
 */
GArray *dw_scopes(Dwarf_Die *function, Dwarf_Addr address)
{
	GArray *scopes = g_array_new(FALSE, FALSE, sizeof(Dwarf_Die));
	Dwarf_Die scope = *function, block;

	g_array_append_val(scopes, scope);
	while (scopes->len < DW_DEPTH_MAX && find_block(&scope, address, &block)) {
		scope = block;
		g_array_prepend_val(scopes, scope);
	}
	return scopes;
}

/* ---- listing --------------------------------------------------------------------------------- */

static bool is_variable(Dwarf_Die *die, int tag)
{
	return dwarf_tag(die) == tag && !dwarf_hasattr(die, DW_AT_artificial);
}

static bool is_instance_of(Dwarf_Die *concrete, Dwarf_Die *abstract)
{
	Dwarf_Die origin;

	return dw_reference(concrete, DW_AT_abstract_origin, &origin) &&
	       dwarf_dieoffset(&origin) == dwarf_dieoffset(abstract);
}

/* The child of `scope` that is an instance of `abstract`, or else that itself. */
static Dwarf_Die instance_of(Dwarf_Die *scope, Dwarf_Die *abstract)
{
	Dwarf_Die child;

	if (dwarf_child(scope, &child) == 0) {
		do {
			if (is_instance_of(&child, abstract))
				return child;
		} while (dwarf_siblingof(&child, &child) == 0);
	}
	return *abstract;
}

/* Those of a tag that stand directly in a scope. */
static void list_scope(struct dw *dw, Dwarf_Die *scope, int tag, GPtrArray *out)
{
	Dwarf_Die abstract, child;
	bool is_instance = dw_reference(scope, DW_AT_abstract_origin, &abstract);

	if (is_instance && dwarf_child(&abstract, &child) == 0) {
		do {
			if (is_variable(&child, tag)) {
				Dwarf_Die instance = instance_of(scope, &child);

				variable_add(dw, &instance, out);
			}
		} while (dwarf_siblingof(&child, &child) == 0);
	}
	if (dwarf_child(scope, &child) != 0)
		return;
	do {
		if (is_variable(&child, tag) &&
		    !(is_instance && dwarf_hasattr(&child, DW_AT_abstract_origin)))
			variable_add(dw, &child, out);
	} while (dwarf_siblingof(&child, &child) == 0);
}

void dw_parameters(struct dw *dw, Dwarf_Die *function, GPtrArray *out)
{
	list_scope(dw, function, DW_TAG_formal_parameter, out);
}

void dw_variables(const struct debug_scope *scope, GPtrArray *out)
{
	struct dw *dw = dw_of(scope->function->module);
	Dwarf_Die function;
	GArray *scopes;

	if (!dw_die(dw, scope->function->id, &function))
		return;
	scopes = dw_scopes(&function, dw_scope_address(scope));
	dw_parameters(dw, &function, out);
	for (guint i = scopes->len; i > 0; i--)
		list_scope(dw, &g_array_index(scopes, Dwarf_Die, i - 1), DW_TAG_variable, out);
	g_array_unref(scopes);
}

/* ---- by name --------------------------------------------------------------------------------- */

/* Are they of one source file?  Optimizing the whole program puts instances into other units. */
static bool same_unit(Dwarf_Die *a, Dwarf_Die *b)
{
	Dwarf_Die x = *a, y = *b, unit_x, unit_y;

	dw_origin(&x);
	dw_origin(&y);
	return dwarf_diecu(&x, &unit_x, NULL, NULL) && dwarf_diecu(&y, &unit_y, NULL, NULL) &&
	       dwarf_dieoffset(&unit_x) == dwarf_dieoffset(&unit_y);
}

static bool is_external(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	return dwarf_attr_integrate(die, DW_AT_external, &attribute) != NULL;
}

static bool is_declared_in(struct dw *dw, Dwarf_Die *die, const char *file)
{
	Dwarf_Die origin = *die, unit;
	const char *raw;

	if (!file)
		return true;
	if (!dwarf_diecu(die, &unit, NULL, NULL))
		return false;
	/* Where it is defined, or the unit that this is in. */
	raw = dw_decl_file(die);
	if (raw && debug_file_fits(file, dw_file_name(dw, &unit, raw)))
		return true;
	dw_origin(&origin);
	raw = dw_decl_file(&origin);
	if (raw && debug_file_fits(file, dw_file_name(dw, &unit, raw)))
		return true;
	raw = dwarf_diename(&unit);
	return raw && debug_file_fits(file, dw_file_name(dw, &unit, raw));
}

/*
 * The variable of a file with this name: that of the unit that `near` (or NULL) is in, else one
 * that all can see, else (any) one at all.
 */
static bool find_global(struct dw *dw, const char *name, const char *file, Dwarf_Die *near,
			bool any, Dwarf_Die *out)
{
	guint first, count;
	bool found = false;

	if (!debug_glob_is_plain(name))
		return false;
	index_find(dw->index, INDEX_VARIABLES, name, &first, &count);
	for (guint i = first; i < first + count; i++) {
		const struct index_variable *record = index_record(dw->index, INDEX_VARIABLES, i);
		Dwarf_Die die;

		if (!record || !dw_die(dw, record->die, &die) || !is_declared_in(dw, &die, file))
			continue;
		if (near && same_unit(&die, near)) {
			*out = die;
			return true;
		}
		if (is_external(&die) || (any && !found)) {
			*out = die;
			found = true;
		}
	}
	return found;
}

static const struct debug_variable *find_in(GPtrArray *variables, const char *name)
{
	const struct debug_variable *found = NULL;

	/* The innermost stands last; a parameter's name cannot be a local's of the same block. */
	for (guint i = 0; i < variables->len; i++) {
		const struct debug_variable *v = variables->pdata[i];

		if (strcmp(v->name, name) == 0)
			found = v;
	}
	return found;
}

static bool is_declaration(struct dw *dw, const struct debug_variable *v)
{
	Dwarf_Die die;

	return dw_die(dw, v->id, &die) && dw_only_declares(&die);
}

static const struct debug_variable *global(struct dw *dw, Dwarf_Die *die)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();

	variable_add(dw, die, one);
	return one->len ? one->pdata[0] : NULL;
}

const struct debug_variable *dw_variable_find(const struct debug_scope *scope, const char *name,
					      const char **why)
{
	struct dw *dw = dw_of(scope->function->module);
	const struct debug_variable *v;
	Dwarf_Die function, die;

	v = find_in(debug_variables(scope), name);
	/* `extern int x;` in a block leads to the file's. */
	if (v && !is_declaration(dw, v))
		return v;
	if (dw_die(dw, scope->function->id, &function) &&
	    find_global(dw, name, NULL, &function, false, &die))
		return global(dw, &die);
	*why = dw_elsewhere(scope, name);
	return NULL;
}

const struct debug_variable *dw_global_find(struct debug_module *m, const char *name,
					    const char *file, const char **why)
{
	Dwarf_Die die;

	if (find_global(dw_of(m), name, file, NULL, true, &die))
		return global(dw_of(m), &die);
	*why = file ? arena_printf(m->arena, "no variable '%s' in %s of %s", name, file, m->name) :
		      arena_printf(m->arena, "no variable '%s' in %s", name, m->name);
	return NULL;
}

const struct debug_type *dw_return_type(const struct debug_function *f)
{
	Dwarf_Die die;

	return dw_die(dw_of(f->module), f->id, &die) ? dw_type_of(dw_of(f->module), &die) :
						       debug_void(f->module);
}
