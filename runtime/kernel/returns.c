// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * returns.c - what all returns of functions have in common, and those that have no site, each of
 * which is a kretprobe of its own.  The others are in groups: returns_fprobe.c, or, on kernels
 * without fprobes, returns_kretprobe.c.
 */
#include "places.h"

int stp_return_save(struct stp_return *data, struct pt_regs *regs)
{
	const struct stp_kernel_probe *probe = data->place->probe;
	struct stp_context *c = stp_enter_pinned(probe->probe, STP_STATE_RUNNING, regs);
	int failed;

	if (!c)
		return 1;
	c->saved = data->saved;
	probe->save(c);
	failed = c->last_error || c->aborted;
	stp_leave_pinned(c);
	return failed;
}
NOKPROBE_SYMBOL(stp_return_save);

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
	rc = stp_return_keep(place, (void *)instance->data, regs);
	regs->ip = after;
	return rc;
}
NOKPROBE_SYMBOL(stp_return_entry);

int stp_return_hit(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct stp_return *data = (void *)instance->data;

	const struct stp_place *place = data->place;

	stp_place_hit(place, regs, data->saved,
		      place->address ?: (unsigned long)place->ret.kp.addr);
	return 0;
}
NOKPROBE_SYMBOL(stp_return_hit);

int stp_return_register(struct stp_place *place)
{
	place->ret.handler = stp_return_hit;
	place->ret.entry_handler = stp_return_entry;
	place->ret.data_size = sizeof(struct stp_return) + place->probe->saved_size;
	place->ret.maxactive = place->probe->maxactive;
	return register_kretprobe(&place->ret);
}
