// SPDX-License-Identifier: GPL-2.0-or-later
/* catch.c - the script's try and catch. */
#include "runtime.h"

bool stp_catch(struct stp_context *c, char *message)
{
	/* A script that has used up its statements must not go on, nor one that said abort(). */
	if (c->aborted || c->actions < 0)
		return false;
	if (message)
		stp_string_copy(message, c->last_error);
	c->last_error = NULL;
	c->last_stmt = NULL;
	c->error_caller = NULL;
	return true;
}
