// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_line_table.c - the table of runtime/shared/lines.h, from the line tables of all units.
 *
 * All rows of all units are sorted by address.  Of those at one address the last counts, as within a
 * unit; an end comes before them, for it is another piece of code that ends there.
 */
#include "dwarf_file.h"
#include "progress.h"
#include "../../runtime/shared/lines.h"

#include <string.h>

struct row {
	guint64 address;
	guint32 file, line;	/* line 0: none */
};

#define ENDS G_MAXUINT32	/* as the file: a piece of code ends there */

/* What is read. */
struct reader {
	GArray *rows;		/* struct row */
	GHashTable *numbers;	/* libdw's string → number of the file + 1 */
	GHashTable *names;	/* normalized → the same */
	GPtrArray *files;	/* names, by number */
};

/* What is written. */
struct table {
	GByteArray *rows;	/* of all sections */
	GArray *blocks;		/* struct stp_lines_block, their rows from the beginning of `rows` */
	GArray *sections;	/* struct stp_lines_section, blocks and rows_end likewise */
	struct row last, pending;	/* the last that was written, and the one to write next */
	bool is_pending;
	guint in_block;		/* rows in the last block */
};

/* ---- reading --------------------------------------------------------------------------------- */

static guint32 file_number(struct reader *r, Dwarf_Die *unit, const char *raw)
{
	gpointer number = g_hash_table_lookup(r->numbers, raw);
	char *name;

	if (number)
		return GPOINTER_TO_UINT(number) - 1;
	/* Each unit has the headers' names anew. */
	name = dw_normalize_path(raw, dw_comp_dir(unit));
	number = g_hash_table_lookup(r->names, name);
	if (!number) {
		g_ptr_array_add(r->files, name);
		number = GUINT_TO_POINTER(r->files->len);
		g_hash_table_insert(r->names, name, number);
	} else {
		g_free(name);
	}
	g_hash_table_insert(r->numbers, (char *)raw, number);
	return GPOINTER_TO_UINT(number) - 1;
}

static void read_rows(struct reader *r, Dwarf_Die *unit, Dwarf_Lines *lines, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		Dwarf_Line *line = dwarf_onesrcline(lines, i);
		const char *raw = dwarf_linesrc(line, NULL, NULL);
		struct row row = { .file = ENDS };
		bool ends = false;
		int number = 0;

		if (dwarf_lineaddr(line, &row.address) != 0 ||
		    dwarf_lineendsequence(line, &ends) != 0 ||
		    dwarf_lineno(line, &number) != 0)
			continue;
		if (!ends)
			row.file = raw ? file_number(r, unit, raw) : 0;
		if (!ends && raw && number > 0)
			row.line = (guint32)number;
		g_array_append_val(r->rows, row);
	}
}

/* The sort leaves equal ones in their order. */
static int compare_rows(gconstpointer a, gconstpointer b)
{
	const struct row *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (y->file == ENDS) - (x->file == ENDS);
}

static void read_units(struct reader *r, Dwarf *dwarf)
{
	Dwarf_Off offset = 0, next;
	gsize header, count;

	while (dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL) == 0) {
		Dwarf_Lines *lines;
		Dwarf_Die unit;

		if (dwarf_offdie(dwarf, offset + header, &unit) &&
		    dwarf_getsrclines(&unit, &lines, &count) == 0)
			read_rows(r, &unit, lines, count);
		offset = next;
	}
	g_array_sort(r->rows, compare_rows);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_number(GByteArray *out, guint64 number)
{
	do {
		guint8 byte = (guint8)((number & 0x7f) | (number >= 0x80 ? 0x80 : 0));

		g_byte_array_append(out, &byte, 1);
		number >>= 7;
	} while (number);
}

