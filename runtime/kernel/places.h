/* SPDX-License-Identifier: GPL-2.0-or-later */
/* places.h - what probe_kernel.c, fentry.c and the three files of returns share. */
#ifndef STP_PLACES_H
#define STP_PLACES_H

#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/rcupdate.h>

#include "compat.h"
#include "hit.h"
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
	bool registered;	/* `entry` or `ret` is known to the kernel */
	struct stp_return_group *group;	/* of a return that has a site */
	bool grouped;		/* the group's fprobe is to see it */
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

/* As far as RCU knows: older kernels trace a few functions then. */
static inline bool stp_asleep(void)
{
	return unlikely(is_idle_task(current)) && !rcu_is_watching();
}

/*
 * Hit a probe in its context; nothing if there is none to be had.  Preemption is disabled.
 * At a return: with what was saved, and the function's address.
 */
static __always_inline void stp_place_hit(const struct stp_place *place, struct pt_regs *regs,
					  void *saved, unsigned long returns_from)
{
	const struct stp_probe *probe = place->probe->probe;
	struct stp_context *c = stp_enter_pinned(probe, STP_STATE_RUNNING, regs);

	if (!c)
		return;
	c->saved = saved;
	c->returns_from = returns_from;
	stp_run(c, probe);
	stp_leave_pinned(c);
}

struct stp_fentry;

/* ---- returns.c: what is kept of a return while its call is in progress ----------------------- */

struct stp_return {
	const struct stp_place *place;
	char saved[];	/* place->probe->saved_size */
};

/* Calls in progress that there is to be room for: unless it says, as many as kretprobes have. */
static inline u32 stp_return_calls(const struct stp_place *place)
{
	return place->probe->maxactive ?: max_t(u32, 10, 2 * num_possible_cpus());
}

/* Have the probe save what it wants.  Not 0: it failed, or was skipped. */
int stp_return_save(struct stp_return *data, struct pt_regs *regs);

/* At the entry of a function: fill in.  Not 0: the return is not to be seen. */
static inline int stp_return_keep(const struct stp_place *place, struct stp_return *data,
				  struct pt_regs *regs)
{
	data->place = place;
	return place->probe->save ? stp_return_save(data, regs) : 0;
}

/* The handler of a kretprobe whose data it is. */
int stp_return_hit(struct kretprobe_instance *instance, struct pt_regs *regs);
/* Register place->ret, for a return that has no site; its kprobe is filled in. */
int stp_return_register(struct stp_place *place);

/*
 * ---- returns_fprobe.c or returns_kretprobe.c, as the kernel has fprobes: returns with a site ----
 *
 * They are put into groups, and a group is one fprobe, or one kretprobe.
 */

struct stp_returns {
	struct stp_return_group *groups;	/* linked by `next`; once there, they stay */
	stp_current_kprobe_t current_kprobe;	/* NULL: not known, or not needed */
};

/* Before the first group, while symbols are open: without it there are none. */
void stp_returns_look_around(struct stp_returns *returns);
/* Give all that have no group one.  What gets none loses its site. */
void stp_returns_group(struct stp_returns *returns, const struct stp_fentry *fentry,
		       const struct stp_places *places);
/* The same as stp_fentry_set_filter(), for those that fentry.c does not see. */
void stp_returns_set(struct stp_returns *returns, struct stp_fentry *fentry,
		     const struct stp_places *places);
/* Is it to be seen by the fprobe of its group, and not by fentry.c? */
static inline bool stp_by_fprobe(const struct stp_place *place)
{
	return STP_FPROBE && place->group;
}

/* Why the kernel did not take the group of an armed place; 0: it did. */
int stp_returns_error(const struct stp_place *place);
/* Of all of them, so far.  At any time. */
u64 stp_returns_missed(const struct stp_returns *returns);
/* No handler runs or starts any more.  There is room for as many as there are places. */
void stp_returns_stop(struct stp_returns *returns, struct kretprobe **room);
void stp_returns_free(struct stp_returns *returns);

#if STP_FPROBE
/* Nothing: fprobes see the entries themselves. */
static inline void stp_return_begin(const struct stp_place *place, unsigned long parent_ip,
				    struct pt_regs *regs)
{
}
#else
/* At the entry of a function: see to it that the return is a hit. */
void stp_return_begin(const struct stp_place *place, unsigned long parent_ip, struct pt_regs *regs);
#endif

/* ---- fentry.c: the ftrace_ops that the whole module shares ----------------------------------- */

/* What is hit when a function calls fentry. */
struct stp_site {
	unsigned long site;
	struct stp_place *place;
	const struct stp_probe *entry;	/* NULL: the place is a return */
};

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
/* Entries first[h] to first[h + 1] have the hash value h; those of one site are in order. */
struct stp_sites {
	u32 bits;			/* of the hash */
	u32 *first;
	struct stp_site *entries;
};

static inline u32 stp_site_hash(const struct stp_sites *sites, unsigned long site)
{
	return hash_long(site, sites->bits);
}

/*
 * From what is returned up to `end` there are those of this site, and maybe others.  They stay as
 * they are while preemption is disabled.
 */
static inline const struct stp_site *stp_find_sites(struct stp_sites *const *table,
						    unsigned long site, const struct stp_site **end)
{
	const struct stp_sites *sites = smp_load_acquire(table);
	u32 hash = stp_site_hash(sites, site);

	*end = sites->entries + sites->first[hash + 1];
	return sites->entries + sites->first[hash];
}

/* The table; which one it is changes, where it is found does not. */
struct stp_sites *const *stp_fentry_sites(const struct stp_fentry *fentry);
/*
 * The sites of places that are armed, and not disabled, and of this group; NULL: of those that
 * fentry.c itself sees.  Each is there once, and until the next call.
 */
unsigned long *stp_fentry_filter(struct stp_fentry *fentry, const struct stp_places *places,
				 const struct stp_return_group *group, u32 *count);
/* The armed places have changed: have them found at their sites. */
void stp_fentry_publish(struct stp_fentry *fentry, const struct stp_places *places);
/* Then, or when `disabled` has changed in some of them: from now on, these are hit. */
int stp_fentry_set_filter(struct stp_fentry *fentry, const struct stp_places *places);
/* No handler runs or starts any more. */
void stp_fentry_stop(struct stp_fentry *fentry);

#endif
