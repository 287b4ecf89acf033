/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * float.h - floating point by whole numbers, for scripts: modules must not touch the FPU's registers.
 *
 * A number is the 64 bits of an IEEE 754 double.  Results are those of the FPU, rounded to the
 * nearest, to even where there are two; an operation that has no result gives a NaN, and no flags
 * are kept.  The unit test compares with the FPU; plain C types, for it runs what a module runs.
 *
 * Between unpacking and packing a number that is neither 0, infinite nor NaN is
 *
 *	significand / 2^63 * 2^exponent
 *
 * with the highest bit of the significand set.  Where bits are lost on the way, the lowest one
 * left is set if any of them was ("sticky"): rounding then comes out as from all of them.
 *
 * Text: a number is 0.d1d2d3… * 10^point in up to STP_DECIMAL_DIGITS decimal digits, enough for
 * all digits of any double, and multiplying or dividing by powers of two on these digits is exact.
 */
#ifndef STP_FLOAT_H
#define STP_FLOAT_H

typedef unsigned long long stp_float;

#define STP_FLOAT_SIGN 0x8000000000000000ULL
#define STP_FLOAT_INFINITY 0x7ff0000000000000ULL
#define STP_FLOAT_NAN 0x7ff8000000000000ULL
#define STP_FLOAT_QUIET 0x0008000000000000ULL
#define STP_FLOAT_HIDDEN 0x0010000000000000ULL	/* the bit that is not stored */
#define STP_FLOAT_MANTISSA (STP_FLOAT_HIDDEN - 1)
#define STP_FLOAT_TOP 0x8000000000000000ULL	/* of a significand */
#define STP_FLOAT_BIAS 1023
#define STP_FLOAT_EXPONENTS 2047	/* the exponent field of infinity and NaN */

static inline _Bool stp_float_is_nan(stp_float a)
{
	return (a & ~STP_FLOAT_SIGN) > STP_FLOAT_INFINITY;
}

static inline _Bool stp_float_is_infinite(stp_float a)
{
	return (a & ~STP_FLOAT_SIGN) == STP_FLOAT_INFINITY;
}

static inline _Bool stp_float_is_zero(stp_float a)
{
	return !(a & ~STP_FLOAT_SIGN);
}

/* The NaN that comes of two operands, one of which is a NaN. */
static inline stp_float stp_float_nan_of(stp_float a, stp_float b)
{
	return (stp_float_is_nan(a) ? a : b) | STP_FLOAT_QUIET;
}

/* Shift right; what is lost sticks. */
static inline unsigned long long stp_float_shift(unsigned long long bits, int count)
{
	if (count >= 64)
		return bits != 0;
	return count <= 0 ? bits : bits >> count | (bits << (64 - count) != 0);
}

/* Of a number that is not 0, infinite or NaN. */
static inline unsigned long long stp_float_unpack(stp_float a, int *exponent)
{
	int stored = a >> 52 & STP_FLOAT_EXPONENTS;
	unsigned long long bits = a & STP_FLOAT_MANTISSA;
	int shift;

	if (stored)
		bits |= STP_FLOAT_HIDDEN;
	else
		stored = 1;
	shift = __builtin_clzll(bits);
	*exponent = stored - STP_FLOAT_BIAS + 11 - shift;
	return bits << shift;
}

static inline stp_float stp_float_pack(_Bool negative, int exponent, unsigned long long bits)
{
	stp_float sign = negative ? STP_FLOAT_SIGN : 0, result;
	unsigned int lost;

	exponent += STP_FLOAT_BIAS;
	if (exponent >= STP_FLOAT_EXPONENTS)
		return sign | STP_FLOAT_INFINITY;
	if (exponent <= 0) {
		bits = stp_float_shift(bits, 1 - exponent);
		exponent = 1;	/* without the hidden bit: a subnormal number */
	}
	lost = bits & 0x7ff;
	result = bits >> 11;
	if (lost > 0x400 || (lost == 0x400 && (result & 1)))
		result++;
	/* The hidden bit, and what rounding may carry, add to the exponent. */
	return sign | (((stp_float)(exponent - 1) << 52) + result);
}

/* The same with any significand but 0. */
static inline stp_float stp_float_normal(_Bool negative, int exponent, unsigned long long bits)
{
	int shift = __builtin_clzll(bits);

	return stp_float_pack(negative, exponent - shift, bits << shift);
}

