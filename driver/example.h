/* SPDX-License-Identifier: GPL-2.0-or-later */
/* example.h - the scripts that are installed ready to use: DATADIR/examples/SUBJECT/NAME.stp. */
#ifndef DRIVER_EXAMPLE_H
#define DRIVER_EXAMPLE_H

#include <glib.h>

/* The file of "NAME" or "NAME.stp", to be freed with g_free(); NULL: there is none. */
char *example_find(const char *name);
/* All names, sorted; free with g_ptr_array_unref(). */
GPtrArray *example_names(void);
/* For each: its name, and its title. */
void example_list(GString *out);

#endif
