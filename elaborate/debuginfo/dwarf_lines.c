// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_lines.c - from lines to addresses and back.
 *
 * Which function a row of a unit's line table belongs to is told by its line rather than by its
 * address: functions do not nest, so a line belongs to the one that is declared last before it in
 * its file, and optimizers put rows of a call where the inlined code begins.  The address only has
 * to be within that function, or an instance of it.
 *
 * Of a line that has several addresses the lowest is taken at which a statement begins (is_stmt).
 * Optimizers move code about until some lines have no such row left; these are taken at the lowest
 * address that they have.
 */
#include "dwarf_file.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* ---- where functions end --------------------------------------------------------------------- */

static void free_array(gpointer array)
{
	g_array_unref(array);
}

static int compare_lines(const void *a, const void *b)
{
	guint x = *(const guint *)a, y = *(const guint *)b;

	return (x > y) - (x < y);
}

static void sort_lines(gpointer file, gpointer lines, gpointer data)
{
	(void)file;
	(void)data;
	g_array_sort(lines, compare_lines);
}

/* For each file the lines where its functions are declared. */
static void read_declarations(struct dw *dw)
{
	const struct index_function *f;
	guint count;

	dw->declarations = arena_table(dw->arena, free_array);
	index_records(dw->index, INDEX_FUNCTIONS, &count);
	for (guint i = 0; i < count; i++) {
		const char *file;
		GArray *lines;

		f = index_record(dw->index, INDEX_FUNCTIONS, i);
		if (!f)
			break;
		file = index_string(dw->index, INDEX_FUNCTIONS, f->file);
		lines = g_hash_table_lookup(dw->declarations, file);
		if (!lines) {
			lines = g_array_new(FALSE, FALSE, sizeof(guint));
			g_hash_table_insert(dw->declarations, (char *)file, lines);
		}
		g_array_append_val(lines, f->line);
	}
	g_hash_table_foreach(dw->declarations, sort_lines, NULL);
}

guint dw_next_declaration(struct dw *dw, const char *file, guint line)
{
	GArray *lines;
	guint low = 0, high;

	if (!dw->declarations)
		read_declarations(dw);
	lines = g_hash_table_lookup(dw->declarations, file);
	high = lines ? lines->len : 0;
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(lines, guint, middle) <= line)
			low = middle + 1;
		else
			high = middle;
	}
	return lines && low < lines->len ? g_array_index(lines, guint, low) : G_MAXUINT;
}

/* ---- where its code is ----------------------------------------------------------------------- */

struct span {
	Dwarf_Addr start, end;
};

static void add_spans(Dwarf_Die *die, GArray *spans)
{
	struct span span;
	Dwarf_Addr base;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(die, offset, &base, &span.start, &span.end)) > 0)
		g_array_append_val(spans, span);
}

static bool within(const GArray *spans, Dwarf_Addr address)
{
	for (guint i = 0; i < spans->len; i++) {
		const struct span *span = &g_array_index(spans, struct span, i);

		if (address >= span->start && address < span->end)
			return true;
	}
	return false;
}

/* Is this DIE an instance of a function that is declared at the same place? */
static bool declared_like(struct dw *dw, Dwarf_Die *die, const struct debug_function *f)
{
	const struct debug_function *other = dw_function(dw, die);

	return other && other->line == f->line && strcmp(other->file, f->file) == 0;
}

/*
 * Lines cannot tell a function from one that was inlined into it and is declared on the same line:
 * macros make such (SYSCALL_DEFINE), and recursion does.  That code is the inlined function's.
 */
static void add_others(struct dw *dw, Dwarf_Die *scope, const struct debug_function *f, int depth,
		       GArray *spans)
{
	Dwarf_Die child;

	if (depth == DW_DEPTH_MAX || dwarf_child(scope, &child) != 0)
		return;
	do {
		int tag = dwarf_tag(&child);

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_lexical_block)
			continue;
		if (tag == DW_TAG_inlined_subroutine && declared_like(dw, &child, f))
			add_spans(&child, spans);
		else
			add_others(dw, &child, f, depth + 1, spans);
	} while (dwarf_siblingof(&child, &child) == 0);
}

/* ---- statements ------------------------------------------------------------------------------ */

/* A line, and the best of its addresses so far, as libdw has it. */
struct row {
	guint line;
	Dwarf_Addr address;
	bool begins;	/* a statement */
};

/* The lines of one function. */
struct lines {
	struct dw *dw;
	const struct debug_function *f;
	GHashTable *rows;	/* line → struct row */
};

static void consider(struct lines *l, const struct row *row)
{
	struct row *best = g_hash_table_lookup(l->rows, GUINT_TO_POINTER(row->line));

	if (!best) {
		best = g_new(struct row, 1);
		*best = *row;
		g_hash_table_insert(l->rows, GUINT_TO_POINTER(row->line), best);
	} else if (row->begins > best->begins ||
		   (row->begins == best->begins && row->address < best->address)) {
		*best = *row;
	}
}

