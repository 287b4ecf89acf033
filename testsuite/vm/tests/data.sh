# As many hits as a command writes, and reads; what the kernel does not allow is warned of.

timeout=$(cat /proc/sys/kernel/panic)
oops=$(cat /proc/sys/kernel/panic_on_oops)
warn=$(cat /proc/sys/kernel/panic_on_warn)
[ -n "$timeout$oops$warn" ] || fail "no such sysctl"
for module in data data_name; do
	run staprun $module.ko -c "cd /proc/sys/kernel; for i in 1 2 3 4 5; do echo 1000 >panic; done; echo $timeout >panic;
		echo $warn >panic_on_warn; echo $warn >panic_on_warn; echo $oops >panic_on_oops; read x <panic_on_oops"
	assert_equal status 0 $rc
	assert_equal writes 6 "$(value writes)"
	assert_equal bytes 2 "$(value bytes)"
	assert_equal accesses 2 "$(value accesses)"
	assert_contains "$out" "proc_dointvec"
	assert_contains "$out" "ksys_write"
	assert_contains "$err" "WARNING: probe kernel.data(0xfffffe0000000000).length(8).write"
	run staprun $module.ko -c "cd /proc/sys/kernel; read x <panic; read x <panic_on_warn; read x <panic_on_oops"
	assert_equal "hits by reads" "writes 0 bytes 0 accesses 1" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
done
assert_equal timeout "$timeout" "$(cat /proc/sys/kernel/panic)"
