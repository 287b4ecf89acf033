// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_callers.c - what callers say of the values they pass.
 *
 * DW_OP_entry_value means what a register was when the function was entered, and the register has
 * something else in it by now.  A caller may still know: its call site says, as an expression over
 * the caller's frame, what it has put into which register (DWARF 5, 3.4.2), and that frame is
 * what call frame information of the callee restores.  Who has called is told by the return
 * address, when the probe is hit: the value is a chain of comparisons with the known call sites, if
 * all of them tell it, and where none is equal (a call by pointer), an error of the script.
 *
 * The return address tells who has called only if nothing on the way was a jump, which leaves no
 * trace.  A function that is jumped to would find no caller that it knows, and of
 *
 *	caller calls f, f ends in a jump to g, g ends in a jump to f
 *
 * the second f would find the values of the first.  So there must be no jump to f that is known,
 * and none unknown on any way of jumps that begins in f.  Compilers also make several versions of
 * one function, to all of which its calls refer: such functions are left alone.
 */
#include "location.h"

#include <dwarf.h>

/* Each costs a comparison, and its value, wherever one is used; a caller's callers fewer. */
#define SITES_MAX 16U
/* Functions that can be reached by jumps only. */
#define JUMPS_MAX 64
/* A caller may itself know no more than what it was entered with, and its caller no more … */
#define LEVELS_MAX 2
#define REGISTERS 17

#define ENTRY_ONLY "known at the function's entry only"

struct site {
	guint32 offset;		/* of the DIE */
	enum { SITE_UNREAD, SITE_OURS, SITE_OTHERS } kind;	/* who is called */
	Dwarf_Die die;
	Dwarf_Addr returns_to;
	/* what it passes in each register, over the caller's own; NULL: not known */
	struct expr *values[LEVELS_MAX][REGISTERS];
	bool looked_at[LEVELS_MAX][REGISTERS];
};

struct callers {
	gint64 id;		/* the DIE of the function called */
	GPtrArray *sites;	/* struct site: calls of that name, read when they are needed */
	bool too_many;
	enum { JUMPED_UNKNOWN, JUMPED_NEVER, JUMPED_MAYBE } jumped;
};

/* ---- jumps ----------------------------------------------------------------------------------- */

struct jumps {
	struct dw *dw;
	GArray *reached;	/* Dwarf_Die of functions */
	bool unknown;		/* where one goes */
};

/* Assembler does not tell its calls; it is not C that it jumps to. */
static bool is_assembler(Dwarf_Die *function)
{
	gint64 language;
	Dwarf_Die unit;

	return dwarf_diecu(function, &unit, NULL, NULL) &&
	       dw_constant(&unit, DW_AT_language, &language) &&
	       language == DW_LANG_Mips_Assembler;
}

static bool tells_jumps(Dwarf_Die *function)
{
	static const guint flags[] = {
		DW_AT_call_all_calls, DW_AT_call_all_tail_calls, DW_AT_GNU_all_call_sites,
		DW_AT_GNU_all_tail_call_sites,
	};

	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
		if (dwarf_hasattr(function, flags[i]))
			return true;
	return is_assembler(function);
}

static void add_reached(struct jumps *j, Dwarf_Die *function)
{
	for (guint i = 0; i < j->reached->len; i++)
		if (dwarf_dieoffset(&g_array_index(j->reached, Dwarf_Die, i)) ==
		    dwarf_dieoffset(function))
			return;
	g_array_append_val(j->reached, *function);
}

static void follow_jump(struct jumps *j, Dwarf_Die *call)
{
	GArray *code = g_array_new(FALSE, FALSE, sizeof(Dwarf_Die));
	Dwarf_Die callee;

	if (dw_callee(call, &callee) && dwarf_diename(&callee))
		dw_called_code(j->dw, &callee, code);
	for (guint i = 0; i < code->len; i++)
		add_reached(j, &g_array_index(code, Dwarf_Die, i));
	j->unknown |= !code->len;
	g_array_unref(code);
}

static void follow_jumps(struct jumps *j, Dwarf_Die *scope, int depth)
{
	Dwarf_Die child;

	if (dwarf_child(scope, &child) != 0)
		return;
	do {
		switch (dwarf_tag(&child)) {
		case DW_TAG_call_site:
		case DW_TAG_GNU_call_site:
			if (dw_is_jump(&child))
				follow_jump(j, &child);
			break;
		case DW_TAG_lexical_block:
		case DW_TAG_inlined_subroutine:
			if (depth == DW_DEPTH_MAX)
				j->unknown = true;
			else
				follow_jumps(j, &child, depth + 1);
			break;
		}
	} while (!j->unknown && dwarf_siblingof(&child, &child) == 0);
}

