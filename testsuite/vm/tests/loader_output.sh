# -o FILE: made or overwritten, standard output stays empty; a file that cannot be opened is an error and nothing stays loaded.

i=1
while [ $i -le 200 ]; do echo "line $i"; i=$((i + 1)); done >$dir/expected
run staprun loader_output.ko -o $dir/file
assert_equal status 0 $rc
assert_empty "$out"
assert_empty "$err"
cmp $dir/expected $dir/file || fail "the file differs"
seq 10000 >$dir/file
run staprun -o $dir/file loader_output.ko
cmp $dir/expected $dir/file || fail "the file was not overwritten"
run staprun loader_output.ko
cmp $dir/expected "$out" || fail "standard output differs"
run staprun loader_output.ko -o $dir/no/such/file
assert_equal status 1 $rc
assert_contains "$err" "$dir/no/such/file"
assert_contains "$err" "No such file or directory"
assert_not_loaded loader_output
run staprun loader_output.ko -o $dir
assert_equal status 1 $rc
assert_contains "$err" "Is a directory"