/* A row of the table that is about the function's file. */
static bool row_of(struct lines *l, Dwarf_Die *unit, Dwarf_Line *from, struct row *row)
{
	const char *raw;
	bool ends;
	int line;

	if (dwarf_linebeginstatement(from, &row->begins) != 0 ||
	    dwarf_lineendsequence(from, &ends) != 0 || ends ||
	    dwarf_lineno(from, &line) != 0 || line <= 0)
		return false;
	raw = dwarf_linesrc(from, NULL, NULL);
	row->line = (guint)line;
	return raw && strcmp(dw_file_name(l->dw, unit, raw), l->f->file) == 0;
}

static void collect_rows(struct lines *l, Dwarf_Die *die)
{
	guint next = dw_next_declaration(l->dw, l->f->file, l->f->line);
	GArray *spans = g_array_new(FALSE, FALSE, sizeof(struct span));
	GArray *others = g_array_new(FALSE, FALSE, sizeof(struct span));
	Dwarf_Lines *rows;
	Dwarf_Die unit;
	gsize count;

	add_spans(die, spans);
	add_others(l->dw, die, l->f, 0, others);
	if (!dwarf_diecu(die, &unit, NULL, NULL) || dwarf_getsrclines(&unit, &rows, &count) != 0)
		count = 0;
	for (gsize i = 0; i < count; i++) {
		Dwarf_Line *from = dwarf_onesrcline(rows, i);
		struct row row;

		if (dwarf_lineaddr(from, &row.address) != 0 || !within(spans, row.address) ||
		    within(others, row.address))
			continue;
		if (row_of(l, &unit, from, &row) && row.line >= l->f->line && row.line < next)
			consider(l, &row);
	}
	g_array_unref(spans);
	g_array_unref(others);
}

static struct debug_place *place_of(struct lines *l, const struct row *row)
{
	struct debug_place *place = arena_alloc(l->dw->arena, sizeof(*place));
	const struct debug_section *section;

	place->function = l->f;
	place->file = l->f->file;
	place->line = row->line;
	place->pc = dw_place_of(l->dw, row->address, &section);
	return place;
}

static int compare_places(gconstpointer a, gconstpointer b)
{
	const struct debug_place *x = *(struct debug_place *const *)a;
	const struct debug_place *y = *(struct debug_place *const *)b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->pc > y->pc) - (x->pc < y->pc);
}

/* Does any line that has code fit the range? */
static bool range_has_code(GPtrArray *places, guint base, const struct debug_range *range)
{
	for (guint i = 0; i < places->len; i++) {
		guint line = ((struct debug_place *)places->pdata[i])->line;

		if (line >= base && line - base >= range->first && line - base <= range->last)
			return true;
	}
	return false;
}

/* places: those of the function, in order; for each range without code the next that follows. */
static void add_nearest(const struct debug_function *f, const struct debug_pattern *pattern,
			GPtrArray *places, GPtrArray *out)
{
	guint base = pattern->lines == LINE_RELATIVE ? f->line : 0;

	for (guint i = 0; i < pattern->ranges->len; i++) {
		const struct debug_range *range =
			&g_array_index(pattern->ranges, struct debug_range, i);

		if (range_has_code(places, base, range))
			continue;
		for (guint p = 0; p < places->len; p++) {
			struct debug_place *place = places->pdata[p];

			if (place->line < base + range->first)
				continue;
			if (!g_ptr_array_find(out, place, NULL))
				g_ptr_array_add(out, place);
			break;
		}
	}
}

static void add_statements(struct dw *dw, const struct debug_function *f,
			   const struct debug_pattern *pattern, bool nearest, GPtrArray *out)
{
	struct lines l = { .dw = dw, .f = f,
			   .rows = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
							 g_free) };
	GPtrArray *places = g_ptr_array_new();
	GHashTableIter i;
	gpointer row;
	Dwarf_Die die;

	if (dw_die(dw, f->id, &die))
		collect_rows(&l, &die);
	g_hash_table_iter_init(&i, l.rows);
	while (g_hash_table_iter_next(&i, NULL, &row))
		g_ptr_array_add(places, place_of(&l, row));
	g_ptr_array_sort(places, compare_places);
	for (guint p = 0; p < places->len; p++)
		if (debug_line_fits(pattern, f->line,
				    ((struct debug_place *)places->pdata[p])->line))
			g_ptr_array_add(out, places->pdata[p]);
	if (nearest)
		add_nearest(f, pattern, places, out);
	g_ptr_array_unref(places);
	g_hash_table_unref(l.rows);
}

