// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * record.c - have Kbuild build one module, and keep the commands that it ran.
 *
 * Kbuild writes each command that made a file F to .F.cmd, as "cmd_F := COMMAND" or "savedcmd_F :=
 * COMMAND".  That is all we go by: no flag, tool or file name is assumed for a kernel version.  The
 * module has names that occur nowhere else, so that replacing them with placeholders cannot go
 * wrong.  A command that is missing, that make would still have to expand, or that has another
 * shape than we know makes the whole recording unusable (-ENOTSUP), and modules for this tree are
 * then built by make.
 */
#include "internal.h"

#include <errno.h>
#include <string.h>

#define SEED_NAME "stpseedmodule"
#define SEED_UNIT "stpseedunit"
#define SEED_ENVIRONMENT "stpseedenvironment"
#define FORMAT_VERSION 3

/* Linked, never loaded. */
static const char seed_text[] =
	"#include <linux/module.h>\n"
	"static int __init seed_init(void) { return 0; }\n"
	"static void __exit seed_exit(void) { }\n"
	"module_init(seed_init);\n"
	"module_exit(seed_exit);\n"
	"MODULE_LICENSE(\"GPL\");\n";

static const char seed_kbuild[] =
	"obj-m := " SEED_NAME ".o\n"
	SEED_NAME "-y := " SEED_UNIT ".o\n"
	"ccflags-remove-y += $(CC_FLAGS_FTRACE)\n"
	"ccflags-y += " OWN_FLAGS "\n"
	"always-y += " SEED_ENVIRONMENT "\n"
	"$(obj)/" SEED_ENVIRONMENT ": FORCE\n"
	"\tenv -0 >$@\n";

void recording_free(struct recording *r)
{
	GBytes **data;

	if (!r)
		return;
	g_free(r->environment);
	g_free(r->cc);
	g_free(r->includes);
	g_free(r->cc_thin);
	g_free(r->after_cc);
	g_free(r->link);
	g_free(r->modpost);
	g_free(r->modules_order);
	g_free(r->cc_mod);
	g_free(r->final);
	g_free(r->compiler);
	g_free(r->mod_text);
	g_free(r->mod_template);
	g_strfreev(r->extras);
	for (data = r->extra_data; data && *data; data++)
		g_bytes_unref(*data);
	g_free(r->extra_data);
	g_free(r);
}

char *text_replace(const char *text, const char *from, const char *to)
{
	GString *result = g_string_new(text);

	g_string_replace(result, from, to, 0);
	return g_string_free(result, FALSE);
}

/* Text with the seed's names replaced by placeholders. */
static char *make_template(const char *text, const char *dir)
{
	g_autofree char *a = text_replace(text, dir, "@DIR@");
	g_autofree char *b = text_replace(a, SEED_NAME, "@NAME@");

	return text_replace(b, SEED_UNIT, "@UNIT@");
}

static char *read_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	char *text;

	return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

/* The command that made `file`, as a template; NULL: none, or one that is not understood. */
static char *read_command(const char *dir, const char *file)
{
	g_autofree char *name = g_strdup_printf(".%s.cmd", file);
	g_autofree char *text = read_file(dir, name);
	g_autofree char *dollars = NULL, *hashes = NULL;
	char *start, *end, *c;

	if (!text || (!g_str_has_prefix(text, "cmd_") && !g_str_has_prefix(text, "savedcmd_")))
		return NULL;
	start = strstr(text, " := ");
	if (!start)
		return NULL;
	start += strlen(" := ");
	end = strchr(start, '\n');
	if (end)
		*end = 0;
	/*
	 * make's quoting: $$ is a dollar, \# a number sign; a single dollar would be an expansion,
	 * and that is not text.
	 */
	for (c = start; (c = strchr(c, '$')); c += 2)
		if (c[1] != '$')
			return NULL;
	if (g_str_has_suffix(start, "\\"))
		return NULL;
	dollars = text_replace(start, "$$", "$");
	hashes = text_replace(dollars, "\\#", "#");
	g_strstrip(hashes);
	return make_template(hashes, dir);
}

