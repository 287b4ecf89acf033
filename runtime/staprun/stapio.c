// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stapio.c - run a loaded script: start it, bring its output out, end it in order.
 *
 * Started by staprun, without privilege, with the module's control file open.  The main loop never
 * blocks but in poll(): START and STOP run the script's begin and end probes and may take long, so
 * each is in a thread of its own, which reports through a pipe; signals come through a descriptor;
 * writing to a pipe waits in poll() too.
 *
 *	start ─▶ RUNNING ─▶ exit(), an error, a signal, the end of -c's command ─▶ stop ─▶ STOPPED
 *	                │                                                           ▲
 *	                └─ SIGQUIT: detach, the script goes on     dead output ─────┘
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "merge.h"
#include "monitor.h"
#include "output.h"

#define POLL_IDLE_MS 1000	/* look for new CPUs; -T says otherwise */
#define POLL_SOON_MS 5		/* a record is awaited */

const char *program_name = "stapio";

struct options {
	int control;
	const char *staprun;	/* to remove the module with */
	const char *command;
	const char *output;
	const char *module;
	pid_t target;
	struct file_limits limits;
	long idle_ms;
	long monitor;		/* seconds; 0: none */
	bool load_only, quiet, daemon;
};

/* One ioctl in the background. */
struct task {
	pthread_t thread;
	bool running;
	int control;
	unsigned long request;
	struct stp_start start;
	int report;		/* write end: the result, an errno */
};

struct session {
	const struct options *options;
	struct output output;
	struct output *files;		/* of bulk mode, by CPU; or NULL */
	unsigned int file_count;
	struct merge merge;
	struct monitor monitor;
	int parent;			/* write end: the process that went into the background tells how it went */
	struct task start, stop;
	int signals;
	int start_report, stop_report;	/* read ends */
	pid_t command;			/* 0: none, or it is over */
	int command_gate;		/* write end: the command may run */
	int command_status;
	bool command_failed;		/* to be executed at all */
	time_t cpus_looked_for;		/* second */
	bool stop_wanted, detach_wanted, switch_wanted, forced;
	bool started, stopped, failed;
	bool input_wanted, input_ended;	/* standard input is the script's */
	bool terminal_changed;
	struct termios terminal;	/* as it was */
};

static struct session session;

/* ---- signals --------------------------------------------------------------------------------- */

static const int handled_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR2, SIGCHLD };

static int signals_open(void)
{
	struct sigaction hangup;
	sigset_t set;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	for (i = 0; i < sizeof(handled_signals) / sizeof(handled_signals[0]); i++)
		sigaddset(&set, handled_signals[i]);
	/*
	 * Blocked signals come even when ignored.  Right for a shell's background job, not for
	 * nohup.
	 */
	if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler == SIG_IGN)
		sigdelset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void command_ended(struct session *s, int status)
{
	s->command = 0;
	s->command_status = status;
	s->stop_wanted = true;
	/* What sh says when there was nothing to execute. */
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127))
		s->command_failed = true;
}

/* The command of -c, and those of system(), which nobody waits for. */
static void reap_children(struct session *s)
{
	int status;
	pid_t child;

	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		if (child == s->command)
			command_ended(s, status);
}

static void read_signals(struct session *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCHLD:
			reap_children(s);
			break;
		case SIGQUIT:
			s->detach_wanted = true;
			break;
		case SIGUSR2:
			s->switch_wanted = true;
			break;
		default:
			/* The second one: do not wait for anything any more. */
			if (s->stop_wanted)
				s->forced = true;
			s->stop_wanted = true;
		}
	}
}

/* ---- the command of -c ----------------------------------------------------------------------- */

/* In a child: become the shell. */
static void execute(const char *command)
{
	sigset_t none;

	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	fprintf(stderr, "/bin/sh: %s\n", strerror(errno));
	_exit(127);
}

