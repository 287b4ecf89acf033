/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * common.h - what staprun and stapio share: messages, the control file, removing a module.
 *
 * Both use libc only.  staprun may run setuid root, so everything here also works with hostile
 * arguments and a hostile environment.
 */
#ifndef STAPRUN_COMMON_H
#define STAPRUN_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../shared/wire.h"

#define STAP_MODULE_NAME_MAX 64

extern const char *program_name;	/* "staprun" or "stapio" */
extern int verbose;			/* number of -v */

__attribute__((format(printf, 1, 2)))
void say_error(const char *format, ...);	/* after "ERROR: ", with a newline */

__attribute__((format(printf, 1, 2)))
void say_warning(const char *format, ...);

/* WHEN: auto, always or never; false: something else, and it was said. */
bool set_color(const char *when);
/* "ERROR: " or "WARNING: ", in colour if that is wanted. */
const char *error_prefix(void);
const char *warning_prefix(void);

/* From now on, what would go to standard error goes to the system's log. */
void say_to_log(void);
/* A text with its prefix, in one write, so that lines of several programs do not mix. */
void say_text(const char *prefix, const char *text, size_t length);

/* With -v: where in which program, and what. */
#define say_verbose(level, ...) say_verbose_at(level, __func__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 4, 5)))
void say_verbose_at(int level, const char *function, int line, const char *format, ...);

/*
 * Open the control file of a loaded module and see that it is one of ours: a descriptor, or -errno.
 * control_check() takes over one that somebody else has opened.
 */
int control_open(const char *module, struct stp_status *status);
int control_check(int fd, struct stp_status *status);

/* The whole of a decimal number within the limits. */
bool parse_number(const char *text, long least, long most, long *number);

/* Of output files: -S SIZE[,N], megabytes and files. */
struct file_limits {
	uint64_t size;		/* bytes; 0: any */
	long count;		/* files; 0: any */
};

bool file_limits_parse(const char *text, struct file_limits *limits);	/* false: something else */

#endif
