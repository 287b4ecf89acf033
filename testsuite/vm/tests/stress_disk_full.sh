# The disk is full: an error names the file, the script ends by itself, the module is unloaded, status 1.

mkdir $dir/small
mount -t tmpfs -o size=64k small $dir/small || fail mount
start staprun stress_disk_full.ko -o $dir/small/output
wait_until 30 gone $pid
finish
size=$(wc -c <$dir/small/output)
umount $dir/small
assert_equal status 1 $rc
assert_contains "$err" "$dir/small/output"
assert_contains "$err" "No space left on device"
assert_equal "times it was said" 1 "$(grep -c 'No space' "$err")"
assert_not_loaded stress_disk_full
assert_between "bytes written" 40000 65536 "$size"
run staprun stress_disk_full.ko -o /dev/full
assert_equal "status with /dev/full" 1 $rc
assert_contains "$err" "/dev/full: No space left on device"
