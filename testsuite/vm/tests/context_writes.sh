# As the script's first line says.  What look's return saves at the entry comes behind the entry's own probe.
insmod writes.ko || fail insmod
start staprun context_writes.ko
wait_until 20 grep -q '^body ' /sys/kernel/debug/tracing/enabled_functions
wait_started
echo 1 >/sys/module/writes/parameters/values
stop
rmmod writes
assert_equal status 0 $rc
assert_empty "$err"
# body(2): 4 + 0 + 1 + 2 is 7, and 7 + 49 is 56.
assert_equal output '-123456789012 -123456789014
5 -3 0 1
-5 6 "Xnside" 0xff030201 1
76
42 -49
70 -70
56
5' "$(cat "$out")"
