// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * staprun.c - the only part that needs privilege: insert a module, open its control file, become
 * stapio.
 *
 * May be installed setuid root.  Who may do what is in privilege.c; root's identity is taken on for
 * single calls only; what the caller's environment could influence is cleared; no other program
 * runs but stapio.  After the control file is open, all privilege is dropped for good, and stapio
 * goes on with the descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "module.h"
#include "privilege.h"

#ifndef PKGLIBDIR
#define PKGLIBDIR "/usr/libexec/systemtap"
#endif
#ifndef VERSION
#define VERSION "0"
#endif

const char *program_name = "staprun";

struct options {
	bool attach, delete, load_only, rename, daemon, quiet;
	const char *command, *target, *output, *file_limits, *timeout, *color, *monitor;
	long buffer_mb;
	long control;			/* -F: a control file that is open already; or -1 */
	int remote_id, namespaces;
	const char *remote_uri;
};

static void usage(FILE *to)
{
	fputs("Usage: staprun [options] MODULE[.ko] [global=value ...]\n"
	      "       staprun -A [options] NAME      attach to a loaded module\n"
	      "       staprun -d NAME | \"*\"          remove a loaded module, or all that nobody uses\n"
	      "Options:\n"
	      "  -v          say more; may be repeated\n"
	      "  -w          no warnings from the script\n"
	      "  -u          load the kernel's own help for user-space probes; nothing to do today\n"
	      "  -c CMD      run CMD with the script; the script ends with it\n"
	      "  -x PID      target() is PID\n"
	      "  -o FILE     write the output to FILE, a name for strftime(3)\n"
	      "  -S SIZE[,N] begin another FILE after SIZE megabytes, and keep the last N\n"
	      "  -D          run in the background, with -o, and print the process id\n"
	      "  -b MB       buffers of so many megabytes\n"
	      "  -T MS       look for output every MS milliseconds\n"
	      "  -L          load the module, start its probes and detach\n"
	      "  -R          load it under another name, so that one module may be there twice\n"
	      "  -C WHEN     colours in messages: auto, always, never\n"
	      "  -r N:URI    what remote_id() and remote_uri() say\n"
	      "  -M SEC      show the script's state above its output, anew every SEC seconds\n"
	      "  -N PID      ns_pid() and its like count in the namespaces of PID\n"
	      "  -F FD       with -A: the control file is open, as descriptor FD\n"
	      "  -h --help, -V --version\n"
	      "MODULE without a slash and without .ko is looked for in /lib/modules/RELEASE/systemtap/.\n",
	      to);
}

/* ---- the command line ------------------------------------------------------------------------ */

static void refuse(const char *text)
{
	say_error("%s", text);
	exit(1);
}

static long number_option(char option, long least, long most)
{
	long number;

	if (parse_number(optarg, least, most, &number))
		return number;
	say_error("-%c %s: not a number from %ld to %ld.", option, optarg, least, most);
	exit(1);
}

/* -r N:URI */
static void parse_remote(struct options *options)
{
	const char *colon = strchr(optarg, ':');
	char number[16] = "";
	long id;

	if (colon && (size_t)(colon - optarg) < sizeof(number))
		memcpy(number, optarg, colon - optarg);
	if (!colon || !parse_number(number, 0, INT_MAX, &id) ||
	    strlen(colon + 1) >= STP_REMOTE_URI_MAX) {
		say_error("-r %s: not a number and a name, N:URI.", optarg);
		exit(1);
	}
	options->remote_id = (int)id;
	options->remote_uri = colon + 1;
}

