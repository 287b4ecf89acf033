# A function of a loaded module is probed by the module's name and its own; not loaded, the probes are warned of.

start staprun probe_kprobe_module.ko
wait_armed
stop
assert_contains "$err" 'WARNING: probe kprobe.module("dummy").function("dummy_setup")'
insmod probe_kprobe_module_dummy.ko numdummies=0 || fail insmod
start staprun probe_kprobe_module.ko
wait_armed
ip link add stp0 type dummy && ip link add stp1 type dummy || fail "ip link"
stop
ip link del stp0
ip link del stp1
rmmod dummy
assert_equal status 0 $rc
assert_equal hits "armed call 2 entry 2 return 2" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
