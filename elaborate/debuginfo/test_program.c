// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test_program.c - what test_variables.c compiles, runs, and looks into.
 *
 * A comment says what the debuginfo has to say when its line is reached (CHECK; CALLER where only
 * callers know it, once it is optimized), when the function declared there is entered (ENTRY) and
 * when it has returned (RETURN: of the value itself).  No variable changes after it was set, so
 * that optimizers cannot make what is said wrong, only unavailable.
 */
#include <stdbool.h>
#include <stddef.h>

#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noipa))
#endif

struct pair {
	int a, b;
};

struct wide {
	long low;
	int high;
	short last;
};

struct large {
	long numbers[6];
	struct pair pair;
};

struct bits {
	unsigned one : 1;
	unsigned three : 3;
	int negative : 5;
	unsigned long : 0;
	unsigned long long_bits : 40;
	unsigned char tail;
};

struct node {
	struct node *next;
	union {
		int value;
		unsigned char bytes[4];
	};
	const char *name;
};

enum colour { RED = 1, GREEN = 2, BLUE = 4, NEGATIVE = -3 };

static struct node second = { NULL, { 22 }, "second" };
static struct node third;
static struct node first = { &second, { 11 }, "first" };
volatile int global_number = 1234567;
static volatile long sink;
static const int folded = 77;

static void use(long value)
{
	sink += value;
}

NOINLINE void clobber(void)
{
	sink++;
}

NOINLINE long integers(signed char c, unsigned char u, short s, unsigned short t, int i, unsigned n) /* ENTRY: c=-5, u=250, s=-30000, t=60000, i=-2000000000, n=4000000000 RETURN: =-100 */
{
	long sum = c + u + s;
	unsigned long product = (unsigned long)t * n;

	use(sum); /* CHECK: c=-5, u=250, s=-30000, t=60000, i=-2000000000, n=4000000000, sum=-29755 */
	use((long)product); /* CHECK: product=240000000000000, sum=-29755 */
	use(i); /* CHECK: i=-2000000000, product=240000000000000 */
	return -100;
}

NOINLINE bool truth(bool yes, char letter, enum colour colour) /* ENTRY: yes=1, letter=120, colour=4 RETURN: =1 */
{
	use(letter); /* CHECK: yes=1, letter=120, colour=4 */
	use(colour);
	return yes && colour == BLUE;
}

NOINLINE enum colour negative(enum colour colour) /* ENTRY: colour=-3 RETURN: =-3 */
{
	use(colour); /* CHECK: colour=-3 */
	return colour;
}

NOINLINE struct pair pairs(struct pair p, struct pair *pointer) /* ENTRY: p.a=3, p.b=-4, pointer->a=3 RETURN: .a=-4, .b=3 */
{
	struct pair swapped = { p.b, p.a };

	use(p.a); /* CHECK: p.a=3, p.b=-4, swapped.a=-4, swapped.b=3, pointer->b=-4 */
	use(pointer->b); /* CHECK: swapped.a=-4, swapped.b=3 */
	return swapped;
}

NOINLINE struct wide wides(struct wide w) /* ENTRY: w.low=123456789012, w.high=-7, w.last=9 RETURN: .low=123456789013, .high=-8, .last=10 */
{
	struct wide result = { w.low + 1, w.high - 1, (short)(w.last + 1) };

	use(result.low); /* CHECK: w.low=123456789012, w.high=-7, w.last=9, result.low=123456789013, result.high=-8, result.last=10 */
	return result;
}

NOINLINE struct large larges(struct large in, int number) /* ENTRY: in.numbers[0]=10, in.numbers[5]=15, in.pair.b=2, number=8 RETURN: .numbers[0]=18, .pair.a=1 */
{
	struct large out = in;

	out.numbers[0] += number;
	use(out.numbers[0]); /* CHECK: in.numbers[0]=10, in.numbers[5]=15, in.pair.a=1, number=8, out.numbers[0]=18, out.numbers[5]=15 */
	return out;
}

