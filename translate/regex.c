// SPDX-License-Identifier: GPL-2.0-or-later
/* regex.c - the tables of a regular expression as C. */
#include "translate.h"
#include "regex_compile.h"

#define NUMBERS_PER_LINE 16

/* Elements of a table; wide: they are shorts. */
static void emit_numbers(GString *out, const char *c_name, const char *table, const void *numbers,
			 guint count, bool wide)
{
	g_string_append_printf(out, "static const unsigned %s %s_%s[] = {", wide ? "short" : "char",
			       c_name, table);
	for (guint i = 0; i < count; i++)
		g_string_append_printf(out, "%s%u,", i % NUMBERS_PER_LINE ? " " : "\n\t",
				       wide ? ((const guint16 *)numbers)[i] :
					      ((const guint8 *)numbers)[i]);
	g_string_append(out, "\n};\n");
}

static void emit_link(GString *out, const struct stp_regex_link *link)
{
	g_string_append_printf(out, "{ %u, %u }", link->from, link->borders);
}

static void emit_links(GString *out, const struct regex *regex, const char *c_name)
{
	g_string_append_printf(out, "static const struct stp_regex_link %s_links[] = {", c_name);
	for (guint i = 0; i < regex->link_count; i++) {
		g_string_append(out, i % (NUMBERS_PER_LINE / 2) ? " " : "\n\t");
		emit_link(out, &regex->tables.links[i]);
		g_string_append(out, ",");
	}
	g_string_append_printf(
		out, "\n};\nstatic const struct stp_regex_link %s_ends[][2] = {\n", c_name);
	for (guint i = 0; i < regex->match_states; i++) {
		g_string_append(out, "\t{ ");
		emit_link(out, &regex->tables.ends[i][0]);
		g_string_append(out, ", ");
		emit_link(out, &regex->tables.ends[i][1]);
		g_string_append(out, " },\n");
	}
	g_string_append(out, "};\n");
}

static void emit_automaton(GString *out, const struct regex *regex, const char *c_name,
			   const char *which, const struct stp_regex_dfa *dfa, guint states)
{
	g_autofree char *accepts = g_strdup_printf("%s_accepts", which);

	emit_numbers(out, c_name, which, dfa->next, states * regex->tables.class_count, dfa->wide);
	emit_numbers(out, c_name, accepts, dfa->accepts, states, false);
}

static void emit_member(GString *out, const char *c_name, const char *which,
			const struct stp_regex_dfa *dfa)
{
	g_string_append_printf(out,
			       "\t.%s = { .next = %s_%s, .accepts = %s_%s_accepts, "
			       ".start = %u, .start_inside = %u, .wide = %d },\n",
			       which, c_name, which, c_name, which, dfa->start, dfa->start_inside,
			       dfa->wide);
}

void emit_regex(GString *out, const struct regex *regex, const char *c_name)
{
	const struct stp_regex *re = &regex->tables;

	emit_numbers(out, c_name, "classes", re->classes, 256, false);
	if (re->search.next)
		emit_automaton(out, regex, c_name, "search", &re->search, regex->search_states);
	if (re->groups)
		emit_automaton(out, regex, c_name, "match", &re->match, regex->match_states);
	if (re->groups > 1) {
		emit_numbers(out, c_name, "rows", re->rows, regex->match_states * re->class_count,
			     true);
		emit_links(out, regex, c_name);
		emit_numbers(out, c_name, "borders", re->borders, regex->border_count, false);
		emit_numbers(out, c_name, "parents", re->parents, re->groups, false);
	}
	g_string_append_printf(out, "static const struct stp_regex %s = {\n\t.groups = %u, "
				    ".class_count = %u, .classes = %s_classes,\n",
			       c_name, re->groups, re->class_count, c_name);
	if (re->search.next)
		emit_member(out, c_name, "search", &re->search);
	else
		g_string_append_printf(out, "\t.search = { .start = %u },\n", re->search.start);
	if (re->groups)
		emit_member(out, c_name, "match", &re->match);
	if (re->groups > 1)
		g_string_append_printf(out,
				       "\t.rows = %s_rows, .links = %s_links, .ends = %s_ends,\n"
				       "\t.borders = %s_borders, .parents = %s_parents,\n",
				       c_name, c_name, c_name, c_name, c_name);
	g_string_append(out, "};\n\n");
}
