# tty.*: what a program does with a pseudo terminal (alias_tty.guest.c), and the terminals of a module.

mkdir -p /dev/pts
grep -q ' /dev/pts ' /proc/mounts || mount -t devpts devpts /dev/pts || fail "no pseudo terminals"
start staprun alias_tty.ko
wait_armed
insmod alias_tty_target.ko || fail insmod
./terminals >$dir/said || fail "the program failed"
wait_until 30 rmmod alias_tty_target	# the terminal is released later
stop
assert_equal status 0 $rc
assert_empty "$err"

# The slave's name and inode.
set -- $(value slave $dir/said)
cat >$dir/expected <<EOF
register stp_terminals ttySTP 1 alias_tty_target
init pty_master ptm kernel
init pty_slave pts kernel
open $1 $2 0x3 0x8902
ioctl ptm$1 0x5414 1
resize pts$1 0 0 0 0 40 100 640 480
ioctl pts$1 0x5414 1
resize pts$1 40 100 640 480 41 100 640 480
write ptmx pty_master 6 hello\n
poll $1 1
read $1 pty_slave 77 room
write $1 pty_slave 6 answer
write $1 pty_slave 8 part1
release $1 $2 0x3 0x8802 1
release ptmx $(stat -c %i /dev/ptmx) 0x3 0x8002 1
init stp_terminals ttySTP alias_tty_target
unregister stp_terminals ttySTP 1 alias_tty_target
EOF
grep -v -x -E 'armed|receive .*' "$out" | diff $dir/expected - >$dir/diff || fail "events: $(cat $dir/diff)"
# In pieces, whenever a worker comes to it; fp has flags, all of them 0, or there are none.
assert_equal "what the slave got" "receive pty_slave pts$1 $1 136:$1 6 hello\n " "$(grep pty_slave "$out" | grep ^receive)"
assert_equal "what the master got" 'hello\r\nanswerpart1two' "$(sed -n "s/^receive pty_master ptm$1 $1 128:$1 [0-9]* \(.*\) \$/\1/p" "$out" | tr -d '\n')"
assert_equal "bytes that the master got" 21 "$(awk '$1 == "receive" && $2 == "pty_master" { sum += $6 } END { print sum }' "$out")"