/* May the function be entered by a jump from what it has itself jumped to? */
static bool may_reach_itself(struct dw *dw, Dwarf_Die *function)
{
	struct jumps j = { .dw = dw, .unknown = !tells_jumps(function),
			   .reached = g_array_new(FALSE, FALSE, sizeof(Dwarf_Die)) };

	follow_jumps(&j, function, 0);
	for (guint i = 0; i < j.reached->len && !j.unknown; i++) {
		Dwarf_Die next = g_array_index(j.reached, Dwarf_Die, i);

		j.unknown = i == JUMPS_MAX || !tells_jumps(&next) ||
			    dwarf_dieoffset(&next) == dwarf_dieoffset(function);
		if (!j.unknown)
			follow_jumps(&j, &next, 0);
	}
	g_array_unref(j.reached);
	return j.unknown;
}

/* ---- call sites ------------------------------------------------------------------------------ */

/* Is a call of that name one of this function, and of no other version of it? */
static bool is_called_by(struct dw *dw, Dwarf_Die *function, Dwarf_Die *call)
{
	GArray *code = g_array_new(FALSE, FALSE, sizeof(Dwarf_Die));
	Dwarf_Die callee;
	bool is_it;

	if (dw_callee(call, &callee) && dwarf_diename(&callee))
		dw_called_code(dw, &callee, code);
	is_it = code->len == 1 && dwarf_dieoffset(&g_array_index(code, Dwarf_Die, 0)) ==
				  dwarf_dieoffset(function);
	g_array_unref(code);
	return is_it;
}

static bool return_address(Dwarf_Die *call, Dwarf_Addr *address)
{
	Dwarf_Attribute attribute;

	return (dwarf_attr(call, DW_AT_call_return_pc, &attribute) ||
		dwarf_attr(call, DW_AT_low_pc, &attribute)) &&
	       dwarf_formaddr(&attribute, address) == 0;
}

/* Does it call this function?  Its DIE may be in a unit that nothing else needs. */
static bool site_is_ours(struct dw *dw, Dwarf_Die *function, struct site *site)
{
	if (site->kind == SITE_UNREAD)
		site->kind = dw_die(dw, site->offset, &site->die) &&
					     is_called_by(dw, function, &site->die) ?
				     SITE_OURS : SITE_OTHERS;
	return site->kind == SITE_OURS;
}

static struct callers *callers_of(struct dw *dw, Dwarf_Die *function)
{
	gint64 id = (gint64)dwarf_dieoffset(function);
	struct callers *callers = g_hash_table_lookup(dw->callers, &id);
	Dwarf_Die origin = *function;
	guint first = 0, count = 0;

	if (callers)
		return callers;
	callers = arena_alloc(dw->arena, sizeof(*callers));
	callers->id = id;
	callers->sites = arena_list(dw->arena);
	g_hash_table_insert(dw->callers, &callers->id, callers);
	dw_origin(&origin);
	if (dwarf_diename(&origin))
		index_find(dw->index, INDEX_CALLS, dwarf_diename(&origin), &first, &count);
	callers->too_many = count >= INDEX_CALLS_MAX;
	for (guint i = first; i < first + count; i++) {
		const struct index_call *record = index_record(dw->index, INDEX_CALLS, i);
		struct site *site = arena_alloc(dw->arena, sizeof(*site));

		if (record)
			site->offset = record->die;
		g_ptr_array_add(callers->sites, site);
	}
	return callers;
}

