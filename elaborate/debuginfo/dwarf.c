// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf.c - the source DWARF: opening files, addresses, and what DIEs have in common.
 *
 * A kernel is linked: its file is mapped and nothing is read before it is needed.  A module is not:
 * libdwfl lays its sections out and relocates its DWARF.
 */
#include "dwarf_file.h"
#include "progress.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- opening --------------------------------------------------------------------------------- */

static void dw_close(gpointer data)
{
	struct dw *dw = data;

	if (dw->eh_cfi)
		dwarf_cfi_end(dw->eh_cfi);
	if (dw->second)
		dwarf_end(dw->second);
	elf_end(dw->second_elf);
	if (dw->dwfl)
		dwfl_end(dw->dwfl);	/* has dw->dwarf */
	else if (dw->dwarf)
		dwarf_end(dw->dwarf);
	elf_end(dw->elf);
	if (dw->fd >= 0)
		close(dw->fd);
	g_hash_table_unref(dw->types);
	g_hash_table_unref(dw->functions);
	g_hash_table_unref(dw->callers);
	g_hash_table_unref(dw->files);
	g_free(dw);
}

static struct dw *dw_new(struct debug_module *m)
{
	struct dw *dw = g_new0(struct dw, 1);

	dw->module = m;
	dw->arena = m->arena;
	dw->fd = -1;
	dw->types = g_hash_table_new(g_int64_hash, g_int64_equal);
	dw->functions = g_hash_table_new(g_int64_hash, g_int64_equal);
	dw->callers = g_hash_table_new(g_int64_hash, g_int64_equal);
	dw->files = g_hash_table_new(g_direct_hash, g_direct_equal);
	g_hash_table_insert(arena_table(m->arena, dw_close), "dwarf", dw);
	return dw;
}

/* A module: libdwfl opens the file again, lays it out and relocates it. */
static bool open_relocatable(struct dw *dw, const char *path)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	Dwarf_Addr bias;

	dw->dwfl = dwfl_begin(&callbacks);
	if (!dw->dwfl)
		return false;
	dwfl_report_begin(dw->dwfl);
	dw->dwfl_module = dwfl_report_offline(dw->dwfl, dw->module->name, path, -1);
	dwfl_report_end(dw->dwfl, NULL, NULL);
	if (!dw->dwfl_module)
		return false;
	dw->dwarf = dwfl_module_getdwarf(dw->dwfl_module, &bias);
	return dw->dwarf != NULL;
}

static bool has_dwarf(Elf *elf)
{
	Elf_Scn *section = NULL;
	gsize names;

	if (elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names) != 0)
		return false;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		const char *name;

		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (name && (strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0))
			return true;
	}
	return false;
}

/* The build-id, or what else tells this file from others, by which its index is found. */
static const char *identify(struct dw *dw, const char *path)
{
	struct stat st;
	const void *id;
	ssize_t length = dwelf_elf_gnu_build_id(dw->elf, &id);

	if (length > 0) {
		GString *text = g_string_new(NULL);

		for (ssize_t i = 0; i < length; i++)
			g_string_append_printf(text, "%02x", ((const guint8 *)id)[i]);
		dw->module->build_id = arena_strdup(dw->arena, text->str);
		g_string_free(text, TRUE);
		return dw->module->build_id;
	}
	if (fstat(dw->fd, &st) < 0)
		return path;
	g_autofree char *text = g_strdup_printf("%s %lld %lld %ld", path, (long long)st.st_size,
						(long long)st.st_mtim.tv_sec,
						(long)st.st_mtim.tv_nsec);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA1, text, -1);

	return arena_strdup(dw->arena, digest);
}

static const char *dw_identity(const struct debug_module *m)
{
	return dw_of(m)->identity;
}

static GByteArray *build_index(void *data)
{
	struct dw *dw = data;
	GByteArray *bytes;
	Dwarf *dwarfs[2] = { dw->dwarf, NULL };
	struct index_input input = { .dwarfs = dwarfs, .count = 1, .build_id = dw->identity };

	if (!dw->dwfl && !dw->second) {
		dw->second_elf = elf_begin(dw->fd, ELF_C_READ_MMAP, NULL);
		dw->second = dwarf_begin_elf(dw->second_elf, DWARF_C_READ, NULL);
	}
	if (dw->second) {
		dwarfs[1] = dw->second;
		input.count = 2;
	}
	progress_begin("indexing debuginfo of %s", dw->module->name);
	bytes = index_build(&input);
	progress_end();
	return bytes;
}

