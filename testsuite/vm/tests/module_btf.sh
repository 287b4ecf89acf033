# As the script's first line says; another build is refused, with its probes unarmed.

start staprun module_btf.ko
wait_started
for round in 1 2; do
	insmod module_btf_dummy.ko numdummies=1 || fail insmod
	insmod module_btf_other.ko numifbs=0 || fail insmod another module
	ip link add stp0 type dummy || fail ip link
	rmmod ifb
	rmmod dummy
done
insmod module_btf_another.ko numdummies=1 || fail insmod another build
rmmod dummy
stop
assert_equal status 0 $rc
assert_matches "$err" "WARNING: module dummy is another build than the one translated for: build-id [0-9a-f]* here, [0-9a-f]* expected; its probes stay unarmed"
times='init dummy_init_module
device dummy0 1
device returns 0 1
init returns 0
device stp0 2
device returns 0 1
end 2
init dummy_init_module
device dummy0 3
device returns 0 1
init returns 0
device stp0 4
device returns 0 1
end 4'
assert_equal output "$times" "$(cat "$out")"
