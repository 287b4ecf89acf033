// SPDX-License-Identifier: GPL-2.0-or-later
/* timer.*: at intervals. */
#include "provider.h"

#include <errno.h>

#define NS_PER_S G_GINT64_CONSTANT(1000000000)
#define JIFFIES 0	/* the pattern's value where there is no unit in nanoseconds */
#define HERTZ (-1)
#define MIN_INTERVAL_NS 10000	/* a shorter one would leave the machine no time */

struct timer_probe {
	guint64 interval, randomize;
	bool jiffies;
};

#define UNIT(name, value)                                                \
	{ "timer." name "(number)", "each so many " name, value },       \
	{                                                                \
		"timer." name "(number).randomize(number)",              \
			"each so many " name ", varied at random", value \
	}

static const struct point_pattern patterns[] = {
	UNIT("s", NS_PER_S),
	UNIT("sec", NS_PER_S),
	UNIT("ms", 1000000),
	UNIT("msec", 1000000),
	UNIT("us", 1000),
	UNIT("usec", 1000),
	UNIT("ns", 1),
	UNIT("nsec", 1),
	UNIT("jiffies", JIFFIES),
	{ "timer.hz(number)", "so many times a second", HERTZ },
	{ NULL, NULL, 0 },
};

/* number units in ns (or jiffies), bounded; a zero or a negative number is refused. */
static int scale(struct session *s, const struct point_match *match, guint argument, guint64 least,
		 guint64 *result)
{
	const struct expr *number = match->arguments[argument];
	gint64 unit = match->pattern->value;

	if (number->number < (gint64)least) {
		report_semantic(s->diagnostics, "timer-range", number->token, NULL,
				"timer interval must be at least %" G_GUINT64_FORMAT, least);
		return -EINVAL;
	}
	if (unit == HERTZ)
		*result = NS_PER_S / (guint64)number->number;
	else if (unit == JIFFIES)
		*result = (guint64)number->number;
	else if (number->number > G_MAXINT64 / unit)
		*result = G_MAXINT64;
	else
		*result = (guint64)(number->number * unit);
	return 0;
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	struct timer_probe probe = { 0 };

	(void)why;
	probe.jiffies = match->pattern->value == JIFFIES;
	if (scale(s, match, 0, 1, &probe.interval))
		return -EINVAL;
	if (match->argument_count > 1 && scale(s, match, 1, 0, &probe.randomize))
		return -EINVAL;
	if (!probe.jiffies && probe.interval < MIN_INTERVAL_NS)
		probe.interval = MIN_INTERVAL_NS;
	/* A jiffies timer is armed with an unsigned long of them, and half of that is the past. */
	if (probe.jiffies && probe.interval > G_MAXINT32)
		probe.interval = G_MAXINT32;
	if (probe.randomize >= probe.interval)
		probe.randomize = probe.interval - 1;
	derive_probe(d, NULL, &probe);
	return 0;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct timer_probe *data = probe->data;

	g_string_append_printf(out, ".interval = %" G_GUINT64_FORMAT "ULL", data->interval);
	if (data->randomize)
		g_string_append_printf(out, ", .randomize = %" G_GUINT64_FORMAT "ULL",
				       data->randomize);
	if (data->jiffies)
		g_string_append(out, ", .jiffies = true");
}

const struct probe_provider timer_provider = {
	.name = "timer",
	.doc = "at intervals of time",
	.patterns = patterns,
	.resolve = resolve,
	.emit_element = emit_element,
	.rearms = true,
	.private_size = sizeof(struct timer_probe),
};
