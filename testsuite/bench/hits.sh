# In the virtual machine: what a hit costs.  Prints "LABEL NANOSECONDS", the function's own time included: with no probe, a
# bare kprobe, kretprobe or, where there is one, fprobe, and scripts, NAME.ko for each label.

cd /tests || exit 1
insmod hits.ko || exit 1
parameters=/sys/module/hits/parameters

run()
{
	echo "$1" >$parameters/run
}

run none
echo 1 >$parameters/bare && run kprobe
echo 2 >$parameters/bare && run kretprobe
echo 3 2>/dev/null >$parameters/bare && run fprobe
echo 0 >$parameters/bare
for name in empty count return both; do
	staprun hits_$name.ko >/tmp/out 2>&1 &
	tries=0
	while ! grep -q '^hits_function' /sys/kernel/debug/tracing/enabled_functions; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || { echo "not armed: $name"; cat /tmp/out; exit 1; }
		usleep 50000
	done
	usleep 200000	# entries and returns may be armed one after the other
	run $name
	kill -INT $!
	wait $!
	[ ! -s /tmp/out ] || cat /tmp/out
done
rmmod hits
dmesg | sed -n 's/.*hits: //p'
