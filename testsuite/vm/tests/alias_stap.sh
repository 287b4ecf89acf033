# staprun.*: what another staprun asks of the kernel and of its module, from loading to removal.
start staprun alias_stap.ko
wait_armed
staprun -x 4711 alias_stap_inner.ko >$dir/inner 2>&1 || fail "the other staprun: $(cat $dir/inner)"
stop
assert_equal status 0 $rc
assert_empty "$err"
assert_equal "what the other script printed" inner "$(cat $dir/inner)"
cat >$dir/expected <<EOF
armed
insert /vm/alias_stap_inner.ko by staprun
remove alias_stap_inner by staprun
starts 1, stops too, others too
EOF
diff $dir/expected "$out" >$dir/diff || fail "events: $(cat $dir/diff)"
