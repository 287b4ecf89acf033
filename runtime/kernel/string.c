// SPDX-License-Identifier: GPL-2.0-or-later
/* string.c - the language's strings: bytes up to a NUL, at most MAXSTRINGLEN with it. */
#include "runtime.h"

/* Bytes before the NUL, at most MAXSTRINGLEN - 1. */
static inline size_t stp_strlen(const char *s)
{
	return strnlen(s, MAXSTRINGLEN - 1);
}

void stp_string_copy(char *to, const char *from)
{
	size_t length = stp_strlen(from);

	if (to != from)
		memmove(to, from, length);
	to[length] = 0;
}

void stp_string_concat(char *to, const char *a, const char *b)
{
	size_t length_a = stp_strlen(a);
	size_t length_b = min_t(size_t, stp_strlen(b), MAXSTRINGLEN - 1 - length_a);

	/* b first: when `to` is b, copying a would overwrite it. */
	memmove(to + length_a, b, length_b);
	if (to != a)
		memmove(to, a, length_a);
	to[length_a + length_b] = 0;
}

int stp_string_compare(const char *a, const char *b)
{
	return strncmp(a, b, MAXSTRINGLEN);
}

int64_t stp_string_length(const char *s)
{
	return stp_strlen(s);
}
