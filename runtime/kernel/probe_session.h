/* SPDX-License-Identifier: GPL-2.0-or-later */
/* begin, end and error probes: run once each, in the order of the table. */
#ifndef STP_PROBE_SESSION_H
#define STP_PROBE_SESSION_H

enum stp_session_event {
	STP_SESSION_BEGIN,
	STP_SESSION_END,
	STP_SESSION_ERROR,
	STP_SESSION_NEVER,	/* in the table so that its handler is compiled; never run */
};

struct stp_session_probe {
	const struct stp_probe *probe;
	enum stp_session_event event;
};

extern const struct stp_probe_type stp_probe_type_session;

#endif
