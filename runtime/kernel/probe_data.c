// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_data.c - hardware watchpoints: the processors' debug registers, the same on each of them.
 *
 * A hit comes as a trap behind the instruction that has read or written; so that is what the
 * registers show.  The kernel treats the trap like an NMI.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/hw_breakpoint.h>
#include <linux/init_task.h>
#include <linux/perf_event.h>

#include "runtime.h"
#include "probe_data.h"

struct stp_data {
	const struct stp_data_probe *probe;
	struct perf_event *__percpu *events;	/* NULL: not armed */
};

static void stp_data_hit(struct perf_event *event, struct perf_sample_data *sample,
			 struct pt_regs *regs)
{
	const struct stp_data *data = event->overflow_handler_context;

	stp_hit(data->probe->probe, regs);
}

static int stp_data_init(struct stp_probe_set *set)
{
	const struct stp_data_probe *probes = set->table;
	struct stp_data *state = kcalloc(set->count, sizeof(*state), GFP_KERNEL);
	u32 i;

	if (!state)
		return -ENOMEM;
	for (i = 0; i < set->count; i++)
		state[i].probe = &probes[i];
	set->state = state;
	return 0;
}

static void stp_data_exit(struct stp_probe_set *set)
{
	kfree(set->state);
	set->state = NULL;
}

/* 0: it is not known. */
static unsigned long stp_data_address(const struct stp_data_probe *probe)
{
	unsigned long address = 0;

	if (probe->section)
		return stp_address(probe->section, probe->address);
	if (!probe->symbol)
		return probe->address;
	if (!stp_symbols_open()) {
		address = stp_symbol(probe->symbol);
		stp_symbols_close();
	}
	return address;
}

/* The user was allowed to load this; that the loader has no privileges any more is no reason. */
static struct perf_event *__percpu *stp_data_create(struct perf_event_attr *attr,
						    struct stp_data *data)
{
	struct cred *cred = prepare_kernel_cred(&init_task);
	struct perf_event *__percpu *events;
	const struct cred *own;

	if (!cred)
		return (void __percpu __force *)ERR_PTR(-ENOMEM);
	own = override_creds(cred);
	events = register_wide_hw_breakpoint(attr, stp_data_hit, data);
	revert_creds(own);
	put_cred(cred);
	return events;
}

static int stp_data_register(struct stp_data *data)
{
	const struct stp_data_probe *probe = data->probe;
	struct perf_event *__percpu *events;
	struct perf_event_attr attr;

	hw_breakpoint_init(&attr);
	attr.bp_addr = stp_data_address(probe);
	attr.bp_len = probe->length;
	attr.bp_type = probe->reads ? HW_BREAKPOINT_RW : HW_BREAKPOINT_W;
	if (!attr.bp_addr)
		return -ENOENT;
	events = stp_data_create(&attr, data);
	if (IS_ERR((void __force *)events))
		return PTR_ERR((void __force *)events);
	data->events = events;
	return 0;
}

static int stp_data_arm(struct stp_probe_set *set)
{
	struct stp_data *state = set->state;
	int rc, last = 0;
	u32 i;

	for (i = 0; i < set->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		const struct stp_probe *probe = state[i].probe->probe;

		rc = stp_data_register(&state[i]);
		if (rc) {
			stp_message(STP_RECORD_WARNING,
				    "probe %s (%s) registration error [man warning::pass5] (rc %d)%s",
				    probe->point, probe->place, rc,
				    rc == -ENOSPC ? ": the debug registers are in use" :
				    rc == -ENOENT ? ": the kernel has no such symbol" : "");
			last = rc;
			continue;
		}
		set->armed++;
	}
	return set->armed ? 0 : last;
}

static void stp_data_disarm(struct stp_probe_set *set)
{
	struct stp_data *state = set->state;
	u32 i;

	for (i = 0; i < set->count; i++) {
		if (state[i].events)
			unregister_wide_hw_breakpoint(state[i].events);
		state[i].events = NULL;
	}
}

const struct stp_probe_type stp_probe_type_data = {
	.name = "data",
	.init = stp_data_init,
	.arm = stp_data_arm,
	.disarm = stp_data_disarm,
	.exit = stp_data_exit,
};
