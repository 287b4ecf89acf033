# $mode and $dev of do_mknodat() in all of its statements, by what the callers know; see entry_values.stp.
. /vm/guest.sh

start staprun entry_values.ko
wait_armed
mknod -m 640 "$dir/device" c 5 7 || fail "no device"
rmdir /no/such/folder 2>/dev/null
wait_line "mode 20640, dev 507, many statements, 0 wrong"
stop
assert_equal status 0 $rc

start staprun entry_values_hidden.ko
wait_armed
mknod "$dir/another" c 5 7 || fail "no device"
wait_until 30 grep -q "the value is not known" "$out"
! grep wrong "$out" || fail "a value from a wrong caller"
stop
assert_equal status 0 $rc
