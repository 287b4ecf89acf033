# Aliases of NFS that need trouble: a client that has to ask again, since somebody else has leased the file; a request that the server
# drops, since nobody tells it what is exported; a page that is given up before the server has it on its disk; and a server that
# calls its client.

. ./alias_nfs.functions
load_modules alias_nfs_trouble.modules
start staprun alias_nfs_trouble.ko
wait_armed
serve
handle=$(./nfs_tool handle local "$dir/exported")
handle=${handle% *}

# A client of NFSv3 is told to come back after five seconds.
echo content >"$dir/exported/leased"
./nfs_tool mount3 "$handle" "$dir/v3" || fail mount3
./nfs_tool lease "$dir/exported/leased" >"$dir/lease" 2>&1 &
lease=$!
wait_line leased "$dir/lease"
assert_equal "what was leased" content "$(cat "$dir/v3/leased")"
wait $lease || fail "the lease: $(cat "$dir/lease")"
umount "$dir/v3"

# The server asks a client of NFSv4.0 whether it can be called.  This one sends what is written and does not ask for the disk at once.
./nfs_tool mount4 4.0,write=eager "$dir/v4" || fail mount4
wait_until 30 grep -q "^call 127.0.0.1 1073741824 " "$out"
./nfs_tool give_up "$dir/v4/given_up" >"$dir/given_up" || fail "give up"
umount "$dir/v4"

# Who would say where that file system is listens, and says nothing.
sleep 1000 >/proc/net/rpc/nfsd.fh/channel &
silent=$!
./nfs_tool ask "$handle" >"$dir/asked" 2>&1 &
asking=$!
wait_until 30 grep -q "^drop " "$out"
kill $asking $silent
wait $asking $silent
assert_empty "$dir/asked"
end_serving
stop
unload_modules
assert_equal status 0 $rc
assert_equal wrong 0 "$(value wrong)"

sed -n 's/^probe \([a-z_.]*\) {.*/\1/p' alias_nfs_trouble.stp | grep -E '^(nfs|sunrpc)\.' >"$dir/points"
assert_equal points 10 "$(wc -l <"$dir/points")"
sed -n 's/^hit \([^ ]*\) [1-9].*/\1/p' "$out" >"$dir/hits"
missing=$(grep -v -x -F -f "$dir/hits" "$dir/points")
[ -z "$missing" ] || fail "not hit: $missing"
for line in "restart 127.0.0.1 100003" "delay 100003 3 6 5" "release $(value inode "$dir/given_up") 1 pages" "release.return $(value gone "$dir/given_up")" "call 127.0.0.1 1073741824 1 0 CB_NULL" \
	"drop nfsd 127.0.0.1 0x12345678 100003 3 1 6"; do
	grep -q -x -F -e "$line" "$out" || fail "no: $line"
done
