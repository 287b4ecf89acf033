# See kernel_lost_pointer.stp: what the inline function's pointer points to is what its caller was called with.

echo text >$dir/file
run staprun kernel_lost_pointer.ko -c "read -t 1234 line <$dir/file"
assert_equal status 0 $rc
assert_matches $out "call 1234"
assert_matches $out "ts 1234 1234 \{\.tv_sec=1234, \.tv_nsec=\?\}"
