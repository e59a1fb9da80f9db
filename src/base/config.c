/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config.h"
#include "base/file.h"
#include "base/mem.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN ((size_t)64)
#define STRING_MAX ((uint64_t)4096)

/* ---- one value ---- */

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit durations[] = {
	{"ms", 1000000}, {"s", 1000000000}, {"m", 60 * UINT64_C(1000000000)}, {"h", 3600 * UINT64_C(1000000000)},
	{"d", 86400 * UINT64_C(1000000000)},
};
static const struct unit sizes[] = {
	{"KiB", UINT64_C(1) << 10}, {"MiB", UINT64_C(1) << 20}, {"GiB", UINT64_C(1) << 30}, {"TiB", UINT64_C(1) << 40},
	{"", 1},
};

static pl_status with_unit(pl_str text, const struct unit *units, size_t count, uint64_t *ret)
{
	size_t n = 0;
	uint64_t v;

	while (n < text.len && text.ptr[n] >= '0' && text.ptr[n] <= '9')
		n++;
	for (size_t i = 0; i < count; i++) {
		pl_status st;

		if (!pl_str_eq(pl_str_sub(text, n, text.len), pl_str_from(units[i].name)))
			continue;
		st = pl_str_to_u64(pl_str_sub(text, 0, n), UINT64_MAX / units[i].factor, &v);
		if (st)
			return st;
		*ret = v * units[i].factor;
		return PL_OK;
	}
	return PL_E_SYNTAX;
}

pl_status pl_config_duration(pl_str text, uint64_t *ret_ns)
{
	return with_unit(text, durations, PL_COUNT(durations), ret_ns);
}

pl_status pl_config_size(pl_str text, uint64_t *ret_bytes)
{
	return with_unit(text, sizes, PL_COUNT(sizes), ret_bytes);
}

static const char *expected(const struct pl_config_key *k)
{
	switch (k->type) {
	case PL_CONFIG_STRING:
		return "text without control characters";
	case PL_CONFIG_PATH:
		return "a path";
	case PL_CONFIG_U64:
		return "a decimal number";
	case PL_CONFIG_DURATION:
		return "a duration such as 50ms, 10s, 5m, 2h or 7d";
	case PL_CONFIG_SIZE:
		return "a size such as 4096, 64KiB, 10MiB or 2GiB";
	case PL_CONFIG_BOOL:
		return "yes or no";
	case PL_CONFIG_ENUM:
		return "one of the listed words";
	}
	return "a value";
}

static bool clean_text(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return pl_str_is_utf8(s);
}

static pl_status read_text(const struct pl_config_key *k, pl_str text, pl_str base_dir, struct pl_arena *arena,
	pl_str *ret)
{
	uint64_t max = k->max ? k->max : STRING_MAX;
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(STRING_MAX * 2);

	if (!clean_text(text))
		return PL_E_SYNTAX;
	if (text.len < k->min || text.len > max)
		return PL_E_RANGE;
	if (k->type == PL_CONFIG_PATH && text.len && text.ptr[0] != '/' && base_dir.len) {
		pl_buf_put_str(&b, base_dir);
		if (!pl_str_ends(base_dir, PL_STR("/")))
			pl_buf_put_c(&b, '/');
	}
	pl_buf_put_str(&b, text);
	if (pl_buf_status(&b))
		return pl_buf_status(&b);
	return pl_arena_dup(arena, pl_buf_str(&b), ret);
}

static pl_status read_number(const struct pl_config_key *k, pl_str text, uint64_t *ret)
{
	uint64_t v = 0, max = k->max ? k->max : UINT64_MAX;
	pl_status st;

	if (k->type == PL_CONFIG_DURATION)
		st = pl_config_duration(text, &v);
	else if (k->type == PL_CONFIG_SIZE)
		st = pl_config_size(text, &v);
	else
		st = pl_str_to_u64(text, UINT64_MAX, &v);
	if (!st && (v < k->min || v > max))
		st = PL_E_RANGE;
	if (!st)
		*ret = v;
	return st;
}

static pl_status read_word(const char *const *words, pl_str text, unsigned *ret)
{
	for (unsigned i = 0; words[i]; i++) {
		if (pl_str_eq(text, pl_str_from(words[i]))) {
			*ret = i;
			return PL_OK;
		}
	}
	return PL_E_SYNTAX;
}

