/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timer.* probes: a high resolution timer each, or the kernel's own tick for timer.jiffies. */
#ifndef STP_PROBE_TIMER_H
#define STP_PROBE_TIMER_H

struct stp_timer_probe {
	const struct stp_probe *probe;
	u64 interval;		/* nanoseconds, or jiffies */
	/* each interval varies by at most this, in the same unit; 0: never */
	u64 randomize;
	bool jiffies;
};

extern const struct stp_probe_type stp_probe_type_timer;

#endif
