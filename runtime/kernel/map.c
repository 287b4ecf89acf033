// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * map.c - arrays: a hash table over nodes that are all allocated before the first probe.
 *
 * A node is known by its number, from 1; 0 is none, so that zeroed memory is an empty table.  It is
 * in a hash chain and in the list of the order of insertion, or in the list of free nodes.  Nodes
 * that were never used are not in any list: they are those above `used`.  Node layout:
 *
 *	struct stp_map_node | value | key 1 | key 2 …		numbers: 8 bytes, strings:
 * MAXSTRINGLEN
 *
 * Sorting makes an array of (rank, node), where the rank of a number is the number and that of a
 * string its first 8 bytes, and merges runs bottom up: stable, no recursion, and it rarely looks at
 * the nodes themselves.  Memory for it exists once per map: the caller has the write lock.
 */
#include <linux/log2.h>
#include <linux/random.h>

#include "runtime.h"

struct stp_map_node {
	u32 hash;
	u32 chain;		/* next in the hash chain */
	u32 next;		/* inserted after this one; or the next free one */
	u32 prev;		/* inserted before this one; STP_NODE_FREE: not in the map */
};

#define STP_NODE_FREE (~0u)

struct stp_rank {
	u64 rank;
	u32 node;
};

struct stp_map_storage {
	u32 count;
	u32 first, last;	/* oldest and newest */
	u32 free;
	u32 used;		/* nodes 1 … used were in the map at least once */
	u32 mask;		/* buckets - 1 */
	u32 node_size;
	u32 key_offsets[STP_MAXKEYS];
	u64 seed;
	u32 *buckets;
	int inserting;		/* by one of the CPUs that add to aggregates */
	char *nodes;
	struct stp_rank *ranks;	/* twice max_entries */
	u32 *orders;		/* map->sorts arrays of max_entries */
	u8 *sorting;		/* by sort: its loop is in progress */
};

