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
sleep 1
stop
assert_equal status 0 $rc
assert_contains "$out" "signal to $sleeper"
assert_matches "$out" "forks 50 exits 51"
assert_matches "$out" "seen 1"
assert_matches "$out" "wrong 0"
assert_matches "$out" "migrated 1"
