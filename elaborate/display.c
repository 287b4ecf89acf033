// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Globals of the script that are written and never read are printed when it ends: that is what they
 * are for.
 *
 * The probe that does it is made as script text, from the types that inference has found, and goes
 * the way of any other:
 *
 *	probe end(9223372036854775807) {
 *		printf("count=%d\n", count)
 *		foreach ([__s0, __n1] in hits-)
 *			printf("hits[\"%s\",%d]=%d\n", __s0, __n1, hits[__s0, __n1])
 *	}
 */
#include "elaborate.h"

static const char *conversion(enum value_type type)
{
	return type == TYPE_STRING ? "\\\"%s\\\"" : "%d";
}

/* What follows the name in the format: "=%d\n", keys, element); */
static void append_value(GString *text, const struct variable *v, const char *keys,
			 const char *element)
{
	if (v->type == TYPE_STATS)
		g_string_append_printf(text, " @count=%%d @min=%%d @max=%%d @sum=%%d @avg=%%d\\n\", "
					     "%s@count(%s), @min(%s), @max(%s), @sum(%s), "
					     "@avg(%s))\n",
				       keys, element, element, element, element, element);
	else
		g_string_append_printf(text, "=%s\\n\", %s%s)\n", conversion(v->type), keys,
				       element);
}

static void display_array(GString *text, const struct variable *v)
{
	GString *keys = g_string_new(NULL);
	char *element, *arguments;

	for (int i = 0; i < v->keys; i++)
		g_string_append_printf(keys, "%s__%c%d", i ? ", " : "",
				       v->key_types[i] == TYPE_STRING ? 's' : 'n', i);
	g_string_append_printf(text, "\tforeach ([%s] in %s-) printf(\"%s[", keys->str, v->name,
			       v->name);
	for (int i = 0; i < v->keys; i++)
		g_string_append_printf(text, "%s%s", i ? "," : "", conversion(v->key_types[i]));
	g_string_append_c(text, ']');
	element = g_strdup_printf("%s[%s]", v->name, keys->str);
	arguments = g_strdup_printf("%s, ", keys->str);
	append_value(text, v, arguments, element);
	g_free(arguments);
	g_free(element);
	g_string_free(keys, TRUE);
}

static void display(GString *text, const struct variable *v)
{
	if (v->type == TYPE_UNKNOWN)
		return;
	if (v->keys > 0) {
		display_array(text, v);
		return;
	}
	/* Of an aggregate that nothing was added to there is only that to say. */
	if (v->type == TYPE_STATS)
		g_string_append_printf(text, "\tif (!@count(%s)) printf(\"%s @count=0\\n\") else",
				       v->name, v->name);
	g_string_append_printf(text, "\tprintf(\"%s", v->name);
	append_value(text, v, "", v->name);
}

/* The text of the probe; NULL: there is nothing to display.  Free with g_free(). */
static char *display_text(const struct session *s)
{
	GString *text = g_string_new("probe end(9223372036854775807) {\n");
	gsize empty = text->len;

	/* In the order in which the script declares them. */
	for (guint i = 0; i < s->user->globals->len; i++) {
		const struct variable *v = s->user->globals->pdata[i];

		if (v->used && v->written && !v->read)
			display(text, v);
	}
	if (text->len == empty) {
		g_string_free(text, TRUE);
		return NULL;
	}
	g_string_append(text, "}\n");
	return g_string_free(text, FALSE);
}

void add_display(struct session *s)
{
	char *text;

	if (s->options.no_display)
		return;
	find_usage(s);
	text = display_text(s);
	if (text)
		add_synthetic_probe(s, text);
	g_free(text);
}
