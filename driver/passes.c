// SPDX-License-Identifier: GPL-2.0-or-later
#include "passes.h"
#include "elaborate.h"
#include "folder.h"
#include "dump.h"
#include "library.h"
#include "mark.h"
#include "progress.h"
#include "provider.h"
#include "result.h"
#include "run.h"
#include "signals.h"
#include "translate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- the Pass lines -------------------------------------------------------------------------- */

struct stopwatch {
	/* microseconds; of this process and of the children it waited for */
	gint64 user, system, real;
};

static gint64 microseconds(const struct timeval *a, const struct timeval *b)
{
	return (gint64)(a->tv_sec + b->tv_sec) * G_USEC_PER_SEC + a->tv_usec + b->tv_usec;
}

static struct stopwatch stopwatch_read(void)
{
	struct rusage self, children;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	return (struct stopwatch){
		.user = microseconds(&self.ru_utime, &children.ru_utime),
		.system = microseconds(&self.ru_stime, &children.ru_stime),
		.real = g_get_monotonic_time(),
	};
}

/* "in 1usr/2sys/3real ms." */
static void print_time(const struct stopwatch *start)
{
	struct stopwatch now = stopwatch_read();

	fprintf(stderr, " in %lldusr/%lldsys/%lldreal ms.\n",
		(long long)(now.user - start->user) / 1000,
		(long long)(now.system - start->system) / 1000,
		(long long)(now.real - start->real) / 1000);
}

/* " using 1virt/2res/3shr/4data kb," */
static void print_memory(void)
{
	long pages[6] = { 0 };
	long kb = sysconf(_SC_PAGESIZE) / 1024;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file && fscanf(file, "%ld %ld %ld %ld %ld %ld", &pages[0], &pages[1], &pages[2],
			   &pages[3], &pages[4], &pages[5]) == 6)
		fprintf(stderr, " using %ldvirt/%ldres/%ldshr/%lddata kb,", pages[0] * kb,
			pages[1] * kb, pages[2] * kb, pages[5] * kb);
	if (file)
		fclose(file);
}

static const char *plural(guint n)
{
	return n == 1 ? "" : "s";
}

/* The library is parsed by its index: only what the script names is read, in pass 2. */
static void print_pass_1(const struct session *s, const struct stopwatch *start)
{
	if (!s->options.verbose[1])
		return;
	fprintf(stderr, "Pass 1: parsed user script and %u library script%s",
		library_size(s->library), plural(library_size(s->library)));
	print_memory();
	print_time(start);
}

static void print_pass_2(const struct session *s, const struct result_counts *counts,
			 const struct stopwatch *start)
{
	if (!s->options.verbose[2])
		return;
	fprintf(stderr,
		"Pass 2: analyzed script: %u probe%s, %u function%s, %u embed%s, %u global%s",
		counts->probes, plural(counts->probes), counts->functions,
		plural(counts->functions), counts->embeds, plural(counts->embeds), counts->globals,
		plural(counts->globals));
	print_memory();
	print_time(start);
}

/* Where what is known of the probes comes from. */
static void print_sources(const struct session *s)
{
	for (guint i = 0; s->options.verbose[2] && i < s->probes->len; i++) {
		const struct derived_probe *probe = s->probes->pdata[i];
		const char *source =
			probe->provider->source ? probe->provider->source(probe) : NULL;

		if (source)
			fprintf(stderr, "probe %s: %s\n", probe->text, source);
	}
}

static int failed(int pass)
{
	static const char *const names[] = {
		"", "parse", "analysis", "translation", "compilation", "run"
	};

	fprintf(stderr, "Pass %d: %s failed.  [man error::pass%d]\n", pass, names[pass], pass);
	return 1;
}

/* ---- surroundings ---------------------------------------------------------------------------- */

static void log_error(void *data, const char *text)
{
	struct session *s = data;

	report_error(s->diagnostics, "kbuild", "%s", text);
}

static void log_note(void *data, const char *text)
{
	(void)data;
	progress_hide();
	fprintf(stderr, "%s\n", text);
}

static void log_nothing(void *data, const char *text)
{
	(void)data;
	(void)text;
}

static struct kbuild_log session_log(struct session *s)
{
	return (struct kbuild_log){ .error = log_error, .note = log_note, .data = s };
}

/* A build without the cache takes ten times as long: that is for the user to choose. */
static int open_cache(struct session *s)
{
	bool needed = s->options.use_cache && s->options.last_pass >= 4;
	char *why = NULL;

	s->cache = cache_open(NULL, &why);
	if (why && needed)
		report_error(s->diagnostics, "cache",
			     "%s; set SYSTEMTAP_DIR to a folder that can be written, or go "
			     "without the cache with --disable-cache", why);
	needed = needed && why;
	g_free(why);
	return needed ? -EROFS : 0;
}