static inline stp_float stp_float_add(stp_float a, stp_float b)
{
	int exponent_a, exponent_b, down;
	unsigned long long bits_a, bits_b;
	_Bool negative;

	if (stp_float_is_nan(a) || stp_float_is_nan(b))
		return stp_float_nan_of(a, b);
	if (stp_float_is_infinite(a))
		return stp_float_is_infinite(b) && a != b ? STP_FLOAT_NAN : a;
	if (stp_float_is_infinite(b))
		return b;
	if (stp_float_is_zero(a))
		return stp_float_is_zero(b) ? a & b : b;	/* -0 only of two -0 */
	if (stp_float_is_zero(b))
		return a;
	if ((a & ~STP_FLOAT_SIGN) < (b & ~STP_FLOAT_SIGN)) {
		stp_float swap = a;

		a = b;
		b = swap;
	}
	negative = a >> 63;
	bits_a = stp_float_unpack(a, &exponent_a) >> 1;	/* room for a carry */
	bits_b = stp_float_unpack(b, &exponent_b) >> 1;
	down = exponent_a - exponent_b;
	bits_b = stp_float_shift(bits_b, down);
	bits_a = (a ^ b) & STP_FLOAT_SIGN ? bits_a - bits_b : bits_a + bits_b;
	return bits_a ? stp_float_normal(negative, exponent_a + 1, bits_a) : 0;
}

static inline stp_float stp_float_sub(stp_float a, stp_float b)
{
	return stp_float_is_nan(b) ? stp_float_nan_of(a, b) : stp_float_add(a, b ^ STP_FLOAT_SIGN);
}

static inline stp_float stp_float_mul(stp_float a, stp_float b)
{
	stp_float sign = (a ^ b) & STP_FLOAT_SIGN;
	int exponent_a, exponent_b;
	unsigned __int128 product;
	unsigned long long bits;

	if (stp_float_is_nan(a) || stp_float_is_nan(b))
		return stp_float_nan_of(a, b);
	if (stp_float_is_infinite(a) || stp_float_is_infinite(b))
		return stp_float_is_zero(a) || stp_float_is_zero(b) ? STP_FLOAT_NAN :
								      sign | STP_FLOAT_INFINITY;
	if (stp_float_is_zero(a) || stp_float_is_zero(b))
		return sign;
	product = (unsigned __int128)stp_float_unpack(a, &exponent_a) *
		  stp_float_unpack(b, &exponent_b);
	bits = (unsigned long long)(product >> 64) | ((unsigned long long)product != 0);
	return stp_float_normal(sign, exponent_a + exponent_b + 1, bits);
}

static inline stp_float stp_float_div(stp_float a, stp_float b)
{
	stp_float sign = (a ^ b) & STP_FLOAT_SIGN;
	unsigned long long rest, by, quotient = 0;
	int exponent_a, exponent_b, i;

	if (stp_float_is_nan(a) || stp_float_is_nan(b))
		return stp_float_nan_of(a, b);
	if (stp_float_is_infinite(a))
		return stp_float_is_infinite(b) ? STP_FLOAT_NAN : sign | STP_FLOAT_INFINITY;
	if (stp_float_is_zero(b))
		return stp_float_is_zero(a) ? STP_FLOAT_NAN : sign | STP_FLOAT_INFINITY;
	if (stp_float_is_infinite(b) || stp_float_is_zero(a))
		return sign;
	/* The lowest 11 bits are 0: there is room to shift. */
	rest = stp_float_unpack(a, &exponent_a) >> 11;
	by = stp_float_unpack(b, &exponent_b) >> 11;
	for (i = 0; i < 63; i++) {
		_Bool one = rest >= by;

		quotient = quotient << 1 | one;
		rest = (rest - (one ? by : 0)) << 1;
	}
	return stp_float_normal(sign, exponent_a - exponent_b + 1, quotient | (rest != 0));
}

