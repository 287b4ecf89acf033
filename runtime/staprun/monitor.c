// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * monitor.c - a few lines at the head of the terminal.  The terminal itself scrolls what is below
 * them (DECSTBM, as ECMA-48 terminals and xterm have it), so the script's output needs no detour.
 */
#include "monitor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define HEAD_LINES 4
#define ROWS_LEAST 10
#define COLUMNS_MOST 200

const char *const skip_reasons[STP_SKIP_KINDS] = {
	[STP_SKIP_REENTRANT] = "reentrancy",
	[STP_SKIP_LOCK] = "a lock on a global variable",
	[STP_SKIP_STACK] = "little stack",
	[STP_SKIP_MISSED] = "hits that the kernel missed",
};

static const char *const states[] = {
	[STP_STATE_LOADED] = "loaded",	   [STP_STATE_STARTING] = "starting",
	[STP_STATE_RUNNING] = "running",   [STP_STATE_STOPPING] = "stopping",
	[STP_STATE_ERROR] = "in an error", [STP_STATE_STOPPED] = "stopped",
};

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Nothing can be done about a terminal that takes nothing. */
static void tell(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

int monitor_open(struct monitor *monitor, const char *script, long seconds)
{
	if (!isatty(STDERR_FILENO)) {
		say_error("-M shows the script's state on a terminal, and standard error is none.");
		return -1;
	}
	monitor->script = script;
	monitor->interval = seconds;
	monitor->begun = monitor->next = now_ms();
	return 0;
}

int monitor_wait(const struct monitor *monitor, int most)
{
	long left;

	if (!monitor->script)
		return most;
	left = monitor->next - now_ms();
	return left < 0 ? 0 : left < most ? (int)left : most;
}

/* Lines below the head scroll by themselves; the cursor goes there. */
static void set_up(struct monitor *monitor, int rows)
{
	char text[64];

	snprintf(text, sizeof(text), "\033[%d;%dr\033[%d;1H", HEAD_LINES + 1, rows, rows);
	/* What is in the way scrolls up first. */
	if (!monitor->rows)
		tell("\n\n\n\n");
	tell(text);
	monitor->rows = rows;
}

__attribute__((format(printf, 3, 4)))
static void show_line(int row, int columns, const char *format, ...)
{
	char text[COLUMNS_MOST + 1], whole[COLUMNS_MOST + 32];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	snprintf(whole, sizeof(whole), "\0337\033[%d;1H\033[2K%.*s\0338", row, columns - 1, text);
	tell(whole);
}

void monitor_show(struct monitor *monitor, const struct stp_status *status)
{
	char skips[COLUMNS_MOST] = "", rule[COLUMNS_MOST + 1];
	unsigned long long skipped = 0;
	struct winsize size;
	long now = now_ms();
	size_t length = 0;
	int i;

	if (!monitor->script || now < monitor->next)
		return;
	monitor->next = now + monitor->interval * 1000;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_row < ROWS_LEAST || size.ws_col < 2)
		return;
	if (size.ws_col > COLUMNS_MOST)
		size.ws_col = COLUMNS_MOST;
	if (size.ws_row != monitor->rows)
		set_up(monitor, size.ws_row);
	for (i = 0; i < STP_SKIP_KINDS; i++) {
		skipped += status->skipped[i];
		if (status->skipped[i] && length < sizeof(skips))
			length += snprintf(skips + length, sizeof(skips) - length, "%s%llu %s",
					   length ? ", " : ": ",
					   (unsigned long long)status->skipped[i], skip_reasons[i]);
	}
	memset(rule, '-', sizeof(rule) - 1);
	rule[sizeof(rule) - 1] = 0;
	show_line(1, size.ws_col, "%s: %s for %ld s", monitor->script,
		  status->state < sizeof(states) / sizeof(states[0]) ? states[status->state] : "?",
		  (now - monitor->begun) / 1000);
	show_line(2, size.ws_col,
		  "probes armed %llu, not armed %llu; errors %llu; records written %llu, lost %llu",
		  (unsigned long long)status->probes_armed,
		  (unsigned long long)status->probes_failed, (unsigned long long)status->errors,
		  (unsigned long long)status->stamp, (unsigned long long)status->dropped);
	show_line(3, size.ws_col, "skipped hits %llu%s", skipped, skips);
	show_line(HEAD_LINES, size.ws_col, "%s", rule);
}

void monitor_close(struct monitor *monitor)
{
	char text[32];

	if (!monitor->rows)
		return;
	snprintf(text, sizeof(text), "\0337\033[r\0338");
	tell(text);
	monitor->rows = 0;
}
