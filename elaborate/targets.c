// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What depends on the place of a probe: target expressions ($x, @cast(p, "t")->m, @var("v") …) and
 * the questions whether they can be had, @defined and @choose_defined.
 *
 * No provider has context variables yet, so none resolves.  What @defined decides is decided here,
 * before names are bound, and with it what it guards: the branch not taken is dropped unseen,
 * whatever stands in it.  A number that @defined became keeps its token, and what is folded with it
 * too; other conditions are the optimizer's.
 */
#include "elaborate.h"

#include <string.h>

static bool is_resolvable(const struct expr *e)
{
	return e->kind != EXPR_TARGET;
}

static bool is_decided(const struct expr *e)
{
	return e->kind == EXPR_NUMBER && !strcmp(e->token->text, "@defined");
}

static void expand_expr(struct expr **slot, void *data)
{
	struct session *s = data;
	struct expr *e = *slot;
	bool decided = false;

	switch (e->kind) {
	case EXPR_DEFINED:
		*slot = expr_new(s->arena, EXPR_NUMBER, e->token);
		(*slot)->number = is_resolvable(e->defined.operand);
		break;
	case EXPR_CHOOSE:
		*slot = is_resolvable(e->defined.operand) ? e->defined.operand :
							    e->defined.otherwise;
		break;
	case EXPR_UNARY:
		decided = is_decided(e->unary.operand);
		break;
	case EXPR_BINARY:
		decided = is_decided(e->binary.left);
		break;
	case EXPR_TERNARY:
		decided = is_decided(e->ternary.condition);
		break;
	default:
		break;
	}
	if (decided)
		*slot = fold_expr(s->arena, e);
}

static void expand_stmt(struct stmt **slot, void *data)
{
	struct session *s = data;

	if ((*slot)->kind == STMT_IF && is_decided((*slot)->branch.condition))
		*slot = fold_stmt(s->arena, *slot);
}

/* What is left has no meaning here; and only guru mode writes to a target. */
static void report_expr(struct expr *e, void *data)
{
	struct session *s = data;
	const struct expr *written = e->kind == EXPR_ASSIGN ? e->assign.left :
				     e->kind == EXPR_STEP   ? e->step.operand :
							      NULL;

	if (written && written->kind == EXPR_TARGET && !s->options.guru)
		report_semantic(s->diagnostics, "target-write", written->token, NULL,
				"write to target variable not permitted; need stap -g");
	if (e->kind == EXPR_TARGET)
		report_semantic(s->diagnostics, "target-unresolved", e->token, NULL,
				"unresolved target-symbol expression");
	expr_visit_children(e, report_expr, data);
}

static void report_stmt(struct stmt *stmt, void *data)
{
	stmt_visit_children(stmt, report_stmt, report_expr, data);
}

void expand_targets(struct session *s, struct stmt **body)
{
	struct rewriter rewriter = { .expr = expand_expr, .stmt = expand_stmt, .data = s };

	stmt_rewrite(body, &rewriter);
	report_stmt(*body, s);
}
