// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What alias_nfs.sh needs and no busybox has:
 *
 *	nfs_tool rpcbind		answer each call to rpcbind with "true", forever
 *	nfs_tool handle DOMAIN PATH	the file handle that nfsd has for it, as hexadecimal digits, and its CRC32
 *	nfs_tool mount3 HANDLE DIR	mount 127.0.0.1 by NFSv3, by its root's file handle: that needs no mountd
 *	nfs_tool mount4 VERSION DIR	the same by NFSv4
 *	nfs_tool work DIR		read, write and more in DIR; prints what alias_nfs.sh looks for
 *	nfs_tool lease FILE		have FILE leased until somebody else wants it, and a second longer
 *	nfs_tool give_up FILE		want to give up what the client keeps of FILE before the server has it on its disk;
 *					prints its inode number, and whether it is gone
 *	nfs_tool ask HANDLE		ask the server for the attributes of what has this file handle, but on another file
 *					system, and wait for an answer
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/nfs_mount.h>
#include "alias_nfs.tools.h"

/* RFC 5531: a call's record has its mark and its number before all else; the answer here: accepted, no verifier, success, true. */
static void answer(int connection)
{
	uint32_t call[1024], reply[8] = { htonl(0x80000000 | 28), 0, htonl(1), 0, 0, 0, 0, htonl(1) };

	while (read(connection, call, sizeof(call)) >= 8) {
		reply[1] = call[1];
		if (write(connection, reply, sizeof(reply)) != sizeof(reply))
			break;
	}
	close(connection);
}

static int rpcbind(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(111), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), connection, on = 1;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (struct sockaddr *)&here, sizeof(here)) || listen(listener, 10))
		return fail("rpcbind");
	while ((connection = accept(listener, NULL, NULL)) >= 0)
		if (fork())
			close(connection);
		else
			return answer(connection), 0;
	return 1;
}

static size_t from_hex(const char *text, unsigned char *to, size_t room)
{
	size_t size = 0;

	while (size < room && sscanf(text + size * 2, "%2hhx", &to[size]) == 1)
		size++;
	return size;
}

static int handle(const char *domain, const char *path)
{
	int fd = open("/proc/fs/nfsd/filehandle", O_RDWR);
	unsigned char bytes[128];
	char text[512];
	ssize_t length = snprintf(text, sizeof(text), "%s %s 64\n", domain, path);
	size_t size;

	if (fd < 0 || write(fd, text, (size_t)length) != length)
		return fail("filehandle");
	lseek(fd, 0, SEEK_SET);
	length = read(fd, text, sizeof(text) - 1);
	if (length <= 2)
		return fail("filehandle");
	text[length] = 0;
	/* "\x0100…" */
	size = from_hex(text + 2, bytes, sizeof(bytes));
	printf("%.*s %u\n", (int)size * 2, text + 2, crc32(bytes, size));
	return 0;
}

static int mount3(const char *text, const char *dir)
{
	struct nfs_mount_data data = {
		.version = 6,
		.flags = NFS_MOUNT_VER3 | NFS_MOUNT_TCP | NFS_MOUNT_NONLM | NFS_MOUNT_SOFT,
		.wsize = 4096,
		.timeo = 100,
		.retrans = 3,
		.acregmin = 3, .acregmax = 60, .acdirmin = 30, .acdirmax = 60,
		.addr = { .sin_family = AF_INET, .sin_port = htons(2049), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
		.hostname = "127.0.0.1",
		.fd = -1,
	};

	data.root.size = (unsigned short)from_hex(text, data.root.data, sizeof(data.root.data));
	return mount("127.0.0.1:/", dir, "nfs", 0, &data) ? fail("mount3") : 0;
}

static int mount4(const char *version, const char *dir)
{
	char options[200];

	snprintf(options, sizeof(options), "vers=%s,addr=127.0.0.1,clientaddr=127.0.0.1,soft,timeo=100,port=2049,wsize=4096", version);
	return mount("127.0.0.1:/", dir, "nfs4", 0, options) ? fail("mount4") : 0;
}

static char data[20000];

static int drop_caches(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);

	return fd < 0 || write(fd, "3", 1) != 1 || close(fd);
}

/* What makes the client write and read single pages, and ask for commits: requests are 4096 bytes. */
static int work_on_pages(const char *file)
{
	int fd = forget(file) ? -1 : open(file, O_WRONLY);

	if (fd < 0 || pwrite(fd, "zz", 2, 100) != 2 || pwrite(fd, "zz", 2, 2000) != 2 || close(fd))
		return fail("apart in a page");
	fd = forget(file) ? -1 : open(file, O_RDWR);
	if (fd < 0 || pwrite(fd, "zz", 2, 5000) != 2 || pwrite(fd, data, 12288, 0) != 12288 ||
	    sync_file_range(fd, 0, 12288, SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER) || drop_caches() || fsync(fd) || close(fd))
		return fail("parts of a page");
	return 0;
}

