// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tree.c - a kernel build tree: where it is, what it is for, whether it can be built with.
 *
 * A build tree is what a distribution's headers package installs, or the folder in which a kernel
 * was compiled: Makefile, .config, Module.symvers, include/generated/ and the tools in scripts/.
 */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

struct kbuild_tree {
	char *release;
	char *dir;
	char *identity;
	GHashTable *config;	/* NULL: not read yet */
};

static void report(const struct kbuild_log *log, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void report(const struct kbuild_log *log, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	if (log && log->error)
		log->error(log->data, text);
}

/*
 * How to install what is missing, in the words of this distribution.  debian, fedora: package
 * names; g_free().
 */
static char *install_hint(const char *debian, const char *fedora)
{
	if (g_file_test("/etc/debian_version", G_FILE_TEST_EXISTS))
		return g_strdup_printf("install it with: apt install %s", debian);
	if (g_file_test("/etc/redhat-release", G_FILE_TEST_EXISTS))
		return g_strdup_printf("install it with: dnf install %s", fedora);
	if (!strcmp(debian, fedora))
		return g_strdup_printf("install the package %s", debian);
	return g_strdup_printf("install the package %s or %s", debian, fedora);
}

static bool tree_has(const char *dir, const char *file)
{
	g_autofree char *path = g_build_filename(dir, file, NULL);

	return access(path, R_OK) == 0;
}

/* The UTS_RELEASE of a tree; NULL: it was not configured. */
static char *read_release(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "include/generated/utsrelease.h", NULL);
	g_autofree char *text = NULL;
	char *start, *end;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	start = strstr(text, "UTS_RELEASE \"");
	if (!start)
		return NULL;
	start += strlen("UTS_RELEASE \"");
	end = strchr(start, '"');
	return end ? g_strndup(start, end - start) : NULL;
}

/* The folder of a release; NULL: none of the usual places. */
static char *find_dir(const char *release)
{
	static const char *const places[] = {
		"/lib/modules/%s/build", "/usr/lib/modules/%s/build", "/usr/src/linux-headers-%s",
		"/usr/src/kernels/%s",
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(places); i++) {
		g_auto(GStrv) parts = g_strsplit(places[i], "%s", 2);
		g_autofree char *dir = g_strconcat(parts[0], release, parts[1], NULL);

		if (tree_has(dir, "Makefile"))
			return g_steal_pointer(&dir);
	}
	return NULL;
}

