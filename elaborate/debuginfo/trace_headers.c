// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace_headers.c - the systems of tracepoints, as the kernel's headers have them: those are there
 * wherever modules are built, and BTF says nothing of it.
 */
#include "internal.h"

#include <string.h>

#define SYSTEM "#define TRACE_SYSTEM "

/* TRACE_EVENT(name, DEFINE_EVENT(class, name … *second: the name is the second argument. */
static bool is_definition(const char *line, bool *second)
{
	static const char *const first[] = { "TRACE_EVENT", "DECLARE_TRACE", "TRACE_EVENT_FN",
					     "TRACE_EVENT_CONDITION", "TRACE_EVENT_FN_COND",
					     "TRACE_EVENT_NOP", "DECLARE_TRACE_CONDITION" };
	gsize length = strspn(line, G_CSET_A_2_Z "_");

	if (line[length] != '(')
		return false;
	*second = g_str_has_prefix(line, "DEFINE_EVENT");
	for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
		if (strlen(first[i]) == length && !strncmp(first[i], line, length))
			return true;
	return *second;
}

static const char *skip_space(const char *s)
{
	return s + strspn(s, " \t\n");
}

/* The n-th argument of the macro call that `line` begins; NULL: it is no name. */
static char *argument(const char *line, bool second)
{
	const char *name = skip_space(strchr(line, '(') + 1);
	gsize length = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");

	if (second) {
		name = skip_space(name + length);
		if (*name != ',')
			return NULL;
		name = skip_space(name + 1);
		length = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");
	}
	return length ? g_strndup(name, length) : NULL;
}

static void read_header(struct debuginfo *d, const char *path)
{
	const char *system = NULL, *line;
	char *text, *name;
	bool second;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (g_str_has_prefix(line, SYSTEM)) {
			line = skip_space(line + strlen(SYSTEM));
			system = arena_strndup(d->arena, line, strcspn(line, " \t\n"));
		}
		if (!system || !is_definition(line, &second))
			continue;
		name = argument(line, second);
		if (name)
			g_hash_table_insert(d->trace_systems, arena_strdup(d->arena, name),
					    (char *)system);
		g_free(name);
	}
	g_free(text);
}

static void read_folder(struct debuginfo *d, const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL);

		read_header(d, path);
		g_free(path);
	}
	if (dir)
		g_dir_close(dir);
}

static void read_headers(struct debuginfo *d)
{
	const GPtrArray *folders = debug_header_files(d, "trace/events");

	d->trace_systems = arena_table(d->arena, NULL);
	for (guint i = 0; i < folders->len; i++)
		read_folder(d, folders->pdata[i]);
}

const char *debug_tracepoint_system(struct debuginfo *d, const char *name)
{
	if (!d->trace_systems)
		read_headers(d);
	return g_hash_table_lookup(d->trace_systems, name);
}

bool debug_tracepoint_fits(const char *pattern, const char *system, const char *name)
{
	const char *colon = strchr(pattern, ':');
	char *wanted;
	bool fits;

	if (!colon)
		return debug_glob_fits(pattern, name);
	wanted = g_strndup(pattern, (gsize)(colon - pattern));
	fits = system && debug_glob_fits(wanted, system) && debug_glob_fits(colon + 1, name);
	g_free(wanted);
	return fits;
}
