// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * build.c - one build from keys to .ko: what is kept, who makes what is not, and who decides when
 * it fails.
 *
 * Kept are, as results of the cache (see manifest.c): the recording of a tree (KEY.recording, which
 * is checksummed itself), the archive of the runtime, the objects of shared units, and modules.
 * Keys are digests of everything that their making reads: the tree's identity, the runtime's
 * sources, flags, texts.
 *
 * Two processes that lack the same recording or runtime would make it twice, so its making is
 * locked, by flock() on a file: a process that dies lets go of it.
 */
#include "internal.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_VERSION "kbuild 4"

/*
 * Macros that a script's own unit consumes, in struct stp_limits or as sizes of its tables: the
 * runtime is compiled without them, once for all their values.
 */
static const char *const script_macros[] = {
	"INTERRUPTIBLE",
	"MAXACTION",
	"MAXACTION_INTERRUPTIBLE",
	"MAXERRORS",
	"MAXMAPENTRIES",
	"MAXNESTING",
	"MAXSKIPPED",
	"MAXTRYLOCK",
	"MINSTACKSPACE",
	"RELAYGUEST",
	"RELAYHOST",
	"RELAY_GUEST",
	"RELAY_HOST",
	"STP_BUFFER_SIZE",
	"STP_BULKMODE",
	"STP_NO_OVERLOAD",
	"STP_OVERLOAD_INTERVAL",
	"STP_OVERLOAD_THRESHOLD",
	"STP_RELAY_SUBBUFS",
	"STP_RELAY_SUBBUF_SIZE",
	"TRYLOCKDELAY",
	NULL,
};

static bool shapes_runtime(const char *macro)
{
	g_autofree char *name = g_strndup(macro, strcspn(macro, "="));

	return !g_strv_contains(script_macros, name);
}

static void add_flag(GString *flags, const char *prefix, const char *value)
{
	g_autofree char *word = g_strconcat(prefix, value, NULL);
	g_autofree char *quoted = g_shell_quote(word);

	g_string_append_printf(flags, "%s%s", flags->len ? " " : "", quoted);
}

static void make_flags(struct build *b)
{
	GString *all = g_string_new(NULL), *runtime = g_string_new(NULL);
	const char *const *macro;

	add_flag(all, "-I", b->options->runtime_dir);
	add_flag(runtime, "-I", b->options->runtime_dir);
	for (macro = b->options->macros; macro && *macro; macro++) {
		add_flag(all, "-D", *macro);
		if (shapes_runtime(*macro))
			add_flag(runtime, "-D", *macro);
	}
	b->flags = g_string_free(all, FALSE);
	b->runtime_flags = g_string_free(runtime, FALSE);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Digest the C files of a folder, names and contents; a folder that is not there has none. */
static void add_sources(GChecksum *sum, const char *path)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	guint i;

	while (dir && (name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".c") || g_str_has_suffix(name, ".h"))
			g_ptr_array_add(names, g_strdup(name));
	if (dir)
		g_dir_close(dir);
	g_ptr_array_sort(names, compare_names);
	for (i = 0; i < names->len; i++) {
		g_autofree char *file = g_build_filename(path, names->pdata[i], NULL);
		g_autofree char *text = NULL;
		gsize length;

		if (!g_file_get_contents(file, &text, &length, NULL))
			continue;
		/* With its NUL, so that no two lists of files look the same. */
		g_checksum_update(sum, names->pdata[i], strlen(names->pdata[i]) + 1);
		g_checksum_update(sum, (const guchar *)text, length + 1);
	}
}

static void add_text(GChecksum *sum, const char *text)
{
	g_checksum_update(sum, (const guchar *)text, strlen(text) + 1);
}

static char *take_digest(GChecksum *sum)
{
	char *digest = g_strdup(g_checksum_get_string(sum));

	g_checksum_free(sum);
	return digest;
}

