/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h - the command line of stap. */
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

#include "session.h"

/*
 * Fill in s->options and s->arguments.  0: go on; 1: a bad command line, reported on stderr with
 * the usage; -1: there is nothing to do (--help, --version), and it is done.
 */
int options_parse(struct session *s, int argc, char **argv);
void options_free(struct session *s);

#endif
