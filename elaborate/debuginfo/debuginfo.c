// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * debuginfo.c - the interface: which file describes a module, and which source answers.  What no
 * source can answer has its documented default here.
 */
#include "internal.h"
#include "progress.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

/* In the order in which they are asked. */
static const struct debug_source *const sources[] = { &dwarf_source, &btf_source };

/* ---- sessions and modules -------------------------------------------------------------------- */

struct debuginfo *debuginfo_new(struct session *s, const char *release)
{
	struct debuginfo *d = arena_alloc(s->arena, sizeof(*d));

	d->session = s;
	d->arena = s->arena;
	d->release = arena_strdup(s->arena, release);
	d->modules = arena_table(s->arena, NULL);
	d->headers = arena_table(s->arena, g_free);
	d->refused = arena_table(s->arena, NULL);
	return d;
}

struct debuginfo *session_debuginfo(struct session *s)
{
	struct utsname host;

	if (s->debuginfo)
		return s->debuginfo;
	if (s->tree) {
		s->debuginfo = debuginfo_new(s, kbuild_tree_release(s->tree));
	} else if (s->options.release) {
		s->debuginfo = debuginfo_new(s, s->options.release);
	} else {
		uname(&host);
		s->debuginfo = debuginfo_new(s, host.release);
	}
	return s->debuginfo;
}

static struct debug_module *module_new(struct debuginfo *d, const char *name)
{
	struct debug_module *m = arena_alloc(d->arena, sizeof(*m));

	m->debuginfo = d;
	m->arena = d->arena;
	m->name = arena_strdup(d->arena, name);
	m->is_kernel = strcmp(name, "kernel") == 0;
	m->sections = arena_table(d->arena, NULL);
	return m;
}

/* Who installs what was not there gets another result. */
static void note_files(const struct debug_module *m)
{
	struct debuginfo *d = m->debuginfo;
	const GPtrArray *better = m->source == sources[0] ? NULL :
				  m->is_kernel		  ? debug_kernel_files(d) :
							    debug_module_files(d, m->path);

	manifest_add(d->session->manifest, m->path);
	for (guint i = 0; better && i < better->len; i++)
		manifest_add(d->session->manifest, better->pdata[i]);
}

/* module("/path/x.ko"): that file, whatever the release has under its name. */
static struct debug_module *open_path(struct debuginfo *d, const char *path, const char **why)
{
	struct debug_module *m = g_hash_table_lookup(d->modules, path);
	g_autofree char *base = g_path_get_basename(path);
	char *end = strstr(base, ".ko");

	if (m)
		return m;
	if (end)
		*end = 0;
	m = debug_module_open_file(d, debug_module_normalize(d->arena, base), path, why);
	if (!m)
		return NULL;
	g_hash_table_insert(d->modules, (char *)m->path, m);
	if (d->session->manifest)
		manifest_add(d->session->manifest, m->path);
	return m;
}

static void keep_error(void *data, const char *text)
{
	char **why = data;

	g_free(*why);
	*why = g_strdup(text);
}

/* "<a.h><b.h>" or "kernel<a.h><b.h>" compiled; *object: path, *why: both g_free(). */
static int compile_headers(struct session *s, const char *name, char **object, char **why)
{
	struct kbuild_log log = { .error = keep_error, .data = why };
	const char *headers = strchr(name, '<');
	bool of_kernel = headers != name;
	int r = 0;

	if (of_kernel && !g_str_has_prefix(name, "kernel<")) {
		*why = g_strdup_printf("the headers of %s are either the kernel's, kernel%s, or those "
				       "of programs, %s", name, headers, headers);
		return -EINVAL;
	}
	if (!s->build_dir) {
		*why = g_strdup("there is no folder to compile headers in");
		return -ENOENT;
	}
	if (of_kernel && !s->tree)
		r = kbuild_tree_open(s->options.release, &log, &s->tree);
	if (r < 0)
		return r;
	progress_begin("compiling %s", name);
	r = kbuild_headers(s->tree, s->options.use_cache ? s->cache : NULL, of_kernel, headers,
			   s->build_dir, s->manifest, object, why);
	progress_end();
	return r;
}

/* What headers declare, as a module that has types and nothing else. */
static struct debug_module *open_headers(struct debuginfo *d, const char *name, const char **why)
{
	struct debug_module *m = g_hash_table_lookup(d->modules, name);
	char *object = NULL, *text = NULL;

