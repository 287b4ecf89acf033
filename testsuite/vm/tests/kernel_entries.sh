tracing=/sys/kernel/debug/tracing
cat >$dir/command <<END
cd $dir
sed -n 's/^\([^ ]*\) (\([0-9]*\)).*>\([a-z_]*\).*/\1 \2 \3/p' $tracing/enabled_functions | sort >functions
grep tracing_open_generic /sys/kernel/debug/kprobes/list >kprobes
exec mkdir 1 2 3
END
run staprun kernel_entries.ko -c "sh $dir/command"
assert_equal status 0 $rc
assert_empty "$err"
# Name, how many want to see it, and what is called.
if grep -q ' fprobe_handler$' /proc/kallsyms; then
	assert_equal "functions with fentry, two with an fprobe for all returns beside the entries', one with that alone" \
		"vfs_mkdir 2 arch_ftrace_ops_list_func, vfs_rmdir 2 arch_ftrace_ops_list_func, vfs_unlink 1 fprobe_handler, " \
		"$(sed 's/$/,/' <$dir/functions | tr '\n' ' ')"
else
	assert_equal "functions with fentry, all with one callback" \
		"vfs_mkdir 1 stp_fentry_callback, vfs_rmdir 1 stp_fentry_callback, vfs_unlink 1 stp_fentry_callback, " \
		"$(sed 's/$/,/' <$dir/functions | tr '\n' ' ')"
fi
assert_equal "kprobes on what has no fentry" 2 "$(wc -l <$dir/kprobes)"
assert_equal output "ready
mkdir 1: 3
mkdir 2: 6
mkdir return 1: 3
mkdir return 2: 3
mkdir return 3: 3" "$(cat "$out")"
assert_empty $tracing/enabled_functions
run staprun kernel_entries.ko -c "rmdir $dir/1 $dir/2"
assert_equal rmdir "rmdir 1: 4" "$(tail -1 "$out")"
echo 1 >$dir/file
run staprun kernel_entries.ko -c "unlink $dir/file"
assert_equal unlink "unlink return 1: 1" "$(tail -1 "$out")"
run staprun kernel_entries.ko -c "cp $tracing/README $dir/readme"
assert_equal open "open 1: 2" "$(tail -1 "$out")"
