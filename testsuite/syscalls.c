// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes every system call that a program can make and go on, with arguments that are known.  Most
 * fail, harmlessly; what counts is how their arguments are shown.  syscalls.test runs it under strace
 * and under syscall.*, and compares.  It is linked statically without a position-independent part, so
 * that addresses are the same each time, and calls the kernel by itself, not through the C library.
 * vhangup() is missing: it ends a virtual machine's console.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

/* Newer than the C library's headers may be. */
#define NR_cachestat 451
#define NR_fchmodat2 452
#define NR_map_shadow_stack 453
#define NR_futex_wake 454
#define NR_futex_wait 455
#define NR_futex_requeue 456
#define NR_statmount 457
#define NR_listmount 458
#define NR_lsm_get_self_attr 459
#define NR_lsm_set_self_attr 460
#define NR_lsm_list_modules 461
#define NR_mseal 462

static long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

#define PICK(a, b, c, d, e, f, g, name, ...) name
#define L(x) ((long)(x))
#define C(...) PICK(__VA_ARGS__, C6, C5, C4, C3, C2, C1, C0)(__VA_ARGS__)
#define C0(n) call(n, 0, 0, 0, 0, 0, 0)
#define C1(n, a) call(n, L(a), 0, 0, 0, 0, 0)
#define C2(n, a, b) call(n, L(a), L(b), 0, 0, 0, 0)
#define C3(n, a, b, c) call(n, L(a), L(b), L(c), 0, 0, 0)
#define C4(n, a, b, c, d) call(n, L(a), L(b), L(c), L(d), 0, 0)
#define C5(n, a, b, c, d, e) call(n, L(a), L(b), L(c), L(d), L(e), 0)
#define C6(n, a, b, c, d, e, f) call(n, L(a), L(b), L(c), L(d), L(e), L(f))

static char buffer[65536];
static char file[] = "/tmp/sys-file", folder[] = "/tmp/sys-folder", other[] = "/tmp/sys-other";
static char missing[] = "/no/such\n\"file\"", attribute[] = "user.x";
static struct timespec soon = { 0, 1000 };
static struct timeval soon_too = { 0, 10 };
static struct itimerval timer = { { 0, 0 }, { 100, 500 } };
static struct itimerspec timer_spec = { { 1, 2 }, { 3000000000, 4 } };
static uint64_t set = 1 << (SIGUSR1 - 1) | 1 << (SIGCHLD - 1);
static struct iovec vector[2] = { { "one", 3 }, { "two\n", 4 } };
static struct iovec into[2] = { { buffer, 10 }, { buffer, 5 } };
static struct sockaddr_in address = { AF_INET, 0x5000, { 0x0100007f }, { 0 } };
static struct sockaddr_in6 address6 = { .sin6_family = AF_INET6, .sin6_port = 0x5000, .sin6_addr.s6_addr[15] = 1 };
static struct sockaddr_un local = { AF_UNIX, "/tmp/sys-socket" };
static struct pollfd fds[2] = { { 0, POLLIN | POLLPRI, 0 }, { 1, POLLOUT, 0 } };
static fd_set few;
static int one = 1, pair[2];
static char *arguments[] = { "sys", "a \"b\"", NULL }, *environment[] = { "A=1", NULL };
static long nodes = 1;

struct kernel_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

__attribute__((naked)) static void restorer(void)
{
	__asm__("mov $15, %eax\n\tsyscall");
}

static void on_signal(int number)
{
	(void)number;
}

