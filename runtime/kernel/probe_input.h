/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe_input.h - stdin.char, stdin.line: what stapio has read. */
#ifndef STP_PROBE_INPUT_H
#define STP_PROBE_INPUT_H

/* c->saved of a hit is the text, a string. */
struct stp_input_probe {
	const struct stp_probe *probe;
	bool line;
};

extern const struct stp_probe_type stp_probe_type_input;

#endif
