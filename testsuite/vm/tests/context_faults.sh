# As the script's first line says.  Seven calls: the addresses of what is freed, and of the good ones, are this run's.
insmod faults.ko || fail insmod
start staprun context_faults.ko
wait_until 20 grep -q '^bad_pointers ' /sys/kernel/debug/tracing/enabled_functions
wait_started
echo 1 >/sys/module/faults/parameters/faults
stop
rmmod faults
assert_equal "status, after errors" 1 $rc

# fault_lines R TEXT: of a call with these pointers, both bad
fault_lines()
{
	printf 'read fault [man error::fault] at 0x%x\n' $(($1)) $(($1 + 0x20)) $(($1 + 0x90)) $(($2))
	printf 'kernel string copy fault at 0x%x [man error::fault]\n' $(($2))
	printf 'write fault [man error::fault] at 0x%x\n' $(($1 + 0x88))
}
for pointers in "0 8" "0xdead000000000100 0x8000000000000000" "0xfffffffffffff000 0xffffffffffffffff"; do
	# shellcheck disable=SC2086
	fault_lines $pointers >"$dir/wanted"
	while read -r line; do
		assert_contains "$out" "$line"
	done <"$dir/wanted"
done
assert_contains "$out" 'read fault [man error::fault] at 0x123456789abc'
assert_contains "$out" 'write fault [man error::fault] at 0xffffffffff600088'
assert_equal "read faults" 36 "$(grep -c '^read fault' "$out")"
assert_equal "write faults" 6 "$(grep -c '^write fault' "$out")"
assert_equal "strings" 6 "$(grep -c '^kernel string copy fault' "$out")"
assert_equal "texts" 6 "$(grep -c '^ERROR ' "$out")"
assert_equal "errors at the entry" 6 "$(grep -c "ERROR: read fault .* near identifier '\$r'" "$err")"
assert_contains "$out" '{.number=-123456789012, .text="hello \"there\"\n", .inner={...}'
assert_contains "$out" ", .as_bytes=\"\\001\\002\\003\\004\", .anonymous_x=31, .anonymous_y=-32, .named={...}, .color=7, "
assert_contains "$out" ".call=0x0, .yes=1, .byte='\\310', .signed_byte='\\234', .large=18364758544493064720, .count=9, .tail=[...]}"
assert_contains "$out" "returned 9"
