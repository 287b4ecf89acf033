// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What alias_nfs2.sh needs: a server of NFSv2, which Debian's kernels do not have, and its user.
 *
 *	nfs2_tool serve		serve NFSv2 (RFC 1094) on 127.0.0.1, by TCP, forever
 *	nfs2_tool mount2 DIR	mount that
 *	nfs2_tool work DIR	read, write and more in DIR; prints what was done
 *
 * The server has a folder with another one, "other", and a file "kept" in it.  Nobody may remove
 * that, nor give a file the name "refused".  A file can be made longer than FILE_ROOM, but has no
 * bytes there.  Of each call that alias_nfs2.stp sees in the client, the server says in the same
 * words what it is asked and what it answers, in lines that begin with "= ".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/nfs_mount.h>
#include "alias_nfs.tools.h"

#define PORT 20049
#define FILE_ROOM 20000
#define LONG_FILE 100000
#define RECORD 4096 /* words of the longest call or reply */

/* ---- the files ---- */

enum { ROOT = 1, OTHER, KEPT, NODES = 32 };

/* Their numbers are their places here, and are not used again; parent 0: removed, or the root. */
static struct node {
	char name[256];
	uint32_t parent, mode, size, changed;
	unsigned char data[FILE_ROOM];
} nodes[NODES] = {
	[ROOT] = { "", 0, S_IFDIR | 0755, 4096, 1, "" },
	[OTHER] = { "other", ROOT, S_IFDIR | 0755, 4096, 1, "" },
	[KEPT] = { "kept", ROOT, S_IFREG | 0644, 0, 1, "" },
};

static struct node *find(const struct node *folder, const char *name)
{
	for (struct node *node = nodes + OTHER; node < nodes + NODES; node++)
		if (node->parent == folder - nodes && !strcmp(node->name, name))
			return node;
	return NULL;
}

/* Clients tell by the times of a file whether it is another one. */
static void change(struct node *node)
{
	static uint32_t now = 1;

	node->changed = ++now;
}

static void handle_of(const struct node *node, unsigned char handle[NFS2_FHSIZE])
{
	for (int i = 0; i < NFS2_FHSIZE; i++)
		handle[i] = (unsigned char)(node - nodes + i * 7);
}

static uint32_t hash(const struct node *node)
{
	unsigned char handle[NFS2_FHSIZE];

	handle_of(node, handle);
	return crc32(handle, sizeof(handle));
}

/* ---- one call and its reply, as they are sent ---- */

static uint32_t in[RECORD], out[RECORD];
static size_t in_words, in_at, out_words;

/* What a call lacks is zeros. */
static uint32_t take(void)
{
	return in_at < in_words ? ntohl(in[in_at++]) : 0;
}

static const void *take_bytes(size_t *size)
{
	const void *bytes = in + in_at;

	if (*size > (in_words - in_at) * 4)
		*size = 0;
	in_at += (*size + 3) / 4;
	return bytes;
}

/* The root stands for what is not there, which no call here should ask for. */
static struct node *take_handle(void)
{
	unsigned char handle[NFS2_FHSIZE];
	size_t size = sizeof(handle);
	const void *bytes = take_bytes(&size);

	for (struct node *node = nodes + ROOT; node < nodes + NODES; node++) {
		handle_of(node, handle);
		if (size && (node->parent || node == nodes + ROOT) && !memcmp(bytes, handle, size))
			return node;
	}
	puts("= unknown handle");
	return nodes + ROOT;
}

static void take_name(char name[256])
{
	size_t size = take();
	const void *bytes = take_bytes(&size);

	snprintf(name, 256, "%.*s", (int)size, (const char *)bytes);
}

/* Mode, owner, group, size, two times; ~0 where it is to stay. */
static void take_attributes(uint32_t *mode, uint32_t *size)
{
	*mode = take();
	take();
	take();
	*size = take();
	for (int i = 0; i < 4; i++)
		take();
}

/* Only mode and size can be set. */
static void set_attributes(struct node *node, uint32_t mode, uint32_t size)
{
	if (mode != ~0u)
		node->mode = (node->mode & S_IFMT) | (mode & 07777);
	if (size != ~0u)
		node->size = size;
	change(node);
}

static void put(uint32_t word)
{
	out[out_words++] = htonl(word);
}

