# A script started in the first namespaces sees the ids of pid(); one started in others the ids of that place, and 0 for what
# is outside.

echo 'tester:x:1234:5678::/:/bin/sh' >>/etc/passwd
mkdir "$dir/open"
chmod 777 "$dir/open"
start staprun library_namespace.ko
wait_armed
su tester -s /bin/sh -c "exec mkdir $dir/open/one"
wait_until 30 grep -q "^seen" "$out"
stop
assert_equal status 0 $rc
set -- $(value outside)
assert_equal "first namespace" "1 $1 $1 $2 $3 $4" "$(value pid)"
assert_equal task 11 "$(value task)"
assert_equal ids "1234 5678 1234 5678" "$(value ids)"
assert_equal task_ids "1234 5678 1234 5678" "$(value task_ids)"

# In a namespace of its own, with a /proc that shows it.
cat >"$dir/inside" <<-END
	mount -t proc proc /proc
	staprun library_namespace.ko -c "sh -c 'rmdir /no/such/folder; echo \\\$\\\$ \\\$PPID >$dir/open/ids; exec mkdir $dir/open/two'"
END
run unshare -p -f -m sh "$dir/inside"
assert_equal status 0 $rc
set -- $(cat "$dir/open/ids")
assert_matches "$out" "pid 1 $1 $1 $2 [0-9]+ [0-9]+"
assert_between "id inside" 2 50 "$1"
assert_equal task 11 "$(value task)"
[ "$(value outside | cut -d' ' -f1)" != "$1" ] || fail "the same id outside: $1"
cat >"$dir/inside" <<-END
	mount -t proc proc /proc
	exec staprun library_namespace.ko
END
start unshare -p -f -m sh "$dir/inside"
wait_armed
mkdir "$dir/three"
wait_until 30 grep -q "^seen" "$out"
killall -INT stapio
finish
assert_equal "a process outside" "1 0 0 0 0 0" "$(value pid)"

# With -N, those of another process, whoever starts the script.
unshare -p -f sleep 1000 &
parent=$!
child()
{
	inside=$(grep -ls "^PPid:.$parent\$" /proc/[0-9]*/status | cut -d/ -f3)
	[ "$inside" ]
}
wait_until 30 child
start staprun -N "$inside" library_namespace.ko
wait_armed
mkdir "$dir/four"
wait_until 30 grep -q "^seen" "$out"
stop
assert_equal status 0 $rc
assert_equal "a process outside those of -N" "1 0 0 0 0 0" "$(value pid)"
start staprun -N $$ library_namespace.ko
wait_armed
mkdir "$dir/five"
wait_until 30 grep -q "^seen" "$out"
stop
set -- $(value outside)
assert_equal "first namespace by -N" "1 $1 $1 $2 $3 $4" "$(value pid)"
kill -9 "$inside"
wait_until 30 [ ! -e /proc/$inside ]
run staprun -N "$inside" library_namespace.ko
assert_equal "status with a process that is not there" 1 $rc
assert_matches "$err" "ERROR: -N $inside: there is no such process\\."
