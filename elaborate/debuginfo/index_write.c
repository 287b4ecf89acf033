// SPDX-License-Identifier: GPL-2.0-or-later
/* index_write.c - what was found, sorted and without duplicates, as the bytes of index.h. */
#include "index_internal.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

void index_found_init(struct index_found *found)
{
#define X(list, record) found->list = g_array_new(FALSE, FALSE, sizeof(record));
	FOUND_LISTS(X)
#undef X
}

void index_found_clear(struct index_found *found)
{
#define X(list, record) g_array_unref(found->list);
	FOUND_LISTS(X)
#undef X
}

void index_found_append(struct index_found *all, const struct index_found *more)
{
	guint functions = all->functions->len, own = all->own->len;
	guint inlined = all->inlined->len, ranges = all->ranges->len;

#define X(list, record) g_array_append_vals(all->list, more->list->data, more->list->len);
	FOUND_LISTS(X)
#undef X
	for (guint i = own; i < all->own->len; i++)
		found_at(all->own, struct found_own, i)->function += functions;
	for (guint i = inlined; i < all->inlined->len; i++) {
		found_at(all->inlined, struct found_inlined, i)->function += functions;
		found_at(all->inlined, struct found_inlined, i)->own += own;
	}
	for (guint i = ranges; i < all->ranges->len; i++)
		found_at(all->ranges, struct found_range, i)->own += own;
}

/* ---- the bytes ------------------------------------------------------------------------------- */

struct writer {
	GByteArray *sections[INDEX_SECTION_COUNT];
	GHashTable *strings[INDEX_SECTION_COUNT];	/* text → offset + 1 */
	guint64 base;
	bool too_large;
};

static void put(struct writer *w, enum index_section section, const void *data, gsize size)
{
	if (w->sections[section]->len > G_MAXUINT32 - 16 - size) {
		w->too_large = true;
		return;
	}
	g_byte_array_append(w->sections[section], data, (guint)size);
}

static guint32 put_string(struct writer *w, enum index_section section, const char *text)
{
	gpointer known = g_hash_table_lookup(w->strings[section], text);
	guint32 offset = w->sections[section]->len;

	if (known)
		return GPOINTER_TO_UINT(known) - 1;
	put(w, section, text, strlen(text) + 1);
	g_hash_table_insert(w->strings[section], (char *)text, GUINT_TO_POINTER(offset + 1));
	return offset;
}

static guint32 delta(struct writer *w, guint64 pc)
{
	if (pc - w->base >= INDEX_NONE)
		w->too_large = true;
	return (guint32)(pc - w->base);
}

/* ---- functions ------------------------------------------------------------------------------- */

static int order_of(guint64 a, guint64 b)
{
	return (a > b) - (a < b);
}

static int compare_names(const void *a, const void *b)
{
	const struct found_function *x = *(struct found_function *const *)a;
	const struct found_function *y = *(struct found_function *const *)b;
	int order = x->name == y->name ? 0 : strcmp(x->name, y->name);

	if (!order && x->file != y->file)
		order = strcmp(x->file, y->file);
	return order ? order : order_of(x->line, y->line);
}

/* Write FUNCTIONS; returns the old number → the new one. */
static guint32 *write_functions(struct writer *w, const GArray *functions, guint *count)
{
	struct found_function *first = (struct found_function *)(void *)functions->data;
	struct found_function **sorted = g_new(struct found_function *, functions->len + 1);
	guint32 *numbers = g_new(guint32, functions->len + 1);

	for (guint i = 0; i < functions->len; i++)
		sorted[i] = first + i;
	qsort(sorted, functions->len, sizeof(*sorted), compare_names);
	*count = 0;
	for (guint i = 0; i < functions->len; i++) {
		if (i == 0 || compare_names(&sorted[i - 1], &sorted[i]) != 0) {
			struct index_function record = {
				.name = put_string(w, INDEX_CODE_STRINGS, sorted[i]->name),
				.file = put_string(w, INDEX_CODE_STRINGS, sorted[i]->file),
				.line = sorted[i]->line,
			};

			put(w, INDEX_FUNCTIONS, &record, sizeof(record));
			(*count)++;
		}
		numbers[sorted[i] - first] = *count - 1;
	}
	g_free(sorted);
	return numbers;
}

