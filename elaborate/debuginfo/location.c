// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * location.c - DWARF location expressions as expressions over primitives.
 *
 * An expression (DWARF 5, 2.5) is a program for a machine with a stack.  What it computes is known
 * only when a probe is hit, so the stack holds expressions of the script language here: running
 * the program once, at translation, leaves on top of the stack the tree that the probe evaluates.
 * Numbers are folded, so that most branches (DW_OP_bra) can be decided; of one that depends on the
 * probed machine both ways are gone, and an expression chooses between what they leave.
 *
 * What the result means depends on how the program ends (2.6): what is on the stack is an address,
 * or with DW_OP_stack_value the value itself; a program DW_OP_regN names a register; implicit
 * values are part of the program; and with DW_OP_piece there are several of all these.
 *
 * A value on the stack is of the generic type, 64 bits without a sign of its own: division and
 * comparisons are signed, remainders and right shifts (DW_OP_shr) are not.  Since DWARF 5 it can
 * also have a base type.  Such a value is kept extended to 64 bits as its type says, so that the
 * operators of the script's 64-bit numbers do.
 */
#include "location.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* Programs are short, and trees grow by copying (DW_OP_dup): bounds for damaged files. */
#define STEPS_MAX 2000
#define NODES_MAX 4000
#define FORKS_MAX 8

/* Of x86-64's general ones, and of those of SSE, the FPU and MMX. */
#define LAST_REGISTER 16
#define LAST_FLOAT_REGISTER 48

int location_fail(struct machine *m, const char *why)
{
	if (!m->failed)
		*m->why = why;
	m->failed = true;
	return -ENOENT;
}

/* ---- the stack ------------------------------------------------------------------------------- */

void location_push_typed(struct machine *m, struct expr *e, struct base_type type)
{
	if (m->depth == STACK_MAX) {
		location_fail(m, "its location is too complicated");
		return;
	}
	m->stack[m->depth++] = (struct stack_value){ e, type };
}

void location_push(struct machine *m, struct expr *e)
{
	location_push_typed(m, e, (struct base_type){ 0 });
}

void location_push_number(struct machine *m, gint64 number)
{
	location_push(m, expr_number(m->place->dw->arena, m->place->token, number));
}

struct stack_value location_pop(struct machine *m)
{
	if (m->depth)
		return m->stack[--m->depth];
	location_fail(m, "its location is damaged");
	return (struct stack_value){ expr_number(m->place->dw->arena, m->place->token, 0), { 0 } };
}

struct expr *location_pop_integer(struct machine *m)
{
	struct stack_value value = location_pop(m);

	if (value.type.is_float)
		location_fail(m, "its location is damaged");
	return value.e;
}

static void count_nodes(struct expr *e, void *data)
{
	guint *nodes = data;

	if (++*nodes < NODES_MAX)
		expr_visit_children(e, count_nodes, nodes);
}

/* A second use of what is on the stack, from the top. */
static void push_copy(struct machine *m, guint64 from_top)
{
	struct stack_value *value;

	if (from_top >= m->depth) {
		location_fail(m, "its location is damaged");
		return;
	}
	value = &m->stack[m->depth - 1 - from_top];
	count_nodes(value->e, &m->nodes);
	if (m->nodes >= NODES_MAX) {
		location_fail(m, "its location is too complicated");
		return;
	}
	location_push_typed(m, expr_clone(m->place->dw->arena, value->e), value->type);
}

static bool op_stack(struct machine *m, const Dwarf_Op *op)
{
	struct stack_value a, b, c;

	switch (op->atom) {
	case DW_OP_dup:
		push_copy(m, 0);
		return true;
	case DW_OP_over:
		push_copy(m, 1);
		return true;
	case DW_OP_pick:
		push_copy(m, op->number);
		return true;
	case DW_OP_drop:
		location_pop(m);
		return true;
	case DW_OP_swap:
		a = location_pop(m);
		b = location_pop(m);
		location_push_typed(m, a.e, a.type);
		location_push_typed(m, b.e, b.type);
		return true;
	case DW_OP_rot:
		a = location_pop(m);
		b = location_pop(m);
		c = location_pop(m);
		location_push_typed(m, a.e, a.type);
		location_push_typed(m, c.e, c.type);
		location_push_typed(m, b.e, b.type);
		return true;
	default:
		return false;
	}
}

