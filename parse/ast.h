/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ast.h - a script as a tree.  Nodes live in the session's arena; lists are GPtrArrays of the node
 * type named.
 *
 * The parser fills in the shape; pass 2 fills in what is marked so.
 */
#ifndef PARSE_AST_H
#define PARSE_AST_H

#include "source.h"

enum value_type { TYPE_UNKNOWN, TYPE_LONG, TYPE_STRING, TYPE_STATS };

const char *value_type_name(enum value_type type);

#define MAX_KEYS 9

struct debug_module;	/* of the probed program: elaborate/debuginfo/debuginfo.h */
struct debug_type;

/* ---- variables and functions ----------------------------------------------------------------- */

/* A global, a parameter or a local variable. */
struct variable {
	const char *name;
	const struct token *token;
	bool global;
	bool private;
	bool parameter;
	bool wrap;		/* global a% */
	guint64 size;		/* global a[100]; 0: not stated */
	struct expr *init;	/* global a = 5, a literal */
	/* pass 2 */
	enum value_type type;
	const struct token *typed_by;	/* what the type was first inferred from */
	int keys;		/* -1: not known yet, 0: scalar */
	const struct token *keyed_by;
	enum value_type key_types[MAX_KEYS];
	const struct token *key_typed_by[MAX_KEYS];
	bool used;		/* a global: some reached code names it */
	bool read, written;	/* by reached code: see usage.c */
	/* an aggregate: what is kept besides count, sum, min and max */
	const struct expr *histogram;	/* the first one asked for, or NULL */
	const struct expr *variance;	/* the first @variance, or NULL */
	guint sorts;		/* foreach loops that sort it */
	guint serial;		/* its number among the script's globals */
	/* not a local: a return's value from the entry, which is `entry_value` there; or NULL */
	struct saved_values *saved;
	struct expr *entry_value;
	/* what its values point to in the probed program; NULL: not known, or several types */
	const struct debug_type *points_to;
	bool points_apart;	/* several */
	GPtrArray *conditions;	/* struct function: those that name it; or NULL */
};

/* What embedded C says of a global: pragma:read:NAME or pragma:write:NAME. */
struct c_global {
	const char *name;
	bool written;
	struct variable *variable;	/* pass 2 */
};

/*
 * function f:string (a:long, b) { … }, or %{ … %}.  Functions of one file with the same name and
 * number of parameters are overloads: tried in order, each when `next` in the one before has handed
 * on.
 */
struct function {
	const char *name;
	const struct token *token;
	GPtrArray *parameters;	/* struct variable */
	struct stmt *body;	/* or NULL: embedded */
	const struct token *embedded;
	bool private;
	const struct source *source;
	gint64 priority;	/* function f (x) : 3 */
	struct function *overload;	/* the next to try, or NULL */
	bool is_overload;	/* of one before it */
	bool hands_on;		/* has a `next` */
	/* pass 2 */
	GPtrArray *locals;	/* struct variable */
	enum value_type type;
	const struct token *typed_by;
	bool returns_value;
	bool pure;		/* embedded, with the pragma; or found to be */
	bool guru;		/* embedded, with the pragma: not for every script */
	GPtrArray *c_globals;	/* struct c_global, of an embedded one; or NULL */
	GPtrArray *calls;	/* struct function, each once */
	bool touches_globals;	/* it names one, or calls what does */
	bool reached;
	const struct debug_type *points_to;	/* as a variable's, of what it returns */
	bool points_apart;
	guint serial;		/* of a condition: its number among the session's */
};

/* ---- expressions ----------------------------------------------------------------------------- */

/*
 * X(enum name, spelling, precedence): one list for the grammar's actions, the printer and the
 * translator.
 */
#define BINARY_OPERATORS(X) \
	X(ADD, "+", 13) X(SUBTRACT, "-", 13) \
	X(MULTIPLY, "*", 14) X(DIVIDE, "/", 14) X(MODULO, "%", 14) \
	X(CONCAT, ".", 12) \
	X(SHIFT_LEFT, "<<", 11) X(SHIFT_RIGHT, ">>", 11) \
	X(LESS, "<", 10) X(GREATER, ">", 10) X(LESS_EQUAL, "<=", 10) X(GREATER_EQUAL, ">=", 10) \
	X(EQUAL, "==", 10) X(NOT_EQUAL, "!=", 10) \
	X(AND, "&", 8) X(XOR, "^", 7) X(OR, "|", 6) \
	X(LOGICAL_AND, "&&", 5) X(LOGICAL_OR, "||", 4)

