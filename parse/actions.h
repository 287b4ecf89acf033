/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * actions.h - what the grammar's actions call: constructors with the checks that need no other part
 * of the script.
 */
#ifndef PARSE_ACTIONS_H
#define PARSE_ACTIONS_H

#include "ast.h"
#include "grammar.h"

#define VARIANCE_SHIFT_MAX 62

struct expr *action_number(struct parser *p, const struct token *token);
struct expr *action_string(struct parser *p, const struct token *token);
struct expr *action_index(struct parser *p, const struct token *name, GPtrArray *keys);
struct expr *action_call(struct parser *p, const struct token *name, GPtrArray *arguments);
/* first: the format of printf, the delimiter of printd, or NULL. */
struct expr *action_print(struct parser *p, const struct token *name, const struct token *first,
			  GPtrArray *arguments);
void action_check_format(struct parser *p, const struct token *format);
struct expr *action_ternary(struct parser *p, const struct token *token, struct expr *condition,
			    struct expr *yes, struct expr *no);
struct expr *action_in(struct parser *p, const struct token *token, GPtrArray *keys,
		       const struct token *array);
struct expr *action_in_single(struct parser *p, const struct token *token, struct expr *key,
			      const struct token *array);

struct expr *action_match(struct parser *p, const struct token *token, struct expr *subject,
			  const struct token *pattern);
struct expr *action_sample(struct parser *p, const struct token *token, struct expr *stats,
			   struct expr *value);
/* shift: of @variance, or NULL. */
struct expr *action_extract(struct parser *p, const struct token *token, struct expr *stats,
			    const struct token *shift);
/* low, high, width: of @hist_linear. */
struct expr *action_histogram(struct parser *p, const struct token *token, struct expr *stats,
			      gint64 low, gint64 high, gint64 width);
/* otherwise: the second operand of @choose_defined; NULL: this is @defined. */
struct expr *action_defined(struct parser *p, const struct token *token, struct expr *operand,
			    struct expr *otherwise);
/* arguments: NULL for $x. */
struct expr *action_target(struct parser *p, const struct token *token, GPtrArray *arguments);
struct expr *action_target_value(struct parser *p, struct expr *value);
/* One of member and index, or neither: $ or $$. */
struct target_step *action_target_step(struct parser *p, const struct token *token,
				       const char *member, struct expr *index);
struct expr *action_step(struct parser *p, struct expr *target, struct target_step *step);
struct expr *action_embedded_expression(struct parser *p, const struct token *embedded);

struct stmt *action_statement(struct parser *p, enum stmt_kind kind, const struct token *token,
			      struct expr *e);
struct stmt *action_if(struct parser *p, const struct token *token, struct expr *condition,
		       struct stmt *yes, struct stmt *no);
struct stmt *action_for(struct parser *p, const struct token *token, struct expr *init,
			struct expr *condition, struct expr *step, struct stmt *body);
/* message: the variable of catch, or NULL. */
struct stmt *action_try(struct parser *p, const struct token *token, struct stmt *body,
			const struct token *message, struct stmt *handler);
struct stmt *action_next(struct parser *p, const struct token *token);
struct stmt *action_return(struct parser *p, const struct token *token, struct expr *value);
/* sort: the mark + or -, or NULL. */
struct foreach_head action_foreach_key(struct parser *p, const struct token *name,
				       const struct token *sort);
struct foreach_head action_foreach_join(struct parser *p, struct foreach_head keys,
					struct foreach_head key);
/* slice: the keys of in a[*, 2], or NULL; order: the mark on the array, which sorts by value. */
struct foreach_head action_foreach_head(struct parser *p, struct foreach_head keys,
					const struct token *value, const struct token *array,
					GPtrArray *slice, struct foreach_order order,
					struct expr *limit);
struct foreach_head action_foreach_histogram(struct parser *p, struct foreach_head keys,
					     const struct token *value, struct expr *histogram,
					     struct expr *limit);
struct stmt *action_foreach(struct parser *p, const struct token *token, struct foreach_head head,
			    struct stmt *body);

struct variable *action_variable(struct parser *p, const struct token *name);
struct variable *action_global_variable(struct parser *p, const struct token *name,
					const struct token *wrap, guint64 size, struct expr *init);
guint64 action_size(struct parser *p, const struct token *number);
void action_global(struct parser *p, struct variable *v);
void action_parameter(struct parser *p, GPtrArray *parameters, struct variable *v);
struct function *action_function_head(struct parser *p, const struct token *name,
				      enum value_type type, GPtrArray *parameters,
				      gint64 priority);
/* One of body and embedded. */
void action_function(struct parser *p, struct function *f, bool private, struct stmt *body,
		     const struct token *embedded);
/* %{ … %} at the top. */
void action_embedded(struct parser *p, const struct token *embedded);
struct component *action_component(struct parser *p, const struct token *word,
				   struct expr *argument);
/* {a, b.c}: points in the place of one component. */
struct component *action_alternatives(struct parser *p, const struct token *token,
				      GPtrArray *points);
/* Two tokens of a wildcard as one. */
const struct token *action_join(struct parser *p, const struct token *left,
				const struct token *right);
/* alias: NULL for an ordinary probe. */
void action_probe(struct parser *p, const struct token *token, struct probe_point *alias,
		  bool epilogue, GPtrArray *points, struct stmt *body);
/* The second body of the alias that was read last. */
void action_epilogue(struct parser *p, struct stmt *body);

/* Report a syntax error at p->last; names: the grammar's names of what could have come. */
void report_expected(struct parser *p, const char *const *names, int count);

#endif
