/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe_procfs.h - procfs("path").read and .write: files in /proc/systemtap/MODULE. */
#ifndef STP_PROBE_PROCFS_H
#define STP_PROBE_PROCFS_H

struct stp_procfs_probe {
	const struct stp_probe *probe;
	const char *path;	/* "state/count" */
	u32 umask;
	u32 maxsize;		/* bytes of a file that is read; 0: MAXSTRINGLEN */
	bool write;
};

/* $value: c->saved of a hit. */
struct stp_procfs_value {
	char *text;		/* `length` bytes, and a NUL behind them */
	u32 length, size;
};

extern const struct stp_probe_type stp_probe_type_procfs;

#endif
