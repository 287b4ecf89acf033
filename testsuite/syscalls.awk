# SPDX-License-Identifier: GPL-2.0-or-later
#
# syscalls.awk - compare what strace and what syscall.* say of the same calls, as TAP from test NUMBER on.
#
#	awk -v first=NUMBER -f syscalls.awk STRACE STAP
#
# STRACE has a line `name(arguments) = result` for each call, STAP `name(arguments)` and then `= result`; what counts is
# between chdir("/begin") and chdir("/end").  Numbers are compared by value, flags in any order, and an address stands for
# what is there: most of that the kernel writes, and strace shows it at the end of the call.  A call is covered if its
# arguments agree each time.

BEGIN {
	# strace leaves out what these do not use, or shows them as if they were other calls.
	count = split("clone prctl keyctl kcmp ptrace syslog restart_syscall rt_sigreturn", names, " ")
	for (i = 1; i <= count; i++)
		shorter[names[i]] = 1
	# What these return is another number in each run.
	count = split("getpid gettid getppid fork clone semget shmget msgget shmat brk timer_create io_setup", names, " ")
	for (i = 1; i <= count; i++)
		varies[names[i]] = 1
}

FNR == 1 { file++; inside = 0 }
/^chdir\("\/begin"\)/ { inside = 1 }
/^chdir\("\/end"\)/ { inside = 0 }
!inside || /^(---|\+\+\+) / { next }
file == 1 {
	if (match($0, /\) += [^=]*$/)) {
		strace_call[++strace_count] = substr($0, 1, RSTART)
		strace_result[strace_count] = substr($0, RSTART + 1)
		sub(/^ += /, "", strace_result[strace_count])
	}
	next
}
/^= / {
	stap_result[stap_count] = substr($0, 3)
	next
}
{ stap_call[++stap_count] = $0 }

# ---- arguments ----

# The parts of a text between separators that are not within quotes or brackets.
function parts(text, separator, to,	i, c, depth, quoted, count)
{
	split("", to)
	count = 1
	to[1] = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (quoted) {
			if (c == "\\") {
				to[count] = to[count] c
				c = substr(text, ++i, 1)
			} else if (c == "\"") {
				quoted = 0
			}
		} else if (c == "\"") {
			quoted = 1
		} else if (index("([{", c)) {
			depth++
		} else if (index(")]}", c)) {
			depth--
		} else if (c == separator && !depth) {
			to[++count] = ""
			continue
		}
		to[count] = to[count] c
	}
	for (i = 1; i <= count; i++)
		gsub(/^ +| +$/, "", to[i])
	return count
}

# A number in C's notation as 16 hexadecimal digits; other text as it is.
function number(text,	value, digits, i, base, negative, j, carry, result, word)
{
	if (text == "NULL")
		text = "0"
	if (text !~ /^-?(0x[0-9a-fA-F]+|[0-9]+)$/)
		return text
	negative = sub(/^-/, "", text)
	base = 10
	if (text ~ /^0x/) {
		base = 16
		text = substr(text, 3)
	} else if (text ~ /^0/) {
		base = 8
	}
	text = tolower(text)
	split("0 0 0 0", word, " ")	# 16 bits each, the lowest first
	for (i = 1; i <= length(text); i++) {
		carry = index("0123456789abcdef", substr(text, i, 1)) - 1
		for (j = 1; j <= 4; j++) {
			value = word[j] * base + carry
			word[j] = value % 65536
			carry = int(value / 65536)
		}
	}
	if (negative) {
		carry = 1
		for (j = 1; j <= 4; j++) {
			value = 65535 - word[j] + carry
			word[j] = value % 65536
			carry = int(value / 65536)
		}
	}
	# -1 of 32 bits and of 64 are one.
	if (!word[3] && !word[4] && word[2] >= 32768)
		word[3] = word[4] = 65535
	return sprintf("%04x%04x%04x%04x", word[4], word[3], word[2], word[1])
}

