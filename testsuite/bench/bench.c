// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench - what passes 1 to 4 cost, against the budgets that the README states.
 *
 *	bench [-n ROUNDS] STAP READERS.stp [RELEASE]
 *
 * The reference is a hello module written by hand and built by Kbuild.  Each round builds it once
 * and then does everything that is measured, so that what else the machine does harms both sides
 * alike; the median of the rounds counts.  "Cold" means a script that was never seen on a kernel
 * that was: neither its result nor its object is in the cache, while the recording, the runtime
 * archive and the tapset's objects are.  For that, every cold script differs by a number.
 *
 * Everything happens in a temporary folder with a cache of its own.  Exit status: 0, 1 when a
 * budget is exceeded, 2 when something could not be measured at all.
 */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_ROUNDS 7
#define SAMPLE_US 500

/* What is measured in each round, in the order of a round. */
enum series {
	KBUILD,
	HELLO,
	PASS_1,
	PASS_2,
	PASS_3,
	READERS,
	VFS,
	VFS_PASS_2,
	SYSCALLS,
	SYSCALLS_PASS_4,
	ARGUMENTS,
	ARGUMENTS_PASS_4,
	HIT,
	SCALE_TENTH,
	SCALE,
	SERIES
};

struct bench {
	const char *stap, *release;
	char *readers;		/* the script's text */
	char *folder, *log;	/* of everything; what the last command printed */
	gint64 number;		/* the next cold script's */
	GArray *series[SERIES];	/* double: milliseconds, one a round */
	double first;		/* milliseconds of the first module ever for the kernel */
	double index;		/* milliseconds of the pass 2 that makes debuginfo's index */
	double peak_first, peak_cold, peak_p3, peak_hit, peak_index, peak_vfs;	/* MB */
	double hello_size;	/* kB */
	bool over;
};

static struct bench bench;

static void remove_folder(void)
{
	folder_remove(bench.folder);
}

