# What four CPUs count is exact: each hit is in all totals, or it was skipped and is counted as that, with the reason.

start staprun -v stress_locks.ko
wait_armed
read_on_four 20000
stop
assert_equal status 0 $rc
hits=$(value hits)
for name in sum adds added largest text; do
	assert_equal "$name" "$hits" "$(value $name)"
done
assert_equal "difference from 1 + 2 + … + n" 0 "$(value triangle)"
assert_equal "adds by process" "$(value writes)" "$(value wrote)"
assert_equal processes 4 "$(value processes)"
assert_equal "times that a handler's effects were seen in part" 0 "$(value torn)"
[ "$(value looks)" -ge 20 ] || fail "the timer has looked $(value looks) times only"
skipped=$(sed -n 's/.*skipped probes: \([0-9]*\).*/\1/p' "$err")
[ $((hits + ${skipped:-0})) -ge 80000 ] || fail "$hits hits and ${skipped:-no} skips of 80000"
if [ -n "$skipped" ]; then
	grep -q "Skipped.*lock" "$err" || fail "the reason of the skips is not said"
fi
