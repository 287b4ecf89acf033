// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pattern.c - what stands in the parentheses of a point: function[@file[:line]], where line is a
 * number, a range, a list of both, or *; and +offset counts from the function's own line.
 */
#include "internal.h"

#include <fnmatch.h>
#include <string.h>

bool debug_glob_is_plain(const char *pattern)
{
	return !strpbrk(pattern, "*?[");
}

bool debug_glob_fits(const char *pattern, const char *text)
{
	/* Most texts differ here, and fnmatch(3) is slow to begin. */
	gsize plain = strcspn(pattern, "*?[\\");

	if (strncmp(pattern, text, plain))
		return false;
	pattern += plain;
	text += plain;
	return *pattern ? fnmatch(pattern, text, 0) == 0 : !*text;
}

bool debug_file_fits(const char *pattern, const char *path)
{
	if (!pattern)
		return true;
	while (pattern[0] == '.' && pattern[1] == '/')
		pattern += 2;
	while (path) {
		if (debug_glob_fits(pattern, path))
			return true;
		path = strchr(path, '/');
		if (path)
			path++;
	}
	return false;
}

bool debug_line_fits(const struct debug_pattern *pattern, guint first, guint line)
{
	guint base = pattern->lines == LINE_RELATIVE ? first : 0;

	if (pattern->lines == LINE_NONE || pattern->lines == LINE_ALL)
		return true;
	for (guint i = 0; i < pattern->ranges->len; i++) {
		const struct debug_range *range =
			&g_array_index(pattern->ranges, struct debug_range, i);

		if (line >= base && line - base >= range->first && line - base <= range->last)
			return true;
	}
	return false;
}

/* A line's number; false: there is none here, or no file is so long. */
static bool parse_number(const char **text, guint *number)
{
	guint64 value = 0;
	const char *s = *text;

	if (!g_ascii_isdigit(*s))
		return false;
	for (; g_ascii_isdigit(*s); s++) {
		value = value * 10 + (guint)(*s - '0');
		if (value > G_MAXINT32)
			return false;
	}
	*number = (guint)value;
	*text = s;
	return true;
}

static void free_array(gpointer array)
{
	g_array_unref(array);
}

static GArray *ranges_new(struct arena *arena)
{
	GArray *ranges = g_array_new(FALSE, FALSE, sizeof(struct debug_range));

	g_hash_table_insert(arena_table(arena, free_array), "ranges", ranges);
	return ranges;
}

/* "12", "12-20", "12,15-17"; behind is the character before it, for the message. */
static bool parse_ranges(struct arena *arena, struct debug_pattern *pattern, const char *text,
			 char behind, const char **why)
{
	for (;; text++) {
		struct debug_range range;

		if (!parse_number(&text, &range.first))
			break;
		range.last = range.first;
		if (*text == '-') {
			behind = *text++;
			if (!parse_number(&text, &range.last))
				break;
			if (range.last < range.first) {
				*why = arena_printf(arena, "the range %u-%u is empty", range.first,
						    range.last);
				return false;
			}
		}
		g_array_append_val(pattern->ranges, range);
		if (!*text)
			return true;
		if (*text != ',') {
			*why = arena_printf(arena, "unexpected '%s' behind a line number", text);
			return false;
		}
		behind = ',';
	}
	*why = arena_printf(arena, "expected a number behind '%c'", behind);
	return false;
}

/*
 * Where the file's name ends: the last ':', else the last '+' with a number behind it, so that
 * names with a + can be written.
 */
static const char *file_end(const char *file)
{
	const char *colon = strrchr(file, ':'), *plus = strrchr(file, '+');

	if (colon)
		return colon;
	if (plus && (!plus[1] || g_ascii_isdigit(plus[1])))
		return plus;
	return NULL;
}

struct debug_pattern *debug_pattern_parse(struct arena *arena, const char *text, const char **why)
{
	struct debug_pattern *pattern = arena_alloc(arena, sizeof(*pattern));
	const char *at = strchr(text, '@');
	const char *end;

	pattern->lines = LINE_NONE;
	pattern->ranges = ranges_new(arena);
	pattern->function = at ? arena_strndup(arena, text, (gsize)(at - text)) :
				 arena_strdup(arena, text);
	if (!*pattern->function) {
		*why = at ? "expected the name of a function before '@'" :
			    "expected the name of a function";
		return NULL;
	}
	if (!at)
		return pattern;
	end = file_end(at + 1);
	pattern->file = end ? arena_strndup(arena, at + 1, (gsize)(end - at - 1)) :
			      arena_strdup(arena, at + 1);
	if (!*pattern->file) {
		*why = "expected the name of a file behind '@'";
		return NULL;
	}
	if (!end)
		return pattern;
	if (strcmp(end, ":*") == 0) {
		pattern->lines = LINE_ALL;
		return pattern;
	}
	pattern->lines = *end == '+' ? LINE_RELATIVE : LINE_ABSOLUTE;
	return parse_ranges(arena, pattern, end + 1, *end, why) ? pattern : NULL;
}
