# 5 million lines at once from four CPUs, through buffers of the default size: what does not arrive, whole and in order, is counted
# exactly, for each CPU.  And the same with a reader that does not read meanwhile, so that much is lost.

# account WHAT: the counts of the report are those of what is missing
account()
{
	local cpu lost total=0
	./burst check $dir/lines >$dir/found || fail "$1: $(cat $dir/found)"
	for cpu in 0 1 2 3; do
		lost=$(sed -n "s/^CPU $cpu lost //p" $dir/found)
		reported=$(sed -n "s/.*Records lost on CPU $cpu: //p" $dir/report)
		assert_equal "$1: records lost on CPU $cpu" "$lost" "${reported:-0}"
		total=$((total + lost))
	done
	reported=$(sed -n 's/.*There were \([0-9]*\) transport failures.*/\1/p' $dir/report)
	assert_equal "$1: records lost" $total "${reported:-0}"
	assert_equal "$1: lines" $2 $(($(sed -n 's/^lines //p' $dir/found) + total * 128))
}

staprun burst.ko -o $dir/lines 2>$dir/report &
pid=$!
wait_until 30 test -e $dir/lines
wait_until 30 grep -q do_rmdir /sys/kernel/debug/kprobes/list /sys/kernel/tracing/enabled_functions
./burst hits 4884
kill -INT $pid
wait $pid
assert_equal status 0 $?
account "5 million lines" 5001216

rm $dir/lines
staprun burst.ko -o $dir/lines 2>$dir/report &
pid=$!
wait_until 30 test -e $dir/lines
wait_until 30 grep -q do_rmdir /sys/kernel/debug/kprobes/list /sys/kernel/tracing/enabled_functions
kill -STOP $pid
./burst hits 800
kill -CONT $pid
kill -INT $pid
wait $pid
assert_equal status 0 $?
account "lines without a reader" 819200
assert_contains $dir/report "transport failures"
