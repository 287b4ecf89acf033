# A script that takes too much of a CPU is ended, by the name of its probe; a handler that would never end is stopped by its limit.

start staprun overload.ko
wait_line ready
wait_until 60 gone $pid
finish
assert_equal status 1 $rc
assert_contains "$err" "probe overhead exceeded threshold"
assert_contains "$err" "timer.us(50)"
assert_not_loaded overload
