// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements, and the C functions around them. */
#include "code.h"
#include "elaborate.h"

/* ---- statements ------------------------------------------------------------------------------ */

static void emit_stmt(struct code *k, const struct stmt *s);

/* How many statements one pass through s is charged: loops charge their bodies themselves. */
static int cost(const struct stmt *s)
{
	int total = 0, other;

	switch (s->kind) {
	case STMT_NULL:
		return 0;
	case STMT_BLOCK:
		for (guint i = 0; i < s->block->len; i++)
			total += cost(s->block->pdata[i]);
		return total;
	case STMT_TRY:
		return 1 + cost(s->try.body) + cost(s->try.handler);
	case STMT_IF:
		/* Not in MAX()'s parentheses: it evaluates one of them twice, at each level. */
		total = cost(s->branch.yes);
		other = s->branch.no ? cost(s->branch.no) : 0;
		return 1 + MAX(total, other);
	default:
		return 1;
	}
}

/* What a loop that runs too long is doing: the first statement of its body, if it has one. */
static const struct token *loop_place(const struct stmt *loop, const struct stmt *body)
{
	while (body->kind == STMT_BLOCK && body->block->len)
		body = body->block->pdata[0];
	if (body->kind == STMT_BLOCK)
		return loop->token;
	return body->kind == STMT_EXPR ? expr_first_token(body->expr) : body->token;
}

static void emit_charge(struct code *k, int n, const struct token *token)
{
	char *where = code_place(k, token);

	code_line(k, "if (!stp_charge(c, %d, %s))", n, where);
	code_fail(k);
	g_free(where);
}

/* If the walk sorts: its array may be sorted again. */
static void emit_walk_end(struct code *k, guint walk)
{
	guint sort = GPOINTER_TO_UINT(g_hash_table_lookup(k->sorted, GUINT_TO_POINTER(walk)));

	if (sort)
		code_line(k, "stp_map_walk_end(&w%u, %u);", walk, sort - 1);
}

/* A statement with the temporaries it needs, in a block of its own at one more indentation. */
static void emit_nested(struct code *k, const struct stmt *s)
{
	k->indent++;
	emit_stmt(k, s);
	k->indent--;
}

static void emit_if(struct code *k, const struct stmt *s)
{
	char *condition = code_eval(k, s->branch.condition);

	code_line(k, "if (%s) {", condition);
	emit_nested(k, s->branch.yes);
	if (s->branch.no) {
		code_line(k, "} else {");
		emit_nested(k, s->branch.no);
	}
	code_line(k, "}");
	g_free(condition);
}

/* The body of a loop, and behind it the label that `continue` jumps to, if one did. */
static void emit_loop_body(struct code *k, const struct stmt *body)
{
	char *label;

	g_ptr_array_add(k->continues, NULL);
	emit_stmt(k, body);
	label = k->continues->pdata[k->continues->len - 1];
	g_ptr_array_remove_index(k->continues, k->continues->len - 1);
	if (label)
		code_line(k, "%s:;", label);
	g_free(label);
}

static void emit_for(struct code *k, const struct stmt *s)
{
	struct mark m;

	if (s->loop.init)
		code_perform(k, s->loop.init);
	code_line(k, "for (;;) {");
	k->indent++;
	m = code_mark(k);
	if (s->loop.condition) {
		char *condition = code_eval(k, s->loop.condition);

		code_line(k, "if (!%s)", condition);
		code_line(k, "\tbreak;");
		g_free(condition);
		code_release(k, m);
	}
	emit_charge(k, 1 + cost(s->loop.body), loop_place(s, s->loop.body));
	emit_loop_body(k, s->loop.body);
	if (s->loop.step)
		code_perform(k, s->loop.step);
	code_release(k, m);
	k->indent--;
	code_line(k, "}");
}

/* May a loop do without setting its variable? */
static bool is_unread(const struct code *k, const struct expr *e)
{
	const struct variable *v = e->symbol.variable;

	return !k->t->s->options.unoptimized && !v->global && !v->read;
}

