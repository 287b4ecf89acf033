/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image.h - what a kernel's compressed image, and its modules, say of themselves. */
#ifndef ELABORATE_DEBUGINFO_IMAGE_H
#define ELABORATE_DEBUGINFO_IMAGE_H

#include <glib.h>
#include <stdbool.h>

/*
 * The ELF file within an x86 bzImage: gzip, xz, lzma, zstd or (legacy) lz4.  NULL: *why, from
 * g_strdup().
 */
GBytes *image_unpack(const char *path, char **why);

/* A module's file, which may be packed as one of these; NULL: it is damaged, or not there. */
GBytes *module_unpack(const char *path);

/* A section's content, of an ELF file; NULL: there is none. */
GBytes *elf_section(GBytes *elf, const char *name);
/* The GNU build-id among notes, in hexadecimal; NULL: there is none.  Free with g_free(). */
char *notes_build_id(GBytes *notes);

#endif
