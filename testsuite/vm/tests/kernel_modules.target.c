// SPDX-License-Identifier: GPL-2.0-or-later
/* What kernel_modules and kernel_trace probe: functions that a write to a parameter calls, and a tracepoint. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/tracepoint.h>

MODULE_LICENSE("GPL");

DECLARE_TRACE(stp_target,
	      TP_PROTO(int a, char b, unsigned short c, void *d, unsigned long e, long long f, int g,
		       int h, int i, int j),
	      TP_ARGS(a, b, c, d, e, f, g, h, i, j));
DEFINE_TRACE(stp_target, TP_PROTO(int a, char b, unsigned short c, void *d, unsigned long e, long long f,
				  int g, int h, int i, int j),
	     TP_ARGS(a, b, c, d, e, f, g, h, i, j));

noinline long target_add(long a, long b);
noinline long target_add(long a, long b)
{
	barrier();
	return a + b;
}

/* One call in another, `depth` deep. */
noinline long target_nest(long depth);
noinline long target_nest(long depth)
{
	long below = depth > 1 ? target_nest(depth - 1) : 0;

	barrier();
	return below + 1;
}

static int set_add(const char *value, const struct kernel_param *param)
{
	return target_add(simple_strtol(value, NULL, 10), 1) ? 0 : -EINVAL;
}

static int set_nest(const char *value, const struct kernel_param *param)
{
	return target_nest(simple_strtol(value, NULL, 10)) ? 0 : -EINVAL;
}

static int set_trace(const char *value, const struct kernel_param *param)
{
	trace_stp_target(-1, 'b', 0xffff, (void *)4, 5, -6, 7, 8, 9, simple_strtol(value, NULL, 10));
	return 0;
}

static const struct kernel_param_ops add_ops = { .set = set_add };
static const struct kernel_param_ops nest_ops = { .set = set_nest };
static const struct kernel_param_ops trace_ops = { .set = set_trace };
module_param_cb(add, &add_ops, NULL, 0200);
module_param_cb(nest, &nest_ops, NULL, 0200);
module_param_cb(trace, &trace_ops, NULL, 0200);

static int __init target_init(void)
{
	trace_stp_target(1, 2, 3, (void *)4, 5, 6, 7, 8, 9, 10);
	return target_add(1, 2) == 3 ? 0 : -EINVAL;
}

static void __exit target_exit(void)
{
	target_add(3, 4);
}

module_init(target_init);
module_exit(target_exit);
