/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe_perf.h - perf.type(T).config(C) and timer.profile: events of performance counters. */
#ifndef STP_PROBE_PERF_H
#define STP_PROBE_PERF_H

struct stp_perf_probe {
	const struct stp_probe *probe;
	u32 type;		/* PERF_TYPE_* */
	u64 config;
	u64 period;		/* events between two hits; 0: by frequency */
	u64 frequency;		/* hits per second */
	bool tick;		/* the period is a jiffy */
};

extern const struct stp_probe_type stp_probe_type_perf;

#endif
