# As the script's first line says.
insmod context.ko || fail insmod
start staprun context_values.ko
wait_until 20 grep -q '^look ' /sys/kernel/debug/tracing/enabled_functions
wait_started
echo 1 >/sys/module/context/parameters/values
stop
rmmod context
assert_equal status 0 $rc
assert_empty "$err"
# Of what is inlined, where the compiler keeps $base is its own affair.
assert_equal "inlined calls" 2 "$(grep -c '^squared \(4\|19\|?\)$' "$out")"
assert_equal output 'scalars 120 -5 250 -3000 60000 -100000
c=0x78 sc=0xfffffffffffffffb uc=0xfa s=0xfffffffffffff448 us=0xea60 i=0xfffffffffffe7960
stacked 1 6 -7000000000 8 10 50
{.values=[...]}
by_value 1 -2
look -123456789012 hello "there"
 "hello \"there\"\n"
inner -1 2 "inside" 2
inner again 1
flags 5 -9 abcdef0123 1
unions 0x4030201 3 65 A
anonymous 31 -32
grid 1 2 6
grid 4 5 3
small 7 1 200 -100 0xfedcba9876543210
tail 71 0 -73 [...] 1
chain 2
cast -32 1
null 0 -1
{.low=-1, .high=2, .name="inside"} {.first=5, .second=-9, .wide=737894400291, .on=1} [[...], [...]] {.low=-1, .high=2, .name="inside"}
autocast 3 2 "inside"
static -77 1234567
per CPU -78 "own"
enum 3
defined 1 1 0 0
look returns 5 -10, count 3 then 3
1 {.a=5, .b=-10}
pair 21 -21 of 21
split 5 -6 -7 8 -9
flagged 1 77 10
label {.length=5, .text=[...]} label l
taken -14 -15
taken -14 -15
many 11 12
returns many -12 11
callee squared
statement
callee squared
label out 1
several CPUs, wrong 0' "$(grep -v '^squared' "$out")"
