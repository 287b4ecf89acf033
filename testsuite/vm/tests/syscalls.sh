# Programs of 64 and of 32 bits.

cat >"$dir/64" <<'END'
open("/no/\"such\"\n", O_RDWR|O_LARGEFILE) = -2 (ENOENT)
open(0x1, O_RDONLY|O_CREAT, 0640) = -14 (EFAULT)
nanosleep({tv_sec=0, tv_nsec=2000}, 0x0) = 0
clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=0, tv_nsec=2000}, 0x0) = 0
writev(99, [{iov_base="wide", iov_len=4}], 1) = -9 (EBADF)
any lseek 8
tp lseek(99, -2, SEEK_CUR)
nd lseek 99 -2 SEEK_CUR
lseek(99, -2, SEEK_CUR) = -9 (EBADF)
any lseek 8 = -9
tp lseek = -9 -9 (EBADF)
ftruncate(99, 4294967301) = -9 (EBADF)
clone(CLONE_THREAD, 0x0, 0x1, 0x2, 0x0) = -22 (EINVAL)
getpid() = 1
kill(0) = 0
pipe 1
lseek 8 9999
END
cat >"$dir/32" <<'END'
open("/no/\"such\"\n", O_RDWR|O_LARGEFILE) = -2 (ENOENT)
open(0x1, O_RDONLY|O_CREAT, 0640) = -14 (EFAULT)
nanosleep({tv_sec=0, tv_nsec=1000}, 0x0) = 0
clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=0, tv_nsec=2000}, 0x0) = 0
writev(99, [{iov_base="narrow", iov_len=6}], 1) = -9 (EBADF)
any lseek 19
tp lseek(99, -2, SEEK_CUR)
nd lseek 99 -2 SEEK_CUR
lseek(99, -2, SEEK_CUR) = -9 (EBADF)
any lseek 19 = -9
tp lseek = -9 -9 (EBADF)
ftruncate64(99, 4294967301) = -9 (EBADF)
clone(CLONE_THREAD, 0x0, 0x1, 0x0, 0x2) = -22 (EINVAL)
getpid() = 1
kill(0) = 0
pipe 1
lseek 8 9999
END
for bits in 64 32; do
	run staprun -c "/vm/syscalls_target $bits" syscalls.ko
	assert_equal "status of $bits bits" 0 $rc
	sort "$dir/$bits" >"$dir/expected"
	sort "$out" | diff "$dir/expected" - >"$dir/difference" || fail "$bits bits: $(cat "$dir/difference")"
done