/* Give the loop's variables this element's keys and value. */
static void emit_foreach_variables(struct code *k, const struct stmt *s, const char *node)
{
	const struct variable *v = s->foreach.variable;
	const char *map = global_c_name(k->t, v);

	for (guint i = 0; i < s->foreach.keys->len; i++) {
		const struct expr *key = s->foreach.keys->pdata[i];
		char *to, *value;

		if (is_unread(k, key))
			continue;
		to = code_scalar(k, key->symbol.variable);
		value = g_strdup_printf("stp_map_key_%s(&%s, %s, %u)",
					value_type_name(v->key_types[i]), map, node, i);
		code_store(k, to, value, v->key_types[i]);
		g_free(to);
		g_free(value);
	}
	if (s->foreach.value && !is_unread(k, s->foreach.value)) {
		char *to = code_scalar(k, s->foreach.value->symbol.variable);
		char *value =
			g_strdup_printf(v->type == TYPE_STRING ? "stp_map_value_string(&%s, %s)" :
								 "*stp_map_value_long(&%s, %s)",
					map, node);

		code_store(k, to, value, v->type);
		g_free(to);
		g_free(value);
	}
}

/* foreach (v = b in @hist_log(s)) */
static void emit_bucket_walk(struct code *k, const struct stmt *s)
{
	const struct expr *histogram = s->foreach.histogram;
	char *entry = code_stats_entry(k, histogram->histogram.stats);
	char *count = code_bucket_count(k, histogram);
	char *where = code_place(k, histogram->token);
	char *bucket = code_new_long(k);
	char *limit = NULL;
	char *to = code_scalar(k, ((struct expr *)s->foreach.keys->pdata[0])->symbol.variable);

	if (s->foreach.limit)
		limit = code_save(k, code_eval(k, s->foreach.limit), TYPE_LONG);
	code_line(k, "for (%s = 0; %s < %s%s%s; %s++) {", bucket, bucket, count,
		  limit ? " && " : "", limit ? limit : "", bucket);
	k->indent++;
	if (limit)
		code_line(k, "%s--;", limit);
	emit_charge(k, 1 + cost(s->foreach.body), loop_place(s, s->foreach.body));
	code_store(k, to, bucket, TYPE_LONG);
	if (s->foreach.value) {
		char *value = code_scalar(k, s->foreach.value->symbol.variable);

		code_line(k, "%s = stp_stats_bucket(c, %s, %s, %s);", value, entry, bucket, where);
		g_free(value);
	}
	emit_loop_body(k, s->foreach.body);
	k->indent--;
	code_line(k, "}");
	g_free(to);
	g_free(limit);
	g_free(bucket);
	g_free(where);
	g_free(count);
	g_free(entry);
}

/* What a foreach sorts by, as the runtime has it. */
static char *sort_order(const struct stmt *s)
{
	enum extractor by = s->foreach.sort_by == EXTRACT_NONE ? EXTRACT_COUNT : s->foreach.sort_by;

	if (s->foreach.sort == SORT_VALUE && s->foreach.variable->type == TYPE_STATS)
		return g_strdup_printf("STP_SORT_STATS(%s)", extractor_c_name(by));
	return g_strdup_printf("%d", s->foreach.sort);
}