/* A word in the form in which a shell reads it back. */
static void append_word(GString *command, const char *word)
{
	g_autofree char *quoted = NULL;

	if (command->len)
		g_string_append_c(command, ' ');
	/* Placeholders are filled in with paths that need no quotes. */
	if (word[strspn(word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "@%_-+=:,./")] == 0 &&
	    *word) {
		g_string_append(command, word);
		return;
	}
	quoted = g_shell_quote(word);
	g_string_append(command, quoted);
}

/*
 * From the command for a unit into the recording: what the compiler gets, without making a
 * dependency file, and the same without what only Linux's headers or debuggers need; and what
 * follows the compiler.
 */
static bool split_compile(const char *command, struct recording *r)
{
	static const char source[] = "@DIR@/@UNIT@.c";
	const char *end = g_strrstr(command, source);
	g_autoptr(GString) full = g_string_new(NULL), thin = g_string_new(NULL);
	g_autoptr(GString) includes = g_string_new(NULL);
	g_autofree char *compile = NULL;
	g_auto(GStrv) words = NULL;
	const char *rest;
	int i;

	if (!end)
		return false;
	end += strlen(source);
	for (rest = end; *rest == ' '; rest++)
		;
	if (*rest && *rest != ';')
		return false;
	compile = g_strndup(command, end - command);
	if (strpbrk(compile, ";|&<>`$") || !g_shell_parse_argv(compile, NULL, &words, NULL))
		return false;
	for (i = 0; words[i]; i++) {
		const char *word = words[i];

		if (g_str_has_prefix(word, "-Wp,-MMD,") || g_str_has_prefix(word, "-Wp,-MD,"))
			continue;
		if (strcmp(word, "-include") == 0) {
			if (!words[i + 1])
				return false;
			if (!includes->len)
				append_word(full, "@INCLUDES@");
			append_word(includes, word);
			append_word(includes, words[++i]);
			continue;
		}
		append_word(full, word);
		if (strcmp(word, "-isystem") == 0 || strcmp(word, "-I") == 0) {
			if (!words[i + 1])
				return false;
			append_word(full, words[++i]);
			continue;
		}
		if (g_str_has_prefix(word, "-I") || g_str_has_prefix(word, "-fmacro-prefix-map=") ||
		    g_str_has_prefix(word, "-ffile-prefix-map=") || strcmp(word, "-pg") == 0 ||
		    strcmp(word, "-mfentry") == 0 || strcmp(word, "-mrecord-mcount") == 0 ||
		    g_str_has_prefix(word, "-g"))
			continue;
		append_word(thin, word);
	}
	r->compiler = g_strdup(words[0]);
	r->cc = g_strdup(full->str);
	r->includes = g_strdup(includes->str);
	r->cc_thin = g_strdup(thin->str);
	r->after_cc = g_strstrip(g_strdup(*rest ? rest + 1 : ""));
	return true;
}

/* The objects that the last link adds to every module. */
static bool read_extras(struct recording *r, const char *dir)
{
	g_auto(GStrv) words = g_strsplit_set(r->final, " ;", -1);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) data = g_ptr_array_new();
	int i;

	for (i = 0; words[i]; i++) {
		g_autofree char *path = NULL;
		const char *name;
		char *bytes;
		gsize length;

		if (!g_str_has_prefix(words[i], "@DIR@/") || !g_str_has_suffix(words[i], ".o"))
			continue;
		name = words[i] + strlen("@DIR@/");
		if (strcmp(name, "@NAME@.o") == 0 || strcmp(name, "@NAME@.mod.o") == 0)
			continue;
		if (strchr(name, '/') || strstr(name, "@"))
			return false;
		path = g_build_filename(dir, name, NULL);
		if (!g_file_get_contents(path, &bytes, &length, NULL))
			return false;
		g_ptr_array_add(names, g_strdup(name));
		g_ptr_array_add(data, g_bytes_new_take(bytes, length));
	}
	g_ptr_array_add(names, NULL);
	g_ptr_array_add(data, NULL);
	r->extras = g_strdupv((char **)names->pdata);
	r->extra_data = (GBytes **)g_ptr_array_free(g_steal_pointer(&data), FALSE);
	return true;
}

