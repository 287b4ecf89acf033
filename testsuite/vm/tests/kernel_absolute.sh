# Absolute addresses (kernel_absolute.stap): hit as often as a command calls, and refused where no code is.
# place LINE HEX...: the bytes of an address into the module's file, where the line of kernel_absolute.offsets says
place()
{
	local offset=$(sed -n "$1p" kernel_absolute.offsets) bytes
	bytes=$(echo "$2" | sed 's/\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)/\\x\8\\x\7\\x\6\\x\5\\x\4\\x\3\\x\2\\x\1/')
	printf "$bytes" | dd of=$dir/kernel_absolute.ko bs=1 seek=$offset conv=notrunc 2>/dev/null
}
# refused COUNT: so many probes have a warning, and those that are placed nowhere are among them
refused()
{
	assert_equal status 0 $rc
	assert_equal warnings $1 "$(wc -l <"$err")"
	assert_equal refusals $1 "$(grep -c '^WARNING: probe .* registration error \[man warning::pass5\] (rc -[0-9]*)$' "$err")"
	for probe in 'kernel.statement(0x8)' 'kprobe.statement(0x400000)' 'kprobe.statement(0x8000000000000000)' 'kprobe.statement(0xffffffffffffffff)'; do
		assert_contains "$err" "WARNING: probe $probe.absolute (identifier 'k"
	done
}

# As it is, there is code at none of its addresses.
run staprun kernel_absolute.ko -c "mkdir $dir/none"
refused 9
assert_equal "output of nothing" '0 entries, 0 middles, wrong 0' "$(tail -n 1 "$out")"

eval "$(sed -n 's/^\([0-9a-f]*\) . \(vfs_mkdir\|start_kernel\|init_task\)$/\2=\1/p' /proc/kallsyms)"
read offset pushed <kernel_absolute.pushed
middle=$(printf %x $((0x$vfs_mkdir + offset)))
cp kernel_absolute.ko $dir
place 1 $vfs_mkdir
place 2 $middle
place 3 $(printf %x $((0x$middle + 1)))
place 4 $start_kernel
place 5 $init_task
run staprun $dir/kernel_absolute.ko -c "cd $dir; exec mkdir 1 2 3 4 5"
refused 7
assert_equal output "entry vfs_mkdir 0x$vfs_mkdir
middle vfs_mkdir 0x$middle, $pushed pushed
5 entries, 5 middles, wrong 0" "$(cat "$out")"
