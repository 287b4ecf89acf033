// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread of its own writes the line, because what takes long waits in system calls or in
 * libraries.  It is there only when there is a terminal.
 */
#include "progress.h"

#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PATIENCE G_USEC_PER_SEC		/* before anything is shown */
#define INTERVAL (G_USEC_PER_SEC / 5)	/* between two looks */
#define NESTING_MAX 8

struct step {
	char *what;
	gint outer;	/* percent of the step around it */
};

static GMutex lock;
static GCond changed;
static struct step steps[NESTING_MAX];
static guint depth;
static gint percent = -1;	/* of the innermost, atomic; -1: not known */
static gint64 since;		/* when the outermost began, or something else was printed */
static char *shown;		/* the line on the terminal; NULL: none */

static bool has_terminal(void)
{
	const char *terminal = g_getenv("TERM");

	return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb");
}

static void put(const char *text)
{
	struct pollfd terminal = { .fd = STDERR_FILENO, .events = POLLOUT };

	/* One that was stopped (Ctrl-S) must not stop us, nor keep a signal from ending us. */
	if (poll(&terminal, 1, 0) == 1) {
		ssize_t written = write(STDERR_FILENO, text, strlen(text));

		(void)written;
	}
}

static void erase(void)
{
	if (shown)
		put("\r\033[K");
	g_clear_pointer(&shown, g_free);
}

/* A line that is longer than the terminal is wide could not be erased. */
static void draw(const struct step *step)
{
	struct winsize size = { 0 };
	gint part = g_atomic_int_get(&percent);
	GString *line = g_string_new(step->what);

	if (part >= 0)
		g_string_append_printf(line, " %d %%", part);
	g_string_append(line, "...");
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 &&
	    line->len >= size.ws_col)
		g_string_truncate(line, size.ws_col - 1U);
	if (g_strcmp0(shown, line->str) != 0) {
		erase();
		put(line->str);
		shown = g_strdup(line->str);
	}
	g_string_free(line, TRUE);
}

static gpointer show(gpointer unused)
{
	g_mutex_lock(&lock);
	for (;;) {
		if (!depth)
			g_cond_wait(&changed, &lock);
		else
			g_cond_wait_until(&changed, &lock, g_get_monotonic_time() + INTERVAL);
		if (depth && g_get_monotonic_time() - since > PATIENCE)
			draw(&steps[MIN(depth, NESTING_MAX) - 1]);
	}
	return unused;
}

void progress_begin(const char *format, ...)
{
	static bool is_asked, is_terminal;
	struct step *step;
	va_list args;

	if (!is_asked && (is_terminal = has_terminal()))
		g_thread_unref(g_thread_new("progress", show, NULL));
	is_asked = true;
	if (!is_terminal)
		return;
	g_mutex_lock(&lock);
	if (!depth)
		since = g_get_monotonic_time();
	if (depth++ < NESTING_MAX) {
		step = &steps[depth - 1];
		va_start(args, format);
		step->what = g_strdup_vprintf(format, args);
		va_end(args);
		step->outer = g_atomic_int_get(&percent);
		g_atomic_int_set(&percent, -1);
	}
	g_cond_signal(&changed);
	g_mutex_unlock(&lock);
}

void progress_end(void)
{
	g_mutex_lock(&lock);
	if (depth && depth-- <= NESTING_MAX) {
		g_clear_pointer(&steps[depth].what, g_free);
		g_atomic_int_set(&percent, steps[depth].outer);
	}
	if (!depth)
		erase();
	g_mutex_unlock(&lock);
}

void progress_part(guint done, guint all)
{
	g_atomic_int_set(&percent, all ? (gint)((guint64)done * 100 / all) : 0);
}

void progress_hide(void)
{
	g_mutex_lock(&lock);
	erase();
	/* Not before who has called is done with it. */
	since = g_get_monotonic_time();
	g_mutex_unlock(&lock);
}
