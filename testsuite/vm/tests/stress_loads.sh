# 200 loads and unloads in a row, each complete, and the kernel's memory does not shrink with them.

memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

i=0
while [ $i -lt 200 ]; do
	run staprun stress_loads.ko
	[ $rc = 0 ] && [ "$(cat "$out")" = "begin 1
end" ] && [ ! -s "$err" ] || fail "load $i: status $rc"
	i=$((i + 1))
	[ $i != 20 ] || before=$(memory)
done
after=$(memory)
# A leak of one array, context or buffer per load would be more.
assert_between "kB of memory lost in 180 loads" -1000000 20000 $((before - after))
