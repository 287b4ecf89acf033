# An administrator's io.stp, who reads most, as he has published it (in 2013, for Linux 2.6.18), in both of its forms: with arguments, and
# with a global that staprun sets.

# well_formed FILE: tables of at most five lines as his, those with most reads first; the last table is END's
well_formed()
{
	awk -F --- '
		/^(END:)?[*]+$/ { if (ended) exit 1; ended = /^END/; rows = 0; tables++; next }
		NF != 4 || $1 !~ /^[0-9]+$/ || $3 !~ /^[0-9]+$/ || $4 !~ /^[0-9]+$/ || ++rows > 5 || (rows > 1 && $3 + 0 > before) { exit 1 }
		{ before = $3 + 0 }
		END { if (!ended || tables < 2) exit 1 }' "$1" || fail "not as published"
}

start staprun seed_io.ko
wait_until 30 grep -q -x '[*]*' "$out"
dd if=/dev/zero of=/dev/null bs=100 count=3000 2>/dev/null
finish
assert_equal status 0 $rc
well_formed "$out"
assert_between tables 2 3 "$(grep -c -x '[*]*' "$out")"
sed -n '/^END/,$p' "$out" >"$dir/end"
assert_matches "$dir/end" '[0-9]+---dd---3000---300000'

started=$(cut -d' ' -f1 /proc/uptime)
start staprun seed_io_interval.ko interval=2
wait_until 30 grep -q -x '[*]*' "$out"
cut -d' ' -f1 /proc/uptime | awk -v started="$started" '$1 - started < 2 { exit 1 }' || fail "the interval is not that of staprun"
dd if=/dev/zero of=/dev/null bs=100 count=3000 2>/dev/null
stop
assert_equal status 0 $rc
well_formed "$out"
sed -n '/^END/,$p' "$out" >"$dir/end"
assert_matches "$dir/end" '[0-9]+---dd---3000---300000'