static void emit_foreach(struct code *k, const struct stmt *s)
{
	const char *map = global_c_name(k->t, s->foreach.variable);
	guint walk = k->walks++;
	char *node = code_new_node(k);
	char *where = code_place(k, s->token);
	char *order = sort_order(s);
	char *slice = NULL;
	char *limit = NULL;

	if (s->foreach.slice)
		slice = code_slice(k, s->foreach.variable, s->foreach.slice);
	k->most_walks = MAX(k->most_walks, k->walks);
	if (s->foreach.limit)
		limit = code_save(k, code_eval(k, s->foreach.limit), TYPE_LONG);
	if (s->foreach.sort == SORT_NONE) {
		code_line(k, "stp_map_walk_start(&w%u, &%s);", walk, map);
	} else {
		g_hash_table_insert(k->sorted, GUINT_TO_POINTER(walk),
				    GUINT_TO_POINTER(s->foreach.sort_serial + 1));
		code_line(k, "stp_map_walk_sorted(c, &w%u, &%s, %u, %s, %s, %s);", walk, map,
		     s->foreach.sort_serial, order,
		     s->foreach.descending ? "true" : "false", where);
		code_leave_if_failed(k);
	}
	if (slice)
		code_line(k, "stp_map_walk_slice(&w%u, %s);", walk, slice);
	if (limit)
		code_line(k, "while (%s-- > 0 && (%s = stp_map_walk_next(&w%u))) {", limit, node,
			  walk);
	else
		code_line(k, "while ((%s = stp_map_walk_next(&w%u))) {", node, walk);
	k->indent++;
	emit_charge(k, 1 + cost(s->foreach.body), loop_place(s, s->foreach.body));
	emit_foreach_variables(k, s, node);
	emit_loop_body(k, s->foreach.body);
	k->indent--;
	code_line(k, "}");
	emit_walk_end(k, walk);
	g_free(limit);
	g_free(slice);
	g_free(order);
	g_free(where);
	g_free(node);
}

static void emit_return(struct code *k, const struct stmt *s)
{
	if (s->expr) {
		char *value = code_eval(k, s->expr);

		if (k->function->type != TYPE_UNKNOWN)
			code_store(k, "result", value, k->function->type);
		g_free(value);
	}
	code_exit(k);
}

static void emit_delete(struct code *k, const struct stmt *s)
{
	const struct expr *e = s->expr;

	if (e->kind == EXPR_INDEX) {
		bool slice = code_has_any(e->index.keys);
		char *keys = slice ? code_slice(k, e->index.variable, e->index.keys) :
				     code_key_array(k, e->index.variable, e->index.keys);

		code_line(k, "stp_map_delete%s(&%s, %s);", slice ? "_slice" : "",
			  global_c_name(k->t, e->index.variable), keys);
		g_free(keys);
	} else if (e->symbol.variable->keys > 0) {
		code_line(k, "stp_map_clear(&%s);", global_c_name(k->t, e->symbol.variable));
	} else if (e->symbol.variable->type == TYPE_STATS) {
		code_line(k, "stp_stats_reset(&%s, 0);", global_c_name(k->t, e->symbol.variable));
	} else {
		char *target = code_scalar(k, e->symbol.variable);

		code_store(k, target, e->symbol.variable->type == TYPE_STRING ? "\"\"" : "0",
		      e->symbol.variable->type);
		g_free(target);
	}
}

static void emit_continue(struct code *k)
{
	gpointer *label = &k->continues->pdata[k->continues->len - 1];

	if (!*label)
		*label = g_strdup_printf("continue_%u", k->labels++);
	code_line(k, "goto %s;", (char *)*label);
}

/*
 * An error in the body goes to the label catch_N, which is behind it; what is not to be caught
 * (abort(), MAXACTION) goes on from there to where an error outside would have gone.
 */
static void emit_try(struct code *k, const struct stmt *s)
{
	char *outer = k->catch;
	bool outer_used = k->uses_catch;
	guint number = k->labels++;
	guint first_walk = k->walks;
	char *message = NULL;
	bool used;

	k->catch = g_strdup_printf("catch_%u", number);
	k->uses_catch = false;
	emit_stmt(k, s->try.body);
	used = k->uses_catch;
	g_free(k->catch);
	k->catch = outer;
	k->uses_catch = outer_used;
	if (!used)
		return;
	if (s->try.message)
		message = code_scalar(k, s->try.message->symbol.variable);
	code_line(k, "goto tried_%u;", number);
	code_line(k, "catch_%u:", number);
	for (guint walk = first_walk; walk < k->walks; walk++)
		emit_walk_end(k, walk);
	code_line(k, "if (!stp_catch(c, %s))", message ? message : "NULL");
	code_fail(k);
	emit_stmt(k, s->try.handler);
	code_line(k, "tried_%u:;", number);
	g_free(message);
}

