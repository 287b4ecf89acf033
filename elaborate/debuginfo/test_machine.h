/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_machine.h - evaluates, in unit tests, what location.c makes: expressions over primitives, on
 * the registers and the memory of a stopped program or of a test's own.
 */
#ifndef ELABORATE_DEBUGINFO_TEST_MACHINE_H
#define ELABORATE_DEBUGINFO_TEST_MACHINE_H

#include "debuginfo.h"

struct test_machine {
	guint64 registers[17];	/* by DWARF's numbers: x86-64, 16 is rip */
	guint64 bias;		/* is added to the file's addresses */
	/* Reads memory; false: there is none. */
	bool (*read)(struct test_machine *m, guint64 address, void *to, gsize size);
	void *data;
	bool failed;		/* something could not be read or is not known; sticks */
};

gint64 test_evaluate(struct test_machine *m, const struct expr *e);
/* The bytes of a location; valid: which of them there are (0 or 1 each). */
void test_fetch(struct test_machine *m, const struct debug_location *location, gsize size,
		GByteArray *bytes, GByteArray *valid);

/* ---- test_process.c: a program under ptrace -------------------------------------------------- */

struct test_process;

/* Called at a breakpoint, with the program stopped there. */
typedef void (*test_stop)(struct test_process *p, struct test_machine *m, guint64 pc, void *data);

/* Started, and stopped before its first instruction; NULL: this machine does not allow it. */
struct test_process *test_process_start(const char *path);
/* pc: as in the file. */
void test_process_break(struct test_process *p, guint64 pc);
/* Run to the end, which has to be exit(0). */
void test_process_run(struct test_process *p, test_stop stop, void *data);
void test_process_free(struct test_process *p);

#endif
