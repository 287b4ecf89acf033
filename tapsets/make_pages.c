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
 * A file begins with a comment of // lines on what it is about; from a line "// Context: " on they say
 * where its functions may be called.  Before a function stands, of which all that applies is wanted,
 *
 *	/ *
 *	 * name: what it is, or does.
 *	 * @argument: what that is, with its unit.
 *	 * Returns: what, also where there is none; not where the first line says it.
 *	 * Context: where it may be called, if that is not what the file says.
 *	 * /
 *
 * and before an alias, or several, "name, another, begin.*: what happens there."  One without such a
 * comment is an error.  Variables of aliases are what their bodies assign.  System calls (folder
 * syscall) are described by their table: they get one page.
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
	GPtrArray *synopses;	/* strings: one, or more of a function that is overloaded */
	char *text;		/* paragraphs; what the comment says behind the names */
	GPtrArray *arguments;	/* of a function: "name: text" */
	GPtrArray *parameters;	/* the names that they must have, in all of its forms */
	char *returns;		/* or NULL */
	char *context;		/* or NULL */
	char *variables;	/* of an alias: "name:string pid:long"; or NULL */
};

#define RETURNS "Returns: "
#define CONTEXT "Context: "

static void entry_free(gpointer data)
{
	struct entry *e = data;

	g_free(e->name);
	g_ptr_array_unref(e->synopses);
	g_free(e->text);
	g_ptr_array_unref(e->arguments);
	g_ptr_array_unref(e->parameters);
	g_free(e->returns);
	g_free(e->context);
	g_free(e->variables);
	g_free(e);
}

/* ---- comments -------------------------------------------------------------------------------- */

/* Does a line begin a part of its own? */
static bool is_tag(const char *line)
{
	return *line == '@' || g_str_has_prefix(line, RETURNS) || g_str_has_prefix(line, CONTEXT);
}

/* The words of a comment without its frame: a line for each part, and empty ones where they are. */
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
		if (!*line)
			g_string_append(text, text->len ? "\n\n" : "");
		else if (!text->len || text->str[text->len - 1] == '\n')
			g_string_append(text, line);
		else
			g_string_append_printf(text, "%s%s", is_tag(line) ? "\n" : " ", line);
	}
	return g_strchomp(g_string_free(text, FALSE));
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

/* The last comment before the place that names it; alone: and nothing else. */
static char *find_comment(const struct source *source, guint32 offset, const char *name,
			  bool alone)
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
		if (rest && (!alone || rest == text + strlen(name) + 2))
			return g_strdup(rest);
		end = open;
	}
}

/* The // lines at the beginning of the file.  *context: what they say of it, or NULL. */
static char *introduction(const struct source *source, char **context)
{
	g_auto(GStrv) lines = g_strsplit(source->text, "\n", -1);
	GString *text = g_string_new(NULL), *where = NULL, *to = text;

	for (guint i = 0; lines[i] && g_str_has_prefix(lines[i], "//"); i++) {
		const char *line = lines[i][2] ? lines[i] + 3 : "";

		if (g_str_has_prefix(line, CONTEXT)) {
			to = where = g_string_new(NULL);
			line += strlen(CONTEXT);
		}
		g_string_append_printf(to, "%s%s", to->len ? " " : "", line);
	}
	*context = where ? g_string_free(where, FALSE) : NULL;
	return g_string_free(text, FALSE);
}

/* ---- what there is --------------------------------------------------------------------------- */

static void complain(struct maker *m, const struct source *source, const char *what,
		     const char *name)
{
	fprintf(stderr, "%s: no comment says what %s%s is\n", source->name, what, name);
	m->missing++;
}

/* Begins a sentence, unless with a name as programs have them. */
static char *capital(char *text)
{
	gsize word = strcspn(text, " .,;");

	if (!memchr(text, '_', word) && !memchr(text, '(', word))
		*text = g_ascii_toupper(*text);
	return text;
}

/* The comment, cut into its parts. */
static void describe(struct maker *m, const struct source *source, guint32 offset, struct entry *e)
{
	bool alone = !strcmp(e->kind, "function");
	g_autofree char *text = find_comment(source, offset, e->name, alone);
	char *line, *next;

	if (!text) {
		complain(m, source, "", e->name);
		e->text = g_strdup("");
		return;
	}
	for (line = text; line; line = next) {
		next = strchr(line, '\n');
		while (next && !is_tag(next + 1))
			next = strchr(next + 1, '\n');
		if (next)
			*next++ = 0;
		g_strchomp(line);
		if (*line == '@')
			g_ptr_array_add(e->arguments, g_strdup(line + 1));
		else if (g_str_has_prefix(line, RETURNS))
			e->returns = capital(g_strdup(line + strlen(RETURNS)));
		else if (g_str_has_prefix(line, CONTEXT))
			e->context = capital(g_strdup(line + strlen(CONTEXT)));
		else
			e->text = g_strdup(line);
	}
	capital(e->text);
}