	*why = g_hash_table_lookup(d->refused, name);
	if (m || *why)
		return m;
	if (compile_headers(d->session, name, &object, &text) == 0)
		m = debug_module_open_file(d, name, object, why);
	else
		*why = arena_strdup(d->arena, text);
	if (m)
		m->of_programs = *name == '<';
	g_free(object);
	g_free(text);
	g_hash_table_insert(m ? d->modules : d->refused, arena_strdup(d->arena, name),
			    m ? (void *)m : (void *)*why);
	return m;
}

struct debug_module *debug_module_open(struct debuginfo *d, const char *name, const char **why)
{
	const char *normal = debug_module_normalize(d->arena, name);
	struct debug_module *m = g_hash_table_lookup(d->modules, normal);

	if (strchr(name, '<'))
		return open_headers(d, name, why);
	if (strchr(name, '/'))
		return open_path(d, name, why);
	if (m)
		return m;
	m = module_new(d, normal);
	if (!m->is_kernel && !debug_module_ko(d, normal)) {
		*why = arena_printf(d->arena, "module '%s' not found", name);
		return NULL;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
		int r;

		m->source = sources[i];
		r = sources[i]->open(m, why);
		if (r == 0) {
			g_hash_table_insert(d->modules, (char *)m->name, m);
			if (d->session->manifest)
				note_files(m);
			return m;
		}
		if (r != -ENOENT)
			return NULL;
	}
	*why = debug_missing(d, normal);
	return NULL;
}

struct debug_module *debug_module_open_file(struct debuginfo *d, const char *name,
					    const char *path, const char **why)
{
	struct debug_module *m = module_new(d, name);
	int r;

	m->path = arena_strdup(d->arena, path);
	m->source = &dwarf_source;
	r = m->source->open(m, why);
	if (r == -ENOENT && !m->is_kernel) {
		const char *no_btf;

		m->source = &btf_source;
		r = m->source->open(m, &no_btf);
	}
	return r < 0 ? NULL : m;
}

const char *debug_module_name(const struct debug_module *m)
{
	return m->name;
}

const char *debug_module_source(const struct debug_module *m)
{
	return m->source->name;
}

bool debug_module_of_programs(const struct debug_module *m)
{
	return m->of_programs;
}

const char *debug_module_build_id(const struct debug_module *m)
{
	return m->build_id;
}

const struct debug_section *debug_module_section(struct debug_module *m, const char *name)
{
	struct debug_section *section = g_hash_table_lookup(m->sections, name ? name : "");
	struct session *s = m->debuginfo->session;

	if (section)
		return section;
	section = arena_alloc(m->arena, sizeof(*section));
	section->owner = m;
	section->module = m->name;
	section->name = name ? arena_strdup(m->arena, name) : NULL;
	section->build_id = m->build_id;
	section->symbol = "";
	if (m->source->section_symbol)
		m->source->section_symbol(m, section->name, &section->symbol, &section->symbol_pc);
	if (!s->sections)
		s->sections = arena_list(s->arena);
	section->serial = s->sections->len;
	g_ptr_array_add(s->sections, section);
	g_hash_table_insert(m->sections, section->name ? (char *)section->name : "", section);
	return section;
}

/* ---- code ------------------------------------------------------------------------------------ */

static int needs_dwarf(struct debug_module *m, const char **why)
{
	*why = debug_missing(m->debuginfo, m->name);
	return -EOPNOTSUPP;
}

static int compare_functions(gconstpointer a, gconstpointer b)
{
	const struct debug_function *x = *(struct debug_function *const *)a;
	const struct debug_function *y = *(struct debug_function *const *)b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = g_strcmp0(x->file, y->file);
	if (!order)
		order = (x->line > y->line) - (x->line < y->line);
	if (!order && x->section != y->section)
		order = g_strcmp0(x->section->name, y->section->name);
	if (!order)
		order = (x->pc > y->pc) - (x->pc < y->pc);
	return order;
}

void debug_functions_sort(GPtrArray *functions)
{
	g_ptr_array_sort(functions, compare_functions);
}

int debug_functions(struct debug_module *m, const struct debug_pattern *pattern,
		    enum debug_which which, GPtrArray *out, const char **why)
{
	if (!m->source->functions)
		return needs_dwarf(m, why);
	return m->source->functions(m, pattern, which, out, why);
}

void debug_function_names(struct debug_module *m, GPtrArray *candidates)
{
	if (m->source->function_names)
		m->source->function_names(m, candidates);
}

