# workqueue.*: five works of a module, on a queue whose workers come for it and go with it.
start staprun alias_workqueue.ko
wait_armed
insmod alias_workqueue_target.ko || fail insmod
# A priority of its own: workers of its own.
echo -7 >/sys/devices/virtual/workqueue/stp_target/nice || fail "no priority"
echo 1 >/sys/module/alias_workqueue_target/parameters/run
wait_until 30 sh -c "[ \"\$(grep -c ^execute $out)\" = 5 ]"
usleep 400000
rmmod alias_workqueue_target || fail rmmod
wait_until 30 grep -q destroy "$out"
stop
assert_equal status 0 $rc
assert_empty "$err"
assert_equal "works" 5 "$(grep -c -x 'insert sh' "$out")"
assert_equal "works done" 5 "$(grep -c '^execute kworker/u' "$out")"
assert_matches "$out" "wrong 0"