static void G_GNUC_NORETURN G_GNUC_PRINTF(1, 2) die(const char *format, ...)
{
	va_list args;

	fputs("bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

/* ---- commands -------------------------------------------------------------------------------- */

struct run {
	double ms;
	double peak; /* MB of memory that the program itself had at most, without what it started */
	char *text; /* what it printed, g_free() */
};

/* VmHWM of a process, in kB; 0 when it is gone. */
static long read_peak(pid_t pid)
{
	char path[64], line[256];
	long peak = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmHWM: %ld", &peak) == 1)
			break;
	if (file)
		fclose(file);
	return peak;
}

static void execute(char **argv, const char *log)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(126);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/*
 * Run a command that must succeed.  wait4() counts the memory of the program's children, too (its
 * compilers), so with `alone` the program's own is sampled instead: it only ever grows, so that no
 * more than its last half millisecond is missed.
 */
static struct run run(bool alone, char **argv)
{
	struct run result = { 0 };
	struct rusage usage;
	gint64 start = g_get_monotonic_time();
	long peak = 0;
	int status;
	pid_t pid, ended;

	pid = fork();
	if (!pid)
		execute(argv, bench.log);
	while ((ended = wait4(pid, &status, alone ? WNOHANG : 0, &usage)) == 0) {
		peak = MAX(peak, read_peak(pid));
		g_usleep(SAMPLE_US);
	}
	if (ended < 0)
		die("cannot run %s: %s", argv[0], strerror(errno));
	result.ms = (double)(g_get_monotonic_time() - start) / 1000;
	result.peak = (double)(alone ? peak : usage.ru_maxrss) / 1024;
	if (!g_file_get_contents(bench.log, &result.text, NULL, NULL))
		die("cannot read %s", bench.log);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		die("this failed: %s ...\n%s", argv[0], result.text);
	return result;
}

/* stap -v -pPASS -r RELEASE -e SCRIPT; its text must have `expected` in it. */
static struct run run_stap(bool alone, const char *pass, const char *script, const char *expected)
{
	char *argv[] = { (char *)bench.stap,	(char *)"-v", (char *)pass,   (char *)"-r",
			 (char *)bench.release, (char *)"-e", (char *)script, NULL };
	struct run result = run(alone, argv);

	if (!strstr(result.text, expected))
		die("stap did not say '%s':\n%s", expected, result.text);
	return result;
}

/* ---- what is measured ------------------------------------------------------------------------ */

static void add(enum series which, double ms)
{
	g_array_append_val(bench.series[which], ms);
}

static gint compare_doubles(gconstpointer a, gconstpointer b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(enum series which)
{
	GArray *values = bench.series[which];

	g_array_sort(values, compare_doubles);
	return g_array_index(values, double, values->len / 2);
}

/* The real time on a line "Pass N: ... in 1usr/2sys/3real ms." */
static double pass_ms(const char *text, const char *pass)
{
	const char *line = strstr(text, pass), *end = line ? strstr(line, "real ms.") : NULL;
	int user, system, real;

	line = end ? g_strrstr_len(line, end - line, " in ") : NULL;
	if (!line || sscanf(line, " in %dusr/%dsys/%dreal ms.", &user, &system, &real) != 3)
		die("no time of %s in:\n%s", pass, text);
	return real;
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char *path = g_build_filename(dir, name, NULL);

	if (!g_file_set_contents(path, text, -1, NULL))
		die("cannot write %s", path);
	g_free(path);
}

static void measure_kbuild(int round)
{
	char *dir = g_strdup_printf("%s/kbuild-%d", bench.folder, round);
	char *tree = g_str_has_prefix(bench.release, "/") ?
			     g_strdup(bench.release) :
			     g_strdup_printf("/lib/modules/%s/build", bench.release);
	char *m = g_strdup_printf("M=%s", dir);
	char *argv[] = { (char *)"make", (char *)"-C", tree, m, (char *)"modules", NULL };
	struct run result;

	if (g_mkdir(dir, 0700))
		die("cannot create %s: %s", dir, strerror(errno));
	write_file(dir, "Makefile", "obj-m := hello.o\n");
	write_file(dir, "hello.c",
		   "#include <linux/init.h>\n"
		   "#include <linux/module.h>\n"
		   "static int __init hello_init(void)\n"
		   "{\n"
		   "\tpr_info(\"hello world\\n\");\n"
		   "\treturn 0;\n"
		   "}\n"
		   "static void __exit hello_exit(void)\n"
		   "{\n"
		   "}\n"
		   "module_init(hello_init);\n"
		   "module_exit(hello_exit);\n"
		   "MODULE_LICENSE(\"GPL\");\n");
	result = run(false, argv);
	add(KBUILD, result.ms);
	g_free(result.text);
	g_free(m);
	g_free(tree);
	g_free(dir);
}

static char *hello_script(void)
{
	return g_strdup_printf("probe begin { printf(\"hello world %" G_GINT64_FORMAT
			       "\\n\"); exit() }",
			       bench.number++);
}

/* Its own script, with another number of rounds. */
static char *readers_script(void)
{
	char *number = g_strdup_printf("rounds == %" G_GINT64_FORMAT, bench.number++);
	char **parts = g_strsplit(bench.readers, "rounds == 3", 2);
	char *script;

	if (g_strv_length(parts) != 2)
		die("the readers script has no 'rounds == 3' to vary");
	script = g_strjoinv(number, parts);
	g_strfreev(parts);
	g_free(number);
	return script;
}

/* The name of each file that is read, with a number that makes it another script. */
static char *vfs_script(void)
{
	return g_strdup_printf("probe kernel.function(\"vfs_read\") { "
			       "printf(\"%%s %%d %" G_GINT64_FORMAT "\\n\", kernel_string("
			       "$file->f_path->dentry->d_name->name), $count) }",
			       bench.number++);
}

/* Every system call, with nothing to do; and what is usual, with the text of its arguments. */
static char *syscalls_script(bool arguments)
{
	return g_strdup_printf("probe begin { println(%" G_GINT64_FORMAT ") }\nprobe syscall.* { %s }",
			       bench.number++, arguments ? "println(name, \"(\", argstr, \")\")" : "");
}

static void measure_syscalls(bool arguments, enum series before, enum series pass_4)
{
	char *script = syscalls_script(arguments);
	struct run result = run_stap(true, "-p4", script, "Pass 4: compiled C");

	add(before, pass_ms(result.text, "Pass 1: ") + pass_ms(result.text, "Pass 2: ") +
			    pass_ms(result.text, "Pass 3: "));
	add(pass_4, pass_ms(result.text, "Pass 4: "));
	g_free(result.text);
	g_free(script);
}

/* The module's name is what stap prints last. */
static double module_size(const char *text)
{
	const char *end = strrchr(text, '\n');
	const char *start = end;
	char *path;
	struct stat st;

	while (start && start > text && start[-1] != '\n')
		start--;
	path = start ? g_strndup(start, (gsize)(end - start)) : NULL;
	if (!path || stat(path, &st))
		die("no module's name at the end of:\n%s", text);
	g_free(path);
	return (double)st.st_size / 1000;
}

/* So many probes, half as many functions and globals, calls up to 50 deep. */
static char *large_script(int probes)
{
	GString *script = g_string_new(NULL);

	for (int i = 0; i < probes / 2; i++) {
		g_string_append_printf(script, "global g%d\nfunction f%d(a) { x = a + %d; if (x > 10) "
					       "g%d = g%d + x; return g%d + ", i, i, i, i, i, i);
		if (i % 50)
			g_string_append_printf(script, "f%d(a) }\n", i - 1);
		else
			g_string_append(script, "0 }\n");
	}
	for (int i = 0; i < probes; i++)
		g_string_append_printf(script, "probe timer.s(%d) { if (f%d(%d) > %d) "
					       "printf(\"%%d\\n\", g%d) }\n",
				       i + 1, i / 2, i, i, i / 2);
	return g_string_free(script, FALSE);
}

/*
 * Passes 1 to 3 of a script that is too long for a command line.  The C text is thrown away: what we
 * hold in memory counts as a child's, from fork() to exec().
 */
static void measure_scale(enum series which, int probes)
{
	char *file = g_build_filename(bench.folder, "large.stp", NULL);
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)"exec \"$0\" \"$@\" >/dev/null",
			 (char *)bench.stap, (char *)"-w", (char *)"-p3", (char *)"-r",
			 (char *)bench.release, file, NULL };
	char *script = large_script(probes);
	struct run result;

	write_file(bench.folder, "large.stp", script);
	result = run(false, argv);
	add(which, result.ms);
	g_free(result.text);
	g_free(script);
	g_free(file);
}

static void measure_round(int round)
{
	char *hello = hello_script();
	char *readers = readers_script();
	char *vfs = vfs_script();
	struct run result;

	measure_kbuild(round);

	result = run_stap(true, "-p4", hello, "Pass 4: compiled C");
	add(HELLO, result.ms);
	add(PASS_1, pass_ms(result.text, "Pass 1: "));
	add(PASS_2, pass_ms(result.text, "Pass 2: "));
	add(PASS_3, pass_ms(result.text, "Pass 3: "));
	bench.peak_cold = MAX(bench.peak_cold, result.peak);
	bench.hello_size = module_size(result.text);
	g_free(result.text);

	result = run_stap(true, "-p4", readers, "Pass 4: compiled C");
	add(READERS, result.ms);
	bench.peak_cold = MAX(bench.peak_cold, result.peak);
	g_free(result.text);

	result = run_stap(true, "-p4", vfs, "Pass 4: compiled C");
	add(VFS, result.ms);
	add(VFS_PASS_2, pass_ms(result.text, "Pass 2: "));
	bench.peak_vfs = MAX(bench.peak_vfs, result.peak);
	g_free(result.text);

	/* Neither starts a program: here wait4() is exact. */
	result = run_stap(false, "-p4", hello, "Pass 4: using cached");
	add(HIT, result.ms);
	bench.peak_hit = MAX(bench.peak_hit, result.peak);
	g_free(result.text);
	result = run_stap(false, "-p3", readers, "Pass 3: translated");
	bench.peak_p3 = MAX(bench.peak_p3, result.peak);
	g_free(result.text);

	measure_syscalls(false, SYSCALLS, SYSCALLS_PASS_4);
	measure_syscalls(true, ARGUMENTS, ARGUMENTS_PASS_4);
	measure_scale(SCALE_TENTH, 1000);
	measure_scale(SCALE, 10000);

	g_free(vfs);
	g_free(readers);
	g_free(hello);
}

/*
 * Read the kernel's debuginfo: how fast the disk is does not count, and a file that was just
 * installed is in memory.
 */
static void read_debuginfo(void)
{
	char *path = g_strdup_printf("/usr/lib/debug/boot/vmlinux-%s", bench.release);
	static char buffer[1 << 20];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && read(fd, buffer, sizeof(buffer)) > 0)
		;
	if (fd >= 0)
		close(fd);
	g_free(path);
}

