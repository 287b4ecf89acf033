# The addresses come from /proc/kallsyms, and the names must be those.

address_of()
{
	echo $((0x$(sed -n "s/ [A-Za-z] $1\$//p" /proc/kallsyms | head -n 1)))
}
function=$(address_of vfs_read)
variable=$(address_of init_task)
insmod symbol_dummy.ko numdummies=0 || fail insmod
mkdir "$dir/a"
start staprun symbol.ko function_address=$function variable_address=$variable
wait_until 30 grep -q '^begin' "$out"
tries=0
until grep -q '^module' "$out" && grep -q '^kernel' "$out"; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || fail "no hits"
	ip link add stp0 type dummy && ip link del stp0
	mkdir -p "$dir/a" && rmdir "$dir/a"
	usleep 50000
done
stop
rmmod dummy
assert_equal status 0 $rc
assert_matches "$out" 'function vfs_read vfs_read\+0x2/0x[0-9a-f]+ \[kernel\] kernel'
assert_contains "$out" 'variable init_task kernel'
assert_contains "$out" 'nothing 0x1000 0x1000 <unknown>'
assert_contains "$out" 'user <unknown>'
assert_contains "$out" "$(printf ' 0x%x : vfs_read+0x0/' $function)"
assert_lacks "$out" ' : init_task'
assert_contains "$out" 'none .'
assert_contains "$out" 'begin <unknown> 0 0 0'
assert_lacks "$out" RIP
assert_matches "$out" 'module dummy_setup dummy_setup\+0x0/0x[0-9a-f]+ \[dummy\] dummy dummy 0'
assert_contains "$out" 'kernel kernel vfs_rmdir 1'
