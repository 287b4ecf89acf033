/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire.h - what a loaded module and stapio say to each other.
 *
 * A module offers one control file, /proc/driver/MODULE (mode 0600, root).
 * staprun opens it before it drops its privileges and stapio inherits the
 * descriptor.  Everything else goes through that descriptor:
 *
 *   ioctl   the commands below, one at a time
 *   poll    POLLIN: there is new data or a new state, read the buffers and ask for the status
 *   close   without STP_IOC_STOP before it: detach; the module goes on, another stapio may attach
 *
 * Data leaves the module through relay, one buffer per possible CPU, each read
 * through a descriptor from STP_IOC_CPU_FD.  A buffer holds records: a header,
 * then `length` bytes.  A record never spans two sub-buffers, and relay's
 * padding is not seen by read(2), which returns whole records only; -EMSGSIZE:
 * the next one is larger than the room for it.  The order stamp is taken from one counter
 * of the module, after the room for the record is certain: stamps have no gaps,
 * so a reader that misses one knows that its record is still being written on
 * another CPU.  What does not fit is dropped before it gets a stamp and is
 * counted per CPU.  In an overwriting module it is the oldest sub-buffer that gives way, read or not:
 * then stamps have gaps, and what is missing is what was overwritten.
 *
 * A script with a shared buffer (RELAYHOST) lets others (RELAYGUEST) write their output into it; their own
 * buffers carry only warnings and errors.
 *
 * Both sides include this file, so: no pointers, fixed sizes, 8-byte alignment.
 */
#ifndef STP_WIRE_H
#define STP_WIRE_H

#include <linux/types.h>
#include <linux/ioctl.h>

#define STP_WIRE_VERSION 4
#define STP_CONTROL_DIR "/proc/driver"

enum stp_record_kind {
	STP_RECORD_OUTPUT = 1,	/* the script's output */
	STP_RECORD_WARNING = 2,	/* text for standard error, after "WARNING: ", a newline is added */
	STP_RECORD_ERROR = 3,	/* the same after "ERROR: " */
	STP_RECORD_LOG = 4,	/* text for standard error as it is */
	STP_RECORD_COMMAND = 5,	/* a command for stapio to run by sh, when it comes to it */
	STP_RECORD_SWITCH = 6,	/* no text: stapio goes on in the next output file, from here */
};

#define STP_RECORD_MAGIC 0x5354	/* "ST" */

struct stp_record {
	__u16 magic;
	__u16 kind;
	__u32 length;	/* bytes that follow; the next header begins at the next multiple of 8 */
	__u64 stamp;	/* 1, 2, 3 … over all CPUs */
};

#define STP_RECORD_ALIGN 8
#define STP_RECORD_SIZE(length) \
	((sizeof(struct stp_record) + (length) + STP_RECORD_ALIGN - 1) & ~(STP_RECORD_ALIGN - 1UL))

enum stp_state {
	STP_STATE_LOADED = 0,	/* nothing armed yet; before PREPARE there are no buffers */
	STP_STATE_STARTING = 1,	/* `begin` probes run */
	STP_STATE_RUNNING = 2,
	/* exit() was called or a stop was asked for: `end` probes to come */
	STP_STATE_STOPPING = 3,
	STP_STATE_ERROR = 4,	/* too many errors: `error` probes to come */
	STP_STATE_STOPPED = 5,	/* everything disarmed, all output is in the buffers */
};

/* Why a hit did not run its handler. */
enum stp_skip {
	STP_SKIP_REENTRANT,	/* a handler was already running on this CPU */
	STP_SKIP_LOCK,		/* a global stayed locked for MAXTRYLOCK attempts */
	STP_SKIP_STACK,		/* less than MINSTACKSPACE left */
	STP_SKIP_MISSED,	/* the kernel could not deliver the hit (kprobe, kretprobe) */
	STP_SKIP_KINDS
};

/*
 * STP_IOC_PREPARE, by staprun, once: make the buffers, so large (0: as the script was compiled).  The
 * module fills in the name of the shared buffer that it offers or needs, if any, also when it fails.
 */
