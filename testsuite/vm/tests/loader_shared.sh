# -DRELAYHOST=shbuf: guests' output comes out with the host's, in one stream.  A guest needs its host, and holds it; both spellings.

run staprun loader_shared_guest.ko
assert_equal "status of a guest without host" 1 $rc
assert_contains "$err" "shared buffer 'shbuf'"
assert_contains "$err" "RELAYHOST=shbuf"
assert_not_loaded loader_shared_guest

staprun -b 16 loader_shared_host.ko >$dir/host 2>&1 &
host=$!
wait_line "host 3" $dir/host
run staprun -R loader_shared_host.ko
assert_equal "status of a second host" 1 $rc
assert_contains "$err" "shared buffer 'shbuf' is loaded already"
staprun loader_shared_guest.ko >$dir/guest 2>&1 &
guest=$!
staprun loader_shared_second.ko >$dir/second 2>&1 &
second=$!
out=$dir/host
wait_line "guest 30"
wait_line "second 30"
# The host stays as long as they do.

staprun -d loader_shared_host 2>$dir/busy && fail "the host was removed"
assert_contains $dir/busy "in use"
kill -INT $guest
wait $guest
assert_equal "status of the guest" 0 $?
assert_empty $dir/guest
assert_not_loaded loader_shared_guest
wait_line "guest ends"
assert_loaded loader_shared_host
kill -INT $second
wait $second
wait_line "second ends"
# Every line of each is there, in its order.
kill -INT $host
wait $host
assert_equal "status of the host" 0 $?
assert_equal "last line" "host ends" "$(tail -n 1 $dir/host)"
for who in host guest second; do
	sed -n "s/^$who \([0-9]*\)$/\1/p" $dir/host | awk '$1 != NR - 1 { print "line " NR ": " $1; exit 1 }' >$dir/wrong ||
		fail "$who: $(cat $dir/wrong)"
done

out=$dir/out
# As a flight recorder: the guests come and go, and their data survive them.
run staprun -L loader_shared_host.ko
run staprun -L loader_shared_guest.ko
assert_equal "status of -L" 0 $rc
sleep 1
run staprun -d loader_shared_guest
assert_equal "status of -d" 0 $rc
start staprun -A loader_shared_host
wait_line "guest 20"
# A host whose script ends while a guest is there is not unloaded, and says so.
staprun -L loader_shared_guest.ko 2>/dev/null
stop INT
assert_equal "status of a host that is held" 1 $rc
assert_contains "$err" "still in use"
assert_loaded loader_shared_host
run staprun -d loader_shared_guest
run staprun -d loader_shared_host
assert_equal "status of -d" 0 $rc
assert_not_loaded loader_shared_host
