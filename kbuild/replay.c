// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * replay.c - build a module by the recorded commands: what Kbuild would run, without Kbuild.
 *
 * compile what is not kept, all at once → link with the runtime's archive, by need → (objtool,
 * where recorded) → modpost → assemble the boilerplate → link.  Any failure is the caller's, who
 * asks make.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define RUNTIME_ARCHIVE "stp_runtime.a"
#define RUNTIME_PREFIX "stp_runtime_"
#define HEADER "precompiled" /* .h, in the runtime's folder */
#define SYMBOLS_OF_KERNEL " -i Module.symvers "

void build_note(const struct build *b, int verbosity, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if (b->options->verbose < verbosity || !b->log->note)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_strchomp(text);
	if (*text)
		b->log->note(b->log->data, text);
}

static char *fill(const struct build *b, const char *command)
{
	g_autofree char *placed = text_replace(command, "@DIR@", b->dir);

	return text_replace(placed, "@NAME@", b->name);
}

/*
 * For one unit.  An object that other modules will use too is given neither this one's name
 * (KBUILD_MODNAME) nor its own (KBUILD_BASENAME): a precompiled header is for one name.
 */
static char *fill_unit(const struct build *b, const char *command, const char *unit, bool shared)
{
	g_autofree char *path = g_strdup_printf("%s/%s", b->dir, unit);
	g_autofree char *placed = text_replace(command, "@DIR@/@UNIT@", path);
	g_autofree char *named = text_replace(placed, "@UNIT@", shared ? "stap" : unit);
	g_autofree char *whole = text_replace(named, "@NAME@", shared ? "stap" : b->name);

	return text_replace(whole, "@DIR@", b->dir);
}

/* Run jobs; *what: the first failure. */
static int run(const struct build *b, const struct recording *recording, GPtrArray *jobs,
	       const char *step, char **what)
{
	g_autofree char *environment = fill(b, recording->environment);
	gint64 start = g_get_monotonic_time();
	guint i;
	int r;

	for (i = 0; i < jobs->len; i++)
		build_note(b, 2, "%s", ((struct run_job *)jobs->pdata[i])->command);
	r = run_jobs(jobs, kbuild_tree_dir(b->tree), environment);
	for (i = 0; i < jobs->len; i++) {
		struct run_job *job = jobs->pdata[i];

		build_note(b, 3, "%s", job->output->str);
		if (job->status != 0 && !*what)
			*what = g_strdup_printf("%s: %s", step, job->output->str);
	}
	build_note(b, 2, "%s: %.1f ms", step, (g_get_monotonic_time() - start) / 1000.0);
	return r;
}

static int run_one(const struct build *b, const struct recording *recording, char *command,
		   const char *step, char **what)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(run_job_free);

	g_ptr_array_add(jobs, run_job_new(command));
	return run(b, recording, jobs, step, what);
}

/* ---- compiling ------------------------------------------------------------------------------- */

/* What compiles a unit, which includes first what `includes` says. */
static char *compiler_command(const struct build *b, const char *cc, const char *includes,
			      const char *unit, bool shared, const char *flags)
{
	g_autofree char *command = text_replace(cc, "@INCLUDES@", includes);
	g_autofree char *filled = fill_unit(b, command, unit, shared);

	/* -pipe lets the assembler run beside the compiler. */
	return g_strdup_printf("%s -pipe %s", filled, flags);
}

static struct run_job *compile_job(const struct build *b, const struct recording *r,
				   const struct kbuild_unit *unit)
{
	g_autofree char *cc = compiler_command(b, unit->thin ? r->cc_thin : r->cc, r->includes,
					       unit->name, unit->shared, b->flags);
	g_autofree char *after = fill_unit(b, r->after_cc, unit->name, unit->shared);

	g_autofree char *data = unit->data ? build_data_flags(b) : g_strdup("");

	return run_job_new(g_strdup_printf("set -e; %s %s\n%s", cc, data, after));
}

/*
 * The headers that most files of the runtime include, compiled once for all of them.  It cannot
 * fail: who finds no header there compiles without it.
 */
