// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run.c - child processes: start a few shell commands at once, collect what they print, wait for
 * them.
 */
#include "internal.h"
#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Each job is a process group, so that it can be ended with all that make and the compilers start.
 * The list is the process's own and not a build's: another thread takes the signals.
 */
static GMutex groups_lock;
static pid_t groups[64];

/* With the lock. */
static void groups_replace(pid_t from, pid_t to)
{
	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
		if (groups[i] != from)
			continue;
		groups[i] = to;
		break;
	}
}

static void groups_kill(int number)
{
	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
		if (groups[i])
			kill(-groups[i], number);
}

void kbuild_kill_children(void)
{
	g_mutex_lock(&groups_lock);
	/* A compiler that may end in order removes its temporary files. */
	groups_kill(SIGTERM);
	g_usleep(50 * 1000);
	groups_kill(SIGKILL);
	/* The lock is kept: the thread that builds must not start another child. */
}

/*
 * Variables of make, Kbuild and the compilers that would change a build; stap itself may be run
 * from a makefile.
 */
static const char clean_environment[] =
	"unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS KBUILD_OUTPUT KBUILD_EXTMOD "
	"KCFLAGS KCPPFLAGS KAFLAGS ARCH CROSS_COMPILE M V C W O LLVM CPATH C_INCLUDE_PATH "
	"GCC_EXEC_PREFIX DEPENDENCIES_OUTPUT; ";

struct run_job *run_job_new(char *command)
{
	struct run_job *job = g_new0(struct run_job, 1);

	job->command = command;
	job->output = g_string_new(NULL);
	job->pid = job->fd = -1;
	return job;
}

void run_job_free(gpointer data)
{
	struct run_job *job = data;

	if (!job)
		return;
	g_free(job->command);
	g_string_free(job->output, TRUE);
	g_free(job);
}

unsigned run_parallel(void)
{
	return MAX(2, g_get_num_processors());
}

static int start(struct run_job *job, const char *dir, const char *environment)
{
	g_autofree char *quoted = g_shell_quote(dir);
	/* Temporary files of a compiler that is ended hard go with the folder. */
	g_autofree char *script = g_strdup_printf("%scd %s || exit 1\n%s"
						  "TMPDIR=$PWD; export TMPDIR\n%s",
						  clean_environment, quoted, environment,
						  job->command);
	char *argv[] = { "sh", "-c", script, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int fds[2], r;

	if (!g_unix_open_pipe(fds, FD_CLOEXEC, NULL))
		return -EMFILE;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 2);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	mark_text(MARK_SYSTEM, job->command, NULL);
	g_mutex_lock(&groups_lock);
	r = posix_spawn(&job->pid, "/bin/sh", &actions, &attributes, argv, environ);
	if (!r)
		groups_replace(0, job->pid);
	g_mutex_unlock(&groups_lock);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	mark(MARK_SYSTEM_SPAWN, -r, r ? -1 : job->pid);
	if (r) {
		close(fds[0]);
		job->pid = -1;
		return -r;
	}
	job->fd = fds[0];
	return 0;
}

static void finish(struct run_job *job)
{
	int status;

	close(job->fd);
	job->fd = -1;
	/* Before its number may become somebody else's. */
	g_mutex_lock(&groups_lock);
	groups_replace(job->pid, 0);
	g_mutex_unlock(&groups_lock);
	while (waitpid(job->pid, &status, 0) < 0) {
		if (errno != EINTR) {
			job->status = -errno;
			return;
		}
	}
	job->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	mark(MARK_SYSTEM_RETURN, job->status, 0);
}

/* Wait until one of the running jobs prints or ends; take what it printed. */
static void collect(GPtrArray *running)
{
	struct pollfd *fds = g_newa(struct pollfd, running->len);
	char buffer[8192];
	guint i;

	for (i = 0; i < running->len; i++)
		fds[i] = (struct pollfd){ .fd = ((struct run_job *)running->pdata[i])->fd,
					  .events = POLLIN };
	if (poll(fds, running->len, -1) < 0)
		return;
	for (i = running->len; i-- > 0;) {
		struct run_job *job = running->pdata[i];
		ssize_t n;

		if (!fds[i].revents)
			continue;
		n = read(job->fd, buffer, sizeof(buffer));
		if (n > 0) {
			g_string_append_len(job->output, buffer, n);
		} else if (n == 0 || errno != EINTR) {
			finish(job);
			g_ptr_array_remove_index_fast(running, i);
		}
	}
}

int run_jobs(GPtrArray *jobs, const char *dir, const char *environment)
{
	g_autoptr(GPtrArray) running = g_ptr_array_new();
	guint next = 0;
	int result = 0;

	while (next < jobs->len || running->len) {
		if (next < jobs->len && running->len < run_parallel()) {
			struct run_job *job = jobs->pdata[next++];

			job->status = start(job, dir, environment);
			if (job->status == 0)
				g_ptr_array_add(running, job);
			else
				g_string_append_printf(job->output, "cannot start a shell: %s\n",
						       g_strerror(-job->status));
			continue;
		}
		collect(running);
	}
	for (next = 0; next < jobs->len; next++)
		if (((struct run_job *)jobs->pdata[next])->status != 0)
			result = -EIO;
	return result;
}
