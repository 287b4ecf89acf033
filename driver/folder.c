// SPDX-License-Identifier: GPL-2.0-or-later
#include "folder.h"

#include <ftw.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>

char *folder_new(const char *dir)
{
	char *folder = g_build_filename(dir, "stapXXXXXX", NULL);

	if (g_mkdtemp(folder))
		return folder;
	g_free(folder);
	return NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	remove(path);
	return 0;
}

void folder_remove(const char *folder)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
