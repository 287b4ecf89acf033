/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * runtime.h - what the runtime's own files share, and a script's code does not see.
 *
 * All files here are compiled without function tracing (Kbuild: ccflags-remove-y +=
 * $(CC_FLAGS_FTRACE)): they run inside of probes, and a probe on them would only ever be skipped as
 * reentrant.
 *
 * A word on contexts of execution.  What is called between stp_enter() and stp_leave() may run in a
 * process, in a softirq, in a hard interrupt or in an NMI, with any kernel lock held by whoever was
 * interrupted.  So it takes no lock but struct stp_lock, which is only tried, allocates nothing,
 * wakes nobody and prints nothing to the kernel log.  The rest (load, START, STOP, unload, the
 * control file) runs in process context and may sleep.
 */
#ifndef STP_RUNTIME_H
#define STP_RUNTIME_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "script.h"
#include "../shared/wire.h"

/* For memory by the megabyte: the user is told in our words where there is none. */
#define STP_BULK_GFP (GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY)

/* ---- main.c: the states ---------------------------------------------------------------------- */

/* START, STOP and what changes between them which probes are armed.  Who holds it in the state
 * RUNNING sees every set armed.
 */
extern struct mutex stp_life;

extern atomic_t stp_state;

static inline int stp_get_state(void)
{
	return atomic_read(&stp_state);
}

bool stp_change_state(int from, int to);	/* false: it was not `from` */

int stp_prepare(void __user *argument);	/* wire.h says what these return */
int stp_start(const struct stp_start *start);
void stp_stop(void);
int stp_set_global(const struct stp_set *set);
void stp_fill_status(struct stp_status *status);

extern struct stp_prepare stp_prepared;	/* what PREPARE has said */

/* Too many errors or skips: no new hits, `error` probes next. */
void stp_fail(void);

/* ---- context.c ------------------------------------------------------------------------------- */

int stp_contexts_init(void);
void stp_contexts_exit(void);

/*
 * Begin a hit of a probe that runs only in state `when`: STP_STATE_RUNNING for all but begin, end
 * and error probes.  NULL: the hit does not count or its skip was counted; do nothing.  Else call
 * the handler and then stp_leave(), on the same CPU.
 */
struct stp_context *stp_enter(const struct stp_probe *probe, enum stp_state when,
			      struct pt_regs *regs);
void stp_leave(struct stp_context *c);

/* overload.c: a hit that began at that cycle has run. */
#define STP_HITS_PER_SAMPLE 8
void stp_account(struct stp_context *c, u64 entered);

/* Run the handler of a hit that may come at any rate. */
static __always_inline void stp_run(struct stp_context *c, const struct stp_probe *probe)
{
	u64 entered = unlikely(!(++c->hits % STP_HITS_PER_SAMPLE)) ? get_cycles() : 0;

	probe->handler(c);
	if (unlikely(entered))
		stp_account(c, entered);
}

/* A whole hit, of a probe whose handler needs no more than registers. */
static inline void stp_hit(const struct stp_probe *probe, struct pt_regs *regs)
{
	struct stp_context *c = stp_enter(probe, STP_STATE_RUNNING, regs);

	if (!c)
		return;
	stp_run(c, probe);
	stp_leave(c);
}

bool stp_context_taken(void);	/* this CPU's, by the handler that we interrupted */

void stp_skip(enum stp_skip reason);	/* count one more */
u64 stp_skipped(enum stp_skip reason);
u64 stp_errors(void);

/* Text to standard error from process context. */
__attribute__((format(printf, 2, 3)))
void stp_message(enum stp_record_kind kind, const char *format, ...);
/* A probe could not be armed. */
void stp_message_failed(const struct stp_probe *probe, int rc);

/* ---- transport.c ----------------------------------------------------------------------------- */

/* One CPU's buffer; positions are explained in transport.c. */
struct stp_queue {
	unsigned long head;	/* written by its CPU's writer only, as the next three */
	unsigned long claimed;	/* number of the sub-buffer that is written to */
	bool writing;		/* of shared.c */
	atomic_long_t dropped;
	struct mutex reading;
	unsigned long tail;
} ____cacheline_aligned_in_smp;

