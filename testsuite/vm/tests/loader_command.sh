# -c: target() is the command's process, all it does is seen, the script ends with it, its failure is warned of; a command that
# cannot be executed is an error; the command ends with the script.

run staprun loader_command.ko -c "echo \$\$ >$dir/pid; cd $dir; exec mkdir 1 2 3"
assert_equal status 0 $rc
assert_equal "target()" "$(cat $dir/pid)" "$(value target)"
assert_equal "calls seen" 3 "$(value made)"
assert_empty "$err"

# The command's own output comes through.
run staprun loader_command.ko -c 'echo said; echo complained >&2'
assert_matches "$out" said
assert_equal "standard error" complained "$(cat "$err")"

run staprun loader_command.ko -c 'exit 3'
assert_equal status 0 $rc
assert_equal "standard error" "WARNING: exit 3: exited with status 3" "$(cat "$err")"
run staprun loader_command.ko -c 'kill -9 $$'
assert_equal status 0 $rc
assert_contains "$err" 'ended by signal 9'

run staprun loader_command.ko -c '/no/such/program'
assert_equal "status of a command that is not there" 1 $rc
assert_contains "$err" "ERROR: '/no/such/program' could not be executed"
assert_not_loaded loader_command
echo text >$dir/plain
run staprun loader_command.ko -c "$dir/plain"
assert_equal "status of a command that is no program" 1 $rc
assert_contains "$err" "ERROR: '$dir/plain' could not be executed"
assert_not_loaded loader_command

start staprun loader_command.ko -c 'exec sleep 1000'
wait_until 20 grep -q '^target [1-9]' "$out"
target=$(value target)
wait_until 20 grep -q sleep /proc/$target/comm
stop
assert_equal "status after SIGINT" 0 $rc
wait_until 30 gone $target
run staprun loader_command.ko -c true -x 1
assert_equal "status with -c and -x" 1 $rc
assert_contains "$err" "-c and -x exclude each other"
