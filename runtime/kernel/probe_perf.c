// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_perf.c - performance counters: one kernel counter on each CPU for each probe.  A CPU that
 * comes online later has none.  Counters of hardware interrupt by NMI.
 */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/perf_event.h>

#include "runtime.h"
#include "probe_perf.h"

struct stp_perf {
	const struct stp_perf_probe *probe;
	struct perf_event **events;	/* by CPU */
};

static void stp_perf_hit(struct perf_event *event, struct perf_sample_data *data,
			 struct pt_regs *regs)
{
	const struct stp_perf *perf = event->overflow_handler_context;

	stp_hit(perf->probe->probe, regs);
}

static void stp_perf_exit(struct stp_probe_set *set)
{
	struct stp_perf *perfs = set->state;
	u32 i;

	for (i = 0; i < set->count; i++)
		kfree(perfs[i].events);
	kvfree(perfs);
	set->state = NULL;
}

static int stp_perf_init(struct stp_probe_set *set)
{
	const struct stp_perf_probe *probes = set->table;
	struct stp_perf *perfs = kvcalloc(set->count, sizeof(*perfs), GFP_KERNEL);
	u32 i;

	if (!perfs)
		return -ENOMEM;
	set->state = perfs;
	for (i = 0; i < set->count; i++) {
		perfs[i].probe = &probes[i];
		perfs[i].events = kcalloc(nr_cpu_ids, sizeof(*perfs[i].events), GFP_KERNEL);
		if (!perfs[i].events) {
			stp_perf_exit(set);
			return -ENOMEM;
		}
	}
	return 0;
}

static void stp_perf_release(struct stp_perf *perf)
{
	u32 cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		if (perf->events[cpu])
			perf_event_release_kernel(perf->events[cpu]);
		perf->events[cpu] = NULL;
	}
}

/* On all CPUs, or on none. */
static int stp_perf_create(struct stp_perf *perf)
{
	const struct stp_perf_probe *probe = perf->probe;
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = probe->type,
		.config = probe->config,
		.freq = !probe->period && !probe->tick,
	};
	int rc = 0;
	u32 cpu;

	if (attr.freq)
		attr.sample_freq = probe->frequency;
	else
		attr.sample_period = probe->tick ? TICK_NSEC : probe->period;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		struct perf_event *event = perf_event_create_kernel_counter(&attr, cpu, NULL,
									    stp_perf_hit, perf);

		if (IS_ERR(event)) {
			rc = PTR_ERR(event);
			break;
		}
		perf->events[cpu] = event;
	}
	cpus_read_unlock();
	if (rc)
		stp_perf_release(perf);
	return rc;
}

static int stp_perf_arm(struct stp_probe_set *set)
{
	struct stp_perf *perfs = set->state;
	int rc, last = 0;
	u32 i;

	for (i = 0; i < set->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		rc = stp_perf_create(&perfs[i]);
		if (rc) {
			stp_message_failed(perfs[i].probe->probe, rc);
			last = rc;
			continue;
		}
		set->armed++;
	}
	return set->armed ? 0 : last;
}

static void stp_perf_disarm(struct stp_probe_set *set)
{
	struct stp_perf *perfs = set->state;
	u32 i;

	for (i = 0; i < set->count; i++)
		stp_perf_release(&perfs[i]);
}

const struct stp_probe_type stp_probe_type_perf = {
	.name = "perf",
	.init = stp_perf_init,
	.arm = stp_perf_arm,
	.disarm = stp_perf_disarm,
	.exit = stp_perf_exit,
};
