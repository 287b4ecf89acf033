# Known arguments and a known environment, and what /proc/PID/statm says of a process that sleeps.

sleep 1000 &
sleeper=$!
usleep 300000
start staprun -x "$sleeper" library_process.ko
wait_armed
long=$(head -c 6000 /dev/zero | tr '\0' x)
env -i STP_VALUE="a b=c" STP_EMPTY= STP_LONG="$long" STP_LAST=last mkdir -m 700 "$dir/new"
wait_until 30 grep -q "^seen" "$out"
stop
assert_equal status 0 $rc
assert_equal str "mkdir -m 700 $dir/new" "$(value str)"
assert_equal args "-m|700 [] [] 700$dir/new" "$(value args)"
assert_equal arg "mkdir -m 700 []" "$(value arg)"
assert_equal env "[a b=c] [] [] [] []" "$(value env)"
assert_equal long "511 last" "$(value long)"
assert_equal statm "$(cat "/proc/$sleeper/statm")" "$(value statm)"
assert_equal "the other names" "$(value statm)" "$(value pid)"
# Five characters each: of 4 K pages, in K below a megabyte.
assert_matches "$out" "string size: ([ 0-9.]{4}[KM]| +0), rss: ([ 0-9.]{4}[KM]| +0), shr: ([ 0-9.]{4}[KM]| +0), txt: ([ 0-9.]{4}[KM]| +0), data: ([ 0-9.]{4}[KM]| +0)"
assert_equal "string's other name" "$(value string)" "$(value pid_string)"
assert_equal own 111111 "$(value own)"
assert_equal none 00000 "$(value none)"
kill "$sleeper"
wait "$sleeper"
true
