tracing=/sys/kernel/debug/tracing
cat >$dir/command <<END
cd $dir
sed -n 's/ .*>/ /p' $tracing/enabled_functions | sed 's/+.*//' | sort >functions
grep -c '^[^ ]* (1).*tramp: .*>stp_fentry_callback' $tracing/enabled_functions >callbacks
grep tracing_open_generic /sys/kernel/debug/kprobes/list >kprobes
exec mkdir 1 2 3
END
run staprun kernel_entries.ko -c "sh $dir/command"
assert_equal status 0 $rc
assert_empty "$err"
assert_equal "functions with fentry" "vfs_mkdir stp_fentry_callback vfs_rmdir stp_fentry_callback vfs_unlink stp_fentry_callback" \
	"$(tr '\n' ' ' <$dir/functions | sed 's/ $//')"
assert_equal "functions with one callback, ours" 3 "$(cat $dir/callbacks)"
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
