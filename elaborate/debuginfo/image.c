// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * image.c - the ELF file within a kernel's image, Documentation/arch/x86/boot.rst: the protected-mode
 * code begins behind the setup sectors, and the payload within it is where the header says, with its
 * unpacked size in its last four bytes.
 */
#include "image.h"

#include <gelf.h>
#include <lz4.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define SECTOR 512
#define SETUP_SECTORS 0x1f1
#define HEADER_MAGIC 0x202
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define HEADER_END 0x250
#define UNPACKED_MAX (1u << 30)
#define ZSTD_WINDOW_LOG 31	/* the most there is on 64 bits */

struct input {
	const guint8 *data;
	gsize length;
};

static guint32 get_u32(const guint8 *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32)bytes[3] << 24;
}

/* ---- the formats: bytes written to `out`, or 0 ----------------------------------------------- */

static gsize unpack_gzip(struct input in, guint8 *out, gsize size)
{
	z_stream stream = { .next_in = (guint8 *)in.data, .avail_in = (uInt)in.length,
			    .next_out = out, .avail_out = (uInt)size };
	int result;

	if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return 0;
	result = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	return result == Z_STREAM_END ? size - stream.avail_out : 0;
}

static gsize unpack_lzma(struct input in, guint8 *out, gsize size)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_ret result;

	if (lzma_auto_decoder(&stream, UINT64_MAX, 0) != LZMA_OK)
		return 0;
	stream.next_in = in.data;
	stream.avail_in = in.length;
	stream.next_out = out;
	stream.avail_out = size;
	result = lzma_code(&stream, LZMA_FINISH);
	lzma_end(&stream);
	return result == LZMA_STREAM_END || (result == LZMA_OK && !stream.avail_out) ?
		       size - stream.avail_out : 0;
}

static gsize unpack_zstd(struct input in, guint8 *out, gsize size)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	ZSTD_inBuffer from = { in.data, in.length, 0 };
	ZSTD_outBuffer to = { out, size, 0 };
	size_t left = 1;

	/* The kernel's are packed with windows beyond the default limit. */
	ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	while (left && !ZSTD_isError(left) && from.pos < from.size && to.pos < to.size)
		left = ZSTD_decompressStream(stream, &to, &from);
	ZSTD_freeDStream(stream);
	return ZSTD_isError(left) ? 0 : to.pos;
}

/* Legacy: blocks of 8 MB, each with its packed size before it. */
static gsize unpack_lz4(struct input in, guint8 *out, gsize size)
{
	gsize at = 4, written = 0;

	while (at + 4 < in.length && written < size) {
		guint32 packed = get_u32(in.data + at);
		int unpacked;

		at += 4;
		if (packed > in.length - at || packed > G_MAXINT32)
			return 0;
		unpacked = LZ4_decompress_safe((const char *)in.data + at, (char *)out + written,
					       (int)packed,
					       (int)MIN(size - written, G_MAXINT32));
		if (unpacked < 0)
			return 0;
		at += packed;
		written += (gsize)unpacked;
	}
	return written;
}

static const struct {
	const char *magic;
	gsize length;
	gsize (*unpack)(struct input in, guint8 *out, gsize size);
} formats[] = {
	{ "\x1f\x8b", 2, unpack_gzip },
	{ "\xfd"
	  "7zXZ",
	  5, unpack_lzma },
	{ "\x5d\x00\x00", 3, unpack_lzma },
	{ "\x28\xb5\x2f\xfd", 4, unpack_zstd },
	{ "\x02\x21\x4c\x18", 4, unpack_lz4 },
};

/* Which of the formats it is; their number: none. */
static gsize find_format(struct input in)
{
	gsize i;

	for (i = 0; i < G_N_ELEMENTS(formats); i++)
		if (in.length > formats[i].length &&
		    !memcmp(in.data, formats[i].magic, formats[i].length))
			break;
	return i;
}

static GBytes *unpack(struct input in, char **why)
{
	guint32 size = get_u32(in.data + in.length - 4);
	gsize i = find_format(in);
	guint8 *out;

	if (i == G_N_ELEMENTS(formats)) {
		*why = g_strdup("its compression is none of gzip, xz, lzma, zstd, lz4");
		return NULL;
	}
	if (!size || size > UNPACKED_MAX) {
		*why = g_strdup("it is damaged: an impossible size");
		return NULL;
	}
	out = g_malloc(size);
	if (formats[i].unpack(in, out, size) == size)
		return g_bytes_new_take(out, size);
	g_free(out);
	*why = g_strdup("it is damaged: it cannot be unpacked");
	return NULL;
}

