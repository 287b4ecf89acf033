# SPDX-License-Identifier: GPL-2.0-or-later
# Who may call a function, as "NAME all", "own" (of what is in the caller's own process), "none" or "guru": what the pragmas of all C that
# it comes to say together.  Input: functions as -u -p2 prints them.

/^# functions/ { listed = 1; next }
/^# probes/ { exit }
!listed { next }
/^(private )?function / {
	name = $1 == "private" ? $3 : $2
	sub(/[:(].*/, "", name)
	level[name] += 0
	next
}
/^%{/ {
	here = /\/\* guru \*\// ? 3 : /\/\* unprivileged \*\// ? 0 : /\/\* myproc-unprivileged \*\// ? 1 : 2
	if (here > level[name])
		level[name] = here
	in_c = !/%}$/
	next
}
in_c { in_c = !/^%}/; next }
{ text[name] = text[name] " " $0 }

END {
	for (name in text) {
		n = split(text[name], words, /[^A-Za-z_0-9(]+/)
		for (i = 1; i <= n; i++) {
			m = split(words[i], names, "(")
			for (j = 1; j < m; j++) {
				if (names[j] in level)
					calls[name, names[j]] = 1
				# @cast(…)->member
				else if (names[j] == "load" && level[name] < 2)
					level[name] = 2
			}
		}
	}
	do {
		changed = 0
		for (pair in calls) {
			split(pair, names, SUBSEP)
			if (level[names[2]] > level[names[1]]) {
				level[names[1]] = level[names[2]]
				changed = 1
			}
		}
	} while (changed)
	split("all own none guru", words, " ")
	for (name in level)
		print name, words[level[name] + 1]
}