/* A range between functions: those that are declared next behind it, of the ones that fit. */
static void next_functions(struct debug_module *m, const struct debug_pattern *pattern,
			   guint first, GPtrArray *functions, const char **why)
{
	struct debug_pattern anywhere = *pattern;
	guint next = G_MAXUINT, kept = 0;

	anywhere.lines = LINE_ALL;
	g_ptr_array_set_size(functions, 0);
	dw_functions(m, &anywhere, DEBUG_OWN_CODE | DEBUG_INLINED, functions, why);
	for (guint i = 0; i < functions->len; i++) {
		const struct debug_function *f = functions->pdata[i];

		if (f->line >= first)
			next = MIN(next, f->line);
	}
	for (guint i = 0; i < functions->len; i++)
		if (((const struct debug_function *)functions->pdata[i])->line == next)
			functions->pdata[kept++] = functions->pdata[i];
	g_ptr_array_set_size(functions, (gint)kept);
}

static void add_entry(struct debug_module *m, const struct debug_function *f, GPtrArray *out)
{
	struct debug_place *place = arena_alloc(m->arena, sizeof(*place));

	*place = (struct debug_place){ .function = f, .file = f->file, .line = f->line,
				       .pc = f->pc };
	g_ptr_array_add(out, place);
}

static void add_places(struct debug_module *m, const GPtrArray *functions,
		       const struct debug_pattern *pattern, bool nearest, GPtrArray *out)
{
	for (guint i = 0; i < functions->len; i++) {
		if (pattern->lines == LINE_NONE)
			add_entry(m, functions->pdata[i], out);
		else
			add_statements(dw_of(m), functions->pdata[i], pattern, nearest, out);
	}
}

int dw_statements(struct debug_module *m, const struct debug_pattern *pattern, bool nearest,
		  GPtrArray *out, const char **why)
{
	GPtrArray *functions = g_ptr_array_new(), *found = g_ptr_array_new();
	guint before = out->len;

	dw_functions(m, pattern, DEBUG_OWN_CODE | DEBUG_INLINED, functions, why);
	add_places(m, functions, pattern, nearest, found);
	if (!found->len && nearest && pattern->lines == LINE_ABSOLUTE) {
		next_functions(m, pattern,
			       g_array_index(pattern->ranges, struct debug_range, 0).first,
			       functions, why);
		add_places(m, functions, pattern, nearest, found);
	}
	g_ptr_array_sort(found, compare_places);
	g_ptr_array_set_size(out, (gint)(before + found->len));
	for (guint i = 0; i < found->len; i++)
		out->pdata[before + i] = found->pdata[i];
	g_ptr_array_unref(found);
	g_ptr_array_unref(functions);
	return 0;
}

/* ---- back ------------------------------------------------------------------------------------ */

/* The innermost instance of a function whose code an address is. */
static void innermost(Dwarf_Die *function, Dwarf_Addr address)
{
	Dwarf_Die scope = *function, child;

	for (int depth = 0; depth < DW_DEPTH_MAX; depth++) {
		bool found = false;

		if (dwarf_child(&scope, &child) != 0)
			return;
		do {
			int tag = dwarf_tag(&child);

			found = (tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block) &&
				dw_covers(&child, address);
		} while (!found && dwarf_siblingof(&child, &child) == 0);
		if (!found)
			return;
		if (dwarf_tag(&child) == DW_TAG_inlined_subroutine)
			*function = child;
		scope = child;
	}
}

/* Without a section an address is one of .text, or of a linked file. */
static Dwarf_Addr address_of(struct dw *dw, guint64 pc)
{
	if (!dw->dwfl)
		return pc;
	return dw_address(dw, debug_module_section(dw->module, ".text"), pc);
}

struct debug_place *dw_statement_at(struct debug_module *m, guint64 pc, const char **why)
{
	struct dw_place place = { .dw = dw_of(m), .address = address_of(dw_of(m), pc) };
	struct debug_place *statement;
	Dwarf_Line *row;
	Dwarf_Die unit;
	int line = 0;

	dw_place_function(&place);
	if (!place.has_function || !dwarf_diecu(&place.function, &unit, NULL, NULL)) {
		*why = arena_printf(m->arena, "no function of %s is at 0x%" G_GINT64_MODIFIER "x",
				    m->name, pc);
		return NULL;
	}
	statement = arena_alloc(m->arena, sizeof(*statement));
	innermost(&place.function, place.address);
	statement->function = dw_function(place.dw, &place.function);
	if (!statement->function) {
		*why = arena_strdup(m->arena, "the debuginfo is damaged");
		return NULL;
	}
	statement->pc = pc;
	statement->file = statement->function->file;
	statement->line = statement->function->line;
	row = dwarf_getsrc_die(&unit, place.address);
	if (row && dwarf_linesrc(row, NULL, NULL) && dwarf_lineno(row, &line) == 0 && line > 0) {
		statement->file = dw_file_name(place.dw, &unit, dwarf_linesrc(row, NULL, NULL));
		statement->line = (guint)line;
	}
	return statement;
}
