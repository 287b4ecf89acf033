// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main.c - the module's life: load, the states of wire.h, arming and disarming, unload.
 *
 * The state is one word that any handler may change by compare-and-exchange: exit() and errors
 * happen anywhere.  START, STOP and unloading are serialized by stp_life, and only they arm and
 * disarm.
 *
 * What is allocated when: at load, what is needed to talk (contexts, control file); at PREPARE the
 * buffers; at START, what the script needs (arrays, the families' own), so that a failure can be told to the
 * user and not only to the kernel log.  Everything is freed at unload, when nobody has the control
 * file open.
 */

#pragma GCC optimize("Os")	/* nothing here runs often */

#include <linux/uaccess.h>

#include "runtime.h"
#include "embedded.h"
#include "probe_session.h"

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("SystemTap script");
/* staprun loads and removes only modules with this mark, and of its own wire version. */
MODULE_INFO(stap, __stringify(STP_WIRE_VERSION));

DEFINE_MUTEX(stp_life);
atomic_t stp_state __read_mostly = ATOMIC_INIT(STP_STATE_LOADED);
static bool stp_failed;		/* the run counts as failed */
static bool stp_disarmed;	/* by STOP, or never armed */
static u32 stp_sets_ready;	/* sets whose init succeeded; they stay so until unload */
static u32 stp_sets_armed;	/* sets whose arm was called */
static bool stp_ready;		/* PREPARE has made the buffers */
struct stp_prepare stp_prepared;
static int64_t stp_target_pid;
void (*stp_symbols_exit)(void);

bool stp_change_state(int from, int to)
{
	return atomic_cmpxchg(&stp_state, from, to) == from;
}

void stp_fail(void)
{
	WRITE_ONCE(stp_failed, true);
	if (!stp_change_state(STP_STATE_RUNNING, STP_STATE_ERROR) &&
	    !stp_change_state(STP_STATE_STARTING, STP_STATE_ERROR))
		stp_change_state(STP_STATE_STOPPING, STP_STATE_ERROR);
}

/* Both orders of a race with STARTING → RUNNING end well. */
static void stp_ask_to_stop(void)
{
	if (!stp_change_state(STP_STATE_STARTING, STP_STATE_STOPPING))
		stp_change_state(STP_STATE_RUNNING, STP_STATE_STOPPING);
}

void stp_exit(struct stp_context *c)
{
	stp_ask_to_stop();
}

void stp_abort(struct stp_context *c)
{
	stp_exit(c);
	c->aborted = 1;
}

int64_t stp_target(void)
{
	return stp_target_pid;
}

const char *stp_module_name(void)
{
	return THIS_MODULE->name;
}

/* ---- start and stop -------------------------------------------------------------------------- */

static int stp_sets_init(void)
{
	u32 i;
	int rc;

	for (i = 0; i < stp_script.set_count; i++) {
		struct stp_probe_set *set = &stp_script.sets[i];

		rc = set->type->init ? set->type->init(set) : 0;
		if (rc) {
			stp_message(STP_RECORD_ERROR, "cannot prepare %u %s probes (rc %d)",
				    set->count, set->type->name, rc);
			return rc;
		}
		/* STATUS asks ready sets for their missed hits at any time. */
		smp_store_release(&stp_sets_ready, i + 1);
	}
	return 0;
}

static void stp_sets_exit(void)
{
	while (stp_sets_ready) {
		struct stp_probe_set *set = &stp_script.sets[--stp_sets_ready];

		if (set->type->exit)
			set->type->exit(set);
	}
}

/* The order of the table; the session family, if there, is first and runs `begin` in its arm. */
static void stp_sets_arm(void)
{
	u32 i;

	for (i = 0; i < stp_script.set_count; i++) {
		struct stp_probe_set *set = &stp_script.sets[i];

		if (set->type != &stp_probe_type_session) {
			if (stp_script.condition_family)
				stp_script.condition_family->evaluate();
			stp_change_state(STP_STATE_STARTING, STP_STATE_RUNNING);
			/* After exit() or an error only the session's own are still to run. */
			if (stp_get_state() != STP_STATE_RUNNING)
				return;
		}
		stp_sets_armed = i + 1;
		if (set->type->arm && set->type->arm(set) < 0)
			set->armed = 0;
	}
	stp_change_state(STP_STATE_STARTING, STP_STATE_RUNNING);
}

static void stp_sets_disarm(void)
{
	while (stp_sets_armed) {
		struct stp_probe_set *set = &stp_script.sets[--stp_sets_armed];

		if (set->type->disarm)
			set->type->disarm(set);
	}
}

static bool stp_any_armed(void)
{
	u32 i, armed = 0, count = 0;

	for (i = 0; i < stp_script.set_count; i++) {
		armed += stp_script.sets[i].armed + stp_script.sets[i].waiting;
		count += stp_script.sets[i].count;
	}
	return armed || !count;
}

int stp_prepare(void __user *argument)
{
	const struct stp_shared_family *shared = stp_script.shared;
	int rc = -EBUSY;

	mutex_lock(&stp_life);
	if (stp_ready)
		goto out;
	rc = -EFAULT;
	if (copy_from_user(&stp_prepared, argument, sizeof(stp_prepared)))
		goto out;
	rc = -EPROTO;
	if (stp_prepared.version != STP_WIRE_VERSION)
		goto out;
	rc = stp_starter_hold ? stp_starter_hold(true) : 0;
	if (rc)
		goto out;
	rc = stp_transport_init(stp_prepared.buffer_mb, stp_prepared.flags & STP_OVERWRITE);
	if (!rc && shared) {
		rc = shared->init();
		/* The name of the buffer, also where it is the reason of a failure. */
		if (copy_to_user(argument, &stp_prepared, sizeof(stp_prepared)))
			rc = -EFAULT;
		if (rc)
			shared->exit();
	}
	stp_ready = !rc;
	if (rc)
		stp_transport_exit();
out:
	mutex_unlock(&stp_life);
	return rc;
}

int stp_start(const struct stp_start *start)
{
	int rc;

	if (start->version != STP_WIRE_VERSION)
		return -EPROTO;
	mutex_lock(&stp_life);
	if (stp_get_state() != STP_STATE_LOADED || !stp_ready) {
		rc = stp_ready ? -EBUSY : -EINVAL;
		goto out;
	}
	stp_target_pid = start->target;
	if (stp_script.condition_family)
		stp_script.condition_family->init();
	rc = stp_script.map_family ? stp_script.map_family->init() : 0;
	if (!rc && stp_script.stats_family)
		rc = stp_script.stats_family->init();
	if (!rc && stp_script.section_family)
		rc = stp_script.section_family->init();
	if (!rc)
		rc = stp_sets_init();
	if (rc)
		goto failed;

	stp_change_state(STP_STATE_LOADED, STP_STATE_STARTING);
	stp_sets_arm();
	if (stp_get_state() == STP_STATE_RUNNING && !stp_any_armed()) {
		stp_message(STP_RECORD_ERROR, "no probe could be registered");
		rc = -ENOENT;
		goto failed;
	}
	goto out;

failed:
	WRITE_ONCE(stp_failed, true);
	atomic_set(&stp_state, STP_STATE_STOPPED);
	stp_sets_disarm();
	stp_disarmed = true;
out:
	mutex_unlock(&stp_life);
	return rc;
}

/* Idempotent, and what closes a script however it ended. */
void stp_stop(void)
{
	/* Before the lock: a START that is still arming thousands of probes ends early. */
	stp_ask_to_stop();
	mutex_lock(&stp_life);
	if (stp_disarmed)
		goto out;
	stp_ask_to_stop();
	stp_change_state(STP_STATE_LOADED, STP_STATE_STOPPED);
	stp_sets_disarm();
	atomic_set(&stp_state, STP_STATE_STOPPED);
	stp_disarmed = true;
out:
	mutex_unlock(&stp_life);
}

/* ---- settings and status --------------------------------------------------------------------- */

int stp_set_global(const struct stp_set *set)
{
	int rc = -ENOENT;

	if (strnlen(set->name, sizeof(set->name)) == sizeof(set->name) ||
	    strnlen(set->value, sizeof(set->value)) == sizeof(set->value))
		return -EINVAL;
	mutex_lock(&stp_life);
	if (stp_get_state() != STP_STATE_LOADED)
		rc = -EBUSY;
	else if (stp_script.set_global)
		rc = stp_script.set_global(set->name, set->value);
	mutex_unlock(&stp_life);
	return rc;
}

void stp_fill_status(struct stp_status *status)
{
	u32 i, ready = smp_load_acquire(&stp_sets_ready);

	memset(status, 0, sizeof(*status));
	status->version = STP_WIRE_VERSION;
	status->state = stp_get_state();
	status->possible_cpus = nr_cpu_ids;
	status->flags = (stp_own.overwrite ? STP_OVERWRITE : 0) |
			(stp_script.limits.bulk ? STP_BULK : 0) |
			(stp_script.shared ? stp_script.shared->flag : 0);
	status->owner = stp_prepared.owner;
	status->failed = READ_ONCE(stp_failed) ||
			 (stp_errors() && stp_script.limits.errors >= 0);
	status->stamp = stp_transport_stamp();
	status->errors = stp_errors();
	for (i = 0; i < STP_SKIP_KINDS; i++)
		status->skipped[i] = stp_skipped(i);
	for (i = 0; i < ready; i++) {
		struct stp_probe_set *set = &stp_script.sets[i];

		if (set->type->missed)
			status->skipped[STP_SKIP_MISSED] += set->type->missed(set);
		status->flags |= set->flags;
		status->probes_armed += set->armed;
		status->probes_failed += set->count - set->armed - set->waiting;
	}
	status->dropped = stp_transport_dropped();
}

/* ---- load and unload ------------------------------------------------------------------------- */

static int __init stp_module_init(void)
{
	int rc;

	rc = stp_contexts_init();
	if (rc)
		return rc;
	rc = stp_control_init();
	if (rc)
		stp_contexts_exit();
	return rc;
}

/* No `end` probes here: nobody is left to read what they print. */
static void __exit stp_module_exit(void)
{
	stp_control_exit();
	atomic_set(&stp_state, STP_STATE_STOPPED);
	/* A refresh that has begun arms probes; behind the lock, none begins any more. */
	mutex_lock(&stp_life);
	stp_sets_disarm();
	mutex_unlock(&stp_life);
	if (stp_script.condition_family)
		stp_script.condition_family->exit();
	stp_sets_exit();
	if (stp_script.section_family)
		stp_script.section_family->exit();
	if (stp_symbols_exit)
		stp_symbols_exit();
	if (stp_script.stats_family)
		stp_script.stats_family->exit();
	if (stp_script.map_family)
		stp_script.map_family->exit();
	if (stp_script.shared)
		stp_script.shared->exit();
	stp_transport_exit();
	stp_contexts_exit();
	if (stp_starter_hold)
		stp_starter_hold(false);
}

module_init(stp_module_init);
module_exit(stp_module_exit);
