// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the place of a translated script: sections, probes by address, tracepoints.  The kernel's "file" has
 * _text at 0x1000000; what that makes of the address of a function comes as `rmdir`, and the build-id
 * as `build_id`.  Addresses in the module's file are in target.h.
 */
#define MAXERRORS 2
#include "embedded.h"
#include "probe_session.h"
#include "probe_kernel.h"
#include "probe_trace.h"
#include "target.h"

static char g_build_id[MAXSTRINGLEN];
static int64_t g_text, g_rmdir;

static struct stp_section sections[] = {
	{ .module = "kernel", .build_id = g_build_id, .symbol = "_text", .symbol_pc = 0x1000000 },
	{ .module = "target", .name = ".text", .symbol = "target_nest",
	  .symbol_pc = TARGET_NEST },
	{ .module = "target", .name = ".init.text", .symbol = "target_init",
	  .symbol_pc = TARGET_INIT },
	{ .module = "stp_no_such_module", .name = ".text", .symbol = "f" },
};

static void say(struct stp_context *c, const char *what, int64_t a, int64_t b)
{
	stp_print(c, "%s %lld %lld\n", what, a, b);
}

static void on_rmdir(struct stp_context *c)
{
	say(c, "rmdir", (u64)stp_register(c, 16) == sections[0].slide + (g_rmdir - g_text + 0x1000000),
	    sections[0].found);
}

/* The first stack word of the callee is the address of return: within the module. */
static void on_add(struct stp_context *c)
{
	u64 from = stp_load(c, stp_register(c, 7), 8, "here");

	say(c, "add", stp_register(c, 5), stp_register(c, 4));
	if (from >> 32 != (u64)stp_register(c, 16) >> 32 ||
	    stp_register(c, 16) != stp_address(&sections[1], TARGET_ADD))
		say(c, "strange", from, stp_register(c, 16));
}

static void save_add(struct stp_context *c)
{
	int64_t *saved = c->saved;

	saved[0] = stp_register(c, 5);
	saved[1] = stp_register(c, 4);
	if (saved[0] == 13)
		stp_error(c, "here", "13 is not saved");
}

static void on_add_return(struct stp_context *c)
{
	int64_t *saved = c->saved;

	say(c, "return", stp_register(c, 0), saved[0] * 100 + saved[1]);
}

static void on_init(struct stp_context *c)
{
	say(c, "init", stp_register(c, 16) == stp_address(&sections[2], TARGET_INIT), 0);
}

static void on_statement(struct stp_context *c)
{
	say(c, "statement", stp_register(c, 16) == stp_address(&sections[1], TARGET_CALL), 0);
}

static void on_nest_return(struct stp_context *c)
{
	say(c, "nest", stp_register(c, 0), 0);
}

static void on_trace(struct stp_context *c)
{
	say(c, "trace", (int)stp_argument(c, 0), (char)stp_argument(c, 1));
	say(c, "trace", (u16)stp_argument(c, 2), stp_argument(c, 3));
	say(c, "trace", stp_argument(c, 4), stp_argument(c, 5));
	say(c, "trace", (int)stp_argument(c, 6), (int)stp_argument(c, 7));
	say(c, "trace", (int)stp_argument(c, 8), (int)stp_argument(c, 9));
}

static int switched;

/* The first one; CPUs come here at once. */
static void on_switch(struct stp_context *c)
{
	struct task_struct *task = (void *)stp_argument(c, 1);

	if (!xchg(&switched, 1) && task == current)
		say(c, "switch", 0, 0);
}

static void never(struct stp_context *c)
{
	say(c, "never", 0, 0);
}

static struct stp_kernel_probe kernel_probes[];

/* The running kernel's address becomes that of the file, as the translator would have it. */
static void on_begin(struct stp_context *c)
{
	kernel_probes[0].pc = g_rmdir - g_text + 0x1000000;
	say(c, "begin", sections[1].found, sections[2].found);
}

static const struct stp_probe probes[] = {
	{ on_begin, "begin", "here" },
	{ on_rmdir, "rmdir", "here" },
	{ on_add, "add", "here" },
	{ on_add_return, "add.return", "here" },
	{ on_init, "init", "here" },
	{ on_statement, "statement", "here" },
	{ on_nest_return, "nest.return", "here" },
	{ never, "never", "here" },
	{ never, "unprobeable", "here" },
	{ on_trace, "trace", "here" },
	{ on_switch, "switch", "here" },
};

static const struct stp_session_probe session_probes[] = {
	{ .probe = &probes[0], .event = STP_SESSION_BEGIN },
};

static struct stp_kernel_probe kernel_probes[] = {
	{ .probe = &probes[1], .kind = STP_KERNEL_ENTRY, .section = &sections[0] },
	{ .probe = &probes[2], .kind = STP_KERNEL_ENTRY, .section = &sections[1], .pc = TARGET_ADD },
	{ .probe = &probes[3], .kind = STP_KERNEL_RETURN, .section = &sections[1], .pc = TARGET_ADD,
	  .save = save_add, .saved_size = 16 },
	{ .probe = &probes[4], .kind = STP_KERNEL_ENTRY, .section = &sections[2],
	  .pc = TARGET_INIT },
	{ .probe = &probes[5], .kind = STP_KERNEL_STATEMENT, .section = &sections[1],
	  .pc = TARGET_CALL },
	{ .probe = &probes[6], .kind = STP_KERNEL_RETURN, .section = &sections[1], .pc = TARGET_NEST,
	  .maxactive = 3 },
	{ .probe = &probes[7], .kind = STP_KERNEL_ENTRY, .section = &sections[3], .pc = 1 },
	{ .probe = &probes[8], .kind = STP_KERNEL_ENTRY, .pc = 4096, .quiet = true },
	{ .probe = &probes[8], .kind = STP_KERNEL_RETURN, .pc = 4096, .quiet = true },
	{ .probe = &probes[8], .kind = STP_KERNEL_STATEMENT, .pc = 4096 },
};

static const struct stp_trace_probe trace_probes[] = {
	{ .probe = &probes[9], .tracepoint = "stp_target", .words = 10, .module = "target" },
	{ .probe = &probes[10], .tracepoint = "sched_switch" },
	{ .probe = &probes[8], .tracepoint = "stp_no_such_tracepoint" },
	{ .probe = &probes[8], .tracepoint = "stp_no_such_tracepoint", .quiet = true },
	{ .probe = &probes[7], .tracepoint = "sched_switch", .module = "target" },
	{ .probe = &probes[7], .tracepoint = "stp_target", .words = 10, .module = "stp_no_such_module" },
};

static const struct stp_global globals[] = {
	{ "build_id", STP_STRING, g_build_id },
	{ "text", STP_LONG, &g_text },
	{ "rmdir", STP_LONG, &g_rmdir },
};

static struct stp_probe_set sets[] = {
	{ .type = &stp_probe_type_session, .table = session_probes, .count = 1 },
	{ .type = &stp_probe_type_kernel, .table = kernel_probes,
	  .count = ARRAY_SIZE(kernel_probes) },
	{ .type = &stp_probe_type_trace, .table = trace_probes, .count = ARRAY_SIZE(trace_probes) },
};

const struct stp_script stp_script = {
	.limits = STP_LIMITS,
	.frames = 0,
	.sets = sets, .set_count = ARRAY_SIZE(sets),
	.sections = sections, .section_count = ARRAY_SIZE(sections),
	.section_family = &stp_section_family,
	.globals = globals, .global_count = ARRAY_SIZE(globals),
	.set_global = stp_globals_set,
};
