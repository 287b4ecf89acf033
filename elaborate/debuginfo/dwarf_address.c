// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_address.c - addresses, sections and symbols of a file.
 *
 * A linked file's addresses are what they are; the kernel moves as a whole.  Those of a module are
 * offsets within its sections, which libdwfl has laid out behind each other.
 */
#include "dwarf_file.h"

#include <string.h>

/* ---- addresses ------------------------------------------------------------------------------- */

guint64 dw_place_of(struct dw *dw, Dwarf_Addr address, const struct debug_section **section)
{
	const char *name = NULL;
	int i;

	if (dw->dwfl) {
		i = dwfl_module_relocate_address(dw->dwfl_module, &address);
		if (i >= 0)
			name = dwfl_module_relocation_info(dw->dwfl_module, (unsigned)i, NULL);
	}
	*section = debug_module_section(dw->module, name);
	return address;
}

/* The section header of a name; false: there is none. */
static bool find_section(Elf *elf, const char *name, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;
	gsize names;

	if (elf_getshdrstrndx(elf, &names) != 0)
		return false;
	while ((section = elf_nextscn(elf, section))) {
		const char *its_name;

		if (!gelf_getshdr(section, header))
			continue;
		its_name = elf_strptr(elf, names, header->sh_name);
		if (its_name && strcmp(its_name, name) == 0)
			return true;
	}
	return false;
}

Dwarf_Addr dw_address(struct dw *dw, const struct debug_section *section, guint64 pc)
{
	GElf_Shdr header;

	if (!section->name || !find_section(dwarf_getelf(dw->dwarf), section->name, &header))
		return pc;
	return header.sh_addr + pc;
}

const char *dw_section_name(struct dw *dw, Dwarf_Addr address)
{
	Elf *elf = dwarf_getelf(dw->dwarf);
	Elf_Scn *section = NULL;
	gsize names;

	if (elf_getshdrstrndx(elf, &names) != 0)
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;

		if (gelf_getshdr(section, &header) && (header.sh_flags & SHF_ALLOC) &&
		    address >= header.sh_addr && address - header.sh_addr < header.sh_size)
			return elf_strptr(elf, names, header.sh_name);
	}
	return NULL;
}

static Elf_Scn *symbol_table(Elf *elf, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, header) && header->sh_type == SHT_SYMTAB)
			return section;
	return NULL;
}

/* Sections of a module have no addresses, but those that libdwfl gave them. */
static bool symbol_value(Elf *elf, const GElf_Sym *symbol, guint64 *value)
{
	GElf_Ehdr file;
	GElf_Shdr section;

	*value = symbol->st_value;
	if (!gelf_getehdr(elf, &file) || file.e_type != ET_REL || symbol->st_shndx == SHN_ABS)
		return true;
	if (!gelf_getshdr(elf_getscn(elf, symbol->st_shndx), &section) ||
	    !(section.sh_flags & SHF_ALLOC))
		return false;
	*value += section.sh_addr;
	return true;
}

void dw_each_symbol(Elf *elf, dw_symbol_visitor visit, void *data)
{
	GElf_Shdr header;
	Elf_Scn *section = symbol_table(elf, &header);
	Elf_Data *symbols = section ? elf_getdata(section, NULL) : NULL;
	gsize count = symbols && header.sh_entsize ? symbols->d_size / header.sh_entsize : 0;

	for (gsize i = 1; i < count; i++) {
		GElf_Sym symbol;
		const char *name;
		guint64 value;

		if (!gelf_getsym(symbols, (int)i, &symbol) || symbol.st_shndx == SHN_UNDEF ||
		    GELF_ST_TYPE(symbol.st_info) == STT_SECTION ||
		    GELF_ST_TYPE(symbol.st_info) == STT_FILE)
			continue;
		name = elf_strptr(elf, header.sh_link, symbol.st_name);
		if (name && *name && symbol_value(elf, &symbol, &value))
			visit(name, value, &symbol, data);
	}
}

/* ---- sections' symbols ----------------------------------------------------------------------- */

struct candidate {
	struct dw *dw;
	const char *section;
	GHashTable *names;	/* of the section's symbols → address in it; none that others have */
	GHashTable *taken;	/* names of all symbols */
	const char *best;
	guint64 value;
};

static void consider(const char *name, guint64 value, const GElf_Sym *symbol, void *data)
{
	struct candidate *c = data;
	Elf *elf = dwarf_getelf(c->dw->dwarf);
	GElf_Shdr header;
	gsize names;
	const char *section = NULL;

	if (!g_hash_table_add(c->taken, (char *)name)) {
		g_hash_table_remove(c->names, name);
		return;
	}
	if (elf_getshdrstrndx(elf, &names) == 0 &&
	    gelf_getshdr(elf_getscn(elf, symbol->st_shndx), &header))
		section = elf_strptr(elf, names, header.sh_name);
	if (section && strcmp(section, c->section) == 0 &&
	    (GELF_ST_TYPE(symbol->st_info) == STT_FUNC ||
	     GELF_ST_TYPE(symbol->st_info) == STT_OBJECT))
		g_hash_table_insert(c->names, (char *)name,
				    GSIZE_TO_POINTER(value - header.sh_addr));
}

static void choose(gpointer name, gpointer value, gpointer data)
{
	struct candidate *c = data;

	if (c->best && strcmp(c->best, name) <= 0)
		return;
	c->best = name;
	c->value = GPOINTER_TO_SIZE(value);
}

bool dw_section_symbol(struct debug_module *m, const char *section, const char **symbol,
			      guint64 *pc)
{
	struct candidate c = { .dw = dw_of(m), .section = section };

	if (!section) {
		*symbol = "_stext";
		return dw_symbol_find(m, *symbol, pc);
	}
	c.names = g_hash_table_new(g_str_hash, g_str_equal);
	c.taken = g_hash_table_new(g_str_hash, g_str_equal);
	dw_each_symbol(dwarf_getelf(c.dw->dwarf), consider, &c);
	g_hash_table_foreach(c.names, choose, &c);
	g_hash_table_unref(c.names);
	g_hash_table_unref(c.taken);
	if (!c.best)
		return false;
	*symbol = arena_strdup(m->arena, c.best);
	*pc = c.value;
	return true;
}
