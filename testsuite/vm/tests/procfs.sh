# As the script's first line says.
folder=/proc/systemtap/procfs

start staprun procfs.ko
wait_until 30 test -e $folder/command
assert_equal "a first read" "nothing yet, read 1" "$(cat $folder/kept)"
echo "by echo" >$folder/kept
assert_equal "what was written is read" "by echo" "$(cat $folder/kept | head -n 1)"
assert_equal "a long file's size" 2500 "$(wc -c <$folder/deep/in/list)"
assert_equal "its last line" "line  99 of twenty bytes" "$(tail -n 1 $folder/deep/in/list)"
assert_equal "its mode" 400 "$(stat -c %a $folder/deep/in/list)"
assert_equal "the mode of both directions" 666 "$(stat -c %a $folder/kept)"
cat $folder/command 2>/dev/null && fail "a file for writing was read"
cat $folder/fails 2>/dev/null && fail "a handler that fails gave a content"
echo "stop" >$folder/command
finish
assert_equal "status, after the error" 1 $rc
assert_equal output "written: by echo
command: stop" "$(cat "$out")"
assert_contains "$err" "division by 0"
[ ! -e $folder ] || fail "its folder has stayed"
