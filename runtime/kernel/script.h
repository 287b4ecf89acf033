/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * script.h - what a translated script sees of the runtime.
 *
 * A script's own C unit includes this file and the probe_*.h of the families
 * it uses, and no Linux header: that is what lets it compile in a tenth of the
 * time.  The runtime's own files include it too, after Linux's, so there is one
 * definition of everything; the types below are spelled as Linux spells them.
 *
 * Order of life, for a handler: the provider's entry code calls stp_enter(),
 * which gives out this CPU's context or counts a skip; the handler locks its
 * globals, runs, unlocks; stp_leave() sends what was printed and reports an error.
 * Nothing here allocates, sleeps or takes an unbounded time.
 */
#ifndef STP_SCRIPT_H
#define STP_SCRIPT_H

#ifndef __KERNEL__
#error "kernel code only"
#endif

#ifndef _LINUX_TYPES_H
typedef signed char s8;
typedef unsigned char u8;
typedef unsigned short u16;
typedef short s16;
typedef int s32;
typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef unsigned long size_t;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

#include "../shared/regex.h"

/*
 * Limits.  MAXSTRINGLEN and MAXKEYS shape data and are fixed when the runtime is compiled; the
 * others travel in struct stp_limits, so that a -D of them does not mean another runtime.
 */
#ifndef MAXSTRINGLEN
#define MAXSTRINGLEN 512	/* bytes of a string, with its NUL */
#endif
#define STP_MAXKEYS 9
#ifndef MAXNESTING
#define MAXNESTING 10		/* calls within calls */
#endif
#ifndef MAXACTION
#define MAXACTION 1000		/* statements of one hit */
#endif
#ifndef MAXACTION_INTERRUPTIBLE
#define MAXACTION_INTERRUPTIBLE (MAXACTION * 10)	/* the same for begin, end, error */
#endif
#ifndef MAXERRORS
#define MAXERRORS 0		/* errors that do not yet end the script */
#endif
#ifndef MAXSKIPPED
#define MAXSKIPPED 100		/* skipped hits that do not yet end the script */
#endif
#ifndef MAXTRYLOCK
#define MAXTRYLOCK 1000		/* attempts at a lock */
#endif
#ifndef TRYLOCKDELAY
#define TRYLOCKDELAY 10		/* microseconds between them */
#endif
#ifndef MAXMAPENTRIES
#define MAXMAPENTRIES 2048	/* elements of an array that states no size */
#endif
#ifndef MINSTACKSPACE
#define MINSTACKSPACE 1024	/* bytes of kernel stack that a handler must find */
#endif
#ifndef INTERRUPTIBLE
#define INTERRUPTIBLE 1		/* 0: interrupts are off while a handler runs */
#endif
#ifndef STP_BUFFER_SIZE
#define STP_BUFFER_SIZE 8192	/* bytes that one handler prints before they leave as one record */
#endif
#ifndef STP_RELAY_SUBBUF_SIZE
#define STP_RELAY_SUBBUF_SIZE 65536
#endif
#ifndef STP_RELAY_SUBBUFS
#define STP_RELAY_SUBBUFS 16
#endif
#ifndef STP_BULKMODE
#define STP_BULKMODE 0		/* 1: the output of each CPU goes to a file of its own */
#endif
#ifndef STP_OVERLOAD_INTERVAL
#define STP_OVERLOAD_INTERVAL 1000000000	/* cycles of one CPU */
#endif
#ifdef STP_NO_OVERLOAD
#undef STP_OVERLOAD_THRESHOLD
#define STP_OVERLOAD_THRESHOLD 0
#endif
#ifndef STP_OVERLOAD_THRESHOLD
#define STP_OVERLOAD_THRESHOLD 500000000	/* of them; more in handlers ends the script */
#endif
#ifndef HIST_WIDTH
#define HIST_WIDTH 50		/* columns of a histogram's longest bar */
#endif
#ifndef HIST_ELISION
#define HIST_ELISION 2		/* empty rows shown beside full ones; negative: all */
#endif

typedef char stp_string[MAXSTRINGLEN];

enum stp_type { STP_LONG = 1, STP_STRING = 2, STP_STATS = 3 };

/* A key or a value on its way into a map. */
union stp_value {
	int64_t n;
	const char *s;
};

/* ---- printing -------------------------------------------------------------------------------- */

struct stp_context;

/*
 * Where formatted text goes: the context's print buffer, sent when full, or a string, cut when
 * full.
 */
