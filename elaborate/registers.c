// SPDX-License-Identifier: GPL-2.0-or-later
/* registers.c - which of the machine's registers a handler looks at. */
#include "provider.h"

#include <string.h>

/* By DWARF's numbers, those that ftrace saves at an entry at no extra cost. */
static bool is_saved_register(gint64 number)
{
	static const char saved[] = { 1, 2, 4, 5, 6, 7, 8, 9, 16 };

	return number >= 0 && memchr(saved, (int)number, sizeof(saved));
}

static void find_registers(struct expr *e, void *data)
{
	bool *more = data;

	if (e->kind == EXPR_PRIMITIVE)
		*more |= e->primitive.what == PRIMITIVE_SET_REGISTER ||
			 (e->primitive.what == PRIMITIVE_REGISTER &&
			  !is_saved_register(e->primitive.number));
	expr_visit_children(e, find_registers, data);
}

static void find_registers_stmt(struct stmt *s, void *data)
{
	stmt_visit_children(s, find_registers_stmt, find_registers, data);
}

/*
 * Embedded C that names them may look at any.  In a script, its functions may call C of the same
 * file that does; functions of the library, which are many, name them themselves.
 */
static void find_registers_calls(const GPtrArray *calls, GHashTable *seen, bool *more)
{
	for (guint i = 0; i < calls->len && !*more; i++) {
		const struct function *f = calls->pdata[i];

		if (!g_hash_table_add(seen, (gpointer)f))
			continue;
		if (f->embedded)
			*more = strstr(f->source->library ? f->embedded->text : f->source->text,
				       "regs") != NULL;
		else if (f->calls)
			find_registers_calls(f->calls, seen, more);
	}
}

bool handler_needs_all_registers(const struct handler *handler)
{
	GHashTable *seen = g_hash_table_new(NULL, NULL);
	bool more = false;

	find_registers_stmt(handler->body, &more);
	find_registers_calls(handler->calls, seen, &more);
	g_hash_table_destroy(seen);
	return more;
}
