// SPDX-License-Identifier: GPL-2.0-or-later
/* What context_values, context_btf and context_faults look at: functions with arguments of every kind, known to the test. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

MODULE_LICENSE("GPL");

enum color { RED = 1, GREEN = 7, FADED = -2 };

struct inner {
	short low, high;
	char name[8];
};

struct flags {
	unsigned int first : 3;
	int second : 5;
	unsigned long long wide : 40;
	bool on : 1;
};

struct label {
	int length;
	char text[];
};

struct flagged {
	struct label *label;
	bool on : 1;
	unsigned int level : 7;
};

struct record {
	long number;
	const char *text;
	struct inner inner, *inner_pointer;
	struct flags flags;
	union {
		unsigned int as_int;
		unsigned char as_bytes[4];
	};
	struct {
		int anonymous_x, anonymous_y;
	};
	union {
		long choice;
		char letter;
	} named;
	enum color color;
	int grid[2][3];
	struct record *next;
	long (*call)(long);
	bool yes;
	u8 byte;
	s8 signed_byte;
	u64 large;
	int count;
	int tail[];
};

struct pair {
	int a;
	long b;
};

struct word {
	long value;
};

struct many {
	long values[5];
};

static int file_static = -77;
static DEFINE_PER_CPU(struct inner, file_per_cpu);
DEFINE_PER_CPU(long, exported_per_cpu) = -78;
int exported_variable = 1234567;
static const char greeting[] = "hello \"there\"\n";
static struct record *record;
static union {
	struct label label;
	char bytes[16];
} label = { .bytes = "\5\0\0\0label" };

noinline long scalars(char c, signed char sc, unsigned char uc, short s, unsigned short us, int i);
noinline long scalars(char c, signed char sc, unsigned char uc, short s, unsigned short us, int i)
{
	barrier();
	return c + sc + uc + s + us + i;
}

noinline long stacked(int a, int b, int c, int d, int e, int f, long g, int h, struct many many);
noinline long stacked(int a, int b, int c, int d, int e, int f, long g, int h, struct many many)
{
	barrier();
	return a + b + c + d + e + f + g + h + many.values[4];
}

noinline long by_value(struct pair pair, bool yes, enum color color);
noinline long by_value(struct pair pair, bool yes, enum color color)
{
	barrier();
	return pair.a + pair.b + yes + color;
}

noinline struct pair *look(struct record *r, const char *text, void *anything, u64 large);
noinline struct pair *look(struct record *r, const char *text, void *anything, u64 large)
{
	static struct pair answer = { 5, -6 };

	r->count++;
	answer.b = -6 - r->count;
	barrier();
	return &answer;
}

noinline struct pair returns_pair(int a);
noinline struct pair returns_pair(int a)
{
	struct pair pair = { a, -a };

	barrier();
	return pair;
}

/* The pair finds one register and takes none. */
noinline long split(int a, int b, int c, int d, int e, struct pair pair, int f, short g);
noinline long split(int a, int b, int c, int d, int e, struct pair pair, int f, short g)
{
	barrier();
	return a + b + c + d + e + pair.a + pair.b + f + g;
}

noinline long flagged(struct flagged flagged, int a);
noinline long flagged(struct flagged flagged, int a)
{
	barrier();
	return flagged.on + flagged.level + a;
}

/* It puts b into memory, which is where debuginfo has it. */
noinline long taken(long a, struct word b);
noinline long taken(long a, struct word b)
{
	asm volatile("" : : "r"(&b) : "memory");
	return a + b.value;
}

/* Its first argument is where the result goes. */
noinline struct many returns_many(int a, long b);
noinline struct many returns_many(int a, long b)
{
	struct many many = { { a, b, -b } };

	barrier();
	return many;
}

static __always_inline long squared(long base)
{
	long result = base * base;

	asm volatile("" : : "r"(base));
	return result;
}

noinline long body(long base, int *changed);
noinline long body(long base, int *changed)
{
	long sum = squared(base);
	int i;

	for (i = 0; i < 3; i++) {
		sum += i;
		*changed = i;
		barrier();
	}
	if (sum < 0)
		goto out;
	sum += squared(sum);
out:
	barrier();
	return sum;
}

noinline long bad_pointers(struct record *r, const char *text);
noinline long bad_pointers(struct record *r, const char *text)
{
	barrier();
	return (long)r + (long)text;
}

static int set_values(const char *value, const struct kernel_param *param)
{
	struct many many = { { 10, 20, 30, 40, 50 } };
	int changed = 100;

	scalars('x', -5, 250, -3000, 60000, -100000);
	stacked(1, 2, 3, 4, 5, 6, -7000000000L, 8, many);
	by_value((struct pair){ -11, 1L << 40 }, true, FADED);
	look(record, greeting, record, ~0ULL);
	returns_pair(21);
	split(1, 2, 3, 4, 5, (struct pair){ -6, -7 }, 8, -9);
	flagged((struct flagged){ &label.label, true, 77 }, 10);
	taken(-14, (struct word){ -15 });
	returns_many(11, 12);
	body(4, &changed);
	return 0;
}

/* Every kind of address that is none. */
static int set_faults(const char *value, const struct kernel_param *param)
{
	char *freed = vmalloc(PAGE_SIZE);

	vfree(freed);
	bad_pointers(NULL, (void *)8);
	bad_pointers((void *)0x123456789abcUL, (void *)0x400000);
	bad_pointers((void *)0xdead000000000100UL, (void *)0x8000000000000000UL);
	bad_pointers((void *)-4096L, (void *)-1L);
	bad_pointers((void *)freed, freed);
	bad_pointers((void *)0xffffffffff600000UL, (void *)(PAGE_OFFSET + (1UL << 45)));
	bad_pointers(record, record->text);
	return 0;
}

static const struct kernel_param_ops values_ops = { .set = set_values };
static const struct kernel_param_ops faults_ops = { .set = set_faults };
module_param_cb(values, &values_ops, NULL, 0200);
module_param_cb(faults, &faults_ops, NULL, 0200);

static int __init target_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		*per_cpu_ptr(&file_per_cpu, cpu) = (struct inner){ 3 * cpu + 1, -cpu, "own" };
	record = kzalloc(struct_size(record, tail, 3), GFP_KERNEL);
	if (!record)
		return -ENOMEM;
	*record = (struct record){
		.number = -123456789012L,
		.text = greeting,
		.inner = { -1, 2, "inside" },
		.flags = { .first = 5, .second = -9, .wide = 0xabcdef0123, .on = true },
		.as_int = 0x04030201,
		.anonymous_x = 31,
		.anonymous_y = -32,
		.named = { .choice = 65 },
		.color = GREEN,
		.grid = { { 1, 2, 3 }, { 4, 5, 6 } },
		.yes = true,
		.byte = 200,
		.signed_byte = -100,
		.large = 0xfedcba9876543210,
		.count = 3,
	};
	record->next = record;
	record->inner_pointer = &record->inner;
	record->tail[0] = 71;
	record->tail[2] = -73;
	return file_static < exported_variable ? 0 : -EINVAL;
}

static void __exit target_exit(void)
{
	file_static++;
	this_cpu_inc(exported_per_cpu);
	kfree(record);
}

module_init(target_init);
module_exit(target_exit);
