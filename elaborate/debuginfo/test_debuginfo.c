// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the interface: patterns, types, functions, lines; that a damaged index is noticed; and
 * what kernels say whose debuginfo is installed.
 */
#include "dwarf_file.h"
#include "folder.h"
#include "../../runtime/shared/lines.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

/* ---- patterns -------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	const char *function, *file;
	int lines;
	guint first, last;	/* of the last range */
	const char *why;	/* it is refused */
} patterns[] = {
	{ "vfs_read", "vfs_read", NULL, LINE_NONE, 0, 0, NULL },
	{ "vfs_*@fs/*.c", "vfs_*", "fs/*.c", LINE_NONE, 0, 0, NULL },
	{ "f@a.c:12", "f", "a.c", LINE_ABSOLUTE, 12, 12, NULL },
	{ "f@a.c:12-20", "f", "a.c", LINE_ABSOLUTE, 12, 20, NULL },
	{ "f@a.c:1,3,12-20", "f", "a.c", LINE_ABSOLUTE, 12, 20, NULL },
	{ "f@a.c+5", "f", "a.c", LINE_RELATIVE, 5, 5, NULL },
	{ "f@a.c:*", "f", "a.c", LINE_ALL, 0, 0, NULL },
	{ "f@c++/a+b.c", "f", "c++/a+b.c", LINE_NONE, 0, 0, NULL },
	{ "f@a+1.c:7", "f", "a+1.c", LINE_ABSOLUTE, 7, 7, NULL },
	{ "", NULL, NULL, 0, 0, 0, "expected the name of a function" },
	{ "@a.c", NULL, NULL, 0, 0, 0, "expected the name of a function before '@'" },
	{ "f@", NULL, NULL, 0, 0, 0, "expected the name of a file behind '@'" },
	{ "f@:3", NULL, NULL, 0, 0, 0, "expected the name of a file behind '@'" },
	{ "f@a.c:", NULL, NULL, 0, 0, 0, "expected a number behind ':'" },
	{ "f@a.c:x", NULL, NULL, 0, 0, 0, "expected a number behind ':'" },
	{ "f@a.c+", NULL, NULL, 0, 0, 0, "expected a number behind '+'" },
	{ "f@a.c:3-", NULL, NULL, 0, 0, 0, "expected a number behind '-'" },
	{ "f@a.c:3,", NULL, NULL, 0, 0, 0, "expected a number behind ','" },
	{ "f@a.c:3x", NULL, NULL, 0, 0, 0, "unexpected 'x' behind a line number" },
	{ "f@a.c:9-3", NULL, NULL, 0, 0, 0, "the range 9-3 is empty" },
	{ "f@a.c:99999999999", NULL, NULL, 0, 0, 0, "expected a number behind ':'" },
};

static void test_patterns(void)
{
	struct arena *arena = arena_new();

	for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
		const char *why = NULL;
		struct debug_pattern *p = debug_pattern_parse(arena, patterns[i].text, &why);

		g_assert_cmpstr(why, ==, patterns[i].why);
		if (patterns[i].why) {
			g_assert_null(p);
			continue;
		}
		g_assert_cmpstr(p->function, ==, patterns[i].function);
		g_assert_cmpstr(p->file, ==, patterns[i].file);
		g_assert_cmpint(p->lines, ==, patterns[i].lines);
		if (!p->ranges->len)
			continue;
		const struct debug_range *last =
			&g_array_index(p->ranges, struct debug_range, p->ranges->len - 1);

		g_assert_cmpuint(last->first, ==, patterns[i].first);
		g_assert_cmpuint(last->last, ==, patterns[i].last);
	}
	arena_free(arena);
}

static void test_files(void)
{
	g_assert_true(debug_file_fits(NULL, "fs/open.c"));
	g_assert_true(debug_file_fits("open.c", "fs/open.c"));
	g_assert_true(debug_file_fits("fs/open.c", "fs/open.c"));
	g_assert_true(debug_file_fits("./fs/open.c", "fs/open.c"));
	g_assert_true(debug_file_fits("o*.c", "fs/open.c"));
	g_assert_true(debug_file_fits("*/open.c", "fs/open.c"));
	g_assert_false(debug_file_fits("pen.c", "fs/open.c"));
	g_assert_false(debug_file_fits("s/open.c", "fs/open.c"));
	g_assert_false(debug_file_fits("open", "fs/open.c"));
}

