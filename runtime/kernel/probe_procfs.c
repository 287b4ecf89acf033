// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe_procfs.c - files in /proc/systemtap/MODULE.  A file's content is made when it is opened for
 * reading; what is written to it arrives when it is closed.  Files appear when the script has
 * started and go before it ends.
 */
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>

#include "runtime.h"
#include "embedded.h"
#include "probe_procfs.h"

#define STP_PROCFS_ROOT "systemtap"

/* One path, which may have a probe for each direction. */
struct stp_procfs_file {
	const struct stp_procfs_probe *read, *write;
	struct proc_dir_entry *entry;
};

struct stp_procfs {
	struct proc_dir_entry *folder;	/* /proc/systemtap/MODULE */
	u32 count;
	struct stp_procfs_file files[];
};

/* /proc/systemtap is everybody's: the first makes it, and it stays. */
static struct proc_dir_entry *stp_procfs_root(void)
{
	struct path path;

	if (!kern_path("/proc/" STP_PROCFS_ROOT, LOOKUP_FOLLOW, &path)) {
		path_put(&path);
		return NULL;
	}
	return proc_mkdir(STP_PROCFS_ROOT, NULL);
}

static int stp_procfs_hit(const struct stp_procfs_probe *file, struct stp_procfs_value *value)
{
	struct stp_context *c = stp_enter(file->probe, STP_STATE_RUNNING, NULL);
	int rc;

	if (!c)
		return stp_get_state() == STP_STATE_RUNNING ? -EBUSY : -ENODEV;
	c->saved = value;
	file->probe->handler(c);
	rc = c->last_error ? -EIO : 0;
	stp_leave(c);
	return rc;
}

static int stp_procfs_open(struct inode *inode, struct file *file)
{
	const struct stp_procfs_file *f = pde_data(inode);
	bool reads = file->f_mode & FMODE_READ, writes = file->f_mode & FMODE_WRITE;
	struct stp_procfs_value *value;
	int rc = 0;

	if ((reads && !f->read) || (writes && !f->write) || (reads && writes))
		return -EACCES;
	value = kzalloc(sizeof(*value), GFP_KERNEL);
	if (!value)
		return -ENOMEM;
	value->size = reads && f->read->maxsize ? f->read->maxsize : MAXSTRINGLEN - 1;
	value->text = kvzalloc(value->size + 1, GFP_KERNEL);
	if (!value->text)
		rc = -ENOMEM;
	else if (reads)
		rc = stp_procfs_hit(f->read, value);
	if (rc) {
		kvfree(value->text);
		kfree(value);
		return rc;
	}
	file->private_data = value;
	return 0;
}

static ssize_t stp_procfs_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	const struct stp_procfs_value *value = file->private_data;

	return simple_read_from_buffer(to, count, pos, value->text, value->length);
}

static ssize_t stp_procfs_write(struct file *file, const char __user *from, size_t count,
				loff_t *pos)
{
	struct stp_procfs_value *value = file->private_data;
	size_t room = value->size - value->length;

	if (!room && count)
		return -ENOSPC;
	count = min(count, room);
	if (copy_from_user(value->text + value->length, from, count))
		return -EFAULT;
	value->length += count;
	*pos += count;
	return count;
}

static int stp_procfs_release(struct inode *inode, struct file *file)
{
	const struct stp_procfs_file *f = pde_data(inode);
	struct stp_procfs_value *value = file->private_data;

	if (file->f_mode & FMODE_WRITE && value->length)
		stp_procfs_hit(f->write, value);
	kvfree(value->text);
	kfree(value);
	return 0;
}

static const struct proc_ops stp_procfs_ops = {
	.proc_open = stp_procfs_open,
	.proc_read = stp_procfs_read,
	.proc_write = stp_procfs_write,
	.proc_lseek = default_llseek,
	.proc_release = stp_procfs_release,
};

