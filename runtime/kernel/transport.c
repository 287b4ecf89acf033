// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * transport.c - the data channel: records into relay's buffers, and out of them.
 *
 * relay is used without files, for its per-CPU buffers, their sub-buffers and CPU hotplug.  A CPU's
 * buffer has one writer, the owner of that CPU's context, and one reader at a time, under
 * `reading`. Positions count bytes from the beginning of time, sub-buffers including their unused
 * ends:
 *
 *	position = sequence number of the sub-buffer * subbuf_size + offset in it
 *
 * The writer publishes `head` with release order after a record is complete.  A reader that sees a
 * head therefore sees all records before it, and, once head is in a later sub-buffer, how far the
 * earlier one is filled (relay's padding[]).  relay's own read method works with the writer's
 * fields instead, which change one after the other when a sub-buffer is switched; on another CPU it
 * can take old bytes for new ones then.  Hence a read method of our own, which also hands out whole
 * records only: a stapio that is killed leaves the stream where a record begins.
 *
 * A sub-buffer is never filled to its last byte: a head on the border would say that the writer has
 * left it, when its padding is not known yet and relay does not count it as produced.
 *
 * A sub-buffer is given back to the writer when the reader has seen all of it and head has left it.
 */
#include <linux/anon_inodes.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/log2.h>
#include <linux/relay.h>
#include <linux/uaccess.h>

#include "runtime.h"

#define STP_SUBBUF_SIZE_MIN 4096
#define STP_SUBBUFS_MIN 2	/* the reader frees one only when the writer is in another */

struct stp_queue {
	unsigned long head;	/* written by its CPU's writer only */
	atomic_long_t dropped;
	struct mutex reading;
	unsigned long tail;
} ____cacheline_aligned_in_smp;

static struct rchan *stp_channel;
static struct stp_queue *stp_queues;	/* by CPU number */
static atomic64_t stp_stamp ____cacheline_aligned_in_smp;
static int stp_dirty ____cacheline_aligned_in_smp;

/* ---- writing --------------------------------------------------------------------------------- */

u32 stp_send_max(void)
{
	return stp_channel->subbuf_size - sizeof(struct stp_record) - STP_RECORD_ALIGN;
}

void stp_send(enum stp_record_kind kind, const char *text, u32 length)
{
	struct stp_queue *queue = &stp_queues[raw_smp_processor_id()];
	struct rchan_buf *buf = *raw_cpu_ptr(stp_channel->buf);
	struct stp_record *record;
	size_t size;

	length = min_t(u32, length, stp_send_max());
	size = STP_RECORD_SIZE(length);
	/*
	 * No buffer: the CPU came online this moment.  The offset of a full one is beyond its size.
	 */
	if (unlikely(!buf) || (unlikely(buf->offset + size >= stp_channel->subbuf_size) &&
			       !relay_switch_subbuf(buf, size))) {
		atomic_long_inc(&queue->dropped);
		return;
	}

	record = buf->data + buf->offset;
	record->magic = STP_RECORD_MAGIC;
	record->kind = kind;
	record->length = length;
	record->stamp = atomic64_inc_return(&stp_stamp);
	memcpy(record + 1, text, length);
	memset((char *)(record + 1) + length, 0, size - sizeof(*record) - length);
	buf->offset += size;
	smp_store_release(&queue->head,
			  buf->subbufs_produced * stp_channel->subbuf_size + buf->offset);

	if (!READ_ONCE(stp_dirty))
		WRITE_ONCE(stp_dirty, 1);
}

bool stp_transport_take_dirty(void)
{
	return READ_ONCE(stp_dirty) && xchg(&stp_dirty, 0);
}

u64 stp_transport_stamp(void)
{
	return atomic64_read(&stp_stamp);
}

u64 stp_transport_dropped(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += atomic_long_read(&stp_queues[cpu].dropped);
	return sum;
}

/* The fullest buffer's unread bytes. */
static unsigned long stp_transport_unread(void)
{
	unsigned long most = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct stp_queue *queue = &stp_queues[cpu];

		most = max(most, READ_ONCE(queue->head) - READ_ONCE(queue->tail));
	}
	return most;
}

#define STP_DRAIN_STEP_MS 5
#define STP_DRAIN_STEPS 500	/* without any progress: nobody reads */

