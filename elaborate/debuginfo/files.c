// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * files.c - where kernels, modules and what describes them are.
 *
 * Debian puts a kernel's file below /usr/lib/debug at boot/vmlinux-RELEASE, Fedora at
 * lib/modules/RELEASE/vmlinux; modules have their path in /lib/modules, with or without ".debug"
 * behind it, or are named by build-id.  Who has compiled a kernel has vmlinux in the build folder.
 */
#include "internal.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_ROOT "/usr/lib/debug"

GPtrArray *debug_roots(struct debuginfo *d)
{
	const char *path = g_getenv("SYSTEMTAP_DEBUGINFO_PATH");
	g_auto(GStrv) parts = g_strsplit(path && *path ? path : DEFAULT_ROOT, ":", -1);
	GPtrArray *roots = arena_list(d->arena);

	for (int i = 0; parts[i]; i++)
		if (*parts[i])
			g_ptr_array_add(roots, arena_strdup(d->arena, parts[i]));
	return roots;
}

/* Who says where to look gets nothing from elsewhere. */
static bool only_roots(void)
{
	const char *path = g_getenv("SYSTEMTAP_DEBUGINFO_PATH");

	return path && *path;
}

GPtrArray *debug_header_files(struct debuginfo *d, const char *name)
{
	GPtrArray *files = arena_list(d->arena);
	static const char *const parts[] = { "source", "build" };

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		g_ptr_array_add(files, arena_printf(d->arena, "/lib/modules/%s/%s/include/%s",
						    d->release, parts[i], name));
	return files;
}

const char *debug_header(struct debuginfo *d, const char *name)
{
	const GPtrArray *files;
	char *text = g_hash_table_lookup(d->headers, name);

	if (text)
		return text;
	files = debug_header_files(d, name);
	for (guint i = 0; i < files->len; i++)
		if (g_file_get_contents(files->pdata[i], &text, NULL, NULL))
			break;
	if (!text)
		text = g_strdup("");
	g_hash_table_insert(d->headers, arena_strdup(d->arena, name), text);
	return text;
}

GPtrArray *debug_kernel_files(struct debuginfo *d)
{
	GPtrArray *files = arena_list(d->arena), *roots = debug_roots(d);

	for (guint i = 0; i < roots->len; i++) {
		const char *root = roots->pdata[i];

		g_ptr_array_add(files,
				arena_printf(d->arena, "%s/boot/vmlinux-%s", root, d->release));
		g_ptr_array_add(files, arena_printf(d->arena, "%s/lib/modules/%s/vmlinux", root,
						    d->release));
		g_ptr_array_add(files, arena_printf(d->arena, "%s/usr/lib/modules/%s/vmlinux", root,
						    d->release));
	}
	if (only_roots())
		return files;
	g_ptr_array_add(files, arena_printf(d->arena, "/lib/modules/%s/vmlinux", d->release));
	g_ptr_array_add(files, arena_printf(d->arena, "/lib/modules/%s/build/vmlinux", d->release));
	g_ptr_array_add(files, arena_printf(d->arena, "/boot/vmlinux-%s", d->release));
	return files;
}

/* "ab/cdef….debug", of an ELF file; NULL: it has no build-id, or is compressed. */
static char *build_id_name(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	GString *name = NULL;
	const void *id;
	ssize_t length;
	Elf *elf;

	if (fd < 0)
		return NULL;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	length = elf ? dwelf_elf_gnu_build_id(elf, &id) : 0;
	if (length > 1) {
		name = g_string_new(NULL);
		for (ssize_t i = 0; i < length; i++)
			g_string_append_printf(name, i == 1 ? "/%02x" : "%02x",
					       ((const guint8 *)id)[i]);
		g_string_append(name, ".debug");
	}
	elf_end(elf);
	close(fd);
	return name ? g_string_free(name, FALSE) : NULL;
}

/* A path without ".xz" and the like. */
static char *without_compression(const char *path)
{
	static const char *const endings[] = { ".gz", ".xz", ".zst" };

	for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
		if (g_str_has_suffix(path, endings[i]))
			return g_strndup(path, strlen(path) - strlen(endings[i]));
	return g_strdup(path);
}

