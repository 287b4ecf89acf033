// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * staprun.c - the only part that needs privilege: insert a module, open its control file, become
 * stapio.
 *
 * May be installed setuid root.  Who may do what is in authorize(); what the caller's environment
 * could influence is cleared; no helper runs through a shell.  After the control file is open, all
 * privilege is dropped for good, and stapio goes on with the descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "module.h"

#ifndef PKGLIBDIR
#define PKGLIBDIR "/usr/libexec/systemtap"
#endif
#ifndef VERSION
#define VERSION "0"
#endif

const char *program_name = "staprun";

struct options {
	const char *command;
	const char *target;
	const char *output;
	bool attach, delete, load_only, quiet;
};

static bool elevated;	/* started setuid or with file capabilities: trust nobody */

static void usage(FILE *to)
{
	fputs("Usage: staprun [options] MODULE[.ko] [global=value ...]\n"
	      "       staprun -A [options] NAME      attach to a loaded module\n"
	      "       staprun -d NAME                remove a loaded module\n"
	      "Options:\n"
	      "  -v          say more; may be repeated\n"
	      "  -w          no warnings from the script\n"
	      "  -u          load the kernel's own help for user-space probes; nothing to do today\n"
	      "  -c CMD      run CMD with the script; the script ends with it\n"
	      "  -x PID      target() is PID\n"
	      "  -o FILE     write the output to FILE\n"
	      "  -L          load the module, start its probes and detach\n"
	      "  -h --help, -V --version\n"
	      "MODULE without a slash and without .ko is looked for in /lib/modules/RELEASE/systemtap/.\n",
	      to);
}

/* ---- the command line ------------------------------------------------------------------------ */

static void parse_options(int argc, char **argv, struct options *options)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	long number;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":vVhwuc:x:o:AdL", long_options, NULL)) != -1) {
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
			if (!parse_number(optarg, 1, 1 << 22, &number)) {
				say_error("-x %s: not a process id.", optarg);
				exit(1);
			}
			options->target = optarg;
			break;
		case 'o':
			options->output = optarg;
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
	if (optind == argc) {
		say_error("which module?");
		usage(stderr);
		exit(1);
	}
	if (options->command && options->target) {
		say_error("-c and -x exclude each other: the target is one process.");
		exit(1);
	}
	if (options->attach + options->delete + options->load_only > 1) {
		say_error("-A, -d and -L exclude each other.");
		exit(1);
	}
	if (options->attach && options->command) {
		say_error("-c cannot be used with -A: the script runs already.");
		exit(1);
	}
}

/* ---- privilege ------------------------------------------------------------------------------- */

static bool in_group(const char *name)
{
	const struct group *group = getgrnam(name);
	gid_t *groups;
	int count, i;
	bool found;

	if (!group)
		return false;
	found = getgid() == group->gr_gid || getegid() == group->gr_gid;
	count = getgroups(0, NULL);
	groups = count > 0 ? calloc(count, sizeof(*groups)) : NULL;
	count = groups ? getgroups(count, groups) : 0;
	for (i = 0; i < count && !found; i++)
		found = groups[i] == group->gr_gid;
	free(groups);
	return found;
}

/* Only root can have put the file, or anything else, there. */
static bool rooted(const struct stat *st)
{
	return st->st_uid == 0 && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* Is the open file directly in /lib/modules/RELEASE/systemtap, which belongs to root? */
static bool in_trusted_folder(const struct module *module)
{
	char trusted[PATH_MAX], file[PATH_MAX + 64], wanted[PATH_MAX], *real;
	struct utsname host;
	struct stat st;
	bool same;

	if (uname(&host))
		return false;
	snprintf(file, sizeof(file), "/lib/modules/%s/systemtap", host.release);
	if (!realpath(file, trusted) || stat(trusted, &st) || !rooted(&st))
		return false;
	if (fstat(module->fd, &st) || !rooted(&st))
		return false;
	snprintf(file, sizeof(file), "/proc/self/fd/%d", module->fd);
	real = realpath(file, NULL);
	if (!real)
		return false;
	same = (size_t)snprintf(wanted, sizeof(wanted), "%s/%s.ko", trusted, module->name) <
		       sizeof(wanted) && !strcmp(real, wanted);
	free(real);
	return same;
}

/* May the caller do this?  Loaded modules were authorized when they were inserted. */
static int authorize(const struct module *module)
{
	if (geteuid() != 0) {
		say_error(
			"staprun needs root: run it with sudo, or install it setuid root for the groups "
			"stapdev and stapusr.");
		return -EPERM;
	}
	if (getuid() == 0 || in_group("stapdev"))
		return 0;
	if (!in_group("stapusr")) {
		say_error(
			"you are a member of neither stapdev nor stapusr; ask your administrator to add you "
			"to the group stapdev, or run as root.");
		return -EPERM;
	}
	if (module->path && !in_trusted_folder(module)) {
		say_error(
			"members of stapusr may only run modules from /lib/modules/RELEASE/systemtap, owned "
			"and only writable by root; '%s' is not.",
			module->path);
		return -EPERM;
	}
	return 0;
}

static void sanitize(void)
{
	int fd;

	/* Descriptors 0 to 2 must not become our files. */
	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);

	elevated = getauxval(AT_SECURE) != 0 || getuid() != geteuid() || getgid() != getegid();
	if (!elevated)
		return;
	if (clearenv() || setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1)) {
		say_error("cannot clear the environment.");
		exit(1);
	}
	umask(022);
}