enum binary_operator {
#define X(name, spelling, precedence) OP_##name,
	BINARY_OPERATORS(X)
#undef X
	OP_NONE
};

enum unary_operator { OP_NEGATE, OP_PLUS, OP_NOT, OP_COMPLEMENT };

/* How print, printf, printd and their s- and -ln forms differ: one row of a table in ast.c. */
struct print_form {
	const char *name;
	bool to_string;		/* sprint… */
	bool formatted;		/* …printf: the first argument is a format */
	bool delimited;		/* …printd: the first argument stands between the others */
	bool newline;		/* …ln */
};

const struct print_form *print_form_find(const char *name);

/* A piece of a format: text, or one conversion. */
struct format_piece {
	const char *text;	/* or NULL: a conversion */
	guint8 flags;		/* as STP_FMT_* */
	char conversion;
	gint32 width, precision;	/* 0 and -1: none */
	bool star_width, star_precision;	/* taken from the arguments */
};

/* How many arguments a piece takes. */
guint format_piece_operands(const struct format_piece *piece);

#define FORMAT_MINUS 1
#define FORMAT_PLUS 2
#define FORMAT_SPACE 4
#define FORMAT_ZERO 8
#define FORMAT_ALTERNATE 16

/* What is taken out of an aggregate: X(enum name, spelling). */
#define EXTRACTORS(X) \
	X(COUNT, "@count") X(SUM, "@sum") X(MIN, "@min") X(MAX, "@max") X(AVERAGE, "@avg") \
	X(VARIANCE, "@variance")

enum extractor {
#define X(name, spelling) EXTRACT_##name,
	EXTRACTORS(X)
#undef X
	EXTRACT_NONE
};

/* What a target expression begins with: X(enum name, spelling). */
#define TARGET_BASES(X) \
	X(VAR, "@var") X(CAST, "@cast") X(ENTRY, "@entry") X(PERF, "@perf") X(CONST, "@const") \
	X(ENUM, "@enum") X(ENUM_NAME, "@enumname") X(KREGISTER, "@kregister") \
	X(UREGISTER, "@uregister") X(KDEREF, "@kderef") X(UDEREF, "@uderef") \
	X(PROBE_WRITE, "@probewrite")

enum target_base {
#define X(name, spelling) TARGET_##name,
	TARGET_BASES(X)
#undef X
	TARGET_SYMBOL,	/* $x, $$vars */
	TARGET_VALUE,	/* an expression whose value has a type of the kernel: p->f_flags */
	TARGET_NONE
};

/*
 * What reads the machine at a hit: what context variables are made of.  X(enum name, spelling).
 *
 *	REGISTER	a register of the probed code, by DWARF's number
 *	USER_REGISTER	what the process that runs has in a register, by DWARF's number
 *	LOAD		`size` bytes of memory at a; a fault is an error of the script
 *	LOAD_USER	the same of the process that runs
 *	LOAD_EITHER	the same of that process or of the kernel, as the address says
 *	ADDRESS		where the running kernel has what the file has at `number` of a section
 *	PER_CPU		where the CPU that runs has its own of what is at the offset a
 *	ARGUMENT	what the provider's hit has under `number`
 *	COUNTER		the count of the perf counter `number` on this CPU
 *	BITS		`size` bits of a, from bit `number`, as a number that is_signed or not
 *	STORE		b into `size` bytes of memory at a; a fault is an error
 *	SET_REGISTER	b into a register of the probed code
 *	UNKNOWN	no value: an error of the script, as the function's caller tells nothing of it
 *	FLOAT_…		floating-point numbers, as the bits of doubles: shared/float.h
 *	and unsigned operators, where the script's are signed
 */
