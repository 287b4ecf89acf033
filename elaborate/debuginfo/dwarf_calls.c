// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_calls.c - what is within a function: labels, and calls.  Both are in its blocks; what is in
 * a function that was inlined into it is that function's.
 */
#include "dwarf_file.h"

#include <dwarf.h>
#include <string.h>

typedef void (*die_visitor)(Dwarf_Die *die, void *data);

static void visit_blocks(Dwarf_Die *scope, int depth, die_visitor visit, void *data)
{
	Dwarf_Die child;

	if (depth == DW_DEPTH_MAX || dwarf_child(scope, &child) != 0)
		return;
	do {
		visit(&child, data);
		if (dwarf_tag(&child) == DW_TAG_lexical_block)
			visit_blocks(&child, depth + 1, visit, data);
	} while (dwarf_siblingof(&child, &child) == 0);
}

/* ---- labels ---------------------------------------------------------------------------------- */

struct search {
	struct dw *dw;
	const struct debug_function *f;
	const char *pattern;
	GPtrArray *out;
};

static void visit_label(Dwarf_Die *die, void *data)
{
	struct search *s = data;
	const struct debug_section *section;
	struct debug_place *place;
	Dwarf_Die origin = *die;
	Dwarf_Addr address;
	int line = 0;

	/* A label that no jump needed has no address. */
	if (dwarf_tag(die) != DW_TAG_label || dwarf_lowpc(die, &address) != 0)
		return;
	dw_origin(&origin);
	if (!dwarf_diename(&origin) || !debug_glob_fits(s->pattern, dwarf_diename(&origin)))
		return;
	dwarf_decl_line(&origin, &line);
	place = arena_alloc(s->dw->arena, sizeof(*place));
	place->function = s->f;
	place->name = dwarf_diename(&origin);
	place->file = s->f->file;
	place->line = (guint)line;
	place->pc = dw_place_of(s->dw, address, &section);
	g_ptr_array_add(s->out, place);
}

int dw_labels(const struct debug_function *f, const char *pattern, GPtrArray *out,
	      const char **why)
{
	struct search s = { dw_of(f->module), f, pattern, out };
	Dwarf_Die function;

	(void)why;
	if (dw_die(s.dw, f->id, &function))
		visit_blocks(&function, 0, visit_label, &s);
	return 0;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void add_once(struct search *s, Dwarf_Die *die)
{
	struct debug_function *f = dw_function(s->dw, die);

	if (f && !g_ptr_array_find(s->out, f, NULL))
		g_ptr_array_add(s->out, f);
}

static bool is_external(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	return dwarf_attr_integrate(die, DW_AT_external, &attribute) != NULL;
}

void dw_called_code(struct dw *dw, Dwarf_Die *callee, GArray *out)
{
	guint first, count;

	index_find(dw->index, INDEX_FUNCTIONS, dwarf_diename(callee), &first, &count);
	for (guint i = first; i < first + count; i++) {
		const struct index_function *f = index_record(dw->index, INDEX_FUNCTIONS, i);

		for (guint own = 0; f && own < f->own_count; own++) {
			const struct index_own *record =
				index_record(dw->index, INDEX_OWN, f->own + own);
			Dwarf_Die die, origin;

			if (!record)
				return;
			if (!dw_die(dw, record->die, &die))
				continue;
			origin = die;
			dw_origin(&origin);
			if (dwarf_dieoffset(&origin) == dwarf_dieoffset(callee) ||
			    (is_external(callee) && is_external(&die)))
				g_array_append_val(out, die);
		}
	}
}

bool dw_callee(Dwarf_Die *call, Dwarf_Die *callee)
{
	if (!dw_reference(call, DW_AT_call_origin, callee) &&
	    !dw_reference(call, DW_AT_abstract_origin, callee))
		return false;
	dw_origin(callee);
	return true;
}

bool dw_is_jump(Dwarf_Die *call)
{
	return dwarf_hasattr(call, DW_AT_call_tail_call) ||
	       dwarf_hasattr(call, DW_AT_GNU_tail_call);
}

static void visit_call(Dwarf_Die *die, void *data)
{
	struct search *s = data;
	int tag = dwarf_tag(die);
	Dwarf_Die callee = *die;
	const char *name;

	if (tag == DW_TAG_inlined_subroutine) {
		dw_origin(&callee);
		name = dwarf_diename(&callee);
		if (name && debug_glob_fits(s->pattern, name))
			add_once(s, die);
		return;
	}
	if (tag != DW_TAG_call_site && tag != DW_TAG_GNU_call_site)
		return;
	if (!dw_callee(die, &callee))
		return;
	name = dwarf_diename(&callee);
	if (name && debug_glob_fits(s->pattern, name)) {
		GArray *code = g_array_new(FALSE, FALSE, sizeof(Dwarf_Die));

		dw_called_code(s->dw, &callee, code);
		for (guint i = 0; i < code->len; i++)
			add_once(s, &g_array_index(code, Dwarf_Die, i));
		g_array_unref(code);
	}
}

int dw_callees(const struct debug_function *f, const char *pattern, GPtrArray *out,
	       const char **why)
{
	struct search s = { dw_of(f->module), f, pattern, out };
	Dwarf_Die function;

	(void)why;
	if (dw_die(s.dw, f->id, &function))
		visit_blocks(&function, 0, visit_call, &s);
	debug_functions_sort(out);
	return 0;
}
