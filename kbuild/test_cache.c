// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test_cache.c - the cache: whole entries or none, limits, results that know when they are out of
 * date.
 */
#include "folder.h"
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
	char *dir;
	struct cache *cache;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
	char *why;

	(void)unused;
	f->dir = g_dir_make_tmp("test-cache-XXXXXX", NULL);
	f->cache = cache_open(f->dir, &why);
	g_assert_null(why);
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
	(void)unused;
	cache_free(f->cache);
	folder_remove(f->dir);
	g_free(f->dir);
}

static void write_file(const char *path, const char *text)
{
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void test_store(struct fixture *f, gconstpointer unused)
{
	g_autofree char *missing = cache_find(f->cache, "abcdef", "x");
	g_autofree char *found = NULL, *text = NULL,
			*expected = cache_path(f->cache, "abcdef", "x");

	(void)unused;
	g_assert_null(missing);
	g_assert_cmpint(cache_store(f->cache, "abcdef", "x", "hello", 5), ==, 0);
	found = cache_find(f->cache, "abcdef", "x");
	g_assert_cmpstr(found, ==, expected);
	g_assert_true(g_file_get_contents(found, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "hello");
	g_assert_cmpint(cache_store(f->cache, "../../etc", "x", "", 0), ==, -EINVAL);
	g_assert_cmpint(cache_store_file(f->cache, "abcdef", "x", "/no/such/file"), ==, -ENOENT);
}

/* Many processes write one key; each reader sees one of the whole texts. */
static void test_parallel_writers(struct fixture *f, gconstpointer unused)
{
	enum { WRITERS = 4, ROUNDS = 100, SIZE = 200000 };
	g_autofree char *data = g_malloc(SIZE);
	int i, round, status;

	(void)unused;
	memset(data, 'a', SIZE);
	for (i = 0; i < WRITERS; i++) {
		pid_t pid = fork();

		g_assert_cmpint(pid, >=, 0);
		if (pid == 0) {
			memset(data, 'a' + i, SIZE);
			for (round = 0; round < ROUNDS; round++)
				if (cache_store(f->cache, "abcdef", "x", data, SIZE) < 0)
					_exit(1);
			_exit(0);
		}
	}
	for (round = 0; round < ROUNDS; round++) {
		g_autofree char *path = cache_find(f->cache, "abcdef", "x");
		g_autofree char *text = NULL;
		gsize length;

		if (!path)
			continue;
		g_assert_true(g_file_get_contents(path, &text, &length, NULL));
		g_assert_cmpuint(length, ==, SIZE);
		memset(data, text[0], SIZE);
		g_assert_cmpmem(text, length, data, SIZE);
	}
	for (i = 0; i < WRITERS; i++) {
		g_assert_cmpint(wait(&status), >, 0);
		g_assert_cmpint(status, ==, 0);
	}
}

/* A writer that is killed leaves no entry. */
static void test_killed_writer(struct fixture *f, gconstpointer unused)
{
	enum { SIZE = 50000000 };
	g_autofree char *data = g_malloc0(SIZE);
	g_autofree char *found = NULL;
	int status;
	pid_t pid;

	(void)unused;
	pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		for (;;)
			if (cache_store(f->cache, "ffffff", "x", data, SIZE) < 0)
				_exit(1);
	}
	g_usleep(20000);
	kill(pid, SIGKILL);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFSIGNALED(status));
	found = cache_find(f->cache, "ffffff", "x");
	if (found) {
		struct stat st;

		g_assert_cmpint(stat(found, &st), ==, 0);
		g_assert_cmpint(st.st_size, ==, SIZE);
	}
}