static int open_folder(struct session *s)
{
	const char *dir = s->options.tmpdir ? s->options.tmpdir : g_get_tmp_dir();

	s->build_dir = folder_new(dir);
	if (!s->build_dir) {
		report_error(s->diagnostics, "tmpdir", "cannot create a temporary folder in %s: %s",
			     dir, strerror(errno));
		return -EIO;
	}
	if (!s->options.keep)
		signals_set_folder(s->build_dir);
	return 0;
}

static void close_folder(struct session *s)
{
	if (!s->build_dir)
		return;
	if (s->options.keep) {
		fprintf(stderr, "Keeping temporary directory \"%s\"\n", s->build_dir);
	} else {
		signals_set_folder(NULL);
		folder_remove(s->build_dir);
		if (s->options.verbose[1] > 1)
			fprintf(stderr, "Removed temporary directory \"%s\"\n", s->build_dir);
	}
	g_clear_pointer(&s->build_dir, g_free);
}

/* The script's text, free with g_free(); NULL: reported. */
static char *read_script(struct session *s, const char **name, gsize *length)
{
	const char *file = s->options.script_file;
	GError *error = NULL;
	char *text = NULL;

	*name = "<input>";
	if (s->options.script_text) {
		*length = strlen(s->options.script_text);
		return g_strdup(s->options.script_text);
	}
	if (!strcmp(file, "-")) {
		file = "/dev/stdin";
	} else {
		*name = file;
	}
	if (g_file_get_contents(file, &text, length, &error))
		return text;
	report_error(s->diagnostics, "script-read", "Input file '%s' cannot be read: %s", *name,
		     g_strrstr(error->message, ": ") ? g_strrstr(error->message, ": ") + 2 :
						       error->message);
	g_error_free(error);
	return NULL;
}

/* ---- the passes ------------------------------------------------------------------------------ */

static void print_text(GString *text)
{
	fputs(text->str, stdout);
	g_string_free(text, TRUE);
}

static const char *config_value(void *data, const char *name)
{
	struct session *s = data;

	return s->tree ? kbuild_tree_config(s->tree, name) : NULL;
}

/* Without headers, which -p1 to -p3 do not need, the release is what was asked for. */
static struct parse_facts script_facts(struct session *s)
{
	struct utsname host;

	uname(&host);
	return (struct parse_facts){
		.kernel_release = s->tree	     ? kbuild_tree_release(s->tree) :
				  s->options.release ? s->options.release :
						       arena_strdup(s->arena, host.release),
		.arch = arena_strdup(s->arena, host.machine),
		.guru = s->options.guru,
		.config = config_value,
		.data = s,
	};
}

static bool script_is_empty(const struct script *script)
{
	return !script->globals->len && !script->functions->len && !script->probes->len &&
	       !script->aliases->len && !script->embedded->len;
}

/* A script of -E: as if its text stood behind the first one. */
static void add_script_text(struct session *s, const char *text,
			    const struct parse_context *context)
{
	struct source *source = source_new(s->arena, "<input>", text, strlen(text));
	struct script *script = parse_script(s->arena, s->diagnostics, source, context);

	for (guint i = 0; i < script->globals->len; i++) {
		const struct variable *v = script->globals->pdata[i];

		if (g_hash_table_contains(s->user->global_names, v->name))
			report_parse(s->diagnostics, "global-twice", v->token,
				     "duplicate global name");
	}
	script_append(s->arena, s->user, script);
}

/* -G NAME=VALUE: a number where it is one and the script does not say otherwise. */
static void set_global(struct session *s, const char *text)
{
	const char *value = strchr(text, '=') + 1;
	char *name = g_strndup(text, (gsize)(value - 1 - text));
	struct variable *v = g_hash_table_lookup(s->user->global_names, name);
	struct token *token = arena_alloc(s->arena, sizeof(*token));
	struct expr *init;
	gint64 number;
	char *end;

	errno = 0;
	number = g_ascii_strtoll(value, &end, 0);
	if (!v) {
		report_error(s->diagnostics, "global-unknown",
			     "-G %s: the script has no global variable '%s'", text, name);
	} else if (v->size || v->wrap) {
		report_error(s->diagnostics, "global-array", "-G %s: '%s' is an array", text, name);
	} else {
		bool is_number = *value && !*end && !errno &&
				 !(v->init && v->init->kind == EXPR_STRING);

		token->kind = is_number ? TOKEN_NUMBER : TOKEN_STRING;
		token->source = source_new(s->arena, "-G", value, strlen(value));
		token->end = (guint32)strlen(value);
		token->text = token->value = arena_strdup(s->arena, value);
		init = expr_new(s->arena, is_number ? EXPR_NUMBER : EXPR_STRING, token);
		if (is_number)
			init->number = number;
		else
			init->string = token->value;
		v->init = init;
		v->keys = 0;
		v->keyed_by = v->token;
	}
	g_free(name);
}

