# irq_handler.*, softirq.*: the counts are those of /proc/interrupts and /proc/softirqs.

count()
{
	awk -v which="$1:" '$1 == which { for (i = 2; i <= 5; i++) sum += $i } END { print sum + 0 }' "$2"
}

start staprun alias_irq.ko
wait_started
cat /proc/interrupts >$dir/before
cat /proc/softirqs >$dir/soft_before
i=0
while [ $i -lt 200 ]; do echo "some output $i" >/dev/ttyS0; i=$((i + 1)); done
sleep 1
cat /proc/interrupts >$dir/after
cat /proc/softirqs >$dir/soft_after
stop
assert_equal status 0 $rc
assert_matches "$out" "wrong 0"
busiest=$(sed -n 's/^irq //p' "$out" | sort -k3 -n -r | head -n 1)
[ -n "$busiest" ] || fail "no interrupt was seen"
irq=${busiest%% *}
seen=$(echo "$busiest" | awk '{ print $(NF - 1) }')
between=$(($(count $irq $dir/after) - $(count $irq $dir/before)))
# One that comes while a handler runs on its CPU is skipped.
assert_between "interrupts $irq" $((between / 2)) $((between + 5000)) $seen
# TIMER is 1.
seen=$(sed -n 's/^softirq 1 //p' "$out")
between=$(($(count TIMER $dir/soft_after) - $(count TIMER $dir/soft_before)))
assert_between "timer softirqs" $((between / 2)) $((between * 4 + 1000)) "$seen"
