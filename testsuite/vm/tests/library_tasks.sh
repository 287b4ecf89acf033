# What library_tasks.stp says of a process that sleeps after some work, against what procfs says of it.

echo 'tester:x:1234:5678::/:/bin/sh' >>/etc/passwd
mkdir "$dir/open"
chmod 777 "$dir/open"
cat >"$dir/sleeper" <<-END
	i=0
	while [ \$i -lt 60000 ]; do i=\$((i + 1)); done
	cat /proc/self/maps >/dev/null
	exec 5</dev/null 7<&5
	ulimit -n 99
	ulimit -c 512
	renice -n 7 -p \$\$
	echo \$\$ >$dir/open/ready
	exec sleep 1000
END
su tester -s /bin/sh -c "exec taskset 2 sh $dir/sleeper" &
su=$!
wait_until 20 test -s "$dir/open/ready"
sleeper=$(cat "$dir/open/ready")
wait_until 30 grep -q '^State:.S' "/proc/$sleeper/status"
usleep 60000
start staprun -x "$sleeper" library_tasks.ko
wait_armed
cat /proc/loadavg >"$dir/loadavg_before"
mkdir "$dir/one"
wait_until 30 grep -q "^seen" "$out"
cat /proc/loadavg >"$dir/loadavg"
su tester -s /bin/sh -c "exec mkdir $dir/open/two"
wait_until 30 grep -q "^mine 1234" "$out"
stop
assert_equal status 0 $rc
assert_matches "$out" "mine 0 1"
assert_matches "$out" "mine 1234 0"
assert_equal current 11111111 "$(value current)"
assert_matches "$out" "ancestry init=>(.*=>)?sh=>mkdir"
assert_matches "$out" "timed init\([0-9m.s]+\)=>(.*=>)?sh\([0-9m.s]+\)=>mkdir\([0-9m.s]+\)"
assert_matches "$out" "pstrace mkdir\([0-9]+\) sh\([0-9]+\) .*init\(1\)"
assert_equal names "sleep sleep [] 0 0" "$(value names)"
assert_equal ids "1234 1234 5678 5678" "$(value ids)"
assert_equal state 1 "$(value state)"
# Fields of stat count from 1; the name is one word here.
stat=$(cat "/proc/$sleeper/stat")
field()
{
	echo "$stat" | cut -d' ' -f"$1"
}
assert_equal prio "$(field 18) $(field 19) $(field 39)" "$(value prio)"
assert_equal "prio itself" "27 7 1" "$(value prio)"
assert_equal files "$(ls "/proc/$sleeper/fd" | wc -l) $(sed -n 's/^FDSize:[^0-9]*//p' "/proc/$sleeper/status")" "$(value files)"
assert_equal fd 1000 "$(value fd)"
assert_equal file "1 1 1" "$(value file)"
assert_equal start "$(field 22) 0" "$(value start | awk '{ printf "%d %d", $1 / 10000000, $2 }')"
assert_equal limits "99 262144 8388608 8388608 -1 -1" "$(value limits)"
# In the order of their numbers, as in the file, which has 6, processes, before 7.
assert_equal "all limits" "$(awk 'NR > 1 { v = substr($0, 27, 20); sub(/ .*/, "", v); printf "%s%s", (NR > 2 ? " " : ""), v == "unlimited" ? -1 : v }' "/proc/$sleeper/limits")" "$(value all)"
assert_equal numbers "0915-1-1" "$(value numbers)"
set -- $(value time)
assert_equal "both names" "$1 $2" "$3 $4"
assert_equal "no such thread" 0 "$5"
total=$((($1 + $2) / 10000000))
ticks=$(($(field 14) + $(field 15)))
assert_between "time in the processor" 5 10000 $total
# The kernel counts ticks; stat scales them to the time that the scheduler has measured.
assert_between "time as stat has it" $((total / 3)) $((total * 3)) $ticks
assert_matches "$out" "time_string usr: 0m[0-9]+\.[0-9]{3}s, sys: 0m[0-9]+\.[0-9]{3}s"
assert_equal own 111 "$(value own)"
assert_matches "$out" "fault read fault \[man error::fault\] at 0x[0-9a-f]+ read fault .* at 0x[0-9a-f]+"
# Every five seconds it is another.
loadavg=$(value loadavg)
cut -d' ' -f1-3 "$dir/loadavg_before" "$dir/loadavg" | grep -q -x -F -e "$loadavg" || fail "loadavg: $loadavg"
assert_equal index "$loadavg" \
	"$(value index | awk '{ for (i = 1; i < 4; i++) printf "%s%.2f", (i > 1 ? " " : ""), int(($i + 10) * 100 / 2048) / 100 }')"
assert_equal none "get_loadavg_index: 3 is not 0, 1 or 2" "$(value none)"
kill "$sleeper"
wait "$su"
true
