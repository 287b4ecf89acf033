// SPDX-License-Identifier: GPL-2.0-or-later
/* "Did you mean": names by how little they differ. */
#include "similar.h"

#include <string.h>

static guint edit_distance(const char *a, const char *b)
{
	gsize n = strlen(b);
	guint *row = g_new(guint, n + 1);
	guint distance;

	for (guint j = 0; j <= n; j++)
		row[j] = j;
	for (guint i = 1; *a; i++, a++) {
		guint diagonal = row[0];

		row[0] = i;
		for (guint j = 1; j <= n; j++) {
			guint change = diagonal + (*a != b[j - 1]);

			diagonal = row[j];
			row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
		}
	}
	distance = row[n];
	g_free(row);
	return distance;
}

struct scored {
	const char *name;
	guint distance;
};

static gint compare_scores(gconstpointer a, gconstpointer b)
{
	const struct scored *x = a;
	const struct scored *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return strcmp(x->name, y->name);
}

char *similar_list(const char *what, const char *name, const GPtrArray *candidates, guint most)
{
	GArray *scores = g_array_new(FALSE, FALSE, sizeof(struct scored));
	GString *list = g_string_new(NULL);
	const char *last = "";
	guint count = 0;

	for (guint i = 0; i < candidates->len; i++) {
		struct scored scored = { candidates->pdata[i],
					 edit_distance(name, candidates->pdata[i]) };

		g_array_append_val(scores, scored);
	}
	g_array_sort(scores, compare_scores);
	for (guint i = 0; i < scores->len && count < most; i++) {
		const char *candidate = g_array_index(scores, struct scored, i).name;

		if (!strcmp(candidate, last))
			continue;
		last = candidate;
		if (count++)
			g_string_append_printf(list, ", %s", candidate);
		else
			g_string_append_printf(list, " (%s: %s", what, candidate);
	}
	g_string_append(list, count ? ")" : "");
	g_array_unref(scores);
	return g_string_free(list, FALSE);
}

char *similar_suffix(const char *name, const GPtrArray *candidates)
{
	return similar_list("similar", name, candidates, 5);
}
