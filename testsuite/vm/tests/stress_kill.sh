# kill -9 of stapio, also in the middle of much output: the module can be reattached with -A and goes on, or removed with -d.

start staprun stress_kill.ko
wait_line "tick 3"
stop KILL
assert_loaded stress_kill
start staprun -A stress_kill
wait_until 20 grep -q '^tick ' "$out"
last=$(value tick)
wait_until 20 grep -q -x "tick $((last + 10))" "$out"
stop
assert_equal "status after reattaching" 0 $rc
assert_matches "$out" end
assert_not_loaded stress_kill

i=0
while [ $i -lt 5 ]; do
	start staprun stress_kill.ko
	wait_line ready
	usleep $((i * 15000))
	stop KILL
	run staprun -d stress_kill
	assert_equal "status of -d, round $i" 0 $rc
	assert_not_loaded stress_kill
	i=$((i + 1))
done
# While the begin probes run, or before: stapio is killed at any time after its start.
for delay in 1000 3000 6000 10000 20000 40000; do
	start staprun stress_kill.ko
	usleep $delay
	kill -KILL $pid
	finish
	loaded stress_kill || continue
	run staprun -d stress_kill
	assert_equal "status of -d, $delay us after the start" 0 $rc
	assert_not_loaded stress_kill
done