static void make_keys(struct build *b)
{
	g_autofree char *shared = g_build_filename(b->options->runtime_dir, "..", "shared", NULL);
	const char *const *option;
	GChecksum *sum;
	size_t i;

	sum = g_checksum_new(G_CHECKSUM_SHA256);
	add_text(sum, KEY_VERSION " recording");
	add_text(sum, kbuild_tree_dir(b->tree));
	add_text(sum, kbuild_tree_identity(b->tree));
	b->recording_key = take_digest(sum);

	sum = g_checksum_new(G_CHECKSUM_SHA256);
	add_text(sum, KEY_VERSION " runtime");
	add_text(sum, b->recording_key);
	add_text(sum, b->runtime_flags);
	add_sources(sum, b->options->runtime_dir);
	add_sources(sum, shared);
	b->runtime_key = take_digest(sum);

	sum = g_checksum_new(G_CHECKSUM_SHA256);
	add_text(sum, KEY_VERSION " module");
	add_text(sum, b->runtime_key);
	add_text(sum, b->flags);
	add_text(sum, b->name);
	for (option = b->options->kbuild_options; option && *option; option++)
		add_text(sum, *option);
	for (i = 0; i < b->unit_count; i++) {
		add_text(sum, b->units[i].name);
		add_text(sum, b->units[i].thin ? "thin" : "full");
		add_text(sum, b->units[i].text);
	}
	b->result_key = take_digest(sum);
}

static void build_clear(struct build *b)
{
	g_free(b->flags);
	g_free(b->runtime_flags);
	g_free(b->recording_key);
	g_free(b->runtime_key);
	g_free(b->result_key);
}

/* ---- the folder ------------------------------------------------------------------------------ */

