# In the virtual machine: lines of 64 bytes into a file, by printf and stapio, and by trace_printk() and trace_pipe.

cd /tests || exit 1
batch=8000 batches=12
staprun lines.ko -o /tmp/lines &
pid=$!
until [ -e /proc/systemtap/lines/lines ] && [ -e /tmp/lines ]; do usleep 100000; done
./lines printf /proc/systemtap/lines/lines /tmp/lines $batch $batches || exit 1
kill -INT $pid
wait $pid || exit 1
rm /tmp/lines

trace=/sys/kernel/tracing
[ -e $trace/trace_pipe ] || mount -t tracefs tracefs $trace
insmod lines_by_trace.ko || exit 1
echo 4096 >$trace/buffer_size_kb
cat $trace/trace_pipe >/tmp/lines &
pid=$!
until [ -e /tmp/lines ]; do usleep 100000; done
./lines trace_pipe /proc/lines /tmp/lines $batch $batches || exit 1
kill $pid
wait $pid 2>/dev/null
rmmod lines_by_trace