static void put_bytes(const void *bytes, size_t size)
{
	out[out_words + size / 4] = 0;
	memcpy(out + out_words, bytes, size);
	out_words += (size + 3) / 4;
}

static void put_handle(const struct node *node)
{
	unsigned char handle[NFS2_FHSIZE];

	handle_of(node, handle);
	put_bytes(handle, sizeof(handle));
}

static void put_attributes(const struct node *node)
{
	int folder = S_ISDIR(node->mode);
	uint32_t blocks = (node->size + 511) / 512;
	uint32_t words[] = {
		folder ? 2 : 1, /* type */
		node->mode,
		folder ? 2 : 1, /* links */
		0, /* owner */
		0, /* group */
		node->size,
		4096, /* size of blocks */
		0, /* device */
		blocks,
		1, /* file system */
		(uint32_t)(node - nodes),
		node->changed, /* read */
		0,
		node->changed, /* written */
		0,
		node->changed,
		0,
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		put(words[i]);
}

/* ---- the procedures; NFSv2's numbers of the errors here are errno's ---- */

static void null(void)
{
}

static void put_node(uint32_t status, const struct node *node)
{
	put(status);
	if (!status)
		put_attributes(node);
}

static void put_found(uint32_t status, const struct node *node)
{
	put(status);
	if (!status) {
		put_handle(node);
		put_attributes(node);
	}
}

static void getattr(void)
{
	put_node(NFS_OK, take_handle());
}

static void setattr(void)
{
	struct node *node = take_handle();
	uint32_t mode, size;

	take_attributes(&mode, &size);
	set_attributes(node, mode, size);
	put_node(NFS_OK, node);
}

/* In what is said of a name in a folder, the text is what the client's argstr has to be. */
static void say_name(const char *what, const struct node *folder, const char *name)
{
	printf("= %s %u %s %zu (127.0.0.1, 2, 0x%x, %s)", what, hash(folder), name, strlen(name),
	       hash(folder), name);
}

static void lookup(void)
{
	const struct node *folder = take_handle(), *node;
	char name[256];
	uint32_t status;

	take_name(name);
	node = find(folder, name);
	status = node ? NFS_OK : NFSERR_NOENT;
	say_name("lookup", folder, name);
	printf("\n= lookup.return %d\n", -(int)status);
	put_found(status, node);
}

static void create(void)
{
	struct node *folder = take_handle(), *node = nodes + KEPT;
	char name[256];
	uint32_t mode, size, status = NFS_OK;

	take_name(name);
	take_attributes(&mode, &size);
	while (node->name[0])
		if (++node == nodes + NODES)
			abort();
	if (!strcmp(name, "refused"))
		status = NFSERR_ACCES;
	say_name("create", folder, name);
	printf(" 0%o\n= create.return %d\n", mode, -(int)status);
	if (!status) {
		strcpy(node->name, name);
		node->parent = (uint32_t)(folder - nodes);
		node->mode = S_IFREG;
		set_attributes(node, mode, size);
		change(folder);
	}
	put_found(status, node);
}

static void remove_name(void)
{
	struct node *folder = take_handle(), *node;
	char name[256];
	uint32_t status = NFS_OK;

	take_name(name);
	node = find(folder, name);
	if (!node)
		status = NFSERR_NOENT;
	else if (node == nodes + KEPT)
		status = NFSERR_ACCES;
	say_name("remove", folder, name);
	printf("\n= remove.return %d\n", -(int)status);
	if (!status) {
		node->parent = 0;
		change(folder);
	}
	put(status);
}

static void rename_name(void)
{
	struct node *from = take_handle(), *to, *node;
	char old[256], new[256];
	uint32_t status = NFS_OK;

	take_name(old);
	to = take_handle();
	take_name(new);
	node = find(from, old);
	if (!node)
		status = NFSERR_NOENT;
	else if (!strcmp(new, "refused"))
		status = NFSERR_ACCES;
	printf("= rename %u %s %zu %u %s %zu (127.0.0.1, 2, 0x%x, %s, 0x%x, %s)\n", hash(from), old,
	       strlen(old), hash(to), new, strlen(new), hash(from), old, hash(to), new);
	printf("= rename_setup %u (127.0.0.1, 2, 0x%x)\n", hash(from), hash(from));
	printf("= rename_done %d %u %u (127.0.0.1, 2, %d)\n", -(int)status, hash(from), hash(to),
	       -(int)status);
	if (!status) {
		strcpy(node->name, new);
		node->parent = (uint32_t)(to - nodes);
		change(from);
		change(to);
	}
	put(status);
}

/*
 * A call that reads or writes.  Reads are done with the number of bytes as their status, writes
 * with 0.
 */
static void say_range(const char *what, const struct node *node, uint32_t offset, uint32_t asked,
		      int status, uint32_t done)
{
	printf("= %s %u %u (127.0.0.1, 2, %u, %u)\n= %s.return %u\n", what, offset, asked, offset,
	       asked, what, asked);
	printf("= %s_setup %td %u %u (127.0.0.1, 2, %u, %u)\n", what, node - nodes, offset, asked,
	       offset, asked);
	printf("= %s_done %d %u (127.0.0.1, 2, %d, %u)\n", what, status, done, status, done);
}

static void read_file(void)
{
	const struct node *node = take_handle();
	uint32_t offset = take(), asked = take(), count = asked, status = NFS_OK;

	if (asked > NFS_MAXDATA || (uint64_t)offset + asked > FILE_ROOM)
		status = NFSERR_IO;
	if (status || offset >= node->size)
		count = 0;
	else if (count > node->size - offset)
		count = node->size - offset;
	say_range("read", node, offset, asked, status ? -(int)status : (int)count, count);
	put_node(status, node);
	if (!status) {
		put(count);
		put_bytes(node->data + offset, count);
	}
}

static void write_file(void)
{
	struct node *node = take_handle();
	const void *bytes;
	uint32_t offset, status = NFS_OK;
	size_t count;

	take();
	offset = take();
	take();
	count = take();
	bytes = take_bytes(&count);
	if (offset + count > FILE_ROOM)
		status = NFSERR_NOSPC;
	say_range("write", node, offset, (uint32_t)count, -(int)status,
		  status ? 0 : (uint32_t)count);
	if (!status) {
		memcpy(node->data + offset, bytes, count);
		if (node->size < offset + count)
			node->size = (uint32_t)(offset + count);
		change(node);
	}
	put_node(status, node);
}

static void statfs(void)
{
	put(NFS_OK);
	put(NFS_MAXDATA);
	put(4096);
	put(1000);
	put(1000);
	put(1000);
}

static void (*const procedures[])(void) = {
	[0] = null,	  [1] = getattr, [2] = setattr,	     [4] = lookup,	 [6] = read_file,
	[8] = write_file, [9] = create,	 [10] = remove_name, [11] = rename_name, [17] = statfs,
};

/*
 * The call in `in`, RFC 5531: its number, 0, RPC's version, program, version, procedure, who asks
 * and the proof of that.
 */
static void answer(void)
{
	uint32_t number = take(), procedure, program, version, known;
	size_t size;

	take();
	take();
	program = take();
	version = take();
	procedure = take();
	for (int i = 0; i < 2; i++) {
		take();
		size = take();
		take_bytes(&size);
	}
	known = program == NFS_PROGRAM && version == NFS2_VERSION &&
		procedure < sizeof(procedures) / sizeof(procedures[0]) && procedures[procedure];
	if (!known)
		printf("= unknown call %u %u %u\n", program, version, procedure);
	/* The record's mark, then: an answer, accepted, no proof, success or no such procedure. */
	uint32_t head[] = { 0, number, 1, 0, 0, 0, known ? 0 : 3 };

	out_words = 0;
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		put(head[i]);
	if (known)
		procedures[procedure]();
	out[0] = htonl(0x80000000 | (uint32_t)(out_words - 1) * 4);
}

/* The next call of a connection, a record of one fragment.  It is there, or comes soon. */
static int serve_one(int connection)
{
	uint32_t mark;
	size_t size;

	if (recv(connection, &mark, sizeof(mark), MSG_WAITALL) != sizeof(mark))
		return -1;
	size = ntohl(mark) & 0x7fffffff;
	if (size > sizeof(in) || size % 4 ||
	    recv(connection, in, size, MSG_WAITALL) != (ssize_t)size)
		return -1;
	in_words = size / 4;
	in_at = 0;
	answer();
	return write(connection, out, out_words * 4) == (ssize_t)out_words * 4 ? 0 : -1;
}

static int serve(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_port = htons(PORT),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	/* The first one is what accepts others. */
	struct pollfd sockets[10] = { { .fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN } };
	nfds_t count = 1;
	int on = 1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	setsockopt(sockets[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(sockets[0].fd, (struct sockaddr *)&here, sizeof(here)) ||
	    listen(sockets[0].fd, 10))
		return fail("serve");
	puts("serving");
	while (poll(sockets, count, -1) > 0) {
		for (nfds_t i = 1; i < count; i++)
			if (sockets[i].revents && serve_one(sockets[i].fd)) {
				close(sockets[i].fd);
				sockets[i--] = sockets[--count];
			}
		if (sockets[0].revents && count < 10)
			sockets[count++] = (struct pollfd){ .fd = accept(sockets[0].fd, NULL, NULL),
							    .events = POLLIN };
	}
	return fail("poll");
}

/* ---- its client ---- */

static int mount2(const char *dir)
{
	struct nfs_mount_data mount_data = {
		.version = 6,
		.flags = NFS_MOUNT_TCP | NFS_MOUNT_NONLM | NFS_MOUNT_SOFT,
		.rsize = 8192,
		.wsize = 4096,
		.timeo = 600,
		.retrans = 3,
		.acregmin = 3,
		.acregmax = 60,
		.acdirmin = 30,
		.acdirmax = 60,
		.addr = { .sin_family = AF_INET,
			  .sin_port = htons(PORT),
			  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
		.hostname = "127.0.0.1",
		.root.size = NFS2_FHSIZE,
		.fd = -1,
	};

	handle_of(nodes + ROOT, mount_data.root.data);
	return mount("127.0.0.1:/", dir, "nfs", 0, &mount_data) ? fail("mount2") : 0;
}

static char data[20000], got[20000];

/* Whether a call has failed, and so. */
static int failed(long result, int error)
{
	return result == -1 && errno == error;
}

static int work(const char *dir)
{
	long whole, rest;
	struct stat st;
	int fd;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 11 >> 4);
	umask(0);
	if (chdir(dir))
		return fail(dir);
	fd = open("made", O_WRONLY | O_CREAT | O_TRUNC, 0640);
	if (fd < 0 || write(fd, data, 8192) != 8192 || fsync(fd) ||
	    write(fd, data + 8192, 4153) != 4153 || fstat(fd, &st) || close(fd) || forget("made"))
		return fail("made");
	fd = open("made", O_RDONLY);
	whole = pread(fd, got, sizeof(got), 0);
	if (whole != 12345 || memcmp(got, data, 12345) || close(fd))
		return fail("read");

	/* Past the client's memory: fewer bytes are there than asked for, then there are errors. */
	fd = open("made", O_RDWR | O_DIRECT);
	rest = pread(fd, got, 8192, 8192);
	if (rest != 4153 || memcmp(got, data + 8192, 4153) ||
	    pwrite(fd, data, 4096, 4096) != 4096 || ftruncate(fd, LONG_FILE) ||
	    !failed(pread(fd, got, 4096, 50000), EIO) ||
	    !failed(pwrite(fd, data, 4096, 50000), ENOSPC) || ftruncate(fd, 12345) || close(fd))
		return fail("direct");

	if (rename("made", "other/renamed") ||
	    !failed(rename("other/renamed", "refused"), EACCES) ||
	    !failed(stat("none", &(struct stat){ 0 }), ENOENT) ||
	    !failed(open("refused", O_WRONLY | O_CREAT, 0600), EACCES) ||
	    !failed(unlink("kept"), EACCES))
		return fail("names");
	if (mknod("plain", S_IFREG | 0604, 0) || unlink("plain") || unlink("other/renamed"))
		return fail("plain");
	printf("inode %lu\nread %ld\nwritten %d\n", (unsigned long)st.st_ino, whole + rest,
	       12345 + 4096);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 2 && !strcmp(verb, "serve"))
		return serve();
	if (argc == 3 && !strcmp(verb, "mount2"))
		return mount2(argv[2]);
	if (argc == 3 && !strcmp(verb, "work"))
		return work(argv[2]);
	return 1;
}