/* ---- a small program ------------------------------------------------------------------------- */

struct fixture {
	char *dir, *program, *cache_dir;
	struct session session;
	struct debug_module *module;
};

static struct debug_module *open_program(struct fixture *f)
{
	const char *why = NULL;
	struct debug_module *m = debug_module_open_file(debuginfo_new(&f->session, "none"), "test",
							f->program, &why);

	if (!m)
		g_error("%s", why);
	return m;
}

/* more: options and files besides the program's. */
static void compile(struct fixture *f, const char *more)
{
	g_autofree char *command = g_strdup_printf("gcc -w %s -o %s %s", more, f->program,
						   TEST_PROGRAM);
	int status = 0;

	g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
}

static void set_up(struct fixture *f, gconstpointer options)
{
	char *why = NULL;

	f->dir = g_dir_make_tmp("stap-test-XXXXXX", NULL);
	f->program = g_build_filename(f->dir, "program", NULL);
	f->cache_dir = g_build_filename(f->dir, "cache", NULL);
	compile(f, options);
	f->session.arena = arena_new();
	f->session.cache = cache_open(f->cache_dir, &why);
	g_assert_null(why);
	f->module = open_program(f);
}

static void tear_down(struct fixture *f, gconstpointer options)
{
	(void)options;
	cache_free(f->session.cache);
	arena_free(f->session.arena);
	folder_remove(f->dir);
	g_free(f->dir);
	g_free(f->program);
	g_free(f->cache_dir);
}

static void test_types(struct fixture *f, gconstpointer options)
{
	static const char *const shown[][2] = {
		{ "next", "struct node*" }, { "value", "int" }, { "bytes", "unsigned char[4]" },
		{ "name", "char const*" },
	};
	const struct debug_type *node = debug_type_find(f->module, "struct node");
	gint64 value;
	guint at = 0;

	(void)options;
	g_assert_nonnull(node);
	g_assert_true(node == debug_type_find(f->module, "node"));
	g_assert_cmpuint(node->size, ==, 24);
	g_assert_null(debug_type_find(f->module, "union node"));
	g_assert_null(debug_type_find(f->module, "nod*"));
	for (guint i = 0; i < 3; i++) {
		const struct debug_member *m = debug_type_members(node)->pdata[i];
		const GPtrArray *inner = m->name ? NULL : debug_type_members(m->type);

		for (guint k = 0; k < (inner ? inner->len : 1); k++, at++) {
			const struct debug_member *member = inner ? inner->pdata[k] : m;
			g_autoptr(GString) text = g_string_new(NULL);

			debug_type_print(text, member->type);
			g_assert_cmpstr(member->name, ==, shown[at][0]);
			g_assert_cmpstr(text->str, ==, shown[at][1]);
		}
	}
	g_assert_true(debug_enumerator_find(f->module, "NEGATIVE", &value));
	g_assert_cmpint(value, ==, -3);
	g_assert_false(debug_enumerator_find(f->module, "PURPLE", &value));
	g_assert_cmpuint(debug_type_enumerators(debug_type_find(f->module, "enum colour"))->len, ==,
			 4);
	g_assert_true(debug_type_find(f->module, "colour")->is_signed);
}

static struct debug_pattern *pattern_of(struct fixture *f, const char *text)
{
	const char *why = NULL;
	struct debug_pattern *pattern = debug_pattern_parse(f->session.arena, text, &why);

	g_assert_nonnull(pattern);
	return pattern;
}

/* "name name …" */
static char *functions(struct fixture *f, const char *pattern, enum debug_which which)
{
	g_autoptr(GPtrArray) out = g_ptr_array_new();
	GString *text = g_string_new(NULL);
	const char *why = NULL;

	g_assert_cmpint(debug_functions(f->module, pattern_of(f, pattern), which, out, &why), ==,
			0);
	for (guint i = 0; i < out->len; i++) {
		const struct debug_function *function = out->pdata[i];

		g_string_append_printf(text, "%s%s", i ? " " : "", function->name);
	}
	return g_string_free(text, FALSE);
}

