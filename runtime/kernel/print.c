// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * print.c - formatted output.
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
#include "embedded.h"

void stp_print_flush(struct stp_context *c)
{
	if (!c->print.length)
		return;
	stp_send(STP_RECORD_OUTPUT, c->print.text, c->print.length);
	c->print.length = 0;
}

/* Room for at least one byte, or 0: the rest is to be cut. */
static inline u32 stp_out_room(struct stp_out *out)
{
	if (out->length == out->size && out->sender)
		stp_print_flush(out->sender);
	return out->size - out->length;
}

void stp_out_bytes(struct stp_out *out, const char *bytes, u32 length)
{
	while (length) {
		u32 part = min(stp_out_room(out), length);

		if (!part)
			return;
		memcpy(out->text + out->length, bytes, part);
		out->length += part;
		bytes += part;
		length -= part;
	}
}

static void stp_out_repeat(struct stp_out *out, char byte, s64 count)
{
	while (count > 0) {
		u32 part = min_t(s64, stp_out_room(out), count);

		if (!part)
			return;
		memset(out->text + out->length, byte, part);
		out->length += part;
		count -= part;
	}
}

/* Literals of a script may be longer than MAXSTRINGLEN. */
void stp_out_string(struct stp_out *out, const char *s)
{
	stp_out_bytes(out, s, strlen(s));
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
	s64 padding = (s64)f.width - length;

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

void stp_out_format_long(struct stp_out *out, struct stp_format f, int64_t n)
{
	char digits[STP_DIGITS_MAX];
	char *end = digits + sizeof(digits);
	const char *prefix = "";
	u32 length, prefix_length, base = 10;
	s64 zeros, padding;
	bool upper = false;
	u64 magnitude = n;
	char *begin, byte;

	switch (f.conversion) {
	case 'b':
		stp_out_binary(out, f, n);
		return;
	case 'c':
		byte = n;
		stp_out_field(out, f, &byte, 1);
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
	zeros = max_t(s64, 0, (s64)f.precision - length);
	padding = max_t(s64, 0, f.width - (zeros + length + prefix_length));
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

void stp_print(struct stp_context *c, const char *format, ...)
{
	struct stp_out *out = &c->print;
	va_list args;
	int attempt, length;

	/* Into what room there is; when that is too small, once more into the empty buffer. */
	for (attempt = 0; attempt < 2; attempt++) {
		u32 room = out->size - out->length;

		va_start(args, format);
		length = vsnprintf(out->text + out->length, room, format, args);
		va_end(args);
		if (length < (int)room) {
			out->length += length;
			return;
		}
		if (attempt == 0)
			stp_print_flush(c);
	}
	out->length = out->size - 1;	/* vsnprintf() has cut it and put its NUL last */
}