static void parse_option(struct options *options, int option, char **argv)
{
	switch (option) {
	case 'v':
		verbose++;
		break;
	case 'V':
		printf("staprun (SystemTap runtime loader) version %s\n", VERSION);
		exit(0);
	case 'h':
		usage(stdout);
		exit(0);
	case 'w':
		options->quiet = true;
		break;
	case 'u':
		break;
	case 'c':
		options->command = optarg;
		break;
	case 'x':
		number_option('x', 1, 1 << 22);
		options->target = optarg;
		break;
	case 'o':
		options->output = optarg;
		break;
	case 'S':
		options->file_limits = optarg;
		break;
	case 'D':
		options->daemon = true;
		break;
	case 'b':
		options->buffer_mb = number_option('b', 1, 1 << 20);
		break;
	case 'T':
		number_option('T', 1, 1000000);
		options->timeout = optarg;
		break;
	case 'A':
		options->attach = true;
		break;
	case 'd':
		options->delete = true;
		break;
	case 'L':
		options->load_only = true;
		break;
	case 'R':
		options->rename = true;
		break;
	case 'C':
		if (!set_color(optarg))
			exit(1);
		options->color = optarg;
		break;
	case 'r':
		parse_remote(options);
		break;
	case 'M':
		number_option('M', 1, 86400);
		options->monitor = optarg;
		break;
	case 'N':
		options->namespaces = (int)number_option('N', 1, 1 << 22);
		break;
	case 'F':
		options->control = number_option('F', 3, INT_MAX);
		break;
	case ':':
		say_error("option '-%c' needs an argument.", optopt);
		usage(stderr);
		exit(1);
	default:
		if (optopt)
			say_error("unknown option '-%c'.", optopt);
		else
			say_error("unknown option '%s'.", argv[optind - 1]);
		usage(stderr);
		exit(1);
	}
}

static void check_options(const struct options *options)
{
	struct file_limits limits;

	if (options->command && options->target)
		refuse("-c and -x exclude each other: the target is one process.");
	if (options->attach + options->delete + options->load_only > 1)
		refuse("-A, -d and -L exclude each other.");
	if (options->attach && options->command)
		refuse("-c cannot be used with -A: the script runs already.");
	if (options->daemon && !options->output)
		refuse("-D needs -o: what runs in the background has no other place for its output.");
	if (options->daemon && options->load_only)
		refuse("-D and -L exclude each other: with -L, nothing runs in the background.");
	if (options->monitor && (options->daemon || options->load_only))
		refuse("-M shows what runs on this terminal: it cannot be used with -D or -L.");
	if (options->file_limits && !options->output)
		refuse("-S needs -o: it is about output files.");
	if (options->file_limits && !file_limits_parse(options->file_limits, &limits))
		refuse("-S takes a size in megabytes and perhaps a number of files: SIZE[,N].");
	if (options->attach && (options->rename || options->buffer_mb || options->remote_uri ||
				options->namespaces))
		refuse("-b, -N, -r and -R cannot be used with -A: the module is loaded already.");
	if (options->control >= 0 && !options->attach)
		refuse("-F can only be used with -A.");
}

static void parse_options(int argc, char **argv, struct options *options)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":vVhwuc:x:o:S:Db:T:AdLRC:r:M:N:F:", long_options,
				     NULL)) != -1)
		parse_option(options, option, argv);
	if (optind == argc) {
		say_error("which module?");
		usage(stderr);
		exit(1);
	}
	check_options(options);
}

/* ---- becoming stapio ------------------------------------------------------------------------- */

/*
 * Beside this program, else in the library folder; the environment's word counts only for equals.
 */
static const char *find_stapio(const char *self)
{
	static char path[PATH_MAX];
	const char *given = privilege_borrowed ? NULL : getenv("SYSTEMTAP_STAPIO");
	const char *slash = strrchr(self, '/');

	if (given && *given)
		return given;
	if (slash && !privilege_borrowed &&
	    (size_t)snprintf(path, sizeof(path), "%.*s/stapio", (int)(slash - self), self) <
		    sizeof(path) && !access(path, X_OK))
		return path;
	return PKGLIBDIR "/stapio";
}

static void add_argument(char **argv, int *argc, const char *option, const char *value)
{
	if (!value)
		return;
	argv[(*argc)++] = (char *)option;
	argv[(*argc)++] = (char *)value;
}

/* Returns only when it failed. */
static void become_stapio(const struct module *module, const struct options *options, int control,
			  const char *self, const char *stapio)
{
	char *argv[64];
	char number[16];
	int i, argc = 0;

	snprintf(number, sizeof(number), "%d", control);
	argv[argc++] = (char *)"stapio";
	add_argument(argv, &argc, "-F", number);
	add_argument(argv, &argc, "-R", self);
	for (i = 0; i < verbose && i < 8; i++)
		argv[argc++] = (char *)"-v";
	if (options->load_only)
		argv[argc++] = (char *)"-L";
	if (options->quiet)
		argv[argc++] = (char *)"-w";
	if (options->daemon)
		argv[argc++] = (char *)"-D";
	add_argument(argv, &argc, "-c", options->command);
	add_argument(argv, &argc, "-x", options->target);
	add_argument(argv, &argc, "-o", options->output);
	add_argument(argv, &argc, "-S", options->file_limits);
	add_argument(argv, &argc, "-T", options->timeout);
	add_argument(argv, &argc, "-C", options->color);
	add_argument(argv, &argc, "-M", options->monitor);
	argv[argc++] = (char *)"--";
	argv[argc++] = (char *)module->name;
	argv[argc] = NULL;

	fcntl(control, F_SETFD, 0);
	execv(stapio, argv);
	say_error("cannot execute '%s': %s.", stapio, strerror(errno));
}

