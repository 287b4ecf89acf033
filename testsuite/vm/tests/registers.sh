# All that is compared is equal, what is wrong is an error, and an argument can be set: the mode of a new folder.

run staprun registers.ko -c "exec dd if=/dev/zero of=$dir/file bs=11 count=1"
assert_equal status 0 $rc
rdx=$(value rdx)
rbx=$(value rbx)
assert_contains "$out" "RDX: $rdx RSI: "
assert_contains "$out" " RBX: $rbx "
sed '/^R[A-Z0-9]*: /d; /^r[db]x /d' "$out" >"$dir/rest"
cat >"$dir/expected" <<'END'
there are no registers in this probe's context
cannot access argument 1: there are no registers in this probe's context
unknown register name: rzx
unknown register name: 
cannot access argument 0: there is no such one
cannot access argument 100: there is no such one
cannot access argument 1: it is gone when the function returns
mapped 1
END
sort "$dir/rest" >"$dir/a"
sort "$dir/expected" >"$dir/b"
cmp "$dir/a" "$dir/b" || fail "$(diff "$dir/a" "$dir/b")"

run staprun registers.ko -c "exec mkdir $dir/folder"
assert_equal mode 700 "$(stat -c %a "$dir/folder")"
