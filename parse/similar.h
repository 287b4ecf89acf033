/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PARSE_SIMILAR_H
#define PARSE_SIMILAR_H

#include <glib.h>

/* Up to five of candidates that look most like name, "a, b, c"; free with g_free(). */
char *similar_names(const char *name, const GPtrArray *candidates);
/* The same as " (similar: a, b, c)", or "" where there are none. */
char *similar_suffix(const char *name, const GPtrArray *candidates);

#endif
