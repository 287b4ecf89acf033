# A closed pipe ends the script, without a word about it, and unloads the module.

(staprun stress_pipe.ko 2>$err; echo $? >$dir/status) | head -n 5 >$out
wait_until 30 test -s $dir/status
assert_equal "lines that head read" "line 1 line 2 line 3 line 4 line 5" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
assert_empty "$err"
assert_not_loaded stress_pipe

# A reader that only waits is no reason to end, nor not to start.  SIGINT ends the script, and what it has printed is not given up while there is
# a reader for it; a second SIGINT does not wait.  In the background all the same.
mkfifo $dir/pipe
sleep 1000 <$dir/pipe &
reader=$!
padding=$(printf '%400s' '' | tr ' ' x)

stays_until_the_second_signal()
{
	usleep 3000000
	kill -INT $1
	usleep 2000000
	kill -0 $1 || fail "the first SIGINT was enough: $2"
	assert_loaded stress_pipe
	kill -INT $1
	wait_until 30 gone $1
	wait_until 30 not_loaded stress_pipe
}

staprun stress_pipe.ko padding=$padding >$dir/pipe 2>$err &
pid=$!
stays_until_the_second_signal $pid "in front"
finish
assert_equal "status when forced" 1 $rc
assert_contains $err "output that was not written yet is lost"
# The pipe is full by now.
timeout 60 staprun -D -o $dir/pipe stress_pipe.ko padding=$padding >$out 2>$err || fail "it did not start in the background"
stays_until_the_second_signal $(cat $out) "in the background"
kill $reader
