/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * monitor.h - the head of the terminal tells how the script is (staprun -M); its output runs below.
 *
 * Standard error must be a terminal.  A terminal of few lines gets no head.
 */
#ifndef STAPIO_MONITOR_H
#define STAPIO_MONITOR_H

#include "common.h"

/* For messages and the head: what STP_SKIP_* are. */
extern const char *const skip_reasons[STP_SKIP_KINDS];

struct monitor {
	const char *script;	/* its module's name; NULL: there is no monitor */
	long interval;		/* seconds */
	long begun, next;	/* on the monotonic clock, in ms: begin, and when the head is due */
	int rows;		/* of the terminal as the head was set up for; 0: it was not */
};

/* -1: there is no terminal, and that was said. */
int monitor_open(struct monitor *monitor, const char *script, long seconds);
/* How long until the head is due, in ms, at most `most`. */
int monitor_wait(const struct monitor *monitor, int most);
void monitor_show(struct monitor *monitor, const struct stp_status *status);	/* if it is due */
void monitor_close(struct monitor *monitor);	/* the whole terminal scrolls again */

#endif