/* ---- leaves: constants, registers, addresses ------------------------------------------------- */

struct expr *location_register(struct machine *m, guint64 number)
{
	struct expr *e = expr_primitive(m->place->dw->arena, PRIMITIVE_REGISTER, m->place->token,
					NULL, NULL);

	if (number > LAST_REGISTER)
		location_fail(m, number <= LAST_FLOAT_REGISTER ?
					 "it is in a floating-point register, which probes do not read" :
					 "it is in a register that probes do not read");
	e->primitive.number = (gint64)number;
	return e;
}

struct expr *location_load(struct machine *m, struct expr *address, guint size)
{
	struct expr *e = expr_primitive(m->place->dw->arena, PRIMITIVE_LOAD, m->place->token,
					address, NULL);

	e->primitive.size = size;
	return e;
}

static void push_sum(struct machine *m, struct expr *base, gint64 offset)
{
	struct arena *arena = m->place->dw->arena;

	location_push(m, location_binary(m, OP_ADD, base,
					 expr_number(arena, m->place->token, offset)));
}

struct expr *dw_address_expression(const struct dw_place *place, Dwarf_Addr address)
{
	const char *section = dw_section_name(place->dw, address);
	bool per_cpu = section && g_str_has_prefix(section, ".data..percpu");
	struct arena *arena = place->dw->arena;
	struct expr *e;

	/* Offsets of the kernel's per-CPU variables are as in the file, wherever the kernel is. */
	if (per_cpu && !place->dw->dwfl) {
		e = expr_number(arena, place->token, (gint64)address);
	} else {
		e = expr_primitive(arena, PRIMITIVE_ADDRESS, place->token, NULL, NULL);
		e->primitive.number =
			(gint64)dw_place_of(place->dw, address, &e->primitive.section);
	}
	/* Each CPU has its own: the one where the probe is hit. */
	return per_cpu ? expr_primitive(arena, PRIMITIVE_PER_CPU, place->token, e, NULL) : e;
}

static void push_address(struct machine *m, Dwarf_Addr address)
{
	location_push(m, dw_address_expression(m->place, address));
}

/* An address or a constant from a table of the unit's. */
static void push_indexed(struct machine *m, const Dwarf_Op *op, bool is_address)
{
	Dwarf_Attribute value;
	Dwarf_Addr address;
	Dwarf_Word number;

	if (!m->attribute || dwarf_getlocation_attr(m->attribute, op, &value) != 0)
		location_fail(m, "its location is damaged");
	else if (is_address && dwarf_formaddr(&value, &address) == 0)
		push_address(m, address);
	else if (dwarf_formaddr(&value, &address) == 0)
		location_push_number(m, (gint64)address);
	else if (dwarf_formudata(&value, &number) == 0)
		location_push_number(m, (gint64)number);
	else
		location_fail(m, "its location is damaged");
}

/* The frame base is a program of its own, evaluated at the same place. */
static void push_frame_base(struct machine *m, gint64 offset)
{
	struct debug_location base = { .writable_register = -1 };
	struct dw_place place = *m->place;
	Dwarf_Attribute attribute;
	Dwarf_Op *ops;
	gsize count;

	if (m->calls == CALLS_MAX || !place.has_function ||
	    !dwarf_attr_integrate(&place.function, DW_AT_frame_base, &attribute) ||
	    dwarf_getlocation_addr(&attribute, place.address, &ops, &count, 1) != 1) {
		location_fail(m, "the function's frame is not known here");
		return;
	}
	if (location_evaluate(&place, &attribute, ops, count, m->calls + 1, &base, m->why) < 0) {
		m->failed = true;
		return;
	}
	if (base.pieces)
		location_fail(m, "the function's frame is not known here");
	else if (base.value && dw_in_prologue(&place))
		location_fail(m, "not available before the function has set up its frame");
	else
		push_sum(m, base.address ? base.address : base.value, offset);
}

