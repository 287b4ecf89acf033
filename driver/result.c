// SPDX-License-Identifier: GPL-2.0-or-later
#include "result.h"
#include "library.h"
#include "mark.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void add_text(GChecksum *sum, const char *text)
{
	/* With the NUL, so that "ab" "c" is not "a" "bc". */
	g_checksum_update(sum, (const guchar *)(text ? text : ""),
			  text ? (gssize)strlen(text) + 1 : 1);
}

static void add_list(GChecksum *sum, const GPtrArray *list)
{
	for (guint i = 0; i < list->len && list->pdata[i]; i++)
		add_text(sum, list->pdata[i]);
	add_text(sum, "\n");
}

/* This program, by where, when and how long it is: a rebuilt translator makes other modules. */
static void add_file(GChecksum *sum, const char *path)
{
	struct stat st;
	char *state;

	if (stat(path, &st))
		memset(&st, 0, sizeof(st));
	state = g_strdup_printf("%lld.%09ld %lld", (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
				(long long)st.st_size);
	add_text(sum, state);
	g_free(state);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The runtime's sources, likewise. */
static void add_runtime(GChecksum *sum, const char *dir)
{
	GDir *handle = g_dir_open(dir, 0, NULL);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (handle && (name = g_dir_read_name(handle)))
		g_ptr_array_add(names, g_build_filename(dir, name, NULL));
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++) {
		add_text(sum, names->pdata[i]);
		add_file(sum, names->pdata[i]);
	}
	g_ptr_array_unref(names);
	if (handle)
		g_dir_close(handle);
}

char *result_key(const struct session *s, const char *script_text, gsize length)
{
	const struct options *options = &s->options;
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	char *key;

	add_text(sum, "stap-result 2 " PACKAGE_VERSION);
	add_file(sum, "/proc/self/exe");
	add_runtime(sum, options->runtime_dir);
	add_text(sum, kbuild_tree_identity(s->tree));
	add_text(sum, library_digest(s->library));
	/* Messages and places in the module name the file. */
	add_text(sum, options->script_file);
	add_text(sum, options->module_name);
	add_text(sum, g_getenv("SYSTEMTAP_DEBUGINFO_PATH"));
	add_text(sum, options->guru ? "guru" : "");
	add_text(sum, options->unoptimized ? "unoptimized" : "");
	add_text(sum, options->no_display ? "no display" : "");
	add_list(sum, options->arguments);
	add_list(sum, options->more_scripts);
	add_list(sum, options->globals);
	add_list(sum, options->objects);
	add_list(sum, options->macros);
	add_list(sum, options->kbuild_options);
	g_checksum_update(sum, (const guchar *)script_text, (gssize)length);
	key = g_strdup(g_checksum_get_string(sum));
	g_checksum_free(sum);
	return key;
}

bool result_find(struct session *s, const char *key, struct result_counts *counts, char **c_path)
{
	char *ko = cache_result_find(s->cache, key);
	char *info = cache_find(s->cache, key, "info");
	char *text = NULL;
	bool found;

	*c_path = cache_find(s->cache, key, "c");
	found = ko && info && *c_path && g_file_get_contents(info, &text, NULL, NULL) &&
		sscanf(text, "%u %u %u %u", &counts->probes, &counts->functions,
		       &counts->embeds, &counts->globals) == 4;
	if (found)
		s->ko = g_steal_pointer(&ko);
	else
		g_clear_pointer(c_path, g_free);
	g_free(text);
	g_free(info);
	g_free(ko);
	return found;
}

char *result_store(struct session *s, const char *key, const struct result_counts *counts)
{
	char *info = g_strdup_printf("%u %u %u %u\n", counts->probes, counts->functions,
				     counts->embeds, counts->globals);
	char *kept = NULL, *from, *to;
	bool stored =
		!cache_store(s->cache, key, "c", s->units[0].text, strlen(s->units[0].text)) &&
		!cache_store(s->cache, key, "info", info, strlen(info)) &&
		!cache_result_store(s->cache, key, s->manifest, s->ko);

	if (stored)
		kept = cache_result_find(s->cache, key);
	if (kept) {
		from = g_strdup_printf("%s/%s.c", s->build_dir, s->module);
		to = cache_path(s->cache, key, "c");
		mark_text(MARK_CACHE_ADD_SRC, from, to);
		mark_text(MARK_CACHE_ADD_MOD, s->ko, kept);
		g_free(from);
		g_free(to);
	}
	g_free(info);
	return kept;
}
