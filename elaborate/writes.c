// SPDX-License-Identifier: GPL-2.0-or-later
/* writes.c - @probewrite(v): does who uses an alias write to what the alias calls v? */
#include "elaborate.h"

#include <string.h>

struct write_search {
	const char *name;
	bool found;
};

/* The name of a variable, or of a target with its $; NULL: another kind of expression. */
static const char *written_name(const struct expr *e)
{
	if (e->kind == EXPR_SYMBOL)
		return e->symbol.name;
	return e->kind == EXPR_TARGET && e->target.base == TARGET_SYMBOL ? e->target.name : NULL;
}

static void search_expr(struct expr *e, void *data)
{
	struct write_search *search = data;
	const struct expr *left = e->kind == EXPR_ASSIGN ? e->assign.left :
				  e->kind == EXPR_STEP	 ? e->step.operand :
							   NULL;

	search->found |= left && !g_strcmp0(written_name(left), search->name);
	expr_visit_children(e, search_expr, data);
}

static void search_stmt(struct stmt *s, void *data)
{
	stmt_visit_children(s, search_stmt, search_expr, data);
}

bool writes_to(struct stmt *body, const struct expr *question)
{
	const struct expr *argument = question->target.arguments->pdata[0];
	struct write_search search = { .name = written_name(argument) };

	if (search.name)
		search_stmt(body, &search);
	return search.found;
}

bool asks_for_writes(const struct expr *e)
{
	return e->kind == EXPR_TARGET && e->target.base == TARGET_PROBE_WRITE &&
	       e->target.arguments->len == 1 && !e->target.steps->len &&
	       written_name(e->target.arguments->pdata[0]);
}

struct answer {
	struct arena *arena;
	struct stmt *user;
};

static void answer_expr(struct expr **slot, void *data)
{
	const struct answer *answer = data;

	if (asks_for_writes(*slot))
		*slot = expr_number(answer->arena, (*slot)->token, writes_to(answer->user, *slot));
}

struct stmt *answer_writes(struct arena *arena, struct stmt *block, struct stmt *user)
{
	struct answer answer = { .arena = arena, .user = user };
	struct rewriter rewriter = { .expr = answer_expr, .data = &answer };
	struct stmt *copy = stmt_clone(arena, block);

	stmt_rewrite(&copy, &rewriter);
	return copy;
}
