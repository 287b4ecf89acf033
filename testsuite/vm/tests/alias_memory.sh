# vm.*: the mappings and faults of a program, which itself knows how many there were.

start staprun alias_memory.ko
sleep 1
own=$(./memory)
sleep 1
stop
assert_equal status 0 $rc
assert_matches "$out" mmap
assert_matches "$out" munmap
assert_matches "$out" "seen 1"
assert_matches "$out" "wrong 0"
# The program counts no faults of its end, and other tasks' of its beginning.
assert_between "faults" $((own * 3 / 4)) $((own + 40)) "$(value faults)"
assert_between "writes" 10 $((own + 40)) "$(value writes)"