static void assert_functions(struct fixture *f, const char *pattern, enum debug_which which,
			     const char *expected)
{
	g_autofree char *found = functions(f, pattern, which);

	g_assert_cmpstr(found, ==, expected);
}

static void test_functions(struct fixture *f, gconstpointer options)
{
	GPtrArray *names = arena_list(f->session.arena);

	(void)options;
	assert_functions(f, "[bl]*s", DEBUG_OWN_CODE, "bitfields blocks larges lists");
	assert_functions(f, "lists@test_program.c", DEBUG_OWN_CODE, "lists");
	assert_functions(f, "lists@debuginfo/test_program.c", DEBUG_OWN_CODE, "lists");
	assert_functions(f, "lists@other.c", DEBUG_OWN_CODE, "");
	assert_functions(f, "inlined", DEBUG_OWN_CODE, "");
	assert_functions(f, "inlined", DEBUG_INLINED, "inlined");
	assert_functions(f, "nothing", DEBUG_OWN_CODE | DEBUG_INLINED, "");
	debug_function_names(f->module, names);
	g_assert_cmpuint(names->len, >, 15);
}

/* Lines as offsets from the function's own. */
static char *statements(struct fixture *f, const char *pattern, bool nearest)
{
	g_autoptr(GPtrArray) out = g_ptr_array_new();
	GString *text = g_string_new(NULL);
	const char *why = NULL;

	g_assert_cmpint(debug_statements(f->module, pattern_of(f, pattern), nearest, out, &why), ==,
			0);
	for (guint i = 0; i < out->len; i++) {
		const struct debug_place *place = out->pdata[i];
		struct debug_place *back = debug_statement_at(f->module, place->pc, &why);

		g_string_append_printf(text, "%s%s+%u", i ? " " : "", place->function->name,
				       place->line - place->function->line);
		g_assert_nonnull(back);
		g_assert_cmpstr(back->file, ==, place->file);
	}
	return g_string_free(text, FALSE);
}

static void assert_statements(struct fixture *f, const char *pattern, bool nearest,
			      const char *expected)
{
	g_autofree char *found = statements(f, pattern, nearest);

	g_assert_cmpstr(found, ==, expected);
}

static void test_statements(struct fixture *f, gconstpointer options)
{
	const char *why = NULL;

	(void)options;
	assert_statements(f, "lists@test_program.c:*", false, "lists+1 lists+2 lists+3 lists+4");
	assert_statements(f, "lists@test_program.c+2", false, "lists+2");
	assert_statements(f, "lists@test_program.c+2-3", false, "lists+2 lists+3");
	assert_statements(f, "lists@test_program.c+3,1", false, "lists+1 lists+3");
	assert_statements(f, "lists@test_program.c+0", false, "");
	assert_statements(f, "lists@test_program.c+0", true, "lists+1");
	assert_statements(f, "lists@test_program.c+5", true, "");
	assert_statements(f, "lists", false, "lists+0");
	assert_statements(f, "inlined@test_program.c+2-9", false,
			  "inlined+2 inlined+4 inlined+5");
	g_assert_null(debug_statement_at(f->module, 1, &why));
	g_assert_cmpstr(why, ==, "no function of test is at 0x1");
}

/* The line before a function belongs to none. */
static void test_between(struct fixture *f, gconstpointer options)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	const char *why = NULL;

	(void)options;
	debug_functions(f->module, pattern_of(f, "lists"), DEBUG_OWN_CODE, found, &why);
	g_assert_cmpuint(found->len, ==, 1);
	const struct debug_function *lists = found->pdata[0];
	g_autofree char *any = g_strdup_printf("*@test_program.c:%u", lists->line - 1);
	g_autofree char *this = g_strdup_printf("lists@test_program.c:%u", lists->line - 1);

	assert_statements(f, any, false, "");
	assert_statements(f, any, true, "lists+1");
	assert_statements(f, this, true, "lists+1");
	assert_statements(f, "lists@test_program.c:1", true, "lists+1");
	assert_statements(f, "lists@test_program.c:9999", true, "");
}

