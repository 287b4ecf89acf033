# $parameters of system calls: the same as the aliases' own; the result; one that is written to, so that ptrace() fails with ESRCH (3).
run staprun syscall_parameters.ko -c "./parameters >$dir/said"
assert_equal status 0 $rc
assert_equal "what the program saw" "-1 3" "$(cat "$dir/said")"
assert_matches "$out" "openat ENOENT"
assert_matches "$out" "lseek -5"
assert_matches "$out" "ptrace 7"
assert_matches "$out" "reads 1"
assert_matches "$out" "wrong 0"
# Left alone, it works.
assert_equal "left alone" 0 "$(./parameters | cut -d" " -f1)"