#define PRIMITIVES(X) \
	X(REGISTER, "register") X(LOAD, "load") X(USER_REGISTER, "user_register") X(LOAD_USER, "load_user") \
	X(LOAD_EITHER, "load_either") X(ADDRESS, "address") X(PER_CPU, "per_cpu") X(ARGUMENT, "argument") \
	X(BITS, "bits") X(STORE, "store") X(SET_REGISTER, "set_register") \
	X(UNKNOWN, "unknown") X(COUNTER, "counter") \
	X(UNSIGNED_DIVIDE, "unsigned_divide") X(UNSIGNED_MODULO, "unsigned_modulo") \
	X(UNSIGNED_SHIFT, "unsigned_shift") \
	X(FLOAT_ADD, "float_add") X(FLOAT_SUB, "float_sub") X(FLOAT_MUL, "float_mul") \
	X(FLOAT_DIV, "float_div") X(FLOAT_COMPARE, "float_compare") \
	X(FLOAT_FROM_LONG, "float_from_long") X(FLOAT_FROM_UNSIGNED, "float_from_unsigned") \
	X(FLOAT_FROM_SINGLE, "float_from_single") X(FLOAT_TO_LONG, "float_to_long") \
	X(FLOAT_TO_UNSIGNED, "float_to_unsigned") X(FLOAT_TO_SINGLE, "float_to_single")

/*
 * A part of the kernel that moves as one: all of the kernel's own file, or one section of a
 * module's.
 */
struct debug_section {
	struct debug_module *owner;
	const char *module;	/* "kernel", "virtio_blk" */
	const char *name;	/* ".text"; NULL: of the kernel, whose addresses are the file's */
	const char *build_id;	/* of the file described, in hexadecimal; NULL: it has none */
	/* one of its symbols that no other has the name of …; NULL: the file has no addresses */
	const char *symbol;
	guint64 symbol_pc;	/* … and its address in the file */
	guint serial;		/* in the session's sections */
};

#define PRIMITIVE_IS_FLOAT(what) ((what) >= PRIMITIVE_FLOAT_ADD && (what) <= PRIMITIVE_FLOAT_TO_SINGLE)

enum primitive {
#define X(name, spelling) PRIMITIVE_##name,
	PRIMITIVES(X)
#undef X
	PRIMITIVE_NONE
};

/* One step into what a target expression names: ->member, [index], or a final $ or $$. */
struct target_step {
	const struct token *token;
	const char *member;	/* or NULL */
	struct expr *index;	/* or NULL */
	guint pretty;		/* 1: $, 2: $$ */
};

enum expr_kind {
	EXPR_NUMBER,	/* 5 */
	EXPR_STRING,	/* "text" */
	EXPR_SYMBOL,	/* x */
	EXPR_INDEX,	/* a[k, 2] */
	EXPR_CALL,	/* f(x) */
	EXPR_PRINT,	/* printf("…", x) */
	EXPR_UNARY,	/* -x */
	EXPR_STEP,	/* x++ ++x x-- --x */
	EXPR_BINARY,	/* x + y, x && y, x . y */
	EXPR_TERNARY,	/* c ? x : y */
	EXPR_ASSIGN,	/* x = y, x += y */
	EXPR_IN,	/* [k, 2] in a */
	EXPR_ANY,	/* * where a key may be */
	EXPR_MATCH,	/* s =~ "…", s !~ "…" */
	EXPR_SAMPLE,	/* s <<< x */
	EXPR_EXTRACT,	/* @count(s) */
	EXPR_HISTOGRAM,	/* @hist_log(s), @hist_linear(s, 0, 100, 10)[i] */
	EXPR_TARGET,	/* $x->a[1], @cast(p, "t")->m$, &$x, p->m */
	EXPR_DEFINED,	/* @defined($x) */
	EXPR_CHOOSE,	/* @choose_defined($x, 0) */
	EXPR_EMBEDDED,	/* %{ C %} */
	EXPR_PRIMITIVE,	/* pass 2: what a target became */
};

