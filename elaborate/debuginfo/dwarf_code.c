// SPDX-License-Identifier: GPL-2.0-or-later
/* dwarf_code.c - functions, and the addresses of symbols. */
#include "dwarf_file.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* ---- one function ---------------------------------------------------------------------------- */

static const char *declared_in(struct dw *dw, Dwarf_Die *origin)
{
	const char *raw = dw_decl_file(origin);
	Dwarf_Die unit;

	if (!raw || !dwarf_diecu(origin, &unit, NULL, NULL))
		return "";
	return dw_file_name(dw, &unit, raw);
}

guint32 dw_own_at(struct dw *dw, Dwarf_Addr address)
{
	guint low = 0, high, count;
	const struct index_range *ranges = index_records(dw->index, INDEX_RANGES, &count);
	guint64 pc = address - index_base(dw->index);

	high = count;
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (ranges[middle].end <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && ranges[low].start <= pc ? ranges[low].own : INDEX_NONE;
}

static const char *symbol_of(struct dw *dw, const struct index_own *own)
{
	return own->symbol == INDEX_NONE ? NULL :
					   index_string(dw->index, INDEX_OWN, own->symbol);
}

static const char *symbol_of_own(struct dw *dw, Dwarf_Addr address)
{
	guint32 number = dw_own_at(dw, address);
	const struct index_own *own = number == INDEX_NONE ?
		NULL : index_record(dw->index, INDEX_OWN, number);

	return own ? symbol_of(dw, own) : NULL;
}

/* Known by its DIE; NULL: not yet. */
static struct debug_function *known(struct dw *dw, guint64 id)
{
	return g_hash_table_lookup(dw->functions, &id);
}

static struct debug_function *function_new(struct dw *dw, guint64 id, Dwarf_Addr address)
{
	struct debug_function *f = arena_alloc(dw->arena, sizeof(*f));

	f->module = dw->module;
	f->id = id;
	f->pc = dw_place_of(dw, address, &f->section);
	g_hash_table_insert(dw->functions, &f->id, f);
	return f;
}

struct debug_function *dw_function(struct dw *dw, Dwarf_Die *die)
{
	struct debug_function *f = known(dw, dwarf_dieoffset(die));
	Dwarf_Die origin = *die;
	guint64 address;
	int line = 0;

	if (f)
		return f;
	dw_origin(&origin);
	if (!dw_entry_pc(die, &address) || !dwarf_diename(&origin))
		return NULL;
	f = function_new(dw, dwarf_dieoffset(die), address);
	f->name = dwarf_diename(&origin);
	f->file = declared_in(dw, &origin);
	dwarf_decl_line(&origin, &line);
	f->line = (guint)line;
	f->inlined = dwarf_tag(die) == DW_TAG_inlined_subroutine;
	if (!f->inlined)
		f->symbol = symbol_of_own(dw, address);
	return f;
}

/* ---- by pattern ------------------------------------------------------------------------------ */

/*
 * Functions do not nest: a line belongs to the one that is declared last before it in its file.
 * Is `f` that, for any line of the pattern?
 */
static bool contains_line(struct dw *dw, const struct index_function *f,
			  const struct debug_pattern *pattern)
{
	const char *file = index_string(dw->index, INDEX_FUNCTIONS, f->file);
	guint next = dw_next_declaration(dw, file, f->line);

	for (guint i = 0; i < pattern->ranges->len; i++) {
		const struct debug_range *range =
			&g_array_index(pattern->ranges, struct debug_range, i);

		if (range->last >= f->line && range->first < next)
			return true;
	}
	return false;
}

static bool function_fits(struct dw *dw, const struct index_function *f,
			  const struct debug_pattern *pattern)
{
	const char *name = index_string(dw->index, INDEX_FUNCTIONS, f->name);
	const char *file = index_string(dw->index, INDEX_FUNCTIONS, f->file);

	return debug_glob_fits(pattern->function, name) && debug_file_fits(pattern->file, file) &&
	       (pattern->lines != LINE_ABSOLUTE || contains_line(dw, f, pattern));
}

/* The index has all of it: no DIE is read. */
static void add_function(struct dw *dw, const struct index_function *function, guint32 die,
			 guint32 pc, const char *symbol, bool inlined, GPtrArray *out)
{
	struct debug_function *f = known(dw, die);

	if (!f) {
		f = function_new(dw, die, index_base(dw->index) + pc);
		f->name = index_string(dw->index, INDEX_FUNCTIONS, function->name);
		f->file = index_string(dw->index, INDEX_FUNCTIONS, function->file);
		f->line = function->line;
		f->symbol = symbol;
		f->inlined = inlined;
	}
	g_ptr_array_add(out, f);
}

static void add_instances(struct dw *dw, const struct index_function *f, enum debug_which which,
			  GPtrArray *out)
{
	guint own = which & DEBUG_OWN_CODE ? f->own_count : 0;
	guint inlined = which & DEBUG_INLINED ? f->inlined_count : 0;

	for (guint i = 0; i < own; i++) {
		const struct index_own *record = index_record(dw->index, INDEX_OWN, f->own + i);

		if (!record)
			return;
		add_function(dw, f, record->die, record->pc, symbol_of(dw, record), false, out);
	}
	for (guint i = 0; i < inlined; i++) {
		const struct index_inlined *record = index_record(dw->index, INDEX_INLINED,
								  f->inlined + i);

		if (!record)
			return;
		add_function(dw, f, record->die, record->pc, NULL, true, out);
	}
}

int dw_functions(struct debug_module *m, const struct debug_pattern *pattern,
		 enum debug_which which, GPtrArray *out, const char **why)
{
	struct dw *dw = dw_of(m);
	guint first, count, before = out->len;
	GPtrArray *found = g_ptr_array_new();

	(void)why;
	index_find(dw->index, INDEX_FUNCTIONS, pattern->function, &first, &count);
	for (guint i = first; i < first + count; i++) {
		const struct index_function *f = index_record(dw->index, INDEX_FUNCTIONS, i);

		if (f && function_fits(dw, f, pattern))
			add_instances(dw, f, which, found);
	}
	debug_functions_sort(found);
	g_ptr_array_set_size(out, (gint)(before + found->len));
	for (guint i = 0; i < found->len; i++)
		out->pdata[before + i] = found->pdata[i];
	g_ptr_array_unref(found);
	return 0;
}

void dw_function_names(struct debug_module *m, GPtrArray *candidates)
{
	struct index *index = dw_of(m)->index;
	guint32 last = INDEX_NONE;
	guint count;

	index_records(index, INDEX_FUNCTIONS, &count);
	for (guint i = 0; i < count; i++) {
		const struct index_function *f = index_record(index, INDEX_FUNCTIONS, i);

		if (!f || f->name == last)
			continue;
		last = f->name;
		g_ptr_array_add(candidates,
				(gpointer)index_string(index, INDEX_FUNCTIONS, f->name));
	}
}

/* ---- symbols --------------------------------------------------------------------------------- */

static const struct index_symbol *find_symbol(struct dw *dw, const char *name)
{
	guint first, count;

	if (!debug_glob_is_plain(name))
		return NULL;
	index_find(dw->index, INDEX_SYMBOLS, name, &first, &count);
	return count ? index_record(dw->index, INDEX_SYMBOLS, first) : NULL;
}

bool dw_symbol_address(struct dw *dw, const char *name, Dwarf_Addr *address)
{
	const struct index_symbol *symbol = find_symbol(dw, name);

	if (symbol)
		*address = symbol->value;
	return symbol != NULL;
}

bool dw_symbol_find(struct debug_module *m, const char *name, guint64 *pc)
{
	Dwarf_Addr address;

	if (!dw_symbol_address(dw_of(m), name, &address))
		return false;
	if (dw_of(m)->dwfl)
		dwfl_module_relocate_address(dw_of(m)->dwfl_module, &address);
	*pc = address;
	return true;
}

bool dw_function_exported(const struct debug_function *f)
{
	const struct index_symbol *symbol;

	if (f->inlined || !f->symbol)
		return false;
	symbol = find_symbol(dw_of(f->module), f->symbol);
	return symbol && (symbol->flags & INDEX_SYMBOL_EXPORTED);
}