NOINLINE int bitfields(struct bits *b) /* ENTRY: b->one=1, b->three=5, b->negative=-9, b->long_bits=1000000000000, b->tail=200 */
{
	struct bits copy = *b;

	use(copy.tail); /* CHECK: copy.one=1, copy.three=5, copy.negative=-9, copy.long_bits=1000000000000, copy.tail=200, b->negative=-9 */
	use((long)copy.long_bits);
	return copy.negative;
}

NOINLINE int lists(struct node *list) /* ENTRY: list->value=11, list->next->value=22, list->next->bytes[0]=22, list->name[0]=102 */
{
	use(list->next->value); /* CHECK: list->value=11, list->next->next=0, list->name[4]=116 */
	return list->value + list->next->value;
}

static inline __attribute__((always_inline)) int inlined(int factor, int base)
{
	int scaled = factor * base;

	use(scaled); /* CHECK: factor=6, scaled=42, base=7 */
	return scaled + 1;
}

/* What they point to is in registers, so the pointers are nowhere. */
static inline __attribute__((always_inline)) int through(struct pair *inside, int *number)
{
	use(*number); /* CHECK: inside->a=5, inside->b=6, number[0]=7 */
	inside->b += inside->a;
	use(inside->b); /* CHECK: inside->a=5, inside->b=11, number[0]=7 */
	return inside->a + inside->b + *number;
}

NOINLINE int lost_pointer(int five) /* ENTRY: five=5 RETURN: =23 */
{
	struct pair local = { five, five + 1 };
	int seven = five + 2;

	return through(&local, &seven);
}

NOINLINE int blocks(int depth) /* ENTRY: depth=6 RETURN: =43 */
{
	int result = inlined(depth, 7);

	{
		int depth = result * 2;

		use(depth); /* CHECK: depth=86, result=43 */
		{
			const char *depth = "inner";

			use(depth[0]); /* CHECK: depth[0]=105, depth[4]=114, result=43 */
		}
		use(depth); /* CHECK: depth=86 */
	}
	use(depth); /* CHECK: depth=6, result=43 */
	return result;
}

NOINLINE int globals(void) /* ENTRY: global_number=1234567, first.value=11, folded=77 */
{
	static int counter = 17;
	static const char *const words[] = { "zero", "one", "two" };
	volatile int local = counter + folded + (global_number & 0);

	use(*words[local % 3]); /* CHECK: counter=17, local=94, words[2][1]=119, global_number=1234567, first.next->value=22, folded=77 */
	return local;
}

NOINLINE int arrays(int n) /* ENTRY: n=5 */
{
	int matrix[2][3] = { { n, n + 1, n + 2 }, { n + 3, n + 4, n + 5 } };
	volatile int *all = &matrix[0][0];

	use(all[n]); /* CHECK: matrix[0][0]=5, matrix[1][2]=10, matrix[1][0]=8, n=5 */
	return all[4];
}

NOINLINE int many(int a, int b, int c, int d, int e, int f, int g, short h) /* ENTRY: a=1, f=6, g=7, h=-8 RETURN: =20 */
{
	use(a + b + c + d + e + f); /* CHECK: a=1, f=6, g=7, h=-8 */
	use(g);
	use(h); /* CHECK: g=7, h=-8 */
	return a + b + c + d + e + f + g + h;
}

NOINLINE long recursive(int level)
{
	if (level == 0)
		return 1;
	return level * recursive(level - 1);
}

NOINLINE int jumps(int how)
{
	if (how > 3)
		goto done;
	use(how);
done:
	use(how + 1);
	return how;
}

/* What it was given is gone when the lines are reached; its callers know. */
NOINLINE long forgetful(int number, long wide, struct node *list, short tail) /* ENTRY: number=5, wide=-6000000000, list->value=11, tail=-3 */
{
	use(number + wide + tail);
	use(list->value);
	clobber();
	use(1); /* CALLER: number=5, wide=-6000000000, list->value=11, tail=-3 */
	clobber();
	return sink;
}

/* Each knows it in another way: what is passed is known, kept, on the stack … */
NOINLINE long tells_constants(long wide)
{
	long result = forgetful(5, wide, &first, -3);

	return result + wide;
}

