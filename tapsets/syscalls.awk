# SPDX-License-Identifier: GPL-2.0-or-later
#
# syscalls.awk - the system-call library from its tables, as the library's own language.
#
#	awk -v to=FOLDER -v page=FILE -v version=VERSION -f syscalls.awk syscalls.flags syscalls.table
#
# writes FOLDER/NAME.stp for each alias (a script that names few of them parses few of them), FOLDER/_flags.stp with
# the functions that spell flags, and FOLDER/_numbers.stp with the calls' names; FILE is a manual page on all of them.

BEGIN {
	flags_file = to "/_flags.stp"
	print "// The words for flags and values in arguments of system calls, as syscalls.flags lists them." >flags_file
	print ".\\\" Made of syscalls.table.\n.TH TAPSET::SYSCALL 3stap \"\" \"systemtap-anew " version "\"" >page
	print ".SH NAME\ntapset::syscall \\- probe points for system calls" >page
	print ".SH DESCRIPTION\nSee" >page
	print ".BR stap (1)\nfor what all of them have in common: name, argstr; name, retval, retstr at the return." >page
	print ".SH PROBE POINTS" >page
}

# The C that the flags' functions share is copied.
/^%\{/ { print "" >flags_file }
/^%\{/, /^%\}/ {
	print >flags_file
	next
}

# A line that begins with white space continues the one before.
/^#/ || /^$/ { next }
/^[ \t]/ {
	sub(/^[ \t]+/, " ")
	line = line $0
	next
}
{
	statement()
	line = $0
}
END {
	statement()
	write_numbers()
}

function statement(	words)
{
	if (line == "")
		return
	split(line, words, " ")
	if (words[1] == "bits" || words[1] == "mode" || words[1] == "value")
		write_flags(words[1])
	else if (words[1] == "kind")
		add_kind(words[2], words[3], words[4], words[5])
	else if (words[1] == "gone")
		write_gone(words[2])
	else
		write_call()
}

function add_kind(name, fetch, text, raw)
{
	if (name in kind_fetch) {
		print "syscalls.awk: two kinds " name >"/dev/stderr"
		exit 1
	}
	kind_fetch[name] = fetch
	kind_text[name] = text
	kind_raw[name] = raw
}

# ---- flags ----

function write_flags(style,	words, count, i, parts, value)
{
	count = split(line, words, " ")
	add_kind(words[2], style == "value" ? "int" : "uint", "_sys_" words[2] "_str", "")
	printf "\n%%{\nstatic const struct sys_word sys_%s[] = {\n", words[2] >flags_file
	for (i = 3; i <= count; i++) {
		split(words[i], parts, "=")
		split(parts[2], value, "/")
		if (value[2] == "")
			value[2] = style == "value" ? "~0U" : value[1]
		printf "\t{ %s, %s, \"%s\" },\n", value[1], value[2], parts[1] >flags_file
	}
	printf "\t{ }\n};\n%%}\n\nfunction _sys_%s_str:string (value:long)\n", words[2] >flags_file
	printf "%%{ /* pure */ /* unprivileged */\n\tsys_words(STAP_RETVALUE, sys_%s, (u32)STAP_ARG_value, SYS_%s);\n%%}\n",
		words[2], toupper(style) >flags_file
}

# ---- calls ----

# Points for the entries of CALLS; those that a kernel was built without are left out of it.  `others` gets what is to
# hold for a hit of all calls that is none of these.
function points(calls, abi,	list, count, i, parts, entry, prefix, result)
{
	count = calls == "-" ? 0 : split(calls, list, ",")
	for (i = 1; i <= count; i++) {
		split(list[i], parts, /[:=]/)
		entry = parts[3] == "" ? parts[2] : parts[3]
		prefix = sub(/^compat_/, "", entry) ? "_compat_sys_" : "_sys_"
		result = join(result, ",\n\t", "kprobe.function(\"__" abi prefix entry "\") ?")
		call_name[abi, parts[1]] = parts[2]
		others = join(others, " && ", "!_sys_is(" parts[1] ", " (abi == "ia32") ")")
	}
	return result
}

function join(a, between, b)
{
	return a == "" || b == "" ? a b : a between b
}

# One argument: its fetching to `values`, its texts to `texts`, what argstr takes of it to `format` and `shown`.
function add_argument(word, position,	name, kind, more, condition, at, silent, returns, line_of, fetch, text, i)
{
	i = index(word, "?")
	if (i) {
		condition = substr(word, i + 1)
		word = substr(word, 1, i - 1)
	}
	returns = match(word, /[&>]$/) ? substr(word, RSTART) : ""
	sub(/[&>]$/, "", word)
	silent = sub(/!$/, "", word) || returns == ">"
	i = index(word, "@")
	at = position
	if (i) {
		split(substr(word, i + 1), positions, ":")
		at = positions[1] == positions[2] ? positions[1] : "_sys_abi(" positions[1] ", " positions[2] ")"
		word = substr(word, 1, i - 1)
	}
	i = index(word, "=")
	split("", name)
	split(substr(word, 1, i - 1), name, "/")
	kind = substr(word, i + 1)
	i = index(kind, "(")
	if (i) {
		more = ", " substr(kind, i + 1, length(kind) - i - 1)
		kind = substr(kind, 1, i - 1)
	}
	if (!(kind in kind_fetch)) {
		print "syscalls.awk: no kind " kind " for " alias >"/dev/stderr"
		exit 1
	}
	fetch = "_sys_" kind_fetch[kind] "(" at ")"
	line_of = "\t" name[1] " = " (condition == "" ? fetch : "(" condition ") ? " fetch " : 0") "\n"
	if (returns != "")
		returned = returned line_of
	if (returns != ">" && !(name[1] in fetched))
		values = values line_of
	variables = variables (name[1] in fetched ? "" : " " name[1] ":long" (returns == ">" ? " (at the return)" : ""))
	fetched[name[1]] = 1
	for (i = 2; i <= 3; i++)
		if (name[i] != "")
			variables = variables " " name[i] ":string" (returns == ">" ? " (at the return)" : "")
	if (kind_text[kind] ~ /^%/)
		text = name[2] == "" ? name[1] : "sprintf(\"" kind_text[kind] "\", " name[1] ")"
	else
		text = kind_text[kind] "(" name[1] more ")"
	if (name[2] != "") {
		if (returns != "")
			returned = returned "\t" name[2] " = " text "\n"
		if (returns != ">")
			texts = texts "\t" name[2] " = " text "\n"
		text = name[2]
	}
	if (name[3] != "")
		texts = texts "\t" name[3] " = " (kind_raw[kind] == "" ? name[2] : kind_raw[kind] "(" name[1] ")") "\n"
	if (silent)
		return
	i = kind_text[kind] ~ /^%/ && name[2] == "" ? kind_text[kind] : "%s"
	if (condition == "" && rest == "") {
		format = format (format == "" ? "" : ", ") i
		shown = shown ", " text
	} else {
		fetch = "sprintf(\"" (format == "" ? "" : ", ") i "\", " text ")"
		rest = rest " .\n\t\t" (condition == "" ? fetch : "((" condition ") ? " fetch " : \"\")")
	}
}

# One alias of a call; open it with the points that it stands for.
function write_alias(name, where, body)
{
	printf "\nprobe %s = %s\n{\n%s}\n", name, where, body >file
}

function write_call(	words, count, i, first, position, condition, entries, compat, returns, body, end, guard, limits, exact)
{
	count = split(line, words, " ")
	alias = words[1]
	file = to "/" alias ".stp"
	others = values = texts = format = shown = rest = returned = ""
	split("", fetched)
	variables = ""
	first = 5
	if (words[5] ~ /^(since|before)=/) {
		split(words[5], limits, "=")
		condition = "kernel_v " (limits[1] == "since" ? ">=" : "<") " \"" limits[2] "\""
		first = 6
	}
	position = 0
	for (i = first; i <= count; i++)
		if (words[i] == "-")
			position++
		else
			add_argument(words[i], ++position)
	entries = points(words[3], "x64")
	compat = points(words[4], "ia32")
	# Without arguments, both entries are one function.
	if (count >= first || words[3] == "-")
		entries = join(entries, ",\n\t", compat)
	returns = entries
	gsub(/\) \?/, ").return ?", returns)
	exact = line ~ /name==/ ? "_sys_name()" : "\"" alias_name(words) "\""
	body = "\tname = " exact "\n" values texts "\targstr = " \
		(format == "" ? "\"\"" : "sprintf(\"" format "\"" shown ")") rest "\n"
	end = "\tname = " exact "\n" returned "\tretval = returnval()\n\tretstr = returnstr(" \
		(words[2] == "x" ? 2 : words[2] == "o" ? 3 : 1) ")\n"
	guard = "\tif (" others ")\n\t\tnext\n"
	printf "// %s, as syscalls.table describes it.\n", alias >file
	if (condition != "")
		printf "%%( %s %%?\n", condition >file
	write_alias("syscall." alias, entries, body)
	write_alias("nd_syscall." alias, "syscall." alias, "")
	write_alias("tp_syscall." alias, "kernel.trace(\"raw_syscalls:sys_enter\")", guard body)
	if (words[2] != "-") {
		write_alias("syscall." alias ".return", returns, end)
		write_alias("nd_syscall." alias ".return", "syscall." alias ".return", "")
		write_alias("tp_syscall." alias ".return", "kernel.trace(\"raw_syscalls:sys_exit\")", guard end)
	} else {
		write_unavailable(alias ".return", "the call does not return: probe syscall." alias)
	}
	if (condition != "") {
		print "%:" >file
		write_unavailable(alias, "Linux has this system call " (limits[1] == "since" ? "since " : "before ") limits[2])
		write_unavailable(alias ".return", "Linux has this system call " (limits[1] == "since" ? "since " : "before ") limits[2])
		print "%)" >file
	}
	close(file)
	printf ".TP\n.BR syscall.%s%s\n", alias, words[2] == "-" ? "" : " \", \" syscall." alias ".return" >page
	if (condition != "")
		print limits[1] == "since" ? "Since Linux " limits[2] "." : "Before Linux " limits[2] "." >page
	print variables == "" ? "no other variables" : substr(variables, 2) >page
}

