/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe_counter.h - perf.type(T).config(C).counter("name"), and @perf("name") that reads it. */
#ifndef STP_PROBE_COUNTER_H
#define STP_PROBE_COUNTER_H

struct stp_counter_probe {
	const struct stp_probe *probe;
	u32 type;		/* PERF_TYPE_* */
	u64 config;
};

extern const struct stp_probe_type stp_probe_type_counter;

/*
 * What the counter with this number in the family's table has counted on this CPU, from the start
 * to now or to the end; or an error.
 */
int64_t stp_counter(struct stp_context *c, u32 number, const char *place);

#endif
