// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * manifest.c - the result level of the cache: a result is good only while what it came from is
 * unchanged.
 *
 * KEY.manifest is text:
 *
 *	systemtap manifest 1
 *	result DIGEST.EXT
 *	file SIZE MTIME-SECONDS MTIME-NANOSECONDS PATH
 *	absent PATH
 *	…
 *	sum DIGEST
 *
 * The result itself is the entry DIGEST.EXT, named by its content: two writers of one key cannot
 * mix up one's manifest with the other's result, and equal results are kept once.  Paths are
 * escaped, so that a newline in one cannot pass for a line.  `sum` covers all lines before it.
 */
#include "cache.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "systemtap manifest 1\n"

struct manifest {
	GHashTable *lines;	/* a path's line, so that each is there once */
	GString *text;
};

struct manifest *manifest_new(void)
{
	struct manifest *m = g_new0(struct manifest, 1);

	m->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	m->text = g_string_new(NULL);
	return m;
}

void manifest_free(struct manifest *m)
{
	if (!m)
		return;
	g_hash_table_destroy(m->lines);
	g_string_free(m->text, TRUE);
	g_free(m);
}

/* The line that describes a path as it is now, without its newline. */
static char *describe(const char *path)
{
	g_autofree char *escaped = g_strescape(path, NULL);
	struct stat st;

	if (stat(path, &st) < 0)
		return g_strdup_printf("absent %s", escaped);
	return g_strdup_printf("file %lld %lld %ld %s", (long long)st.st_size,
			       (long long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec, escaped);
}

void manifest_add(struct manifest *m, const char *path)
{
	g_autofree char *line = NULL;

	if (!g_hash_table_add(m->lines, g_strdup(path)))
		return;
	line = describe(path);
	g_string_append_printf(m->text, "%s\n", line);
}

/* The path that a line describes, g_free(); NULL: it is no such line. */
static char *line_path(const char *line)
{
	int spaces = g_str_has_prefix(line, "absent ") ? 1 : 4;

	while (spaces--) {
		line = strchr(line, ' ');
		if (!line)
			return NULL;
		line++;
	}
	return g_strcompress(line);
}

/* Does a line still describe its path? */
static bool line_holds(const char *line)
{
	g_autofree char *path = line_path(line), *now = path ? describe(path) : NULL;

	return now && strcmp(now, line) == 0;
}

static char *digest_of_file(const char *path)
{
	g_autofree char *data = NULL;
	gsize length;

	if (!g_file_get_contents(path, &data, &length, NULL))
		return NULL;
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)data, length);
}

/* Cut the sum line off and check it. */
static bool sum_holds(char *text)
{
	char *last = g_strrstr(text, "\nsum ");
	g_autofree char *sum = NULL;

	if (!last || !g_str_has_prefix(text, HEADER))
		return false;
	last++;
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, last - text);
	g_strchomp(last);
	if (strcmp(last + strlen("sum "), sum) != 0)
		return false;
	*last = 0;
	return true;
}

/* The lines of an entry, the result's first, g_strfreev(); NULL: there is none that is whole. */
static char **read_lines(struct cache *cache, const char *key)
{
	g_autofree char *manifest = cache_find(cache, key, "manifest"), *text = NULL;
	char **lines;

	if (!manifest || !g_file_get_contents(manifest, &text, NULL, NULL))
		return NULL;
	if (!sum_holds(text)) {
		unlink(manifest);
		return NULL;
	}
	lines = g_strsplit(text + strlen(HEADER), "\n", -1);
	if (lines[0] && g_str_has_prefix(lines[0], "result "))
		return lines;
	g_strfreev(lines);
	return NULL;
}

void manifest_add_kept(struct manifest *m, struct cache *cache, const char *key)
{
	g_auto(GStrv) lines = read_lines(cache, key);

	for (int i = 1; lines && lines[i]; i++) {
		g_autofree char *path = line_path(lines[i]);

		if (path)
			manifest_add(m, path);
	}
}

char *cache_result_find(struct cache *cache, const char *key)
{
	g_autofree char *result = NULL, *digest = NULL;
	g_auto(GStrv) lines = read_lines(cache, key);
	char *ext = lines ? strchr(lines[0], '.') : NULL;
	int i;

	if (!ext)
		return NULL;
	*ext++ = 0;
	for (i = 1; lines[i]; i++)
		if (*lines[i] && !line_holds(lines[i]))
			return NULL;
	result = cache_find(cache, lines[0] + strlen("result "), ext);
	if (!result)
		return NULL;
	digest = digest_of_file(result);
	if (!digest || strcmp(digest, lines[0] + strlen("result ")) != 0) {
		unlink(result);
		return NULL;
	}
	return g_steal_pointer(&result);
}

int cache_result_store(struct cache *cache, const char *key, const struct manifest *m,
		       const char *ko)
{
	g_autofree char *digest = digest_of_file(ko), *sum = NULL;
	g_autoptr(GString) text = NULL;
	const char *ext = strrchr(ko, '.');
	int r;

	if (!digest)
		return -ENOENT;
	ext = ext && !strchr(ext, '/') && ext[1] ? ext + 1 : "ko";
	r = cache_store_file(cache, digest, ext, ko);
	if (r < 0)
		return r;
	text = g_string_new(HEADER);
	g_string_append_printf(text, "result %s.%s\n%s", digest, ext, m ? m->text->str : "");
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text->str, text->len);
	g_string_append_printf(text, "sum %s\n", sum);
	return cache_store(cache, key, "manifest", text->str, text->len);
}