static void test_calls(struct fixture *f, gconstpointer options)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new(), out = g_ptr_array_new();
	const char *why = NULL;

	(void)options;
	debug_functions(f->module, pattern_of(f, "jumps"), DEBUG_OWN_CODE, found, &why);
	debug_labels(found->pdata[0], "d*", out, &why);
	g_assert_cmpuint(out->len, ==, 1);
	g_assert_cmpstr(((struct debug_place *)out->pdata[0])->name, ==, "done");
	g_ptr_array_set_size(out, 0);
	debug_labels(found->pdata[0], "e*", out, &why);
	g_assert_cmpuint(out->len, ==, 0);
	g_ptr_array_set_size(found, 0);
	debug_functions(f->module, pattern_of(f, "main"), DEBUG_OWN_CODE, found, &why);
	debug_callees(found->pdata[0], "[lw]*s", out, &why);
	g_assert_cmpuint(out->len, ==, 3);
	g_assert_cmpstr(((struct debug_function *)out->pdata[2])->name, ==, "wides");
}

/* What is said of a variable that is not there. */
static void test_reasons(struct fixture *f, gconstpointer options)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	struct debug_location location;
	struct debug_scope scope;
	const char *why = NULL;
	struct token token = { 0 };

	(void)options;
	debug_functions(f->module, pattern_of(f, "blocks"), DEBUG_OWN_CODE, found, &why);
	scope = (struct debug_scope){ found->pdata[0], 0 };
	scope.pc = scope.function->pc;
	g_assert_null(debug_variable_find(&scope, "none", &why));
	g_assert_cmpstr(why, ==, "no variable 'none' in function blocks");
	const struct debug_variable *v = debug_variable_find(&scope, "result", &why);

	g_assert_nonnull(v);
	g_assert_cmpint(debug_locate(&scope, v, &token, &location, &why), <, 0);
	g_assert_true(g_str_has_prefix(why, "optimized out at this address (available at "));
}

/* ---- tables of lines ------------------------------------------------------------------------- */

/* Where libdw has an address among the table's sections; false: in none. */
static bool table_place(struct debug_module *m, const GPtrArray *sections, Dwarf_Addr address,
			guint *number, guint64 *pc)
{
	const struct debug_section *section;

	*pc = dw_place_of(dw_of(m), address, &section);
	return g_ptr_array_find((GPtrArray *)sections, section, number);
}

/* Of some addresses of a unit, what libdw says of their lines; returns how many had one. */
static guint compare_unit(struct debug_module *m, Dwarf_Die *unit, const GPtrArray *sections,
			  const GByteArray *table, GRand *random)
{
	Dwarf_Lines *lines;
	gsize count;
	guint compared = 0;

	if (dwarf_getsrclines(unit, &lines, &count) != 0)
		return 0;
	for (gsize i = 0; i < count; i += (gsize)g_rand_int_range(random, 1, 40)) {
		const char *file = NULL, *expected_file = NULL;
		Dwarf_Addr address = 0;
		Dwarf_Line *line;
		guint64 pc;
		guint section, found;
		int expected = 0;

		g_assert_cmpint(dwarf_lineaddr(dwarf_onesrcline(lines, i), &address), ==, 0);
		address += (guint)g_rand_int_range(random, 0, 3);
		if (!dw_covers(unit, address) ||
		    !table_place(m, sections, address, &section, &pc))
			continue;
		line = dwarf_getsrc_die(unit, address);
		if (line && dwarf_lineno(line, &expected) == 0 && expected)
			expected_file = dw_file_name(dw_of(m), unit,
						     dwarf_linesrc(line, NULL, NULL));
		found = stp_lines_find(table->data, section, pc, &file);
		g_assert_cmpuint(found, ==, expected);
		if (!found)
			continue;
		g_assert_cmpstr(file, ==, expected_file);
		compared++;
	}
	return compared;
}

