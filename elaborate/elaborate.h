/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elaborate.h - pass 2: from a tree to probes that exist, variables that have a type and functions
 * that are known.
 *
 * Its steps run in this order, each on the whole script, and the pass ends behind the first one
 * that reported errors:
 *
 *	points.c   probe points → derived probes, through the providers' patterns
 *	conditions.c  if (…) behind a point, so that the probe can be disarmed meanwhile
 *	targets.c  $x and the like → expressions, @defined → 0 or 1; called by symbols.c
 *	symbols.c  names → variables and functions, some of them from the library
 *	types.c    long or string, to a fixpoint
 *	display.c  globals that are written and never read get a probe that prints them
 *	check.c    what no type says: lvalues, loops, arrays that change while they are walked
 *	usage.c    warnings of what is never read or written
 *	optimize.c the same script with less to do; not with -u
 *	source_lines.c  whose source lines it asks for
 */
#ifndef ELABORATE_ELABORATE_H
#define ELABORATE_ELABORATE_H

#include "session.h"
#include "similar.h"

/* 0, or -EINVAL: reported. */
int elaborate(struct session *s);
/* What -l prints of the script's points, and -L (`variables`); -ENOENT: there are none. */
int list_probes(struct session *s, bool variables, GString *out);

void elaborate_begin(struct session *s);

/* What -D NAME=NUMBER says, or the value that is normal. */
guint64 limit_value(const struct session *s, const char *name, guint64 normal);
guint64 string_size(const struct session *s);	/* bytes that a string takes, padded */

void resolve_points(struct session *s);
void resolve_symbols(struct session *s);
void infer_types(struct session *s);
void add_display(struct session *s);
void check_script(struct session *s);
void warn_usage(struct session *s);
void optimize(struct session *s);
void find_source_lines(struct session *s);

void find_usage(struct session *s);	/* sets variables' read and written */

/*
 * What an operator or a statement comes to when its operands are literals (children first); itself
 * where they are not.  What may fail when it runs is left to run.
 */
struct expr *fold_expr(struct arena *arena, struct expr *e);
struct stmt *fold_stmt(struct arena *arena, struct stmt *s);

/*
 * A probe that the translator itself adds, as script text, once types are known.  It sees the
 * script's globals, and must be without an error.
 */
void add_synthetic_probe(struct session *s, const char *text);
/* Parts of steps, for a probe that comes late. */
void resolve_probe(struct session *s, struct probe *probe, const struct source *source);
void bind_handler(struct session *s, struct handler *handler);

/*
 * `probe p if (e)`: a function that returns e (and what `outer`, the function of a condition around
 * it, does); NULL: evaluating it would do more than that.  condition_use() gives it its place in
 * s->conditions.
 */
struct function *condition_new(struct session *s, struct expr *e, struct function *outer,
			       const struct source *source);
struct function *condition_use(struct session *s, struct function *condition);
/*
 * writes.c: @probewrite(v).  asks_for_writes(): is it that, of a variable or a target?  writes_to():
 * does the body write to what it asks of?  answer_writes(): an alias's block, copied, with 1 or 0
 * for what it asks, by what is written in the body of who uses the alias.
 */
bool asks_for_writes(const struct expr *e);
bool writes_to(struct stmt *body, const struct expr *question);
struct stmt *answer_writes(struct arena *arena, struct stmt *block, struct stmt *user);
/* Of a handler's body (of one probe, or NULL: of several) or a function's (NULL), before binding. */
void expand_targets(struct session *s, struct stmt **body, const struct source *source,
		    const struct derived_probe *probe);

/* The same for what was left because nobody knew yet what a value points to; true: some is new. */
bool expand_value_targets(struct session *s, struct stmt **body, const struct source *source,
			  const struct derived_probe *probe, bool last);
/* What a value points to in the probed program, as far as learn_pointees() knows; or NULL. */
const struct debug_type *expr_pointee(const struct expr *e);
bool learn_pointees(struct session *s);	/* true: it learnt something */

/*
 * probes/counter.c: the number of the perf counter with this name; -ENOENT: there is none, *why (in
 * the arena) says so.
 */
int counter_number(struct session *s, const char *name, const char **why);

/* What -p2 prints. */
void print_elaborated(GString *out, const struct session *s);

/* How code touches a global. */
enum access {
	ACCESS_NONE,
	ACCESS_ADD,	/* an aggregate: only s <<< x, which each CPU does for itself */
	ACCESS_READ,
	ACCESS_WRITE
};

/*
 * Which globals code may touch, also through its calls: struct variable -> enum access, in the order
 * of their serials.  Free with g_tree_unref().
 */
GTree *accesses_new(void);
/* Add those of a handler, or of a function. */
void handler_accesses(const struct handler *handler, GTree *accesses);
void function_accesses(const struct function *f, GTree *accesses);
enum access access_of(GTree *accesses, const struct variable *v);
bool access_changes(enum access access);

void find_condition_reads(struct session *s);	/* sets variables' conditions */
/*
 * Which of the conditions (struct function, in their order) may change when a handler with these
 * accesses has run; the globals that they read are added to accesses.  find_condition_reads() comes
 * first.  Free with g_ptr_array_unref().
 */
GPtrArray *conditions_changed(GTree *accesses);

/*
 * Whether code names a global, also through its calls; and whether it does what can be seen outside
 * (prints, calls).  find_touching() comes first.
 */
void find_touching(struct session *s);
bool stmt_touches_globals(const struct stmt *s);
bool stmt_acts(const struct stmt *s);
bool expr_touches_globals(const struct expr *e);	/* or acts */

#endif
