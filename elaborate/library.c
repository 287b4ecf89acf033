// SPDX-License-Identifier: GPL-2.0-or-later
#include "library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct library {
	struct arena *arena;
	struct parse_context context;
	GPtrArray *files;			/* char *, sorted within their folder */
	GHashTable *names[LIBRARY_KINDS];	/* name → path */
	GHashTable *loaded;			/* paths */
	struct macro_library macros;
	char *digest;
};

static const char kind_letters[LIBRARY_KINDS + 1] = "fgam";

static gint compare_strings(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All files with that ending of a folder and of the folders in it. */
static void find_files(GPtrArray *files, const char *dir, const char *ending, int depth)
{
	GDir *handle = g_dir_open(dir, 0, NULL);
	guint first = files->len;
	const char *name;

	if (!handle)
		return;
	while ((name = g_dir_read_name(handle))) {
		char *path = g_build_filename(dir, name, NULL);

		if (g_str_has_suffix(name, ending))
			g_ptr_array_add(files, g_steal_pointer(&path));
		else if (depth && g_file_test(path, G_FILE_TEST_IS_DIR))
			find_files(files, path, ending, depth - 1);
		g_free(path);
	}
	g_dir_close(handle);
	if (files->len > first)
		qsort(files->pdata + first, files->len - first, sizeof(*files->pdata),
		      compare_strings);
}

/* "file MTIME SIZE PATH": what a file's line in the index must be while it is unchanged. */
static char *file_line(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return g_strdup("file gone");
	return g_strdup_printf("file %lld%09ld %lld %s", (long long)st.st_mtim.tv_sec,
			       st.st_mtim.tv_nsec, (long long)st.st_size, path);
}

/* "end DIGEST" of the first length bytes; free with g_free(). */
static char *end_line(const char *text, gsize length)
{
	char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, (gssize)length);
	char *line = g_strdup_printf("end %s\n", digest);

	g_free(digest);
	return line;
}

/* Is the index whole, as it was written? */
static bool is_whole(const char *text)
{
	const char *end = g_strrstr(text, "\nend ");
	char *expected;
	bool whole;

	if (!end)
		return false;
	expected = end_line(text, (gsize)(end + 1 - text));
	whole = !strcmp(end + 1, expected);
	g_free(expected);
	return whole;
}

/* The first file that defines a name counts. */
static void add_name(struct library *library, enum library_kind kind, const char *name,
		     const char *path)
{
	if (!g_hash_table_contains(library->names[kind], name))
		g_hash_table_insert(library->names[kind], arena_strdup(library->arena, name),
				    (gpointer)path);
}

/* Take the index in if it is about exactly these files, unchanged. */
static bool read_index(struct library *library, const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	const char *path = NULL;
	guint files = 0;
	bool good = is_whole(text) && !strcmp(lines[0], LIBRARY_INDEX_HEADER);

	for (guint i = 1; good && lines[i] && !g_str_has_prefix(lines[i], "end "); i++) {
		const char *kind = strchr(kind_letters, lines[i][0]);

		if (g_str_has_prefix(lines[i], "file ")) {
			char *expected;

			good = files < library->files->len;
			if (!good)
				break;
			path = library->files->pdata[files++];
			expected = file_line(path);
			good = !strcmp(expected, lines[i]);
			g_free(expected);
		} else if (kind && lines[i][1] == ' ' && path) {
			add_name(library, (enum library_kind)(kind - kind_letters), lines[i] + 2,
				 path);
		} else {
			good = false;
		}
	}
	g_strfreev(lines);
	return good && files == library->files->len;
}

static void append_names(GString *index, const struct script *script)
{
	for (guint i = 0; i < script->functions->len; i++) {
		const struct function *f = script->functions->pdata[i];

		if (!f->private)
			g_string_append_printf(index, "f %s\n", f->name);
	}
	for (guint i = 0; i < script->globals->len; i++) {
		const struct variable *v = script->globals->pdata[i];

		if (!v->private)
			g_string_append_printf(index, "g %s\n", v->name);
	}
	for (guint i = 0; i < script->aliases->len; i++) {
		const struct probe *alias = script->aliases->pdata[i];
		char *name = probe_point_text(alias->alias);

		if (!alias->private)
			g_string_append_printf(index, "a %s\n", name);
		g_free(name);
	}
}

static struct source *read_source(struct arena *arena, const char *path, GError **error)
{
	struct source *source;
	char *text;
	gsize length;

	if (!g_file_get_contents(path, &text, &length, error))
		return NULL;
	source = source_new(arena, path, text, length);
	source->library = true;
	g_free(text);
	return source;
}

static struct source *read_or_report(const struct library *library, struct diagnostics *d,
				     const char *path)
{
	GError *error = NULL;
	struct source *source = read_source(library->arena, path, &error);

	if (source)
		return source;
	report_error(d, "library-read", "cannot read the library file %s: %s", path,
		     error->message);
	g_error_free(error);
	return NULL;
}

static const struct source *find_macro(void *data, struct diagnostics *d, const char *name)
{
	struct library *library = data;
	const char *path = library_find(library, LIBRARY_MACRO, name);

	if (!path || !g_hash_table_add(library->loaded, (gpointer)path))
		return NULL;
	return read_or_report(library, d, path);
}

