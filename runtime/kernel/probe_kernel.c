// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_kernel.c - entries and returns of the kernel's functions, and single instructions.
 *
 * What has a call of fentry goes the way of fentry.c, and of returns_fprobe.c or
 * returns_kretprobe.c.  The rest are kprobes, by address.  Those are registered one by one, so that
 * one that cannot be is named and the others go on: the kernel's own register_kprobes() is a loop
 * that undoes everything at the first failure.  They are unregistered in one batch, because each
 * batch waits for all CPUs once.
 *
 * A symbol is all functions of its name: static ones may share it, and without debuginfo, which
 * tells them apart, all are meant.  The table has one element for them, and a place for each is
 * added when they are found.
 *
 * A place in a module is armed when the module is loaded, before anything in it runs, and given up
 * when it goes.  The notifier for that runs under a lock of the kernel's that is also needed to
 * register it, so it takes only the mutex of this file and never stp_life, and is registered and
 * unregistered without that mutex.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/sched.h>

#include "places.h"

struct stp_kernel {
	struct stp_probe_set *set;
	struct mutex mutex;		/* all that follows, and `armed` and `waiting` of the set */
	struct notifier_block notifier;
	bool watching;			/* the notifier is registered */
	struct stp_fentry *fentry;
	struct stp_returns returns;
	unsigned long switch_to;	/* address of a function; 0: not known */
	void **batch;			/* room for all, to unregister */
	unsigned long *addresses;	/* room for some, to look up */
	u32 address_room;
	u32 quiet_failures;		/* not yet told */
	u64 missed_before;		/* by probes that were registered again since */
	struct stp_places places;
	u32 room;			/* for so many */
	u32 in_table;			/* so many of them are the table's elements */
	struct stp_place table[];
};

/* ---- hits ------------------------------------------------------------------------------------ */

static bool stp_is_return(const struct stp_place *place)
{
	return place->probe->kind == STP_KERNEL_RETURN;
}

static int stp_kernel_entry(struct kprobe *p, struct pt_regs *regs)
{
	const struct stp_place *place = container_of(p, struct stp_place, entry);
	unsigned long after = regs->ip;

	/* Not as it is, behind the breakpoint; nor behind a function's landing mark. */
	regs->ip = place->address ?: (unsigned long)p->addr;
	stp_place_hit(place, regs, NULL, 0);
	regs->ip = after;
	return 0;
}
NOKPROBE_SYMBOL(stp_kernel_entry);

/* ---- memory ---------------------------------------------------------------------------------- */

static void stp_kernel_free(struct stp_kernel *state)
{
	u32 i;

	stp_returns_free(&state->returns);
	stp_fentry_free(state->fentry);
	for (i = state->in_table; i < state->places.count; i++)
		kfree(state->places.all[i]);
	kvfree(state->places.all);
	kvfree(state->addresses);
	kvfree(state->batch);
	kvfree(state);
}

static int stp_kernel_reserve(struct stp_kernel *state, u32 room)
{
	struct stp_place **all = kvcalloc(room, sizeof(*all), GFP_KERNEL);
	void **batch = kvcalloc(room, sizeof(*batch), GFP_KERNEL);

	if (!all || !batch || stp_fentry_reserve(state->fentry, &state->places, room)) {
		kvfree(all);
		kvfree(batch);
		return -ENOMEM;
	}
	if (state->places.count)
		memcpy(all, state->places.all, state->places.count * sizeof(*all));
	kvfree(state->places.all);
	kvfree(state->batch);
	state->places.all = all;
	state->batch = batch;
	state->room = room;
	return 0;
}

static void stp_kernel_exit(struct stp_probe_set *set)
{
	stp_kernel_free(set->state);
	set->state = NULL;
}

static int stp_kernel_watch(struct notifier_block *notifier, unsigned long event, void *data);