/* What is left of a after the multiple of b that is nearest, the even one where there are two. */
static inline stp_float stp_float_rem(stp_float a, stp_float b)
{
	_Bool negative = a >> 63, odd = 0;
	unsigned long long rest, by;
	int exponent_a, exponent_b, i;

	if (stp_float_is_nan(a) || stp_float_is_nan(b))
		return stp_float_nan_of(a, b);
	if (stp_float_is_infinite(a) || stp_float_is_zero(b))
		return STP_FLOAT_NAN;
	if (stp_float_is_infinite(b) || stp_float_is_zero(a))
		return a;
	rest = stp_float_unpack(a, &exponent_a) >> 11;
	by = stp_float_unpack(b, &exponent_b) >> 11;
	if (exponent_a < exponent_b - 1)
		return a;
	if (exponent_a < exponent_b) {
		/* Between a quarter of b and b: 0 or 1 times. */
		if (rest <= by)
			return a;
		return stp_float_normal(!negative, exponent_a + 11, 2 * by - rest);
	}
	for (i = exponent_a - exponent_b; i >= 0; i--) {
		odd = rest >= by;
		rest -= odd ? by : 0;
		if (i)
			rest <<= 1;
	}
	if (2 * rest > by || (2 * rest == by && odd)) {
		rest = by - rest;
		negative = !negative;
	}
	if (!rest)
		return a & STP_FLOAT_SIGN;
	return stp_float_normal(negative, exponent_b + 11, rest);
}

