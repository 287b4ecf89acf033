list=/sys/kernel/debug/kprobes/list

disabled()
{
	assert_equal "kprobes" 2 "$(grep -c tracing_open_generic $list)"
	[ "$(grep tracing_open_generic $list | grep -c DISABLED)" = "$1" ]
}

start staprun condition_kprobe.ko
wait_until 60 grep -q tracing_open_generic $list
wait_started
wait_until 60 disabled 2
cp /sys/kernel/debug/tracing/README $dir/readme
for round in 1 2; do
	rmdir /no/such/folder 2>/dev/null
	wait_until 60 disabled 0
	cp /sys/kernel/debug/tracing/README $dir/readme
	rmdir /no/such/folder 2>/dev/null
	wait_until 60 disabled 2
	cp /sys/kernel/debug/tracing/README $dir/readme
done
stop
assert_equal status 0 $rc
once="on 1
open
opened
on 0"
assert_equal output "$once
$once" "$(cat "$out")"
