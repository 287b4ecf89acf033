# Thousands of places at once, hit by a load on four CPUs: they are armed, count, and go; what cannot be probed is told in one line.
# Meanwhile no CPU keeps the first of its threads waiting (wildcards.guest.c) much longer than where the kernel's own tracer changes as
# many functions, which takes it some time in one piece.
load()
{
	local job=0 pids=
	ip link set lo up
	while [ $job -lt 4 ]; do
		(find / -xdev -type f | head -n 300 | xargs cat >/dev/null 2>&1) &
		pids="$pids $!"
		job=$((job + 1))
	done
	(echo hello | timeout 20 nc -l -p 7777 >/dev/null) &
	pids="$pids $!"
	wait_until 30 sh -c 'echo there | nc -w 1 127.0.0.1 7777 >/dev/null 2>&1'
	# shellcheck disable=SC2086
	wait $pids
}

tracing=/sys/kernel/debug/tracing
echo '[e-f]*' >$tracing/set_ftrace_filter
run ./gaps sh -c "echo function >$tracing/current_tracer; sleep 1; echo nop >$tracing/current_tracer"
echo >$tracing/set_ftrace_filter
longest=$(value gap)
echo "the kernel's own: $longest ms"

# Returns of all functions together: by one fprobe, which is one trampoline, or by a few dozen kretprobes.
returns_together()
{
	if grep -q ' fprobe_handler$' /proc/kallsyms; then
		assert_between "functions with a return" 50 1000 "$(grep -c fprobe_handler $tracing/enabled_functions)"
		assert_equal "fprobes" 1 "$(sed -n 's/.*tramp: \(0x[0-9a-f]*\) .*/\1/p' $tracing/enabled_functions | sort -u | wc -l)"
	else
		assert_between "functions with a return" 50 1000 "$(grep -c stp_fentry_callback $tracing/enabled_functions)"
		assert_between "kretprobes" 1 32 "$(grep -c stp_return_anchor /sys/kernel/debug/kprobes/list)"
	fi
}

# try SCRIPT OUTPUT
try()
{
	local began
	start ./gaps staprun "wildcards_$1.ko"
	began=$(cut -d. -f1 /proc/uptime)
	wait_until 60 grep -q '^wildcards_' /proc/modules
	sleep 6
	[ "$1" != returns ] || returns_together
	load
	stop
	echo "$1 took $(($(cut -d. -f1 /proc/uptime) - began)) s, gap $(value gap) ms"
	assert_equal "$1: status" 0 $rc
	assert_equal "$1: output" "$2" "$(grep -v '^gap ' "$out")"
	assert_between "$1: longest gap" 1 $((2 * longest + 500)) "$(value gap)"
	[ "$(grep -c 'could not be armed' "$err")" -le 1 ] || fail "$1: more than one line on what could not be armed"
	grep -v 'could not be armed\|skipped probes' "$err" >"$dir/rest"
	assert_empty "$dir/rest"
}

try fs hits
try tcp hits
try trace hits
try returns "hits 0"
