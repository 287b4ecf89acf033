// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cache.c - the content-addressed store: finding, storing, cleaning.  See cache.h for its rules.
 *
 * There is no index and no lock: a folder tells all.  rename() makes a store atomic, and an entry
 * that cleaning takes away under a reader stays readable through the descriptor or is a miss.  Data
 * is not forced to the disk, which would cost more than a compile: after a power cut an entry may
 * be short or empty, so everything that is kept here carries a checksum of its own (manifest.c,
 * record.c) and is thrown away when it does not match.
 */
#include "cache.h"
#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_LIMIT_MB 256
#define CLEAN_INTERVAL 300	/* seconds between two looks at the sum of sizes */
#define STALE_TEMPORARY 3600	/* seconds after which a temporary file has lost its writer */

struct cache {
	char *dir;
	bool readable;
	bool writable;
	unsigned sequence;	/* of temporary names */
};

struct cache *cache_open(const char *dir, char **why)
{
	struct cache *cache = g_new0(struct cache, 1);

	if (why)
		*why = NULL;
	if (dir) {
		/* paths of entries become links' targets */
		cache->dir = g_canonicalize_filename(dir, NULL);
	} else {
		const char *base = g_getenv("SYSTEMTAP_DIR");

		g_autofree char *path = base && *base ? g_build_filename(base, "cache", NULL) :
			g_build_filename(g_get_home_dir(), ".systemtap", "cache", NULL);

		cache->dir = g_canonicalize_filename(path, NULL);
	}
	if (g_mkdir_with_parents(cache->dir, 0700) < 0) {
		if (why)
			*why = g_strdup_printf("cannot create the cache folder %s: %s", cache->dir,
					       g_strerror(errno));
		return cache;
	}
	cache->readable = access(cache->dir, R_OK | X_OK) == 0;
	cache->writable = access(cache->dir, W_OK | X_OK) == 0;
	if (why && (!cache->readable || !cache->writable))
		*why = g_strdup_printf("cannot %s the cache folder %s: %s",
				       cache->readable ? "write" : "read", cache->dir,
				       g_strerror(errno));
	return cache;
}

void cache_free(struct cache *cache)
{
	if (!cache)
		return;
	g_free(cache->dir);
	g_free(cache);
}

const char *cache_dir(const struct cache *cache)
{
	return cache->dir;
}

/* Keys are made by us, from digests; one with a slash would lead out of the cache. */
static bool key_valid(const char *key)
{
	return strlen(key) >= 3 && !strchr(key, '/') && key[0] != '.';
}

char *cache_path(struct cache *cache, const char *key, const char *ext)
{
	char *name = g_strdup_printf("%s/%.2s/%s.%s", cache->dir, key, key, ext);

	return name;
}

char *cache_find(struct cache *cache, const char *key, const char *ext)
{
	g_autofree char *path = NULL;
	struct stat st;

	if (!cache->readable || !key_valid(key))
		return NULL;
	path = cache_path(cache, key, ext);
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	/*
	 * Once a minute is enough for the order in which entries grow old; a read-only cache
	 * cannot, and need not.
	 */
	if (time(NULL) - st.st_mtime > 60)
		(void)utimensat(AT_FDCWD, path, NULL, 0);
	return g_steal_pointer(&path);
}

static int write_all(int fd, const char *data, gsize length)
{
	while (length) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		length -= n;
	}
	return 0;
}