struct stp_out {
	char *text;
	u32 length;
	u32 size;		/* room in text; a string keeps one byte for its NUL */
	struct stp_context *sender;	/* set: a full buffer is sent; NULL: it is cut */
};

/* How to print one value: what stands between % and the conversion. */
struct stp_format {
	u8 flags;		/* STP_FMT_* */
	char conversion;	/* d i u o x X p c s b n m M */
	s32 width;		/* 0: none */
	s32 precision;		/* -1: none */
};

#define STP_FMT_MINUS 1
#define STP_FMT_PLUS 2
#define STP_FMT_SPACE 4
#define STP_FMT_ZERO 8
#define STP_FMT_ALTERNATE 16

void stp_out_bytes(struct stp_out *out, const char *bytes, u32 length);
void stp_out_string(struct stp_out *out, const char *s);		/* a plain %s */
void stp_out_long(struct stp_out *out, int64_t n);			/* a plain %d */
void stp_out_format_string(struct stp_out *out, struct stp_format f, const char *s);
/* m M: memory, which was checked before; a fault ends it early */
void stp_out_memory(struct stp_out *out, struct stp_format f, int64_t address);
/* d i u o x X p c b n */
void stp_out_format_long(struct stp_out *out, struct stp_format f, int64_t n);

/* Start writing a string of MAXSTRINGLEN bytes, and end it with its NUL. */
static inline struct stp_out stp_out_to(char *string)
{
	return (struct stp_out){ .text = string, .length = 0, .size = MAXSTRINGLEN - 1 };
}

static inline void stp_out_end(struct stp_out *out)
{
	out->text[out->length] = 0;
}

/* %n: what was printed at `at` becomes the length of all.  What was cut off has none. */
static inline void stp_out_length(struct stp_out *out, int64_t at, struct stp_format f)
{
	struct stp_out place = { .text = out->text, .length = at, .size = out->length };

	stp_out_format_long(&place, f, out->length);
}

/* ---- contexts -------------------------------------------------------------------------------- */

struct stp_probe;
struct pt_regs;

/*
 * What a running handler owns: one per CPU, allocated at load.  String variables and temporaries
 * live in `frames`, a stack that the translator has measured: struct stp_script.frames is its exact
 * worst case.
 */
struct stp_context {
	const struct stp_probe *probe;	/* NULL: the context is free */
	const char *last_error;		/* NULL: none; set, every function returns at once */
	const char *last_stmt;		/* where: "operator '/' at x.stp:3:55" */
	/* or NULL; "identifier 'half' at …": the call of an embedded C function */
	const char *error_caller;
	u32 cpu;
	int actions;			/* statements left */
	u16 nesting;			/* calls in progress */
	u16 aborted;			/* abort(): leave all loops and functions, no error */
	u16 matched;			/* groups of the last match, with the whole; 0: failed */
	u16 handed_on;			/* `next` in a function: the next overload is to be tried */
	char *frame;			/* first free byte of frames */
	char *frames_end;
	struct pt_regs *regs;		/* or NULL */
	const void *hit;		/* the provider's own data of this hit, or NULL */
	void *saved;			/* what an entry saves for its return, or NULL */
	u64 returns_from;		/* at a function's return: where the function is; else 0 */
	unsigned long irq_flags;
	u32 hits;			/* of this CPU; some are timed (overload.c) */
	u64 interval_began;		/* of this CPU, for STP_OVERLOAD_INTERVAL */
	u64 interval_spent;		/* in handlers */
	struct stp_match *match;	/* or NULL: the script asks for no groups */
	const char *next_token;		/* tokenize(): what is left of tokens; NULL: it was not called */
	struct stp_out print;
	char error_text[MAXSTRINGLEN];	/* room for a composed last_error */
	char tokens[MAXSTRINGLEN];	/* the string that tokenize() takes apart */
};

/* ---- probes ---------------------------------------------------------------------------------- */

typedef void (*stp_handler)(struct stp_context *c);

/*
 * `probe p if (e)`: what e was when one of its globals was last written, or at the start.  Probes
 * of a condition that is not wanted are disarmed, a little later.
 */
struct stp_condition {
	int wanted;
};

struct stp_probe {
	stp_handler handler;
	const char *point;	/* as resolved: "begin(1)", for messages */
	const char *place;	/* "identifier 'begin' at x.stp:1:7" */
	const char *name;	/* the alias that the script has instead of the point, or NULL */
	struct stp_condition *condition;	/* or NULL */
};

struct stp_probe_set;

/*
 * What a family does in the kernel.  Each is a static const in probe_NAME.c; an unset operation
 * does nothing. A family's own table element is defined in probe_NAME.h and begins with `const
 * struct stp_probe *probe`.
 */
