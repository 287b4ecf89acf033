// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run.c - child processes: start a few shell commands at once, collect what they print, wait for them.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef _GNU_SOURCE
extern char **environ;
#endif

/*
 * Variables of make, Kbuild and the compilers that would change a build; stap itself may be run from a makefile.
 */
static const char clean_environment[] =
	"unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS KBUILD_OUTPUT KBUILD_EXTMOD KCFLAGS KCPPFLAGS "
	"KAFLAGS ARCH CROSS_COMPILE M V C W O LLVM CPATH C_INCLUDE_PATH GCC_EXEC_PREFIX DEPENDENCIES_OUTPUT; ";

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
	g_autofree char *script = g_strdup_printf("%scd %s || exit 1\n%s%s", clean_environment, quoted, environment,
						  job->command);
	char *argv[] = { "sh", "-c", script, NULL };
	posix_spawn_file_actions_t actions;
	int fds[2], r;

	if (!g_unix_open_pipe(fds, FD_CLOEXEC, NULL))
		return -EMFILE;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 2);
	r = posix_spawn(&job->pid, "/bin/sh", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
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
	while (waitpid(job->pid, &status, 0) < 0) {
		if (errno != EINTR) {
			job->status = -errno;
			return;
		}
	}
	job->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Wait until one of the running jobs prints or ends; take what it printed. */
static void collect(GPtrArray *running)
{
	struct pollfd *fds = g_newa(struct pollfd, running->len);
	char buffer[8192];
	guint i;

	for (i = 0; i < running->len; i++)
		fds[i] = (struct pollfd){ .fd = ((struct run_job *)running->pdata[i])->fd, .events = POLLIN };
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
