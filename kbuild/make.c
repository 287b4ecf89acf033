// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make.c - the authority: a module built by Kbuild from its units and the whole runtime.
 */
#include "internal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

char *make_command(struct kbuild_tree *tree, const char *dir, const char *const *kbuild_options,
		   const char *target)
{
	g_autofree char *quoted = g_shell_quote(kbuild_tree_dir(tree));
	g_autoptr(GString) command = g_string_new(NULL);

	g_string_append_printf(command, "make -C %s M=%s KCFLAGS=-fno-ident -j%u", quoted, dir, run_parallel());
	for (; kbuild_options && *kbuild_options; kbuild_options++) {
		g_autofree char *option = g_shell_quote(*kbuild_options);

		g_string_append_printf(command, " %s", option);
	}
	g_string_append_printf(command, " %s", target);
	return g_strdup(command->str);
}

/* What a replay left must not look newer than its sources to make. */
static void remove_leftovers(const char *dir)
{
	GDir *folder = g_dir_open(dir, 0, NULL);
	const char *name;

	if (!folder)
		return;
	while ((name = g_dir_read_name(folder))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		if (!g_file_test(path, G_FILE_TEST_IS_DIR))
			g_unlink(path);
	}
	g_dir_close(folder);
}

/* A value for a makefile: $ and # are make's. */
static char *make_quote(const char *text)
{
	g_autofree char *dollars = text_replace(text, "$", "$$");

	return text_replace(dollars, "#", "\\#");
}

static int write_kbuild(const struct build *b)
{
	g_autofree char *path = g_build_filename(b->dir, "Kbuild", NULL);
	g_autofree char *flags = make_quote(b->flags), *data = build_data_flags(b);
	g_autoptr(GString) text = g_string_new(NULL);
	GDir *runtime = g_dir_open(b->options->runtime_dir, 0, NULL);
	const char *name;
	size_t i;

	g_string_append_printf(text, "obj-m := %s.o\n%s-y :=", b->name, b->name);
	for (i = 0; i < b->unit_count; i++)
		g_string_append_printf(text, " %s.o", b->units[i].name);
	while (runtime && (name = g_dir_read_name(runtime))) {
		g_autofree char *from = NULL, *to = NULL, *link = NULL;

		if (!g_str_has_suffix(name, ".c"))
			continue;
		/* A link, so that messages and #include "…" are about the file where it is. */
		from = g_build_filename(b->options->runtime_dir, name, NULL);
		link = g_strdup_printf("runtime-%s", name);
		to = g_build_filename(b->dir, link, NULL);
		if (symlink(from, to) < 0)
			continue;
		g_string_append_printf(text, " runtime-%.*s.o", (int)(strlen(name) - 2), name);
	}
	if (runtime)
		g_dir_close(runtime);
	g_string_append_printf(
		text, "\nccflags-remove-y += $(CC_FLAGS_FTRACE)\nccflags-y += " OWN_FLAGS " %s %s\n",
		flags, data);
	return g_file_set_contents(path, text->str, -1, NULL) ? 0 : -EIO;
}

int make_module(const struct build *b)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(run_job_free);
	g_autofree char *ko = g_strdup_printf("%s/%s.ko", b->dir, b->name), *strip = NULL;
	g_autofree char *command = NULL;
	struct run_job *job;
	size_t i;
	int r;

	remove_leftovers(b->dir);
	for (i = 0; i < b->unit_count; i++) {
		if (build_write_unit(b, &b->units[i]) < 0) {
			g_autofree char *text = g_strdup_printf("cannot write %s/%s.c", b->dir,
								b->units[i].name);

			b->log->error(b->log->data, text);
			return -EIO;
		}
	}
	r = write_kbuild(b);
	if (r < 0)
		return r;
	command = make_command(b->tree, b->dir, b->options->kbuild_options, "modules");
	/* Errors come on standard error; "CC [M] …" for each file only hides them. */
	job = run_job_new(
		g_strdup_printf("%s%s", command, b->options->verbose > 2 ? "" : " >/dev/null"));
	g_ptr_array_add(jobs, job);
	build_note(b, 2, "%s", job->command);
	r = run_jobs(jobs, b->dir, "");
	if (r == 0 && !g_file_test(ko, G_FILE_TEST_EXISTS))
		r = -EIO;
	if (r < 0) {
		g_autofree char *output = g_strchomp(g_strdup(job->output->str));

		b->log->error(b->log->data, output);
		return r;
	}
	build_note(b, 3, "%s", job->output->str);
	/* Debug information of the boilerplate, the only unit that Kbuild compiles with -g here. */
	strip = g_shell_quote(ko);
	job = run_job_new(g_strdup_printf("strip --strip-debug %s", strip));
	g_ptr_array_set_size(jobs, 0);
	g_ptr_array_add(jobs, job);
	(void)run_jobs(jobs, b->dir, "");
	return 0;
}