static int pass_1(struct session *s, const char *name, const char *text, gsize length)
{
	guint errors;
	struct parse_context context = {
		.arguments = &s->arguments, .embedded = s->options.guru, .facts = script_facts(s),
		.macros = library_macros(s->library),
	};

	mark(MARK_PASS_1A, (long)s, 0);
	s->user = parse_script(s->arena, s->diagnostics, source_new(s->arena, name, text, length),
			       &context);
	mark(MARK_PASS_1B, (long)s, 0);
	for (guint i = 0; i < s->options.more_scripts->len; i++)
		add_script_text(s, s->options.more_scripts->pdata[i], &context);
	for (guint i = 0; i < s->options.globals->len; i++)
		set_global(s, s->options.globals->pdata[i]);
	errors = diagnostics_errors(s->diagnostics);
	if (!errors && script_is_empty(s->user)) {
		fprintf(stderr, "Input file '%s' is empty.\n", name);
		return 1;
	}
	for (guint i = 0; !errors && i < s->arguments.count; i++)
		if (!s->arguments.used[i])
			report_warning(s->diagnostics, "argument-unused", NULL,
				       "unused command line option $%u/@%u", i + 1, i + 1);
	if (errors)
		fprintf(stderr, "%u parse error%s.\n", errors, plural(errors));
	return errors || diagnostics_errors(s->diagnostics) ? 1 : 0;
}

static void count_result(const struct session *s, struct result_counts *counts)
{
	counts->probes = s->probes->len;
	counts->globals = s->used_globals->len;
	counts->functions = s->used_functions->len;
	counts->embeds = 0;
	for (guint i = 0; i < s->used_functions->len; i++)
		counts->embeds +=
			((struct function *)s->used_functions->pdata[i])->embedded != NULL;
}

/* Pass 3: the C text to a file, so that an error of the compiler has one to point at. */
static int pass_3(struct session *s, const struct stopwatch *start)
{
	char *path;
	GError *error = NULL;

	progress_begin("translating");
	translate(s);
	progress_end();
	if (s->options.last_pass == 3) {
		GString *out = g_string_new(NULL);

		for (gsize i = 0; i < s->unit_count; i++)
			g_string_append_printf(out, "%s/* ---- unit %s ---- */\n\n%s",
					       i ? "\n" : "", s->units[i].name, s->units[i].text);
		print_text(out);
	}
	path = g_strdup_printf("%s/%s.c", s->build_dir, s->module);
	if (!g_file_set_contents(path, s->units[0].text, -1, &error)) {
		report_error(s->diagnostics, "translate-write", "%s", error->message);
		g_error_free(error);
		g_free(path);
		return -EIO;
	}
	if (s->options.verbose[3]) {
		fprintf(stderr, "Pass 3: translated to C into \"%s\"", path);
		print_memory();
		print_time(start);
	}
	g_free(path);
	return 0;
}

static int pass_4(struct session *s, const struct stopwatch *start)
{
	struct kbuild_log log = session_log(s);
	struct kbuild_options options = {
		.runtime_dir = s->options.runtime_dir,
		.macros = (const char *const *)s->options.macros->pdata,
		.kbuild_options = (const char *const *)s->options.kbuild_options->pdata,
		.keep = s->options.keep,
		.verbose = s->options.verbose[4],
		.use_cache = s->options.use_cache,
	};
	char *build_dir;
	bool cached = false;
	int result = 0;

	if (!s->tree)
		result = kbuild_tree_open(s->options.release, &log, &s->tree);
	if (result)
		return result;
	build_dir = g_build_filename(s->build_dir, "build", NULL);
	if (g_mkdir_with_parents(build_dir, 0700)) {
		result = -errno;
		report_error(s->diagnostics, "build-folder", "cannot create %s: %s", build_dir,
			     strerror(errno));
	} else {
		progress_begin("compiling");
		result = kbuild_build(s->tree, s->cache, &options, s->module, s->units,
				      s->unit_count, build_dir, &log, &s->ko, &cached);
		progress_end();
	}
	g_free(build_dir);
	if (result)
		return result;
	if (s->options.verbose[4] && cached) {
		fprintf(stderr, "Pass 4: using cached %s\n", s->ko);
	} else if (s->options.verbose[4]) {
		fprintf(stderr, "Pass 4: compiled C into \"%s.ko\"", s->module);
		print_time(start);
	}
	return 0;
}

