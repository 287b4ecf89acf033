# stap.*: marks, each once. staprun.*: what another staprun asks of the kernel and of its module, from loading to removal.
start staprun alias_stap.ko
wait_armed
staprun -x 4711 alias_stap_inner.ko >$dir/inner 2>&1 || fail "the other staprun: $(cat $dir/inner)"
./marking || fail "the marks: $?"
stop
assert_equal status 0 $rc
assert_empty "$err"
assert_equal "what the other script printed" inner "$(cat $dir/inner)"
cat >$dir/expected <<EOF
armed
insert /vm/alias_stap_inner.ko by staprun
remove alias_stap_inner by staprun
stap.pass0 1000
stap.pass0.end 1001
stap.pass1a 1002
stap.pass1b 1003
stap.pass1.end 1004
stap.pass2 1005
stap.pass2.end 1006
stap.pass3 1007
stap.pass3.end 1008
stap.pass4 1009
stap.pass4.end 1010
stap.pass5 1011
stap.pass5.end 1012
stap.pass6 1013
stap.pass6.end 1014
stap.cache_add_mod module, module in the cache
stap.cache_add_src source, source in the cache
stap.cache_clean old file
stap.cache_get source in the cache, module in the cache
stap.system a command
stap.system.spawn 0 4321
stap.system.return 130
stap.system.spawn -12 -1
starts 1, stops too, others too
EOF
diff $dir/expected "$out" >$dir/diff || fail "events: $(cat $dir/diff)"
