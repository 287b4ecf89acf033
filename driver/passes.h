/* SPDX-License-Identifier: GPL-2.0-or-later */
/* passes.h - the five passes in order, each timed, each with its `Pass N:` line. */
#ifndef DRIVER_PASSES_H
#define DRIVER_PASSES_H

#include "session.h"

/* The exit status of stap. */
int run_passes(struct session *s);

#endif
