// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 3, the module around the code: globals, tables, and the units of the library's embedded C.
 */
#include "translate.h"
#include "debuginfo.h"
#include "elaborate.h"
#include "provider.h"
#include "regex_compile.h"
#include "../runtime/shared/lines.h"

#include <string.h>

/* The defaults of runtime/kernel/script.h, for limits that a frame's size depends on. */
#define DEFAULT_MAXNESTING 10

/* Bytes of C, hundreds of handlers: the compiler is to take two thirds of the time for it. */
#define LARGE_UNIT 250000

/* ---- names ----------------------------------------------------------------------------------- */

bool function_is_shared(const struct function *f)
{
	return f->embedded && f->source->library && !f->c_globals->len;
}

const char *function_c_name(const struct translator *t, const struct function *f)
{
	return g_hash_table_lookup(t->function_names, f);
}

const char *global_c_name(const struct translator *t, const struct variable *v)
{
	return g_hash_table_lookup(t->global_names, v);
}

const char *regex_c_name(struct translator *t, const struct regex *regex)
{
	const char *name = g_hash_table_lookup(t->regex_names, regex);

	if (name)
		return name;
	name = arena_printf(t->s->arena, "regex_%u", g_hash_table_size(t->regex_names));
	g_hash_table_insert(t->regex_names, (gpointer)regex, (gpointer)name);
	emit_regex(t->regexes, regex, name);
	t->match_groups |= regex->tables.groups != 0;
	return name;
}

/* The library file's name without folder and ending, as part of a C name; free with g_free(). */
static char *file_word(const struct source *source)
{
	char *word = g_path_get_basename(source->name);

	if (g_str_has_suffix(word, ".stp"))
		word[strlen(word) - 4] = 0;
	return g_strcanon(word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');
}

/*
 * Embedded functions of the library are named after their file and their place among its functions
 * of that name, the same in every script that uses any of them.
 */
static void name_tapset_functions(struct translator *t, const struct script *script)
{
	GHashTable *count = g_hash_table_new(g_str_hash, g_str_equal);
	char *file = file_word(script->source);

	for (guint i = 0; i < script->functions->len; i++) {
		struct function *f = script->functions->pdata[i];
		guint number = GPOINTER_TO_UINT(g_hash_table_lookup(count, f->name)) + 1;

		g_hash_table_insert(count, (gpointer)f->name, GUINT_TO_POINTER(number));
		if (function_is_shared(f))
			g_hash_table_insert(t->function_names, f,
					    number == 1 ?
						    g_strdup_printf("tapset_%s_%s", file, f->name) :
						    g_strdup_printf("tapset_%s_%s__%u", file,
								    f->name, number));
	}
	g_free(file);
	g_hash_table_destroy(count);
}

/*
 * A C name for a script's; private ones of different files may be equal, and all conditions are, so
 * those get a number.  taken: C name → the number for the next of that name.
 */
static char *new_name(GHashTable *taken, const char *prefix, const char *name)
{
	char *plain = g_strdup_printf("%s_%s", prefix, name);
	char *c_name = g_strdup(plain);
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(taken, plain));

	for (; g_hash_table_contains(taken, c_name); number++) {
		g_free(c_name);
		c_name = g_strdup_printf("%s__%u", plain, number);
	}
	if (number)	/* the key that is there stays */
		g_hash_table_insert(taken, plain, GUINT_TO_POINTER(number));
	g_hash_table_insert(taken, c_name, GUINT_TO_POINTER(2));
	g_free(plain);
	return c_name;
}

static void name_everything(struct translator *t)
{
	GHashTable *taken = g_hash_table_new(g_str_hash, g_str_equal);
	struct session *s = t->s;

	for (guint i = 1; i < s->scripts->len; i++)
		name_tapset_functions(t, s->scripts->pdata[i]);
	for (guint i = 0; i < s->used_functions->len; i++) {
		struct function *f = s->used_functions->pdata[i];

		if (!function_is_shared(f))
			g_hash_table_insert(t->function_names, f, new_name(taken, "f", f->name));
	}
	for (guint i = 0; i < s->used_globals->len; i++) {
		struct variable *v = s->used_globals->pdata[i];

		g_hash_table_insert(t->global_names, v, new_name(taken, "g", v->name));
	}
	g_hash_table_destroy(taken);
}

/* ---- frames ---------------------------------------------------------------------------------- */

struct frame_sum {
	struct translator *t;
	guint64 string_size;
	GHashTable *below;	/* struct function → bytes of its calls at one level less */
};

