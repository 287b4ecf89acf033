// SPDX-License-Identifier: GPL-2.0-or-later
/* Passes 1 to 3 without debuginfo: what is parsed is elaborated, over the library, and translated. */
#include "elaborate.h"
#include "folder.h"
#include "input.h"
#include "library.h"
#include "translate.h"

#include <stdlib.h>

static struct cache *cache;	/* of the library's index */
static char *cache_folder;
static GPtrArray *tapsets;

static void clean_up(void)
{
	folder_remove(cache_folder);
}

static struct library *open_library(struct arena *arena)
{
	return library_open(arena, tapsets, cache, &fuzz_facts);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct arena *arena = arena_new();

	(void)argc;
	(void)argv;
	cache_folder = folder_new(g_get_tmp_dir());
	if (!cache_folder)
		abort();
	atexit(clean_up);
	cache = cache_open(cache_folder, NULL);
	tapsets = g_ptr_array_new();
	g_ptr_array_add(tapsets, FUZZ_TAPSETS);
	library_free(open_library(arena));
	arena_free(arena);
	return 0;
}

static void elaborate_script(struct session *s)
{
	s->manifest = manifest_new();
	s->options.macros = g_ptr_array_new();
	g_ptr_array_add(s->options.macros, NULL);
	s->options.objects = g_ptr_array_new();
	if (!elaborate(s)) {
		GString *out = g_string_new(NULL);

		print_elaborated(out, s);
		g_string_free(out, TRUE);
		translate(s);
	}
	g_free(s->units);
	g_ptr_array_unref(s->options.macros);
	g_ptr_array_unref(s->options.objects);
	manifest_free(s->manifest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session session = { .arena = arena_new() };
	struct session *s = &session;
	struct fuzz_input input;

	s->diagnostics = diagnostics_new(s->arena, fuzz_sink());
	fuzz_input_read(&input, s->arena, data, size);
	s->arguments = input.arguments;
	s->library = open_library(s->arena);
	input.context.macros = library_macros(s->library);
	s->options.guru = true;
	/* One that nothing is known of: debuginfo is not what is fuzzed here. */
	s->options.release = "none";
	s->user = parse_script(s->arena, s->diagnostics, input.script, &input.context);
	if (!diagnostics_errors(s->diagnostics))
		elaborate_script(s);
	library_free(s->library);
	diagnostics_free(s->diagnostics);
	arena_free(s->arena);
	return 0;
}
