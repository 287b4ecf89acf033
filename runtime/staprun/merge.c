// SPDX-License-Identifier: GPL-2.0-or-later
/* merge.c - read the CPUs' buffers and put their records in order; see merge.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "merge.h"

#define QUEUE_FIRST_SIZE (128 * 1024)
#define QUEUE_MAX_SIZE (64 * 1024 * 1024)	/* more than any sub-buffer */
/*
 * For a record that is missing: longer than a virtual CPU may be stopped in the middle of writing
 * one.
 */
#define WAIT_MS 500
#define WAIT_OVERWRITTEN_MS 5	/* when it has most probably been overwritten */

int merge_open(struct merge *merge, int control, const struct stp_status *status)
{
	unsigned int i, cpus = status->possible_cpus;

	merge->control = control;
	merge->count = cpus;
	/* A script that runs already has given out stamps that we will not see. */
	merge->next = status->state == STP_STATE_LOADED ? 1 : 0;
	merge->overwrites = status->flags & STP_OVERWRITE;
	merge->queues = calloc(cpus, sizeof(*merge->queues));
	if (!merge->queues) {
		say_error("not enough memory.");
		return -1;
	}
	for (i = 0; i < cpus; i++)
		merge->queues[i].fd = -1;
	merge_add_cpus(merge);
	return 0;
}

void merge_add_cpus(struct merge *merge)
{
	unsigned int i;

	for (i = 0; i < merge->count; i++) {
		struct stp_cpu_fd which = { .cpu = i };

		if (merge->queues[i].fd < 0)
			merge->queues[i].fd = ioctl(merge->control, STP_IOC_CPU_FD, &which);
	}
}

void merge_close(struct merge *merge)
{
	unsigned int i;

	for (i = 0; i < merge->count; i++) {
		if (merge->queues[i].fd >= 0)
			close(merge->queues[i].fd);
		free(merge->queues[i].data);
	}
	free(merge->queues);
	merge->queues = NULL;
	merge->count = 0;
}

/* The record at the head of a queue, or NULL.  The kernel hands out whole records only. */
static struct stp_record *head(struct merge_queue *queue)
{
	return queue->begin < queue->end ? (struct stp_record *)(queue->data + queue->begin) : NULL;
}

static int grow(struct merge_queue *queue)
{
	size_t size = queue->size ? 2 * queue->size : QUEUE_FIRST_SIZE;
	char *data = size <= QUEUE_MAX_SIZE ? realloc(queue->data, size) : NULL;

	if (!data) {
		say_error("not enough memory for the script's output.");
		return -ENOMEM;
	}
	queue->data = data;
	queue->size = size;
	return 0;
}

static int check_records(struct merge *merge, const struct merge_queue *queue, size_t from)
{
	while (from < queue->end) {
		const struct stp_record *record = (const void *)(queue->data + from);

		if (queue->end - from < sizeof(*record) || record->magic != STP_RECORD_MAGIC ||
		    STP_RECORD_SIZE((size_t)record->length) > queue->end - from) {
			say_error(
				"the module sent something that is no record; its output is lost.");
			return -EPROTO;
		}
		if (record->stamp > merge->newest)
			merge->newest = record->stamp;
		from += STP_RECORD_SIZE((size_t)record->length);
	}
	return 0;
}

/*
 * One read.  Bytes; 0: the CPU's buffer is empty; -EAGAIN: it is not, but there is no room before
 * the queue is written; or another -errno, reported.
 */
static ssize_t fill(struct merge *merge, struct merge_queue *queue)
{
	ssize_t size;
	int rc;

	if (queue->begin) {
		memmove(queue->data, queue->data + queue->begin, queue->end - queue->begin);
		queue->end -= queue->begin;
		queue->begin = 0;
	}
	if (!queue->size && grow(queue))
		return -ENOMEM;
	for (;;) {
		size = read(queue->fd, queue->data + queue->end, queue->size - queue->end);
		if (size >= 0)
			break;
		if (errno == EINTR)
			continue;
		if (errno != EMSGSIZE) {
			say_error("cannot read the script's output: %s.", strerror(errno));
			return -errno;
		}
		/* The next record is larger than the room: wait until what is there is gone. */
		if (queue->end)
			return -EAGAIN;
		if (grow(queue))
			return -ENOMEM;
	}
	queue->end += size;
	rc = check_records(merge, queue, queue->end - size);
	return rc ? rc : size;
}

