# In the virtual machine: what maps.stp measures.  Prints "KEYS ELEMENTS CPUS NANOSECONDS".

cd /tests || exit 1
staprun maps.ko >/tmp/out 2>/tmp/err &
pid=$!

wait_filled()
{
	tries=0
	while ! grep -q -x "filled $1" /tmp/out; do
		tries=$((tries + 1))
		[ $tries -lt 1200 ] || { echo "not filled: $1"; kill -INT $pid; wait $pid; cat /tmp/out /tmp/err; exit 1; }
		usleep 100000
	done
}

hits()
{
	taskset "$1" sh -c 'i=0; while [ $i -lt 20 ]; do rmdir /no/such/folder 2>/dev/null; i=$((i + 1)); done'
}

for size in 100 10000 1000000; do
	wait_filled $size
	hits 1
	mkdir /no/such/folder 2>/dev/null
	for cpu in 1 2 4 8; do
		hits $cpu &
		children="$children $!"
	done
	wait $children
	children=
	mkdir /no/such/folder 2>/dev/null
done
kill -INT $pid
wait $pid
status=$?
grep -v filled /tmp/out
cat /tmp/err >&2
exit $status
