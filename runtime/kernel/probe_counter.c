// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_counter.c - performance counters that count and never hit, one kernel counter on each CPU
 * for each.  A CPU that comes online later has none.
 *
 * They are armed before all families whose handlers read them, and released after those are
 * disarmed; `begin` finds 0, and `end` the last counts.
 *
 * A handler reads what is on its own CPU as perf_event_read_local() does, which modules do not get:
 * a counter that is running on this CPU is brought up to date by its driver, and else, where others
 * have its place on the hardware for now, its count is right as it is.  That runs in any context,
 * also in an NMI that has interrupted the same.  Drivers of what is not a CPU's own (of a bus, a
 * graphics card) may take locks when read: their counters are refused.
 */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/perf_event.h>

#include "runtime.h"
#include "probe_counter.h"

enum stp_counter_state { STP_COUNTER_IDLE, STP_COUNTER_RUNS, STP_COUNTER_FAILED };

struct stp_counter {
	const struct stp_counter_probe *probe;
	enum stp_counter_state state;
	struct perf_event **events;	/* by CPU */
	u64 *last;			/* by CPU: counted by those that were released */
};

static struct stp_counter *stp_counters;

static u64 stp_counter_read(struct perf_event *event, u32 cpu)
{
	unsigned long flags;
	u64 count;

	/* Not traced, as the rest of a hit. */
	raw_local_irq_save(flags);
	if (READ_ONCE(event->oncpu) == (int)cpu)
		event->pmu->read(event);
	count = local64_read(&event->count);
	raw_local_irq_restore(flags);
	return count;
}

int64_t stp_counter(struct stp_context *c, u32 number, const char *place)
{
	u32 cpu = raw_smp_processor_id();
	const struct stp_counter *counter = &stp_counters[number];
	struct perf_event *event = counter->events[cpu];

	if (counter->state == STP_COUNTER_FAILED)
		stp_error(c, place, "this perf counter could not be set up");
	else if (counter->state == STP_COUNTER_IDLE)
		return counter->last[cpu];
	else if (!event)
		stp_error(c, place, "this perf counter is not on CPUs that came online later");
	else if (READ_ONCE(event->state) < PERF_EVENT_STATE_INACTIVE)
		stp_error(c, place, "the kernel has stopped this perf counter");
	else
		return stp_counter_read(event, cpu);
	return 0;
}

static void stp_counter_exit(struct stp_probe_set *set)
{
	struct stp_counter *counters = set->state;
	u32 i;

	for (i = 0; i < set->count; i++) {
		kfree(counters[i].events);
		kfree(counters[i].last);
	}
	kvfree(counters);
	set->state = NULL;
	stp_counters = NULL;
}

static int stp_counter_init(struct stp_probe_set *set)
{
	const struct stp_counter_probe *probes = set->table;
	struct stp_counter *counters = kvcalloc(set->count, sizeof(*counters), GFP_KERNEL);
	u32 i;

	if (!counters)
		return -ENOMEM;
	set->state = counters;
	for (i = 0; i < set->count; i++) {
		counters[i].probe = &probes[i];
		counters[i].events = kcalloc(nr_cpu_ids, sizeof(*counters[i].events), GFP_KERNEL);
		counters[i].last = kcalloc(nr_cpu_ids, sizeof(*counters[i].last), GFP_KERNEL);
		if (!counters[i].events || !counters[i].last) {
			stp_counter_exit(set);
			return -ENOMEM;
		}
	}
	stp_counters = counters;
	return 0;
}

static void stp_counter_release(struct stp_counter *counter)
{
	u64 enabled, running;
	u32 cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		struct perf_event *event = counter->events[cpu];

		if (!event)
			continue;
		counter->last[cpu] = perf_event_read_value(event, &enabled, &running);
		counter->events[cpu] = NULL;
		perf_event_release_kernel(event);
	}
}

/* On all CPUs, or on none. */
static int stp_counter_create(struct stp_counter *counter)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = counter->probe->type,
		.config = counter->probe->config,
	};
	int rc = 0;
	u32 cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		struct perf_event *event = perf_event_create_kernel_counter(&attr, cpu, NULL,
									    NULL, NULL);

		if (IS_ERR(event)) {
			rc = PTR_ERR(event);
			break;
		}
		counter->events[cpu] = event;
		if (event->pmu->task_ctx_nr == perf_invalid_context) {
			rc = -EOPNOTSUPP;
			break;
		}
	}
	cpus_read_unlock();
	if (rc)
		stp_counter_release(counter);
	counter->state = rc ? STP_COUNTER_FAILED : STP_COUNTER_RUNS;
	return rc;
}

static int stp_counter_arm(struct stp_probe_set *set)
{
	struct stp_counter *counters = set->state;
	int rc, last = 0;
	u32 i;

	for (i = 0; i < set->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		rc = stp_counter_create(&counters[i]);
		if (rc) {
			stp_message_failed(counters[i].probe->probe, rc);
			last = rc;
			continue;
		}
		set->armed++;
	}
	return set->armed ? 0 : last;
}

static void stp_counter_disarm(struct stp_probe_set *set)
{
	struct stp_counter *counters = set->state;
	u32 i;

	for (i = 0; i < set->count; i++) {
		if (counters[i].state != STP_COUNTER_RUNS)
			continue;
		stp_counter_release(&counters[i]);
		counters[i].state = STP_COUNTER_IDLE;
	}
}

const struct stp_probe_type stp_probe_type_counter = {
	.name = "counter",
	.init = stp_counter_init,
	.arm = stp_counter_arm,
	.disarm = stp_counter_disarm,
	.exit = stp_counter_exit,
};