static void write_record(const struct merge *merge, const struct merge_queue *queue,
			 const struct stp_record *record, struct output *output)
{
	if (merge->files && record->kind == STP_RECORD_OUTPUT)
		output_bytes(&merge->files[queue - merge->queues], record,
			     STP_RECORD_SIZE((size_t)record->length));
	else
		output_record(output, record->kind, (const char *)(record + 1), record->length);
}

/* Write the head of the queue, and then as many as follow it directly, up to a stamp. */
static void write_records(struct merge *merge, struct merge_queue *queue, struct output *output,
			  uint64_t bound)
{
	struct stp_record *record = head(queue);

	do {
		write_record(merge, queue, record, output);
		if (record->stamp >= merge->next)
			merge->next = record->stamp + 1;
		else if (merge->lost)
			merge->lost--;	/* it came late */
		queue->begin += STP_RECORD_SIZE((size_t)record->length);
		record = head(queue);
	} while (record && record->stamp <= merge->next && record->stamp <= bound);
}

static struct merge_queue *lowest(struct merge *merge)
{
	struct merge_queue *found = NULL;
	unsigned int i;

	for (i = 0; i < merge->count; i++) {
		struct stp_record *record = head(&merge->queues[i]);

		if (record && (!found || record->stamp < head(found)->stamp))
			found = &merge->queues[i];
	}
	return found;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/*
 * The next record was in no queue: is it to be waited for?  By the clock, not by rounds: how many
 * there are depends on how much the other CPUs write.
 */
static bool wait_for_next(struct merge *merge)
{
	int64_t now = now_ms();

	if (!merge->missing_since) {
		merge->missing_since = now;
		/* It may be on a CPU that is new. */
		merge_add_cpus(merge);
	}
	return now - merge->missing_since < (merge->overwrites ? WAIT_OVERWRITTEN_MS : WAIT_MS);
}

static void skip_to(struct merge *merge, uint64_t stamp)
{
	merge->lost += stamp - merge->next;
	merge->next = stamp;
}

int merge_round(struct merge *merge, struct output *output, bool final)
{
	uint64_t seen = merge->newest;	/* before this round's look at the buffers */
	uint64_t bound = UINT64_MAX;
	struct merge_queue *queue;
	bool empty = true;	/* all buffers that could hold the next record */
	unsigned int i;

	for (i = 0; i < merge->count; i++) {
		ssize_t size;

		queue = &merge->queues[i];
		if (queue->fd < 0)
			continue;
		/*
		 * A CPU's stamps ascend: with many in the queue, the one we wait for is elsewhere.
		 * But its buffer is not known to be empty then, and what is in it must still come
		 * out.
		 */
		size = queue->end - queue->begin > queue->size / 2 ? -EAGAIN : fill(merge, queue);
		if (size < 0 && size != -EAGAIN)
			return size;
		if (size)
			empty = false;
	}

	/* No progress in a whole round: what is missing is in no buffer. */
	while ((queue = lowest(merge))) {
		uint64_t stamp = head(queue)->stamp;

		if (stamp > bound)
			return 1;
		if (merge->next && stamp > merge->next && !(final && empty)) {
			if (wait_for_next(merge) || stamp > seen)
				return 1;
			skip_to(merge, stamp);
			bound = seen;
		}
		if (merge->next && stamp > merge->next)
			skip_to(merge, stamp);
		merge->missing_since = 0;
		write_records(merge, queue, output, bound);
	}
	return empty ? 0 : 1;
}
