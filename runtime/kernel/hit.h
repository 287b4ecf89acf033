/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hit.h - entering and leaving a hit, inline, for the families whose hits are the most frequent.
 * What the two do, and why it is enough, context.c explains; others call stp_enter() and
 * stp_leave() there, which are made of these.
 */
#ifndef STP_HIT_H
#define STP_HIT_H

#include <linux/irqflags.h>
#include <linux/sched/task_stack.h>

#include "runtime.h"

DECLARE_PER_CPU(struct stp_context *, stp_contexts);
extern bool stp_skips_exceeded;		/* the script is to end with an error */

/* All that leaving has to do when something was printed, or went wrong. */
void stp_leave_with_news(struct stp_context *c);

/*
 * Is there enough of the task's stack left?  Interrupt stacks are not looked at: they are as large,
 * and what runs there began on an empty one.
 */
static __always_inline bool stp_stack_suffices(void)
{
	unsigned long here = (unsigned long)__builtin_frame_address(0);
	unsigned long used_from = here - (unsigned long)end_of_stack(current);

	return used_from >= THREAD_SIZE ||
	       used_from >= (unsigned long)stp_script.limits.min_stack_space;
}

/* stp_enter() where preemption is off anyway, and stays so. */
static __always_inline struct stp_context *
stp_enter_pinned(const struct stp_probe *probe, enum stp_state when, struct pt_regs *regs)
{
	bool masked = unlikely(!stp_script.limits.interruptible);
	unsigned long flags = 0;
	struct stp_context *c;
	enum stp_skip reason;

	if (unlikely(stp_get_state() != when))
		return NULL;
	if (masked)
		raw_local_irq_save(flags);
	c = __this_cpu_read(stp_contexts);
	reason = STP_SKIP_REENTRANT;
	if (unlikely(READ_ONCE(c->probe)))
		goto skip;
	reason = STP_SKIP_STACK;
	if (unlikely(!stp_stack_suffices()))
		goto skip;
	WRITE_ONCE(c->probe, probe);
	barrier();

	c->last_error = NULL;
	c->last_stmt = NULL;
	c->error_caller = NULL;
	c->actions = when == STP_STATE_RUNNING ? stp_script.limits.action :
						 stp_script.limits.action_interruptible;
	c->nesting = 0;
	c->aborted = 0;
	c->matched = 0;
	c->handed_on = 0;
	c->frame = (char *)c + ALIGN(sizeof(*c), 8);
	c->regs = regs;
	c->hit = NULL;
	c->saved = NULL;
	c->returns_from = 0;
	c->irq_flags = flags;
	c->next_token = NULL;
	c->print.length = 0;
	return c;

skip:
	stp_skip(reason);
	if (masked)
		raw_local_irq_restore(flags);
	return NULL;
}

static __always_inline void stp_leave_pinned(struct stp_context *c)
{
	unsigned long flags = c->irq_flags;

	if (c->print.length || unlikely(c->last_error) || unlikely(READ_ONCE(stp_skips_exceeded)))
		stp_leave_with_news(c);
	barrier();
	WRITE_ONCE(c->probe, NULL);
	if (unlikely(!stp_script.limits.interruptible))
		raw_local_irq_restore(flags);
}

#endif
