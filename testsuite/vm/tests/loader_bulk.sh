# -b: a file for each CPU; stap-merge puts them in the order in which they were printed.

start staprun -o $dir/bulk loader_bulk.ko
wait_until 30 test -s $dir/bulk_3
sleep 2
stop INT
assert_equal status 0 $rc
assert_empty "$out"
for cpu in 0 1 2 3; do
	[ -s $dir/bulk_$cpu ] || fail "CPU $cpu has no file"
done
./stap-merge -o $dir/merged $dir/bulk_* || fail "stap-merge failed"
assert_equal "the last line" "end $(($(wc -l <$dir/merged) - 1))" "$(tail -n 1 $dir/merged)"
# The order is that of leaving the handlers, which are four at most.
grep -v end $dir/merged | awk '$1 < NR - 5 || $1 > NR + 3 { print "line " NR ": " $0; exit 1 }' >$dir/wrong || fail "$(cat $dir/wrong)"
grep -v end $dir/merged | sort -n | awk '$1 != NR - 1 { print "line " NR ": " $0; exit 1 }' >$dir/wrong || fail "missing: $(cat $dir/wrong)"
# A file of one CPU has that CPU's lines only.
./stap-merge $dir/bulk_2 >$dir/two || fail "stap-merge of one file failed"
! grep -v -e ' on 2$' -e end $dir/two || fail "other CPUs' lines are in bulk_2"
# A file that is cut, another's, none.
head -c 100 $dir/bulk_1 >$dir/cut
run ./stap-merge $dir/cut
assert_equal "status of a cut file" 1 $rc
assert_contains "$err" "ends within a record"
assert_contains "$out" " on 1"
run ./stap-merge /etc/passwd
assert_equal "status of another file" 1 $rc
assert_contains "$err" "not a file of stap's bulk mode"
run ./stap-merge $dir/none
assert_equal "status of no file" 1 $rc
assert_contains "$err" "No such file"
run ./stap-merge -o /dev/full $dir/bulk_0
assert_equal "status of a full disk" 1 $rc
assert_contains "$err" "No space left"
# In the background, names are as the manual says.
run staprun -D -o $dir/back loader_bulk.ko
wait_until 30 test -e $dir/back_cpu3
kill -TERM "$(cat "$out")"
wait_until 30 not_loaded loader_bulk