static int compare_own(const void *a, const void *b)
{
	const struct found_own *x = *(struct found_own *const *)a;
	const struct found_own *y = *(struct found_own *const *)b;
	int order = order_of(x->function, y->function);

	if (!order)
		order = order_of(x->pc, y->pc);
	return order ? order : order_of(x->die, y->die);
}

/* The name of the function that the linker has at pc; of several the one that begins like ours. */
static const char *symbol_at(const GArray *by_pc, guint64 pc, const char *name)
{
	const char *best = NULL;
	guint low = 0, high = by_pc->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (found_at(by_pc, struct found_symbol, middle)->value < pc)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < by_pc->len; low++) {
		const struct found_symbol *symbol = found_at(by_pc, struct found_symbol, low);

		if (symbol->value != pc)
			break;
		if (!(symbol->flags & INDEX_SYMBOL_FUNCTION))
			continue;
		if (strcmp(symbol->name, name) == 0)
			return symbol->name;
		if (!best || g_str_has_prefix(symbol->name, name))
			best = symbol->name;
	}
	return best;
}

static struct index_function *function_record(struct writer *w, guint number)
{
	return (struct index_function *)(void *)w->sections[INDEX_FUNCTIONS]->data + number;
}

static const char *function_name(struct writer *w, guint number)
{
	return (const char *)w->sections[INDEX_CODE_STRINGS]->data +
	       function_record(w, number)->name;
}

/* Write OWN; returns the old number → the new one. */
static guint32 *write_own(struct writer *w, const GArray *own, const GArray *by_pc)
{
	struct found_own *first = (struct found_own *)(void *)own->data;
	struct found_own **sorted = g_new(struct found_own *, own->len + 1);
	guint32 *numbers = g_new(guint32, own->len + 1);

	for (guint i = 0; i < own->len; i++)
		sorted[i] = first + i;
	qsort(sorted, own->len, sizeof(*sorted), compare_own);
	for (guint i = 0; i < own->len; i++) {
		struct found_own *o = sorted[i];
		const char *symbol = symbol_at(by_pc, o->pc, function_name(w, o->function));
		struct index_function *function = function_record(w, o->function);
		struct index_own record = {
			.die = o->die, .pc = delta(w, o->pc), .function = o->function,
			.symbol = INDEX_NONE,
		};

		if (!function->own_count++)
			function->own = i;
		if (symbol)
			record.symbol = put_string(w, INDEX_CODE_STRINGS, symbol);
		put(w, INDEX_OWN, &record, sizeof(record));
		numbers[o - first] = i;
	}
	g_free(sorted);
	return numbers;
}

static int compare_inlined(const void *a, const void *b)
{
	const struct found_inlined *x = a, *y = b;
	int order = order_of(x->function, y->function);

	if (!order)
		order = order_of(x->pc, y->pc);
	return order ? order : order_of(x->die, y->die);
}

static void write_inlined(struct writer *w, GArray *inlined)
{
	g_array_sort(inlined, compare_inlined);
	for (guint i = 0; i < inlined->len; i++) {
		const struct found_inlined *found = found_at(inlined, struct found_inlined, i);
		struct index_function *function = function_record(w, found->function);
		struct index_inlined record = {
			.die = found->die, .pc = delta(w, found->pc), .own = found->own,
		};

		if (!function->inlined_count++)
			function->inlined = i;
		put(w, INDEX_INLINED, &record, sizeof(record));
	}
}

static int compare_ranges(const void *a, const void *b)
{
	const struct found_range *x = a, *y = b;

	return order_of(x->start, y->start);
}

static void write_ranges(struct writer *w, GArray *ranges)
{
	g_array_sort(ranges, compare_ranges);
	for (guint i = 0; i < ranges->len; i++) {
		const struct found_range *found = found_at(ranges, struct found_range, i);
		struct index_range record = { delta(w, found->start), delta(w, found->end),
					      found->own };

		put(w, INDEX_RANGES, &record, sizeof(record));
	}
}

static guint64 lowest_pc(const struct index_found *found)
{
	guint64 base = G_MAXUINT64;

	for (guint i = 0; i < found->own->len; i++)
		base = MIN(base, found_at(found->own, struct found_own, i)->pc);
	for (guint i = 0; i < found->ranges->len; i++)
		base = MIN(base, found_at(found->ranges, struct found_range, i)->start);
	for (guint i = 0; i < found->inlined->len; i++)
		base = MIN(base, found_at(found->inlined, struct found_inlined, i)->pc);
	return base;
}