/* ---- the span of the locks ------------------------------------------------------------------- */

static void emit_lock(struct code *k)
{
	code_line(k, "if (!stp_lock_all(c, probe_%u_locks, %u))", k->serial, k->locks);
	code_line(k, "\tgoto out;");
	k->uses_exit = true;
	k->locked = true;
}

static void append_condition_updates(const struct code *k, GString *out, int indent)
{
	for (guint i = 0; k->conditions && i < k->conditions->len; i++) {
		const struct function *condition = k->conditions->pdata[i];

		g_string_append_printf(out, "%.*sstp_condition_update(c, &conditions[%u], %s);\n",
				       indent, "\t\t\t\t\t\t\t\t", condition->serial,
				       function_c_name(k->t, condition));
	}
}

static void emit_unlock(struct code *k)
{
	append_condition_updates(k, k->body, MIN(k->indent, 8));
	code_line(k, "stp_unlock_all(c, probe_%u_locks, %u);", k->serial, k->locks);
	k->locked = false;
}

/* Do the locks of the handler have to be taken here or inside? */
static bool needs_lock(const struct code *k, const struct stmt *s)
{
	return k->locks && !k->locked && stmt_touches_globals(s);
}

/*
 * A handler holds its locks from the first statement that needs them, or that anybody sees, to the
 * last one that needs them: one that cannot have them must be skipped without a trace.  So what a
 * handler begins with to find out whether the hit matters is done without.
 */
static void emit_locked_block(struct code *k, const GPtrArray *block)
{
	guint first = 0, last = block->len - 1;

	while (!stmt_touches_globals(block->pdata[first]) && !stmt_acts(block->pdata[first]))
		first++;
	while (!stmt_touches_globals(block->pdata[last]))
		last--;
	for (guint i = 0; i < block->len; i++) {
		if (i == first && first < last)
			emit_lock(k);
		emit_stmt(k, block->pdata[i]);
		if (i == last && first < last)
			emit_unlock(k);
	}
}

static void emit_stmt_locked(struct code *k, const struct stmt *s)
{
	if (s->kind == STMT_BLOCK) {
		emit_locked_block(k, s->block);
	} else if (s->kind == STMT_IF && !expr_touches_globals(s->branch.condition)) {
		emit_if(k, s);
	} else {
		emit_lock(k);
		emit_stmt(k, s);
		emit_unlock(k);
	}
}

static void emit_block(struct code *k, const struct stmt *s)
{
	for (guint i = 0; i < s->block->len; i++)
		emit_stmt(k, s->block->pdata[i]);
}

static void emit_stmt(struct code *k, const struct stmt *s)
{
	struct mark m = code_mark(k);
	guint walks = k->walks;

	if (needs_lock(k, s)) {
		emit_stmt_locked(k, s);
		code_release(k, m);
		return;
	}
	switch (s->kind) {
	case STMT_BLOCK:
		emit_block(k, s);
		break;
	case STMT_NULL:
		break;
	case STMT_EXPR:
		code_perform(k, s->expr);
		break;
	case STMT_IF:
		emit_if(k, s);
		break;
	case STMT_FOR:
		emit_for(k, s);
		break;
	case STMT_FOREACH:
		if (s->foreach.histogram)
			emit_bucket_walk(k, s);
		else
			emit_foreach(k, s);
		break;
	case STMT_RETURN:
		emit_return(k, s);
		break;
	case STMT_NEXT:
		if (k->function)
			code_line(k, "c->handed_on = 1;");
		code_exit(k);
		break;
	case STMT_BREAK:
		code_line(k, "break;");
		break;
	case STMT_CONTINUE:
		emit_continue(k);
		break;
	case STMT_DELETE:
		emit_delete(k, s);
		break;
	case STMT_TRY:
		emit_try(k, s);
		break;
	}
	code_release(k, m);
	/* Walks that sort are ended at `out` by number, so theirs are not used again. */
	if (!g_hash_table_size(k->sorted))
		k->walks = walks;
}

