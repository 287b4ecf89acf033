// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hits - what a hit costs: a function, called in a loop and timed, and the bare probes to compare with.  Writing a label to
 * the parameter `run` prints "LABEL NANOSECONDS" per call to the kernel's log, the least of some rounds; `bare` is 0, 1
 * for a kprobe, 2 for a kretprobe, or 3 for the return by an fprobe, which older kernels refuse.
 */
#include <linux/fprobe.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/version.h>

MODULE_LICENSE("GPL");

#define CALLS 50000
#define ROUNDS 5

static unsigned long hits_seen;

noinline long hits_function(long a, long b);
noinline long hits_function(long a, long b)
{
	barrier();
	return a + b;
}

static int bare_entry(struct kprobe *p, struct pt_regs *regs)
{
	hits_seen++;
	return 0;
}

static int bare_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	hits_seen++;
	return 0;
}

static struct kprobe kprobe;
static struct kretprobe kretprobe;
static int bare;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
static void bare_exit(struct fprobe *fprobe, unsigned long ip, unsigned long to, struct pt_regs *regs, void *data)
{
	hits_seen++;
}
static struct fprobe fprobe;
static int fprobe_begin(void)
{
	fprobe = (struct fprobe){ .exit_handler = bare_exit, .entry_data_size = 16 };
	return register_fprobe(&fprobe, "hits_function", NULL);
}
static void fprobe_end(void)
{
	unregister_fprobe(&fprobe);
}
#else
static int fprobe_begin(void)
{
	return -EOPNOTSUPP;
}
static void fprobe_end(void)
{
}
#endif

static int set_bare(const char *value, const struct kernel_param *param)
{
	int rc = 0, old = bare;

	if (old == 1)
		unregister_kprobe(&kprobe);
	else if (old == 2)
		unregister_kretprobe(&kretprobe);
	else if (old == 3)
		fprobe_end();
	bare = value[0] - '0';
	kprobe = (struct kprobe){ .symbol_name = "hits_function", .pre_handler = bare_entry };
	kretprobe = (struct kretprobe){ .kp.symbol_name = "hits_function", .handler = bare_return };
	if (bare == 1)
		rc = register_kprobe(&kprobe);
	else if (bare == 2)
		rc = register_kretprobe(&kretprobe);
	else if (bare == 3)
		rc = fprobe_begin();
	if (rc)
		bare = 0;
	return rc;
}

static u64 one_round(void)
{
	u64 start = ktime_get_ns();
	long i;

	for (i = 0; i < CALLS; i++)
		hits_function(i, i);
	return ktime_get_ns() - start;
}

static int set_run(const char *value, const struct kernel_param *param)
{
	u64 least = U64_MAX;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		least = min(least, one_round());
		cond_resched();
	}
	pr_info("hits: %.*s %llu\n", (int)strcspn(value, "\n"), value, least / CALLS);
	return 0;
}

static const struct kernel_param_ops bare_ops = { .set = set_bare };
static const struct kernel_param_ops run_ops = { .set = set_run };
module_param_cb(bare, &bare_ops, NULL, 0200);
module_param_cb(run, &run_ops, NULL, 0200);

static int __init hits_init(void)
{
	return 0;
}

static void __exit hits_exit(void)
{
	set_bare("0", NULL);
}

module_init(hits_init);
module_exit(hits_exit);
