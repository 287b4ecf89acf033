/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * internal.h - what the files of kbuild/ share with each other and with nobody else.
 */
#ifndef KBUILD_INTERNAL_H
#define KBUILD_INTERNAL_H

#include "cache.h"
#include "kbuild.h"

/* ---- run.c: child processes ------------------------------------------------------------------ */

/* A shell command, run in `dir`; its output and errors are collected together. */
struct run_job {
	char *command;
	GString *output;	/* set by run_jobs() */
	/* exit status, 128 + signal, or -errno when it could not be started */
	int status;
	int pid, fd;		/* while it runs */
};

struct run_job *run_job_new(char *command);	/* takes the command over */
void run_job_free(gpointer job);
/*
 * Run all jobs (of struct run_job *), as many at once as there are CPUs, after the shell text
 * `environment` ("": none). 0, or -EIO if any of them failed.
 */
int run_jobs(GPtrArray *jobs, const char *dir, const char *environment);
unsigned run_parallel(void);

/* ---- tree.c ---------------------------------------------------------------------------------- */

/*
 * Is what compiling needs there: make, the compiler?  0, or -ENOENT with the package named in the
 * log.
 */
int tree_check_tools(struct kbuild_tree *tree, const struct kbuild_log *log);
/* The compiler's name; g_free(); NULL: unknown. */
char *tree_compiler(struct kbuild_tree *tree);

/*
 * Of all that we compile for a kernel, as Kbuild's ccflags-y.  The last, of compilers that have it, saves
 * a tenth of a module: each push or pop would be two entries of the table for the unwinder.
 */
#define OWN_FLAGS                                                                              \
	"-g0 $(call cc-option,-mtune-ctrl=prologue_using_move$(comma)"               \
	"epilogue_using_move)"

/* ---- record.c: what Kbuild ran --------------------------------------------------------------- */

/*
 * Shell commands with @DIR@, @NAME@ and @UNIT@ in the places of the module's folder, the module and
 * the unit.  They run in the build tree.
 */
struct recording {
	char *environment;	/* assignments, one per line: what Kbuild exports */
	/* an ordinary unit: @DIR@/@UNIT@.c to @DIR@/@UNIT@.o; @INCLUDES@: the next */
	char *cc;
	char *includes;		/* options for what each unit includes first, or "" */
	char *cc_thin;		/* the same without Linux's headers */
	char *after_cc;		/* what follows the compiler for each unit (objtool), or "" */
	/* the list @DIR@/@NAME@.mod to @DIR@/@NAME@.o, and what follows it */
	char *link;
	char *modpost;		/* @DIR@/@NAME@.o to @DIR@/@NAME@.mod.c */
	char *modules_order;	/* what modpost reads */
	char *cc_mod;		/* @DIR@/@NAME@.mod.c to .o */
	/* @DIR@/@NAME@.o, @DIR@/@NAME@.mod.o and extra objects to @DIR@/@NAME@.ko */
	char *final;
	char *compiler;		/* its name */
	char *mod_text;		/* see modfile.h; "" : .mod.c is always compiled */
	char *mod_template;
	char **extras;		/* file names in @DIR@ of objects that all modules share */
	GBytes **extra_data;	/* their contents, NULL-terminated */
};

void recording_free(struct recording *r);
/*
 * Build a module in `dir` (exists, empty) by make and read what was run.  *output: of make, when it
 * failed.
 */
int recording_make(struct kbuild_tree *tree, const char *dir, struct recording **r, char **output);
/* To bytes and back, checksummed; NULL: damaged. */
char *recording_to_data(const struct recording *r, gsize *length);
struct recording *recording_from_data(const char *data, gsize length);

/* Replace each `from` in text. */
char *text_replace(const char *text, const char *from, const char *to);

/* ---- modfile.c: the module's boilerplate ----------------------------------------------------- */

/*
 * modpost's NAME.mod.c, without what differs between modules (versions, depends): as long as this
 * text is the same, the object differs in known places only, and can be assembled from a template.
 */
char *modfile_normalize(const char *mod_c);
/* The template of a compiled NAME.mod.o; NULL: something in it is not understood. */
char *modfile_template(const char *mod_c, const char *object, const char *name);
/* Assembly text for the module; NULL: does not fit the template. */
char *modfile_render(const char *mod_template, const char *mod_c, const char *name);

/* ---- replay.c -------------------------------------------------------------------------------- */

/* Everything that one build knows. */
struct build {
	struct kbuild_tree *tree;
	struct cache *cache;	/* NULL: not used */
	const struct kbuild_options *options;
	const struct kbuild_log *log;
	const char *name;
	const struct kbuild_unit *units;
	size_t unit_count;
	const char *dir;
	char *flags;		/* -I and all -D, quoted for a shell */
	char *runtime_flags;	/* -I and those -D that shape the runtime */
	char *recording_key;
	char *runtime_key;	/* of runtime.a; also part of shared objects' keys, with `flags` */
	char *result_key;
};

/* Can Kbuild's and our commands have this folder in them unquoted?  If not, the log says so. */
bool build_folder_is_plain(const char *dir, const struct kbuild_log *log);
/* Write a unit's text, and its data, into the folder; 0, or -EIO. */
int build_write_unit(const struct build *b, const struct kbuild_unit *unit);
/* For a compiler that is given the unit's text: where its data is. */
char *build_data_flags(const struct build *b);
/* Log every text with the verbosity from which it is shown. */
void build_note(const struct build *b, int verbosity, const char *format, ...) G_GNUC_PRINTF(3, 4);
/*
 * Build by the recording.  0: DIR/NAME.ko is there.  Otherwise *what says which step failed, and
 * how; make has to decide.
 */
int replay(const struct build *b, const struct recording *r, char **what);

/* ---- make.c ---------------------------------------------------------------------------------- */

/* Build with Kbuild, reporting its errors; 0: DIR/NAME.ko is there. */
int make_module(const struct build *b);
/* "make -C TREE M=DIR … TARGET" with an environment that does not disturb it. */
char *make_command(struct kbuild_tree *tree, const char *dir, const char *const *kbuild_options,
		   const char *target);

#endif
