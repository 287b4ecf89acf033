/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code.h - one C function in the making: what expression.c and code.c share. */
#ifndef TRANSLATE_CODE_H
#define TRANSLATE_CODE_H

#include "translate.h"

#define LOCAL_TEMPORARIES 64

struct code {
	struct translator *t;
	GString *body;
	int indent;
	const struct function *function;	/* or NULL: a handler */
	guint longs, most_longs;	/* temporaries in use, and at most */
	guint strings, most_strings;
	guint walks, most_walks;
	guint nodes, most_nodes;
	guint labels;
	bool uses_out;		/* a struct stp_out for sprint */
	bool uses_exit;		/* the label `out` */
	guint locks;		/* of a handler: entries of its table of locks */
	bool locked;		/* between taking them and giving them back */
	bool uses_unlock;	/* the label `unlock` */
	guint serial;		/* of a handler */
	GPtrArray *conditions;	/* struct function: what its writes may change, or NULL */
	char *catch;		/* the label that an error goes to, or NULL: `out` */
	bool uses_catch;	/* the innermost one */
	GPtrArray *continues;	/* per loop: the label that continue jumps to, or NULL */
	GHashTable *sorted;	/* walk number → its sort serial + 1 */
};

/* What a statement may use up and gives back at its end. */
struct mark {
	guint longs, strings, nodes;
};

/* A line of C, indented. */
void code_line(struct code *k, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Where a token is, as a C string literal; free with g_free(), as all operands. */
char *code_place(struct code *k, const struct token *token);
/* "goto LABEL;" to leave the function at this point, and for an error. */
void code_exit(struct code *k);
void code_fail(struct code *k);
/* Behind what may fail. */
void code_leave_if_failed(struct code *k);
struct mark code_mark(const struct code *k);
void code_release(struct code *k, struct mark m);
char *code_new_node(struct code *k);
/* Put an operand's present value where nothing else changes it.  Takes the operand over. */
char *code_save(struct code *k, char *operand, enum value_type type);
/* The C text that names a scalar. */
char *code_scalar(struct code *k, const struct variable *v);
/* "(union stp_value[]){ { .n = 1 }, { .s = l->v_x } }" */
char *code_key_array(struct code *k, const struct variable *v, const GPtrArray *keys);
/* The same, of values as they are before `later` is evaluated. */
char *code_saved_keys(struct code *k, const struct variable *v, const GPtrArray *keys,
		      const struct expr *later);
/* Give a temporary or a variable a value. */
void code_store(struct code *k, const char *to, const char *value, enum value_type type);
/* Write what e takes, and return the operand that is its value. */
char *code_eval(struct code *k, const struct expr *e);
/* Evaluate for its effects only. */
void code_perform(struct code *k, const struct expr *e);
bool code_has_any(const GPtrArray *keys);	/* is one of them *? */
/* A slice's given keys as C's "KEYS, MASK" for the runtime; operands are saved first. */
char *code_slice(struct code *k, const struct variable *v, const GPtrArray *keys);
char *code_new_long(struct code *k);
char *code_new_string(struct code *k);
/* Evaluate a list in order; operands stay what they were when their turn was.  g_strfreev() it. */
char **code_eval_list(struct code *k, const GPtrArray *list);

/* ---- output.c ---- */

/* print(…), sprintf(…): the operand that is its value. */
char *code_print(struct code *k, const struct expr *e);

/* ---- primitive.c ---- */

char *code_primitive(struct code *k, const struct expr *e);

/* ---- aggregate.c ---- */

void code_sample(struct code *k, const struct expr *e);		/* s <<< x */
const char *extractor_c_name(enum extractor what);		/* "STP_COUNT" */
char *code_extract(struct code *k, const struct expr *e);	/* @count(s) */
char *code_bucket(struct code *k, const struct expr *e);	/* @hist_log(s)[i] */
/* To the struct stp_out that `out` points to. */
void code_print_histogram(struct code *k, const char *out, const struct expr *e);
/*
 * "&STATS, ENTRY" of an aggregate that is read; the entry is saved.  Free with g_free().
 */
char *code_stats_entry(struct code *k, const struct expr *e);
/* How many buckets it has, as C. */
char *code_bucket_count(struct code *k, const struct expr *histogram);

/* Does the statement, or one in it, assign to the variable? */
bool code_assigns(const struct stmt *s, const struct variable *v);

#endif
