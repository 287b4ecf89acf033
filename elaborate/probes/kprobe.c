// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kprobe.function("f"): a kernel function by its symbol, without debuginfo.  Whether it exists is
 * seen at load time; nothing is said of one that the point makes optional (?).  Of one that is a
 * system call the kernel's headers know the parameters.
 *
 * kprobe.statement(0xffffffff81234567).absolute: an address of the running kernel, unchecked, as
 * kernel.statement() has it, too.
 */
#include "provider.h"

#include <errno.h>
#include <string.h>

#define ON_RETURN 1
#define IN_MODULE 2
#define ABSOLUTE 4

struct kprobe_probe {
	const char *symbol;	/* "vfs_read", or "ext4:ext4_sync_fs"; NULL: by address */
	guint64 pc;
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
	{ "kprobe.statement(number).absolute", "an address, unchecked; guru mode only", ABSOLUTE },
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
	const char *function, *text;

	if (match->pattern->value & ABSOLUTE) {
		probe.pc = (guint64)match->arguments[0]->number;
		text = absolute_statement(s, "kprobe", probe.pc, why);
		if (!text)
			return -ENOENT;
		derive_probe(d, text, &probe);
		return 0;
	}
	function = match->arguments[names - 1]->string;
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
	if (!data->symbol) {
		*why = "nothing is known of the variables at an absolute address";
		return -ENOENT;
	}
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

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct kprobe_probe *data = probe->data;

	if (!data->symbol) {
		g_string_append_printf(out,
				       ".kind = STP_KERNEL_STATEMENT, .pc = 0x%" G_GINT64_MODIFIER
				       "xULL", data->pc);
		return;
	}
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