/* step: one of so many units is looked at. */
static guint compare_lines(struct debug_module *m, guint step)
{
	GByteArray *table = debug_line_table(m);
	GPtrArray *sections = g_ptr_array_new();
	GRand *random = g_rand_new_with_seed(step);
	Dwarf_Off offset = 0, next;
	const char *why = NULL;
	guint compared = 0, unit = 0;
	gsize header;
	const char *file;

	g_assert_cmpint(debug_code_sections(m, sections, &why), ==, 0);
	while (dwarf_nextcu(dw_of(m)->dwarf, offset, &next, &header, NULL, NULL, NULL) == 0) {
		Dwarf_Die die;

		if (unit++ % step == 0 &&
		    dwarf_offdie(dw_of(m)->dwarf, offset + header, &die))
			compared += compare_unit(m, &die, sections, table, random);
		offset = next;
	}
	for (guint i = 0; i <= sections->len; i++) {
		g_assert_cmpuint(stp_lines_find(table->data, i, G_MAXUINT64, &file), ==, 0);
		g_assert_cmpuint(stp_lines_find(table->data, i, G_MAXUINT32, &file), ==, 0);
	}
	g_test_message("%s: %u lines compared, %u bytes", debug_module_name(m), compared,
		       table->len);
	g_rand_free(random);
	g_ptr_array_unref(sections);
	g_byte_array_unref(table);
	return compared;
}

static void test_lines(struct fixture *f, gconstpointer options)
{
	(void)options;
	g_assert_cmpuint(compare_lines(f->module, 1), >, 3);
}

/* ---- the index ------------------------------------------------------------------------------- */

static char *index_path(struct fixture *f)
{
	char *path = cache_find(f->session.cache, debug_module_build_id(f->module), "debuginfo");

	g_assert_nonnull(path);
	return path;
}

