// SPDX-License-Identifier: GPL-2.0-or-later
#include "mark.h"

#include <errno.h>
#include <sys/prctl.h>

void mark(enum mark mark, long a, long b)
{
	int saved = errno;

	(void)prctl(MARK_BASE + (int)mark, a, b, 0, 0);
	errno = saved;
}

void mark_text(enum mark number, const char *a, const char *b)
{
	mark(number, (long)a, (long)b);
}