static bool op_leaf(struct machine *m, const Dwarf_Op *op)
{
	struct expr *e;

	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
		location_push_number(m, op->atom - DW_OP_lit0);
		return true;
	}
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31) {
		push_sum(m, location_register(m, op->atom - DW_OP_breg0), (gint64)op->number);
		return true;
	}
	switch (op->atom) {
	case DW_OP_addr:
		push_address(m, op->number);
		return true;
	case DW_OP_addrx:
	case DW_OP_GNU_addr_index:
		push_indexed(m, op, true);
		return true;
	case DW_OP_constx:
	case DW_OP_GNU_const_index:
		push_indexed(m, op, false);
		return true;
	case DW_OP_const1u:
	case DW_OP_const1s:
	case DW_OP_const2u:
	case DW_OP_const2s:
	case DW_OP_const4u:
	case DW_OP_const4s:
	case DW_OP_const8u:
	case DW_OP_const8s:
	case DW_OP_constu:
	case DW_OP_consts:
		location_push_number(m, (gint64)op->number);
		return true;
	case DW_OP_bregx:
		push_sum(m, location_register(m, op->number), (gint64)op->number2);
		return true;
	case DW_OP_fbreg:
		push_frame_base(m, (gint64)op->number);
		return true;
	case DW_OP_call_frame_cfa:
		e = dw_frame_address(m->place);
		if (e)
			location_push(m, e);
		else
			location_fail(m, "the function's frame is not known here");
		return true;
	default:
		return false;
	}
}

/* ---- memory and control ---------------------------------------------------------------------- */

void location_enter_space(struct machine *m)
{
	struct stack_value address = location_pop(m);
	struct expr *space = location_pop_integer(m);

	if (space->kind != EXPR_NUMBER || space->number)
		location_fail(m, "it is in another address space");
	location_push_typed(m, address.e, address.type);
}

static void push_load(struct machine *m, guint64 size)
{
	struct expr *address = location_pop_integer(m);

	if (size != 1 && size != 2 && size != 4 && size != 8)
		location_fail(m, "its location is damaged");
	else
		location_push(m, location_load(m, address, (guint)size));
}

/* A DIE's location, as if it stood here. */
static void call(struct machine *m, const Dwarf_Op *op)
{
	Dwarf_Attribute attribute, *outer = m->attribute;
	Dwarf_Die die;
	Dwarf_Op *ops;
	gsize count;

	if (m->calls == CALLS_MAX || !m->attribute ||
	    dwarf_getlocation_die(m->attribute, op, &die) != 0) {
		location_fail(m, "its location is damaged");
		return;
	}
	/* Without a location the call does nothing. */
	if (!dwarf_attr_integrate(&die, DW_AT_location, &attribute) ||
	    dwarf_getlocation_addr(&attribute, m->place->address, &ops, &count, 1) != 1)
		return;
	m->calls++;
	m->attribute = &attribute;
	location_run(m, ops, count);
	m->attribute = outer;
	m->calls--;
}

/* The register that an expression is; false: it is another expression. */
static bool is_register(const Dwarf_Op *ops, gsize count, guint64 *number)
{
	if (count != 1 || ops->atom < DW_OP_reg0 || ops->atom > DW_OP_reg31)
		return false;
	*number = ops->atom - DW_OP_reg0;
	return true;
}

/* The same at the function's entry is as it is. */
static void push_at_entry(struct machine *m, Dwarf_Attribute *attribute, const Dwarf_Op *ops,
			  gsize count)
{
	struct debug_location at_entry = { .writable_register = -1 };

	if (location_evaluate(m->place, attribute, ops, count, m->calls + 1, &at_entry, m->why) < 0)
		m->failed = true;
	else if (at_entry.pieces)
		location_fail(m, "known at the function's entry only");
	else
		location_push(m, at_entry.value ? at_entry.value : at_entry.address);
}

