// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * modfile.c - a module's boilerplate object, NAME.mod.o, without compiling it.
 *
 * modpost writes NAME.mod.c: struct module, .modinfo, symbol versions.  It is 25 lines, and takes
 * half a second to compile, all of it spent in Linux's headers.  Between two modules of one kernel
 * its object differs in four places:
 *
 *   .gnu.linkonce.this_module   the name in struct module
 *   .modinfo                    "name=…" and "depends=…"
 *   __versions                  one struct modversion_info { unsigned long crc; char name[]; } per
 * symbol used
 *
 * So the object that Kbuild compiled for the recording is turned into assembly text with holes,
 * which the assembler does in 0.01 s.  That is right only as long as modpost's text is the same
 * apart from the holes, so it is compared; and whatever the object holds beyond what is described
 * here (another relocation, another writable section) means that there is no template and modules
 * get theirs compiled.
 */
#include "internal.h"

#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#define THIS_MODULE ".gnu.linkonce.this_module"
#define VERSIONS "__versions"
#define CRC_SIZE 8	/* unsigned long; only ELFCLASS64 is handled */

/* Holes, each on a line of its own. */
#define HOLE_NAME "@NAME@ "		/* and the room for it */
#define HOLE_INFO_NAME "@INFO-NAME@"
#define HOLE_DEPENDS "@DEPENDS@"
#define HOLE_VERSIONS "@VERSIONS@ "	/* and the size of an entry */

static const char versions_start[] = "____versions[]";
static const char depends_start[] = "MODULE_INFO(depends, \"";

/* Is this a line "{ 0x12345678, "name" },"? */
static bool version_line(const char *line, guint64 *crc, char **name)
{
	const char *quote, *end;
	char *after;

	while (*line == ' ' || *line == '\t')
		line++;
	if (!g_str_has_prefix(line, "{ 0x"))
		return false;
	*crc = g_ascii_strtoull(line + strlen("{ "), &after, 16);
	if (!g_str_has_prefix(after, ", \""))
		return false;
	quote = after + strlen(", \"");
	end = strchr(quote, '"');
	if (!end || strcmp(end, "\" },") != 0)
		return false;
	*name = g_strndup(quote, end - quote);
	return true;
}

struct version {
	guint64 crc;
	char *name;
};

static void version_clear(gpointer data)
{
	g_free(((struct version *)data)->name);
}

/*
 * Take modpost's text apart: the symbol versions, the modules it depends on, and the rest.  All are
 * to be freed.
 */
static void parse(const char *mod_c, GArray **versions, char **depends, char **rest)
{
	g_auto(GStrv) lines = g_strsplit(mod_c, "\n", -1);
	GString *text = g_string_new(NULL);
	bool in_versions = false;
	int i;

	*versions = g_array_new(FALSE, FALSE, sizeof(struct version));
	g_array_set_clear_func(*versions, version_clear);
	*depends = NULL;
	for (i = 0; lines[i]; i++) {
		struct version version;

		if (strstr(lines[i], versions_start))
			in_versions = true;
		else if (strcmp(lines[i], "};") == 0)
			in_versions = false;
		if (in_versions && version_line(lines[i], &version.crc, &version.name)) {
			g_array_append_val(*versions, version);
			continue;
		}
		if (!*depends && g_str_has_prefix(lines[i], depends_start) &&
		    g_str_has_suffix(lines[i], "\");")) {
			const char *start = lines[i] + strlen(depends_start);

			*depends = g_strndup(start, strlen(start) - strlen("\");"));
			g_string_append(text, "depends\n");
			continue;
		}
		g_string_append_printf(text, "%s\n", lines[i]);
	}
	*rest = g_string_free(text, FALSE);
}

char *modfile_normalize(const char *mod_c)
{
	g_autoptr(GArray) versions = NULL;
	g_autofree char *depends = NULL;
	char *rest;

	parse(mod_c, &versions, &depends, &rest);
	return rest;
}

/* ---- making a template ----------------------------------------------------------------------- */

struct template {
	GString *text;
	Elf *elf;
	const char *name;
	guint version_count;
	const struct version *first_version;
};

static void emit_bytes(GString *text, const guint8 *data, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		g_string_append_printf(text, "%s%u",
				       i % 32 ? "," :
				       i      ? "\n\t.byte " :
						"\t.byte ",
				       data[i]);
	if (length)
		g_string_append_c(text, '\n');
}

/* The section of relocations for section `index`; NULL: none. */
static Elf_Scn *find_relocations(Elf *elf, size_t index, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, header) &&
		    (header->sh_type == SHT_RELA || header->sh_type == SHT_REL) &&
		    header->sh_info == index)
			return section;
	return NULL;
}

struct pointer {
	size_t offset;
	char *symbol;
};

/*
 * The words of struct module that are addresses of global functions: init and exit.  false: others
 * are there too.
 */
