/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar.  Statements need no separator, so wherever a statement may end and the next token could also go on with
 * the expression (`x = 5 -y`), going on wins: that is what the precedences below LOWEST are for.
 */

%define api.pure full
%define api.push-pull push
%define api.prefix {stap_yy}
%define api.value.type union
%define parse.error custom
%define parse.lac full
%define lr.default-reduction accepting
%param { struct parser *p }
%expect 0

%code requires {
#include "ast.h"
struct parser;

/* A sort mark, with what of an aggregate it sorts by. */
struct foreach_order {
	const struct token *extractor;	/* or NULL */
	const struct token *mark;	/* + or -, or NULL */
};

struct foreach_head {
	struct stmt *loop;
	const struct token *sort;	/* the mark of the key, or NULL */
};
}

%code provides {
struct parser {
	struct arena *arena;
	struct diagnostics *diagnostics;
	struct script *script;
	const struct token *last;	/* given to the parser last */
	bool in_function, private;	/* of the declaration in progress */
	bool embedded_allowed;
	bool has_next;	/* seen since the function in progress began */
};
}

%code {
#include "diagnostic.h"
#include "actions.h"

static void stap_yyerror(struct parser *p, const char *message);
}

/* What the parser sees. */
%token <const struct token *> T_IDENTIFIER T_STRING T_NUMBER T_EMBEDDED
%token <const struct token *> T_PRINT T_PRINT_FORMATTED T_PRINT_DELIMITED
%token <const struct token *> T_BREAK T_CONTINUE T_DELETE T_ELSE T_FOR T_FOREACH T_FUNCTION
%token <const struct token *> T_GLOBAL T_IF T_IN T_LIMIT T_LONG T_NEXT T_PRIVATE T_PROBE T_RETURN
%token <const struct token *> T_STRING_TYPE T_WHILE T_TRY T_CATCH
%token <const struct token *> '=' T_ADD_SET T_SUBTRACT_SET T_MULTIPLY_SET T_DIVIDE_SET T_MODULO_SET
%token <const struct token *> T_AND_SET T_XOR_SET T_OR_SET T_CONCAT_SET T_SHIFT_LEFT_SET
%token <const struct token *> T_SHIFT_RIGHT_SET
%token <const struct token *> '?' ':' T_LOGICAL_OR T_LOGICAL_AND '|' '^' '&' '<' '>' T_LESS_EQUAL
%token <const struct token *> T_GREATER_EQUAL T_EQUAL T_NOT_EQUAL T_SHIFT_LEFT T_SHIFT_RIGHT '.'
%token <const struct token *> '+' '-' '*' '/' '%' '!' '~' T_INCREMENT T_DECREMENT
%token <const struct token *> '(' ')' '[' ']' '{' '}' ',' ';'
%token <const struct token *> T_SAMPLE T_MATCH T_NO_MATCH T_ARROW T_TARGET T_PRETTY
/* @words, told apart behind the preprocessor: see filter.c. */
%token <const struct token *> T_EXTRACTOR T_VARIANCE T_HIST_LOG T_HIST_LINEAR T_DEFINED T_CHOOSE T_AT_TARGET

/* What never reaches a rule. */
%token T_AT_WORD
%token T_PP_OPEN T_PP_THEN T_PP_ELSE T_PP_CLOSE
%token T_ARGUMENT T_ARGUMENT_STRING T_ARGUMENT_COUNT T_ARGUMENT_COUNT_STRING T_ARGUMENT_LIST
%token T_BAD T_BAD_OPERATOR

%precedence LOWEST
%precedence THEN
%precedence T_ELSE
%precedence T_IDENTIFIER T_STRING T_NUMBER T_PRINT T_PRINT_FORMATTED T_PRINT_DELIMITED T_EMBEDDED
	T_TARGET T_EXTRACTOR T_VARIANCE T_HIST_LOG T_HIST_LINEAR T_DEFINED T_CHOOSE T_AT_TARGET
%precedence ';'
%right '=' T_SAMPLE T_ADD_SET T_SUBTRACT_SET T_MULTIPLY_SET T_DIVIDE_SET T_MODULO_SET T_AND_SET T_XOR_SET
	T_OR_SET T_CONCAT_SET T_SHIFT_LEFT_SET T_SHIFT_RIGHT_SET
