// SPDX-License-Identifier: GPL-2.0-or-later
/* remote.c - which of several machines that run the same script this is, as staprun -r says. */
#include "runtime.h"
#include "embedded.h"

int64_t stp_remote_id(void)
{
	return stp_prepared.remote_id;
}

const char *stp_remote_uri(void)
{
	/* Not to be trusted: it came from user space. */
	stp_prepared.remote_uri[sizeof(stp_prepared.remote_uri) - 1] = 0;
	return stp_prepared.remote_uri;
}
