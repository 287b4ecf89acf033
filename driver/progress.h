/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.h - what a long pass is doing, as one line on the terminal that standard error is, which
 * goes away again.  Elsewhere, and for a second, nothing is shown.
 *
 * Like the terminal, it is the process's and not a session's.
 */
#ifndef DRIVER_PROGRESS_H
#define DRIVER_PROGRESS_H

#include <glib.h>

/*
 * What is being done from here to progress_end(): "indexing debuginfo of kernel".  They nest, and
 * the innermost is shown.  From the main thread.
 */
void progress_begin(const char *format, ...) G_GNUC_PRINTF(1, 2);
void progress_end(void);
/* So much of it is done; from any thread, at no cost. */
void progress_part(guint done, guint all);
/* Before anything else is printed to standard error, or the process ends: the line goes. */
void progress_hide(void);

#endif
