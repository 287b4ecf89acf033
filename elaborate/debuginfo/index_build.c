// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * index_build.c - walking over all of a file's DWARF once.
 *
 * Each thread has a handle of its own and takes units from a common counter, in their order, so
 * that what is kept of several equal definitions (the first) does not depend on the threads.  Only
 * what a name can lead to is looked at: what stands directly in a unit and, in functions with code,
 * blocks, inlined instances and calls.
 *
 * Strings are compared by address here: the linker has merged those of .debug_str, and of the few
 * short ones that are not there a duplicate is dropped when the index is written.
 */
#include "dwarf_file.h"
#include "index_internal.h"
#include "progress.h"

#include <dwarf.h>
#include <gelf.h>
#include <string.h>

/* Blocks within blocks; compilers stop far below. */
#define BLOCK_DEPTH_MAX 200

/* What is found by name once, as bits of `seen`; types have one bit for each tag. */
#define SEEN_ENUMERATORS 1
#define SEEN_DECLARATION 2
#define SEEN_TYPE 4

struct span {
	guint64 start, end;
};

struct finder {
	Dwarf *dwarf;
	const GArray *units;	/* Dwarf_Off of each unit's own DIE */
	gint *next;		/* of `units`, common to all threads */
	const GArray *code;	/* struct span: executable sections */
	struct index_found found;
	GHashTable *seen;	/* name → SEEN_* bits and those of tags */
	GHashTable *origins;	/* of this unit: offset of a DIE → number of its function + 1 */
	GHashTable *functions;	/* struct found_function → its number + 1 */
	GHashTable *files;	/* libdw's string → normalized */
	GStringChunk *strings;
	const char *comp_dir;	/* of this unit */
};

/* ---- functions ------------------------------------------------------------------------------- */

static guint function_hash(gconstpointer data)
{
	const struct found_function *f = data;

	return g_direct_hash(f->name) * 31 + g_direct_hash(f->file) * 7 + f->line;
}

static gboolean function_equal(gconstpointer a, gconstpointer b)
{
	const struct found_function *x = a, *y = b;

	return x->name == y->name && x->file == y->file && x->line == y->line;
}

static const char *file_name(struct finder *f, const char *raw)
{
	const char *name = g_hash_table_lookup(f->files, raw);
	g_autofree char *normal = NULL;

	if (name)
		return name;
	normal = dw_normalize_path(raw, f->comp_dir);
	name = g_string_chunk_insert_const(f->strings, normal);
	g_hash_table_insert(f->files, (char *)raw, (char *)name);
	return name;
}

static guint32 function_number(struct finder *f, const struct found_function *key)
{
	gpointer number = g_hash_table_lookup(f->functions, key);
	struct found_function *copy;

	if (number)
		return GPOINTER_TO_UINT(number) - 1;
	g_array_append_val(f->found.functions, *key);
	copy = g_new(struct found_function, 1);
	*copy = *key;
	g_hash_table_insert(f->functions, copy, GUINT_TO_POINTER(f->found.functions->len));
	return f->found.functions->len - 1;
}

/* What a DIE of code is an instance of; INDEX_NONE: of nothing with a name. */
static guint32 origin_function(struct finder *f, Dwarf_Die *die)
{
	Dwarf_Die origin = *die;
	struct found_function key;
	const char *file;
	gpointer number;
	int line = 0;

	dw_origin(&origin);
	number = g_hash_table_lookup(f->origins, GSIZE_TO_POINTER(dwarf_dieoffset(&origin)));
	if (number)
		return GPOINTER_TO_UINT(number) - 1;
	key.name = dwarf_diename(&origin);
	if (!key.name)
		return INDEX_NONE;
	file = dw_decl_file(&origin);
	dwarf_decl_line(&origin, &line);
	key.file = file ? file_name(f, file) : "";
	key.line = (guint32)line;
	number = GUINT_TO_POINTER(function_number(f, &key) + 1);
	g_hash_table_insert(f->origins, GSIZE_TO_POINTER(dwarf_dieoffset(&origin)), number);
	return GPOINTER_TO_UINT(number) - 1;
}

/* What the linker has dropped keeps its DWARF, at address 0 or thereabouts. */
static bool is_code(const struct finder *f, guint64 pc)
{
	for (guint i = 0; i < f->code->len; i++) {
		const struct span *span = &g_array_index(f->code, struct span, i);

		if (pc >= span->start && pc < span->end)
			return true;
	}
	return false;
}

/*
 * A part of a function that gcc has split off and inlined into it again looks like an instance of the
 * function, called from its declaration.
 */
static bool is_part(const struct finder *f, Dwarf_Die *die, const struct found_inlined *inlined)
{
	const struct found_own *own = &g_array_index(f->found.own, struct found_own, inlined->own);
	const struct found_function *function =
		&g_array_index(f->found.functions, struct found_function, inlined->function);
	gint64 line;

	return own->function == inlined->function &&
	       dw_constant(die, DW_AT_call_line, &line) && line == function->line;
}