static guint64 frame_size(const struct frame_sum *sum, gconstpointer owner)
{
	const struct frame *frame = g_hash_table_lookup(sum->t->frames, owner);

	return frame ? frame->longs * 8 + frame->strings * sum->string_size + 8 : 0;
}

static guint64 deepest_call(const struct frame_sum *sum, const GPtrArray *calls)
{
	guint64 most = 0;

	for (guint i = 0; calls && i < calls->len; i++) {
		guint64 *size = g_hash_table_lookup(sum->below, calls->pdata[i]);

		most = MAX(most, size ? *size : 0);
	}
	return most;
}

/*
 * Bytes of the deepest handler: each level of calls adds the largest function that can stand there.
 */
static guint64 worst_frames(struct translator *t)
{
	struct session *s = t->s;
	guint64 nesting = MIN(limit_value(s, "MAXNESTING", DEFAULT_MAXNESTING), 1000);
	struct frame_sum sum = {
		.t = t,
		.string_size = string_size(s),
		.below = g_hash_table_new_full(NULL, NULL, NULL, g_free),
	};
	guint64 most = 0;

	for (guint64 level = 0; level < nesting; level++) {
		GHashTable *here = g_hash_table_new_full(NULL, NULL, NULL, g_free);

		for (guint i = 0; i < s->used_functions->len; i++) {
			struct function *f = s->used_functions->pdata[i];
			guint64 *size = g_new(guint64, 1);

			*size = frame_size(&sum, f) + deepest_call(&sum, f->calls);
			g_hash_table_insert(here, f, size);
		}
		g_hash_table_destroy(sum.below);
		sum.below = here;
	}
	for (guint i = 0; i < s->handlers->len; i++) {
		struct handler *handler = s->handlers->pdata[i];

		most = MAX(most, frame_size(&sum, handler) + deepest_call(&sum, handler->calls));
	}
	most = MAX(most, deepest_call(&sum, s->conditions));
	g_hash_table_destroy(sum.below);
	return most;
}

/* ---- probes ---------------------------------------------------------------------------------- */

static const char *runtime_part(const struct probe_provider *provider)
{
	return provider->runtime ? provider->runtime : provider->name;
}

static gint compare_probes(gconstpointer a, gconstpointer b)
{
	const struct derived_probe *x = *(struct derived_probe *const *)a;
	const struct derived_probe *y = *(struct derived_probe *const *)b;
	gint order = x->provider == y->provider && x->provider->compare ?
			     x->provider->compare(x, y) : 0;

	return order ? order : x->serial < y->serial ? -1 : 1;
}

/*
 * What goes into one table: the probes of all providers of a runtime part, by the first of these;
 * of the others, and of those without probes, nothing.  Free with g_ptr_array_unref().
 */
static GPtrArray *family_probes(const struct session *s, int first)
{
	const char *part = runtime_part(providers[first]);
	GPtrArray *list = g_ptr_array_new();

	for (int i = 0; i < first; i++)
		if (g_str_equal(runtime_part(providers[i]), part))
			return list;
	for (guint i = 0; i < s->probes->len; i++) {
		struct derived_probe *probe = s->probes->pdata[i];

		if (g_str_equal(runtime_part(probe->provider), part))
			g_ptr_array_add(list, probe);
	}
	g_ptr_array_sort(list, compare_probes);
	return list;
}

static void emit_family(const struct session *s, GString *out, GString *sets, int first)
{
	const char *part = runtime_part(providers[first]);
	GPtrArray *probes = family_probes(s, first);

	if (probes->len) {
		g_string_append_printf(out, "static const struct stp_%s_probe %s_probes[] = {\n",
				       part, part);
		g_string_append_printf(sets, "\t{ .type = &stp_probe_type_%s, .table = %s_probes, "
					     ".count = %u },\n",
				       part, part, probes->len);
	}
	for (guint i = 0; i < probes->len; i++) {
		const struct derived_probe *probe = probes->pdata[i];

		g_string_append_printf(out, "\t{ .probe = &probes[%u], ", probe->serial);
		probe->provider->emit_element(out, probe);
		g_string_append(out, " },\n");
	}
	g_string_append(out, probes->len ? "};\n\n" : "");
	g_ptr_array_unref(probes);
}

