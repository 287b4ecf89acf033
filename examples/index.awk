# SPDX-License-Identifier: GPL-2.0-or-later
#
# index.awk - a page on the examples, of their headers.
#
#	awk -f index.awk */*.stp >index.md
#
# An example begins with
#
#	#!/usr/bin/env stap
#	# title: Who reads most?
#	# shows: what it answers, in a line or more
#	# usage: stap readers.stp
#	# needs: no debuginfo
#	# sample:
#	#	what it prints
#	# test:
#	#	a script for the guest, see testsuite/examples.test
#
# The first four are of one line each; one that is missing is an error.

FNR == 1 {
	finish()
	count = split(FILENAME, parts, "/")
	if (parts[count - 1] != subject) {
		subject = parts[count - 1]
		printf "%s## %s\n", subjects++ ? "\n" : "# Examples\n\n`stap --example NAME` runs one, `stap --example` lists them.\n\n", subject
	}
	name = parts[count]
	delete field
	sample = block = ""
	header = 1
	next
}
!header { next }
!/^#/ { header = 0; next }
/^# [a-z]+:/ {
	block = $2
	sub(/:$/, "", block)
	sub(/^# [a-z]+: */, "")
	field[block] = $0
	next
}
/^#\t/ && block == "sample" { sample = sample substr($0, 3) "\n" }
END {
	finish()
	exit failed
}

function finish()
{
	if (name == "")
		return
	for (i = split("title shows usage needs sample test", wanted, " "); i; i--)
		if (!(wanted[i] in field) || (wanted[i] == "sample" && sample == "")) {
			print FILENAME ": " name " has no `" wanted[i] "'" >"/dev/stderr"
			failed = 1
		}
	printf "\n### %s\n\n%s Shows %s. Needs %s.\n\n```sh\n%s\n```\n```\n%s```\n", name, field["title"], field["shows"], field["needs"],
		field["usage"], sample
}