static void files(void)
{
	long fd, fd2, dir, n;

	C(SYS_mkdir, folder, 0755);
	fd = C(SYS_open, file, O_RDWR | O_CREAT | O_TRUNC, 0640);
	C(SYS_open, missing, O_RDONLY | O_NOFOLLOW);
	C(SYS_open, 1, O_WRONLY | O_APPEND | O_CLOEXEC);
	fd2 = C(SYS_openat, AT_FDCWD, other, O_RDWR | O_CREAT | O_EXCL | O_SYNC, 0600);
	dir = C(SYS_openat, AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	C(SYS_openat2, AT_FDCWD, missing,
	  &((struct open_how){ O_RDWR | O_CREAT, 0644, RESOLVE_NO_XDEV | RESOLVE_IN_ROOT }), 24);
	n = C(SYS_creat, "/tmp/sys-created", 0604);
	C(SYS_close, n);
	C(SYS_write, fd, "hello\t\"world\"\n\001\0019", 17);
	C(SYS_pwrite64, fd, "xyz", 3, 0x100000002);
	C(SYS_writev, fd, vector, 2);
	C(SYS_pwritev, fd, vector, 2, 7, 0);
	C(SYS_pwritev2, fd, vector, 1, 9, 0, 2);
	C(SYS_lseek, fd, 3, SEEK_SET);
	C(SYS_lseek, fd, -1, SEEK_END);
	C(SYS_read, fd, buffer, 10);
	C(SYS_pread64, fd, buffer, 10, 4);
	C(SYS_readv, fd, into, 2);
	C(SYS_preadv, fd, into, 2, 5, 0);
	C(SYS_preadv2, fd, into, 2, 5, 0, 8);
	C(SYS_stat, file, buffer);
	C(SYS_lstat, file, buffer);
	C(SYS_fstat, fd, buffer);
	C(SYS_newfstatat, AT_FDCWD, file, buffer, AT_SYMLINK_NOFOLLOW);
	C(SYS_newfstatat, fd, "", buffer, AT_EMPTY_PATH);
	C(SYS_statx, AT_FDCWD, file, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW, STATX_SIZE | STATX_BTIME, buffer);
	C(SYS_statfs, "/", buffer);
	C(SYS_fstatfs, fd, buffer);
	C(SYS_ustat, 0x801, buffer);
	C(SYS_access, file, R_OK | W_OK);
	C(SYS_access, file, F_OK);
	C(SYS_faccessat, AT_FDCWD, file, X_OK);
	C(SYS_faccessat2, AT_FDCWD, file, R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW);
	C(SYS_chmod, file, 04755);
	C(SYS_fchmod, fd, 0600);
	C(SYS_fchmodat, AT_FDCWD, file, 0640);
	C(NR_fchmodat2, AT_FDCWD, file, 0641, AT_SYMLINK_NOFOLLOW);
	C(SYS_chown, file, 1, 2);
	C(SYS_fchown, fd, -1, 0);
	C(SYS_lchown, file, 0, -1);
	C(SYS_fchownat, AT_FDCWD, file, 3, 4, AT_SYMLINK_NOFOLLOW);
	C(SYS_utime, file, &((struct utimbuf){ 100, 200 }));
	C(SYS_utimes, file, ((struct timeval[]){ { 1, 2 }, { 3, 4 } }));
	C(SYS_futimesat, AT_FDCWD, file, ((struct timeval[]){ { 5, 6 }, { 7, 8 } }));
	C(SYS_utimensat, AT_FDCWD, file, ((struct timespec[]){ { 9, 10 }, { 0, UTIME_OMIT } }), AT_SYMLINK_NOFOLLOW);
	C(SYS_truncate, file, 100);
	C(SYS_ftruncate, fd, 50);
	C(SYS_fallocate, fd, 1, 10, 20);
	C(SYS_fadvise64, fd, 0, 100, POSIX_FADV_WILLNEED);
	C(SYS_readahead, fd, 0, 100);
	C(SYS_fsync, fd);
	C(SYS_fdatasync, fd);
	C(SYS_sync_file_range, fd, 1, 2, 6);
	C(SYS_syncfs, fd);
	C(SYS_sync);
	C(SYS_flock, fd, 2 | 4);
	C(SYS_fcntl, fd, F_GETFD);
	C(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
	C(SYS_fcntl, fd, F_SETFL, O_APPEND | O_NONBLOCK);
	C(SYS_fcntl, fd, F_DUPFD, 20);
	C(SYS_dup, fd);
	C(SYS_dup2, fd, 30);
	C(SYS_dup3, fd, 31, O_CLOEXEC);
	C(SYS_close_range, 20, 31, 0);
	C(SYS_ioctl, fd, 0x5401, buffer);
	C(SYS_link, file, "/tmp/sys-link");
	C(SYS_linkat, AT_FDCWD, file, AT_FDCWD, "/tmp/sys-link2", AT_SYMLINK_FOLLOW);
	C(SYS_symlink, "to", "/tmp/sys-symlink");
	C(SYS_symlinkat, "to", AT_FDCWD, "/tmp/sys-symlink2");
	C(SYS_readlink, "/tmp/sys-symlink", buffer, 100);
	C(SYS_readlinkat, AT_FDCWD, "/tmp/sys-symlink", buffer, 100);
	C(SYS_rename, "/tmp/sys-link", "/tmp/sys-link3");
	C(SYS_renameat, AT_FDCWD, "/tmp/sys-link3", AT_FDCWD, "/tmp/sys-link4");
	C(SYS_renameat2, AT_FDCWD, "/tmp/sys-link4", AT_FDCWD, "/tmp/sys-link5", 1);
	C(SYS_unlink, "/tmp/sys-link5");
	C(SYS_unlinkat, AT_FDCWD, "/tmp/sys-link2", 0);
	C(SYS_unlinkat, AT_FDCWD, folder, AT_REMOVEDIR);
	C(SYS_mkdirat, AT_FDCWD, folder, 0711);
	C(SYS_mknod, "/tmp/sys-fifo", S_IFIFO | 0600, 0);
	C(SYS_mknodat, AT_FDCWD, "/tmp/sys-device", S_IFCHR | 0600, 0x103);
	C(SYS_getdents, dir, buffer, 1000);
	C(SYS_getdents64, dir, buffer, 1000);
	C(SYS_getcwd, buffer, 1000);
	C(SYS_chdir, "/tmp");
	C(SYS_fchdir, dir);
	C(SYS_chroot, "/");
	C(SYS_umask, 027);
	C(SYS_sendfile, fd2, fd, 0, 10);
	C(SYS_copy_file_range, fd, 0, fd2, 0, 10, 0);
	C(NR_cachestat, fd, buffer, buffer + 100, 0);
	C(SYS_setxattr, file, attribute, "value", 5, 1);
	C(SYS_lsetxattr, file, attribute, "value", 5, 2);
	C(SYS_fsetxattr, fd, attribute, "value", 5, 0);
	C(SYS_getxattr, file, attribute, buffer, 100);
	C(SYS_lgetxattr, file, attribute, buffer, 100);
	C(SYS_fgetxattr, fd, attribute, buffer, 100);
	C(SYS_listxattr, file, buffer, 100);
	C(SYS_llistxattr, file, buffer, 100);
	C(SYS_flistxattr, fd, buffer, 100);
	C(SYS_removexattr, file, attribute);
	C(SYS_lremovexattr, file, attribute);
	C(SYS_fremovexattr, fd, attribute);
	C(SYS_name_to_handle_at, AT_FDCWD, file, buffer, buffer + 100, AT_SYMLINK_FOLLOW);
	C(SYS_open_by_handle_at, -1, buffer, O_RDONLY);
	n = C(SYS_inotify_init);
	C(SYS_inotify_init1, O_CLOEXEC);
	C(SYS_inotify_add_watch, n, folder, 0x3 | 0x01000000);
	C(SYS_inotify_rm_watch, n, 1);
	n = C(SYS_fanotify_init, 1 | 4, O_RDONLY | O_LARGEFILE);
	C(SYS_fanotify_mark, n, 1 | 8, 0x8000020, AT_FDCWD, folder);
	C(SYS_lookup_dcookie, 0x12345, buffer, 100);
	C(SYS_swapon, missing, 0x8000 | 5);
	C(SYS_swapoff, missing);
	C(SYS_acct, missing);
	C(SYS_mount, "none", missing, "tmpfs", 1 | 2 | 4, "size=1");
	C(SYS_umount2, missing, 2 | 8);
	C(SYS_pivot_root, missing, missing);
	C(SYS_quotactl, 0x80000700, missing, 5, buffer);
	C(SYS_quotactl_fd, -1, 0x80000701, 5, buffer);
	C(SYS_sysfs, 3);
	C(SYS_open_tree, -1, "x", 1 | O_CLOEXEC);
	C(SYS_move_mount, -1, "a", -1, "b", 4);
	C(SYS_fsopen, "nosuch", 1);
	C(SYS_fsconfig, -1, 1, "key", "value", 0);
	C(SYS_fsmount, -1, 1, 2 | 8);
	C(SYS_fspick, -1, missing, 1 | 2);
	C(SYS_mount_setattr, -1, missing, AT_SYMLINK_NOFOLLOW, buffer, 32);
	C(NR_statmount, buffer, buffer, 0, 1);
	C(NR_listmount, buffer, buffer, 0, 1);
	C(SYS_close, fd2);
	C(SYS_close, dir);
	C(SYS_rmdir, folder);
}

static void descriptors(void)
{
	long n, m;

	FD_SET(0, &few);
	FD_SET(2, &few);
	C(SYS_pipe, pair);
	C(SYS_pipe2, pair, O_CLOEXEC | O_NONBLOCK);
	C(SYS_tee, pair[0], pair[0], 10, 2);
	C(SYS_splice, pair[0], 0, pair[0], 0, 10, 1 | 2);
	C(SYS_vmsplice, pair[1], vector, 2, 8);
	C(SYS_poll, fds, 2, 0);
	C(SYS_ppoll, fds, 2, &soon, &set, 8);
	C(SYS_select, 3, &few, 0, 0, &soon_too);
	C(SYS_pselect6, 3, &few, 0, &few, &soon, ((long[]){ L(&set), 8 }));
	n = C(SYS_epoll_create, 5);
	C(SYS_epoll_create1, O_CLOEXEC);
	C(SYS_epoll_ctl, n, EPOLL_CTL_ADD, pair[0], &((struct epoll_event){ EPOLLIN | EPOLLET, { .u64 = 77 } }));
	C(SYS_epoll_ctl, n, EPOLL_CTL_DEL, pair[0], 0);
	C(SYS_epoll_wait, n, buffer, 5, 0);
	C(SYS_epoll_pwait, n, buffer, 5, 0, &set, 8);
	C(SYS_epoll_pwait2, n, buffer, 5, &soon, &set, 8);
	C(SYS_eventfd, 3);
	C(SYS_eventfd2, 3, O_NONBLOCK);
	C(SYS_signalfd, -1, &set, 8);
	C(SYS_signalfd4, -1, &set, 8, O_CLOEXEC);
	n = C(SYS_timerfd_create, CLOCK_MONOTONIC, O_NONBLOCK);
	C(SYS_timerfd_settime, n, 1, &timer_spec, buffer);
	C(SYS_timerfd_gettime, n, buffer);
	C(SYS_memfd_create, "mem", 1 | 2);
	C(SYS_memfd_secret, O_CLOEXEC);
	C(SYS_userfaultfd, O_CLOEXEC);
	C(SYS_io_setup, 3, buffer);
	m = *(long *)buffer;
	C(SYS_io_submit, m, 0, buffer);
	C(SYS_io_getevents, m, 0, 1, buffer, &soon);
	C(SYS_io_pgetevents, m, 0, 1, buffer, &soon, 0);
	C(SYS_io_cancel, m, buffer, buffer);
	C(SYS_io_destroy, m);
	C(SYS_io_uring_setup, 0, buffer);
	C(SYS_io_uring_enter, -1, 1, 2, 1, 0, 8);
	C(SYS_io_uring_register, -1, 1, 0, 0);
	C(SYS_perf_event_open, buffer, 0, -1, -1, 8);
	C(SYS_bpf, 5, buffer, 0);
	C(SYS_pidfd_open, 1, 0);
	C(SYS_pidfd_getfd, -1, 5, 0);
	C(SYS_pidfd_send_signal, -1, SIGUSR2, 0, 0);
	C(SYS_landlock_create_ruleset, 0, 0, 1);
	C(SYS_landlock_add_rule, -1, 1, buffer, 0);
	C(SYS_landlock_restrict_self, -1, 0);
}

static void sockets(void)
{
	struct msghdr message = { .msg_iov = vector, .msg_iovlen = 2 };
	long n;

	n = C(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	C(SYS_socket, AF_INET6, SOCK_DGRAM, 0);
	C(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, 15);
	C(SYS_bind, n, &address, sizeof(address));
	C(SYS_bind, n, &local, sizeof(local));
	C(SYS_bind, n, 1, sizeof(address));
	C(SYS_listen, n, 5);
	C(SYS_connect, -1, &address, sizeof(address));
	C(SYS_connect, -1, &address6, sizeof(address6));
	C(SYS_accept, -1, buffer, &one);
	C(SYS_accept4, -1, 0, 0, SOCK_NONBLOCK);
	C(SYS_getsockname, n, buffer, &one);
	C(SYS_getpeername, n, buffer, &one);
	C(SYS_setsockopt, n, SOL_SOCKET, SO_REUSEADDR, &one, 4);
	C(SYS_setsockopt, n, IPPROTO_TCP, 1, &one, 4);
	C(SYS_getsockopt, n, SOL_SOCKET, SO_TYPE, buffer, &one);
	C(SYS_shutdown, n, SHUT_RDWR);
	C(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, pair);
	C(SYS_sendto, pair[0], "hello", 5, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
	C(SYS_sendto, -1, "hello", 5, MSG_OOB, &address, sizeof(address));
	C(SYS_recvfrom, pair[1], buffer, 100, MSG_PEEK | MSG_DONTWAIT, 0, 0);
	C(SYS_sendmsg, pair[0], &message, MSG_DONTWAIT);
	C(SYS_recvmsg, -1, buffer + 4096, MSG_TRUNC);
	C(SYS_sendmmsg, -1, buffer + 4096, 1, MSG_MORE);
	C(SYS_recvmmsg, -1, buffer + 4096, 1, MSG_WAITFORONE, &soon);
}

static void memory(void)
{
	char *at = (char *)C(SYS_mmap, 0x20000000, 16384, 3, 0x22 | 0x10, -1, 0);

	C(SYS_mprotect, at, 4096, 1);
	C(SYS_madvise, at, 4096, 4);
	C(SYS_process_madvise, -1, into, 1, 20, 0);
	C(SYS_mincore, at, 4096, buffer);
	C(SYS_msync, at, 4096, 4);
	C(SYS_mlock, at, 4096);
	C(SYS_mlock2, at, 4096, 1);
	C(SYS_munlock, at, 4096);
	C(SYS_mlockall, 4);
	C(SYS_munlockall);
	C(SYS_mremap, at + 8192, 4096, 8192, 1);
	C(SYS_mremap, at + 4096, 4096, 4096, 3, 0x30000000);
	C(SYS_remap_file_pages, at, 4096, 0, 0, 0);
	C(SYS_pkey_alloc, 0, 1);
	C(SYS_pkey_mprotect, at, 4096, 3, -1);
	C(SYS_pkey_free, 5);
	C(SYS_mbind, at, 4096, 2, &nodes, 8, 1);
	C(SYS_set_mempolicy, 0, 0, 0);
	C(SYS_get_mempolicy, buffer, 0, 0, at, 2);
	C(SYS_set_mempolicy_home_node, at, 4096, 0, 0);
	C(SYS_migrate_pages, 0, 8, &nodes, &nodes);
	C(SYS_move_pages, 0, 0, 0, 0, 0, 2);
	C(NR_mseal, at, 4096, 1);
	C(NR_map_shadow_stack, 0, 4096, 0);
	C(SYS_munmap, at, 4096);
	C(SYS_brk, 0);
	C(SYS_membarrier, 0, 0, 0);
	C(SYS_process_vm_readv, 1 << 22, into, 1, into, 1, 0);
	C(SYS_process_vm_writev, 1 << 22, vector, 1, into, 1, 0);
	C(SYS_process_mrelease, -1, 0);
}

static void ipc(void)
{
	struct {
		long type;
		char text[4];
	} letter = { 1, "abc" };
	sigevent_t event = { .sigev_value.sival_int = 7, .sigev_signo = SIGUSR1, .sigev_notify = SIGEV_SIGNAL };
	struct sembuf operations[2] = { { 0, 1, 0 }, { 1, 1, IPC_NOWAIT } };
	long n;

	n = C(SYS_semget, 0, 2, 0600 | IPC_CREAT);
	C(SYS_semop, n, operations, 2);
	C(SYS_semtimedop, n, operations, 1, &soon);
	C(SYS_semctl, n, 0, 12, 0);
	C(SYS_semctl, n, 0, IPC_RMID, 0);
	n = C(SYS_shmget, 0, 4096, 0600 | IPC_CREAT | IPC_EXCL);
	C(SYS_shmdt, C(SYS_shmat, n, 0, 010000));
	C(SYS_shmctl, n, IPC_RMID, 0);
	n = C(SYS_msgget, 0x1234, 0640 | IPC_CREAT);
	C(SYS_msgsnd, n, &letter, 4, IPC_NOWAIT);
	C(SYS_msgrcv, n, buffer, 100, 1, IPC_NOWAIT | 010000);
	C(SYS_msgctl, n, IPC_RMID, 0);
	n = C(SYS_mq_open, "sys-queue", O_RDWR | O_CREAT, 0600,
	      &((struct mq_attr){ .mq_maxmsg = 2, .mq_msgsize = 10 }));
	C(SYS_mq_timedsend, n, "abc", 3, 1, &soon);
	C(SYS_mq_timedreceive, n, buffer, 100, buffer, &soon);
	C(SYS_mq_notify, n, 0);
	C(SYS_mq_notify, -1, &event);
	C(SYS_mq_getsetattr, n, 0, buffer);
	C(SYS_mq_unlink, "sys-queue");
	C(SYS_futex, &one, 1 | 128, 5);
	C(SYS_futex, &one, 0, 5, &soon);
	C(SYS_futex_waitv, buffer, 0, 0, 0, 0);
	C(NR_futex_wake, &one, 1, 1, 2);
	C(NR_futex_wait, &one, 5, 1, 2, &soon, 1);
	C(NR_futex_requeue, 0, 0, 1, 1);
	C(SYS_add_key, "user", "sys", "data", 4, -4);
	C(SYS_request_key, "user", "sys", 0, -2);
	C(SYS_keyctl, 0, -3, 0);
}

static void times_and_signals(void)
{
	struct kernel_sigaction action = { on_signal, 0x04000000 | SA_NODEFER, restorer, 1 << (SIGINT - 1) };
	sigevent_t event = { .sigev_value.sival_int = 7, .sigev_signo = SIGUSR2, .sigev_notify = SIGEV_SIGNAL };
	stack_t stack = { .ss_sp = buffer, .ss_flags = 0, .ss_size = 16384 };
	long n;

	C(SYS_rt_sigaction, SIGUSR1, &action, 0, 8);
	C(SYS_rt_sigaction, SIGALRM, &action, 0, 8);
	C(SYS_rt_sigaction, SIGUSR2, 0, buffer, 8);
	C(SYS_rt_sigprocmask, SIG_BLOCK, &set, buffer, 8);
	C(SYS_kill, C(SYS_getpid), SIGUSR1);
	C(SYS_rt_sigpending, buffer, 8);
	C(SYS_rt_sigtimedwait, &set, 0, &soon, 8);
	C(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8);
	C(SYS_tkill, C(SYS_gettid), SIGUSR1);
	C(SYS_tgkill, C(SYS_getpid), C(SYS_gettid), 0);
	C(SYS_sigaltstack, &stack, 0);
	C(SYS_rt_sigqueueinfo, 1 << 22, SIGUSR1, 0);
	C(SYS_rt_tgsigqueueinfo, 1 << 22, 1 << 22, SIGRTMIN, 0);
	C(SYS_alarm, 0);
	C(SYS_setitimer, ITIMER_VIRTUAL, &timer, 0);
	C(SYS_getitimer, ITIMER_VIRTUAL, buffer);
	timer.it_value = (struct timeval){ 0, 200000 };
	C(SYS_setitimer, ITIMER_REAL, &timer, 0);
	C(SYS_pause);
	C(SYS_setitimer, ITIMER_REAL, &timer, 0);
	C(SYS_rt_sigsuspend, &set, 8);
	C(SYS_nanosleep, &soon, buffer);
	C(SYS_nanosleep, 1, 0);
	C(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &soon, 0);
	C(SYS_clock_nanosleep, CLOCK_REALTIME, 1, &soon, buffer);
	C(SYS_clock_gettime, CLOCK_BOOTTIME, buffer);
	C(SYS_clock_getres, CLOCK_REALTIME, buffer);
	C(SYS_clock_settime, CLOCK_MONOTONIC, &soon);
	C(SYS_clock_adjtime, CLOCK_MONOTONIC, buffer + 8192);
	C(SYS_adjtimex, buffer + 8192);
	C(SYS_gettimeofday, buffer, 0);
	C(SYS_settimeofday, 0, 0);
	C(SYS_time, 0);
	C(SYS_times, buffer);
	C(SYS_timer_create, CLOCK_MONOTONIC, &event, 1);
	n = C(SYS_timer_create, CLOCK_REALTIME, 0, buffer);
	(void)n;
	n = *(int *)buffer;
	C(SYS_timer_settime, n, 1, &timer_spec, 0);
	C(SYS_timer_gettime, n, buffer);
	C(SYS_timer_getoverrun, n);
	C(SYS_timer_delete, n);
}

static void processes(void)
{
	struct rlimit limit = { 1024, RLIM_INFINITY };
	struct sched_param priority = { 0 };
	long n;

	n = C(SYS_fork);
	if (!n)
		C(SYS_exit_group, 3);
	C(SYS_wait4, n, buffer, 0, 0);
	C(SYS_wait4, -1, buffer, WNOHANG | __WALL, buffer);
	n = C(SYS_clone, SIGCHLD | CLONE_FS, 0, 0, 0, 0);
	if (!n)
		C(SYS_exit, 4);
	C(SYS_waitid, 1, n, buffer, WEXITED, 0);
	C(SYS_waitid, 0, 0, buffer, WEXITED | WNOHANG, 0);
	C(SYS_clone3, ((uint64_t[]){ CLONE_THREAD | CLONE_SETTLS, 0, 0, 0, SIGUSR1, 0, 0, 5 }), 64);
	C(SYS_clone3, buffer, 1);
	C(SYS_execve, missing, arguments, environment);
	C(SYS_execveat, AT_FDCWD, missing, arguments, environment, AT_SYMLINK_NOFOLLOW);
	C(SYS_getpid);
	C(SYS_getppid);
	C(SYS_gettid);
	C(SYS_getpgrp);
	C(SYS_getpgid, 0);
	C(SYS_setpgid, 0, -1);
	C(SYS_getsid, 0);
	C(SYS_setsid);
	C(SYS_getuid);
	C(SYS_getgid);
	C(SYS_geteuid);
	C(SYS_getegid);
	C(SYS_setuid, 0);
	C(SYS_setgid, 0);
	C(SYS_setreuid, -1, 0);
	C(SYS_setregid, 0, -1);
	C(SYS_setresuid, -1, -1, 0);
	C(SYS_setresgid, 0, -1, -1);
	C(SYS_getresuid, buffer, buffer + 4, buffer + 8);
	C(SYS_getresgid, buffer, buffer + 4, buffer + 8);
	C(SYS_setfsuid, 0);
	C(SYS_setfsgid, 0);
	C(SYS_getgroups, 10, buffer);
	C(SYS_setgroups, 2, ((int[]){ 5, 6 }));
	C(SYS_capget, buffer, buffer + 100);
	C(SYS_capset, buffer, buffer + 100);
	C(SYS_getrlimit, RLIMIT_NOFILE, buffer);
	C(SYS_setrlimit, RLIMIT_CORE, &limit);
	C(SYS_prlimit64, 0, RLIMIT_STACK, 0, buffer);
	C(SYS_prlimit64, 1 << 22, RLIMIT_NPROC, &limit, 0);
	C(SYS_getrusage, RUSAGE_SELF, buffer);
	C(SYS_getpriority, PRIO_PROCESS, 0);
	C(SYS_setpriority, PRIO_PGRP, 1 << 22, 5);
	C(SYS_sched_yield);
	C(SYS_sched_getscheduler, 0);
	C(SYS_sched_setscheduler, 0, SCHED_OTHER, &priority);
	C(SYS_sched_getparam, 0, buffer);
	C(SYS_sched_setparam, 0, &priority);
	C(SYS_sched_get_priority_max, SCHED_FIFO);
	C(SYS_sched_get_priority_min, SCHED_RR);
	C(SYS_sched_rr_get_interval, 0, buffer);
	C(SYS_sched_getaffinity, 0, 128, buffer);
	C(SYS_sched_setaffinity, 1 << 22, 8, &nodes);
	C(SYS_sched_setattr, 0, 0, 0);
	C(SYS_sched_getattr, 0, buffer, 48, 0);
	C(SYS_ioprio_get, 1, 0);
	C(SYS_ioprio_set, 1, 0, 2 << 13 | 4);
	C(SYS_personality, 0xffffffff);
	C(SYS_prctl, 15, "sys-name");
	C(SYS_prctl, 38, 0, 0, 0, 0);
	C(SYS_arch_prctl, 0x1003, buffer);
	C(SYS_set_tid_address, buffer);
	C(SYS_set_robust_list, buffer, 1);
	C(SYS_get_robust_list, 0, buffer, buffer + 8);
	C(SYS_rseq, buffer, 1, 0, 0x1234);
	C(SYS_unshare, CLONE_FS | CLONE_FILES);
	C(SYS_setns, -1, CLONE_NEWNET);
	C(SYS_kcmp, 1 << 22, 1, 2, 3, 4);
	C(SYS_seccomp, 2, 0, &one);
	C(SYS_ptrace, 16, 1 << 22, 0, 0);
	C(SYS_getcpu, buffer, buffer + 4, 0);
	C(SYS_restart_syscall);
	C(NR_lsm_get_self_attr, 100, 0, buffer, 0);
	C(NR_lsm_set_self_attr, 100, buffer, 8, 0);
	C(NR_lsm_list_modules, buffer, buffer, 1);
}

static void machine(void)
{
	C(SYS_uname, buffer);
	C(SYS_sysinfo, buffer);
	C(SYS_syslog, 10, 0, 0);
	C(SYS_sethostname, "sys-host", 8);
	C(SYS_setdomainname, "sys-domain", 10);
	C(SYS_getrandom, buffer, 10, 1);
	C(SYS_iopl, 0);
	C(SYS_ioperm, 0x80, 0, 1);
	C(SYS_modify_ldt, 0, buffer, 0);
	C(SYS_reboot, 0xfee1dead, 1, 0x1234567, 0);
	C(SYS_kexec_load, 0, 1, 0, 0x3e0000);
	C(SYS_kexec_file_load, -1, -1, 0, 0, 4);
	C(SYS_init_module, 1, 0, "");
	C(SYS_finit_module, -1, "a=1", 1 | 2);
	C(SYS_delete_module, "nosuch", O_NONBLOCK);
}

/* A handler reads only what is in memory: make it be there. */
static void touch(void)
{
	extern const char __executable_start[], end[];
	volatile const char *at;

	for (at = __executable_start; at < end; at += 4096)
		(void)*at;
}

int main(void)
{
	touch();
	C(SYS_chdir, "/begin");
	files();
	descriptors();
	sockets();
	memory();
	ipc();
	times_and_signals();
	machine();
	processes();
	C(SYS_chdir, "/end");
	C(SYS_exit_group, 0);
}
