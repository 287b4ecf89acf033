# SPDX-License-Identifier: GPL-2.0-or-later
# guest.sh - functions for the tests that are scripts in the guest.  Sourced there by busybox's ash, in /vm.
#
# `name` is the test, `dir` a folder of its own.  Any failed assertion ends the test.

cd /vm || exit 1
dir=/tmp/$name
out=$dir/out err=$dir/err	# of the last `run` or `start`

fail()
{
	echo "$*"
	if [ -s "$out" ]; then
		echo "standard output was:"
		head -n 20 "$out"
	fi
	if [ -s "$err" ]; then
		echo "standard error was:"
		head -n 20 "$err"
	fi
	exit 1
}

# run COMMAND...: to its end; sets rc
run()
{
	"$@" >"$out" 2>"$err"
	rc=$?
}

# start COMMAND...: in the background; sets pid
start()
{
	: >"$out"
	: >"$err"
	"$@" >"$out" 2>"$err" &
	pid=$!
}

# finish: wait for what `start` started; sets rc
finish()
{
	wait "$pid"
	rc=$?
}

# stop [SIGNAL]: end what `start` started by a signal, and wait; sets rc
stop()
{
	kill "-${1:-INT}" "$pid" || fail "process $pid is gone"
	finish
}

# wait_until SECONDS COMMAND...: until the command succeeds
wait_until()
{
	local steps=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		steps=$((steps - 1))
		[ $steps -gt 0 ] || fail "did not come to pass: $*"
		usleep 50000
	done
}

# wait_line TEXT [FILE]: until a line of the output is TEXT
wait_line()
{
	wait_until 30 grep -q -x -F -e "$1" "${2:-$out}"
}

# wait_armed [FILE]: until all probes of a script are armed; one is on do_rmdir and prints "armed".  `begin` probes say nothing about
# that: they run before.
wait_armed()
{
	wait_until 30 probed "${1:-$out}"
	wait_started
}

probed()
{
	rmdir /no/such/folder 2>/dev/null
	grep -q -x armed "$1"
}

# wait_started: until no stapio waits for its module to start, which is an ioctl(2) of a thread; twice, since the thread may begin
# between a look at what threads there are and one at what they do
wait_started()
{
	wait_until 30 started
}

started()
{
	waits_for_nothing && waits_for_nothing
}

waits_for_nothing()
{
	local process processes=$(pidof stapio)
	[ -n "$processes" ] || return 1
	for process in $processes; do
		cat /proc/$process/task/*/syscall
	done >/tmp/started
	! grep -q -E '^(running|16 )' /tmp/started
}

gone()
{
	! kill -0 "$1" 2>/dev/null
}

loaded()
{
	grep -q "^$1 " /proc/modules
}

not_loaded()
{
	! loaded "$1"
}

assert_loaded()
{
	loaded "$1" || fail "module $1 is not loaded"
}

assert_not_loaded()
{
	not_loaded "$1" || fail "module $1 is loaded"
}

# assert_equal WHAT EXPECTED GOT
assert_equal()
{
	[ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# assert_between WHAT LEAST MOST GOT
assert_between()
{
	[ "$4" -ge "$2" ] && [ "$4" -le "$3" ] || fail "$1: expected $2 to $3, got '$4'"
}

# assert_contains FILE TEXT: somewhere in a line
assert_contains()
{
	grep -q -F -e "$2" "$1" || fail "'$2' is not in $1"
}

# assert_matches FILE REGEX: a whole line
assert_matches()
{
	grep -q -x -E -e "$2" "$1" || fail "no line of $1 matches '$2'"
}

assert_lacks()
{
	! grep -q -F -e "$2" "$1" || fail "'$2' is in $1"
}

assert_empty()
{
	[ ! -s "$1" ] || fail "$1 is not empty: $(head -n 5 "$1")"
}

# value NAME [FILE]: what stands after "NAME " at the beginning of a line of the output, the last such line
value()
{
	sed -n "s/^$1 //p" "${2:-$out}" | tail -n 1
}

# read_on_four COUNT: one dd on each of four CPUs, at once, that reads and writes COUNT bytes one by one
read_on_four()
{
	local cpu children=
	for cpu in 0 1 2 3; do
		taskset $((1 << cpu)) dd bs=1 count="$1" if=/dev/zero of=/dev/null 2>/dev/null &
		children="$children $!"
	done
	wait $children
}

# load_modules FOLDER: those that bring_modules has put there, but for what is loaded already; parameters of NAME are in
# NAME_parameters.  unload_modules takes them out again.
load_modules()
{
	local file module
	modules_loaded=
	for file in "$1"/*.ko; do
		module=$(basename "$file" .ko | sed 's/^[0-9]*-//; s/-/_/g')
		not_loaded "$module" || continue
		eval insmod "$file" "\${${module}_parameters:-}" || fail "insmod $module"
		modules_loaded="$module $modules_loaded"
	done
}

unload_modules()
{
	local module
	for module in $modules_loaded; do
		wait_until 30 rmmod "$module"
	done
}

# load_begin N: N busy processes that read, write, fork; load_end stops them
load_begin()
{
	local i
	load_pids=
	for i in $(seq "$1"); do
		(
			while :; do
				dd if=/dev/zero of=/dev/null bs=1 count=2000 2>/dev/null
				cat /proc/self/maps /proc/stat >/dev/null
			done
		) &
		load_pids="$load_pids $!"
	done
}

load_end()
{
	kill $load_pids
	wait $load_pids 2>/dev/null
	load_pids=
}

# disk_begin FOLDER [PARTITION [PARAMETER...]]: scsi_debug's disk /dev/sda, of 32 MB of memory, with a file system in $dir/disk, which
# is on the whole disk or on one of its two partitions; the modules are those that bring_modules has put into the folder.
# disk_delay JIFFIES: how long each request takes from now on.  disk_end takes it away.
disk_begin()
{
	local device=/dev/sda${2:-} folder=$1
	scsi_debug_parameters="dev_size_mb=32 delay=0"
	[ -z "${2:-}" ] || scsi_debug_parameters="$scsi_debug_parameters num_parts=2"
	[ $# -lt 3 ] || { shift 2; scsi_debug_parameters="$scsi_debug_parameters $*"; }
	load_modules "$folder"
	wait_until 30 test -b "$device"
	mke2fs -b 4096 "$device" >/dev/null 2>&1 || fail mke2fs
	mkdir "$dir/disk" && mount -t ext2 "$device" "$dir/disk" || fail mount
	sync
}

disk_delay()
{
	echo "$1" >/sys/bus/pseudo/drivers/scsi_debug/delay || fail "delay $1"
}

disk_end()
{
	disk_delay 0
	umount "$dir/disk"
	unload_modules
}
