// SPDX-License-Identifier: GPL-2.0-or-later
/* procfs("path").read and .write: files in /proc/systemtap/MODULE. */
#include "provider.h"

#include <errno.h>
#include <string.h>

#define WRITE 1
#define UMASK 2		/* the number before .read or .write */
#define MAXSIZE 4	/* the last number */
#define UNNAMED 8	/* the path is "command" */

#define DEFAULT_UMASK 0
#define SIZE_MAX_BYTES (1 << 20)

struct procfs_probe {
	const char *path;
	bool write;
	gint64 umask, maxsize;
};

#define FORMS(point, flags)                                                                        \
	{ point ".read", "when the file is read: $value is its content", flags },                  \
	{ point ".read.maxsize(number)", "the same, of so many bytes", (flags) | MAXSIZE },        \
	{ point ".umask(number).read", "the same, with those bits of its mode off",                \
	  (flags) | UMASK },                                                                       \
	{ point ".umask(number).read.maxsize(number)", "both", (flags) | UMASK | MAXSIZE },        \
	{ point ".write", "when the file is written: $value is what", (flags) | WRITE },           \
	{ point ".umask(number).write", "the same, with those bits of its mode off",               \
	  (flags) | UMASK | WRITE }

static const struct point_pattern patterns[] = {
	FORMS("procfs(string)", 0),
	FORMS("procfs", UNNAMED),
	{ NULL, NULL, 0 },
};

static int refuse(struct session *s, const struct point_match *match, const char *why)
{
	report_semantic(s->diagnostics, "procfs-refused", match->token, NULL, "%s", why);
	return -EINVAL;
}

/* Words between slashes, none of them . or ..; it stays within the module's folder. */
static bool is_path(const char *path)
{
	char **words = g_strsplit(path, "/", -1);
	bool good = *words != NULL;

	for (guint i = 0; words[i]; i++)
		good = good && *words[i] && strcmp(words[i], ".") && strcmp(words[i], "..");
	g_strfreev(words);
	return good;
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	gint64 flags = match->pattern->value;
	guint next = flags & UNNAMED ? 0 : 1;
	struct procfs_probe probe = {
		.path = flags & UNNAMED ? "command" : match->arguments[0]->string,
		.write = flags & WRITE,
		.umask = flags & UMASK ? match->arguments[next]->number : DEFAULT_UMASK,
	};

	(void)why;
	next += flags & UMASK ? 1 : 0;
	probe.maxsize = flags & MAXSIZE ? match->arguments[next]->number : 0;
	if (!is_path(probe.path))
		return refuse(s, match,
			      "a procfs path is words between single slashes, without . and ..");
	if (probe.umask < 0 || probe.umask > 0777)
		return refuse(s, match, "a procfs umask is between 0 and 0777");
	if (flags & MAXSIZE && (probe.maxsize < 1 || probe.maxsize > SIZE_MAX_BYTES))
		return refuse(s, match, "a procfs maxsize is between 1 and 1048576");
	derive_probe(d, NULL, &probe);
	return 0;
}

static int variable(struct session *s, const struct derived_probe *probe, const char *name,
		    const struct token *token, struct context_variable *out, const char **why)
{
	const struct procfs_probe *data = probe->data;

	(void)s;
	(void)token;
	if (strcmp(name, "value")) {
		*why = "invalid target symbol for procfs probe, $value expected";
		return -ENOENT;
	}
	out->getter = "_procfs_value_get";
	out->setter = data->write ? NULL : "_procfs_value_set";
	out->appender = data->write ? NULL : "_procfs_value_append";
	return 0;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct procfs_probe *data = probe->data;

	g_string_append_printf(out, ".path = \"%s\", .umask = 0%o", data->path,
			       (guint)data->umask);
	if (data->write)
		g_string_append(out, ", .write = true");
	if (data->maxsize)
		g_string_append_printf(out, ", .maxsize = %" G_GINT64_FORMAT, data->maxsize);
}

const struct probe_provider procfs_provider = {
	.name = "procfs",
	.doc = "files in /proc/systemtap that the script reads and writes",
	.patterns = patterns,
	.resolve = resolve,
	.variable = variable,
	.emit_element = emit_element,
	.private_size = sizeof(struct procfs_probe),
};
