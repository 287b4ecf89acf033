/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat.h - the differences between kernels, and the only file that may ask for a version.
 *
 * Each block gives the newest kernel's name and meaning to what an older one calls otherwise, so
 * that the code reads as if it were written for the newest.  Oldest supported: 5.10.
 */
#ifndef STP_COMPAT_H
#define STP_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/minmax.h>
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

/* 6.17: relay no longer tells subbuf_start() of the padding before. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define STP_RELAY_SUBBUF_START(name, buf) \
	int name(struct rchan_buf *buf, void *subbuf, void *prev_subbuf, size_t prev_padding)
#else
#define STP_RELAY_SUBBUF_START(name, buf) \
	int name(struct rchan_buf *buf, void *subbuf, void *prev_subbuf)
#endif

#endif
