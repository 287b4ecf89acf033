// Signals of every kind, to itself and to a child; what the test is to see is printed.  See alias_signal.sh.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void handler(int signal)
{
	(void)signal;
}

static void action(int signal, void (*handle)(int), int flags)
{
	struct sigaction a = { .sa_handler = handle, .sa_flags = flags };

	sigaddset(&a.sa_mask, SIGUSR2);
	sigaction(signal, &a, NULL);
}

/* A child by another name that does one thing; its status. */
static int child(const char *name, void (*run)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		run();
		_exit(0);
	}
	printf("%s %d\n", name, pid);
	fflush(stdout);
	waitpid(pid, &status, 0);
	return status;
}

static void segv_mapped(void)
{
	*(volatile char *)8 = 1;
}

/* The handler's frame does not fit its stack. */
static void segv_forced(void)
{
	stack_t stack = { .ss_size = 65536 };

	stack.ss_sp = mmap(NULL, stack.ss_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sigaltstack(&stack, NULL);
	action(SIGUSR1, handler, SA_ONSTACK);
	kill(getpid(), SIGUSR1);
}

static void not_allowed(void)
{
	setuid(65534);
	kill(getppid(), SIGTERM);
}

int main(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	struct itimerspec soon = { .it_value.tv_nsec = 20000000 };
	sigset_t set;
	timer_t timer;
	pid_t sleeper;

	printf("own %d handler 0x%lx\n", getpid(), (unsigned long)handler);
	fflush(stdout);
	action(SIGUSR1, handler, SA_RESTART);
	action(SIGUSR2, handler, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR2);
	sigpending(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	syscall(SYS_tkill, getpid(), SIGUSR1);
	syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1);
	action(SIGWINCH, SIG_IGN, 0);
	kill(getpid(), SIGWINCH);
	action(SIGRTMIN, handler, 0);
	timer_create(CLOCK_MONOTONIC, &event, &timer);
	timer_settime(timer, 0, &soon, NULL);
	usleep(100000);
	usleep(100000);
	timer_delete(timer);
	sleeper = fork();
	if (sleeper == 0) {
		pause();
		_exit(0);
	}
	usleep(200000);
	kill(sleeper, SIGTERM);
	waitpid(sleeper, NULL, 0);
	printf("sleeper %d\n", sleeper);
	child("mapped", segv_mapped);
	child("forced", segv_forced);
	child("forbidden", not_allowed);
	return 0;
}
