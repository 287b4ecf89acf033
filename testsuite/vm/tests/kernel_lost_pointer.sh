# See kernel_lost_pointer.stp: what the inline function's pointer points to is what its caller was called with.

echo text >$dir/file
run staprun kernel_lost_pointer.ko -c "read -t 1234 line <$dir/file"
assert_equal status 0 $rc
# The shell takes off what has passed since it began to read.
set -- $(sed -n 's/^call //p' $out | head -n 1)
seconds=$1 rest=$2
assert_between seconds 1224 1234 "$seconds"
assert_matches $out "ts $seconds $seconds \{\.tv_sec=$seconds, \.tv_nsec=$rest\}"
