# SIGQUIT detaches and the script goes on; -A attaches, also twice; the end is as always.  -L detaches at once; -d removes.

start staprun loader_detach.ko
wait_line "tick 3"
stop QUIT
assert_equal "status after SIGQUIT" 0 $rc
assert_lacks "$out" end
assert_contains "$err" "Disconnecting from systemtap module."
assert_contains "$err" 'type "staprun -A loader_detach"'
assert_loaded loader_detach
last=$(value tick)
usleep 400000
start staprun -v -A loader_detach
wait_line "tick $((last + 15))"
# Nothing is lost between.
assert_equal "first tick after attaching" "tick $((last + 1))" "$(head -n 1 "$out")"
stop QUIT
assert_loaded loader_detach
start staprun -A loader_detach
wait_until 20 test -s "$out"
stop INT
assert_equal "status after SIGINT" 0 $rc
assert_matches "$out" 'end [0-9]+'
assert_not_loaded loader_detach

run staprun -L loader_detach.ko
assert_equal "status of -L" 0 $rc
assert_loaded loader_detach
run staprun -d loader_detach
assert_equal "status of -d" 0 $rc
assert_not_loaded loader_detach

# A signal while -D waits for a start that takes long is for the one that starts: nothing goes on behind the user's back.
start staprun -D -o $dir/file loader_detach.ko slow=1
wait_until 20 test -s $dir/file
usleep 200000
stop TERM
wait_until 30 not_loaded loader_detach
assert_matches $dir/file 'end 0'
assert_lacks $dir/file tick
