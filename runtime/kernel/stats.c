// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stats.c - aggregates: what s <<< x adds up, and what @count(s) and its relatives make of it.
 *
 * Each CPU adds to an entry of its own; who reads has the lock alone and puts the CPUs' parts
 * together.
 *
 * The variance is kept sample by sample (Welford), in whole numbers: mean and squares are scaled by
 * 2^shift, the shift of @variance(s, shift), so mean moves by the truncated quotient
 *
 *	d = x - mean,  mean += d / count,  squares += d * (x - mean)
 *
 * and parts with different means are joined around the mean of all:
 *
 *	squares of all = sum of (squares + count * (mean - mean of all)^2)
 */
#include "runtime.h"

/* a * b >> shift, exact where the compiler can. */
static s64 stp_multiply_shift(s64 a, s64 b, u32 shift)
{
#ifdef __SIZEOF_INT128__
	return (s64)((__int128)a * b >> shift);
#else
	return a * b >> shift;
#endif
}

/* ---- histograms' buckets --------------------------------------------------------------------- */

/*
 * Logarithmic: bucket 64 is 0, 65 is 1, 66 is 2 and 3, 67 is 4 to 7 …, 63 is -1, 62 is -2 and -3 …
 * Linear: bucket 0 is what is too low, the last one what is too high.
 */
#define STP_LOG_ZERO 64

static u32 stp_bucket_of(const struct stp_stats *stats, s64 value)
{
	u64 place;

	if (stats->histogram == STP_HIST_LOG) {
		if (value > 0)
			return STP_LOG_ZERO + fls64(value);
		return STP_LOG_ZERO - fls64(0 - (u64)value);
	}
	if (value < stats->low)
		return 0;
	place = ((u64)value - (u64)stats->low) / (u64)stats->width;
	return min_t(u64, place + 1, stats->buckets - 1);
}

/* The lowest value of a bucket, or for a linear histogram's ends the border. */
static s64 stp_bucket_value(const struct stp_stats *stats, u32 bucket)
{
	if (stats->histogram == STP_HIST_LOG) {
		if (bucket > STP_LOG_ZERO)
			return 1ULL << (bucket - STP_LOG_ZERO - 1);
		if (bucket < STP_LOG_ZERO)
			return 0 - (1ULL << (STP_LOG_ZERO - 1 - bucket));
		return 0;
	}
	if (!bucket)
		return stats->low;
	if (bucket == stats->buckets - 1)
		bucket--;
	return stats->low + (s64)(bucket - 1) * stats->width;
}

static s64 stp_bucket_count(const struct stp_stats *stats, u32 entry, u32 bucket)
{
	s64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct stp_stat *stat = stp_stat_of(stats, cpu, entry);

		if (stat->count)
			sum += stat->buckets[bucket];
	}
	return sum;
}

/* ---- adding ---------------------------------------------------------------------------------- */

void stp_stat_begin_more(const struct stp_stats *stats, struct stp_stat *stat)
{
	stat->mean = 0;
	stat->squares = 0;
	memset(stat->buckets, 0, stats->buckets * sizeof(stat->buckets[0]));
}

void stp_stat_add_more(const struct stp_stats *stats, struct stp_stat *stat, int64_t value)
{
	if (stats->variance) {
		s64 scaled = (u64)value << stats->shift;
		s64 distance = scaled - stat->mean;

		stat->mean += distance / stat->count;
		stat->squares += stp_multiply_shift(distance, scaled - stat->mean, stats->shift);
	}
	if (stats->histogram)
		stat->buckets[stp_bucket_of(stats, value)]++;
}

void stp_stats_reset(const struct stp_stats *stats, u32 entry)
{
	int cpu;

	for_each_possible_cpu(cpu)
		stp_stat_of(stats, cpu, entry)->count = 0;
}

/* ---- extracting ------------------------------------------------------------------------------ */

/* count, sum, min and max of all CPUs together */
static struct stp_stat stp_stats_total(const struct stp_stats *stats, u32 entry)
{
	struct stp_stat total = { .count = 0 };
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct stp_stat *stat = stp_stat_of(stats, cpu, entry);

		if (!stat->count)
			continue;
		total.min = total.count ? min(total.min, stat->min) : stat->min;
		total.max = total.count ? max(total.max, stat->max) : stat->max;
		total.count += stat->count;
		total.sum += stat->sum;
	}
	return total;
}

