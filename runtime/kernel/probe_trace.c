// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_trace.c - tracepoints, by name.
 *
 * One C function serves all of them, whatever their arguments are.  By the x86-64 ABI, integers and
 * pointers come one per register and then one per word of the stack, whatever their types, and who
 * calls with more or fewer than the function takes does no harm: words of the stack that are no
 * arguments are the caller's own and can be read.  Of an argument shorter than a register the upper
 * bits are undefined; the script's side knows the types and cuts.
 *
 * Tracepoints of modules come and go with these.  The kernel's notifier for that is called for those
 * already loaded when it is registered, and under a lock that registering needs, too: so it takes
 * only the mutex of this file, and never stp_life.
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

static void stp_trace_hit(void *data, unsigned long a0, unsigned long a1, unsigned long a2,
			  unsigned long a3, unsigned long a4, unsigned long a5, unsigned long a6,
			  unsigned long a7, unsigned long a8, unsigned long a9, unsigned long a10,
			  unsigned long a11)
{
	const struct stp_probe *probe = ((const struct stp_trace *)data)->probe->probe;
	struct stp_context *c = stp_enter(probe, STP_STATE_RUNNING, NULL);
	const s64 arguments[STP_TRACE_ARGUMENTS] = {
		a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11
	};

	if (!c)
		return;
	c->hit = arguments;
	probe->handler(c);
	stp_leave(c);
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
	return tracepoint_probe_register(trace->tracepoint, stp_trace_hit, trace);
}

static void stp_trace_unregister(struct stp_trace *trace)
{
	tracepoint_probe_unregister(trace->tracepoint, stp_trace_hit, trace);
}

static void stp_trace_failed(struct stp_traces *state, const struct stp_trace *trace, int rc)
{
	const struct stp_probe *probe = trace->probe->probe;

	if (trace->probe->quiet)
		state->quiet_failures++;
	else
		stp_message(STP_RECORD_WARNING,
			    "probe %s (%s) registration error [man warning::pass5] (rc %d)",
			    probe->point, probe->place, rc);
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
