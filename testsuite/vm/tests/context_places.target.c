// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For context_places: a function whose variables are where no compiler puts them.  Their DWARF is
 * written here by hand; at the entry way, memory, low and high are in rdi, rsi, rdx and rcx.
 */
#include <linux/module.h>

struct place {
	long low;
	int high : 12;
	unsigned int tail : 20;
	unsigned int quarter;	/* 0.25, as a float's bits */
};

static struct place place = { 70, -71, 72, 0x3e800000 };

noinline __attribute__((noclone)) long places(long way, struct place *memory, long low, long high);

long places(long way, struct place *memory, long low, long high)
{
	return way ? memory->low : low;
}

static int places_set(const char *value, const struct kernel_param *parameter)
{
	long way = value[0] - '0', high = 73 << 12 | 185;

	pr_info("places %ld\n", places(way, &place, 80, high));
	place.low = 70;
	return 0;
}

static const struct kernel_param_ops places_operations = { .set = places_set };
module_param_cb(way, &places_operations, NULL, 0200);

static int __init places_init(void)
{
	return 0;
}

static void __exit places_exit(void)
{
}

asm(".pushsection .debug_abbrev,\"\",@progbits\n"
    ".Labbreviations:\n"
    " .byte 1, 0x11, 1, 0x03, 0x08, 0x11, 0x01, 0x12, 0x07, 0x13, 0x0b, 0, 0\n"	/* unit: name, pcs, language */
    " .byte 2, 0x24, 0, 0x03, 0x08, 0x0b, 0x0b, 0x3e, 0x0b, 0, 0\n"	/* base type: name, size, encoding */
    " .byte 3, 0x13, 1, 0x03, 0x08, 0x0b, 0x0b, 0, 0\n"			/* struct: name, size */
    " .byte 4, 0x0d, 0, 0x03, 0x08, 0x49, 0x13, 0x38, 0x0b, 0, 0\n"	/* member: name, type, offset */
    " .byte 5, 0x0d, 0, 0x03, 0x08, 0x49, 0x13, 0x0d, 0x0b, 0x6b, 0x0b, 0, 0\n"	/* bits: size, offset */
    " .byte 6, 0x2e, 1, 0x03, 0x08, 0x3f, 0x19, 0x49, 0x13, 0x11, 0x01, 0x12, 0x07, 0, 0\n"	/* function */
    " .byte 7, 0x34, 0, 0x03, 0x08, 0x49, 0x13, 0x02, 0x18, 0, 0\n"	/* variable: name, type, place */
    " .byte 0\n"
    ".popsection\n"
    ".pushsection .debug_info,\"\",@progbits\n"
    ".Lunit:\n"
    " .long .Lend - .Lbegin\n"
    ".Lbegin: .short 5\n .byte 1, 8\n .long .Labbreviations\n"
    " .byte 1\n .asciz \"places.c\"\n .quad places\n .quad 64\n .byte 12\n"
    ".Llong: .byte 2\n .asciz \"long\"\n .byte 8, 5\n"
    ".Lint: .byte 2\n .asciz \"int\"\n .byte 4, 5\n"
    ".Lunsigned: .byte 2\n .asciz \"unsigned\"\n .byte 4, 7\n"
    ".Lfloat: .byte 2\n .asciz \"float\"\n .byte 4, 4\n"
    ".Ldouble: .byte 2\n .asciz \"double\"\n .byte 8, 4\n"
    ".Lplace: .byte 3\n .asciz \"place\"\n .byte 16\n"
    " .byte 4\n .asciz \"low\"\n .long .Llong - .Lunit\n .byte 0\n"
    " .byte 5\n .asciz \"high\"\n .long .Lint - .Lunit\n .byte 12, 64\n"
    " .byte 5\n .asciz \"tail\"\n .long .Lunsigned - .Lunit\n .byte 20, 76\n"
    " .byte 0\n"
    " .byte 6\n .asciz \"places\"\n .long .Llong - .Lunit\n .quad places\n .quad 64\n"
    /* way: rdi */
    " .byte 7\n .asciz \"way\"\n .long .Llong - .Lunit\n .byte 1, 0x55\n"
    /* either: in memory at rsi if way is not 0, else in rdx and rcx: bra; reg1 piece 8 reg2 piece 8; breg4 0 */
    " .byte 7\n .asciz \"either\"\n .long .Lplace - .Lunit\n .byte 2f - 1f\n"
    "1: .byte 0x75, 0, 0x28, 9, 0, 0x51, 0x93, 8, 0x52, 0x93, 8, 0x2f, 2, 0, 0x74, 0\n2:\n"
    /* scalar: the same of low alone, in rdx */
    " .byte 7\n .asciz \"scalar\"\n .long .Llong - .Lunit\n .byte 2f - 1f\n"
    "1: .byte 0x75, 0, 0x28, 4, 0, 0x51, 0x2f, 2, 0, 0x74, 0\n2:\n"
    /* scaled: (long)(((double)way + 0.5) * 4) */
    " .byte 7\n .asciz \"scaled\"\n .long .Llong - .Lunit\n .byte 2f - 1f\n"
    "1: .byte 0xa5, 5\n .uleb128 .Llong - .Lunit\n .byte 0xa8\n .uleb128 .Ldouble - .Lunit\n"
    " .byte 0xa4\n .uleb128 .Ldouble - .Lunit\n .byte 8\n .quad 0x3fe0000000000000\n .byte 0x22\n"
    " .byte 0xa4\n .uleb128 .Ldouble - .Lunit\n .byte 8\n .quad 0x4010000000000000\n .byte 0x1e, 0xa8\n"
    " .uleb128 .Llong - .Lunit\n .byte 0x9f\n2:\n"
    /* ratio: the bits of -(float)way / memory->quarter */
    " .byte 7\n .asciz \"ratio\"\n .long .Lunsigned - .Lunit\n .byte 2f - 1f\n"
    "1: .byte 0xa5, 5\n .uleb128 .Llong - .Lunit\n .byte 0xa8\n .uleb128 .Lfloat - .Lunit\n .byte 0x1f, 0x74, 12\n"
    " .byte 0xa6, 4\n .uleb128 .Lfloat - .Lunit\n .byte 0x1b, 0xa9\n .uleb128 .Lunsigned - .Lunit\n .byte 0x9f\n2:\n"
    /* above: (double)way > 2.5 ? 1 : 2 */
    " .byte 7\n .asciz \"above\"\n .long .Llong - .Lunit\n .byte 2f - 1f\n"
    "1: .byte 0xa5, 5\n .uleb128 .Llong - .Lunit\n .byte 0xa8\n .uleb128 .Ldouble - .Lunit\n"
    " .byte 0xa4\n .uleb128 .Ldouble - .Lunit\n .byte 8\n .quad 0x4004000000000000\n .byte 0x2b, 0x28, 4, 0\n"
    " .byte 0x32, 0x2f, 1, 0, 0x31, 0x9f\n2:\n"
    /* vector: in xmm0 */
    " .byte 7\n .asciz \"vector\"\n .long .Llong - .Lunit\n .byte 1, 0x61\n"
    " .byte 0, 0\n"
    ".Lend:\n"
    ".popsection\n");

module_init(places_init);
module_exit(places_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("variables in unusual places");