static void emit_probe(const struct session *s, GString *out, const struct derived_probe *probe)
{
	char *text = c_string(probe->text);
	char *place = c_string(token_describe(s->arena, probe->token, false));
	char *name = probe->name ? c_string(probe->name) : NULL;

	g_string_append_printf(out, "\t{ probe_%u, %s, %s", probe->handler->serial, text, place);
	if (name)
		g_string_append_printf(out, ", .name = %s", name);
	if (probe->condition)
		g_string_append_printf(out, ", .condition = &conditions[%u]",
				       probe->condition->serial);
	g_string_append(out, " },\n");
	g_free(name);
	g_free(text);
	g_free(place);
}

static void emit_probes(const struct session *s, GString *out)
{
	GString *sets = g_string_new(NULL);

	g_string_append(out,
			"/* ---- probes ---- */\n\nstatic const struct stp_probe probes[] = {\n");
	for (guint i = 0; i < s->probes->len; i++)
		emit_probe(s, out, s->probes->pdata[i]);
	g_string_append(out, "};\n\n");
	for (int i = 0; providers[i]; i++)
		emit_family(s, out, sets, i);
	g_string_append_printf(out, "static struct stp_probe_set sets[] = {\n%s};\n\n", sets->str);
	g_string_free(sets, TRUE);
}

static void emit_section(GString *out, const struct debug_section *section)
{
	g_string_append_printf(out, "\t{ .module = \"%s\"", section->module);
	if (section->name)
		g_string_append_printf(out, ", .name = \"%s\"", section->name);
	if (section->build_id)
		g_string_append_printf(out, ", .build_id = \"%s\"", section->build_id);
	if (section->symbol)
		g_string_append_printf(out,
				       ", .symbol = \"%s\", .symbol_pc = 0x%" G_GINT64_MODIFIER
				       "xULL", section->symbol, section->symbol_pc);
	g_string_append(out, " },\n");
}

/* What the runtime is to find before a handler runs. */
static void emit_sections(const struct session *s, GString *out)
{
	if (!s->sections->len)
		return;
	g_string_append(out, "static struct stp_section sections[] = {\n");
	for (guint i = 0; i < s->sections->len; i++)
		emit_section(out, s->sections->pdata[i]);
	g_string_append(out, "};\n\n");
}

/* What entries save for their returns. */
static void emit_saved(const struct session *s, GString *out)
{
	for (guint i = 0; i < s->saved->len; i++) {
		const GPtrArray *variables = ((struct saved_values *)s->saved->pdata[i])->variables;

		g_string_append_printf(out, "struct saved_%u {\n", i);
		for (guint j = 0; j < variables->len; j++) {
			const struct variable *v = variables->pdata[j];

			g_string_append_printf(out, "\t%s %s;\n",
					       v->type == TYPE_STRING ? "stp_string" : "int64_t",
					       v->name);
		}
		g_string_append(out, "};\n\n");
	}
}

/* ---- source lines ---------------------------------------------------------------------------- */

/* The C name of a module's table; free with g_free(). */
static char *line_table_name(const struct source_lines *lines)
{
	g_autofree char *name = g_strdup(debug_module_name(lines->module));

	return g_strconcat("stp_lines_", g_strcanon(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS,
						    '_'), NULL);
}

static void emit_source_lines(const struct session *s, GString *out)
{
	GString *parts = g_string_new(NULL);

	for (guint i = 0; i < s->lines->len; i++) {
		const struct source_lines *lines = s->lines->pdata[i];
		g_autofree char *name = line_table_name(lines);

		g_string_append_printf(out, "extern const char %s[];\n", name);
		for (guint j = 0; j < lines->sections->len; j++) {
			const struct debug_section *section = lines->sections->pdata[j];

			g_string_append_printf(parts, "\t{ &sections[%u], %s, %u },\n",
					       section->serial, name, j);
		}
	}
	if (s->lines->len)
		g_string_append_printf(out, "\nstatic const struct stp_source_lines lines[] = {\n"
					    "%s};\n\n", parts->str);
	g_string_free(parts, TRUE);
}

static void emit_descriptor(struct translator *t, GString *out)
{
	g_string_append_printf(out,
			       "const struct stp_script stp_script = {\n"
			       "\t.limits = STP_LIMITS, STP_SHARED\n"
			       "\t.frames = %" G_GUINT64_FORMAT ",\n"
			       "\t.sets = sets, .set_count = ARRAY_SIZE(sets),\n",
			       worst_frames(t));
	if (t->s->conditions->len)
		g_string_append(out, "\t.conditions = &conditions_probe,\n"
				     "\t.condition_family = &stp_condition_family,\n");
	if (t->s->sections->len)
		g_string_append(out, "\t.sections = sections, "
				     ".section_count = ARRAY_SIZE(sections),\n"
				     "\t.section_family = &stp_section_family,\n");
	if (t->s->lines->len)
		g_string_append(out, "\t.lines = lines, .line_count = ARRAY_SIZE(lines),\n");
	if (t->match_groups)
		g_string_append(out, "\t.match_size = sizeof(struct stp_match),\n");
	emit_global_tables(t, out);
	g_string_append(out, "};\n");
}

