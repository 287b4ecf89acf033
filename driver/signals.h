/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * signals.h - a signal at any moment leaves nothing behind.
 *
 * SIGINT, SIGTERM, SIGHUP and SIGQUIT are blocked in all threads and taken by one of their own.
 * Before the run it removes the temporary folder and ends the process; during the run it passes the
 * signal on to staprun, which ends in order.
 */
#ifndef DRIVER_SIGNALS_H
#define DRIVER_SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

void signals_start(void);
/* The folder to remove; NULL: none (any more).  The string must stay. */
void signals_set_folder(const char *folder);
/* Pass signals on to this process; 0: no more. */
void signals_set_child(pid_t child);
/* In a child, before exec: take signals as any process does. */
void signals_reset_in_child(void);

#endif
