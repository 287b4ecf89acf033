# Clocks against /proc/uptime, a timer of the script, and the kernel's time zone.

read -r up rest </proc/uptime
run staprun library_clock.ko
assert_equal status 0 $rc
up=${up%.*}
assert_between ktime "$up" $((up + 20)) $(($(value ktime) / 1000000000))
assert_equal local 000 "$(value local)"
assert_equal cpu 0000 "$(value cpu)"
assert_equal "no such processor" "cpu_clock_ns: there is no processor -1" "$(value no_cpu)"
assert_between udelay 5000 100000 "$(value udelay)"
assert_between mdelay 20000 200000 "$(value mdelay)"
assert_equal "too long" "a delay of 1001 is not between 0 and 1000" "$(value too_long)"
assert_equal zone "0 UTC Tue Feb 29 12:34:56 2000 UTC" "$(value zone)"
elapsed=$(value elapsed)
assert_between elapsed 850 5000 "$elapsed"
set -- $(value a)
assert_between "a running stopwatch" $((elapsed - 400)) "$elapsed" "$1"
assert_between "its microseconds" "$1" $(($1 + 20)) "$2"
assert_between "its nanoseconds" "$2" $(($2 + 20)) "$3"
assert_equal "its seconds" $(($1 / 1000)) "$4"
# From start to the third hit, and from the fifth to the ninth: two periods less than the other.
set -- $1 $(value b)
assert_between "a stopwatch that stood" $(($1 - 700)) $(($1 - 150)) "$2"
assert_equal "a deleted stopwatch" 0 "$3"
# A timer whose function is called is pending no more.
assert_equal pending 0 "$(value pending)"
