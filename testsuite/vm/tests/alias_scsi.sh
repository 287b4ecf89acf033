# scsi.*: one command that a program has made and that is known by its size, from the request to its end; a rescan; states that are set; then a drive for CDs.

scsi_debug_parameters="dev_size_mb=16 delay=1"
load_modules alias_scsi.modules
wait_until 30 test -b /dev/sda
sleep 1
start staprun alias_scsi.ko
wait_armed
place=$(ls /sys/block/sda/device/scsi_disk)
number=$(cat /sys/block/sda/dev) timeout=$(cat /sys/block/sda/device/timeout)
assert_equal write 12288 "$(./direct write /dev/sda 16 12288)"
echo 'printf rescan >/proc/self/comm; echo 1 >/sys/block/sda/device/rescan' >"$dir/rescan.sh"
sh "$dir/rescan.sh"
echo offline >/sys/block/sda/device/state
offline=$(cat /sys/block/sda/device/state)
echo running >/sys/block/sda/device/state
wait_until 30 rmmod scsi_debug
insmod alias_scsi.modules/*-scsi_debug.ko dev_size_mb=16 ptype=5 || fail "a drive for CDs"
wait_until 30 test -b /dev/sr0
dd if=/dev/sr0 of=/dev/null bs=2048 count=4 2>/dev/null
stop
cd_number=$(cat /sys/block/sr0/dev)
unload_modules
assert_equal status 0 $rc
assert_matches "$out" "entry $number running"
assert_matches "$out" "sd $number running"
assert_matches "$out" "dispatching $place running 1TO_DEVICE 12288"
assert_matches "$out" "done $place running TO_DEVICE 1"
assert_matches "$out" "completed $place running TO_DEVICE 12288"
assert_matches "$out" "execute $place FROM_DEVICE 1 $timeout 3"
assert_matches "$out" "state $place running $offline 2 6"
assert_matches "$out" "state $place $offline running 6 2"
assert_matches "$out" "sr $cd_number running"
assert_equal states "UNKNOWN created running cancel deleted quiesce offline transport-offline blocked created-blocked UNKNOWN " "$(value states)"
assert_equal directions BIDIRECTIONALTO_DEVICEFROM_DEVICENONEUNKNOWN "$(value directions)"
assert_equal faults 2 "$(grep -c '^fault read fault' "$out")"
assert_equal seen 1 "$(value seen)"
assert_equal wrong 0 "$(value wrong)"
