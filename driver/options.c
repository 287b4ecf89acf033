// SPDX-License-Identifier: GPL-2.0-or-later
#include "example.h"
#include "options.h"

#include "runtime/shared/wire.h"
#include "similar.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a long option without a letter is to getopt. */
enum {
	OPTION_VP = 256,
	OPTION_DISABLE_CACHE,
	OPTION_CLEAN_CACHE,
	OPTION_TMPDIR,
	OPTION_HELP,
	OPTION_NO_DISPLAY,
	OPTION_SUPPRESS_ERRORS,
	OPTION_SUPPRESS_LIMITS,
	OPTION_LDD,
	OPTION_ALL_MODULES,
	OPTION_COLOR,
	OPTION_EXAMPLE,
	OPTION_DUMP_TYPES,
	OPTION_DUMP_ALIASES,
	OPTION_DUMP_FUNCTIONS,
	OPTION_MONITOR
};

static const struct option long_options[] = {
	{ "vp", required_argument, NULL, OPTION_VP },
	{ "disable-cache", no_argument, NULL, OPTION_DISABLE_CACHE },
	{ "clean-cache", no_argument, NULL, OPTION_CLEAN_CACHE },
	{ "no-global-var-display", no_argument, NULL, OPTION_NO_DISPLAY },
	{ "suppress-handler-errors", no_argument, NULL, OPTION_SUPPRESS_ERRORS },
	{ "suppress-time-limits", no_argument, NULL, OPTION_SUPPRESS_LIMITS },
	{ "ldd", no_argument, NULL, OPTION_LDD },
	{ "all-modules", no_argument, NULL, OPTION_ALL_MODULES },
	{ "color", optional_argument, NULL, OPTION_COLOR },
	{ "colour", optional_argument, NULL, OPTION_COLOR },
	{ "dump-probe-types", no_argument, NULL, OPTION_DUMP_TYPES },
	{ "dump-probe-aliases", no_argument, NULL, OPTION_DUMP_ALIASES },
	{ "dump-functions", no_argument, NULL, OPTION_DUMP_FUNCTIONS },
	{ "example", no_argument, NULL, OPTION_EXAMPLE },
	{ "monitor", optional_argument, NULL, OPTION_MONITOR },
	{ "tmpdir", required_argument, NULL, OPTION_TMPDIR },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char usage_text[] =
	"Usage: stap [options] FILE [args]      run the script in FILE\n"
	"   or: stap [options] - [args]         run the script on standard input\n"
	"   or: stap [options] -e SCRIPT [args] run this script\n"
	"   or: stap [options] --example [NAME [args]]   run an example; list them\n"
	"   or: stap [options] -A NAME          attach to a script that runs already\n"
	"\n"
	"  -p NUM          stop after pass NUM: 1 parse, 2 elaborate, 3 translate, 4 build, 5 run\n"
	"  -l POINT, -L POINT   list probe points; with the variables that they have\n"
	"  --dump-probe-types, --dump-probe-aliases, --dump-functions\n"
	"                  list what the library has; with -v, what functions may\n"
	"  -E SCRIPT       run this script, too\n"
	"  -v              say more, in every pass; may be repeated\n"
	"  --vp ABCDE      say so much more in each of the five passes\n"
	"  -k              keep the temporary folder\n"
	"  -g              guru mode: embedded C is allowed\n"
	"  -u              do not optimize\n"
	"  -w, -W          no warnings; warnings are errors\n"
	"  -r RELEASE|DIR  build for that kernel\n"
	"  -m NAME         name the module, and put NAME.ko into the current folder\n"
	"  -I DIR          look there for tapsets, too\n"
	"  -R DIR          the runtime's sources\n"
	"  -D NAME=VALUE   set a limit or another macro of the runtime\n"
	"  -B NAME=VALUE   give an option to Kbuild\n"
	"  -G NAME=VALUE   give a global of the script another initial value\n"
	"  -o FILE         write the output there, a name for strftime(3)\n"
	"  -S SIZE[,N]     begin another FILE after SIZE megabytes, and keep the last N\n"
	"  -F              flight recorder: start and leave running, with -o in the background\n"
	"  -b              bulk mode: a file for each CPU, for stap-merge\n"
	"  -s MB           buffers of so many megabytes\n"
	"  -T SEC          end after SEC seconds\n"
	"  -d MODULE       also know source lines of this module of the kernel\n"
	"  --all-modules   and of all that are loaded\n"
	"  --ldd           accepted; symbols need no preparation\n"
	"  -c CMD          run CMD as the target; end when it does\n"
	"  -x PID          make PID the target\n"
	"  --disable-cache, --clean-cache   use no cache; empty it\n"
	"  --monitor[=SEC] show the script's state above its output, anew every second or SEC\n"
	"  --no-global-var-display   do not print globals that are only written at the end\n"
	"  --color[=WHEN], --colour[=WHEN]   colours in messages: auto, always, never\n"
	"  --suppress-handler-errors   count errors of handlers, and go on\n"
	"  --suppress-time-limits   no limit to handlers' statements and time; with -g\n"
	"  --tmpdir DIR    keep temporary files there\n"
	"  -h, --help      this text\n"
	"  -V, --version   the version\n";

static int bad(const char *format, const char *argument)
{
	fprintf(stderr, format, argument);
	fprintf(stderr, "\n%s", usage_text);
	return 1;
}

/* The last pass's digit, or 0. */
static int parse_pass(const char *text)
{
	return text[0] >= '1' && text[0] <= '0' + PASSES && !text[1] ? text[0] - '0' : 0;
}

static int add_verbosity(struct options *options, const char *text)
{
	if (strspn(text, "0123456789") != strlen(text) || strlen(text) > PASSES || !*text)
		return bad("Invalid --vp argument '%s': up to five digits, one for each pass.",
			   text);
	for (int i = 0; text[i]; i++)
		options->verbose[i + 1] += text[i] - '0';
	return 0;
}

/*
 * Limits are numbers; what is out of range would only be found by the compiler, or in the kernel.
 */
static const struct {
	const char *name;
	gint64 least, most;
} limits[] = {
	{ "INTERRUPTIBLE", 0, 1 },
	{ "MAXACTION", 1, G_MAXINT32 },
	{ "MAXACTION_INTERRUPTIBLE", 1, G_MAXINT32 },
	{ "MAXERRORS", -1, G_MAXINT32 },
	{ "MAXMAPENTRIES", 1, 100000000 },
	{ "MAXNESTING", 1, 1000 },
	{ "MAXSKIPPED", 0, G_MAXINT32 },
	{ "MAXSTRINGLEN", 16, 65536 },
	{ "MAXTRYLOCK", 0, 1000000 },
	{ "MINSTACKSPACE", 0, 16384 },
	{ "STP_BULKMODE", 0, 1 },
	{ "STP_BUFFER_SIZE", 1024, 1 << 20 },
	{ "STP_OVERLOAD_INTERVAL", 1, G_MAXINT64 },
	{ "STP_OVERLOAD_THRESHOLD", 0, G_MAXINT64 },
	{ "STP_RELAY_SUBBUFS", 2, 1 << 16 },
	{ "STP_RELAY_SUBBUF_SIZE", 4096, 1 << 26 },
	{ "TRYLOCKDELAY", 0, 1000 },
};

static const char *const relay_macros[] = { "RELAYHOST", "RELAY_HOST", "RELAYGUEST", "RELAY_GUEST" };

/* The name of a shared buffer, which becomes part of a file's name. */
static int add_relay(struct options *options, const char *text, gsize length)
{
	const char *name = text[length] ? text + length + 1 : "";

	if (options->relay)
		return bad("Only one shared buffer can be named: '%s'.", text);
	if (!*name || strlen(name) >= STP_RELAY_NAME_MAX ||
	    strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") != strlen(name))
		return bad("Invalid -D argument '%s': the name of a shared buffer is up to 31 letters, "
			   "digits and _.", text);
	options->relay = text;
	g_ptr_array_add(options->macros, (gpointer)text);
	return 0;
}

/* -D NAME=VALUE */
static int add_macro(struct options *options, const char *text)
{
	gsize length = strcspn(text, "=");

	for (size_t i = 0; i < G_N_ELEMENTS(relay_macros); i++)
		if (strlen(relay_macros[i]) == length && !strncmp(relay_macros[i], text, length))
			return add_relay(options, text, length);
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		gint64 value;

		if (strlen(limits[i].name) != length || strncmp(limits[i].name, text, length))
			continue;
		if (text[length] &&
		    g_ascii_string_to_signed(text + length + 1, 10, limits[i].least,
					     limits[i].most, &value, NULL))
			break;
		fprintf(stderr, "Invalid -D argument '%s': %s is a number from %" G_GINT64_FORMAT
				" to %" G_GINT64_FORMAT ".\n\n%s",
			text, limits[i].name, limits[i].least, limits[i].most, usage_text);
		return 1;
	}
	g_ptr_array_add(options->macros, (gpointer)text);
	return 0;
}

/* NAME or NAME=VALUE of -D and -B. */
static bool is_definition(const char *text)
{
	gsize length = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");

	return length && !g_ascii_isdigit(*text) && (!text[length] || text[length] == '=');
}

static int set_module_name(struct options *options, const char *text)
{
	char *name = g_strdup(text);

	if (g_str_has_suffix(name, ".ko"))
		name[strlen(name) - 3] = 0;
	/* MODULE_NAME_LEN on 64 bits is 56, with its NUL. */
	if (!is_definition(name) || strlen(name) > 55 || strchr(name, '=')) {
		g_free(name);
		return bad("Invalid module name '%s': letters, digits and _, at most 55.", text);
	}
	options->module_name = name;
	options->save_module = true;
	return 0;
}

static int set_color(struct options *options, const char *when)
{
	if (!strcmp(when, "auto"))
		options->color = COLOR_AUTO;
	else if (!strcmp(when, "always"))
		options->color = COLOR_ALWAYS;
	else if (!strcmp(when, "never"))
		options->color = COLOR_NEVER;
	else
		return bad("Invalid argument '%s' for --color: auto, always or never.", when);
	return 0;
}

static int add_listing(struct options *options, int option, const char *point)
{
	if (options->script_text)
		return bad("Only one script or listing can be asked for: '%s'.", point);
	switch (option) {
	case OPTION_DUMP_TYPES:
		options->listing = LIST_PROBE_TYPES;
		break;
	case OPTION_DUMP_ALIASES:
		options->listing = LIST_ALIASES;
		break;
	case OPTION_DUMP_FUNCTIONS:
		options->listing = LIST_FUNCTIONS;
		break;
	default:
		options->listing = option == 'l' ? LIST_POINTS : LIST_VARIABLES;
	}
	options->script_text = options->listed = g_strdup_printf("probe %s { }", point);
	options->last_pass = 2;
	return 0;
}

/* -s: megabytes; an M behind them changes nothing. */
static int set_buffer(struct options *options, const char *text)
{
	gsize length = strspn(text, G_CSET_DIGITS);
	gint64 value;
	char *number = g_strndup(text, length);
	bool valid = g_ascii_string_to_signed(number, 10, 1, 1 << 20, &value, NULL) &&
		     (!text[length] || !strcmp(text + length, "M"));

	if (!valid) {
		g_free(number);
		return bad("Invalid buffer size '%s' for -s: megabytes, from 1 to 1048576.", text);
	}
	g_free(options->buffer);
	options->buffer = number;
	return 0;
}

/* SIZE[,N] */
static int set_file_limits(struct options *options, const char *text)
{
	gsize size = strspn(text, G_CSET_DIGITS);
	gsize count = text[size] == ',' ? strspn(text + size + 1, G_CSET_DIGITS) : 0;

	if (!size || size > 9 || (text[size] && (!count || count > 6 || text[size + 1 + count])))
		return bad("Invalid argument '%s' for -S: SIZE[,N], megabytes and files.", text);
	options->file_limits = text;
	return 0;
}

static int set_duration(struct options *options, const char *text)
{
	gint64 seconds;

	if (!g_ascii_string_to_signed(text, 10, 1, G_MAXINT32, &seconds, NULL))
		return bad("Invalid argument '%s' for -T: seconds.", text);
	g_free(options->ending);
	options->ending = g_strdup_printf("probe timer.s(%s) { exit() }", text);
	return 0;
}

static int set_attach(struct options *options, char *name)
{
	if (g_str_has_suffix(name, ".ko"))
		name[strlen(name) - 3] = 0;
	options->attach = name;
	return 0;
}

/* /proc/modules has a line for each: its name, a blank, and more. */
static void add_loaded_modules(GPtrArray *objects)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents("/proc/modules", &text, NULL, NULL))
		return;
	lines = g_strsplit(text, "\n", -1);
	for (int i = 0; lines[i] && *lines[i]; i++) {
		lines[i][strcspn(lines[i], " ")] = 0;
		g_ptr_array_add(objects, g_steal_pointer(&lines[i]));
	}
}

