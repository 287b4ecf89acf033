// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kprobe.function("f"): a kernel function by its symbol, without debuginfo.  Whether it exists is
 * seen at load time; nothing is said of one that the point makes optional (?).  Of one that is a
 * system call the kernel's headers know the parameters.
 */
#include "provider.h"

#include <errno.h>
#include <string.h>

#define ON_RETURN 1
#define IN_MODULE 2

struct kprobe_probe {
	const char *symbol;	/* "vfs_read", or "ext4:ext4_sync_fs" */
	bool on_return, optional;
	gint64 maxactive;
};

static const struct point_pattern patterns[] = {
	{ "kprobe.function(string)", "entry of a kernel function", 0 },
	{ "kprobe.function(string).call", "the same", 0 },
	{ "kprobe.function(string).return", "return of a kernel function", ON_RETURN },
	{ "kprobe.function(string).return.maxactive(number)",
	  "the same, with room for so many calls at a time", ON_RETURN },
	{ "kprobe.module(string).function(string)", "entry of a function of a module", IN_MODULE },
	{ "kprobe.module(string).function(string).call", "the same", IN_MODULE },
	{ "kprobe.module(string).function(string).return", "return of a function of a module",
	  IN_MODULE | ON_RETURN },
	{ "kprobe.module(string).function(string).return.maxactive(number)",
	  "the same, with room for so many calls at a time", IN_MODULE | ON_RETURN },
	{ NULL, NULL, 0 },
};

static bool is_symbol(const char *name)
{
	return *name && strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.") == strlen(name);
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	struct kprobe_probe probe = { 0 };
	bool in_module = match->pattern->value & IN_MODULE;
	guint names = in_module ? 2 : 1;
	const char *function = match->arguments[names - 1]->string;

	if (!is_symbol(function)) {
		*why = "a kprobe takes the name of one function, without wildcards or a file";
		return -ENOENT;
	}
	if (in_module && !is_symbol(match->arguments[0]->string)) {
		*why = "a kprobe takes the name of one module, without wildcards or a path";
		return -ENOENT;
	}
	probe.symbol = in_module ? arena_printf(s->arena, "%s:%s", match->arguments[0]->string,
						 function) :
				    function;
	probe.optional = match->point->optional;
	probe.on_return = match->pattern->value & ON_RETURN;
	probe.maxactive = match->argument_count > names ? match->arguments[names]->number : 0;
	if (probe.maxactive >= 0 && probe.maxactive <= G_MAXINT16) {
		derive_probe(d, NULL, &probe);
		return 0;
	}
	report_semantic(s->diagnostics, "maxactive-range", match->arguments[names]->token, NULL,
			"maxactive must be between 0 and %d", G_MAXINT16);
	return -EINVAL;
}

/* What a function returns, and a system call's parameters, by the names in the kernel's headers. */
static int variable(struct session *s, const struct derived_probe *probe, const char *name,
		    const struct token *token, struct context_variable *out, const char **why)
{
	static const char *const getters[] = {
		[DEBUG_SYSCALL_ULONG] = "_sys_ulong",
		[DEBUG_SYSCALL_LONG] = "_sys_long",
		[DEBUG_SYSCALL_INT] = "_sys_int",
		[DEBUG_SYSCALL_UINT] = "_sys_uint",
	};
	const struct kprobe_probe *data = probe->data;
	enum debug_syscall_type type;

	(void)token;
	if (data->on_return && !strcmp(name, "return")) {
		out->getter = "returnval";
		return 0;
	}
	out->number = debug_syscall_parameter(session_debuginfo(s), data->symbol, name, &type);
	if (!out->number) {
		*why = "unresolved target-symbol expression";
		return -ENOENT;
	}
	out->getter = getters[type];
	out->setter = s->options.guru && !data->on_return ? "_sys_set" : NULL;
	return 0;
}

static bool on_return(const struct derived_probe *probe)
{
	return ((const struct kprobe_probe *)probe->data)->on_return;
}

/* ---- context variables ----------------------------------------------------------------------- */

/* Where struct pt_regs, which the entry of a system call is called with, has the arguments. */
static const struct {
	const char *prefix;	/* of the entry's symbol */
	const char *body;	/* of the function with the arguments' names and types */
	guint8 offsets[6];
} entries[] = {
	{ "__x64_sys_", "__do_sys_", { 112, 104, 96, 56, 72, 64 } },
	{ "__ia32_sys_", "__do_sys_", { 40, 88, 96, 104, 112, 32 } },
	{ "__ia32_compat_sys_", "__do_compat_sys_", { 40, 88, 96, 104, 112, 32 } },
};

