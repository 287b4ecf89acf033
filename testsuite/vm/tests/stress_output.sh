# Much output comes whole and in order; what the reader is too slow for is counted, reported, and lost in whole records.

# check_lines FILE: ascending numbers, each line whole; sets count
check_lines()
{
	count=$(awk '/^ready$/ { next }
		!/^1[0-9][0-9][0-9][0-9][0-9][0-9] 0123456789012345678901234567890123456789$/ { print "bad line " NR ": " $0; exit }
		$1 < next_ { print "line " NR " is out of order"; exit }
		{ next_ = $1 + 1; n++ }
		END { print n }' "$1")
}

mount -t tmpfs -o size=100m big $dir || fail mount
run staprun stress_output.ko -o $dir/output
assert_equal status 0 $rc
check_lines $dir/output
lost=$(sed -n 's/^WARNING: There were \([0-9]*\) transport failures.*/\1/p' "$err")
echo "lines: $count, lost records: ${lost:-0}"
if [ "$count" != 600000 ]; then
	assert_between "lost records" 1 1000000 "${lost:-0}"
else
	assert_empty "$err"
fi
assert_between "lines that came" 300000 600000 "$count"
rm $dir/output

# A slow reader.
run sh -c "staprun stress_output.ko 2>$dir/slow | (sleep 3; cat) >$dir/output"
check_lines $dir/output
lost=$(sed -n 's/^WARNING: There were \([0-9]*\) transport failures.*/\1/p' $dir/slow)
assert_between "lost records with a slow reader" 1 1000000 "${lost:-0}"
assert_between "lines with a slow reader" 20000 599999 "$count"
umount -l $dir
