# See seed_syscalls.stp.

run staprun seed_syscalls.ko -c ./seed_syscalls_target
assert_equal status 0 $rc
# The kernel knows no such request, and no process 0.
assert_matches "$out" "ptrace -1 open -1 2"
assert_matches "$out" 'noptrace\(PTRACE_TRACEME, 0, 0x0, 0x0\) from pid [0-9]+'
assert_matches "$out" "tid [0-9]+ ptrace errno -3 ESRCH after [0-9]+ us"
assert_matches "$out" "tid [0-9]+ (openat|open) errno -2 ENOENT after [0-9]+ us"
assert_matches "$out" "opened /no/such/file [01] 0"