%right '?' ':'
%left T_LOGICAL_OR
%left T_LOGICAL_AND
%left '|'
%left '^'
%left '&'
%precedence T_IN
%left '<' '>' T_LESS_EQUAL T_GREATER_EQUAL T_EQUAL T_NOT_EQUAL T_MATCH T_NO_MATCH
%left T_SHIFT_LEFT T_SHIFT_RIGHT
%left '.'
%left '+' '-'
%left '*' '/' '%'
%precedence UNARY '!' '~'
%precedence T_INCREMENT T_DECREMENT
%precedence '(' '[' T_ARROW

%type <GPtrArray *> slots slice points components arguments expressions statements parameters parameter_list
%type <struct probe_point *> point plain_point
%type <struct component *> component
%type <struct expr *> expression literal optional_expression limit slot histogram target typed
%type <struct target_step *> step
%type <struct stmt *> statement block
%type <const struct token *> word name pattern starred wrap format sort extractor
%type <gint64> signed_number
%type <struct foreach_order> order
%type <enum value_type> type
%type <struct variable *> parameter global
%type <struct function *> function_head
%type <struct foreach_head> foreach_head foreach_keys foreach_key_list foreach_key
%type <bool> private
%type <guint64> size
%type <gint64> priority

%%

file:
	%empty
|	file declaration
|	file error
;

declaration:
	';'
|	T_EMBEDDED				{ action_embedded(p, $1); }
|	private T_GLOBAL globals
|	private function_head block		{ action_function(p, $function_head, $private, $block, NULL); }
|	private function_head T_EMBEDDED	{ action_function(p, $function_head, $private, NULL, $T_EMBEDDED); }
|	private T_PROBE points block		{ action_probe(p, $T_PROBE, NULL, false, $points, $block); }
|	private T_PROBE plain_point '=' points block
						{ action_probe(p, $T_PROBE, $plain_point, false, $points, $block); }
|	private T_PROBE plain_point T_ADD_SET points block
						{ action_probe(p, $T_PROBE, $plain_point, true, $points, $block); }
|	private T_PROBE plain_point '=' points block ',' block
						{ action_probe(p, $T_PROBE, $plain_point, false, $points, $6);
						  action_epilogue(p, $8); }
;

private:
	%empty					{ $$ = p->private = false; }
|	T_PRIVATE				{ $$ = p->private = true; }
;

globals:
	global					{ action_global(p, $global); }
|	globals ',' global			{ action_global(p, $global); }
;

global:
	name wrap size				{ $$ = action_global_variable(p, $name, $wrap, $size, NULL); }
|	name wrap size '=' literal		{ $$ = action_global_variable(p, $name, $wrap, $size, $literal); }
;

wrap:
	%empty					{ $$ = NULL; }
|	'%'
;

size:
	%empty					{ $$ = 0; }
|	'[' T_NUMBER ']'			{ $$ = action_size(p, $T_NUMBER); }
;

function_head:
	T_FUNCTION name type '(' parameters ')' priority
						{ $$ = action_function_head(p, $name, $type, $parameters, $priority); }
;

type:
	%empty					{ $$ = TYPE_UNKNOWN; }
|	':' T_LONG				{ $$ = TYPE_LONG; }
|	':' T_STRING_TYPE			{ $$ = TYPE_STRING; }
;

/* Overloads are tried from the lowest number up; those without one come last. */
priority:
	%empty					{ $$ = G_MAXINT64; }
|	':' T_NUMBER				{ $$ = action_number(p, $T_NUMBER)->number; }
;

parameters:
	%empty					{ $$ = arena_list(p->arena); }
|	parameter_list
;

parameter_list:
	parameter				{ $$ = arena_list(p->arena); g_ptr_array_add($$, $parameter); }
|	parameter_list ',' parameter		{ $$ = $1; action_parameter(p, $$, $parameter); }
;

parameter:
	name type				{ $$ = action_variable(p, $name); $$->parameter = true; $$->type = $type; }
;

/* ---- probe points ---- */

points:
	point					{ $$ = arena_list(p->arena); g_ptr_array_add($$, $point); }