struct stp_probe_type {
	const char *name;
	int (*init)(struct stp_probe_set *set);		/* allocate; may sleep */
	/* failing probes are warned of one by one; <0: none could */
	int (*arm)(struct stp_probe_set *set);
	/* no handler starts or runs after it returns */
	void (*disarm)(struct stp_probe_set *set);
	void (*exit)(struct stp_probe_set *set);	/* free */
	/* modules, processes or conditions changed */
	void (*refresh)(struct stp_probe_set *set);
	u64 (*missed)(struct stp_probe_set *set);	/* hits that the kernel could not deliver */
};

struct stp_probe_set {
	const struct stp_probe_type *type;
	const void *table;	/* the family's own elements */
	u32 count;
	u32 armed;		/* set by arm */
	u32 waiting;		/* not armed, but will be when their module is loaded */
	u32 flags;		/* STP_INPUT_*: what it wants now */
	void *state;		/* the family's, from init to exit */
};

/* Is the probe to be armed? */
static inline bool stp_probe_wanted(const struct stp_probe *probe)
{
	return !probe->condition || __atomic_load_n(&probe->condition->wanted, __ATOMIC_RELAXED);
}

void stp_conditions_changed(void);

/* ---- errors ---------------------------------------------------------------------------------- */

/* The first error of a hit wins.  text must outlive the hit. */
static inline void stp_error(struct stp_context *c, const char *place, const char *text)
{
	if (!c->last_error) {
		c->last_error = text;
		c->last_stmt = place;
	}
}

/* The same with a composed text, cut at MAXSTRINGLEN. */
__attribute__((format(printf, 3, 4)))
void stp_errorf(struct stp_context *c, const char *place, const char *format, ...);

/* Can all be read that %m or %M will show?  Else the error is set. */
bool stp_memory_check(struct stp_context *c, struct stp_format f, int64_t address,
		      const char *place);

void stp_exit(struct stp_context *c);	/* exit(): no new hits, `end` probes next */
void stp_abort(struct stp_context *c);	/* abort(): the same, and this handler stops too */

/* Charge n statements; false: MAXACTION is exceeded and the error is set. */
static inline bool stp_charge(struct stp_context *c, int n, const char *place)
{
	c->actions -= n;
	if (likely(c->actions >= 0))
		return true;
	stp_error(c, place, "MAXACTION exceeded");
	return false;
}

/* Must this function return now? */
static inline bool stp_unwinding(const struct stp_context *c)
{
	return unlikely(c->last_error || c->aborted);
}

/* A call of a script function ended in an error: remember where the innermost one was called. */
static inline void stp_called_from(struct stp_context *c, const char *place)
{
	if (c->last_error && !c->error_caller && c->last_stmt != place)
		c->error_caller = place;
}

/*
 * What a catch block begins with: take the error's text, and go on.  message: of MAXSTRINGLEN
 * bytes, or NULL.  false: this is not to be caught.
 */
bool stp_catch(struct stp_context *c, char *message);

/* ---- the machine: what context variables are made of ----------------------------------------- */

/* By DWARF's number: the words of x86-64's struct pt_regs, as machine.c checks. */
static const u8 stp_register_words[] = {
	10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16
};

/* A register of the probed code, by DWARF's number: probes that have none do not ask. */
static inline int64_t stp_register(const struct stp_context *c, int number)
{
	return ((const int64_t *)c->regs)[stp_register_words[number]];
}

/* The same of the process that runs, as it came into the kernel; a kernel thread's is an error. */
int64_t stp_user_register(struct stp_context *c, int number, const char *place);

/* What the provider's hit has under a number: an argument of a tracepoint. */
static inline int64_t stp_argument(const struct stp_context *c, int number)
{
	return ((const int64_t *)c->hit)[number];
}

void stp_set_register(struct stp_context *c, int number, int64_t value);

/* `size` (1, 2, 4 or 8) bytes of the kernel's memory, the upper bits 0; a fault is an error. */
u64 stp_load(struct stp_context *c, int64_t address, u32 size, const char *place);
/* The same of the process that runs; or of the kernel, if the address is of its half. */
u64 stp_load_user(struct stp_context *c, int64_t address, u32 size, const char *place);
u64 stp_load_either(struct stp_context *c, int64_t address, u32 size, const char *place);
void stp_store(struct stp_context *c, int64_t address, int64_t value, u32 size,
	       const char *place);

/* `count` bits from bit `first`. */
static inline int64_t stp_bits(int64_t value, u32 first, u32 count)
{
	return (int64_t)((u64)value << (64 - first - count) >> (64 - count));
}