/* ---- functions ------------------------------------------------------------------------------- */

static struct code *code_new(struct translator *t, const struct function *f)
{
	struct code *k = g_new0(struct code, 1);

	k->t = t;
	k->function = f;
	k->body = g_string_new(NULL);
	k->indent = 1;
	k->continues = g_ptr_array_new();
	k->sorted = g_hash_table_new(NULL, NULL);
	return k;
}

static void code_free(struct code *k)
{
	g_string_free(k->body, TRUE);
	g_ptr_array_unref(k->continues);
	g_hash_table_destroy(k->sorted);
	if (k->conditions)
		g_ptr_array_unref(k->conditions);
	g_free(k);
}

/* Variables that live in the frame: locals, and string parameters that are assigned to. */
static GPtrArray *frame_variables(const struct code *k, const GPtrArray *locals)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < locals->len; i++) {
		const struct variable *v = locals->pdata[i];

		if (v->read || v->written)
			g_ptr_array_add(list, locals->pdata[i]);
	}
	for (guint i = 0; k->function && i < k->function->parameters->len; i++) {
		struct variable *v = k->function->parameters->pdata[i];

		if (v->type == TYPE_STRING && code_assigns(k->function->body, v))
			g_ptr_array_add(list, v);
	}
	return list;
}

/* struct NAME_frame, and how much it takes.  false: nothing is in it. */
static bool emit_frame(struct code *k, GString *out, const char *name, const GPtrArray *variables,
		       gconstpointer owner)
{
	struct frame *frame = g_new0(struct frame, 1);
	GString *members = g_string_new(NULL);

	for (guint i = 0; i < variables->len; i++) {
		const struct variable *v = variables->pdata[i];

		if (v->type == TYPE_UNKNOWN)
			continue;
		g_string_append_printf(members, "\t%s v_%s;\n",
				       v->type == TYPE_STRING ? "stp_string" : "int64_t", v->name);
		if (v->type == TYPE_STRING)
			frame->strings++;
		else
			frame->longs++;
	}
	for (guint i = LOCAL_TEMPORARIES; i < k->most_longs; i++) {
		g_string_append_printf(members, "\tint64_t t%u;\n", i);
		frame->longs++;
	}
	for (guint i = 0; i < k->most_strings; i++) {
		g_string_append_printf(members, "\tstp_string s%u;\n", i);
		frame->strings++;
	}
	if (members->len)
		g_string_append_printf(out, "struct %s_frame {\n%s};\n\n", name, members->str);
	g_hash_table_insert(k->t->frames, (gpointer)owner, frame);
	g_string_free(members, TRUE);
	return frame->longs + frame->strings;
}

/* What C's part of the function declares besides the frame. */
static void emit_declarations(const struct code *k, GString *out)
{
	for (guint i = 0; i < MIN(k->most_longs, LOCAL_TEMPORARIES); i++)
		g_string_append_printf(out, "%st%u", i ? ", " : "\tint64_t ", i);
	g_string_append(out, k->most_longs ? ";\n" : "");
	for (guint i = 0; i < k->most_nodes; i++)
		g_string_append_printf(out, "\tstruct stp_map_node *n%u;\n", i);
	for (guint i = 0; i < k->most_walks; i++)
		g_string_append_printf(out, "\tstruct stp_map_walk w%u%s;\n", i,
				       g_hash_table_contains(k->sorted, GUINT_TO_POINTER(i)) ?
					       " = { .order = NULL }" : "");
	if (k->uses_out)
		g_string_append(out, "\tstruct stp_out o;\n");
}

