// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * starter.c - who has started the script: the user, the process, and the namespaces that ns_*()
 * count in, which are staprun's own or, with staprun -N, another process's.
 *
 * Linked only into modules that ask; stp_starter_hold() is weak in main.c.
 */

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>

#include "runtime.h"
#include "embedded.h"

static struct pid_namespace *stp_pids;	/* as the next one: from PREPARE to unload */
static struct user_namespace *stp_users;
static pid_t stp_loader_pid;

/* Of whoever is looked at; in its absence -ESRCH. */
static int stp_take_namespaces(struct task_struct *task)
{
	rcu_read_lock();
	/* NULL of a process that has ended: it is in none. */
	stp_pids = task_active_pid_ns(task);
	if (stp_pids)
		get_pid_ns(stp_pids);
	stp_users = get_user_ns(__task_cred(task)->user_ns);
	rcu_read_unlock();
	return stp_pids ? 0 : -ESRCH;
}

int stp_starter_hold(bool hold)
{
	struct task_struct *task;
	struct pid *pid;
	int rc;

	/* Also what a PREPARE that has failed took. */
	if (stp_pids)
		put_pid_ns(stp_pids);
	if (stp_users)
		put_user_ns(stp_users);
	stp_pids = NULL;
	stp_users = NULL;
	if (!hold)
		return 0;
	stp_loader_pid = task_tgid_nr(current);
	if (!stp_prepared.namespaces)
		return stp_take_namespaces(current);
	pid = find_get_pid(stp_prepared.namespaces);
	task = pid ? get_pid_task(pid, PIDTYPE_PID) : NULL;
	put_pid(pid);
	if (!task)
		return -ESRCH;
	rc = stp_take_namespaces(task);
	put_task_struct(task);
	return rc;
}

uint32_t stp_starter(void)
{
	return stp_prepared.owner;
}

int64_t stp_loader(void)
{
	return stp_loader_pid;
}

struct pid_namespace *stp_pid_namespace(void)
{
	return stp_pids;
}

struct user_namespace *stp_user_namespace(void)
{
	return stp_users;
}
