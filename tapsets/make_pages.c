// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make_pages.c - manual pages and an index of the library, of the comments in its files.
 *
 *	make_pages TO VERSION FOLDER...		folders of tapsets
 *
 * writes into TO, for each file FILE.stp:
 *
 *	FILE.md				what it has, with links from index.md
 *	man/tapset::FILE.3stap		the same as a manual page
 *	man/function::NAME.3stap	for each function
 *	man/probe::NAME.3stap		for each alias
 *
 * A file begins with a comment of // lines on what it is about.  Before a function or an alias, or
 * before several of them, stands
 *
 *	/ * name, another: what they are, as sentences of a list; what the arguments are. * /
 *
 * One without such a comment is an error.  Variables of aliases are what their bodies assign.
 * System calls (folder syscall) are described by their table: they get one page.
 */
#include "dump.h"

#include <errno.h>
#include <string.h>

struct maker {
	struct session session;
	const char *to, *version;
	GHashTable *types;	/* name of a function → its type, to tell what variables are */
	GString *index;
	guint missing;
	guint functions, aliases;
};

/* What is written about: a function or an alias. */
struct entry {
	const char *kind;	/* "function", "probe" */
	char *name;
	char *synopsis;
	char *text;		/* paragraphs; what the comment says behind the names */
	char *variables;	/* of an alias: "name:string pid:long"; or NULL */
};

static void entry_free(gpointer data)
{
	struct entry *e = data;

	g_free(e->name);
	g_free(e->synopsis);
	g_free(e->text);
	g_free(e->variables);
	g_free(e);
}

/* ---- comments -------------------------------------------------------------------------------- */

/* The words of a comment without its frame; lines that are empty there stay so. */
static char *plain_text(const char *begin, const char *end)
{
	g_autofree char *inside = g_strndup(begin, (gsize)(end - begin));
	g_auto(GStrv) lines = g_strsplit(inside, "\n", -1);
	GString *text = g_string_new(NULL);

	for (guint i = 0; lines[i]; i++) {
		const char *line = g_strstrip(lines[i]);

		if (i && *line == '*')
			line++;
		line += strspn(line, " ");
		if (*line)
			g_string_append_printf(text, "%s%s", text->len && text->str[text->len - 1] != '\n' ?
					       " " : "", line);
		else if (text->len)
			g_string_append(text, "\n\n");
	}
	return g_string_free(text, FALSE);
}

/* Is the name in "a, b.c, d.*: …"?  Returns what stands behind the colon, or NULL. */
static const char *names_it(const char *text, const char *name)
{
	const char *at = text, *colon = strstr(text, ": ");

	while (colon && at < colon) {
		gsize length = strcspn(at, ",:");
		g_autofree char *pattern = g_strndup(at, length);

		if (g_pattern_match_simple(pattern, name))
			return colon + 2;
		at += length + 1;
		at += strspn(at, " ");
	}
	return NULL;
}

/* The last comment before the place that names it. */
static char *find_comment(const struct source *source, guint32 offset, const char *name)
{
	const char *end = source->text + offset;

	for (;;) {
		const char *close = g_strrstr_len(source->text, end - source->text, "*/");
		const char *open = close ? g_strrstr_len(source->text, close - source->text, "/*") :
					   NULL;
		g_autofree char *text = NULL;
		const char *rest;

		if (!open)
			return NULL;
		text = plain_text(open + 2, close);
		rest = names_it(text, name);
		if (rest)
			return g_strdup(rest);
		end = open;
	}
}

/* The // lines at the beginning of the file. */
static char *introduction(const struct source *source)
{
	g_auto(GStrv) lines = g_strsplit(source->text, "\n", -1);
	GString *text = g_string_new(NULL);

	for (guint i = 0; lines[i] && g_str_has_prefix(lines[i], "//"); i++)
		g_string_append_printf(text, "%s%s", text->len ? " " : "",
				       lines[i][2] ? lines[i] + 3 : "");
	return g_string_free(text, FALSE);
}

/* ---- what there is --------------------------------------------------------------------------- */

/* A description, or a complaint. */
static char *describe(struct maker *m, const struct source *source, guint32 offset,
		      const char *name)
{
	char *text = find_comment(source, offset, name);

	if (text) {
		*text = g_ascii_toupper(*text);
	} else {
		fprintf(stderr, "%s: no comment says what %s is\n", source->name, name);
		m->missing++;
		text = g_strdup("");
	}
	return text;
}

