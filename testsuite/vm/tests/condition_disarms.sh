# The kernel's own list of the functions that somebody wants to see says which are armed.

enabled()
{
	grep -q "^$1 " /sys/kernel/debug/tracing/enabled_functions
}

disabled()
{
	! enabled "$1"
}

start staprun condition_disarms.ko
wait_until 30 enabled do_symlinkat
disabled do_rmdir || fail "do_rmdir is armed, and its condition does not hold"
enabled do_mkdirat || fail "do_mkdirat.return is not armed, and its condition holds"
rmdir /no/such/folder 2>/dev/null
unlink /no/such/file 2>/dev/null
wait_until 30 enabled do_rmdir
wait_until 30 disabled do_mkdirat
rmdir /no/such/folder 2>/dev/null
unlink /no/such/file 2>/dev/null
wait_line ticked
rmdir /no/such/folder 2>/dev/null
ln -s x /no/such/link 2>/dev/null
wait_until 30 disabled do_rmdir
wait_until 30 enabled do_mkdirat
mkdir /no/such/folder 2>/dev/null
rmdir /no/such/folder 2>/dev/null
stop
assert_equal status 0 $rc
assert_equal output "ready
hit 1
ticked
hit 2
off" "$(cat "$out")"
