# A CPU's records fill sub-buffer after sub-buffer up to its border, and each time the reader finds it so: the ring keeps its size
# and nothing is lost.  Records have 32 bytes, 128 of them 4096; the first one is two lines.

# rmdirs COUNT: as many records, from one CPU
rmdirs()
{
	taskset 1 sh -c 'i=0; while [ $i -lt '$1' ]; do rmdir /no/such/folder 2>/dev/null; i=$((i + 1)); done'
}

start taskset 1 staprun stress_borders.ko
wait_until 30 taskset 1 sh -c "rmdir /no/such/folder 2>/dev/null; grep -q -x armed $out"
sleep 1
records=$(($(wc -l <"$out") - 1))
rmdirs $((128 - records % 128))
for round in 1 2 3 4 5 6 7 8; do
	sleep 0.5
	rmdirs 128
done
stop
assert_equal status 0 $rc
assert_equal "standard error" "" "$(cat "$err")"
assert_equal "last line" end "$(tail -n 1 "$out")"
lines=$(wc -l <"$out")
assert_equal "lines but for three" $((lines - 3)) $((1 + $(tail -n 2 "$out" | head -n 1 | sed 's/^0*//')))
assert_equal "records before the last, modulo 128" 0 $(((lines - 2) % 128))