# An argument in a form that can be compared.
function plain(text,	flags, count, i, j, swap)
{
	if (text ~ /^[0-9]+ \/\* [A-Z0-9_]+ \*\/$/)
		gsub(/^[0-9]+ \/\* | \*\/$/, "", text)
	gsub(/ *\/\*[^*]*\*\//, "", text)
	if (text ~ /^[[{"]/ || text ~ /^~\[/)
		return text
	count = parts(text, "|", flags)
	for (i = 1; i <= count; i++)
		flags[i] = number(flags[i])
	for (i = 1; i <= count; i++)
		for (j = i + 1; j <= count; j++)
			if (flags[j] < flags[i]) {
				swap = flags[i]
				flags[i] = flags[j]
				flags[j] = swap
			}
	text = flags[1]
	for (i = 2; i <= count; i++)
		if (flags[i] !~ /^0*$/)
			text = text "|" flags[i]
	return text
}

function is_address(text) { return text ~ /^0x[0-9a-f]+$/ }
function is_content(text) { return text ~ /^[[{"]/ || text ~ /^~\[/ || text ~ /^makedev/ }

# Structures are compared field by field, arrays element by element.
function same(ours, theirs,	a, b, count, i, left, right)
{
	if (plain(ours) == plain(theirs))
		return 1
	if (plain(theirs) in instead && plain(ours) == instead[plain(theirs)])
		return 1
	if (is_address(ours) && is_content(theirs))
		return 1
	if (ours ~ /^[[{]/ && theirs ~ /^[[{]/ && substr(ours, 1, 1) == substr(theirs, 1, 1)) {
		ours = substr(ours, 2, length(ours) - 2)
		theirs = substr(theirs, 2, length(theirs) - 2)
		count = parts(ours, ",", a)
		if (parts(theirs, ",", b) != count)
			return 0
		for (i = 1; i <= count; i++)
			if (!same_field(a[i], b[i]))
				return 0
		return 1
	}
	return 0
}

# "name=value", or a value.
function same_field(a, b,	i, j)
{
	i = a ~ /^[a-z_0-9]+=/ ? index(a, "=") : 0
	j = b ~ /^[a-z_0-9]+=/ ? index(b, "=") : 0
	return substr(a, 1, i) == substr(b, 1, j) && same(substr(a, i + 1), substr(b, j + 1))
}

function call_name(text) { return substr(text, 1, index(text, "(") - 1) }

function call_arguments(text)
{
	text = substr(text, index(text, "(") + 1)
	return substr(text, 1, length(text) - 1)
}

function differs(ours, theirs,	a, b, count, i)
{
	count = parts(call_arguments(ours), ",", a)
	if (call_name(ours) == "clone") {
		sub(/child_stack=[^,]*, flags=/, "", theirs)
		sub(/, child_tidptr=.*/, ")", theirs)
	}
	i = parts(call_arguments(theirs), ",", b)
	if (i != count && !(call_name(ours) in shorter))
		return "another number of arguments"
	if (call_arguments(theirs) ~ /^(\{mask=.*|<.*)?$/ && call_name(ours) in shorter)
		return ""
	count = i
	for (i = 1; i <= count; i++)
		if (!same(a[i], b[i]))
			return "argument " i
	return ""
}

function error_of(result) { return match(result, /^(-1 |\? |-[0-9]+ \()E[A-Z0-9]+/) ? substr(result, RSTART, RLENGTH) : "" }

# "-1 ENOENT (No such file)" and "-2 (ENOENT)" are one; other results are compared by whether they are errors.
function same_result(ours, theirs)
{
	ours = error_of(ours)
	theirs = error_of(theirs)
	sub(/.*E/, "", ours)
	sub(/.*E/, "", theirs)
	return ours == theirs
}

END {
	for (i = j = 1; i <= strace_count; i++) {
		name = call_name(strace_call[i])
		if (name ~ /^syscall_0x/)	# that strace does not know; syscall.* may
			continue
		for (next_one = j; next_one < j + 10 && call_name(stap_call[next_one]) != name; )
			next_one++
		if (next_one == j + 10 && strace_result[i] ~ /ENOSYS/)	# the kernel does not have it
			continue
		if (next_one == j + 10) {
			why[name] = why[name] "# not seen: " strace_call[i] "\n"
			continue
		}
		j = next_one
		if (strace_result[i] ~ /ENOSYS/ && stap_result[j] ~ /ENOSYS/ && call_arguments(stap_call[j]) == "") {
			j++	# the same, seen by syscall.ni_syscall
			continue
		}
		seen[name]++
		text = differs(stap_call[j], strace_call[i])
		if (text == "" && stap_result[j] != "" && !same_result(stap_result[j], strace_result[i]))
			text = "result"
		if (name in varies) {
			split(strace_result[i], result, " ")
			instead[number(result[1])] = number(stap_result[j])
		}
		if (text != "")
			why[name] = why[name] "# " text "\n#   strace " strace_call[i] " = " strace_result[i] \
				"\n#   stap   " stap_call[j] " = " stap_result[j] "\n"
		j++
	}
	total = first - 1
	for (name in seen) {
		total++
		if (name in why) {
			print "not ok " total " - " name "\n" why[name]
		} else {
			covered++
			print "ok " total " - " name
		}
	}
	for (name in why)
		if (!(name in seen))
			print "not ok " ++total " - " name "\n" why[name]
	print "# " covered + 0 " calls covered"
}
