# Wrong options and files: a message that says what is wrong, status 1, nothing loaded.

# refused TEXT COMMAND...
refused()
{
	local text=$1
	shift
	run "$@"
	assert_equal "status of $*" 1 $rc
	assert_empty "$out"
	assert_contains "$err" "$text"
	assert_not_loaded loader_errors
}

refused "unknown option '-Z'" staprun -Z loader_errors.ko
refused "unknown option '--nonsense'" staprun --nonsense loader_errors.ko
refused "option '-o' needs an argument" staprun loader_errors.ko -o
refused "which module?" staprun
refused "cannot open module 'no_such_file.ko': No such file or directory" staprun no_such_file.ko
refused "/systemtap/no_such_name.ko': No such file or directory" staprun no_such_name
refused "not a regular file" staprun /tmp
refused "'./loader_errors.sh' is not a kernel module" staprun ./loader_errors.sh
: >$dir/empty.ko
refused "is not a kernel module" staprun $dir/empty.ko
head -c 3000 loader_errors.ko >$dir/cut.ko
refused "is not a kernel module" staprun $dir/cut.ko
refused "not one made by stap" staprun loader_errors_foreign.ko
if [ -f loader_errors_other ]; then
	refused "was compiled for kernel $(cat loader_errors_other)" staprun loader_errors_other.ko
	assert_contains "$err" "this is kernel $(uname -r)"
fi
assert_equal "modules of stap" "" "$(cut -d' ' -f1 /proc/modules | grep loader_)"
refused "no module 'loader_errors' of stap is loaded" staprun -d loader_errors
refused "no module 'loader_errors' of stap is loaded" staprun -A loader_errors
refused "exclude each other" staprun -A -d loader_errors

start staprun loader_errors.ko
wait_line ready
cp "$out" $dir/first
first=$pid
run staprun loader_errors.ko
assert_equal "status of the second load" 1 $rc
assert_contains "$err" "module 'loader_errors' is already loaded"
run staprun -A loader_errors
assert_equal "status of a second stapio" 1 $rc
assert_contains "$err" "in use"
run staprun -d loader_errors
assert_equal "status of -d while it is in use" 1 $rc
assert_loaded loader_errors
pid=$first
stop
assert_equal "status of the first" 0 $rc

run staprun --version
assert_equal "status of --version" 0 $rc
assert_contains "$out" "staprun"
run staprun --help
assert_equal "status of --help" 0 $rc
assert_contains "$out" "Usage: staprun"

# A module of the kernel's own is not removed, whoever asks.
own=$(cut -d' ' -f1 /proc/modules | head -n 1)
if [ -n "$own" ]; then
	run staprun -d "$own"
	assert_equal "status of -d $own" 1 $rc
	assert_loaded "$own"
fi
