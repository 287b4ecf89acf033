# Each function of the library from where probes may be: in processes, interrupts, the scheduler, under locks that the function might want
# itself (of a runqueue, of the clocks, of the list of tasks, of renames), in page faults, in a task that is about to be gone, in a thread
# of the kernel. Every place is visited thrice, by all functions; those that should say everywhere the same do, and who runs, and where,
# is told right. That nothing hangs and the kernel does not complain is what run.sh looks at. The script is made by library_contexts.awk and
# not optimized: calls stay whose results nobody wants.

contexts="begin clock enqueue exit fault irq page_fault profile rename return softirq switch tasks timer waking worker"

visited_all()
{
	[ "$(grep -c '^visited ' "$out")" = $(echo "$contexts" | wc -w) ]
}

start staprun library_contexts.ko
wait_armed
i=0
until visited_all || [ $i = 100 ]; do
	mkdir -p $dir/a && mv $dir/a $dir/b && rmdir $dir/b
	echo "some output $i" >/dev/ttyS0
	dd if=/dev/zero of=/dev/null bs=1 count=50 2>/dev/null
	sh -c ':' && usleep 100000
	i=$((i + 1))
done
stop
assert_equal status 0 $rc
sed -n -E '/^(visited|wrong|different|functions) /p' "$out" >$dir/told
mv $dir/told "$out"
assert_lacks "$out" "wrong "
assert_lacks "$out" "different "
for context in $contexts; do
	assert_matches "$out" "visited $context with all"
done
[ "$(value functions)" -gt 500 ] || fail "too few functions"
