# The clocks agree with date, with each other and with the timer that woke the handler.

before=$(date +%s)
run staprun library_time.ko
after=$(date +%s)
assert_equal status 0 $rc
assert_between gettimeofday_s "$before" "$after" "$(value s)"
assert_between gettimeofday_ms "$(value s)000" "$(($(value s) + 1))000" "$(value ms)"
assert_between gettimeofday_us "$(value ms)000" "$(($(value ms) + 50))999" "$(value us)"
assert_between gettimeofday_ns "$(value us)000" "$(($(value us) + 50000))999" "$(value ns)"
assert_equal HZ 250 "$(value HZ)"
assert_between "milliseconds between the probes" 950 3000 "$(value elapsed)"
# The timer counts from its arming, so the ticks are compared with the clock and not with a second.
expected=$(($(value elapsed) / 4))
assert_between jiffies $((expected - 3)) $((expected + 3)) "$(value jiffies)"
assert_between cycles 100000000 20000000000 "$(value cycles)"