static int stp_kernel_init(struct stp_probe_set *set)
{
	const struct stp_kernel_probe *probes = set->table;
	struct stp_kernel *state;
	bool all_registers = false;
	u32 i;

	state = kvzalloc(struct_size(state, table, set->count), GFP_KERNEL);
	if (!state)
		return -ENOMEM;
	for (i = 0; i < set->count; i++)
		all_registers |= probes[i].all_registers;
	state->set = set;
	state->in_table = set->count;
	mutex_init(&state->mutex);
	state->notifier.notifier_call = stp_kernel_watch;
	state->fentry = stp_fentry_new(all_registers);
	if (!state->fentry || stp_kernel_reserve(state, set->count)) {
		stp_kernel_free(state);
		return -ENOMEM;
	}
	for (i = 0; i < set->count; i++) {
		state->table[i].probe = &probes[i];
		state->places.all[i] = &state->table[i];
	}
	state->places.count = set->count;
	set->state = state;
	return 0;
}

/* ---- where ----------------------------------------------------------------------------------- */

/* Is it in what comes and goes? */
static bool stp_kernel_in_module(const struct stp_kernel_probe *probe)
{
	return probe->section && probe->section->name;
}

/* The module it is in is not there. */
static bool stp_kernel_lacks_module(const struct stp_kernel_probe *probe)
{
	return stp_kernel_in_module(probe) && !READ_ONCE(probe->section->found);
}

/* 0: not to be found (now). */
static unsigned long stp_kernel_address(const struct stp_kernel_probe *probe)
{
	if (stp_kernel_lacks_module(probe))
		return 0;
	return probe->section ? stp_address(probe->section, probe->pc) : probe->pc;
}

/* All functions of a name, in state->addresses; their count. */
static u32 stp_kernel_functions(struct stp_kernel *state, const char *symbol)
{
	u32 count;

	while ((count = stp_symbol_functions(symbol, state->addresses, state->address_room)) >
	       state->address_room) {
		unsigned long *more = kvcalloc(count, sizeof(*more), GFP_KERNEL);

		if (!more)
			return 0;
		kvfree(state->addresses);
		state->addresses = more;
		state->address_room = count;
	}
	return count;
}

/* One more of the same element, behind its last one. */
static struct stp_place *stp_kernel_add_place(struct stp_kernel *state, struct stp_place *last)
{
	struct stp_place *place;

	if (state->places.count == state->room &&
	    stp_kernel_reserve(state, state->room + state->room / 8 + 8))
		return NULL;
	place = kzalloc(sizeof(*place), GFP_KERNEL);
	if (!place)
		return NULL;
	place->probe = last->probe;
	state->places.all[state->places.count++] = place;
	state->set->count++;
	smp_store_release(&last->next, place);
	return place;
}

/*
 * All functions of the name get their addresses.  Where the kernel tells of none (see
 * stp_symbol_functions()), it is the symbol that comes first, whatever that is.
 */
static void stp_kernel_find_symbol(struct stp_kernel *state, struct stp_place *place)
{
	const char *symbol = place->probe->symbol;
	u32 i, count = stp_kernel_functions(state, symbol);
	struct stp_place *last;

	place->address = count ? state->addresses[0] : stp_symbol(symbol);
	place->site = 0;
	for (i = 1; i < count; i++) {
		last = place;
		place = place->next ?: stp_kernel_add_place(state, place);
		if (!place) {
			stp_message_failed(last->probe->probe, -ENOMEM);
			return;
		}
		place->address = state->addresses[i];
		place->site = 0;
	}
}

/* Where all that are not armed are; those by a symbol of no module only at the start. */
static void stp_kernel_find(struct stp_kernel *state, bool at_start)
{
	bool symbols = !stp_symbols_open();
	u32 i;

	/* Without: names are left to register_kprobe(), and modules' sections cannot be found. */
	if (!symbols && !at_start)
		return;
	if (symbols && at_start) {
		state->switch_to = stp_symbol("__switch_to");
		stp_fentry_look_around(state->fentry);
		stp_returns_look_around(&state->returns);
	}
	for (i = 0; i < state->in_table && stp_get_state() == STP_STATE_RUNNING; i++) {
		struct stp_place *place = &state->table[i];

		if (place->armed || place->failed || place->gone ||
		    (!at_start && !stp_kernel_in_module(place->probe)))
			continue;
		place->site = 0;
		if (!place->probe->symbol)
			place->address = stp_kernel_address(place->probe);
		else if (symbols && !stp_kernel_lacks_module(place->probe))
			stp_kernel_find_symbol(state, place);
		else
			place->address = 0;
		cond_resched();
	}
	if (symbols) {
		stp_fentry_find_sites(state->fentry, &state->places);
		stp_symbols_close();
	}
}