/* What an expression was at the function's entry: elsewhere only the caller's code may tell. */
static void push_entry_value(struct machine *m, const Dwarf_Op *op)
{
	const char *why = "known at the function's entry only";
	Dwarf_Die function = m->place->function;
	struct expr *e = NULL;
	Dwarf_Attribute attribute;
	guint64 entry, number;
	Dwarf_Op *ops;
	gsize count;

	if (m->calls == CALLS_MAX || !m->attribute ||
	    dwarf_getlocation_attr(m->attribute, op, &attribute) != 0 ||
	    dwarf_getlocation(&attribute, &ops, &count) != 0) {
		location_fail(m, "its location is damaged");
		return;
	}
	if (m->place->has_function && dw_entry_pc(&function, &entry) &&
	    entry == m->place->address) {
		push_at_entry(m, &attribute, ops, count);
		return;
	}
	if (m->place->has_function && is_register(ops, count, &number))
		e = dw_entry_register(m->place, number, &why);
	if (e)
		location_push(m, e);
	else
		location_fail(m, why);
}

static bool op_memory(struct machine *m, const Dwarf_Op *op)
{
	switch (op->atom) {
	case DW_OP_deref:
		push_load(m, 8);
		return true;
	case DW_OP_deref_size:
		push_load(m, op->number);
		return true;
	case DW_OP_call2:
	case DW_OP_call4:
	case DW_OP_call_ref:
		call(m, op);
		return true;
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value:
		push_entry_value(m, op);
		return true;
	case DW_OP_nop:
		return true;
	case DW_OP_form_tls_address:
	case DW_OP_GNU_push_tls_address:
		location_fail(m, "it is a thread's own variable");
		return true;
	case DW_OP_xderef:
		location_enter_space(m);
		push_load(m, 8);
		return true;
	case DW_OP_xderef_size:
		location_enter_space(m);
		push_load(m, op->number);
		return true;
	case DW_OP_push_object_address:
		location_fail(m, "its location is that of a part of something, which is not known here");
		return true;
	case DW_OP_GNU_parameter_ref:
	case DW_OP_GNU_uninit:
		location_fail(m, "optimized out at this address");
		return true;
	default:
		return false;
	}
}

/* ---- running --------------------------------------------------------------------------------- */

/* The number of the operation at an offset of the program; its end is one, too. */
static bool find_target(const Dwarf_Op *ops, gsize count, guint64 offset, gsize *target)
{
	for (gsize i = 0; i < count; i++) {
		if (ops[i].offset == offset) {
			*target = i;
			return true;
		}
	}
	*target = count;
	return count && offset > ops[count - 1].offset;
}

/* ---- two ways at once ------------------------------------------------------------------------ */

static bool is_value(const struct machine *m)
{
	return m->ending == ENDS_IN_REGISTER || m->ending == ENDS_AS_VALUE;
}

/* A register that the program names is as good as its value. */
static void end_as_value(struct machine *m)
{
	if (m->ending != ENDS_IN_REGISTER)
		return;
	location_push(m, location_register(m, m->number));
	m->ending = ENDS_AS_VALUE;
}

static struct expr *choose(struct machine *m, struct expr *condition, struct expr *yes,
			   struct expr *no)
{
	struct expr *e = expr_ternary(m->place->dw->arena, m->place->token, condition, yes, no);

	e->type = TYPE_LONG;
	count_nodes(e, &m->nodes);
	if (m->nodes >= NODES_MAX)
		location_fail(m, "its location is too complicated");
	/* What both ways share stands in it twice. */
	return m->failed ? e : expr_clone(m->place->dw->arena, e);
}

/* Two places of different kinds: the variable's object chooses. */
static void end_as_choice(struct machine *m, struct machine *other, struct expr *condition)
{
	struct debug_choice *choice = arena_alloc(m->place->dw->arena, sizeof(*choice));

	choice->condition = condition;
	if (m->calls)
		location_fail(m, "its location depends on a condition");
	else if (!location_whole(other, &choice->yes) || !location_whole(m, &choice->no))
		location_fail(m, "it is not always there at this address");
	m->failed |= other->failed;
	m->pieces = NULL;
	m->ending = ENDS_AS_CHOICE;
	m->choice = choice;
}

