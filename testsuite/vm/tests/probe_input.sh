# input.char, input.line: standard input of a script, from a pipe and from a terminal; a last line without an end.

mkfifo $dir/in
staprun probe_input.ko <$dir/in >"$out" 2>"$err" &
pid=$!
exec 5>$dir/in
wait_line begin
printf 'one\n\nthree ' >&5
usleep 300000
printf 'four\n%0600d\nlast' 0 >&5
exec 5>&-
wait_line "line 4 <last>"
stop
assert_equal status 0 $rc
assert_empty "$err"
{
	echo begin
	echo "line 3 <one>"
	echo "line 0 <>"
	echo "line 10 <three four>"
	echo "line 511 <00000000000000000000>"
	echo "line 89 <00000000000000000000>"
	echo "line 4 <last>"
	echo "chars $((4 + 1 + 11 + 495))"
} >$dir/expected
diff "$out" $dir/expected >$dir/diff || fail "lines: $(cat $dir/diff)"

# The script ends by what comes in, while more may come.
{ wait_line begin; echo stop; sleep 2; } | run staprun probe_input.ko
grep -q -x "line 4 <stop>" "$out" || fail "did not stop"

# At a terminal: keys are heard one by one, and not shown; afterwards it is as it was.
mkdir -p /dev/pts
grep -q ' /dev/pts ' /proc/mounts || mount -t devpts devpts /dev/pts || fail "no pseudo terminals"
./typist staprun probe_input.ko >$dir/said 2>&1
assert_equal "keys" "pressed quit status 0 during 0 after 1" "$(tr '\n' ' ' <$dir/said | sed 's/ $//')"
