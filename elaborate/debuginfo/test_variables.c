// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of variables: test_program.c says in comments what they are; each compiler that there is
 * compiles it in several ways, and breakpoints in the running program ask.
 */
#include "folder.h"
#include "internal.h"
#include "test_machine.h"

#include <string.h>

/* What a comment says: "name=value" of a line, an entry or a return. */
struct claim {
	enum { CLAIM_LINE, CLAIM_ENTRY, CLAIM_RETURN } kind;
	guint line;
	char *path;	/* "p.a", "list->next->value"; of a return: ".a" or "" */
	gint64 value;
	bool from_caller;	/* only callers know it there, if code was optimized */
};

struct test {
	struct session session;
	struct debug_module *module;
	bool optimized;
	GArray *claims;		/* struct claim */
	GHashTable *places;	/* pc → GPtrArray of struct stop */
	guint asked, available, from_callers, by_lost_pointer;
	const char *label;
	struct token token;
};

/* What to ask at a breakpoint. */
struct stop {
	const struct claim *claim;	/* NULL: the function returns from here */
	const struct debug_function *function;
	bool reached;
};

/* ---- comments -------------------------------------------------------------------------------- */

static void claim_clear(gpointer claim)
{
	g_free(((struct claim *)claim)->path);
}

static void read_list(struct test *t, int word, guint line, const char *text)
{
	g_autofree char *list = g_strndup(text, strcspn(text, ":*"));
	g_auto(GStrv) parts = NULL;

	/* Up to the next word that ends in a colon. */
	if (text[strlen(list)] == ':')
		*strrchr(list, ' ') = 0;
	parts = g_strsplit(g_strstrip(list), ",", -1);
	for (int i = 0; parts[i]; i++) {
		char *equal = strchr(g_strstrip(parts[i]), '=');
		struct claim claim = { .kind = word == 3 ? CLAIM_LINE : word, .line = line,
				       .from_caller = word == 3 };

		g_assert_nonnull(equal);
		claim.path = g_strndup(parts[i], (gsize)(equal - parts[i]));
		claim.value = g_ascii_strtoll(equal + 1, NULL, 10);
		g_array_append_val(t->claims, claim);
	}
}

