// SPDX-License-Identifier: GPL-2.0-or-later
#include "signals.h"
#include "folder.h"
#include "kbuild.h"
#include "progress.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static pid_t child;

static sigset_t handled_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	return set;
}

static void *take_signals(void *unused)
{
	sigset_t set = handled_signals();

	for (;;) {
		siginfo_t info;
		int number = sigwaitinfo(&set, &info);

		if (number < 0)
			continue;
		pthread_mutex_lock(&lock);
		if (!child) {
			progress_hide();
			kbuild_kill_children();
			/* The killed may still be at their last write. */
			for (int i = 0; folder && i < 50 && access(folder, F_OK) == 0; i++) {
				folder_remove(folder);
				usleep(2000);
			}
			_exit(128 + number);
		}
		/*
		 * A key at the terminal reaches staprun by itself; a second SIGINT would force it.
		 */
		if (info.si_code != SI_KERNEL)
			kill(child, number);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

void signals_start(void)
{
	sigset_t set = handled_signals();
	pthread_t thread;

	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&thread, NULL, take_signals, NULL);
	pthread_detach(thread);
}

void signals_set_folder(const char *new_folder)
{
	pthread_mutex_lock(&lock);
	folder = new_folder;
	pthread_mutex_unlock(&lock);
}

void signals_set_child(pid_t new_child)
{
	pthread_mutex_lock(&lock);
	child = new_child;
	pthread_mutex_unlock(&lock);
}

void signals_reset_in_child(void)
{
	sigset_t set = handled_signals();

	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
