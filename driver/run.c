// SPDX-License-Identifier: GPL-2.0-or-later
#include "run.h"
#include "mark.h"
#include "signals.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void add_option(GPtrArray *arguments, const char *option, const char *value)
{
	if (!value)
		return;
	g_ptr_array_add(arguments, (gpointer)option);
	g_ptr_array_add(arguments, (gpointer)value);
}

/* Wait for it, through the signals that the other thread takes. */
static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	mark(MARK_SYSTEM_RETURN, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
	     0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int run_module(struct session *s)
{
	const char *staprun = g_getenv("SYSTEMTAP_STAPRUN");
	GPtrArray *arguments = g_ptr_array_new();
	int status = 1;
	char *command;
	pid_t pid;

	if (!staprun)
		staprun = BINDIR "/staprun";
	g_ptr_array_add(arguments, (gpointer)staprun);
	for (int i = 1; i < s->options.verbose[5]; i++)
		g_ptr_array_add(arguments, (gpointer)"-v");
	add_option(arguments, "-o", s->options.output);
	add_option(arguments, "-c", s->options.command);
	add_option(arguments, "-x", s->options.target);
	add_option(arguments, "-S", s->options.file_limits);
	add_option(arguments, "-b", s->options.buffer);
	add_option(arguments, "-A", s->options.attach);
	add_option(arguments, "-M", s->options.monitor);
	if (s->options.suppress_warnings)
		g_ptr_array_add(arguments, (gpointer)"-w");
	if (s->options.flight)
		g_ptr_array_add(arguments, (gpointer)(s->options.output ? "-D" : "-L"));
	if (s->options.color != COLOR_NEVER)
		add_option(arguments, "-C", s->options.color == COLOR_ALWAYS ? "always" : "auto");
	/* What nobody has named may run several times at once. */
	if (!s->options.attach && !s->options.module_name)
		g_ptr_array_add(arguments, (gpointer)"-R");
	if (!s->options.attach)
		g_ptr_array_add(arguments, s->ko);
	g_ptr_array_add(arguments, NULL);
	command = g_strjoinv(" ", (char **)arguments->pdata);
	mark_text(MARK_SYSTEM, command, NULL);
	g_free(command);
	pid = fork();
	if (!pid) {
		signals_reset_in_child();
		execv(staprun, (char **)arguments->pdata);
		fprintf(stderr, "ERROR: cannot run %s: %s\n", staprun, strerror(errno));
		_exit(1);
	}
	mark(MARK_SYSTEM_SPAWN, pid < 0 ? -errno : 0, pid);
	if (pid < 0) {
		report_error(s->diagnostics, "run-fork", "cannot start %s: %s", staprun,
			     strerror(errno));
	} else {
		signals_set_child(pid);
		status = wait_for(pid);
		signals_set_child(0);
	}
	g_ptr_array_unref(arguments);
	return status;
}
