// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * overload.c - handlers that take too much of a CPU's time end the script.
 *
 * One of some hits is timed, and stands for all of them.  It counts up to a part of the interval:
 * more is no handler's doing, but that of interrupts, or of a hypervisor that let the CPU stand
 * still.
 */
#include <linux/kprobes.h>

#include "runtime.h"

#define STP_PART_OF_INTERVAL 512

void stp_account(struct stp_context *c, u64 entered)
{
	u64 interval = stp_script.limits.overload_interval;
	u64 now = get_cycles();

	if (now - c->interval_began > interval) {
		c->interval_began = now;
		c->interval_spent = 0;
	}
	c->interval_spent += min(now - entered, interval / STP_PART_OF_INTERVAL) *
			     STP_HITS_PER_SAMPLE;
	if (!stp_script.limits.overload_threshold ||
	    c->interval_spent <= stp_script.limits.overload_threshold)
		return;
	c->interval_spent = 0;
	c->last_error = "probe overhead exceeded threshold [man error::fault]";
	c->last_stmt = c->probe->place;
	stp_fail();
}
NOKPROBE_SYMBOL(stp_account);
