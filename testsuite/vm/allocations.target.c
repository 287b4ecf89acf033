// SPDX-License-Identifier: GPL-2.0-or-later
/* For examples: memory by kmalloc() in known numbers, of which a part is kept until the exit. */
#include <linux/module.h>
#include <linux/slab.h>

#define KEPT 100
#define FREED 1000

static void *kept[KEPT];

/* Not __init, whose names are gone when it is done. */
static noinline __attribute__((noclone)) void *target_allocates(void)
{
	void *memory = kmalloc(5000, GFP_KERNEL);

	barrier();
	return memory;
}

static noinline __attribute__((noclone)) void *target_leaks(void)
{
	void *memory = kmalloc(3000, GFP_KERNEL);

	barrier();
	return memory;
}

/* A parameter that is written to: allocate. */
static int target_run(const char *value, const struct kernel_param *parameter)
{
	int i;

	for (i = 0; i < FREED; i++)
		kfree(target_allocates());
	for (i = 0; i < KEPT; i++)
		kept[i] = target_leaks();
	return 0;
}

static const struct kernel_param_ops target_operations = { .set = target_run };
module_param_cb(run, &target_operations, NULL, 0200);

static int __init target_init(void)
{
	return 0;
}

static void __exit target_exit(void)
{
	int i;

	for (i = 0; i < KEPT; i++)
		kfree(kept[i]);
}

module_init(target_init);
module_exit(target_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("allocates memory");