static int work(const char *dir)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 20 };
	struct stat st;
	char *map;
	DIR *folder;
	int fd;

	memset(data, 'x', sizeof(data));
	if (chdir(dir))
		return fail(dir);
	fd = open("made", O_RDWR | O_CREAT | O_TRUNC, 0640);
	if (fd < 0 || write(fd, data, 10000) != 10000 || fsync(fd) || write(fd, data, 2345) != 2345)
		return fail("made");
	if (lseek(fd, -5, SEEK_END) != 12340 || fcntl(fd, F_SETLK, &lock) || fstat(fd, &st))
		return fail("seek, lock");
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return fail("mmap");
	map[1] = 'y';
	munmap(map, 4096);
	if (fcntl(fd, F_SETFL, O_APPEND) || close(fd) || rename("made", "renamed") || mkdir("folder", 0750) || rmdir("folder"))
		return fail("rename");
	folder = opendir(".");
	if (!folder || !readdir(folder) || closedir(folder) || drop_caches() || forget("renamed"))
		return fail("folder");
	fd = open("renamed", O_RDONLY);
	if (fd < 0 || pread(fd, data, sizeof(data), 0) != 12345 || close(fd) || stat("none", &(struct stat){ 0 }) != -1 ||
	    errno != ENOENT || work_on_pages("renamed") || unlink("renamed") || mknod("plain", S_IFREG | 0600, 0) || unlink("plain"))
		return fail("renamed");
	printf("inode %lu\nchecked %c\n", (unsigned long)st.st_ino, data[1]);
	return 0;
}

static int lease(const char *file)
{
	int fd = open(file, O_RDWR), signal;
	sigset_t wanted;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGIO);
	sigprocmask(SIG_BLOCK, &wanted, NULL);
	if (fd < 0 || fcntl(fd, F_SETLEASE, F_WRLCK))
		return fail("lease");
	puts("leased");
	fflush(stdout);
	sigwait(&wanted, &signal);
	sleep(1);
	return fcntl(fd, F_SETLEASE, F_UNLCK) ? fail("give it back") : 0;
}

/*
 * Three requests that the server may keep in memory; what they wrote stays with the client until it has asked for the disk.  A
 * page that a processor has just made is not to be had for the others yet, so this runs on one.
 */
static int give_up(const char *file)
{
	int fd = open(file, O_RDWR | O_CREAT, 0600);
	volatile char *map = fd < 0 ? MAP_FAILED : mmap(NULL, 12288, PROT_READ, MAP_SHARED, fd, 0);
	unsigned char there[3];
	cpu_set_t processors;
	struct stat st;

	CPU_ZERO(&processors);
	CPU_SET(0, &processors);
	if (map == MAP_FAILED || sched_setaffinity(0, sizeof(processors), &processors))
		return fail("map");
	if (pwrite(fd, data, 12288, 0) != 12288 || fstat(fd, &st) ||
	    sync_file_range(fd, 0, 12288, SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER))
		return fail("write");
	for (int i = 0; i < 12288; i += 4096)
		(void)map[i];
	if (madvise((void *)map, 12288, MADV_PAGEOUT) || mincore((void *)map, 12288, there) || close(fd))
		return fail("give up");
	printf("inode %lu\ngone %d\n", (unsigned long)st.st_ino, !(there[0] & 1));
	return 0;
}

/* RFC 5531 and 1813: GETATTR of NFSv3, by nobody in particular. */
static int ask(const char *text)
{
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(2049), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	uint32_t call[40] = { 0, htonl(0x12345678), 0, htonl(2), htonl(100003), htonl(3), htonl(1) };
	unsigned char *bytes = (unsigned char *)&call[12];
	size_t size = from_hex(text, bytes, 64), length = 48 + size;
	int s = socket(AF_INET, SOCK_STREAM, 0);

	/* The number of the file system is behind the four bytes that tell of which kind the handle is. */
	bytes[7] ^= 99;
	call[11] = htonl((uint32_t)size);
	call[0] = htonl(0x80000000 | (uint32_t)(length - 4));
	if (size < 8 || size % 4 || connect(s, (struct sockaddr *)&there, sizeof(there)) || write(s, call, length) != (ssize_t)length)
		return fail("ask");
	return read(s, call, sizeof(call)) > 0 ? puts("answered"), 0 : fail("no answer");
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 2 && !strcmp(verb, "rpcbind"))
		return rpcbind();
	if (argc == 4 && !strcmp(verb, "handle"))
		return handle(argv[2], argv[3]);
	if (argc == 4 && !strcmp(verb, "mount3"))
		return mount3(argv[2], argv[3]);
	if (argc == 4 && !strcmp(verb, "mount4"))
		return mount4(argv[2], argv[3]);
	if (argc == 3 && !strcmp(verb, "work"))
		return work(argv[2]);
	if (argc == 3 && !strcmp(verb, "lease"))
		return lease(argv[2]);
	if (argc == 3 && !strcmp(verb, "give_up"))
		return give_up(argv[2]);
	if (argc == 3 && !strcmp(verb, "ask"))
		return ask(argv[2]);
	return 1;
}
