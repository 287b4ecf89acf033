# Each is what the kernel's own table of symbols says, and where reading is known to come from.

run staprun stack.ko -c "i=0; while [ \$i -lt 4000 ]; do read x </dev/null; i=\$((i + 1)); done"
assert_equal status 0 $rc
section()
{
	sed -n "/^== $1\$/,/^-- end/p" "$out" >"$dir/section"
	assert_contains "$dir/section" "-- end"
	assert_contains "$dir/section" "-- same 1"
	assert_contains "$dir/section" "-- room 1"
}
# chain SECTION FUNCTION...: its backtrace begins so
chain()
{
	section "$1"
	shift
	sed -n 's/^.*0x[0-9a-f]* : \([a-z0-9_A-Z.]*\)+0x.*$/\1/p' "$dir/section" | head -n $# >"$dir/functions"
	assert_equal chain "$*" "$(tr '\n' ' ' <"$dir/functions" | sed 's/ $//')"
}
chain entry vfs_read ksys_read do_syscall_64
chain return vfs_read ksys_read do_syscall_64
assert_matches "$dir/section" 'Returning from: 0x[0-9a-f]{16} : vfs_read\+0x0/0x[0-9a-f]+ \[kernel\]'
assert_matches "$dir/section" 'Returning to  : 0x[0-9a-f]{16} : ksys_read\+0x[0-9a-f]+/0x[0-9a-f]+ \[kernel\]'
chain "kprobe return" vfs_read ksys_read do_syscall_64
assert_contains "$dir/section" "Returning from"
chain tracepoint __schedule
chain begin proc_reg_unlocked_ioctl
for name in timer profile; do section "$name"; done
! grep -q '^== statement' "$out" || chain statement vfs_read ksys_read
assert_contains "$out" "user:00:"

section entry
numbers=$(sed -n 's/^-- numbers //p' "$dir/section")
set -- $numbers
[ $# -ge 4 ] || fail "numbers: $numbers"
assert_equal callers "-- callers $1 $2 $1" "$(grep '^-- callers' "$dir/section")"
assert_equal caller "-- caller ksys_read $2" "$(grep '^-- caller ' "$dir/section")"
assert_equal stack "-- stack $1 $2 $2 0" "$(grep '^-- stack' "$dir/section")"
assert_equal "print_stack" 2 "$(grep -c "^ $1 : vfs_read+0x0/" "$dir/section")"
assert_equal "sprint_backtrace" 1 "$(grep -c -x -E 'ksys_read\+0x[0-9a-f]+ \[kernel\]' "$dir/section")"

# Against /proc/kallsyms: the symbol that begins last before the address, and how far that is.
grep -h '^ 0x[0-9a-f]* : .*\[kernel\]' "$out" | sort -u >"$dir/lines"
[ "$(wc -l <"$dir/lines")" -gt 5 ] || fail "few lines"
while read -r address colon text module; do
	offset=${text#*+}
	printf '%016x %s\n' $((address - ${offset%/*})) "${text%%+*}"
done <"$dir/lines" | sort -u >"$dir/wanted"
awk 'NR == FNR { wanted[$0]; next } $2 ~ /[tTwW]/ && ($1 " " $3) in wanted { print $1, $3 }' \
	"$dir/wanted" /proc/kallsyms | sort -u >"$dir/known"
cmp "$dir/wanted" "$dir/known" || fail "by /proc/kallsyms: $(diff "$dir/wanted" "$dir/known")"
