// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * index.c - reading an index: mapping it, distrusting it, looking names up.
 *
 * A section is checked when it is first used.  One that does not match is not worth a message: the
 * index is built again, and used from memory from then on.  What was handed out before stays where
 * it is until the arena goes.
 */
#include "index.h"

#include <string.h>
#include <zlib.h>

#define CACHE_EXT "debuginfo"

struct image {
	const guint8 *data;
	gsize size;
};

struct index {
	struct cache *cache;
	char *build_id;
	index_builder build;
	void *data;
	struct image image;
	bool from_memory;	/* built by this process: not checked */
	bool checked[INDEX_SECTION_COUNT];
	GPtrArray *mapped;	/* GMappedFile */
	GPtrArray *built;	/* GByteArray */
};

static const struct {
	gsize record;
	enum index_section strings;
} sections[] = {
#define X(name, record, strings) { sizeof(record), INDEX_##strings },
	INDEX_SECTIONS(X)
#undef X
};

static const struct index_header *header(const struct index *index)
{
	return (const struct index_header *)(const void *)index->image.data;
}

static bool section_fits(const struct index_header *h, gsize size, enum index_section i)
{
	guint64 offset = h->sections[i].offset, length = h->sections[i].size;

	return offset % 8 == 0 && offset >= sizeof(*h) && offset <= size &&
	       length <= size - offset && length % sections[i].record == 0;
}

static bool header_holds(const struct index *index)
{
	struct index_header copy;

	if (index->image.size < sizeof(copy))
		return false;
	memcpy(&copy, index->image.data, sizeof(copy));
	copy.checksum = 0;
	if (memcmp(copy.magic, INDEX_MAGIC, sizeof(copy.magic)) || copy.byte_order != 0x01020304 ||
	    copy.version != INDEX_VERSION || copy.size != sizeof(copy) ||
	    crc32(0, (const guint8 *)&copy, sizeof(copy)) != header(index)->checksum ||
	    strncmp(copy.build_id, index->build_id, sizeof(copy.build_id) - 1) != 0)
		return false;
	for (int i = 0; i < INDEX_SECTION_COUNT; i++)
		if (!section_fits(&copy, index->image.size, i))
			return false;
	return true;
}

static bool section_holds(const struct index *index, enum index_section i)
{
	const struct index_header *h = header(index);
	const guint8 *data = index->image.data + h->sections[i].offset;
	guint64 size = h->sections[i].size;

	if (sections[i].record == 1 && size && data[size - 1])
		return false;
	return crc32_z(0, data, size) == h->sections[i].checksum;
}

/* A cache that cannot be written costs the next run some seconds; it is no error. */
static bool rebuild(struct index *index)
{
	GByteArray *bytes = index->build(index->data);

	if (!bytes)
		return false;
	g_ptr_array_add(index->built, bytes);
	index->image = (struct image){ bytes->data, bytes->len };
	index->from_memory = true;
	if (index->cache && cache_store(index->cache, index->build_id, CACHE_EXT, bytes->data,
					bytes->len) == 0)
		(void)cache_clean(index->cache, false);
	return true;
}

static bool map(struct index *index)
{
	g_autofree char *path = index->cache ?
		cache_find(index->cache, index->build_id, CACHE_EXT) : NULL;
	GMappedFile *file = path ? g_mapped_file_new(path, FALSE, NULL) : NULL;

	if (!file)
		return false;
	g_ptr_array_add(index->mapped, file);
	index->image = (struct image){ (const guint8 *)g_mapped_file_get_contents(file),
				       g_mapped_file_get_length(file) };
	return header_holds(index);
}

static void index_free(gpointer data)
{
	struct index *index = data;

	g_ptr_array_unref(index->mapped);
	g_ptr_array_unref(index->built);
	g_free(index->build_id);
	g_free(index);
}

static void unmap(gpointer file)
{
	g_mapped_file_unref(file);
}

static void free_bytes(gpointer bytes)
{
	g_byte_array_unref(bytes);
}

struct index *index_open(struct arena *arena, struct cache *cache, const char *build_id,
			 index_builder build, void *data)
{
	struct index *index = g_new0(struct index, 1);

	index->cache = cache;
	index->build_id = g_strdup(build_id);
	index->build = build;
	index->data = data;
	index->mapped = g_ptr_array_new_with_free_func(unmap);
	index->built = g_ptr_array_new_with_free_func(free_bytes);
	g_hash_table_insert(arena_table(arena, index_free), "index", index);
	return map(index) || rebuild(index) ? index : NULL;
}

/* ---- lookups --------------------------------------------------------------------------------- */

/* The bytes of a section that holds; when it cannot be built again either, there are none. */
static struct image section_image(struct index *index, enum index_section i)
{
	const struct index_header *h;

	if (!index->from_memory && !index->checked[i]) {
		if (!section_holds(index, i) && !rebuild(index))
			return (struct image){ (const guint8 *)"", 0 };
		index->checked[i] = true;
	}
	h = header(index);
	return (struct image){ index->image.data + h->sections[i].offset, h->sections[i].size };
}

const void *index_records(struct index *index, enum index_section section, guint *count)
{
	struct image image = section_image(index, section);

	*count = (guint)(image.size / sections[section].record);
	return image.data;
}

const void *index_record(struct index *index, enum index_section section, guint number)
{
	guint count;
	const guint8 *records = index_records(index, section, &count);

	return number < count ? records + number * sections[section].record : NULL;
}

const char *index_string(struct index *index, enum index_section section, guint32 offset)
{
	struct image image = section_image(index, sections[section].strings);

	return offset < image.size ? (const char *)image.data + offset : "";
}

guint64 index_base(const struct index *index)
{
	return header(index)->base;
}

/* The first record whose name, or its first `length` characters, is not before `name`. */
static guint lower_bound(struct index *index, enum index_section section, const char *name,
			 gsize length, bool behind)
{
	gsize record = sections[section].record;
	guint low = 0, high;
	const guint8 *records;

	/* Strings first: what is checked later may be built again. */
	index_string(index, section, 0);
	records = index_records(index, section, &high);
	while (low < high) {
		guint middle = low + (high - low) / 2;
		guint32 offset;
		int order;

		memcpy(&offset, records + middle * record, sizeof(offset));
		order = strncmp(index_string(index, section, offset), name, length);
		if (order < 0 || (behind && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void index_find(struct index *index, enum index_section section, const char *pattern,
		guint *first, guint *count)
{
	gsize length = strcspn(pattern, "*?[\\");

	/* Without wildcards the end of the name counts, too. */
	if (!pattern[length])
		length++;
	*first = lower_bound(index, section, pattern, length, false);
	*count = lower_bound(index, section, pattern, length, true) - *first;
}