/* Without waiting for the disk, many times as this is; a new file, for that way shortens none. */
static void write_file(const char *path, const char *data, gsize length)
{
	g_unlink(path);
	g_assert_true(g_file_set_contents_full(path, data, (gssize)length,
					       G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* Looks in every section. */
static void assert_works(struct fixture *f, bool exactly)
{
	const char *why = NULL;
	guint64 pc = 0;
	gint64 value = 0;

	f->module = open_program(f);
	g_autofree char *found = functions(f, "l*s", DEBUG_OWN_CODE);
	g_autofree char *inlined = functions(f, "inl*", DEBUG_INLINED);
	const struct debug_type *type = debug_type_find(f->module, "struct wide");
	const struct debug_variable *v = debug_global_find(f->module, "global_number", NULL, &why);
	bool symbol = debug_symbol_find(f->module, "main", &pc);
	bool enumerator = debug_enumerator_find(f->module, "BLUE", &value);

	debug_statement_at(f->module, pc, &why);
	if (!exactly)
		return;
	g_assert_cmpstr(found, ==, "larges lists");
	g_assert_cmpstr(inlined, ==, "inlined");
	g_assert_true(type && v && symbol && enumerator && value == 4);
}

/* The arena grows with each open; it is made anew from time to time. */
static void renew(struct fixture *f)
{
	arena_free(f->session.arena);
	f->session.arena = arena_new();
	f->session.sections = NULL;
}

static void test_damage(struct fixture *f, gconstpointer options)
{
	g_autofree char *path = index_path(f), *good = NULL;
	gsize length;

	(void)options;
	g_assert_true(g_file_get_contents(path, &good, &length, NULL));
	for (gsize i = 0; i < length; i += i < sizeof(struct index_header) ? 5 : 97) {
		g_autofree char *bad = g_memdup2(good, length);

		write_file(path, good, i);
		assert_works(f, true);
		bad[i] ^= (char)(1 << i % 8);
		write_file(path, bad, length);
		assert_works(f, true);
		renew(f);
	}
	/* What was damaged has been written anew. */
	g_autofree char *now = NULL;
	gsize now_length;

	g_assert_true(g_file_get_contents(path, &now, &now_length, NULL));
	g_assert_cmpmem(now, now_length, good, length);
}

/* Damage that the checksums do not show: nothing is promised but that it ends. */
static void test_lies(struct fixture *f, gconstpointer options)
{
	g_autofree char *path = index_path(f), *good = NULL;
	GRand *random = g_rand_new_with_seed(1);
	gsize length;

	(void)options;
	g_assert_true(g_file_get_contents(path, &good, &length, NULL));
	for (int round = 0; round < 400; round++) {
		g_autofree char *bad = g_memdup2(good, length);
		struct index_header *h = (struct index_header *)(void *)bad;

		for (int i = 0; i < 8; i++)
			bad[g_rand_int_range(random, sizeof(*h), (gint32)length)] =
				(char)g_rand_int(random);
		for (int i = 0; i < INDEX_SECTION_COUNT; i++)
			h->sections[i].checksum =
				(guint32)crc32_z(0, (guint8 *)bad + h->sections[i].offset,
						 h->sections[i].size);
		h->checksum = 0;
		h->checksum = (guint32)crc32(0, (guint8 *)h, sizeof(*h));
		write_file(path, bad, length);
		assert_works(f, false);
		renew(f);
	}
	g_rand_free(random);
}

/* Whole in itself, and not for us: of another version of stap, or of another file. */
static void test_foreign(struct fixture *f, gconstpointer options)
{
	g_autofree char *path = index_path(f), *good = NULL;
	gsize length;

	(void)options;
	g_assert_true(g_file_get_contents(path, &good, &length, NULL));
	for (int i = 0; i < 5; i++) {
		g_autofree char *other = g_memdup2(good, length), *now = NULL;
		struct index_header *h = (struct index_header *)(void *)other;
		gsize now_length;

		h->version += i == 0;
		h->version -= i == 1;
		h->size += i == 2 ? 8 : 0;
		h->byte_order = i == 3 ? GUINT32_SWAP_LE_BE(h->byte_order) : h->byte_order;
		h->build_id[0] = i == 4 ? 'x' : h->build_id[0];
		h->checksum = 0;
		h->checksum = (guint32)crc32(0, (guint8 *)h, sizeof(*h));
		write_file(path, other, length);
		assert_works(f, true);
		g_assert_true(g_file_get_contents(path, &now, &now_length, NULL));
		g_assert_cmpmem(now, now_length, good, length);
	}
}

/* Where the file has a section. */
static GElf_Shdr section_header(struct debug_module *m, const char *name)
{
	Elf *elf = dw_of(m)->elf;
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	gsize names;

	g_assert_cmpint(elf_getshdrstrndx(elf, &names), ==, 0);
	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) &&
		    g_strcmp0(elf_strptr(elf, names, header.sh_name), name) == 0)
			return header;
	g_error("no section %s", name);
}

/* Nothing is promised of the table of damaged lines but that it can be made and read. */
static void test_damaged_lines(struct fixture *f, gconstpointer options)
{
	GElf_Shdr lines = section_header(f->module, ".debug_line");
	GRand *random = g_rand_new_with_seed(1);
	g_autofree char *good = NULL;
	gsize length;

	(void)options;
	g_assert_true(g_file_get_contents(f->program, &good, &length, NULL));
	for (int round = 0; round < 300; round++) {
		g_autofree char *bad = g_memdup2(good, length);
		const struct stp_lines_section *section;
		GByteArray *table;
		const char *file;

		for (int i = 0; i < 4; i++)
			bad[lines.sh_offset + (guint)g_rand_int_range(random, 0, (gint32)lines.sh_size)] =
				(char)g_rand_int(random);
		write_file(f->program, bad, length);
		renew(f);
		f->module = open_program(f);
		table = debug_line_table(f->module);
		section = (const void *)(table->data + sizeof(struct stp_lines_header));
		for (int i = 0; i < 50; i++)
			stp_lines_find(table->data, 0,
				       section->base + g_rand_int(random) % (section->size + 1),
				       &file);
		g_byte_array_unref(table);
	}
	g_rand_free(random);
}

/* The same file, compiled again from other source. */
static void test_other_build(struct fixture *f, gconstpointer options)
{
	g_autofree char *extra = g_build_filename(f->dir, "extra.c", NULL);
	g_autofree char *all = g_strdup_printf("%s %s", (const char *)options, extra);
	g_autofree char *old = index_path(f), *found = NULL, *new = NULL;

	write_file(extra, "int later_ones(void) { return 1; }", 34);
	compile(f, all);
	renew(f);
	f->module = open_program(f);
	found = functions(f, "l*s", DEBUG_OWN_CODE);
	new = index_path(f);
	g_assert_cmpstr(found, ==, "larges later_ones lists");
	g_assert_cmpstr(old, !=, new);
}

/* Without a build-id a file is told by its path, size and time. */
static void test_no_build_id(struct fixture *f, gconstpointer options)
{
	g_autofree char *path = NULL;
	struct stat first, again;

	(void)options;
	g_assert_null(debug_module_build_id(f->module));
	for (int i = 0; i < 2; i++) {
		renew(f);
		assert_works(f, true);
		g_free(path);
		path = cache_find(f->session.cache, dw_of(f->module)->identity, "debuginfo");
		g_assert_nonnull(path);
		g_assert_cmpint(stat(path, i ? &again : &first), ==, 0);
	}
	g_assert_cmpuint(again.st_ino, ==, first.st_ino);
	compile(f, options);
	renew(f);
	assert_works(f, true);
	g_assert_null(strstr(path, dw_of(f->module)->identity));
}

/* Indexes count for the limit of the cache, also where nothing is compiled. */
static void test_limit(struct fixture *f, gconstpointer options)
{
	g_autofree char *limit = g_build_filename(f->cache_dir, "cache_mb_limit", NULL);
	g_autofree char *interval = g_build_filename(f->cache_dir, "cache_clean_interval_s", NULL);
	g_autofree char *path = index_path(f);

	(void)options;
	write_file(interval, "0", 1);
	write_file(limit, "1", 1);
	for (int i = 0; i < 2; i++) {
		g_unlink(path);
		renew(f);
		assert_works(f, true);
		g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS) == (i == 0));
		write_file(limit, "0", 1);
	}
}