static bool read_pointers(struct template *t, Elf_Scn *relocations, const GElf_Shdr *header,
			  GArray *pointers)
{
	Elf_Data *data = elf_getdata(relocations, NULL), *symbols;
	Elf_Scn *table = elf_getscn(t->elf, header->sh_link);
	GElf_Shdr table_header;
	size_t i;

	if (!data || header->sh_type != SHT_RELA || !table || !gelf_getshdr(table, &table_header) ||
	    !(symbols = elf_getdata(table, NULL)))
		return false;
	for (i = 0; i < header->sh_size / header->sh_entsize; i++) {
		struct pointer pointer;
		const char *symbol;
		GElf_Rela rela;
		GElf_Sym sym;

		if (!gelf_getrela(data, i, &rela) || rela.r_addend != 0 ||
		    !gelf_getsym(symbols, GELF_R_SYM(rela.r_info), &sym) ||
		    GELF_ST_BIND(sym.st_info) != STB_GLOBAL || sym.st_shndx != SHN_UNDEF)
			return false;
		symbol = elf_strptr(t->elf, table_header.sh_link, sym.st_name);
		if (!symbol ||
		    (strcmp(symbol, "init_module") != 0 && strcmp(symbol, "cleanup_module") != 0))
			return false;
		pointer = (struct pointer){ .offset = rela.r_offset, .symbol = g_strdup(symbol) };
		g_array_append_val(pointers, pointer);
	}
	return true;
}

static int compare_pointers(gconstpointer a, gconstpointer b)
{
	const struct pointer *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void pointer_clear(gpointer data)
{
	g_free(((struct pointer *)data)->symbol);
}

/* struct module: zeros, its name, two pointers. */
static bool emit_this_module(struct template *t, Elf_Scn *section, const guint8 *data,
			     size_t length)
{
	g_autoptr(GArray) pointers = g_array_new(FALSE, FALSE, sizeof(struct pointer));
	size_t offset, i = 0, name_offset, name_length = strlen(t->name), next;
	GElf_Shdr header;
	Elf_Scn *relocations = find_relocations(t->elf, elf_ndxscn(section), &header);
	guint p;

	g_array_set_clear_func(pointers, pointer_clear);
	if (!relocations || !read_pointers(t, relocations, &header, pointers))
		return false;
	g_array_sort(pointers, compare_pointers);
	for (name_offset = 0; name_offset < length && data[name_offset] == 0; name_offset++)
		;
	if (name_offset + name_length >= length ||
	    memcmp(data + name_offset, t->name, name_length) != 0)
		return false;
	for (i = name_offset + name_length; i < length; i++)
		if (data[i])
			return false;
	/*
	 * All that follows the name may be zeros of the name's own array: the least that it can be
	 * is 64 - 8 bytes.
	 */
	next = MIN(length, name_offset + 56);
	g_string_append_printf(t->text, "\t.zero %zu\n" HOLE_NAME "%zu\n", name_offset,
			       next - name_offset);
	offset = next;
	for (p = 0; p < pointers->len; p++) {
		const struct pointer *pointer = &g_array_index(pointers, struct pointer, p);

		if (pointer->offset < offset || pointer->offset + 8 > length)
			return false;
		g_string_append_printf(t->text, "\t.zero %zu\n\t.quad %s\n",
				       pointer->offset - offset, pointer->symbol);
		offset = pointer->offset + 8;
	}
	g_string_append_printf(t->text, "\t.zero %zu\n", length - offset);
	return true;
}

static bool emit_modinfo(struct template *t, const char *data, size_t length)
{
	const char *end = data + length, *s;

	if (!length || end[-1])
		return false;
	for (s = data; s < end; s += strlen(s) + 1) {
		if (g_str_has_prefix(s, "name="))
			g_string_append(t->text, HOLE_INFO_NAME "\n");
		else if (g_str_has_prefix(s, "depends="))
			g_string_append(t->text, HOLE_DEPENDS "\n");
		else
			emit_bytes(t->text, (const guint8 *)s, strlen(s) + 1);
	}
	return true;
}

/* Entries are as long as the section says; the first one must look as we would write it. */
static bool emit_versions(struct template *t, const guint8 *data, size_t length)
{
	size_t size;
	guint64 crc;

	if (!t->version_count || length % t->version_count)
		return false;
	size = length / t->version_count;
	if (size <= CRC_SIZE + strlen(t->first_version->name))
		return false;
	memcpy(&crc, data, CRC_SIZE);
	if (crc != t->first_version->crc ||
	    strcmp((const char *)data + CRC_SIZE, t->first_version->name) != 0)
		return false;
	g_string_append_printf(t->text, HOLE_VERSIONS "%zu\n", size);
	return true;
}

static bool emit_section(struct template *t, Elf_Scn *section, const GElf_Shdr *header,
			 const char *name)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Shdr relocations;
	bool ours = strcmp(name, THIS_MODULE) == 0;

	if (!data || !data->d_buf ||
	    (header->sh_type != SHT_PROGBITS && header->sh_type != SHT_NOTE) ||
	    (header->sh_flags & ~(GElf_Xword)(SHF_ALLOC | SHF_WRITE)) ||
	    (!ours && find_relocations(t->elf, elf_ndxscn(section), &relocations)))
		return false;
	g_string_append_printf(t->text, "\t.section %s,\"a%s\",@%s\n\t.balign %llu\n", name,
			       header->sh_flags & SHF_WRITE ? "w" : "",
			       header->sh_type == SHT_NOTE ? "note" : "progbits",
			       (unsigned long long)MAX(1, header->sh_addralign));
	if (ours) {
		g_string_append(
			t->text,
			"\t.globl __this_module\n\t.type __this_module, @object\n__this_module:\n");
		if (!emit_this_module(t, section, data->d_buf, data->d_size))
			return false;
		g_string_append_printf(t->text, "\t.size __this_module, %zu\n", data->d_size);
		return true;
	}
	if (strcmp(name, ".modinfo") == 0)
		return emit_modinfo(t, data->d_buf, data->d_size);
	if (strcmp(name, VERSIONS) == 0)
		return emit_versions(t, data->d_buf, data->d_size);
	emit_bytes(t->text, data->d_buf, data->d_size);
	return true;
}

