/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * object.h - a value of the probed program: its type and where it is.  What `$x`, @cast and the like
 * begin with and each ->member and [index] leads on from.
 */
#ifndef ELABORATE_OBJECT_H
#define ELABORATE_OBJECT_H

#include "debuginfo.h"

struct object_ways;

struct object {
	struct session *s;
	const struct token *token;	/* of the variable: runtime errors name it */
	const struct debug_type *type;
	bool points_there;		/* location.value is a pointer to a `type` */
	struct debug_location location;
	/* a bitfield, or part of a value in registers; size 0: all of it */
	guint bit_offset, bit_size;
	/* what a choice of places has become, once a step has led on from it; else NULL */
	struct object_ways *ways;
};

/* The same object in either place of a choice. */
struct object_ways {
	struct expr *condition;
	struct object yes, no;
};

/* A pointer to a `type`. */
struct object object_pointer(struct session *s, const struct token *token,
			   const struct debug_type *type, struct expr *pointer);

/* Another way on from the same object, with expressions of its own. */
struct object object_clone(const struct object *object);

/*
 * Lead on, through pointers where there are some.  0; -ENOENT: *why (in the arena) says what is
 * wrong with the step.
 */
int object_member(struct object *object, const char *name, const char **why);
/* To a member of the structure that is there, not through a pointer. */
int object_step_to(struct object *object, const struct debug_member *member, const char **why);
int object_index(struct object *object, struct expr *index, const char **why);
/* What a pointer points to; the object itself where it is none. */
int object_target(struct object *object, const char **why);

/* The value as a long, or an array's address; NULL: *why.  Used once; clone it for more. */
struct expr *object_value(const struct object *object, const char **why);
struct expr *object_address(const struct object *object, const char **why);
/* What the value points to; NULL: it is no pointer, or one to anything. */
const struct debug_type *object_pointee(const struct object *object);
/* An expression that writes the value there, and has it for its own. */
struct expr *object_store(const struct object *object, struct expr *value, const char **why);

/* "struct file", "int": what an error calls a type; in the arena. */
const char *type_text(struct session *s, const struct debug_type *type);

#endif
