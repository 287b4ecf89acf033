// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fentry.c - entries of functions by way of ftrace.
 *
 * Almost every function of the kernel begins with room for a call ("fentry"), a no-op until
 * somebody wants to see it.  All entries that a script probes share one ftrace_ops here, so that
 * arming a thousand is one change of the kernel's code and not a thousand, and a hit costs a look
 * into a small table and no walk through that of all kprobes.
 *
 * Functions that kprobes refuse are refused here, too: they are those that kprobes themselves are
 * made of, and a handler in one of them would meet a kprobe where the kernel can stand none.
 *
 * That list is not exported.  Without it everything becomes a kprobe.
 *
 * Returns are found by the same table.  Where the kernel has no fprobes they begin here, too
 * (returns_kretprobe.c).
 *
 * The table is immutable once it is published.  A change fills the other one of two, and waits
 * until nobody looks into the old one before that is filled again; hits have preemption disabled.
 */
#include <linux/ftrace.h>
#include <linux/rcupdate.h>
#include <linux/sort.h>
#include <linux/uaccess.h>

#include "places.h"

struct stp_fentry {
	struct ftrace_ops ops;
	u32 room;			/* for so many places, in the tables and the filter */
	struct stp_sites tables[2];
	struct stp_sites *sites;	/* one of them: what hits look into */
	unsigned long *filter;		/* room for all sites */
	bool looked_at;			/* maybe: sites */
	bool running;			/* ops is registered */
	unsigned long in_blacklist;	/* bool within_kprobe_blacklist(address); 0: not known */
};

/* ---- hits ------------------------------------------------------------------------------------ */

static __always_inline void stp_fentry_entry(const struct stp_probe *probe, struct pt_regs *regs)
{
	struct stp_context *c = stp_enter_pinned(probe, STP_STATE_RUNNING, regs);

	if (!c)
		return;
	if (stp_asleep())
		stp_skip(STP_SKIP_MISSED);
	else
		stp_run(c, probe);
	stp_leave_pinned(c);
}

/*
 * Entries need no guard against recursion but the context: what is called before it is taken, and
 * after it is given back, has no probes.
 */
static STP_FTRACE_CALLBACK(stp_fentry_callback, ip, parent_ip, ops, registers)
{
	struct stp_fentry *fentry = container_of(ops, struct stp_fentry, ops);
	struct pt_regs *regs = stp_ftrace_registers(registers);
	const struct stp_site *site, *end;
	unsigned long after = regs->ip;

	preempt_disable_notrace();
	for (site = stp_find_sites(&fentry->sites, ip, &end); site < end; site++) {
		if (site->site != ip || unlikely(READ_ONCE(site->place->disabled)))
			continue;
		/* As if nothing of the function had run yet. */
		regs->ip = site->place->address;
		if (site->entry)
			stp_fentry_entry(site->entry, regs);
		else
			stp_return_begin(site->place, parent_ip, regs);
	}
	regs->ip = after;
	preempt_enable_notrace();
}
NOKPROBE_SYMBOL(stp_fentry_callback);

struct stp_sites *const *stp_fentry_sites(const struct stp_fentry *fentry)
{
	return &fentry->sites;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static int stp_sites_init(struct stp_sites *sites, u32 count)
{
	sites->bits = ilog2(roundup_pow_of_two(count)) + 1;
	sites->first = kvcalloc((1u << sites->bits) + 1, sizeof(*sites->first), GFP_KERNEL);
	sites->entries = kvcalloc(count, sizeof(*sites->entries), GFP_KERNEL);
	return sites->first && sites->entries ? 0 : -ENOMEM;
}

static void stp_sites_exit(struct stp_sites *sites)
{
	kvfree(sites->first);
	kvfree(sites->entries);
}

void stp_fentry_free(struct stp_fentry *fentry)
{
	if (!fentry)
		return;
	ftrace_free_filter(&fentry->ops);
	stp_sites_exit(&fentry->tables[0]);
	stp_sites_exit(&fentry->tables[1]);
	kvfree(fentry->filter);
	kfree(fentry);
}

struct stp_fentry *stp_fentry_new(bool all_registers)
{
	struct stp_fentry *fentry = kzalloc(sizeof(*fentry), GFP_KERNEL);

