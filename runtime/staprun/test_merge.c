// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the merge: order, late records, more than a queue holds.  Files stand for the CPUs'
 * buffers.
 */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "merge.h"

#define CPUS 2
#define SMALL 64
#define LARGE 8192
#define LONGER_THAN_THE_WAIT_US 700000

const char *program_name = "test_merge";

struct fixture {
	char *dir, *out;
	int write_ends[CPUS];
	struct merge merge;
	struct output output;
};

static void set_up(struct fixture *f, gconstpointer data)
{
	const struct stp_status status = { .state = STP_STATE_LOADED, .possible_cpus = CPUS };
	const struct file_limits none = { 0 };

	(void)data;
	f->dir = g_dir_make_tmp("stap-test-XXXXXX", NULL);
	f->out = g_build_filename(f->dir, "out", NULL);
	g_assert_cmpint(output_open(&f->output, f->out, NULL, &none), ==, 0);
	g_assert_cmpint(merge_open(&f->merge, -1, &status), ==, 0);
	for (int i = 0; i < CPUS; i++) {
		char *path = g_strdup_printf("%s/%d", f->dir, i);

		f->write_ends[i] = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
		f->merge.queues[i].fd = open(path, O_RDONLY);
		g_unlink(path);
		g_free(path);
	}
}

static void tear_down(struct fixture *f, gconstpointer data)
{
	(void)data;
	for (int i = 0; i < CPUS; i++)
		close(f->write_ends[i]);
	merge_close(&f->merge);
	output_close(&f->output);
	g_unlink(f->out);
	g_rmdir(f->dir);
	g_free(f->out);
	g_free(f->dir);
}

/*
 * A record of so many bytes whose text is its stamp.  Sizes divide a queue's, so that a read of a
 * file ends where a record does, as the module's do.
 */
static void put(struct fixture *f, int cpu, guint64 stamp, int size)
{
	char *text = g_strdup_printf("%-*" G_GUINT64_FORMAT "\n",
				     size - (int)sizeof(struct stp_record) - 1, stamp);
	struct stp_record record = {
		.magic = STP_RECORD_MAGIC,
		.kind = STP_RECORD_OUTPUT,
		.length = (guint32)strlen(text),
		.stamp = stamp,
	};
	gsize whole = STP_RECORD_SIZE(record.length);
	char *bytes = g_malloc0(whole);

	memcpy(bytes, &record, sizeof(record));
	memcpy(bytes + sizeof(record), text, record.length);
	g_assert_cmpint(write(f->write_ends[cpu], bytes, whole), ==, (gssize)whole);
	g_free(bytes);
	g_free(text);
}

/* What was written so far, as "1 2 3". */
static void assert_written(struct fixture *f, const char *expected)
{
	char *text, **lines;
	GString *got = g_string_new(NULL);

	output_flush(&f->output);
	g_assert_true(g_file_get_contents(f->out, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (int i = 0; lines[i] && *lines[i]; i++)
		g_string_append_printf(got, "%s%s", i ? " " : "", g_strchomp(lines[i]));
	g_assert_cmpstr(got->str, ==, expected);
	g_string_free(got, TRUE);
	g_strfreev(lines);
	g_free(text);
}

static void test_order(struct fixture *f, gconstpointer data)
{
	(void)data;
	put(f, 0, 2, SMALL);
	put(f, 0, 3, SMALL);
	put(f, 1, 1, SMALL);
	put(f, 1, 4, SMALL);
	merge_round(&f->merge, &f->output, false);
	assert_written(f, "1 2 3 4");
	g_assert_cmpint(merge_round(&f->merge, &f->output, true), ==, 0);
}

/* One that is still being written is waited for. */
static void test_wait(struct fixture *f, gconstpointer data)
{
	(void)data;
	put(f, 0, 2, SMALL);
	g_assert_cmpint(merge_round(&f->merge, &f->output, false), ==, 1);
	assert_written(f, "");
	put(f, 1, 1, SMALL);
	merge_round(&f->merge, &f->output, false);
	assert_written(f, "1 2");
}

/*
 * One that is given up holds up what was seen before, and not what came with the last look: the end
 * probe's record (3) was made when 1 had been, on the CPU that was looked at first.
 */
static void test_late(struct fixture *f, gconstpointer data)
{
	(void)data;
	put(f, 1, 2, SMALL);
	g_assert_cmpint(merge_round(&f->merge, &f->output, false), ==, 1);
	g_usleep(LONGER_THAN_THE_WAIT_US);
	put(f, 1, 3, SMALL);
	g_assert_cmpint(merge_round(&f->merge, &f->output, false), ==, 1);
	assert_written(f, "2");
	put(f, 0, 1, SMALL);
	merge_round(&f->merge, &f->output, false);
	assert_written(f, "2 1 3");
}

/* A CPU that writes much while another's record is missing: nothing of it is left behind. */
static void test_full_queue(struct fixture *f, gconstpointer data)
{
	GString *expected = g_string_new(NULL);

	(void)data;
	for (guint64 stamp = 2; stamp <= 50; stamp++)
		put(f, 0, stamp, LARGE);
	for (int i = 0; i < 5; i++)
		g_assert_cmpint(merge_round(&f->merge, &f->output, false), ==, 1);
	put(f, 1, 1, SMALL);
	for (int i = 0; merge_round(&f->merge, &f->output, true); i++)
		g_assert_cmpint(i, <, 100);
	for (int stamp = 1; stamp <= 50; stamp++)
		g_string_append_printf(expected, "%s%d", stamp > 1 ? " " : "", stamp);
	assert_written(f, expected->str);
	g_string_free(expected, TRUE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/merge/order", struct fixture, NULL, set_up, test_order, tear_down);
	g_test_add("/merge/wait", struct fixture, NULL, set_up, test_wait, tear_down);
	g_test_add("/merge/late", struct fixture, NULL, set_up, test_late, tear_down);
	g_test_add("/merge/full-queue", struct fixture, NULL, set_up, test_full_queue, tear_down);
	return g_test_run();
}
