// SPDX-License-Identifier: GPL-2.0-or-later
/* A module of three parts, each with a function same(): one is needed only for the initialization. */
#include <linux/module.h>

int same_second(int value);
int same_third(int value);
int same_start(void);

#if PART == 3
static __attribute__((noipa)) int __init same(int value)
{
	return value * 100;
}

int __init same_start(void)
{
	return same(1) == 100 ? 0 : -EINVAL;
}

/* No function. */
int same_third(int value)
{
	static int same;

	return same += value;
}
#else
static __attribute__((noipa)) int same(int value)
{
	barrier();
	return value * 10 * PART;
}
#endif

#if PART == 2
int same_second(int value)
{
	return same(value) + 1;
}
#endif

#if PART == 1
static int run(const char *value, const struct kernel_param *parameter)
{
	same_third(same(1) + same_second(2));
	return 0;
}

static const struct kernel_param_ops operations = { .set = run };

module_param_cb(run, &operations, NULL, 0200);

static int __init start(void)
{
	return same_start();
}

static void __exit end(void)
{
}

module_init(start);
module_exit(end);
MODULE_LICENSE("GPL");
#endif