/* ---- units ----------------------------------------------------------------------------------- */

/* What the script's own unit needs declared. */
struct needs {
	bool kernel;	/* there is embedded C */
	bool floats;
};

static void find_needs(struct expr *e, void *data)
{
	struct needs *needs = data;

	needs->kernel |= e->kind == EXPR_EMBEDDED;
	needs->floats |= e->kind == EXPR_PRIMITIVE && PRIMITIVE_IS_FLOAT(e->primitive.what);
	expr_visit_children(e, find_needs, data);
}

static void find_needs_stmt(struct stmt *stmt, void *data)
{
	stmt_visit_children(stmt, find_needs_stmt, find_needs, data);
}

static struct needs unit_needs(const struct session *s)
{
	struct needs needs = { .kernel = s->user->embedded->len };

	for (guint i = 0; i < s->used_functions->len; i++) {
		const struct function *f = s->used_functions->pdata[i];

		if (f->body)
			find_needs_stmt(f->body, &needs);
		else
			needs.kernel |= !function_is_shared(f);
	}
	for (guint i = 0; i < s->handlers->len; i++)
		find_needs_stmt(((struct handler *)s->handlers->pdata[i])->body, &needs);
	return needs;
}

static void emit_includes(const struct session *s, GString *out, const struct needs *needs)
{
	g_string_append(out, needs->kernel ? "#include \"embedded.h\"\n" :
					     "#include \"script.h\"\n");
	if (needs->floats)
		g_string_append(out, "#include \"../shared/float.h\"\n");
	for (int i = 0; providers[i]; i++) {
		GPtrArray *probes = family_probes(s, i);

		if (probes->len)
			g_string_append_printf(out, "#include \"probe_%s.h\"\n",
					       runtime_part(providers[i]));
		g_ptr_array_unref(probes);
	}
	g_string_append_c(out, '\n');
}

static void emit_prototypes(struct translator *t, GString *out)
{
	for (guint i = 0; i < t->s->used_functions->len; i++) {
		emit_prototype(t, out, t->s->used_functions->pdata[i]);
		g_string_append(out, ";\n");
	}
	if (t->s->used_functions->len)
		g_string_append_c(out, '\n');
}

static char *script_unit(struct translator *t, const struct needs *needs)
{
	struct session *s = t->s;
	GString *out = g_string_new(NULL);
	GString *code = g_string_new(NULL);

	emit_includes(s, out, needs);
	for (guint i = 0; i < s->user->embedded->len; i++)
		g_string_append_printf(out, "%s\n",
				       ((struct token *)s->user->embedded->pdata[i])->text);
	emit_sections(s, out);
	emit_source_lines(s, out);
	emit_saved(s, out);
	emit_globals(t, out);
	if (s->conditions->len)
		g_string_append_printf(code, "static struct stp_condition conditions[%u];\n\n",
				       s->conditions->len);
	g_string_append(code, "/* ---- functions ---- */\n\n");
	emit_prototypes(t, code);
	for (guint i = 0; i < s->used_functions->len; i++) {
		const struct function *f = s->used_functions->pdata[i];

		if (!f->embedded)
			emit_function(t, code, f);
		else if (!function_is_shared(f))
			emit_embedded_function(t, code, f);
	}
	g_string_append(code, "/* ---- handlers ---- */\n\n");
	for (guint i = 0; i < s->handlers->len; i++) {
		const struct handler *handler = s->handlers->pdata[i];

		g_string_append_printf(code, "/* %s */\n",
				       token_describe(s->arena, handler->token, false));
		emit_handler(t, code, handler);
	}
	if (s->conditions->len)
		emit_conditions(t, code);
	if (t->regexes->len)
		g_string_append_printf(out, "/* ---- regular expressions ---- */\n\n%s",
				       t->regexes->str);
	g_string_append(out, code->str);
	g_string_free(code, TRUE);
	emit_probes(s, out);
	emit_descriptor(t, out);
	if (out->len > LARGE_UNIT)
		g_string_prepend(out, "#pragma GCC optimize(\"O1\")\n");
	return g_string_free(out, FALSE);
}

