// SPDX-License-Identifier: GPL-2.0-or-later
/* print.c - plain text into the print buffer, or into a string; formats are in format.c. */
#include "runtime.h"

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

/* Literals of a script may be longer than MAXSTRINGLEN. */
void stp_out_string(struct stp_out *out, const char *s)
{
	stp_out_bytes(out, s, strlen(s));
}
