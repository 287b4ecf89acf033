# See source_lines.stp.

# What the commands print would go into the same file, and cat writes over what is there.
start staprun source_lines.ko -c 'sh -c "cat /etc/passwd >/dev/null; nc -w 1 -l -p 9; insmod /vm/dummy.ko; stat / >/dev/null"'
finish
assert_equal status 0 $rc
rmmod dummy

# Places and their lines: single addresses; and of stacks, where of a caller it is the line of the call, whose last byte is
# one before the address.
grep -E '^[a-z_0-9]+\+0x' "$out" >"$dir/single"
sed -n 's/^.* : \([a-z_0-9]*+0x[0-9a-f]*\)\/0x[0-9a-f]* at \([^ ]*\) \[.*\]$/\1 \2/p' "$out" >"$dir/stacks"
while read -r place line; do
	[ "${place#*+}" = 0x0 ] || place=$(printf '%s+0x%x' "${place%+*}" $((${place#*+} - 1)))
	echo "$place $line"
done <"$dir/stacks" >"$dir/calls"

# compare FILE: with what addr2line says of the same place; prints how many it says something of
compare()
{
	awk 'NR == FNR { expected[$1] = $2; next }
	     $3 != "" && $2 != $3 { print $1 ": " $2 " and " $3; exit 1 }
	     !($1 in expected) { next }
	     $2 != expected[$1] { print $1 ": " $2 ", not " expected[$1]; exit 1 }
	     { count++ }
	     END { print count + 0 }' source_lines.expected "$1"
}
single=$(compare "$dir/single") && [ "$single" -gt 100 ] || fail "single addresses: $single"
assert_equal "addresses of three functions" 201 "$(wc -l <"$dir/single")"
calls=$(compare "$dir/calls") && [ "$calls" -gt 4 ] || fail "stacks: $calls"
assert_equal entries 2 "$(grep -c '+0x0 ' "$dir/stacks")"
assert_matches "$out" 'Returning from: 0x[0-9a-f]{16} : vfs_read\+0x0/0x[0-9a-f]+ at fs/read_write\.c:[0-9]+ \[kernel\]'
assert_matches "$out" ' 0x[0-9a-f]{16} : dummy_setup\+0x[0-9a-f]+/0x[0-9a-f]+ at drivers/net/dummy\.c:[0-9]+ \[dummy\]'
assert_matches "$out" ' 0x[0-9a-f]{16} : (dummy_init_module|init_module)\+0x[0-9a-f]+/0x[0-9a-f]+ at drivers/net/dummy\.c:[0-9]+ \[dummy\]'

# The same lines by symfileline(); behind the stack may be that of the return.
sed -n 's/^level [0-9]* //p' "$out" | grep -v '^0x' >"$dir/levels"
sed '1,/ether_setup+0x0/d' "$out" | sed -n 's/^ 0x.* at \([^ ]*\) \[.*\]$/\1/p' | head -n "$(wc -l <"$dir/levels")" >"$dir/shown"
cmp -s "$dir/shown" "$dir/levels" || fail "stack: $(cat "$dir/shown"), levels: $(cat "$dir/levels")"
assert_equal unknown "0x1234 0xffffffffffffffff 1" "$(value unknown)"