/* ---- arming ---------------------------------------------------------------------------------- */

static void stp_kernel_failed(struct stp_kernel *state, struct stp_place *place, int rc)
{
	const struct stp_probe *probe = place->probe->probe;

	place->failed = true;
	if (rc == -ENOENT && place->probe->optional)
		return;
	if (place->probe->quiet)
		state->quiet_failures++;
	else
		stp_message_failed(probe, rc);
}

static void stp_kernel_summarize(struct stp_kernel *state)
{
	if (state->quiet_failures)
		stp_message(STP_RECORD_WARNING,
			    "%u of %u probes could not be armed [man warning::pass5]",
			    state->quiet_failures, state->set->count);
	state->quiet_failures = 0;
}

static void stp_kernel_name(struct stp_place *place, struct kprobe *kprobe)
{
	if (place->address)
		kprobe->addr = (kprobe_opcode_t *)place->address;
	else
		kprobe->symbol_name = place->probe->symbol;
	if (place->disabled)
		kprobe->flags = KPROBE_FLAG_DISABLED;
}

static u64 stp_place_missed(const struct stp_place *place)
{
	if (stp_is_return(place))
		return (u64)READ_ONCE(place->ret.nmissed) + READ_ONCE(place->ret.kp.nmissed);
	return READ_ONCE(place->entry.nmissed);
}

static int stp_kernel_register(struct stp_kernel *state, struct stp_place *place)
{
	int rc;

	if (place->site)
		return 0;
	state->missed_before += stp_place_missed(place);
	memset(&place->ret, 0, sizeof(place->ret));
	if (stp_is_return(place)) {
		stp_kernel_name(place, &place->ret.kp);
		rc = stp_return_register(place);
	} else {
		stp_kernel_name(place, &place->entry);
		place->entry.pre_handler = stp_kernel_entry;
		rc = register_kprobe(&place->entry);
	}
	place->registered = !rc;
	return rc;
}

static void stp_kernel_arm_place(struct stp_kernel *state, struct stp_place *place)
{
	int rc;

	place->disabled = !stp_probe_wanted(place->probe->probe);
	rc = stp_kernel_register(state, place);
	if (rc) {
		stp_kernel_failed(state, place, rc);
		return;
	}
	place->armed = true;
	state->set->armed++;
}

/* It waits for its module.  A symbol that is not there then is a failure. */
static bool stp_kernel_waits(const struct stp_place *place)
{
	if (place->address)
		return false;
	return !place->probe->symbol || place->gone || stp_kernel_lacks_module(place->probe);
}

/* Returns first: who sees an entry may count on them. */
static int stp_kernel_set_filters(struct stp_kernel *state)
{
	stp_returns_set(&state->returns, state->fentry, &state->places);
	return stp_fentry_set_filter(state->fentry, &state->places);
}

/* Those through ftrace, all that go together at once; if that fails, none of them. */
static void stp_kernel_arm_sites(struct stp_kernel *state)
{
	int entries_rc;
	u32 i;

	stp_fentry_publish(state->fentry, &state->places);
	entries_rc = stp_kernel_set_filters(state);
	for (i = 0; i < state->places.count; i++) {
		struct stp_place *place = state->places.all[i];
		int rc = stp_by_fprobe(place) ? stp_returns_error(place) : entries_rc;

		if (!rc || !place->armed || !place->site)
			continue;
		place->armed = false;
		state->set->armed--;
		stp_kernel_failed(state, place, rc);
	}
}

/*
 * The one function that begins in one task and returns in another.  The kernel refuses it, too, but
 * some do so by comparing an address that does not count the landing mark with one that does.
 */