static void write_row(struct table *t, const struct row *row)
{
	struct stp_lines_section *s =
		&g_array_index(t->sections, struct stp_lines_section, t->sections->len - 1);
	gint64 difference;

	if (!s->block_count)
		s->base = row->address;
	/* Of a damaged file. */
	if (row->address - s->base > G_MAXUINT32)
		return;
	if (!s->block_count || t->in_block == STP_LINES_BLOCK) {
		struct stp_lines_block block = { .pc = (guint32)(row->address - s->base),
						 .rows = t->rows->len };

		g_array_append_val(t->blocks, block);
		s->block_count++;
		t->in_block = 0;
		t->last = (struct row){ .address = row->address };
	}
	difference = (gint64)row->line - t->last.line;
	put_number(t->rows, (row->address - t->last.address) << 1 |
			    (row->file != t->last.file));
	put_number(t->rows, difference < 0 ? (guint64)(-difference - 1) << 1 | 1 :
					     (guint64)difference << 1);
	if (row->file != t->last.file)
		put_number(t->rows, row->file);
	t->last = *row;
	t->in_block++;
	s->size = (guint32)(row->address - s->base);
	s->rows_end = t->rows->len;
}

static void flush(struct table *t)
{
	const struct stp_lines_section *s;

	if (!t->is_pending)
		return;
	s = &g_array_index(t->sections, struct stp_lines_section, t->sections->len - 1);
	/* An end counts for the size, also behind another. */
	if (!s->block_count || !t->pending.line || t->pending.line != t->last.line ||
	    t->pending.file != t->last.file)
		write_row(t, &t->pending);
	t->is_pending = false;
}

static void add_row(struct table *t, const struct row *row)
{
	if (t->is_pending && row->address > t->pending.address)
		flush(t);
	t->pending = *row;
	if (!row->line)
		t->pending.file = t->last.file;
	t->is_pending = true;
}

static void begin_section(struct table *t)
{
	struct stp_lines_section section = { .blocks = t->blocks->len };

	flush(t);
	g_array_append_val(t->sections, section);
}

/* The code of one section of the file; addresses are counted from `base`. */
static void write_code(struct table *t, const struct reader *r, const GElf_Shdr *header,
		       guint64 base)
{
	for (guint i = 0; i < r->rows->len; i++) {
		struct row row = g_array_index(r->rows, struct row, i);

		if (row.address < header->sh_addr || row.address - header->sh_addr > header->sh_size ||
		    (row.address - header->sh_addr == header->sh_size && row.file != ENDS))
			continue;
		row.address -= base;
		add_row(t, &row);
	}
}

