// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * returns.c - returns of functions, by the kernel's kretprobes.
 *
 * A kretprobe is two things: a probe of the entry, and there a switch of the return address to a
 * trampoline that leads to a handler.  The first half can be had cheaper (fentry.c), and then the
 * second has nothing to do with any function in particular.  So returns that are served that way
 * share a few dozen kretprobes, registered on a function of our own and disabled: it takes the
 * kernel a millisecond to register one, for it looks whether any of its jump labels is in the way.
 *
 * What a kretprobe keeps for a call in progress says which return it is, so sharing is only one of
 * room for calls in progress, which is as much as all of them would have had.
 */
#include "places.h"

#define STP_RETURN_GROUPS 32

/* In a kretprobe_instance. */
struct stp_return {
	const struct stp_place *place;
	char saved[];
};

/* What shared kretprobes are registered on; never called. */
static noinline void stp_return_anchor(void)
{
	barrier();
}

/* ---- hits ------------------------------------------------------------------------------------ */

/* Not 0: the return is not to be seen. */
static int stp_return_save(const struct stp_place *place, struct stp_return *data,
			   struct pt_regs *regs)
{
	struct stp_context *c;
	int failed;

	data->place = place;
	if (!place->probe->save)
		return 0;
	c = stp_enter(place->probe->probe, STP_STATE_RUNNING, regs);
	if (!c)
		return 1;
	c->saved = data->saved;
	place->probe->save(c);
	failed = c->last_error || c->aborted;
	stp_leave(c);
	return failed;
}
NOKPROBE_SYMBOL(stp_return_save);

/* The entry of one that has a kretprobe of its own. */
static int stp_return_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct kretprobe *ret = get_kretprobe(instance);
	unsigned long after = regs->ip;
	const struct stp_place *place;
	int rc;

	if (!ret)	/* it is being unregistered */
		return 1;
	place = container_of(ret, struct stp_place, ret);
	regs->ip = place->address ?: (unsigned long)ret->kp.addr;
	rc = stp_return_save(place, (void *)instance->data, regs);
	regs->ip = after;
	return rc;
}
NOKPROBE_SYMBOL(stp_return_entry);

/* The same as stp_return_begin() causes it. */
static int stp_return_shared_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return stp_return_save((const struct stp_place *)regs->orig_ax, (void *)instance->data,
			       regs);
}
NOKPROBE_SYMBOL(stp_return_shared_entry);

void stp_return_begin(const struct stp_place *place, struct pt_regs *regs)
{
	unsigned long kept = regs->orig_ax;

	/* The one word of the registers that is nobody's at a call. */
	regs->orig_ax = (unsigned long)place;
	place->shared->kp.pre_handler(&place->shared->kp, regs);
	regs->orig_ax = kept;
}
NOKPROBE_SYMBOL(stp_return_begin);

static int stp_return_hit(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct stp_return *data = (void *)instance->data;

	stp_place_hit(data->place, regs, data->saved);
	return 0;
}
NOKPROBE_SYMBOL(stp_return_hit);

/* ---- registering ----------------------------------------------------------------------------- */

int stp_return_register(struct stp_place *place)
{
	place->ret.handler = stp_return_hit;
	place->ret.entry_handler = stp_return_entry;
	place->ret.data_size = sizeof(struct stp_return) + place->probe->saved_size;
	place->ret.maxactive = place->probe->maxactive;
	return register_kretprobe(&place->ret);
}

/* As many as the kernel allows a kretprobe that does not say. */
static u32 stp_return_room(const struct stp_place *place)
{
	return place->probe->maxactive ?: max_t(u32, 10, 2 * num_possible_cpus());
}

static bool stp_return_shares(const struct stp_place *place)
{
	return place->probe->kind == STP_KERNEL_RETURN && place->site && !place->shared;
}

/* The first from *i on, which is moved there, that is to share; NULL: none, or other room. */
static struct stp_place *stp_return_next(const struct stp_places *places, u32 *i, u32 room)
{
	while (*i < places->count && !stp_return_shares(places->all[*i]))
		++*i;
	return *i < places->count && stp_return_room(places->all[*i]) == room ? places->all[*i] :
										NULL;
}

/* That at `first` and those that follow, at most `members`, as long as they want equal room. */
static int stp_return_lead(const struct stp_places *places, u32 first, u32 members)
{
	struct stp_place *leader = places->all[first], *place;
	u32 room = stp_return_room(leader), together = 0, saved = 0, i = first;
	int rc;

	while (together < members && (place = stp_return_next(places, &i, room))) {
		together++;
		saved = max(saved, place->probe->saved_size);
		i++;
	}
	leader->ret = (struct kretprobe){
		.kp.addr = (kprobe_opcode_t *)stp_return_anchor,
		.kp.flags = KPROBE_FLAG_DISABLED,
		.handler = stp_return_hit,
		.entry_handler = stp_return_shared_entry,
		.data_size = sizeof(struct stp_return) + saved,
		.maxactive = room * together,
	};
	rc = register_kretprobe(&leader->ret);
	if (rc)
		return rc;
	leader->leads = true;
	for (i = first; together; together--)
		stp_return_next(places, &i, room)->shared = &leader->ret;
	return 0;
}

void stp_returns_share(const struct stp_places *places)
{
	u32 i, sharing = 0;

	for (i = 0; i < places->count; i++)
		sharing += stp_return_shares(places->all[i]);
	for (i = 0; i < places->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		if (!stp_return_shares(places->all[i]))
			continue;
		/* One of its own, then. */
		if (stp_return_lead(places, i, DIV_ROUND_UP(sharing, STP_RETURN_GROUPS)))
			places->all[i]->site = 0;
		cond_resched();
	}
}
