/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena.h - memory that lives as long as a session: AST nodes, strings, lists.  Nothing in it is
 * freed alone.
 */
#ifndef PARSE_ARENA_H
#define PARSE_ARENA_H

#include <glib.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, gsize size);
char *arena_strndup(struct arena *arena, const char *s, gsize length);
char *arena_strdup(struct arena *arena, const char *s);
char *arena_printf(struct arena *arena, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* An empty list of pointers, freed with the arena. */
GPtrArray *arena_list(struct arena *arena);
/* An empty table with strings for keys, freed with the arena; free_value: of values, or NULL. */
GHashTable *arena_table(struct arena *arena, GDestroyNotify free_value);

#endif
