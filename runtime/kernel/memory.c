// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memory.c - reads at addresses that a script may have from anywhere: a bad one is an error of the
 * script, never an oops.
 */
#include <linux/uaccess.h>

#include "runtime.h"
#include "embedded.h"

bool stp_read_kernel(void *to, u64 address, size_t size)
{
	return stp_is_kernel_memory(address, size) &&
	       !copy_from_kernel_nofault(to, (const void *)(unsigned long)address, size);
}

bool stp_read_user(void *to, u64 address, size_t size)
{
	return !copy_from_user_nofault(to, (const void __user *)(unsigned long)address, size);
}

/* Copied at a time; a piece never crosses the end of a page, behind which there may be none. */
#define STP_PIECE 64

static size_t stp_piece(u64 address, size_t left)
{
	return min3(left, (size_t)STP_PIECE, (size_t)(PAGE_SIZE - offset_in_page(address)));
}

bool stp_read_string(char *to, u64 address, size_t room,
		     bool (*read)(void *to, u64 address, size_t size))
{
	while (room) {
		size_t piece = stp_piece(address, room);

		if (!read(to, address, piece)) {
			*to = 0;
			return false;
		}
		if (strnlen(to, piece) < piece)
			return true;
		to += piece;
		address += piece;
		room -= piece;
	}
	*to = 0;
	return true;
}

/* ---- %m and %M ------------------------------------------------------------------------------- */

#define STP_MEMORY_MAX 8192	/* bytes that one conversion shows */

static size_t stp_memory_size(struct stp_format f)
{
	return f.precision < 0 ? 1 : min(f.precision, STP_MEMORY_MAX);
}

bool stp_memory_check(struct stp_context *c, struct stp_format f, int64_t address,
		      const char *place)
{
	size_t left = stp_memory_size(f);
	u64 at = address;
	char bytes[STP_PIECE];

	while (left) {
		size_t piece = stp_piece(at, left);

		if (!stp_read_kernel(bytes, at, piece)) {
			stp_errorf(c, place, "read fault [man error::fault] at 0x%llx", at);
			return false;
		}
		at += piece;
		left -= piece;
	}
	return true;
}

void stp_out_memory(struct stp_out *out, struct stp_format f, int64_t address)
{
	size_t left = stp_memory_size(f), i;
	s64 padding = (s64)min(f.width, STP_MEMORY_MAX) -
		      (s64)(f.conversion == 'M' ? 2 * left : left);
	u64 at = address;
	char bytes[STP_PIECE];

	if (!(f.flags & STP_FMT_MINUS))
		stp_out_repeat(out, ' ', padding);
	while (left) {
		size_t piece = stp_piece(at, left);

		if (!stp_read_kernel(bytes, at, piece))
			break;	/* it was there a moment ago */
		for (i = 0; f.conversion == 'M' && i < piece; i++) {
			char hex[2] = { hex_asc_hi(bytes[i]), hex_asc_lo(bytes[i]) };

			stp_out_bytes(out, hex, 2);
		}
		if (f.conversion == 'm')
			stp_out_bytes(out, bytes, piece);
		at += piece;
		left -= piece;
	}
	if (f.flags & STP_FMT_MINUS)
		stp_out_repeat(out, ' ', padding);
}
