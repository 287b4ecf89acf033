/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * result.h - the result level of the cache: a run whose script and surroundings were seen before
 * needs passes 1 to 4 not at all.
 */
#ifndef DRIVER_RESULT_H
#define DRIVER_RESULT_H

#include "session.h"

/* What the Pass lines tell of passes that were not run. */
struct result_counts {
	guint probes, functions, embeds, globals;
};

/*
 * The key of this run: everything that the module depends on, but for the files of the manifest.
 * Free with g_free().
 */
char *result_key(const struct session *s, const char *script_text, gsize length);
/*
 * true: s->ko is the cached module, *counts is what it was made of, *c_path (g_free()) the cached
 * C.
 */
bool result_find(struct session *s, const char *key, struct result_counts *counts, char **c_path);
/*
 * Keep what was built.  c_text: of the script's unit.  Returns the cached .ko (g_free()), or NULL:
 * not kept.
 */
char *result_store(struct session *s, const char *key, const struct result_counts *counts);

#endif