/*
 * With -m the module is wanted in the current folder; a module that is in no cache has no other
 * place to stay.
 */
static int save_module(struct session *s)
{
	char *path = g_strdup_printf("%s.ko", s->module);
	GError *error = NULL;
	char *data;
	gsize length;
	int result = 0;

	if (!g_file_get_contents(s->ko, &data, &length, &error)) {
		result = -EIO;
	} else {
		if (!g_file_set_contents_full(path, data, (gssize)length,
					      G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error))
			result = -EIO;
		g_free(data);
	}
	if (result) {
		report_error(s->diagnostics, "module-write", "cannot write %s: %s", path,
			     error->message);
		g_error_free(error);
		g_free(path);
		return result;
	}
	g_free(s->ko);
	s->ko = path;
	return 0;
}

static int pass_5(struct session *s)
{
	struct stopwatch start = stopwatch_read();
	int status;

	if (s->options.verbose[5])
		fprintf(stderr, "Pass 5: starting run.\n");
	mark(MARK_PASS_5, (long)s, 0);
	status = run_module(s);
	mark(MARK_PASS_5_END, (long)s, 0);
	if (s->options.verbose[5]) {
		fprintf(stderr, "Pass 5: run completed");
		print_time(&start);
	}
	return status ? failed(5) : 0;
}

/* -l, -L, --dump-… */
static int print_listing(struct session *s)
{
	GString *out = g_string_new(NULL);
	int status = 0;

	progress_begin("looking for probes");
	switch (s->options.listing) {
	case LIST_PROBE_TYPES:
		dump_probe_types(out);
		break;
	case LIST_ALIASES:
		status = dump_aliases(s, out);
		break;
	case LIST_FUNCTIONS:
		status = dump_functions(s, s->options.verbose[1], out);
		break;
	default:
		status = list_probes(s, s->options.listing == LIST_VARIABLES, out);
	}
	progress_end();

	print_text(out);
	return status ? 1 : 0;
}

/*
 * Passes 1 to 4 without the result cache.  Returns the exit status; 0: s->ko is there if pass 4 was
 * asked for.
 */
static int make_module(struct session *s, const char *name, const char *text, gsize length,
		       const char *key)
{
	struct stopwatch start = stopwatch_read();
	struct result_counts counts = { 0 };
	int status;
	char *kept;

	progress_begin("parsing");
	status = pass_1(s, name, text, length);
	mark(MARK_PASS_1_END, (long)s, 0);
	progress_end();
	print_pass_1(s, &start);
	if (status)
		return failed(1);
	if (s->options.last_pass == 1) {
		GString *out = g_string_new(NULL);

		print_script(out, s->user);
		print_text(out);
		return 0;
	}
	if (s->options.listing)
		return print_listing(s);
	start = stopwatch_read();
	if (open_folder(s))
		return failed(2);
	progress_begin("looking for probes");
	mark(MARK_PASS_2, (long)s, 0);
	status = elaborate(s);
	mark(MARK_PASS_2_END, (long)s, 0);
	progress_end();
	print_sources(s);
	count_result(s, &counts);
	print_pass_2(s, &counts, &start);
	if (status)
		return failed(2);
	if (s->options.last_pass == 2) {
		GString *out = g_string_new(NULL);

		print_elaborated(out, s);
		print_text(out);
		return 0;
	}
	start = stopwatch_read();
	mark(MARK_PASS_3, (long)s, 0);
	status = pass_3(s, &start);
	mark(MARK_PASS_3_END, (long)s, 0);
	if (status)
		return failed(3);
	if (s->options.last_pass == 3)
		return 0;
	start = stopwatch_read();
	mark(MARK_PASS_4, (long)s, 0);
	status = pass_4(s, &start);
	mark(MARK_PASS_4_END, (long)s, 0);
	if (status)
		return failed(4);
	if (!key)
		return 0;
	kept = result_store(s, key, &counts);
	if (kept) {
		g_free(s->ko);
		s->ko = kept;
	}
	return 0;
}

