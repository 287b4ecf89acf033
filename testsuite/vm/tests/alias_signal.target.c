// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's own way to forget signals, on behalf of who loads the module. */
#include <linux/module.h>
#include <linux/sched/signal.h>

static int __init target_init(void)
{
	flush_signals(current);
	return 0;
}

static void __exit target_exit(void)
{
}

module_init(target_init);
module_exit(target_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a target of signal.flush");