static inline int64_t stp_signed_bits(int64_t value, u32 first, u32 count)
{
	return (int64_t)((u64)value << (64 - first - count)) >> (64 - count);
}

static inline int64_t stp_unsigned_divide(struct stp_context *c, int64_t a, int64_t b,
					  const char *place)
{
	if (unlikely(!b)) {
		stp_error(c, place, "division by 0");
		return 0;
	}
	return (int64_t)((u64)a / (u64)b);
}

static inline int64_t stp_unsigned_modulo(struct stp_context *c, int64_t a, int64_t b,
					  const char *place)
{
	return (int64_t)((u64)a - (u64)b * (u64)stp_unsigned_divide(c, a, b, place));
}

static inline int64_t stp_unsigned_shift(int64_t a, int64_t b)
{
	return (u64)b < 64 ? (int64_t)((u64)a >> b) : 0;
}

/* What moves as one: the kernel, or a section of a module (parse/ast.h, struct debug_section). */
struct stp_section {
	const char *module;
	const char *name;	/* NULL: the kernel */
	const char *build_id;	/* or NULL */
	const char *symbol;	/* NULL: it has no addresses in the file */
	u64 symbol_pc;
	u64 slide;		/* what is added to the file's addresses here */
	bool found;
};

static inline int64_t stp_address(const struct stp_section *section, u64 pc)
{
	return section->found ? (int64_t)(section->slide + pc) : 0;
}

/* Where the CPU that runs has its own of a per-CPU variable. */
int64_t stp_per_cpu(u64 offset);

/* ---- frames ---------------------------------------------------------------------------------- */

/* Room for a handler's variables; cannot fail, see struct stp_script.frames. */
static inline void *stp_handler_frame(struct stp_context *c, u32 size)
{
	void *frame = c->frame;

	c->frame += (size + 7) & ~7u;
	return frame;
}

/* Room for a function's variables; NULL: too deep, the error is set. */
static inline void *stp_call_enter(struct stp_context *c, u32 size)
{
	void *frame = c->frame;

	size = (size + 7) & ~7u;
	if (unlikely(c->nesting >= MAXNESTING || c->frame + size > c->frames_end)) {
		stp_error(c, c->last_stmt, "MAXNESTING exceeded");
		return NULL;
	}
	c->nesting++;
	c->frame += size;
	return frame;
}

static inline void stp_call_leave(struct stp_context *c, u32 size)
{
	c->nesting--;
	c->frame -= (size + 7) & ~7u;
}

/* ---- conditions ------------------------------------------------------------------------------ */

/*
 * What a handler that wrote a condition's globals ends with, also one that has failed; the lock is
 * still held.  A condition that fails itself is wanted: the probe's own check will say so.
 */
static inline void stp_condition_update(struct stp_context *c, struct stp_condition *condition,
					int64_t (*evaluate)(struct stp_context *c))
{
	const char *error = c->last_error, *place = c->last_stmt, *caller = c->error_caller;
	u16 aborted = c->aborted;
	int actions = c->actions, wanted;

	c->last_error = NULL;
	c->aborted = 0;
	c->actions = 1000;
	wanted = evaluate(c) || c->last_error;
	c->last_error = error;
	c->last_stmt = place;
	c->error_caller = caller;
	c->aborted = aborted;
	c->actions = actions;
	if (condition->wanted == wanted)
		return;
	__atomic_store_n(&condition->wanted, wanted, __ATOMIC_RELAXED);
	stp_conditions_changed();
}

/* ---- locks ----------------------------------------------------------------------------------- */

/*
 * One per global.  A lock is only ever tried, by a handler that owns this CPU's context, so a
 * handler that interrupts another one cannot wait for it: it was skipped as reentrant.  Not
 * rwlock_t, which sleeps on PREEMPT_RT.
 *
 * An aggregate is added to by all CPUs at once, each in memory of its own (STP_ADD).  Such a
 * handler says so by a mark that is its CPU's own, too, and then looks whether somebody else has
 * the lock; who wants that (STP_WRITE, to read it as well) takes it and then waits until all marks are gone.
 */
struct stp_adder {
	int inside;
	char padding[60];	/* a cache line each */
};

struct stp_lock {
	int state;			/* -1: a writer, n: that many readers */
	struct stp_adder *adders;	/* by CPU; NULL: not an aggregate's */
};

enum stp_lock_mode { STP_READ, STP_WRITE, STP_ADD };

