/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mark.h - what stap does, for probes in the kernel to see: the aliases stap.* (tapsets/stap.stp).
 *
 * Each mark is a call of prctl(2) with a number that no kernel knows and that changes nothing: it
 * costs a tenth of a microsecond, needs no debuginfo of stap, and works in containers.
 */
#ifndef KBUILD_MARK_H
#define KBUILD_MARK_H

#define MARK_BASE 0x53544100	/* "STA", and the mark */

/* tapsets/stap.stp has these numbers. */
enum mark {
	MARK_PASS_0,		/* session: command line … */
	MARK_PASS_0_END,
	MARK_PASS_1A,		/* session: the script is parsed */
	MARK_PASS_1B,		/* session: what the library has for it */
	MARK_PASS_1_END,
	MARK_PASS_2,
	MARK_PASS_2_END,
	MARK_PASS_3,
	MARK_PASS_3_END,
	MARK_PASS_4,
	MARK_PASS_4_END,
	MARK_PASS_5,
	MARK_PASS_5_END,
	MARK_PASS_6,		/* session: what is not kept is removed */
	MARK_PASS_6_END,
	MARK_CACHE_ADD_MOD,	/* path of the module, path in the cache */
	MARK_CACHE_ADD_SRC,	/* path of the C file, path in the cache */
	MARK_CACHE_CLEAN,	/* path that is removed */
	MARK_CACHE_GET,		/* path of the C file, path of the module */
	MARK_SYSTEM,		/* command that is started */
	MARK_SYSTEM_SPAWN,	/* 0 or a negative errno, its process */
	MARK_SYSTEM_RETURN,	/* its exit status, or 128 + the signal */
};

/* a, b: numbers, or addresses of strings.  errno stays. */
void mark(enum mark mark, long a, long b);
void mark_text(enum mark mark, const char *a, const char *b);

#endif
