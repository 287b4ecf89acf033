// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_timer.c - timer.* probes.
 *
 * Nanosecond intervals get an hrtimer each, in hard interrupt context also on PREEMPT_RT (handlers
 * never sleep); intervals in jiffies get a timer_list.  Both rearm themselves as long as the set is
 * armed. Periods that were missed altogether are not made up for.
 *
 * A timer often interrupts another handler on its CPU.  A hit is not lost for that: the timer comes
 * back a moment later, and its next period counts from when it was due.
 */
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/timer.h>
#include <asm/irq_regs.h>

#include "runtime.h"
#include "probe_timer.h"

struct stp_timer {
	const struct stp_timer_probe *probe;
	bool idle;		/* its condition does not hold */
	const bool *stopping;
	struct rnd_state random;	/* the kernel's own generator may take a lock */
	u32 retries;			/* of the hit that is due */
	ktime_t due;			/* valid when retries > 0 */
	union {
		struct hrtimer high;
		struct timer_list tick;
	};
};

struct stp_timers {
	bool stopping;
	struct stp_timer timers[];
};

/* A timer that fires faster than its interrupt is served would stop its CPU. */
#define STP_TIMER_LEAST_NS 10000

/* interval ± randomize, and at least so much. */
static u64 stp_timer_interval(struct stp_timer *timer)
{
	u64 interval = timer->probe->interval, randomize = timer->probe->randomize, random, least;

	if (randomize) {
		random = (u64)prandom_u32_state(&timer->random) << 32 |
			 prandom_u32_state(&timer->random);
		least = interval > randomize ? interval - randomize : 1;
		interval = least + random % (interval + randomize - least + 1);
	}
	return max_t(u64, interval, timer->probe->jiffies ? 1 : STP_TIMER_LEAST_NS);
}

#define STP_TIMER_RETRY_NS 20000
#define STP_TIMER_RETRIES 1000		/* then it is skipped, and counted, like any other hit */

/* false: this CPU's context is taken, come back soon. */
static bool stp_timer_hit(struct stp_timer *timer)
{
	if (unlikely(stp_context_taken()) && timer->retries < STP_TIMER_RETRIES)
		return false;
	stp_hit(timer->probe->probe, get_irq_regs());
	return true;
}

static enum hrtimer_restart stp_timer_high(struct hrtimer *high)
{
	struct stp_timer *timer = container_of(high, struct stp_timer, high);
	bool done = stp_timer_hit(timer);

	if (READ_ONCE(*timer->stopping) || READ_ONCE(timer->idle))
		return HRTIMER_NORESTART;
	if (!done) {
		if (!timer->retries++)
			timer->due = hrtimer_get_expires(high);
		hrtimer_forward_now(high, ns_to_ktime(STP_TIMER_RETRY_NS));
		return HRTIMER_RESTART;
	}
	if (timer->retries) {
		hrtimer_set_expires(high, timer->due);
		timer->retries = 0;
	}
	hrtimer_forward_now(high, ns_to_ktime(stp_timer_interval(timer)));
	return HRTIMER_RESTART;
}

static void stp_timer_tick(struct timer_list *tick)
{
	struct stp_timer *timer = container_of(tick, struct stp_timer, tick);
	bool done = stp_timer_hit(timer);

	timer->retries = done ? 0 : timer->retries + 1;
	if (!READ_ONCE(*timer->stopping) && !READ_ONCE(timer->idle))
		mod_timer(tick, jiffies + (done ? stp_timer_interval(timer) : 1));
}

static int stp_timer_init(struct stp_probe_set *set)
{
	const struct stp_timer_probe *probes = set->table;
	struct stp_timers *state;
	u32 i;

	state = kvzalloc(struct_size(state, timers, set->count), GFP_KERNEL);
	if (!state)
		return -ENOMEM;
	for (i = 0; i < set->count; i++) {
		struct stp_timer *timer = &state->timers[i];

		timer->probe = &probes[i];
		timer->stopping = &state->stopping;
		prandom_seed_state(&timer->random, get_random_u64());
		if (probes[i].jiffies)
			timer_setup(&timer->tick, stp_timer_tick, 0);
		else
			stp_hrtimer_setup(&timer->high, stp_timer_high, CLOCK_MONOTONIC,
					  HRTIMER_MODE_REL_HARD);
	}
	set->state = state;
	return 0;
}

static void stp_timer_start(struct stp_timer *timer)
{
	u64 interval = stp_timer_interval(timer);

	WRITE_ONCE(timer->idle, false);
	timer->retries = 0;
	if (timer->probe->jiffies)
		mod_timer(&timer->tick, jiffies + interval);
	else
		hrtimer_start(&timer->high, ns_to_ktime(interval), HRTIMER_MODE_REL_HARD);
}

static void stp_timer_end(struct stp_timer *timer)
{
	if (timer->probe->jiffies)
		stp_timer_delete_sync(&timer->tick);
	else
		hrtimer_cancel(&timer->high);
}

static int stp_timer_arm(struct stp_probe_set *set)
{
	struct stp_timers *state = set->state;
	u32 i;

	for (i = 0; i < set->count; i++) {
		struct stp_timer *timer = &state->timers[i];

		timer->idle = !stp_probe_wanted(timer->probe->probe);
		if (!timer->idle)
			stp_timer_start(timer);
	}
	set->armed = set->count;
	return 0;
}

static void stp_timer_refresh(struct stp_probe_set *set)
{
	struct stp_timers *state = set->state;
	u32 i;

	for (i = 0; i < set->count; i++) {
		struct stp_timer *timer = &state->timers[i];
		bool idle = !stp_probe_wanted(timer->probe->probe);

		if (idle == timer->idle)
			continue;
		if (idle) {
			WRITE_ONCE(timer->idle, true);
			stp_timer_end(timer);
		} else {
			stp_timer_start(timer);
		}
	}
}

static void stp_timer_disarm(struct stp_probe_set *set)
{
	struct stp_timers *state = set->state;
	u32 i;

	WRITE_ONCE(state->stopping, true);
	for (i = 0; i < set->count; i++)
		stp_timer_end(&state->timers[i]);
}

static void stp_timer_exit(struct stp_probe_set *set)
{
	kvfree(set->state);
	set->state = NULL;
}

const struct stp_probe_type stp_probe_type_timer = {
	.name = "timer",
	.init = stp_timer_init,
	.arm = stp_timer_arm,
	.disarm = stp_timer_disarm,
	.refresh = stp_timer_refresh,
	.exit = stp_timer_exit,
};