/*
 * Remove the module that we inserted; after privilege is gone, by another staprun that has it.
 */
static void take_back(const struct module *module, const char *self)
{
	pid_t child;

	if (privilege_left()) {
		remove_module(module->name);
		return;
	}
	child = fork();
	if (child == 0) {
		execl(self, "staprun", "-d", module->name, (char *)NULL);
		_exit(1);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

/* ---- main ------------------------------------------------------------------------------------ */

static int set_globals(const struct module *module, int control, char **settings)
{
	for (; *settings; settings++) {
		const char *equals = strchr(*settings, '=');
		struct stp_set set = { .name = "" };
		size_t length = equals ? (size_t)(equals - *settings) : 0;

		if (!length || length >= sizeof(set.name)) {
			say_error("'%s': a global's new value is given as name=value.", *settings);
			return -EINVAL;
		}
		if (strlen(equals + 1) >= sizeof(set.value)) {
			say_error("the value for '%.*s' is too long.", (int)length, *settings);
			return -EINVAL;
		}
		memcpy(set.name, *settings, length);
		memcpy(set.value, equals + 1, strlen(equals + 1));
		if (!ioctl(control, STP_IOC_SET, &set))
			continue;
		if (errno == ENOENT)
			say_error("module '%s' has no global variable '%s' that can be set.",
				  module->name, set.name);
		else if (errno == EINVAL)
			say_error("'%s' is no value for the number '%s'.", set.value, set.name);
		else
			say_error("cannot set '%s': %s.", set.name, strerror(errno));
		return -EINVAL;
	}
	return 0;
}

static int explain_control(const char *name, int error)
{
	switch (error) {
	case ENOENT:
		say_error("no module '%s' of stap is loaded.", name);
		break;
	case EBUSY:
		say_error("module '%s' is in use: another stapio is attached to it.", name);
		break;
	case ENOTTY:
		say_error("'%s' is not a module made by stap; it is left alone.", name);
		break;
	case EPROTO:
		say_error("module '%s' speaks another version of the interface.", name);
		break;
	default:
		say_error("cannot open the control file of module '%s': %s.", name,
			  strerror(error));
	}
	return -error;
}

/* A loaded module's control file, for who may use it: a descriptor, or negative. */
static int open_loaded(const struct module *module, int given)
{
	struct stp_status status;
	int control;

	privilege_raise();
	control = given >= 0 ? control_check(given, &status) : control_open(module->name, &status);
	privilege_lower();
	if (control < 0)
		return explain_control(module->name, -control);
	if (!authorize_loaded(module, &status)) {
		close(control);
		return -EPERM;
	}
	return control;
}

static void explain_prepare(const struct module *module, const struct stp_prepare *prepare,
			    int error)
{
	switch (error) {
	case ESRCH:
		say_error("-N %d: there is no such process.", prepare->namespaces);
		break;
	case EEXIST:
		say_error("a module with a shared buffer '%s' is loaded already.", prepare->relay);
		break;
	case ENOLINK:
		say_error("module '%s' writes into the shared buffer '%s', and there is none: start the "
			  "script with -DRELAYHOST=%s first.", module->name, prepare->relay,
			  prepare->relay);
		break;
	case ENOMEM:
		say_error("not enough kernel memory for the output buffers of module '%s'; "
			  "-b (stap: -s) makes them smaller.", module->name);
		break;
	default:
		say_error("cannot prepare module '%s': %s.", module->name, strerror(error));
	}
}

static int prepare(const struct module *module, const struct options *options, int control)
{
	struct stp_prepare prepare = {
		.version = STP_WIRE_VERSION,
		.flags = options->load_only ? STP_OVERWRITE : 0,
		.buffer_mb = (unsigned int)options->buffer_mb,
		.owner = getuid(),
		.namespaces = options->namespaces,
		.remote_id = options->remote_id,
	};

	if (options->remote_uri)
		memcpy(prepare.remote_uri, options->remote_uri, strlen(options->remote_uri));
	if (!ioctl(control, STP_IOC_PREPARE, &prepare))
		return 0;
	explain_prepare(module, &prepare, errno);
	return -1;
}

static int insert_and_open(struct module *module, const struct options *options, char **settings)
{
	struct stp_status status;
	int control, rc;

	rc = options->rename ? module_insert_renamed(module) : module_insert(module);
	if (rc)
		return -1;
	privilege_raise();
	control = control_open(module->name, &status);
	privilege_lower();
	if (control < 0)
		explain_control(module->name, -control);
	else if (!set_globals(module, control, settings) && !prepare(module, options, control))
		return control;
	if (control >= 0)
		close(control);
	remove_module(module->name);
	return -1;
}

/*
 * A bare name stands for the module of that name in the system's folder.  Even to open a device may
 * change it, so a caller opens only what is open to him.
 */
static int choose_file(struct module *module, const char *given)
{
	static char path[PATH_MAX];
	size_t length = strlen(given);
	struct utsname host;

	module->path = given;
	if (!strchr(given, '/') && !(length > 3 && !strcmp(given + length - 3, ".ko"))) {
		if (uname(&host) ||
		    (size_t)snprintf(path, sizeof(path), "/lib/modules/%s/systemtap/%s.ko",
				     host.release, given) >= sizeof(path)) {
			say_error("'%.64s…' is too long for a module's name.", given);
			return -ENAMETOOLONG;
		}
		module->path = path;
	}
	return module_open(module);
}

/* -d "*": those that are there, are ours, may be removed by the caller and are not in use. */
static int delete_unused(void)
{
	FILE *list = fopen("/proc/modules", "re");
	struct module module = { .fd = -1 };
	char line[1024];
	int control, failed = 0;

	if (!list) {
		say_error("cannot read /proc/modules: %s.", strerror(errno));
		return 1;
	}
	while (fgets(line, sizeof(line), list)) {
		struct stp_status status;

		line[strcspn(line, " ")] = 0;
		if (strlen(line) >= sizeof(module.name))
			continue;
		strcpy(module.name, line);
		privilege_raise();
		control = control_open(module.name, &status);
		privilege_lower();
		if (control < 0)
			continue;
		close(control);
		if (may_use_loaded(&status) && remove_module(module.name))
			failed = 1;
	}
	fclose(list);
	return failed;
}

static int delete_one(const struct module *module)
{
	int control = open_loaded(module, -1);

	if (control < 0)
		return 1;
	close(control);
	return remove_module(module->name) ? 1 : 0;
}

/*
 * A signal that comes while a module is being loaded waits for stapio, which ends the script in
 * order: blocked signals stay pending through exec(), also those that a shell has set to be ignored.
 */
static void hold_signals(void)
{
	static const int held[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR2 };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		sigaddset(&set, held[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

int main(int argc, char **argv)
{
	struct options options = { .control = -1 };
	struct module module = { .fd = -1 };
	static char self[PATH_MAX];
	const char *stapio;
	int control;

	privilege_begin();
	hold_signals();
	parse_options(argc, argv, &options);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		snprintf(self, sizeof(self), "%s", argv[0]);
	if ((options.attach || options.delete) && argv[optind + 1]) {
		say_error("'%s': globals can only be set when a module is loaded.",
			  argv[optind + 1]);
		return 1;
	}
	if (!authorize_caller())
		return 1;
	if (options.delete && !strcmp(argv[optind], "*"))
		return delete_unused();
	if (options.attach || options.delete) {
		if (module_set_name(&module, argv[optind]))
			return 1;
	} else if (choose_file(&module, argv[optind]) || !authorize_file(&module)) {
		return 1;
	}
	if (options.delete)
		return delete_one(&module);

	/* Before anything is loaded: a missing program is found out now. */
	stapio = find_stapio(self);
	if (access(stapio, X_OK)) {
		say_error("cannot execute '%s': %s.", stapio, strerror(errno));
		return 1;
	}
	if (options.attach)
		control = open_loaded(&module, (int)options.control);
	else
		control = insert_and_open(&module, &options, argv + optind + 1);
	if (control < 0)
		return 1;
	if (module.fd >= 0)
		close(module.fd);

	if (privilege_end())
		become_stapio(&module, &options, control, self, stapio);
	close(control);
	if (!options.attach)
		take_back(&module, self);
	return 1;
}
