// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * btf.c - debuginfo from what every kernel brings along: BTF, Documentation/bpf/btf.rst, read by
 * libbpf.  It knows types, functions with their parameters, and tracepoints, but no addresses, no
 * lines and nothing within functions.
 *
 * That of the running kernel is in /sys/kernel/btf; that of another is in its image, which is
 * unpacked once and then kept in the cache.
 */
#include "btf_file.h"
#include "image.h"

#include <bpf/libbpf.h>

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#define CACHE_EXT "btf"
#define BUILD_ID_SIZE 64	/* of a cache entry: text with NULs behind it, then a checksum */
#define ENTRY_HEADER (BUILD_ID_SIZE + 4)

struct btf_file *btf_file(const struct debug_module *m)
{
	return m->data;
}

const char *btf_name(const struct debug_module *m, guint32 offset)
{
	const char *name = btf__name_by_offset(btf_file(m)->btf, offset);

	return name && *name ? name : NULL;
}

/* ---- the kernel's ---------------------------------------------------------------------------- */

static GBytes *read_file(const char *path)
{
	char *data;
	gsize length;

	return g_file_get_contents(path, &data, &length, NULL) ? g_bytes_new_take(data, length) :
								 NULL;
}

static bool is_running(const struct debuginfo *d)
{
	struct utsname host;

	uname(&host);
	return !strcmp(host.release, d->release);
}

static GBytes *running_btf(struct debug_module *m)
{
	GBytes *notes, *btf = read_file("/sys/kernel/btf/vmlinux");
	char *id;

	if (!btf)
		return NULL;
	notes = read_file("/sys/kernel/notes");
	id = notes ? notes_build_id(notes) : NULL;
	m->build_id = id ? arena_strdup(m->arena, id) : NULL;
	m->path = "/sys/kernel/btf/vmlinux";
	g_free(id);
	if (notes)
		g_bytes_unref(notes);
	return btf;
}

/* The image's path, time and size: what the cache knows it by. */
static char *image_key(const char *path)
{
	struct stat st;
	char *text, *key;

	if (stat(path, &st))
		return NULL;
	text = g_strdup_printf("btf %s %lld.%09ld %lld", path, (long long)st.st_mtim.tv_sec,
			       st.st_mtim.tv_nsec, (long long)st.st_size);
	key = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	g_free(text);
	return key;
}

static guint32 checksum(const guint8 *data, gsize length)
{
	return (guint32)crc32_z(crc32_z(0, NULL, 0), data, length);
}

static GBytes *cached_btf(struct debug_module *m, struct cache *cache, const char *key)
{
	char *path = cache_find(cache, key, CACHE_EXT);
	GBytes *entry = path ? read_file(path) : NULL, *btf = NULL;
	const guint8 *data;
	gsize length = 0;
	guint32 sum;

	g_free(path);
	data = entry ? g_bytes_get_data(entry, &length) : NULL;
	if (length > ENTRY_HEADER && !data[BUILD_ID_SIZE - 1]) {
		memcpy(&sum, data + BUILD_ID_SIZE, sizeof(sum));
		if (sum == checksum(data + ENTRY_HEADER, length - ENTRY_HEADER))
			btf = g_bytes_new_from_bytes(entry, ENTRY_HEADER, length - ENTRY_HEADER);
	}
	if (btf && *data)
		m->build_id = arena_strdup(m->arena, (const char *)data);
	if (entry)
		g_bytes_unref(entry);
	return btf;
}

static void store_btf(const struct debug_module *m, struct cache *cache, const char *key,
		      GBytes *btf)
{
	gsize length;
	const guint8 *data = g_bytes_get_data(btf, &length);
	GByteArray *entry = g_byte_array_new();
	char id[BUILD_ID_SIZE] = { 0 };
	guint32 sum = checksum(data, length);

	if (m->build_id)
		g_strlcpy(id, m->build_id, sizeof(id));
	g_byte_array_append(entry, (const guint8 *)id, sizeof(id));
	g_byte_array_append(entry, (const guint8 *)&sum, sizeof(sum));
	g_byte_array_append(entry, data, (guint)length);
	/* Without it the next run unpacks again. */
	(void)cache_store(cache, key, CACHE_EXT, entry->data, entry->len);
	g_byte_array_unref(entry);
}

static GBytes *unpacked_btf(struct debug_module *m, const char **why)
{
	char *reason = NULL, *id;
	GBytes *elf = image_unpack(m->path, &reason);
	GBytes *btf = elf ? elf_section(elf, ".BTF") : NULL;
	GBytes *notes = elf ? elf_section(elf, ".notes") : NULL;

	id = notes ? notes_build_id(notes) : NULL;
	m->build_id = id ? arena_strdup(m->arena, id) : NULL;
	if (!elf)
		*why = arena_printf(m->arena, "%s: %s", m->path, reason);
	else if (!btf)
		*why = arena_printf(m->arena, "%s has no BTF", m->path);
	g_free(reason);
	g_free(id);
	if (notes)
		g_bytes_unref(notes);
	if (elf)
		g_bytes_unref(elf);
	return btf;
}