static struct run_job *header_job(const struct build *b, const struct recording *r)
{
	g_autofree char *from = g_build_filename(b->options->runtime_dir, HEADER ".h", NULL);
	g_autofree char *to = g_strdup_printf("%s/" HEADER ".c", b->dir);
	g_autofree char *as_header = g_strdup_printf("%s -x c-header", r->includes);
	g_autofree char *cc = compiler_command(b, r->cc, as_header, HEADER, true, b->runtime_flags);

	if (symlink(from, to) < 0)
		build_note(b, 2, "cannot make %s: %s", to, g_strerror(errno));
	return run_job_new(g_strdup_printf("%s && mv %s/" HEADER ".o %s.gch || :", cc, b->dir, to));
}

/*
 * A file of the runtime.  The header is text to a compiler that cannot use what was compiled, and
 * refuses to be that: such a compiler gets the usual command.
 */
static struct run_job *runtime_job(const struct build *b, const struct recording *r,
				   const char *unit)
{
	g_autofree char *header = g_strdup_printf("-include %s/" HEADER ".c", b->dir);
	g_autofree char *fast = compiler_command(b, r->cc, header, unit, true, b->runtime_flags);
	g_autofree char *usual =
		compiler_command(b, r->cc, r->includes, unit, true, b->runtime_flags);
	g_autofree char *after = fill_unit(b, r->after_cc, unit, true);

	return run_job_new(g_strdup_printf("set -e; %s -Wfatal-errors 2>/dev/null || %s\n%s", fast,
					   usual, after));
}

static char *object_key(const struct build *b, const struct kbuild_unit *unit)
{
	g_autofree char *text = g_strdup_printf("object\n%s\n%s\n%s\n%d\n%s", b->runtime_key,
						b->flags, unit->name, unit->thin, unit->text);

	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

/* The kept file KEY under the name `path`; false: it must be made. */
static bool take_kept(const struct build *b, const char *key, const char *path)
{
	g_autofree char *kept = b->cache ? cache_result_find(b->cache, key) : NULL;

	return kept && symlink(kept, path) == 0;
}

static void keep(const struct build *b, const char *key, const char *path)
{
	if (b->cache)
		(void)cache_result_store(b->cache, key, NULL, path);
}

/* Jobs for the runtime's files; their objects' names are added to `objects`. */
static int add_runtime_jobs(const struct build *b, const struct recording *r, GPtrArray *jobs,
			    GString *objects)
{
	GDir *dir = g_dir_open(b->options->runtime_dir, 0, NULL);
	const char *name;

	if (!dir)
		return -ENOENT;
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *from = NULL, *to = NULL, *unit = NULL;

		if (!g_str_has_suffix(name, ".c"))
			continue;
		unit = g_strdup_printf(RUNTIME_PREFIX "%.*s", (int)(strlen(name) - 2), name);
		from = g_build_filename(b->options->runtime_dir, name, NULL);
		to = g_strdup_printf("%s/%s.c", b->dir, unit);
		if (symlink(from, to) < 0 && errno != EEXIST) {
			g_dir_close(dir);
			return -errno;
		}
		g_ptr_array_add(jobs, runtime_job(b, r, unit));
		g_string_append_printf(objects, " %s/%s.o", b->dir, unit);
	}
	g_dir_close(dir);
	return 0;
}

/* The runtime's archive, of the files compiled all at once. */
static int make_runtime(const struct build *b, const struct recording *r, const char *archive,
			char **what)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(run_job_free);
	g_autoptr(GString) objects = g_string_new(NULL);
	g_autofree char *header = g_strdup_printf("%s/" HEADER ".c.gch", b->dir);
	int ret;

	ret = add_runtime_jobs(b, r, jobs, objects);
	if (ret == 0)
		ret = run(b, r, jobs, "compile the runtime", what);
	/* It is large, also for who keeps the folder. */
	g_unlink(header);
	if (ret == 0)
		ret = run_one(b, r,
			      g_strdup_printf("\"$(%s -print-prog-name=ar)\" rcsD %s %s",
					      r->compiler, archive, objects->str),
			      "archive", what);
	if (ret == 0)
		keep(b, b->runtime_key, archive);
	return ret;
}

