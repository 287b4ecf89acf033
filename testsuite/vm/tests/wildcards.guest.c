// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wildcards.guest.c - run a command, to which signals are handed on, and print "gap N": so many milliseconds was the longest that any
 * CPU kept a thread of the highest priority waiting.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>

#include "guest.h"

#define CPUS 4
#define SECOND 1000000000L
#define STEP 10000000L	/* ns */

static long longest[CPUS];
static volatile bool done;
static pid_t command;

static void hand_on(int signal)
{
	kill(command, signal);
}

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void *watch(void *data)
{
	const struct timespec step = { .tv_nsec = STEP };
	long before = now();

	while (!done) {
		long gap;

		nanosleep(&step, NULL);
		gap = now() - before;
		before += gap;
		if (gap > *(long *)data)
			*(long *)data = gap;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct sched_param first = { .sched_priority = sched_get_priority_max(SCHED_FIFO) };
	pthread_t threads[CPUS];
	int status = 1;
	long most = 0;

	for (int i = 0; i < CPUS; i++) {
		cpu_set_t cpu;

		CPU_ZERO(&cpu);
		CPU_SET(i, &cpu);
		check(pthread_create(&threads[i], NULL, watch, &longest[i]), "pthread_create");
		check(pthread_setaffinity_np(threads[i], sizeof(cpu), &cpu), "affinity");
		check(pthread_setschedparam(threads[i], SCHED_FIFO, &first), "SCHED_FIFO");
	}
	command = fork();
	check(argc < 2 || command < 0, "fork");
	if (!command) {
		execvp(argv[1], argv + 1);
		check(1, argv[1]);
	}
	signal(SIGINT, hand_on);
	while (waitpid(command, &status, 0) < 0)
		;
	done = true;
	for (int i = 0; i < CPUS; i++) {
		pthread_join(threads[i], NULL);
		if (longest[i] > most)
			most = longest[i];
	}
	printf("gap %ld\n", most / 1000000);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
