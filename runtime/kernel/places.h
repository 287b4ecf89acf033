/* SPDX-License-Identifier: GPL-2.0-or-later */
/* places.h - what probe_kernel.c, fentry.c and returns.c share. */
#ifndef STP_PLACES_H
#define STP_PLACES_H

#include <linux/kprobes.h>

#include "runtime.h"
#include "probe_kernel.h"

/* One element of the table, or another function with the name of one. */
struct stp_place {
	const struct stp_kernel_probe *probe;
	struct stp_place *next;	/* of the same element; once there, it stays */
	unsigned long address;	/* 0: not known (yet) */
	unsigned long site;	/* where the function calls fentry; 0: a kprobe is needed */
	bool armed;
	bool failed;		/* not to be tried again */
	bool gone;		/* it was there; until its module is loaded again */
	bool disabled;		/* its condition does not hold */
	bool registered;	/* `entry` or `ret` is known to the kernel, for this place */
	bool leads;		/* `ret` is, for some that share it, until all are disarmed */
	struct kretprobe *shared;	/* of a return that has a site; it stays the same */
	union {
		struct kprobe entry;
		struct kretprobe ret;
	};
};

/* In the table's order, and behind that the others, in the same order. */
struct stp_places {
	struct stp_place **all;
	u32 count;
};

/* Hit a probe in its context; nothing if there is none to be had. */
void stp_place_hit(const struct stp_place *place, struct pt_regs *regs, void *saved);

/* ---- returns.c ------------------------------------------------------------------------------- */

/* Give all returns that have a site something to share; those that get nothing lose the site. */
void stp_returns_share(const struct stp_places *places);
/* Register place->ret, for this place only; its kprobe is filled in. */
int stp_return_register(struct stp_place *place);
/* At the entry of a function: see to it that the return is a hit. */
void stp_return_begin(const struct stp_place *place, struct pt_regs *regs);

/* ---- fentry.c: the ftrace_ops that the whole module shares ----------------------------------- */

struct stp_fentry;

/* NULL: no memory.  There is no room for any place yet. */
struct stp_fentry *stp_fentry_new(bool all_registers);
/* Have room for so many, of which these are there already.  -ENOMEM: all is as it was. */
int stp_fentry_reserve(struct stp_fentry *fentry, const struct stp_places *places, u32 count);
void stp_fentry_free(struct stp_fentry *fentry);

/* Before the first search, while symbols are open: without it there are no sites. */
void stp_fentry_look_around(struct stp_fentry *fentry);
/*
 * Find the sites of places that have an address and are not armed: `site` is set where there is
 * one that can be used.  Symbols are open.
 */
void stp_fentry_find_sites(struct stp_fentry *fentry, const struct stp_places *places);
/* The armed places have changed: from now on, these are hit. */
int stp_fentry_set_places(struct stp_fentry *fentry, const struct stp_places *places);
/* `disabled` has changed in some of them. */
int stp_fentry_set_filter(struct stp_fentry *fentry, const struct stp_places *places);
/* No handler runs or starts any more. */
void stp_fentry_stop(struct stp_fentry *fentry);

#endif
