// SPDX-License-Identifier: GPL-2.0-or-later
/* For examples: a thread target_holder holds a mutex three times for 100 ms, then a rwsem twice; whoever writes to the parameter waits for it. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>

static DEFINE_MUTEX(target_mutex);
static DECLARE_RWSEM(target_rwsem);
static DECLARE_COMPLETION(held);
static DECLARE_COMPLETION(done);

static int target_holder(void *rwsem)
{
	if (rwsem)
		down_write(&target_rwsem);
	else
		mutex_lock(&target_mutex);
	complete(&held);
	msleep(100);
	if (rwsem)
		up_write(&target_rwsem);
	else
		mutex_unlock(&target_mutex);
	complete(&done);
	return 0;
}

static noinline void target_takes_mutex(void)
{
	mutex_lock(&target_mutex);
	mutex_unlock(&target_mutex);
	barrier();
}

static noinline void target_takes_rwsem(void)
{
	down_read(&target_rwsem);
	up_read(&target_rwsem);
	barrier();
}

/* A parameter that is written to: do all that. */
static int target_run(const char *value, const struct kernel_param *parameter)
{
	int i;

	for (i = 0; i < 5; i++) {
		if (IS_ERR(kthread_run(target_holder, i < 3 ? NULL : &target_rwsem, "target_holder")))
			return -ENOMEM;
		wait_for_completion(&held);
		if (i < 3)
			target_takes_mutex();
		else
			target_takes_rwsem();
		wait_for_completion(&done);
	}
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
}

module_init(target_init);
module_exit(target_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("waits for locks");
