// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * burst.guest.c - make a burst of lines, and see what has come of it.
 *
 *	burst hits COUNT	so many hits, together, on four CPUs
 *	burst check FILE	the lines of each CPU are whole and in order; prints "CPU N lost N" for each, by what burst.stp
 *				says it has printed, and "lines N"
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CPUS 4
#define LINE 64
#define HIT 1024	/* lines of a hit */
#define RECORD 128	/* and of a record, which is lost as a whole */

static int make_hits(int count)
{
	for (int i = 0; i < CPUS; i++) {
		cpu_set_t set;

		if (fork())
			continue;
		CPU_ZERO(&set);
		CPU_SET(i, &set);
		sched_setaffinity(0, sizeof(set), &set);
		for (int j = 0; j < count / CPUS; j++)
			rmdir("/no/such/folder");
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

static int wrong(const char *line, long number)
{
	printf("line %ld is wrong: %s", number, line);
	return 1;
}

static int check(FILE *file)
{
	long lines[CPUS] = { 0 }, next[CPUS] = { 0 }, printed[CPUS] = { 0 }, number = 0, cpu, tid, i;
	char line[256];

	for (; fgets(line, sizeof(line), file); number++) {
		if (sscanf(line, "hits %ld %ld", &cpu, &i) == 2) {
			if (cpu < 0 || cpu >= CPUS)
				return wrong(line, number);
			printed[cpu] = i * HIT;
			number--;
			continue;
		}
		if (strlen(line) != LINE || sscanf(line, "%ld %ld %ld", &cpu, &tid, &i) != 3 || cpu < 0 ||
		    cpu >= CPUS || i < 0 || i >= HIT)
			return wrong(line, number);
		/* Whole records may be missing, and nothing else. */
		if ((i - next[cpu]) % RECORD)
			return wrong(line, number);
		next[cpu] = (i + 1) % HIT;
		lines[cpu]++;
	}
	for (int n = 0; n < CPUS; n++)
		printf("CPU %d lost %ld\n", n, (printed[n] - lines[n]) / RECORD);
	printf("lines %ld\n", number);
	return 0;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 3 && !strcmp(argv[1], "check") ? fopen(argv[2], "r") : NULL;

	return file ? check(file) : argc == 3 ? make_hits(atoi(argv[2])) : 2;
}
