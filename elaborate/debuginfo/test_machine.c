// SPDX-License-Identifier: GPL-2.0-or-later
#include "test_machine.h"

#include "runtime/shared/float.h"

static gint64 load(struct test_machine *m, guint64 address, guint size, bool is_signed)
{
	guint64 value = 0;

	if (!m->read(m, address, &value, size)) {
		m->failed = true;
		return 0;
	}
	if (size < 8 && is_signed)
		return (gint64)(value << (64 - size * 8)) >> (64 - size * 8);
	return (gint64)value;
}

static gint64 bits(gint64 value, guint from, guint count, bool is_signed)
{
	guint64 up = (guint64)value << (64 - from - count);

	return is_signed ? (gint64)up >> (64 - count) : (gint64)(up >> (64 - count));
}

static gint64 evaluate_primitive(struct test_machine *m, const struct expr *e)
{
	gint64 a = e->primitive.a ? test_evaluate(m, e->primitive.a) : 0;
	gint64 b = e->primitive.b ? test_evaluate(m, e->primitive.b) : 0;

	switch (e->primitive.what) {
	case PRIMITIVE_REGISTER:
		if ((guint64)e->primitive.number < G_N_ELEMENTS(m->registers))
			return (gint64)m->registers[e->primitive.number];
		break;
	case PRIMITIVE_LOAD:
		return load(m, (guint64)a, e->primitive.size, e->primitive.is_signed);
	case PRIMITIVE_ADDRESS:
		return (gint64)((guint64)e->primitive.number + m->bias);
	case PRIMITIVE_BITS:
		return bits(a, (guint)e->primitive.number, e->primitive.size,
			    e->primitive.is_signed);
	case PRIMITIVE_UNSIGNED_DIVIDE:
		if (b)
			return (gint64)((guint64)a / (guint64)b);
		break;
	case PRIMITIVE_UNSIGNED_MODULO:
		if (b)
			return (gint64)((guint64)a % (guint64)b);
		break;
	case PRIMITIVE_FLOAT_ADD:
		return (gint64)stp_float_add((stp_float)a, (stp_float)b);
	case PRIMITIVE_FLOAT_SUB:
		return (gint64)stp_float_sub((stp_float)a, (stp_float)b);
	case PRIMITIVE_FLOAT_MUL:
		return (gint64)stp_float_mul((stp_float)a, (stp_float)b);
	case PRIMITIVE_FLOAT_DIV:
		return (gint64)stp_float_div((stp_float)a, (stp_float)b);
	case PRIMITIVE_FLOAT_COMPARE:
		return stp_float_compare((stp_float)a, (stp_float)b);
	case PRIMITIVE_FLOAT_FROM_LONG:
		return (gint64)stp_float_from_long(a);
	case PRIMITIVE_FLOAT_FROM_UNSIGNED:
		return (gint64)stp_float_from_unsigned((guint64)a);
	case PRIMITIVE_FLOAT_FROM_SINGLE:
		return (gint64)stp_float_from_single((guint32)a);
	case PRIMITIVE_FLOAT_TO_LONG:
		return stp_float_to_long((stp_float)a, STP_FLOAT_TOWARD_ZERO);
	case PRIMITIVE_FLOAT_TO_UNSIGNED:
		return (gint64)stp_float_to_unsigned((stp_float)a);
	case PRIMITIVE_FLOAT_TO_SINGLE:
		return (gint64)stp_float_to_single((stp_float)a);
	case PRIMITIVE_UNSIGNED_SHIFT:
		return (guint64)b < 64 ? (gint64)((guint64)a >> b) : 0;
	default:
		break;
	}
	m->failed = true;
	return 0;
}

static gint64 evaluate_binary(struct test_machine *m, const struct expr *e)
{
	gint64 a = test_evaluate(m, e->binary.left), b = test_evaluate(m, e->binary.right);

	switch (e->binary.op) {
	case OP_ADD:
		return (gint64)((guint64)a + (guint64)b);
	case OP_SUBTRACT:
		return (gint64)((guint64)a - (guint64)b);
	case OP_MULTIPLY:
		return (gint64)((guint64)a * (guint64)b);
	case OP_DIVIDE:
		if (b && b != -1)
			return a / b;
		break;
	case OP_MODULO:
		if (b && b != -1)
			return a % b;
		break;
	case OP_AND:
		return a & b;
	case OP_OR:
		return a | b;
	case OP_XOR:
		return a ^ b;
	case OP_SHIFT_LEFT:
		return (guint64)b < 64 ? (gint64)((guint64)a << b) : 0;
	case OP_SHIFT_RIGHT:
		return a >> MIN((guint64)b, 63);
	case OP_LESS:
		return a < b;
	case OP_LESS_EQUAL:
		return a <= b;
	case OP_GREATER:
		return a > b;
	case OP_GREATER_EQUAL:
		return a >= b;
	case OP_EQUAL:
		return a == b;
	case OP_NOT_EQUAL:
		return a != b;
	default:
		break;
	}
	m->failed = true;
	return 0;
}

gint64 test_evaluate(struct test_machine *m, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_NUMBER:
		return e->number;
	case EXPR_BINARY:
		return evaluate_binary(m, e);
	case EXPR_PRIMITIVE:
		return evaluate_primitive(m, e);
	case EXPR_TERNARY:
		return test_evaluate(m, test_evaluate(m, e->ternary.condition) ? e->ternary.yes :
										 e->ternary.no);
	default:
		m->failed = true;
		return 0;
	}
}

static void add(GByteArray *bytes, GByteArray *valid, const void *data, gsize size, bool is_valid)
{
	g_byte_array_append(bytes, data, (guint)size);
	for (gsize i = 0; i < size; i++)
		g_byte_array_append(valid, (const guint8 *)(is_valid ? "\1" : "\0"), 1);
}

void test_fetch(struct test_machine *m, const struct debug_location *location, gsize size,
		GByteArray *bytes, GByteArray *valid)
{
	g_autofree guint8 *buffer = g_malloc0(size + sizeof(gint64));
	gint64 value;

	if (!location || location->target) {
		add(bytes, valid, buffer, size, false);
	} else if (location->pieces) {
		for (guint i = 0; i < location->pieces->len; i++) {
			const struct debug_piece *piece = location->pieces->pdata[i];

			test_fetch(m, piece->location, piece->bits / 8, bytes, valid);
		}
	} else if (location->address) {
		guint64 address = (guint64)test_evaluate(m, location->address);

		add(bytes, valid, buffer, size, m->read(m, address, buffer, size));
		memcpy(bytes->data + bytes->len - size, buffer, size);
	} else {
		value = test_evaluate(m, location->value);
		memcpy(buffer, &value, sizeof(value));
		add(bytes, valid, buffer, MIN(size, sizeof(value)), true);
	}
}
