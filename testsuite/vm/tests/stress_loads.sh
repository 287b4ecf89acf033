# 200 loads and unloads in a row, each complete, and the kernel's memory does not shrink with them.

memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

kernel_memory()
{
	awk '/^(Slab|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}

i=0
while [ $i -lt 200 ]; do
	run staprun stress_loads.ko
	[ $rc = 0 ] && [ "$(cat "$out")" = "begin 1
end" ] && [ ! -s "$err" ] || fail "load $i: status $rc"
	i=$((i + 1))
	[ $i != 20 ] || { before=$(memory); kernel_before=$(kernel_memory); }
done
after=$(memory)
kernel_after=$(kernel_memory)
# A leak of one array, context or buffer per load would be more.
assert_between "kB of memory lost in 180 loads" -1000000 20000 $((before - after))
# What is available goes up and down by 15 MB by itself; what the kernel allocates by kind does not.
assert_between "kB that the kernel has kept after 180 loads" -1000000 2000 $((kernel_after - kernel_before))
