# global=value on staprun's command line; names and values that are wrong are refused and nothing stays loaded.

run staprun loader_globals.ko
assert_equal output "n 1 s as compiled plain 0" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
run staprun loader_globals.ko n=-42 "s=two words = one value" plain=0x10
assert_equal status 0 $rc
assert_equal output "n -42 s two words = one value plain 16" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
run staprun loader_globals.ko s=
assert_equal output "n 1 s  plain 0" "$(tr '\n' ' ' <"$out" | sed 's/ $//')"
for bad in nothing=1 array=1 n=abc n= =5 novalue; do
	run staprun loader_globals.ko "$bad"
	assert_equal "status of $bad" 1 $rc
	assert_empty "$out"
	assert_contains "$err" ERROR:
	assert_not_loaded loader_globals
done
run staprun loader_globals.ko nothing=1
assert_contains "$err" "no global variable 'nothing'"
run staprun loader_globals.ko n=abc
assert_contains "$err" "'abc' is no value for the number 'n'"
