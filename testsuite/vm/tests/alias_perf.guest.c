// What counters of the software count, by the program itself: faults of memory and of a file on a disk, switches, moves from CPU to
// CPU.  See alias_perf.sh.
//
//	counted FILE
#define _GNU_SOURCE
#include "guest.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define PAGE 4096
#define PAGES 100
#define MOVES 12

static void move_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	check(sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

int main(int argc, char **argv)
{
	struct rusage before, after;
	volatile char *memory, *file;
	int fd, sum = 0;

	fd = open(argv[argc - 1], O_RDONLY);
	check(fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), "file");
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	file = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	check(memory == MAP_FAILED || file == MAP_FAILED || madvise((void *)memory, PAGES * PAGE, MADV_NOHUGEPAGE), "mmap");
	move_to(0);
	getrusage(RUSAGE_SELF, &before);
	getrusage(RUSAGE_SELF, &after);
	prctl(PR_SET_NAME, "measured");
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < PAGES; i++)
		memory[i * PAGE] = 1;
	sum += file[0];
	for (int i = 1; i <= MOVES; i++)
		move_to(i % 2);
	for (int i = 0; i < 20; i++)
		usleep(1000);
	getrusage(RUSAGE_SELF, &after);
	prctl(PR_SET_NAME, "done");
	printf("minor %ld\nmajor %ld\n", after.ru_minflt - before.ru_minflt, after.ru_majflt - before.ru_majflt);
	printf("switches %ld\nmoves %d\n", after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw - before.ru_nivcsw, MOVES);
	return sum == 1;
}
