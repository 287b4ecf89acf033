# socket.*, tcp.*, udp.*: what a program of known calls does (alias_socket.guest.c), event by event.

# send SIZE KIND, receive ROOM SIZE KIND: one message with send(2), recv(2); `inner` are the lines between
send()
{
	printf '%s\n' "sendmsg $1 $2 $3" "$inner" "sendmsg.return $1 1 $2" "send $1 1 $2"
}

receive()
{
	printf '%s\n' "recvmsg $1 $3 $4" "$inner" "recvmsg.return $2 $(($2 > 0)) $3" "receive $2 $(($2 > 0)) $3"
}

# option PROTOCOL FAMILY LEVEL NUMBER NAME RESULT RESULT: one setsockopt(2)
option()
{
	printf '%s\n' "tcp.setsockopt $2 $3 $4 $5 4" "tcp.$1.setsockopt $2 $5" "tcp.setsockopt.return $6" "tcp.$1.setsockopt.return $7"
}

# closes COUNT KIND
closes()
{
	local i
	for i in $(seq $1); do
		printf '%s\n' "close $2" "close.return"
	done
}

# creates KIND: two sockets
creates()
{
	printf '%s\n' "create $1 0" "create.return $1 0 1 0" "create $1 0" "create.return $1 0 1 0"
}

# tcp PROTOCOL FAMILY ADDRESS FROM TO
tcp()
{
	local kind="TCP $2 STREAM" state=CONNECTED inner ends="$3:$5 $3:$4"
	creates "$kind"
	option $1 $2 6 1 TCP_NODELAY 0 0
	[ $1 = ipv4 ] || option $1 $2 41 16 IPV6_UNICAST_HOPS 0 0
	option $1 $2 6 999 "UNKNOWN OPTION: 999" ENOPROTOOPT -92
	inner="tcp.sendmsg $2 12 $5
tcp.sendmsg.return 12" send 12 "$kind" $state
	inner="tcp.recvmsg $2 99 $ends $4
tcp.recvmsg.return 12 $ends" receive 99 12 "$kind" $state
	echo "write_iter 13 $kind $state"
	inner="tcp.sendmsg $2 13 $5
tcp.sendmsg.return 13" send 13 "$kind" $state
	echo "write_iter.return 13 1 $kind"
	echo "read_iter 98 $kind $state"
	inner="tcp.recvmsg $2 98 $ends $4
tcp.recvmsg.return 13 $ends" receive 98 13 "$kind" $state
	echo "read_iter.return 13 1 $kind"
	# EAGAIN
	inner="tcp.recvmsg $2 97 $ends $4
tcp.recvmsg.return -11 $ends" receive 97 -11 "$kind" $state
	# O_RDWR
	printf '%s\n' "tcp.disconnect $2 $3:$4 $3:$5 2" "tcp.disconnect.return"
	closes 3 "$kind"
}

# udp FAMILY ADDRESS FROM TO
udp()
{
	local kind="UDP $1 DGRAM" state=UNCONNECTED inner own=$2 none=0.0.0.0
	[ $1 = INET ] || own=:: none=::
	creates "IP $1 DGRAM"
	inner="udp.sendmsg $1 7 $own:$3 $2:$4 $3
udp.sendmsg.return 7" send 7 "$kind" $state
	inner="udp.recvmsg $1 96 $own:$4 $none:0 $4
udp.recvmsg.return 7" receive 96 7 "$kind" $state
	echo "write_iter 9 $kind $state"
	inner="udp.sendmsg $1 9 $2:$3 $2:$4 $3
udp.sendmsg.return 9" send 9 "$kind" $state
	echo "write_iter.return 9 1 $kind"
	inner="udp.recvmsg $1 95 $own:$4 $none:0 $4
udp.recvmsg.return 9" receive 95 9 "$kind" $state
	printf '%s\n' "udp.disconnect $1 $2:$3 $2:$4 2 1" "udp.disconnect.return 0"
	[ $1 = INET ] || inner="udp.sendmsg $1 3 $own:$3 ::ffff:127.0.0.1:$4 $3
udp.sendmsg.return 3" send 3 "$kind" $state
	closes 2 "$kind"
}

# segments PROTOCOL FAMILY ADDRESS FROM TO: the handshake, and the two with data
segments()
{
	printf '%s\n' "tcp.receive $2 $3:$4 $3:$5 6 000010 1" "tcp.receive $2 $3:$5 $3:$4 6 010010 1" "tcp.answer $3:$4 $3:$5 1" \
		"tcp.$1.receive $3:$4 $3:$5" "tcp.$1.receive $3:$4 $3:$5"
}

ip link set lo up
start staprun alias_socket.ko
wait_armed
./traffic || fail "the program failed"
stop
assert_equal status 0 $rc
assert_empty "$err"

{
	tcp ipv4 INET 127.0.0.1 3001 2001
	tcp ipv6 INET6 ::1 3002 2002
	udp INET 127.0.0.1 3003 2003
	udp INET6 ::1 3004 2004
} >$dir/expected
# What comes in is seen as soon as it comes, between events of the program.
segments='^tcp\.(ipv[46]\.)?(receive|answer)'
grep -v -E "$segments" "$out" | grep -v -x armed >$dir/got
diff $dir/expected $dir/got >$dir/diff || fail "events: $(cat $dir/diff)"
{
	segments ipv4 INET 127.0.0.1 3001 2001
	segments ipv6 INET6 ::1 3002 2002
} >$dir/expected
grep -E "$segments" "$out" >$dir/got
diff $dir/expected $dir/got >$dir/diff || fail "segments: $(cat $dir/diff)"