/* 0; -ENOENT: no file with DWARF here. */
static int open_file(struct debug_module *m, const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct dw *dw;
	GElf_Ehdr header;

	if (fd < 0)
		return -ENOENT;
	elf_version(EV_CURRENT);
	dw = dw_new(m);
	dw->fd = fd;
	dw->elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!dw->elf || !has_dwarf(dw->elf) || !gelf_getehdr(dw->elf, &header))
		return -ENOENT;
	if (header.e_type == ET_REL)
		open_relocatable(dw, path);
	else
		dw->dwarf = dwarf_begin_elf(dw->elf, DWARF_C_READ, NULL);
	dw->identity = identify(dw, path);
	if (dw->dwarf)
		dw->index = index_open(dw->arena, m->debuginfo->session->cache, dw->identity,
				       build_index, dw);
	if (!dw->index) {
		*why = arena_printf(m->arena, "cannot read the debuginfo in %s", path);
		return -EBADMSG;
	}
	m->path = arena_strdup(m->arena, path);
	m->data = dw;
	return 0;
}

static int dw_open(struct debug_module *m, const char **why)
{
	GPtrArray *paths;
	int r = -ENOENT;

	if (m->path) {
		r = open_file(m, m->path, why);
		if (r == -ENOENT)
			*why = arena_printf(m->arena, "no DWARF in %s", m->path);
		return r;
	}
	paths = m->is_kernel ? debug_kernel_files(m->debuginfo) :
			       debug_module_files(m->debuginfo,
						  debug_module_ko(m->debuginfo, m->name));
	progress_begin("reading debuginfo of %s", m->name);
	for (guint i = 0; i < paths->len && r == -ENOENT; i++)
		r = open_file(m, paths->pdata[i], why);
	progress_end();
	return r;
}

/* ---- DIEs ------------------------------------------------------------------------------------ */

bool dw_die(struct dw *dw, guint64 offset, Dwarf_Die *die)
{
	return dwarf_offdie(dw->dwarf, offset, die) != NULL;
}

bool dw_reference(Dwarf_Die *die, guint attribute, Dwarf_Die *out)
{
	Dwarf_Attribute a;

	return dwarf_attr(die, attribute, &a) && dwarf_formref_die(&a, out);
}

void dw_origin(Dwarf_Die *die)
{
	Dwarf_Die next;

	for (int i = 0; i < DW_DEPTH_MAX; i++) {
		if (!dw_reference(die, DW_AT_abstract_origin, &next) &&
		    !dw_reference(die, DW_AT_specification, &next))
			return;
		*die = next;
	}
}

bool dw_entry_pc(Dwarf_Die *die, guint64 *pc)
{
	Dwarf_Attribute attribute;
	Dwarf_Addr base, start, end, address;
	Dwarf_Word offset = 0;

	if (dwarf_attr(die, DW_AT_entry_pc, &attribute)) {
		if (dwarf_formaddr(&attribute, &address) == 0) {
			*pc = address;
			return true;
		}
		dwarf_formudata(&attribute, &offset);
	}
	if (dwarf_lowpc(die, &address) == 0) {
		*pc = address + offset;
		return true;
	}
	if (dwarf_ranges(die, 0, &base, &start, &end) <= 0)
		return false;
	*pc = start + offset;
	return true;
}

bool dw_form_constant(Dwarf_Attribute *attribute, gint64 *value)
{
	guint form = dwarf_whatform(attribute);
	Dwarf_Word u;
	Dwarf_Sword s;

	if (form == DW_FORM_sdata || form == DW_FORM_implicit_const) {
		if (dwarf_formsdata(attribute, &s) != 0)
			return false;
		*value = s;
		return true;
	}
	if (dwarf_formudata(attribute, &u) != 0)
		return false;
	*value = (gint64)u;
	return true;
}

bool dw_constant(Dwarf_Die *die, guint attribute, gint64 *value)
{
	Dwarf_Attribute a;

	return dwarf_attr(die, attribute, &a) && dw_form_constant(&a, value);
}