static void found_inlined_instance(struct finder *f, Dwarf_Die *die, guint32 own)
{
	struct found_inlined inlined = { .own = own, .die = (guint32)dwarf_dieoffset(die) };

	if (!dw_entry_pc(die, &inlined.pc) || !is_code(f, inlined.pc))
		return;
	inlined.function = origin_function(f, die);
	if (inlined.function != INDEX_NONE && !is_part(f, die, &inlined))
		g_array_append_val(f->found.inlined, inlined);
}

static void found_call(struct finder *f, Dwarf_Die *die)
{
	struct found_call call = { .die = (guint32)dwarf_dieoffset(die) };
	Dwarf_Die callee;

	if (!dw_callee(die, &callee))
		return;
	call.name = dwarf_diename(&callee);
	if (call.name)
		g_array_append_val(f->found.calls, call);
}

static void walk_block(struct finder *f, Dwarf_Die *block, guint32 own, int depth)
{
	Dwarf_Die child;

	if (depth == BLOCK_DEPTH_MAX || dwarf_child(block, &child) != 0)
		return;
	do {
		switch (dwarf_tag(&child)) {
		case DW_TAG_inlined_subroutine:
			found_inlined_instance(f, &child, own);
			walk_block(f, &child, own, depth + 1);
			break;
		case DW_TAG_lexical_block:
			walk_block(f, &child, own, depth + 1);
			break;
		case DW_TAG_call_site:
		case DW_TAG_GNU_call_site:
			found_call(f, &child);
			break;
		}
	} while (dwarf_siblingof(&child, &child) == 0);
}

static void found_ranges(struct finder *f, Dwarf_Die *die, guint32 own)
{
	struct found_range range = { .own = own };
	Dwarf_Addr base, start, end;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(die, offset, &base, &start, &end)) > 0) {
		range.start = start;
		range.end = end;
		if (end > start && is_code(f, start))
			g_array_append_val(f->found.ranges, range);
	}
}

static void found_subprogram(struct finder *f, Dwarf_Die *die)
{
	struct found_own own = { .die = (guint32)dwarf_dieoffset(die) };

	if (!dw_entry_pc(die, &own.pc) || !is_code(f, own.pc))
		return;
	own.function = origin_function(f, die);
	if (own.function == INDEX_NONE)
		return;
	g_array_append_val(f->found.own, own);
	found_ranges(f, die, f->found.own->len - 1);
	walk_block(f, die, f->found.own->len - 1, 0);
}

/* ---- data ------------------------------------------------------------------------------------ */

/* Has this bit been set for the name?  It is from now on. */
static bool seen(struct finder *f, const char *name, guint bit)
{
	guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(f->seen, name));

	if (bits & bit)
		return true;
	g_hash_table_insert(f->seen, (char *)name, GUINT_TO_POINTER(bits | bit));
	return false;
}

static void found_enumerators(struct finder *f, Dwarf_Die *type)
{
	Dwarf_Die child;

	if (dwarf_child(type, &child) != 0)
		return;
	do {
		struct found_enumerator enumerator = { .name = dwarf_diename(&child) };

		if (dwarf_tag(&child) != DW_TAG_enumerator || !enumerator.name)
			continue;
		/* Of an enum that was seen in another unit the first tells. */
		if (seen(f, enumerator.name, SEEN_ENUMERATORS))
			return;
		if (dw_constant(&child, DW_AT_const_value, &enumerator.value))
			g_array_append_val(f->found.enumerators, enumerator);
	} while (dwarf_siblingof(&child, &child) == 0);
}

static guint tag_bit(guint tag)
{
	switch (tag) {
	case DW_TAG_structure_type:
		return SEEN_TYPE;
	case DW_TAG_union_type:
		return SEEN_TYPE << 1;
	case DW_TAG_enumeration_type:
		return SEEN_TYPE << 2;
	case DW_TAG_typedef:
		return SEEN_TYPE << 3;
	default:
		return SEEN_TYPE << 4;
	}
}

static void found_type(struct finder *f, Dwarf_Die *die, guint tag)
{
	struct found_type type = { .name = dwarf_diename(die), .tag = tag };
	guint bit = tag_bit(tag);

	if (type.name &&
	    GPOINTER_TO_UINT(g_hash_table_lookup(f->seen, type.name)) & bit)
		return;
	if (dwarf_hasattr(die, DW_AT_declaration))
		return;
	if (tag == DW_TAG_enumeration_type)
		found_enumerators(f, die);
	if (!type.name || seen(f, type.name, bit))
		return;
	type.die = (guint32)dwarf_dieoffset(die);
	g_array_append_val(f->found.types, type);
}

