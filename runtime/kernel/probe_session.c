// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_session.c - begin, end and error probes.
 *
 * The family is the first of the table: armed first, disarmed last.  Arming runs `begin` probes
 * while nothing else is armed, disarming runs `end` or `error` probes when nothing else is any
 * more.  Each probe asks for its own state, so that exit() or an error skips the rest of its kind.
 */
#pragma GCC optimize("Os")	/* nothing here runs often */

#include "runtime.h"
#include "probe_session.h"

static void stp_session_run(struct stp_probe_set *set, enum stp_session_event event,
			    enum stp_state when)
{
	const struct stp_session_probe *probes = set->table;
	u32 i;

	for (i = 0; i < set->count && stp_get_state() == when; i++) {
		struct stp_context *c;

		if (probes[i].event != event)
			continue;
		/*
		 * These may print a lot (the final report), and alone can afford to wait for room.
		 */
		stp_transport_drain();
		c = stp_enter(probes[i].probe, when, NULL);
		if (!c)
			continue;
		probes[i].probe->handler(c);
		stp_leave(c);
	}
}

static int stp_session_arm(struct stp_probe_set *set)
{
	set->armed = set->count;
	stp_session_run(set, STP_SESSION_BEGIN, STP_STATE_STARTING);
	return 0;
}

/* An error in an end probe changes the state, and so leads on to the error probes. */
static void stp_session_disarm(struct stp_probe_set *set)
{
	stp_session_run(set, STP_SESSION_END, STP_STATE_STOPPING);
	stp_session_run(set, STP_SESSION_ERROR, STP_STATE_ERROR);
}

const struct stp_probe_type stp_probe_type_session = {
	.name = "session",
	.arm = stp_session_arm,
	.disarm = stp_session_disarm,
};
