# Functions, their arguments and results, structures, @cast and tracepoints, in a module that was translated without debuginfo.
start staprun context_btf.ko
wait_started
dd if=/dev/zero of=/dev/null bs=777 count=5 2>/dev/null
sleep 1
stop
assert_equal status 0 $rc
assert_equal output 'ready
open -100 1
zero 1 parms
return 777 of 777, "zero"
5 reads, switched' "$(cat "$out")"
