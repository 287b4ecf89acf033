# ipmib.*, tcpmib.*, linuxmib.*: traffic that moves all of the counters (alias_mib.guest.c); the sums are those of the kernel's
# own, and the packets and sockets those that the program has made.

# counter NAME FILE
counter()
{
	awk -v name="$1" '{ if (head[$1] != "") { split(head[$1], names); for (i in names) if (names[i] == name) print $i } head[$1] = $0 }' "$2"
}

ip link set lo up
dummy_parameters=numdummies=1
load_modules alias_mib.modules
ifconfig dummy0 10.2.0.1 netmask 255.255.255.0 mtu 600 up
echo 1 >/proc/sys/net/ipv4/ipfrag_time
staprun alias_mib_lose.ko >$dir/lost 2>&1 &
lose=$!
start staprun alias_mib.ko
wait_armed
wait_armed $dir/lost
cat /proc/net/snmp /proc/net/netstat >$dir/before
./mib >$dir/said 2>&1 || fail "the program failed: $(cat $dir/said)"
sleep 1
cat /proc/net/snmp /proc/net/netstat >$dir/after
kill -INT $lose
wait $lose
stop
unload_modules
assert_equal status 0 $rc
assert_empty "$err"
assert_matches "$out" "wrong 0"
assert_equal "lost" "lost 1" "$(tail -n 1 $dir/lost)"
for name in InReceives InDiscards InAddrErrors InNoRoutes InUnknownProtos ForwDatagrams OutRequests FragOKs FragFails ReasmReqds \
	ReasmTimeout ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs OutRsts RetransSegs DelayedACKs \
	ListenDrops ListenOverflows TCPMemoryPressures; do
	between=$(($(counter $name $dir/after) - $(counter $name $dir/before)))
	seen=$(value "count $name")
	assert_equal $name $between ${seen:-0}
	case $name in
	CurrEstab) ;;	# all connections are closed
	*) [ $between -gt 0 ] || fail "$name: nothing happened" ;;
	esac
done
grep -E '^(address|route|protocol|fragment|unfragmented|fragmented|fails) ' "$out" >$dir/got
cat >$dir/expected <<'EOF'
address 10.99.0.1 0
route 10.99.0.1
protocol 253
fragmented 0
unfragmented 0
fragment 10.1.0.2 17
fragment 10.1.0.2 17
fragmented 1
unfragmented 1
fails 2003
fails 2003
fails 2001
EOF
diff $dir/expected $dir/got >$dir/diff || fail "events: $(cat $dir/diff)"
assert_matches "$out" "late 2004"
assert_matches "$out" "again SYN_SENT"
assert_matches "$out" "again LISTEN"
assert_equal "connects" "2002 2002 2002 2003 2002 2002 2002 2003 2004 2005 2005 2005 2005 80 2006" \
	"$(sed -n 's/^connect //p' "$out" | tr '\n' ' ' | sed 's/ $//')"
assert_equal "connected" "2002 2002 2002 2002 2002 2002 2004 2005 2006" \
	"$(sed -n 's/^connected //p' "$out" | tr '\n' ' ' | sed 's/ $//')"
