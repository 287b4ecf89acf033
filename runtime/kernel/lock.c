// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lock.c - waiting for a global's lock, with a bound.
 *
 * The holder is a handler on another CPU and never waits for us: locks are taken in one order, and
 * a handler that cannot have one gives back all it has.
 */
#include <linux/delay.h>

#include "runtime.h"

bool stp_lock_wait(struct stp_lock *lock, bool write)
{
	int attempts = stp_script.limits.trylock;

	while (attempts-- > 0) {
		/* Handlers hold a lock for a few hundred nanoseconds: look closely first. */
		int spins = 64;

		while (spins--) {
			cpu_relax();
			if (stp_trylock(lock, write))
				return true;
		}
		udelay(stp_script.limits.trylock_delay);
		if (stp_trylock(lock, write))
			return true;
	}
	return false;
}
