# Each timer's count after two seconds; a machine that is late may lose some, none may fire too often.

run staprun probe_timers.ko
assert_equal status 0 $rc
assert_empty "$err"
assert_equal s 2 "$(value s)"
assert_equal sec 2 "$(value sec)"
for unit in ms us ns hz random; do
	assert_between $unit 60 115 "$(value $unit)"
done
for unit in msec usec nsec; do
	assert_between $unit 30 52 "$(value $unit)"
done
assert_between jiffies 50 102 "$(value jiffies)"
assert_between jiffies_random 45 140 "$(value jiffies_random)"
assert_equal "a timer of 95 years" "" "$(value never)"
