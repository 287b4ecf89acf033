# Each ping that is answered is two packets; the third's is dropped on its way in.
ip link set lo up
start staprun netfilter.ko
wait_started
ping -c 1 -W 2 127.0.0.1 >/dev/null || fail "the first ping was not answered"
ping -c 1 -W 2 127.0.0.1 >/dev/null || fail "the second ping was not answered"
ping -c 1 -W 2 127.0.0.1 >/dev/null && fail "the third ping was answered"
stop
assert_equal status 0 $rc
assert_equal output "5 packets out, oprilopril, 1 dropped" "$(cat "$out")"
