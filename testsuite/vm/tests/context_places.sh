# As the script's first lines say.
insmod places.ko || fail insmod
start staprun context_places.ko
wait_until 20 grep -q '^places ' /sys/kernel/debug/tracing/enabled_functions
wait_started
for way in 0 3 2; do
	echo $way >/sys/module/places/parameters/way
done
stop
rmmod places
assert_equal status 0 $rc
assert_empty "$err"
assert_equal output 'way 0: low 80 high 185 tail 73
{.low=80, .high=185, .tail=73} 80
scaled 2 ratio 0x80000000 above 2
0 way=0x0 either={...} scalar=0x50 scaled=0x2 ratio=0x80000000 above=0x2 vector=?
way 3: low 70 high -71 tail 72
{.low=70, .high=-71, .tail=72} 70
scaled 14 ratio 0xc1400000 above 1
0 way=0x3 either={...} scalar=0x46 scaled=0xe ratio=0xc1400000 above=0x1 vector=?
way 2: low 70 high -71 tail 72
{.low=70, .high=-71, .tail=72} 70
scaled 10 ratio 0xc1000000 above 2
0 way=0x2 either={...} scalar=0x46 scaled=0xa ratio=0xc1000000 above=0x2 vector=?' "$(cat "$out")"
# Written to, the one in the register is what is returned, the one in memory what is read then.
assert_equal returned "places 90
places 93
places 92" "$(dmesg | sed -n 's/.*\(places [0-9]*\)$/\1/p')"
