# What the end probe prints comes last and is there, however much came before it: it waits for room, and the reader takes
# all.  (The line before it may be cut: a record that found no room is lost, and counted.)

load_begin 2
i=0
while [ $i -lt 10 ]; do
	start staprun stress_last.ko
	finish
	assert_equal "status of round $i" 0 $rc
	assert_equal "end of round $i" "the last line" "$(tail -c 14 "$out")"
	i=$((i + 1))
done
load_end