static int compare_calls(const void *a, const void *b)
{
	const struct found_call *x = a, *y = b;
	int order = x->name == y->name ? 0 : strcmp(x->name, y->name);

	return order ? order : order_of(x->die, y->die);
}

/* Those of functions whose code is not here are of no use. */
static void write_calls(struct writer *w, GArray *calls)
{
	const char *last = NULL;
	guint count = 0;

	g_array_sort(calls, compare_calls);
	for (guint i = 0; i < calls->len; i++) {
		const struct found_call *call = found_at(calls, struct found_call, i);
		struct index_call record = { .die = call->die };

		count = last && strcmp(last, call->name) == 0 ? count + 1 : 1;
		last = call->name;
		if (count > INDEX_CALLS_MAX ||
		    !g_hash_table_contains(w->strings[INDEX_CODE_STRINGS], call->name))
			continue;
		record.name = put_string(w, INDEX_CODE_STRINGS, call->name);
		put(w, INDEX_CALLS, &record, sizeof(record));
	}
}

/* by_pc: symbols, sorted by value */
static void write_code(struct writer *w, struct index_found *found, const GArray *by_pc)
{
	guint count;
	guint32 *functions = write_functions(w, found->functions, &count);
	guint32 *own;

	w->base = lowest_pc(found);
	for (guint i = 0; i < found->own->len; i++) {
		struct found_own *o = found_at(found->own, struct found_own, i);

		o->function = functions[o->function];
	}
	own = write_own(w, found->own, by_pc);
	for (guint i = 0; i < found->inlined->len; i++) {
		struct found_inlined *f = found_at(found->inlined, struct found_inlined, i);

		f->function = functions[f->function];
		f->own = own[f->own];
	}
	for (guint i = 0; i < found->ranges->len; i++) {
		struct found_range *r = found_at(found->ranges, struct found_range, i);

		r->own = own[r->own];
	}
	write_inlined(w, found->inlined);
	write_ranges(w, found->ranges);
	write_calls(w, found->calls);
	g_free(functions);
	g_free(own);
}

/* ---- data and symbols ------------------------------------------------------------------------ */

static int compare_types(const void *a, const void *b)
{
	const struct found_type *x = a, *y = b;
	int order = x->name == y->name ? 0 : strcmp(x->name, y->name);

	if (!order)
		order = order_of(x->tag, y->tag);
	return order ? order : order_of(x->die, y->die);
}

static void write_types(struct writer *w, GArray *types)
{
	const struct found_type *last = NULL;

	g_array_sort(types, compare_types);
	for (guint i = 0; i < types->len; i++) {
		const struct found_type *type = found_at(types, struct found_type, i);
		struct index_type record = { .tag = type->tag, .die = type->die };

		if (last && last->tag == type->tag && strcmp(last->name, type->name) == 0)
			continue;
		record.name = put_string(w, INDEX_DATA_STRINGS, type->name);
		put(w, INDEX_TYPES, &record, sizeof(record));
		last = type;
	}
}

static int compare_enumerators(const void *a, const void *b)
{
	const struct found_enumerator *x = a, *y = b;
	int order = x->name == y->name ? 0 : strcmp(x->name, y->name);

	return order ? order : (x->value > y->value) - (x->value < y->value);
}

static void write_enumerators(struct writer *w, GArray *enumerators)
{
	const char *last = NULL;

	g_array_sort(enumerators, compare_enumerators);
	for (guint i = 0; i < enumerators->len; i++) {
		const struct found_enumerator *e = found_at(enumerators, struct found_enumerator,
							    i);
		struct index_enumerator record = { .value = e->value };

		if (last && strcmp(last, e->name) == 0)
			continue;
		record.name = put_string(w, INDEX_DATA_STRINGS, e->name);
		put(w, INDEX_ENUMERATORS, &record, sizeof(record));
		last = e->name;
	}
}

static int compare_variables(const void *a, const void *b)
{
	const struct found_variable *x = a, *y = b;
	int order = x->name == y->name ? 0 : strcmp(x->name, y->name);

	if (!order)
		order = x->declared - y->declared;
	return order ? order : order_of(x->die, y->die);
}

static void write_variables(struct writer *w, GArray *variables)
{
	const char *last = NULL;

	g_array_sort(variables, compare_variables);
	for (guint i = 0; i < variables->len; i++) {
		const struct found_variable *v = found_at(variables, struct found_variable, i);
		struct index_variable record = { put_string(w, INDEX_DATA_STRINGS, v->name),
						 v->die };

		if (v->declared && last && strcmp(last, v->name) == 0)
			continue;
		last = v->name;
		put(w, INDEX_VARIABLES, &record, sizeof(record));
	}
}

