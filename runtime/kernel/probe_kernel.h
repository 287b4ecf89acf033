/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe_kernel.h - places in the kernel's code: entries and returns of functions, statements.
 * kprobe.function("f") names them by symbol, kernel.function("f") and the like by address.
 */
#ifndef STP_PROBE_KERNEL_H
#define STP_PROBE_KERNEL_H

enum stp_kernel_kind {
	STP_KERNEL_ENTRY,	/* of a function: pc is its first instruction */
	STP_KERNEL_RETURN,	/* of a function: the same pc */
	STP_KERNEL_STATEMENT	/* pc is an instruction */
};

struct stp_kernel_probe {
	const struct stp_probe *probe;
	enum stp_kernel_kind kind;
	const char *symbol;		/* "vfs_read", "module:function"; NULL: by address */
	/*
	 * Of pc, or of the module in which the symbol is looked for when that is there; NULL: pc is
	 * the running kernel's own address, and the symbol is there now or never.
	 */
	struct stp_section *section;
	u64 pc;
	/*
	 * At a return: runs at the entry, in a context of its own, and saves for the return what it
	 * is asked for in saved_size bytes that c->saved points to; NULL: nothing is saved.  Where
	 * it fails or is skipped, the return is not seen either.
	 */
	stp_handler save;
	u32 saved_size;
	u32 maxactive;			/* returns only; 0: the runtime's default */
	/* the handler looks at more than di, si, dx, cx, r8, r9, sp, ip, bp at an entry */
	bool all_registers;
	bool quiet;	/* one of many by a wildcard: failures are counted, not named */
	bool optional;	/* a symbol that may be missing: nothing is said of it */
};

extern const struct stp_probe_type stp_probe_type_kernel;

#endif