void stp_transport_drain(void)
{
	unsigned long limit = stp_channel->subbuf_size * stp_channel->n_subbufs / 4;
	unsigned long unread, before = 0;
	int steps = 0;

	while ((unread = stp_transport_unread()) > limit && steps++ < STP_DRAIN_STEPS) {
		if (unread != before)
			steps = 0;
		before = unread;
		msleep(STP_DRAIN_STEP_MS);
	}
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Bytes of the whole records that begin at `from`, at most `room`. */
static size_t stp_whole_records(const char *from, size_t available, size_t room)
{
	size_t size = 0;

	while (size < available) {
		const struct stp_record *record = (const void *)(from + size);
		size_t next = size + STP_RECORD_SIZE(record->length);

		if (WARN_ON_ONCE(record->magic != STP_RECORD_MAGIC || next > available))
			return min(available, room);
		if (next > room)
			break;
		size = next;
	}
	return size;
}

static ssize_t stp_queue_read(struct stp_queue *queue, struct rchan_buf *buf, char __user *to,
			      size_t room)
{
	const size_t subbuf_size = stp_channel->subbuf_size;
	size_t done = 0;

	for (;;) {
		unsigned long head = smp_load_acquire(&queue->head);
		unsigned long number = queue->tail / subbuf_size;
		size_t place = number % stp_channel->n_subbufs;
		bool left = number != head / subbuf_size;	/* by the writer */
		unsigned long end = head;
		const char *from;
		size_t size;

		if (left)
			end = (number + 1) * subbuf_size - buf->padding[place];
		if (queue->tail == end) {
			if (!left)
				return done;
			WRITE_ONCE(queue->tail, (number + 1) * subbuf_size);
			/* All reads of the sub-buffer come before the writer may have it. */
			smp_mb();
			relay_subbufs_consumed(stp_channel, buf->cpu, 1);
			continue;
		}

		from = (char *)buf->start + place * subbuf_size + queue->tail % subbuf_size;
		size = stp_whole_records(from, end - queue->tail, room - done);
		if (!size)
			return done ? done : -EMSGSIZE;
		if (copy_to_user(to + done, from, size))
			return done ? done : -EFAULT;
		WRITE_ONCE(queue->tail, queue->tail + size);
		done += size;
		if (fatal_signal_pending(current))
			return done;
		cond_resched();
	}
}

static ssize_t stp_cpu_read(struct file *file, char __user *to, size_t room, loff_t *position)
{
	unsigned long cpu = (unsigned long)file->private_data;
	struct stp_queue *queue = &stp_queues[cpu];
	ssize_t rc;

	if (mutex_lock_interruptible(&queue->reading))
		return -ERESTARTSYS;
	rc = stp_queue_read(queue, *per_cpu_ptr(stp_channel->buf, cpu), to, room);
	mutex_unlock(&queue->reading);
	return rc;
}

/* .owner: an open descriptor keeps the module loaded. */
static const struct file_operations stp_cpu_operations = {
	.owner = THIS_MODULE,
	.read = stp_cpu_read,
	.llseek = noop_llseek,
};

int stp_transport_open_cpu(u32 cpu)
{
	/* The second half: possible, but never online so far. */
	if (cpu >= nr_cpu_ids || !cpu_possible(cpu) || !*per_cpu_ptr(stp_channel->buf, cpu))
		return -ENXIO;
	return anon_inode_getfd("[stap]", &stp_cpu_operations, (void *)(unsigned long)cpu,
				O_RDONLY | O_CLOEXEC);
}

/* ---- allocation ------------------------------------------------------------------------------ */

static STP_RELAY_SUBBUF_START(stp_subbuf_start, buf)
{
	return !relay_buf_full(buf);	/* 0: keep the old data and drop the new */
}

/*
 * relay wants both, and with no files there is nothing for them to do.  Older kernels take a result
 * other than NULL for a mistake (they warn), newer ones refuse NULL (they only fail): so NULL is
 * tried first. Neither keeps the dentry of a channel without files.
 */
static struct dentry stp_no_dentry;
static struct dentry *stp_buf_dentry;

static struct dentry *stp_create_buf_file(const char *name, struct dentry *parent, umode_t mode,
					  struct rchan_buf *buf, int *is_global)
{
	return stp_buf_dentry;
}

static int stp_remove_buf_file(struct dentry *dentry)
{
	return 0;
}

static const struct rchan_callbacks stp_relay_callbacks = {
	.subbuf_start = stp_subbuf_start,
	.create_buf_file = stp_create_buf_file,
	.remove_buf_file = stp_remove_buf_file,
};

int stp_transport_init(void)
{
	/*
	 * A record holds a whole print buffer, and powers of two keep positions right when they
	 * wrap.
	 */
	u32 needed = max_t(u32, stp_script.limits.print_size, STP_SUBBUF_SIZE_MIN) +
		     sizeof(struct stp_record);
	u32 size = roundup_pow_of_two(max(stp_script.limits.subbuf_size, needed));
	u32 count = roundup_pow_of_two(max_t(u32, stp_script.limits.subbufs, STP_SUBBUFS_MIN));
	int cpu;

	stp_queues = kvcalloc(nr_cpu_ids, sizeof(*stp_queues), GFP_KERNEL);
	if (!stp_queues)
		goto no_memory;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		mutex_init(&stp_queues[cpu].reading);
	stp_channel = relay_open(NULL, NULL, size, count, &stp_relay_callbacks, NULL);
	if (!stp_channel) {
		stp_buf_dentry = &stp_no_dentry;
		stp_channel = relay_open(NULL, NULL, size, count, &stp_relay_callbacks, NULL);
	}
	if (!stp_channel)
		goto no_memory;
	return 0;

no_memory:
	pr_err("%s: no memory for the output buffers, %u times %u bytes for each of %u CPUs\n",
	       THIS_MODULE->name, count, size, num_online_cpus());
	kvfree(stp_queues);
	return -ENOMEM;
}

void stp_transport_exit(void)
{
	relay_close(stp_channel);
	kvfree(stp_queues);
}