/* Buffers for records, also of other scripts than the one they belong to (shared.c). */
struct stp_transport {
	u32 version, size;	/* STP_WIRE_VERSION; of this struct */
	struct rchan *channel;
	struct stp_queue *queues;	/* by CPU number */
	bool overwrite;
	bool shared;		/* output is the business of shared.c */
	atomic64_t stamp ____cacheline_aligned_in_smp;
	int dirty ____cacheline_aligned_in_smp;
};

extern struct stp_transport stp_own;
extern struct stp_transport *stp_output;	/* where output goes: ours, or another script's */

static inline u64 stp_transport_dropped_on(u32 cpu)
{
	return stp_own.queues ? atomic_long_read(&stp_own.queues[cpu].dropped) : 0;
}

/*
 * Make the buffers: so many megabytes for all CPUs, for each in bulk mode; 0: of the size that the
 * script was compiled for.  -ENOMEM also when that were more than half of what is free.
 */
int stp_transport_init(u32 megabytes, bool overwrite);
void stp_transport_exit(void);	/* also without init */

/* Send one record.  The caller owns this CPU's context.  Longer texts than a record holds are cut. */
void stp_send(enum stp_record_kind kind, const char *text, u32 length);

bool stp_transport_take_dirty(void);	/* was anything sent since the last call? */
void stp_transport_drain(void);		/* sleep until the reader has made room, or does not read */
u64 stp_transport_stamp(void);
u64 stp_transport_dropped(void);
int stp_transport_open_cpu(u32 cpu);	/* a new file descriptor, or -errno */

/* ---- control.c ------------------------------------------------------------------------------- */

int stp_control_init(void);
void stp_control_exit(void);

/* ---- machine.c ------------------------------------------------------------------------------- */

/* Of the kernel's half, all of it canonical: an access may fault, and no worse. */
bool stp_is_kernel_memory(u64 address, size_t size);

/* ---- symbols.c ------------------------------------------------------------------------------- */

struct kprobe;
struct module;

/*
 * Between these two, in process context, names can be looked up; others wait that long.  -errno:
 * this kernel lets nobody.
 */
int stp_symbols_open(void);
void stp_symbols_close(void);
extern void (*stp_symbols_exit)(void);	/* for unload; NULL: they were never opened */

unsigned long stp_symbol(const char *name);	/* "f", "module:f"; 0: there is none */
/*
 * All functions of a name, one or many static ones, of the kernel or, as "module:f", of a module:
 * how many there are, and the addresses of as many as there is room for.  Kernels before 6.2 may
 * know no way to tell, and 0 is returned for theirs.
 */
u32 stp_symbol_functions(const char *name, unsigned long *addresses, u32 room);
/* Call a function of the kernel that is not exported, with up to three arguments. */
unsigned long stp_symbols_call(unsigned long function, unsigned long first, unsigned long second,
			       unsigned long third);
/* NULL: it is not loaded.  For a caller in rcu_read_lock() and with preemption disabled. */
const struct module *stp_symbols_module(const char *name);

typedef struct kprobe *__percpu *stp_current_kprobe_t;
/* The kernel's: whose handler is running on each CPU.  NULL: it cannot be found. */
stp_current_kprobe_t stp_symbols_current_kprobe(void);

/* ---- starter.c ------------------------------------------------------------------------------- */

/* NULL where the script does not ask: at PREPARE (true), 0 or -errno; and at unload (false). */
int __weak stp_starter_hold(bool hold);

/* ---- probe_input.c --------------------------------------------------------------------------- */

/* NULL where the script has no such probes: a struct stp_input. */
long __weak stp_input(const void __user *argument);

/* ---- print.c --------------------------------------------------------------------------------- */

void stp_print_flush(struct stp_context *c);

/* ---- format.c -------------------------------------------------------------------------------- */

void stp_out_repeat(struct stp_out *out, char byte, s64 count);	/* < 0: none */

#endif