/* Forked before the probes are armed, so that they see all it does; it waits at the gate. */
static int command_fork(struct session *s)
{
	int gate[2];
	char byte;

	if (pipe2(gate, O_CLOEXEC)) {
		say_error("cannot make a pipe: %s.", strerror(errno));
		return -1;
	}
	s->command = fork();
	if (s->command < 0) {
		say_error("cannot run '%s': %s.", s->options->command, strerror(errno));
		s->command = 0;
		return -1;
	}
	if (s->command == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) != 1)
			_exit(0);	/* the script did not start */
		execute(s->options->command);
	}
	close(gate[0]);
	s->command_gate = gate[1];
	return 0;
}

static void command_open_gate(struct session *s, bool run)
{
	if (s->command_gate < 0)
		return;
	if (run && write(s->command_gate, "", 1) != 1)
		say_error("cannot start '%s': %s.", s->options->command, strerror(errno));
	close(s->command_gate);
	s->command_gate = -1;
}

static void command_report(struct session *s)
{
	int status = s->command_status;

	if (s->command_failed) {
		say_error("'%s' could not be executed (exit status %d).", s->options->command,
			  WEXITSTATUS(status));
		s->failed = true;
	} else if (WIFEXITED(status) && WEXITSTATUS(status)) {
		say_warning("%s: exited with status %d", s->options->command, WEXITSTATUS(status));
	} else if (WIFSIGNALED(status)) {
		say_warning("%s: ended by signal %d (%s)", s->options->command, WTERMSIG(status),
			    strsignal(WTERMSIG(status)));
	}
}

/* ---- in the background ----------------------------------------------------------------------- */

/* Did the child say that it has started?  Signals are for it. */
static bool await_start(const struct session *s, int report, pid_t child)
{
	struct signalfd_siginfo info;
	char byte;

	for (;;) {
		struct pollfd fds[2] = {
			{ .fd = report, .events = POLLIN },
			{ .fd = s->signals, .events = POLLIN },
		};

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents)
			return read(report, &byte, 1) == 1;
		while (read(s->signals, &info, sizeof(info)) == sizeof(info))
			if (info.ssi_signo != SIGCHLD)
				kill(child, (int)info.ssi_signo);
	}
}

/*
 * Go on in a child.  The parent waits until the script has started, or failed to, prints the
 * child's process id and ends.
 */
static int go_background(struct session *s)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC)) {
		say_error("cannot make a pipe: %s.", strerror(errno));
		return -1;
	}
	child = fork();
	if (child < 0) {
		say_error("cannot go into the background: %s.", strerror(errno));
		return -1;
	}
	if (child) {
		close(ends[1]);
		close(s->options->control);	/* or the child could not unload */
		if (!await_start(s, ends[0], child))
			_exit(1);
		printf("%d\n", (int)child);
		_exit(fflush(stdout) ? 1 : 0);
	}
	close(ends[0]);
	setsid();
	s->parent = ends[1];
	return 0;
}

/* Started: nobody listens to standard error any more. */
static void tell_parent(struct session *s)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		say_warning("cannot open /dev/null: %s.", strerror(errno));
	if (write(s->parent, "", 1) != 1)
		say_warning("cannot report the start: %s.", strerror(errno));
	close(s->parent);
	s->parent = -1;
	say_to_log();
	dup2(null, STDERR_FILENO);
	close(null);
}

/* ---- start and stop -------------------------------------------------------------------------- */

static void *task_run(void *argument)
{
	struct task *task = argument;
	int result = 0;

	while (ioctl(task->control, task->request, &task->start)) {
		result = errno;
		if (result != EINTR)
			break;
		result = 0;
	}
	while (write(task->report, &result, sizeof(result)) < 0 && errno == EINTR)
		;
	return NULL;
}

/* The read end of its report, or -1. */
static int task_begin(struct task *task, int control, unsigned long request)
{
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC)) {
		say_error("cannot make a pipe: %s.", strerror(errno));
		return -1;
	}
	task->control = control;
	task->request = request;
	task->report = ends[1];
	rc = pthread_create(&task->thread, NULL, task_run, task);
	if (rc) {
		say_error("cannot make a thread: %s.", strerror(rc));
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	task->running = true;
	return ends[0];
}

