// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * btf_code.c - functions and tracepoints.  Parameters are where the calling convention puts them
 * when a function is entered.
 */
#include "btf_file.h"

#include <errno.h>
#include <string.h>

/* ---- functions ------------------------------------------------------------------------------- */

/* Of the module's own: a module's ids begin behind the kernel's. */
static void read_functions(struct debug_module *m)
{
	struct btf_file *file = btf_file(m);
	const struct btf *base = btf__base_btf(file->btf);

	if (g_hash_table_size(file->functions))
		return;
	for (guint32 id = base ? btf__type_cnt(base) : 1; id < file->count; id++) {
		const struct btf_type *t = btf__type_by_id(file->btf, id);
		const char *name = btf_is_func(t) ? btf_name(m, t->name_off) : NULL;
		struct btf_function *f;

		if (!name)
			continue;
		f = arena_alloc(m->arena, sizeof(*f));
		f->prototype = t->type;
		f->next = g_hash_table_lookup(file->functions, name);
		g_hash_table_insert(file->functions, (gpointer)name, f);
	}
}

static void add_function(struct debug_module *m, const char *name, const struct btf_function *found,
			 GPtrArray *out)
{
	struct debug_function *f = arena_alloc(m->arena, sizeof(*f));

	f->module = m;
	f->name = f->symbol = name;
	/* Where it is, is for the runtime to find by its symbol. */
	f->section = debug_module_section(m, m->is_kernel ? NULL : ".text");
	f->id = found->prototype;
	g_ptr_array_add(out, f);
}

static bool same_type(struct debug_module *m, guint32 a, guint32 b)
{
	g_autoptr(GString) text = g_string_new(NULL), other = g_string_new(NULL);

	debug_type_print(text, btf_type_object(m, a));
	debug_type_print(other, btf_type_object(m, b));
	return g_string_equal(text, other);
}

/* But for the names of parameters: a weak function's may have others. */
static bool same_prototype(struct debug_module *m, const struct btf_type *a,
			   const struct btf_type *b)
{
	bool same = btf_vlen(a) == btf_vlen(b) && same_type(m, a->type, b->type);

	for (guint16 i = 0; same && i < btf_vlen(a); i++)
		same = same_type(m, btf_params(a)[i].type, btf_params(b)[i].type);
	return same;
}

/* Do all that have this name have the same parameters and result?  Else *why. */
static bool is_one_function(struct debug_module *m, const char *name, const char **why)
{
	const struct btf_function *first = g_hash_table_lookup(btf_file(m)->functions, name);
	const struct btf_function *other = first;

	while (other && same_prototype(m, btf__type_by_id(btf_file(m)->btf, first->prototype),
				       btf__type_by_id(btf_file(m)->btf, other->prototype)))
		other = other->next;
	if (!other)
		return true;
	*why = arena_printf(m->arena, "several functions are named %s, and which of them is meant, "
			    "and has which parameters, is not known; %s", name,
			    debug_missing(m->debuginfo, m->name));
	return false;
}

bool btf_function_described(const struct debug_function *f, const char **why)
{
	return is_one_function(f->module, f->name, why);
}

int btf_functions(struct debug_module *m, const struct debug_pattern *pattern,
		  enum debug_which which, GPtrArray *out, const char **why)
{
	GHashTable *functions = btf_file(m)->functions;
	GHashTableIter iter;
	gpointer name, f;

	if (pattern->file || pattern->lines != LINE_NONE || !(which & DEBUG_OWN_CODE)) {
		*why = debug_missing(m->debuginfo, m->name);
		return -EOPNOTSUPP;
	}
	read_functions(m);
	if (debug_glob_is_plain(pattern->function)) {
		if (!g_hash_table_lookup_extended(functions, pattern->function, &name, &f))
			return 0;
		if (!is_one_function(m, name, why))
			return -EOPNOTSUPP;
		add_function(m, name, f, out);
		return 0;
	}
	g_hash_table_iter_init(&iter, functions);
	while (g_hash_table_iter_next(&iter, &name, &f))
		if (debug_glob_fits(pattern->function, name))
			add_function(m, name, f, out);
	debug_functions_sort(out);
	return 0;
}

void btf_function_names(struct debug_module *m, GPtrArray *candidates)
{
	GHashTableIter iter;
	gpointer name;

	read_functions(m);
	g_hash_table_iter_init(&iter, btf_file(m)->functions);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(candidates, name);
}