/*
 * The kernel is seen for the first time here, and what of the runtime and the tapsets the two
 * scripts use is compiled.
 */
static void measure_first(void)
{
	char *script = hello_script();
	struct run result = run_stap(true, "-p4", script, "Pass 4: compiled C");

	bench.first = result.ms;
	bench.peak_first = result.peak;
	g_free(result.text);
	g_free(script);
	script = readers_script();
	result = run_stap(true, "-p4", script, "Pass 4: compiled C");
	g_free(result.text);
	g_free(script);
	read_debuginfo();
	script = vfs_script();
	result = run_stap(true, "-p4", script, "Pass 4: compiled C");
	bench.index = pass_ms(result.text, "Pass 2: ");
	bench.peak_index = result.peak;
	g_free(result.text);
	g_free(script);
}

/* ---- the table ------------------------------------------------------------------------------- */

static void print_head(int rounds)
{
	printf("Linux %s, %d rounds, medians\n\n%-40s %10s %10s %6s %10s\n", bench.release, rounds,
	       "WHAT", "MEASURED", "REFERENCE", "RATIO", "BUDGET");
}

static const char *verdict(bool over)
{
	bench.over |= over;
	return over ? "OVER" : "ok";
}

/* budget: a ratio to the reference. */
static void print_ratio(const char *name, double ms, double reference, double budget)
{
	printf("%-40s %7.1f ms %7.1f ms %6.2f %6.2f x   %s\n", name, ms, reference, ms / reference,
	       budget, verdict(ms > budget * reference));
}