static int task_end(struct task *task, int *report)
{
	int result = EIO;

	if (read(*report, &result, sizeof(result)) < 0)
		result = errno;
	pthread_join(task->thread, NULL);
	task->running = false;
	close(*report);
	close(task->report);
	*report = -1;
	return result;
}

static int get_status(const struct session *s, struct stp_status *status)
{
	if (!ioctl(s->options->control, STP_IOC_STATUS, status))
		return 0;
	say_error("cannot ask the module for its state: %s.", strerror(errno));
	return -1;
}

static void start_ended(struct session *s)
{
	int error = task_end(&s->start, &s->start_report);
	struct stp_status status;

	s->started = true;
	if (!error) {
		if (s->options->daemon)
			tell_parent(s);
		/* A script that has ended already gets no command to watch. */
		command_open_gate(s, !s->stop_wanted && !get_status(s, &status) &&
					     status.state == STP_STATE_RUNNING);
		return;
	}
	s->stopped = true;
	/* A signal was faster. */
	if (error == EBUSY && s->stop_wanted)
		return;
	s->failed = true;
	/* For these two the module itself says what is wrong, in its output. */
	if (error != ENOENT && error != ENOMEM)
		say_error("cannot start the script: %s.", strerror(error));
}

static void stop_begin(struct session *s)
{
	if (s->stop.running || s->stopped)
		return;
	s->stop_report = task_begin(&s->stop, s->options->control, STP_IOC_STOP);
	if (s->stop_report < 0)
		s->forced = true;
}

/* ---- what may come at any time --------------------------------------------------------------- */

enum { EVENT_SIGNALS, EVENT_START, EVENT_STOP, EVENTS };

static void events_wanted(const struct session *s, struct pollfd fds[EVENTS])
{
	fds[EVENT_SIGNALS] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	fds[EVENT_START] = (struct pollfd){ .fd = s->start_report, .events = POLLIN };
	fds[EVENT_STOP] = (struct pollfd){ .fd = s->stop_report, .events = POLLIN };
}

static void events_take(struct session *s, const struct pollfd fds[EVENTS])
{
	if (fds[EVENT_SIGNALS].revents)
		read_signals(s);
	if (fds[EVENT_START].revents)
		start_ended(s);
	if (fds[EVENT_STOP].revents) {
		task_end(&s->stop, &s->stop_report);
		s->stopped = true;
	}
}

/*
 * For output.c: wait for room.  A script that is to end does so only when that has come: what its
 * end probes print would find full buffers.
 */
