// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * shared.c - one buffer for the output of several scripts: -DRELAYHOST=NAME, -DRELAYGUEST=NAME.
 *
 * The host offers its buffers by a file, /proc/driver/stap_relay_NAME.  A guest's kernel half opens it
 * when its buffers are made, and keeps it open as long as it is loaded: so the host cannot be
 * unloaded before its guests, and no name need be exported.
 *
 * Several scripts write to one buffer on a CPU, and a handler of one may interrupt that of another.  So
 * they write with interrupts off; what still comes between, an NMI's, is dropped, and counted.
 */
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/proc_fs.h>

#include "runtime.h"
#include "transport.h"

static struct proc_dir_entry *stp_offer;
static struct file *stp_host_file;

static const char *stp_offer_path(char *path, size_t size)
{
	snprintf(path, size, "/proc/driver/stap_relay_%s", stp_script.shared_name);
	return path;
}

static bool stp_is_transport(const struct file *file)
{
	const struct stp_transport *t = file->private_data;

	return file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC && t &&
	       t->version == STP_WIRE_VERSION && t->size == sizeof(*t);
}

/* Texts may be longer than a record of the host's is. */
static void stp_shared_send(const char *text, u32 length)
{
	struct stp_transport *t = stp_output;
	u32 most = stp_record_max(t), part;
	struct stp_queue *queue;
	unsigned long flags;

	for (; length; text += part, length -= part) {
		part = min(length, most);
		raw_local_irq_save(flags);
		queue = &t->queues[raw_smp_processor_id()];
		if (READ_ONCE(queue->writing)) {
			atomic_long_inc(&queue->dropped);
		} else {
			WRITE_ONCE(queue->writing, true);
			barrier();
			if (!stp_put(t, queue, STP_RECORD_OUTPUT, text, part))
				atomic_long_inc(&queue->dropped);
			barrier();
			WRITE_ONCE(queue->writing, false);
		}
		raw_local_irq_restore(flags);
	}
	WRITE_ONCE(t->dirty, 1);
}

/* ---- host ------------------------------------------------------------------------------------ */

static int stp_offer_open(struct inode *inode, struct file *file)
{
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	file->private_data = &stp_own;
	return 0;
}

static int stp_offer_release(struct inode *inode, struct file *file)
{
	module_put(THIS_MODULE);
	return 0;
}

static const struct proc_ops stp_offer_operations = {
	.proc_open = stp_offer_open,
	.proc_release = stp_offer_release,
	.proc_lseek = noop_llseek,
};

static void stp_tell_name(void)
{
	strscpy(stp_prepared.relay, stp_script.shared_name, sizeof(stp_prepared.relay));
}

static int stp_host_init(void)
{
	char path[64];
	struct file *other = filp_open(stp_offer_path(path, sizeof(path)), O_RDONLY, 0);

	stp_tell_name();
	/* procfs warns in the kernel's log of a name that is taken. */
	if (!IS_ERR(other)) {
		filp_close(other, NULL);
		return -EEXIST;
	}
	stp_own.version = STP_WIRE_VERSION;
	stp_own.size = sizeof(stp_own);
	stp_own.shared = true;
	stp_offer = proc_create(path + sizeof("/proc/") - 1, 0600, NULL, &stp_offer_operations);
	return stp_offer ? 0 : -ENOMEM;
}

static void stp_host_exit(void)
{
	proc_remove(stp_offer);
}

const struct stp_shared_family stp_shared_host = {
	.flag = STP_HOST,
	.init = stp_host_init,
	.exit = stp_host_exit,
	.send = stp_shared_send,
};

/* ---- guest ----------------------------------------------------------------------------------- */

static int stp_guest_init(void)
{
	char path[64];
	struct file *file = filp_open(stp_offer_path(path, sizeof(path)), O_RDONLY, 0);

	stp_tell_name();
	if (IS_ERR(file))
		return PTR_ERR(file) == -ENOENT ? -ENOLINK : PTR_ERR(file);
	if (!stp_is_transport(file)) {
		filp_close(file, NULL);
		return -EPROTO;
	}
	stp_host_file = file;
	stp_output = file->private_data;
	stp_own.shared = true;
	return 0;
}

static void stp_guest_exit(void)
{
	if (!stp_host_file)
		return;
	stp_output = &stp_own;
	filp_close(stp_host_file, NULL);
}

const struct stp_shared_family stp_shared_guest = {
	.flag = STP_GUEST,
	.init = stp_guest_init,
	.exit = stp_guest_exit,
	.send = stp_shared_send,
};