static bool stp_kernel_returns_elsewhere(const struct stp_kernel *state,
					 const struct stp_place *place)
{
	if (!stp_is_return(place))
		return false;
	return place->address ? place->address == state->switch_to :
				!strcmp(place->probe->symbol, "__switch_to");
}

/* All that have been found and are not armed. */
static void stp_kernel_arm_found(struct stp_kernel *state)
{
	struct stp_probe_set *set = state->set;
	u32 i;

	for (i = 0; i < state->places.count; i++) {
		struct stp_place *place = state->places.all[i];

		if (place->armed || place->failed || stp_kernel_waits(place) ||
		    !stp_kernel_returns_elsewhere(state, place))
			continue;
		place->site = 0;
		stp_kernel_failed(state, place, -EINVAL);
	}
	stp_returns_group(&state->returns, state->fentry, &state->places);
	set->waiting = 0;
	for (i = 0; i < state->places.count && stp_get_state() == STP_STATE_RUNNING; i++) {
		struct stp_place *place = state->places.all[i];

		if (place->armed || place->failed)
			continue;
		if (stp_kernel_waits(place))
			set->waiting++;
		else
			stp_kernel_arm_place(state, place);
		cond_resched();
	}
	if (stp_get_state() == STP_STATE_RUNNING)
		stp_kernel_arm_sites(state);
	stp_kernel_summarize(state);
}

static int stp_kernel_arm(struct stp_probe_set *set)
{
	struct stp_kernel *state = set->state;
	int rc = register_module_notifier(&state->notifier);

	if (rc)
		return rc;
	state->watching = true;
	mutex_lock(&state->mutex);
	stp_kernel_find(state, true);
	stp_kernel_arm_found(state);
	mutex_unlock(&state->mutex);
	return set->armed + set->waiting ? 0 : -ENOENT;
}

/* ---- disarming ------------------------------------------------------------------------------- */

/*
 * Unregister the kprobes, or kretprobes, of places that are not armed any more.  They are not
 * cleared: their missed hits still count.
 */
static void stp_kernel_unregister(struct stp_kernel *state, bool returns)
{
	u32 i, count = 0;

	for (i = 0; i < state->places.count; i++) {
		struct stp_place *place = state->places.all[i];

		if (place->armed || !place->registered || stp_is_return(place) != returns)
			continue;
		place->registered = false;
		state->batch[count++] = returns ? (void *)&place->ret : (void *)&place->entry;
	}
	if (!count)
		return;
	if (returns)
		unregister_kretprobes((struct kretprobe **)state->batch, count);
	else
		unregister_kprobes((struct kprobe **)state->batch, count);
}

static void stp_kernel_disarm(struct stp_probe_set *set)
{
	struct stp_kernel *state = set->state;
	u32 i;

	if (state->watching)
		unregister_module_notifier(&state->notifier);
	state->watching = false;
	mutex_lock(&state->mutex);
	stp_fentry_stop(state->fentry);
	for (i = 0; i < state->places.count; i++)
		state->places.all[i]->armed = false;
	stp_returns_stop(&state->returns, (struct kretprobe **)state->batch);
	stp_kernel_unregister(state, false);
	stp_kernel_unregister(state, true);
	mutex_unlock(&state->mutex);
}

/* ---- modules --------------------------------------------------------------------------------- */

/* Is it in what goes: the whole module, or what it needed only while it was loaded? */
static bool stp_kernel_goes(const struct stp_place *place, const struct module *module, bool all)
{
	if (!all)
		return within_module_init(place->address, module);
	return within_module(place->address, module) ||
	       (stp_kernel_in_module(place->probe) &&
		!strcmp(place->probe->section->module, module->name));
}