static bool wait_writable(int fd)
{
	struct session *s = &session;

	for (;;) {
		struct pollfd fds[EVENTS + 1];

		events_wanted(s, fds);
		fds[EVENTS] = (struct pollfd){ .fd = fd, .events = POLLOUT };
		if (poll(fds, EVENTS + 1, -1) < 0) {
			if (errno != EINTR)
				return true;
			continue;
		}
		events_take(s, fds);
		if (s->forced)
			return false;
		if (fds[EVENTS].revents)
			return true;
	}
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void flush_files(struct session *s)
{
	unsigned int i;
	bool failed;

	output_flush(&s->output);
	failed = s->output.failed;
	for (i = 0; i < s->file_count; i++) {
		output_flush(&s->files[i]);
		failed |= s->files[i].failed;
	}
	if (failed)
		s->failed = s->stop_wanted = true;
	if (!s->switch_wanted)
		return;
	s->switch_wanted = false;
	output_switch(&s->output);
	for (i = 0; i < s->file_count; i++)
		output_switch(&s->files[i]);
}

/* ---- what the script asks for ---------------------------------------------------------------- */

/* system(): the command runs on its own; its output goes where stapio's does. */
static void run_for_script(const char *text, size_t length)
{
	char *command = strndup(text, length);
	pid_t child;

	fflush(NULL);
	child = command ? fork() : -1;
	if (child == 0)
		execute(command);
	if (child < 0)
		say_error("cannot run '%.*s': %s.", (int)length, text, strerror(errno));
	free(command);
}

/* input.char: keys come as they are pressed, and are the script's to show. */
static void want_input(struct session *s, __u32 flags)
{
	struct termios keys;

	s->input_wanted = flags & (STP_INPUT_CHAR | STP_INPUT_LINE) && !s->input_ended;
	if (!(flags & STP_INPUT_CHAR) || s->terminal_changed || tcgetattr(STDIN_FILENO, &keys) ||
	    tcgetpgrp(STDIN_FILENO) != getpgrp())
		return;
	s->terminal = keys;
	keys.c_lflag &= ~(ICANON | ECHO);
	s->terminal_changed = !tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

static void restore_terminal(struct session *s)
{
	if (s->terminal_changed)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &s->terminal);
	s->terminal_changed = false;
}

/* What there is; nothing is its end. */
static void read_input(struct session *s)
{
	struct stp_input input = { .length = 0 };
	ssize_t length = read(STDIN_FILENO, input.text, sizeof(input.text));

	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	input.length = length > 0 ? length : 0;
	s->input_ended = !input.length;
	if (s->input_ended)
		s->input_wanted = false;
	ioctl(s->options->control, STP_IOC_INPUT, &input);
}

static void hear_request(int kind, const char *text, size_t length)
{
	if (kind == STP_RECORD_COMMAND) {
		run_for_script(text, length);
	} else if (kind == STP_RECORD_SWITCH) {
		session.switch_wanted = true;
		flush_files(&session);
	}
}

/* ---- the loop, once -------------------------------------------------------------------------- */

static int loop_round(struct session *s, int *timeout)
{
	struct stp_status status;
	int more;

	/* The status first: it acknowledges what the buffers are then read for. */
	if (get_status(s, &status))
		return -1;
	/* -L leaves all for who attaches, unless there will be nothing to attach to. */
	more = s->options->load_only && !s->failed && status.state != STP_STATE_STOPPED ? 0 :
	       merge_round(&s->merge, &s->output, s->stopped);
	flush_files(s);
	if (more < 0)
		return -1;
	monitor_show(&s->monitor, &status);
	*timeout = monitor_wait(&s->monitor, more ? POLL_SOON_MS : (int)s->options->idle_ms);
	want_input(s, status.flags);
	if (s->stop_wanted || status.state == STP_STATE_STOPPING || status.state == STP_STATE_ERROR)
		stop_begin(s);
	if (status.state == STP_STATE_STOPPED && !s->stop.running && !s->start.running)
		s->stopped = true;
	return more;
}

/* CPUs that came online: now and then, and before the last records are read. */
static void look_for_cpus(struct session *s)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec == s->cpus_looked_for && !s->stopped)
		return;
	s->cpus_looked_for = now.tv_sec;
	merge_add_cpus(&s->merge);
}

/* Until the script has stopped and all its output is written, or is left alone. */
static int loop(struct session *s)
{
	int timeout = 0;

	for (;;) {
		struct pollfd fds[EVENTS + 2];
		bool was_stopped;
		int more;

		events_wanted(s, fds);
		fds[EVENTS] = (struct pollfd){ .fd = s->options->control, .events = POLLIN };
		fds[EVENTS + 1] = (struct pollfd){
			.fd = s->input_wanted ? STDIN_FILENO : -1,
			.events = POLLIN,
		};
		if (poll(fds, EVENTS + 2, timeout) > 0) {
			events_take(s, fds);
			if (fds[EVENTS + 1].revents)
				read_input(s);
		}
		if (s->forced)
			return -1;
		look_for_cpus(s);

		was_stopped = s->stopped;
		more = loop_round(s, &timeout);
		if (more < 0)
			return -1;
		if (was_stopped && !more)
			return 0;
		if (s->stopped)
			timeout = 0;
		if (s->options->load_only && s->started && !s->stopped)
			s->detach_wanted = true;
		if (s->detach_wanted && s->started && !s->stop.running)
			return 0;
	}
}

/* ---- the end --------------------------------------------------------------------------------- */

static void report_dropped(const struct session *s, unsigned int cpus)
{
	struct stp_cpu_status status = { .cpu = 0 };

	for (; status.cpu < cpus; status.cpu++)
		if (!ioctl(s->options->control, STP_IOC_CPU_STATUS, &status) && status.dropped)
			say_warning("Records lost on CPU %u: %llu", status.cpu,
				    (unsigned long long)status.dropped);
}