static bool may_be_jumped_to(struct dw *dw, Dwarf_Die *function, struct callers *callers)
{
	if (callers->jumped == JUMPED_UNKNOWN)
		callers->jumped = may_reach_itself(dw, function) ? JUMPED_MAYBE : JUMPED_NEVER;
	return callers->jumped == JUMPED_MAYBE;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The call site's word on a register. */
static bool find_value(Dwarf_Die *call, guint64 number, Dwarf_Attribute *value)
{
	Dwarf_Attribute location;
	Dwarf_Die child;
	Dwarf_Op *ops;
	gsize count;

	if (dwarf_child(call, &child) != 0)
		return false;
	do {
		if (dwarf_attr(&child, DW_AT_location, &location) &&
		    dwarf_getlocation(&location, &ops, &count) == 0 && count == 1 &&
		    ops[0].atom == DW_OP_reg0 + number)
			return dwarf_attr(&child, DW_AT_call_value, value) ||
			       dwarf_attr(&child, DW_AT_GNU_call_site_value, value);
	} while (dwarf_siblingof(&child, &child) == 0);
	return false;
}

/* What a call passes in a register, over the caller's registers behind the call. */
static struct expr *passed(const struct dw_place *callee, struct site *site, guint64 number)
{
	struct dw_place place = { .dw = callee->dw, .token = callee->token,
				  .level = callee->level + 1 };
	struct debug_location value;
	Dwarf_Attribute attribute;
	const char *why;
	Dwarf_Op *ops;
	gsize count;

	if (!return_address(&site->die, &site->returns_to))
		return NULL;
	/* The caller is at its call: behind it, another row of a table may hold. */
	place.address = site->returns_to - 1;
	dw_place_function(&place);
	if (!find_value(&site->die, number, &attribute) ||
	    dwarf_getlocation(&attribute, &ops, &count) != 0 || !count ||
	    location_evaluate(&place, &attribute, ops, count, 1, &value, &why) < 0)
		return NULL;
	return value.address ? value.address : value.value;
}

struct unwinding {
	struct machine machine;	/* at the place */
	bool failed;
};

/* What was over the caller's registers becomes so over those at the place. */
static void unwind(struct expr **slot, void *data)
{
	struct unwinding *u = data;
	struct expr *e = *slot;

	e->token = u->machine.place->token;
	if (e->kind == EXPR_BINARY && e->binary.op == OP_ADD)
		*slot = location_binary(&u->machine, OP_ADD, e->binary.left, e->binary.right);
	if (e->kind != EXPR_PRIMITIVE || e->primitive.what != PRIMITIVE_REGISTER || u->failed)
		return;
	e = dw_callers_register(u->machine.place, (guint64)e->primitive.number);
	if (e)
		*slot = e;
	else
		u->failed = true;
}

static struct expr *value_from(const struct dw_place *place, struct site *site, guint64 number)
{
	struct unwinding u = { .machine = { .place = place } };
	const struct rewriter rewriter = { .expr = unwind, .data = &u };
	guint level = place->level;
	struct expr *e;

	if (!site->looked_at[level][number])
		site->values[level][number] = passed(place, site, number);
	site->looked_at[level][number] = true;
	if (!site->values[level][number])
		return NULL;
	e = expr_clone(place->dw->arena, site->values[level][number]);
	expr_rewrite(&e, &rewriter);
	return u.failed ? NULL : e;
}

/* caller == site ? value : otherwise */
static struct expr *choose(const struct dw_place *place, struct expr *caller,
			   const struct site *site, struct expr *value, struct expr *otherwise)
{
	struct arena *arena = place->dw->arena;
	struct expr *address = dw_address_expression(place, site->returns_to), *is_it, *e;

	is_it = expr_binary(arena, OP_EQUAL, place->token, caller, address);
	is_it->type = TYPE_LONG;
	e = expr_ternary(arena, place->token, is_it, value, otherwise);
	e->type = TYPE_LONG;
	return e;
}

/* The comparisons with all call sites; NULL: *why. */
static struct expr *choose_among(const struct dw_place *place, struct callers *callers,
				 struct expr *caller, guint64 number, const char **why)
{
	struct arena *arena = place->dw->arena;
	struct expr *e = expr_primitive(arena, PRIMITIVE_UNKNOWN, place->token, NULL, NULL);
	guint ours = 0;

	for (guint i = 0; i < callers->sites->len; i++) {
		struct site *site = callers->sites->pdata[i];
		Dwarf_Die function = place->function;
		struct expr *value;

		if (!site_is_ours(place->dw, &function, site))
			continue;
		if (dw_is_jump(&site->die)) {
			*why = ENTRY_ONLY ", as it is also jumped to";
			return NULL;
		}
		if (++ours > SITES_MAX >> (2 * place->level)) {
			*why = ENTRY_ONLY ", as it has too many callers";
			return NULL;
		}
		value = value_from(place, site, number);
		e = value ? choose(place, expr_clone(arena, caller), site, value, e) : NULL;
		if (!e) {
			*why = ENTRY_ONLY ", as not every caller tells what it has passed";
			return NULL;
		}
	}
	*why = ENTRY_ONLY ", as its callers are not known";
	return ours ? e : NULL;
}

struct expr *dw_entry_register(const struct dw_place *place, guint64 number, const char **why)
{
	Dwarf_Die function = place->function;
	struct callers *callers;
	struct expr *caller, *e = NULL;

	*why = ENTRY_ONLY;
	if (number >= REGISTERS || place->level == LEVELS_MAX)
		return NULL;
	callers = callers_of(place->dw, &function);
	caller = callers->sites->len ? dw_callers_register(place, RETURN_ADDRESS) : NULL;
	if (callers->too_many)
		*why = ENTRY_ONLY ", as it has too many callers";
	else if (!callers->sites->len)
		*why = ENTRY_ONLY ", as its callers are not known";
	else if (caller)
		e = choose_among(place, callers, caller, number, why);
	if (!e || !may_be_jumped_to(place->dw, &function, callers))
		return e;
	*why = ENTRY_ONLY ", as it may come back to itself by jumps";
	return NULL;
}
