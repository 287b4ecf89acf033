/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * transport.h - writing a record, inline, for who owns a CPU's buffer at that moment: stp_send(), and
 * shared.c.  transport.c explains positions.
 */
#ifndef STP_TRANSPORT_H
#define STP_TRANSPORT_H

#include <linux/relay.h>

#include "runtime.h"

static inline u32 stp_record_max(const struct stp_transport *t)
{
	return t->channel->subbuf_size - sizeof(struct stp_record) - STP_RECORD_ALIGN;
}

/* false: there is no room. */
static __always_inline bool stp_put(struct stp_transport *t, struct stp_queue *queue,
				    enum stp_record_kind kind, const char *text, u32 length)
{
	struct rchan_buf *buf = *raw_cpu_ptr(t->channel->buf);
	size_t size = STP_RECORD_SIZE(length);
	struct stp_record *record;

	/* No buffer: the CPU came online this moment. */
	if (unlikely(!buf))
		return false;
	/* The offset of a full one is beyond its size. */
	if (unlikely(buf->offset + size >= t->channel->subbuf_size)) {
		if (!relay_switch_subbuf(buf, size))
			return false;
		WRITE_ONCE(queue->claimed, buf->subbufs_produced);
		smp_wmb();	/* claimed before anything is written there */
	}
	record = buf->data + buf->offset;
	record->magic = STP_RECORD_MAGIC;
	record->kind = kind;
	record->length = length;
	record->stamp = atomic64_inc_return(&t->stamp);
	memcpy(record + 1, text, length);
	memset((char *)(record + 1) + length, 0, size - sizeof(*record) - length);
	buf->offset += size;
	smp_store_release(&queue->head,
			  buf->subbufs_produced * t->channel->subbuf_size + buf->offset);
	return true;
}

#endif
