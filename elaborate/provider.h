/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * provider.h - a probe family, as the translator sees it: one const table entry, defined in
 * elaborate/probes/NAME.c and listed once, in providers.c.  The kernel's side of it is
 * runtime/kernel/probe_NAME.c, or that of another name, which several providers may share.
 *
 * A pattern is written as users write the point, with the kind of an argument in its place:
 *
 *	timer.ms(number).randomize(number)
 *	kprobe.function(string).return
 *
 * The matcher in points.c compares components and kinds of arguments; a provider gets the pattern
 * that matched and the arguments in order, and never parses.
 */
#ifndef ELABORATE_PROVIDER_H
#define ELABORATE_PROVIDER_H

#include "session.h"

#define POINT_ARGUMENTS_MAX 4

struct point_pattern {
	const char *text;
	const char *doc;	/* one line */
	gint64 value;		/* the provider's own: what tells its patterns apart */
};

/* A probe point of the script that fits a pattern. */
struct point_match {
	const struct point_pattern *pattern;
	const struct probe_point *point;
	const struct token *token;
	const struct expr *arguments[POINT_ARGUMENTS_MAX];	/* literals */
	guint argument_count;
};

struct probe_provider {
	const char *name;			/* "timer" */
	const char *runtime;			/* of its runtime part; unset: the same name */
	const char *doc;
	const struct point_pattern *patterns;	/* ends with a NULL text */
	/*
	 * Make a matched point real: fill in the private data.  0; -ENOENT: there is no such thing,
	 * *why (in the arena, or NULL) says more, and the caller decides by ? and ! whether that is
	 * an error; -EINVAL: reported.
	 */
	int (*resolve)(struct session *s, const struct point_match *match, void *data,
		       const char **why);
	/* The order of its probes in the family's table; unset: that of the script. */
	gint (*compare)(const struct derived_probe *a, const struct derived_probe *b);
	/*
	 * What pass 3 writes: one element of the table of its runtime part, without its leading
	 * .probe.
	 */
	void (*emit_element)(GString *out, const struct derived_probe *probe);
	gsize private_size;
	bool rearms;	/* its runtime part has a refresh(): it can disarm single probes and arm them */
};

/* ends with NULL; probes are armed in this order */
extern const struct probe_provider *const providers[];

extern const struct probe_provider session_provider, timer_provider, kprobe_provider;

#endif
