# netdev.*: what a device of software goes through, in order; packets and bytes are those of /proc/net/dev.

# statistic DEVICE FIELD: 1 received bytes, 2 packets, 9 sent bytes, 10 packets
statistic()
{
	sed -n "s/^ *$1: *//p" /proc/net/dev | awk -v field="$2" '{ print $field }'
}

ip link set lo up
start staprun alias_netdev.ko
wait_armed
lo_packets=$(statistic lo 2) lo_bytes=$(statistic lo 1)
dummy_parameters=numdummies=1
load_modules alias_netdev.modules
old=$(cat /sys/class/net/dummy0/address)
ip link set dummy0 mtu 1400
ip link set dummy0 address 02:00:00:00:0a:0b
ip link set dummy0 up
ifconfig dummy0 promisc
ifconfig dummy0 -promisc
ifconfig dummy0 allmulti
ifconfig dummy0 multicast
ifconfig dummy0 10.1.2.3 netmask 255.255.255.0
ping -c 3 -s 100 127.0.0.1 >/dev/null || fail "no answer"
ping -c 2 -W 1 10.1.2.4 >/dev/null
lo_packets=$(($(statistic lo 2) - lo_packets)) lo_bytes=$(($(statistic lo 1) - lo_bytes))
ip link set dummy0 down
# From now on nothing is sent, not even what IPv6 asks for at a time of its own.
sent=$(statistic dummy0 10) sent_bytes=$(statistic dummy0 9)
unload_modules
stop
assert_equal status 0 $rc
assert_matches "$out" "wrong 0"
[ "$lo_packets" -ge 6 ] && [ "$sent" -ge 1 ] || fail "nothing was sent: $lo_packets $sent"
# SIOCGIFFLAGS, SIOCSIFMTU: how busybox does it.
assert_matches "$out" "ioctl 0x8913 dummy0"
assert_matches "$out" "ioctl 0x8922 dummy0"
assert_equal "life of dummy0" "register dummy0
mtu dummy0 1500 1400
mac dummy0 6 $old 02:00:00:00:0a:0b
open dummy0
promiscuity dummy0 1 1 0
rx dummy0 0x100
promiscuity dummy0 -1 0 1
rx dummy0 0x100
rx dummy0 0x200
rx dummy0 0x1000
close dummy0
unregister dummy0" "$(grep -E '^(un)?register|^mtu|^mac|^open|^close|^promis|^rx dummy0 0' "$out")"
assert_matches "$out" "receive lo $lo_packets $lo_bytes"
assert_matches "$out" "rx lo $lo_packets [0-9]+"
# With the header of the link, 14 bytes.
assert_matches "$out" "transmit lo $lo_packets $((lo_bytes + 14 * lo_packets))"
assert_matches "$out" "hard lo $lo_packets $((lo_bytes + 14 * lo_packets))"
assert_matches "$out" "hard dummy0 $sent $sent_bytes"
assert_matches "$out" "transmit dummy0 $sent $sent_bytes"
assert_between "readings of counters" 3 100 "$(value 'stats dummy0' | cut -d' ' -f1)"
