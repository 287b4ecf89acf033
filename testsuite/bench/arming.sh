# In the virtual machine: what arming.stp measures.  Prints "probes COUNT", "armed MS", "disarmed MS".

cd /tests || exit 1
staprun arming.ko >/tmp/out 2>/tmp/err &
pid=$!
tries=0
while ! grep -q armed /tmp/out 2>/dev/null; do
	rmdir /no/such/folder 2>/dev/null
	tries=$((tries + 1))
	[ $tries -lt 1200 ] || { echo "not armed"; cat /tmp/err; exit 1; }
	usleep 20000
done
echo "probes $(wc -l </sys/kernel/debug/tracing/enabled_functions)"
began=$(cut -d' ' -f1 /proc/uptime)
kill -INT $pid
wait $pid
status=$?
echo "$began $(cut -d' ' -f1 /proc/uptime)" | awk '{ printf "disarmed %d\n", ($2 - $1) * 1000 }'
cat /tmp/out
cat /tmp/err >&2
exit $status