static enum value_type type_of(struct maker *m, GHashTable *variables, const struct expr *e)
{
	gpointer known;

	switch (e->kind) {
	case EXPR_STRING:
		return TYPE_STRING;
	case EXPR_PRINT:
		return e->print.form->to_string ? TYPE_STRING : TYPE_LONG;
	case EXPR_CALL:
		known = g_hash_table_lookup(m->types, e->call.name);
		return known ? (enum value_type)GPOINTER_TO_INT(known) : TYPE_LONG;
	case EXPR_SYMBOL:
		known = g_hash_table_lookup(variables, e->symbol.name);
		return known ? (enum value_type)GPOINTER_TO_INT(known) : TYPE_LONG;
	case EXPR_TERNARY:
		return type_of(m, variables, e->ternary.yes);
	case EXPR_BINARY:
		return e->binary.op == OP_CONCAT ? TYPE_STRING : TYPE_LONG;
	case EXPR_TARGET:
		/* $$name, $x$: texts */
		return TYPE_LONG;
	default:
		return TYPE_LONG;
	}
}

struct search {
	struct maker *maker;
	GHashTable *types;	/* name → type, of those that were found */
	GString *text;
};

static void find_in_expr(struct expr *e, void *data)
{
	struct search *search = data;
	const char *name;
	enum value_type type;

	expr_visit_children(e, find_in_expr, search);
	if (e->kind != EXPR_ASSIGN || e->assign.left->kind != EXPR_SYMBOL)
		return;
	name = e->assign.left->symbol.name;
	if (name[0] == '_' || g_hash_table_contains(search->types, name))
		return;
	type = type_of(search->maker, search->types, e->assign.right);
	g_hash_table_insert(search->types, (gpointer)name, GINT_TO_POINTER(type));
	g_string_append_printf(search->text, "%s%s:%s", search->text->len ? " " : "", name,
			       value_type_name(type));
}

static void find_in_stmt(struct stmt *s, void *data)
{
	stmt_visit_children(s, find_in_stmt, find_in_expr, data);
}

static char *variables_of(struct maker *m, const struct probe *alias)
{
	struct search search = { m, g_hash_table_new(g_str_hash, g_str_equal), g_string_new(NULL) };

	find_in_stmt(alias->body, &search);
	if (alias->tail)
		find_in_stmt(alias->tail, &search);
	g_hash_table_unref(search.types);
	return g_string_free(search.text, FALSE);
}

static GPtrArray *entries_of(struct maker *m, const struct script *script, bool described)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);

	for (guint i = 0; i < script->functions->len; i++) {
		const struct function *f = script->functions->pdata[i];
		struct entry *e;

		if (f->private || f->name[0] == '_' || f->is_overload)
			continue;
		e = g_new0(struct entry, 1);
		e->kind = "function";
		e->name = g_strdup(f->name);
		e->synopsis = function_signature(f);
		e->text = describe(m, script->source, f->token->begin, f->name);
		g_ptr_array_add(entries, e);
		m->functions++;
	}
	for (guint i = 0; i < script->aliases->len; i++) {
		const struct probe *alias = script->aliases->pdata[i];
		g_autofree char *name = probe_point_text(alias->alias);
		struct entry *e;

		if (alias->private || name[0] == '_')
			continue;
		e = g_new0(struct entry, 1);
		e->kind = "probe";
		e->name = g_strdup(name);
		e->synopsis = g_strdup(name);
		e->text = described ? describe(m, script->source, alias->token->begin, name) :
				      g_strdup("");
		e->variables = variables_of(m, alias);
		g_ptr_array_add(entries, e);
		m->aliases++;
	}
	return entries;
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void write_file(const struct maker *m, const char *folder, const char *name,
		       const char *suffix, const GString *text)
{
	g_autofree char *base = g_strconcat(name, suffix, NULL);
	g_autofree char *path = g_build_filename(m->to, folder, base, NULL);
	g_autoptr(GError) error = NULL;

	if (!g_file_set_contents(path, text->str, (gssize)text->len, &error)) {
		fprintf(stderr, "make_pages: %s\n", error->message);
		exit(1);
	}
}