static void print_value(const char *name, double value, const char *unit, double budget)
{
	printf("%-40s %7.1f %s %10s %6s %7.0f %s  %s\n", name, value, unit, "", "", budget, unit,
	       verdict(value > budget));
}

static void print_table(int rounds)
{
	double reference = median(KBUILD);

	print_head(rounds);
	print_ratio("hello, cold, passes 1-4", median(HELLO), reference, 0.5);
	print_ratio("readers.stp, cold, passes 1-4", median(READERS), reference, 0.6);
	print_ratio("vfs_read with $file, cold, passes 1-4", median(VFS), reference, 0.6);
	print_value("vfs_read with $file, pass 2 (whole ms)", median(VFS_PASS_2), "ms", 40);
	/* 2.5 s on the machine where the reference takes 0.95 s. */
	print_ratio("first index of the kernel's debuginfo", bench.index, reference, 2.6);
	print_value("peak memory, vfs_read with $file", bench.peak_vfs, "MB", 150);
	print_value("hello, pass 1 (whole ms)", median(PASS_1), "ms", 10);
	print_value("hello, pass 2 (whole ms)", median(PASS_2), "ms", 10);
	print_value("hello, pass 3 (whole ms)", median(PASS_3), "ms", 10);
	print_value("hello, result cached, passes 1-4", median(HIT), "ms", 50);
	print_value("syscall.* {}, passes 1-3 (whole ms)", median(SYSCALLS), "ms", 500);
	print_value("syscall.* {}, pass 4 (whole ms)", median(SYSCALLS_PASS_4), "ms", 4000);
	print_value("syscall.* and argstr, passes 1-3", median(ARGUMENTS), "ms", 500);
	print_ratio("syscall.* and argstr, pass 4", median(ARGUMENTS_PASS_4), reference, 5);
	print_value("hello, size of the .ko", bench.hello_size, "kB", 60);
	print_value("peak memory, kernel never seen", bench.peak_first, "MB", 25);
	print_value("peak memory, cold", bench.peak_cold, "MB", 25);
	print_value("peak memory, passes 1-3", bench.peak_p3, "MB", 25);
	print_value("peak memory, result cached", bench.peak_hit, "MB", 25);
	/*
	 * The reference is ten times a tenth of it: time grows as the script does, and a little for
	 * what no longer fits into the CPU's caches.
	 */
	print_ratio("10000 probes, 5000 functions, p. 1-3", median(SCALE), 10 * median(SCALE_TENTH),
		    2);
	printf("%-40s %7.1f ms %7.1f ms %6.2f %10s\n", "hello, kernel never seen, passes 1-4",
	       bench.first, reference, bench.first / reference, "none");
	/* Nearly all of it are pages of the debuginfo's file, which the kernel takes back when it likes. */
	printf("%-40s %7.1f MB %10s %6s %10s\n", "peak memory, making the index", bench.peak_index, "",
	       "", "none");
}

