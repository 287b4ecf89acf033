// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_trace.c - tracepoints.
 *
 * DEFINE_TRACE (include/linux/tracepoint.h) makes a function __traceiter_NAME, which calls the
 * probes and has their parameters behind its own, __data.  The system is the TRACE_SYSTEM of the
 * header, which is in the data of the header's events: event_NAME is a struct trace_event_call, whose
 * class names the system.  A tracepoint without an event (DECLARE_TRACE) has the system of its
 * header's others, or else the header's name.
 */
#include "dwarf_file.h"

#include <dwarf.h>
#include <string.h>

#define PREFIX "__traceiter_"

/* ---- the system ------------------------------------------------------------------------------ */

/* The section that an address is in, if the file has its bytes; *number: which one that is. */
static bool find_contents(struct dw *dw, Dwarf_Addr address, GElf_Shdr *header, gsize *number)
{
	Elf *elf = dwarf_getelf(dw->dwarf);
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, header) || header->sh_type != SHT_PROGBITS ||
		    !(header->sh_flags & SHF_ALLOC) || (header->sh_flags & SHF_COMPRESSED) ||
		    address < header->sh_addr || address - header->sh_addr >= header->sh_size)
			continue;
		*number = elf_ndxscn(section);
		return true;
	}
	return false;
}

/* Bytes that the file has at an address; NULL: it has none. */
static const guint8 *contents(struct dw *dw, Dwarf_Addr address, gsize size)
{
	gsize file_size, number;
	const char *file = elf_rawfile(dwarf_getelf(dw->dwarf), &file_size);
	GElf_Shdr header;
	guint64 offset;

	if (!file || !find_contents(dw, address, &header, &number) ||
	    size > header.sh_size - (address - header.sh_addr))
		return NULL;
	offset = header.sh_offset + (address - header.sh_addr);
	if (offset > file_size || size > file_size - offset)
		return NULL;
	return (const guint8 *)file + offset;
}

/* The address that a relocation puts somewhere: a symbol's, and something to add. */
static bool relocated(Elf *elf, const GElf_Shdr *relocations, const GElf_Rela *relocation,
		      Dwarf_Addr *pointer)
{
	Elf_Data *symbols = elf_getdata(elf_getscn(elf, relocations->sh_link), NULL);
	GElf_Shdr section;
	GElf_Sym symbol;

	if (!symbols ||
	    !gelf_getsym(symbols, (int)GELF_R_SYM(relocation->r_info), &symbol) ||
	    !gelf_getshdr(elf_getscn(elf, symbol.st_shndx), &section))
		return false;
	*pointer = section.sh_addr + symbol.st_value + (guint64)relocation->r_addend;
	return true;
}

/* A pointer in the data of a module is still a relocation. */
static bool read_relocation(struct dw *dw, Dwarf_Addr address, Dwarf_Addr *pointer)
{
	Elf *elf = dwarf_getelf(dw->dwarf);
	Elf_Scn *section = NULL;
	GElf_Shdr target, header;
	gsize number;

	if (!find_contents(dw, address, &target, &number))
		return false;
	while ((section = elf_nextscn(elf, section))) {
		Elf_Data *data;
		GElf_Rela rela;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA ||
		    header.sh_info != number)
			continue;
		data = elf_getdata(section, NULL);
		for (int i = 0; data && gelf_getrela(data, i, &rela); i++)
			if (rela.r_offset == address - target.sh_addr)
				return relocated(elf, &header, &rela, pointer);
	}
	return false;
}

static bool read_pointer(struct dw *dw, Dwarf_Addr address, Dwarf_Addr *pointer)
{
	const guint8 *bytes;

	if (dw->dwfl)
		return read_relocation(dw, address, pointer);
	bytes = contents(dw, address, sizeof(*pointer));
	if (bytes)
		memcpy(pointer, bytes, sizeof(*pointer));
	return bytes != NULL;
}

static const char *read_string(struct dw *dw, Dwarf_Addr address)
{
	char text[64];

	for (gsize i = 0; i < sizeof(text); i++) {
		const guint8 *byte = contents(dw, address + i, 1);

		if (!byte)
			return NULL;
		text[i] = (char)*byte;
		if (!*byte)
			return i ? arena_strdup(dw->arena, text) : NULL;
	}
	return NULL;
}

static bool member_offset(struct debug_module *m, const char *structure, const char *name,
			  guint64 *offset)
{
	const struct debug_type *type = dw_type_find(m, DEBUG_STRUCT, structure);
	const GPtrArray *members = type ? dw_type_members(type) : NULL;

	for (guint i = 0; members && i < members->len; i++) {
		const struct debug_member *member = members->pdata[i];

		if (g_strcmp0(member->name, name) == 0) {
			*offset = member->offset;
			return true;
		}
	}
	return false;
}