static s64 stp_stats_variance(const struct stp_stats *stats, u32 entry,
			      const struct stp_stat *total)
{
	s64 mean, squares = 0;
	int cpu;

	if (total->count < 2)
		return 0;
	mean = (s64)((u64)total->sum << stats->shift) / total->count;
	for_each_possible_cpu(cpu) {
		const struct stp_stat *stat = stp_stat_of(stats, cpu, entry);
		s64 distance = stat->mean - mean;

		if (stat->count)
			squares += stat->squares +
				   stp_multiply_shift(distance * stat->count, distance,
						      stats->shift);
	}
	return squares / (total->count - 1) >> stats->shift;
}

int64_t stp_stats_extract(struct stp_context *c, const struct stp_stats *stats, u32 entry,
			  enum stp_extractor what, const char *place)
{
	struct stp_stat total = stp_stats_total(stats, entry);

	switch (what) {
	case STP_COUNT:
		return total.count;
	case STP_SUM:
		return total.sum;
	default:
		break;
	}
	if (!total.count) {
		stp_error(c, place, "empty aggregate");
		return 0;
	}
	switch (what) {
	case STP_MIN:
		return total.min;
	case STP_MAX:
		return total.max;
	case STP_AVERAGE:
		return total.sum / total.count;
	default:
		return stp_stats_variance(stats, entry, &total);
	}
}

int64_t stp_stats_bucket(struct stp_context *c, const struct stp_stats *stats, u32 entry,
			 int64_t bucket, const char *place)
{
	if (bucket < 0 || bucket >= stats->buckets) {
		stp_error(c, place, "histogram index out of range");
		return 0;
	}
	return stp_bucket_count(stats, entry, bucket);
}

/* ---- printing a histogram -------------------------------------------------------------------- */

/* What is shown: rows first … last, where each has at most `most` samples. */
struct stp_rows {
	const struct stp_stats *stats;
	u32 entry;
	u32 first, last;
	s64 most;
	u32 label_width, count_width;
};

#define STP_ROW_MARGIN 2	/* empty rows on either side of the data */

static u32 stp_number_width(s64 n)
{
	u64 rest = n < 0 ? 0 - (u64)n : n;
	u32 width = n < 0 ? 2 : 1;

	while (rest >= 10) {
		rest /= 10;
		width++;
	}
	return width;
}

/* < and > before the borders of a linear histogram; 0: an ordinary row. */
static char stp_row_sign(const struct stp_stats *stats, u32 row)
{
	if (stats->histogram == STP_HIST_LOG)
		return 0;
	return row == 0 ? '<' : row == stats->buckets - 1 ? '>' : 0;
}

/* Rows for what is out of range are shown only where there is something. */
static bool stp_row_hidden(const struct stp_rows *rows, u32 row)
{
	return stp_row_sign(rows->stats, row) &&
	       !stp_bucket_count(rows->stats, rows->entry, row);
}

/* Is it empty, and so are all rows near it? */
static bool stp_row_elided(const struct stp_rows *rows, u32 row)
{
	s64 elision = rows->stats->elision, near;

	if (elision < 0)
		return false;
	for (near = max_t(s64, (s64)row - elision, 0);
	     near <= (s64)row + elision && near < rows->stats->buckets; near++)
		if (stp_bucket_count(rows->stats, rows->entry, near))
			return false;
	return true;
}

static void stp_rows_measure(struct stp_rows *rows)
{
	const struct stp_stats *stats = rows->stats;
	u32 lowest = 0, i;
	bool found = false;

	for (i = 0; i < stats->buckets; i++) {
		s64 count = stp_bucket_count(stats, rows->entry, i);

		if (!count)
			continue;
		if (!found)
			rows->first = i;
		found = true;
		rows->last = i;
		rows->most = max(rows->most, count);
	}
	/* Without negative samples no negative row is shown. */
	if (stats->histogram == STP_HIST_LOG && rows->first >= STP_LOG_ZERO)
		lowest = STP_LOG_ZERO;
	rows->first = max_t(s64, (s64)rows->first - STP_ROW_MARGIN, lowest);
	rows->last = min(rows->last + STP_ROW_MARGIN, stats->buckets - 1);
	rows->label_width = strlen("value");
	for (i = rows->first; i <= rows->last; i++)
		if (!stp_row_hidden(rows, i))
			rows->label_width =
				max_t(u32, rows->label_width,
				      stp_number_width(stp_bucket_value(stats, i)) +
					      !!stp_row_sign(stats, i));
	rows->count_width = stp_number_width(rows->most);
}

