/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lines.h - of which source line an address is: the table that a module takes with it, and how to
 * read it.
 *
 * The translator makes the table of a kernel, or of one of its modules, from DWARF
 * (elaborate/debuginfo/dwarf_line_table.c); a script that asks for lines is linked with it.
 * Reading it allocates nothing and looks at fewer than a hundred rows.  Plain C types: the
 * translator's tests run what a module runs.
 *
 *	struct stp_lines_header
 *	struct stp_lines_section, one for each part of the code that moves as one
 *	for each of these struct stp_lines_block, by address; and the rows
 *	unsigned int, for each file where its name begins
 *	the names, which end in 0
 *
 * All offsets are from the table's beginning, all numbers are of the machine.  A row says that a line
 * begins at an address and goes on to the next row's; line 0 is none.  Of a row there is what
 * differs from the one before it, in bytes of 7 bits, the lowest first, with the 8th set if more follow:
 *
 *	bytes of code since the last row * 2 + (is it another file?)
 *	line, as the difference to the last one: 2 * n, or -2 * n - 1 if n < 0
 *	file, if it is another one
 *
 * Before the first row of a block the address is the block's, and line and file are 0.
 */
#ifndef STP_LINES_H
#define STP_LINES_H

#define STP_LINES_VERSION 1	/* part of the name under which a compiled table is kept */
#define STP_LINES_BLOCK 64	/* rows */

struct stp_lines_header {
	unsigned int section_count;
	unsigned int files;	/* offset of the offsets of names */
};

struct stp_lines_section {
	unsigned long long base;	/* the first address that has a row */
	unsigned int size;		/* bytes of code from there */
	unsigned int block_count;
	unsigned int blocks;		/* offset */
	unsigned int rows_end;		/* offset of what follows the last row */
};

struct stp_lines_block {
	unsigned int pc;	/* from the section's base */
	unsigned int rows;	/* offset of its first row */
};

static inline unsigned long long stp_lines_number(const unsigned char **p)
{
	unsigned long long number = 0;
	unsigned int shift = 0;

	for (;; shift += 7) {
		unsigned char byte = *(*p)++;

		number |= (unsigned long long)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return number;
	}
}

/* The last block that does not begin behind pc, of at least one. */
static inline unsigned int stp_lines_block(const struct stp_lines_block *blocks,
					   unsigned int count, unsigned int pc)
{
	unsigned int low = 0, high = count;

	while (high - low > 1) {
		unsigned int middle = low + (high - low) / 2;

		if (blocks[middle].pc <= pc)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/*
 * The line of an address, in the file's numbers, of the table's section with this number.  *file: in
 * the table.  0: none is known.
 */
static inline unsigned int stp_lines_find(const void *table, unsigned int section,
					  unsigned long long address, const char **file)
{
	const char *start = table;
	const struct stp_lines_header *header = table;
	const struct stp_lines_section *s =
		(const struct stp_lines_section *)(const void *)(header + 1) + section;
	const struct stp_lines_block *blocks = (const void *)(start + s->blocks);
	const unsigned int *files = (const void *)(start + header->files);
	unsigned long long line = 0, number = 0, step, difference;
	const unsigned char *p, *end;
	unsigned int block, pc;

	if (section >= header->section_count || address < s->base ||
	    address - s->base >= s->size)
		return 0;
	address -= s->base;
	block = stp_lines_block(blocks, s->block_count, (unsigned int)address);
	p = (const unsigned char *)start + blocks[block].rows;
	end = (const unsigned char *)start +
	      (block + 1 < s->block_count ? blocks[block + 1].rows : s->rows_end);
	pc = blocks[block].pc;
	while (p < end) {
		step = stp_lines_number(&p);
		pc += (unsigned int)(step >> 1);
		if (pc > address)
			break;
		difference = stp_lines_number(&p);
		line += difference & 1 ? -(difference >> 1) - 1 : difference >> 1;
		if (step & 1)
			number = stp_lines_number(&p);
	}
	*file = start + files[number];
	return (unsigned int)line;
}

#endif