static int parse_option(struct session *s, int option)
{
	struct options *options = &s->options;

	switch (option) {
	case 1:
		g_ptr_array_add(options->arguments, optarg);
		return 0;
	case 'p':
		options->last_pass = parse_pass(optarg);
		return options->last_pass ?
			       0 :
			       bad("Invalid pass number '%s' (should be 1-5).", optarg);
	case 'v':
		for (int i = 1; i <= PASSES; i++)
			options->verbose[i]++;
		return 0;
	case OPTION_VP:
		return add_verbosity(options, optarg);
	case 'e':
		if (options->script_text)
			return bad("Only one script can be given by -e: '%s'.", optarg);
		options->script_text = optarg;
		return 0;
	case 'l':
	case 'L':
		return add_listing(options, option, optarg);
	case OPTION_DUMP_TYPES:
	case OPTION_DUMP_ALIASES:
	case OPTION_DUMP_FUNCTIONS:
		/* They list what there is for any script. */
		return add_listing(options, option, "never");
	case 'E':
		g_ptr_array_add(options->more_scripts, optarg);
		return 0;
	case 'G':
		if (!is_definition(optarg) || !strchr(optarg, '='))
			return bad("Invalid -G argument '%s': NAME=VALUE.", optarg);
		g_ptr_array_add(options->globals, optarg);
		return 0;
	case 'k':
		options->keep = true;
		return 0;
	case 'g':
		options->guru = true;
		return 0;
	case 'u':
		options->unoptimized = true;
		return 0;
	case 'w':
		options->suppress_warnings = true;
		return 0;
	case 'W':
		options->fatal_warnings = true;
		return 0;
	case 'r':
		options->release = optarg;
		return 0;
	case 'm':
		return set_module_name(options, optarg);
	case 'I':
		g_ptr_array_add(options->tapset_dirs, optarg);
		return 0;
	case 'R':
		options->runtime_dir = optarg;
		return 0;
	case 'D':
		if (!is_definition(optarg))
			return bad("Invalid -D argument '%s': NAME or NAME=VALUE.", optarg);
		return add_macro(options, optarg);
	case 'B':
		if (!is_definition(optarg) || !strchr(optarg, '='))
			return bad("Invalid -B argument '%s': NAME=VALUE.", optarg);
		g_ptr_array_add(options->kbuild_options, optarg);
		return 0;
	case 'o':
		options->output = optarg;
		return 0;
	case 'c':
		options->command = optarg;
		return 0;
	case 'x':
		if (strspn(optarg, "0123456789") != strlen(optarg) || !*optarg ||
		    strlen(optarg) > 9)
			return bad("Invalid process id '%s' for -x.", optarg);
		options->target = optarg;
		return 0;
	case 'S':
		return set_file_limits(options, optarg);
	case 's':
		return set_buffer(options, optarg);
	case 'T':
		return set_duration(options, optarg);
	case 'A':
		return set_attach(options, optarg);
	case 'F':
		options->flight = true;
		return 0;
	case 'b':
		g_ptr_array_add(options->macros, (gpointer) "STP_BULKMODE=1");
		return 0;
	case 'd':
		g_ptr_array_add(options->objects, optarg);
		return 0;
	case OPTION_ALL_MODULES:
		add_loaded_modules(options->objects);
		return 0;
	case OPTION_LDD:
		return 0;
	case OPTION_SUPPRESS_LIMITS:
		options->no_limits = true;
		g_ptr_array_add(options->macros, (gpointer) "STP_NO_OVERLOAD");
		g_ptr_array_add(options->macros, (gpointer) "MAXACTION=2147483647");
		g_ptr_array_add(options->macros, (gpointer) "MAXACTION_INTERRUPTIBLE=2147483647");
		return 0;
	case OPTION_DISABLE_CACHE:
		options->use_cache = false;
		return 0;
	case OPTION_CLEAN_CACHE:
		options->clean_cache = true;
		return 0;
	case OPTION_COLOR:
		return set_color(options, optarg ? optarg : "always");
	case OPTION_EXAMPLE:
		options->example = true;
		return 0;
	case OPTION_MONITOR:
		options->monitor = optarg ? optarg : "1";
		return 0;
	case OPTION_SUPPRESS_ERRORS:
		g_ptr_array_add(options->macros, (gpointer) "MAXERRORS=-1");
		return 0;
	case OPTION_NO_DISPLAY:
		options->no_display = true;
		return 0;
	case OPTION_TMPDIR:
		options->tmpdir = optarg;
		return 0;
	case 'V':
		printf("Systemtap translator/driver (version %s)\n", PACKAGE_VERSION);
		return -1;
	case 'h':
	case OPTION_HELP:
		fputs(usage_text, stdout);
		return -1;
	default:	/* getopt has named it */
		fprintf(stderr, "\n%s", usage_text);
		return 1;
	}
}

