# 200 loads and unloads in a row, each complete, and the kernel's memory does not shrink with them.

# Free kB, with the pages that each CPU keeps at hand: many MB, which MemFree is without.
memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '$1 == "MemFree:" { sum += $2 } $1 == "count:" { sum += $2 * 4 } END { print sum }' /proc/meminfo /proc/zoneinfo
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
assert_between "kB of memory lost in 180 loads" -1000000 4000 $((before - after))
assert_between "kB that the kernel has kept after 180 loads" -1000000 2000 $((kernel_after - kernel_before))