/* Get all objects into DIR: kept ones, and the rest compiled, all at once. */
static int get_objects(const struct build *b, const struct recording *r, char **what)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(run_job_free);
	g_autofree char *archive = g_build_filename(b->dir, RUNTIME_ARCHIVE, NULL);
	g_autofree bool *compiled = g_new0(bool, b->unit_count);
	bool is_kept = take_kept(b, b->runtime_key, archive);
	size_t i;
	int ret;

	/* First, because all of the runtime waits for it. */
	if (!is_kept)
		g_ptr_array_add(jobs, header_job(b, r));
	for (i = 0; i < b->unit_count; i++) {
		const struct kbuild_unit *unit = &b->units[i];
		g_autofree char *object = g_strdup_printf("%s/%s.o", b->dir, unit->name);
		g_autofree char *key = unit->shared ? object_key(b, unit) : NULL;

		if (key && take_kept(b, key, object))
			continue;
		if (build_write_unit(b, unit) < 0)
			return -EIO;
		compiled[i] = true;
		g_ptr_array_add(jobs, compile_job(b, r, unit));
	}
	ret = run(b, r, jobs, "compile", what);
	if (ret < 0)
		return ret;
	for (i = 0; i < b->unit_count; i++) {
		if (b->units[i].shared && compiled[i]) {
			g_autofree char *key = object_key(b, &b->units[i]);
			g_autofree char *object =
				g_strdup_printf("%s/%s.o", b->dir, b->units[i].name);

			keep(b, key, object);
		}
	}
	return is_kept ? 0 : make_runtime(b, r, archive, what);
}

/* ---- linking --------------------------------------------------------------------------------- */

static int write_file(const struct build *b, const char *name, const char *data, gssize length)
{
	g_autofree char *path = g_build_filename(b->dir, name, NULL);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	size_t size = length < 0 ? strlen(data) : (size_t)length;
	bool good;

	if (!file)
		return -EIO;
	good = fwrite(data, 1, size, file) == size;
	return fclose(file) == 0 && good ? 0 : -EIO;
}

static int link_units(const struct build *b, const struct recording *r, char **what)
{
	g_autoptr(GString) list = g_string_new(NULL);
	g_autofree char *name = g_strdup_printf("%s.mod", b->name), *command = fill(b, r->link);
	size_t i;

	for (i = 0; i < b->unit_count; i++)
		g_string_append_printf(list, "%s/%s.o\n", b->dir, b->units[i].name);
	g_string_append_printf(list, "%s/" RUNTIME_ARCHIVE "\n", b->dir);
	if (write_file(b, name, list->str, -1) < 0)
		return -EIO;
	return run_one(b, r, g_strdup_printf("set -e; %s", command), "link", what);
}

/* The names that an object leaves undefined. */
static GHashTable *undefined_symbols(const char *path)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf *elf;

	if (fd < 0)
		return names;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	while (elf && (section = elf_nextscn(elf, section))) {
		Elf_Data *data;
		size_t i;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB ||
		    !header.sh_entsize || !(data = elf_getdata(section, NULL)))
			continue;
		for (i = 1; i < data->d_size / header.sh_entsize; i++) {
			const char *name;
			GElf_Sym sym;

			if (gelf_getsym(data, i, &sym) && sym.st_shndx == SHN_UNDEF &&
			    (name = elf_strptr(elf, header.sh_link, sym.st_name)) && *name)
				g_hash_table_add(names, g_strdup(name));
		}
	}
	elf_end(elf);
	close(fd);
	return names;
}

/*
 * modpost spends nearly all of its time on reading the kernel's 15000 exported symbols.  It gets
 * those lines of Module.symvers that this module can need: the symbols that it leaves undefined,
 * and module_layout, whose version every module carries.  NULL: the tree's file cannot be read.
 */
