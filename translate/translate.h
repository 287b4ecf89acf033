/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * translate.h - pass 3: an elaborated script to C units.
 *
 * The first unit, "unit-script", is the script's own; one more for each tapset file whose embedded
 * C is used.  What generated code may rely on is runtime/kernel/script.h, and nothing else.
 */
#ifndef TRANSLATE_TRANSLATE_H
#define TRANSLATE_TRANSLATE_H

#include "session.h"

/* Fill in s->units.  Cannot fail: pass 2 has refused what has no translation. */
void translate(struct session *s);

struct regex;

/* ---- between translate.c and code.c ---------------------------------------------------------- */

/* The tables of a regular expression, as the static const struct stp_regex of that name. */
void emit_regex(GString *out, const struct regex *regex, const char *c_name);

/* C text of a string literal, with its quotes; free with g_free(). */
char *c_string(const char *s);

/* How much of the context's stack code needs. */
struct frame {
	guint64 longs, strings;	/* variables and temporaries */
};

struct translator {
	struct session *s;
	GHashTable *function_names;	/* struct function → C name */
	GHashTable *global_names;	/* struct variable → C name */
	GHashTable *frames;		/* struct function or struct handler → struct frame */
	GHashTable *regex_names;	/* struct regex → C name */
	GString *regexes;		/* tables of those that are used */
	bool match_groups;		/* some are located, with their groups */
};

/*
 * Is it embedded C that is the same in every script: of the library, and without the script's
 * globals?
 */
bool function_is_shared(const struct function *f);
const char *function_c_name(const struct translator *t, const struct function *f);
const char *global_c_name(const struct translator *t, const struct variable *v);

/* Also writes its tables to t->regexes when it is first asked for. */
const char *regex_c_name(struct translator *t, const struct regex *regex);

/* All globals, with their locks and tables; and the members of stp_script that name the tables. */
void emit_globals(struct translator *t, GString *out);
void emit_global_tables(const struct translator *t, GString *out);

/* "int64_t f_x(struct stp_context *c, int64_t v_a)", without a semicolon. */
void emit_prototype(const struct translator *t, GString *out, const struct function *f);
void emit_function(struct translator *t, GString *out, const struct function *f);
/* The function that runs a handler, named probe_SERIAL, with its table of locks. */
void emit_handler(struct translator *t, GString *out, const struct handler *handler);
/* What evaluates all conditions of probes at the start. */
void emit_conditions(struct translator *t, GString *out);
/* The C function for an embedded one. */
void emit_embedded_function(const struct translator *t, GString *out, const struct function *f);

#endif
