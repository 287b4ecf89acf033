// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stack.c - who called: the kernel's stack, by the kernel's own unwinder, and the names of what is
 * at an address, by the kernel's own symbols.
 *
 * Both only read tables that stay where they are, or are guarded by what a handler has anyhow
 * (preemption is off), and check each address that they find on a stack: so they may be used in
 * any context.
 */
#include <linux/kallsyms.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <asm/unwind.h>

#include "runtime.h"
#include "embedded.h"

/* Registers of user mode say nothing of the kernel's stack. */
static bool stp_in_kernel(const struct stp_context *c)
{
	return !c->regs || !user_mode(c->regs);
}

void stp_stack_walk(struct stp_context *c, bool (*visit)(u64 address, void *data), void *data)
{
	struct unwind_state state;
	bool ours = !c->regs;	/* the innermost frames are this module's */

	if (!stp_in_kernel(c) || (c->returns_from && !visit(c->returns_from, data)))
		return;
	/* The unwinder begins with what called it. */
	if (c->regs && !visit(instruction_pointer(c->regs), data))
		return;
	for (unwind_start(&state, current, c->regs, NULL); !unwind_done(&state);
	     unwind_next_frame(&state)) {
		unsigned long address = unwind_get_return_address(&state);

		if (!address)
			return;
		ours = ours && within_module_core(address, THIS_MODULE);
		if (!ours && !visit(address, data))
			return;
	}
}

bool stp_stack_room(struct stp_context *c, u64 *used, u64 *unused)
{
	struct unwind_state state;
	unsigned long here = c->regs ? c->regs->sp : (unsigned long)__builtin_frame_address(0);

	if (!stp_in_kernel(c))
		return false;
	unwind_start(&state, current, c->regs, NULL);
	if (unwind_done(&state) || here < (unsigned long)state.stack_info.begin ||
	    here > (unsigned long)state.stack_info.end)
		return false;
	*used = (unsigned long)state.stack_info.end - here;
	*unused = here - (unsigned long)state.stack_info.begin;
	return true;
}

bool stp_symbol_text(char *to, size_t size, u64 address)
{
	size_t length = scnprintf(to, size, "%pS", (void *)(unsigned long)address);

	if (strstarts(to, "0x"))
		return false;
	if (to[length - 1] != ']')
		scnprintf(to + length, size - length, " [kernel]");
	return true;
}