static void stp_out_row(struct stp_out *out, const struct stp_rows *rows, u32 row)
{
	const struct stp_stats *stats = rows->stats;
	s64 count = stp_bucket_count(stats, rows->entry, row), bar = count;
	s64 value = stp_bucket_value(stats, row);
	char sign = stp_row_sign(stats, row);
	u32 width = stp_number_width(value) + !!sign;

	stp_out_repeat(out, ' ', rows->label_width - width);
	if (sign)
		stp_out_bytes(out, &sign, 1);
	stp_out_long(out, value);
	stp_out_bytes(out, " |", 2);
	if (rows->most > stats->bar_width)
		bar = mul_u64_u64_div_u64(count, stats->bar_width, rows->most);
	stp_out_repeat(out, '@', bar);
	stp_out_repeat(out, ' ',
		       stats->bar_width - bar + 1 + rows->count_width - stp_number_width(count));
	stp_out_long(out, count);
	stp_out_bytes(out, "\n", 1);
}

void stp_out_histogram(struct stp_context *c, struct stp_out *out, const struct stp_stats *stats,
		       u32 entry, const char *place)
{
	struct stp_rows rows = { .stats = stats, .entry = entry };
	bool elided = false;
	u32 row;

	if (!stp_stats_total(stats, entry).count) {
		stp_error(c, place, "empty aggregate");
		return;
	}
	stp_rows_measure(&rows);
	stp_out_repeat(out, ' ', rows.label_width - strlen("value"));
	stp_out_bytes(out, "value |", 7);
	stp_out_repeat(out, '-', stats->bar_width);
	stp_out_bytes(out, " count\n", 7);
	for (row = rows.first; row <= rows.last; row++) {
		if (stp_row_hidden(&rows, row))
			continue;
		if (stp_row_elided(&rows, row)) {
			elided = true;
			continue;
		}
		if (elided) {
			stp_out_repeat(out, ' ', rows.label_width + 1);
			stp_out_bytes(out, "~\n", 2);
			elided = false;
		}
		stp_out_row(out, &rows, row);
	}
	stp_out_bytes(out, "\n", 1);
}

/* ---- allocation ------------------------------------------------------------------------------ */

static void stp_stats_free(struct stp_stats *stats)
{
	int cpu;

	if (stats->cpus)
		for_each_possible_cpu(cpu)
			vfree(stats->cpus[cpu]);
	kfree(stats->cpus);
	stats->cpus = NULL;
	kfree(stats->lock->adders);
	stats->lock->adders = NULL;
}

static int stp_stats_allocate(struct stp_stats *stats)
{
	u64 bytes, total;
	int cpu;

	stats->size = sizeof(struct stp_stat) + stats->buckets * sizeof(s64);
	bytes = (u64)stats->size * stats->entries;
	total = bytes * num_possible_cpus();
	stats->lock->adders = kcalloc(nr_cpu_ids, sizeof(struct stp_adder), GFP_KERNEL);
	stats->cpus = kcalloc(nr_cpu_ids, sizeof(*stats->cpus), GFP_KERNEL);
	if (!stats->lock->adders || !stats->cpus || total >> PAGE_SHIFT >= si_mem_available())
		goto no_memory;
	for_each_possible_cpu(cpu) {
		stats->cpus[cpu] = __vmalloc(bytes, STP_BULK_GFP | __GFP_ZERO);
		if (!stats->cpus[cpu])
			goto no_memory;
	}
	return 0;

no_memory:
	stp_message(STP_RECORD_ERROR,
		    "no memory for aggregate '%s': %u entries of %u bytes for each of %u CPUs, %llu KiB",
		    stats->name, stats->entries, stats->size, num_possible_cpus(), total >> 10);
	stp_stats_free(stats);
	return -ENOMEM;
}

static void stp_stats_exit(void)
{
	u32 i;

	for (i = 0; i < stp_script.stats_count; i++)
		stp_stats_free(stp_script.stats[i]);
}

static int stp_stats_init(void)
{
	u32 i;
	int rc;

	for (i = 0; i < stp_script.stats_count; i++) {
		rc = stp_stats_allocate(stp_script.stats[i]);
		if (rc) {
			stp_stats_exit();
			return rc;
		}
	}
	return 0;
}

const struct stp_stats_family stp_stats_family = {
	.init = stp_stats_init,
	.exit = stp_stats_exit,
	.reset = stp_stats_reset,
	.extract = stp_stats_extract,
};
