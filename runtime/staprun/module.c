// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * module.c - look into a module file, insert it, remove it.
 *
 * Which files are ours is written in their .modinfo section (kernel: include/linux/moduleparam.h):
 * strings "name=value" with NULs between.  We look for `stap=WIRE VERSION`, `name=` and
 * `vermagic=`.  The file is checked and inserted through one descriptor; every offset that comes
 * from it is checked.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "module.h"
#include "privilege.h"

#define MODINFO_MAX (1 << 20)
#define SECTIONS_MAX 65536
#define REMOVE_ATTEMPTS 250
#define REMOVE_PAUSE_MS 20
#define KERNEL_NAME_SIZE 56	/* MODULE_NAME_LEN where pointers have 64 bits */
#define IMAGE_MAX (256 << 20)

int module_set_name(struct module *module, const char *given)
{
	const char *base = strrchr(given, '/');
	size_t length, i;

	base = base ? base + 1 : given;
	length = strlen(base);
	if (length > 3 && !strcmp(base + length - 3, ".ko"))
		length -= 3;
	if (!length || length >= sizeof(module->name)) {
		say_error("'%s' is no name for a module (1 to %zu characters).", given,
			  sizeof(module->name) - 1);
		return -EINVAL;
	}
	for (i = 0; i < length; i++) {
		char c = base[i] == '-' ? '_' : base[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_')) {
			say_error("'%s' is no name for a module: letters, digits and _ only.",
				  given);
			return -EINVAL;
		}
		module->name[i] = c;
	}
	module->name[length] = 0;
	return 0;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* `size` bytes at `offset` of the file, with a NUL behind; NULL: they are not there. */
static char *read_part(int fd, uint64_t offset, uint64_t size, uint64_t most)
{
	char *part;

	if (size > most || offset > INT64_MAX - size)
		return NULL;
	part = malloc(size + 1);
	if (part && pread(fd, part, size, offset) != (ssize_t)size) {
		free(part);
		return NULL;
	}
	if (part)
		part[size] = 0;
	return part;
}

/* The .modinfo section, or NULL. */
static char *read_modinfo(int fd, size_t *size)
{
	char *header, *table = NULL, *names = NULL, *modinfo = NULL;
	const Elf64_Ehdr *elf;
	const Elf64_Shdr *sections;
	unsigned int i;

	header = read_part(fd, 0, sizeof(Elf64_Ehdr), sizeof(Elf64_Ehdr));
	elf = (const Elf64_Ehdr *)header;
	if (!header || memcmp(elf->e_ident, ELFMAG, SELFMAG) ||
	    elf->e_ident[EI_CLASS] != ELFCLASS64 || elf->e_type != ET_REL ||
	    elf->e_shentsize != sizeof(Elf64_Shdr) || elf->e_shstrndx >= elf->e_shnum)
		goto out;
	table = read_part(fd, elf->e_shoff, (uint64_t)elf->e_shnum * sizeof(Elf64_Shdr),
			  (uint64_t)SECTIONS_MAX * sizeof(Elf64_Shdr));
	if (!table)
		goto out;
	sections = (const Elf64_Shdr *)table;
	names = read_part(fd, sections[elf->e_shstrndx].sh_offset,
			  sections[elf->e_shstrndx].sh_size, MODINFO_MAX);
	if (!names)
		goto out;
	for (i = 0; i < elf->e_shnum; i++) {
		if (sections[i].sh_name >= sections[elf->e_shstrndx].sh_size ||
		    strcmp(names + sections[i].sh_name, ".modinfo"))
			continue;
		modinfo = read_part(fd, sections[i].sh_offset, sections[i].sh_size, MODINFO_MAX);
		*size = sections[i].sh_size;
		break;
	}
out:
	free(names);
	free(table);
	free(header);
	return modinfo;
}

/* What stands after "key=", or NULL. */
static const char *find_info(const char *modinfo, size_t size, const char *key)
{
	size_t length = strlen(key);
	const char *at;

	for (at = modinfo; at < modinfo + size; at += strlen(at) + 1)
		if (!strncmp(at, key, length) && at[length] == '=')
			return at + length + 1;
	return NULL;
}

static int check_modinfo(struct module *module, const char *modinfo, size_t size)
{
	const char *mark = find_info(modinfo, size, "stap");
	const char *name = find_info(modinfo, size, "name");
	const char *vermagic = find_info(modinfo, size, "vermagic");
	long version;

	if (!mark) {
		say_error("'%s' is a kernel module, but not one made by stap; it is not loaded.",
			  module->path);
		return -EINVAL;
	}
	if (!parse_number(mark, 0, 1 << 20, &version) || version != STP_WIRE_VERSION) {
		say_error(
			"'%s' was made by another version of stap (interface %s, this staprun has "
			"%d); compile the script again.",
			module->path, mark, STP_WIRE_VERSION);
		return -EPROTO;
	}
	/* The file may have any name: the cache names it by its contents. */
	if (module_set_name(module, name ? name : ""))
		return -EINVAL;
	snprintf(module->vermagic, sizeof(module->vermagic), "%s", vermagic ? vermagic : "");
	return 0;
}

int module_open(struct module *module)
{
	struct stat st;
	char *modinfo;
	size_t size = 0;
	int rc;

	module->fd = open(module->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (module->fd < 0) {
		say_error("cannot open module '%s': %s.", module->path, strerror(errno));
		return -errno;
	}
	if (fstat(module->fd, &st) || !S_ISREG(st.st_mode)) {
		say_error("'%s' is not a regular file.", module->path);
		return -EINVAL;
	}
	modinfo = read_modinfo(module->fd, &size);
	if (!modinfo) {
		say_error("'%s' is not a kernel module.", module->path);
		return -ENOEXEC;
	}
	rc = check_modinfo(module, modinfo, size);
	free(modinfo);
	return rc;
}

/* ---- insert and remove ----------------------------------------------------------------------- */

static void explain_insert(const struct module *module, int error)
{
	struct utsname host;
	size_t length;

	switch (error) {
	case EEXIST:
		say_error("module '%s' is already loaded. 'staprun -A %s' attaches to it, "
			  "'staprun -d %s' removes it.", module->name, module->name, module->name);
		return;
	case EPERM:
		say_error(
			"may not insert module '%s': %s. Loading modules needs root's CAP_SYS_MODULE, "
			"and is refused when the kernel is locked down or kernel.modules_disabled is set.",
			module->name, strerror(error));
		return;
	case ENOEXEC:
	case EINVAL:
		length = strcspn(module->vermagic, " ");
		if (!uname(&host) &&
		    strncmp(host.release, module->vermagic, length + !host.release[length]))
			say_error(
				"module '%s' was compiled for kernel %.*s, and this is kernel %s; compile "
				"it with 'stap -r %s'.",
				module->path, (int)length, module->vermagic, host.release,
				host.release);
		else
			say_error(
				"the kernel refuses the format of module '%s' (vermagic '%s'): its "
				"configuration or symbol versions differ; compile the script again. "
				"'dmesg' may say more.",
				module->path, module->vermagic);
		return;
	case ENOENT:
		say_error(
			"module '%s' needs symbols that this kernel does not have; 'dmesg' names them.",
			module->path);
		return;
	case EKEYREJECTED:
	case ENOKEY:
		say_error(
			"module '%s' is not signed with a key that this kernel trusts (Secure Boot?).",
			module->path);
		return;
	case ENOMEM:
		say_error("not enough kernel memory for module '%s'; 'dmesg' says what for.",
			  module->path);
		return;
	}
	say_error("cannot insert module '%s': %s; 'dmesg' may say more.", module->path,
		  strerror(error));
}

/* result, error: of the system call. */
static int insert_ended(const struct module *module, long result, int error)
{
	if (result) {
		explain_insert(module, error);
		return -error;
	}
	say_verbose(2, "Module %s inserted from file %s.", module->name, module->path);
	return 0;
}

int module_insert(const struct module *module)
{
	long result;
	int error;

	privilege_raise();
	result = syscall(SYS_finit_module, module->fd, "", 0);
	error = errno;
	privilege_lower();
	return insert_ended(module, result, error);
}

/* Where the kernel's struct module has the name, in a whole module file; or NULL. */
static char *find_name(char *image, size_t size, const char *name)
{
	char wanted[KERNEL_NAME_SIZE] = "";
	char *at;

	/* All of the array, with the NULs behind the name: nothing else looks like it. */
	memcpy(wanted, name, strlen(name));
	at = memmem(image, size, wanted, sizeof(wanted));
	if (at && memmem(at + 1, image + size - at - 1, wanted, sizeof(wanted)))
		return NULL;
	return at;
}

int module_insert_renamed(struct module *module)
{
	char renamed[KERNEL_NAME_SIZE] = "";
	char pid[16];
	char *image, *name;
	struct stat st;
	long result;
	int error;

	if (fstat(module->fd, &st))
		return -errno;
	image = read_part(module->fd, 0, (uint64_t)st.st_size, IMAGE_MAX);
	name = image ? find_name(image, (size_t)st.st_size, module->name) : NULL;
	if (!name) {
		say_error("cannot find the name of module '%s' in its file; it is not renamed.",
			  module->path);
		free(image);
		return -EINVAL;
	}
	snprintf(pid, sizeof(pid), "_%d", (int)getpid());
	snprintf(renamed, sizeof(renamed), "%.*s%s", (int)(sizeof(renamed) - 1 - strlen(pid)),
		 module->name, pid);
	memcpy(name, renamed, sizeof(renamed));
	strcpy(module->name, renamed);
	privilege_raise();
	result = syscall(SYS_init_module, image, (unsigned long)st.st_size, "");
	error = errno;
	privilege_lower();
	free(image);
	return insert_ended(module, result, error);
}

/* EAGAIN: stapio's last descriptors are being closed this moment. */
int remove_module(const char *name)
{
	const struct timespec pause = { .tv_nsec = REMOVE_PAUSE_MS * 1000000L };
	int attempt, error = 0;

	for (attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
		privilege_raise();
		error = syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
		privilege_lower();
		if (!error) {
			say_verbose(1, "Module %s removed.", name);
			return 0;
		}
		if (error != EAGAIN && error != EINTR && error != EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	if (error == EAGAIN || error == EBUSY)
		say_error(
			"module '%s' is still in use and cannot be removed; try 'staprun -d %s' later.",
			name, name);
	else
		say_error("cannot remove module '%s': %s.", name, strerror(error));
	return -error;
}
