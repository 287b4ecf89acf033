# signal.*: what a program of known signals does (alias_signal.guest.c).
start staprun alias_signal.ko
wait_armed
./signals >$dir/said || fail "the program failed"
insmod alias_signal_target.ko && rmmod alias_signal_target || fail insmod
stop
assert_equal status 0 $rc
assert_empty "$err"

# Process ids by name.
sed "s/\b$(value own $dir/said | cut -d' ' -f1)\b/OWN/g; s/\b$(value sleeper $dir/said)\b/SLEEPER/g
s/\b$(value mapped $dir/said)\b/MAPPED/g; s/\b$(value forced $dir/said)\b/FORCED/g
s/\b$(value forbidden $dir/said)\b/FORBIDDEN/g; s/$(value own $dir/said | cut -d' ' -f3)/HANDLER/
/^armed\$/d" "$out" >$dir/got
# Who sends and who gets may go on side by side.  The shell hears of its child's end, too.
sort alias_signal.expected >$dir/expected
sed '/^check_ignored SIGCHLD [0-9]* sh$/,$d' $dir/got | sort | diff $dir/expected - >$dir/diff || fail "events: $(cat $dir/diff)"
assert_matches "$out" "flush [0-9]+ insmod 1"
