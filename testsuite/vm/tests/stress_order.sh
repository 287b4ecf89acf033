# What all CPUs print comes whole and is merged: each number once, a CPU's own in order, and all together in the order in which
# the handlers ended.  A handler may be held up between taking its number and ending, so a few may come late.

load_begin 4
run staprun stress_order.ko
load_end
assert_equal status 0 $rc
lost=$(sed -n 's/^WARNING: There were \([0-9]*\) transport failures.*/\1/p' "$err")
awk 'NR > 1 { if ($2 < last) late++; last = $2
		if (seen[$1] && $2 <= cpu[$1]) { print "CPU " $1 ": " $2 " after " cpu[$1]; exit }
		seen[$1] = 1; cpu[$1] = $2; n++ }
	END { print "lines " n; print "late " late + 0 }' "$out" >$dir/order
cat $dir/order
assert_lacks $dir/order CPU
assert_equal "lines and lost records" 200000 $(($(value lines $dir/order) + ${lost:-0}))
assert_between "lines" 150000 200000 "$(value lines $dir/order)"
assert_between "late lines" 0 200 "$(value late $dir/order)"
