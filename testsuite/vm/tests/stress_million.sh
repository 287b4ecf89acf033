# 1,000,000 hits each of a kprobe and of a kretprobe: none is lost.

run staprun stress_million.ko -c "exec dd bs=1 count=1000000 if=/dev/zero of=/dev/null"
assert_equal status 0 $rc
# The few reads besides are those of the program's start.
assert_between "hits at entry" 1000000 1000010 "$(value entry)"
assert_equal "sum over the CPUs" "$(value entry)" "$(value sum)"
assert_between "hits at return" 1000000 1000010 "$(value return)"
assert_lacks "$err" WARNING
assert_lacks "$err" ERROR