static void set_age(struct cache *cache, const char *key, time_t seconds)
{
	g_autofree char *path = cache_path(cache, key, "x");
	struct timespec times[2];

	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= seconds;
	times[1] = times[0];
	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static bool has(struct cache *cache, const char *key)
{
	g_autofree char *path = cache_path(cache, key, "x");

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* Over the limit, the oldest go; an entry that was used is not old. */
static void test_clean(struct fixture *f, gconstpointer unused)
{
	g_autofree char *limit = g_build_filename(f->dir, "cache_mb_limit", NULL);
	g_autofree char *interval = g_build_filename(f->dir, "cache_clean_interval_s", NULL);
	g_autofree char *data = g_malloc0(400 << 10), *used = NULL;

	(void)unused;
	write_file(limit, "1\n");
	write_file(interval, "0\n");
	cache_store(f->cache, "aaaaaa", "x", data, 400 << 10);
	cache_store(f->cache, "bbbbbb", "x", data, 400 << 10);
	g_assert_cmpint(cache_clean(f->cache, false), ==, 0);
	g_assert_true(has(f->cache, "aaaaaa"));
	cache_store(f->cache, "cccccc", "x", data, 400 << 10);
	set_age(f->cache, "aaaaaa", 3000);
	set_age(f->cache, "bbbbbb", 2000);
	set_age(f->cache, "cccccc", 1000);
	used = cache_find(f->cache, "aaaaaa", "x");
	g_assert_cmpint(cache_clean(f->cache, false), ==, 0);
	g_assert_true(has(f->cache, "aaaaaa"));
	g_assert_false(has(f->cache, "bbbbbb"));
	g_assert_true(has(f->cache, "cccccc"));
	/* Within the interval nothing is looked at. */
	write_file(interval, "1000\n");
	cache_store(f->cache, "bbbbbb", "x", data, 400 << 10);
	g_assert_cmpint(cache_clean(f->cache, false), ==, 0);
	g_assert_true(has(f->cache, "bbbbbb"));
	g_assert_cmpint(cache_clean(f->cache, true), ==, 0);
	g_assert_false(has(f->cache, "aaaaaa"));
	g_assert_true(g_file_test(limit, G_FILE_TEST_EXISTS));
}

static void test_unusable(void)
{
	g_autofree char *why = NULL;
	struct cache *cache = cache_open("/proc/none/cache", &why);

	g_assert_nonnull(why);
	g_assert_null(cache_find(cache, "abcdef", "x"));
	g_assert_cmpint(cache_store(cache, "abcdef", "x", "", 0), ==, -EROFS);
	g_assert_cmpint(cache_clean(cache, false), ==, -EROFS);
	cache_free(cache);
}

static bool result_is(struct cache *cache, const char *text)
{
	g_autofree char *path = cache_result_find(cache, "abcdef");
	g_autofree char *read = NULL;

	if (!path)
		return false;
	g_assert_true(g_file_get_contents(path, &read, NULL, NULL));
	return strcmp(read, text) == 0;
}

static void store_result(struct cache *cache, const char *input, const char *absent, const char *ko)
{
	struct manifest *m = manifest_new();

	manifest_add(m, input);
	manifest_add(m, input);
	manifest_add(m, absent);
	g_assert_cmpint(cache_result_store(cache, "abcdef", m, ko), ==, 0);
	manifest_free(m);
}

/* A result is found only while all that it came from is as it was. */
static void test_manifest(struct fixture *f, gconstpointer unused)
{
	g_autofree char *input = g_build_filename(f->dir, "in\nput", NULL);
	g_autofree char *absent = g_build_filename(f->dir, "absent", NULL);
	g_autofree char *ko = g_build_filename(f->dir, "m.ko", NULL);

	(void)unused;
	write_file(input, "1");
	write_file(ko, "module");
	store_result(f->cache, input, absent, ko);
	g_assert_true(result_is(f->cache, "module"));
	write_file(absent, "");
	g_assert_false(result_is(f->cache, "module"));
	g_unlink(absent);
	g_assert_true(result_is(f->cache, "module"));
	g_usleep(20000);
	write_file(input, "2");
	g_assert_false(result_is(f->cache, "module"));
	write_file(ko, "other");
	store_result(f->cache, input, absent, ko);
	g_assert_true(result_is(f->cache, "other"));
}

static void damage(const char *path, const char *text)
{
	FILE *file = fopen(path, "r+");

	g_assert_nonnull(file);
	g_assert_cmpint(fputs(text, file), >=, 0);
	fclose(file);
}

/* What a power cut or a bad disk left is a miss, and goes away. */
static void test_corrupted(struct fixture *f, gconstpointer unused)
{
	g_autofree char *ko = g_build_filename(f->dir, "m.ko", NULL), *found = NULL,
			*manifest = NULL;

	(void)unused;
	write_file(ko, "module");
	g_assert_cmpint(cache_result_store(f->cache, "abcdef", NULL, ko), ==, 0);
	found = cache_result_find(f->cache, "abcdef");
	damage(found, "xx");
	g_assert_false(result_is(f->cache, "module"));
	g_assert_false(g_file_test(found, G_FILE_TEST_EXISTS));
	g_assert_cmpint(cache_result_store(f->cache, "abcdef", NULL, ko), ==, 0);
	g_assert_true(result_is(f->cache, "module"));
	manifest = cache_path(f->cache, "abcdef", "manifest");
	damage(manifest, "systemtap manifest 1\nresult 0");
	g_assert_false(result_is(f->cache, "module"));
	g_assert_false(g_file_test(manifest, G_FILE_TEST_EXISTS));
	g_assert_cmpint(truncate(found, 0), ==, 0);
	g_assert_cmpint(cache_result_store(f->cache, "abcdef", NULL, ko), ==, 0);
	g_assert_true(result_is(f->cache, "module"));
}

#define ADD(name, function) \
	g_test_add("/kbuild/cache/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("store", test_store);
	ADD("parallel-writers", test_parallel_writers);
	ADD("killed-writer", test_killed_writer);
	ADD("clean", test_clean);
	g_test_add_func("/kbuild/cache/unusable", test_unusable);
	ADD("manifest", test_manifest);
	ADD("corrupted", test_corrupted);
	return g_test_run();
}
