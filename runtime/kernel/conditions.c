// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * conditions.c - arming and disarming probes while the script runs.
 *
 * A handler, which may run anywhere, only leaves word: irq_work is what can be queued in an NMI, and
 * from its interrupt a work item can be.  That waits a little, so that a condition which changes all
 * the time costs a bounded number of changes of code.
 */
#include <linux/irq_work.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "runtime.h"

#define STP_REFRESH_DELAY_MS 5

static void stp_conditions_work(struct work_struct *work);
static void stp_conditions_interrupt(struct irq_work *work);

static DECLARE_DELAYED_WORK(stp_refresh_work, stp_conditions_work);
static struct irq_work stp_refresh_interrupt;

static void stp_conditions_work(struct work_struct *work)
{
	u32 i;

	if (stp_get_state() != STP_STATE_RUNNING)
		return;
	/* START or STOP is at work: START looks at the conditions itself, so this is for its end. */
	if (!mutex_trylock(&stp_life)) {
		schedule_delayed_work(&stp_refresh_work, msecs_to_jiffies(STP_REFRESH_DELAY_MS));
		return;
	}
	for (i = 0; i < stp_script.set_count && stp_get_state() == STP_STATE_RUNNING; i++) {
		struct stp_probe_set *set = &stp_script.sets[i];

		if (set->type->refresh)
			set->type->refresh(set);
	}
	mutex_unlock(&stp_life);
}

static void stp_conditions_interrupt(struct irq_work *work)
{
	schedule_delayed_work(&stp_refresh_work, msecs_to_jiffies(STP_REFRESH_DELAY_MS));
}

void stp_conditions_changed(void)
{
	irq_work_queue(&stp_refresh_interrupt);
}

static void stp_conditions_init(void)
{
	init_irq_work(&stp_refresh_interrupt, stp_conditions_interrupt);
}

static void stp_conditions_evaluate(void)
{
	struct stp_context *c = NULL;

	/* Only a message of ours can have this CPU's context, and is soon done with it. */
	while (!c && stp_get_state() == STP_STATE_STARTING) {
		c = stp_enter(stp_script.conditions, STP_STATE_STARTING, NULL);
		if (!c)
			cond_resched();
	}
	if (!c)
		return;
	stp_script.conditions->handler(c);
	stp_leave(c);
}

static void stp_conditions_exit(void)
{
	irq_work_sync(&stp_refresh_interrupt);
	cancel_delayed_work_sync(&stp_refresh_work);
}

const struct stp_condition_family stp_condition_family = {
	.init = stp_conditions_init,
	.evaluate = stp_conditions_evaluate,
	.exit = stp_conditions_exit,
};