/* Read @text into the field of @k inside @values. */
static pl_status read_value(const struct pl_config_key *k, pl_str text, pl_str base_dir, struct pl_arena *arena,
	void *values)
{
	static const char *const no_yes[] = {"no", "yes", NULL};
	void *field = (char *)values + k->offset;
	unsigned word = 0;
	pl_status st;

	switch (k->type) {
	case PL_CONFIG_STRING:
	case PL_CONFIG_PATH:
		return read_text(k, text, base_dir, arena, field);
	case PL_CONFIG_U64:
	case PL_CONFIG_DURATION:
	case PL_CONFIG_SIZE:
		return read_number(k, text, field);
	case PL_CONFIG_BOOL:
		st = read_word(no_yes, text, &word);
		if (!st)
			*(bool *)field = word == 1;
		return st;
	case PL_CONFIG_ENUM:
		return read_word(k->words, text, field);
	}
	return PL_E_INTERNAL;
}

/* ---- nearest name ---- */

static size_t min3(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* How many letters must be put in, taken out, replaced or swapped with their neighbour (optimal string alignment). */
static size_t distance(pl_str a, pl_str b)
{
	size_t rows[3][NAME_MAX_LEN + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			row[j] = min3(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]));
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
				row[j] = min3(row[j], before[j - 2] + 1, row[j]);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[b.len];
}

const char *pl_config_nearest(pl_str word, const char *const *names)
{
	const char *best = NULL;
	size_t least = SIZE_MAX;

	if (word.len == 0 || word.len > NAME_MAX_LEN)
		return NULL;
	for (; *names; names++) {
		pl_str name = pl_str_from(*names);
		size_t d, longer = name.len > word.len ? name.len : word.len;

		if (name.len > NAME_MAX_LEN)
			continue;
		d = distance(word, name);
		if (d < least && d * 3 <= longer + 2) {
			least = d;
			best = *names;
		}
	}
	return best;
}

/* ---- the file ---- */

struct reader {
	const struct pl_config_table *table;
	struct pl_arena *arena;
	pl_str base_dir;
	void *values;
	bool *seen;              /* per key: it stood in the file */
	bool *opened;            /* per key: its section's heading was read */
	const char *section;     /* the one we are in; NULL before the first heading */
	struct pl_diag *diag;
};

/* Hint at the section or key (of the present section) nearest to @word. */
static void hint_nearest(struct reader *r, pl_str word, bool sections)
{
	const char **names = pl_alloc(r->table->count + 1, sizeof *names);
	const char *best;
	size_t n = 0;

	for (size_t i = 0; i < r->table->count; i++) {
		const struct pl_config_key *k = &r->table->keys[i];

		if (sections)
			names[n++] = k->section;
		else if (strcmp(k->section, r->section) == 0)
			names[n++] = k->key;
	}
	best = pl_config_nearest(word, names);
	if (best)
		pl_diag_hint(r->diag, "did you mean %s%s%s?", sections ? "[" : "", best, sections ? "]" : "");
	else
		pl_diag_hint(r->diag, "remove it, or see the manual for the list of settings");
	pl_free(names);
}

static pl_status read_heading(struct reader *r, pl_str line)
{
	pl_str name = pl_str_trim(pl_str_sub(line, 1, line.len - 2));
	const char *found = NULL;

	if (line.len < 2 || !pl_str_ends(line, PL_STR("]")))
		return pl_diag_set(r->diag, PL_E_SYNTAX, "a section heading must end in \"]\"");
	for (size_t i = 0; i < r->table->count; i++) {
		const struct pl_config_key *k = &r->table->keys[i];

		if (!pl_str_eq(name, pl_str_from(k->section)))
			continue;
		if (r->opened[i])
			return pl_diag_set(r->diag, PL_E_SYNTAX, "section [%s] stands here a second time", k->section);
		r->opened[i] = true;
		found = k->section;
	}
	if (!found) {
		hint_nearest(r, name, true);
		return pl_diag_set(r->diag, PL_E_SYNTAX, "unknown section [%.*s]", PL_STR_ARG(name));
	}
	r->section = found;
	return PL_OK;
}

