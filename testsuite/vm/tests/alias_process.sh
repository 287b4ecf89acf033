# kprocess.*: the life of one process, in order.

cat >$dir/process.sh <<'EOF'
printf process.sh >/proc/self/comm
/bin/true one two &
echo $! >/tmp/alias_process/pid
wait
/no/such/file
:
EOF
[ -e /bin/true ] || ln -s busybox /bin/true
start staprun alias_process.ko
wait_started
sh $dir/process.sh 2>/dev/null
sleep 1
stop
assert_equal status 0 $rc
child=$(cat $dir/pid)
grep -n "$child" "$out" >$dir/life
for event in "create $child" "start $child" "exec $child \"/bin/true\" [\"/bin/true\", \"one\", \"two\"] execve" \
	"complete $child 0 1 0 1 execve" "exit $child 0" "release $child"; do
	line=$(grep -n -m 1 -F "$event" "$out" | cut -d: -f1)
	[ -n "$line" ] || fail "not seen: $event"
	[ "$line" -gt "${last:-0}" ] || fail "out of order: $event"
	last=$line
done
grep -q -E '^exec [0-9]+ "/no/such/file" \["/no/such/file"\] execve$' "$out" || fail "the program that is not there"
grep -q -E '^complete [0-9]+ -2 \(ENOENT\) 1 -2 0 execve$' "$out" || fail "the program that is not there: its end"
