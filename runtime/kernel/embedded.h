/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * embedded.h - what embedded C may use, in tapsets and in guru scripts: Linux's headers, the
 * runtime, STAP_*.
 *
 * The translator turns `function f:long (a:long, s:string) %{ … %}` into
 *
 *	int64_t tapset_f(struct stp_context *c, int64_t stp_arg_a, const char *stp_arg_s)
 *	{
 *		int64_t stp_result = 0;
 *	#define STAP_ARG_a stp_arg_a
 *	#define STAP_RETVALUE stp_result
 *	#define STAP_RETURN(…) …
 *		{ … }
 *	out:
 *		return stp_result;
 *	}
 *
 * and a function of type string gets its result's place, MAXSTRINGLEN bytes, as the parameter `char
 **stp_result`. STAP_PLACE is the function's own place in its file, a string.
 */
#ifndef STP_EMBEDDED_H
#define STP_EMBEDDED_H

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include "compat.h"
#include "script.h"

#define CONTEXT c

#define STAP_ERROR(...) \
	do { \
		stp_embedded_error(c, STAP_PLACE, __VA_ARGS__); \
		goto out; \
	} while (0)

#define STAP_NESTING ((int)c->nesting)	/* calls in progress */

#define STAP_PRINTF(...) stp_print(c, __VA_ARGS__)

/* As stp_errorf(), and what was c->last_stmt becomes c->error_caller. */
__attribute__((format(printf, 3, 4)))
void stp_embedded_error(struct stp_context *c, const char *place, const char *format, ...);

/* Print with the kernel's own formats. */
__attribute__((format(printf, 2, 3)))
void stp_print(struct stp_context *c, const char *format, ...);

/* Text that goes to standard error in order with the output. */
void stp_warn(struct stp_context *c, const char *text);	/* after "WARNING: " */
void stp_log(struct stp_context *c, const char *text);	/* as it is, with a newline */

/* What stapio shall do when it has come as far as this in the output. */
void stp_command(struct stp_context *c, const char *command);	/* run it, as who has started it */
void stp_switch_file(struct stp_context *c);			/* go on in the next file */

/* Copy what is at an address of the kernel, or of the current process; false: it cannot be read. */
bool stp_read_kernel(void *to, u64 address, size_t size);
bool stp_read_user(void *to, u64 address, size_t size);
/* The same for a string of at most `room` bytes; to has one more, for the NUL. */
bool stp_read_string(char *to, u64 address, size_t room,
		     bool (*read)(void *to, u64 address, size_t size));

/*
 * The kernel's stack at the hit, from the probed place outwards: visit() gets each address, until
 * it returns false.  At a return, the function that returns comes first.  Without registers it is
 * the stack that the handler itself runs on; nothing if the processor was in user mode.
 */
void stp_stack_walk(struct stp_context *c, bool (*visit)(u64 address, void *data), void *data);
/*
 * The source line of an address of the kernel, and *file.  0: none is known.  A function that calls
 * this has the comment pragma:lines, so that the script has the tables.
 */
u32 stp_source_line(u64 address, const char **file);
/* How many bytes of the stack that was in use are in use, and how many are not.  false: unknown. */
bool stp_stack_room(struct stp_context *c, u64 *used, u64 *unused);

/*
 * "vfs_read+0x0/0x1a0 [kernel]", "setup+0x10/0x20 [ext4]"; "0xaddress" and false if nothing is
 * known of it.  STP_SYMBOL_SIZE is enough for all but absurd names.
 */
#define STP_SYMBOL_SIZE 256
bool stp_symbol_text(char *to, size_t size, u64 address);

/*
 * Read from a structure that a script has given the address of: `to` gets what is at `place`, as in
 * STP_FETCH(pid, task->pid); false: it cannot be read.
 */
#define STP_FETCH(to, place) \
	(BUILD_BUG_ON_ZERO(sizeof(to) != sizeof(place)) + \
	 stp_read_kernel(&(to), (unsigned long)&(place), sizeof(to)))

/* The same as an expression of a function: what cannot be read is an error of the script. */
#define STP_READ(place) \
	({ \
		union { \
			typeof(place) value; \
			char bytes[sizeof(place)]; \
		} stp_read; \
		if (!stp_read_kernel(stp_read.bytes, (unsigned long)&(place), sizeof(place))) \
			STAP_ERROR(STP_READ_FAULT, (u64)(unsigned long)&(place)); \
		stp_read.value; \
	})
#define STP_READ_FAULT "read fault [man error::fault] at 0x%llx"

/* An argument of a function as a pointer, for the macros above. */
#define STP_POINTER(type, argument) ((type *)(unsigned long)(argument))

/*
 * The task of a thread's id in the first namespace, or NULL.  It may go while it is looked at: read
 * from it by the macros above.
 */
static inline struct task_struct *stp_task(int64_t tid)
{
	struct task_struct *task;

	if (tid <= 0 || tid > INT_MAX)
		return NULL;
	rcu_read_lock();
	task = pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
	rcu_read_unlock();
	return task;
}

/* Whoever started the script: the user's id, and the namespaces that ns_*() use. */
uint32_t stp_starter(void);
int64_t stp_loader(void);	/* the process of staprun, which becomes stapio */
struct pid_namespace *stp_pid_namespace(void);
struct user_namespace *stp_user_namespace(void);

int64_t stp_target(void);	/* -x PID or -c CMD's process, or 0 */
const char *stp_module_name(void);
int64_t stp_remote_id(void);	/* what staprun -r says */
const char *stp_remote_uri(void);

#endif
