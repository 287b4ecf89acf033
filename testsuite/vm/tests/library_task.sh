# The values of library_task.stp, for a process whose ids, group, session, parent and CPU are known otherwise.

echo 'tester:x:1234:5678::/:/bin/sh' >>/etc/passwd
mkdir "$dir/open"
chmod 777 "$dir/open"
cat >"$dir/parent" <<-END
	#!/bin/sh
	echo \$\$ >$dir/open/ppid
	sh -c 'echo \$\$ >$dir/open/pid; cut -d" " -f5,6 /proc/\$\$/stat >$dir/open/group
		id -u >$dir/open/uid; id -g >$dir/open/gid
		exec mkdir $dir/open/new' &
	wait
END
chmod 755 "$dir/parent"
start staprun library_task.ko
wait_armed
su tester -s /bin/sh -c "exec setsid taskset 4 $dir/parent" || fail "su"
wait_until 30 grep -q "^cpu" "$out"
stop
assert_equal status 0 $rc
assert_equal pid "$(cat $dir/open/pid)" "$(value pid)"
assert_equal tid "$(cat $dir/open/pid)" "$(value tid)"
assert_equal ppid "$(cat $dir/open/ppid)" "$(value ppid)"
assert_equal ids "1234 5678 1234 5678" "$(value ids)"
assert_equal "uid of id" "1234 5678" "$(cat $dir/open/uid $dir/open/gid | tr '\n' ' ' | sed 's/ $//')"
assert_equal "group and session" "$(cat $dir/open/group)" "$(value pgrp) $(value sid)"
assert_equal session "$(value sid)" "$(cat $dir/open/ppid)"
assert_equal pexecname parent "$(value pexecname)"
assert_equal cpu 2 "$(value cpu)"
