// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of float.h: the FPU and the C library know better. */
#include <fenv.h>
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/float.h"

#define ROUNDS 2000000
#define TEXT_ROUNDS 30000

static const stp_float special[] = {
	0, STP_FLOAT_SIGN, 1, STP_FLOAT_SIGN | 1, STP_FLOAT_MANTISSA, STP_FLOAT_HIDDEN,
	STP_FLOAT_HIDDEN - 2, STP_FLOAT_HIDDEN + 1, STP_FLOAT_INFINITY, STP_FLOAT_INFINITY - 1,
	STP_FLOAT_SIGN | STP_FLOAT_INFINITY, STP_FLOAT_SIGN | (STP_FLOAT_INFINITY - 1),
	STP_FLOAT_NAN, STP_FLOAT_NAN | STP_FLOAT_SIGN, STP_FLOAT_INFINITY + 1, 0x3ff0000000000000,
	0xbff0000000000000, 0x3fe0000000000000, 0xbfe0000000000000, 0x3ff8000000000000,
	0xbff8000000000000, 0x4004000000000000, 0x4000000000000000, 0x4008000000000000,
	0x3fefffffffffffff, 0x3ff0000000000001, 0x43dfffffffffffff, 0x43e0000000000000,
	0xc3e0000000000000, 0xc3e0000000000001, 0x43f0000000000000, 0x4330000000000000,
	0x4330000000000001, 0x4320000000000001, 0x3cb0000000000000, 0x3ca0000000000000,
	0x7fe0000000000000, 0x0020000000000000, 0x3fb999999999999a, 0x3fd5555555555555,
};

static double real(stp_float a)
{
	double result;

	memcpy(&result, &a, sizeof(result));
	return result;
}

static stp_float bits(double a)
{
	stp_float result;

	memcpy(&result, &a, sizeof(result));
	return result;
}

static stp_float random_bits(void)
{
	return (stp_float)g_test_rand_int() << 32 ^ (guint32)g_test_rand_int();
}

/* All special ones, then numbers of all sizes, of similar sizes, and with few bits. */
static stp_float number(guint i, guint which)
{
	guint count = G_N_ELEMENTS(special);
	stp_float a;

	if (i < count * count)
		return special[which ? i / count : i % count];
	a = random_bits();
	if (i % 4 == 1)
		a = (a & ~STP_FLOAT_INFINITY) | (stp_float)(1000 + i / 4 % 60) << 52;
	if (i % 4 == 2)
		a &= random_bits() & random_bits();
	if (i % 16 == 3)
		a &= STP_FLOAT_SIGN | STP_FLOAT_MANTISSA;
	if (i % 16 == 7)
		a = special[i / 16 % count];
	return a;
}

static void same(const char *what, stp_float a, stp_float b, stp_float got, double expected)
{
	if (isnan(expected) ? stp_float_is_nan(got) : got == bits(expected))
		return;
	g_error("%s of %016llx (%a), %016llx (%a): expected %a, got %a", what, a, real(a), b,
		real(b), expected, real(got));
}

static void test_operations(void)
{
	for (guint i = 0; i < ROUNDS; i++) {
		stp_float a = number(i, 0), b = number(i, 1);
		double x = real(a), y = real(b);
		int order = stp_float_compare(a, b);

		same("+", a, b, stp_float_add(a, b), x + y);
		same("-", a, b, stp_float_sub(a, b), x - y);
		same("*", a, b, stp_float_mul(a, b), x * y);
		same("/", a, b, stp_float_div(a, b), x / y);
		same("sqrt", a, b, stp_float_sqrt(a), sqrt(x));
		g_assert_cmpint(order == 0, ==, x == y);
		g_assert_cmpint(order == -1, ==, x < y);
		g_assert_cmpint(order == 1, ==, x > y);
		g_assert_cmpint(order == 2, ==, isunordered(x, y));
	}
}

/* The C library forgets the sign of some zeros, which is that of a. */
static void check_remainder(stp_float a, stp_float b)
{
	double expected = remainder(real(a), real(b));

	if (expected == 0)
		expected = copysign(0, real(a));
	same("rem", a, b, stp_float_rem(a, b), expected);
}

