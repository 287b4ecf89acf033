# -x PID: target() is that process, only its calls are counted; what is no process id is refused.

mkfifo $dir/gate
sh -c "read -r x <$dir/gate; exec mkdir $dir/1 $dir/2" &
child=$!
start staprun loader_target.ko -x $child
wait_armed
assert_equal "target()" $child "$(value target)"
mkdir $dir/3
echo go >$dir/gate
wait $child
stop
assert_equal status 0 $rc
assert_equal "calls of the target" 2 "$(value made)"
for bad in 0 -5 abc 12x 99999999999; do
	run staprun loader_target.ko -x $bad
	assert_equal "status of -x $bad" 1 $rc
	assert_contains "$err" "not a number from 1"
done
