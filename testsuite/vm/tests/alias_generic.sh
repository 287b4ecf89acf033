# generic.*: a program that says itself what it does to a file of ramfs, which leaves all to the kernel but opening; ext2 leaves that
# to it. The disk itself is written to through the page cache.

scsi_debug_parameters="dev_size_mb=16 num_parts=1 delay=0"
load_modules alias_generic.modules
wait_until 30 test -b /dev/sda1
mke2fs -b 4096 /dev/sda1 >/dev/null 2>&1 || fail mke2fs
mkdir "$dir/ram" "$dir/disk"
mount -t ramfs ramfs "$dir/ram" && mount -t ext2 /dev/sda1 "$dir/disk" || fail mount
printf 0123456789 >"$dir/disk/file"
start staprun alias_generic.ko
wait_armed
# By a pipe: a file's writing would be seen.
./generic "$dir/ram/file" | cat >"$dir/said"
./generic "$dir/disk/file" | grep -q data || fail "the file on the disk"
umount "$dir/disk"
dd if=/dev/zero of=/dev/sda bs=4096 count=4 2>/dev/null
sync
stop
umount "$dir/ram"
unload_modules
assert_equal status 0 $rc
file=$dir/ram/file
inode=$(value inode "$dir/said")
place="N/A $inode $file"
data=$(value data "$dir/said")
vector=$(printf '0x%x' $((data + 100)))
cat >"$dir/expected" <<-END
	write_iter $place 0 5000 $data 5000bytes
	aio_write 0 5000 $data 5000bytes
	write_iter.return 5000
	aio_write.return 5000
	write_iter $place 5000 500 $vector 500bytes
	aio_write 5000 500 $vector 500bytes
	write_iter.return 500
	aio_write.return 500
	read_iter $place 1000 3000 $data 3000bytes
	aio_read 1000 3000 $data 3000bytes
	read_iter.return 3000
	aio_read.return 3000
	read_iter $place 50 500 $vector 500bytes
	aio_read 50 500 $vector 500bytes
	read_iter.return 500
	aio_read.return 500
	llseek $place -500 2SEEK_END 1
	llseek.return 5000
	llseek $place 7 0SEEK_SET 1
	llseek.return 7
	mmap $place 8192 $(value map "$dir/said") 11
	mmap.return 0
	splice_read $place ${inode#* } 600 600bytes
	splice_read.return 600
	splice_write $place ${inode#* } 600 600bytes 0
	splice_write.return 600
	write_iter $place 4000 600 0x0 600bytes
	aio_write 4000 600 0x0 600bytes
	write_iter.return 600
	aio_write.return 600
END
# What the disk's file sees is left out, and splice_read where it reads by iterators.
sed '/^armed/d; /^open/,$d' "$out" |
	grep -v -E '^(read_iter .*|aio_read 10) 600 0x0|^(read_iter|aio_read).return 600' | sort >"$dir/got"
sort "$dir/expected" | diff - "$dir/got" || fail "not as expected"
# O_RDWR | O_CREAT | O_TRUNC | O_LARGEFILE; the file has ten bytes still.
assert_matches "$out" "open sda1 1 $dir/disk/file 10 101102 file, 0x8242"
assert_matches "$out" "open.return 0"
assert_equal written 1 "$(value written)"
assert_equal wrong 0 "$(value wrong)"