struct systems {
	struct dw *dw;
	bool readable;			/* events can be read */
	guint64 class_offset, system_offset;
	GHashTable *by_header;		/* file → system */
};

static const char *system_of_event(const struct systems *s, const char *name)
{
	g_autofree char *symbol = g_strconcat("event_", name, NULL);
	Dwarf_Addr event, class, system;

	if (!s->readable || !dw_symbol_address(s->dw, symbol, &event) ||
	    !read_pointer(s->dw, event + s->class_offset, &class) ||
	    !read_pointer(s->dw, class + s->system_offset, &system))
		return NULL;
	return read_string(s->dw, system);
}

/* "include/trace/events/sched.h" → "sched" */
static const char *system_by_name(struct dw *dw, const char *file)
{
	g_autofree char *base = g_path_get_basename(file);

	if (g_str_has_suffix(base, ".h"))
		base[strlen(base) - 2] = 0;
	return arena_strdup(dw->arena, base);
}

static const char *system_of(struct systems *s, const char *name, const char *file)
{
	const char *system = system_of_event(s, name);

	if (!system)
		system = g_hash_table_lookup(s->by_header, file);
	if (!system) {
		system = system_by_name(s->dw, file);
		g_hash_table_insert(s->by_header, (char *)file, (char *)system);
	}
	return system;
}

/* Events first: what they say of their header is good for the others in it. */
static void learn_headers(struct systems *s)
{
	guint first, count;

	index_find(s->dw->index, INDEX_FUNCTIONS, PREFIX "*", &first, &count);
	for (guint i = first; i < first + count; i++) {
		const struct index_function *f = index_record(s->dw->index, INDEX_FUNCTIONS, i);
		const char *name, *system;

		if (!f)
			return;
		name = index_string(s->dw->index, INDEX_FUNCTIONS, f->name) + strlen(PREFIX);
		system = system_of_event(s, name);
		if (system)
			g_hash_table_insert(
				s->by_header,
				(char *)index_string(s->dw->index, INDEX_FUNCTIONS, f->file),
				(char *)system);
	}
}

/* ---- tracepoints ----------------------------------------------------------------------------- */

static GPtrArray *arguments(struct dw *dw, const struct index_function *f)
{
	const struct index_own *own = index_record(dw->index, INDEX_OWN, f->own);
	GPtrArray *list = arena_list(dw->arena);
	Dwarf_Die die;

	if (!own || !dw_die(dw, own->die, &die))
		return list;
	dw_parameters(dw, &die, list);
	/* __data */
	if (list->len)
		g_ptr_array_remove_index(list, 0);
	return list;
}

static int compare_tracepoints(gconstpointer a, gconstpointer b)
{
	const struct debug_tracepoint *x = *(struct debug_tracepoint *const *)a;
	const struct debug_tracepoint *y = *(struct debug_tracepoint *const *)b;
	int order = g_strcmp0(x->system, y->system);

	return order ? order : strcmp(x->name, y->name);
}

static void consider(struct systems *s, const struct index_function *f, const char *pattern,
		     GPtrArray *out)
{
	struct dw *dw = s->dw;
	const char *name = index_string(dw->index, INDEX_FUNCTIONS, f->name) + strlen(PREFIX);
	const char *file = index_string(dw->index, INDEX_FUNCTIONS, f->file);
	const char *system = system_of(s, name, file);
	g_autofree char *both = g_strconcat(system, ":", name, NULL);
	struct debug_tracepoint *t;

	if (!f->own_count || (!debug_glob_fits(pattern, name) && !debug_glob_fits(pattern, both)))
		return;
	t = arena_alloc(dw->arena, sizeof(*t));
	t->system = system;
	t->name = arena_strdup(dw->arena, name);
	t->arguments = arguments(dw, f);
	g_ptr_array_add(out, t);
}

int dw_tracepoints(struct debug_module *m, const char *pattern, GPtrArray *out, const char **why)
{
	struct systems s = { .dw = dw_of(m) };
	const char *colon = strchr(pattern, ':');
	g_autofree char *names = g_strconcat(PREFIX, colon ? colon + 1 : pattern, NULL);
	guint first, count;

	(void)why;
	s.by_header = g_hash_table_new(g_str_hash, g_str_equal);
	s.readable = member_offset(m, "trace_event_call", "class", &s.class_offset) &&
		     member_offset(m, "trace_event_class", "system", &s.system_offset);
	learn_headers(&s);
	index_find(s.dw->index, INDEX_FUNCTIONS, names, &first, &count);
	for (guint i = first; i < first + count; i++) {
		const struct index_function *f = index_record(s.dw->index, INDEX_FUNCTIONS, i);

		if (f)
			consider(&s, f, pattern, out);
	}
	g_ptr_array_sort(out, compare_tracepoints);
	g_hash_table_unref(s.by_header);
	return 0;
}
