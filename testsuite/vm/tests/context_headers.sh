# As the script's first line says; headers need no debuginfo.
run staprun -c "sleep 1.25" context_headers.ko
assert_equal status 0 $rc
assert_empty "$err"
assert_equal output "1.250000000 {.tv_sec=1, .tv_nsec=250000000}
1 \"sleep\"
\"$(uname -r)\"
120
SOCK_STREAM SOCK_SEQPACKET SOCK_PACKET -7
read fault [man error::fault] at 0x18
read fault [man error::fault] at 0xfffffffffffff001
ERROR
1 250000000 1 1
read fault [man error::fault] at 0xf" "$(grep -v thread "$out")"
assert_equal "registers of what is no process" "a kernel thread has no registers of user space" "$(grep thread "$out")"