/*
 * A tapset file's embedded C: all of it, used or not, so that the unit is the same for every
 * script.
 */
static char *tapset_unit(struct translator *t, const struct script *script)
{
	GString *out = g_string_new("#include \"embedded.h\"\n\n");

	for (guint i = 0; i < script->functions->len; i++) {
		struct function *f = script->functions->pdata[i];

		if (!function_is_shared(f))
			continue;
		emit_prototype(t, out, f);
		g_string_append(out, ";\n");
	}
	g_string_append_c(out, '\n');
	for (guint i = 0; i < script->embedded->len; i++)
		g_string_append_printf(out, "%s\n",
				       ((struct token *)script->embedded->pdata[i])->text);
	for (guint i = 0; i < script->functions->len; i++) {
		struct function *f = script->functions->pdata[i];

		if (function_is_shared(f))
			emit_embedded_function(t, out, f);
	}
	return g_string_free(out, FALSE);
}

static bool uses_embedded_of(const struct session *s, const struct script *script)
{
	for (guint i = 0; i < s->used_functions->len; i++) {
		const struct function *f = s->used_functions->pdata[i];

		if (function_is_shared(f) && f->source == script->source)
			return true;
	}
	return false;
}

/* "/usr/share/…/task.stp" → "unit-tapset-task": a dash, so that no module can have the name. */
static char *unit_name(const struct source *source)
{
	char *file = file_word(source);
	char *name = g_strdup_printf("unit-tapset-%s", file);

	g_free(file);
	return name;
}

static void add_unit(struct session *s, char *name, char *text, bool thin, bool shared)
{
	s->units = g_renew(struct kbuild_unit, s->units, s->unit_count + 1);
	s->units[s->unit_count++] = (struct kbuild_unit){
		.name = arena_strdup(s->arena, name),
		.text = arena_strdup(s->arena, text),
		.thin = thin,
		.shared = shared,
	};
	g_free(name);
	g_free(text);
}

static GByteArray *make_line_table(void *module)
{
	return debug_line_table(module);
}

/*
 * The unit of a module's table, which is the same for every script.  By this text its object is kept:
 * it says all that the table is made of.
 */
static void add_line_unit(struct session *s, const struct source_lines *lines)
{
	g_autofree char *name = line_table_name(lines);
	GString *out = g_string_new(NULL);
	char *unit = g_strdup_printf("unit-lines-%s", name + strlen("stp_lines_"));

	g_string_append_printf(out, "/* The source lines of %s, as version %d of shared/lines.h has "
				    "them. */\n",
			       debug_module_identity(lines->module), STP_LINES_VERSION);
	g_string_append_printf(out, "asm(\".pushsection .rodata; .balign 8; .globl %s; "
				    ".type %s, @object\\n\"\n"
				    "    \"%s: .incbin \\\"%s.bin\\\"\\n\"\n"
				    "    \".size %s, . - %s; .popsection\");\n",
			       name, name, name, unit, name, name);
	add_unit(s, unit, g_string_free(out, FALSE), true, true);
	s->units[s->unit_count - 1].data = make_line_table;
	s->units[s->unit_count - 1].closure = lines->module;
}

void translate(struct session *s)
{
	struct translator t = {
		.s = s,
		.function_names = g_hash_table_new_full(NULL, NULL, NULL, g_free),
		.global_names = g_hash_table_new_full(NULL, NULL, NULL, g_free),
		.frames = g_hash_table_new_full(NULL, NULL, NULL, g_free),
		.regex_names = g_hash_table_new(NULL, NULL),
		.regexes = g_string_new(NULL),
	};
	struct needs needs = unit_needs(s);

	find_touching(s);
	find_condition_reads(s);
	name_everything(&t);
	add_unit(s, g_strdup("unit-script"), script_unit(&t, &needs), !needs.kernel,
		 false);
	for (guint i = 1; i < s->scripts->len; i++) {
		const struct script *script = s->scripts->pdata[i];

		if (uses_embedded_of(s, script))
			add_unit(s, unit_name(script->source), tapset_unit(&t, script), false,
				 true);
	}
	for (guint i = 0; i < s->lines->len; i++)
		add_line_unit(s, s->lines->pdata[i]);
	g_string_free(t.regexes, TRUE);
	g_hash_table_destroy(t.regex_names);
	g_hash_table_destroy(t.frames);
	g_hash_table_destroy(t.global_names);
	g_hash_table_destroy(t.function_names);
}
