// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * symbols.c - the kernel's symbols by name, also those that it does not export to modules.
 *
 * kallsyms_lookup_name() knows all names, but is not exported itself (since 5.7).  A kprobe by its
 * name is a way to its address: one that is registered disabled changes no code.
 *
 * It is not called by a pointer.  On a machine with indirect branch tracking the kernel has taken
 * away the landing marks of functions whose address it never takes itself, and the call would be a
 * fault.  So a kprobe on a function of our own leads there: a return from an interrupt may go
 * anywhere, and the function called then returns to whoever called ours.
 */
#include <linux/kprobes.h>
#include <linux/uaccess.h>

#include "runtime.h"

static DEFINE_MUTEX(stp_symbols_mutex);
static unsigned long stp_symbols_lookup;	/* kallsyms_lookup_name(), or 0 */
static unsigned long stp_gate_target;

static stp_current_kprobe_t stp_current_guess;
static bool stp_current_is_right;

/* Its body never runs while the gate is open. */
static noinline unsigned long stp_gate(unsigned long argument)
{
	unsigned long result;

	asm volatile("" : "=r"(result) : "0"(argument));
	return 0 & result;
}

/* By a pointer that the compiler knows nothing of: the call must be one by the book. */
static unsigned long (*volatile stp_gate_pointer)(unsigned long argument) = stp_gate;

static int stp_gate_redirect(struct kprobe *p, struct pt_regs *regs)
{
	struct kprobe *current_kprobe;

	if (stp_current_guess && !stp_current_is_right &&
	    !copy_from_kernel_nofault(&current_kprobe, raw_cpu_ptr(stp_current_guess),
				      sizeof(current_kprobe)) &&
	    current_kprobe == p)
		stp_current_is_right = true;
	regs->ip = stp_gate_target;
	return 1;
}
NOKPROBE_SYMBOL(stp_gate_redirect);

/* A probe with one of these is not turned into a jump, from which there is no such redirection. */
static void stp_gate_after(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}
NOKPROBE_SYMBOL(stp_gate_after);

static struct kprobe stp_gate_probe;

/* To see whether the gate leads anywhere: kprobes can be switched off. */
static noinline unsigned long stp_gate_trial(unsigned long argument)
{
	return argument + 1;
}

static void stp_gate_remove(void)
{
	unregister_kprobe(&stp_gate_probe);
}

/* It stays until unload: each unregistering waits for all CPUs. */
static int stp_gate_open(void)
{
	int rc = 0;

	if (!stp_gate_probe.addr) {
		stp_gate_probe.addr = (kprobe_opcode_t *)stp_gate_pointer;
		stp_gate_probe.pre_handler = stp_gate_redirect;
		stp_gate_probe.post_handler = stp_gate_after;
		rc = register_kprobe(&stp_gate_probe);
	}
	if (rc)
		stp_gate_probe = (struct kprobe){};
	else
		stp_symbols_exit = stp_gate_remove;
	if (!rc && stp_symbols_call((unsigned long)stp_gate_trial, 1) != 2)
		rc = -EOPNOTSUPP;
	return rc;
}

static unsigned long stp_symbols_find_lookup(void)
{
	struct kprobe probe = {
		.symbol_name = "kallsyms_lookup_name",
		.flags = KPROBE_FLAG_DISABLED,
	};
	unsigned long address;

	if (register_kprobe(&probe))
		return 0;
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return address;
}

int stp_symbols_open(void)
{
	int rc = -ENOENT;

	mutex_lock(&stp_symbols_mutex);
	if (!stp_symbols_lookup)
		stp_symbols_lookup = stp_symbols_find_lookup();
	if (stp_symbols_lookup)
		rc = stp_gate_open();
	if (rc)
		mutex_unlock(&stp_symbols_mutex);
	return rc;
}

void stp_symbols_close(void)
{
	mutex_unlock(&stp_symbols_mutex);
}

unsigned long stp_symbols_call(unsigned long function, unsigned long argument)
{
	lockdep_assert_held(&stp_symbols_mutex);
	stp_gate_target = function;
	return stp_gate_pointer(argument);
}

unsigned long stp_symbol(const char *name)
{
	return stp_symbols_call(stp_symbols_lookup, (unsigned long)name);
}

/* By name, and then seen to be right: the gate's own probe must be in it while that runs. */
stp_current_kprobe_t stp_symbols_current_kprobe(void)
{
	unsigned long address = stp_symbol("current_kprobe");

	if (!address)
		return NULL;
	stp_current_guess = (__force stp_current_kprobe_t)address;
	stp_symbol("current_kprobe");
	return stp_current_is_right ? stp_current_guess : NULL;
}