GPtrArray *debug_module_files(struct debuginfo *d, const char *ko)
{
	GPtrArray *files = arena_list(d->arena), *roots = debug_roots(d);
	g_autofree char *plain = without_compression(ko), *by_id = build_id_name(ko);

	for (guint i = 0; i < roots->len; i++) {
		const char *root = roots->pdata[i];

		g_ptr_array_add(files, arena_printf(d->arena, "%s%s.debug", root, plain));
		g_ptr_array_add(files, arena_printf(d->arena, "%s%s", root, plain));
		g_ptr_array_add(files, arena_printf(d->arena, "%s/usr%s.debug", root, plain));
		if (by_id)
			g_ptr_array_add(files,
					arena_printf(d->arena, "%s/.build-id/%s", root, by_id));
	}
	if (!only_roots())
		g_ptr_array_add(files, arena_strdup(d->arena, ko));
	return files;
}

/* ---- the modules that a release has ---------------------------------------------------------- */

const char *debug_module_normalize(struct arena *arena, const char *name)
{
	return g_strdelimit(arena_strdup(arena, name), "-", '_');
}

/* "kernel/drivers/block/virtio_blk.ko.xz" is virtio_blk. */
static void add_module(struct debuginfo *d, const char *folder, const char *path)
{
	g_autofree char *base = g_path_get_basename(path);
	char *end = strstr(base, ".ko");

	if (!end)
		return;
	*end = 0;
	g_hash_table_insert(d->module_files, (char *)debug_module_normalize(d->arena, base),
			    arena_printf(d->arena, "%s/%s", folder, path));
}

/* modules.dep has a line for each: "PATH: PATHS OF WHAT IT NEEDS". */
static void read_modules(struct debuginfo *d)
{
	g_autofree char *folder = g_strdup_printf("/lib/modules/%s", d->release);
	g_autofree char *path = g_build_filename(folder, "modules.dep", NULL);
	g_autofree char *text = NULL;
	char *line, *next;

	d->module_files = arena_table(d->arena, NULL);
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	for (line = text; line && *line; line = next) {
		char *colon;

		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		colon = strchr(line, ':');
		if (!colon)
			continue;
		*colon = 0;
		add_module(d, folder, line);
	}
}

const char *debug_module_ko(struct debuginfo *d, const char *name)
{
	if (!d->module_files)
		read_modules(d);
	return g_hash_table_lookup(d->module_files, name);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *debug_module_names(struct debuginfo *d, const char *pattern)
{
	const char *fitted = debug_module_normalize(d->arena, pattern);
	GPtrArray *names = arena_list(d->arena);
	GHashTableIter i;
	gpointer name;

	/* A - within [] is a range's. */
	if (strchr(pattern, '['))
		fitted = pattern;
	if (!d->module_files)
		read_modules(d);
	g_hash_table_iter_init(&i, d->module_files);
	while (g_hash_table_iter_next(&i, &name, NULL))
		if (debug_glob_fits(fitted, name))
			g_ptr_array_add(names, name);
	g_ptr_array_sort(names, compare_names);
	return names;
}

/* ---- messages -------------------------------------------------------------------------------- */

/* Is this Debian, or made of it? */
static bool is_debian(void)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents("/etc/os-release", &text, NULL, NULL))
		return false;
	lines = g_strsplit(text, "\n", -1);
	for (int i = 0; lines[i]; i++)
		if ((g_str_has_prefix(lines[i], "ID=") || g_str_has_prefix(lines[i], "ID_LIKE=")) &&
		    strstr(lines[i], "debian"))
			return true;
	return false;
}

const char *debug_missing(struct debuginfo *d, const char *name)
{
	const char *what = strcmp(name, "kernel") == 0 ?
				   arena_printf(d->arena, "kernel %s", d->release) :
				   arena_printf(d->arena, "module '%s' of kernel %s", name,
						d->release);

	if (is_debian())
		return arena_printf(d->arena, "no debuginfo for %s: install linux-image-%s-dbg",
				    what, d->release);
	return arena_printf(d->arena, "no debuginfo for %s: install kernel-debuginfo-%s", what,
			    d->release);
}
