# See library_values.stp.

run staprun library_values.ko -c ./library_values_target
assert_equal status 0 $rc
assert_equal "writes of the lengths that were set" "1 2 3 4 5 6 7 8 9 10 11 " "$(grep '^1 2' "$out")"
assert_equal kernel "-120 -30840 -2054781048 -9114578090645354616 -9114578090645354616" "$(value kernel)"
assert_equal texts 'ab "ab\"c\n" 0x10 none b"c' "$(value texts)"
assert_matches "$out" '"ab\\"c\\n" 0x10'
assert_equal results "-2 (ENOENT) 7 0xff 010" "$(value results)"
assert_equal handlers "SIG_DFL SIG_IGN SIG_ERR 0x1000" "$(value handlers)"
for name in user sized errors sized_errors warnings; do
	assert_equal "$name" "-120 -30840 -2054781048 -9114578090645354616" "$(value "$name")"
done
assert_equal strings 'ab"c' "$(value strings)"
assert_matches "$out" 'ab "ab\\"" "ab\\"c\\n" "ab"\.\.\. 0x10 0x10 none none "ab\\"c\\n"'
assert_equal nothing 00000000 "$(value nothing)"
assert_equal warned 0000 "$(value warned)"
assert_equal "number of warnings" 4 "$(grep -c '^WARNING: ' "$err")"
assert_equal faults 8 "$(grep -c '^fault$' "$out")"
assert_equal set 8 "$(value set)"
assert_equal returned "1 24 24 0x18 030" "$(value returned)"
grep -A 3 '^returned ' "$out" | grep -q 'ksys_write+0x0/' || fail "no backtrace"