|	points ',' point			{ $$ = $1; g_ptr_array_add($$, $point); }
;

point:
	plain_point				%prec LOWEST
|	plain_point '?'				{ $$ = $1; $$->optional = true; }
|	plain_point '!'				{ $$ = $1; $$->sufficient = true; }
|	plain_point T_IF '(' expression ')'	{ $$ = $1; $$->condition = $expression; }
|	plain_point '?' T_IF '(' expression ')'	{ $$ = $1; $$->optional = true; $$->condition = $expression; }
;

plain_point:
	components				{ $$ = arena_alloc(p->arena, sizeof(*$$)); $$->components = $components; }
;

components:
	component				{ $$ = arena_list(p->arena); g_ptr_array_add($$, $component); }
|	components '.' component		{ $$ = $1; g_ptr_array_add($$, $component); }
;

component:
	pattern					{ $$ = action_component(p, $pattern, NULL); }
|	pattern '(' literal ')'			{ $$ = action_component(p, $pattern, $literal); }
|	'{' points '}'				{ $$ = action_alternatives(p, $1, $points); }
;

/* begin, *, sched* */
pattern:
	word
|	starred
;

starred:
	'*'
|	word '*'				{ $$ = action_join(p, $1, $2); }
|	starred '*'				{ $$ = action_join(p, $1, $2); }
|	starred name				{ $$ = action_join(p, $1, $2); }
;

/* A keyword is a plain word between dots. */
word:
	name | T_BREAK | T_CONTINUE | T_DELETE | T_ELSE | T_FOR | T_FOREACH | T_FUNCTION | T_GLOBAL | T_IF | T_IN
|	T_LIMIT | T_LONG | T_NEXT | T_PRIVATE | T_PROBE | T_RETURN | T_STRING_TYPE | T_WHILE
|	T_TRY | T_CATCH
;

name:
	T_IDENTIFIER
;

literal:
	T_STRING				{ $$ = action_string(p, $1); }
|	T_NUMBER				{ $$ = action_number(p, $1); }
|	'-' T_NUMBER				{ $$ = expr_unary(p->arena, OP_NEGATE, $1, action_number(p, $2)); }
;

/* ---- statements ---- */

block:
	'{' statements '}'			{ $$ = stmt_new(p->arena, STMT_BLOCK, $1); $$->block = $statements; }
;

statements:
	%empty					{ $$ = arena_list(p->arena); }
|	statements statement			{ $$ = $1; g_ptr_array_add($$, $statement); }
;

statement:
	block
|	';'					{ $$ = stmt_new(p->arena, STMT_NULL, $1); }
|	expression separator			{ $$ = action_statement(p, STMT_EXPR, $1->token, $1); }
|	T_IF '(' expression ')' statement	%prec THEN
						{ $$ = action_if(p, $T_IF, $expression, $5, NULL); }
|	T_IF '(' expression ')' statement T_ELSE statement
						{ $$ = action_if(p, $T_IF, $expression, $5, $7); }
|	T_WHILE '(' expression ')' statement	%prec THEN
						{ $$ = action_for(p, $T_WHILE, NULL, $expression, NULL, $5); }
|	T_FOR '(' optional_expression[init] ';' optional_expression[condition] ';' optional_expression[step] ')' statement
						%prec THEN
						{ $$ = action_for(p, $T_FOR, $init, $condition, $step, $9); }
|	T_FOREACH '(' foreach_head ')' statement	%prec THEN
						{ $$ = action_foreach(p, $T_FOREACH, $foreach_head, $5); }
|	T_RETURN separator			{ $$ = action_return(p, $T_RETURN, NULL); }
|	T_RETURN expression separator		{ $$ = action_return(p, $T_RETURN, $expression); }
|	T_NEXT separator			{ $$ = action_next(p, $1); }
|	T_BREAK separator			{ $$ = stmt_new(p->arena, STMT_BREAK, $1); }
|	T_CONTINUE separator			{ $$ = stmt_new(p->arena, STMT_CONTINUE, $1); }
|	T_TRY block T_CATCH block		{ $$ = action_try(p, $T_TRY, $2, NULL, $4); }
|	T_TRY block T_CATCH '(' name ')' block	{ $$ = action_try(p, $T_TRY, $2, $name, $7); }
|	T_DELETE expression separator		{ $$ = action_statement(p, STMT_DELETE, $T_DELETE, $expression); }
;

