// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * shared.c - one buffer for the output of several scripts: -DRELAYHOST=NAME, -DRELAYGUEST=NAME.
 *
 * The host offers its buffers by a file, /proc/driver/stap_relay_NAME.  A guest's kernel half opens it
 * when its buffers are made, and keeps it open as long as it is loaded: so the host cannot be
 * unloaded before its guests, and no name need be exported.
 */
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/proc_fs.h>

#include "runtime.h"

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

static int stp_host_init(void)
{
	char path[64];
	struct file *other = filp_open(stp_offer_path(path, sizeof(path)), O_RDONLY, 0);

	/* procfs warns in the kernel's log of a name that is taken. */
	if (!IS_ERR(other)) {
		filp_close(other, NULL);
		return -EEXIST;
	}
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
};

/* ---- guest ----------------------------------------------------------------------------------- */

static int stp_guest_init(void)
{
	char path[64];
	struct file *file = filp_open(stp_offer_path(path, sizeof(path)), O_RDONLY, 0);

	if (IS_ERR(file))
		return PTR_ERR(file) == -ENOENT ? -ENOLINK : PTR_ERR(file);
	if (!stp_is_transport(file)) {
		filp_close(file, NULL);
		return -EPROTO;
	}
	stp_host_file = file;
	stp_output = file->private_data;
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
};
