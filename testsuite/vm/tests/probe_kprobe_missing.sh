# Three warnings, one per probe that cannot be armed; the fourth is hit.

start staprun probe_kprobe_missing.ko
while ! gone $pid; do cat /proc/stat >/dev/null; usleep 10000; done
finish
assert_equal status 0 $rc
assert_equal output hit "$(cat "$out")"
assert_equal "lines on standard error" 3 "$(wc -l <"$err")"
assert_contains "$err" "WARNING: probe kprobe.function(\"stp_test_no_such_function\") (identifier 'kprobe' at probe_kprobe_missing.stp:3:7) registration error"
assert_contains "$err" 'WARNING: probe kprobe.function("stp_test_neither").return (identifier '
assert_contains "$err" 'WARNING: probe kprobe.module("stp_test_no_module").function("f") (identifier '
