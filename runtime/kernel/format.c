// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * format.c - the conversions of printf.
 *
 * The language's printf is not C's in all corners, and the kernel's has conversions that a script
 * must not reach, so the conversions are our own:
 *
 * - + and space switch off the padding with zeros; a precision does not;
 * - a number has at least one digit, whatever the precision; # puts a 0 before octal and 0x before
 *   hexadecimal, even when that is 0; %p is %#x;
 * - a width that is not positive is none;
 * - %b writes the low 1, 2, 4 or 8 bytes, as the width says, in the machine's order.
 */
#include "runtime.h"

/* A field is never wider than this: the width may come from the script's data. */
#define STP_FIELD_MAX 8192

void stp_out_repeat(struct stp_out *out, char byte, s64 count)
{
	char block[16];

	memset(block, byte, sizeof(block));
	for (; count > 0; count -= sizeof(block))
		stp_out_bytes(out, block, min_t(s64, count, sizeof(block)));
}

/* The digits of n, ending before `end`; where they begin. */
static char *stp_digits(char *end, u64 n, u32 base, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	do {
		*--end = digits[n % base];
		n /= base;
	} while (n);
	return end;
}

#define STP_DIGITS_MAX 22	/* 2^64 - 1 in octal */

void stp_out_long(struct stp_out *out, int64_t n)
{
	char digits[STP_DIGITS_MAX + 1];
	char *end = digits + sizeof(digits);
	char *begin = stp_digits(end, n < 0 ? 0 - (u64)n : n, 10, false);

	if (n < 0)
		*--begin = '-';
	stp_out_bytes(out, begin, end - begin);
}

/* Text in a field of f's width. */
static void stp_out_field(struct stp_out *out, struct stp_format f, const char *text, u32 length)
{
	s64 padding = (s64)min(f.width, STP_FIELD_MAX) - length;

	if (!(f.flags & STP_FMT_MINUS))
		stp_out_repeat(out, ' ', padding);
	stp_out_bytes(out, text, length);
	if (f.flags & STP_FMT_MINUS)
		stp_out_repeat(out, ' ', padding);
}

void stp_out_format_string(struct stp_out *out, struct stp_format f, const char *s)
{
	stp_out_field(out, f, s, f.precision < 0 ? strlen(s) : strnlen(s, f.precision));
}

static void stp_out_binary(struct stp_out *out, struct stp_format f, int64_t n)
{
	u32 size = f.width == 1 || f.width == 2 || f.width == 4 ? f.width : 8;

#ifdef __BIG_ENDIAN
	stp_out_bytes(out, (char *)&n + sizeof(n) - size, size);
#else
	stp_out_bytes(out, (char *)&n, size);
#endif
}

/* %c, and %#c: what is not printable as C writes it. */
static void stp_out_char(struct stp_out *out, struct stp_format f, u8 byte)
{
	static const char escaped[] = "\a\b\f\n\r\t\v\\'", letters[] = "abfnrtv\\'";
	const char *known = byte ? strchr(escaped, byte) : NULL;
	char text[5] = { byte };

	if (f.flags & STP_FMT_ALTERNATE && known)
		snprintf(text, sizeof(text), "\\%c", letters[known - escaped]);
	else if (f.flags & STP_FMT_ALTERNATE && (byte < ' ' || byte > '~'))
		snprintf(text, sizeof(text), "\\%03o", byte);
	stp_out_field(out, f, text, *text ? strlen(text) : 1);
}

void stp_out_format_long(struct stp_out *out, struct stp_format f, int64_t n)
{
	char digits[STP_DIGITS_MAX];
	char *end = digits + sizeof(digits);
	const char *prefix = "";
	u32 length, prefix_length, base = 10;
	s64 zeros, padding;
	bool upper = false;
	u64 magnitude = n;
	char *begin;

	switch (f.conversion) {
	case 'b':
	case 'n':
		stp_out_binary(out, f, n);
		return;
	case 'c':
		stp_out_char(out, f, n);
		return;
	case 'o':
		base = 8;
		if (f.flags & STP_FMT_ALTERNATE)
			prefix = "0";
		break;
	case 'X':
		upper = true;
		fallthrough;
	case 'x':
	case 'p':
		base = 16;
		if (f.conversion == 'p' || (f.flags & STP_FMT_ALTERNATE))
			prefix = upper ? "0X" : "0x";
		break;
	case 'u':
		break;
	default:
		if (n < 0) {
			prefix = "-";
			magnitude = 0 - (u64)n;
		} else if (f.flags & STP_FMT_PLUS) {
			prefix = "+";
		} else if (f.flags & STP_FMT_SPACE) {
			prefix = " ";
		}
		break;
	}

	begin = stp_digits(end, magnitude, base, upper);
	length = end - begin;
	prefix_length = strlen(prefix);
	zeros = max_t(s64, 0, (s64)min(f.precision, STP_FIELD_MAX) - length);
	padding = max_t(s64, 0, min(f.width, STP_FIELD_MAX) - (zeros + length + prefix_length));
	if ((f.flags & STP_FMT_ZERO) &&
	    !(f.flags & (STP_FMT_MINUS | STP_FMT_PLUS | STP_FMT_SPACE))) {
		zeros += padding;
		padding = 0;
	}

	if (!(f.flags & STP_FMT_MINUS))
		stp_out_repeat(out, ' ', padding);
	stp_out_bytes(out, prefix, prefix_length);
	stp_out_repeat(out, '0', zeros);
	stp_out_bytes(out, begin, length);
	if (f.flags & STP_FMT_MINUS)
		stp_out_repeat(out, ' ', padding);
}
