/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.h - temporary folders: of a run, and of tests. */
#ifndef DRIVER_FOLDER_H
#define DRIVER_FOLDER_H

/* A new private folder stapXXXXXX in dir; NULL: errno says why.  Free with g_free(). */
char *folder_new(const char *dir);
/* Remove a folder and all in it; what is gone already is no error. */
void folder_remove(const char *folder);

#endif