/* The parameters of a system call's body (struct debug_variable), which compilers always inline. */
static GPtrArray *call_parameters(struct session *s, const char *body, const char **why)
{
	struct debug_module *m = debug_module_open(session_debuginfo(s), "kernel", why);
	struct debug_pattern *pattern = m ? debug_pattern_parse(s->arena, body, why) : NULL;
	GPtrArray *functions = arena_list(s->arena), *parameters = arena_list(s->arena), *all;
	struct debug_scope scope;

	if (!pattern || debug_functions(m, pattern, DEBUG_OWN_CODE | DEBUG_INLINED, functions, why) ||
	    !functions->len)
		return NULL;
	scope.function = functions->pdata[0];
	scope.pc = scope.function->pc;
	all = debug_variables(&scope);
	for (guint i = 0; i < all->len; i++)
		if (((const struct debug_variable *)all->pdata[i])->parameter)
			g_ptr_array_add(parameters, all->pdata[i]);
	return parameters;
}

/* At `offset` of the struct pt_regs that the first argument points to. */
static struct expr *saved_register(struct session *s, guint offset, const struct token *token)
{
	struct expr *regs = expr_primitive(s->arena, PRIMITIVE_REGISTER, token, NULL, NULL), *sum;

	regs->primitive.number = 5;	/* rdi, by DWARF's number */
	sum = expr_binary(s->arena, OP_ADD, token, regs, expr_number(s->arena, token, offset));
	sum->type = TYPE_LONG;
	return sum;
}

static int argument(struct session *s, const struct kprobe_probe *data, const char *name,
		    const struct token *token, struct context_variable *out, const char **why)
{
	for (guint e = 0; e < G_N_ELEMENTS(entries); e++) {
		GPtrArray *parameters;
		const char *body;

		if (!g_str_has_prefix(data->symbol, entries[e].prefix))
			continue;
		body = arena_printf(s->arena, "%s%s", entries[e].body,
				    data->symbol + strlen(entries[e].prefix));
		parameters = call_parameters(s, body, why);
		if (!parameters) {
			*why = "the names of a system call's arguments need the kernel's debuginfo; "
			       "the variables of the library's syscall.* do not";
			return -ENOENT;
		}
		for (guint i = 0; i < parameters->len && i < G_N_ELEMENTS(entries[e].offsets); i++) {
			const struct debug_variable *v = parameters->pdata[i];

			if (strcmp(v->name, name))
				continue;
			out->type = v->type;
			out->at_entry = data->on_return;
			out->location.writable_register = -1;
			out->location.address = saved_register(s, entries[e].offsets[i], token);
			return 0;
		}
		*why = arena_printf(s->arena, "the system call has no argument '%s'", name);
		return -ENOENT;
	}
	*why = "kprobe probes have no context variables but $return; kernel.function does";
	return -ENOENT;
}

static int variable(struct session *s, const struct derived_probe *probe, const char *name,
		    const struct token *token, struct context_variable *out, const char **why)
{
	const struct kprobe_probe *data = probe->data;

	if (strcmp(name, "return"))
		return argument(s, data, name, token, out, why);
	if (!data->on_return) {
		*why = "$return is only valid in .return probes";
		return -ENOENT;
	}
	/* rax: what it is of a narrower type, nobody tells. */
	out->location.value = expr_primitive(s->arena, PRIMITIVE_REGISTER, token, NULL, NULL);
	return 0;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct kprobe_probe *data = probe->data;

	g_string_append_printf(out, ".kind = %s, .symbol = \"%s\"",
			       data->on_return ? "STP_KERNEL_RETURN" : "STP_KERNEL_ENTRY",
			       data->symbol);
	if (probe->save)
		g_string_append_printf(out,
				       ", .save = probe_%u, .saved_size = sizeof(struct saved_%u)",
				       probe->save->serial, probe->saved->serial);
	if (data->maxactive)
		g_string_append_printf(out, ", .maxactive = %" G_GINT64_FORMAT, data->maxactive);
	if (data->optional)
		g_string_append(out, ", .optional = true");
	if (!data->on_return && handler_needs_all_registers(probe->handler))
		g_string_append(out, ", .all_registers = true");
}

const struct probe_provider kprobe_provider = {
	.name = "kprobe",
	.runtime = "kernel",
	.doc = "kernel functions by symbol, without debuginfo",
	.patterns = patterns,
	.resolve = resolve,
	.variable = variable,
	.on_return = on_return,
	.emit_element = emit_element,
	.unlisted = true,
	.rearms = true,
	.private_size = sizeof(struct kprobe_probe),
};
