// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lines.driver.c - how fast lines come from the kernel into a file.
 *
 *	lines LABEL TRIGGER FILE BATCH BATCHES
 *
 * Writes BATCH to TRIGGER, which makes so many lines "line NUMBER", waits until the last of them is in FILE, and again.
 * Prints "LABEL NANOSECONDS" per line.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

/* Does the file end with the last line of a batch, and has it grown? */
static int complete(int file, off_t before, const char *last)
{
	off_t end = lseek(file, 0, SEEK_END);
	char tail[64];
	size_t length = strlen(last);

	return end > before && end >= (off_t)length &&
	       pread(file, tail, length, end - (off_t)length) == (ssize_t)length && !memcmp(tail, last, length);
}

int main(int argc, char **argv)
{
	int file, batches;
	char text[16], last[32];
	double start;

	if (argc != 6)
		return 2;
	batches = atoi(argv[5]);
	file = open(argv[3], O_RDONLY);
	if (file < 0) {
		perror(argv[3]);
		return 1;
	}
	snprintf(text, sizeof(text), "%s\n", argv[4]);
	snprintf(last, sizeof(last), " %s\n", argv[4]);
	start = now_ns();
	for (int i = 0; i < batches; i++) {
		off_t before = lseek(file, 0, SEEK_END);
		double deadline = now_ns() + 20e9;

		int trigger = open(argv[2], O_WRONLY);

		if (trigger < 0 || write(trigger, text, strlen(text)) < 0 || close(trigger)) {
			perror(argv[2]);
			return 1;
		}
		while (!complete(file, before, last)) {
			usleep(200);
			if (now_ns() > deadline) {
				fprintf(stderr, "%s: the lines of batch %d have not come\n", argv[1], i);
				return 1;
			}
		}
	}
	printf("%s %.0f\n", argv[1], (now_ns() - start) / batches / atof(argv[4]));
	return 0;
}
