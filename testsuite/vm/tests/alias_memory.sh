# vm.*: the mappings and faults of a program, which itself knows how many there were.

start staprun alias_memory.ko
wait_started
own=$(./memory)
insmod alias_memory_target.ko && rmmod alias_memory_target || fail insmod
sleep 1
stop
assert_equal status 0 $rc
assert_matches "$out" mmap
assert_matches "$out" munmap
assert_matches "$out" "seen 1"
assert_matches "$out" "wrong 0"
assert_matches "$out" "nodes 1 1"
# Of the pages that were shared, some were copied, others only got their new owner; without debuginfo none is seen where gcc
# has inlined the function.
copies=$(value copies)
[ "${copies%% *}" = 0 ] && ! grep -q ' wp_page_copy$' /proc/kallsyms ||
	assert_between "copies" 10 "${copies##* }" "${copies%% *}"
# The program counts no faults of its end, and other tasks' of its beginning.
assert_between "faults" $((own * 3 / 4)) $((own + 40)) "$(value faults)"
assert_between "writes" 10 $((own + 40)) "$(value writes)"