static void say_bounds(struct reader *r, const struct pl_config_key *k)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(200);

	if (k->type == PL_CONFIG_ENUM) {
		for (size_t i = 0; k->words[i]; i++) {
			pl_buf_put_z(&b, i ? ", " : "one of: ");
			pl_buf_put_z(&b, k->words[i]);
		}
	} else if (k->min || k->max) {
		pl_buf_printf(&b, "allowed: %llu to %llu", (unsigned long long)k->min,
			(unsigned long long)(k->max ? k->max : UINT64_MAX));
		if (k->type == PL_CONFIG_DURATION)
			pl_buf_put_z(&b, " nanoseconds");
		else if (k->type != PL_CONFIG_U64)
			pl_buf_put_z(&b, " bytes");
	}
	if (pl_buf_z(&b) && b.len)
		pl_diag_hint(r->diag, "%s", pl_buf_z(&b));
}

static pl_status set_key(struct reader *r, size_t i, pl_str value)
{
	const struct pl_config_key *k = &r->table->keys[i];
	pl_status st;

	if (r->seen[i])
		return pl_diag_set(r->diag, PL_E_SYNTAX, "%s in [%s] stands here a second time", k->key, k->section);
	r->seen[i] = true;
	st = read_value(k, value, r->base_dir, r->arena, r->values);
	if (!st)
		return PL_OK;
	say_bounds(r, k);
	if (k->secret)
		return pl_diag_set(r->diag, st, "%s in [%s]: expected %s", k->key, k->section, expected(k));
	return pl_diag_set(r->diag, st, "%s in [%s]: expected %s, found \"%.*s\"%s", k->key, k->section, expected(k),
		PL_STR_ARG(pl_str_sub(value, 0, 80)), st == PL_E_RANGE ? " (out of bounds)" : "");
}

static pl_status read_line(struct reader *r, pl_str line)
{
	pl_str key, value = pl_str_trim(line);

	if (value.len == 0 || value.ptr[0] == '#' || value.ptr[0] == ';')
		return PL_OK;
	if (value.ptr[value.len - 1] == '\r')
		return pl_diag_set(r->diag, PL_E_SYNTAX, "the line ends in a carriage return; save the file with Unix line ends");
	if (value.ptr[0] == '[')
		return read_heading(r, value);
	if (!pl_str_take_until(&value, '=', &key))
		return pl_diag_set(r->diag, PL_E_SYNTAX, "expected \"key = value\" or \"[section]\"");
	key = pl_str_trim(key);
	if (!r->section)
		return pl_diag_set(r->diag, PL_E_SYNTAX, "%.*s stands before the first [section]", PL_STR_ARG(key));
	for (size_t i = 0; i < r->table->count; i++) {
		const struct pl_config_key *k = &r->table->keys[i];

		if (strcmp(k->section, r->section) == 0 && pl_str_eq(key, pl_str_from(k->key)))
			return set_key(r, i, pl_str_trim(value));
	}
	hint_nearest(r, key, false);
	return pl_diag_set(r->diag, PL_E_SYNTAX, "unknown key %.*s in [%s]", PL_STR_ARG(key), r->section);
}

/* What did not stand in the file. */
static pl_status fill_rest(struct reader *r)
{
	for (size_t i = 0; i < r->table->count; i++) {
		const struct pl_config_key *k = &r->table->keys[i];
		pl_status st;

		if (r->seen[i])
			continue;
		if (k->required) {
			pl_diag_hint(r->diag, "add \"%s = ...\" (%s) below [%s]", k->key, expected(k), k->section);
			return pl_diag_set(r->diag, PL_E_NOTFOUND, "%s in [%s] is missing", k->key, k->section);
		}
		if (!k->fallback)
			continue;
		st = read_value(k, pl_str_from(k->fallback), r->base_dir, r->arena, r->values);
		if (st)
			return pl_diag_set(r->diag, PL_E_INTERNAL, "the built-in default of %s in [%s] is not valid", k->key,
				k->section);
	}
	return PL_OK;
}

static pl_status read_all(struct reader *r, pl_str text)
{
	pl_status st = PL_OK;
	pl_str line;

	(void)pl_str_eat(&text, PL_STR("\xef\xbb\xbf"));
	for (unsigned n = 1; !st && text.len; n++) {
		if (!pl_str_take_line(&text, &line)) {
			line = text;
			text = (pl_str){0};
		}
		st = read_line(r, line);
		if (st)
			pl_diag_at(r->diag, n, 0);
	}
	return st ? st : fill_rest(r);
}