struct expr {
	enum expr_kind kind;
	const struct token *token;
	enum value_type type;	/* pass 2 */
	const struct debug_type *points_to;	/* pass 2, of a target: what its value points to */
	union {
		gint64 number;
		const char *string;
		struct {
			const char *name;
			struct variable *variable;	/* pass 2 */
		} symbol;
		struct {
			const char *name;
			GPtrArray *keys;	/* struct expr */
			struct variable *variable;
		} index;
		struct {
			const char *name;
			GPtrArray *arguments;
			struct function *function;
		} call;
		struct {
			const struct print_form *form;
			const char *delimiter;	/* printd */
			GPtrArray *pieces;	/* struct format_piece; printf */
			GPtrArray *arguments;
		} print;
		struct {
			enum unary_operator op;
			struct expr *operand;
		} unary;
		struct {
			bool increment, prefix;
			struct expr *operand;
		} step;
		struct {
			enum binary_operator op;
			struct expr *left, *right;
		} binary;
		struct {
			struct expr *condition, *yes, *no;
		} ternary;
		struct {
			enum binary_operator op;	/* OP_NONE: plain = */
			struct expr *left, *right;
		} assign;
		struct {
			GPtrArray *keys;
			const struct token *array_token;
			const char *name;
			struct variable *variable;
		} in;
		struct {
			struct expr *subject;
			const struct token *pattern;
			bool negated;
			struct regex *regex;	/* pass 2 */
		} match;
		struct {
			struct expr *stats, *value;
		} sample;
		struct {
			enum extractor what;
			struct expr *stats;
			gint64 shift;	/* @variance */
		} extract;
		struct {
			struct expr *stats;
			bool linear;
			gint64 low, high, width;	/* @hist_linear */
			struct expr *index;	/* or NULL: all of it */
		} histogram;
		struct {
			enum target_base base;
			const char *name;	/* TARGET_SYMBOL: with its $ */
			GPtrArray *arguments;	/* struct expr: of @name(…), or the TARGET_VALUE */
			GPtrArray *steps;	/* struct target_step */
			bool address;		/* & */
		} target;
		struct {
			struct expr *operand, *otherwise;	/* NULL for EXPR_DEFINED */
		} defined;
		struct {
			const char *text;
			bool pure;
			bool string;	/* its value, else a long */
		} embedded;
		struct {
			enum primitive what;
			gint64 number;
			guint size;
			bool is_signed;
			const struct debug_section *section;	/* ADDRESS */
			struct expr *a, *b;	/* or NULL */
		} primitive;
	};
};

/* ---- statements ------------------------------------------------------------------------------ */

enum stmt_kind {
	STMT_BLOCK,
	STMT_NULL,
	STMT_EXPR,
	STMT_IF,
	STMT_FOR,	/* also while */
	STMT_FOREACH,
	STMT_RETURN,
	STMT_NEXT,
	STMT_BREAK,
	STMT_CONTINUE,
	STMT_DELETE,
	STMT_TRY,
};

#define SORT_NONE (-1)
#define SORT_VALUE 0		/* or a key's number, from 1 */

struct stmt {
	enum stmt_kind kind;
	const struct token *token;
	union {
		GPtrArray *block;		/* struct stmt */
		struct expr *expr;		/* STMT_EXPR, STMT_RETURN (or NULL), STMT_DELETE */
		struct {
			struct expr *condition;
			struct stmt *yes, *no;	/* no may be NULL */
		} branch;
		struct {
			struct expr *init, *condition, *step;	/* any may be NULL */
			struct stmt *body;
		} loop;
		struct {
			struct stmt *body;
			struct expr *message;	/* a symbol, or NULL */
			struct stmt *handler;
		} try;
		struct {
			GPtrArray *keys;	/* struct expr, symbols */
			struct expr *value;	/* v = k in a; or NULL */
			const char *name;
			const struct token *array_token;
			struct expr *histogram;	/* walked instead of an array, or NULL */
			GPtrArray *slice;	/* struct expr: in a[*, 2]; or NULL */
			int sort;		/* SORT_NONE, SORT_VALUE or a key */
			enum extractor sort_by;	/* SORT_VALUE of an aggregate */
			bool descending;
			struct expr *limit;	/* or NULL */
			struct stmt *body;
			struct variable *variable;	/* pass 2 */
			guint sort_serial;	/* which of the array's sorting loops */
		} foreach;
	};
};

/* ---- declarations ---------------------------------------------------------------------------- */

/* One of the words between dots: timer.ms(200) has two. */
struct component {
	const char *name;
	const struct token *token;
	struct expr *argument;	/* literal, or NULL */
	GPtrArray *alternatives;	/* struct probe_point: {a, b.c}; or NULL */
};

struct probe_point {
	GPtrArray *components;	/* struct component */
	bool optional;		/* ? */
	bool sufficient;	/* ! */
	struct expr *condition;	/* if (…), or NULL */
};

/* probe p1, p2 { … }; probe name = p1 { … }; probe name += p1 { … } */
struct probe {
	const struct token *token;
	GPtrArray *points;		/* struct probe_point */
	struct probe_point *alias;	/* the name it defines, or NULL */
	bool private;			/* an alias for its own file only */
	bool epilogue;			/* += : the body goes behind that of its user */
	struct stmt *body;
	struct stmt *tail;		/* probe name = p1 { body }, { tail }; or NULL */
};

