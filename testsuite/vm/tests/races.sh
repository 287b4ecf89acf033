# 500 rounds each: starting against stopping, a reader against exit(), unloading against running handlers, loading and running
# while a CPU goes offline and comes back; and fewer with probes that change the kernel's code.  The kernel's log stays clean, and nothing stays loaded.
# Of two kernels, each has two of the races with all their rounds, and the others with a twentieth.

# race NAME MODULE ROUNDS [hits]
race()
{
	run ./races $2.ko $1 $3 $4
	assert_equal "status of $1 with $2" 0 $rc
	assert_matches "$out" "$1 $3 .*"
	assert_not_loaded $2
}

case $(uname -r) in
6.1.*) many="start attach" ;;
*) many="unload hotplug" ;;
esac
for name in start attach unload hotplug; do
	case $many in
	*$name*) race $name races 500 ;;
	*) race $name races 25 ;;
	esac
	[ $name != hotplug ] || assert_between "times that CPU 3 went and came" 2 100000 $(cut -d' ' -f3 "$out")
	race $name races_probes 20 hits
done
assert_equal "CPUs online" 0-3 "$(cat /sys/devices/system/cpu/online)"
