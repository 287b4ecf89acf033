# The script is ended and unloaded again and again while its probes are hit on four CPUs: by SIGINT, and by -d after detaching.

load_begin 4
i=0
while [ $i -lt 4 ]; do
	start staprun stress_unload.ko
	wait_line ready
	usleep $((i * 100000))
	stop
	assert_equal "status of round $i" 0 $rc
	assert_not_loaded stress_unload
	assert_equal "last line of round $i" end "$(tail -n 1 "$out")"
	i=$((i + 1))
done
i=0
while [ $i -lt 3 ]; do
	run staprun -L stress_unload.ko
	assert_equal "status of -L, round $i" 0 $rc
	usleep $((i * 80000))
	run staprun -d stress_unload
	assert_equal "status of -d, round $i" 0 $rc
	assert_not_loaded stress_unload
	i=$((i + 1))
done
run staprun -L stress_unload.ko
usleep 100000
rmmod stress_unload || fail "rmmod"
assert_not_loaded stress_unload
load_end