static void test_remainder(void)
{
	for (guint i = 0; i < ROUNDS / 20; i++) {
		stp_float a = number(i, 0), b = number(i, 1);

		check_remainder(a, b);
		/* Small quotients: halves and their neighbours. */
		b = bits((double)(g_test_rand_int_range(1, 9)));
		a = bits(real(b) * g_test_rand_int_range(-20, 20) / 2);
		check_remainder(a, b);
		a += g_test_rand_int_range(-1, 2);
		check_remainder(a, b);
	}
}

static void test_singles(void)
{
	for (guint64 i = 0; i < ROUNDS; i++) {
		guint32 a = i < 1024 ? (guint32)(i << 22) : (guint32)g_test_rand_int();
		float single;

		memcpy(&single, &a, sizeof(single));
		same("single", a, a, stp_float_from_single(a), single);
	}
}

/* Numbers of a double's size, then such as are a single's, or nearly, or halfway between two. */
static void test_to_singles(void)
{
	for (guint i = 0; i < ROUNDS; i++) {
		stp_float a = number(i, 0);
		guint32 got, expected;
		float single;

		if (i & 1)
			a = (a & ~STP_FLOAT_INFINITY) | (stp_float)(860 + i / 2 % 300) << 52;
		if (i % 4 == 3)
			a = (a & ~(stp_float)0x1fffffff) + 0x10000000 +
			    (stp_float)g_test_rand_int_range(-1, 2);
		single = (float)real(a);
		memcpy(&expected, &single, sizeof(expected));
		got = stp_float_to_single(a);
		if (isnan(single) ? (got & 0x7fffffff) <= 0x7f800000 : got != expected)
			g_error("single of %016llx (%a): expected %08x, got %08x", a, real(a),
				expected, got);
	}
}

static void test_unsigned(void)
{
	for (guint i = 0; i < ROUNDS; i++) {
		guint64 n = random_bits() >> g_test_rand_int_range(0, 64);
		double x = (double)n / g_test_rand_int_range(1, 9);

		same("unsigned", n, n, stp_float_from_unsigned(n), (double)n);
		if (x < 0x1p64)
			g_assert_cmphex(stp_float_to_unsigned(bits(x)), ==, (guint64)x);
		if (x < 0x1p63)
			g_assert_cmphex(stp_float_to_unsigned(bits(-x)), ==, (guint64)-(gint64)x);
	}
	g_assert_cmphex(stp_float_from_unsigned(0), ==, 0);
}

static double rounded(double x, int rounding)
{
	static const int modes[] = {
		[STP_FLOAT_NEAREST_EVEN] = FE_TONEAREST,
		[STP_FLOAT_TOWARD_ZERO] = FE_TOWARDZERO,
		[STP_FLOAT_DOWN] = FE_DOWNWARD,
		[STP_FLOAT_UP] = FE_UPWARD,
	};
	volatile double in = x, out;

	if (rounding == STP_FLOAT_NEAREST_AWAY)
		return round(x);
	fesetround(modes[rounding]);
	out = nearbyint(in);
	fesetround(FE_TONEAREST);
	return out;
}

static void test_longs(void)
{
	for (guint i = 0; i < ROUNDS; i++) {
		stp_float a = number(i, 0);
		gint64 n = (gint64)random_bits() >> g_test_rand_int_range(0, 64);

		if (i & 1)	/* numbers that have a whole part and another */
			a = bits((double)n / g_test_rand_int_range(1, 9));
		same("long", n, n, stp_float_from_long(n), (double)n);
		for (int rounding = STP_FLOAT_NEAREST_EVEN; rounding <= STP_FLOAT_NEAREST_AWAY;
		     rounding++) {
			double whole = rounded(real(a), rounding);
			gint64 expected = whole >= 0x1p63 ? G_MAXINT64 :
					  whole < -0x1p63 || isnan(whole) ? G_MININT64 :
									    (gint64)whole;

			if (stp_float_to_long(a, rounding) != expected)
				g_error("long of %a, rounding %d: expected %" G_GINT64_FORMAT
					", got %lld", real(a), rounding, expected,
					stp_float_to_long(a, rounding));
		}
	}
}

