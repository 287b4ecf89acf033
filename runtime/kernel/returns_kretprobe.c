// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * returns_kretprobe.c - returns of functions that call fentry, on kernels without fprobes.
 *
 * A kretprobe is two things: a probe of the entry, and there a switch of the return address to a
 * trampoline that leads to a handler.  The first half can be had cheaper (fentry.c), and then the
 * second has nothing to do with any function in particular.  So these returns share a few dozen
 * kretprobes, registered on a function of our own and disabled: it takes the kernel a millisecond
 * to register one, for it looks whether any of its jump labels is in the way.
 *
 * What a kretprobe keeps for a call in progress says which return it is, so sharing is only one of
 * room for calls in progress, which is as much as all of them would have had.
 *
 * At the return the kernel sets and clears its per-CPU `current_kprobe` without a look at what it
 * was, so none of this must be done while a kprobe's handler is running on the CPU; the kernel
 * itself sees to that.  The variable is not exported.  Without it, returns have no groups.
 */
#include "places.h"

#if !STP_FPROBE

#define STP_RETURN_GROUPS 32

struct stp_return_group {
	struct stp_return_group *next;
	stp_current_kprobe_t current_kprobe;
	bool registered;
	struct kretprobe ret;
};

/* What they are registered on; never called. */
static noinline void stp_return_anchor(void)
{
	barrier();
}

/* ---- hits ------------------------------------------------------------------------------------ */

/* As stp_return_switch() causes it. */
static int stp_return_shared_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return stp_return_keep((const struct stp_place *)regs->orig_ax, (void *)instance->data,
			       regs);
}
NOKPROBE_SYMBOL(stp_return_shared_entry);

/* No more of the registers is needed for it than the stack pointer. */
static void stp_return_switch(const struct stp_place *place, struct pt_regs *regs)
{
	struct kprobe *kprobe = &place->group->ret.kp;
	unsigned long kept = regs->orig_ax;

	/* The one word of the registers that is nobody's at a call. */
	regs->orig_ax = (unsigned long)place;
	kprobe->pre_handler(kprobe, regs);
	regs->orig_ax = kept;
}
NOKPROBE_SYMBOL(stp_return_switch);

/* Guarded, because what it leads to is not ours and may have probes. */
void stp_return_begin(const struct stp_place *place, unsigned long parent_ip, struct pt_regs *regs)
{
	int bit = stp_ftrace_trylock(place->site, parent_ip);

	if (bit < 0) {
		stp_skip(STP_SKIP_REENTRANT);
		return;
	}
	if (unlikely(raw_cpu_read(*place->group->current_kprobe)) || stp_asleep())
		stp_skip(STP_SKIP_MISSED);
	else if (likely(stp_get_state() == STP_STATE_RUNNING))
		stp_return_switch(place, regs);
	stp_ftrace_unlock(bit);
}
NOKPROBE_SYMBOL(stp_return_begin);

/* ---- groups ---------------------------------------------------------------------------------- */

void stp_returns_look_around(struct stp_returns *returns)
{
	returns->current_kprobe = stp_symbols_current_kprobe();
}

static bool stp_return_lacks_group(const struct stp_place *place)
{
	return place->probe->kind == STP_KERNEL_RETURN && place->site && !place->group;
}

/* The first from *i on, which is moved there, that lacks a group; NULL: none, or other room. */
static struct stp_place *stp_return_next(const struct stp_places *places, u32 *i, u32 calls)
{
	while (*i < places->count && !stp_return_lacks_group(places->all[*i]))
		++*i;
	if (*i < places->count && stp_return_calls(places->all[*i]) == calls)
		return places->all[*i];
	return NULL;
}

/* For that at `first` and those that follow, at most `members`, that want equal room. */
static int stp_return_add_group(struct stp_returns *returns, const struct stp_places *places,
				u32 first, u32 members)
{
	u32 calls = stp_return_calls(places->all[first]), together = 0, saved = 0, i = first;
	struct stp_return_group *group;
	struct stp_place *place;
	int rc;

	while (together < members && (place = stp_return_next(places, &i, calls))) {
		together++;
		saved = max(saved, place->probe->saved_size);
		i++;
	}
	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return -ENOMEM;
	group->current_kprobe = returns->current_kprobe;
	group->ret = (struct kretprobe){
		.kp.addr = (kprobe_opcode_t *)stp_return_anchor,
		.kp.flags = KPROBE_FLAG_DISABLED,
		.handler = stp_return_hit,
		.entry_handler = stp_return_shared_entry,
		.data_size = sizeof(struct stp_return) + saved,
		.maxactive = calls * together,
	};
	rc = register_kretprobe(&group->ret);
	if (rc) {
		kfree(group);
		return rc;
	}
	group->registered = true;
	group->next = returns->groups;
	smp_store_release(&returns->groups, group);
	for (i = first; together; together--)
		stp_return_next(places, &i, calls)->group = group;
	return 0;
}

void stp_returns_group(struct stp_returns *returns, const struct stp_fentry *fentry,
		       const struct stp_places *places)
{
	u32 i, count = 0;

	for (i = 0; i < places->count; i++)
		count += stp_return_lacks_group(places->all[i]);
	for (i = 0; i < places->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		if (!stp_return_lacks_group(places->all[i]))
			continue;
		if (!returns->current_kprobe ||
		    stp_return_add_group(returns, places, i,
					 DIV_ROUND_UP(count, STP_RETURN_GROUPS)))
			places->all[i]->site = 0;
		cond_resched();
	}
}

/* A place stays in its group for good, and it is fentry.c that sees whether it is armed. */
void stp_returns_set(struct stp_returns *returns, struct stp_fentry *fentry,
		     const struct stp_places *places)
{
}

int stp_returns_error(const struct stp_place *place)
{
	return 0;
}

u64 stp_returns_missed(const struct stp_returns *returns)
{
	const struct stp_return_group *group;
	u64 missed = 0;

	for (group = smp_load_acquire(&returns->groups); group; group = group->next)
		missed += (u64)READ_ONCE(group->ret.nmissed) + READ_ONCE(group->ret.kp.nmissed);
	return missed;
}

void stp_returns_stop(struct stp_returns *returns, struct kretprobe **room)
{
	struct stp_return_group *group;
	u32 count = 0;

	for (group = returns->groups; group; group = group->next) {
		if (group->registered)
			room[count++] = &group->ret;
		group->registered = false;
	}
	if (count)
		unregister_kretprobes(room, count);
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
