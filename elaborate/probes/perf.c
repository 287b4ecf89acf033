// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf.type(T).config(C): each so many events of the kernel's performance counters, and
 * timer.profile, which is its clock on every CPU.
 */
#include "provider.h"

#include <errno.h>

#define SAMPLE 1	/* the last number is a period */
#define HERTZ 2		/* … or a frequency */
#define PROFILE 4
#define PROCESS 8	/* of one process */

#define DEFAULT_PERIOD 1000000	/* events, or nanoseconds of a clock */
#define SOFTWARE 1		/* PERF_TYPE_SOFTWARE */
#define CPU_CLOCK 0		/* PERF_COUNT_SW_CPU_CLOCK */

struct perf_probe {
	gint64 type, config;
	guint64 period;		/* or a frequency */
	bool hertz;
	bool tick;		/* as often as the kernel's own timer */
};

static const struct point_pattern patterns[] = {
	{ "perf.type(number).config(number)", "each million events of a performance counter", 0 },
	{ "perf.type(number).config(number).sample(number)", "each so many of them", SAMPLE },
	{ "perf.type(number).config(number).hz(number)", "so many times a second", HERTZ },
	{ "perf.type(number).config(number).process(string)",
	  "those of a process (not supported yet)", PROCESS },
	{ "perf.type(number).config(number).sample(number).process(string)", "the same", PROCESS },
	{ "perf.type(number).config(number).hz(number).process(string)", "the same", PROCESS },
	{ "perf.type(number).config(number).process(string).counter(string)", "the same", PROCESS },
	{ "timer.profile", "on all CPUs at each tick, also in user space", PROFILE },
	{ "timer.profile.tick", "the same", PROFILE },
	{ "timer.profile.freq", "the same", PROFILE },
	{ "timer.profile.freq.hz(number)", "on all CPUs so many times a second", PROFILE | HERTZ },
	{ NULL, NULL, 0 },
};

int perf_check_type(struct session *s, const struct expr *type)
{
	if (type->number >= 0 && type->number <= G_MAXUINT32)
		return 0;
	report_semantic(s->diagnostics, "perf-range", type->token, NULL,
			"a counter's type is one of the kernel's PERF_TYPE numbers");
	return -EINVAL;
}

static int refuse_process(struct session *s, const struct point_match *match)
{
	const struct expr *path = match->arguments[2];

	if (path->kind != EXPR_STRING)
		path = match->arguments[3];
	report_semantic(s->diagnostics, "perf-process", path->token, NULL,
			"counters of one process belong to probes in user space, which are not "
			"supported yet");
	return -EINVAL;
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	gint64 flags = match->pattern->value;
	guint last = flags & PROFILE ? 0 : 2;
	const struct expr *number = match->argument_count > last ? match->arguments[last] : NULL;
	struct perf_probe probe = {
		.type = flags & PROFILE ? SOFTWARE : match->arguments[0]->number,
		.config = flags & PROFILE ? CPU_CLOCK : match->arguments[1]->number,
		.period = DEFAULT_PERIOD,
		.hertz = flags & HERTZ,
		.tick = flags == PROFILE,
	};

	(void)why;
	if (flags & PROCESS)
		return refuse_process(s, match);
	if (number && number->number < 1) {
		report_semantic(s->diagnostics, "perf-range", number->token, NULL,
				"a counter's %s must be at least 1",
				probe.hertz ? "frequency" : "period");
		return -EINVAL;
	}
	if (!(flags & PROFILE) && perf_check_type(s, match->arguments[0]))
		return -EINVAL;
	if (number)
		probe.period = (guint64)number->number;
	derive_probe(d, NULL, &probe);
	return 0;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct perf_probe *data = probe->data;

	g_string_append_printf(out,
			       ".type = %" G_GINT64_FORMAT ", .config = %" G_GINT64_FORMAT
			       "LL, .%s = %" G_GUINT64_FORMAT "ULL",
			       data->type, data->config, data->hertz ? "frequency" : "period",
			       data->period);
	if (data->tick)
		g_string_append(out, ", .tick = true");
}

const struct probe_provider perf_provider = {
	.name = "perf",
	.doc = "performance counters, and a profile by the clock",
	.patterns = patterns,
	.resolve = resolve,
	.emit_element = emit_element,
	.private_size = sizeof(struct perf_probe),
};
