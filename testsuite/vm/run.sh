# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh - the guest's half of vm.test: run the tests named in /vm/order, and look at the machine after each.

cd /vm || exit 1
test_limit=400		# seconds for one test
export LC_ALL=C
complaints='BUG:|Oops|WARNING: |Call Trace|lockup|LOCKUP|rcu.*(stall|starved)|general protection fault'
complaints="$complaints|blocked for more than|corruption|UBSAN|scheduling while atomic|unable to handle"

modules()
{
	cut -d' ' -f1 /proc/modules | sort
}

# A script's standard output, standard error and status against the files that say what they must be.
run_plain()
{
	local name=$1 line number=0 status expected=0 bad=0
	timeout -s KILL $test_limit staprun "$name.ko" >"/tmp/$name.stdout" 2>"/tmp/$name.stderr"
	status=$?
	[ ! -f "$name.rc" ] || expected=$(cat "$name.rc")
	if [ "$status" != "$expected" ]; then
		echo "status: expected $expected, got $status"
		bad=1
	fi
	if ! cmp -s "$name.out" "/tmp/$name.stdout"; then
		echo "standard output differs:"
		diff -u "$name.out" "/tmp/$name.stdout" 2>&1 | cat -v
		bad=1
	fi
	[ -f "$name.err" ] || : >"$name.err"
	while IFS= read -r line; do
		number=$((number + 1))
		case $(sed -n "${number}p" "/tmp/$name.stderr") in
		"$line"*) ;;
		*) bad=2 ;;
		esac
	done <"$name.err"
	[ "$(wc -l <"/tmp/$name.stderr")" = "$number" ] || bad=2
	if [ $bad = 2 ]; then
		echo "standard error differs; expected, each line a beginning:"
		cat "$name.err"
		echo "got:"
		cat "/tmp/$name.stderr"
	fi
	rm -f "/tmp/$name.stdout" "/tmp/$name.stderr"
	[ $bad = 0 ]
}

# Whatever a test that failed has left behind.
tidy()
{
	local module left
	killall -KILL stapio staprun 2>/dev/null
	for module; do
		staprun -d "$module" && continue
		rmmod "$module"
	done
}

before=$(modules)
failed=0
while read -r name; do
	[ -n "$name" ] || continue
	echo "vm.test: $name starts" >/dev/kmsg
	mkdir -p "/tmp/$name"
	started=$(cut -d' ' -f1 /proc/uptime)
	: >/tmp/group
	if [ -f "$name.sh" ]; then
		# A group of its own, so that all it started can be ended.
		name=$name setsid sh -c 'echo $$ >/tmp/group; exec timeout -s KILL $1 sh -c ". /vm/guest.sh; . /vm/$name.sh"' \
			sh $test_limit >/tmp/said 2>&1 </dev/null
	else
		run_plain "$name" >/tmp/said 2>&1 </dev/null
	fi
	status=$?
	[ ! -s /tmp/group ] || kill -KILL "-$(cat /tmp/group)" 2>/dev/null
	[ $status != 137 ] || echo "killed after $test_limit s" >>/tmp/said
	after=$(modules)
	if [ "$after" != "$before" ]; then
		left=$(echo "$after" | grep -v -x -F -e "$before")
		echo "still loaded: $left" >>/tmp/said
		tidy $left >>/tmp/said 2>&1
		status=1
	fi
	if dmesg | sed -n "/vm.test: $name starts\$/,\$p" >/tmp/log && grep -E -q "$complaints" /tmp/log; then
		echo "the kernel complained:" >>/tmp/said
		cat /tmp/log >>/tmp/said
		status=1
	fi
	ended=$(cut -d' ' -f1 /proc/uptime)
	if [ $status = 0 ]; then
		echo "ok $name"
	else
		failed=1
		echo "not ok $name"
		head -n 80 /tmp/said | sed 's/^/# /'
	fi
	echo "$started $ended" | awk -v name="$name" '$2 - $1 >= 3 { printf "# %s took %.1f s\n", name, $2 - $1 }'
	rm -rf "/tmp/$name"
done <order
exit $failed
