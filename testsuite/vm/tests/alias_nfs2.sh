# nfs.proc2.*: the kernel's client of NFSv2, whose server is a program here that says what it is asked and what it answers.  Every
# event, with its names, handles, offsets, counts and results, is one that the server has seen, and the other way round; and bytes
# and calls are those that the kernel and the program count.

# What a mount's statistics have in a line ("bytes: 1 2 3"), beginning with field 1.
mount_statistics()
{
	awk -v dir="$dir/v2" -v what="$1:" \
		'$1 == "device" { mine = $5 == dir } mine && $1 == what { $1 = ""; print substr($0, 2) }' \
		/proc/self/mountstats
}

# The calls of a procedure.
calls()
{
	mount_statistics "$1" | cut -d' ' -f1
}

hits()
{
	value "hit nfs.proc2.$1"
}

load_modules alias_nfs2.modules
mkdir "$dir/v2"
./nfs2_tool serve >$dir/served &
server=$!
wait_line serving $dir/served
start staprun alias_nfs2.ko
wait_armed
./nfs2_tool mount2 "$dir/v2" || fail mount2
./nfs2_tool work "$dir/v2" >$dir/said || fail work
set -- $(mount_statistics bytes)
transferred="$5 $6"
calls="$(calls LOOKUP) $(calls CREATE) $(calls REMOVE) $(calls RENAME) $(calls READ) $(calls WRITE)"
umount "$dir/v2"
kill $server
stop
unload_modules
assert_equal status 0 "$rc"
assert_empty "$err"
assert_equal wrong 0 "$(value wrong)"

sed -n 's/^probe \(nfs\.proc2\.[a-z_.]*\).*/\1/p' alias_nfs2.stp >$dir/points
assert_equal points 24 "$(wc -l <$dir/points)"
for point in $(cat $dir/points); do
	[ "$(value "hit $point")" -gt 0 ] || fail "not hit: $point"
	assert_equal "$point and nfs.proc.entries or return" 1 "$(value "all ${point#nfs.proc2.}")"
done

grep '^= ' "$out" | sort >$dir/client_events
grep '^= ' $dir/served | sort >$dir/server_events
diff $dir/server_events $dir/client_events || fail "the server has seen something else"
for way in read write; do
	for point in $way.return ${way}_setup ${way}_setup.return ${way}_done ${way}_done.return; do
		assert_equal $point "$(hits $way)" "$(hits $point)"
	done
done
for point in rename.return rename_setup rename_setup.return rename_done rename_done.return; do
	assert_equal $point 2 "$(hits $point)"
done
assert_equal "tasks that were begun, not done" 0 "$(value tasks)"

# What the work was, in the order of its steps, and that the server has done its part.
inode=$(value inode $dir/said)
for line in " made 4 ([^)]*) 0100640" "write_setup $inode 0 4096 " "write_setup $inode 12288 57 " "read_setup $inode 8192 8192 " \
	"read_done 4153 4153 " "read_done -5 0 " "write_done -28 0 " "write_done 0 57 " \
	"rename [0-9]* made 4 [0-9]* renamed 7 " "rename_done 0 " "rename_done -13 " "lookup [0-9]* none 4 " "lookup.return -2" \
	"create [0-9]* refused 7 " "create.return -13" "remove [0-9]* kept 4 " "remove.return -13" "remove [0-9]* renamed 7 " \
	" plain 5 ([^)]*) 0100604" "remove [0-9]* plain 5 "; do
	grep -q -e "^= .*$line" $dir/server_events || fail "the server has not seen: $line"
done
for line in "retstr 0" "retstr -2 (ENOENT)" "flag made 64" "flag refused 64" "flag plain 192" "rename_done.return 1" \
	"how 0 0 4096" "how 2 4096 4096" "how 2 50000 4096"; do
	grep -q -x -F -e "$line" "$out" || fail "the client did not: $line"
done

assert_equal "bytes that the program has read and written" "$(value read $dir/said) $(value written $dir/said)" \
	"$(value read) $(value written)"
assert_equal "bytes that the kernel has read and written" "$transferred" "$(value read) $(value written)"
assert_equal "calls that the kernel has made" "$calls" \
	"$(hits lookup) $(hits create) $(hits remove) $(hits rename) $(hits read) $(hits write)"