const char *debug_functions_lack(struct debug_module *m)
{
	if (!m->source->lacks)
		return NULL;
	return arena_printf(m->arena, "%s lacks %s; %s", m->source->name, m->source->lacks,
			    debug_missing(m->debuginfo, m->name));
}

int debug_exports_known(struct debug_module *m, const char **why)
{
	return m->source->function_exported ? 0 : needs_dwarf(m, why);
}

bool debug_function_described(const struct debug_function *f, const char **why)
{
	return !f->module->source->function_described ||
	       f->module->source->function_described(f, why);
}

bool debug_function_exported(const struct debug_function *f)
{
	return f->module->source->function_exported && f->module->source->function_exported(f);
}

int debug_statements(struct debug_module *m, const struct debug_pattern *pattern, bool nearest,
		     GPtrArray *out, const char **why)
{
	if (!m->source->statements)
		return needs_dwarf(m, why);
	return m->source->statements(m, pattern, nearest, out, why);
}

struct debug_place *debug_statement_at(struct debug_module *m, guint64 pc, const char **why)
{
	if (!m->source->statement_at) {
		needs_dwarf(m, why);
		return NULL;
	}
	return m->source->statement_at(m, pc, why);
}

int debug_code_sections(struct debug_module *m, GPtrArray *out, const char **why)
{
	if (!m->source->code_sections)
		return needs_dwarf(m, why);
	m->source->code_sections(m, out);
	return 0;
}

const char *debug_module_identity(const struct debug_module *m)
{
	return m->source->identity(m);
}

GByteArray *debug_line_table(struct debug_module *m)
{
	return m->source->line_table(m);
}

int debug_labels(const struct debug_function *f, const char *pattern, GPtrArray *out,
		 const char **why)
{
	if (!f->module->source->labels)
		return needs_dwarf(f->module, why);
	return f->module->source->labels(f, pattern, out, why);
}

int debug_callees(const struct debug_function *f, const char *pattern, GPtrArray *out,
		  const char **why)
{
	if (!f->module->source->callees)
		return needs_dwarf(f->module, why);
	return f->module->source->callees(f, pattern, out, why);
}

/* ---- variables ------------------------------------------------------------------------------- */

GPtrArray *debug_variables(const struct debug_scope *scope)
{
	struct debug_module *m = scope->function->module;
	GPtrArray *variables = arena_list(m->arena);

	if (m->source->variables)
		m->source->variables(scope, variables);
	return variables;
}

const struct debug_variable *debug_variable_find(const struct debug_scope *scope, const char *name,
						 const char **why)
{
	struct debug_module *m = scope->function->module;

	if (!m->source->variable_find) {
		needs_dwarf(m, why);
		return NULL;
	}
	return m->source->variable_find(scope, name, why);
}

const struct debug_variable *debug_global_find(struct debug_module *m, const char *name,
					       const char *file, const char **why)
{
	if (!m->source->global_find) {
		needs_dwarf(m, why);
		return NULL;
	}
	return m->source->global_find(m, name, file, why);
}

const struct debug_type *debug_return_type(const struct debug_function *f)
{
	struct debug_module *m = f->module;

	return m->source->return_type ? m->source->return_type(f) : debug_void(m);
}

int debug_locate(const struct debug_scope *scope, const struct debug_variable *v,
		 const struct token *token, struct debug_location *out, const char **why)
{
	struct debug_module *m = scope ? scope->function->module : v->type->module;

	*out = (struct debug_location){ .writable_register = -1 };
	if (!m->source->locate)
		return needs_dwarf(m, why);
	return m->source->locate(m, scope, v, token, out, why);
}

int debug_locate_return(const struct debug_function *f, const struct token *token,
			struct debug_location *out, const char **why)
{
	*out = (struct debug_location){ .writable_register = -1 };
	return debug_return_location(f->module, debug_return_type(f), token, out, why);
}

/* ---- symbols and tracepoints ----------------------------------------------------------------- */

bool debug_symbol_find(struct debug_module *m, const char *name, guint64 *pc)
{
	return m->source->symbol_find && m->source->symbol_find(m, name, pc);
}

int debug_tracepoints(struct debug_module *m, const char *pattern, GPtrArray *out,
		      const char **why)
{
	if (!m->source->tracepoints)
		return needs_dwarf(m, why);
	return m->source->tracepoints(m, pattern, out, why);
}
