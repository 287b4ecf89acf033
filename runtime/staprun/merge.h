/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * merge.h - the records of all CPUs in the order of their stamps.
 *
 * Stamps have no gaps (wire.h), so the next record to write is known by its number.  When it is not
 * at the head of any CPU's queue, it is being written at this moment, or a reader before us took it
 * and died.  We wait for it for a while and then go on without it, with the records that were seen
 * before the last look at its buffer: those that came later may be newer than it is (the end
 * probe's are newer than all others), so they wait for one more look.  Should the missing one still
 * come, it is written at once, late.
 *
 * In bulk mode, nothing is put in order but what goes to standard error: each CPU's output goes to its
 * file as records with their headers, for stap-merge.
 */
#ifndef STAPIO_MERGE_H
#define STAPIO_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "output.h"

struct merge_queue {
	int fd;			/* -1: the CPU has no buffer (yet) */
	char *data;
	size_t size, begin, end;	/* allocated; what is not written yet */
};

struct merge {
	int control;
	struct merge_queue *queues;
	unsigned int count;
	uint64_t next;		/* stamp; 0: whatever comes first */
	/* milliseconds, when `next` was first not there; 0: it is not awaited */
	int64_t missing_since;
	uint64_t newest;	/* highest stamp that was read */
	bool overwrites;	/* the module: what is missing will hardly come */
	uint64_t lost;		/* records that were gone before they were read */
	struct output *files;	/* bulk mode: one for each CPU, not in order; else NULL */
};

int merge_open(struct merge *merge, int control, const struct stp_status *status);
void merge_add_cpus(struct merge *merge);	/* that came online meanwhile; cheap */
void merge_close(struct merge *merge);

/*
 * One round: read what there is and write what is in order.  final: nothing more will be written,
 * so write everything.  0: all is done; 1: there is more, call again soon; <0: an error, which was
 * said.
 */
int merge_round(struct merge *merge, struct output *output, bool final);

#endif