static void read_claims(struct test *t)
{
	static const char *const words[] = { "CHECK: ", "ENTRY: ", "RETURN: ",
					      "CALLER: " };
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents(TEST_PROGRAM, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (guint line = 0; lines[line]; line++) {
		for (int word = 0; word < (int)G_N_ELEMENTS(words); word++) {
			const char *found = strstr(lines[line], words[word]);

			if (found && strstr(lines[line], "/* "))
				read_list(t, word, line + 1, found + strlen(words[word]));
		}
	}
	g_assert_cmpuint(t->claims->len, >, 80);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* A value with a type: in memory, or some bytes. */
struct object {
	const struct debug_type *type;
	bool in_memory;
	guint64 address;
	GByteArray *bytes, *valid;
	guint bit_offset, bit_size;
};

static void from_location(struct test_machine *m, const struct debug_location *location,
			  struct object *o)
{
	gsize size = debug_type_strip(o->type)->size;

	o->in_memory = location->address != NULL;
	if (o->in_memory)
		o->address = (guint64)test_evaluate(m, location->address);
	else
		test_fetch(m, location, size, o->bytes, o->valid);
}

static const struct debug_member *find_member(const struct debug_type *type, const char *name,
					      guint64 *base)
{
	const GPtrArray *members = debug_type_members(debug_type_strip(type));

	for (guint i = 0; i < members->len; i++) {
		const struct debug_member *member = members->pdata[i];
		const struct debug_member *inner = NULL;

		if (!member->name)
			inner = find_member(member->type, name, base);
		else if (strcmp(member->name, name) == 0)
			inner = member;
		if (!inner)
			continue;
		*base += member->offset;
		return inner;
	}
	return NULL;
}

static void advance(struct object *o, guint64 offset)
{
	o->address += offset;
	if (!o->in_memory) {
		g_assert_cmpuint(offset, <=, o->bytes->len);
		g_byte_array_remove_range(o->bytes, 0, (guint)offset);
		g_byte_array_remove_range(o->valid, 0, (guint)offset);
	}
}

static bool number_of(struct test_machine *m, const struct object *o, gint64 *value)
{
	const struct debug_type *type = debug_type_strip(o->type);
	gsize size = o->bit_size ? (o->bit_offset + o->bit_size + 7) / 8 : type->size;
	guint64 number = 0;

	g_assert_cmpuint(size, <=, sizeof(number));
	if (o->in_memory) {
		if (!m->read(m, o->address, &number, size))
			return false;
	} else {
		if (o->bytes->len < size || memchr(o->valid->data, 0, size))
			return false;
		memcpy(&number, o->bytes->data, size);
	}
	guint bits = o->bit_size ? o->bit_size : (guint)size * 8;

	number = number >> o->bit_offset << (64 - bits);
	*value = type->is_signed ? (gint64)number >> (64 - bits) : (gint64)(number >> (64 - bits));
	return !m->failed;
}

/* What a pointer points to, or an array's elements. */
static bool follow(struct test_machine *m, struct object *o)
{
	const struct debug_type *type = debug_type_strip(o->type);
	gint64 address;

	if (type->kind == DEBUG_POINTER) {
		if (!number_of(m, o, &address))
			return false;
		o->in_memory = true;
		o->address = (guint64)address;
	}
	o->type = debug_type_target(type);
	return true;
}

static bool step(struct test_machine *m, struct object *o, const char **path)
{
	const struct debug_member *member;
	guint64 offset = 0;
	char *end;

	if (**path == '[') {
		guint64 i = g_ascii_strtoull(*path + 1, &end, 10);

		if (!follow(m, o))
			return false;
		advance(o, i * debug_type_strip(o->type)->size);
		*path = end + 1;
		return true;
	}
	if (**path == '-' && !follow(m, o))
		return false;
	*path += **path == '-' ? 2 : 1;
	gsize length = strcspn(*path, ".-[");
	g_autofree char *name = g_strndup(*path, length);

	member = find_member(o->type, name, &offset);
	g_assert_nonnull(member);
	advance(o, offset);
	o->type = member->type;
	o->bit_offset = member->bit_offset;
	o->bit_size = member->bit_size;
	*path += length;
	return true;
}

static bool value_at(struct test_machine *m, const char *path, struct object *o, gint64 *value)
{
	while (*path)
		if (!step(m, o, &path))
			return false;
	return number_of(m, o, value);
}

/* ---- breakpoints ----------------------------------------------------------------------------- */

static bool locate(struct test *t, const struct stop *stop, guint64 pc, const char *path,
		   struct debug_location *location, const struct debug_type **type)
{
	struct debug_scope scope = { stop->function, pc };
	g_autofree char *name = g_strndup(path, strcspn(path, ".-["));
	const struct debug_variable *v;
	const char *why = NULL;

	if (stop->claim->kind == CLAIM_RETURN) {
		*type = debug_return_type(stop->function);
		return debug_locate_return(stop->function, &t->token, location, &why) == 0;
	}
	v = debug_variable_find(&scope, name, &why);
	if (!v || debug_locate(&scope, v, &t->token, location, &why) != 0) {
		g_assert_nonnull(why);
		/*
		 * Without optimization everything is somewhere; and parameters at the entry, but for
		 * those on the stack with clang, which describes where they are behind the prologue.
		 */
		if (!t->optimized || (stop->claim->kind == CLAIM_ENTRY && t->label[0] == 'g'))
			g_error("%s: line %u: %s: %s", t->label, stop->claim->line, path, why);
		return false;
	}
	*type = v->type;
	return true;
}

static void ask(struct test *t, struct test_machine *m, guint64 pc, const struct stop *stop)
{
	const struct claim *claim = stop->claim;
	struct object o = { .bytes = g_byte_array_new(), .valid = g_byte_array_new() };
	const char *path = claim->path, *steps = path + strcspn(path, ".-[");
	struct debug_location location;
	gint64 value = 0;
	bool there;

	t->asked++;
	m->failed = false;
	there = locate(t, stop, pc, path, &location, &o.type);
	if (there && location.target && (*steps == '-' || g_str_has_prefix(steps, "[0]"))) {
		/* The pointer was optimized out, what it points to was not. */
		o.type = debug_type_target(debug_type_strip(o.type));
		from_location(m, location.target, &o);
		advance(&o, (guint64)location.target_offset);
		/* "->member" as ".member", "[0]" as nothing */
		g_autofree char *rest = *steps == '-' ? g_strconcat(".", steps + 2, NULL) :
							g_strdup(steps + 3);

		there = value_at(m, rest, &o, &value);
		t->by_lost_pointer += there;
	} else if (there) {
		from_location(m, &location, &o);
		there = value_at(m, steps, &o, &value);
	}
	if (!there && !t->optimized)
		g_error("%s: line %u: %s cannot be read", t->label, claim->line, path);
	if (there && value != claim->value)
		g_error("%s: line %u: %s is %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, t->label,
			claim->line, path, value, claim->value);
	t->available += there;
	t->from_callers += there && claim->from_caller;
	g_byte_array_unref(o.bytes);
	g_byte_array_unref(o.valid);
}

static void free_list(gpointer list)
{
	g_ptr_array_unref(list);
}

static GPtrArray *stops_at(struct test *t, guint64 pc)
{
	gint64 key = (gint64)pc;
	GPtrArray *stops = g_hash_table_lookup(t->places, &key);

	if (!stops) {
		stops = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(t->places, g_memdup2(&key, sizeof(key)), stops);
	}
	return stops;
}

static void add_stop(struct test *t, struct test_process *p, guint64 pc,
		     const struct claim *claim, const struct debug_function *function)
{
	struct stop *stop = g_new0(struct stop, 1);

	stop->claim = claim;
	stop->function = function;
	g_ptr_array_add(stops_at(t, pc), stop);
	test_process_break(p, pc);
}

/* Claims of the return are for where the caller goes on. */
static void at_entry(struct test *t, struct test_process *p, struct test_machine *m,
		     const struct stop *stop)
{
	guint64 caller;

	g_assert_true(m->read(m, m->registers[7], &caller, sizeof(caller)));
	for (guint i = 0; i < t->claims->len; i++) {
		const struct claim *claim = &g_array_index(t->claims, struct claim, i);

		if (claim->kind == CLAIM_RETURN && claim->line == stop->function->line)
			add_stop(t, p, caller - m->bias, claim, stop->function);
	}
}

static void stopped(struct test_process *p, struct test_machine *m, guint64 pc, void *data)
{
	struct test *t = data;
	GPtrArray *stops = stops_at(t, pc);

	for (guint i = 0; i < stops->len; i++) {
		struct stop *stop = stops->pdata[i];

		stop->reached = true;
		if (!stop->claim)
			at_entry(t, p, m, stop);
		else if (t->optimized || stop->claim->kind != CLAIM_ENTRY)
			ask(t, m, pc, stop);
	}
}

static void break_at_line(struct test *t, struct test_process *p, const struct claim *claim)
{
	g_autofree char *text = g_strdup_printf("*@test_program.c:%u", claim->line);
	g_autoptr(GPtrArray) places = g_ptr_array_new();
	const char *why = NULL;
	struct debug_pattern *pattern = debug_pattern_parse(t->session.arena, text, &why);

	g_assert_nonnull(pattern);
	g_assert_cmpint(debug_statements(t->module, pattern, false, places, &why), ==, 0);
	if (!t->optimized)
		g_assert_cmpuint(places->len, >, 0);
	for (guint i = 0; i < places->len; i++) {
		const struct debug_place *place = places->pdata[i];

		g_assert_cmpuint(place->line, ==, claim->line);
		add_stop(t, p, place->pc, claim, place->function);
	}
}

static void break_at_function(struct test *t, struct test_process *p, const struct claim *claim)
{
	g_autofree char *text = g_strdup_printf("*@test_program.c:%u", claim->line);
	g_autoptr(GPtrArray) functions = g_ptr_array_new();
	const char *why = NULL;
	struct debug_pattern *pattern = debug_pattern_parse(t->session.arena, text, &why);

	g_assert_cmpint(debug_functions(t->module, pattern, DEBUG_OWN_CODE, functions, &why), ==,
			0);
	g_assert_cmpuint(functions->len, ==, 1);
	struct debug_function *f = functions->pdata[0];

	g_assert_cmpuint(f->line, ==, claim->line);
	g_assert_cmpstr(f->name, ==, f->symbol);
	add_stop(t, p, f->pc, claim->kind == CLAIM_ENTRY ? claim : NULL, f);
}

static void assert_reached(gpointer pc, gpointer stops, gpointer data)
{
	struct test *t = data;

	(void)pc;
	for (guint i = 0; i < ((GPtrArray *)stops)->len; i++) {
		const struct stop *stop = ((GPtrArray *)stops)->pdata[i];

		if (!stop->reached && !t->optimized)
			g_error("%s: line %u was not reached", t->label,
				stop->claim ? stop->claim->line : stop->function->line);
	}
}

/* ---- one way of compiling -------------------------------------------------------------------- */

static void break_at_claims(struct test *t, struct test_process *p)
{
	guint last = 0;

	for (guint i = 0; i < t->claims->len; i++) {
		const struct claim *claim = &g_array_index(t->claims, struct claim, i);

		if (claim->kind == CLAIM_LINE)
			break_at_line(t, p, claim);
		else if (claim->kind == CLAIM_ENTRY)
			break_at_function(t, p, claim);
		else if (claim->line != last)
			break_at_function(t, p, claim);
		if (claim->kind == CLAIM_RETURN)
			last = claim->line;
	}
}

static void run(struct test *t, const char *program)
{
	struct test_process *p = test_process_start(program);
	const char *why = NULL;

	if (!p) {
		g_test_skip("needs ptrace()");
		return;
	}
	t->module = debug_module_open_file(debuginfo_new(&t->session, "none"), "test", program,
					   &why);
	if (!t->module)
		g_error("%s", why);
	break_at_claims(t, p);
	test_process_run(p, stopped, t);
	g_hash_table_foreach(t->places, assert_reached, t);
	g_test_message("%s: %u of %u values available", t->label, t->available, t->asked);
	g_assert_cmpuint(t->asked, >=, 80);
	/* What optimizers leave: so that a test which finds nothing does not pass. */
	g_assert_cmpuint(t->available * 100, >=, t->asked * (t->optimized ? 70 : 100));
	if (g_str_has_prefix(t->label, "gcc -O2"))
		g_assert_cmpuint(t->from_callers, >=, 10);
	if (g_str_has_prefix(t->label, "gcc -O2") && !strstr(t->label, "-flto"))
		g_assert_cmpuint(t->by_lost_pointer, >=, 4);
	test_process_free(p);
}

/* data: "gcc -O2 -gdwarf-5 -pie" */
static void test_program(gconstpointer data)
{
	struct test t = { .label = data, .optimized = !strstr(data, "-O0") };
	g_autofree char *dir = g_dir_make_tmp("stap-test-XXXXXX", NULL);
	g_autofree char *program = g_build_filename(dir, "program", NULL);
	g_autofree char *command = g_strdup_printf("%s -o %s %s", (const char *)data, program,
						   TEST_PROGRAM);
	g_autofree char *messages = NULL;
	int status = 0;

	g_assert_true(g_spawn_command_line_sync(command, NULL, &messages, &status, NULL));
	if (status)
		g_error("%s: %s", command, messages);
	t.session.arena = arena_new();
	t.claims = g_array_new(FALSE, FALSE, sizeof(struct claim));
	g_array_set_clear_func(t.claims, claim_clear);
	t.places = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_list);
	read_claims(&t);
	run(&t, program);
	g_hash_table_unref(t.places);
	g_array_unref(t.claims);
	arena_free(t.session.arena);
	folder_remove(dir);
}

int main(int argc, char **argv)
{
	static const char *const ways[] = {
		"gcc -O0 -gdwarf-4 -no-pie", "gcc -O0 -gdwarf-5 -pie -fpie",
		"gcc -O2 -gdwarf-4 -pie -fpie", "gcc -O2 -gdwarf-5 -no-pie",
		"gcc -O2 -gdwarf-5 -pie -fpie -fno-omit-frame-pointer",
		"gcc -Og -gdwarf-5 -pie -fpie", "gcc -O3 -gdwarf-4 -fno-inline -no-pie",
		"gcc -O1 -gdwarf-3 -gstrict-dwarf -pie -fpie", "gcc -O0 -gdwarf-2 -gstrict-dwarf",
		"gcc -O2 -gdwarf-5 -gz=zlib -no-pie", "gcc -O2 -gdwarf-5 -flto -no-pie",
		"clang -O0 -gdwarf-4 -no-pie", "clang -O0 -gdwarf-5 -pie -fpie",
		"clang -O2 -gdwarf-4 -pie -fpie", "clang -O2 -gdwarf-5 -no-pie",
		"clang -O1 -gdwarf-5 -pie -fpie -fno-omit-frame-pointer",
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *compiler = g_strndup(ways[i], strcspn(ways[i], " "));
		g_autofree char *path = g_find_program_in_path(compiler);
		g_autofree char *name = g_strdup_printf("/variables/%s", ways[i]);

		if (path)
			g_test_add_data_func(g_strdelimit(name, " ", '_'), ways[i], test_program);
	}
	return g_test_run();
}