static void set_defaults(struct options *options)
{
	options->last_pass = PASSES;
	options->use_cache = true;
	options->more_scripts = g_ptr_array_new();
	options->objects = g_ptr_array_new();
	options->globals = g_ptr_array_new();
	options->arguments = g_ptr_array_new();
	options->macros = g_ptr_array_new();
	options->kbuild_options = g_ptr_array_new();
	options->tapset_dirs = g_ptr_array_new();
	options->runtime_dir = g_getenv("SYSTEMTAP_RUNTIME");
	options->release = g_getenv("SYSTEMTAP_RELEASE");
	if (!options->runtime_dir)
		options->runtime_dir = PKGDATADIR "/runtime/kernel";
}

/* What only makes sense together, or never does. */
static int check_combinations(const struct options *options)
{
	if (options->no_limits && !options->guru)
		return bad("%s", "--suppress-time-limits needs guru mode (-g).");
	if (options->file_limits && !options->output)
		return bad("%s", "-S is about output files, and needs -o.");
	if (options->attach && (options->script_text || options->command || options->flight))
		return bad("%s", "-A attaches to a script that runs already: no script, no -c and no -F.");
	return 0;
}

/*
 * The next option, or a word that is none (1, in optarg), or -1 behind the last.  Words that begin as
 * negative numbers are the script's arguments.
 */
