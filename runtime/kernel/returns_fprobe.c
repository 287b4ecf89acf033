// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * returns_fprobe.c - returns of functions that call fentry, by the kernel's fprobes.
 *
 * An fprobe is an ftrace_ops with a pool of what is kept for calls in progress.  It sees entries
 * and returns of any number of functions, which it is told all at once.  What it keeps for a call
 * has room for all returns of the function that the script probes.  So functions are in one group,
 * which is one fprobe, if they want equal room: equally much for a call, for equally many calls.
 * Most scripts have one group.
 *
 * A group gets its functions when they are found.  Those found later, with a module, get new ones,
 * since the pool is made when the fprobe is registered; but a place that is given up leaves its
 * group, and an empty group is used again.  A group whose functions are all disabled is not
 * registered: no functions would mean every one there is.
 */
#include "places.h"

#if STP_FPROBE

#include <linux/fprobe.h>
#include <linux/log2.h>
#include <linux/sort.h>

/* Bytes that a call in progress can have: the kernel's pools have an end. */
#define STP_RETURN_MOST_DATA 32768
/*
 * Calls in progress of a group; one function cannot ask for more.  The pools have room for all of
 * them in each CPU's list: so many need 64 MB for 256 CPUs.
 */
#define STP_RETURN_MOST_CALLS 32767

/* What is kept for a call in progress. */
struct stp_call {
	u32 size;		/* of the returns */
	char returns[] __aligned(8);	/* struct stp_return, one after the other */
};

struct stp_return_group {
	struct stp_return_group *next;
	struct stp_sites *const *sites;
	u32 calls;		/* in progress, of one function */
	u32 returns;		/* of one function */
	u32 data;		/* bytes for a call: sum of stp_return_size(), a power of 2 */
	u32 functions;		/* so many got into it */
	u32 places;		/* so many are in it; none: it may be used again */
	bool full;		/* no more functions get into it */
	bool changed;		/* what is to be seen is not (yet) what the fprobe sees */
	bool registered;
	int error;		/* of the last change */
	u64 missed_before;	/* before it was registered again */
	struct fprobe fprobe;
};

static u32 stp_return_size(const struct stp_place *place)
{
	return sizeof(struct stp_return) + ALIGN(place->probe->saved_size, 8);
}

/* ---- hits ------------------------------------------------------------------------------------ */

/* Not 0: there is nothing to be seen at the return. */
static int stp_fprobe_entry(struct fprobe *fprobe, unsigned long ip, unsigned long ret_ip,
			    struct pt_regs *regs, void *data)
{
	const struct stp_return_group *group =
		container_of(fprobe, struct stp_return_group, fprobe);
	const struct stp_site *site, *end;
	unsigned long after = regs->ip;
	struct stp_call *call = data;
	u32 size = 0;

	if (unlikely(stp_get_state() != STP_STATE_RUNNING))
		return 1;
	for (site = stp_find_sites(group->sites, ip, &end); site < end; site++) {
		const struct stp_place *place = site->place;
		if (site->site != ip || READ_ONCE(place->group) != group ||
		    unlikely(READ_ONCE(place->disabled)))
			continue;
		/* As if nothing of the function had run yet. */
		regs->ip = place->address;
		if (!stp_return_keep(place, (void *)(call->returns + size), regs))
			size += stp_return_size(place);
	}
	regs->ip = after;
	call->size = size;
	return !size;
}
NOKPROBE_SYMBOL(stp_fprobe_entry);

static void stp_fprobe_exit(struct fprobe *fprobe, unsigned long ip, unsigned long ret_ip,
			    struct pt_regs *regs, void *data)
{
	struct stp_call *call = data;
	struct stp_return *ret;
	u32 at;

	for (at = 0; at < call->size; at += stp_return_size(ret->place)) {
		ret = (void *)(call->returns + at);
		stp_place_hit(ret->place, regs, ret->saved, ret->place->address);
	}
}
NOKPROBE_SYMBOL(stp_fprobe_exit);

/* ---- groups ---------------------------------------------------------------------------------- */

void stp_returns_look_around(struct stp_returns *returns)
{
}

/* An empty one, or a new one; NULL: no memory. */
static struct stp_return_group *stp_return_new_group(struct stp_returns *returns)
{
	struct stp_return_group *group;

	for (group = returns->groups; group; group = group->next)
		if (!group->places && !group->registered)
			return group;
	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return NULL;
	group->next = returns->groups;
	smp_store_release(&returns->groups, group);
	return group;
}

/* That takes a function with these wants; NULL: no memory. */
static struct stp_return_group *stp_return_find_group(struct stp_returns *returns, u32 calls,
						      u32 ret, u32 data)
{
	struct stp_return_group *group;

	for (group = returns->groups; group; group = group->next)
		if (group->places && !group->full && group->calls == calls &&
		    group->returns == ret && group->data == data)
			return group;
	group = stp_return_new_group(returns);
	if (!group)
		return NULL;
	group->calls = calls;
	group->returns = ret;
	group->data = data;
	group->functions = 0;
	group->full = false;
	return group;
}

static int stp_compare_returns(const void *a, const void *b)
{
	const struct stp_place *x = *(const struct stp_place **)a;
	const struct stp_place *y = *(const struct stp_place **)b;

	return x->site < y->site ? -1 : x->site > y->site;
}

/* The returns of one function. */
static void stp_return_add_function(struct stp_returns *returns, const struct stp_fentry *fentry,
				    struct stp_place **places, u32 count)
{
	struct stp_return_group *group = NULL;
	u64 data = sizeof(struct stp_call);
	u32 i, calls = 0;