static inline struct stp_map_node *stp_node(const struct stp_map_storage *storage, u32 number)
{
	return (void *)(storage->nodes + (size_t)number * storage->node_size);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Multiply and fold, over numbers at once and over strings by bytes. */
static u32 stp_map_hash(const struct stp_map *map, const union stp_value *keys)
{
	const u64 prime = 0x9e3779b97f4a7c15ULL;
	u64 hash = map->storage->seed;
	u32 i, j;

	for (i = 0; i < map->keys; i++) {
		if (map->key_types[i] == STP_LONG) {
			hash ^= (u64)keys[i].n;
		} else {
			const char *s = keys[i].s;

			for (j = 0; j < MAXSTRINGLEN - 1 && s[j]; j++)
				hash = (hash ^ (u8)s[j]) * 0x100000001b3ULL;
		}
		hash *= prime;
		hash ^= hash >> 32;
	}
	return hash ^ hash >> 15;
}

static bool stp_map_same_key(const struct stp_map *map, const struct stp_map_node *node,
			     const union stp_value *keys, u32 i)
{
	const char *place = (const char *)node + map->storage->key_offsets[i];

	if (map->key_types[i] == STP_LONG)
		return *(const int64_t *)place == keys[i].n;
	return !strncmp(place, keys[i].s, MAXSTRINGLEN - 1);
}

static bool stp_map_same_keys(const struct stp_map *map, const struct stp_map_node *node,
			      const union stp_value *keys)
{
	u32 i;

	for (i = 0; i < map->keys; i++)
		if (!stp_map_same_key(map, node, keys, i))
			return false;
	return true;
}

static struct stp_map_node *stp_map_lookup(const struct stp_map *map, const union stp_value *keys,
					   u32 hash)
{
	const struct stp_map_storage *storage = map->storage;
	/* Another CPU may insert an aggregate meanwhile: see stp_map_stats_slot(). */
	u32 number = smp_load_acquire(&storage->buckets[hash & storage->mask]);

	while (number) {
		struct stp_map_node *node = stp_node(storage, number);

		if (node->hash == hash && stp_map_same_keys(map, node, keys))
			return node;
		number = node->chain;
	}
	return NULL;
}

/* ---- insertion and removal ------------------------------------------------------------------- */

static inline u32 stp_node_number(const struct stp_map_storage *storage,
				  const struct stp_map_node *node)
{
	return ((const char *)node - storage->nodes) / storage->node_size;
}

static void stp_map_remove(struct stp_map_storage *storage, struct stp_map_node *node)
{
	u32 number = stp_node_number(storage, node);
	u32 *link = &storage->buckets[node->hash & storage->mask];

	while (*link != number)
		link = &stp_node(storage, *link)->chain;
	*link = node->chain;

	if (node->prev)
		stp_node(storage, node->prev)->next = node->next;
	else
		storage->first = node->next;
	if (node->next)
		stp_node(storage, node->next)->prev = node->prev;
	else
		storage->last = node->prev;

	node->prev = STP_NODE_FREE;
	node->next = storage->free;
	storage->free = number;
	storage->count--;
}

/* A free node, out of its list; 0: the map is full. */
static u32 stp_map_take(const struct stp_map *map)
{
	struct stp_map_storage *storage = map->storage;
	u32 number = storage->free;

	if (number) {
		storage->free = stp_node(storage, number)->next;
		return number;
	}
	return storage->used < map->max_entries ? ++storage->used : 0;
}

static struct stp_map_node *stp_map_insert(const struct stp_map *map, u32 number,
					   const union stp_value *keys, u32 hash)
{
	struct stp_map_storage *storage = map->storage;
	struct stp_map_node *node = stp_node(storage, number);
	u32 *bucket = &storage->buckets[hash & storage->mask];
	char *value = (char *)(node + 1);
	u32 i;

	for (i = 0; i < map->keys; i++) {
		char *place = (char *)node + storage->key_offsets[i];

		if (map->key_types[i] == STP_LONG)
			*(int64_t *)place = keys[i].n;
		else
			stp_string_copy(place, keys[i].s);
	}
	if (map->value_type == STP_LONG)
		*(int64_t *)value = 0;
	else if (map->value_type == STP_STRING)
		*value = 0;
	else
		stp_script.stats_family->reset(map->stats, number);

	node->hash = hash;
	node->chain = *bucket;
	node->next = 0;
	node->prev = storage->last;
	if (storage->last)
		stp_node(storage, storage->last)->next = number;
	else
		storage->first = number;
	storage->last = number;
	storage->count++;
	smp_store_release(bucket, number);
	return node;
}

struct stp_map_node *stp_map_find(const struct stp_map *map, const union stp_value *keys)
{
	return stp_map_lookup(map, keys, stp_map_hash(map, keys));
}

static struct stp_map_node *stp_map_new(struct stp_context *c, struct stp_map *map,
					const union stp_value *keys, u32 hash, const char *place)
{
	u32 number;

	number = stp_map_take(map);
	if (!number && map->wrap && map->storage->first) {
		stp_map_remove(map->storage, stp_node(map->storage, map->storage->first));
		number = stp_map_take(map);
	}
	if (unlikely(!number)) {
		if (map->stated_size)
			stp_errorf(c, place, "Array overflow, check size limit (%u)",
				   map->max_entries);
		else
			stp_error(c, place, "Array overflow, check MAXMAPENTRIES");
		return NULL;
	}
	return stp_map_insert(map, number, keys, hash);
}

struct stp_map_node *stp_map_slot(struct stp_context *c, struct stp_map *map,
				  const union stp_value *keys, const char *place)
{
	u32 hash = stp_map_hash(map, keys);
	struct stp_map_node *node = stp_map_lookup(map, keys, hash);

	return node ? node : stp_map_new(c, map, keys, hash, place);
}

/*
 * Who inserts is one of many CPUs that may add to the array at the same time, as it has no other
 * effect on what is already there.  They take turns, and those that only look see a node when it is
 * whole.
 */
#define STP_INSERT_SPINS 1000000

u32 stp_map_stats_slot(struct stp_context *c, struct stp_map *map, const union stp_value *keys,
		       const char *place)
{
	struct stp_map_storage *storage = map->storage;
	u32 hash = stp_map_hash(map, keys);
	struct stp_map_node *node = stp_map_lookup(map, keys, hash);
	int spins = STP_INSERT_SPINS;

	if (likely(node))
		return stp_node_number(storage, node);
	while (READ_ONCE(storage->inserting) || cmpxchg(&storage->inserting, 0, 1)) {
		if (!spins--) {
			stp_errorf(c, place, "array '%s' is busy", map->name);
			return 0;
		}
		cpu_relax();
	}
	node = stp_map_lookup(map, keys, hash);
	if (!node)
		node = stp_map_new(c, map, keys, hash, place);
	smp_store_release(&storage->inserting, 0);
	return node ? stp_node_number(storage, node) : 0;
}

u32 stp_map_stats_find(const struct stp_map *map, const union stp_value *keys)
{
	struct stp_map_node *node = stp_map_find(map, keys);

	return node ? stp_node_number(map->storage, node) : 0;
}

void stp_map_delete(struct stp_map *map, const union stp_value *keys)
{
	struct stp_map_node *node = stp_map_find(map, keys);

	if (node)
		stp_map_remove(map->storage, node);
}

/* ---- slices ---------------------------------------------------------------------------------- */

static bool stp_map_in_slice(const struct stp_map *map, const struct stp_map_node *node,
			     const union stp_value *keys, u32 mask)
{
	u32 i;

	for (i = 0; i < map->keys; i++)
		if (mask & 1u << i && !stp_map_same_key(map, node, keys, i))
			return false;
	return true;
}

bool stp_map_has(const struct stp_map *map, const union stp_value *keys, u32 mask)
{
	const struct stp_map_storage *storage = map->storage;
	u32 number;

	for (number = storage->first; number; number = stp_node(storage, number)->next)
		if (stp_map_in_slice(map, stp_node(storage, number), keys, mask))
			return true;
	return false;
}

void stp_map_delete_slice(struct stp_map *map, const union stp_value *keys, u32 mask)
{
	struct stp_map_storage *storage = map->storage;
	u32 number = storage->first;

	while (number) {
		struct stp_map_node *node = stp_node(storage, number);

		number = node->next;
		if (stp_map_in_slice(map, node, keys, mask))
			stp_map_remove(storage, node);
	}
}

/* Bounded by the elements that there are, not by the room for them. */
void stp_map_clear(struct stp_map *map)
{
	struct stp_map_storage *storage = map->storage;

	while (storage->last)
		stp_map_remove(storage, stp_node(storage, storage->last));
}

u32 stp_map_count(const struct stp_map *map)
{
	return map->storage->count;
}

/* ---- what is in a node ----------------------------------------------------------------------- */

int64_t *stp_map_value_long(const struct stp_map *map, struct stp_map_node *node)
{
	return (int64_t *)(node + 1);
}

char *stp_map_value_string(const struct stp_map *map, struct stp_map_node *node)
{
	return (char *)(node + 1);
}

int64_t stp_map_key_long(const struct stp_map *map, const struct stp_map_node *node, u32 key)
{
	return *(const int64_t *)((const char *)node + map->storage->key_offsets[key]);
}

const char *stp_map_key_string(const struct stp_map *map, const struct stp_map_node *node, u32 key)
{
	return (const char *)node + map->storage->key_offsets[key];
}

/* ---- sorting --------------------------------------------------------------------------------- */

struct stp_sort {
	const struct stp_map_storage *storage;
	const struct stp_stats *stats;	/* aggregates, which are sorted by `what`; or NULL */
	enum stp_extractor what;
	u32 offset;		/* in the node, of what is compared */
	bool string;
	bool descending;
};

static u64 stp_sort_rank(struct stp_context *c, const struct stp_sort *sort, u32 number)
{
	const char *place = (const char *)stp_node(sort->storage, number) + sort->offset;
	u64 rank = 0;
	u32 i;

	if (sort->stats) {
		rank = stp_script.stats_family->extract(c, sort->stats, number, sort->what, NULL) ^
		       1ULL << 63;
	} else if (sort->string) {
		for (i = 0; i < 8 && place[i]; i++)
			rank |= (u64)(u8)place[i] << (56 - 8 * i);
	} else {
		rank = *(const u64 *)place ^ 1ULL << 63;	/* signed order as unsigned order */
	}
	return sort->descending ? ~rank : rank;
}

/* Must b come before a, which now comes first?  Equal ones stay as they are. */
static bool stp_sort_swapped(const struct stp_sort *sort, const struct stp_rank *a,
			     const struct stp_rank *b)
{
	const char *place_a, *place_b;
	int order;

	if (a->rank != b->rank)
		return b->rank < a->rank;
	if (!sort->string)
		return false;
	place_a = (const char *)stp_node(sort->storage, a->node) + sort->offset;
	place_b = (const char *)stp_node(sort->storage, b->node) + sort->offset;
	order = strncmp(place_a, place_b, MAXSTRINGLEN);
	return sort->descending ? order < 0 : order > 0;
}

static void stp_sort_merge(const struct stp_sort *sort, const struct stp_rank *from,
			   struct stp_rank *to, u32 left, u32 middle, u32 right)
{
	u32 a = left, b = middle, i;

	for (i = left; i < right; i++) {
		if (a < middle && (b == right || !stp_sort_swapped(sort, &from[a], &from[b])))
			to[i] = from[a++];
		else
			to[i] = from[b++];
	}
}

static void stp_sort_into(struct stp_context *c, const struct stp_sort *sort, u32 *order,
			  u32 count, u32 max)
{
	struct stp_rank *from = sort->storage->ranks, *to = from + max;
	u32 number = sort->storage->first, i;
	u64 width;

	for (i = 0; i < count; i++) {
		from[i].node = number;
		from[i].rank = stp_sort_rank(c, sort, number);
		number = stp_node(sort->storage, number)->next;
	}
	for (width = 1; width < count; width *= 2) {
		u64 left;

		for (left = 0; left < count; left += 2 * width)
			stp_sort_merge(sort, from, to, left, min_t(u64, left + width, count),
				       min_t(u64, left + 2 * width, count));
		swap(from, to);
	}
	for (i = 0; i < count; i++)
		order[i] = from[i].node;
}

/* ---- walks ----------------------------------------------------------------------------------- */

void stp_map_walk_start(struct stp_map_walk *walk, struct stp_map *map)
{
	walk->map = map;
	walk->mask = 0;
	walk->order = NULL;
	walk->next = map->storage->first;
	walk->left = map->storage->count;
}

void stp_map_walk_sorted(struct stp_context *c, struct stp_map_walk *walk, struct stp_map *map,
			 u32 sort, u32 by, bool descending, const char *place)
{
	struct stp_map_storage *storage = map->storage;
	u32 *order = storage->orders + (size_t)sort * map->max_entries;
	struct stp_sort how = { .storage = storage, .descending = descending };

	walk->map = map;
	walk->mask = 0;
	walk->order = order;
	walk->next = 0;
	walk->left = 0;
	if (storage->sorting[sort]) {
		walk->order = NULL;
		stp_errorf(c, place, "foreach over '%s' within itself", map->name);
		return;
	}
	if (by >= STP_SORT_STATS(0)) {
		how.stats = map->stats;
		how.what = by - STP_SORT_STATS(0);
	} else if (by == STP_SORT_VALUE) {
		how.offset = sizeof(struct stp_map_node);
		how.string = map->value_type == STP_STRING;
	} else {
		how.offset = storage->key_offsets[by - 1];
		how.string = map->key_types[by - 1] == STP_STRING;
	}
	storage->sorting[sort] = 1;
	stp_sort_into(c, &how, order, storage->count, map->max_entries);
	walk->left = storage->count;
}

/*
 * The body may delete elements, the current one too.  A walk in order of insertion ends when its
 * next element is gone, a sorted one passes over it.
 */
struct stp_map_node *stp_map_walk_next(struct stp_map_walk *walk)
{
	struct stp_map_storage *storage = walk->map->storage;

	while (walk->left) {
		u32 number = walk->order ? walk->order[walk->next] : walk->next;
		struct stp_map_node *node = stp_node(storage, number);

		walk->left--;
		if (walk->order)
			walk->next++;
		else if (!number || node->prev == STP_NODE_FREE)
			break;
		else
			walk->next = node->next;
		if (node->prev != STP_NODE_FREE &&
		    (!walk->mask || stp_map_in_slice(walk->map, node, walk->slice, walk->mask)))
			return node;
	}
	walk->left = 0;
	return NULL;
}

/* A walk that could not start has no order, and the loop in progress keeps its own. */
void stp_map_walk_end(struct stp_map_walk *walk, u32 sort)
{
	if (walk->order)
		walk->map->storage->sorting[sort] = 0;
}

/* ---- allocation ------------------------------------------------------------------------------ */

static u32 stp_value_size(u8 type)
{
	switch (type) {
	case STP_LONG:
		return sizeof(int64_t);
	case STP_STRING:
		return ALIGN(MAXSTRINGLEN, 8);
	default:
		return 0;	/* aggregates live in map->stats */
	}
}

static void stp_map_free(struct stp_map *map)
{
	struct stp_map_storage *storage = map->storage;

	if (!storage)
		return;
	vfree(storage->buckets);
	vfree(storage->nodes);
	vfree(storage->ranks);
	vfree(storage->orders);
	kfree(storage->sorting);
	kfree(storage);
	map->storage = NULL;
}

static int stp_map_allocate(struct stp_map *map)
{
	u64 entries = map->max_entries, size, total;
	struct stp_map_storage *storage;
	u32 buckets, i;

	buckets = roundup_pow_of_two(clamp_t(u32, map->max_entries, 16, 1u << 31));
	storage = kzalloc(sizeof(*storage), GFP_KERNEL);
	size = sizeof(struct stp_map_node) + stp_value_size(map->value_type);
	for (i = 0; i < map->keys; i++) {
		if (storage)
			storage->key_offsets[i] = size;
		size += stp_value_size(map->key_types[i]);
	}
	total = size * (entries + 1) + (u64)buckets * sizeof(u32);
	if (map->sorts)
		total += entries * (2 * sizeof(struct stp_rank) + map->sorts * sizeof(u32));
	/* Rather no script than a machine without memory: what is not easily there is not taken. */
	if (!storage || total >> PAGE_SHIFT >= si_mem_available())
		goto no_memory;

	map->storage = storage;
	storage->mask = buckets - 1;
	storage->node_size = size;
	storage->seed = get_random_u64();
	storage->nodes = __vmalloc(size * (entries + 1), STP_BULK_GFP | __GFP_ZERO);
	storage->buckets = __vmalloc((size_t)buckets * sizeof(u32), STP_BULK_GFP | __GFP_ZERO);
	if (!storage->nodes || !storage->buckets)
		goto no_memory;
	if (map->sorts && entries) {
		storage->ranks = __vmalloc(entries * 2 * sizeof(struct stp_rank), STP_BULK_GFP);
		storage->orders = __vmalloc(entries * map->sorts * sizeof(u32), STP_BULK_GFP);
		storage->sorting = kcalloc(map->sorts, 1, GFP_KERNEL);
		if (!storage->ranks || !storage->orders || !storage->sorting)
			goto no_memory;
	}
	return 0;

no_memory:
	stp_message(STP_RECORD_ERROR,
		    "no memory for array '%s': %u elements of %llu bytes, %llu KiB with its tables",
		    map->name, map->max_entries, size, total >> 10);
	if (map->storage)
		stp_map_free(map);
	else
		kfree(storage);
	return -ENOMEM;
}

static int stp_maps_init(void)
{
	u32 i;
	int rc;

	for (i = 0; i < stp_script.map_count; i++) {
		rc = stp_map_allocate(stp_script.maps[i]);
		if (rc)
			return rc;
	}
	return 0;
}

static void stp_maps_exit(void)
{
	u32 i;

	for (i = 0; i < stp_script.map_count; i++)
		stp_map_free(stp_script.maps[i]);
}

const struct stp_map_family stp_map_family = {
	.init = stp_maps_init,
	.exit = stp_maps_exit,
};