static void check_text(stp_float a, int precision)
{
	char expected[2048], got[2048];
	struct stp_decimal d;

	g_snprintf(expected, sizeof(expected), "%s%.*f", stp_float_is_nan(a) && a >> 63 ? "-" : "",
		   precision, stp_float_is_nan(a) ? NAN : real(a));
	stp_float_to_text(a, precision, got, sizeof(got), &d);
	if (strcmp(got, expected))
		g_error("text of %a, precision %d: expected %s, got %s", real(a), precision,
			expected, got);
	stp_float_to_text(a, precision, got, 8, &d);
	expected[7] = 0;
	g_assert_cmpstr(got, ==, expected);
}

static void check_number(const char *text)
{
	struct stp_decimal d;
	stp_float got = stp_float_from_text(text, &d);

	same(text, 0, 0, got, strtod(text, NULL));
}

static void test_text(void)
{
	char text[2048];

	for (guint i = 0; i < TEXT_ROUNDS; i++) {
		stp_float a = number(i, 0);

		check_text(a, g_test_rand_int_range(0, 30));
		check_text(bits(g_test_rand_int_range(-9999, 9999) / 16.0), i % 5);
		g_snprintf(text, sizeof(text), "%.*e", g_test_rand_int_range(0, 25), real(a));
		check_number(text);
		g_snprintf(text, sizeof(text), "%.*f", i % 20, real(a));
		check_number(text);
		g_snprintf(text, sizeof(text), "%d.%08de%d", g_test_rand_int_range(-999999, 999999),
			   g_test_rand_int_range(0, 99999999), g_test_rand_int_range(-345, 320));
		check_number(text);
	}
	check_text(1, 1100);
	check_text(STP_FLOAT_INFINITY - 1, 10);
}

/* What lies in the middle of two numbers, exactly, and a little beside it. */
static void test_middle(void)
{
	char text[2048];

	for (guint i = 0; i < TEXT_ROUNDS / 10; i++) {
		stp_float a = random_bits() & ~STP_FLOAT_SIGN;
		long double middle;
		int length;

		if (i % 3 == 0)
			a = (a & STP_FLOAT_MANTISSA) | (stp_float)(i % 7) << 52;
		if (a >= STP_FLOAT_INFINITY - 1)
			continue;
		middle = ((long double)real(a) + (long double)real(a + 1)) / 2;
		length = snprintf(text, sizeof(text), "%.780Le", middle);
		g_assert_cmpint(length, <, sizeof(text));
		check_number(text);
		text[strcspn(text, "e") - 1] = '1';
		check_number(text);
	}
}

static void test_words(void)
{
	static const char *const words[] = {
		"0", "-0", "+1", " 12", "\t-12.5xyz", ".5", "5.", "1e5", "1E+5", "1e-5", "1e400", "-1e400",
		"1e-400", "inf", "-Infinity", "nan", "0e5", "000.000", "00012.500", "1e99999999999",
		"9e-99999999999",
		"0.000000000000000000000000000000000000000000000000000000000000000000000000000000001",
		"2.2250738585072011e-308", "2.2250738585072014e-308", "4.9e-324", "2.4e-324", "2.5e-324",
		"1.7976931348623157e308", "1.7976931348623159e308", "9007199254740993", "9007199254740992.5",
	};
	struct stp_decimal d;

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		check_number(words[i]);
	g_assert_cmpuint(stp_float_from_text("", &d), ==, 0);
	g_assert_cmpuint(stp_float_from_text("-.e5", &d), ==, 0);
	g_assert_cmpuint(stp_float_from_text("word", &d), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/float/operations", test_operations);
	g_test_add_func("/float/remainder", test_remainder);
	g_test_add_func("/float/singles", test_singles);
	g_test_add_func("/float/to-singles", test_to_singles);
	g_test_add_func("/float/unsigned", test_unsigned);
	g_test_add_func("/float/longs", test_longs);
	g_test_add_func("/float/text", test_text);
	g_test_add_func("/float/middle", test_middle);
	g_test_add_func("/float/words", test_words);
	return g_test_run();
}
