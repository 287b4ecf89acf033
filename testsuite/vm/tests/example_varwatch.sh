# examples/general/varwatch.stp: all variables at all statements of a function, line by line of one thread.
start staprun example_varwatch.ko
wait_until 20 sh -c '[ $(grep -c do_sys_openat2 /sys/kernel/debug/kprobes/list) -ge 15 ]'
sh -c 'echo $$ >$1/shell; exec cat /proc/version' sh "$dir" >/dev/null
sleep 1
stop
assert_equal status 0 $rc
thread=$(cat "$dir/shell")
grep " thread $thread from " "$out" >"$dir/lines"
[ "$(wc -l <"$dir/lines")" -ge 3 ] || fail "less than three changes in thread $thread"
sed 's/.*do_sys_openat2@fs\/open\.c:\([0-9]*\)").*/\1/' "$dir/lines" | sort -u >"$dir/numbers"
[ "$(wc -l <"$dir/numbers")" -ge 2 ] || fail "changes at less than two lines"
assert_contains "$dir/lines" ' $$vars thread '
assert_contains "$dir/lines" 'dfd=0xffffffffffffff9c '
# Each begins where the last one ended.
awk '{ n = split($0, half, / from | to /); if (NR > 1 && half[n - 1] != before) exit 1; before = half[n] }' "$dir/lines" ||
	fail "a value is not what it was before"