/*
 * What Kbuild exports to its commands (objtool wants SRCARCH, for one), as shell text: all that its
 * environment had and ours has not, except make's own.
 */
static char *read_environment(const char *dir)
{
	static const char *const not_kbuilds[] = { "PWD", "OLDPWD", "SHLVL", "_", "M", NULL };
	g_autofree char *path = g_build_filename(dir, SEED_ENVIRONMENT, NULL);
	g_autofree char *data = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	char *entry;
	gsize length;

	if (!g_file_get_contents(path, &data, &length, NULL))
		return NULL;
	for (entry = data; entry < data + length; entry += strlen(entry) + 1) {
		char *value = strchr(entry, '=');
		g_autofree char *name = NULL, *quoted = NULL;

		if (!value)
			continue;
		name = g_strndup(entry, value - entry);
		if (strstr(name, "MAKE") || strcmp(name, "MFLAGS") == 0 ||
		    g_strv_contains(not_kbuilds, name) ||
		    name[strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_")] ||
		    g_strcmp0(g_getenv(name), value + 1) == 0)
			continue;
		quoted = g_shell_quote(value + 1);
		g_string_append_printf(text, "export %s=%s\n", name, quoted);
	}
	return make_template(text->str, dir);
}

/* Read what make left in dir. */
static int read_recording(const char *dir, struct recording *r)
{
	g_autofree char *cc = read_command(dir, SEED_UNIT ".o");
	g_autofree char *order = read_file(dir, "modules.order");
	g_autofree char *mod_c = read_file(dir, SEED_NAME ".mod.c");
	g_autofree char *object = g_build_filename(dir, SEED_NAME ".mod.o", NULL);
	g_autofree char *link = read_command(dir, SEED_NAME ".o");
	g_autofree char *final = read_command(dir, SEED_NAME ".ko");
	g_autofree char *cc_mod = read_command(dir, SEED_NAME ".mod.o");
	static const char list[] = "@@DIR@/@NAME@.mod", ko[] = "-o @DIR@/@NAME@.ko";

	r->environment = read_environment(dir);
	r->modpost = read_command(dir, "Module.symvers");
	if (!r->environment || !cc || !order || !mod_c || !link || !final || !cc_mod || !r->modpost)
		return -ENOTSUP;
	if (!split_compile(cc, r))
		return -ENOTSUP;
	/* The archive of the runtime is linked by need; what needs it all is the module's entry. */
	if (!strstr(link, list) || !strstr(final, ko))
		return -ENOTSUP;
	r->link = text_replace(link, list, "@@DIR@/@NAME@.mod -u init_module -u cleanup_module");
	/* Objects shared by all modules may have been compiled with -g. */
	r->final = text_replace(final, ko, "--strip-debug -o @DIR@/@NAME@.ko");
	r->cc_mod = g_steal_pointer(&cc_mod);
	r->modules_order = make_template(order, dir);
	if (!read_extras(r, dir))
		return -ENOTSUP;
	r->mod_template = modfile_template(mod_c, object, SEED_NAME);
	r->mod_text = r->mod_template ? modfile_normalize(mod_c) : g_strdup("");
	if (!r->mod_template)
		r->mod_template = g_strdup("");
	return 0;
}

int recording_make(struct kbuild_tree *tree, const char *dir, struct recording **result,
		   char **output)
{
	g_autofree char *unit = g_build_filename(dir, SEED_UNIT ".c", NULL);
	g_autofree char *kbuild = g_build_filename(dir, "Kbuild", NULL);
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(run_job_free);
	struct recording *r;
	int ret;

	*result = NULL;
	*output = NULL;
	if (!g_file_set_contents(unit, seed_text, -1, NULL) ||
	    !g_file_set_contents(kbuild, seed_kbuild, -1, NULL)) {
		*output = g_strdup_printf("cannot write to %s", dir);
		return -EIO;
	}
	g_ptr_array_add(jobs, run_job_new(make_command(tree, dir, NULL, "modules")));
	ret = run_jobs(jobs, dir, "");
	if (ret < 0) {
		*output = g_strdup(((struct run_job *)jobs->pdata[0])->output->str);
		return ret;
	}
	r = g_new0(struct recording, 1);
	ret = read_recording(dir, r);
	if (ret < 0) {
		recording_free(r);
		return ret;
	}
	*result = r;
	return 0;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* A key file: group "recording", then "sum" over all before it. */
static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{ "environment", G_STRUCT_OFFSET(struct recording, environment) },
	{ "cc", G_STRUCT_OFFSET(struct recording, cc) },
	{ "includes", G_STRUCT_OFFSET(struct recording, includes) },
	{ "cc_thin", G_STRUCT_OFFSET(struct recording, cc_thin) },
	{ "after_cc", G_STRUCT_OFFSET(struct recording, after_cc) },
	{ "link", G_STRUCT_OFFSET(struct recording, link) },
	{ "modpost", G_STRUCT_OFFSET(struct recording, modpost) },
	{ "modules_order", G_STRUCT_OFFSET(struct recording, modules_order) },
	{ "cc_mod", G_STRUCT_OFFSET(struct recording, cc_mod) },
	{ "final", G_STRUCT_OFFSET(struct recording, final) },
	{ "compiler", G_STRUCT_OFFSET(struct recording, compiler) },
	{ "mod_text", G_STRUCT_OFFSET(struct recording, mod_text) },
	{ "mod_template", G_STRUCT_OFFSET(struct recording, mod_template) },
};

char *recording_to_data(const struct recording *r, gsize *length)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree char *body = NULL, *sum = NULL;
	char *data;
	size_t i;

	g_key_file_set_integer(file, "recording", "version", FORMAT_VERSION);
	for (i = 0; i < G_N_ELEMENTS(fields); i++)
		g_key_file_set_string(file, "recording", fields[i].name,
				      G_STRUCT_MEMBER(char *, r, fields[i].offset));
	g_key_file_set_string_list(file, "recording", "extras", (const char *const *)r->extras,
				   g_strv_length(r->extras));
	for (i = 0; r->extras[i]; i++) {
		g_autofree char *key = g_strdup_printf("extra%zu", i);
		g_autofree char *text = NULL;
		gsize size;
		const void *bytes = g_bytes_get_data(r->extra_data[i], &size);

		text = g_base64_encode(bytes, size);
		g_key_file_set_string(file, "recording", key, text);
	}
	body = g_key_file_to_data(file, NULL, NULL);
	sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, body, -1);
	data = g_strdup_printf("%s#sum %s\n", body, sum);
	*length = strlen(data);
	return data;
}

