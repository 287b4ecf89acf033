# Paths against the links in /proc/PID/fd, in file systems one in the other, removed, pipes; writes against what dd has written.

mkdir -p "$dir/mount" "$dir/work/sub"
mount -t tmpfs tmpfs "$dir/mount"
mkdir -p "$dir/mount/a/b"
echo text >"$dir/mount/a/b/file"
echo text >"$dir/gone"
cat >"$dir/sleeper" <<-END
	cd $dir/work/sub
	exec 3<$dir/mount/a/b/file 4<$dir/gone 5</proc/self/status 6</ 7<$dir/mount 8</dev/null
	sleep 1000 | cat &
	rm $dir/gone
	echo ready >$dir/ready
	exec sleep 1000
END
sh "$dir/sleeper" &
sleeper=$!
wait_until 20 test -s "$dir/ready"
wait_until 20 grep -q sleep "/proc/$sleeper/comm"
start staprun -x "$sleeper" library_paths.ko
wait_armed
mkdir "$dir/new"
wait_until 30 grep -q "^seen" "$out"
printf '0123456789abcdef' >"$dir/in"
dd bs=16 count=1 if="$dir/in" of="$dir/written" 2>/dev/null
wait_until 30 grep -q "^long" "$out"
loader=$(value pid)
grep -q stapio "/proc/${loader% *}/comm" || fail "no such loader: $loader"
stop
assert_equal status 0 $rc
for fd in 3 4 5 6 7 8; do
	assert_equal "fd $fd" "$(readlink "/proc/$sleeper/fd/$fd")" "$(value "fd$fd")"
done
assert_equal cwd "$dir/work/sub" "$(value cwd)"
assert_equal exe "$(readlink -f "$(which mkdir)")" "$(value exe)"
assert_equal entry "file /a/b/file file /a/b/file" "$(value entry)"
assert_equal same 111 "$(value same)"
assert_equal faults 2 "$(grep -c '^fault .*man error::fault' "$out")"
assert_equal set 100 "$(value set)"
assert_equal "the target's children" 2 "$(grep -c "^$sleeper begat [0-9]" "$out")"
assert_matches "$out" "size text: [0-9]+, rodata: [0-9]+, data: [0-9]+"
assert_equal user "65 17218 1229473606 ABCDEFGHI \"ABCDEFGHI\" 17218 65 1229473606 17218" "$(value user)"
assert_equal long "6867666564636261 6867666564636261 6867666564636261 6867666564636261 125185abcab" "$(value long)"
printf 'ABCDEFGHxy\0uvwx\0' | cmp - "$dir/written" || fail "dd has written: $(cat "$dir/written")"
dmesg | grep -q 'printed by library_paths' || fail "nothing in the kernel's log"
[ -e /sys/kernel/tracing/trace ] || mount -t tracefs tracefs /sys/kernel/tracing || fail "no tracefs"
grep -q traced /sys/kernel/tracing/trace || fail "nothing in the trace"
kill "$sleeper"
killall sleep 2>/dev/null
umount "$dir/mount"
true
