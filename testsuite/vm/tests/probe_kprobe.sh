# Exactly as many hits as a command made calls.

run staprun probe_kprobe.ko -c "cd $dir; exec mkdir 1 2 3 4 5 6 7"
assert_equal status 0 $rc
assert_empty "$err"
assert_equal output "ready both 7 call 7 entry 7 maxactive 7 return 7" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
run staprun probe_kprobe.ko -c "cd $dir; exec rmdir 1 2 3 4 5 6 7"
assert_equal output "ready both 7" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
