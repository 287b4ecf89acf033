# -M: the head of the terminal tells how the script is, and the rest of the terminal scrolls; at the end all of it does.
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts || fail "no terminals"

run ./loader_monitor_terminal 24 staprun -M 1 loader_monitor.ko
assert_equal status 0 $rc
escape=$(printf '\033')
assert_contains $out "$escape[5;24r"
assert_contains $out "$escape[1;1H$escape[2Kloader_monitor: "
assert_contains $out "loader_monitor: running for 2 s"
assert_contains $out "skipped hits 0"
assert_contains $out "$escape[r"
assert_contains $out "line 20"
tr '\033' '\n' <$out >$dir/parts
grep -E 'H$|probes armed' $dir/parts >$dir/heads
assert_between "heads" 3 5 "$(grep -c 'probes armed 3, not armed 0; errors [0-9]*; records written [0-9]*, lost 0$' $dir/heads)"
# What they count grows: errors to 3, records with the lines.
set -- $(sed -n 's/.*errors \([0-9]*\); records written \([0-9]*\).*/\1 \2/p' $dir/heads | tail -n 1)
assert_equal errors 3 $1
assert_between records 20 45 $2

# A small terminal has no room for it, and the script runs all the same.
run ./loader_monitor_terminal 9 staprun -M 1 loader_monitor.ko
assert_equal status 0 $rc
assert_lacks $out "probes armed"
assert_contains $out "line 20"

run staprun -M 1 loader_monitor.ko
assert_equal "status without a terminal" 1 $rc
assert_contains $err "ERROR: -M shows the script's state on a terminal, and standard error is none."
assert_not_loaded loader_monitor
for options in "-M 0" "-M x" "-M 1 -L" "-M 1 -D -o $dir/file"; do
	run staprun $options loader_monitor.ko
	assert_equal "status of $options" 1 $rc
	assert_contains $err "-M"
done
