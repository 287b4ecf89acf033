# The values of library_queue.stp, and its line.
run staprun library_queue.ko
assert_equal status 0 $rc
printf '0\nok ok ok\nok ok\nok 00\n' >"$dir/expected"
head -n 4 "$out" | cmp - "$dir/expected" || fail "values"
assert_matches "$out" 'queue q: [0-9]+\.[0-9]{3} requests/s, 0\.[0-9]{3} waiting, [0-9]+ us in it, [0-9]+ us served, [0-9]+% used, [0-9]+% blocked'
assert_equal "begun anew" 00 "$(tail -n 1 "$out")"
