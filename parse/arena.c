// SPDX-License-Identifier: GPL-2.0-or-later
#include "arena.h"

#include <obstack.h>
#include <string.h>

#define obstack_chunk_alloc g_malloc
#define obstack_chunk_free g_free

struct arena {
	struct obstack memory;
	GPtrArray *lists;
};

struct arena *arena_new(void)
{
	struct arena *arena = g_new0(struct arena, 1);

	obstack_init(&arena->memory);
	arena->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	g_ptr_array_unref(arena->lists);
	obstack_free(&arena->memory, NULL);
	g_free(arena);
}

void *arena_alloc(struct arena *arena, gsize size)
{
	return memset(obstack_alloc(&arena->memory, size), 0, size);
}

char *arena_strndup(struct arena *arena, const char *s, gsize length)
{
	return obstack_copy0(&arena->memory, s, length);
}

char *arena_strdup(struct arena *arena, const char *s)
{
	return arena_strndup(arena, s, strlen(s));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	char *copy;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	copy = arena_strdup(arena, text);
	g_free(text);
	return copy;
}

GPtrArray *arena_list(struct arena *arena)
{
	GPtrArray *list = g_ptr_array_new();

	g_ptr_array_add(arena->lists, list);
	return list;
}