/* A semicolon belongs to the statement before it: `if (a) b; else c`. */
separator:
	%empty					%prec LOWEST
|	';'
;

optional_expression:
	%empty					{ $$ = NULL; }
|	expression
;

foreach_head:
	foreach_keys T_IN name slice order limit
						{ $$ = action_foreach_head(p, $1, NULL, $name, $slice, $order, $limit); }
|	name '=' foreach_keys T_IN name slice order limit
						{ $$ = action_foreach_head(p, $3, $1, $5, $slice, $order, $limit); }
|	foreach_keys T_IN histogram limit	{ $$ = action_foreach_histogram(p, $1, NULL, $histogram, $limit); }
|	name '=' foreach_keys T_IN histogram limit
						{ $$ = action_foreach_histogram(p, $3, $1, $histogram, $limit); }
;

slice:
	%empty					{ $$ = NULL; }
|	'[' slots ']'				{ $$ = $2; }
;

order:
	sort					{ $$ = (struct foreach_order){ NULL, $sort }; }
|	extractor '+'				{ $$ = (struct foreach_order){ $1, $2 }; }
|	extractor '-'				{ $$ = (struct foreach_order){ $1, $2 }; }
;

extractor:
	T_EXTRACTOR | T_VARIANCE
;

foreach_keys:
	foreach_key
|	'[' foreach_key_list ']'		{ $$ = $2; }
;

foreach_key_list:
	foreach_key
|	foreach_key_list ',' foreach_key	{ $$ = action_foreach_join(p, $1, $3); }
;

foreach_key:
	name sort				{ $$ = action_foreach_key(p, $name, $sort); }
;

sort:
	%empty					{ $$ = NULL; }
|	'+'
|	'-'
;

limit:
	%empty					{ $$ = NULL; }
|	T_LIMIT expression			{ $$ = $2; }
;

/* ---- expressions ---- */

expression:
	T_NUMBER				{ $$ = action_number(p, $1); }
|	T_STRING				{ $$ = action_string(p, $1); }
|	name					%prec LOWEST
						{ $$ = expr_symbol(p->arena, $1); }
|	name '[' slots ']'			{ $$ = action_index(p, $1, $3); }
|	name '(' arguments ')'			{ $$ = action_call(p, $1, $3); }
|	T_PRINT '(' expressions ')'		{ $$ = action_print(p, $1, NULL, $3); }
|	T_PRINT_FORMATTED '(' format ')'	{ $$ = action_print(p, $1, $3, NULL); }
|	T_PRINT_FORMATTED '(' format ',' expressions ')'
						{ $$ = action_print(p, $1, $3, $5); }
|	T_PRINT_DELIMITED '(' T_STRING ',' expressions ')'
						{ $$ = action_print(p, $1, $3, $5); }
