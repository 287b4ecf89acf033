# As many places as by DWARF; then what is hit when the kernel and the module call some of them, and when the module comes back.
[ -d /sys/kernel/debug/tracing ] || mount -t debugfs debugfs /sys/kernel/debug || fail mount

# armed FILE: the probed functions, each as often as it is probed; without those that the compiler changed, of which BTF does not know
armed()
{
	run_armed=$1
	start staprun "$run_armed.ko"
	wait_started
	{
		sed 's/ .*//' /sys/kernel/debug/tracing/enabled_functions
		sed 's/+.*//; s/.* //' /sys/kernel/debug/kprobes/list
	} | grep -v '\.' | sort >"$dir/$run_armed"
	stop
	assert_equal status 0 $rc
	[ -s "$err" ] && fail "warnings of $run_armed"
}

armed same_names_dwarf
armed same_names_many
cmp -s "$dir/same_names_dwarf" "$dir/same_names_many" || fail "by DWARF and by BTF: $(diff "$dir/same_names_dwarf" "$dir/same_names_many")"
places=$(wc -l <"$dir/same_names_many")
[ "$places" -ge 90 ] || fail "only $places places"

start staprun same_names.ko
wait_started
cat /proc/mounts /proc/self/maps /proc/modules >/dev/null
for round in 1 2; do
	insmod btf/same.ko || fail insmod
	echo 1 >/sys/module/same/parameters/run
	rmmod same
done
stop
assert_equal status 0 $rc
round='same 1
same returns 100
same 1
same returns 10
same 2
same returns 40'
assert_equal output "ready
$round
$round
m_next called
m_next called
m_next called
m_next returned" "$(cat "$out")"
