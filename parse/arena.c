// SPDX-License-Identifier: GPL-2.0-or-later
#include "arena.h"

#include <obstack.h>
#include <string.h>

#define obstack_chunk_alloc g_malloc
#define obstack_chunk_free g_free

/*
 * With sanitizers each piece is a block of its own, so that they notice when one is overrun; and
 * obstack.h counts from NULL, which they do not allow.
 */
struct arena {
#ifdef SEPARATE_BLOCKS
	GPtrArray *blocks;
#else
	struct obstack memory;
#endif
	GPtrArray *lists, *tables;
};

#ifdef SEPARATE_BLOCKS
static void memory_init(struct arena *arena)
{
	arena->blocks = g_ptr_array_new_with_free_func(g_free);
}

static void memory_free(struct arena *arena)
{
	g_ptr_array_unref(arena->blocks);
}

static void *memory_take(struct arena *arena, gsize size)
{
	void *block = g_malloc(size);

	g_ptr_array_add(arena->blocks, block);
	return block;
}
#else
static void memory_init(struct arena *arena)
{
	obstack_init(&arena->memory);
}

static void memory_free(struct arena *arena)
{
	obstack_free(&arena->memory, NULL);
}

static void *memory_take(struct arena *arena, gsize size)
{
	return obstack_alloc(&arena->memory, size);
}
#endif

struct arena *arena_new(void)
{
	struct arena *arena = g_new0(struct arena, 1);

	memory_init(arena);
	arena->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	arena->tables = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	g_ptr_array_unref(arena->lists);
	g_ptr_array_unref(arena->tables);
	memory_free(arena);
	g_free(arena);
}

void *arena_alloc(struct arena *arena, gsize size)
{
	return memset(memory_take(arena, size), 0, size);
}

char *arena_strndup(struct arena *arena, const char *s, gsize length)
{
	char *copy = memory_take(arena, length + 1);

	memcpy(copy, s, length);
	copy[length] = 0;
	return copy;
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

GHashTable *arena_table(struct arena *arena, GDestroyNotify free_value)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_value);

	g_ptr_array_add(arena->tables, table);
	return table;
}