/* Text for troff: what it would take for its own is escaped. */
static void add_troff(GString *out, const char *text)
{
	bool begins = true;

	for (; *text; text++) {
		if (begins && (*text == '.' || *text == '\''))
			g_string_append(out, "\\&");
		begins = *text == '\n';
		if (*text == '\\')
			g_string_append(out, "\\e");
		else if (*text == '-')
			g_string_append(out, "\\-");
		else if (text[0] == '\n' && text[1] == '\n')
			g_string_append(out, "\n.PP");
		else
			g_string_append_c(out, *text);
	}
	g_string_append_c(out, '\n');
}

/* Up to the first end of a clause: what NAME says. */
static char *summary(const char *text)
{
	gsize length = strcspn(text, ".;\n");

	/* "e.g. this", "3.5": no end */
	while (text[length] == '.' && text[length + 1] && text[length + 1] != ' ' &&
	       text[length + 1] != '\n')
		length += 1 + strcspn(text + length + 1, ".;\n");
	return g_strndup(text, length);
}

static void begin_page(const struct maker *m, GString *page, const char *title, const char *about)
{
	g_autofree char *upper = g_ascii_strup(title, -1);

	g_string_printf(page, ".\\\" Made of the library's comments.\n"
			".TH %s 3stap \"\" \"systemtap-anew %s\"\n.SH NAME\n%s \\- ", upper, m->version,
			title);
	add_troff(page, about);
}

static void add_variables(GString *page, const struct entry *e)
{
	g_auto(GStrv) variables = g_strsplit(e->variables ? e->variables : "", " ", -1);

	if (!variables[0])
		return;
	g_string_append(page, ".SH VARIABLES\n");
	for (guint i = 0; variables[i]; i++)
		g_string_append_printf(page, "%s.B %s\n", i ? ".br\n" : "", variables[i]);
}

static void write_entry_page(const struct maker *m, const char *tapset, const struct entry *e)
{
	g_autoptr(GString) page = g_string_new(NULL);
	g_autofree char *title = g_strdup_printf("%s::%s", e->kind, e->name);
	g_autofree char *about = summary(e->text);

	begin_page(m, page, title, about);
	g_string_append_printf(page, ".SH SYNOPSIS\n.B \"%s\"\n.SH DESCRIPTION\n", e->synopsis);
	add_troff(page, e->text);
	add_variables(page, e);
	g_string_append_printf(page, ".SH SEE ALSO\n.BR tapset::%s (3stap),\n.BR stap (1)\n", tapset);
	write_file(m, "man", title, ".3stap", page);
}

static void write_tapset_page(const struct maker *m, const char *tapset, const char *about,
			      const GPtrArray *entries)
{
	g_autoptr(GString) page = g_string_new(NULL);
	g_autofree char *title = g_strdup_printf("tapset::%s", tapset);
	g_autofree char *short_about = summary(about);

	begin_page(m, page, title, short_about);
	g_string_append(page, ".SH DESCRIPTION\n");
	add_troff(page, about);
	for (guint i = 0; i < entries->len; i++) {
		const struct entry *e = entries->pdata[i];

		g_string_append_printf(page, ".TP\n.B \"%s\"\n", e->synopsis);
		add_troff(page, e->text);
		if (e->variables && *e->variables)
			g_string_append_printf(page, "Variables: %s.\n", e->variables);
	}
	g_string_append(page, ".SH SEE ALSO\n.BR stap (1)\n");
	write_file(m, "man", title, ".3stap", page);
}

static void write_markdown(struct maker *m, const char *tapset, const char *about,
			   const GPtrArray *entries)
{
	g_autoptr(GString) page = g_string_new(NULL);
	g_autofree char *short_about = summary(about);

	g_string_append_printf(page, "# %s\n\n%s\n", tapset, about);
	for (guint i = 0; i < entries->len; i++) {
		const struct entry *e = entries->pdata[i];

		g_string_append_printf(page, "\n## %s `%s`\n", e->kind, e->synopsis);
		if (*e->text)
			g_string_append_printf(page, "\n%s\n", e->text);
		if (e->variables && *e->variables)
			g_string_append_printf(page, "\nVariables: `%s`\n", e->variables);
	}
	write_file(m, "", tapset, ".md", page);
	g_string_append_printf(m->index, "\n## [%s](%s.md)\n\n%s.\n\n", tapset, tapset, short_about);
	for (guint i = 0; i < entries->len; i++)
		g_string_append_printf(m->index, "%s`%s`", i ? ", " : "",
				       ((const struct entry *)entries->pdata[i])->name);
	g_string_append_c(m->index, '\n');
}

