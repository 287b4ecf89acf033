// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 3, a script's globals: scalars, arrays and aggregates, each with its lock. */
#include "translate.h"

static const char *type_constant(enum value_type type)
{
	switch (type) {
	case TYPE_STRING:
		return "STP_STRING";
	case TYPE_STATS:
		return "STP_STATS";
	default:
		return "STP_LONG";
	}
}

/* May the user give it another initial value? */
static bool is_settable(const struct variable *v)
{
	return v->keys <= 0 && v->type != TYPE_STATS && !v->token->source->library;
}

/* The values from low to high, and one bucket on either side. */
static guint64 linear_buckets(const struct expr *h)
{
	return ((guint64)h->histogram.high - (guint64)h->histogram.low) /
		       (guint64)h->histogram.width + 3;
}

/* The memory of an aggregate, or of an array's. */
static void emit_stats(GString *out, const struct variable *v, const char *name)
{
	const struct expr *h = v->histogram;
	bool linear = h && h->histogram.linear;

	g_string_append_printf(out, "static struct stp_stats %s%s = {\n\t.name = \"%s\", "
				    ".lock = &%s_lock, ",
			       name, v->keys > 0 ? "_stats" : "", v->name, name);
	if (v->keys <= 0)
		g_string_append(out, ".entries = 1,\n");
	else if (v->size)
		g_string_append_printf(out, ".entries = %" G_GUINT64_FORMAT ",\n", v->size + 1);
	else
		g_string_append(out, ".entries = MAXMAPENTRIES + 1,\n");
	if (v->variance)
		g_string_append_printf(out, "\t.variance = 1, .shift = %" G_GINT64_FORMAT ",\n",
				       v->variance->extract.shift);
	if (h)
		g_string_append(out, "\t.bar_width = HIST_WIDTH, .elision = HIST_ELISION,\n");
	if (linear)
		g_string_append_printf(
			out,
			"\t.histogram = STP_HIST_LINEAR, .buckets = %" G_GUINT64_FORMAT ",\n"
			"\t.low = (int64_t)%" G_GUINT64_FORMAT "ULL, .width = %" G_GINT64_FORMAT
			"LL,\n",
			linear_buckets(h), (guint64)h->histogram.low, h->histogram.width);
	else if (h)
		g_string_append(out, "\t.histogram = STP_HIST_LOG, "
				     ".buckets = STP_HIST_LOG_BUCKETS,\n");
	g_string_append(out, "};\n");
}

static void emit_array(GString *out, const struct variable *v, const char *name)
{
	g_string_append_printf(out, "static struct stp_map %s = {\n\t.name = \"%s\", .keys = %d, "
				    ".value_type = %s,\n\t.key_types = { ",
			       name, v->name, v->keys, type_constant(v->type));
	for (int i = 0; i < v->keys; i++)
		g_string_append_printf(out, "%s%s", i ? ", " : "", type_constant(v->key_types[i]));
	g_string_append(out, " },\n\t");
	if (v->size)
		g_string_append_printf(
			out, ".max_entries = %" G_GUINT64_FORMAT ", .stated_size = true", v->size);
	else
		g_string_append(out, ".max_entries = MAXMAPENTRIES");
	if (v->wrap)
		g_string_append(out, ", .wrap = 1");
	if (v->type == TYPE_STATS)
		g_string_append_printf(out, ", .stats = &%s_stats", name);
	if (v->sorts)
		g_string_append_printf(out, ", .sorts = %u", v->sorts);
	g_string_append(out, "\n};\n");
}

static void emit_scalar(GString *out, const struct variable *v, const char *name)
{
	char *init = v->init && v->init->kind == EXPR_STRING ? c_string(v->init->string) : NULL;

	if (v->type == TYPE_STRING)
		g_string_append_printf(out, "static stp_string %s%s%s;\n", name, init ? " = " : "",
				       init ? init : "");
	else if (v->init)
		g_string_append_printf(out,
				       "static int64_t %s = (int64_t)%" G_GUINT64_FORMAT "ULL;\n",
				       name, (guint64)v->init->number);
	else
		g_string_append_printf(out, "static int64_t %s;\n", name);
	g_free(init);
}

/* What each global is to the runtime, besides its lock. */
struct tables {
	GString *maps, *stats, *scalars;
};

static void emit_global(const struct translator *t, GString *out, struct tables *tables,
			const struct variable *v)
{
	const char *name = global_c_name(t, v);
	bool is_stats = v->type == TYPE_STATS;

	g_string_append_printf(out, "static struct stp_lock %s_lock;\n", name);
	if (is_stats) {
		emit_stats(out, v, name);
		g_string_append_printf(tables->stats, "\t&%s%s,\n", name,
				       v->keys > 0 ? "_stats" : "");
	}
	if (v->keys > 0) {
		emit_array(out, v, name);
		g_string_append_printf(tables->maps, "\t&%s,\n", name);
	} else if (!is_stats) {
		emit_scalar(out, v, name);
		if (is_settable(v))
			g_string_append_printf(tables->scalars, "\t{ \"%s\", %s, %s%s },\n",
					       v->name, type_constant(v->type),
					       v->type == TYPE_STRING ? "" : "&", name);
	}
	g_string_append_c(out, '\n');
}

/* One table, if anything is in it. */
static void emit_table(GString *out, const char *head, GString *rows)
{
	if (rows->len)
		g_string_append_printf(out, "%s[] = {\n%s};\n\n", head, rows->str);
	g_string_free(rows, TRUE);
}

void emit_globals(struct translator *t, GString *out)
{
	const GPtrArray *globals = t->s->used_globals;
	struct tables tables = {
		.maps = g_string_new(NULL),
		.stats = g_string_new(NULL),
		.scalars = g_string_new(NULL),
	};

	if (globals->len)
		g_string_append(out, "/* ---- globals ---- */\n\n");
	for (guint i = 0; i < globals->len; i++)
		emit_global(t, out, &tables, globals->pdata[i]);
	emit_table(out, "static struct stp_map *const maps", tables.maps);
	emit_table(out, "static struct stp_stats *const stats", tables.stats);
	emit_table(out, "static const struct stp_global globals", tables.scalars);
}

void emit_global_tables(const struct translator *t, GString *out)
{
	const GPtrArray *globals = t->s->used_globals;
	bool maps = false, stats = false, scalars = false;

	for (guint i = 0; i < globals->len; i++) {
		const struct variable *v = globals->pdata[i];

		maps |= v->keys > 0;
		stats |= v->type == TYPE_STATS;
		scalars |= is_settable(v);
	}
	if (maps)
		g_string_append(out, "\t.maps = maps, .map_count = ARRAY_SIZE(maps),\n"
				     "\t.map_family = &stp_map_family,\n");
	if (stats)
		g_string_append(out, "\t.stats = stats, .stats_count = ARRAY_SIZE(stats),\n"
				     "\t.stats_family = &stp_stats_family,\n");
	if (scalars)
		g_string_append(out, "\t.globals = globals, .global_count = ARRAY_SIZE(globals),\n"
				     "\t.set_global = stp_globals_set,\n");
}
