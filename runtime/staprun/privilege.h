/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * privilege.h - root's identity, and who may borrow it.
 *
 * When staprun is installed setuid root, it runs as its caller and becomes root between
 * privilege_raise() and privilege_lower() only.  For root himself, and for a caller who is nobody
 * special, these change nothing.  No exit path in between matters: identity ends with the process.
 */
#ifndef STAPRUN_PRIVILEGE_H
#define STAPRUN_PRIVILEGE_H

#include "module.h"

extern bool privilege_borrowed;		/* trust nothing that the caller could prepare */

void privilege_begin(void);		/* first of all; ends the process when it fails */
void privilege_raise(void);
void privilege_lower(void);
bool privilege_left(void);		/* privilege_end() has not been called */
bool privilege_end(void);		/* for good; false: it cannot be given up, and that was said */

/* May the caller use this program at all, load this file, use this loaded module?  If not, it is said. */
bool authorize_caller(void);
bool authorize_file(const struct module *module);
bool authorize_loaded(const struct module *module, const struct stp_status *status);
bool may_use_loaded(const struct stp_status *status);	/* the same, and nothing is said */

#endif
