# Counters that are read by @perf, see perf_counter.stp; and one that cannot be.
. /vm/guest.sh

start taskset 1 staprun perf_counter.ko
wait_line "0 before"
usleep 1500000
steps=0
while [ $steps -lt 50 ]; do
	taskset 1 cat /proc/version >/dev/null
	steps=$((steps + 1))
done
taskset 1 rmdir /no/such/folder 2>/dev/null
wait_line "switches match, faults match, clock runs"
stop
assert_equal status 0 $rc
[ "$(tail -n 1 "$out")" = "and after" ] || fail "the counts are gone at the end"

run staprun perf_counter_refused.ko
assert_equal output "this perf counter could not be set up" "$(cat "$out")"
grep -q 'WARNING: probe perf.type(99).config(1).counter("nothing")' "$err" || fail "no warning"
