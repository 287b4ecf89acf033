# nfs.*, nfsd.*, sunrpc.*: the kernel's server of NFS and its client, by NFSv3 and by NFSv4.2, in one machine; a program that says
# which files it makes and reads; what client and server count themselves.

# The part of a client's mount that counts bytes: field 5 is what was read from the server, 6 what was written.
mount_bytes()
{
	awk -v dir="$1" -v field="$2" '$1 == "device" { mine = $5 == dir } mine && $1 == "bytes:" { print $(field + 1) }' /proc/self/mountstats
}

. ./alias_nfs.functions
# Locks have to wait for the end of the time in which clients may claim old ones.
lockd_parameters=nlm_grace_period=1
load_modules alias_nfs.modules
# The calls that client (nfs) or server (nfsd) have counted.
rpc_count()
{
	sed -n 's/^rpc \([0-9]*\) .*/\1/p' "/proc/net/rpc/$1"
}

staprun alias_nfs_server.ko >$dir/server_out 2>$dir/server_err &
server=$!
staprun alias_nfs_rpc.ko >$dir/rpc_out 2>$dir/rpc_err &
rpc=$!
start staprun alias_nfs.ko
wait_armed
wait_armed $dir/server_out
wait_armed $dir/rpc_out
serve
handle=$(./nfs_tool handle local "$dir/exported")
hash=${handle#* }
./nfs_tool mount3 "${handle% *}" "$dir/v3" || fail mount3
./nfs_tool work "$dir/v3" >"$dir/said3" || fail "work by NFSv3"
read3=$(mount_bytes "$dir/v3" 5) written3=$(mount_bytes "$dir/v3" 6)
umount "$dir/v3"
./nfs_tool mount4 4.2 "$dir/v4" || fail mount4
./nfs_tool work "$dir/v4" >"$dir/said4" || fail "work by NFSv4"
read4=$(mount_bytes "$dir/v4" 5) written4=$(mount_bytes "$dir/v4" 6)
umount "$dir/v4"
server_calls=$(rpc_count nfsd) client_calls=$(rpc_count nfs)
server_written=$(awk '$1 == "io" { print $3 }' /proc/net/rpc/nfsd)
end_serving
kill -INT $server $rpc
wait $server
server_rc=$?
wait $rpc
rpc_rc=$?
stop
unload_modules
cat $dir/server_err $dir/rpc_err >>"$err"
assert_equal status "0 0 0" "$rc $server_rc $rpc_rc"
assert_equal wrong "0 0 0" "$(value wrong) $(value wrong $dir/server_out) $(value wrong $dir/rpc_out)"

# Each point was hit.
for script in alias_nfs.stp alias_nfs.server.stp alias_nfs.rpc.stp; do
	sed -n 's/^probe \([a-z0-9_.]*\) { hit(.*/\1/p' $script
done >$dir/points
[ "$(wc -l <$dir/points)" -gt 200 ] || fail "no points"
cat "$out" $dir/server_out $dir/rpc_out | sed -n 's/^hit \([^ ]*\) [1-9].*/\1/p' >$dir/hits
missing=$(grep -v -x -F -f $dir/hits $dir/points)
[ -z "$missing" ] || fail "not hit: $missing"

for version in 3 4; do
	inode=$(value inode $dir/said$version)
	for line in "open made 0x8242 0" "open renamed 0x8000 12345" "flush $inode 0100640" "release $inode 0100640" "fsync $inode 1" \
		"write_iter made 0 10000 10000bytes $inode" "write_iter made 10000 2345 2345bytes $inode" \
		"aio_write made 0 10000 10000bytes $inode" "write 0 10000 10000bytes $inode" "write.return 10000" \
		"read_iter renamed 0 20000 20000bytes $inode" "read_iter.return 12345 12345bytes" "aio_read.return 12345 12345bytes" \
		"read 0 20000 20000bytes $inode" "read.return 12345" "llseek -5 2SEEK_END 1" "llseek.return 12340" \
		"lock 6 10 29 1 1 0100640" "mmap made 4096 11" "check_flags 0x400" "readahead 4" \
		"write_begin 1 904 906 $inode" "write_end 1 904 906 $inode" \
		"lookup $version none 4 $hash" "lookup.return $version -2 (ENOENT)" \
		"create $version plain 5 $hash 0100600 0xc0" "remove $version renamed 7 $hash" \
		"rename $version made 4 $hash renamed 7 $hash" "rename_setup $version $hash" "rename_done $version 0 $hash $hash" \
		"read $version 0 16384" "write $version 0 4096" "write $version 100 2" "write $version 2000 2"; do
		grep -q -x -F -e "$line" "$out" || fail "the client did not: $line"
	done
	for line in "proc lookup $version none 4 $hash" "proc remove $version renamed 7 $hash" \
		"proc rename $version made 4 $hash renamed 7 $hash" "proc read $version 0 16384" "proc write $version 0 4096" \
		"proc commit $version 0 0" "dispatch $version 100003"; do
		grep -q -x -F -e "$line" $dir/server_out || fail "the server did not: $line"
	done
	grep -q -x -F -e "process nfsd $version 100003" $dir/rpc_out || fail "no call of NFSv$version"
	grep -q -x -F -e "shutdown_client 127.0.0.1 $version 6 2049" $dir/rpc_out || fail "no client of NFSv$version ended"
done
assert_matches "$out" "exception 4 ENOENT"
assert_equal faults 5 "$(grep -c '^fault read fault' "$out")"
for line in "lookup none 4 8: $(echo "${handle% *}" | sed 's/......../& /')" "lookup.return NFSERR_NOENT" "create folder 6 040000 0750" "unlink renamed 7" \
	"rename made renamed 7" "proc create 3 made 4 $hash" "mode 3 0 UNCHECKED" "mode 4 2 DIR" \
	"errors NFS_OK NFSERR_NOENT NFSERR_NOENT NFSERR_BAD_SEQID 12345" "modes UNCHECKEDGUARDEDEXCLUSIVEUNKNOWN" \
	"types UNKNOWN REG DIR BLK CHR LNK SOCK FIFO UNKNOWN "; do
	grep -q -F -e "$line" $dir/server_out || fail "the server did not: $line"
done
for line in "create_client nfs 3 6 2049" "create_client nfs 4 6 2049" "create_client rpcbind 2 6 111" "clone_client nfs 3" \
	"bind rpcbind 2 rpcbind 4" "call 127.0.0.1 nfs 3 3 LOOKUP" "service nfsd 100003" "service lockd 100021" \
	"destroy nfsd nfsd 100003"; do
	grep -q -x -F -e "$line" $dir/rpc_out || fail "no: $line"
done
grep -q -x -E 'register lockd lockd 6 [1-9][0-9]*' $dir/rpc_out || fail "lockd is not registered"
assert_equal numbers 1 "$(value numbers $dir/rpc_out)"
assert_equal "numbers that are the next ones, and are not used" "1 0" "$(value next $dir/rpc_out)"
assert_equal tasks 1 "$(value tasks $dir/rpc_out)"

# What the kernel itself has counted.
assert_equal "read by NFSv3 and NFSv4" "$read3 $read4" "$(value read_bytes3) $(value read_bytes4)"
assert_equal "written by NFSv3 and NFSv4" "$written3 $written4" "$(value written_bytes3) $(value written_bytes4)"
assert_equal "written by the server" "$server_written" "$(value written $dir/server_out)"
assert_equal "calls of the client" "$client_calls" "$(value finished $dir/rpc_out)"
assert_equal "calls of the server" "$server_calls $server_calls $server_calls" "$(value processed $dir/rpc_out)"
assert_equal "calls to nfsd" "$server_calls" "$(value dispatched $dir/server_out)"
assert_equal "calls at its end" "$server_calls" "$(value service $dir/rpc_out | cut -d' ' -f1)"
