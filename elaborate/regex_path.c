// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * regex_path.c - the tree of a regular expression to positions, and the paths between them.
 *
 * This is Glushkov's construction: an automaton's states are the places of the expression that
 * match a byte, and from each there is a path to all that may match the next one.  Repetitions with
 * bounds are written out first, so that no state has to count.
 *
 * Several paths may lead from one position to another, in (a*)* after an `a` for example.  Only the
 * best is kept, and it is the one that leaves fewest subexpressions: the walk goes from the inside
 * to the outside, so it is the first that is found.  The same way "" is matched only in the one way
 * that POSIX prefers, with one choice of our own, which cannot be seen in matched(): what need not
 * be repeated is not repeated for the sake of "".
 */
#include "regex_internal.h"

#include <string.h>

/* ---- expanding repetitions ------------------------------------------------------------------- */

/*
 * The length of a sequence's last member follows from those of the others and the whole; if members
 * without groups are last, only their common length is of interest.  The same goes for the last one
 * of a limited number of repetitions.
 */
static guint counted_children(const struct regex_node *node)
{
	guint count = node->count;

	if (node->quiet || !count || (node->kind != REGEX_CAT && node->kind != REGEX_REPEAT))
		return 0;
	if (node->kind == REGEX_REPEAT && node->max == REGEX_UNBOUNDED)
		return count;
	while (count && node->children[count - 1]->quiet)
		count--;
	return MIN(count, node->count - 1);
}

/* Everything about a node that follows from its children. */
static void summarize(struct regex_node *node, bool groups)
{
	static const guint8 always = (1 << REGEX_PLACES) - 1;

	node->quiet = node->kind != REGEX_GROUP || !groups;
	for (guint i = 0; i < node->count; i++)
		node->quiet = node->quiet && node->children[i]->quiet;
	node->counted = counted_children(node);
	switch (node->kind) {
	case REGEX_EMPTY:
		node->nullable = always;
		break;
	case REGEX_SET:
		node->nullable = 0;
		break;
	case REGEX_BEGIN:
		node->nullable = 1 << REGEX_AT_BEGIN | 1 << (REGEX_AT_BEGIN | REGEX_AT_END);
		break;
	case REGEX_END:
		node->nullable = 1 << REGEX_AT_END | 1 << (REGEX_AT_BEGIN | REGEX_AT_END);
		break;
	case REGEX_ALT:
		node->nullable = 0;
		for (guint i = 0; i < node->count; i++)
			node->nullable |= node->children[i]->nullable;
		break;
	case REGEX_CAT:
	case REGEX_GROUP:
		node->nullable = always;
		for (guint i = 0; i < node->count; i++)
			node->nullable &= node->children[i]->nullable;
		break;
	case REGEX_REPEAT:
		node->nullable = node->min ? node->children[0]->nullable : always;
		break;
	}
}

static guint expanded_count(const struct regex_node *node)
{
	if (node->kind != REGEX_REPEAT)
		return node->count;
	return node->max == REGEX_UNBOUNDED ? MAX(node->min, 1) : node->max;
}

/* NULL: too large, paths->excess is set. */
static struct regex_node *expand(struct regex_paths *paths, const struct regex_node *from,
				 bool groups)
{
	struct regex_node *node;

	if (paths->tree.nodes->len >= REGEX_MAX_NODES ||
	    paths->positions->len >= REGEX_MAX_POSITIONS) {
		paths->excess = "regex is too long, with its repetitions written out";
		return NULL;
	}
	node = regex_node_new(&paths->tree, from->kind, expanded_count(from));
	if (node->kind == REGEX_SET) {
		struct regex_position *position = g_new0(struct regex_position, 1);

		memcpy(node->set, from->set, sizeof(node->set));
		node->position = paths->positions->len;
		position->node = node;
		g_ptr_array_add(paths->positions, position);
	} else if (node->kind == REGEX_GROUP) {
		node->group = from->group;
	} else if (node->kind == REGEX_REPEAT) {
		node->min = from->min;
		node->max = from->max;
	}
	for (guint i = 0; i < node->count; i++) {
		node->children[i] =
			expand(paths, from->children[from->kind == REGEX_REPEAT ? 0 : i], groups);
		if (!node->children[i])
			return NULL;
		node->children[i]->parent = node;
		node->children[i]->index = i;
	}
	summarize(node, groups);
	return node;
}

/* ---- paths ----------------------------------------------------------------------------------- */

struct walk {
	struct regex_paths *paths;
	struct regex_position *from;
	GArray *ops;		/* of the way up to here */
	guint place;		/* REGEX_AT_* */
	bool at_end;		/* ways out only, where the string ends */
	guint *seen;		/* per position: the last `from` that has a path to it, + 1 */
	guint number;		/* of `from` */
};

static void add_op(struct walk *w, enum regex_op kind, guint value)
{
	guint32 op = REGEX_OP(kind, value);

	g_array_append_val(w->ops, op);
}