struct macro_library *library_macros(struct library *library)
{
	return &library->macros;
}

/* The macros of a file, to the index and at once to the names: *.stp files are parsed with them. */
static void index_macros(struct library *library, GString *index, struct arena *arena,
			 struct diagnostics *d, const struct source *source, const char *path)
{
	GHashTable *macros = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter iter;
	gpointer name;

	parse_macros(arena, d, source, &library->context, macros);
	g_hash_table_iter_init(&iter, macros);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(names, name);
	g_ptr_array_sort(names, compare_strings);
	for (guint i = 0; i < names->len; i++) {
		g_string_append_printf(index, "m %s\n", (char *)names->pdata[i]);
		add_name(library, LIBRARY_MACRO, names->pdata[i], path);
	}
	g_ptr_array_unref(names);
	g_hash_table_destroy(macros);
}

/* Parse every file for its names.  Errors in a file are told when the file is loaded, not here. */
static char *build_index(struct library *library)
{
	GString *index = g_string_new(LIBRARY_INDEX_HEADER "\n");
	char *messages = NULL;
	char *end;
	size_t messages_size;
	FILE *sink = open_memstream(&messages, &messages_size);

	for (guint i = 0; i < library->files->len; i++) {
		const char *path = library->files->pdata[i];
		struct arena *arena = arena_new();
		struct diagnostics *d = diagnostics_new(arena, sink);
		struct source *source = read_source(arena, path, NULL);
		char *line = file_line(path);

		g_string_append_printf(index, "%s\n", line);
		g_free(line);
		if (source && g_str_has_suffix(path, ".stpm"))
			index_macros(library, index, arena, d, source, path);
		else if (source)
			append_names(index, parse_script(arena, d, source, &library->context));
		diagnostics_free(d);
		arena_free(arena);
	}
	fclose(sink);
	free(messages);
	end = end_line(index->str, index->len);
	g_string_append(index, end);
	g_free(end);
	return g_string_free(index, FALSE);
}

static void clear_names(struct library *library)
{
	for (int kind = 0; kind < LIBRARY_KINDS; kind++)
		g_hash_table_remove_all(library->names[kind]);
}

struct library *library_open(struct arena *arena, const GPtrArray *dirs, struct cache *cache,
			     const struct parse_facts *facts)
{
	struct library *library = g_new0(struct library, 1);
	GString *key = g_string_new(LIBRARY_INDEX_HEADER);
	char *digest;
	char *path;
	char *index = NULL;

	library->arena = arena;
	library->context.embedded = true;
	library->context.facts = *facts;
	library->context.macros = &library->macros;
	library->macros.find = find_macro;
	library->macros.arena = arena;
	library->macros.data = library;
	library->macros.macros = g_hash_table_new(g_str_hash, g_str_equal);
	library->files = g_ptr_array_new_with_free_func(g_free);
	library->loaded = g_hash_table_new(g_str_hash, g_str_equal);
	for (int kind = 0; kind < LIBRARY_KINDS; kind++)
		library->names[kind] = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < dirs->len; i++) {
		find_files(library->files, dirs->pdata[i], ".stpm", 4);
		g_string_append_printf(key, "\n%s", (const char *)dirs->pdata[i]);
	}
	for (guint i = 0; i < dirs->len; i++)
		find_files(library->files, dirs->pdata[i], ".stp", 4);
	g_string_append_printf(key, "\n%s %s", facts->kernel_release, facts->arch);
	digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key->str, (gssize)key->len);
	path = cache ? cache_find(cache, digest, "index") : NULL;
	if (!path || !g_file_get_contents(path, &index, NULL, NULL) ||
	    !read_index(library, index)) {
		g_free(index);
		clear_names(library);
		index = build_index(library);
		/* Errors in a file of macros are told when it is read for a script. */
		g_hash_table_remove_all(library->macros.macros);
		g_hash_table_remove_all(library->loaded);
		read_index(library, index);
		if (cache)
			cache_store(cache, digest, "index", index, strlen(index));
	}
	library->digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, index, -1);
	g_free(index);
	g_free(path);
	g_free(digest);
	g_string_free(key, TRUE);
	return library;
}

void library_free(struct library *library)
{
	if (!library)
		return;
	for (int kind = 0; kind < LIBRARY_KINDS; kind++)
		g_hash_table_destroy(library->names[kind]);
	g_hash_table_destroy(library->loaded);
	g_hash_table_destroy(library->macros.macros);
	g_ptr_array_unref(library->files);
	g_free(library->digest);
	g_free(library);
}

const char *library_digest(const struct library *library)
{
	return library->digest;
}

guint library_size(const struct library *library)
{
	return library->files->len;
}

const char *library_find(const struct library *library, enum library_kind kind, const char *name)
{
	return g_hash_table_lookup(library->names[kind], name);
}

GPtrArray *library_names(const struct library *library, enum library_kind kind)
{
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, library->names[kind]);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(names, name);
	g_ptr_array_sort(names, compare_strings);
	return names;
}

struct script *library_load(struct library *library, struct diagnostics *d, const char *path)
{
	struct source *source;

	if (!g_hash_table_add(library->loaded, (gpointer)path))
		return NULL;
	source = read_or_report(library, d, path);
	return source ? parse_script(library->arena, d, source, &library->context) : NULL;
}
