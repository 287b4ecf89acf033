/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kbuild.h - pass 4: from C units to a .ko, and the caches that make it unnecessary.
 *
 * tree.c knows a kernel's build tree: where it is, which compiler built it, its identity.  The
 * first module for a tree is built by Kbuild, and record.c keeps what Kbuild ran; replay.c runs
 * that again for later modules.  All that is kept lives in the content-addressed store of cache.c.
 *
 * Errors: functions return 0 or a negative errno and have reported to the diagnostics sink of the
 * caller (struct kbuild_log) what the user must know, with the compiler's own output for a unit
 * that does not compile.
 */
#ifndef KBUILD_KBUILD_H
#define KBUILD_KBUILD_H

#include <glib.h>
#include <stdbool.h>

/* One C file of a module. */
struct kbuild_unit {
	/*
	 * File name without ".c", unique in the module: "unit-script", "unit-tapset-task".  It has
	 * a dash, so that no module can have the name.
	 */
	const char *name;
	const char *text;	/* the whole C text */
	/* includes no Linux header: compiled with the recording's thin flags */
	bool thin;
	/* the same for every script that uses it: its object is kept per kernel and options */
	bool shared;
	/*
	 * What the text takes in by ".incbin NAME.bin" of the assembler, made when it is compiled;
	 * the text says what it is.  NULL: nothing.  Freed with g_byte_array_unref().
	 */
	GByteArray *(*data)(void *closure);
	void *closure;
};

/* What selects the recording and the runtime archive, besides the tree. */
struct kbuild_options {
	/* runtime/kernel: *.c are compiled into the archive once per tree and option set */
	const char *runtime_dir;
	const char *const *macros;	/* -D NAME=VALUE, NULL-terminated; in the order given */
	/* -B NAME=VALUE: build with make, never by replay; NULL-terminated */
	const char *const *kbuild_options;
	bool keep;			/* -k: leave the build folder */
	int verbose;			/* of pass 4: >1 prints the commands, >2 their output */
	/* --disable-cache: neither read nor write results and objects */
	bool use_cache;
};

struct kbuild_tree;
struct cache;
struct manifest;

/* Where messages go; text has no newline at its end.  Never called from a thread. */
struct kbuild_log {
	void (*error)(void *data, const char *text);
	void (*note)(void *data, const char *text);	/* verbose output */
	void *data;
};

/*
 * Open the build tree of a kernel.  release: "6.1.0-56-cloud-amd64", a path of a build folder, or
 * NULL for the running kernel.  On failure the log says which package (linux-headers-RELEASE) is
 * missing.  *tree lives until tree_free().
 */
int kbuild_tree_open(const char *release, const struct kbuild_log *log, struct kbuild_tree **tree);
void kbuild_tree_free(struct kbuild_tree *tree);
/* of the target kernel: UTS_RELEASE */
const char *kbuild_tree_release(const struct kbuild_tree *tree);
const char *kbuild_tree_dir(const struct kbuild_tree *tree);
/*
 * Changes when the tree does: release, .config, Module.symvers, Makefile, compiler (path, size,
 * mtime; no reading of the large ones).  A hex digest.
 */
const char *kbuild_tree_identity(const struct kbuild_tree *tree);
/* CONFIG_X of the tree: "y", "m", a value, or NULL when not set.  Read on first use. */
const char *kbuild_tree_config(struct kbuild_tree *tree, const char *name);

/*
 * Build NAME.ko from units in build_dir (exists, empty, private), through the object cache.  *ko:
 * path of the result in build_dir or in the cache, to be freed with g_free(); *cached says the
 * latter.
 */
int kbuild_build(struct kbuild_tree *tree, struct cache *cache,
		 const struct kbuild_options *options, const char *name,
		 const struct kbuild_unit *units, size_t unit_count, const char *build_dir,
		 const struct kbuild_log *log, char **ko, bool *cached);

/*
 * What C headers declare, as DWARF.  names: "<a.h><b.h>", in the order in which they are included.
 * of_kernel: as the kernel's code has them; else as programs of this machine do, and the tree may
 * be NULL.  cache: NULL: not used.  dir: exists, private.  *object: path (g_free()) of a
 * relocatable ELF file that has a build-id, in dir or in the cache.  uses, or NULL: gets the files
 * that were read, besides those of the tree.  0, or negative errno with *why (g_free()): what is
 * wrong with the names, which tool is missing, or what the compiler says first.
 */
int kbuild_headers(struct kbuild_tree *tree, struct cache *cache, bool of_kernel, const char *names,
		   const char *dir, struct manifest *uses, char **object, char **why);

/*
 * From another thread, when the process is about to end: kill what builds are running; they start
 * nothing more.
 */
void kbuild_kill_children(void);

#endif
