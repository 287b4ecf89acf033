// SPDX-License-Identifier: GPL-2.0-or-later
#include "example.h"

#include <string.h>

#define EXAMPLES PKGDATADIR "/examples"
#define TITLE "\n# title: "

/* Call visit for each file of each subject. */
static void visit_examples(void (*visit)(const char *path, const char *file, void *data), void *data)
{
	GDir *subjects = g_dir_open(EXAMPLES, 0, NULL);
	const char *subject, *file;

	while (subjects && (subject = g_dir_read_name(subjects))) {
		char *folder = g_build_filename(EXAMPLES, subject, NULL);
		GDir *files = g_dir_open(folder, 0, NULL);

		while (files && (file = g_dir_read_name(files))) {
			char *path = g_build_filename(folder, file, NULL);

			if (g_str_has_suffix(file, ".stp"))
				visit(path, file, data);
			g_free(path);
		}
		if (files)
			g_dir_close(files);
		g_free(folder);
	}
	if (subjects)
		g_dir_close(subjects);
}

struct wanted {
	const char *name;
	char *path;
};

static void compare_name(const char *path, const char *file, void *data)
{
	struct wanted *wanted = data;
	gsize length = strlen(file) - strlen(".stp");

	if (!strcmp(file, wanted->name) ||
	    (strlen(wanted->name) == length && !strncmp(file, wanted->name, length))) {
		g_free(wanted->path);
		wanted->path = g_strdup(path);
	}
}

char *example_find(const char *name)
{
	struct wanted wanted = { name, NULL };

	visit_examples(compare_name, &wanted);
	return wanted.path;
}

static void add_name(const char *path, const char *file, void *data)
{
	(void)path;
	g_ptr_array_add(data, g_strndup(file, strlen(file) - strlen(".stp")));
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *example_names(void)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	visit_examples(add_name, names);
	g_ptr_array_sort(names, compare_texts);
	return names;
}

void example_list(GString *out)
{
	GPtrArray *names = example_names();

	for (guint i = 0; i < names->len; i++) {
		char *path = example_find(names->pdata[i]), *text = NULL;
		const char *title;

		if (path && g_file_get_contents(path, &text, NULL, NULL)) {
			title = strstr(text, TITLE);
			title = title ? title + strlen(TITLE) : "";
			g_string_append_printf(out, "%-20s %.*s\n", (char *)names->pdata[i],
					       (int)strcspn(title, "\n"), title);
		}
		g_free(text);
		g_free(path);
	}
	g_ptr_array_unref(names);
}
