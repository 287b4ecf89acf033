/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe_trace.h - kernel.trace("system:name"): tracepoints. */
#ifndef STP_PROBE_TRACE_H
#define STP_PROBE_TRACE_H

#define STP_TRACE_ARGUMENTS 12

struct stp_trace_probe {
	const struct stp_probe *probe;
	const char *tracepoint;	/* "sched_switch" */
	const char *module;	/* that has it; NULL: the kernel */
	u32 words;		/* of its arguments, at most STP_TRACE_ARGUMENTS */
	bool quiet;		/* one of many by a wildcard: failures are counted, not named */
};

extern const struct stp_probe_type stp_probe_type_trace;

#endif
