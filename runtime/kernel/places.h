/* SPDX-License-Identifier: GPL-2.0-or-later */
/* places.h - what probe_kernel.c and fentry.c share. */
#ifndef STP_PLACES_H
#define STP_PLACES_H

#include <linux/kprobes.h>

#include "runtime.h"
#include "probe_kernel.h"

/* One element of the table. */
struct stp_place {
	const struct stp_kernel_probe *probe;
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

/* Hit a probe in its context; nothing if there is none to be had. */
void stp_place_hit(const struct stp_place *place, struct pt_regs *regs, void *saved);

/* ---- returns.c ------------------------------------------------------------------------------- */

/* Give all returns that have a site something to share; those that get nothing lose the site. */
void stp_returns_share(struct stp_place *places, u32 count);
/* Register place->ret, for this place only; its kprobe is filled in. */
int stp_return_register(struct stp_place *place);
/* At the entry of a function: see to it that the return is a hit. */
void stp_return_begin(const struct stp_place *place, struct pt_regs *regs);

/* ---- fentry.c: the ftrace_ops that the whole module shares ----------------------------------- */

struct stp_fentry;

/* For so many places; NULL: no memory. */
struct stp_fentry *stp_fentry_new(u32 count, bool all_registers);
void stp_fentry_free(struct stp_fentry *fentry);

/* Before the first search, while symbols are open: without it there are no sites. */
void stp_fentry_look_around(struct stp_fentry *fentry);
/*
 * Find the sites of places that have an address and are not armed: `site` is set where there is
 * one that can be used.  Symbols are open.
 */
void stp_fentry_find_sites(struct stp_fentry *fentry, struct stp_place *places, u32 count);
/* The armed places have changed: from now on, these are hit. */
int stp_fentry_set_places(struct stp_fentry *fentry, struct stp_place *places, u32 count);
/* `disabled` has changed in some of them. */
int stp_fentry_set_filter(struct stp_fentry *fentry, struct stp_place *places, u32 count);
/* No handler runs or starts any more. */
void stp_fentry_stop(struct stp_fentry *fentry);

#endif
