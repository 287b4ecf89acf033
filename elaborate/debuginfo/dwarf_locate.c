// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_locate.c - which of a variable's location expressions holds at a place, and what to say
 * when none does.
 */
#include "dwarf_file.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- where it would be available ------------------------------------------------------------- */

/* The line of an address, if it is one of the function's own. */
static bool line_at(struct dw *dw, const struct debug_function *f, Dwarf_Addr address, guint *line)
{
	Dwarf_Die unit, function;
	Dwarf_Line *record;
	const char *raw;
	int number;

	if (!dw_die(dw, f->id, &function) || !dwarf_diecu(&function, &unit, NULL, NULL))
		return false;
	record = dwarf_getsrc_die(&unit, address);
	raw = record ? dwarf_linesrc(record, NULL, NULL) : NULL;
	if (!raw || dwarf_lineno(record, &number) != 0 || number <= 0 ||
	    strcmp(dw_file_name(dw, &unit, raw), f->file) != 0)
		return false;
	*line = (guint)number;
	return *line >= f->line && *line < dw_next_declaration(dw, f->file, f->line);
}

struct nearest {
	const struct debug_scope *scope;
	guint here;	/* the line of the scope; 0: not known */
	guint line;	/* the best so far; 0: none */
};

static void nearest_start(struct nearest *n, const struct debug_scope *scope)
{
	*n = (struct nearest){ .scope = scope };
	if (!line_at(dw_of(scope->function->module), scope->function, dw_scope_address(scope),
		     &n->here))
		n->here = scope->function->line;
}

static void nearest_consider(struct nearest *n, Dwarf_Addr address)
{
	guint line;

	if (line_at(dw_of(n->scope->function->module), n->scope->function, address, &line) &&
	    (!n->line || abs((int)line - (int)n->here) < abs((int)n->line - (int)n->here)))
		n->line = line;
}

/* Each place within the function where the variable has a value that can be read. */
static void nearest_of_variable(struct nearest *n, Dwarf_Die *variable)
{
	struct dw *dw = dw_of(n->scope->function->module);
	Dwarf_Addr base, start, end;
	Dwarf_Attribute attribute;
	ptrdiff_t offset = 0;
	Dwarf_Die function;
	Dwarf_Op *ops;
	gsize count;

	if (!dwarf_attr_integrate(variable, DW_AT_location, &attribute) ||
	    !dw_die(dw, n->scope->function->id, &function))
		return;
	while ((offset = dwarf_getlocations(&attribute, offset, &base, &start, &end, &ops,
					    &count)) > 0) {
		struct dw_place place = { .dw = dw, .address = start };
		struct debug_location location;
		const char *why;

		if (end == G_MAXUINT64 || !dw_covers(&function, start))
			continue;
		dw_place_function(&place);
		if (dw_location(&place, &attribute, ops, count, &location, &why) == 0)
			nearest_consider(n, start);
	}
}

static const char *available(const struct nearest *n, const char *message)
{
	struct arena *arena = n->scope->function->module->arena;

	if (!n->line)
		return arena_strdup(arena, message);
	return arena_printf(arena, "%s (available at %s:%u)", message, n->scope->function->file,
			    n->line);
}

/* Look for a name in all blocks of the function, not only in those around the scope's pc. */
static bool find_in_blocks(Dwarf_Die *scope, const char *name, int depth, Dwarf_Die *block,
			   Dwarf_Die *variable)
{
	Dwarf_Die child, origin;

	if (depth == DW_DEPTH_MAX || dwarf_child(scope, &child) != 0)
		return false;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_lexical_block &&
		    find_in_blocks(&child, name, depth + 1, block, variable))
			return true;
		if (tag != DW_TAG_variable && tag != DW_TAG_formal_parameter)
			continue;
		origin = child;
		dw_origin(&origin);
		if (g_strcmp0(dwarf_diename(&origin), name) == 0) {
			*block = *scope;
			*variable = child;
			return true;
		}
	} while (dwarf_siblingof(&child, &child) == 0);
	return false;
}

const char *dw_elsewhere(const struct debug_scope *scope, const char *name)
{
	struct debug_module *m = scope->function->module;
	Dwarf_Die function, block, variable;
	struct nearest nearest;
	guint64 entry;

	if (!dw_die(dw_of(m), scope->function->id, &function) ||
	    !find_in_blocks(&function, name, 0, &block, &variable))
		return arena_printf(m->arena, "no variable '%s' in function %s", name,
				    scope->function->name);
	nearest_start(&nearest, scope);
	nearest_of_variable(&nearest, &variable);
	if (!nearest.line && dw_entry_pc(&block, &entry))
		nearest_consider(&nearest, entry);
	return available(&nearest, "not in scope here");
}

/* ---- locating -------------------------------------------------------------------------------- */

void dw_place_function(struct dw_place *place)
{
	guint32 number = dw_own_at(place->dw, place->address);
	const struct index_own *own = number == INDEX_NONE ? NULL :
		index_record(place->dw->index, INDEX_OWN, number);

	place->has_function = own && dw_die(place->dw, own->die, &place->function);
}