static void test_no_cache(struct fixture *f, gconstpointer options)
{
	(void)options;
	cache_free(f->session.cache);
	f->session.cache = NULL;
	assert_works(f, true);
	f->session.cache = cache_open("/proc/nothing", NULL);
	assert_works(f, true);
}

/* ---- kernels --------------------------------------------------------------------------------- */

static void test_missing(void)
{
	struct session session = { .arena = arena_new() };
	struct debuginfo *d = debuginfo_new(&session, "1.2.3-none");
	const char *why = NULL;

	g_assert_null(debug_module_open(d, "kernel", &why));
	g_assert_true(g_str_has_prefix(why, "no debuginfo for kernel 1.2.3-none: install "));
	g_assert_null(debug_module_open(d, "none", &why));
	g_assert_cmpstr(why, ==, "module 'none' not found");
	g_assert_cmpuint(debug_module_names(d, "*")->len, ==, 0);
	arena_free(session.arena);
}

static void check_parameters(struct session *s, struct debug_module *m)
{
	static const int registers[] = { 5, 4, 1, 2 };
	static const char *const types[] = { "struct file*", "char*", "size_t", "loff_t*" };
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	const char *why = NULL;
	struct token token = { 0 };

	debug_functions(m, debug_pattern_parse(s->arena, "vfs_read@fs/read_write.c", &why),
			DEBUG_OWN_CODE, found, &why);
	g_assert_cmpuint(found->len, ==, 1);
	struct debug_scope scope = { found->pdata[0], ((struct debug_function *)found->pdata[0])->pc };
	GPtrArray *variables = debug_variables(&scope);

	for (guint i = 0; i < 4; i++) {
		const struct debug_variable *v = variables->pdata[i];
		g_autoptr(GString) text = g_string_new(NULL);
		struct debug_location location;

		g_assert_true(v->parameter);
		debug_type_print(text, v->type);
		g_assert_cmpstr(text->str, ==, types[i]);
		g_assert_cmpint(debug_locate(&scope, v, &token, &location, &why), ==, 0);
		g_assert_cmpint(location.writable_register, ==, registers[i]);
	}
}

