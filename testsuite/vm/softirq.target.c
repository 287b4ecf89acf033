// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For examples: N tasklets, one after the other, that take 2 ms each; N that have to wait for 5 ms; works that sleep 20 ms on a
 * queue that does one at a time.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#define WORKS 5

static struct work_struct works[WORKS];
static struct workqueue_struct *queue;

static void spin(u64 ms)
{
	u64 end = ktime_get_ns() + ms * NSEC_PER_MSEC;

	while (ktime_get_ns() < end)
		cpu_relax();
}

static void target_tasklet(struct tasklet_struct *unused)
{
	spin(2);
}
static DECLARE_TASKLET(tasklet, target_tasklet);

static void target_work(struct work_struct *unused)
{
	msleep(20);
}

static int target_tasklets(const char *value, const struct kernel_param *parameter)
{
	int i, count;

	if (kstrtoint(value, 0, &count))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		tasklet_schedule(&tasklet);
		msleep(5);
	}
	return 0;
}

static int target_late(const char *value, const struct kernel_param *parameter)
{
	int i, count;

	if (kstrtoint(value, 0, &count))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		local_bh_disable();
		tasklet_schedule(&tasklet);
		spin(5);
		local_bh_enable();
		msleep(5);
	}
	return 0;
}

static int target_works(const char *value, const struct kernel_param *parameter)
{
	int i;

	for (i = 0; i < WORKS; i++)
		queue_work(queue, &works[i]);
	flush_workqueue(queue);
	return 0;
}

static const struct kernel_param_ops tasklets_operations = { .set = target_tasklets };
static const struct kernel_param_ops late_operations = { .set = target_late };
static const struct kernel_param_ops works_operations = { .set = target_works };
module_param_cb(tasklets, &tasklets_operations, NULL, 0200);
module_param_cb(late, &late_operations, NULL, 0200);
module_param_cb(works, &works_operations, NULL, 0200);

static int __init target_init(void)
{
	int i;

	queue = alloc_ordered_workqueue("stp_target", 0);
	for (i = 0; i < WORKS; i++)
		INIT_WORK(&works[i], target_work);
	return queue ? 0 : -ENOMEM;
}

static void __exit target_exit(void)
{
	tasklet_kill(&tasklet);
	destroy_workqueue(queue);
}

module_init(target_init);
module_exit(target_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("tasklets and works");
