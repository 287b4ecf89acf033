// SPDX-License-Identifier: GPL-2.0-or-later
/* test_process.c - a program with breakpoints. */
#include "test_machine.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

struct test_process {
	pid_t pid;
	guint64 bias;
	GHashTable *breakpoints;	/* address there → the byte replaced */
};

static bool read_memory(struct test_machine *m, guint64 address, void *to, gsize size)
{
	struct test_process *p = m->data;
	struct iovec local = { to, size };
	struct iovec remote = { GSIZE_TO_POINTER(address), size };

	return process_vm_readv(p->pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

/* Code is read-only; ptrace() writes it all the same. */
static guint8 exchange_byte(struct test_process *p, guint64 address, guint8 byte)
{
	guint64 aligned = address & ~(guint64)7, at = address - aligned;
	long word = ptrace(PTRACE_PEEKTEXT, p->pid, aligned, NULL);
	guint8 before = ((guint8 *)&word)[at];

	((guint8 *)&word)[at] = byte;
	g_assert_cmpint(ptrace(PTRACE_POKETEXT, p->pid, aligned, word), ==, 0);
	return before;
}

/* A position-independent program is mapped somewhere. */
static guint64 find_bias(pid_t pid, const char *path)
{
	g_autofree char *maps = g_strdup_printf("/proc/%d/maps", (int)pid), *text = NULL;
	g_autofree char *file = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents(path, &file, NULL, NULL));
	if (((const Elf64_Ehdr *)(const void *)file)->e_type != ET_DYN)
		return 0;
	g_assert_true(g_file_get_contents(maps, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (int i = 0; lines[i]; i++)
		if (strstr(lines[i], path))
			return g_ascii_strtoull(lines[i], NULL, 16);
	g_assert_not_reached();
}

struct test_process *test_process_start(const char *path)
{
	struct test_process *p;
	int status;
	pid_t pid = fork();

	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
			execl(path, path, NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return NULL;
	p = g_new0(struct test_process, 1);
	p->pid = pid;
	p->bias = find_bias(pid, path);
	p->breakpoints = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return p;
}

void test_process_break(struct test_process *p, guint64 pc)
{
	gint64 *address = g_new(gint64, 1);

	*address = (gint64)(pc + p->bias);
	if (g_hash_table_contains(p->breakpoints, address)) {
		g_free(address);
		return;
	}
	g_hash_table_insert(p->breakpoints, address,
			    GUINT_TO_POINTER(exchange_byte(p, (guint64)*address, 0xcc)));
}

static void machine_of(struct test_process *p, const struct user_regs_struct *r,
		       struct test_machine *m)
{
	*m = (struct test_machine){
		.registers = { r->rax, r->rdx, r->rcx, r->rbx, r->rsi, r->rdi, r->rbp, r->rsp,
			       r->r8, r->r9, r->r10, r->r11, r->r12, r->r13, r->r14, r->r15,
			       r->rip },
		.bias = p->bias, .read = read_memory, .data = p,
	};
}

/* The program stands behind a breakpoint: tell, and go on with what it has replaced. */
static void at_breakpoint(struct test_process *p, test_stop stop, void *data)
{
	struct user_regs_struct registers;
	struct test_machine m;
	gpointer byte;
	gint64 pc;
	int status;

	g_assert_cmpint(ptrace(PTRACE_GETREGS, p->pid, NULL, &registers), ==, 0);
	registers.rip--;
	pc = (gint64)registers.rip;
	g_assert_true(g_hash_table_lookup_extended(p->breakpoints, &pc, NULL, &byte));
	exchange_byte(p, (guint64)pc, (guint8)GPOINTER_TO_UINT(byte));
	g_assert_cmpint(ptrace(PTRACE_SETREGS, p->pid, NULL, &registers), ==, 0);
	machine_of(p, &registers, &m);
	stop(p, &m, (guint64)pc - p->bias, data);
	g_assert_cmpint(ptrace(PTRACE_SINGLESTEP, p->pid, NULL, NULL), ==, 0);
	g_assert_cmpint(waitpid(p->pid, &status, 0), ==, p->pid);
	g_assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
	exchange_byte(p, (guint64)pc, 0xcc);
}

void test_process_run(struct test_process *p, test_stop stop, void *data)
{
	int status;

	for (;;) {
		g_assert_cmpint(ptrace(PTRACE_CONT, p->pid, NULL, NULL), ==, 0);
		g_assert_cmpint(waitpid(p->pid, &status, 0), ==, p->pid);
		if (!WIFSTOPPED(status))
			break;
		g_assert_cmpint(WSTOPSIG(status), ==, SIGTRAP);
		at_breakpoint(p, stop, data);
	}
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

void test_process_free(struct test_process *p)
{
	g_hash_table_unref(p->breakpoints);
	g_free(p);
}
