# -D -o FILE -S SIZE,N: in the background; a new file at the limit, with unique names, the oldest removed; SIGUSR2 begins
# the next one at once; strftime(3) in the name.

fill()
{
	local times=$1
	while [ $times -gt 0 ]; do
		echo x >/proc/systemtap/loader_files/write
		times=$((times - 1))
		usleep 30000	# so that nothing is lost
	done
}

run staprun -D -o $dir/log -S 1,3 loader_files.ko
assert_equal "status of -D" 0 $rc
assert_empty "$err"
daemon=$(cat "$out")
assert_equal "what runs in the background" stapio "$(cat /proc/$daemon/comm)"
assert_contains $dir/log.0 begin
# 6 MB: files 0 to 5 or 6, of which three are left.
fill 60
wait_until 20 test -e $dir/log.5
wait_until 20 test ! -e $dir/log.2
[ "$(ls $dir/log.* | wc -l)" -le 3 ] || fail "more than three files: $(ls $dir)"
kill -TERM $daemon
wait_until 30 not_loaded loader_files
wait_until 30 gone $daemon
for file in $dir/log.*; do
	[ "$(stat -c %s $file)" -le 1048576 ] || fail "$file is larger than 1 MB"
	assert_equal "the last byte of $file" "" "$(tail -c 1 $file)"
	last=$file
done
assert_equal "last line" end "$(tail -n 1 $last)"
# Each line is whole, and they go on from file to file.
cat $(ls $dir/log.* | sort -t. -k2 -n) | grep -v end | awk 'NR > 1 && $1 != last + 1 { exit 1 } { last = $1 }' || fail "lines are missing"

# Another run goes on with the numbers, and still keeps three.
number=${last##*.}
run staprun -D -o $dir/log -S 1,3 loader_files.ko
assert_equal "status of the second run" 0 $rc
daemon=$(cat "$out")
wait_until 30 test -e $dir/log.$((number + 1))
[ "$(ls $dir/log.* | wc -l)" = 3 ] || fail "not three files: $(ls $dir)"
kill -USR2 $daemon
wait_until 30 test -e $dir/log.$((number + 2))
assert_contains $dir/log.$((number + 1)) begin
kill -TERM $daemon
wait_until 30 not_loaded loader_files
assert_equal "last line" end "$(tail -n 1 $dir/log.$((number + 2)))"

# Without limits: SIGUSR2, and a name with the time.
start staprun -o "$dir/now-%Y-%%" loader_files.ko
file=$dir/now-$(date +%Y)-%
wait_until 30 test -s "$file"
kill -USR2 $pid
wait_until 30 test -e "$file.1"
stop INT
assert_equal status 0 $rc
assert_equal "the first file" begin "$(cat "$file")"
assert_equal "the second file" end "$(cat "$file.1")"

# -D reports what went wrong before it leaves.
run staprun -D -o $dir/no/such/folder loader_files.ko
assert_equal "status of a bad folder" 1 $rc
assert_empty "$out"
assert_contains "$err" "$dir/no/such/folder"
assert_not_loaded loader_files
for arguments in "-D loader_files.ko" "-S 1 loader_files.ko" "-o $dir/x -S 0 loader_files.ko" "-o $dir/x -S 1,x loader_files.ko" \
	"-D -L -o $dir/x loader_files.ko" "-A -R loader_files" "-F 0 loader_files.ko" "-b 0 loader_files.ko" "-T x loader_files.ko" "-r x loader_files.ko"; do
	run staprun $arguments
	assert_equal "status of $arguments" 1 $rc
	assert_contains "$err" "ERROR: -"
	assert_not_loaded loader_files
done