/* A run that was seen before: true, with the Pass lines that it would have printed. */
static bool use_result(struct session *s, const char *key)
{
	struct stopwatch start = stopwatch_read();
	struct result_counts counts;
	char *c_path;

	if (!result_find(s, key, &counts, &c_path))
		return false;
	mark_text(MARK_CACHE_GET, c_path, s->ko);
	print_pass_1(s, &start);
	print_pass_2(s, &counts, &start);
	if (s->options.verbose[3])
		fprintf(stderr, "Pass 3: using cached %s\n", c_path);
	if (s->options.verbose[4])
		fprintf(stderr, "Pass 4: using cached %s\n", s->ko);
	g_free(c_path);
	return true;
}

static void name_module(struct session *s, const char *key, const char *text)
{
	char *digest = NULL;

	if (s->options.module_name) {
		s->module = g_strdup(s->options.module_name);
		return;
	}
	if (!key)
		key = digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	s->module = g_strdup_printf("stap_%.32s", key);
	g_free(digest);
}

/* The folders that options name. */
static int check_folders(struct session *s)
{
	char *header = g_build_filename(s->options.runtime_dir, "script.h", NULL);
	int result = 0;

	if (s->options.last_pass >= 4 && !g_file_test(header, G_FILE_TEST_EXISTS)) {
		report_error(s->diagnostics, "runtime-missing",
			     "the runtime is not in %s (there is no script.h); set it with -R",
			     s->options.runtime_dir);
		result = -ENOENT;
	}
	for (guint i = 0; i < s->options.tapset_dirs->len; i++) {
		const char *dir = s->options.tapset_dirs->pdata[i];

		if (!g_file_test(dir, G_FILE_TEST_IS_DIR))
			report_warning(s->diagnostics, "tapset-missing", NULL,
				       "there is no tapset folder %s", dir);
	}
	g_free(header);
	return result;
}

static int run_script(struct session *s, const char *name, const char *text, gsize length)
{
	bool builds = s->options.last_pass >= 4;
	struct parse_facts facts;
	struct kbuild_log silent = { .error = log_nothing, .note = log_nothing };
	char *key = NULL;
	int status;

	/*
	 * What is wrong with the script is worth more than that headers are missing, which pass 4
	 * will tell.
	 */
	kbuild_tree_open(s->options.release, &silent, &s->tree);
	facts = script_facts(s);
	s->library = library_open(s->arena, s->options.tapset_dirs, s->cache, &facts);
	s->manifest = manifest_new();
	if (builds && s->tree && s->options.use_cache)
		key = result_key(s, text, length);
	name_module(s, key, text);
	status = key && use_result(s, key) ? 0 : make_module(s, name, text, length, key);
	g_free(key);
	if (status || !builds)
		return status;
	if ((s->options.save_module ||
	     g_str_has_prefix(s->ko, s->build_dir ? s->build_dir : "//")) &&
	    (s->options.save_module || s->options.last_pass == 4) && save_module(s))
		return failed(4);
	if (s->options.last_pass == 4) {
		printf("%s\n", s->ko);
		return 0;
	}
	return pass_5(s);
}

/* SYSTEMTAP_COLORS or the default; NULL: none. */
static const char *message_colors(const struct session *s)
{
	const char *terminal = g_getenv("TERM");
	const char *colors = g_getenv("SYSTEMTAP_COLORS");
	bool wanted = s->options.color == COLOR_ALWAYS;

	if (s->options.color == COLOR_AUTO)
		wanted = isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") &&
			 !g_getenv("NO_COLOR");
	if (!wanted)
		return NULL;
	return colors ? colors : "error=01;31:warning=00;33:source=00;34:caret=01:token=01";
}

int run_passes(struct session *s)
{
	const char *name;
	gsize length;
	char *text;
	int status;

	diagnostics_set_colors(s->diagnostics, message_colors(s));
	diagnostics_set_before(s->diagnostics, progress_hide);
	diagnostics_set_warnings(s->diagnostics, s->options.suppress_warnings,
				 s->options.fatal_warnings);
	if (open_cache(s))
		return 1;
	if (s->options.clean_cache && cache_clean(s->cache, true)) {
		report_error(s->diagnostics, "cache-clean", "cannot empty the cache %s",
			     cache_dir(s->cache));
		return 1;
	}
	if (s->options.attach)
		return pass_5(s);
	if (!s->options.script_file && !s->options.script_text)
		return 0;
	text = read_script(s, &name, &length);
	if (!text || check_folders(s)) {
		g_free(text);
		return failed(1);
	}
	status = run_script(s, name, text, length);
	mark(MARK_PASS_6, (long)s, 0);
	close_folder(s);
	mark(MARK_PASS_6_END, (long)s, 0);
	g_free(text);
	return status;
}
