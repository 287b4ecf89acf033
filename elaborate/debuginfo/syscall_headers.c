// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * syscall_headers.c - the parameters of system calls, as the kernel's headers declare them.  The
 * functions that kprobes can be on take one pointer to the caller's registers; those that have the
 * parameters are inlined into them.
 *
 *	asmlinkage long sys_read(unsigned int fd, char __user *buf, size_t count);
 */
#include "internal.h"

#include <string.h>

#define WORD_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_"

static const struct {
	const char *prefix, *declared, *header;
} entries[] = {
	{ "__x64_sys_", "sys_", "linux/syscalls.h" },
	{ "__ia32_sys_", "sys_", "linux/syscalls.h" },
	{ "__x64_compat_sys_", "compat_sys_", "linux/compat.h" },
	{ "__ia32_compat_sys_", "compat_sys_", "linux/compat.h" },
	/* Some are declared there without names. */
	{ "__x64_compat_sys_", "sys_", "linux/syscalls.h" },
	{ "__ia32_compat_sys_", "sys_", "linux/syscalls.h" },
};

/*
 * Types that have a sign, or 32 bits; all others are unsigned and fill a register, or are their own
 * extension to it.
 */
static const struct {
	const char *name;
	enum debug_syscall_type type;
} types[] = {
	{ "off_t", DEBUG_SYSCALL_LONG },
	{ "loff_t", DEBUG_SYSCALL_LONG },
	{ "ssize_t", DEBUG_SYSCALL_LONG },
	{ "compat_off_t", DEBUG_SYSCALL_LONG },
	{ "compat_long_t", DEBUG_SYSCALL_LONG },
	{ "int", DEBUG_SYSCALL_INT },
	{ "s32", DEBUG_SYSCALL_INT },
	{ "pid_t", DEBUG_SYSCALL_INT },
	{ "clockid_t", DEBUG_SYSCALL_INT },
	{ "timer_t", DEBUG_SYSCALL_INT },
	{ "mqd_t", DEBUG_SYSCALL_INT },
	{ "key_serial_t", DEBUG_SYSCALL_INT },
	{ "rwf_t", DEBUG_SYSCALL_INT },
	{ "compat_int_t", DEBUG_SYSCALL_INT },
	{ "compat_pid_t", DEBUG_SYSCALL_INT },
	{ "unsigned", DEBUG_SYSCALL_UINT },
	{ "u32", DEBUG_SYSCALL_UINT },
	{ "__u32", DEBUG_SYSCALL_UINT },
	{ "umode_t", DEBUG_SYSCALL_UINT },
	{ "uid_t", DEBUG_SYSCALL_UINT },
	{ "gid_t", DEBUG_SYSCALL_UINT },
	{ "qid_t", DEBUG_SYSCALL_UINT },
	{ "compat_uint_t", DEBUG_SYSCALL_UINT },
};

/* Of "unsigned int fd", cut behind the name. */
static enum debug_syscall_type type_of(const char *parameter)
{
	enum debug_syscall_type type = DEBUG_SYSCALL_ULONG;
	char **words;

	if (strchr(parameter, '*') || strstr(parameter, "unsigned long"))
		return type;
	if (strstr(parameter, "long "))
		return DEBUG_SYSCALL_LONG;
	words = g_strsplit_set(parameter, " \t\n", -1);
	for (int i = 0; words[i] && type == DEBUG_SYSCALL_ULONG; i++)
		for (gsize j = 0; j < G_N_ELEMENTS(types); j++)
			if (!strcmp(words[i], types[j].name))
				type = types[j].type;
	g_strfreev(words);
	return type;
}

static bool is_named(const char *parameter, const char *name)
{
	gsize length = strlen(parameter), name_length = strlen(name);

	return length > name_length && !strcmp(parameter + length - name_length, name) &&
	       !strchr(WORD_CHARACTERS, parameter[length - name_length - 1]);
}

/* In the header's text: the place behind "declared" + "call" + "(", or NULL. */
static const char *find_declaration(const char *text, const char *declared, const char *call)
{
	char *wanted = g_strconcat(" ", declared, call, "(", NULL);
	const char *found = strstr(text, wanted);

	found = found ? found + strlen(wanted) : NULL;
	g_free(wanted);
	return found;
}

static guint find_parameter(const char *parameters, const char *name, enum debug_syscall_type *type)
{
	char *text = g_strndup(parameters, strcspn(parameters, ")"));
	char **list = g_strsplit(text, ",", -1);
	guint number = 0;

	for (guint i = 0; list[i] && !number; i++) {
		if (is_named(g_strchomp(list[i]), name)) {
			number = i + 1;
			*type = type_of(list[i]);
		}
	}
	g_strfreev(list);
	g_free(text);
	return number;
}

guint debug_syscall_parameter(struct debuginfo *d, const char *symbol, const char *name,
			      enum debug_syscall_type *type)
{
	guint number = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(entries) && !number; i++) {
		const char *parameters;

		if (!g_str_has_prefix(symbol, entries[i].prefix))
			continue;
		parameters = find_declaration(debug_header(d, entries[i].header),
					      entries[i].declared,
					      symbol + strlen(entries[i].prefix));
		if (parameters)
			number = find_parameter(parameters, name, type);
	}
	return number;
}