static void add_stat(GChecksum *sum, const char *path)
{
	g_autofree char *line = NULL;
	struct stat st;

	if (stat(path, &st) < 0)
		line = g_strdup_printf("%s: absent\n", path);
	else
		line = g_strdup_printf("%s %lld %lld.%09ld\n", path, (long long)st.st_size,
				       (long long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec);
	g_checksum_update(sum, (const guchar *)line, -1);
}

/* The first word of what the kernel says it was built with. */
char *tree_compiler(struct kbuild_tree *tree)
{
	const char *text = kbuild_tree_config(tree, "CONFIG_CC_VERSION_TEXT");
	const char *end;

	if (!text || !*text)
		return NULL;
	end = strchr(text, ' ');
	return end ? g_strndup(text, end - text) : g_strdup(text);
}

static char *compute_identity(struct kbuild_tree *tree)
{
	static const char *const files[] = {
		".config",
		"Module.symvers",
		"Makefile",
		"include/config/auto.conf",
		"include/generated/autoconf.h",
		"include/generated/utsrelease.h",
		"scripts/mod/modpost",
		"tools/objtool/objtool",
	};
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *name = tree_compiler(tree);
	g_autofree char *compiler = name ? g_find_program_in_path(name) : NULL;
	size_t i;

	g_checksum_update(sum, (const guchar *)tree->release, -1);
	for (i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(tree->dir, files[i], NULL);

		add_stat(sum, path);
	}
	add_stat(sum, compiler ? compiler : "no compiler");
	return g_strdup(g_checksum_get_string(sum));
}

int kbuild_tree_open(const char *release, const struct kbuild_log *log, struct kbuild_tree **result)
{
	static const char *const needed[] = { "Makefile", "include/config/auto.conf",
					      "Module.symvers" };
	struct kbuild_tree *tree = g_new0(struct kbuild_tree, 1);
	struct utsname uts;
	size_t i;

	*result = NULL;
	if (!release) {
		uname(&uts);
		release = uts.release;
	}
	if (release[0] == '/') {
		tree->dir = g_strdup(release);
		if (!tree_has(tree->dir, "Makefile")) {
			report(log, "%s is no kernel build folder: it has no Makefile", release);
			goto fail;
		}
	} else {
		g_autofree char *debian = g_strdup_printf("linux-headers-%s", release);
		g_autofree char *fedora = g_strdup_printf("kernel-devel-%s", release);

		tree->dir = find_dir(release);
		if (!tree->dir) {
			g_autofree char *hint = install_hint(debian, fedora);

			report(log, "the headers of kernel %s are missing; %s", release, hint);
			goto fail;
		}
	}
	for (i = 0; i < G_N_ELEMENTS(needed); i++) {
		if (tree_has(tree->dir, needed[i]))
			continue;
		report(log, "%s/%s is missing: the kernel build folder is %s", tree->dir, needed[i],
		       i == 1 ?
			       "not configured (make olddefconfig prepare)" :
			       "not complete (reinstall its package, or run "
			       "make modules_prepare and make modules)");
		goto fail;
	}
	tree->release = read_release(tree->dir);
	if (!tree->release) {
		report(log,
		       "%s/include/generated/utsrelease.h is missing: the kernel "
		       "build folder is not prepared "
		       "(make modules_prepare)",
		       tree->dir);
		goto fail;
	}
	tree->identity = compute_identity(tree);
	*result = tree;
	return 0;
fail:
	kbuild_tree_free(tree);
	return -ENOENT;
}

void kbuild_tree_free(struct kbuild_tree *tree)
{
	if (!tree)
		return;
	g_free(tree->release);
	g_free(tree->dir);
	g_free(tree->identity);
	if (tree->config)
		g_hash_table_destroy(tree->config);
	g_free(tree);
}

const char *kbuild_tree_release(const struct kbuild_tree *tree)
{
	return tree->release;
}

const char *kbuild_tree_dir(const struct kbuild_tree *tree)
{
	return tree->dir;
}

const char *kbuild_tree_identity(const struct kbuild_tree *tree)
{
	return tree->identity;
}

/*
 * include/config/auto.conf has a line CONFIG_X=VALUE for each option that is set; strings are
 * quoted.
 */
static void read_config(struct kbuild_tree *tree)
{
	g_autofree char *path = g_build_filename(tree->dir, "include/config/auto.conf", NULL);
	g_autofree char *text = NULL;
	char *line, *next;

	tree->config = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	for (line = text; line && *line; line = next) {
		char *value = strchr(line, '=');
		size_t length;

		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (!g_str_has_prefix(line, "CONFIG_") || !value)
			continue;
		*value++ = 0;
		length = strlen(value);
		if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
			value[length - 1] = 0;
			value++;
		}
		g_hash_table_replace(tree->config, g_strdup(line), g_strdup(value));
	}
}

const char *kbuild_tree_config(struct kbuild_tree *tree, const char *name)
{
	if (!tree->config)
		read_config(tree);
	return g_hash_table_lookup(tree->config, name);
}

int tree_check_tools(struct kbuild_tree *tree, const struct kbuild_log *log)
{
	g_autofree char *make = g_find_program_in_path("make");
	g_autofree char *name = tree_compiler(tree);
	g_autofree char *compiler = name ? g_find_program_in_path(name) : NULL;

	if (!make) {
		g_autofree char *hint = install_hint("make", "make");

		report(log, "make is missing; %s", hint);
		return -ENOENT;
	}
	if (name && !compiler) {
		/*
		 * Debian's cross-compiler names, "x86_64-linux-gnu-gcc-12", come with the package
		 * of the plain name.
		 */
		const char *package = strstr(name, "-gcc");
		g_autofree char *hint = install_hint(package ? package + 1 : name, "gcc");

		report(log, "%s, with which kernel %s was built, is missing; %s", name,
		       tree->release, hint);
		return -ENOENT;
	}
	return 0;
}
