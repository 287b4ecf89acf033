/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - pass 5: give the module to staprun. */
#ifndef DRIVER_RUN_H
#define DRIVER_RUN_H

#include "session.h"

/* Run s->ko.  staprun's exit status, or 1 with a report where it could not be started. */
int run_module(struct session *s);

#endif
