# Lines of all CPUs come in the order in which they were printed.

load_begin 4
run staprun stress_order.ko
load_end
assert_equal status 0 $rc
awk 'NR > 1 && $1 < last { print "line " NR ": " $1 " after " last; bad++ } NR > 1 { last = $1 } END { exit bad > 0 }' "$out" >$dir/order ||
	fail "out of order: $(wc -l <$dir/order) times: $(head -n 3 $dir/order)"
assert_between "lines" 150000 200001 "$(wc -l <"$out")"
