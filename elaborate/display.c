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

#include <string.h>

/* How a global is used: by serial. */
struct usage {
	bool *read, *written;
};

static void use_stmt(struct stmt *s, void *data);

static void mark(bool *flags, const struct variable *v)
{
	if (v && v->global)
		flags[v->serial] = true;
}

static void use_expr(struct expr *e, void *data);

/* e is written to; used: its value is looked at, too. */
static void use_target(struct usage *usage, struct expr *e, bool used)
{
	struct variable *v = e->kind == EXPR_INDEX ? e->index.variable : e->symbol.variable;

	mark(usage->written, v);
	if (used)
		mark(usage->read, v);
	expr_visit_children(e, use_expr, usage);
}

static void use_value(struct usage *usage, struct expr *e, bool used)
{
	switch (e->kind) {
	case EXPR_SYMBOL:
		mark(usage->read, e->symbol.variable);
		break;
	case EXPR_INDEX:
		mark(usage->read, e->index.variable);
		expr_visit_children(e, use_expr, usage);
		break;
	case EXPR_IN:
		mark(usage->read, e->in.variable);
		expr_visit_children(e, use_expr, usage);
		break;
	case EXPR_ASSIGN:
		use_target(usage, e->assign.left, used);
		use_expr(e->assign.right, usage);
		break;
	case EXPR_STEP:
		use_target(usage, e->step.operand, used);
		break;
	case EXPR_SAMPLE:
		use_target(usage, e->sample.stats, false);
		use_expr(e->sample.value, usage);
		break;
	default:
		expr_visit_children(e, use_expr, usage);
	}
}

static void use_expr(struct expr *e, void *data)
{
	use_value(data, e, true);
}

static void use_stmt(struct stmt *s, void *data)
{
	struct usage *usage = data;

	switch (s->kind) {
	case STMT_EXPR:
		use_value(usage, s->expr, false);
		return;
	case STMT_DELETE:
		use_target(usage, s->expr, false);
		return;
	case STMT_FOR:
		/* for (…; …; i++) looks at neither end's value. */
		if (s->loop.init)
			use_value(usage, s->loop.init, false);
		if (s->loop.condition)
			use_value(usage, s->loop.condition, true);
		if (s->loop.step)
			use_value(usage, s->loop.step, false);
		use_stmt(s->loop.body, usage);
		return;
	case STMT_FOREACH:
		mark(usage->read, s->foreach.variable);
		break;
	default:
		break;
	}
	stmt_visit_children(s, use_stmt, use_expr, usage);
}

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
static char *display_text(const struct session *s, const struct usage *usage)
{
	GString *text = g_string_new("probe end(9223372036854775807) {\n");
	gsize empty = text->len;

	/* In the order in which the script declares them. */
	for (guint i = 0; i < s->user->globals->len; i++) {
		const struct variable *v = s->user->globals->pdata[i];

		if (v->used && usage->written[v->serial] && !usage->read[v->serial])
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
	struct usage usage = {
		.read = g_new0(bool, s->used_globals->len + 1),
		.written = g_new0(bool, s->used_globals->len + 1),
	};
	char *text = NULL;

	for (guint i = 0; i < s->handlers->len; i++)
		use_stmt(((struct handler *)s->handlers->pdata[i])->body, &usage);
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		for (guint j = 0; f->c_globals && j < f->c_globals->len; j++) {
			const struct c_global *global = f->c_globals->pdata[j];

			mark(global->written ? usage.written : usage.read, global->variable);
		}
		if (f->body)
			use_stmt(f->body, &usage);
	}
	if (!s->options.no_display)
		text = display_text(s, &usage);
	if (text)
		add_synthetic_probe(s, text);
	g_free(text);
	g_free(usage.read);
	g_free(usage.written);
}
