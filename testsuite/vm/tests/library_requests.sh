# system(): commands run as who has started the script, in order with its output, and are not waited for. switch_file(): the
# next file begins where it was called, with -o, and with -b for each CPU; nothing happens without.
folder=/proc/systemtap/library_requests

run_script()
{
	rm -f $dir/commands
	start staprun "$@" library_requests.ko
	wait_until 30 test -e $folder/stop
	wait_until 30 grep -q "command 42 as $user" $dir/commands
}

user=0
run_script
printf %s 'echo one; echo two >&2; kill -9 $$' >$folder/run
wait_line one
wait_line two "$err"
printf %s 'exec cat /proc/self/fd/0 >/dev/null; sleep 30' >$folder/run
printf %s ignored >$folder/next
wait_until 30 grep -q -x "after ignored" "$out"
# A command that goes on keeps neither script nor module.
printf %s 'echo on >>/tmp/library_requests/commands; exec sleep 60' >$folder/run
wait_line on $dir/commands
echo >$folder/stop
finish
assert_equal status 0 $rc
assert_not_loaded library_requests
wait_line late $dir/commands
printf '%s\n' first one "before ignored" "after ignored" last >$dir/expected
cmp "$out" $dir/expected || fail "output"
assert_matches $dir/mask "SigBlk:.0000000000000000"
children=$(ps -o pid,args | awk '$2 == "sleep" && $3 == 60 { print $1 }')
[ -n "$children" ] || fail "the last command is gone"
kill $children
# No zombies: the one that was killed was waited for.
no_zombies()
{
	! ps -o stat | grep -q Z
}
wait_until 30 no_zombies

run_script -o $dir/log
printf %s 1 >$folder/next
printf %s 2 >$folder/next
wait_until 30 grep -q -x "after 2" $dir/log.2
echo >$folder/stop
finish
assert_equal status 0 $rc
assert_equal "first file" "first before 1" "$(tr '\n' ' ' <$dir/log | sed 's/ *$//; s/  */ /g')"
assert_equal "second file" "after 1 before 2" "$(tr '\n' ' ' <$dir/log.1 | sed 's/ *$//; s/  */ /g')"
assert_equal "third file" "after 2 last" "$(tr '\n' ' ' <$dir/log.2 | sed 's/ *$//; s/  */ /g')"
wait_line late $dir/commands

# Another user's script: the command is theirs.
echo 'developer:x:1003:1003::/tmp:/bin/sh' >>/etc/passwd
echo 'stapdev:x:201:developer' >>/etc/group
chmod 1777 /tmp
chmod 777 $dir
chmod 755 /vm /vm/*
mkdir -p /usr/local/bin
cp "$(readlink -f "$(command -v staprun)")" /usr/local/bin/staprun
chmod 4755 /usr/local/bin/staprun
user=1003
rm -f $dir/*
start su -s /bin/sh developer -c "exec /usr/local/bin/staprun /vm/library_requests.ko"
wait_until 30 grep -q "command 42 as 1003" $dir/commands
wait_until 30 test -e $folder/stop
echo >$folder/stop
finish
assert_equal status 0 $rc
sed -i '/^developer:/d' /etc/passwd
sed -i '/^stapdev:/d' /etc/group
rm /usr/local/bin/staprun

# raise(): the one that is hit gets the signal; not where interrupts are off.
start staprun library_requests_raise.ko
wait_until 30 test -e /proc/systemtap/library_requests_raise/stop
hit()
{
	rmdir /no/such/folder
	[ $? = 138 ]
}
wait_until 30 hit
wait_until 30 grep -q "interrupts off" "$out"
echo >/proc/systemtap/library_requests_raise/stop
finish
assert_equal status 0 $rc
assert_matches "$out" "raise: no signal can be sent with interrupts off"
assert_matches "$out" "raise: no signal 65"
assert_matches "$out" "raise: no signal 0"

# The others: counts of cve_count_metric(), text of user memory.
assert_matches "$out" "metrics 2 7 3"
assert_matches "$out" "enabled 1 0"
assert_matches "$out" 'quoted "/no" "/no/such/f"\.\.\. 0x8'
