/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe_data.h - kernel.data(…): hardware watchpoints. */
#ifndef STP_PROBE_DATA_H
#define STP_PROBE_DATA_H

struct stp_data_probe {
	const struct stp_probe *probe;
	const char *symbol;		/* looked up when it is armed; or NULL */
	struct stp_section *section;	/* of address; NULL: it is the running kernel's own */
	u64 address;
	u32 length;			/* bytes: 1, 2, 4 or 8 */
	bool reads;			/* hit at reads, too */
};

extern const struct stp_probe_type stp_probe_type_data;

#endif