static void found_variable(struct finder *f, Dwarf_Die *die)
{
	struct found_variable variable = { .die = (guint32)dwarf_dieoffset(die) };
	Dwarf_Die origin = *die;

	variable.declared = !dwarf_hasattr(die, DW_AT_location) &&
			    !dwarf_hasattr(die, DW_AT_const_value);
	/* A linker's script or assembler may define what is only declared in C: jiffies. */
	if (variable.declared && !dwarf_hasattr(die, DW_AT_external))
		return;
	dw_origin(&origin);
	variable.name = dwarf_diename(&origin);
	if (variable.name && !(variable.declared && seen(f, variable.name, SEEN_DECLARATION)))
		g_array_append_val(f->found.variables, variable);
}

/* ---- units ----------------------------------------------------------------------------------- */

static void found_child(struct finder *f, Dwarf_Die *child)
{
	int tag = dwarf_tag(child);

	switch (tag) {
	case DW_TAG_subprogram:
		found_subprogram(f, child);
		break;
	case DW_TAG_variable:
		found_variable(f, child);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_typedef:
	case DW_TAG_base_type:
		found_type(f, child, (guint)tag);
		break;
	}
}

static void walk_unit(struct finder *f, Dwarf_Off offset)
{
	Dwarf_Die unit, child;

	if (!dwarf_offdie(f->dwarf, offset, &unit) || dwarf_child(&unit, &child) != 0)
		return;
	g_hash_table_remove_all(f->origins);
	f->comp_dir = dw_comp_dir(&unit);
	do {
		found_child(f, &child);
	} while (dwarf_siblingof(&child, &child) == 0);
}

static gpointer walk(gpointer data)
{
	struct finder *f = data;

	for (;;) {
		guint i = (guint)g_atomic_int_add(f->next, 1);

		if (i >= f->units->len)
			return NULL;
		walk_unit(f, g_array_index(f->units, Dwarf_Off, i));
		progress_part(i, f->units->len);
	}
}

static void finder_init(struct finder *f)
{
	index_found_init(&f->found);
	f->seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	f->origins = g_hash_table_new(g_direct_hash, g_direct_equal);
	f->files = g_hash_table_new(g_direct_hash, g_direct_equal);
	f->functions = g_hash_table_new_full(function_hash, function_equal, g_free, NULL);
	f->strings = g_string_chunk_new(65536);
}

static void finder_clear(struct finder *f)
{
	index_found_clear(&f->found);
	g_hash_table_unref(f->seen);
	g_hash_table_unref(f->origins);
	g_hash_table_unref(f->files);
	g_hash_table_unref(f->functions);
	g_string_chunk_free(f->strings);
}

/* ---- the whole file -------------------------------------------------------------------------- */

static GArray *all_units(Dwarf *dwarf)
{
	GArray *units = g_array_new(FALSE, FALSE, sizeof(Dwarf_Off));
	Dwarf_Off offset = 0, next;
	gsize header;

	while (dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL) == 0) {
		Dwarf_Off die = offset + header;

		/* DIEs are named by 32 bits. */
		if (next > G_MAXUINT32)
			break;
		g_array_append_val(units, die);
		offset = next;
	}
	return units;
}

static GArray *code_sections(Elf *elf)
{
	GArray *code = g_array_new(FALSE, FALSE, sizeof(struct span));
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		struct span span;

		if (!gelf_getshdr(section, &header) || !(header.sh_flags & SHF_EXECINSTR))
			continue;
		span = (struct span){ header.sh_addr, header.sh_addr + header.sh_size };
		g_array_append_val(code, span);
	}
	return code;
}

static void found_symbol(const char *name, guint64 value, const GElf_Sym *symbol, void *data)
{
	struct index_found *found = data;
	struct found_symbol record = {
		.name = name, .value = value,
		.flags = GELF_ST_TYPE(symbol->st_info) == STT_FUNC ? INDEX_SYMBOL_FUNCTION : 0,
		.global = GELF_ST_BIND(symbol->st_info) == STB_GLOBAL,
	};

	g_array_append_val(found->symbols, record);
}

GByteArray *index_build(void *data)
{
	const struct index_input *input = data;
	struct finder *finders = g_new0(struct finder, input->count);
	GThread **threads = g_new0(GThread *, input->count);
	GArray *units = all_units(input->dwarfs[0]);
	GArray *code = code_sections(dwarf_getelf(input->dwarfs[0]));
	GByteArray *bytes;
	gint next = 0;

	for (guint i = 0; i < input->count; i++) {
		finders[i] = (struct finder){ .dwarf = input->dwarfs[i], .units = units,
					      .next = &next, .code = code };
		finder_init(&finders[i]);
		if (i)
			threads[i] = g_thread_new("index", walk, &finders[i]);
	}
	dw_each_symbol(dwarf_getelf(input->dwarfs[0]), found_symbol, &finders[0].found);
	walk(&finders[0]);
	for (guint i = 1; i < input->count; i++) {
		g_thread_join(threads[i]);
		index_found_append(&finders[0].found, &finders[i].found);
	}
	bytes = index_write(&finders[0].found, input->build_id);
	for (guint i = 0; i < input->count; i++)
		finder_clear(&finders[i]);
	g_array_unref(units);
	g_array_unref(code);
	g_free(threads);
	g_free(finders);
	return bytes;
}