static int next_option(int argc, char **argv)
{
	if (optind < argc && argv[optind][0] == '-' && g_ascii_isdigit(argv[optind][1])) {
		optarg = argv[optind++];
		return 1;
	}
	return getopt_long(argc, argv, "-p:ve:E:l:L:kguwWr:m:I:R:D:B:G:o:c:x:S:s:T:A:Fbd:Vh",
			   long_options, NULL);
}

/* --example NAME.  0; 1: there is none of that name, and it was said; -1: they were listed. */
static int choose_example(struct options *options)
{
	GPtrArray *names;
	GString *list;
	char *similar;

	if (!options->arguments->len) {
		list = g_string_new(NULL);
		example_list(list);
		fputs(list->str, stdout);
		g_string_free(list, TRUE);
		return -1;
	}
	options->listed = example_find(options->arguments->pdata[0]);
	if (options->listed) {
		options->script_file = options->listed;
		g_ptr_array_remove_index(options->arguments, 0);
		return 0;
	}
	names = example_names();
	similar = similar_suffix(options->arguments->pdata[0], names);
	fprintf(stderr, "There is no example '%s'%s; \"stap --example\" lists them.\n",
		(char *)options->arguments->pdata[0], similar);
	g_free(similar);
	g_ptr_array_unref(names);
	return 1;
}