/* What m leaves where the condition is 0, and `other` where it is not. */
static void join(struct machine *m, struct machine *other, struct expr *condition)
{
	guint slots;

	if (is_value(m) && is_value(other) &&
	    (m->ending != other->ending || m->number != other->number)) {
		end_as_value(m);
		end_as_value(other);
	}
	if (m->pieces || other->pieces || m->ending != other->ending ||
	    m->ending > ENDS_AS_VALUE || !m->depth != !other->depth ||
	    (m->calls && m->depth != other->depth)) {
		end_as_choice(m, other, condition);
		return;
	}
	/* At the very end only the top counts. */
	slots = m->calls ? m->depth : MIN(m->depth, 1);
	for (guint i = 1; i <= slots && !m->failed; i++) {
		struct stack_value *no = &m->stack[m->depth - i];
		const struct stack_value *yes = &other->stack[other->depth - i];

		if (no->e == yes->e)
			continue;
		no->e = choose(m, condition, yes->e, no->e);
		if (no->type.bits != yes->type.bits || no->type.is_signed != yes->type.is_signed ||
		    no->type.is_float != yes->type.is_float)
			location_fail(m, "its location is damaged");
	}
}

static void run_from(struct machine *m, const Dwarf_Op *ops, gsize count, gsize at);

static void run_both(struct machine *m, struct expr *condition, const Dwarf_Op *ops, gsize count,
		     gsize taken, gsize *next)
{
	struct machine other = *m;

	if (m->forks == FORKS_MAX || m->pieces) {
		location_fail(m, "its location depends on a condition");
		return;
	}
	other.forks = ++m->forks;
	run_from(&other, ops, count, taken);
	m->steps = other.steps;
	m->nodes = other.nodes;
	m->failed = other.failed;
	run_from(m, ops, count, *next);
	m->forks--;
	if (!m->failed)
		join(m, &other, condition);
	*next = count;
}

/* DW_OP_skip and DW_OP_bra; *next: what is done then. */
static bool op_branch(struct machine *m, const Dwarf_Op *ops, gsize count, gsize at, gsize *next)
{
	/* The operation has 3 bytes, and the distance is counted from its end. */
	guint64 offset = ops[at].offset + 3 + ops[at].number;
	struct expr *condition = NULL;
	gsize target;

	if (ops[at].atom != DW_OP_skip && ops[at].atom != DW_OP_bra)
		return false;
	if (ops[at].atom == DW_OP_bra) {
		condition = location_pop_integer(m);
		if (condition->kind == EXPR_NUMBER && !condition->number)
			return true;
	}
	if (!find_target(ops, count, offset, &target))
		location_fail(m, "its location is damaged");
	else if (condition && condition->kind != EXPR_NUMBER)
		run_both(m, condition, ops, count, target, next);
	else
		*next = target;
	return true;
}

static void run_from(struct machine *m, const Dwarf_Op *ops, gsize count, gsize at)
{
	while (at < count && !m->failed) {
		gsize next = at + 1;

		if (++m->steps > STEPS_MAX) {
			location_fail(m, "its location is too complicated");
			return;
		}
		if (!op_branch(m, ops, count, at, &next) && !op_leaf(m, &ops[at]) &&
		    !op_stack(m, &ops[at]) && !op_arithmetic(m, &ops[at]) &&
		    !op_memory(m, &ops[at]) && !op_typed(m, &ops[at]) && !op_ending(m, &ops[at]) &&
		    !op_piece(m, &ops[at]))
			location_fail(m, arena_printf(m->place->dw->arena,
						      "its location has the unknown operation "
						      "0x%x",
						      ops[at].atom));
		at = next;
	}
}

void location_run(struct machine *m, const Dwarf_Op *ops, gsize count)
{
	run_from(m, ops, count, 0);
}

int location_evaluate(const struct dw_place *place, Dwarf_Attribute *attribute,
		      const Dwarf_Op *ops, gsize count, guint calls, struct debug_location *out,
		      const char **why)
{
	struct machine m = { .place = place, .attribute = attribute, .calls = calls, .why = why };

	location_run(&m, ops, count);
	if (!m.failed && !location_whole(&m, out))
		location_fail(&m, "optimized out at this address");
	return m.failed ? -ENOENT : 0;
}

int dw_location(const struct dw_place *place, Dwarf_Attribute *attribute, Dwarf_Op *ops,
		gsize count, struct debug_location *out, const char **why)
{
	return location_evaluate(place, attribute, ops, count, 0, out, why);
}
