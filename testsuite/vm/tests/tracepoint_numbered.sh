# See tracepoint_numbered.stp.

run staprun tracepoint_numbered.ko -c true
assert_equal status 0 $rc
assert_matches "$out" "sched_process_exit 1 1 0 1"