NOINLINE long tells_kept(int number, long wide, struct node *list, int tail)
{
	long result = forgetful(number, wide, list, (short)tail);

	clobber();
	use(list->value);
	return result + number + wide + tail;
}

/* … or was passed to the caller in the same way. */
NOINLINE long tells_nothing(int number, long wide, struct node *list, short tail)
{
	long result = forgetful(number, wide, list, tail);

	clobber();
	return result;
}

NOINLINE long tells_caller(int number, long wide, struct node *list, int tail)
{
	long result = tells_nothing(number, wide, list, (short)tail);

	clobber();
	use(list->value);
	return result + number + wide + tail;
}

/* … and of this call nobody knows. */
static long (*volatile by_pointer)(int, long, struct node *, short) = forgetful;

/* What it was passed has changed where it came from. */
static int changing = 31;
static int *volatile escaped;

NOINLINE int changes_global(int number) /* ENTRY: number=31 */
{
	use(number);
	changing = 99;
	clobber();
	use(3); /* CHECK: number=31 */
	return changing;
}

NOINLINE int changes_member(int number, struct node *list) /* ENTRY: number=31 */
{
	use(number);
	list->value = 98;
	clobber();
	use(4); /* CHECK: number=31 */
	return changing;
}

NOINLINE int changes_local(int number) /* ENTRY: number=31 */
{
	use(number);
	*escaped = 97;
	clobber();
	use(5); /* CHECK: number=31 */
	return changing;
}

NOINLINE int passes_changing(struct node *list)
{
	int local = 31, result;

	result = changes_global(changing);
	list->value = 31;
	result += changes_member(list->value, list);
	escaped = &local;
	clobber();
	result += changes_local(local);
	return result + local + list->value;
}

static volatile int jumped;
NOINLINE int pong(int number);
NOINLINE int pung(int number);
static int (*volatile back)(int) = pung;

/* Comes back by jumps only: the caller has passed something else. */
NOINLINE int ping(int number)
{
	use(number);
	clobber();
	if (jumped) {
		use(2); /* CHECK: number=2 */
		return 1;
	}
	jumped = 1;
	return pong(3);
}

NOINLINE int pong(int number)
{
	use(number);
	return ping(2);
}

/* The same by a jump that does not tell where it goes. */
NOINLINE int pung(int number)
{
	use(number);
	clobber();
	if (jumped == 2) {
		use(6); /* CHECK: number=2 */
		return 1;
	}
	jumped = 2;
	return back(2);
}

/* Not with its arguments known, so that they are passed. */
static volatile int zero;

int main(void)
{
	struct pair p = { 3, -4 };
	struct wide w = { 123456789012L, -7, 9 };
	struct large l = { { 10, 11, 12, 13, 14, 15 }, { 1, 2 } };
	struct bits b = { .one = 1, .three = 5, .negative = -9, .long_bits = 1000000000000UL,
			  .tail = 200 };

	integers((signed char)(zero - 5), (unsigned char)(zero + 250), (short)(zero - 30000),
		 (unsigned short)(zero + 60000), zero - 2000000000, (unsigned)zero + 4000000000U);
	truth(!zero, (char)(zero + 'x'), zero ? RED : BLUE);
	negative(zero ? GREEN : NEGATIVE);
	p.a += zero;
	use(pairs(p, &p).a);
	w.low += zero;
	use(wides(w).high);
	l.numbers[0] += zero;
	use(larges(l, zero + 8).pair.a);
	bitfields(&b);
	lists(&first);
	blocks(zero + 6);
	use(lost_pointer(zero + 5));
	globals();
	arrays(zero + 5);
	many(zero + 1, 2, 3, 4, 5, zero + 6, zero + 7, (short)(zero - 8));
	recursive(zero + 3);
	jumps(zero + 4);
	tells_constants(zero - 6000000000);
	tells_kept(zero + 5, zero - 6000000000, &first, zero - 3);
	tells_caller(zero + 5, zero - 6000000000, &first, zero - 3);
	by_pointer(zero + 5, zero - 6000000000, &first, (short)(zero - 3));
	passes_changing(&third);
	use(ping(1));
	use(pung(1));
	use(jumped);
	return 0;
}