static gint compare_entries(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const struct entry *const *)a)->name,
		      (*(const struct entry *const *)b)->name);
}

static void write_tapset(struct maker *m, const struct script *script)
{
	g_autofree char *base = g_path_get_basename(script->source->name);
	g_autofree char *about = introduction(script->source);
	g_autoptr(GPtrArray) entries = entries_of(m, script, true);

	*strrchr(base, '.') = 0;
	if (!entries->len)
		return;
	if (!*about) {
		fprintf(stderr, "%s: no comment at its beginning\n", script->source->name);
		m->missing++;
	}
	for (guint i = 0; i < entries->len; i++)
		write_entry_page(m, base, entries->pdata[i]);
	write_tapset_page(m, base, about, entries);
	write_markdown(m, base, about, entries);
}

/* All system calls on one page; their manual page is made of the table. */
static void write_syscalls(struct maker *m, const GPtrArray *scripts)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(entry_free);

	for (guint i = 0; i < scripts->len; i++) {
		GPtrArray *entries = entries_of(m, scripts->pdata[i], false);

		g_ptr_array_set_free_func(entries, NULL);
		g_ptr_array_extend_and_steal(all, entries);
	}
	g_ptr_array_sort(all, compare_entries);
	write_markdown(m, "syscall", "System calls, by name: what is called and what it returns.", all);
}

static gint compare_scripts(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const struct script *const *)a)->source->name,
		      (*(const struct script *const *)b)->source->name);
}

static void write_all(struct maker *m, GPtrArray *scripts)
{
	g_autoptr(GPtrArray) calls = g_ptr_array_new();

	for (guint i = 0; i < scripts->len; i++) {
		const struct script *script = scripts->pdata[i];

		for (guint j = 0; j < script->functions->len; j++) {
			const struct function *f = script->functions->pdata[j];

			g_hash_table_insert(m->types, (gpointer)f->name, GINT_TO_POINTER(f->type));
		}
	}
	g_ptr_array_sort(scripts, compare_scripts);
	for (guint i = 0; i < scripts->len; i++) {
		struct script *script = scripts->pdata[i];

		if (strstr(script->source->name, "/syscall/"))
			g_ptr_array_add(calls, script);
		else
			write_tapset(m, script);
	}
	if (calls->len)
		write_syscalls(m, calls);
	write_file(m, "", "index", ".md", m->index);
}

int main(int argc, char **argv)
{
	static const struct parse_facts facts = { .kernel_release = "6.1.0", .arch = "x86_64" };
	struct maker m = { .index = g_string_new("# The library\n\nBy the files of its tapsets.\n") };
	g_autoptr(GPtrArray) folders = g_ptr_array_new();
	struct session *s = &m.session;
	GPtrArray *scripts, *more;
	g_autofree char *man = NULL;

	if (argc < 4) {
		fputs("Usage: make_pages TO VERSION FOLDER...\n", stderr);
		return 1;
	}
	m.to = argv[1];
	m.version = argv[2];
	for (int i = 3; i < argc; i++)
		g_ptr_array_add(folders, argv[i]);
	man = g_build_filename(m.to, "man", NULL);
	g_mkdir_with_parents(man, 0777);
	m.types = g_hash_table_new(g_str_hash, g_str_equal);
	s->arena = arena_new();
	s->diagnostics = diagnostics_new(s->arena, stderr);
	s->library = library_open(s->arena, folders, NULL, &facts);
	scripts = library_load_all(s, LIBRARY_FUNCTION);
	more = scripts ? library_load_all(s, LIBRARY_ALIAS) : NULL;
	if (more) {
		g_ptr_array_extend_and_steal(scripts, more);
		write_all(&m, scripts);
		g_ptr_array_unref(scripts);
	}
	library_free(s->library);
	diagnostics_free(s->diagnostics);
	arena_free(s->arena);
	g_hash_table_unref(m.types);
	g_string_free(m.index, TRUE);
	if (m.missing)
		fprintf(stderr, "make_pages: %u comments are missing\n", m.missing);
	return !more || m.missing;
}
