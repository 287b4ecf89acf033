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

#include "debuginfo.h"

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

/* Where the probes of a matched point go. */
struct derivation;

/*
 * A probe that exists.  text: as resolved, in the arena; NULL: as the script has it.  data:
 * private_size bytes of the provider's own, which are copied.
 */
void derive_probe(struct derivation *d, const char *text, const void *data);

/* A context variable of a probe: what `$name` stands for. */
struct context_variable {
	const struct debug_type *type;	/* NULL: `location.value` is a plain number or string */
	struct debug_location location;
	bool points_there;	/* location.value is a pointer to a `type` */
	bool at_entry;		/* of a return probe: as it was at the function's entry */
	/* functions of the library that a plain one is read, set and appended to by; or NULL */
	const char *getter, *setter, *appender;
	gint64 number;	/* unless 0, what the functions take first */
};

struct probe_provider {
	const char *name;			/* "timer" */
	const char *runtime;			/* of its runtime part; unset: the same name */
	const char *doc;
	const struct point_pattern *patterns;	/* ends with a NULL text */
	/*
	 * Make a matched point real: derive its probes.  0; -ENOENT: there is no such thing, *why
	 * (in the arena, or NULL) says more, and the caller decides by ? and ! whether that is an
	 * error; -EINVAL: reported.
	 */
	int (*resolve)(struct session *s, const struct point_match *match, struct derivation *d,
		       const char **why);
	/*
	 * `$name` at the probe (name without its $).  0; -ENOENT: there is none, or not here: *why.
	 * Unset: these probes have no context variables.
	 */
	int (*variable)(struct session *s, const struct derived_probe *probe, const char *name,
			const struct token *token, struct context_variable *out,
			const char **why);
	/* Is it at a return, so that the entry can save values for it? */
	bool (*on_return)(const struct derived_probe *probe);
	/* Those that it has: struct debug_variable, in the order that -L shows; "return" first. */
	GPtrArray *(*variables)(struct session *s, const struct derived_probe *probe);
	/* What debuginfo it was found by, "DWARF" or "BTF"; NULL or unset: it needed none. */
	const char *(*source)(const struct derived_probe *probe);
	/* The order of its probes in the family's table; unset: that of the script. */
	gint (*compare)(const struct derived_probe *a, const struct derived_probe *b);
	/*
	 * What pass 3 writes: one element of the table of its runtime part, without its leading
	 * .probe.
	 */
	void (*emit_element)(GString *out, const struct derived_probe *probe);
	gsize private_size;
	bool unlisted;	/* -l cannot know whether they are there */
	bool rearms;	/* its runtime part has a refresh(): it disarms single probes and arms them */
	bool never_hits;	/* its handlers do not run: others read what it keeps */
};

/*
 * Does it look at more registers than ftrace saves at an entry at no extra cost, or may it change
 * some?  Bound and optimized.
 */
bool handler_needs_all_registers(const struct handler *handler);

/* ends with NULL; probes are armed in this order */
extern const struct probe_provider *const providers[];

/* perf.c: is it a type that the kernel knows?  0, or -EINVAL: reported. */
int perf_check_type(struct session *s, const struct expr *type);

/* kernel.c: FAMILY.statement(ADDRESS).absolute as text; NULL: it is refused, *why. */
const char *absolute_statement(struct session *s, const char *family, guint64 pc, const char **why);

extern const struct probe_provider session_provider, counter_provider, timer_provider,
	data_provider, input_provider, kernel_provider, kprobe_provider, netfilter_provider,
	perf_provider, procfs_provider, trace_provider;

#endif
