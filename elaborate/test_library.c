// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the tapset index: what it finds, and that it notices every change. */
#include "folder.h"
#include "library.h"

#include <glib/gstdio.h>
#include <string.h>

static const struct parse_facts facts = { .kernel_release = "6.1.0-9-cloud-amd64",
					  .arch = "x86_64" };

struct fixture {
	char *dir, *tapset, *cache_dir;
	struct arena *arena;
	struct cache *cache;
	GPtrArray *dirs;
};

static char *path_of(const struct fixture *f, const char *name)
{
	return g_build_filename(f->tapset, name, NULL);
}

static void write_file(const struct fixture *f, const char *name, const char *text)
{
	char *path = path_of(f, name);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_free(path);
}

static void set_up(struct fixture *f, gconstpointer data)
{
	char *why = NULL;

	(void)data;
	f->dir = g_dir_make_tmp("stap-test-XXXXXX", NULL);
	f->tapset = g_build_filename(f->dir, "tapset", NULL);
	f->cache_dir = g_build_filename(f->dir, "cache", NULL);
	g_mkdir(f->tapset, 0700);
	f->arena = arena_new();
	f->cache = cache_open(f->cache_dir, &why);
	g_assert_null(why);
	f->dirs = g_ptr_array_new();
	g_ptr_array_add(f->dirs, f->tapset);
	write_file(f, "one.stp",
		   "function one() { return 1 } private function hidden() { return 2 }\n"
		   "global shared_global\nprobe my.alias.two = begin { }\n");
	write_file(f, "broken.stp", "function good() { return 1 } probe begin { = }");
	write_file(f, "README", "function no() { }");
}

static void tear_down(struct fixture *f, gconstpointer data)
{
	(void)data;
	g_ptr_array_unref(f->dirs);
	cache_free(f->cache);
	arena_free(f->arena);
	folder_remove(f->dir);
	g_free(f->dir);
	g_free(f->tapset);
	g_free(f->cache_dir);
}

static void assert_found(const struct library *library, enum library_kind kind, const char *name,
			 const char *file)
{
	const char *path = library_find(library, kind, name);

	if (!file)
		g_assert_null(path);
	else
		g_assert_true(path && g_str_has_suffix(path, file));
}

static void test_find(struct fixture *f, gconstpointer data)
{
	(void)data;
	/* The second time from the stored index. */
	for (int i = 0; i < 2; i++) {
		struct library *library = library_open(f->arena, f->dirs, f->cache, &facts);

		assert_found(library, LIBRARY_FUNCTION, "one", "one.stp");
		assert_found(library, LIBRARY_GLOBAL, "shared_global", "one.stp");
		assert_found(library, LIBRARY_ALIAS, "my.alias.two", "one.stp");
		assert_found(library, LIBRARY_FUNCTION, "hidden", NULL);
		assert_found(library, LIBRARY_FUNCTION, "no", NULL);
		assert_found(library, LIBRARY_FUNCTION, "good", "broken.stp");
		library_free(library);
	}
}

static void test_changes(struct fixture *f, gconstpointer data)
{
	struct library *library = library_open(f->arena, f->dirs, f->cache, &facts);
	char *before = g_strdup(library_digest(library));

	(void)data;
	library_free(library);
	write_file(f, "one.stp", "function renamed() { return 1 }");
	library = library_open(f->arena, f->dirs, f->cache, &facts);
	g_assert_cmpstr(library_digest(library), !=, before);
	assert_found(library, LIBRARY_FUNCTION, "one", NULL);
	assert_found(library, LIBRARY_FUNCTION, "renamed", "one.stp");
	library_free(library);
	write_file(f, "new.stp", "function added() { return 1 }");
	library = library_open(f->arena, f->dirs, f->cache, &facts);
	assert_found(library, LIBRARY_FUNCTION, "added", "new.stp");
	library_free(library);
	g_free(before);
}

/*
 * Every prefix, and a flipped bit anywhere, leads to a rebuilt index and never to a wrong answer.
 */
static void test_damage(struct fixture *f, gconstpointer data)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	char *text, *key, *index;
	gsize length;

	(void)data;
	library_free(library_open(f->arena, f->dirs, f->cache, &facts));
	text = g_strdup_printf(LIBRARY_INDEX_HEADER "\n%s\n%s %s", f->tapset,
			       facts.kernel_release, facts.arch);
	g_checksum_update(sum, (guchar *)text, -1);
	key = g_strdup(g_checksum_get_string(sum));
	index = cache_find(f->cache, key, "index");
	g_assert_nonnull(index);
	g_free(text);
	g_assert_true(g_file_get_contents(index, &text, &length, NULL));
	for (gsize i = 0; i < length; i += 3) {
		struct library *library;

		g_assert_true(g_file_set_contents(index, text, (gssize)i, NULL));
		library = library_open(f->arena, f->dirs, f->cache, &facts);
		assert_found(library, LIBRARY_FUNCTION, "one", "one.stp");
		library_free(library);
	}
	g_free(text);
	g_free(index);
	g_free(key);
	g_checksum_free(sum);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/library/find", struct fixture, NULL, set_up, test_find, tear_down);
	g_test_add("/library/changes", struct fixture, NULL, set_up, test_changes, tear_down);
	g_test_add("/library/damage", struct fixture, NULL, set_up, test_damage, tear_down);
	return g_test_run();
}
