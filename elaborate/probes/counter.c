// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf.type(T).config(C).counter("name"): a performance counter that only counts.  Its probe never
 * hits, so its handler never runs; handlers of other probes read it as @perf("name").
 *
 * It is a family of its own because of its place in the order of arming: it has to count while
 * any handler of the others may run.
 */
#include "elaborate.h"
#include "provider.h"
#include "similar.h"

#include <errno.h>
#include <string.h>

struct counter_probe {
	gint64 type, config;
	const struct expr *name;	/* a literal */
	guint number;			/* among the script's counters */
};

static const struct point_pattern patterns[] = {
	{ "perf.type(number).config(number).counter(string)",
	  "no probe: counts events for @perf(string)", 0 },
	{ NULL, NULL, 0 },
};

static const struct counter_probe *counter_of(const struct derived_probe *probe)
{
	return probe->provider == &counter_provider ? probe->data : NULL;
}

/* NULL: there is none; *count: how many there are. */
static const struct counter_probe *find(struct session *s, const char *name, guint *count)
{
	*count = 0;
	for (guint i = 0; i < s->probes->len; i++) {
		const struct counter_probe *c = counter_of(s->probes->pdata[i]);

		if (c && !strcmp(c->name->string, name))
			return c;
		*count += c != NULL;
	}
	return NULL;
}

int counter_number(struct session *s, const char *name, const char **why)
{
	guint count;
	const struct counter_probe *counter = find(s, name, &count);
	GPtrArray *names;
	char *similar;

	if (counter)
		return (int)counter->number;
	names = g_ptr_array_new();
	for (guint i = 0; i < s->probes->len; i++)
		if ((counter = counter_of(s->probes->pdata[i])))
			g_ptr_array_add(names, (char *)counter->name->string);
	similar = similar_suffix(name, names);
	*why = arena_printf(s->arena, "no perf counter has the name '%s'%s", name, similar);
	g_free(similar);
	g_ptr_array_unref(names);
	return -ENOENT;
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	struct counter_probe probe = {
		.type = match->arguments[0]->number,
		.config = match->arguments[1]->number,
		.name = match->arguments[2],
	};
	const struct counter_probe *other = find(s, probe.name->string, &probe.number);

	(void)why;
	if (perf_check_type(s, match->arguments[0]))
		return -EINVAL;
	if (other) {
		report_semantic(s->diagnostics, "perf-counter-twice", probe.name->token,
				other->name->token == probe.name->token ? NULL :
									  other->name->token,
				"two perf counters have the name '%s'", probe.name->string);
		return -EINVAL;
	}
	derive_probe(d, NULL, &probe);
	return 0;
}

static gint compare(const struct derived_probe *a, const struct derived_probe *b)
{
	return (gint)counter_of(a)->number - (gint)counter_of(b)->number;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct counter_probe *data = probe->data;

	g_string_append_printf(out,
			       ".type = %" G_GINT64_FORMAT ", .config = %" G_GINT64_FORMAT "LL",
			       data->type, data->config);
}

const struct probe_provider counter_provider = {
	.name = "counter",
	.doc = "performance counters that are read by @perf",
	.patterns = patterns,
	.resolve = resolve,
	.compare = compare,
	.emit_element = emit_element,
	.private_size = sizeof(struct counter_probe),
	.never_hits = true,
};
