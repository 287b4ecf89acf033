# What the end probe prints is there, however much came before it: it waits for room, and the reader takes all.

load_begin 2
i=0
while [ $i -lt 10 ]; do
	start staprun stress_last.ko
	finish
	assert_equal "status of round $i" 0 $rc
	assert_equal "last line of round $i" "the last line" "$(tail -n 1 "$out")"
	i=$((i + 1))
done
load_end