/* The header, the sections with their final offsets, blocks, rows, files. */
static GByteArray *assemble(struct table *t, const GPtrArray *files)
{
	struct stp_lines_header header = { .section_count = t->sections->len };
	guint blocks = (guint)(sizeof(header) +
			       t->sections->len * sizeof(struct stp_lines_section));
	guint rows = blocks + t->blocks->len * (guint)sizeof(struct stp_lines_block);
	GByteArray *out = g_byte_array_new();
	static const guint8 padding[4];
	guint32 name;

	for (guint i = 0; i < t->sections->len; i++) {
		struct stp_lines_section *s =
			&g_array_index(t->sections, struct stp_lines_section, i);

		s->blocks = blocks + s->blocks * (guint)sizeof(struct stp_lines_block);
		s->rows_end += rows;
	}
	for (guint i = 0; i < t->blocks->len; i++)
		g_array_index(t->blocks, struct stp_lines_block, i).rows += rows;
	header.files = (rows + t->rows->len + 3) & ~3U;
	g_byte_array_append(out, (const guint8 *)&header, sizeof(header));
	g_byte_array_append(out, (const guint8 *)t->sections->data,
			    t->sections->len * (guint)sizeof(struct stp_lines_section));
	g_byte_array_append(out, (const guint8 *)t->blocks->data,
			    t->blocks->len * (guint)sizeof(struct stp_lines_block));
	g_byte_array_append(out, t->rows->data, t->rows->len);
	g_byte_array_append(out, padding, header.files - out->len);
	name = header.files + files->len * (guint)sizeof(name);
	for (guint i = 0; i < files->len; i++) {
		g_byte_array_append(out, (const guint8 *)&name, sizeof(name));
		name += (guint32)strlen(files->pdata[i]) + 1;
	}
	for (guint i = 0; i < files->len; i++)
		g_byte_array_append(out, files->pdata[i], (guint)strlen(files->pdata[i]) + 1);
	return out;
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct code {
	const char *name;
	GElf_Shdr header;
};

/* Sections with code, in the file's order; of a module those whose place a symbol tells. */
static GArray *find_code(struct dw *dw)
{
	GArray *code = g_array_new(FALSE, FALSE, sizeof(struct code));
	Elf *elf = dwarf_getelf(dw->dwarf);
	Elf_Scn *section = NULL;
	struct code found;
	gsize names;

	if (elf_getshdrstrndx(elf, &names) != 0)
		return code;
	while ((section = elf_nextscn(elf, section))) {
		const char *symbol;
		guint64 pc;

		if (!gelf_getshdr(section, &found.header) || !found.header.sh_size ||
		    !(found.header.sh_flags & SHF_EXECINSTR))
			continue;
		found.name = elf_strptr(elf, names, found.header.sh_name);
		if (!dw->dwfl ||
		    (found.name && dw_section_symbol(dw->module, found.name, &symbol, &pc)))
			g_array_append_val(code, found);
	}
	return code;
}

void dw_code_sections(struct debug_module *m, GPtrArray *out)
{
	struct dw *dw = dw_of(m);
	GArray *code = find_code(dw);

	for (guint i = 0; i < (dw->dwfl ? code->len : 1); i++) {
		const char *name = dw->dwfl ? g_array_index(code, struct code, i).name : NULL;

		g_ptr_array_add(out, (gpointer)debug_module_section(m, name));
	}
	g_array_unref(code);
}

static void read_all(struct reader *r, struct dw *dw)
{
	Elf *elf;
	Dwarf *dwarf;

	if (dw->dwfl) {
		read_units(r, dw->dwarf);
		return;
	}
	/* A handle that is given back with all the memory that its lines have taken. */
	elf = elf_begin(dw->fd, ELF_C_READ_MMAP, NULL);
	dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (dwarf)
		read_units(r, dwarf);
	dwarf_end(dwarf);
	elf_end(elf);
}

static GByteArray *write_all(const struct reader *r, struct dw *dw)
{
	struct table t = {
		.rows = g_byte_array_new(),
		.blocks = g_array_new(FALSE, FALSE, sizeof(struct stp_lines_block)),
		.sections = g_array_new(FALSE, TRUE, sizeof(struct stp_lines_section)),
	};
	GArray *code = find_code(dw);
	GByteArray *out;

	for (guint i = 0; i < code->len; i++) {
		const GElf_Shdr *header = &g_array_index(code, struct code, i).header;

		if (dw->dwfl || i == 0)
			begin_section(&t);
		write_code(&t, r, header, dw->dwfl ? header->sh_addr : 0);
	}
	flush(&t);
	out = assemble(&t, r->files);
	g_array_unref(code);
	g_array_unref(t.sections);
	g_array_unref(t.blocks);
	g_byte_array_unref(t.rows);
	return out;
}

GByteArray *dw_line_table(struct debug_module *m)
{
	struct reader r = {
		.rows = g_array_new(FALSE, FALSE, sizeof(struct row)),
		.numbers = g_hash_table_new(g_direct_hash, g_direct_equal),
		.names = g_hash_table_new(g_str_hash, g_str_equal),
		.files = g_ptr_array_new_with_free_func(g_free),
	};
	GByteArray *out;

	progress_begin("reading the source lines of %s", m->name);
	read_all(&r, dw_of(m));
	out = write_all(&r, dw_of(m));
	progress_end();
	g_ptr_array_unref(r.files);
	g_hash_table_unref(r.names);
	g_hash_table_unref(r.numbers);
	g_array_unref(r.rows);
	return out;
}
