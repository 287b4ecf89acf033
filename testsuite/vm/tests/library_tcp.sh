# A connection to this machine: addresses and ports as they were given, values of a new one as RFC 6928 and RFC 6298 have them.

ip link set lo up 2>/dev/null || ifconfig lo 127.0.0.1 up
start staprun library_tcp.ko
wait_armed
cat /proc/net/dev >/dev/null
# Neither side ends the connection before it was looked at.
sleep 60 | nc -l -p 1234 >"$dir/received" &
server=$!
wait_until 30 grep -q ':04D2 ' /proc/net/tcp /proc/net/tcp6
{ echo hello; sleep 60; } | nc 127.0.0.1 1234 &
client=$!
wait_until 30 grep -q "^seen" "$out"
grep -q "$(printf ':%04X ' "$(value ports | cut -d' ' -f3)")" /proc/net/tcp || fail "no such port in /proc/net/tcp"
kill $client $server
killall sleep
stop
assert_equal status 0 $rc
assert_equal addresses "127.0.0.1 127.0.0.1" "$(value addresses)"
assert_equal ports "1 1234" "$(value ports | cut -d' ' -f1,2)"
assert_equal mib "127.0.0.1 127.0.0.1 ESTABLISHED 1" "$(value mib)"
assert_matches "$out" "window 10 2147483647 [0-9]+"
assert_between rto 200000 1100000 "$(value rto)"
assert_matches "$out" "device lo"
