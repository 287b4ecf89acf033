# Handlers on four CPUs write the same globals: no hit is lost to the lock, the counts agree.

start staprun stress_parallel.ko
wait_armed
read_on_four 50000
stop
assert_equal status 0 $rc
assert_empty "$err"
assert_between hits 200000 200040 "$(value hits)"
assert_equal "processes counted" 4 "$(grep -c '^one ' "$out")"
sed -n 's/^one //p' "$out" | while read -r count; do
	assert_between "hits of one process" 50000 50010 "$count"
done || exit 1
