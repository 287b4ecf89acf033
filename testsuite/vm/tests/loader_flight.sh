# -L is a flight recorder: the newest data survive, without a gap, however often one attaches and detaches; what is
# written before a detach is there at the attach.

numbers()
{
	sed -n 's/^record \([0-9]*\) .*/\1/p' "$out"
}

# At the start of reading, and while we are slower than the script, something may be missing; else not.
assert_ascending()
{
	numbers | awk 'NR > 1 && $1 <= last { print "record " $1 " after " last; exit 1 } { last = $1 }' >$dir/order ||
		fail "out of order: $(cat $dir/order)"
}

run staprun -L loader_flight.ko
assert_equal "status of -L" 0 $rc
assert_empty "$out"
assert_contains "$err" 'staprun -A loader_flight'
# 20,000 lines a second: the buffers, 4 times 64 kB, are written over many times.
sleep 3
previous=0
for round in 1 2 3 4 5; do
	start staprun -A loader_flight
	wait_until 30 test -s "$out"
	usleep 300000
	stop QUIT
	assert_equal "status of SIGQUIT, round $round" 0 $rc
	assert_ascending
	first=$(numbers | head -n 1)
	[ "$first" -gt "$previous" ] || fail "round $round: began with record $first, after $previous"
	[ $round != 1 ] || [ "$first" -gt 2000 ] || fail "the oldest survived: $first"
	previous=$(numbers | tail -n 1)
	sleep 1
done
# Nobody reads for a while: then all that is left, up to the newest, is without a gap.
start staprun -A loader_flight
wait_until 30 test -s "$out"
stop INT
assert_equal status 0 $rc
assert_not_loaded loader_flight
assert_ascending
last=$(numbers | tail -n 1)
assert_equal "the end probe's count" "end $((last + 1))" "$(tail -n 1 "$out")"

# A script that was not started as one keeps the oldest.
start staprun loader_flight.ko
wait_until 30 test -s "$out"
stop QUIT
sleep 2
last=$(numbers | tail -n 1)
start staprun -A loader_flight
wait_until 30 test -s "$out"
assert_equal "first record after attaching" $((last + 1)) "$(numbers | head -n 1)"
stop INT
assert_contains "$err" "transport failures"
assert_contains "$err" "Records lost on CPU"
lost=$(sed -n 's/.*There were \([0-9]*\) transport failures.*/\1/p' "$err")
by_cpu=$(awk '/Records lost on CPU/ { sum += $NF } END { print sum }' "$err")
assert_equal "sum of the CPUs' losses" "$lost" "$by_cpu"
