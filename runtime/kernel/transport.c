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
 *
 * A flight recorder's writer waits for nobody: it takes the oldest sub-buffer, read or not.  It says so in
 * `claimed` before it writes there, and a reader looks at that after it has copied: what may have
 * been written to meanwhile does not count, and it goes on with the oldest that is whole.
 *
 * A shared buffer has several writers on a CPU, which are another matter: shared.c.
 */
#include <linux/anon_inodes.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/relay.h>
#include <linux/uaccess.h>

#include "runtime.h"
#include "transport.h"

#define STP_SUBBUF_SIZE_MIN 4096
#define STP_SUBBUFS_MIN 2	/* the reader frees one only when the writer is in another */

struct stp_transport stp_own;
struct stp_transport *stp_output = &stp_own;

/* ---- writing --------------------------------------------------------------------------------- */

void stp_send(enum stp_record_kind kind, const char *text, u32 length)
{
	struct stp_queue *queue = &stp_own.queues[raw_smp_processor_id()];

	if (unlikely(stp_own.shared) && kind == STP_RECORD_OUTPUT) {
		stp_script.shared->send(text, length);
		return;
	}
	if (!stp_put(&stp_own, queue, kind, text, min_t(u32, length, stp_record_max(&stp_own))))
		atomic_long_inc(&queue->dropped);
	if (!READ_ONCE(stp_own.dirty))
		WRITE_ONCE(stp_own.dirty, 1);
}

bool stp_transport_take_dirty(void)
{
	return READ_ONCE(stp_own.dirty) && xchg(&stp_own.dirty, 0);
}

u64 stp_transport_stamp(void)
{
	return atomic64_read(&stp_own.stamp);
}

u64 stp_transport_dropped(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += stp_transport_dropped_on(cpu);
	return sum;
}

/* The fullest buffer's unread bytes. */
static unsigned long stp_transport_unread(void)
{
	unsigned long most = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct stp_queue *queue = &stp_output->queues[cpu];

		most = max(most, READ_ONCE(queue->head) - READ_ONCE(queue->tail));
	}
	return most;
}

#define STP_DRAIN_STEP_MS 5
#define STP_DRAIN_STEPS 500	/* without any progress: nobody reads */