/* Script variables begin as 0 and "". */
static void emit_initial_values(GString *out, const GPtrArray *variables)
{
	for (guint i = 0; i < variables->len; i++) {
		const struct variable *v = variables->pdata[i];

		if (v->parameter)
			g_string_append_printf(out, "\tstp_string_copy(l->v_%s, v_%s);\n", v->name,
					       v->name);
		else if (v->type == TYPE_STRING)
			g_string_append_printf(out, "\tl->v_%s[0] = 0;\n", v->name);
		else if (v->type == TYPE_LONG)
			g_string_append_printf(out, "\tl->v_%s = 0;\n", v->name);
	}
}

/* Sorted walks that an error or a return left. */
static void emit_walk_ends(const struct code *k, GString *out)
{
	GHashTableIter iter;
	gpointer walk, sort;

	g_hash_table_iter_init(&iter, k->sorted);
	while (g_hash_table_iter_next(&iter, &walk, &sort))
		g_string_append_printf(out, "\tstp_map_walk_end(&w%u, %u);\n",
				       GPOINTER_TO_UINT(walk), GPOINTER_TO_UINT(sort) - 1);
}

void emit_prototype(const struct translator *t, GString *out, const struct function *f)
{
	g_string_append_printf(out, "%s%s %s(struct stp_context *c",
			       function_is_shared(f) ? "" : "static ",
			       f->type == TYPE_LONG ? "int64_t" : "void", function_c_name(t, f));
	if (f->type == TYPE_STRING)
		g_string_append(out, ", char *result");
	for (guint i = 0; i < f->parameters->len; i++) {
		const struct variable *v = f->parameters->pdata[i];

		g_string_append_printf(out, ", %s%s",
				       v->type == TYPE_STRING ? "const char *v_" : "int64_t v_",
				       v->name);
	}
	g_string_append_c(out, ')');
}

void emit_function(struct translator *t, GString *out, const struct function *f)
{
	struct code *k = code_new(t, f);
	GPtrArray *variables = frame_variables(k, f->locals);
	const char *name = function_c_name(t, f);
	const char *size = "0";
	char *sizeof_frame = g_strdup_printf("sizeof(struct %s_frame)", name);
	int body_cost = cost(f->body);

	if (body_cost)
		emit_charge(k, body_cost, f->token);
	emit_stmt(k, f->body);
	if (emit_frame(k, out, name, variables, f))
		size = sizeof_frame;
	emit_prototype(t, out, f);
	g_string_append(out, "\n{\n");
	if (size != sizeof_frame)
		g_string_append(out, "\tvoid *l = stp_call_enter(c, 0);\n");
	else
		g_string_append_printf(out, "\tstruct %s_frame *l = stp_call_enter(c, %s);\n", name,
				       size);
	if (f->type == TYPE_LONG)
		g_string_append(out, "\tint64_t result = 0;\n");
	emit_declarations(k, out);
	if (f->type == TYPE_STRING)
		g_string_append(out, "\n\tresult[0] = 0;");
	g_string_append_printf(out, "\n\tif (!l)\n\t\treturn%s;\n",
			       f->type == TYPE_LONG ? " 0" : "");
	emit_initial_values(out, variables);
	g_string_append(out, k->body->str);
	if (k->uses_exit)
		g_string_append(out, "out:\n");
	emit_walk_ends(k, out);
	g_string_append_printf(out, "\tstp_call_leave(c, %s);\n", size);
	if (f->type == TYPE_LONG)
		g_string_append(out, "\treturn result;\n");
	g_string_append(out, "}\n\n");
	g_ptr_array_unref(variables);
	g_free(sizeof_frame);
	code_free(k);
}

/* Who reads an aggregate must be alone, too: CPUs add to their parts without more than a mark. */
static const char *lock_mode(const struct variable *v, enum access access)
{
	if (access == ACCESS_ADD)
		return "STP_ADD";
	return access == ACCESS_WRITE || v->type == TYPE_STATS ? "STP_WRITE" : "STP_READ";
}