static int copy_all(int from, int to)
{
	g_autofree char *buffer = g_malloc(65536);
	ssize_t n;
	int r;

	while ((n = read(from, buffer, 65536)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		r = write_all(to, buffer, n);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Write an entry from bytes (data) or from a descriptor (fd). */
static int store(struct cache *cache, const char *key, const char *ext, const void *data,
		 gsize length, int fd)
{
	g_autofree char *path = NULL, *folder = NULL, *temporary = NULL;
	int out, r;

	if (!key_valid(key))
		return -EINVAL;
	if (!cache->writable)
		return -EROFS;
	path = cache_path(cache, key, ext);
	folder = g_path_get_dirname(path);
	if (g_mkdir(folder, 0700) < 0 && errno != EEXIST)
		return -errno;
	temporary = g_strdup_printf("%s/.tmp-%d-%u", folder, (int)getpid(), cache->sequence++);
	out = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		return -errno;
	r = fd >= 0 ? copy_all(fd, out) : write_all(out, data, length);
	/* A full disk may show only now. */
	if (close(out) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(temporary);
	return r;
}

int cache_store(struct cache *cache, const char *key, const char *ext, const void *data,
		gsize length)
{
	return store(cache, key, ext, data, length, -1);
}

int cache_store_file(struct cache *cache, const char *key, const char *ext, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = store(cache, key, ext, NULL, 0, fd);
	close(fd);
	return r;
}

/* ---- cleaning -------------------------------------------------------------------------------- */

struct entry {
	char *path;
	time_t mtime;
	guint64 size;
};

static void entry_free(gpointer data)
{
	struct entry *entry = data;

	g_free(entry->path);
	g_free(entry);
}

static int compare_age(gconstpointer a, gconstpointer b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	return x->mtime < y->mtime ? -1 : x->mtime > y->mtime;
}

/*
 * $DIR/NAME holds a number that the administrator may change; it is written on first use, so that
 * it can be found.
 */
static guint64 setting(struct cache *cache, const char *name, guint64 value)
{
	g_autofree char *path = g_build_filename(cache->dir, name, NULL);
	g_autofree char *text = NULL;
	guint64 read;

	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		text = g_strdup_printf("%" G_GUINT64_FORMAT "\n", value);
		(void)g_file_set_contents(path, text, -1, NULL);
		return value;
	}
	g_strchomp(text);
	return g_ascii_string_to_unsigned(text, 10, 0, 1 << 30, &read, NULL) ? read : value;
}

/*
 * Is the last cleaning long enough ago?  The stamp is renewed, so that one of several processes
 * cleans.
 */
static bool cleaning_due(struct cache *cache)
{
	g_autofree char *stamp = g_build_filename(cache->dir, "cache_clean_stamp", NULL);
	guint64 interval = setting(cache, "cache_clean_interval_s", CLEAN_INTERVAL);
	struct stat st;

	if (stat(stamp, &st) == 0 && time(NULL) >= st.st_mtime &&
	    (guint64)(time(NULL) - st.st_mtime) < interval)
		return false;
	(void)g_file_set_contents(stamp, "", 0, NULL);
	return true;
}

static void collect(const char *folder, GPtrArray *entries)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	if (!dir)
		return;
	while ((name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL);
		struct entry *entry;
		struct stat st;

		if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode)) {
			g_free(path);
			continue;
		}
		if (g_str_has_prefix(name, ".tmp-")) {
			/* Its writer was killed. */
			if (time(NULL) - st.st_mtime > STALE_TEMPORARY)
				unlink(path);
			g_free(path);
			continue;
		}
		entry = g_new(struct entry, 1);
		*entry = (struct entry){ .path = path, .mtime = st.st_mtime, .size = st.st_size };
		g_ptr_array_add(entries, entry);
	}
	g_dir_close(dir);
}

int cache_clean(struct cache *cache, bool all)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
	guint64 sum = 0, limit, keep;
	const char *name;
	GDir *dir;
	guint i;
	int r = 0;

	if (!cache->writable)
		return -EROFS;
	if (!all && !cleaning_due(cache))
		return 0;
	dir = g_dir_open(cache->dir, 0, NULL);
	if (!dir)
		return -errno;
	while ((name = g_dir_read_name(dir))) {
		/*
		 * Entries are in folders of two digits; whatever else is here is not ours to
		 * remove.
		 */
		if (strlen(name) == 2) {
			g_autofree char *folder = g_build_filename(cache->dir, name, NULL);

			collect(folder, entries);
		}
	}
	g_dir_close(dir);
	for (i = 0; i < entries->len; i++)
		sum += ((struct entry *)entries->pdata[i])->size;
	limit = setting(cache, "cache_mb_limit", DEFAULT_LIMIT_MB) << 20;
	if (!all && sum <= limit)
		return 0;
	keep = all ? 0 : limit / 100 * 80;
	g_ptr_array_sort(entries, compare_age);
	for (i = 0; i < entries->len && (all || sum > keep); i++) {
		struct entry *entry = entries->pdata[i];

		mark_text(MARK_CACHE_CLEAN, entry->path, NULL);
		if (unlink(entry->path) < 0 && errno != ENOENT)
			r = -errno;
		else
			sum -= entry->size;
	}
	return r;
}
