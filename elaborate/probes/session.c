// SPDX-License-Identifier: GPL-2.0-or-later
/* begin, end, error, never, unavailable: what happens once in a run, or not at all. */
#include "provider.h"

#include <errno.h>

enum event { EVENT_BEGIN, EVENT_END, EVENT_ERROR, EVENT_NEVER, EVENT_UNAVAILABLE };

struct session_probe {
	enum event event;
	gint64 order;
};

static const struct point_pattern patterns[] = {
	{ "begin", "when the script starts", EVENT_BEGIN },
	{ "begin(number)", "when the script starts, smallest number first", EVENT_BEGIN },
	{ "end", "when the script ends", EVENT_END },
	{ "end(number)", "when the script ends, smallest number first", EVENT_END },
	{ "error", "when the script ends in an error", EVENT_ERROR },
	{ "error(number)", "when the script ends in an error, smallest number first", EVENT_ERROR },
	{ "never", "at no time; its handler is checked all the same", EVENT_NEVER },
	{ "unavailable(string)", "not there, for the reason given: what an alias cannot be",
	  EVENT_UNAVAILABLE },
	{ NULL, NULL, 0 },
};

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	struct session_probe probe = { 0 };

	(void)s;
	probe.event = (enum event)match->pattern->value;
	if (probe.event == EVENT_UNAVAILABLE) {
		*why = match->arguments[0]->string;
		return -ENOENT;
	}
	probe.order = match->argument_count ? match->arguments[0]->number : 0;
	derive_probe(d, NULL, &probe);
	return 0;
}

static gint compare(const struct derived_probe *a, const struct derived_probe *b)
{
	const struct session_probe *x = a->data;
	const struct session_probe *y = b->data;

	if (x->event != y->event)
		return x->event < y->event ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	static const char *const names[] = {
		[EVENT_BEGIN] = "STP_SESSION_BEGIN",
		[EVENT_END] = "STP_SESSION_END",
		[EVENT_ERROR] = "STP_SESSION_ERROR",
		[EVENT_NEVER] = "STP_SESSION_NEVER",
	};
	const struct session_probe *data = probe->data;

	g_string_append_printf(out, ".event = %s", names[data->event]);
}

const struct probe_provider session_provider = {
	.name = "session",
	.doc = "the beginning and the end of the script's run",
	.patterns = patterns,
	.resolve = resolve,
	.compare = compare,
	.emit_element = emit_element,
	.private_size = sizeof(struct session_probe),
};
