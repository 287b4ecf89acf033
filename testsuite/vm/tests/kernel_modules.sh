# Sections, probes by address and tracepoints (kernel_modules.script.c): the build-id is compared; a module's probes are
# armed before it runs and given up when it goes, as often as it comes.

address()
{
	sed -n "s/^\([0-9a-f]*\) . $1\$/\1/p" /proc/kallsyms | head -1
}
text=$((0x$(address _text))) rmdir=$((0x$(address do_rmdir)))

run staprun kernel_modules.ko build_id=00ff text=$text rmdir=$rmdir
assert_equal status 1 $rc
assert_contains "$err" 'ERROR: the module was translated for another build of the kernel: build-id '
assert_contains "$err" ' here, 00ff expected'
assert_equal output "" "$(cat "$out")"
build_id=$(sed -n 's/.*build-id \([0-9a-f]*\) here.*/\1/p' "$err")
assert_equal "build-id's length" 40 ${#build_id}

start staprun kernel_modules.ko build_id=$build_id text=$text rmdir=$rmdir
wait_until 30 grep -q '^do_rmdir ' /sys/kernel/debug/tracing/enabled_functions
rmdir /no/such/folder 2>/dev/null
for round in 1 2; do
	insmod target.ko || fail insmod
	echo 10 >/sys/module/target/parameters/add
	echo 13 >/sys/module/target/parameters/add
	echo 5 >/sys/module/target/parameters/nest
	echo 5 >/sys/module/target/parameters/trace
	# Where the first one's initialization was is nothing any more, or another's.
	insmod kernel_modules_dummy.ko numdummies=0 || fail insmod dummy
	rmmod dummy
	rmmod target || fail rmmod
done
assert_equal "functions of the module that are still seen" 0 \
	"$(grep -c '^target_' /sys/kernel/debug/tracing/enabled_functions)"
stop
assert_equal status 1 $rc
# All but the innermost three calls found no room: they are missed.
once='init 1 0
trace 1 2
trace 3 4
trace 5 6
trace 7 8
trace 9 10
add 1 2
return 3 102
add 10 1
return 11 1001
add 13 1
statement 1 0
nest 3 0
nest 4 0
nest 5 0
trace -1 98
trace 65535 4
trace 5 -6
trace 7 8
trace 9 5
add 3 4
return 7 304'
assert_equal output "begin 0 0
rmdir 1 1
$once
$once" "$(grep -v '^switch' "$out")"
assert_equal switch "switch 0 0" "$(grep switch "$out")"
assert_equal "standard error" 'WARNING: probe unprobeable (here) registration error [man warning::pass5] (rc -2)
WARNING: 2 of 10 probes could not be armed [man warning::pass5]
WARNING: probe unprobeable (here) registration error [man warning::pass5] (rc -2)
WARNING: 1 of 6 tracepoints could not be armed [man warning::pass5]
ERROR: 13 is not saved near here in probe add.return
ERROR: 13 is not saved near here in probe add.return
WARNING: Number of errors: 2, skipped probes: 4' "$(cat "$err")"

# The module comes and goes while scripts do.
(while [ ! -e $dir/enough ]; do insmod target.ko; echo 10 >/sys/module/target/parameters/add; rmmod target; done) >/dev/null 2>&1 &
loop=$!
for round in 1 2 3 4 5 6 7 8 9 10; do
	start staprun kernel_modules.ko build_id=$build_id text=$text rmdir=$rmdir
	wait_until 30 grep -q 'add 10 1' "$out"
	usleep $((round * 20000))
	stop
	assert_equal status 0 $rc
	assert_lacks "$out" strange
done
touch $dir/enough
wait $loop
assert_not_loaded target
