# A closed pipe ends the script, without a word about it, and unloads the module.

(staprun stress_pipe.ko 2>$err; echo $? >$dir/status) | head -n 5 >$out
wait_until 30 test -s $dir/status
assert_equal "lines that head read" "line 1 line 2 line 3 line 4 line 5" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
assert_empty "$err"
assert_not_loaded stress_pipe
# A reader that only waits is no reason to end; SIGINT ends the script all the same.
mkfifo $dir/pipe
sleep 100 <$dir/pipe &
reader=$!
staprun stress_pipe.ko >$dir/pipe 2>$err &
pid=$!
usleep 1500000
assert_loaded stress_pipe
kill -INT $pid
usleep 300000
kill -INT $pid 2>/dev/null
wait_until 30 gone $pid
finish
kill $reader
assert_not_loaded stress_pipe