static GBytes *image_btf(struct debug_module *m, const char **why)
{
	struct cache *cache = m->debuginfo->session->cache;
	char *key;
	GBytes *btf;

	m->path = arena_printf(m->arena, "/boot/vmlinuz-%s", m->debuginfo->release);
	key = image_key(m->path);
	if (!key) {
		m->path = arena_printf(m->arena, "/lib/modules/%s/vmlinuz", m->debuginfo->release);
		key = image_key(m->path);
	}
	if (!key)
		return NULL;
	btf = cache ? cached_btf(m, cache, key) : NULL;
	if (!btf) {
		btf = unpacked_btf(m, why);
		if (btf && cache)
			store_btf(m, cache, key, btf);
	}
	g_free(key);
	return btf;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Types beside those of the kernel.  libbpf takes them from a file only. */
static struct btf *parse_types(GBytes *types, struct btf *kernel)
{
	gsize length;
	const void *data = g_bytes_get_data(types, &length);
	int fd = memfd_create("btf", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	struct btf *btf = NULL;

	if (fd < 0)
		return NULL;
	if (write(fd, data, length) == (ssize_t)length)
		btf = btf__parse_raw_split(path, kernel);
	close(fd);
	return btf;
}

/* A module's: in its .ko, beside the kernel's types. */
static struct btf *parse_module(struct debug_module *m, const char **why)
{
	struct debug_module *kernel = debug_module_open(m->debuginfo, "kernel", why);
	GBytes *ko, *notes, *types;
	struct btf *btf = NULL;
	char *id;

	if (!kernel || kernel->source != &btf_source)
		return NULL;
	if (!m->path)
		m->path = debug_module_ko(m->debuginfo, m->name);
	ko = module_unpack(m->path);
	notes = ko ? elf_section(ko, ".note.gnu.build-id") : NULL;
	types = ko ? elf_section(ko, ".BTF") : NULL;
	id = notes ? notes_build_id(notes) : NULL;
	m->build_id = id ? arena_strdup(m->arena, id) : NULL;
	g_free(id);
	if (notes)
		g_bytes_unref(notes);
	if (types) {
		btf = parse_types(types, btf_file(kernel)->btf);
		g_bytes_unref(types);
	}
	if (ko)
		g_bytes_unref(ko);
	return btf;
}

static struct btf *parse_kernel(struct debug_module *m, const char **why)
{
	GBytes *bytes = is_running(m->debuginfo) ? running_btf(m) : NULL;
	struct btf *btf;
	gsize length;
	const void *data;

	if (!bytes)
		bytes = image_btf(m, why);
	if (!bytes)
		return NULL;
	data = g_bytes_get_data(bytes, &length);
	/* libbpf has its own copy. */
	btf = btf__new(data, (guint32)length);
	if (!btf)
		*why = arena_printf(m->arena, "%s: its BTF is damaged", m->path);
	g_bytes_unref(bytes);
	return btf;
}

static void close_file(gpointer data)
{
	struct btf_file *file = data;

	btf__free(file->btf);
	g_free(file->types);
	g_free(file);
}

static int open_btf(struct debug_module *m, const char **why)
{
	struct btf_file *file;
	struct btf *btf;

	*why = NULL;
	libbpf_set_print(NULL);
	btf = m->is_kernel ? parse_kernel(m, why) : parse_module(m, why);
	if (!btf)
		return *why ? -EINVAL : -ENOENT;
	file = g_new0(struct btf_file, 1);
	file->btf = btf;
	file->count = btf__type_cnt(btf);
	file->types = g_new0(struct debug_type *, file->count);
	file->functions = arena_table(m->arena, NULL);
	m->data = file;
	g_hash_table_insert(arena_table(m->arena, close_file), (gpointer) "btf", file);
	return 0;
}

/* There are no addresses here: what the runtime finds is only the build-id. */
static bool section_symbol(struct debug_module *m, const char *section, const char **symbol,
			   guint64 *pc)
{
	(void)section;
	*symbol = m->is_kernel ? "_stext" : NULL;
	*pc = 0;
	return m->is_kernel;
}

const struct debug_source btf_source = {
	.name = "BTF",
	.lacks = "functions that were inlined or changed by the compiler (.isra, .constprop)",
	.open = open_btf,
	.section_symbol = section_symbol,
	.type_target = btf_type_target,
	.type_complete = btf_type_complete,
	.type_members = btf_type_members,
	.type_enumerators = btf_type_enumerators,
	.type_parameters = btf_type_parameters,
	.type_find = btf_type_find,
	.enumerator_find = btf_enumerator_find,
	.functions = btf_functions,
	.function_names = btf_function_names,
	.function_described = btf_function_described,
	.variables = btf_variables,
	.variable_find = btf_variable_find,
	.return_type = btf_return_type,
	.locate = btf_locate,
	.tracepoints = btf_tracepoints,
};