struct stp_lock_use {
	struct stp_lock *lock;
	enum stp_lock_mode mode;
};

bool stp_lock_alone(struct stp_lock *lock);	/* have all adders gone?  Else it is unlocked */

static inline bool stp_trylock(const struct stp_context *c, struct stp_lock *lock,
			       enum stp_lock_mode mode)
{
	int state = __atomic_load_n(&lock->state, __ATOMIC_RELAXED);

	if (mode == STP_ADD) {
		int *inside = &lock->adders[c->cpu].inside;

		__atomic_store_n(inside, 1, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (likely(__atomic_load_n(&lock->state, __ATOMIC_ACQUIRE) == 0))
			return true;
		__atomic_store_n(inside, 0, __ATOMIC_RELEASE);
		return false;
	}
	if (mode == STP_WRITE)
		return state == 0 &&
		       __atomic_compare_exchange_n(&lock->state, &state, -1, 0, __ATOMIC_SEQ_CST,
						   __ATOMIC_RELAXED) &&
		       (!lock->adders || stp_lock_alone(lock));
	while (state >= 0)
		if (__atomic_compare_exchange_n(&lock->state, &state, state + 1, 0,
						__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	return false;
}

static inline void stp_unlock(const struct stp_context *c, struct stp_lock *lock,
			      enum stp_lock_mode mode)
{
	if (mode == STP_ADD)
		__atomic_store_n(&lock->adders[c->cpu].inside, 0, __ATOMIC_RELEASE);
	else if (mode == STP_WRITE)
		__atomic_store_n(&lock->state, 0, __ATOMIC_RELEASE);
	else
		__atomic_fetch_sub(&lock->state, 1, __ATOMIC_RELEASE);
}

/* Wait for one lock, MAXTRYLOCK times TRYLOCKDELAY; false: still taken. */
bool stp_lock_wait(const struct stp_context *c, struct stp_lock *lock, enum stp_lock_mode mode);
void stp_skip_locked(struct stp_context *c);	/* count the skip */

/*
 * Take all of them, in the order of the table, or none.  false: the skip is counted and the handler
 * must return.
 */
static inline bool stp_lock_all(struct stp_context *c, const struct stp_lock_use *uses, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		if (likely(stp_trylock(c, uses[i].lock, uses[i].mode)) ||
		    stp_lock_wait(c, uses[i].lock, uses[i].mode))
			continue;
		while (i--)
			stp_unlock(c, uses[i].lock, uses[i].mode);
		stp_skip_locked(c);
		return false;
	}
	return true;
}

static inline void stp_unlock_all(const struct stp_context *c, const struct stp_lock_use *uses,
				  u32 count)
{
	while (count--)
		stp_unlock(c, uses[count].lock, uses[count].mode);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Division as the language has it: by 0 is an error, and the most negative number by -1 wraps. */
static inline int64_t stp_divide(struct stp_context *c, int64_t a, int64_t b, const char *place)
{
	if (unlikely(b == 0)) {
		stp_error(c, place, "division by 0");
		return 0;
	}
	return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static inline int64_t stp_modulo(struct stp_context *c, int64_t a, int64_t b, const char *place)
{
	if (unlikely(b == 0)) {
		stp_error(c, place, "division by 0");
		return 0;
	}
	return b == -1 ? 0 : a % b;
}

/*
 * to, from: strings of at most MAXSTRINGLEN bytes; longer results are cut.  to may be from (or a)
 * itself.
 */
void stp_string_copy(char *to, const char *from);
void stp_string_concat(char *to, const char *a, const char *b);
int stp_string_compare(const char *a, const char *b);	/* <0, 0, >0, bytes unsigned */
int64_t stp_string_length(const char *s);

/* ---- aggregates ------------------------------------------------------------------------------ */

/*
 * What one CPU knows of one aggregate.  All but count is valid only while that is not 0, so that
 * emptying it is one store.
 */
struct stp_stat {
	int64_t count, sum, min, max;
	int64_t mean, squares;		/* for @variance: see stats.c */
	int64_t buckets[];
};

enum stp_histogram { STP_HIST_NONE, STP_HIST_LOG, STP_HIST_LINEAR };

#define STP_HIST_LOG_BUCKETS 128

/*
 * The memory of an aggregate, or of all elements of an array of them: entry 0 is a scalar's, and in
 * an array that of no element, always empty.  Others are by the number of the array's node.
 */
struct stp_stats {
	const char *name;
	struct stp_lock *lock;
	u8 histogram;			/* enum stp_histogram */
	u8 variance;			/* is @variance used? */
	u8 shift;
	int64_t low, width;		/* of a linear one */
	u32 buckets;
	u32 bar_width;			/* HIST_WIDTH and HIST_ELISION */
	int elision;
	u32 entries;
	u32 size;			/* bytes of an entry, from init to exit */
	char **cpus;			/* by CPU: the entries; NULL where there can be no CPU */
};

enum stp_extractor {
	STP_COUNT, STP_SUM, STP_MIN, STP_MAX, STP_AVERAGE, STP_VARIANCE
};

static inline struct stp_stat *stp_stat_of(const struct stp_stats *stats, u32 cpu, u32 entry)
{
	return (struct stp_stat *)(stats->cpus[cpu] + (size_t)entry * stats->size);
}

/* The parts that not every aggregate has. */
void stp_stat_begin_more(const struct stp_stats *stats, struct stp_stat *stat);
void stp_stat_add_more(const struct stp_stats *stats, struct stp_stat *stat, int64_t value);

/* stats <<< value.  Needs its lock to add or to write. */
static inline void stp_stats_add(const struct stp_context *c, const struct stp_stats *stats,
				 u32 entry, int64_t value)
{
	struct stp_stat *stat = stp_stat_of(stats, c->cpu, entry);
	bool more = stats->histogram || stats->variance;

	if (stat->count++ == 0) {
		stat->sum = stat->min = stat->max = value;
		if (more)
			stp_stat_begin_more(stats, stat);
	} else {
		stat->sum += value;
		if (value < stat->min)
			stat->min = value;
		if (value > stat->max)
			stat->max = value;
	}
	if (more)
		stp_stat_add_more(stats, stat, value);
}

void stp_stats_reset(const struct stp_stats *stats, u32 entry);
/*
 * Needs the lock to write, as all that follow.  Of an empty one only STP_COUNT and STP_SUM can be
 * had; else the error is set.
 */
int64_t stp_stats_extract(struct stp_context *c, const struct stp_stats *stats, u32 entry,
			  enum stp_extractor what, const char *place);
/* Samples in a bucket, by number from 0; outside, the error is set. */
int64_t stp_stats_bucket(struct stp_context *c, const struct stp_stats *stats, u32 entry,
			 int64_t bucket, const char *place);
/* Print it; of an empty one the error is set. */
void stp_out_histogram(struct stp_context *c, struct stp_out *out, const struct stp_stats *stats,
		       u32 entry, const char *place);

/* Named by scripts that have aggregates only, as stp_map_family is. */
struct stp_stats_family {
	int (*init)(void);
	void (*exit)(void);
	/* for arrays */
	void (*reset)(const struct stp_stats *stats, u32 entry);
	int64_t (*extract)(struct stp_context *c, const struct stp_stats *stats, u32 entry,
			   enum stp_extractor what, const char *place);
};

extern const struct stp_stats_family stp_stats_family;

/* ---- maps ------------------------------------------------------------------------------------ */

/*
 * An array.  The script defines the first part; stp_map_family allocates the rest.  All nodes are
 * preallocated: an insertion takes one from the free list, or, with `wrap`, recycles the oldest.
 * Nodes keep the order of insertion. The caller holds the array's lock: to read, or to write for
 * all that changes or sorts.
 */
struct stp_map_node;
struct stp_map_storage;

struct stp_map {
	const char *name;
	u8 keys;
	u8 wrap;
	u8 value_type;			/* enum stp_type */
	u8 key_types[STP_MAXKEYS];
	u32 max_entries;
	/* foreach loops that sort it: each has an order array of its own */
	u32 sorts;
	bool stated_size;		/* `global a[5]`: the overflow message says so */
	const struct stp_stats *stats;	/* the values, if they are aggregates; or NULL */
	struct stp_map_storage *storage;
};

/* NULL: not there. */
struct stp_map_node *stp_map_find(const struct stp_map *map, const union stp_value *keys);
/* Find or insert, with the value 0 or ""; NULL: full, the error is set. */
struct stp_map_node *stp_map_slot(struct stp_context *c, struct stp_map *map,
				  const union stp_value *keys, const char *place);
void stp_map_delete(struct stp_map *map, const union stp_value *keys);
/*
 * Slices: elements whose keys are the given ones where mask has a bit (bit 0: the first key).  Is
 * there any?  And: delete all.
 */
bool stp_map_has(const struct stp_map *map, const union stp_value *keys, u32 mask);
void stp_map_delete_slice(struct stp_map *map, const union stp_value *keys, u32 mask);
void stp_map_clear(struct stp_map *map);
u32 stp_map_count(const struct stp_map *map);

/*
 * An aggregate's entry in map->stats, found or made; 0: the error is set.  Needs the lock to add or
 * to write.
 */
u32 stp_map_stats_slot(struct stp_context *c, struct stp_map *map, const union stp_value *keys,
		       const char *place);
u32 stp_map_stats_find(const struct stp_map *map, const union stp_value *keys);	/* 0: not there */

/*
 * Where a node's value and keys are; keys count from 0.  A string's place holds MAXSTRINGLEN bytes.
 */
int64_t *stp_map_value_long(const struct stp_map *map, struct stp_map_node *node);
char *stp_map_value_string(const struct stp_map *map, struct stp_map_node *node);
int64_t stp_map_key_long(const struct stp_map *map, const struct stp_map_node *node, u32 key);
const char *stp_map_key_string(const struct stp_map *map, const struct stp_map_node *node, u32 key);

static inline int64_t stp_map_get_long(const struct stp_map *map, const union stp_value *keys)
{
	struct stp_map_node *node = stp_map_find(map, keys);

	return node ? *stp_map_value_long(map, node) : 0;
}

static inline const char *stp_map_get_string(const struct stp_map *map, const union stp_value *keys)
{
	struct stp_map_node *node = stp_map_find(map, keys);

	return node ? stp_map_value_string(map, node) : "";
}

/* For embedded C: STAP_GLOBAL_SET_x(k, value). */
static inline void stp_map_set_long(struct stp_context *c, struct stp_map *map,
				    const union stp_value *keys, int64_t value, const char *place)
{
	struct stp_map_node *node = stp_map_slot(c, map, keys, place);

	if (node)
		*stp_map_value_long(map, node) = value;
}

static inline void stp_map_set_string(struct stp_context *c, struct stp_map *map,
				      const union stp_value *keys, const char *value,
				      const char *place)
{
	struct stp_map_node *node = stp_map_slot(c, map, keys, place);

	if (node)
		stp_string_copy(stp_map_value_string(map, node), value);
}

/* A walk through a map, in the order of insertion or sorted. */
struct stp_map_walk {
	struct stp_map *map;
	const union stp_value *slice;	/* the keys that elements must have */
	u32 mask;			/* where they must */
	const u32 *order;		/* sorted: node numbers */
	u32 next;			/* position in order, or node number */
	u32 left;			/* elements still to come */
};

#define STP_SORT_VALUE 0		/* or the number of a key, from 1, */
#define STP_SORT_STATS(what) (16 + (what))	/* or enum stp_extractor */
void stp_map_walk_start(struct stp_map_walk *walk, struct stp_map *map);
/*
 * sort: which of the map's sorting loops this is, from 0; by: what STP_SORT_VALUE says; stable.
 * A loop that is already in progress (recursion) is an error.  Needs the write lock.  End it with
 * stp_map_walk_end().
 */
void stp_map_walk_sorted(struct stp_context *c, struct stp_map_walk *walk, struct stp_map *map,
			 u32 sort, u32 by, bool descending, const char *place);
/* Only elements of a slice; keys must last as long as the walk. */
static inline void stp_map_walk_slice(struct stp_map_walk *walk, const union stp_value *keys,
				      u32 mask)
{
	walk->slice = keys;
	walk->mask = mask;
}

struct stp_map_node *stp_map_walk_next(struct stp_map_walk *walk);	/* NULL: no more */
void stp_map_walk_end(struct stp_map_walk *walk, u32 sort);		/* sorted walks only */

/* Named by scripts that have arrays only, so that others are linked without map.c. */
struct stp_map_family {
	int (*init)(void);	/* a failure is reported as an ERROR record */
	void (*exit)(void);
};

extern const struct stp_map_family stp_map_family;

/* ---- regular expressions --------------------------------------------------------------------- */

/*
 * For =~ and !~.  If the tables know groups, the match is kept for matched() and ngroups(), until
 * the next one or the end of the handler; struct stp_script.match_size must make room for that.
 */
bool stp_regex_match(struct stp_context *c, const struct stp_regex *re, const char *s);

struct stp_match {
	u32 bounds[STP_REGEX_GROUPS][2];	/* of the first c->matched groups, in subject */
	u16 states[MAXSTRINGLEN];		/* while matching */
	char subject[MAXSTRINGLEN];		/* up to the end of the match */
};

/* ---- the script ------------------------------------------------------------------------------ */

struct stp_limits {
	int action, action_interruptible;
	/* negative: errors are only counted, nothing is said, nothing ends */
	int errors;
	int skipped;
	int trylock, trylock_delay;
	int min_stack_space;
	int interruptible;
	int bulk;
	u32 print_size, subbuf_size, subbufs;
	/* of so many cycles of a CPU, handlers may take so many; 0: as many as they like */
	u64 overload_interval, overload_threshold;
};

#define STP_LIMITS                                                                    \
	{                                                                             \
		.action = MAXACTION, .action_interruptible = MAXACTION_INTERRUPTIBLE, \
		.errors = MAXERRORS, .skipped = MAXSKIPPED, .trylock = MAXTRYLOCK,    \
		.trylock_delay = TRYLOCKDELAY, .min_stack_space = MINSTACKSPACE,      \
		.interruptible = INTERRUPTIBLE, .print_size = STP_BUFFER_SIZE,        \
		.subbuf_size = STP_RELAY_SUBBUF_SIZE, .subbufs = STP_RELAY_SUBBUFS,   \
		.bulk = STP_BULKMODE, .overload_interval = STP_OVERLOAD_INTERVAL,     \
		.overload_threshold = STP_OVERLOAD_THRESHOLD                          \
	}

/* What a script with a shared buffer says of it; both spellings are in use. */
#ifdef RELAY_HOST
#define RELAYHOST RELAY_HOST
#endif
#ifdef RELAY_GUEST
#define RELAYGUEST RELAY_GUEST
#endif
#define STP_NAME(name) #name
#define STP_NAME_OF(macro) STP_NAME(macro)
#if defined(RELAYHOST)
#define STP_SHARED .shared = &stp_shared_host, .shared_name = STP_NAME_OF(RELAYHOST),
#elif defined(RELAYGUEST)
#define STP_SHARED .shared = &stp_shared_guest, .shared_name = STP_NAME_OF(RELAYGUEST),
#else
#define STP_SHARED
#endif

/* A scalar global that `staprun MODULE name=value` may set. */
struct stp_global {
	const char *name;
	enum stp_type type;
	void *value;			/* int64_t, or MAXSTRINGLEN bytes */
};

/* 0; -ENOENT: no such global; -EINVAL: not a value for it.  Only before the probes are armed. */
int stp_globals_set(const char *name, const char *value);

/* One part of a table of source lines (shared/lines.h) that the script has taken with it. */
struct stp_source_lines {
	const struct stp_section *section;
	const void *table;
	u32 number;	/* among the table's sections */
};

/* The one symbol that a script's unit gives to the runtime. */
struct stp_script {
	struct stp_limits limits;
	u32 frames;			/* bytes of the deepest handler */
	const struct stp_probe *conditions;	/* its handler evaluates all of them; or NULL */
	const struct stp_condition_family *condition_family;
	struct stp_section *sections;
	u32 section_count;
	const struct stp_section_family *section_family;	/* set if there are sections */
	const struct stp_source_lines *lines;
	u32 line_count;
	u32 match_size;			/* sizeof(struct stp_match), or 0 */
	struct stp_probe_set *sets;	/* in the order of arming */
	u32 set_count;
	struct stp_map *const *maps;
	u32 map_count;
	const struct stp_map_family *map_family;	/* set if there are maps */
	struct stp_stats *const *stats;
	u32 stats_count;
	const struct stp_stats_family *stats_family;	/* set if there are aggregates */
	const struct stp_global *globals;
	u32 global_count;
	int (*set_global)(const char *name, const char *value);	/* set if there are globals */
	const struct stp_shared_family *shared;	/* set if the buffer is shared */
	const char *shared_name;
};

/* Named by scripts with -DRELAYHOST=NAME or -DRELAYGUEST=NAME only. */
struct stp_shared_family {
	u32 flag;		/* of wire.h */
	int (*init)(void);	/* the buffers have been made */
	void (*exit)(void);	/* also without an init, or a failed one */
	void (*send)(const char *text, u32 length);
};

extern const struct stp_shared_family stp_shared_host, stp_shared_guest;

/* Named by scripts that have conditions only. */
struct stp_condition_family {
	void (*init)(void);
	void (*evaluate)(void);	/* `begin` probes have run, nothing else has been armed */
	void (*exit)(void);	/* behind it no refresh runs or comes */
};

extern const struct stp_condition_family stp_condition_family;

/* Named by scripts that have sections only. */
struct stp_section_family {
	/* Finds them, and from then on those of modules that come. */
	int (*init)(void);	/* another kernel than the one translated for is an error */
	void (*exit)(void);	/* also without an init, or a failed one */
};

extern const struct stp_section_family stp_section_family;

extern const struct stp_script stp_script;

#endif