static void report_counts(const struct session *s)
{
	unsigned long long skipped = 0;
	struct stp_status status;
	int i;

	if (get_status(s, &status) || s->options->quiet)
		return;
	/* A hit within a handler, on its own CPU, is skipped by design, and no sign of trouble. */
	for (i = 0; i < STP_SKIP_KINDS; i++)
		if (i != STP_SKIP_REENTRANT)
			skipped += status.skipped[i];
	if (status.errors || skipped)
		say_warning("Number of errors: %llu, skipped probes: %llu",
			    (unsigned long long)status.errors, skipped);
	for (i = 0; i < STP_SKIP_KINDS && verbose; i++)
		if (status.skipped[i])
			say_warning("Skipped due to %s: %llu", skip_reasons[i],
				    (unsigned long long)status.skipped[i]);
	if (status.dropped) {
		say_warning("There were %llu transport failures: output was lost, because it came "
			    "faster than it was read.", (unsigned long long)status.dropped);
		report_dropped(s, status.possible_cpus);
	}
	if (s->merge.lost && s->merge.overwrites)
		say_warning("%llu records were overwritten before they could be read.",
			    (unsigned long long)s->merge.lost);
}

/* By staprun, which has the privilege; nothing of ours may keep the module busy then. */
static int remove_with_staprun(const struct options *options)
{
	char *argv[16];
	int i, status, argc = 0;
	sigset_t none;
	pid_t child;

	argv[argc++] = (char *)"staprun";
	argv[argc++] = (char *)"-d";
	for (i = 0; i < verbose && i < 8; i++)
		argv[argc++] = (char *)"-v";
	argv[argc++] = (char *)options->module;
	argv[argc] = NULL;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		/* SIGINT stays blocked: an impatient ^C must not leave the module behind. */
		sigemptyset(&none);
		sigaddset(&none, SIGINT);
		sigaddset(&none, SIGHUP);
		sigprocmask(SIG_SETMASK, &none, NULL);
		execv(options->staprun, argv);
		say_error("cannot execute '%s' to remove the module: %s.", options->staprun,
			  strerror(errno));
		_exit(1);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int cleanup_and_exit(struct session *s, bool detach)
{
	const struct options *options = s->options;
	struct stp_status status;
	unsigned int i;

	say_verbose(1, "detach=%d", detach);
	restore_terminal(s);
	/* Even in a hurry: an ioctl in progress keeps the module busy, and ends soon. */
	if (s->start.running)
		task_end(&s->start, &s->start_report);
	if (s->stop.running)
		task_end(&s->stop, &s->stop_report);
	monitor_close(&s->monitor);
	/* The command was there for the script's sake, and ends with it. */
	command_open_gate(s, false);
	reap_children(s);
	if (s->command && !detach)
		kill(s->command, SIGTERM);
	if (s->forced)
		say_warning("Ended at once by a second signal: output that was not written yet is lost.");
	if (!detach) {
		if (!get_status(s, &status) && status.failed)
			s->failed = true;
		report_counts(s);
		command_report(s);
	}
	say_verbose(1, "closing control channel");
	merge_close(&s->merge);
	close(options->control);
	for (i = 0; i < s->file_count; i++)
		output_close(&s->files[i]);
	output_close(&s->output);
	if (detach) {
		if (!options->daemon)
			fprintf(stderr,
				"\nDisconnecting from systemtap module.\nTo reconnect, type "
				"\"staprun -A %s\"\n",
				options->module);
		return 0;
	}
	if (remove_with_staprun(options))
		s->failed = true;
	return s->failed ? 1 : 0;
}

/* ---- main ------------------------------------------------------------------------------------ */

static void usage(void)
{
	fputs("stapio is started by staprun: stapio -F FD -R STAPRUN [-v] [-w] [-L] [-D] [-c CMD] [-x PID]\n"
	      "[-o FILE] [-S SIZE[,N]] [-T MS] [-C WHEN] [-M SEC] MODULE\n",
	      stderr);
}

static bool parse_option(struct options *options, int option)
{
	long number;

	switch (option) {
	case 'F':
		if (!parse_number(optarg, 0, 1 << 30, &number))
			return false;
		options->control = (int)number;
		return true;
	case 'x':
		if (!parse_number(optarg, 0, 1 << 30, &number))
			return false;
		options->target = (pid_t)number;
		return true;
	case 'T':
		return parse_number(optarg, 1, 1000000, &options->idle_ms);
	case 'S':
		return file_limits_parse(optarg, &options->limits);
	case 'C':
		return set_color(optarg);
	case 'M':
		return parse_number(optarg, 1, 86400, &options->monitor);
	case 'R':
		options->staprun = optarg;
		return true;
	case 'v':
		verbose++;
		return true;
	case 'w':
		options->quiet = true;
		return true;
	case 'L':
		options->load_only = true;
		return true;
	case 'D':
		options->daemon = true;
		return true;
	case 'c':
		options->command = optarg;
		return true;
	case 'o':
		options->output = optarg;
		return true;
	default:
		return false;
	}
}

static int parse_options(int argc, char **argv, struct options *options)
{
	int option;

	while ((option = getopt(argc, argv, "F:R:vwLDc:x:o:S:T:C:M:")) != -1)
		if (!parse_option(options, option))
			return -1;
	if (optind != argc - 1 || options->control < 0 || !options->staprun)
		return -1;
	options->module = argv[optind];
	return 0;
}

/* Standard output or a file; in bulk mode a file for each CPU that has a buffer. */
static int open_output(struct session *s, const struct stp_status *status)
{
	const struct options *options = s->options;
	static const struct file_limits none;
	bool bulk = options->output && (status->flags & STP_BULK);
	char cpu[16];
	unsigned int i;

	if (output_open(&s->output, bulk ? NULL : options->output, NULL,
			bulk ? &none : &options->limits))
		return -1;
	if (!bulk)
		return 0;
	s->files = calloc(status->possible_cpus, sizeof(*s->files));
	if (!s->files) {
		say_error("not enough memory.");
		return -1;
	}
	for (i = 0; i < status->possible_cpus; i++) {
		snprintf(cpu, sizeof(cpu), "%s%u", options->daemon ? "cpu" : "", i);
		if (output_open(&s->files[i], options->output, cpu, &options->limits))
			return -1;
		s->file_count++;
	}
	return 0;
}

/* Everything up to START; 0, or -1 and it was said. */
static int session_begin(struct session *s)
{
	const struct options *options = s->options;
	struct stp_status status;

	s->start_report = s->stop_report = s->command_gate = s->parent = -1;
	s->output.fd = -1;
	s->output.quiet = options->quiet;
	s->signals = signals_open();
	if (s->signals < 0) {
		say_error("cannot receive signals: %s.", strerror(errno));
		return -1;
	}
	if (options->daemon && go_background(s))
		return -1;
	output_wait = wait_writable;
	output_request = hear_request;
	fcntl(options->control, F_SETFD, FD_CLOEXEC);
	if (options->monitor && monitor_open(&s->monitor, options->module, options->monitor))
		return -1;
	if (get_status(s, &status) || open_output(s, &status) ||
	    merge_open(&s->merge, options->control, &status))
		return -1;
	s->merge.files = s->files;
	if (status.state != STP_STATE_LOADED) {
		s->started = true;
		if (options->daemon)
			tell_parent(s);
		return 0;
	}

	if (options->command && command_fork(s))
		return -1;
	s->start.start.version = STP_WIRE_VERSION;
	s->start.start.target = s->command ? s->command : options->target;
	s->start_report = task_begin(&s->start, options->control, STP_IOC_START);
	return s->start_report < 0 ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct options options = { .control = -1, .idle_ms = POLL_IDLE_MS };
	struct session *s = &session;
	int rc;

	if (parse_options(argc, argv, &options)) {
		usage();
		return 1;
	}
	s->options = &options;
	rc = session_begin(s);
	if (rc)
		s->failed = true;
	else if (loop(s))
		s->failed = true;
	return cleanup_and_exit(s, !rc && s->detach_wanted && !s->stopped && !s->stop_wanted);
}