static const struct btf_type *prototype(const struct debug_function *f)
{
	return btf__type_by_id(btf_file(f->module)->btf, (guint32)f->id);
}

const struct debug_type *btf_return_type(const struct debug_function *f)
{
	return btf_type_object(f->module, prototype(f)->type);
}

/* ---- parameters ------------------------------------------------------------------------------ */

static void add_parameters(struct debug_module *m, const struct btf_type *proto, guint16 first,
			   GPtrArray *out)
{
	for (guint16 i = first; i < btf_vlen(proto); i++) {
		const struct btf_param *p = &btf_params(proto)[i];
		struct debug_variable *v = arena_alloc(m->arena, sizeof(*v));

		v->name = btf_name(m, p->name_off);
		v->type = btf_type_object(m, p->type);
		v->parameter = true;
		v->id = i;
		/* "..." has no name. */
		if (v->name)
			g_ptr_array_add(out, v);
	}
}

void btf_variables(const struct debug_scope *scope, GPtrArray *out)
{
	add_parameters(scope->function->module, prototype(scope->function), 0, out);
}

const struct debug_variable *btf_variable_find(const struct debug_scope *scope, const char *name,
					       const char **why)
{
	struct debug_module *m = scope->function->module;
	const struct btf_function *f =
		g_hash_table_lookup(btf_file(m)->functions, scope->function->name);
	GPtrArray *all = arena_list(m->arena);

	/* Those of the same name have the same parameters, maybe by other names. */
	for (; f; f = f->next)
		add_parameters(m, btf__type_by_id(btf_file(m)->btf, f->prototype), 0, all);
	for (guint i = 0; i < all->len; i++)
		if (!strcmp(((struct debug_variable *)all->pdata[i])->name, name))
			return all->pdata[i];
	*why = arena_printf(m->arena, "'%s' is no parameter of %s; others need debuginfo: %s", name,
			    scope->function->name, debug_missing(m->debuginfo, m->name));
	return NULL;
}

int btf_locate(struct debug_module *m, const struct debug_scope *scope,
	       const struct debug_variable *v, const struct token *token,
	       struct debug_location *out, const char **why)
{
	const struct btf_type *proto = prototype(scope->function);
	GPtrArray *types = arena_list(m->arena);

	for (guint16 i = 0; i <= v->id; i++)
		g_ptr_array_add(types, (gpointer)btf_type_object(m, btf_params(proto)[i].type));
	return debug_parameter_location(m, btf_return_type(scope->function), types, token, out,
					why);
}

/* ---- tracepoints ----------------------------------------------------------------------------- */

#define ITERATOR "__traceiter_"	/* what a tracepoint calls: (void *, its arguments) */

static int compare_tracepoints(gconstpointer a, gconstpointer b)
{
	const struct debug_tracepoint *x = *(struct debug_tracepoint *const *)a;
	const struct debug_tracepoint *y = *(struct debug_tracepoint *const *)b;
	int order = g_strcmp0(x->system, y->system);

	return order ? order : strcmp(x->name, y->name);
}

int btf_tracepoints(struct debug_module *m, const char *pattern, GPtrArray *out, const char **why)
{
	GHashTableIter iter;
	gpointer name, f;

	(void)why;
	read_functions(m);
	g_hash_table_iter_init(&iter, btf_file(m)->functions);
	while (g_hash_table_iter_next(&iter, &name, &f)) {
		const struct btf_type *proto = btf__type_by_id(
			btf_file(m)->btf, ((const struct btf_function *)f)->prototype);
		struct debug_tracepoint *tracepoint;
		const char *system;

		if (!g_str_has_prefix(name, ITERATOR))
			continue;
		name = (char *)name + strlen(ITERATOR);
		system = debug_tracepoint_system(m->debuginfo, name);
		if (!debug_tracepoint_fits(pattern, system, name))
			continue;
		tracepoint = arena_alloc(m->arena, sizeof(*tracepoint));
		tracepoint->name = name;
		tracepoint->system = system;
		tracepoint->arguments = arena_list(m->arena);
		add_parameters(m, proto, 1, tracepoint->arguments);
		g_ptr_array_add(out, tracepoint);
	}
	g_ptr_array_sort(out, compare_tracepoints);
	return 0;
}