static void add_open(struct walk *w, const struct regex_node *parent, guint index)
{
	if (index < parent->counted)
		add_op(w, REGEX_OP_OPEN, 0);
}

static void add_close(struct walk *w, const struct regex_node *parent, guint index)
{
	if (index < parent->counted)
		add_op(w, REGEX_OP_CLOSE, 0);
}

static void add_choice(struct walk *w, const struct regex_node *parent, guint choice)
{
	if (!parent->quiet)
		add_op(w, REGEX_OP_CHOICE, choice);
}

static void add_border(struct walk *w, const struct regex_node *group, guint end)
{
	if (!group->quiet)
		add_op(w, REGEX_OP_BORDER, group->group * 2 + end);
}

static bool nullable(const struct walk *w, const struct regex_node *node)
{
	return node->nullable & 1 << w->place;
}

/* The way that has been walked, as a path. */
static struct regex_path finish(struct walk *w, guint target)
{
	GArray *ops = w->paths->ops;
	struct regex_path path = {
		.target = target,
		.lowest = w->from->height,
		.ops = ops->len,
		.op_count = w->ops->len,
	};
	guint height = w->from->height;

	for (guint i = 0; i < w->ops->len; i++) {
		enum regex_op kind = REGEX_OP_KIND(g_array_index(w->ops, guint32, i));

		height += kind == REGEX_OP_OPEN ? 1 : kind == REGEX_OP_CLOSE ? -1 : 0;
		path.lowest = MIN(path.lowest, height);
	}
	if (ops->len + w->ops->len > REGEX_MAX_OPS)
		w->paths->excess = "regex is too complex (too many ways through it)";
	else
		g_array_append_vals(ops, w->ops->data, w->ops->len);
	return path;
}

static void reach(struct walk *w, const struct regex_node *set)
{
	struct regex_path path;

	if (w->seen[set->position] == w->number + 1 || w->paths->excess)
		return;
	w->seen[set->position] = w->number + 1;
	if (w->paths->paths->len >= REGEX_MAX_PATHS) {
		w->paths->excess = "regex is too complex (too many ways through it)";
		return;
	}
	path = finish(w, set->position);
	g_array_append_val(w->paths->paths, path);
}

/* Pass by a node that matches "" here. */
static void pass(struct walk *w, const struct regex_node *node)
{
	guint i = 0;

	if (node->quiet)
		return;
	switch (node->kind) {
	case REGEX_CAT:
		for (; i < node->count; i++) {
			add_open(w, node, i);
			pass(w, node->children[i]);
			add_close(w, node, i);
		}
		break;
	case REGEX_ALT:
		while (!nullable(w, node->children[i]))
			i++;
		add_choice(w, node, i);
		pass(w, node->children[i]);
		break;
	case REGEX_GROUP:
		add_border(w, node, 0);
		pass(w, node->children[0]);
		add_border(w, node, 1);
		break;
	case REGEX_REPEAT:
		add_choice(w, node, 1);
		if (node->min) {
			add_open(w, node, node->min - 1);
			pass(w, node->children[0]);
			add_close(w, node, node->min - 1);
		}
		break;
	default:
		break;
	}
}

static void enter(struct walk *w, const struct regex_node *node);

/*
 * Of copies that all match the same, some must match bytes and the others, if the bound demands
 * them, "".  POSIX wants the first ones to match bytes, so all begin with the first copy and leave
 * where they like.  When only match or no match is asked for, it is the other way round: all end
 * with the last copy.  So the automaton need not know how long ago x was seen in x.{1,100}y, only
 * whether it was in time.  (Where it reads backwards, the first form has that effect.)
 */
static void enter_repeat(struct walk *w, const struct regex_node *repeat)
{
	guint last = 0;

	if (!repeat->count)
		return;
	if (w->paths->quiet && repeat->max != REGEX_UNBOUNDED)
		last = MIN(repeat->count - repeat->min, repeat->count - 1);
	add_choice(w, repeat, 0);
	add_open(w, repeat, 0);
	for (guint i = 0; i <= last; i++)
		enter(w, repeat->children[i]);
}

/* Go to all positions in a node that may match its first byte. */
static void enter(struct walk *w, const struct regex_node *node)
{
	guint mark = w->ops->len;

	switch (node->kind) {
	case REGEX_SET:
		reach(w, node);
		break;
	case REGEX_CAT:
		for (guint i = 0; i < node->count; i++) {
			add_open(w, node, i);
			enter(w, node->children[i]);
			if (!nullable(w, node->children[i]))
				break;
			pass(w, node->children[i]);
			add_close(w, node, i);
		}
		break;
	case REGEX_ALT:
		for (guint i = 0; i < node->count; i++) {
			add_choice(w, node, i);
			enter(w, node->children[i]);
			g_array_set_size(w->ops, mark);
		}
		break;
	case REGEX_GROUP:
		add_border(w, node, 0);
		enter(w, node->children[0]);
		break;
	case REGEX_REPEAT:
		enter_repeat(w, node);
		break;
	default:
		break;
	}
	g_array_set_size(w->ops, mark);
}