	for (i = 0; i < count; i++) {
		calls = max(calls, stp_return_calls(places[i]));
		data += stp_return_size(places[i]);
	}
	if (data <= STP_RETURN_MOST_DATA)
		group = stp_return_find_group(returns, calls, count, roundup_pow_of_two(data));
	if (!group) {
		for (i = 0; i < count; i++)
			places[i]->site = 0;
		return;
	}
	group->sites = stp_fentry_sites(fentry);
	group->functions++;
	group->places += count;
	for (i = 0; i < count; i++)
		WRITE_ONCE(places[i]->group, group);
}

/* Those that have a site and no group, by their sites; their count. */
static u32 stp_returns_collect(const struct stp_places *places, struct stp_place **found)
{
	u32 i, count = 0;

	for (i = 0; i < places->count; i++) {
		struct stp_place *place = places->all[i];

		if (place->probe->kind == STP_KERNEL_RETURN && place->site && !place->group)
			found[count++] = place;
	}
	sort(found, count, sizeof(*found), stp_compare_returns, NULL);
	return count;
}

void stp_returns_group(struct stp_returns *returns, const struct stp_fentry *fentry,
		       const struct stp_places *places)
{
	struct stp_place **found = kvcalloc(places->count, sizeof(*found), GFP_KERNEL);
	struct stp_return_group *group;
	u32 i, end, count;

	if (!found) {
		for (i = 0; i < places->count; i++)
			if (places->all[i]->probe->kind == STP_KERNEL_RETURN &&
			    !places->all[i]->group)
				places->all[i]->site = 0;
		return;
	}
	count = stp_returns_collect(places, found);
	for (i = 0; i < count; i = end) {
		for (end = i + 1; end < count && found[end]->site == found[i]->site;)
			end++;
		stp_return_add_function(returns, fentry, &found[i], end - i);
		cond_resched();
	}
	kvfree(found);
	for (group = returns->groups; group; group = group->next)
		group->full = true;
}

/* ---- registering ----------------------------------------------------------------------------- */

static u64 stp_group_missed(const struct stp_return_group *group)
{
	return (u64)READ_ONCE(group->fprobe.nmissed) * group->returns;
}

static void stp_group_unregister(struct stp_return_group *group)
{
	if (!group->registered)
		return;
	unregister_fprobe(&group->fprobe);
	group->registered = false;
	group->missed_before += stp_group_missed(group);
	group->fprobe.nmissed = 0;
}

/* It is to see so many sites, one at least. */
static int stp_group_register(struct stp_return_group *group, unsigned long *sites, u32 count)
{
	u64 calls = min_t(u64, (u64)group->calls * group->functions, STP_RETURN_MOST_CALLS);
	int rc;

	if (group->registered)
		return ftrace_set_filter_ips(&group->fprobe.ops, sites, count, 0, 1);
	group->fprobe = (struct fprobe){
		/* As in fentry.c. */
		.ops.flags = FTRACE_OPS_FL_PERMANENT,
		.entry_handler = stp_fprobe_entry,
		.exit_handler = stp_fprobe_exit,
		.entry_data_size = group->data,
		.nr_maxactive = calls,
	};
	rc = register_fprobe_ips(&group->fprobe, sites, count);
	group->registered = !rc;
	return rc;
}

static void stp_group_set(struct stp_return_group *group, struct stp_fentry *fentry,
			  const struct stp_places *places)
{
	unsigned long *sites;
	u32 count;

	sites = stp_fentry_filter(fentry, places, group, &count);
	group->error = 0;
	if (count)
		group->error = stp_group_register(group, sites, count);
	else
		stp_group_unregister(group);
	group->changed = group->error != 0;	/* then again next time */
}

/* Mark the groups that have changed. */
static void stp_returns_compare(const struct stp_places *places)
{
	u32 i;

	for (i = 0; i < places->count; i++) {
		struct stp_place *place = places->all[i];
		bool wanted = place->armed && !place->disabled;

		if (!place->group || place->grouped == wanted)
			continue;
		place->grouped = wanted;
		place->group->changed = true;
	}
}

void stp_returns_set(struct stp_returns *returns, struct stp_fentry *fentry,
		     const struct stp_places *places)
{
	struct stp_return_group *group;
	u32 i;

	stp_returns_compare(places);
	for (group = returns->groups; group; group = group->next)
		if (group->changed)
			stp_group_set(group, fentry, places);
	for (i = 0; i < places->count; i++) {
		struct stp_place *place = places->all[i];

		if (!place->group || place->armed)
			continue;
		place->group->places--;
		WRITE_ONCE(place->group, NULL);
	}
}

int stp_returns_error(const struct stp_place *place)
{
	return place->group ? place->group->error : 0;
}

u64 stp_returns_missed(const struct stp_returns *returns)
{
	const struct stp_return_group *group;
	u64 missed = 0;

	for (group = smp_load_acquire(&returns->groups); group; group = group->next)
		missed += READ_ONCE(group->missed_before) + stp_group_missed(group);
	return missed;
}

void stp_returns_stop(struct stp_returns *returns, struct kretprobe **room)
{
	struct stp_return_group *group;

	for (group = returns->groups; group; group = group->next)
		stp_group_unregister(group);
}

void stp_returns_free(struct stp_returns *returns)
{
	while (returns->groups) {
		struct stp_return_group *group = returns->groups;

		returns->groups = group->next;
		kfree(group);
	}
}

#endif