/* The file of this path, which an earlier probe may have named. */
static struct stp_procfs_file *stp_procfs_find(struct stp_procfs *state, const char *path)
{
	u32 i;

	for (i = 0; i < state->count; i++) {
		const struct stp_procfs_file *f = &state->files[i];

		if (!strcmp((f->read ? f->read : f->write)->path, path))
			return &state->files[i];
	}
	return &state->files[state->count++];
}

static int stp_procfs_init(struct stp_probe_set *set)
{
	const struct stp_procfs_probe *probes = set->table;
	struct stp_procfs *state = kzalloc(struct_size(state, files, set->count), GFP_KERNEL);
	u32 i;

	if (!state)
		return -ENOMEM;
	set->state = state;
	for (i = 0; i < set->count; i++) {
		struct stp_procfs_file *f = stp_procfs_find(state, probes[i].path);

		if (probes[i].write)
			f->write = &probes[i];
		else
			f->read = &probes[i];
	}
	return 0;
}

static umode_t stp_procfs_mode(const struct stp_procfs_file *f)
{
	umode_t mode = 0;

	if (f->read)
		mode |= 0444 & ~f->read->umask;
	if (f->write)
		mode |= 0222 & ~f->write->umask;
	return mode;
}

/* The folders on the way to a file; they go with the module's own folder. */
static struct proc_dir_entry *stp_procfs_parent(struct stp_procfs *state, const char **path)
{
	struct proc_dir_entry *parent = state->folder, *next;
	const char *slash;
	char name[NAME_MAX + 1];

	while ((slash = strchr(*path, '/'))) {
		size_t length = min_t(size_t, slash - *path, NAME_MAX);

		memcpy(name, *path, length);
		name[length] = 0;
		*path = slash + 1;
		next = proc_mkdir(name, parent);
		if (!next)
			return NULL;
		parent = next;
	}
	return parent;
}

static int stp_procfs_create(struct stp_procfs *state, struct stp_procfs_file *f)
{
	const char *path = (f->read ? f->read : f->write)->path;
	struct proc_dir_entry *parent = stp_procfs_parent(state, &path);

	if (parent)
		f->entry = proc_create_data(path, stp_procfs_mode(f), parent, &stp_procfs_ops, f);
	return f->entry ? 0 : -ENOMEM;
}

static int stp_procfs_arm(struct stp_probe_set *set)
{
	struct stp_procfs *state = set->state;
	char name[64 + sizeof(STP_PROCFS_ROOT)];
	int rc, last = 0;
	u32 i;

	stp_procfs_root();
	snprintf(name, sizeof(name), STP_PROCFS_ROOT "/%s", stp_module_name());
	state->folder = proc_mkdir(name, NULL);
	if (!state->folder) {
		stp_message(STP_RECORD_WARNING, "cannot create /proc/%s", name);
		return -ENOMEM;
	}
	for (i = 0; i < state->count; i++) {
		const struct stp_procfs_file *f = &state->files[i];

		rc = stp_procfs_create(state, &state->files[i]);
		if (rc) {
			stp_message(STP_RECORD_WARNING, "cannot create /proc/%s/%s (rc %d)", name,
				    (f->read ? f->read : f->write)->path, rc);
			last = rc;
			continue;
		}
		set->armed += (f->read ? 1 : 0) + (f->write ? 1 : 0);
	}
	return set->armed ? 0 : last;
}

/* Waits for those who are in a file's operations, and closes open files. */
static void stp_procfs_disarm(struct stp_probe_set *set)
{
	struct stp_procfs *state = set->state;

	proc_remove(state->folder);
	state->folder = NULL;
}

static void stp_procfs_exit(struct stp_probe_set *set)
{
	kfree(set->state);
	set->state = NULL;
}

const struct stp_probe_type stp_probe_type_procfs = {
	.name = "procfs",
	.init = stp_procfs_init,
	.arm = stp_procfs_arm,
	.disarm = stp_procfs_disarm,
	.exit = stp_procfs_exit,
};
