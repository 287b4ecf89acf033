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
#include <linux/module.h>
#include <linux/uaccess.h>

#include "runtime.h"

static DEFINE_MUTEX(stp_symbols_mutex);
static unsigned long stp_symbols_lookup;	/* kallsyms_lookup_name(), or 0 */
static unsigned long stp_gate_target;

static stp_current_kprobe_t stp_current_guess;
static bool stp_current_is_right;

/* Its body never runs while the gate is open. */
static noinline unsigned long stp_gate(unsigned long first, unsigned long second,
				       unsigned long third)
{
	unsigned long result;

	asm volatile("" : "=r"(result) : "0"(first), "r"(second), "r"(third));
	return 0 & result;
}

/* By a pointer that the compiler knows nothing of: the call must be one by the book. */
static unsigned long (*volatile stp_gate_pointer)(unsigned long first, unsigned long second,
						  unsigned long third) = stp_gate;

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
static noinline unsigned long stp_gate_trial(unsigned long first, unsigned long second,
					     unsigned long third)
{
	return first + 2 * second + 3 * third;
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
	if (!rc && stp_symbols_call((unsigned long)stp_gate_trial, 1, 10, 100) != 321)
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

unsigned long stp_symbols_call(unsigned long function, unsigned long first, unsigned long second,
			       unsigned long third)
{
	lockdep_assert_held(&stp_symbols_mutex);
	stp_gate_target = function;
	return stp_gate_pointer(first, second, third);
}

unsigned long stp_symbol(const char *name)
{
	return stp_symbols_call(stp_symbols_lookup, (unsigned long)name, 0, 0);
}

/* ---- functions of the same name -------------------------------------------------------------- */

static unsigned long stp_is_text;	/* kernel_text_address(), or 0 */
static unsigned long stp_each_of_name;	/* kallsyms_on_each_match_symbol(), or 0 */

struct stp_functions {
	unsigned long *addresses;
	u32 count, room;
};

/* Not what was freed after boot, nor data of that name, nor another name of the same function. */
static int stp_function_found(void *data, unsigned long address)
{
	struct stp_functions *found = data;

	if (!stp_is_text || !(u8)stp_symbols_call(stp_is_text, address, 0, 0))
		return 0;
	if (found->count && found->count <= found->room &&
	    found->addresses[found->count - 1] == address)
		return 0;
	if (found->count < found->room)
		found->addresses[found->count] = address;
	found->count++;
	return 0;
}

const struct module *stp_symbols_module(const char *name)
{
	unsigned long find = stp_symbol("find_module");

	return find ? (const struct module *)stp_symbols_call(find, (unsigned long)name, 0, 0) :
		      NULL;
}

static void stp_module_functions(const char *name, const char *function,
				 struct stp_functions *found)
{
	const struct mod_kallsyms *symbols;
	const struct module *module;
	u32 i;

	/* What the kernel wants its callers to hold has changed over time. */
	rcu_read_lock();
	preempt_disable();
	module = stp_symbols_module(name);
	symbols = module ? rcu_dereference_sched(module->kallsyms) : NULL;
	for (i = 0; symbols && i < symbols->num_symtab; i++) {
		const Elf_Sym *symbol = &symbols->symtab[i];

		if (symbol->st_shndx != SHN_UNDEF &&
		    !strcmp(symbols->strtab + symbol->st_name, function))
			stp_function_found(found, symbol->st_value);
	}
	preempt_enable();
	rcu_read_unlock();
}

u32 stp_symbol_functions(const char *name, unsigned long *addresses, u32 room)
{
	struct stp_functions found = { .addresses = addresses, .room = room };
	const char *function = strchr(name, ':');
	char module[MODULE_NAME_LEN];

	if (!stp_is_text)
		stp_is_text = stp_symbol("kernel_text_address");
	if (!stp_each_of_name)
		stp_each_of_name = stp_symbol("kallsyms_on_each_match_symbol");
	if (function) {
		strscpy(module, name, min_t(size_t, sizeof(module), function - name + 1));
		stp_module_functions(module, function + 1, &found);
		return found.count;
	}
	if (stp_each_of_name)
		stp_symbols_call(stp_each_of_name, (unsigned long)stp_function_found,
				 (unsigned long)name, (unsigned long)&found);
	return found.count;
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
