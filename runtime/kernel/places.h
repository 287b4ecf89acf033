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
	bool disabled;		/* its condition does not hold */
	bool registered;	/* `entry` or `ret` is known to the kernel */
	union {
		struct kprobe entry;
		struct kretprobe ret;	/* also of those with a site: see fentry.c */
	};
};

/* Hit a probe in its context; nothing if there is none to be had. */
void stp_place_hit(const struct stp_place *place, struct pt_regs *regs, void *saved);

/* ---- fentry.c: the ftrace_ops that the whole module shares ----------------------------------- */

struct stp_fentry;

/* For so many places; NULL: no memory. */
struct stp_fentry *stp_fentry_new(u32 count, bool all_registers);
void stp_fentry_free(struct stp_fentry *fentry);

/* Returns have sites, too, if the kernel's variable is known. */
void stp_fentry_serve_returns(struct stp_fentry *fentry, stp_current_kprobe_t current_kprobe);
/*
 * Find the sites of places that have an address and are not armed: `site` is set where there is
 * one that can be used.
 */
void stp_fentry_find_sites(struct stp_fentry *fentry, struct stp_place *places, u32 count);
/* The armed places have changed: from now on, these are hit. */
int stp_fentry_set_places(struct stp_fentry *fentry, struct stp_place *places, u32 count);
/* `disabled` has changed in some of them. */
int stp_fentry_set_filter(struct stp_fentry *fentry, struct stp_place *places, u32 count);
/* No handler runs or starts any more. */
void stp_fentry_stop(struct stp_fentry *fentry);

#endif