/* A table of locks, in the order of the globals' serial numbers.  Returns how many. */
static guint emit_lock_table(struct translator *t, GString *out, const char *name,
			     GTree *accesses)
{
	guint count = (guint)g_tree_nnodes(accesses);

	if (!count)
		return 0;
	g_string_append_printf(out, "static const struct stp_lock_use %s_locks[] = {\n", name);
	for (GTreeNode *at = g_tree_node_first(accesses); at; at = g_tree_node_next(at)) {
		const struct variable *v = g_tree_node_key(at);

		g_string_append_printf(out, "\t{ &%s_lock, %s },\n", global_c_name(t, v),
				       lock_mode(v, GPOINTER_TO_UINT(g_tree_node_value(at))));
	}
	g_string_append(out, "};\n\n");
	return count;
}

/* What the handler locks, and the conditions that it may change. */
static void emit_locks(struct code *k, GString *out, const char *name,
		       const struct handler *handler)
{
	GTree *accesses = accesses_new();

	handler_accesses(handler, accesses);
	k->conditions = conditions_changed(accesses);
	/* Frames are measured along the calls. */
	g_ptr_array_extend(handler->calls, k->conditions, NULL, NULL);
	k->locks = emit_lock_table(k->t, out, name, accesses);
	g_tree_unref(accesses);
}

void emit_conditions(struct translator *t, GString *out)
{
	const GPtrArray *conditions = t->s->conditions;
	GTree *accesses = accesses_new();
	guint locks;

	for (guint i = 0; i < conditions->len; i++)
		function_accesses(conditions->pdata[i], accesses);
	locks = emit_lock_table(t, out, "conditions", accesses);
	g_string_append(out, "static void evaluate_conditions(struct stp_context *c)\n{\n");
	if (locks)
		g_string_append_printf(out, "\tif (!stp_lock_all(c, conditions_locks, %u))\n"
					    "\t\treturn;\n", locks);
	for (guint i = 0; i < conditions->len; i++)
		g_string_append_printf(out, "\tstp_condition_update(c, &conditions[%u], %s);\n", i,
				       function_c_name(t, conditions->pdata[i]));
	if (locks)
		g_string_append_printf(out, "\tstp_unlock_all(c, conditions_locks, %u);\n", locks);
	g_string_append(out, "}\n\nstatic const struct stp_probe conditions_probe = {\n"
			     "\tevaluate_conditions, .point = \"conditions\"\n};\n\n");
	g_tree_unref(accesses);
}

void emit_handler(struct translator *t, GString *out, const struct handler *handler)
{
	struct code *k = code_new(t, NULL);
	GPtrArray *variables = frame_variables(k, handler->locals);
	char *name = g_strdup_printf("probe_%u", handler->serial);
	int body_cost = cost(handler->body);

	k->serial = handler->serial;
	emit_locks(k, out, name, handler);
	if (body_cost)
		emit_charge(k, body_cost, handler->token);
	emit_stmt(k, handler->body);
	if (emit_frame(k, out, name, variables, handler)) {
		g_string_append_printf(out, "static void %s(struct stp_context *c)\n{\n", name);
		g_string_append_printf(
			out, "\tstruct %s_frame *l = stp_handler_frame(c, sizeof(*l));\n", name);
	} else {
		g_string_append_printf(out, "static void %s(struct stp_context *c)\n{\n", name);
	}
	emit_declarations(k, out);
	g_string_append_c(out, '\n');
	emit_initial_values(out, variables);
	g_string_append(out, k->body->str);
	if (k->uses_unlock) {
		g_string_append(out, "\treturn;\nunlock:\n");
		emit_walk_ends(k, out);
		append_condition_updates(k, out, 1);
		g_string_append_printf(out, "\tstp_unlock_all(c, %s_locks, %u);\n", name, k->locks);
	}
	if (k->uses_exit)
		g_string_append(out, "out:\n\treturn;\n");
	g_string_append(out, "}\n\n");
	g_ptr_array_unref(variables);
	g_free(name);
	code_free(k);
}