bool build_folder_is_plain(const char *dir, const struct kbuild_log *log)
{
	g_autofree char *text = NULL;

	if (!dir[strspn(dir, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/._-+@%,=")])
		return true;
	text = g_strdup_printf("the kernel's makefiles cannot build in %s: choose another folder "
			       "with TMPDIR or --tmpdir", dir);
	log->error(log->data, text);
	return false;
}

/* ---- units --------------------------------------------------------------------------------- */

int build_write_unit(const struct build *b, const struct kbuild_unit *unit)
{
	g_autofree char *text = g_strdup_printf("%s/%s.c", b->dir, unit->name);
	g_autofree char *path = g_strdup_printf("%s/%s.bin", b->dir, unit->name);
	GByteArray *data = unit->data ? unit->data(unit->closure) : NULL;
	bool good = g_file_set_contents(text, unit->text, -1, NULL);

	if (data) {
		good &= g_file_set_contents(path, (const char *)data->data, data->len, NULL);
		g_byte_array_unref(data);
	}
	return good ? 0 : -EIO;
}

char *build_data_flags(const struct build *b)
{
	return g_strdup_printf("-Wa,-I,%s", b->dir);
}

/* ---- the lock -------------------------------------------------------------------------------- */

/*
 * Wait for the lock of what is made for the runtime key; -1: no lock, both may make it.  Given back
 * by close().
 */
static int lock_take(const struct build *b)
{
	g_autofree char *path = NULL;
	int fd;

	if (!b->cache)
		return -1;
	path = g_strdup_printf("%s/kbuild-%.16s.lock", cache_dir(b->cache), b->recording_key);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	build_note(b, 1, "waiting for another process that prepares kernel %s",
		   kbuild_tree_release(b->tree));
	while (flock(fd, LOCK_EX) < 0) {
		if (errno != EINTR) {
			close(fd);
			return -1;
		}
	}
	return fd;
}

/* ---- recording ------------------------------------------------------------------------------- */

static struct recording *load_recording(const struct build *b)
{
	g_autofree char *path =
		b->cache ? cache_find(b->cache, b->recording_key, "recording") : NULL;
	g_autofree char *data = NULL;
	struct recording *r;
	gsize length;

	if (!path || !g_file_get_contents(path, &data, &length, NULL))
		return NULL;
	r = recording_from_data(data, length);
	if (!r)
		unlink(path);
	return r;
}

static struct recording *make_recording(const struct build *b)
{
	g_autofree char *dir = g_build_filename(b->dir, "recording", NULL), *output = NULL;
	gint64 start = g_get_monotonic_time();
	struct recording *r = NULL;

	if (g_mkdir(dir, 0700) < 0)
		return NULL;
	recording_make(b->tree, dir, &r, &output);
	build_note(b, 2, "recording Kbuild's commands for %s: %.1f ms",
		   kbuild_tree_release(b->tree), (g_get_monotonic_time() - start) / 1000.0);
	if (!r) {
		build_note(b, 2, "no recording for this kernel, modules are built by make%s%s",
			   output ? ": " : "", output ? output : "");
		return NULL;
	}
	if (b->cache) {
		gsize length;
		g_autofree char *data = recording_to_data(r, &length);

		(void)cache_store(b->cache, b->recording_key, "recording", data, length);
	}
	return r;
}

/* After a failed replay: whatever was wrong with what is kept, it is made again. */
static void forget(const struct build *b)
{
	g_autofree char *recording = NULL, *runtime = NULL;

	if (!b->cache)
		return;
	recording = cache_path(b->cache, b->recording_key, "recording");
	runtime = cache_path(b->cache, b->runtime_key, "manifest");
	unlink(recording);
	unlink(runtime);
}

/* Versions of exported symbols are made by steps that the recorded module did not need. */
static bool exports_symbols(const struct build *b)
{
	size_t i;

	for (i = 0; i < b->unit_count; i++)
		if (!b->units[i].thin && strstr(b->units[i].text, "EXPORT_SYMBOL"))
			return true;
	return false;
}

/*
 * 0: built.  1: replay does not do it, make has to.  Remembered: nothing; make's verdict is the
 * caller's.
 */
static int build_by_replay(const struct build *b)
{
	g_autofree char *runtime = NULL, *what = NULL;
	struct recording *r;
	int lock = -1, ret;
	bool is_new;

	if (exports_symbols(b))
		return 1;
	r = load_recording(b);
	if (b->cache)
		runtime = cache_result_find(b->cache, b->runtime_key);
	is_new = !r || !runtime;
	if (is_new) {
		progress_begin("preparing the build for %s", kbuild_tree_release(b->tree));
		lock = lock_take(b);
		/* Who held the lock may have made it. */
		if (!r)
			r = load_recording(b);
		if (!r)
			r = make_recording(b);
		if (!r) {
			if (lock >= 0)
				close(lock);
			progress_end();
			return 1;
		}
	}
	ret = replay(b, r, &what);
	if (is_new)
		progress_end();
	if (lock >= 0)
		close(lock);
	recording_free(r);
	if (ret < 0)
		build_note(b, 2, "replay failed, building with make: %s", what);
	return ret < 0 ? 1 : 0;
}

/* ---- the build ------------------------------------------------------------------------------- */

static int build_module(struct build *b, char **ko)
{
	const char *const *options = b->options->kbuild_options;
	int r;

	if (!build_folder_is_plain(b->dir, b->log))
		return -EINVAL;
	r = tree_check_tools(b->tree, b->log);
	if (r < 0)
		return r;
	if ((options && *options) || build_by_replay(b) != 0) {
		bool was_replayed = !options || !*options;

		r = make_module(b);
		if (r < 0)
			return r;
		if (was_replayed)
			forget(b);
	}
	*ko = g_strdup_printf("%s/%s.ko", b->dir, b->name);
	return 0;
}

int kbuild_build(struct kbuild_tree *tree, struct cache *cache,
		 const struct kbuild_options *options, const char *name,
		 const struct kbuild_unit *units, size_t unit_count, const char *build_dir,
		 const struct kbuild_log *log, char **ko, bool *cached)
{
	g_autofree char *runtime_dir = g_canonicalize_filename(options->runtime_dir, NULL);
	g_autofree char *dir = g_canonicalize_filename(build_dir, NULL);
	struct kbuild_options absolute = *options;
	struct build b = {
		.tree = tree,
		.cache = options->use_cache ? cache : NULL,
		.options = &absolute,
		.log = log,
		.name = name,
		.units = units,
		.unit_count = unit_count,
		.dir = dir,
	};
	int r;

	absolute.runtime_dir = runtime_dir;
	*ko = NULL;
	*cached = false;
	make_flags(&b);
	make_keys(&b);
	if (b.cache)
		*ko = cache_result_find(b.cache, b.result_key);
	if (*ko) {
		*cached = true;
		build_clear(&b);
		return 0;
	}
	r = build_module(&b, ko);
	if (r == 0 && b.cache) {
		r = cache_result_store(b.cache, b.result_key, NULL, *ko);
		if (r < 0)
			build_note(&b, 1, "the module is not kept: cannot write to %s: %s",
				   cache_dir(b.cache), g_strerror(-r));
		else
			(void)cache_clean(b.cache, false);
		r = 0;
	}
	build_clear(&b);
	return r;
}
