# As the script's first line says.  Hits that meet a lock or another handler are skipped, counted, and told.
ip link set lo up
start staprun stress_kernel.ko
wait_line begun
wait_started
end=$(($(cut -d. -f1 /proc/uptime) + 60))
pids=
for job in 1 2 3 4; do
	(
		while [ "$(cut -d. -f1 /proc/uptime)" -lt $end ]; do
			dd if=/dev/zero of=/dev/null bs=333 count=2000 2>/dev/null
			find /proc -maxdepth 2 -name stat 2>/dev/null | xargs cat >/dev/null 2>&1
			ping -c 3 -i 0.05 127.0.0.1 >/dev/null
		done
	) &
	pids="$pids $!"
done
# shellcheck disable=SC2086
wait $pids
stop
assert_equal status 0 $rc
assert_contains "$out" 'wrong 0'
for context in interrupt softirq switch timer profile network; do
	assert_contains "$out" "$context many"
done
# No return without its entry, but those whose entries were skipped; and the few calls that began before entries were armed.
skipped=$(sed -n 's/.*skipped probes: //p' "$err")
assert_between "returns of vfs_read" 1000 $(($(value entries) + ${skipped:-0} + 20)) "$(value returns)"
sed -n '/skipped/p' "$err"
