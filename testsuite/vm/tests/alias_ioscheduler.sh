# ioscheduler.*, ioscheduler_trace.*: requests under mq-deadline, some of which scsi_debug gives back at first; what is done,
# the kernel counts as well.

# Reads, writes, discards, flushes.
requests()
{
	awk '{ print $1 + $5 + $12 + $16 }' /sys/block/sda/stat
}

scsi_debug_parameters="dev_size_mb=16 delay=1"
load_modules alias_ioscheduler.modules
wait_until 30 test -b /dev/sda
sleep 1
echo mq-deadline >/sys/block/sda/queue/scheduler || fail scheduler
scheduler=$(sed 's/.*\[\(.*\)\].*/\1/' /sys/block/sda/queue/scheduler)
start staprun alias_ioscheduler.ko
wait_armed
before=$(requests)
assert_equal write 12288 "$(./direct write /dev/sda 16 12288)"
dd if=/dev/sda of=/dev/null bs=64k count=16 2>/dev/null
echo 0x8000 >/sys/bus/pseudo/drivers/scsi_debug/opts
echo 3 >/sys/bus/pseudo/drivers/scsi_debug/every_nth
i=0
while [ $i -lt 20 ]; do
	assert_equal write 4096 "$(./direct write /dev/sda 64 4096)"
	i=$((i + 1))
done
after=$(requests)
stop
number=$(cat /sys/block/sda/dev)
unload_modules
assert_equal status 0 $rc
# REQ_OP_WRITE is 1.
assert_matches "$out" "added $number $scheduler 1 1"
assert_equal added 1 "$(value added_all)"
assert_equal issued 1 "$(value issued_all)"
assert_equal completed 1 "$(value completed_all)"
assert_between requeued 3 1000 "$(value requeued)"
assert_equal "issued again" 1 "$(value more_issued)"
assert_equal "requests done" $((after - before)) "$(value completed_count)"
assert_equal plugs 1 "$(value plugs)"
assert_equal "bytes written" $((12288 + 20 * 4096)) "$(value bytes)"
assert_equal faults 2 "$(grep -c '^fault read fault' "$out")"
assert_equal wrong 0 "$(value wrong)"