int options_parse(struct session *s, int argc, char **argv)
{
	struct options *options = &s->options;
	const char *tapset = g_getenv("SYSTEMTAP_TAPSET");
	int option, result;

	set_defaults(options);
	/* Options may also stand behind the script; its arguments that look like some stand behind --. */
	while ((option = next_option(argc, argv)) != -1) {
		result = parse_option(s, option);
		if (result)
			return result;
	}
	while (optind < argc)
		g_ptr_array_add(options->arguments, argv[optind++]);
	g_ptr_array_add(options->tapset_dirs, (gpointer)(tapset ? tapset : PKGDATADIR "/tapset"));
	if (options->ending)
		g_ptr_array_add(options->more_scripts, options->ending);
	g_ptr_array_add(options->macros, NULL);
	g_ptr_array_add(options->kbuild_options, NULL);
	if (options->command && options->target)
		return bad("%s", "Only one of -c and -x can name the target.");
	result = check_combinations(options);
	if (result)
		return result;
	if (options->example) {
		result = options->script_text || options->attach ?
				 bad("%s", "--example names the script: no -e, -l and -A.") :
				 choose_example(options);
		if (result)
			return result;
	} else if (!options->script_text && !options->clean_cache && !options->attach) {
		if (!options->arguments->len)
			return bad("%s", "A script must be specified.");
		options->script_file = g_ptr_array_remove_index(options->arguments, 0);
	}
	s->arguments.values = (const char *const *)options->arguments->pdata;
	s->arguments.count = options->arguments->len;
	s->arguments.used = g_new0(bool, options->arguments->len + 1);
	return 0;
}

void options_free(struct session *s)
{
	g_free(s->options.listed);
	g_free(s->options.buffer);
	g_free(s->options.ending);
	g_ptr_array_unref(s->options.more_scripts);
	g_ptr_array_unref(s->options.globals);
	g_ptr_array_unref(s->options.arguments);
	g_ptr_array_unref(s->options.macros);
	g_ptr_array_unref(s->options.kbuild_options);
	g_ptr_array_unref(s->options.tapset_dirs);
	g_free((char *)s->options.module_name);
	g_free(s->arguments.used);
}