function write_unavailable(name, reason,	i, prefixes)
{
	for (i = split("syscall. nd_syscall. tp_syscall.", prefixes, " "); i; i--)
		printf "\nprobe %s%s = unavailable(\"%s\") { }\n", prefixes[i], name, reason >file
}

# gone NAME REASON: an alias that scripts know from elsewhere
function write_gone(name,	reason)
{
	reason = line
	sub(/^gone [^ ]+ /, "", reason)
	file = to "/" name ".stp"
	printf "// %s, as syscalls.table describes it.\n", name >file
	write_unavailable(name, reason)
	write_unavailable(name ".return", reason)
	close(file)
}

# What a call is named by `name`: the variants for 32 bits are told apart by the alias only.
function alias_name(words,	name)
{
	name = words[1]
	sub(/^compat_sys_|^compat_/, "", name)
	sub(/32$/, "", name)
	return name
}

# ---- numbers ----

function write_names(file, abi, array,	i)
{
	printf "static const char *const %s[] = {\n", array >file
	for (i = 0; i < 1000; i++)
		if ((abi, i) in call_name)
			printf "\t[%d] = \"%s\",\n", i, call_name[abi, i] >file
	print "};" >file
}

function write_numbers(	file)
{
	file = to "/_numbers.stp"
	print "// The names of system calls by their numbers.\n\n%{" >file
	write_names(file, "x64", "sys_names")
	write_names(file, "ia32", "sys_names_32")
	print "\n#define SYS_NAMES(compat) ((compat) ? sys_names_32 : sys_names)" >file
	print "#define SYS_COUNT(compat) ((s64)((compat) ? ARRAY_SIZE(sys_names_32) : ARRAY_SIZE(sys_names)))\n%}\n" >file
	print "/* _sys_call_name: of a number; compat: of a program of 32 bits; \"\": there is none. */" >file
	print "function _sys_call_name:string (number:long, compat:long)\n%{ /* pure */ /* unprivileged */" >file
	print "\ts64 i = STAP_ARG_number;\n" >file
	print "\tif (i >= 0 && i < SYS_COUNT(STAP_ARG_compat) && SYS_NAMES(STAP_ARG_compat)[i])" >file
	print "\t\tSTAP_RETURN(SYS_NAMES(STAP_ARG_compat)[i]);\n%}\n" >file
	print "/* _sys_call_number: the other way; -1: there is none. */" >file
	print "function _sys_call_number:long (name:string, compat:long)\n%{ /* pure */ /* unprivileged */\n\ts64 i;\n" >file
	print "\tfor (i = 0; i < SYS_COUNT(STAP_ARG_compat); i++)" >file
	print "\t\tif (SYS_NAMES(STAP_ARG_compat)[i] && !strcmp(SYS_NAMES(STAP_ARG_compat)[i], STAP_ARG_name))" >file
	print "\t\t\tSTAP_RETURN(i);\n\tSTAP_RETVALUE = -1;\n%}" >file
}
