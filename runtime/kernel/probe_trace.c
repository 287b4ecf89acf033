// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_trace.c - tracepoints, by name.
 *
 * A few C functions serve all of them, whatever their arguments are.  By the x86-64 ABI, integers
 * and pointers come one per register and then one per word of the stack, whatever their types.  A
 * register that is no argument may be read, but a word of the stack may not: with a tracepoint in
 * the first frame of an interrupt's stack, there is nothing behind it.  So there is a function for
 * each number of words.  Of an argument shorter than a register the upper bits are undefined; the
 * script's side knows the types and cuts.
 *
 * Tracepoints of modules come and go with these.  The kernel's notifier for that is called for
 * those already loaded when it is registered, and under a lock that registering needs, too: so it
 * takes only the mutex of this file, and never stp_life.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>

#include "runtime.h"
#include "probe_trace.h"

struct stp_trace {
	const struct stp_trace_probe *probe;
	struct tracepoint *tracepoint;	/* NULL: not found (yet) */
	bool armed;
	bool disabled;			/* its condition does not hold: not registered */
};

struct stp_traces {
	struct stp_probe_set *set;
	struct mutex mutex;		/* all that follows, and `armed` and `waiting` of the set */
	struct notifier_block notifier;
	bool watching;			/* the notifier is registered */
	u32 quiet_failures;		/* not yet told */
	struct stp_trace traces[];
};

/* ---- hits ------------------------------------------------------------------------------------ */

static void stp_trace_hit(const struct stp_trace *trace, const s64 *arguments)
{
	const struct stp_probe *probe = trace->probe->probe;
	struct stp_context *c = stp_enter(probe, STP_STATE_RUNNING, NULL);

	if (!c)
		return;
	c->hit = arguments;
	stp_run(c, probe);
	stp_leave(c);
}

