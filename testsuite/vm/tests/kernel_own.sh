# The machine goes on under load, all CPUs at once, and the script ends as it should; see kernel_own.stp.

start staprun kernel_own.ko
wait_armed
load_begin 4
sleep 4
load_end
stop
assert_equal status 0 $rc
assert_between "entries" 1000 1000000000 "$(value entry)"
assert_between "returns" 1000 1000000000 "$(value return)"
# Those that the kernel refuses are named.
assert_contains "$err" 'WARNING: probe kprobe.function("arch_rethook_trampoline_callback").return '
assert_contains "$err" 'WARNING: probe kprobe.function("pre_handler_kretprobe").return '
assert_contains "$err" 'WARNING: probe kprobe.function("__switch_to").return '
assert_lacks "$err" 'WARNING: probe kprobe.function("ktime_get")'
assert_lacks "$err" ERROR
