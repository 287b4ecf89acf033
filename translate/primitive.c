// SPDX-License-Identifier: GPL-2.0-or-later
/* What context variables became: registers, memory, bits. */
#include "code.h"

static char *load(struct code *k, const struct expr *e, const char *address, const char *where)
{
	const char *sign = e->primitive.is_signed ? "(int64_t)(s" : "(int64_t)(u";
	char *result = code_new_long(k);

	code_line(k, "%s = %s%u)stp_%s(c, %s, %u, %s);", result, sign, e->primitive.size * 8,
		  primitive_spelling(e->primitive.what), address, e->primitive.size, where);
	code_leave_if_failed(k);
	return result;
}

/* what: divide or modulo. */
static char *unsigned_division(struct code *k, const char *what, char *const *operands,
			       const char *where)
{
	char *result = code_new_long(k);

	code_line(k, "%s = stp_unsigned_%s(c, %s, %s, %s);", result, what, operands[0],
		  operands[1], where);
	code_leave_if_failed(k);
	return result;
}

/* The value of what is written is what was written. */
static char *store(struct code *k, const struct expr *e, char *const *operands, const char *where)
{
	code_line(k, "stp_store(c, %s, %s, %u, %s);", operands[0], operands[1], e->primitive.size,
		  where);
	code_leave_if_failed(k);
	return g_strdup(operands[1]);
}

static char *set_register(struct code *k, const struct expr *e, const char *value)
{
	code_line(k, "stp_set_register(c, %" G_GINT64_FORMAT ", %s);", e->primitive.number, value);
	return g_strdup(value);
}

static char *user_register(struct code *k, const struct expr *e, const char *where)
{
	char *result = code_new_long(k);

	code_line(k, "%s = stp_user_register(c, %" G_GINT64_FORMAT ", %s);", result,
		  e->primitive.number, where);
	code_leave_if_failed(k);
	return result;
}

static char *counter(struct code *k, const struct expr *e, const char *where)
{
	char *result = code_new_long(k);

	code_line(k, "%s = stp_counter(c, %" G_GINT64_FORMAT ", %s);", result, e->primitive.number,
		  where);
	code_leave_if_failed(k);
	return result;
}

static char *unknown(struct code *k, const char *where)
{
	code_line(k, "stp_error(c, %s, \"the value is not known: it was called from elsewhere than "
		     "the callers that tell it\");", where);
	code_leave_if_failed(k);
	return g_strdup("0");
}

static char *evaluate(struct code *k, const struct expr *e, char **operands, const char *where)
{
	switch (e->primitive.what) {
	case PRIMITIVE_REGISTER:
		return g_strdup_printf("stp_register(c, %" G_GINT64_FORMAT ")",
				       e->primitive.number);
	case PRIMITIVE_ARGUMENT:
		return g_strdup_printf("stp_argument(c, %" G_GINT64_FORMAT ")",
				       e->primitive.number);
	case PRIMITIVE_USER_REGISTER:
		return user_register(k, e, where);
	case PRIMITIVE_ADDRESS:
		return g_strdup_printf("stp_address(&sections[%u], 0x%" G_GINT64_MODIFIER "xULL)",
				       e->primitive.section->serial, e->primitive.number);
	case PRIMITIVE_PER_CPU:
		return g_strdup_printf("stp_per_cpu((u64)(%s))", operands[0]);
	case PRIMITIVE_BITS:
		return g_strdup_printf("stp_%sbits(%s, %" G_GINT64_FORMAT ", %u)",
				       e->primitive.is_signed ? "signed_" : "", operands[0],
				       e->primitive.number, e->primitive.size);
	case PRIMITIVE_UNSIGNED_SHIFT:
		return g_strdup_printf("stp_unsigned_shift(%s, %s)", operands[0], operands[1]);
	case PRIMITIVE_FLOAT_ADD:
	case PRIMITIVE_FLOAT_SUB:
	case PRIMITIVE_FLOAT_MUL:
	case PRIMITIVE_FLOAT_DIV:
	case PRIMITIVE_FLOAT_COMPARE:
		return g_strdup_printf("(int64_t)stp_%s((stp_float)(%s), (stp_float)(%s))",
				       primitive_spelling(e->primitive.what), operands[0],
				       operands[1]);
	case PRIMITIVE_FLOAT_TO_LONG:
		return g_strdup_printf("stp_float_to_long((stp_float)(%s), STP_FLOAT_TOWARD_ZERO)",
				       operands[0]);
	case PRIMITIVE_FLOAT_FROM_LONG:
	case PRIMITIVE_FLOAT_FROM_UNSIGNED:
	case PRIMITIVE_FLOAT_FROM_SINGLE:
	case PRIMITIVE_FLOAT_TO_UNSIGNED:
	case PRIMITIVE_FLOAT_TO_SINGLE:
		return g_strdup_printf("(int64_t)stp_%s(%s)", primitive_spelling(e->primitive.what),
				       operands[0]);
	case PRIMITIVE_UNSIGNED_DIVIDE:
		return unsigned_division(k, "divide", operands, where);
	case PRIMITIVE_UNSIGNED_MODULO:
		return unsigned_division(k, "modulo", operands, where);
	case PRIMITIVE_LOAD:
	case PRIMITIVE_LOAD_USER:
	case PRIMITIVE_LOAD_EITHER:
		return load(k, e, operands[0], where);
	case PRIMITIVE_STORE:
		return store(k, e, operands, where);
	case PRIMITIVE_SET_REGISTER:
		return set_register(k, e, operands[0]);
	case PRIMITIVE_COUNTER:
		return counter(k, e, where);
	case PRIMITIVE_UNKNOWN:
		return unknown(k, where);
	case PRIMITIVE_NONE:
		break;
	}
	return NULL;
}

char *code_primitive(struct code *k, const struct expr *e)
{
	GPtrArray *list = g_ptr_array_new();
	char *where = code_place(k, e->token);
	char **operands, *result;

	if (e->primitive.a)
		g_ptr_array_add(list, e->primitive.a);
	if (e->primitive.b)
		g_ptr_array_add(list, e->primitive.b);
	operands = code_eval_list(k, list);
	result = evaluate(k, e, operands, where);
	g_strfreev(operands);
	g_ptr_array_unref(list);
	g_free(where);
	return result;
}
