// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * control.c - the control file, /proc/driver/MODULE; wire.h says what it understands.
 *
 * Handlers wake nobody: while the file is open, a timer looks every few milliseconds whether
 * something was sent or the state changed, and wakes the reader.  `news` counts what there was to
 * tell, STATUS acknowledges it; a reader that asks for the status before it reads the buffers
 * misses nothing.
 */
#pragma GCC optimize("Os")	/* nothing here runs often */

#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "runtime.h"

#define STP_LOOK_MS 10

static struct proc_dir_entry *stp_control_entry;
static atomic_t stp_control_open;	/* 1: somebody has it */
static bool stp_control_looking;	/* the timer goes on */
static struct timer_list stp_control_timer;
static DECLARE_WAIT_QUEUE_HEAD(stp_control_wait);
static atomic_t stp_control_news;
static int stp_control_told;		/* news that STATUS has acknowledged */
static int stp_control_state;		/* the state that the timer saw last */

static void stp_control_look(struct timer_list *timer)
{
	int state = stp_get_state();

	if (stp_transport_take_dirty() || state != stp_control_state) {
		stp_control_state = state;
		atomic_inc(&stp_control_news);
		wake_up_interruptible(&stp_control_wait);
	}
	if (READ_ONCE(stp_control_looking))
		mod_timer(timer, jiffies + msecs_to_jiffies(STP_LOOK_MS));
}

static int stp_control_do_open(struct inode *inode, struct file *file)
{
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	if (atomic_cmpxchg(&stp_control_open, 0, 1)) {
		module_put(THIS_MODULE);
		return -EBUSY;
	}
	/* Whatever a reader before us was told, this one was not. */
	atomic_inc(&stp_control_news);
	WRITE_ONCE(stp_control_looking, true);
	mod_timer(&stp_control_timer, jiffies + msecs_to_jiffies(STP_LOOK_MS));
	return nonseekable_open(inode, file);
}

static int stp_control_release(struct inode *inode, struct file *file)
{
	WRITE_ONCE(stp_control_looking, false);
	stp_timer_delete_sync(&stp_control_timer);
	atomic_set(&stp_control_open, 0);
	module_put(THIS_MODULE);
	return 0;
}

static __poll_t stp_control_poll(struct file *file, poll_table *table)
{
	poll_wait(file, &stp_control_wait, table);
	return atomic_read(&stp_control_news) != READ_ONCE(stp_control_told) ?
		       EPOLLIN | EPOLLRDNORM : 0;
}

static long stp_control_status(void __user *argument)
{
	struct stp_status status;

	WRITE_ONCE(stp_control_told, atomic_read(&stp_control_news));
	smp_mb();	/* acknowledge first, look then */
	stp_fill_status(&status);
	return copy_to_user(argument, &status, sizeof(status)) ? -EFAULT : 0;
}

static long stp_control_ioctl(struct file *file, unsigned int command, unsigned long value)
{
	void __user *argument = (void __user *)value;
	struct stp_cpu_status dropped;
	struct stp_start start;
	struct stp_cpu_fd cpu;
	struct stp_set *set;
	long rc;

	switch (command) {
	case STP_IOC_PREPARE:
		return stp_prepare(argument);
	case STP_IOC_START:
		if (copy_from_user(&start, argument, sizeof(start)))
			return -EFAULT;
		return stp_start(&start);
	case STP_IOC_STOP:
		stp_stop();
		return 0;
	case STP_IOC_STATUS:
		return stp_control_status(argument);
	case STP_IOC_CPU_FD:
		if (copy_from_user(&cpu, argument, sizeof(cpu)))
			return -EFAULT;
		return cpu.flags ? -EINVAL : stp_transport_open_cpu(cpu.cpu);
	case STP_IOC_CPU_STATUS:
		if (copy_from_user(&dropped, argument, sizeof(dropped)))
			return -EFAULT;
		if (dropped.cpu >= nr_cpu_ids)
			return -ENXIO;
		dropped.dropped = stp_transport_dropped_on(dropped.cpu);
		return copy_to_user(argument, &dropped, sizeof(dropped)) ? -EFAULT : 0;
	case STP_IOC_SET:
		set = memdup_user(argument, sizeof(*set));
		if (IS_ERR(set))
			return PTR_ERR(set);
		rc = stp_set_global(set);
		kfree(set);
		return rc;
	case STP_IOC_INPUT:
		return stp_input ? stp_input(argument) : -ENOTTY;
	}
	return -ENOTTY;
}

static const struct proc_ops stp_control_operations = {
	.proc_open = stp_control_do_open,
	.proc_release = stp_control_release,
	.proc_poll = stp_control_poll,
	.proc_ioctl = stp_control_ioctl,
#ifdef CONFIG_COMPAT
	.proc_compat_ioctl = stp_control_ioctl,
#endif
	.proc_lseek = noop_llseek,
};

int stp_control_init(void)
{
	char path[sizeof("driver/") + MODULE_NAME_LEN];

	timer_setup(&stp_control_timer, stp_control_look, 0);
	snprintf(path, sizeof(path), "driver/%s", THIS_MODULE->name);
	stp_control_entry = proc_create(path, 0600, NULL, &stp_control_operations);
	if (!stp_control_entry) {
		pr_err("%s: cannot create /proc/%s\n", THIS_MODULE->name, path);
		return -ENOMEM;
	}
	return 0;
}

void stp_control_exit(void)
{
	proc_remove(stp_control_entry);
}
