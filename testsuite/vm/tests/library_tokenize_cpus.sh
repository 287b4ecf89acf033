# While processes read on all processors, each handler gets the parts of its own string.

start staprun library_tokenize_cpus.ko
wait_armed
load_begin 4
sleep 3
load_end
stop
assert_equal status 0 $rc
assert_lacks "$out" mixed
assert_between "processors that were busy" 2 64 "$(value busy)"
