/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache.h - the store under $SYSTEMTAP_DIR/cache (default ~/.systemtap/cache).
 *
 * An entry is a file DIR/ab/KEY.EXT, ab the first two digits of KEY.  It is written to a temporary
 * name in the same folder, synced to the length it should have, and renamed: readers see a whole
 * entry or none, and of two writers the last wins with equal content.  An entry that is used gets
 * its mtime renewed; when the sum of sizes passes the limit
 * ($SYSTEMTAP_DIR/cache/cache_mb_limit, a number of MB, default 256), the oldest go, down to 80 %
 * of it, at most once per cleaning interval.  A cache that cannot be written misses always.
 */
#ifndef KBUILD_CACHE_H
#define KBUILD_CACHE_H

#include <glib.h>
#include <stdbool.h>

struct cache;

/*
 * dir: NULL for the default.  Never fails: a cache that cannot be used misses always; *why (g_free)
 * then says why.
 */
struct cache *cache_open(const char *dir, char **why);
void cache_free(struct cache *cache);
const char *cache_dir(const struct cache *cache);
/* Path of an entry that exists, its mtime renewed; NULL: a miss.  Free with g_free(). */
char *cache_find(struct cache *cache, const char *key, const char *ext);
/* Where an entry is or would be. */
char *cache_path(struct cache *cache, const char *key, const char *ext);
/* Store bytes, or a copy of a file.  Negative errno: not stored, nothing half-written left. */
int cache_store(struct cache *cache, const char *key, const char *ext, const void *data,
		gsize length);
int cache_store_file(struct cache *cache, const char *key, const char *ext, const char *path);
/* Remove what is over the limit; `all`: everything (--clean-cache). */
int cache_clean(struct cache *cache, bool all);

/*
 * The result level.  A manifest lists every file that passes 1 and 2 consulted; result_find()
 * returns the .ko (g_free()) of KEY only if each of them is still as it was (mtime in ns and size,
 * or absent as it was).
 */
struct manifest;
struct manifest *manifest_new(void);
void manifest_free(struct manifest *m);
/* a file or folder, or a path where there is none */
void manifest_add(struct manifest *m, const char *path);
/* what the manifest of KEY lists */
void manifest_add_kept(struct manifest *m, struct cache *cache, const char *key);
char *cache_result_find(struct cache *cache, const char *key);
int cache_result_store(struct cache *cache, const char *key, const struct manifest *m,
		       const char *ko);

#endif