/* Give up what is in what goes of a module. */
static void stp_kernel_leave_module(struct stp_kernel *state, const struct module *module, bool all)
{
	bool any = false;
	u32 i;

	mutex_lock(&state->mutex);
	for (i = 0; i < state->places.count; i++) {
		struct stp_place *place = state->places.all[i];

		if (place->gone || !stp_kernel_goes(place, module, all))
			continue;
		state->set->waiting += stp_kernel_in_module(place->probe) &&
				       (place->failed || !stp_kernel_waits(place));
		state->set->armed -= place->armed;
		place->gone = stp_kernel_in_module(place->probe);
		place->failed = !place->gone;
		place->armed = false;
		place->address = 0;
		any = true;
	}
	if (any) {
		stp_fentry_publish(state->fentry, &state->places);
		stp_kernel_set_filters(state);
		stp_kernel_unregister(state, false);
		stp_kernel_unregister(state, true);
	}
	mutex_unlock(&state->mutex);
}

/* Does any place wait for this module?  Its own section may not be in it, or in another build. */
static bool stp_kernel_comes(struct stp_kernel *state, const struct module *module)
{
	bool any = false;
	u32 i;

	for (i = 0; i < state->places.count; i++) {
		struct stp_place *place = state->places.all[i];

		if (!stp_kernel_in_module(place->probe) ||
		    strcmp(place->probe->section->module, module->name))
			continue;
		place->gone = false;
		any |= !place->failed && !stp_kernel_lacks_module(place->probe);
	}
	return any;
}

/* sections.c, which is told before us, knows by now where the module is. */
static void stp_kernel_enter_module(struct stp_kernel *state, const struct module *module)
{
	mutex_lock(&state->mutex);
	if (stp_get_state() == STP_STATE_RUNNING && stp_kernel_comes(state, module)) {
		stp_kernel_find(state, false);
		stp_kernel_arm_found(state);
	}
	mutex_unlock(&state->mutex);
}

static int stp_kernel_watch(struct notifier_block *notifier, unsigned long event, void *data)
{
	struct stp_kernel *state = container_of(notifier, struct stp_kernel, notifier);

	if (event == MODULE_STATE_COMING)
		stp_kernel_enter_module(state, data);
	else if (event == MODULE_STATE_LIVE)
		stp_kernel_leave_module(state, data, false);
	else if (event == MODULE_STATE_GOING)
		stp_kernel_leave_module(state, data, true);
	return NOTIFY_DONE;
}

/* ---- conditions, counts ---------------------------------------------------------------------- */

static int stp_kernel_enable(struct stp_place *place, bool disabled)
{
	struct kprobe *kprobe = stp_is_return(place) ? &place->ret.kp : &place->entry;

	if (place->site)
		return 0;
	return disabled ? disable_kprobe(kprobe) : enable_kprobe(kprobe);
}

/* Each change is one of the kernel's code; those that fail (memory) are tried again next time. */
static void stp_kernel_refresh(struct stp_probe_set *set)
{
	struct stp_kernel *state = set->state;
	bool sites = false;
	u32 i;

	mutex_lock(&state->mutex);
	for (i = 0; i < state->places.count && stp_get_state() == STP_STATE_RUNNING; i++) {
		struct stp_place *place = state->places.all[i];
		bool disabled = !stp_probe_wanted(place->probe->probe);

		if (!place->armed || disabled == place->disabled ||
		    stp_kernel_enable(place, disabled))
			continue;
		WRITE_ONCE(place->disabled, disabled);
		sites |= place->site != 0;
		cond_resched();
	}
	if (sites)
		stp_kernel_set_filters(state);
	mutex_unlock(&state->mutex);
}

static u64 stp_kernel_missed(struct stp_probe_set *set)
{
	const struct stp_kernel *state = set->state;
	u64 missed = READ_ONCE(state->missed_before) + stp_returns_missed(&state->returns);
	const struct stp_place *place;
	u32 i;

	/* Places may be added meanwhile. */
	for (i = 0; i < state->in_table; i++)
		for (place = &state->table[i]; place; place = smp_load_acquire(&place->next))
			missed += stp_place_missed(place);
	return missed;
}

const struct stp_probe_type stp_probe_type_kernel = {
	.name = "kernel",
	.init = stp_kernel_init,
	.arm = stp_kernel_arm,
	.disarm = stp_kernel_disarm,
	.exit = stp_kernel_exit,
	.refresh = stp_kernel_refresh,
	.missed = stp_kernel_missed,
};
