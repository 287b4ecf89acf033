// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lock.c - waiting for a global's lock, with a bound.
 *
 * The holder is a handler on another CPU and never waits for us: locks are taken in one order, and
 * a handler that cannot have one gives back all it has.
 */
#include <linux/delay.h>

#include "runtime.h"

/*
 * An adder that saw the lock free before we took it is in the middle of its handler; those that
 * come now see that it is taken.
 */
#define STP_ADDER_SPINS 10000

bool stp_lock_alone(struct stp_lock *lock)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		int spins = STP_ADDER_SPINS;

		while (smp_load_acquire(&lock->adders[cpu].inside)) {
			if (spins--) {
				cpu_relax();
				continue;
			}
			smp_store_release(&lock->state, 0);
			return false;
		}
	}
	return true;
}

bool stp_lock_wait(const struct stp_context *c, struct stp_lock *lock, enum stp_lock_mode mode)
{
	int attempts = stp_script.limits.trylock;

	while (attempts-- > 0) {
		/* Handlers hold a lock for a few hundred nanoseconds: look closely first. */
		int spins = 64;

		while (spins--) {
			cpu_relax();
			if (stp_trylock(c, lock, mode))
				return true;
		}
		udelay(stp_script.limits.trylock_delay);
		if (stp_trylock(c, lock, mode))
			return true;
	}
	return false;
}