#define STP_RELAY_NAME_MAX 32
#define STP_REMOTE_URI_MAX 252
struct stp_prepare {
	__u32 version;		/* STP_WIRE_VERSION; another one is refused with -EPROTO */
	__u32 flags;		/* STP_OVERWRITE */
	__u32 buffer_mb;	/* of all CPUs together; of each in bulk mode */
	__u32 owner;		/* user id of who has loaded the module */
	__s32 namespaces;	/* a process's, that ns_*() count in; 0: the caller's */
	__s32 remote_id;	/* remote_id() and remote_uri(): which of several machines this is */
	char remote_uri[STP_REMOTE_URI_MAX];
	char relay[STP_RELAY_NAME_MAX];
};

/* Flags of a module; all but the first are the script's. */
#define STP_OVERWRITE	1	/* flight recorder: the newest data survive */
#define STP_BULK	2	/* a file for each CPU */
#define STP_HOST	4	/* others may write into its buffers */
#define STP_GUEST	8	/* writes into another's */
#define STP_INPUT_CHAR	16	/* wants standard input, now, as soon as there is a character */
#define STP_INPUT_LINE	32	/* … a line */

/* STP_IOC_START: arm the probes and run the `begin` probes. */
struct stp_start {
	__u32 version;		/* STP_WIRE_VERSION; another one is refused with -EPROTO */
	__s32 target;		/* target(): a process id, or 0 */
};

/* STP_IOC_STATUS */
struct stp_status {
	__u32 version;
	__u32 state;		/* enum stp_state */
	__u32 possible_cpus;	/* nr_cpu_ids: CPU_FD takes 0 … this - 1 */
	__u32 flags;
	__u32 owner;		/* who has loaded it */
	__s32 failed;		/* the state came from errors: the exit status is nonzero */
	__u64 stamp;		/* the last stamp that was given out */
	__u64 errors;
	__u64 skipped[STP_SKIP_KINDS];
	__u64 dropped;		/* records that found no room, all CPUs */
	__u64 probes_armed;
	__u64 probes_failed;
};

/* STP_IOC_CPU_STATUS: records of one CPU that found no room; the caller gives cpu. */
struct stp_cpu_status {
	__u32 cpu;
	__u32 unused;
	__u64 dropped;
};

/*
 * STP_IOC_CPU_FD: a descriptor on one CPU's buffer.  O_NONBLOCK has no meaning: read(2) returns 0
 * when empty.
 */
struct stp_cpu_fd {
	__u32 cpu;
	__u32 flags;		/* 0 */
};

/* STP_IOC_SET: give a global scalar another initial value; only before STP_IOC_START. */
#define STP_SET_NAME_MAX 64
#define STP_SET_VALUE_MAX 512
struct stp_set {
	char name[STP_SET_NAME_MAX];
	char value[STP_SET_VALUE_MAX];
};

/* STP_IOC_INPUT: bytes of standard input; none: its end. */
#define STP_INPUT_MAX 252
struct stp_input {
	__u32 length;
	char text[STP_INPUT_MAX];
};

#define STP_IOC_MAGIC 'S'
/* START: 0; -EBUSY: started before; -ENOENT: no probe could be armed. */
#define STP_IOC_START _IOW(STP_IOC_MAGIC, 1, struct stp_start)
/* STOP: disarm, run `end` or `error` probes; idempotent. */
#define STP_IOC_STOP _IO(STP_IOC_MAGIC, 2)
#define STP_IOC_STATUS _IOR(STP_IOC_MAGIC, 3, struct stp_status)
/* CPU_FD: a new descriptor, or -ENXIO: the CPU has no buffer. */
#define STP_IOC_CPU_FD _IOW(STP_IOC_MAGIC, 4, struct stp_cpu_fd)
/* SET: -ENOENT: no such global; -EINVAL: not a value for it. */
#define STP_IOC_SET _IOW(STP_IOC_MAGIC, 5, struct stp_set)
/*
 * PREPARE: 0; -EBUSY: done before; -ENOMEM; -EEXIST: a module offers a shared buffer of that name;
 * -ENOLINK: none does, or not any more.
 */
#define STP_IOC_PREPARE _IOWR(STP_IOC_MAGIC, 6, struct stp_prepare)
#define STP_IOC_CPU_STATUS _IOWR(STP_IOC_MAGIC, 7, struct stp_cpu_status)
/* INPUT: 0, also when nobody wants it any more; -ENOTTY: the script never did. */
#define STP_IOC_INPUT _IOW(STP_IOC_MAGIC, 8, struct stp_input)

#endif
