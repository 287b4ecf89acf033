# -v names what staprun and stapio do; SIGINT, SIGTERM and SIGHUP end in order: `end` output, status 0, module gone.

for signal in INT TERM HUP; do
	start staprun -v loader_basic.ko
	wait_line ready
	assert_loaded loader_basic
	stop $signal
	assert_equal "status after SIG$signal" 0 $rc
	assert_equal "last line after SIG$signal" end "$(tail -n 1 "$out")"
	assert_not_loaded loader_basic
	assert_matches "$err" 'stapio:cleanup_and_exit:[0-9]+ detach=0'
	assert_matches "$err" 'stapio:cleanup_and_exit:[0-9]+ closing control channel'
	assert_matches "$err" 'staprun:remove_module:[0-9]+ Module loader_basic removed\.'
	assert_equal "lines of messages" 3 "$(wc -l <"$err")"
done
# The option may come last, as in `staprun simple.ko -v`.
start staprun loader_basic.ko -v
wait_line ready
stop
assert_matches "$err" 'staprun:remove_module:[0-9]+ Module loader_basic removed\.'
