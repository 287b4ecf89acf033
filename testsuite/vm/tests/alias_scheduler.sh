# scheduler.*: what a program of known forks, exits and signals does is seen, with the right numbers.

cat >$dir/forks <<'EOF'
i=0
while [ $i -lt 50 ]; do (:); i=$((i + 1)); done
EOF
cp /bin/busybox $dir/busybox
start staprun alias_scheduler.ko
wait_started
ln -s busybox $dir/sh
# A shell by the name of "forks": 50 children of its own.
cat >$dir/run.sh <<'EOF'
printf forks >/proc/self/comm
. "$1"
EOF
sh $dir/run.sh $dir/forks
sleep 100 &
sleeper=$!
kill -USR1 $sleeper
# From CPU to CPU.
for cpu in 1 2 4 8; do taskset $cpu sleep 0; taskset -p $cpu $$ >/dev/null; done
taskset -p 15 $$ >/dev/null
# Who attaches to a task waits until it stands still; a disk has a thread of the kernel that ends with it.
./process trace >$dir/traced 2>&1 || fail "the program failed: $(cat $dir/traced)"
disk_begin alias_scheduler.modules
disk_end
sleep 1
stop
assert_equal status 0 $rc
assert_contains "$out" "signal to $sleeper"
assert_matches "$out" "wait_task for $(value traced $dir/traced) of priority [0-9]+"
assert_matches "$out" "kthread_stop scsi_eh_[0-9]+ of priority 120"
assert_matches "$out" "kthread_stop gave 0"
assert_matches "$out" "forks 50 exits 51"
assert_matches "$out" "seen 1"
assert_matches "$out" "wrong 0"
assert_matches "$out" "migrated 1"
