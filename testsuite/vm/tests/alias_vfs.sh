# vfs.*: a program that says itself which bytes of which file it reads and writes, on a partition of scsi_debug's disk; a dd that
# reads the other partition; memory that is taken away.

disk_begin alias_vfs.modules 1
start staprun alias_vfs.ko
wait_armed
./transfer "$dir/disk/file" >"$dir/said" || fail "transfer: $?"
dd if=/dev/sda2 of=/dev/null bs=4096 count=4 2>/dev/null
# Memory for nothing but what can be moved holds a file's pages, and goes.
for memory in /sys/devices/system/memory/memory*; do
	{ echo offline >"$memory/state" && echo online_movable >"$memory/state"; } 2>/dev/null && break
done
dd if=/dev/zero of="$dir/disk/more" bs=1M count=4 2>/dev/null
sync
echo offline >"$memory/state"
echo online >"$memory/state"
stop
disk_end
assert_equal status 0 $rc
file=$dir/disk/file
place="sda1 $(value inode "$dir/said")"
buffer=$(value buffer "$dir/said")
vector=$(value vector "$dir/said")
cat >"$dir/expected" <<-END
	open $file 0 1 $file, 0x8242
	open.return 0 0 0
	write $place $file 0 12345 $buffer
	do_sync_write 0 12345 12345bytes12345
	write.return sda1 12345 12345 12345 12345
	do_sync_write.return 12345
	writev $place 12345 3 3003 $vector $file
	writev.return 3003 3003 3003
	read $place $file 100 777 $buffer $file, $buffer, 777, 100
	do_sync_read $place 100 777 777bytes777
	read.return sda1 100 777 777 777 777 0
	do_sync_read.return 777
	readv $place 5000 2 3000 $vector $file
	readv.return 3000 3000 3000
	read $place $file 1000000 10 $buffer $file, $buffer, 10, 1000000
	do_sync_read $place 1000000 10 10bytes10
	read.return sda1 1000000 10 0 0 0 0
	do_sync_read.return 0
END
grep -E '^(open|read|write|do_sync)' "$out" | grep -F -v ' /vm/' | grep -F -v 'N/A' | sort >"$dir/got"
sort "$dir/expected" | diff - "$dir/got" || fail "not as expected"
# Four pages are 15348 bytes; all are written to as memory, and in the end truncated.
for page in 0 1 2 3; do
	assert_matches "$out" "dirtied $page 1"
	grep -q -x "removed $page 1" "$out" || fail "page $page: $(grep -E '^(removed|removes|adds|added)' "$out" | tr '\n' ';') $(cat "$err")"
	assert_matches "$out" "added $page [1-9]"
done
assert_lacks "$out" "dirtied 4"
adds=$(value adds)
[ "${adds% *}" = "${adds#* }" ] && [ "${adds% *}" -ge 4 ] || fail "pages added: $adds"
assert_equal removes 1 "$(value removes)"
mpage=$(value mpage)
[ "${mpage% *}" = "${mpage#* }" ] && [ "${mpage% *}" -ge 4 ] || fail "pages read by blocks: $mpage"
assert_matches "$out" "moved buffer_migrate_page"
assert_equal migrated 1 "$(value migrated)"
assert_equal wrong 0 "$(value wrong)"
