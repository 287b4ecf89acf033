// SPDX-License-Identifier: GPL-2.0-or-later
/* stap: from the command line to an exit status. */
#include "library.h"
#include "mark.h"
#include "options.h"
#include "passes.h"
#include "signals.h"

#include <locale.h>

static struct session *session_new(void)
{
	struct session *s = g_new0(struct session, 1);

	s->arena = arena_new();
	s->diagnostics = diagnostics_new(s->arena, stderr);
	return s;
}

static void session_free(struct session *s)
{
	options_free(s);
	g_free(s->units);
	g_free(s->ko);
	g_free(s->module);
	manifest_free(s->manifest);
	library_free(s->library);
	kbuild_tree_free(s->tree);
	cache_free(s->cache);
	diagnostics_free(s->diagnostics);
	arena_free(s->arena);
	g_free(s);
}

int main(int argc, char **argv)
{
	struct session *s;
	int status;

	setlocale(LC_ALL, "");
	s = session_new();
	mark(MARK_PASS_0, (long)s, 0);
	status = options_parse(s, argc, argv);
	mark(MARK_PASS_0_END, (long)s, 0);
	if (!status) {
		signals_start();
		status = run_passes(s);
	}
	session_free(s);
	return status < 0 ? 0 : status;
}