/* Every field not in the table keeps what @ret holds; every field in it starts empty. */
static void *blank_values(const struct pl_config_table *table, const void *ret, size_t ret_size)
{
	void *values = pl_alloc(1, ret_size);

	memcpy(values, ret, ret_size);
	for (size_t i = 0; i < table->count; i++) {
		char *field = (char *)values + table->keys[i].offset;
		enum pl_config_type type = table->keys[i].type;

		if (type == PL_CONFIG_STRING || type == PL_CONFIG_PATH)
			*(pl_str *)(void *)field = (pl_str){"", 0};
		else if (type == PL_CONFIG_BOOL)
			*(bool *)field = false;
		else if (type == PL_CONFIG_ENUM)
			*(unsigned *)(void *)field = 0;
		else
			*(uint64_t *)(void *)field = 0;
	}
	return values;
}

pl_status pl_config_parse(const struct pl_config_table *table, pl_str text, pl_str base_dir, struct pl_arena *arena,
	void *ret, size_t ret_size, struct pl_diag *diag)
{
	struct reader r = {.table = table, .arena = arena, .base_dir = base_dir, .diag = diag};
	pl_status st;

	if (text.len > PL_CONFIG_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "the file is larger than %zu bytes", PL_CONFIG_MAX);
	r.values = blank_values(table, ret, ret_size);
	r.seen = pl_alloc(table->count, sizeof *r.seen);
	r.opened = pl_alloc(table->count, sizeof *r.opened);
	st = read_all(&r, text);
	if (!st)
		memcpy(ret, r.values, ret_size);
	pl_free(r.values);
	pl_free(r.seen);
	pl_free(r.opened);
	return st;
}

pl_status pl_config_load(const struct pl_config_table *table, int dir, const char *path, struct pl_arena *arena,
	void *ret, size_t ret_size, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CONFIG_MAX);
	const char *slash = strrchr(path, '/');
	pl_str base = slash ? pl_str_of(path, slash == path ? 1 : (size_t)(slash - path)) : (pl_str){0};
	pl_status st = pl_file_read(dir, path, &text);

	if (st)
		return pl_diag_set(diag, st, "%s: %s", path, pl_status_text(st));
	st = pl_config_parse(table, pl_buf_str(&text), base, arena, ret, ret_size, diag);
	if (st && diag && diag->line)
		pl_diag_context(diag, "%s:%u", path, diag->line);
	else if (st)
		pl_diag_context(diag, "%s", path);
	return st;
}

/* ---- writing ---- */

static void put_with_unit(struct pl_buf *out, uint64_t v, const struct unit *units, size_t count)
{
	const struct unit *best = NULL;

	for (size_t i = 0; i < count; i++)
		if (v % units[i].factor == 0 && (!best || units[i].factor > best->factor) && (v >= units[i].factor || !best))
			best = &units[i];
	/* Below a millisecond there is no unit; a duration was read with one, so this does not happen to a read value. */
	pl_buf_put_u64(out, best ? v / best->factor : v);
	pl_buf_put_z(out, best ? best->name : "");
}

static void put_value(struct pl_buf *out, const struct pl_config_key *k, const void *field)
{
	if (k->secret) {
		pl_buf_put_z(out, "(set)");
		return;
	}
	switch (k->type) {
	case PL_CONFIG_STRING:
	case PL_CONFIG_PATH:
		pl_buf_put_str(out, *(const pl_str *)field);
		break;
	case PL_CONFIG_U64:
		pl_buf_put_u64(out, *(const uint64_t *)field);
		break;
	case PL_CONFIG_DURATION:
		put_with_unit(out, *(const uint64_t *)field, durations, PL_COUNT(durations));
		break;
	case PL_CONFIG_SIZE:
		put_with_unit(out, *(const uint64_t *)field, sizes, PL_COUNT(sizes));
		break;
	case PL_CONFIG_BOOL:
		pl_buf_put_z(out, *(const bool *)field ? "yes" : "no");
		break;
	case PL_CONFIG_ENUM:
		pl_buf_put_z(out, k->words[*(const unsigned *)field]);
		break;
	}
}

void pl_config_write(const struct pl_config_table *table, const void *values, struct pl_buf *out)
{
	const char *section = NULL;

	for (size_t i = 0; i < table->count; i++) {
		const struct pl_config_key *k = &table->keys[i];

		if (!section || strcmp(section, k->section) != 0)
			pl_buf_printf(out, "%s[%s]\n", section ? "\n" : "", k->section);
		section = k->section;
		if (k->help)
			pl_buf_printf(out, "# %s\n", k->help);
		pl_buf_printf(out, "%s = ", k->key);
		put_value(out, k, (const char *)values + k->offset);
		pl_buf_put_c(out, '\n');
	}
}
