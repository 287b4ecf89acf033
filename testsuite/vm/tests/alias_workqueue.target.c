// SPDX-License-Identifier: GPL-2.0-or-later
/* Work that sleeps, on a queue with workers of its own. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static struct workqueue_struct *queue;

static void target_work(struct work_struct *work)
{
	msleep(300);
}

static struct work_struct works[5];

static int __init target_init(void)
{
	int i;

	queue = alloc_workqueue("stp_target", WQ_UNBOUND | WQ_SYSFS, 0);
	if (!queue)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(works); i++)
		INIT_WORK(&works[i], target_work);
	return 0;
}

/* A parameter that is written to: queue all. */
static int target_run(const char *value, const struct kernel_param *parameter)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(works); i++)
		queue_work(queue, &works[i]);
	return 0;
}

static const struct kernel_param_ops target_operations = { .set = target_run };
module_param_cb(run, &target_operations, NULL, 0200);

static void __exit target_exit(void)
{
	destroy_workqueue(queue);
}

module_init(target_init);
module_exit(target_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a target of workqueue.*");
