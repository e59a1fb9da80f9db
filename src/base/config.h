/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/config: one INI file, read by a typed table.
 *
 *	# a comment (also ;) on a line of its own
 *	[section]
 *	key = value up to the end of the line
 *
 * An unknown or repeated section or key, a value of the wrong type or outside its bounds, and a missing required key
 * are refused, with the line and what was expected. Nothing is guessed; nothing is taken from the environment.
 *
 *	struct conf { pl_str origin; uint64_t port; };
 *	static const struct pl_config_key keys[] = {
 *		{.section = "log", .key = "origin", .type = PL_CONFIG_STRING, .required = true,
 *			.offset = offsetof(struct conf, origin)},
 *		{.section = "web", .key = "port", .type = PL_CONFIG_U64, .min = 1, .max = 65535, .fallback = "8080",
 *			.offset = offsetof(struct conf, port)},
 *	};
 */
#ifndef PL_BASE_CONFIG_H
#define PL_BASE_CONFIG_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

enum pl_config_type {
	PL_CONFIG_STRING,   /* pl_str, UTF-8 without control characters; min..max bytes (max 0: 4096) */
	PL_CONFIG_PATH,     /* pl_str, relative ones below the directory of the file; NUL-terminated */
	PL_CONFIG_U64,      /* uint64_t, decimal, min..max (max 0: no bound) */
	PL_CONFIG_DURATION, /* uint64_t ns: "50ms", "10s", "5m", "2h", "7d"; min..max in ns */
	PL_CONFIG_SIZE,     /* uint64_t bytes: "4096", "64KiB", "10MiB", "2GiB", "1TiB"; min..max in bytes */
	PL_CONFIG_BOOL,     /* bool: yes or no */
	PL_CONFIG_ENUM,     /* unsigned: position in .words */
};

struct pl_config_key {
	const char *section, *key;
	enum pl_config_type type;
	bool required;      /* must stand in the file; otherwise .fallback is used */
	bool secret;        /* pl_config_write shows "(set)" only */
	size_t offset;      /* of the field in the caller's struct */
	uint64_t min, max;
	const char *const *words; /* PL_CONFIG_ENUM: NULL-terminated */
	const char *fallback;     /* as it would stand in the file; NULL: the empty string, 0, no, the first word */
	const char *help;         /* one line for people */
};

struct pl_config_table {
	const struct pl_config_key *keys;
	size_t count;
};

#define PL_CONFIG_MAX ((size_t)1 << 20)

/* Read @text into the struct @ret that the table's offsets describe; text lives in @arena. Relative paths are taken
 * below @base_dir (empty: left as they are). PL_E_SYNTAX, PL_E_RANGE, PL_E_NOTFOUND (required key), PL_E_TOOBIG; then
 * @ret is untouched and @diag says what, where, what was expected and what to do. */
pl_status pl_config_parse(const struct pl_config_table *table, pl_str text, pl_str base_dir, struct pl_arena *arena,
	void *ret, size_t ret_size, struct pl_diag *diag);
/* The same from the file @path below @dir. */
pl_status pl_config_load(const struct pl_config_table *table, int dir, const char *path, struct pl_arena *arena,
	void *ret, size_t ret_size, struct pl_diag *diag);
/* Append the settings of @values as a file that reads back as the same, each with its help as a comment. */
void pl_config_write(const struct pl_config_table *table, const void *values, struct pl_buf *out);

/* The value parsers, for command line options. PL_E_SYNTAX, PL_E_RANGE on overflow. */
pl_status pl_config_duration(pl_str text, uint64_t *ret_ns);
pl_status pl_config_size(pl_str text, uint64_t *ret_bytes);
/* The name among @names (NULL-terminated) nearest to @word, or NULL: "did you mean ...?". About a third of the letters may
 * differ; two swapped neighbours count once. */
const char *pl_config_nearest(pl_str word, const char *const *names);

#endif