	if (!fentry)
		return NULL;
	fentry->ops.func = stp_fentry_callback;
	/* Permanent: `sysctl kernel.ftrace_enabled=0` is refused and not silently the end of hits. */
	fentry->ops.flags = FTRACE_OPS_FL_PERMANENT | STP_FTRACE_FLAGS;
	if (all_registers)
		fentry->ops.flags |= FTRACE_OPS_FL_SAVE_REGS;
	fentry->sites = &fentry->tables[0];
	return fentry;
}

/* ---- sites ----------------------------------------------------------------------------------- */

void stp_fentry_look_around(struct stp_fentry *fentry)
{
	fentry->in_blacklist = stp_symbol("within_kprobe_blacklist");
}

/* A no-op of five bytes, a call, or a breakpoint while one becomes the other. */
static bool stp_may_be_fentry(const u8 *code)
{
	static const u8 nop[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };

	return code[0] == 0xe8 || code[0] == 0xcc || !memcmp(code, nop, sizeof(nop));
}

#define STP_ENDBR 4	/* bytes of the landing mark that a function may have before */

/* A guess by the code, which ftrace confirms or not. */
static unsigned long stp_guess_site(unsigned long address)
{
	u8 code[STP_ENDBR + 5];

	if (copy_from_kernel_nofault(code, (const void *)address, sizeof(code)))
		return 0;
	if (stp_may_be_fentry(code))
		return address;
	return stp_may_be_fentry(code + STP_ENDBR) ? address + STP_ENDBR : 0;
}

static bool stp_wants_site(const struct stp_fentry *fentry, const struct stp_place *place)
{
	if (!place->address || place->armed || place->probe->kind == STP_KERNEL_STATEMENT)
		return false;
	return fentry->in_blacklist &&
	       !(u8)stp_symbols_call(fentry->in_blacklist, place->address, 0, 0);
}

static int stp_compare_sites(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/* Sorted, each once; the new count. */
static u32 stp_sort_sites(unsigned long *sites, u32 count)
{
	u32 i, unique = 0;

	sort(sites, count, sizeof(*sites), stp_compare_sites, NULL);
	for (i = 0; i < count; i++)
		if (!unique || sites[unique - 1] != sites[i])
			sites[unique++] = sites[i];
	return unique;
}

/*
 * ftrace takes a list as a whole or not at all: find those it does not take by halves, which are
 * set to 0.  The recursion is as deep as the count has bits.
 */
static void stp_confirm_sites(struct ftrace_ops *scratch, unsigned long *sites, u32 count)
{
	cond_resched();
	if (!count || !ftrace_set_filter_ips(scratch, sites, count, 0, 1))
		return;
	if (count == 1) {
		sites[0] = 0;
		return;
	}
	stp_confirm_sites(scratch, sites, count / 2);
	stp_confirm_sites(scratch, sites + count / 2, count - count / 2);
}

static bool stp_is_confirmed(const unsigned long *sites, u32 count, unsigned long site)
{
	u32 low = 0, high = count;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (sites[middle] == site)
			return true;
		if (sites[middle] < site)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

void stp_fentry_find_sites(struct stp_fentry *fentry, const struct stp_places *places)
{
	struct ftrace_ops scratch = { .func = stp_fentry_callback };	/* never registered */
	unsigned long *sites = fentry->filter;
	u32 i, found = 0;

	for (i = 0; i < places->count; i++) {
		struct stp_place *place = places->all[i];

		if (!stp_wants_site(fentry, place))
			continue;
		place->site = stp_guess_site(place->address);
		if (place->site)
			sites[found++] = place->site;
		cond_resched();
	}
	found = stp_sort_sites(sites, found);
	stp_confirm_sites(&scratch, sites, found);
	ftrace_free_filter(&scratch);
	found = stp_sort_sites(sites, found);
	for (i = 0; i < places->count; i++) {
		struct stp_place *place = places->all[i];

		if (place->site && !place->armed && !stp_is_confirmed(sites, found, place->site))
			place->site = 0;
	}
}

/* ---- what is hit ----------------------------------------------------------------------------- */

unsigned long *stp_fentry_filter(struct stp_fentry *fentry, const struct stp_places *places,
				 const struct stp_return_group *group, u32 *count)
{
	u32 i, found = 0;

	for (i = 0; i < places->count; i++) {
		const struct stp_place *place = places->all[i];

		if (place->armed && place->site && !place->disabled &&
		    (stp_by_fprobe(place) ? place->group : NULL) == group)
			fentry->filter[found++] = place->site;
	}
	*count = stp_sort_sites(fentry->filter, found);
	return fentry->filter;
}

int stp_fentry_set_filter(struct stp_fentry *fentry, const struct stp_places *places)
{
	unsigned long *sites;
	u32 count;
	int rc;

	sites = stp_fentry_filter(fentry, places, NULL, &count);
	/* An empty filter would mean every function there is. */
	if (!count) {
		stp_fentry_stop(fentry);
		return 0;
	}
	rc = ftrace_set_filter_ips(&fentry->ops, sites, count, 0, 1);
	if (rc || fentry->running)
		return rc;
	rc = register_ftrace_function(&fentry->ops);
	fentry->running = !rc;
	return rc;
}

/* Before the one that was filled in last. */
static void stp_fill_site(struct stp_sites *sites, struct stp_place *place,
			  enum stp_kernel_kind kind)
{
	struct stp_site *site;

	if (!place->armed || !place->site || place->probe->kind != kind)
		return;
	site = &sites->entries[--sites->first[stp_site_hash(sites, place->site)]];
	site->site = place->site;
	site->place = place;
	site->entry = kind == STP_KERNEL_ENTRY ? place->probe->probe : NULL;
}

static void stp_fill_sites(struct stp_sites *sites, const struct stp_places *places)
{
	u32 i, hash, size = 1u << sites->bits;

	/* Count, sum up, and place from the end. */
	memset(sites->first, 0, (size + 1) * sizeof(*sites->first));
	for (i = 0; i < places->count; i++)
		if (places->all[i]->armed && places->all[i]->site)
			sites->first[stp_site_hash(sites, places->all[i]->site)]++;
	for (hash = 1; hash <= size; hash++)
		sites->first[hash] += sites->first[hash - 1];
	/* Kretprobes begin in the order that makes them return in that of the script. */
	for (i = 0; i < places->count; i++)
		stp_fill_site(sites, places->all[STP_FPROBE ? places->count - 1 - i : i],
			      STP_KERNEL_RETURN);
	for (i = places->count; i--;)
		stp_fill_site(sites, places->all[i], STP_KERNEL_ENTRY);
}

void stp_fentry_publish(struct stp_fentry *fentry, const struct stp_places *places)
{
	struct stp_sites *next = &fentry->tables[fentry->sites == &fentry->tables[0]];

	stp_fill_sites(next, places);
	smp_store_release(&fentry->sites, next);
	if (fentry->looked_at)
		stp_synchronize_cpus();
	fentry->looked_at = places->count != 0;
}

int stp_fentry_reserve(struct stp_fentry *fentry, const struct stp_places *places, u32 count)
{
	unsigned long *filter;
	struct stp_sites tables[2] = {};
	u32 i;

	if (count <= fentry->room)
		return 0;
	filter = kvcalloc(count, sizeof(*filter), GFP_KERNEL);
	if (!filter || stp_sites_init(&tables[0], count) || stp_sites_init(&tables[1], count)) {
		stp_sites_exit(&tables[0]);
		stp_sites_exit(&tables[1]);
		kvfree(filter);
		return -ENOMEM;
	}
	/* Whichever is not looked into. */
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		struct stp_sites *unused = &fentry->tables[fentry->sites == &fentry->tables[0]];

		stp_sites_exit(unused);
		*unused = tables[i];
		stp_fentry_publish(fentry, places);
	}
	kvfree(fentry->filter);
	fentry->filter = filter;
	fentry->room = count;
	return 0;
}

void stp_fentry_stop(struct stp_fentry *fentry)
{
	if (fentry->running)
		unregister_ftrace_function(&fentry->ops);
	fentry->running = false;
}