/* A child of a sequence is done.  false: not all that follow match "". */
static bool leave_cat(struct walk *w, const struct regex_node *cat, guint index)
{
	add_close(w, cat, index);
	for (guint i = index + 1; i < cat->count; i++) {
		add_open(w, cat, i);
		if (!w->at_end)
			enter(w, cat->children[i]);
		if (!nullable(w, cat->children[i]))
			return false;
		pass(w, cat->children[i]);
		add_close(w, cat, i);
	}
	return true;
}

/* After one time of a repetition, another. */
static void enter_again(struct walk *w, const struct regex_node *repeat, guint index)
{
	guint mark = w->ops->len;

	add_choice(w, repeat, 0);
	add_open(w, repeat, index);
	enter(w, repeat->children[index]);
	g_array_set_size(w->ops, mark);
}

/* One time of a repetition is done.  false: there must be another. */
static bool leave_repeat(struct walk *w, const struct regex_node *repeat, guint index)
{
	guint looping = w->paths->quiet ? 0 : repeat->count - 1;

	add_close(w, repeat, index);
	if (!w->at_end && repeat->max == REGEX_UNBOUNDED && index == looping)
		enter_again(w, repeat, index);
	if (!w->at_end && index + 1 < repeat->count)
		enter_again(w, repeat, index + 1);
	add_choice(w, repeat, 1);
	if (w->paths->quiet)
		return index + 1 == repeat->count || nullable(w, repeat->children[0]);
	if (index + 1 >= repeat->min)
		return true;
	if (!nullable(w, repeat->children[0]))
		return false;
	add_open(w, repeat, repeat->min - 1);
	pass(w, repeat->children[0]);
	add_close(w, repeat, repeat->min - 1);
	return true;
}

/* From a node that is done to whatever follows.  false: the match cannot end here. */
static bool leave(struct walk *w, const struct regex_node *node)
{
	for (; node->parent; node = node->parent) {
		const struct regex_node *parent = node->parent;

		if (parent->kind == REGEX_GROUP)
			add_border(w, parent, 1);
		else if ((parent->kind == REGEX_CAT && !leave_cat(w, parent, node->index)) ||
			 (parent->kind == REGEX_REPEAT && !leave_repeat(w, parent, node->index)))
			return false;
	}
	return true;
}

/* All paths from one position. */
static void walk_from(struct walk *w, guint place)
{
	const struct regex_node *root = w->paths->tree.root;
	struct regex_position *from = w->from;

	from->paths = w->paths->paths->len;
	for (guint end = 0; end < 2; end++) {
		w->at_end = end;
		w->place = place | (end ? REGEX_AT_END : 0);
		g_array_set_size(w->ops, 0);
		if (from->node) {
			from->ends[end] = leave(w, from->node);
		} else {
			if (!end)
				enter(w, root);
			from->ends[end] = nullable(w, root);
			if (from->ends[end])
				pass(w, root);
		}
		if (from->ends[end])
			from->end[end] = finish(w, 0);
	}
	from->path_count = w->paths->paths->len - from->paths;
}

static void place_in_tree(struct regex_position *position)
{
	for (const struct regex_node *node = position->node; node; node = node->parent) {
		if (node->parent && node->index < node->parent->counted)
			position->height++;
	}
}

bool regex_paths_init(struct regex_paths *paths, const struct regex_tree *tree, bool groups,
		      struct regex_error *error)
{
	struct walk w = { .paths = paths };

	*paths = (struct regex_paths){
		.tree = { .nodes = g_ptr_array_new_with_free_func(regex_node_free) },
		.positions = g_ptr_array_new_with_free_func(g_free),
		.paths = g_array_new(FALSE, FALSE, sizeof(struct regex_path)),
		/* With room, so that a place in it is never one in nothing. */
		.ops = g_array_sized_new(FALSE, FALSE, sizeof(guint32), 16),
	};
	paths->tree.root = expand(paths, tree->root, groups);
	paths->quiet = !groups;
	paths->start = paths->positions->len;
	paths->start_inside = paths->start + 1;
	g_ptr_array_add(paths->positions, g_new0(struct regex_position, 1));
	g_ptr_array_add(paths->positions, g_new0(struct regex_position, 1));
	w.ops = g_array_new(FALSE, FALSE, sizeof(guint32));
	w.seen = g_new0(guint, paths->positions->len);
	for (; w.number < paths->positions->len && !paths->excess; w.number++) {
		w.from = paths->positions->pdata[w.number];
		place_in_tree(w.from);
		walk_from(&w, w.number == paths->start ? REGEX_AT_BEGIN : 0);
	}
	g_array_unref(w.ops);
	g_free(w.seen);
	if (!paths->excess)
		return true;
	regex_fail(error, 0, "%s", paths->excess);
	regex_paths_clear(paths);
	return false;
}

void regex_paths_clear(struct regex_paths *paths)
{
	regex_tree_clear(&paths->tree);
	g_ptr_array_unref(paths->positions);
	g_array_unref(paths->paths);
	g_array_unref(paths->ops);
}