|	'(' expression ')'			{ $$ = $2; }
|	'-' expression				%prec UNARY { $$ = expr_unary(p->arena, OP_NEGATE, $1, $2); }
|	'+' expression				%prec UNARY { $$ = expr_unary(p->arena, OP_PLUS, $1, $2); }
|	'!' expression				{ $$ = expr_unary(p->arena, OP_NOT, $1, $2); }
|	'~' expression				{ $$ = expr_unary(p->arena, OP_COMPLEMENT, $1, $2); }
|	T_INCREMENT expression			%prec UNARY { $$ = expr_step(p->arena, $1, true, $2); }
|	T_DECREMENT expression			%prec UNARY { $$ = expr_step(p->arena, $1, true, $2); }
|	expression T_INCREMENT			{ $$ = expr_step(p->arena, $2, false, $1); }
|	expression T_DECREMENT			{ $$ = expr_step(p->arena, $2, false, $1); }
|	expression '*' expression		{ $$ = expr_binary(p->arena, OP_MULTIPLY, $2, $1, $3); }
|	expression '/' expression		{ $$ = expr_binary(p->arena, OP_DIVIDE, $2, $1, $3); }
|	expression '%' expression		{ $$ = expr_binary(p->arena, OP_MODULO, $2, $1, $3); }
|	expression '+' expression		{ $$ = expr_binary(p->arena, OP_ADD, $2, $1, $3); }
|	expression '-' expression		{ $$ = expr_binary(p->arena, OP_SUBTRACT, $2, $1, $3); }
|	expression '.' expression		{ $$ = expr_binary(p->arena, OP_CONCAT, $2, $1, $3); }
|	expression T_SHIFT_LEFT expression	{ $$ = expr_binary(p->arena, OP_SHIFT_LEFT, $2, $1, $3); }
|	expression T_SHIFT_RIGHT expression	{ $$ = expr_binary(p->arena, OP_SHIFT_RIGHT, $2, $1, $3); }
|	expression '<' expression		{ $$ = expr_binary(p->arena, OP_LESS, $2, $1, $3); }
|	expression '>' expression		{ $$ = expr_binary(p->arena, OP_GREATER, $2, $1, $3); }
|	expression T_LESS_EQUAL expression	{ $$ = expr_binary(p->arena, OP_LESS_EQUAL, $2, $1, $3); }
|	expression T_GREATER_EQUAL expression	{ $$ = expr_binary(p->arena, OP_GREATER_EQUAL, $2, $1, $3); }
|	expression T_EQUAL expression		{ $$ = expr_binary(p->arena, OP_EQUAL, $2, $1, $3); }
|	expression T_NOT_EQUAL expression	{ $$ = expr_binary(p->arena, OP_NOT_EQUAL, $2, $1, $3); }
|	expression '&' expression		{ $$ = expr_binary(p->arena, OP_AND, $2, $1, $3); }
|	expression '^' expression		{ $$ = expr_binary(p->arena, OP_XOR, $2, $1, $3); }
|	expression '|' expression		{ $$ = expr_binary(p->arena, OP_OR, $2, $1, $3); }
|	expression T_LOGICAL_AND expression	{ $$ = expr_binary(p->arena, OP_LOGICAL_AND, $2, $1, $3); }
|	expression T_LOGICAL_OR expression	{ $$ = expr_binary(p->arena, OP_LOGICAL_OR, $2, $1, $3); }
|	expression '?' expression ':' expression
						{ $$ = action_ternary(p, $2, $1, $3, $5); }
|	expression '=' expression		{ $$ = expr_assign(p->arena, OP_NONE, $2, $1, $3); }
|	expression T_ADD_SET expression		{ $$ = expr_assign(p->arena, OP_ADD, $2, $1, $3); }
|	expression T_SUBTRACT_SET expression	{ $$ = expr_assign(p->arena, OP_SUBTRACT, $2, $1, $3); }
|	expression T_MULTIPLY_SET expression	{ $$ = expr_assign(p->arena, OP_MULTIPLY, $2, $1, $3); }
|	expression T_DIVIDE_SET expression	{ $$ = expr_assign(p->arena, OP_DIVIDE, $2, $1, $3); }
|	expression T_MODULO_SET expression	{ $$ = expr_assign(p->arena, OP_MODULO, $2, $1, $3); }
|	expression T_AND_SET expression		{ $$ = expr_assign(p->arena, OP_AND, $2, $1, $3); }
|	expression T_XOR_SET expression		{ $$ = expr_assign(p->arena, OP_XOR, $2, $1, $3); }
|	expression T_OR_SET expression		{ $$ = expr_assign(p->arena, OP_OR, $2, $1, $3); }
|	expression T_CONCAT_SET expression	{ $$ = expr_assign(p->arena, OP_CONCAT, $2, $1, $3); }
|	expression T_SHIFT_LEFT_SET expression	{ $$ = expr_assign(p->arena, OP_SHIFT_LEFT, $2, $1, $3); }
|	expression T_SHIFT_RIGHT_SET expression	{ $$ = expr_assign(p->arena, OP_SHIFT_RIGHT, $2, $1, $3); }
|	expression T_SAMPLE expression		{ $$ = action_sample(p, $2, $1, $3); }
|	expression T_MATCH T_STRING		{ $$ = action_match(p, $2, $1, $3); }
|	expression T_NO_MATCH T_STRING		{ $$ = action_match(p, $2, $1, $3); }
|	T_EXTRACTOR '(' expression ')'		{ $$ = action_extract(p, $1, $3, NULL); }
|	T_VARIANCE '(' expression ')'		{ $$ = action_extract(p, $1, $3, NULL); }
|	T_VARIANCE '(' expression ',' T_NUMBER ')'
						{ $$ = action_extract(p, $1, $3, $5); }
