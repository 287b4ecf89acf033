# Functions, their arguments and results, structures, @cast and tracepoints, in a module that was translated without debuginfo.
insmod btf/context.ko || fail insmod
start staprun context_btf.ko
wait_started
dd if=/dev/zero of=/dev/null bs=777 count=5 2>/dev/null
echo 1 >/sys/module/context/parameters/values
sleep 1
stop
assert_equal status 0 $rc
rmmod context
assert_equal output 'ready
open -100 1
zero 1 parms
return 777 of 777, "zero"
scalars 120 -5 250 -3000 60000 -100000
stacked 1 6 -7000000000 8 10 50
{.values=[...]}
by_value -11 1099511627776 1 -2
flags 5 -9 abcdef0123 1
tail 71 0 -73 [...] 1
split 5 -6 -7 8 -9
flagged 1 77 10
label {.length=5, .text=[...]} label l
taken -14 -15
taken -14 -15
many 11 12
returns many -12 11
5 reads, switched' "$(cat "$out")"