/* One file. */
struct script {
	const struct source *source;
	GPtrArray *globals;	/* struct variable */
	GPtrArray *functions;	/* struct function */
	GPtrArray *probes;	/* struct probe */
	GPtrArray *aliases;	/* struct probe with ->alias */
	GPtrArray *embedded;	/* struct token: %{ … %} at the top */
	GHashTable *global_names;	/* name → struct variable */
	/* "name/parameters" → struct function, the first overload to try; "name" → any of it */
	GHashTable *function_names;
};

/* ---- constructors and walks ------------------------------------------------------------------ */

struct expr *expr_new(struct arena *arena, enum expr_kind kind, const struct token *token);
struct stmt *stmt_new(struct arena *arena, enum stmt_kind kind, const struct token *token);
struct expr *expr_symbol(struct arena *arena, const struct token *name);
struct expr *expr_binary(struct arena *arena, enum binary_operator op, const struct token *token,
			 struct expr *left, struct expr *right);
struct expr *expr_unary(struct arena *arena, enum unary_operator op, const struct token *token,
			struct expr *operand);
struct expr *expr_step(struct arena *arena, const struct token *token, bool prefix,
		       struct expr *operand);
/* op: OP_NONE for =. */
struct expr *expr_assign(struct arena *arena, enum binary_operator op, const struct token *token,
			 struct expr *left, struct expr *right);

struct expr *expr_ternary(struct arena *arena, const struct token *token, struct expr *condition,
			  struct expr *yes, struct expr *no);
struct expr *expr_number(struct arena *arena, const struct token *token, gint64 number);
struct expr *expr_string(struct arena *arena, const struct token *token, const char *text);
/* A use of a variable that needs no binding any more. */
struct expr *expr_use(struct arena *arena, const struct token *token, struct variable *v);
/* Its number, size … are to be filled in; of type long. */
struct expr *expr_primitive(struct arena *arena, enum primitive what, const struct token *token,
			    struct expr *a, struct expr *b);

/* Where the expression's text begins. */
const struct token *expr_first_token(const struct expr *e);
/* What x, a[…] or […] in a names, once names are bound; NULL: another kind of expression. */
struct variable *expr_variable(const struct expr *e);

const char *extractor_spelling(enum extractor what);
const char *primitive_spelling(enum primitive what);
bool primitive_may_fail_or_act(enum primitive what);	/* else it is plain arithmetic */
bool primitive_acts(enum primitive what);	/* changes what is probed */
const char *target_base_spelling(enum target_base base);
const char *binary_operator_spelling(enum binary_operator op);
int binary_operator_precedence(enum binary_operator op);
bool binary_operator_compares(enum binary_operator op);	/* < > <= >= == != */

/* Call visit for each direct child, in order of evaluation. */
typedef void (*expr_visitor)(struct expr *child, void *data);
typedef void (*stmt_visitor)(struct stmt *child, void *data);
void expr_visit_children(struct expr *e, expr_visitor visit, void *data);
void stmt_visit_children(struct stmt *s, stmt_visitor visit_stmt, expr_visitor visit_expr,
			 void *data);

/*
 * Replace expressions and statements of a tree, children before parents: rewrite may put another
 * node into the slot.
 */
struct rewriter {
	void (*expr)(struct expr **slot, void *data);
	void (*stmt)(struct stmt **slot, void *data);	/* or NULL */
	void *data;
};
void stmt_rewrite(struct stmt **slot, const struct rewriter *rewriter);
void expr_rewrite(struct expr **slot, const struct rewriter *rewriter);

/*
 * A node of the points (or NULL) or of the body (or NULL) that lies more than `limit` nodes deep;
 * NULL: there is none.
 */
const struct token *find_too_deep(const GPtrArray *points, struct stmt *body, guint limit);

/* "timer.ms(200)", with ? ! and if; free with g_free(). */
char *probe_point_text(const struct probe_point *point);

/* A copy to be elaborated on its own; what is copied must not have been yet. */
struct stmt *stmt_clone(struct arena *arena, struct stmt *s);
struct expr *expr_clone(struct arena *arena, struct expr *e);

/* Write as script text.  types: also what pass 2 inferred (":long"). */
void print_expr(GString *out, const struct expr *e);
void print_stmt(GString *out, const struct stmt *s, int indent);
void print_function(GString *out, const struct function *f, bool types);
void print_global(GString *out, const struct variable *v, bool types);
void print_script(GString *out, const struct script *script);

#endif