static void check_tracepoint(struct debug_module *m)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	const char *why = NULL;

	g_assert_cmpint(debug_tracepoints(m, "sched:sched_switch", found, &why), ==, 0);
	g_assert_cmpuint(found->len, ==, 1);
	const struct debug_tracepoint *t = found->pdata[0];
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < t->arguments->len; i++) {
		const struct debug_variable *v = t->arguments->pdata[i];

		g_string_append_printf(text, "%s:", v->name);
		debug_type_print(text, v->type);
		g_string_append_c(text, ' ');
	}
	g_assert_cmpstr(text->str, ==,
			"preempt:bool prev:struct task_struct* next:struct task_struct* "
			"prev_state:unsigned int ");
}

/* data: a release with debuginfo */
static void test_kernel(gconstpointer data)
{
	struct session session = { .arena = arena_new() };
	g_autofree char *dir = g_dir_make_tmp("stap-test-XXXXXX", NULL);
	GTimer *timer = g_timer_new();
	const char *why = NULL;

	session.cache = cache_open(dir, NULL);
	for (int i = 0; i < 2; i++) {
		struct debuginfo *d = debuginfo_new(&session, data);

		g_timer_start(timer);
		struct debug_module *m = debug_module_open(d, "kernel", &why);

		if (!m)
			g_error("%s", why);
		check_parameters(&session, m);
		g_test_message("%s: %.1f ms %s", (const char *)data,
			       g_timer_elapsed(timer, NULL) * 1000,
			       i ? "with an index" : "without");
		check_tracepoint(m);
		if (i) {
			g_assert_cmpuint(compare_lines(m, 10), >, 10000);
			m = debug_module_open(d, "virtio_net", &why);
			if (!m)
				g_error("%s", why);
			g_assert_cmpuint(compare_lines(m, 1), >, 100);
		}
		g_assert_nonnull(debug_type_find(m, "struct task_struct"));
		session.sections = NULL;
	}
	g_timer_destroy(timer);
	cache_free(session.cache);
	arena_free(session.arena);
	folder_remove(dir);
}

static void add_kernels(void)
{
	GDir *dir = g_dir_open("/usr/lib/debug/boot", 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = NULL;

		if (!g_str_has_prefix(name, "vmlinux-"))
			continue;
		path = g_strdup_printf("/kernel/%s", name + strlen("vmlinux-"));
		g_test_add_data_func_full(path, g_strdup(name + strlen("vmlinux-")), test_kernel,
					  g_free);
	}
	if (dir)
		g_dir_close(dir);
}

#define ADD(name, options, function) \
	g_test_add(name, struct fixture, options, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/debuginfo/patterns", test_patterns);
	g_test_add_func("/debuginfo/files", test_files);
	ADD("/debuginfo/types", "-g -O0 -Wl,--build-id", test_types);
	ADD("/debuginfo/functions", "-g -O0 -Wl,--build-id", test_functions);
	ADD("/debuginfo/statements", "-g -O0 -Wl,--build-id", test_statements);
	ADD("/debuginfo/between", "-g -O0 -Wl,--build-id", test_between);
	ADD("/debuginfo/calls", "-g -O2 -Wl,--build-id", test_calls);
	ADD("/debuginfo/reasons", "-g -O2 -Wl,--build-id", test_reasons);
	ADD("/debuginfo/lines/gcc -O0", "-g -O0 -Wl,--build-id", test_lines);
	ADD("/debuginfo/lines/gcc -O2", "-gdwarf-4 -O2 -Wl,--build-id", test_lines);
	ADD("/debuginfo/lines/damaged", "-g -O0 -Wl,--build-id", test_damaged_lines);
	ADD("/debuginfo/index/damage", "-g -O0 -Wl,--build-id", test_damage);
	ADD("/debuginfo/index/lies", "-g -O0 -Wl,--build-id", test_lies);
	ADD("/debuginfo/index/foreign", "-g -O0 -Wl,--build-id", test_foreign);
	ADD("/debuginfo/index/other-build", "-g -O0 -Wl,--build-id", test_other_build);
	ADD("/debuginfo/index/no-build-id", "-g -O0 -Wl,--build-id=none", test_no_build_id);
	ADD("/debuginfo/index/limit", "-g -O0 -Wl,--build-id", test_limit);
	ADD("/debuginfo/index/no-cache", "-g -O0 -Wl,--build-id", test_no_cache);
	g_test_add_func("/debuginfo/missing", test_missing);
	add_kernels();
	return g_test_run();
}
