// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * headers.c - what C headers declare, as DWARF: a file that includes them and has nothing else,
 * compiled so that the compiler describes also what is not used.
 *
 * Those of the kernel are compiled by Kbuild, as one file of a module; those of programs by the
 * same compiler without any flag of the kernel's.  The link gives the object a build-id, by which
 * its index is found.  It is a result of the cache: as long as the tree is the same, or the files
 * that the compiler has read.
 */
#include "internal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define KEY_VERSION "headers 1"
#define UNIT "headers"

/* All types, whatever the flags before say of debug information. */
#define OBJECT_FLAGS "-w -g -fno-eliminate-unused-debug-types -fno-lto"

static const char kbuild_text[] =
	"obj-m := " UNIT ".o\n"
	"ccflags-y += " OBJECT_FLAGS " $(call cc-option,-gno-split-dwarf) "
	"$(call cc-option,-femit-struct-debug-detailed=all)\n";

/* One making of an object. */
struct headers {
	struct kbuild_tree *tree;
	bool of_kernel;
	const char *names;
	char *compiler;
	char *dir;		/* for it alone */
	char **why;
};

static int fail(char **why, int error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static int fail(char **why, int error, const char *format, ...)
{
	va_list args;

	g_free(*why);
	va_start(args, format);
	*why = g_strdup_vprintf(format, args);
	va_end(args);
	return error;
}

static void keep_error(void *data, const char *text)
{
	fail(data, 0, "%s", text);
}

/*
 * The file's text; NULL: the names are not "<a.h><b/c.h>".  A path from the root or upwards would
 * be any file or device.
 */
static char *unit_text(const char *names)
{
	GString *text = g_string_new(NULL);

	while (*names == '<') {
		const char *end = strchr(++names, '>');
		gsize length = strspn(names, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/._-+");
		g_autofree char *name = g_strndup(names, length);

		if (!end || names + length != end || !length || *name == '/' ||
		    strstr(name, ".."))
			break;
		g_string_append_printf(text, "#include <%s>\n", name);
		names = end + 1;
	}
	if (!*names && text->len)
		return g_string_free(text, FALSE);
	g_string_free(text, TRUE);
	return NULL;
}

/* The compiler, as a path. */
static int find_compiler(struct headers *h)
{
	g_autofree char *name = h->tree ? tree_compiler(h->tree) : NULL;
	struct kbuild_log log = { .error = keep_error, .data = h->why };

	if (h->of_kernel) {
		int r = tree_check_tools(h->tree, &log);

		if (r < 0)
			return r;
	}
	h->compiler = g_find_program_in_path(name ? name : "gcc");
	if (!h->compiler)
		h->compiler = g_find_program_in_path("cc");
	return h->compiler ? 0 : fail(h->why, -ENOENT, "there is no C compiler; install gcc");
}

static char *make_key(const struct headers *h)
{
	g_autoptr(GString) text = g_string_new(KEY_VERSION "\n");
	struct stat st = { 0 };

	if (h->of_kernel) {
		g_string_append_printf(text, "%s\n%s\n", kbuild_tree_dir(h->tree),
				       kbuild_tree_identity(h->tree));
	} else {
		(void)stat(h->compiler, &st);
		g_string_append_printf(text, "%s %lld %lld.%09ld\n", h->compiler,
				       (long long)st.st_size, (long long)st.st_mtim.tv_sec,
				       st.st_mtim.tv_nsec);
	}
	g_string_append(text, h->names);
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, -1);
}

/* The compiler's first error, without the name of a file that is gone when it is read. */
static const char *first_error(const char *dir, char *output)
{
	char *line = strstr(output, "error:"), *end;

	if (!line)
		return g_strstrip(output);
	while (line > output && line[-1] != '\n')
		line--;
	end = strchr(line, '\n');
	if (end)
		*end = 0;
	return g_str_has_prefix(line, dir) || g_str_has_prefix(line, UNIT ".c") ?
		       strstr(line, "error:") + strlen("error: ") : line;
}

static int compile(struct headers *h, const char *text)
{
	g_autofree char *unit = g_build_filename(h->dir, UNIT ".c", NULL);
	g_autofree char *kbuild = g_build_filename(h->dir, "Kbuild", NULL);
	g_autofree char *compiler = g_shell_quote(h->compiler), *by_kbuild = NULL, *command = NULL;
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(run_job_free);
	struct run_job *job;

	if (!g_file_set_contents(unit, text, -1, NULL) ||
	    !g_file_set_contents(kbuild, kbuild_text, -1, NULL))
		return fail(h->why, -EIO, "cannot write to %s", h->dir);
	if (h->of_kernel)
		by_kbuild = make_command(h->tree, h->dir, NULL, UNIT ".o");
	command = h->of_kernel ?
			  g_strdup_printf("%s >/dev/null", by_kbuild) :
			  g_strdup_printf("%s " OBJECT_FLAGS " -MD -MF dependencies -c " UNIT ".c "
					  "-o " UNIT ".o", compiler);
	job = run_job_new(g_strdup_printf("set -e; %s\n\"$(%s -print-prog-name=ld)\" -r "
					  "--build-id=sha1 -o types.o " UNIT ".o",
					  command, compiler));
	g_ptr_array_add(jobs, job);
	/* first_error() looks for a word. */
	if (run_jobs(jobs, h->dir, "export LC_ALL=C\n") == 0)
		return 0;
	return fail(h->why, -EIO, "%s%s cannot be compiled: %s", h->of_kernel ? "kernel" : "",
		    h->names, first_error(h->dir, job->output->str));
}

/* "headers.o: a.h b\ c.h \" and further lines, as compilers write them for make. */
static void add_dependencies(const struct headers *h, struct manifest *m)
{
	g_autofree char *path = g_build_filename(h->dir, "dependencies", NULL), *text = NULL;
	g_autoptr(GString) name = g_string_new(NULL);
	char *c;

	if (!g_file_get_contents(path, &text, NULL, NULL) || !(c = strchr(text, ':')))
		return;
	for (c++;; c++) {
		if (*c == '\\' && (c[1] == ' ' || c[1] == '#')) {
			g_string_append_c(name, *++c);
		} else if (*c == '$' && c[1] == '$') {
			g_string_append_c(name, *c++);
		} else if (*c && !g_ascii_isspace(*c) && !(*c == '\\' && c[1] == '\n')) {
			g_string_append_c(name, *c);
		} else {
			/* Ours has no folder. */
			if (strchr(name->str, '/'))
				manifest_add(m, name->str);
			g_string_truncate(name, 0);
			if (!*c)
				break;
		}
	}
}

/* The object into the cache and back out of it; NULL: it cannot be kept. */
static char *keep(const struct headers *h, struct cache *cache, const char *key, const char *object)
{
	struct manifest *m = manifest_new();
	int r;

	add_dependencies(h, m);
	r = cache_result_store(cache, key, m, object);
	manifest_free(m);
	if (r < 0)
		return NULL;
	(void)cache_clean(cache, false);
	return cache_result_find(cache, key);
}

static int make_object(struct headers *h, struct cache *cache, const char *key, const char *text,
		       const char *dir, char **object)
{
	struct kbuild_log log = { .error = keep_error, .data = h->why };
	char *kept;
	int r;

	if (!build_folder_is_plain(dir, &log))
		return -EINVAL;
	h->dir = g_build_filename(dir, "headers-XXXXXX", NULL);
	if (!g_mkdtemp(h->dir))
		return fail(h->why, -EIO, "cannot create a folder in %s: %s", dir,
			    g_strerror(errno));
	r = compile(h, text);
	if (r < 0)
		return r;
	*object = g_build_filename(h->dir, "types.o", NULL);
	kept = cache ? keep(h, cache, key, *object) : NULL;
	if (kept) {
		g_free(*object);
		*object = kept;
	}
	return 0;
}

int kbuild_headers(struct kbuild_tree *tree, struct cache *cache, bool of_kernel, const char *names,
		   const char *dir, struct manifest *uses, char **object, char **why)
{
	struct headers h = { .tree = tree, .of_kernel = of_kernel, .names = names, .why = why };
	g_autofree char *text = unit_text(names), *key = NULL;
	int r;

	*object = NULL;
	*why = NULL;
	if (!text)
		return fail(why, -EINVAL, "%s is no list of headers: write <file.h>, or "
			    "<first.h><second.h>", names);
	r = find_compiler(&h);
	if (r < 0)
		return r;
	key = make_key(&h);
	*object = cache ? cache_result_find(cache, key) : NULL;
	if (!*object)
		r = make_object(&h, cache, key, text, dir, object);
	if (r == 0 && cache && uses)
		manifest_add_kept(uses, cache, key);
	g_free(h.compiler);
	g_free(h.dir);
	return r;
}