/* STAP_GLOBAL_GET_x(keys…) and STAP_GLOBAL_SET_x(keys…, value) */
static void emit_global_access(const struct translator *t, GString *out, const struct c_global *g)
{
	const struct variable *v = g->variable;
	const char *name = global_c_name(t, v), *type = value_type_name(v->type);
	GString *parameters = g_string_new(NULL), *keys = g_string_new("(union stp_value[]){ ");

	for (int i = 0; i < v->keys; i++) {
		g_string_append_printf(parameters, "%sk%d", i ? ", " : "", i);
		g_string_append_printf(keys, "%s{ .%c = (k%d) }", i ? ", " : "",
				       v->key_types[i] == TYPE_STRING ? 's' : 'n', i);
	}
	g_string_append(keys, " }");
	g_string_append_printf(out, "#define STAP_GLOBAL_%s_%s(%s%s%s) ", g->written ? "SET" : "GET",
			       g->name, parameters->str, v->keys > 0 && g->written ? ", " : "",
			       g->written ? "value" : "");
	if (v->keys > 0 && g->written)
		g_string_append_printf(out, "stp_map_set_%s(c, &%s, %s, value, STAP_PLACE)\n", type,
				       name, keys->str);
	else if (v->keys > 0)
		g_string_append_printf(out, "stp_map_get_%s(&%s, %s)\n", type, name, keys->str);
	else if (!g->written)
		g_string_append_printf(out, "(%s)\n", name);
	else if (v->type == TYPE_STRING)
		g_string_append_printf(out, "stp_string_copy(%s, value)\n", name);
	else
		g_string_append_printf(out, "(%s = (value))\n", name);
	g_string_free(parameters, TRUE);
	g_string_free(keys, TRUE);
}

void emit_embedded_function(const struct translator *t, GString *out, const struct function *f)
{
	char *where = c_string(token_describe(t->s->arena, f->token, false));

	emit_prototype(t, out, f);
	g_string_append(out, "\n{\n");
	if (f->type == TYPE_LONG)
		g_string_append(out, "\tint64_t result = 0;\n\n");
	g_string_append_printf(out, "#define STAP_PLACE %s\n", where);
	for (guint i = 0; i < f->parameters->len; i++) {
		const struct variable *v = f->parameters->pdata[i];

		g_string_append_printf(out, "#define STAP_ARG_%s v_%s\n", v->name, v->name);
	}
	for (guint i = 0; i < f->c_globals->len; i++)
		emit_global_access(t, out, f->c_globals->pdata[i]);
	if (f->type == TYPE_LONG) {
		g_string_append(
			out,
			"#define STAP_RETVALUE result\n"
			"#define STAP_RETURN(value) \\\n"
			"	do { result = (int64_t)(value); goto out; } while (0)\n");
	} else if (f->type == TYPE_STRING) {
		g_string_append(
			out,
			"#define STAP_RETVALUE result\n"
			"#define STAP_RETURN(value) \\\n"
			"	do { stp_string_copy(result, value); goto out; } while (0)\n"
			"\tresult[0] = 0;\n");
	} else {
		g_string_append(out, "#define STAP_RETURN() goto out\n");
	}
	g_string_append_printf(out, "\t{%s}\n\tgoto out;\nout:\n", f->embedded->text);
	g_string_append(out, "#undef STAP_PLACE\n");
	for (guint i = 0; i < f->parameters->len; i++)
		g_string_append_printf(out, "#undef STAP_ARG_%s\n",
				       ((struct variable *)f->parameters->pdata[i])->name);
	for (guint i = 0; i < f->c_globals->len; i++) {
		const struct c_global *g = f->c_globals->pdata[i];

		g_string_append_printf(out, "#undef STAP_GLOBAL_%s_%s\n", g->written ? "SET" : "GET",
				       g->name);
	}
	g_string_append(out, f->type != TYPE_UNKNOWN ? "#undef STAP_RETVALUE\n" : "");
	g_string_append_printf(out, "#undef STAP_RETURN\n\treturn%s;\n}\n\n",
			       f->type == TYPE_LONG ? " result" : "");
	g_free(where);
}
