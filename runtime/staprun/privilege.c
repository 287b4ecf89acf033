// SPDX-License-Identifier: GPL-2.0-or-later
/* privilege.c - root's identity, and who may borrow it; see privilege.h. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "privilege.h"

bool privilege_borrowed;
static bool ended;

/* ---- identity -------------------------------------------------------------------------------- */

/* Descriptors 0 to 2 must not become our files. */
static void fill_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

void privilege_begin(void)
{
	fill_descriptors();
	privilege_borrowed = getauxval(AT_SECURE) != 0 || getuid() != geteuid() ||
			     getgid() != getegid();
	if (!privilege_borrowed)
		return;
	if (clearenv() || setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1)) {
		say_error("cannot clear the environment.");
		exit(1);
	}
	umask(022);
	privilege_lower();
}

static void become(uid_t uid)
{
	if (!privilege_borrowed || !seteuid(uid))
		return;
	say_error("cannot change the user id: %s.", strerror(errno));
	exit(1);
}

void privilege_raise(void)
{
	uid_t root, effective, real;

	/* Without the setuid bit there is nothing to raise to. */
	if (privilege_borrowed && !getresuid(&real, &effective, &root) && root == 0)
		become(0);
}

void privilege_lower(void)
{
	become(getuid());
}

bool privilege_left(void)
{
	return !ended;
}

bool privilege_end(void)
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	ended = privilege_borrowed;
	if (!privilege_borrowed)
		return true;
	privilege_raise();
	if (!setresgid(gid, gid, gid) && !setresuid(uid, uid, uid) && (uid == 0 || setuid(0)))
		return true;
	say_error("cannot drop privileges: %s.", strerror(errno));
	return false;
}

/* ---- who may do what ------------------------------------------------------------------------- */

static bool in_group(const char *name)
{
	const struct group *group = getgrnam(name);
	gid_t *groups;
	int count, i;
	bool found;

	if (!group)
		return false;
	found = getgid() == group->gr_gid;
	count = getgroups(0, NULL);
	groups = count > 0 ? calloc(count, sizeof(*groups)) : NULL;
	count = groups ? getgroups(count, groups) : 0;
	for (i = 0; i < count && !found; i++)
		found = groups[i] == group->gr_gid;
	free(groups);
	return found;
}

static bool is_trusted(void)
{
	return getuid() == 0 || in_group("stapdev");
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

bool authorize_caller(void)
{
	uid_t root, effective, real;

	if (getresuid(&real, &effective, &root) || root != 0) {
		say_error("staprun needs root: run it with sudo, or install it setuid root for the groups "
			  "stapdev, stapsys and stapusr.");
		return false;
	}
	if (is_trusted() || in_group("stapsys") || in_group("stapusr"))
		return true;
	say_error("you are a member of none of the groups stapdev, stapsys and stapusr; ask your "
		  "administrator to add you to the group stapdev, or run as root.");
	return false;
}

bool authorize_file(const struct module *module)
{
	if (is_trusted() || in_trusted_folder(module))
		return true;
	say_error("members of stapusr and stapsys may only run modules from "
		  "/lib/modules/RELEASE/systemtap, owned and only writable by root; '%s' is not.",
		  module->path);
	return false;
}

bool may_use_loaded(const struct stp_status *status)
{
	return is_trusted() || status->owner == getuid();
}

bool authorize_loaded(const struct module *module, const struct stp_status *status)
{
	if (may_use_loaded(status))
		return true;
	say_error("module '%s' was loaded by another user; only members of stapdev and root may use it.",
		  module->name);
	return false;
}
