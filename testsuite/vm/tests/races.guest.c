// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * races.guest.c - what staprun and stapio do, by the interface of wire.h, again and again and at bad moments.
 *
 *	races MODULE.ko RACE ROUNDS [hits]
 *
 * RACE: start (START against STOP), attach (a reader against exit()), unload (unloading against running handlers), hotplug (loading and
 * running while a CPU goes and comes).  hits: four threads make some meanwhile.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire.h"

static const char *module_file;
static char module_name[64];
static volatile bool loading = true;

static void die(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

/* 0 to `most` microseconds. */
static void pause_up_to(unsigned int most)
{
	usleep((unsigned int)random() % (most + 1));
}

static int load(unsigned int flags)
{
	struct stp_prepare prepare = { .version = STP_WIRE_VERSION, .flags = flags };
	char path[128];
	int fd = open(module_file, O_RDONLY | O_CLOEXEC), control;

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		die("finit_module");
	close(fd);
	snprintf(path, sizeof(path), STP_CONTROL_DIR "/%s", module_name);
	control = open(path, O_RDWR | O_CLOEXEC);
	if (control < 0 || ioctl(control, STP_IOC_PREPARE, &prepare))
		die("PREPARE");
	return control;
}

static int attach(void)
{
	char path[128];

	snprintf(path, sizeof(path), STP_CONTROL_DIR "/%s", module_name);
	return open(path, O_RDWR | O_CLOEXEC);
}

static void unload(void)
{
	int attempts = 5000;

	while (syscall(SYS_delete_module, module_name, O_NONBLOCK)) {
		if ((errno != EAGAIN && errno != EBUSY && errno != EINTR) || !attempts--)
			die("delete_module");
		usleep(1000);
	}
}

static void start(int control, int target, bool may_be_late)
{
	const struct stp_start request = { .version = STP_WIRE_VERSION, .target = target };

	if (ioctl(control, STP_IOC_START, &request) && !(may_be_late && errno == EBUSY))
		die("START");
}

static struct stp_status status(int control)
{
	struct stp_status now;

	if (ioctl(control, STP_IOC_STATUS, &now))
		die("STATUS");
	return now;
}

/* Read all that is there, and see that it is records. */
static void drain(int control)
{
	static char buffer[1 << 17];

	for (unsigned int cpu = 0; cpu < status(control).possible_cpus; cpu++) {
		struct stp_cpu_fd which = { .cpu = cpu };
		int fd = ioctl(control, STP_IOC_CPU_FD, &which);
		ssize_t size;

		if (fd < 0)
			continue;
		while ((size = read(fd, buffer, sizeof(buffer))) > 0) {
			for (ssize_t at = 0; at < size;) {
				const struct stp_record *record = (const void *)(buffer + at);

				if (record->magic != STP_RECORD_MAGIC) {
					errno = EPROTO;
					die("a record");
				}
				at += STP_RECORD_SIZE((size_t)record->length);
			}
		}
		close(fd);
	}
}

/* ---- hits on all CPUs ------------------------------------------------------------------------ */

static void *make_hits(void *data)
{
	while (loading) {
		rmdir("/no/such/folder");
		syscall(SYS_getppid);
		usleep(1000);
	}
	return data;
}

/* ---- the races ------------------------------------------------------------------------------- */

static void *start_thread(void *control)
{
	start(*(int *)control, 0, true);
	return NULL;
}

static void race_start(void)
{
	int control = load(random() % 2 ? STP_OVERWRITE : 0);
	pthread_t thread;

	if (pthread_create(&thread, NULL, start_thread, &control))
		die("pthread_create");
	pause_up_to(3000);
	if (ioctl(control, STP_IOC_STOP))
		die("STOP");
	pthread_join(thread, NULL);
	if (status(control).state != STP_STATE_STOPPED) {
		errno = EPROTO;
		die("the state after STOP");
	}
	drain(control);
	close(control);
	unload();
}

static void race_attach(void)
{
	int control = load(random() % 2 ? STP_OVERWRITE : 0), i;

	/* With a target the script calls exit() soon. */
	start(control, getpid(), false);
	for (i = 0; i < 20; i++) {
		close(control);
		pause_up_to(2000);
		control = attach();
		if (control < 0)
			die("attach");
		drain(control);
		if (status(control).state >= STP_STATE_STOPPING)
			break;
	}
	if (ioctl(control, STP_IOC_STOP))
		die("STOP");
	drain(control);
	close(control);
	unload();
}

static void race_unload(void)
{
	int control = load(random() % 2 ? STP_OVERWRITE : 0);

	start(control, 0, false);
	pause_up_to(2000);
	close(control);
	unload();
}

static void *toggle_cpu(void *data)
{
	static const char file[] = "/sys/devices/system/cpu/cpu3/online";

	while (loading) {
		for (const char *state = "0"; state; state = *state == '0' ? "1" : NULL) {
			int fd = open(file, O_WRONLY | O_CLOEXEC);

			if (fd < 0 || write(fd, state, 1) != 1)
				die(file);
			close(fd);
			pause_up_to(5000);
		}
		++*(int *)data;
	}
	return NULL;
}

static void race_hotplug(void)
{
	int control = load(0);

	start(control, 0, false);
	pause_up_to(4000);
	drain(control);
	if (random() % 2 && ioctl(control, STP_IOC_STOP))
		die("STOP");
	drain(control);
	close(control);
	unload();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*round)(void);
	} races[] = {
		{ "start", race_start },
		{ "attach", race_attach },
		{ "unload", race_unload },
		{ "hotplug", race_hotplug },
	};
	pthread_t threads[4], toggler;
	int toggles = 0, rounds = argc >= 4 ? atoi(argv[3]) : 0, hitting = argc == 5 ? 4 : 0;

	if (!rounds)
		return 2;
	module_file = argv[1];
	snprintf(module_name, sizeof(module_name), "%.*s", (int)strcspn(argv[1], "."), argv[1]);
	srandom(1);
	for (int i = 0; i < hitting; i++)
		pthread_create(&threads[i], NULL, make_hits, NULL);
	if (!strcmp(argv[2], "hotplug"))
		pthread_create(&toggler, NULL, toggle_cpu, &toggles);
	for (size_t i = 0; i < sizeof(races) / sizeof(races[0]); i++)
		for (int round = 0; !strcmp(races[i].name, argv[2]) && round < rounds; round++)
			races[i].round();
	loading = false;
	for (int i = 0; i < hitting; i++)
		pthread_join(threads[i], NULL);
	if (!strcmp(argv[2], "hotplug"))
		pthread_join(toggler, NULL);
	printf("%s %d %d\n", argv[2], rounds, toggles);
	return 0;
}