static bool has_parameter(const struct entry *e, const char *name)
{
	return g_ptr_array_find_with_equal_func(e->parameters, name, g_str_equal, NULL);
}

/* Of "name: text", the text of an argument; NULL: nothing is said of it. */
static const char *find_argument(const struct entry *e, const char *name)
{
	gsize length = strlen(name);

	for (guint i = 0; i < e->arguments->len; i++) {
		const char *argument = e->arguments->pdata[i];

		if (!strncmp(argument, name, length) && g_str_has_prefix(argument + length, ": "))
			return argument + length + 2;
	}
	return NULL;
}

/* Are the parts there that have to be?  context: what the file says of all, or NULL. */
static void check_function(struct maker *m, const struct source *source, struct entry *e,
			   const char *context)
{
	for (guint i = 0; *e->text && i < e->parameters->len; i++) {
		const char *name = e->parameters->pdata[i];

		if (!find_argument(e, name)) {
			g_autofree char *of = g_strdup_printf("%s of %s", name, e->name);

			complain(m, source, "argument ", of);
		}
	}
	for (guint i = 0; i < e->arguments->len; i++) {
		g_autofree char *name = g_strdup(e->arguments->pdata[i]);

		*strchrnul(name, ':') = 0;
		if (!has_parameter(e, name)) {
			fprintf(stderr, "%s: %s has no argument %s\n", source->name, e->name, name);
			m->missing++;
		}
	}
	if (!e->context && context)
		e->context = capital(g_strdup(context));
	if (!e->context)
		complain(m, source, "the context of ", e->name);
}

/* What another form of the function says besides, behind its label. */
static void join(char **text, const char *label, const char *more)
{
	g_autofree char *before = *text;

	if (!more || (before && strstr(before, more)))
		*text = g_steal_pointer(&before);
	else
		*text = before ? g_strdup_printf("%s\n\n%s: %s", before, label, more) :
				 g_strdup(more);
}

/* "user_string(addr, err_msg)" */
static char *form_label(const struct entry *form)
{
	GString *label = g_string_new(form->name);

	g_string_append_c(label, '(');
	for (guint i = 0; i < form->parameters->len; i++)
		g_string_append_printf(label, "%s%s", i ? ", " : "",
				       (char *)form->parameters->pdata[i]);
	g_string_append_c(label, ')');
	return g_string_free(label, FALSE);
}

