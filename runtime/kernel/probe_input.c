// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_input.c - characters and lines that stapio has read, in its context.
 *
 * A line is at most a string long, what is longer comes in pieces; the last one may have no end.
 */
#include <linux/uaccess.h>

#include "runtime.h"
#include "probe_input.h"

static DEFINE_MUTEX(stp_input_busy);
static struct stp_probe_set *stp_input_set;	/* while it is armed */
static char stp_input_line[MAXSTRINGLEN];
static u32 stp_input_length;			/* of the line so far */

static void stp_input_hit(bool line, char *text)
{
	const struct stp_input_probe *probes = stp_input_set->table;
	struct stp_context *c;
	u32 i;

	for (i = 0; i < stp_input_set->count; i++) {
		if (probes[i].line != line)
			continue;
		c = stp_enter(probes[i].probe, STP_STATE_RUNNING, NULL);
		if (!c)
			continue;
		c->saved = text;
		probes[i].probe->handler(c);
		stp_leave(c);
	}
}

static void stp_input_end_line(void)
{
	stp_input_line[stp_input_length] = 0;
	stp_input_length = 0;
	stp_input_hit(true, stp_input_line);
}

static void stp_input_byte(char byte)
{
	char text[2] = { byte };

	stp_input_hit(false, text);
	if (byte == '\n') {
		stp_input_end_line();
		return;
	}
	if (stp_input_length == MAXSTRINGLEN - 1)
		stp_input_end_line();
	stp_input_line[stp_input_length++] = byte;
}

long stp_input(const void __user *argument)
{
	struct stp_input input;
	u32 i;

	if (copy_from_user(&input, argument, sizeof(input)))
		return -EFAULT;
	if (input.length > sizeof(input.text))
		return -EINVAL;
	mutex_lock(&stp_input_busy);
	/* No string has a NUL in it. */
	for (i = 0; i < input.length && stp_input_set; i++)
		if (input.text[i])
			stp_input_byte(input.text[i]);
	if (!input.length && stp_input_set && stp_input_length)
		stp_input_end_line();
	mutex_unlock(&stp_input_busy);
	return 0;
}

static int stp_input_arm(struct stp_probe_set *set)
{
	const struct stp_input_probe *probes = set->table;
	u32 i;

	for (i = 0; i < set->count; i++)
		set->flags |= probes[i].line ? STP_INPUT_LINE : STP_INPUT_CHAR;
	set->armed = set->count;
	WRITE_ONCE(stp_input_set, set);
	return 0;
}

static void stp_input_disarm(struct stp_probe_set *set)
{
	set->flags = 0;
	mutex_lock(&stp_input_busy);
	WRITE_ONCE(stp_input_set, NULL);
	mutex_unlock(&stp_input_busy);
}

const struct stp_probe_type stp_probe_type_input = {
	.name = "input",
	.arm = stp_input_arm,
	.disarm = stp_input_disarm,
};