|	histogram				%prec LOWEST
|	histogram '[' expression ']'		{ $$ = $1; $$->histogram.index = $3; }
|	T_DEFINED '(' expression ')'		{ $$ = action_defined(p, $1, $3, NULL); }
|	T_CHOOSE '(' expression ',' expression ')'
						{ $$ = action_defined(p, $1, $3, $5); }
|	target					%prec LOWEST
|	typed					%prec LOWEST
|	'&' target				%prec UNARY { $$ = $2; $$->target.address = true; }
|	T_EMBEDDED				{ $$ = action_embedded_expression(p, $1); }
|	'[' slots ']' T_IN name			{ $$ = action_in(p, $4, $2, $5); }
|	expression T_IN name			{ $$ = action_in_single(p, $2, $1, $3); }
;

histogram:
	T_HIST_LOG '(' expression ')'		{ $$ = action_histogram(p, $1, $3, 0, 0, 0); }
|	T_HIST_LINEAR '(' expression ',' signed_number[low] ',' signed_number[high] ',' signed_number[width] ')'
						{ $$ = action_histogram(p, $1, $3, $low, $high, $width); }
;

signed_number:
	T_NUMBER				{ $$ = action_number(p, $1)->number; }
|	'-' T_NUMBER				{ $$ = -action_number(p, $2)->number; }
;

target:
	T_TARGET				{ $$ = action_target(p, $1, NULL); }
|	T_AT_TARGET '(' arguments ')'		{ $$ = action_target(p, $1, $3); }
|	target step				{ $$ = action_step(p, $1, $2); }
;

step:
	T_ARROW word				{ $$ = action_target_step(p, $1, $2->text, NULL); }
|	'[' expression ']'			{ $$ = action_target_step(p, $1, NULL, $2); }
|	T_PRETTY				{ $$ = action_target_step(p, $1, NULL, NULL); }
;

/* A value that has a type of the kernel's: p = $file; p->f_flags */
typed:
	expression T_ARROW word			{ $$ = action_step(p, action_target_value(p, $1), action_target_step(p, $2, $3->text, NULL)); }
|	typed step				{ $$ = action_step(p, $1, $2); }
;

slots:
	slot					{ $$ = arena_list(p->arena); g_ptr_array_add($$, $1); }
|	slots ',' slot				{ $$ = $1; g_ptr_array_add($$, $3); }
;

slot:
	expression
|	'*'					{ $$ = expr_new(p->arena, EXPR_ANY, $1); }
;

/* Checked as soon as the token behind it is known, which is what messages about it show. */
format:
	T_STRING				{ $$ = $1; action_check_format(p, $1); }
;

arguments:
	%empty					{ $$ = arena_list(p->arena); }
|	expressions
;

expressions:
	expression				{ $$ = arena_list(p->arena); g_ptr_array_add($$, $1); }
|	expressions ',' expression		{ $$ = $1; g_ptr_array_add($$, $3); }
;

%%

/* Called for a full stack only: yyreport_syntax_error() has the rest. */
static void stap_yyerror(struct parser *p, const char *message)
{
	(void)message;
	report_lexical(p->diagnostics, "parse-depth", p->last, "nesting too deep");
}

/* Say what was expected in the words that users know, chosen by what the parser could have taken. */
static int yyreport_syntax_error(const yypcontext_t *context, struct parser *p)
{
	yysymbol_kind_t expected[YYNTOKENS];
	const char *names[YYNTOKENS];
	int count = yypcontext_expected_tokens(context, expected, YYNTOKENS);

	for (int i = 0; i < count; i++)
		names[i] = yysymbol_name(expected[i]);
	if (p->last->symbol != T_BAD)	/* else reported when it was read */
		report_expected(p, names, count);
	return 0;
}