static char *needed_symvers(const struct build *b)
{
	g_autofree char *path = g_build_filename(kbuild_tree_dir(b->tree), "Module.symvers", NULL);
	g_autofree char *object = g_strdup_printf("%s/%s.o", b->dir, b->name);
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
	g_autoptr(GHashTable) names = NULL;
	GString *text;
	const char *line, *end, *next;

	if (!file)
		return NULL;
	names = undefined_symbols(object);
	g_hash_table_add(names, g_strdup("module_layout"));
	text = g_string_new(NULL);
	line = g_mapped_file_get_contents(file);
	end = line + g_mapped_file_get_length(file);
	/* CRC, symbol, module, kind, namespace: separated by tabs */
	for (; line && line < end; line = next) {
		const char *start = memchr(line, '\t', end - line), *stop;
		char name[512];

		next = memchr(line, '\n', end - line);
		next = next ? next + 1 : end;
		if (!start || start >= next)
			continue;
		start++;
		stop = memchr(start, '\t', next - start);
		if (!stop || (size_t)(stop - start) >= sizeof(name))
			continue;
		memcpy(name, start, stop - start);
		name[stop - start] = 0;
		if (g_hash_table_contains(names, name))
			g_string_append_len(text, line, next - line);
	}
	return g_string_free(text, FALSE);
}

static int run_modpost(const struct build *b, const struct recording *r, char **what)
{
	g_autofree char *order = fill(b, r->modules_order), *symvers = NULL, *command = NULL,
			*padded = NULL;
	g_autofree char *list = g_strdup_printf("%s.mod", b->name);

	if (write_file(b, "modules.order", order, -1) < 0)
		return -EIO;
	/*
	 * modpost looks up versions of exported symbols in the .cmd files of the listed objects; we
	 * export none.
	 */
	if (write_file(b, list, "", 0) < 0)
		return -EIO;
	/* Padded, because the option may be the last. */
	padded = g_strdup_printf("%s ", r->modpost);
	if (strstr(padded, SYMBOLS_OF_KERNEL) && (symvers = needed_symvers(b))) {
		g_autofree char *filtered =
			text_replace(padded, SYMBOLS_OF_KERNEL, " -i @DIR@/kernel.symvers ");

		if (write_file(b, "kernel.symvers", symvers, -1) < 0)
			return -EIO;
		command = fill(b, filtered);
	} else {
		command = fill(b, r->modpost);
	}
	return run_one(b, r, g_steal_pointer(&command), "modpost", what);
}

static int make_mod_object(const struct build *b, const struct recording *r, char **what)
{
	g_autofree char *path = g_strdup_printf("%s/%s.mod.c", b->dir, b->name);
	g_autofree char *mod_c = NULL, *text = NULL, *assembly = NULL, *name = NULL;

	if (!g_file_get_contents(path, &mod_c, NULL, NULL))
		return -ENOENT;
	text = modfile_normalize(mod_c);
	if (*r->mod_template && strcmp(text, r->mod_text) == 0)
		assembly = modfile_render(r->mod_template, mod_c, b->name);
	if (!assembly)
		return run_one(b, r, fill(b, r->cc_mod), "compile the boilerplate", what);
	name = g_strdup_printf("%s.mod.s", b->name);
	if (write_file(b, name, assembly, -1) < 0)
		return -EIO;
	return run_one(b, r,
		       g_strdup_printf("\"$(%s -print-prog-name=as)\" -o %s/%s.mod.o %s/%s",
				       r->compiler, b->dir, b->name, b->dir, name),
		       "assemble the boilerplate", what);
}

static int link_module(const struct build *b, const struct recording *r, char **what)
{
	size_t i;

	for (i = 0; r->extras[i]; i++) {
		gsize size;
		const char *data = g_bytes_get_data(r->extra_data[i], &size);

		if (write_file(b, r->extras[i], data, size) < 0)
			return -EIO;
	}
	return run_one(b, r, fill(b, r->final), "final link", what);
}

int replay(const struct build *b, const struct recording *r, char **what)
{
	static int (*const steps[])(const struct build *, const struct recording *, char **) = {
		get_objects, link_units, run_modpost, make_mod_object, link_module,
	};
	size_t i;

	*what = NULL;
	for (i = 0; i < G_N_ELEMENTS(steps); i++) {
		int ret = steps[i](b, r, what);

		if (ret < 0) {
			if (!*what)
				*what = g_strdup(g_strerror(-ret));
			return ret;
		}
	}
	return 0;
}
