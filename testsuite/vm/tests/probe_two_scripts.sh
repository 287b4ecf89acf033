# Two scripts at once probe one function: both count all hits, one goes on when the other has ended.

start staprun probe_two_scripts_one.ko
one=$pid
wait_armed
staprun probe_two_scripts_two.ko >$dir/two 2>&1 &
two=$!
wait_armed $dir/two
assert_loaded probe_two_scripts_one
assert_loaded probe_two_scripts_two
mkdir $dir/1 $dir/2 $dir/3
pid=$one
stop
assert_equal "status of the first" 0 $rc
assert_equal "count of the first" 3 "$(value count)"
assert_not_loaded probe_two_scripts_one
mkdir $dir/4 $dir/5
pid=$two
stop
assert_equal "status of the second" 0 $rc
assert_equal "count of the second" 5 "$(value count $dir/two)"
