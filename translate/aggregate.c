// SPDX-License-Identifier: GPL-2.0-or-later
/* What scripts do with aggregates. */
#include "code.h"

/* "g_s", or of an array's values "g_a_stats". */
static char *stats_name(struct code *k, const struct variable *v)
{
	return g_strdup_printf("%s%s", global_c_name(k->t, v), v->keys > 0 ? "_stats" : "");
}

void code_sample(struct code *k, const struct expr *e)
{
	const struct expr *left = e->sample.stats;
	char *name = stats_name(k, expr_variable(left));
	char *entry = NULL;
	char *keys = NULL;
	char *value;

	if (left->kind == EXPR_INDEX)
		keys = code_saved_keys(k, left->index.variable, left->index.keys, e->sample.value);
	value = code_eval(k, e->sample.value);
	if (keys) {
		char *where = code_place(k, left->token);

		entry = code_new_long(k);
		code_line(k, "%s = stp_map_stats_slot(c, &%s, %s, %s);", entry,
			  global_c_name(k->t, left->index.variable), keys, where);
		code_line(k, "if (!%s)", entry);
		code_fail(k);
		g_free(where);
	}
	code_line(k, "stp_stats_add(c, &%s, %s, %s);", name, entry ? entry : "0", value);
	g_free(value);
	g_free(keys);
	g_free(entry);
	g_free(name);
}

char *code_stats_entry(struct code *k, const struct expr *e)
{
	char *name = stats_name(k, expr_variable(e));
	char *entry = g_strdup("0");
	char *result;

	if (e->kind == EXPR_INDEX) {
		char *keys = code_key_array(k, e->index.variable, e->index.keys);

		g_free(entry);
		entry = code_new_long(k);
		code_line(k, "%s = stp_map_stats_find(&%s, %s);", entry,
			  global_c_name(k->t, e->index.variable), keys);
		g_free(keys);
	}
	result = g_strdup_printf("&%s, %s", name, entry);
	g_free(entry);
	g_free(name);
	return result;
}

const char *extractor_c_name(enum extractor what)
{
	static const char *const names[] = {
#define X(name, spelling) [EXTRACT_##name] = "STP_" #name,
		EXTRACTORS(X)
#undef X
	};

	return names[what];
}

char *code_extract(struct code *k, const struct expr *e)
{
	char *entry = code_stats_entry(k, e->extract.stats);
	char *where = code_place(k, e->token);
	char *result = code_new_long(k);

	code_line(k, "%s = stp_stats_extract(c, %s, %s, %s);", result, entry,
		  extractor_c_name(e->extract.what), where);
	if (e->extract.what != EXTRACT_COUNT && e->extract.what != EXTRACT_SUM)
		code_leave_if_failed(k);
	g_free(where);
	g_free(entry);
	return result;
}

char *code_bucket(struct code *k, const struct expr *e)
{
	char *entry = code_stats_entry(k, e->histogram.stats);
	char *bucket = code_eval(k, e->histogram.index);
	char *where = code_place(k, e->token);
	char *result = code_new_long(k);

	code_line(k, "%s = stp_stats_bucket(c, %s, %s, %s);", result, entry, bucket, where);
	code_leave_if_failed(k);
	g_free(where);
	g_free(bucket);
	g_free(entry);
	return result;
}

void code_print_histogram(struct code *k, const char *out, const struct expr *e)
{
	char *entry = code_stats_entry(k, e->histogram.stats);
	char *where = code_place(k, e->token);

	code_line(k, "stp_out_histogram(c, %s, %s, %s);", out, entry, where);
	code_leave_if_failed(k);
	g_free(where);
	g_free(entry);
}

char *code_bucket_count(struct code *k, const struct expr *histogram)
{
	char *name = stats_name(k, expr_variable(histogram->histogram.stats));
	char *count = g_strdup_printf("(int64_t)%s.buckets", name);

	g_free(name);
	return count;
}