void stp_transport_drain(void)
{
	const struct rchan *channel = stp_output->channel;
	unsigned long limit = channel->subbuf_size * channel->n_subbufs / 4;
	unsigned long unread, before = 0;
	int steps = 0;

	while (!stp_output->overwrite && (unread = stp_transport_unread()) > limit && steps++ < STP_DRAIN_STEPS) {
		if (unread != before)
			steps = 0;
		before = unread;
		msleep(STP_DRAIN_STEP_MS);
	}
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Bytes of the whole records that begin at `from`, at most `room`; less where there is no record. */
static size_t stp_whole_records(const char *from, size_t available, size_t room)
{
	size_t size = 0;

	while (size < available) {
		const struct stp_record *record = (const void *)(from + size);
		size_t next = size + STP_RECORD_SIZE(record->length);

		if (record->magic != STP_RECORD_MAGIC || next > available || next > room)
			break;
		size = next;
	}
	return size;
}

/* Has the writer taken a sub-buffer for new records?  Asked after what was read from there. */
static bool stp_overtaken(const struct stp_queue *queue, unsigned long number)
{
	smp_rmb();
	return READ_ONCE(queue->claimed) >= number + stp_own.channel->n_subbufs;
}

static ssize_t stp_queue_read(struct stp_queue *queue, struct rchan_buf *buf, char __user *to,
			      size_t room)
{
	const size_t subbuf_size = stp_own.channel->subbuf_size;
	const size_t count = stp_own.channel->n_subbufs;
	size_t done = 0;

	for (;;) {
		unsigned long head = smp_load_acquire(&queue->head);
		unsigned long number = queue->tail / subbuf_size;
		size_t place = number % count;
		bool left = number != head / subbuf_size;	/* by the writer */
		unsigned long end = head;
		const char *from;
		size_t size;

		if (stp_overtaken(queue, number)) {
			WRITE_ONCE(queue->tail,
				   (READ_ONCE(queue->claimed) - count + 1) * subbuf_size);
			continue;
		}
		if (left)
			end = (number + 1) * subbuf_size - buf->padding[place];
		if (queue->tail == end) {
			if (!left)
				return done;
			WRITE_ONCE(queue->tail, (number + 1) * subbuf_size);
			/* All reads of the sub-buffer come before the writer may have it. */
			smp_mb();
			relay_subbufs_consumed(stp_own.channel, buf->cpu, 1);
			continue;
		}

		from = (char *)buf->start + place * subbuf_size + queue->tail % subbuf_size;
		size = stp_whole_records(from, end - queue->tail, room - done);
		if (size && copy_to_user(to + done, from, size))
			return done ? done : -EFAULT;
		if (stp_overtaken(queue, number))
			continue;
		if (!size)
			return done ? done : -EMSGSIZE;
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
	struct stp_queue *queue = &stp_own.queues[cpu];
	ssize_t rc;

	if (mutex_lock_interruptible(&queue->reading))
		return -ERESTARTSYS;
	rc = stp_queue_read(queue, *per_cpu_ptr(stp_own.channel->buf, cpu), to, room);
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
	if (!stp_own.channel || cpu >= nr_cpu_ids || !cpu_possible(cpu) || !*per_cpu_ptr(stp_own.channel->buf, cpu))
		return -ENXIO;
	return anon_inode_getfd("[stap]", &stp_cpu_operations, (void *)(unsigned long)cpu,
				O_RDONLY | O_CLOEXEC);
}

/* ---- allocation ------------------------------------------------------------------------------ */

static STP_RELAY_SUBBUF_START(stp_subbuf_start, buf)
{
	/* 0: keep the old data and drop the new */
	return stp_own.overwrite || !relay_buf_full(buf);
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

/* Bytes of a sub-buffer; it holds a whole print buffer.  Powers of two: positions wrap. */
static u32 stp_subbuf_size(void)
{
	u32 needed = max_t(u32, stp_script.limits.print_size, STP_SUBBUF_SIZE_MIN) +
		     sizeof(struct stp_record);

	return roundup_pow_of_two(max(stp_script.limits.subbuf_size, needed));
}

/* Sub-buffers of a CPU; 0: more than there is memory for. */
static u32 stp_subbuf_count(u32 size, u32 megabytes)
{
	u64 bytes = ((u64)megabytes << 20) / (stp_script.limits.bulk ? 1 : num_online_cpus());
	u64 count = megabytes ? div_u64(bytes, size) : stp_script.limits.subbufs;

	count = max_t(u64, count, STP_SUBBUFS_MIN);
	if (count > U32_MAX / size / 2 ||
	    (megabytes &&
	     (count * size >> PAGE_SHIFT) * num_online_cpus() > (u64)si_mem_available() / 2))
		return 0;
	/* What was asked for is a limit. */
	return megabytes ? rounddown_pow_of_two((u32)count) : roundup_pow_of_two((u32)count);
}

int stp_transport_init(u32 megabytes, bool overwrite)
{
	u32 size = stp_subbuf_size(), count;
	int cpu;

	stp_own.overwrite = overwrite;
	count = stp_subbuf_count(size, megabytes);
	if (!count)
		return -ENOMEM;
	stp_own.queues = kvcalloc(nr_cpu_ids, sizeof(*stp_own.queues), GFP_KERNEL);
	if (!stp_own.queues)
		return -ENOMEM;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		mutex_init(&stp_own.queues[cpu].reading);
	stp_own.channel = relay_open(NULL, NULL, size, count, &stp_relay_callbacks, NULL);
	if (!stp_own.channel) {
		stp_buf_dentry = &stp_no_dentry;
		stp_own.channel = relay_open(NULL, NULL, size, count, &stp_relay_callbacks, NULL);
	}
	if (stp_own.channel)
		return 0;
	stp_transport_exit();
	return -ENOMEM;
}

void stp_transport_exit(void)
{
	if (stp_own.channel)
		relay_close(stp_own.channel);
	kvfree(stp_own.queues);
	stp_own.channel = NULL;
	stp_own.queues = NULL;
}
