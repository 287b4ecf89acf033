# -R loads one module twice; -d "*" removes all that nobody uses; -b; -C; -r; -F.

start staprun -R loader_options.ko
one=$pid
wait_until 30 test -s "$out"
first=$(cut -d' ' -f1 "$out")
assert_matches "$out" '^loader_options_[0-9]+ 0 $'
assert_loaded "$first"
cp "$out" $dir/one
staprun -R loader_options.ko >$dir/two 2>&1 &
two=$!
wait_until 30 test -s $dir/two
second=$(cut -d' ' -f1 $dir/two)
[ "$first" != "$second" ] || fail "both have the name $first"
kill -QUIT $one
wait $one
assert_loaded "$first"
run staprun -L loader_options.ko
assert_loaded loader_options
# Two are unused, one is not.
run staprun -d '*'
assert_equal 'status of -d "*"' 0 $rc
assert_not_loaded "$first"
assert_not_loaded loader_options
assert_loaded "$second"
kill -INT $two
wait $two
assert_not_loaded "$second"

start staprun -b 1 -r 7:host.example -T 50 loader_options.ko
wait_line "loader_options 7 host.example"
run staprun -A loader_options
assert_equal "status of a second reader" 1 $rc
assert_contains "$err" "in use"
kill -INT $pid
wait $pid

# More than there is: refused, and nothing hurt.
run staprun -b 1000000 loader_options.ko
assert_equal "status of a huge buffer" 1 $rc
assert_contains "$err" "not enough kernel memory for the output buffers"
assert_not_loaded loader_options

start staprun -C always loader_options.ko
wait_until 30 test -s "$out"
echo x >/proc/systemtap/loader_options/fail
finish
assert_equal status 1 $rc
assert_contains "$err" "$(printf '\033[01;31mERROR: \033[mas asked')"

# A control file that the caller has opened.
run staprun -L loader_options.ko
start sh -c 'exec staprun -A -F 9 loader_options 9<>/proc/driver/loader_options'
wait_until 30 test -s "$out"
stop INT
assert_equal "status of -F" 0 $rc
assert_not_loaded loader_options
run staprun -A -F 9 loader_options 9</etc/passwd
assert_equal "status of -F with another file" 1 $rc