static int compare_symbol_names(const void *a, const void *b)
{
	const struct found_symbol *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : order_of(x->value, y->value);
}

static int compare_symbol_values(const void *a, const void *b)
{
	const struct found_symbol *x = a, *y = b;
	int order = order_of(x->value, y->value);

	if (!order)
		order = (int)y->global - (int)x->global;
	return order ? order : strcmp(x->name, y->name);
}

/* EXPORT_SYMBOL(x) leaves a symbol __ksymtab_x. */
static void mark_exported(GArray *symbols)
{
	static const char prefix[] = "__ksymtab_";
	GHashTable *exported = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < symbols->len; i++) {
		const char *name = found_at(symbols, struct found_symbol, i)->name;

		if (g_str_has_prefix(name, prefix))
			g_hash_table_add(exported, (char *)name + strlen(prefix));
	}
	for (guint i = 0; i < symbols->len; i++) {
		struct found_symbol *symbol = found_at(symbols, struct found_symbol, i);

		if (symbol->global && g_hash_table_contains(exported, symbol->name))
			symbol->flags |= INDEX_SYMBOL_EXPORTED;
	}
	g_hash_table_unref(exported);
}

static void write_symbols(struct writer *w, GArray *symbols)
{
	mark_exported(symbols);
	g_array_sort(symbols, compare_symbol_names);
	for (guint i = 0; i < symbols->len; i++) {
		const struct found_symbol *s = found_at(symbols, struct found_symbol, i);
		struct index_symbol record = {
			.name = put_string(w, INDEX_SYMBOL_STRINGS, s->name),
			.flags = s->flags, .value = s->value,
		};

		put(w, INDEX_SYMBOLS, &record, sizeof(record));
	}
}

/* ---- the whole ------------------------------------------------------------------------------- */

static GByteArray *assemble(struct writer *w, const char *build_id)
{
	struct index_header header = { .magic = INDEX_MAGIC, .byte_order = 0x01020304,
				       .version = INDEX_VERSION, .size = sizeof(header),
				       .base = w->base };
	GByteArray *bytes;
	guint64 offset = sizeof(header);

	g_strlcpy(header.build_id, build_id, sizeof(header.build_id));
	for (int i = 0; i < INDEX_SECTION_COUNT; i++) {
		GByteArray *section = w->sections[i];

		offset = (offset + 7) & ~(guint64)7;
		header.sections[i].offset = offset;
		header.sections[i].size = section->len;
		header.sections[i].checksum =
			(guint32)crc32_z(0, section->len ? section->data : (const guint8 *)"",
					 section->len);
		offset += section->len;
	}
	if (w->too_large || offset > G_MAXINT32)
		return NULL;
	header.checksum = (guint32)crc32(0, (const guint8 *)&header, sizeof(header));
	bytes = g_byte_array_sized_new((guint)offset);
	g_byte_array_append(bytes, (const guint8 *)&header, sizeof(header));
	for (int i = 0; i < INDEX_SECTION_COUNT; i++) {
		static const guint8 padding[8];

		g_byte_array_append(bytes, padding,
				    (guint)(header.sections[i].offset - bytes->len));
		if (w->sections[i]->len)
			g_byte_array_append(bytes, w->sections[i]->data, w->sections[i]->len);
	}
	return bytes;
}

GByteArray *index_write(struct index_found *found, const char *build_id)
{
	struct writer w = { 0 };
	GByteArray *bytes;

	for (int i = 0; i < INDEX_SECTION_COUNT; i++) {
		w.sections[i] = g_byte_array_new();
		w.strings[i] = g_hash_table_new(g_str_hash, g_str_equal);
	}
	g_array_sort(found->symbols, compare_symbol_values);
	write_code(&w, found, found->symbols);
	write_types(&w, found->types);
	write_enumerators(&w, found->enumerators);
	write_variables(&w, found->variables);
	write_symbols(&w, found->symbols);
	bytes = assemble(&w, build_id);
	for (int i = 0; i < INDEX_SECTION_COUNT; i++) {
		g_byte_array_unref(w.sections[i]);
		g_hash_table_unref(w.strings[i]);
	}
	return bytes;
}
