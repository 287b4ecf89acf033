/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PARSE_SIMILAR_H
#define PARSE_SIMILAR_H

#include <glib.h>

/*
 * " (WHAT: a, b, c)": up to `most` of the candidates, those that look most like name first; "" where
 * there are none.  Free with g_free().
 */
char *similar_list(const char *what, const char *name, const GPtrArray *candidates, guint most);
/* " (similar: a, b, c)", up to five. */
char *similar_suffix(const char *name, const GPtrArray *candidates);

#endif
