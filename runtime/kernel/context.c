// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * context.c - who may run a handler now: entering and leaving a hit, skips, errors.
 *
 * There is one context per CPU.  Taking it needs no atomic operation: preemption is off, so the
 * only rivals are interrupts and NMIs on the same CPU, and these come and go entirely between two
 * of our instructions.  If one finds the context taken, it skips its hit; if it comes just before
 * we take it, it has given it back by the time we do.
 */
#include "hit.h"
#include "embedded.h"

struct stp_counts {
	atomic_long_t skipped[STP_SKIP_KINDS];
};

DEFINE_PER_CPU(struct stp_context *, stp_contexts);
static DEFINE_PER_CPU(struct stp_counts, stp_cpu_counts);
static atomic_t stp_error_count;
static atomic_t stp_limited_skips;	/* those that count towards MAXSKIPPED */
static atomic_t stp_skips_reported;
bool stp_skips_exceeded __read_mostly;

#define STP_PRINT_MIN 1024	/* room to compose an error message */

/* ---- allocation ------------------------------------------------------------------------------ */

int stp_contexts_init(void)
{
	u32 print_size = max_t(u32, stp_script.limits.print_size, STP_PRINT_MIN);
	u32 frames = ALIGN(stp_script.frames, 8);
	u32 match = ALIGN(stp_script.match_size, 8);
	size_t size = ALIGN(sizeof(struct stp_context), 8) + frames + match + print_size;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct stp_context *c = kvzalloc_node(size, GFP_KERNEL, cpu_to_node(cpu));
		char *room = (char *)c + ALIGN(sizeof(*c), 8);

		if (!c) {
			pr_err("%s: no memory for the context of CPU %d, %zu bytes\n",
			       THIS_MODULE->name, cpu, size);
			stp_contexts_exit();
			return -ENOMEM;
		}
		c->cpu = cpu;
		c->frame = room;
		c->frames_end = room + frames;
		c->match = match ? (struct stp_match *)c->frames_end : NULL;
		c->print.text = c->frames_end + match;
		c->print.size = print_size;
		c->print.sender = c;
		per_cpu(stp_contexts, cpu) = c;
	}
	return 0;
}

void stp_contexts_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		kvfree(per_cpu(stp_contexts, cpu));
		per_cpu(stp_contexts, cpu) = NULL;
	}
}

/* ---- counting -------------------------------------------------------------------------------- */

u64 stp_skipped(enum stp_skip reason)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += atomic_long_read(&per_cpu(stp_cpu_counts, cpu).skipped[reason]);
	return sum;
}

u64 stp_errors(void)
{
	return atomic_read(&stp_error_count);
}

/*
 * Reentrant skips are no sign of trouble as long as handlers may be interrupted, so they do not
 * count towards the limit then.  What the kernel could not deliver never does.
 */
void stp_skip(enum stp_skip reason)
{
	atomic_long_inc(&raw_cpu_ptr(&stp_cpu_counts)->skipped[reason]);
	if (reason == STP_SKIP_MISSED)
		return;
	if ((reason != STP_SKIP_REENTRANT || !stp_script.limits.interruptible) &&
	    atomic_inc_return(&stp_limited_skips) > stp_script.limits.skipped)
		WRITE_ONCE(stp_skips_exceeded, true);
}

void stp_skip_locked(struct stp_context *c)
{
	stp_skip(STP_SKIP_LOCK);
}

/* ---- errors ---------------------------------------------------------------------------------- */

/*
 * TEXT near PLACE (called from PLACE) in probe POINT.  Composed in the print buffer, which has just
 * been sent; a text too long for it is cut.
 */
static void stp_send_error(struct stp_context *c)
{
	struct stp_out out = { .text = c->print.text, .size = c->print.size };

	stp_out_string(&out, c->last_error);
	if (c->last_stmt) {
		stp_out_string(&out, " near ");
		stp_out_string(&out, c->last_stmt);
		if (c->error_caller) {
			stp_out_string(&out, " (called from ");
			stp_out_string(&out, c->error_caller);
			stp_out_string(&out, ")");
		}
		stp_out_string(&out, " in probe ");
		stp_out_string(&out, c->probe->point);
	}
	stp_send(STP_RECORD_ERROR, out.text, out.length);
}

/* A negative limit: errors are only counted (--suppress-handler-errors). */
static void stp_handle_error(struct stp_context *c)
{
	int limit = stp_script.limits.errors;
	int count = atomic_inc_return(&stp_error_count);

	if (limit < 0)
		return;
	/* Other CPUs may fail while the state changes; the user has seen enough by then. */
	if (count - 1 <= limit)
		stp_send_error(c);
	if (count > limit)
		stp_fail();
}

static void stp_check_skips(struct stp_context *c)
{
	static const char text[] = "Skipped too many probes, check MAXSKIPPED or try again with "
				   "stap -t for more details.";

	if (!READ_ONCE(stp_skips_exceeded) ||
	    stp_script.limits.errors < 0 || atomic_xchg(&stp_skips_reported, 1))
		return;
	stp_send(STP_RECORD_ERROR, text, sizeof(text) - 1);
	stp_fail();
}

/* ---- entering and leaving -------------------------------------------------------------------- */

bool stp_context_taken(void)
{
	return READ_ONCE(raw_cpu_read(stp_contexts)->probe);
}

struct stp_context *stp_enter(const struct stp_probe *probe, enum stp_state when,
			      struct pt_regs *regs)
{
	struct stp_context *c;

	preempt_disable_notrace();
	c = stp_enter_pinned(probe, when, regs);
	if (!c)
		preempt_enable_notrace();
	return c;
}

void stp_leave_with_news(struct stp_context *c)
{
	if (c->print.length)
		stp_print_flush(c);
	if (unlikely(c->last_error))
		stp_handle_error(c);
	stp_check_skips(c);
}

void stp_leave(struct stp_context *c)
{
	stp_leave_pinned(c);
	preempt_enable_notrace();
}

/* ---- text to standard error ------------------------------------------------------------------ */

void stp_message(enum stp_record_kind kind, const char *format, ...)
{
	static const struct stp_probe speaker = { .point = "the runtime" };
	struct stp_context *c;
	va_list args;
	char *text;

	va_start(args, format);
	text = kvasprintf(GFP_KERNEL, format, args);
	va_end(args);
	if (!text)
		return;

	/* A record needs its CPU's only writer to be us, so a hit that comes now is skipped. */
	preempt_disable();
	c = __this_cpu_read(stp_contexts);
	WRITE_ONCE(c->probe, &speaker);
	barrier();
	stp_send(kind, text, strlen(text));
	barrier();
	WRITE_ONCE(c->probe, NULL);
	preempt_enable();
	kfree(text);
}