static int drop_privilege(void)
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (!elevated)
		return 0;
	if (setresgid(gid, gid, gid) || setresuid(uid, uid, uid) || (uid != 0 && !setuid(0))) {
		say_error("cannot drop privileges: %s.", strerror(errno));
		return -EPERM;
	}
	return 0;
}

/* ---- becoming stapio ------------------------------------------------------------------------- */

/*
 * Beside this program, else in the library folder; the environment's word counts only for equals.
 */
static const char *find_stapio(const char *self)
{
	static char path[PATH_MAX];
	const char *given = elevated ? NULL : getenv("SYSTEMTAP_STAPIO");
	const char *slash = strrchr(self, '/');

	if (given && *given)
		return given;
	if (slash && !elevated &&
	    (size_t)snprintf(path, sizeof(path), "%.*s/stapio", (int)(slash - self), self) <
		    sizeof(path) && !access(path, X_OK))
		return path;
	return PKGLIBDIR "/stapio";
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
	argv[argc++] = (char *)"-F";
	argv[argc++] = number;
	argv[argc++] = (char *)"-R";
	argv[argc++] = (char *)self;
	for (i = 0; i < verbose && i < 8; i++)
		argv[argc++] = (char *)"-v";
	if (options->attach)
		argv[argc++] = (char *)"-A";
	if (options->load_only)
		argv[argc++] = (char *)"-L";
	if (options->quiet)
		argv[argc++] = (char *)"-w";
	if (options->command) {
		argv[argc++] = (char *)"-c";
		argv[argc++] = (char *)options->command;
	}
	if (options->target) {
		argv[argc++] = (char *)"-x";
		argv[argc++] = (char *)options->target;
	}
	if (options->output) {
		argv[argc++] = (char *)"-o";
		argv[argc++] = (char *)options->output;
	}
	argv[argc++] = (char *)"--";
	argv[argc++] = (char *)module->name;
	argv[argc] = NULL;

	fcntl(control, F_SETFD, 0);
	execv(stapio, argv);
	say_error("cannot execute '%s': %s.", stapio, strerror(errno));
}

/* Remove the module that we inserted; after privilege is gone, by another staprun that has it. */
static void take_back(const struct module *module, const char *self)
{
	pid_t child;

	if (geteuid() == 0) {
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

static int open_loaded(const struct module *module)
{
	int control = control_open(module->name);

	if (control == -ENOENT)
		say_error("no module '%s' of stap is loaded.", module->name);
	else if (control == -EBUSY)
		say_error("module '%s' is in use: another stapio is attached to it.", module->name);
	else if (control == -ENOTTY)
		say_error("'%s' is not a module made by stap; it is left alone.", module->name);
	else if (control == -EPROTO)
		say_error("module '%s' speaks another version of the interface.", module->name);
	else if (control < 0)
		say_error("cannot open the control file of module '%s': %s.", module->name,
			  strerror(-control));
	return control;
}

static int insert_and_open(struct module *module, char **settings)
{
	int control;

	if (module_insert(module))
		return -1;
	control = open_loaded(module);
	if (control >= 0 && set_globals(module, control, settings)) {
		close(control);
		control = -1;
	}
	if (control < 0)
		remove_module(module->name);
	return control;
}

/* A bare name stands for the module of that name in the system's folder. */
static int choose_path(struct module *module, const char *given, bool loaded)
{
	static char path[PATH_MAX];
	size_t length = strlen(given);
	struct utsname host;
	int rc;

	module->fd = -1;
	if (loaded)
		return module_set_name(module, given);
	module->path = given;
	if (!strchr(given, '/') && !(length > 3 && !strcmp(given + length - 3, ".ko"))) {
		if (uname(&host))
			return -errno;
		snprintf(path, sizeof(path), "/lib/modules/%s/systemtap/%s.ko", host.release,
			 given);
		module->path = path;
	}
	/* Even to open a device may change it, so a caller opens only what is open to him. */
	if (elevated && seteuid(getuid()))
		return -errno;
	rc = module_open(module);
	if (elevated && seteuid(0)) {
		say_error("cannot use root's privilege: %s.", strerror(errno));
		return -EPERM;
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct module module = { .fd = -1 };
	static char self[PATH_MAX];
	const char *stapio;
	int control;

	sanitize();
	parse_options(argc, argv, &options);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		snprintf(self, sizeof(self), "%s", argv[0]);

	if (choose_path(&module, argv[optind], options.attach || options.delete) ||
	    authorize(&module))
		return 1;
	if ((options.attach || options.delete) && argv[optind + 1]) {
		say_error("'%s': globals can only be set when a module is loaded.",
			  argv[optind + 1]);
		return 1;
	}

	if (options.delete) {
		control = open_loaded(&module);
		if (control < 0)
			return 1;
		close(control);
		return remove_module(module.name) ? 1 : 0;
	}

	/* Before anything is loaded: a missing program is found out now. */
	stapio = find_stapio(self);
	if (access(stapio, X_OK)) {
		say_error("cannot execute '%s': %s.", stapio, strerror(errno));
		return 1;
	}
	if (options.attach)
		control = open_loaded(&module);
	else
		control = insert_and_open(&module, argv + optind + 1);
	if (control < 0)
		return 1;
	if (module.fd >= 0)
		close(module.fd);

	if (!drop_privilege())
		become_stapio(&module, &options, control, self, stapio);
	close(control);
	if (!options.attach)
		take_back(&module, self);
	return 1;
}