static void add_form(struct entry *e, const struct entry *form)
{
	g_autofree char *label = form_label(form);

	g_ptr_array_add(e->synopses, g_strdup(form->synopses->pdata[0]));
	join(&e->text, label, form->text);
	join(&e->returns, label, form->returns);
	join(&e->context, label, form->context);
	for (guint i = 0; i < form->parameters->len; i++) {
		const char *name = form->parameters->pdata[i], *text = find_argument(form, name);

		if (!has_parameter(e, name))
			g_ptr_array_add(e->parameters, g_strdup(name));
		if (text && !find_argument(e, name))
			g_ptr_array_add(e->arguments, g_strdup_printf("%s: %s", name, text));
	}
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

/* Why an alias is there that no kernel has: the argument of its unavailable(); or NULL. */
static const char *unavailable(const struct probe *alias)
{
	const struct probe_point *point = alias->points->pdata[0];
	const struct component *first = point->components->pdata[0];

	return strcmp(first->name, "unavailable") == 0 ? first->argument->string : NULL;
}

static struct entry *find_entry(const GPtrArray *entries, const char *name)
{
	for (guint i = 0; i < entries->len; i++) {
		struct entry *e = entries->pdata[i];

		if (strcmp(e->name, name) == 0)
			return e;
	}
	return NULL;
}

/* The end of an event says of which: "a.b.return" of "a.b", which stands before it. */
static void name_event(const GPtrArray *entries, struct entry *e)
{
	g_autofree char *name = g_strdup(e->name), *about = NULL, *text = NULL;
	const struct entry *event;

	if (!g_str_has_suffix(name, ".return"))
		return;
	name[strlen(name) - strlen(".return")] = 0;
	event = find_entry(entries, name);
	if (!event)
		return;
	about = summary(event->text);
	/* An acronym stays as it is. */
	if (!g_ascii_isupper(about[1]))
		*about = g_ascii_tolower(*about);
	text = g_steal_pointer(&e->text);
	e->text = g_strdup_printf("The end of %s (%s).\n\n%s", name, about, text);
}

static struct entry *entry_new(const char *kind, const char *name)
{
	struct entry *e = g_new0(struct entry, 1);

	e->kind = kind;
	e->name = g_strdup(name);
	e->synopses = g_ptr_array_new_with_free_func(g_free);
	e->arguments = g_ptr_array_new_with_free_func(g_free);
	e->parameters = g_ptr_array_new_with_free_func(g_free);
	return e;
}

static void add_function(struct maker *m, const struct source *source, const struct function *f,
			 GPtrArray *entries)
{
	struct entry *e = entry_new("function", f->name), *before = find_entry(entries, f->name);

	g_ptr_array_add(e->synopses, function_signature(f));
	for (guint i = 0; i < f->parameters->len; i++) {
		const struct variable *v = f->parameters->pdata[i];

		g_ptr_array_add(e->parameters, g_strdup(v->name));
	}
	describe(m, source, f->token->begin, e);
	if (before) {
		add_form(before, e);
		entry_free(e);
		return;
	}
	g_ptr_array_add(entries, e);
	m->functions++;
}

/* described: by comments; else nothing is said.  context: of all functions, or NULL. */
static GPtrArray *entries_of(struct maker *m, const struct script *script, bool described,
			     const char *context)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);

	for (guint i = 0; i < script->functions->len; i++) {
		const struct function *f = script->functions->pdata[i];

		if (!f->private && f->name[0] != '_')
			add_function(m, script->source, f, entries);
	}
	for (guint i = 0; i < entries->len; i++)
		check_function(m, script->source, entries->pdata[i], context);
	for (guint i = 0; i < script->aliases->len; i++) {
		const struct probe *alias = script->aliases->pdata[i];
		g_autofree char *name = probe_point_text(alias->alias);
		struct entry *e;

		if (alias->private || name[0] == '_')
			continue;
		e = entry_new("probe", name);
		g_ptr_array_add(e->synopses, g_strdup(name));
		if (!described) {
			e->text = g_strdup("");
		} else if (unavailable(alias)) {
			e->text = g_strdup_printf("Unavailable: %s.", unavailable(alias));
		} else {
			describe(m, script->source, alias->token->begin, e);
			name_event(entries, e);
		}
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

static void add_part(GString *page, const char *title, const char *text)
{
	if (!text)
		return;
	g_string_append_printf(page, ".SH %s\n", title);
	add_troff(page, text);
}

static void add_arguments(GString *page, const struct entry *e)
{
	if (e->arguments->len)
		g_string_append(page, ".SH ARGUMENTS\n");
	for (guint i = 0; i < e->arguments->len; i++) {
		const char *argument = e->arguments->pdata[i], *colon = strchr(argument, ':');

		g_string_append_printf(page, ".TP\n.I %.*s\n", (int)(colon - argument), argument);
		add_troff(page, colon + 2);
	}
}

static void write_entry_page(const struct maker *m, const char *tapset, const struct entry *e)
{
	g_autoptr(GString) page = g_string_new(NULL);
	g_autofree char *title = g_strdup_printf("%s::%s", e->kind, e->name);
	g_autofree char *about = summary(e->text);

	begin_page(m, page, title, about);
	g_string_append(page, ".SH SYNOPSIS\n");
	for (guint i = 0; i < e->synopses->len; i++)
		g_string_append_printf(page, "%s.B \"%s\"\n", i ? ".br\n" : "",
				       (char *)e->synopses->pdata[i]);
	g_string_append(page, ".SH DESCRIPTION\n");
	add_troff(page, e->text);
	add_arguments(page, e);
	add_part(page, "RETURN VALUE", e->returns);
	add_part(page, "CONTEXT", e->context);
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

		for (guint j = 0; j < e->synopses->len; j++)
			g_string_append_printf(page, "%s.B \"%s\"\n", j ? ".TQ\n" : ".TP\n",
					       (char *)e->synopses->pdata[j]);
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

		g_string_append_printf(page, "\n## %s `%s`\n", e->kind,
				       (char *)e->synopses->pdata[0]);
		for (guint j = 1; j < e->synopses->len; j++)
			g_string_append_printf(page, "\nand `%s`\n", (char *)e->synopses->pdata[j]);
		if (*e->text)
			g_string_append_printf(page, "\n%s\n", e->text);
		for (guint j = 0; j < e->arguments->len; j++)
			g_string_append_printf(page, "%s- %s\n", j ? "" : "\n",
					       (char *)e->arguments->pdata[j]);
		if (e->returns)
			g_string_append_printf(page, "\nReturns: %s\n", e->returns);
		if (e->context)
			g_string_append_printf(page, "\nContext: %s\n", e->context);
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
	g_autofree char *context = NULL, *about = introduction(script->source, &context);
	g_autoptr(GPtrArray) entries = entries_of(m, script, true, context);

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
		GPtrArray *entries = entries_of(m, scripts->pdata[i], false, NULL);

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