/* ---- a module ------------------------------------------------------------------------------- */

/* A file that does not say how long it is unpacked. */
static GBytes *unpack_file(struct input in, gsize format)
{
	for (gsize size = in.length * 4; size <= UNPACKED_MAX; size *= 2) {
		guint8 *out = g_malloc(size);
		gsize length = formats[format].unpack(in, out, size);

		if (length && length < size)
			return g_bytes_new_take(g_realloc(out, length), length);
		g_free(out);
	}
	return NULL;
}

GBytes *module_unpack(const char *path)
{
	GMappedFile *file = g_mapped_file_new(path, FALSE, NULL);
	GBytes *elf;
	struct input in;
	gsize format;

	if (!file)
		return NULL;
	in.data = (const guint8 *)g_mapped_file_get_contents(file);
	in.length = g_mapped_file_get_length(file);
	format = find_format(in);
	if (format == G_N_ELEMENTS(formats))
		elf = g_mapped_file_get_bytes(file);
	else
		elf = unpack_file(in, format);
	g_mapped_file_unref(file);
	return elf;
}

/* ---- the image ------------------------------------------------------------------------------- */

static bool find_payload(const guint8 *image, gsize length, struct input *payload)
{
	gsize setup, start, size;

	if (length < HEADER_END || memcmp(image + HEADER_MAGIC, "HdrS", 4))
		return false;
	setup = (gsize)(image[SETUP_SECTORS] ? image[SETUP_SECTORS] : 4) + 1;
	start = setup * SECTOR + get_u32(image + PAYLOAD_OFFSET);
	size = get_u32(image + PAYLOAD_LENGTH);
	if (start > length || size > length - start || size < 8)
		return false;
	*payload = (struct input){ image + start, size };
	return true;
}

GBytes *image_unpack(const char *path, char **why)
{
	GError *error = NULL;
	struct input payload;
	GMappedFile *file = g_mapped_file_new(path, FALSE, &error);
	GBytes *elf = NULL;

	if (!file) {
		*why = g_strdup(error->message);
		g_error_free(error);
		return NULL;
	}
	if (find_payload((const guint8 *)g_mapped_file_get_contents(file),
			 g_mapped_file_get_length(file), &payload))
		elf = unpack(payload, why);
	else
		*why = g_strdup("it is no bzImage");
	g_mapped_file_unref(file);
	return elf;
}

/* ---- ELF ------------------------------------------------------------------------------------- */

static GBytes *find_section(GBytes *bytes, Elf *elf, const char *name)
{
	Elf_Scn *section = NULL;
	gsize length;
	size_t names;

	g_bytes_get_data(bytes, &length);
	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		const char *own;

		if (!gelf_getshdr(section, &header))
			continue;
		own = elf_strptr(elf, names, header.sh_name);
		if (own && !strcmp(own, name) && header.sh_type != SHT_NOBITS &&
		    header.sh_offset <= length && header.sh_size <= length - header.sh_offset)
			return g_bytes_new_from_bytes(bytes, header.sh_offset, header.sh_size);
	}
	return NULL;
}

GBytes *elf_section(GBytes *bytes, const char *name)
{
	gsize length;
	char *data = (char *)g_bytes_get_data(bytes, &length);
	GBytes *found;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(data, length);
	if (!elf)
		return NULL;
	found = find_section(bytes, elf, name);
	elf_end(elf);
	return found;
}

static gsize aligned(gsize n)
{
	return (n + 3) & ~(gsize)3;
}

char *notes_build_id(GBytes *notes)
{
	gsize length, at = 0;
	const guint8 *data = g_bytes_get_data(notes, &length);

	while (at + 12 <= length) {
		gsize name = get_u32(data + at), size = get_u32(data + at + 4);
		guint32 type = get_u32(data + at + 8);
		gsize description = at + 12 + aligned(name);
		GString *text;

		if (name > length || size > length || description + size > length)
			break;
		if (type != NT_GNU_BUILD_ID || name != 4 || memcmp(data + at + 12, "GNU", 4)) {
			at = description + aligned(size);
			continue;
		}
		text = g_string_new(NULL);
		for (gsize i = 0; i < size; i++)
			g_string_append_printf(text, "%02x", data[description + i]);
		return g_string_free(text, FALSE);
	}
	return NULL;
}
