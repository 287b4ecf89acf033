/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat.h - the differences between kernels, and the only file that may ask for a version.
 *
 * Each block gives the newest kernel's name and meaning to what an older one calls otherwise, so
 * that the code reads as if it were written for the newest.  Oldest supported: 5.10.
 */
#ifndef STP_COMPAT_H
#define STP_COMPAT_H

#include <linux/ftrace.h>
#include <linux/hrtimer.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/relay.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/version.h>

/* 6.8: strlcpy() went; embedded C of scripts still has it. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
static inline size_t strlcpy(char *to, const char *from, size_t size)
{
	size_t length = strlen(from);

	if (size) {
		size_t copied = min(length, size - 1);

		memcpy(to, from, copied);
		to[copied] = 0;
	}
	return length;
}
#endif

/* 6.13: the callback became an argument, so that no timer exists without one. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void stp_hrtimer_setup(struct hrtimer *timer,
				     enum hrtimer_restart (*function)(struct hrtimer *),
				     clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#else
#define stp_hrtimer_setup hrtimer_setup
#endif

/* 6.2: del_timer_sync() got its new name. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define stp_timer_delete_sync del_timer_sync
#else
#define stp_timer_delete_sync timer_delete_sync
#endif

/*
 * 5.11: a callback gets struct ftrace_regs, whose arguments are filled in always and whose other
 * registers only with FTRACE_OPS_FL_SAVE_REGS, and guards itself against recursion.  Before, only
 * the flag gives any registers, and the kernel is the guard.
 */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#include <linux/trace_recursion.h>
#define stp_ftrace_trylock(ip, parent) ftrace_test_recursion_trylock(ip, parent)
#define stp_ftrace_unlock(bit) ftrace_test_recursion_unlock(bit)
#define STP_FTRACE_CALLBACK(name, ip, parent, ops, registers) \
	void name(unsigned long ip, unsigned long parent, struct ftrace_ops *ops, \
		  struct ftrace_regs *registers)
#define STP_FTRACE_FLAGS 0
#else
#define stp_ftrace_trylock(ip, parent) 0
#define stp_ftrace_unlock(bit) ((void)(bit))
#define STP_FTRACE_CALLBACK(name, ip, parent, ops, registers) \
	void name(unsigned long ip, unsigned long parent, struct ftrace_ops *ops, \
		  struct pt_regs *registers)
#define STP_FTRACE_FLAGS FTRACE_OPS_FL_SAVE_REGS
#endif

/* Waits also for CPUs that sleep, as far as RCU knows; newer kernels run nothing traced there. */
#ifdef CONFIG_TASKS_RUDE_RCU
#define stp_synchronize_cpus() synchronize_rcu_tasks_rude()
#else
#define stp_synchronize_cpus() synchronize_rcu()
#endif

/* 6.13: the registers in struct ftrace_regs are reached by a macro. */
#ifndef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#define stp_ftrace_registers(registers) (registers)
#elif defined(arch_ftrace_regs)
#define stp_ftrace_registers(registers) (&arch_ftrace_regs(registers)->regs)
#else
#define stp_ftrace_registers(registers) (&(registers)->regs)
#endif

/*
 * 6.6 to 6.13: an fprobe's handlers have all registers, and data that the two of a call share, and
 * one at the entry may do without the other.  Before, there is no such data; from 6.14 on, fprobes
 * are made of function graph's hooks, which keep few registers.
 */
#if defined(CONFIG_FPROBE) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define STP_FPROBE 1
#else
#define STP_FPROBE 0
#endif

/* 6.17: relay no longer tells subbuf_start() of the padding before. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define STP_RELAY_SUBBUF_START(name, buf) \
	int name(struct rchan_buf *buf, void *subbuf, void *prev_subbuf, size_t prev_padding)
#else
#define STP_RELAY_SUBBUF_START(name, buf) \
	int name(struct rchan_buf *buf, void *subbuf, void *prev_subbuf)
#endif

/* 5.14: a task's state became __state. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
#define stp_task_state state
#else
#define stp_task_state __state
#endif

/* 5.16: a task's processor went to its thread_info. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
#define stp_task_cpu(task) ((task)->cpu)
#else
#define stp_task_cpu(task) ((task)->thread_info.cpu)
#endif

/* 6.2: an mm's counters became struct percpu_counter. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define STP_MM_PER_CPU
#endif

/* 6.4: a module's memory became an array by kind. */
static inline void stp_module_sizes(const struct module *module, u32 *text, u32 *rodata, u32 *data)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	*text = module->core_layout.text_size;
	*rodata = module->core_layout.ro_after_init_size - *text;
	*data = module->core_layout.size - module->core_layout.ro_after_init_size;
#else
	*text = module->mem[MOD_TEXT].size;
	*rodata = module->mem[MOD_RODATA].size + module->mem[MOD_RO_AFTER_INIT].size;
	*data = module->mem[MOD_DATA].size;
#endif
}

/* What a module has that is constant. */
static inline const void *stp_module_rodata(const struct module *module, size_t *size)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	*size = module->core_layout.ro_size - module->core_layout.text_size;
	return module->core_layout.base + module->core_layout.text_size;
#else
	*size = module->mem[MOD_RODATA].size;
	return module->mem[MOD_RODATA].base;
#endif
}

/* 6.10: the number of a partition went into the flags. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define stp_bdev_partno(bdev) ((bdev)->bd_partno)
#else
#define stp_bdev_partno(bdev) ((bdev)->__bd_flags)
#endif

/* The beginning of fs/mount.h's struct mount, which modules do not see; since 3.13. */
struct stp_mount {
	struct hlist_node hash;
	struct stp_mount *parent;
	struct dentry *mountpoint;
	struct vfsmount mnt;
};

#endif