static int not_here(const struct debug_scope *scope, Dwarf_Die *variable, const char *message,
		    const char **why)
{
	struct nearest nearest;

	*why = message;
	if (!scope)
		return -ENOENT;
	nearest_start(&nearest, scope);
	nearest_of_variable(&nearest, variable);
	*why = available(&nearest, message);
	return -ENOENT;
}

bool dw_constant_location(const struct dw_place *place, Dwarf_Attribute *attribute,
			  struct debug_location *out)
{
	Dwarf_Block block;
	gint64 number;

	if (dwarf_formblock(attribute, &block) == 0) {
		dw_bytes(place, block.data, block.length, out);
		return true;
	}
	if (dwarf_whatform(attribute) == DW_FORM_string ||
	    dwarf_whatform(attribute) == DW_FORM_strp) {
		const char *text = dwarf_formstring(attribute);

		if (text)
			dw_bytes(place, (const guint8 *)text, strlen(text) + 1, out);
		return text != NULL;
	}
	if (!dw_form_constant(attribute, &number))
		return false;
	out->value = expr_number(place->dw->arena, place->token, number);
	return true;
}

/* A variable that is only declared where it was found is defined elsewhere. */
static bool definition(struct debug_module *m, const struct debug_variable *v, Dwarf_Die *die)
{
	const struct debug_variable *global;
	const char *why;

	if (!dw_die(dw_of(m), v->id, die))
		return false;
	if (!dw_only_declares(die))
		return true;
	global = dw_global_find(m, v->name, NULL, &why);
	return !global || dw_die(dw_of(m), global->id, die);
}

/* Defined by assembler or the linker's script: there is only its symbol. */
static int by_symbol(const struct dw_place *place, const char *name, struct debug_location *out,
		     const char **why)
{
	guint64 address;

	if (!dw_symbol_address(place->dw, name, &address)) {
		*why = arena_printf(place->dw->arena, "it is not defined in %s",
				    place->dw->module->name);
		return -ENOENT;
	}
	out->address = dw_address_expression(place, address);
	return 0;
}

/*
 * One place for all of a function's code is where a parameter is once the function has put it there
 * (its address is taken), and at the entry it is still where the ABI says.  Clones (.isra, .part)
 * have parameters of their own.
 */
static bool is_still_passed(const struct debug_scope *scope, Dwarf_Die *die,
			    Dwarf_Attribute *attribute)
{
	const struct debug_function *f = scope->function;

	return dwarf_tag(die) == DW_TAG_formal_parameter &&
	       dwarf_whatform(attribute) == DW_FORM_exprloc && scope->pc == f->pc && !f->inlined &&
	       f->symbol && !strcmp(f->symbol, f->name);
}

static int locate_passed(struct debug_module *m, const struct debug_scope *scope,
			 const struct debug_variable *v, const struct token *token,
			 struct debug_location *out, const char **why)
{
	GPtrArray *all = arena_list(m->arena), *types = arena_list(m->arena);
	Dwarf_Die function;

	if (dw_die(dw_of(m), scope->function->id, &function))
		dw_parameters(dw_of(m), &function, all);
	for (guint i = 0; i < all->len; i++) {
		const struct debug_variable *parameter = all->pdata[i];

		g_ptr_array_add(types, (gpointer)parameter->type);
		if (parameter->id == v->id)
			return debug_parameter_location(m, debug_return_type(scope->function),
							types, token, out, why);
	}
	*why = "the debuginfo is damaged";
	return -ENOENT;
}

int dw_locate(struct debug_module *m, const struct debug_scope *scope,
	      const struct debug_variable *v, const struct token *token,
	      struct debug_location *out, const char **why)
{
	static const char message[] = "optimized out at this address";
	struct dw_place place = { .dw = dw_of(m), .token = token };
	Dwarf_Attribute attribute;
	Dwarf_Die die;
	Dwarf_Op *ops;
	gsize count;
	int found, r;

	if (scope) {
		place.address = dw_scope_address(scope);
		dw_place_function(&place);
	}
	if (!definition(m, v, &die)) {
		*why = "the debuginfo is damaged";
		return -ENOENT;
	}
	if (dwarf_attr_integrate(&die, DW_AT_const_value, &attribute) &&
	    dw_constant_location(&place, &attribute, out))
		return 0;
	if (dw_only_declares(&die))
		return by_symbol(&place, v->name, out, why);
	if (!dwarf_attr_integrate(&die, DW_AT_location, &attribute)) {
		*why = arena_strdup(m->arena, "optimized out");
		return -ENOENT;
	}
	if (scope && is_still_passed(scope, &die, &attribute))
		return locate_passed(m, scope, v, token, out, why);
	if (scope)
		found = dwarf_getlocation_addr(&attribute, place.address, &ops, &count, 1);
	else
		found = dwarf_getlocation(&attribute, &ops, &count) == 0;
	if (found <= 0 || !count)
		return not_here(scope, &die, message, why);
	r = dw_location(&place, &attribute, ops, count, out, why);
	return r < 0 ? not_here(scope, &die, *why, why) : 0;
}
