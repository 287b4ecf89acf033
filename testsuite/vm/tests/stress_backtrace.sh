# Nothing is wrong with the machine afterwards; skipped hits are no matter.

start staprun stress_backtrace.ko
load_begin 4
finish
load_end
assert_equal status 0 $rc
assert_equal output many "$(cat "$out")"