#define A(n) unsigned long a##n
#define A5 A(0), A(1), A(2), A(3), A(4)
#define STP_TRACE_HIT(count, parameters, ...) \
	static void stp_trace_hit_##count parameters \
	{ \
		const s64 arguments[] = { a0, a1, a2, a3, a4, ##__VA_ARGS__ }; \
\
		stp_trace_hit(data, arguments); \
	}

STP_TRACE_HIT(5, (void *data, A5))
STP_TRACE_HIT(6, (void *data, A5, A(5)), a5)
STP_TRACE_HIT(7, (void *data, A5, A(5), A(6)), a5, a6)
STP_TRACE_HIT(8, (void *data, A5, A(5), A(6), A(7)), a5, a6, a7)
STP_TRACE_HIT(9, (void *data, A5, A(5), A(6), A(7), A(8)), a5, a6, a7, a8)
STP_TRACE_HIT(10, (void *data, A5, A(5), A(6), A(7), A(8), A(9)), a5, a6, a7, a8, a9)
STP_TRACE_HIT(11, (void *data, A5, A(5), A(6), A(7), A(8), A(9), A(10)), a5, a6, a7, a8, a9, a10)
STP_TRACE_HIT(12, (void *data, A5, A(5), A(6), A(7), A(8), A(9), A(10), A(11)), a5, a6, a7, a8, a9,
	      a10, a11)

#define STP_TRACE_REGISTERS 5	/* of the six one is for `data` */

static void *stp_trace_function(const struct stp_trace_probe *probe)
{
	static void *const functions[] = {
		stp_trace_hit_5, stp_trace_hit_6,  stp_trace_hit_7,  stp_trace_hit_8,
		stp_trace_hit_9, stp_trace_hit_10, stp_trace_hit_11, stp_trace_hit_12,
	};
	u32 count = clamp_t(u32, probe->words, STP_TRACE_REGISTERS, STP_TRACE_ARGUMENTS);

	return functions[count - STP_TRACE_REGISTERS];
}

/* A kernel that compares the types of caller and callee would stop at the above. */
#if defined(CONFIG_CFI_CLANG) || defined(CONFIG_CFI)
#define STP_TRACE_CHECKED_CALLS true
#else
#define STP_TRACE_CHECKED_CALLS false
#endif

/* ---- memory ---------------------------------------------------------------------------------- */

static int stp_trace_watch(struct notifier_block *notifier, unsigned long event, void *data);

static int stp_trace_init(struct stp_probe_set *set)
{
	const struct stp_trace_probe *probes = set->table;
	struct stp_traces *state;
	u32 i;

	state = kvzalloc(struct_size(state, traces, set->count), GFP_KERNEL);
	if (!state)
		return -ENOMEM;
	for (i = 0; i < set->count; i++)
		state->traces[i].probe = &probes[i];
	state->set = set;
	mutex_init(&state->mutex);
	state->notifier.notifier_call = stp_trace_watch;
	set->state = state;
	return 0;
}

static void stp_trace_exit(struct stp_probe_set *set)
{
	kvfree(set->state);
	set->state = NULL;
}

/* ---- arming ---------------------------------------------------------------------------------- */

static int stp_trace_register(struct stp_trace *trace)
{
	if (STP_TRACE_CHECKED_CALLS)
		return -EOPNOTSUPP;
	return tracepoint_probe_register(trace->tracepoint, stp_trace_function(trace->probe),
					 trace);
}

static void stp_trace_unregister(struct stp_trace *trace)
{
	tracepoint_probe_unregister(trace->tracepoint, stp_trace_function(trace->probe), trace);
}

static void stp_trace_failed(struct stp_traces *state, const struct stp_trace *trace, int rc)
{
	const struct stp_probe *probe = trace->probe->probe;

	if (trace->probe->quiet)
		state->quiet_failures++;
	else
		stp_message_failed(probe, rc);
}

static void stp_trace_arm_found(struct stp_traces *state, struct stp_trace *trace)
{
	int rc;

	trace->disabled = !stp_probe_wanted(trace->probe->probe);
	rc = trace->disabled ? 0 : stp_trace_register(trace);
	if (rc) {
		stp_trace_failed(state, trace, rc);
		return;
	}
	trace->armed = true;
	state->set->armed++;
}

/* Arm all that are on this one; module: whose it is, NULL: the kernel's. */
static void stp_trace_match(struct stp_traces *state, struct tracepoint *tracepoint,
			    const char *module)
{
	u32 i;

	for (i = 0; i < state->set->count; i++) {
		struct stp_trace *trace = &state->traces[i];
		const char *of = trace->probe->module;

		if (trace->tracepoint || strcmp(trace->probe->tracepoint, tracepoint->name) ||
		    (of ? !module || strcmp(of, module) : module != NULL))
			continue;
		trace->tracepoint = tracepoint;
		state->set->waiting -= of != NULL;
		stp_trace_arm_found(state, trace);
	}
	cond_resched();
}

static void stp_trace_of_kernel(struct tracepoint *tracepoint, void *data)
{
	if (stp_get_state() == STP_STATE_RUNNING)
		stp_trace_match(data, tracepoint, NULL);
}

static void stp_trace_of_module(struct stp_traces *state, const struct module *module)
{
	u32 i;

	for (i = 0; i < module->num_tracepoints && stp_get_state() == STP_STATE_RUNNING; i++)
		stp_trace_match(state, tracepoint_ptr_deref(&module->tracepoints_ptrs[i]),
				module->name);
}

/* Those of the kernel that are not there are none; those of modules may come. */
static void stp_trace_look_for_missing(struct stp_traces *state)
{
	u32 i;

	for (i = 0; i < state->set->count; i++) {
		struct stp_trace *trace = &state->traces[i];

		if (trace->tracepoint)
			continue;
		if (trace->probe->module)
			state->set->waiting++;
		else
			stp_trace_failed(state, trace, -ENOENT);
	}
}

static void stp_trace_summarize(struct stp_traces *state)
{
	if (state->quiet_failures)
		stp_message(STP_RECORD_WARNING,
			    "%u of %u tracepoints could not be armed [man warning::pass5]",
			    state->quiet_failures, state->set->count);
	state->quiet_failures = 0;
}

static int stp_trace_arm(struct stp_probe_set *set)
{
	struct stp_traces *state = set->state;
	int rc;

	mutex_lock(&state->mutex);
	for_each_kernel_tracepoint(stp_trace_of_kernel, state);
	if (stp_get_state() == STP_STATE_RUNNING)
		stp_trace_look_for_missing(state);
	mutex_unlock(&state->mutex);

	rc = register_tracepoint_module_notifier(&state->notifier);
	state->watching = !rc;
	mutex_lock(&state->mutex);
	stp_trace_summarize(state);
	mutex_unlock(&state->mutex);
	return set->armed + set->waiting ? 0 : -ENOENT;
}

/* ---- disarming ------------------------------------------------------------------------------- */

static void stp_trace_disarm_one(struct stp_trace *trace)
{
	if (trace->armed && !trace->disabled)
		stp_trace_unregister(trace);
	trace->armed = false;
}

static void stp_trace_disarm(struct stp_probe_set *set)
{
	struct stp_traces *state = set->state;
	u32 i;

	if (state->watching)
		unregister_tracepoint_module_notifier(&state->notifier);
	state->watching = false;
	mutex_lock(&state->mutex);
	for (i = 0; i < set->count; i++) {
		stp_trace_disarm_one(&state->traces[i]);
		cond_resched();
	}
	mutex_unlock(&state->mutex);
	tracepoint_synchronize_unregister();
}

/* ---- modules --------------------------------------------------------------------------------- */

/* Nobody is in the module's code any more, which could still come to one of its tracepoints. */
static void stp_trace_leave_module(struct stp_traces *state, const struct module *module)
{
	u32 i;

	for (i = 0; i < state->set->count; i++) {
		struct stp_trace *trace = &state->traces[i];

		if (!trace->tracepoint || !trace->probe->module ||
		    strcmp(trace->probe->module, module->name))
			continue;
		state->set->armed -= trace->armed;
		state->set->waiting++;
		stp_trace_disarm_one(trace);
		trace->tracepoint = NULL;
	}
}

static int stp_trace_watch(struct notifier_block *notifier, unsigned long event, void *data)
{
	struct stp_traces *state = container_of(notifier, struct stp_traces, notifier);
	const struct tp_module *module = data;

	mutex_lock(&state->mutex);
	if (event == MODULE_STATE_COMING)
		stp_trace_of_module(state, module->mod);
	else if (event == MODULE_STATE_GOING)
		stp_trace_leave_module(state, module->mod);
	mutex_unlock(&state->mutex);
	return NOTIFY_DONE;
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* Those that fail (memory) are tried again next time. */
static void stp_trace_refresh(struct stp_probe_set *set)
{
	struct stp_traces *state = set->state;
	u32 i;

	mutex_lock(&state->mutex);
	for (i = 0; i < set->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		struct stp_trace *trace = &state->traces[i];
		bool disabled = !stp_probe_wanted(trace->probe->probe);

		if (!trace->armed || disabled == trace->disabled)
			continue;
		if (disabled)
			stp_trace_unregister(trace);
		else if (stp_trace_register(trace))
			continue;
		trace->disabled = disabled;
		cond_resched();
	}
	mutex_unlock(&state->mutex);
}

const struct stp_probe_type stp_probe_type_trace = {
	.name = "tracepoint",
	.init = stp_trace_init,
	.arm = stp_trace_arm,
	.disarm = stp_trace_disarm,
	.exit = stp_trace_exit,
	.refresh = stp_trace_refresh,
};
