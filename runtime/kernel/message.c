// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * message.c - what embedded C says: formatted output, errors, warnings, requests to stapio.
 *
 * The kernel's vsnprintf() takes no lock and does not sleep, so it may be used in any context; its
 * formats are for C, which is trusted, and not for scripts.
 */
#include "runtime.h"
#include "embedded.h"

static void stp_compose_error(struct stp_context *c, const char *place, const char *format,
			      va_list args)
{
	vscnprintf(c->error_text, sizeof(c->error_text), format, args);
	stp_error(c, place, c->error_text);
}

void stp_errorf(struct stp_context *c, const char *place, const char *format, ...)
{
	va_list args;

	if (c->last_error)
		return;
	va_start(args, format);
	stp_compose_error(c, place, format, args);
	va_end(args);
}

void stp_embedded_error(struct stp_context *c, const char *place, const char *format, ...)
{
	va_list args;

	if (c->last_error)
		return;
	c->error_caller = c->last_stmt;
	va_start(args, format);
	stp_compose_error(c, place, format, args);
	va_end(args);
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

void stp_warn(struct stp_context *c, const char *text)
{
	stp_print_flush(c);
	stp_send(STP_RECORD_WARNING, text, stp_string_length(text));
}

void stp_log(struct stp_context *c, const char *text)
{
	struct stp_out out = { .text = c->print.text, .size = c->print.size - 1 };

	stp_print_flush(c);
	stp_out_string(&out, text);
	out.text[out.length++] = '\n';
	stp_send(STP_RECORD_LOG, out.text, out.length);
}

void stp_command(struct stp_context *c, const char *command)
{
	stp_print_flush(c);
	stp_send(STP_RECORD_COMMAND, command, stp_string_length(command));
}

void stp_switch_file(struct stp_context *c)
{
	stp_print_flush(c);
	stp_send(STP_RECORD_SWITCH, "", 0);
}

void stp_message_failed(const struct stp_probe *probe, int rc)
{
	stp_message(STP_RECORD_WARNING,
		    "probe %s (%s) registration error [man warning::pass5] (rc %d)", probe->point,
		    probe->place, rc);
}
