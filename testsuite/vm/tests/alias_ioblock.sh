# ioblock.*, ioblock_trace.*: a program that names its own requests, past the cache; a file of a file system; one that fails, because
# scsi_debug has sectors from 0x1234 on that cannot be read; and the kernel's own count of sectors.

# stat FIELD DEVICE: 3: sectors read, 7: written
stat_field()
{
	cat "/sys/block/sda/sda$2/stat" | awk -v field="$1" '{ print $field }'
}

disk_begin alias_ioblock.modules 2 opts=2
# What udev would have read is read.
sleep 1
read_before=$(stat_field 3 1) written_before=$(stat_field 7 2)
start staprun alias_ioblock.ko
wait_armed
assert_equal write 12288 "$(./direct write /dev/sda1 16 12288)"
assert_equal read 12288 "$(./direct read /dev/sda1 40 12288)"
dd if=/dev/zero of="$dir/disk/file" bs=4096 count=5 2>/dev/null
inode=$(stat -c %i "$dir/disk/file")
sync
error=$(./direct read /dev/sda 4656 8192)
wait_until 30 grep -q '^end sda 4656 8192 0 [0-9]* -' "$out"
read_after=$(stat_field 3 1) written_after=$(stat_field 7 2)
stop
first=$(cat /sys/block/sda/sda1/start)
disk_end
assert_equal status 0 $rc
assert_matches "$out" "request sda1 16 12288 W [1-3] $first 0"
assert_matches "$out" "trace request sda1 16 12288 $first 1"
assert_matches "$out" "end sda1 16 12288 1 12288 0"
assert_matches "$out" "trace end sda1 16 12288 12288 $first"
assert_matches "$out" "request sda1 40 12288 R [1-3] $first 0"
assert_matches "$out" "trace request sda1 40 12288 $first 0"
assert_matches "$out" "end sda1 40 12288 0 12288 0"
assert_matches "$out" "trace end sda1 40 12288 12288 $first"
[ "$error" -lt 0 ] || fail "no error: $error"
# The whole request fails, though its first sectors could be read.
assert_matches "$out" "end sda 4656 8192 0 0 $error"
assert_matches "$out" "file $inode sda2 20480"
assert_equal "sectors read" $((read_after - read_before)) "$(value 'read sda1')"
assert_equal "sectors written" $((written_after - written_before)) "$(value 'written sda2')"
assert_equal asked 1 "$(value asked)"
assert_equal wrong 0 "$(value wrong)"
