// SPDX-License-Identifier: GPL-2.0-or-later
/* lines - the same lines as lines.stp, by trace_printk(): a number written to /proc/lines says how many. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>

MODULE_LICENSE("GPL");

static ssize_t lines_write(struct file *file, const char __user *text, size_t size, loff_t *position)
{
	int rc, count, i;

	rc = kstrtoint_from_user(text, size, 10, &count);
	if (rc)
		return rc;
	for (i = 1; i <= count; i++)
		trace_printk("line %58d\n", i);
	return size;
}

static const struct proc_ops lines_operations = {
	.proc_write = lines_write,
};

static int __init lines_init(void)
{
	return proc_create("lines", 0600, NULL, &lines_operations) ? 0 : -ENOMEM;
}

static void __exit lines_exit(void)
{
	remove_proc_entry("lines", NULL);
}

module_init(lines_init);
module_exit(lines_exit);
