# netfilter.ip.*, .ipv4.*, .ipv6.*, .arp.*, .bridge.*: packets whose content two programs know (alias_netfilter.guest.c,
# alias_mib.guest.c); their numbers are those of /proc/net/snmp and snmp6.

counter()
{
	awk -v name="$1" '{ if (head[$1] != "") { split(head[$1], names); for (i in names) if (names[i] == name) print $i } head[$1] = $0 }' "$2" | head -n 1
}

counter6()
{
	sed -n "s/^$1[[:space:]]*//p" "$2"
}

ip link set lo up
dummy_parameters=numdummies=1
load_modules alias_netfilter.modules
ifconfig dummy0 10.2.0.1 netmask 255.255.255.0 mtu 600 up
start staprun alias_netfilter.ko
wait_started
cat /proc/net/snmp /proc/net/snmp6 >$dir/before
./frames >$dir/said 2>&1 || fail "the program failed: $(cat $dir/said)"
./forward >>$dir/said 2>&1 || fail "the program failed: $(cat $dir/said)"
cat /proc/net/snmp /proc/net/snmp6 >$dir/after
stop
unload_modules
assert_equal status 0 $rc
assert_empty "$err"
assert_matches "$out" "wrong 0"
mac=$(value mac $dir/said)
cat >$dir/expected <<EOF
tcp ipv4 127.0.0.1 127.0.0.1 000010 lo 6 00:00:00:00:00:00 1 0 1
tcp ipv4 127.0.0.1 127.0.0.1 011000 lo 6 00:00:00:00:00:00 1 58 1
udp ipv4 127.0.0.1 127.0.0.1 36 20 datagram
tcp ipv6 ::1 ::1 000010 lo 6 00:00:00:00:00:00 1 0 1
tcp ipv6 ::1 ::1 011000 lo 6 00:00:00:00:00:00 1 78 1
udp ipv6 ::1 ::1 56 40 datagram
arp out arp tap0 1 0x800 6 4 1 $mac 10.5.0.1 00:00:00:00:00:00 10.5.0.9 $mac
arp in arp tap0 1 0x800 6 4 2 02:00:00:00:aa:bb 10.5.0.9 $mac 10.5.0.1 8
bridge pre_routing bridge tap0 0 0
bridge forward tap0 tap1
bridge post_routing tap1
bridge local_in tap0
bridge message 0 0 0 0x1 0x1234 02:00:00:00:00:01 0x1234 0x8001 02:00:00:00:00:02 0x8007 256 5120 512 3840
forward ipv4 tun0 dummy0 10.1.0.2 10.2.0.5 253 28
forward ipv4 tun0 dummy0 10.1.0.2 10.2.0.5 253 1020
EOF
grep -v -E '^(count|wrong|bridge local_out)' "$out" | diff $dir/expected - >$dir/diff || fail "packets: $(cat $dir/diff)"
# What the bridge has heard, with the cost of the port where it has.
assert_matches "$out" "bridge local_out tap1 0 02:00:00:00:00:01 0x12[0-9a-f]+ [0-9a-f:]+ 3"
between=$(($(counter InReceives $dir/after) - $(counter InReceives $dir/before)))
assert_equal "IPv4" "$between $between" "$(value 'count pre_routing ipv4') $(value 'count pre_routing alone ipv4')"
between=$(($(counter6 Ip6InReceives $dir/after) - $(counter6 Ip6InReceives $dir/before)))
assert_equal "IPv6" "$between $between" "$(value 'count pre_routing ipv6') $(value 'count pre_routing alone ipv6')"
for hook in local_in local_out post_routing; do
	assert_equal "IPv4 $hook" "$(value "count $hook ipv4")" "$(value "count $hook alone ipv4")"
	[ "$(value "count $hook alone ipv6")" -gt 0 ] || fail "no packets of IPv6 $hook"
done
assert_equal "IPv4 forward" "$(grep -c '^forward ipv4' "$out")" "$(value "count forward alone ipv4")"
[ "$(value 'count local_in ipv6')" -gt 10 ] && [ "$(value 'count post_routing ipv4')" -gt "$(value 'count local_out ipv4')" ] ||
	fail "numbers of packets"
