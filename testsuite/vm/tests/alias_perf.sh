# perf.sw.*: what a program brings about and counts itself, or asks the kernel for (getrusage); clocks, which run on every CPU.
# perf.hw.*, perf.hw_cache.*: this machine's processor counts nothing, and the script says so.

disk_begin alias_perf.modules
dd if=/dev/zero of="$dir/disk/file" bs=4096 count=1 2>/dev/null
sync
start staprun alias_perf.ko
wait_armed
./counted "$dir/disk/file" >$dir/said || fail "the program failed"
sleep 1
stop
disk_end
assert_equal status 0 $rc
for what in minor major switches moves; do
	assert_equal $what "$(value $what $dir/said)" "$(value $what)"
done
[ "$(value minor)" -ge 100 ] && [ "$(value major)" -ge 1 ] && [ "$(value switches)" -ge 20 ] || fail "nothing happened"
assert_equal faults $(($(value minor) + $(value major))) "$(value all)"
assert_equal clocks "1 1 1 on 4" "$(value clocks)"
assert_lacks "$out" "this machine has none"

run staprun alias_perf_hardware.ko
assert_equal status 1 $rc
assert_contains "$err" "no probe could be registered"