struct recording *recording_from_data(const char *data, gsize length)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree char *text = g_strndup(data, length), *sum = NULL;
	char *last = g_strrstr(text, "#sum ");
	struct recording *r;
	gsize count = 0;
	size_t i;

	if (!last)
		return NULL;
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, last - text);
	g_strchomp(last);
	if (strcmp(last + strlen("#sum "), sum) != 0)
		return NULL;
	*last = 0;
	if (!g_key_file_load_from_data(file, text, -1, G_KEY_FILE_NONE, NULL) ||
	    g_key_file_get_integer(file, "recording", "version", NULL) != FORMAT_VERSION)
		return NULL;
	r = g_new0(struct recording, 1);
	for (i = 0; i < G_N_ELEMENTS(fields); i++) {
		char **field = &G_STRUCT_MEMBER(char *, r, fields[i].offset);

		*field = g_key_file_get_string(file, "recording", fields[i].name, NULL);
		if (!*field)
			goto damaged;
	}
	r->extras = g_key_file_get_string_list(file, "recording", "extras", &count, NULL);
	if (!r->extras)
		r->extras = g_new0(char *, 1);
	r->extra_data = g_new0(GBytes *, count + 1);
	for (i = 0; i < count; i++) {
		g_autofree char *key = g_strdup_printf("extra%zu", i);
		g_autofree char *base64 = g_key_file_get_string(file, "recording", key, NULL);
		gsize size;
		guchar *bytes;

		if (!base64)
			goto damaged;
		bytes = g_base64_decode(base64, &size);
		r->extra_data[i] = g_bytes_new_take(bytes, size);
	}
	return r;
damaged:
	recording_free(r);
	return NULL;
}
