# The timer interrupt, on every CPU that is busy.

load_begin 2
run staprun probe_interrupt.ko
load_end
assert_equal status 0 $rc
assert_lacks "$err" ERROR
lines=$(grep -c '^interrupt on [0-3] in ' "$out")
assert_between "lines printed" 50 1000000 "$lines"
assert_between "hits counted" 50 1000000 "$(value sum)"
