// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_kprobe.c - kprobe.function() and .return, by symbol.
 *
 * Registered one by one, so that a function that cannot be probed is named and the others go on;
 * unregistered in one batch, because each batch waits for all CPUs once.  The handlers run from a
 * breakpoint or from ftrace, in whatever context the function was called.
 */
#include <linux/kprobes.h>
#include <linux/sched.h>

#include "runtime.h"
#include "probe_kprobe.h"

struct stp_kprobe {
	const struct stp_kprobe_probe *probe;
	bool disabled;		/* its condition does not hold */
	bool armed;
	union {
		struct kprobe entry;
		struct kretprobe ret;
	};
};

struct stp_kprobes {
	void **batch;		/* room for all, to unregister */
	struct stp_kprobe kprobes[];
};

static void stp_kprobe_hit(const struct stp_kprobe *kprobe, const void *hit, struct pt_regs *regs)
{
	const struct stp_probe *probe = kprobe->probe->probe;
	struct stp_context *c = stp_enter(probe, STP_STATE_RUNNING, regs);

	if (!c)
		return;
	c->hit = hit;
	probe->handler(c);
	stp_leave(c);
}
NOKPROBE_SYMBOL(stp_kprobe_hit);

static int stp_kprobe_entry(struct kprobe *p, struct pt_regs *regs)
{
	stp_kprobe_hit(container_of(p, struct stp_kprobe, entry), NULL, regs);
	return 0;
}
NOKPROBE_SYMBOL(stp_kprobe_entry);

static int stp_kprobe_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct kretprobe *ret = get_kretprobe(instance);

	if (ret)	/* NULL: it is being unregistered */
		stp_kprobe_hit(container_of(ret, struct stp_kprobe, ret), instance, regs);
	return 0;
}
NOKPROBE_SYMBOL(stp_kprobe_return);

static int stp_kprobe_init(struct stp_probe_set *set)
{
	const struct stp_kprobe_probe *probes = set->table;
	struct stp_kprobes *state;
	u32 i;

	state = kvzalloc(struct_size(state, kprobes, set->count), GFP_KERNEL);
	if (!state)
		return -ENOMEM;
	state->batch = kvcalloc(set->count, sizeof(*state->batch), GFP_KERNEL);
	if (!state->batch) {
		kvfree(state);
		return -ENOMEM;
	}
	for (i = 0; i < set->count; i++) {
		struct stp_kprobe *kprobe = &state->kprobes[i];

		kprobe->probe = &probes[i];
		if (probes[i].on_return) {
			kprobe->ret.kp.symbol_name = probes[i].symbol;
			kprobe->ret.handler = stp_kprobe_return;
			kprobe->ret.maxactive = probes[i].maxactive;
		} else {
			kprobe->entry.symbol_name = probes[i].symbol;
			kprobe->entry.pre_handler = stp_kprobe_entry;
		}
	}
	set->state = state;
	return 0;
}

static struct kprobe *stp_kprobe_of(struct stp_kprobe *kprobe)
{
	return kprobe->probe->on_return ? &kprobe->ret.kp : &kprobe->entry;
}

/* Each change is one of the kernel's code; those that fail (memory) are tried again next time. */
static void stp_kprobe_refresh(struct stp_probe_set *set)
{
	struct stp_kprobes *state = set->state;
	u32 i;

	for (i = 0; i < set->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		struct stp_kprobe *kprobe = &state->kprobes[i];
		bool disabled = !stp_probe_wanted(kprobe->probe->probe);
		int rc;

		if (!kprobe->armed || disabled == kprobe->disabled)
			continue;
		rc = disabled ? disable_kprobe(stp_kprobe_of(kprobe)) :
				enable_kprobe(stp_kprobe_of(kprobe));
		if (!rc)
			kprobe->disabled = disabled;
		cond_resched();
	}
}

static int stp_kprobe_arm(struct stp_probe_set *set)
{
	struct stp_kprobes *state = set->state;
	u32 i;
	int rc, last = 0;

	for (i = 0; i < set->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		struct stp_kprobe *kprobe = &state->kprobes[i];

		kprobe->disabled = !stp_probe_wanted(kprobe->probe->probe);
		stp_kprobe_of(kprobe)->flags = kprobe->disabled ? KPROBE_FLAG_DISABLED : 0;
		if (kprobe->probe->on_return)
			rc = register_kretprobe(&kprobe->ret);
		else
			rc = register_kprobe(&kprobe->entry);
		if (rc) {
			stp_message(STP_RECORD_WARNING,
				    "probe %s (%s) registration error [man warning::pass5] (rc %d)",
				    kprobe->probe->probe->point, kprobe->probe->probe->place, rc);
			last = rc;
			continue;
		}
		kprobe->armed = true;
		set->armed++;
		cond_resched();
	}
	return set->armed ? 0 : last;
}

/* Unregister all armed probes of one kind at once; `armed` stays, for the count of missed hits. */
static void stp_kprobe_disarm_kind(struct stp_probe_set *set, bool on_return)
{
	struct stp_kprobes *state = set->state;
	u32 i, count = 0;

	for (i = 0; i < set->count; i++) {
		struct stp_kprobe *kprobe = &state->kprobes[i];

		if (!kprobe->armed || kprobe->probe->on_return != on_return)
			continue;
		state->batch[count++] = on_return ? (void *)&kprobe->ret : (void *)&kprobe->entry;
	}
	if (!count)
		return;
	if (on_return)
		unregister_kretprobes((struct kretprobe **)state->batch, count);
	else
		unregister_kprobes((struct kprobe **)state->batch, count);
}

static void stp_kprobe_disarm(struct stp_probe_set *set)
{
	stp_kprobe_disarm_kind(set, false);
	stp_kprobe_disarm_kind(set, true);
}

static void stp_kprobe_exit(struct stp_probe_set *set)
{
	struct stp_kprobes *state = set->state;

	kvfree(state->batch);
	kvfree(state);
	set->state = NULL;
}

static u64 stp_kprobe_missed(struct stp_probe_set *set)
{
	const struct stp_kprobes *state = set->state;
	u64 missed = 0;
	u32 i;

	for (i = 0; i < set->count; i++) {
		const struct stp_kprobe *kprobe = &state->kprobes[i];

		if (kprobe->probe->on_return)
			missed +=
				READ_ONCE(kprobe->ret.nmissed) + READ_ONCE(kprobe->ret.kp.nmissed);
		else
			missed += READ_ONCE(kprobe->entry.nmissed);
	}
	return missed;
}

const struct stp_probe_type stp_probe_type_kprobe = {
	.name = "kprobe",
	.init = stp_kprobe_init,
	.arm = stp_kprobe_arm,
	.disarm = stp_kprobe_disarm,
	.exit = stp_kprobe_exit,
	.refresh = stp_kprobe_refresh,
	.missed = stp_kprobe_missed,
};