static bool emit_object(struct template *t)
{
	Elf_Scn *section = NULL;
	bool found = false;
	GElf_Shdr header;
	size_t names;

	if (elf_kind(t->elf) != ELF_K_ELF || gelf_getclass(t->elf) != ELFCLASS64 ||
	    elf_getshdrstrndx(t->elf, &names) < 0)
		return false;
	while ((section = elf_nextscn(t->elf, section))) {
		const char *name;

		if (!gelf_getshdr(section, &header) ||
		    !(name = elf_strptr(t->elf, names, header.sh_name)))
			return false;
		if (!(header.sh_flags & SHF_ALLOC) || !header.sh_size)
			continue;
		if (!emit_section(t, section, &header, name))
			return false;
		found |= strcmp(name, THIS_MODULE) == 0;
	}
	g_string_append(t->text, "\t.section .note.GNU-stack,\"\",@progbits\n");
	return found;
}

char *modfile_template(const char *mod_c, const char *object, const char *name)
{
	g_autoptr(GArray) versions = NULL;
	g_autofree char *depends = NULL, *rest = NULL;
	struct template t = { .name = name };
	bool understood = false;
	int fd = open(object, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	parse(mod_c, &versions, &depends, &rest);
	t.version_count = versions->len;
	t.first_version = versions->len ? &g_array_index(versions, struct version, 0) : NULL;
	t.text = g_string_new(NULL);
	elf_version(EV_CURRENT);
	t.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (t.elf)
		understood = depends && emit_object(&t);
	elf_end(t.elf);
	close(fd);
	return g_string_free(t.text, !understood);
}

/* ---- using it -------------------------------------------------------------------------------- */

char *modfile_render(const char *mod_template, const char *mod_c, const char *name)
{
	g_autoptr(GArray) versions = NULL;
	g_autofree char *depends = NULL, *rest = NULL;
	g_auto(GStrv) lines = g_strsplit(mod_template, "\n", -1);
	g_autoptr(GString) text = g_string_new(NULL);
	int i;

	parse(mod_c, &versions, &depends, &rest);
	if (!depends)
		return NULL;
	for (i = 0; lines[i]; i++) {
		if (g_str_has_prefix(lines[i], HOLE_NAME)) {
			size_t room = g_ascii_strtoull(lines[i] + strlen(HOLE_NAME), NULL, 10);

			if (strlen(name) >= room)
				return NULL;
			g_string_append_printf(text, "\t.ascii \"%s\"\n\t.zero %zu\n", name,
					       room - strlen(name));
		} else if (strcmp(lines[i], HOLE_INFO_NAME) == 0) {
			g_string_append_printf(text, "\t.asciz \"name=%s\"\n", name);
		} else if (strcmp(lines[i], HOLE_DEPENDS) == 0) {
			g_string_append_printf(text, "\t.asciz \"depends=%s\"\n", depends);
		} else if (g_str_has_prefix(lines[i], HOLE_VERSIONS)) {
			size_t size = g_ascii_strtoull(lines[i] + strlen(HOLE_VERSIONS), NULL, 10);
			guint v;

			for (v = 0; v < versions->len; v++) {
				const struct version *version =
					&g_array_index(versions, struct version, v);
				size_t used = CRC_SIZE + strlen(version->name);

				if (used >= size)
					return NULL;
				g_string_append_printf(text,
						       "\t.quad 0x%" G_GINT64_MODIFIER
						       "x\n\t.ascii \"%s\"\n"
						       "\t.zero %zu\n",
						       version->crc, version->name, size - used);
			}
		} else {
			g_string_append_printf(text, "%s\n", lines[i]);
		}
	}
	return g_strdup(text->str);
}
