// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process.c - processes that do a known thing, for the tests of examples/process, examples/profiling and examples/security.
 *
 *	process threads N		N threads, which all live at once
 *	process signal			a child gets SIGUSR1, which it ignores, and SIGTERM; prints "parent PID child PID"
 *	process calls N			N times getppid(2), then N times close(2) of a file that is not open
 *	process spin MILLISECONDS	in user mode, by the clock of its own processor time
 *	process system MILLISECONDS	in the kernel
 *	process sleep N MILLISECONDS	N sleeps
 *	process rivals MILLISECONDS	two children that spin against each other on one processor
 *	process identity UID		becomes this user, then a group that it may not become
 *	process user UID COMMAND...	runs a command as this user
 *	process terminal UID		both ends of a pseudo terminal, a user's session on one: "typed in", "printed"; prints
 *					"terminal NUMBER SESSION"
 *	process trace			a child that is attached to, let go and read, one that traces itself, and, as another user, the first process
 *
 * Those of processor time and sleep print "switches PID VOLUNTARY INVOLUNTARY WAITED", the latter in microseconds, at their end.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

/* A child says that it is ready, and its parent waits for that. */
static int turn[2];

static void ready(void)
{
	check(write(turn[1], "", 1) != 1, "write");
}

static void await(void)
{
	char byte;

	check(read(turn[0], &byte, 1) != 1, "read");
}

static pthread_barrier_t all;

static void *thread(void *none)
{
	pthread_barrier_wait(&all);
	return none;
}

static void threads(int count)
{
	pthread_t made[100];
	int i;

	pthread_barrier_init(&all, NULL, count + 1);
	for (i = 0; i < count; i++)
		check(pthread_create(&made[i], NULL, thread, NULL), "pthread_create");
	pthread_barrier_wait(&all);
	for (i = 0; i < count; i++)
		pthread_join(made[i], NULL);
}

static void signals(void)
{
	int child;

	signal(SIGUSR1, SIG_IGN);
	child = fork();
	if (!child) {
		prctl(PR_SET_NAME, "victim");
		ready();
		for (;;)
			pause();
	}
	prctl(PR_SET_NAME, "killer");
	await();
	printf("parent %d child %d\n", getpid(), child);
	kill(child, SIGUSR1);
	kill(child, SIGTERM);
	wait(NULL);
}

static long processor_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void spin(int ms, int in_kernel)
{
	static char buffer[1 << 20];
	int zero = open("/dev/zero", O_RDONLY);
	volatile int i;

	while (processor_ms() < ms) {
		if (in_kernel)
			check(read(zero, buffer, sizeof(buffer)) < 0, "read");
		else
			for (i = 0; i < 1000000; i++)
				;
	}
}

static void report(void)
{
	unsigned long long ran, waited;
	FILE *file = fopen("/proc/self/schedstat", "r");
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	check(!file || fscanf(file, "%llu %llu", &ran, &waited) != 2, "schedstat");
	printf("switches %d %ld %ld %llu\n", getpid(), usage.ru_nvcsw, usage.ru_nivcsw, waited / 1000);
}

static void sleeps(int count, int ms)
{
	while (count--)
		usleep(ms * 1000);
}

static void on_one(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	check(sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

static void terminal(int user)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), slave;

	check(master < 0 || grantpt(master) || unlockpt(master), "ptmx");
	if (!fork()) {
		setsid();
		slave = open(ptsname(master), O_RDWR);
		check(slave < 0 || setuid(user), "pts");
		ready();
		usleep(300000);
		check(write(slave, "printed\n", 8) != 8, "write");
		usleep(300000);
		printf("terminal %s %d\n", ptsname(master) + 9, getpid());
		exit(0);
	}
	await();
	check(write(master, "typed in\n", 9) != 9, "write");
	wait(NULL);
}

static void tracing(void)
{
	struct iovec there = { turn, sizeof(turn) }, here = { (int[2]){ 0 }, sizeof(turn) };
	int child = fork(), status;

	if (!child)
		for (;;)
			pause();
	check(ptrace(PTRACE_ATTACH, child, 0, 0), "PTRACE_ATTACH");
	waitpid(child, &status, 0);
	check(ptrace(PTRACE_DETACH, child, 0, 0), "PTRACE_DETACH");
	check(process_vm_readv(child, &here, 1, &there, 1, 0) != sizeof(turn), "process_vm_readv");
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	printf("traced %d\n", child);
	fflush(stdout);
	if (!fork()) {
		prctl(PR_SET_NAME, "traced");
		check(ptrace(PTRACE_TRACEME, 0, 0, 0), "PTRACE_TRACEME");
		exit(0);
	}
	wait(NULL);
	check(setuid(1234), "setuid");
	check(ptrace(PTRACE_SEIZE, 1, 0, 0) == 0, "PTRACE_SEIZE");
}

int main(int count, char **argument)
{
	const char *what = count > 1 ? argument[1] : "";
	int first = count > 2 ? atoi(argument[2]) : 0, second = count > 3 ? atoi(argument[3]) : 0, i;

	check(pipe(turn), "pipe");
	if (!strcmp(what, "threads")) {
		threads(first);
	} else if (!strcmp(what, "signal")) {
		signals();
	} else if (!strcmp(what, "calls")) {
		for (i = 0; i < first; i++)
			syscall(SYS_getppid);
		for (i = 0; i < first; i++)
			check(close(999) == 0, "close");
	} else if (!strcmp(what, "spin") || !strcmp(what, "system")) {
		spin(first, !strcmp(what, "system"));
		report();
	} else if (!strcmp(what, "sleep")) {
		sleeps(first, second);
		report();
	} else if (!strcmp(what, "rivals")) {
		on_one();
		for (i = 0; i < 2; i++)
			if (!fork()) {
				prctl(PR_SET_NAME, "rival");
				spin(first, 0);
				report();
				return 0;
			}
		while (wait(NULL) > 0)
			;
	} else if (!strcmp(what, "terminal")) {
		terminal(first);
	} else if (!strcmp(what, "identity")) {
		check(setuid(first), "setuid");
		check(setgid(0) == 0 && getgid() != 0, "setgid");
	} else if (!strcmp(what, "user")) {
		check(setgroups(0, NULL) || setgid(first) || setuid(first), "identity");
		execvp(argument[3], argument + 3);
		check(1, argument[3]);
	} else if (!strcmp(what, "trace")) {
		tracing();
	} else {
		return 2;
	}
	return 0;
}