/* ---- main ------------------------------------------------------------------------------------ */

static bool has_headers(const char *release)
{
	char *path = g_strdup_printf("/lib/modules/%s/build/Makefile", release);
	bool found = g_file_test(path, G_FILE_TEST_EXISTS);

	g_free(path);
	return found;
}

/* The running kernel if it has headers, else the newest one that has. */
static const char *default_release(void)
{
	struct utsname host;
	GDir *dir = g_dir_open("/lib/modules", 0, NULL);
	char *best = NULL;
	const char *name;

	if (!uname(&host) && has_headers(host.release))
		best = g_strdup(host.release);
	while (dir && (name = g_dir_read_name(dir))) {
		if (!has_headers(name) || (best && strverscmp(best, name) >= 0))
			continue;
		if (best && !strcmp(best, host.release))
			break;
		g_free(best);
		best = g_strdup(name);
	}
	if (dir)
		g_dir_close(dir);
	if (!best)
		die("no kernel here has headers; install them with: apt-get install linux-headers-cloud-amd64");
	return best;
}

static void prepare(void)
{
	char *dir;

	bench.folder = g_dir_make_tmp("stap-bench-XXXXXX", NULL);
	if (!bench.folder)
		die("cannot create a temporary folder: %s", strerror(errno));
	atexit(remove_folder);
	bench.log = g_build_filename(bench.folder, "log", NULL);
	dir = g_build_filename(bench.folder, "systemtap", NULL);
	g_setenv("SYSTEMTAP_DIR", dir, TRUE);
	g_setenv("LC_ALL", "C", TRUE);
	/* Under `make bench`, the reference is no part of that make. */
	g_unsetenv("MAKEFLAGS");
	g_unsetenv("MFLAGS");
	g_unsetenv("MAKELEVEL");
	for (int i = 0; i < SERIES; i++)
		bench.series[i] = g_array_new(FALSE, FALSE, sizeof(double));
	bench.number = 1000;
	g_free(dir);
}

static void release_all(void)
{
	for (int i = 0; i < SERIES; i++)
		g_array_unref(bench.series[i]);
	g_free(bench.log);
	g_free(bench.readers);
}

int main(int argc, char **argv)
{
	int rounds = DEFAULT_ROUNDS;
	int option;

	while ((option = getopt(argc, argv, "n:")) != -1) {
		rounds = option == 'n' ? atoi(optarg) : 0;
		if (rounds < 1)
			break;
	}
	if (rounds < 1 || argc - optind < 2 || argc - optind > 3) {
		fputs("Usage: bench [-n ROUNDS] STAP READERS.stp [RELEASE]\n", stderr);
		return 2;
	}
	bench.stap = argv[optind];
	if (!g_file_get_contents(argv[optind + 1], &bench.readers, NULL, NULL))
		die("cannot read %s", argv[optind + 1]);
	bench.release = argc - optind == 3 ? argv[optind + 2] : default_release();
	prepare();
	measure_first();
	for (int i = 0; i < rounds; i++)
		measure_round(i);
	print_table(rounds);
	release_all();
	return bench.over;
}
