/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * precompiled.h - what most files of the runtime include.  Pass 4 compiles it once and gives it to
 * all of them (kbuild/replay.c); no file includes it, since each names what it needs.
 */
#ifndef __LINUX_KCONFIG_H
#error "this is no header for a compiler that has not precompiled it"
#endif

#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "runtime.h"
