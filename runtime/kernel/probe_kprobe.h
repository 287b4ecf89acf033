/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kprobe.function("f") and .return: by symbol, no debuginfo. */
#ifndef STP_PROBE_KPROBE_H
#define STP_PROBE_KPROBE_H

struct stp_kprobe_probe {
	const struct stp_probe *probe;
	const char *symbol;	/* "vfs_read", or "module:function" */
	bool on_return;
	u32 maxactive;		/* returns only; 0: the kernel's default */
};

extern const struct stp_probe_type stp_probe_type_kprobe;

#endif
