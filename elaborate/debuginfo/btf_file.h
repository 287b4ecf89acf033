/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btf_file.h - what the parts of the BTF source share. */
#ifndef ELABORATE_DEBUGINFO_BTF_FILE_H
#define ELABORATE_DEBUGINFO_BTF_FILE_H

#include "internal.h"

#include <bpf/btf.h>

/* debug_module.data: a module's types begin where the kernel's end. */
struct btf_file {
	struct btf *btf;
	struct debug_type **types;	/* by id; NULL: not asked for yet */
	guint32 count;			/* of ids */
	GHashTable *functions;		/* name → struct btf_function */
};

/* Functions of one name may have different prototypes; which is where is not known. */
struct btf_function {
	guint32 prototype;	/* a BTF_KIND_FUNC_PROTO */
	struct btf_function *next;
};

/* btf.c */
struct btf_file *btf_file(const struct debug_module *m);
const char *btf_name(const struct debug_module *m, guint32 offset);	/* NULL: it has none */

/* btf_types.c */
const struct debug_type *btf_type_object(struct debug_module *m, guint32 id);
const struct debug_type *btf_type_target(const struct debug_type *type);
const struct debug_type *btf_type_complete(const struct debug_type *type);
const GPtrArray *btf_type_members(const struct debug_type *type);
const GPtrArray *btf_type_enumerators(const struct debug_type *type);
const GPtrArray *btf_type_parameters(const struct debug_type *type);
const struct debug_type *btf_type_find(struct debug_module *m, enum debug_type_kind kind,
				       const char *name);
bool btf_enumerator_find(struct debug_module *m, const char *name, gint64 *value);

/* btf_code.c */
int btf_functions(struct debug_module *m, const struct debug_pattern *pattern,
		  enum debug_which which, GPtrArray *out, const char **why);
void btf_function_names(struct debug_module *m, GPtrArray *candidates);
bool btf_function_described(const struct debug_function *f, const char **why);
void btf_variables(const struct debug_scope *scope, GPtrArray *out);
const struct debug_variable *btf_variable_find(const struct debug_scope *scope, const char *name,
					       const char **why);
const struct debug_type *btf_return_type(const struct debug_function *f);
int btf_locate(struct debug_module *m, const struct debug_scope *scope,
	       const struct debug_variable *v, const struct token *token,
	       struct debug_location *out, const char **why);
int btf_tracepoints(struct debug_module *m, const char *pattern, GPtrArray *out, const char **why);

#endif
