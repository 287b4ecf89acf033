/* SPDX-License-Identifier: GPL-2.0-or-later */
/* module.h - one module file or loaded module: check, insert, remove.  Used by staprun only. */
#ifndef STAPRUN_MODULE_H
#define STAPRUN_MODULE_H

#include "common.h"

struct module {
	char name[STAP_MODULE_NAME_MAX];
	const char *path;	/* NULL: an already loaded module */
	int fd;			/* of path, or -1 */
	char vermagic[128];
};

/*
 * All say what went wrong, and return 0 or a negative value. module_open() takes the name from the
 * file; module_set_name() is for a loaded module, by what the user gave.
 */
int module_set_name(struct module *module, const char *given);
int module_open(struct module *module);		/* and check that the file is one of ours */
int module_insert(const struct module *module);
/* Under another name, NAME_PID, which module->name is then: the same module may be there twice. */
int module_insert_renamed(struct module *module);
int remove_module(const char *name);		/* waits for users to go, a bounded time */

#endif