bool dw_only_declares(Dwarf_Die *variable)
{
	return !dwarf_hasattr(variable, DW_AT_location) &&
	       !dwarf_hasattr(variable, DW_AT_const_value) &&
	       dwarf_hasattr(variable, DW_AT_declaration);
}

bool dw_covers(Dwarf_Die *die, Dwarf_Addr address)
{
	return dwarf_haspc(die, address) > 0;
}

/* ---- names of files -------------------------------------------------------------------------- */

/* libdw takes number 0 for none; from DWARF 5 on, it is the file that the unit is named after. */
const char *dw_decl_file(Dwarf_Die *die)
{
	const char *name = dwarf_decl_file(die);
	Dwarf_Attribute a;
	Dwarf_Files *files;
	Dwarf_Word number;
	Dwarf_Half version;
	Dwarf_Die unit;

	if (name || !dwarf_attr_integrate(die, DW_AT_decl_file, &a) ||
	    dwarf_formudata(&a, &number) != 0 || number != 0 ||
	    dwarf_cu_info(a.cu, &version, NULL, &unit, NULL, NULL, NULL, NULL) != 0 ||
	    version < 5 || dwarf_getsrcfiles(&unit, &files, NULL) != 0)
		return name;
	return dwarf_filesrc(files, 0, NULL, NULL);
}

const char *dw_comp_dir(Dwarf_Die *unit)
{
	Dwarf_Attribute attribute;

	return dwarf_attr(unit, DW_AT_comp_dir, &attribute) ? dwarf_formstring(&attribute) : NULL;
}

/* How many bytes of an absolute path lead to the folder that it has in common with another. */
static gsize common_folder(const char *path, const char *other, guint *components)
{
	gsize length = 0;

	*components = 0;
	for (gsize i = 0; path[i]; i++) {
		if (path[i] == '/' && (other[i] == '/' || !other[i])) {
			length = i + 1;
			*components += i > 0;
		}
		if (path[i] != other[i])
			break;
	}
	return length;
}

char *dw_normalize_path(const char *raw, const char *comp_dir)
{
	guint components;
	gsize common;
	char *middle, *path;

	if (raw[0] == '/' && comp_dir && comp_dir[0] == '/') {
		/* Of a build in a folder of its own: "/build/linux-6.1/debian/build/amd64". */
		common = common_folder(raw, comp_dir, &components);
		if (comp_dir[common ? common - 1 : 0] == '\0' || components >= 2)
			raw += common;
	}
	path = g_strdup(raw);
	if (path[0] == '/')
		return path;
	/* "./a" and "a/./b", which compilers make of -I./include. */
	while (g_str_has_prefix(path, "./"))
		memmove(path, path + 2, strlen(path + 2) + 1);
	while ((middle = strstr(path, "/./")))
		memmove(middle, middle + 2, strlen(middle + 2) + 1);
	return path;
}

const char *dw_file_name(struct dw *dw, Dwarf_Die *unit, const char *raw)
{
	const char *name = g_hash_table_lookup(dw->files, raw);
	g_autofree char *normal = NULL;

	if (name)
		return name;
	normal = dw_normalize_path(raw, dw_comp_dir(unit));
	name = arena_strdup(dw->arena, normal);
	g_hash_table_insert(dw->files, (char *)raw, (char *)name);
	return name;
}

const struct debug_source dwarf_source = {
	.name = "DWARF",
	.open = dw_open,
	.section_symbol = dw_section_symbol,
	.type_target = dw_type_target,
	.type_complete = dw_type_complete,
	.type_members = dw_type_members,
	.type_enumerators = dw_type_enumerators,
	.type_parameters = dw_type_parameters,
	.type_find = dw_type_find,
	.enumerator_find = dw_enumerator_find,
	.functions = dw_functions,
	.function_names = dw_function_names,
	.function_exported = dw_function_exported,
	.statements = dw_statements,
	.statement_at = dw_statement_at,
	.code_sections = dw_code_sections,
	.identity = dw_identity,
	.line_table = dw_line_table,
	.labels = dw_labels,
	.callees = dw_callees,
	.variables = dw_variables,
	.variable_find = dw_variable_find,
	.global_find = dw_global_find,
	.return_type = dw_return_type,
	.locate = dw_locate,
	.symbol_find = dw_symbol_find,
	.tracepoints = dw_tracepoints,
};