static inline stp_float stp_float_sqrt(stp_float a)
{
	unsigned __int128 rest, bit, root = 0;
	int exponent;

	if (stp_float_is_nan(a))
		return a | STP_FLOAT_QUIET;
	if (stp_float_is_zero(a) || a == STP_FLOAT_INFINITY)
		return a;
	if (a >> 63)
		return STP_FLOAT_NAN;
	/* 2^exponent * rest / 2^126, with an even exponent and rest below 2^128. */
	rest = (unsigned __int128)stp_float_unpack(a, &exponent) << 63;
	if (exponent & 1) {
		rest <<= 1;
		exponent--;
	}
	/* Digit by digit: of the result's 64 bits, those that matter. */
	for (bit = (unsigned __int128)1 << 126; bit; bit >>= 2) {
		if (rest >= root + bit) {
			rest -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return stp_float_normal(0, exponent / 2, (unsigned long long)root | (rest != 0));
}

/* -1, 0 or 1: below, equal, above; 2: one of them is a NaN. */
static inline int stp_float_compare(stp_float a, stp_float b)
{
	long long x = a, y = b;

	if (stp_float_is_nan(a) || stp_float_is_nan(b))
		return 2;
	if (stp_float_is_zero(a) && stp_float_is_zero(b))
		return 0;
	/* Negative ones are stored as sign and size. */
	x = x < 0 ? (long long)(STP_FLOAT_SIGN - a) : x;
	y = y < 0 ? (long long)(STP_FLOAT_SIGN - b) : y;
	return (x > y) - (x < y);
}

static inline stp_float stp_float_from_long(long long a)
{
	unsigned long long size = a < 0 ? -(unsigned long long)a : (unsigned long long)a;

	return size ? stp_float_normal(a < 0, 63, size) : 0;
}

static inline stp_float stp_float_from_unsigned(unsigned long long a)
{
	return a ? stp_float_normal(0, 63, a) : 0;
}

static inline stp_float stp_float_from_single(unsigned int a)
{
	stp_float sign = (stp_float)(a >> 31) << 63;
	int stored = a >> 23 & 255;
	stp_float bits = (stp_float)(a & 0x7fffff) << 29;

	if (stored == 255)
		return sign | STP_FLOAT_INFINITY | bits | (bits ? STP_FLOAT_QUIET : 0);
	if (stored)
		return sign | ((stp_float)(stored - 127 + STP_FLOAT_BIAS) << 52) | bits;
	return bits ? stp_float_normal(sign, 63 - 52 - 126, bits) : sign;
}

/* Rounded to the nearest, to even where there are two. */
static inline unsigned int stp_float_to_single(stp_float a)
{
	unsigned int sign = (unsigned int)(a >> 63) << 31, result, half = 0x80000000;
	unsigned long long bits, lost;
	int exponent;

	if (stp_float_is_nan(a))
		return sign | 0x7fc00000 | (unsigned int)(a >> 29 & 0x3fffff);
	if (stp_float_is_zero(a))
		return sign;
	if (stp_float_is_infinite(a))
		return sign | 0x7f800000;
	bits = stp_float_unpack(a, &exponent);
	exponent += 127;
	if (exponent >= 255)
		return sign | 0x7f800000;
	if (exponent <= 0) {
		bits = stp_float_shift(bits, 1 - exponent);
		exponent = 1;	/* without the hidden bit: a subnormal number */
	}
	result = (unsigned int)(bits >> 40);
	lost = bits << 24 >> 32 | (bits & 0xff ? 1 : 0);
	if (lost > half || (lost == half && (result & 1)))
		result++;
	return sign | (((unsigned int)(exponent - 1) << 23) + result);
}

enum stp_float_rounding {
	STP_FLOAT_NEAREST_EVEN,
	STP_FLOAT_TOWARD_ZERO,
	STP_FLOAT_DOWN,
	STP_FLOAT_UP,
	STP_FLOAT_NEAREST_AWAY,	/* from 0, where there are two */
};

/* What is too large for a long becomes the largest, or the smallest, one; a NaN the smallest. */
static inline long long stp_float_to_long(stp_float a, enum stp_float_rounding rounding)
{
	const long long least = (long long)STP_FLOAT_SIGN;
	unsigned long long bits, lost = 0, half = STP_FLOAT_TOP;
	_Bool negative = a >> 63, more = 0;
	int exponent;

	if (stp_float_is_nan(a))
		return least;
	if (stp_float_is_zero(a))
		return 0;
	if (stp_float_is_infinite(a))
		return negative ? least : ~least;
	bits = stp_float_unpack(a, &exponent);
	if (exponent > 63)
		return negative ? least : ~least;
	if (exponent < 0) {
		lost = stp_float_shift(bits, -1 - exponent);
		bits = 0;
	} else if (exponent < 63) {
		lost = bits << (exponent + 1);
		bits >>= 63 - exponent;
	}
	switch (rounding) {
	case STP_FLOAT_NEAREST_EVEN:
		more = lost > half || (lost == half && (bits & 1));
		break;
	case STP_FLOAT_NEAREST_AWAY:
		more = lost >= half;
		break;
	case STP_FLOAT_DOWN:
		more = lost && negative;
		break;
	case STP_FLOAT_UP:
		more = lost && !negative;
		break;
	case STP_FLOAT_TOWARD_ZERO:
		break;
	}
	bits += more;
	if (negative)
		return bits > STP_FLOAT_SIGN ? least : (long long)-bits;
	return bits >= STP_FLOAT_SIGN ? ~least : (long long)bits;
}

/* Toward 0; what is no number of 64 bits without a sign becomes any. */
static inline unsigned long long stp_float_to_unsigned(stp_float a)
{
	const stp_float middle = 0x43e0000000000000ULL;	/* 2^63 */

	if (stp_float_compare(a, middle) < 0 || stp_float_is_nan(a))
		return (unsigned long long)stp_float_to_long(a, STP_FLOAT_TOWARD_ZERO);
	return (unsigned long long)stp_float_to_long(stp_float_sub(a, middle),
						     STP_FLOAT_TOWARD_ZERO) + STP_FLOAT_TOP;
}

/* ---- text ------------------------------------------------------------------------------------ */

#define STP_DECIMAL_DIGITS 800
#define STP_DECIMAL_SHIFT 59	/* nine times that power of two, and a carry, fit 64 bits */
#define STP_DECIMAL_LIMIT 400	/* powers of ten beyond are 0 or infinite for certain */

struct stp_decimal {
	int count;		/* of digits; the last one is not 0 */
	int point;
	_Bool cut;		/* behind the last one there are others */
	unsigned char digits[STP_DECIMAL_DIGITS];	/* 0 to 9 */
};

static inline void stp_decimal_trim(struct stp_decimal *d)
{
	while (d->count && !d->digits[d->count - 1])
		d->count--;
	if (!d->count)
		d->point = 0;
}

static inline void stp_decimal_add_digit(struct stp_decimal *d, int digit)
{
	if (d->count < STP_DECIMAL_DIGITS)
		d->digits[d->count++] = digit;
	else if (digit)
		d->cut = 1;
}

/* Times 2^bits, bits up to STP_DECIMAL_SHIFT. */
static inline void stp_decimal_double(struct stp_decimal *d, int bits)
{
	unsigned long long carry = 0, rest;
	int i, more = 0;

	for (i = d->count - 1; i >= 0; i--) {
		carry += (unsigned long long)d->digits[i] << bits;
		d->digits[i] = carry % 10;
		carry /= 10;
	}
	for (rest = carry; rest; rest /= 10)
		more++;
	for (i = d->count - 1; i >= 0; i--) {
		if (i + more < STP_DECIMAL_DIGITS)
			d->digits[i + more] = d->digits[i];
		else if (d->digits[i])
			d->cut = 1;
	}
	for (i = more - 1; i >= 0; i--) {
		d->digits[i] = carry % 10;
		carry /= 10;
	}
	d->count = d->count + more < STP_DECIMAL_DIGITS ? d->count + more : STP_DECIMAL_DIGITS;
	d->point += more;
	stp_decimal_trim(d);
}

/* Divided by 2^bits. */
static inline void stp_decimal_halve(struct stp_decimal *d, int bits)
{
	unsigned long long mask = (1ULL << bits) - 1, rest = 0;
	int at = 0, count = d->count;

	if (!count)
		return;
	/* The digits that the first one of the result comes from. */
	for (; !(rest >> bits); at++)
		rest = rest * 10 + (at < count ? d->digits[at] : 0);
	d->point -= at - 1;
	d->count = 0;
	for (; at < count || rest; at++) {
		stp_decimal_add_digit(d, rest >> bits);
		rest = (rest & mask) * 10 + (at < count ? d->digits[at] : 0);
	}
	stp_decimal_trim(d);
}

static inline void stp_decimal_scale(struct stp_decimal *d, int bits)
{
	for (; bits > STP_DECIMAL_SHIFT; bits -= STP_DECIMAL_SHIFT)
		stp_decimal_double(d, STP_DECIMAL_SHIFT);
	for (; bits < -STP_DECIMAL_SHIFT; bits += STP_DECIMAL_SHIFT)
		stp_decimal_halve(d, STP_DECIMAL_SHIFT);
	if (bits >= 0)
		stp_decimal_double(d, bits);
	else
		stp_decimal_halve(d, -bits);
}

/* Does the number round up to so many digits, to even in the middle? */
static inline _Bool stp_decimal_rounds_up(const struct stp_decimal *d, int digits)
{
	if (digits < 0 || digits >= d->count)
		return 0;
	if (d->digits[digits] == 5 && digits + 1 == d->count)
		return d->cut || (digits && (d->digits[digits - 1] & 1));
	return d->digits[digits] >= 5;
}

/* Round to so many digits, of which there may be none. */
static inline void stp_decimal_round(struct stp_decimal *d, int digits)
{
	_Bool up = stp_decimal_rounds_up(d, digits);

	if (digits >= d->count)
		return;
	d->count = digits > 0 ? digits : 0;
	while (up && d->count && d->digits[d->count - 1] == 9)
		d->count--;
	if (up && d->count) {
		d->digits[d->count - 1]++;
	} else if (up) {
		d->digits[d->count++] = 1;
		d->point++;
	}
	stp_decimal_trim(d);
}

/* The whole part, up to 20 digits, rounded. */
static inline unsigned long long stp_decimal_whole(const struct stp_decimal *d)
{
	unsigned long long whole = 0;
	int i;

	for (i = 0; i < d->point; i++)
		whole = whole * 10 + (i < d->count ? d->digits[i] : 0);
	return whole + stp_decimal_rounds_up(d, d->point);
}

static inline stp_float stp_decimal_to_float(struct stp_decimal *d, _Bool negative)
{
	stp_float sign = negative ? STP_FLOAT_SIGN : 0;
	unsigned long long whole;
	int exponent = 0;

	if (!d->count || d->point < -STP_DECIMAL_LIMIT)
		return sign;
	if (d->point > STP_DECIMAL_LIMIT)
		return sign | STP_FLOAT_INFINITY;
	/* Between a half and one; a decimal digit has more than three bits. */
	while (d->point > 0) {
		int bits = d->point > 18 ? STP_DECIMAL_SHIFT : d->point > 1 ? d->point * 3 : 1;

		stp_decimal_halve(d, bits);
		exponent += bits;
	}
	while (d->point < 0 || d->digits[0] < 5) {
		int bits = d->point < -18 ? STP_DECIMAL_SHIFT : d->point < 0 ? -d->point * 3 : 1;

		stp_decimal_double(d, bits);
		exponent -= bits;
	}
	/* The number of bits that the result keeps, so that it is rounded once. */
	exponent--;
	if (exponent > STP_FLOAT_BIAS)
		return sign | STP_FLOAT_INFINITY;
	if (exponent < 1 - STP_FLOAT_BIAS)
		stp_decimal_scale(d, 53 + exponent - (1 - STP_FLOAT_BIAS));
	else
		stp_decimal_double(d, 53);
	whole = stp_decimal_whole(d);
	if (exponent < 1 - STP_FLOAT_BIAS)
		return sign | whole;	/* subnormal, or just not */
	return sign | (((stp_float)(exponent - 1 + STP_FLOAT_BIAS) << 52) + whole);
}

static inline _Bool stp_float_is_word(const char *text, const char *word)
{
	for (; *word; text++, word++)
		if ((*text | 0x20) != *word)
			return 0;
	return 1;
}

/* The number that a text begins with, as of strtod(3) without hexadecimal ones; 0: none. */
static inline stp_float stp_float_from_text(const char *text, struct stp_decimal *d)
{
	_Bool negative = 0, digits = 0, fraction = 0;
	int exponent = 0;

	d->count = 0;
	d->point = 0;
	d->cut = 0;
	while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		text++;
	if (*text == '-' || *text == '+')
		negative = *text++ == '-';
	if (stp_float_is_word(text, "inf"))
		return (negative ? STP_FLOAT_SIGN : 0) | STP_FLOAT_INFINITY;
	if (stp_float_is_word(text, "nan"))
		return (negative ? STP_FLOAT_SIGN : 0) | STP_FLOAT_NAN;
	for (;; text++) {
		if (*text == '.' && !fraction) {
			fraction = 1;
			continue;
		}
		if (*text < '0' || *text > '9')
			break;
		digits = 1;
		if (d->count || *text != '0') {
			stp_decimal_add_digit(d, *text - '0');
			d->point += !fraction;
		} else {
			d->point -= fraction;
		}
	}
	if (!digits)
		return 0;
	if ((*text | 0x20) == 'e') {
		_Bool down = text[1] == '-';

		text += text[1] == '-' || text[1] == '+' ? 2 : 1;
		for (; *text >= '0' && *text <= '9'; text++)
			if (exponent < 100000)
				exponent = exponent * 10 + *text - '0';
		exponent = down ? -exponent : exponent;
	}
	d->point += exponent;
	stp_decimal_trim(d);
	return stp_decimal_to_float(d, negative);
}

struct stp_float_text {
	char *to;
	unsigned int length, size;
};

static inline void stp_float_put(struct stp_float_text *text, char c)
{
	if (text->length + 1 < text->size)
		text->to[text->length++] = c;
}

/*
 * As %.*f of printf(3), cut to size bytes with a NUL; d is memory for the conversion.
 */
static inline void stp_float_to_text(stp_float a, int precision, char *to, unsigned int size,
				     struct stp_decimal *d)
{
	struct stp_float_text text = { to, 0, size };
	const char *word = stp_float_is_nan(a) ? "nan" : stp_float_is_infinite(a) ? "inf" : "";
	unsigned long long bits;
	int exponent, i;

	if (a >> 63)
		stp_float_put(&text, '-');
	for (; *word; word++)
		stp_float_put(&text, *word);
	if (stp_float_is_nan(a) || stp_float_is_infinite(a))
		goto out;
	d->count = 0;
	d->point = 0;
	d->cut = 0;
	if (!stp_float_is_zero(a)) {
		unsigned long long unit = 1;

		bits = stp_float_unpack(a, &exponent) >> 11;
		while (bits / unit >= 10)
			unit *= 10;
		for (; unit; unit /= 10) {
			stp_decimal_add_digit(d, bits / unit % 10);
			d->point++;
		}
		stp_decimal_trim(d);
		stp_decimal_scale(d, exponent - 52);
		stp_decimal_round(d, d->point + precision);
	}
	if (d->point <= 0)
		stp_float_put(&text, '0');
	for (i = 0; i < d->point; i++)
		stp_float_put(&text, '0' + (i < d->count ? d->digits[i] : 0));
	if (precision > 0)
		stp_float_put(&text, '.');
	for (i = d->point; i < d->point + precision; i++)
		stp_float_put(&text, '0' + (i >= 0 && i < d->count ? d->digits[i] : 0));
out:
	to[text.length] = 0;
}

#endif
