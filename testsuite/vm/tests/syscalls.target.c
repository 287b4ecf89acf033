// System calls as a program of 64 and as one of 32 bits makes them, by its first argument.
#include <string.h>
#include <sys/syscall.h>

static long wide(long number, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

/* Through the gate for programs of 32 bits, which one of 64 may use, too. */
static long narrow(long number, long a, long b, long c, long d)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "r8", "r9", "r10", "r11", "memory");
	return result;
}

static char name[] = "/no/\"such\"\n";
static int pair[2];
static int times[2] = { 0, 1000 };
static long wide_times[2] = { 0, 2000 };
static struct { unsigned int base, length; } vectors[1];
static struct { const char *base; long length; } wide_vectors[1] = { { "wide", 4 } };

int main(int count, char **arguments)
{
	static char text[] = "narrow";

	vectors[0].base = (unsigned int)(long)text;
	vectors[0].length = 6;
	if (count > 1 && !strcmp(arguments[1], "32")) {
		narrow(5, (long)name, 0100002, 0, 0);			/* open */
		narrow(5, 1, 0100, 0640, 0);
		narrow(162, (long)times, 0, 0, 0);			/* nanosleep */
		narrow(407, 1, 0, (long)wide_times, 0);			/* clock_nanosleep_time64 */
		narrow(146, 99, (long)vectors, 1, 0);			/* writev */
		narrow(19, 99, -2, 1, 0);				/* lseek */
		narrow(194, 99, 5, 1, 0);				/* ftruncate64 */
		narrow(120, 0x10000, 0, 1, 2);				/* clone: CLONE_THREAD alone is refused */
		narrow(37, narrow(20, 0, 0, 0, 0), 0, 0, 0);		/* kill, getpid */
		narrow(42, (long)pair, 0, 0, 0);			/* pipe */
	} else {
		wide(SYS_open, (long)name, 0100002, 0, 0);
		wide(SYS_open, 1, 0100, 0640, 0);
		wide(SYS_nanosleep, (long)wide_times, 0, 0, 0);
		wide(SYS_clock_nanosleep, 1, 0, (long)wide_times, 0);
		wide(SYS_writev, 99, (long)wide_vectors, 1, 0);
		wide(SYS_lseek, 99, -2, 1, 0);
		wide(SYS_ftruncate, 99, 0x100000005, 0, 0);
		wide(SYS_clone, 0x10000, 0, 1, 2);
		wide(SYS_kill, wide(SYS_getpid, 0, 0, 0, 0), 0, 0, 0);
		wide(SYS_pipe, (long)pair, 0, 0, 0);
	}
	return 0;
}
