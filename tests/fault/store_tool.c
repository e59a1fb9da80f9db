/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the scripts beside this file kill and check: writers that say which transactions were acknowledged, and
 * transfers of blobs that say how much memory they took.
 */
#include "base/base.h"
#include "base/file.h"
#include "base/random.h"
#include "base/time.h"
#include "sql.h"
#include "store/blob.h"
#include "store/migrate.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const struct pl_migrations *const rooms[] = {&pl_sql_store_test_migrations};

static int complain(const char *what, pl_status st, const struct pl_diag *diag)
{
	(void)dprintf(2, "store-tool: %s: %s\n", what, pl_diag_text(diag, st));
	return 1;
}

static uint64_t number(const char *text)
{
	uint64_t n = 0;

	if (pl_str_to_u64(pl_str_from(text), INT64_MAX, &n))
		_exit(complain(text, PL_E_SYNTAX, NULL));
	return n;
}

static struct pl_db *open_db(const char *url, struct pl_diag *diag)
{
	struct pl_db_options opt = {.create = true, .connections = 4, .wait_ns = 5 * PL_SECOND};
	struct pl_db *db = NULL;
	pl_status st = PL_E_BUSY;

	/* A killed server needs its time. */
	for (int i = 0; i < 100 && st == PL_E_BUSY; i++) {
		*diag = (struct pl_diag){0};
		st = pl_db_open(pl_str_from(url), &opt, diag, &db);
		if (st)
			pl_time_sleep(100 * PL_MILLISECOND);
	}
	return db;
}

/* ---- rows ---- */

struct writing {
	char name[64];
	uint64_t value;
};

/* A number from the counter and a row under it: no gap, no double, whatever is killed. */
static pl_status write_one(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct writing *w = ctx;
	pl_status st = pl_db_one(tx, &pl_sql_test_next, PL_DB_ARGS(PL_DB_Z("things")), &rows);

	if (st)
		return st;
	w->value = pl_db_col_u64(rows, 0);
	return pl_db_exec(
		tx, &pl_sql_test_put, PL_DB_ARGS(PL_DB_U64(w->value), PL_DB_Z(w->name), PL_DB_NULL, PL_DB_NULL), NULL);
}

/* write DB NAME COUNT: "ack VALUE NAME", "unknown 0 NAME" or "fail STATUS NAME" for each. */
static int write_rows(struct pl_db *db, const char *name, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct writing w = {.value = 0};
		pl_status st;

		(void)snprintf(w.name, sizeof w.name, "%.30s-%d-%llu", name, (int)getpid(), (unsigned long long)i);
		st = pl_db_tx(db, write_one, &w);
		if (!st)
			(void)dprintf(1, "ack %llu %s\n", (unsigned long long)w.value, w.name);
		else
			(void)dprintf(1, "%s %s %s\n", st == PL_E_NET ? "unknown" : "fail", pl_status_word(st), w.name);
		if (st)
			pl_time_sleep(50 * PL_MILLISECOND);
	}
	return 0;
}

static int checkpoints(struct pl_db *db)
{
	for (;;) {
		uint64_t left;
		pl_status st = pl_db_checkpoint(db, &left);

		if (st && st != PL_E_BUSY)
			return complain("checkpoint", st, NULL);
		pl_time_sleep(20 * PL_MILLISECOND);
	}
}

struct totals {
	uint64_t acked, lost, rows, counter;
};

static pl_status check_line(struct pl_db_tx *tx, pl_str line, struct totals *t)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_str value;
	uint64_t id;
	pl_status st;

	if (!pl_str_eat(&line, PL_STR("ack ")) || !pl_str_take_until(&line, ' ', &value) ||
		pl_str_to_u64(value, INT64_MAX, &id))
		return PL_OK;
	t->acked++;
	st = pl_db_one(tx, &pl_sql_test_get, PL_DB_ARGS(PL_DB_U64(id)), &rows);
	if (st == PL_E_NOTFOUND || (!st && !pl_str_eq(pl_db_col_str(rows, 0), line))) {
		(void)dprintf(2, "store-tool: lost: %.*s\n", PL_STR_ARG(line));
		t->lost++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* check DB < what the writers said. */
static int check(struct pl_db *db)
{
	struct pl_buf said PL_CLEANUP(pl_buf_done) = PL_BUF(256 << 20);
	struct pl_db_rows *rows = NULL;
	struct pl_db_tx *tx = NULL;
	struct pl_diag diag = {0};
	struct totals t = {0};
	pl_str rest, line;
	pl_status st = pl_db_check(db, &diag);

	if (!st)
		st = pl_file_read_fd(0, &said);
	if (!st)
		st = pl_db_tx_begin(db, PL_DB_READ, &tx);
	rest = pl_buf_str(&said);
	while (!st && pl_str_take_line(&rest, &line))
		st = check_line(tx, line, &t);
	if (!st)
		st = pl_db_one(tx, &pl_sql_test_count, PL_DB_NONE, &rows);
	if (st)
		return complain("check", st, &diag);
	t.rows = pl_db_col_u64(rows, 0);
	pl_db_rows_done(&rows);
	st = pl_db_one(tx, &pl_sql_test_counter_plain, PL_DB_NONE, &rows);
	if (!st)
		t.counter = pl_db_col_u64(rows, 0);
	pl_db_rows_done(&rows);
	pl_db_tx_rollback(tx);
	(void)dprintf(1, "acked=%llu lost=%llu rows=%llu counter=%llu\n", (unsigned long long)t.acked,
		(unsigned long long)t.lost, (unsigned long long)t.rows, (unsigned long long)t.counter);
	return st || t.lost || t.rows != t.counter || t.rows < t.acked;
}

static int on_db(int argc, char **argv)
{
	struct pl_diag diag = {0};
	struct pl_db *db PL_CLEANUP(pl_db_closep) = open_db(argv[2], &diag);
	pl_str verb = pl_str_from(argv[1]);
	pl_status st;

	if (!db)
		return complain(argv[1], PL_E_IO, &diag);
	if (pl_str_eq(verb, PL_STR("make"))) {
		st = pl_migrate(db, rooms, 1, &diag, NULL);
		return st ? complain("make", st, &diag) : 0;
	}
	if (pl_str_eq(verb, PL_STR("checkpoint")))
		return checkpoints(db);
	if (pl_str_eq(verb, PL_STR("check")))
		return check(db);
	if (pl_str_eq(verb, PL_STR("write")) && argc == 5)
		return write_rows(db, argv[3], number(argv[4]));
	return 2;
}

/* ---- blobs ---- */

struct stream {
	uint64_t left, state;
	uint64_t pieces, anonymous; /* largest RssAnon seen, KiB */
};

/* A line of /proc/self/status, in KiB. */
static uint64_t status_value(const char *name)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	pl_str rest, line;
	uint64_t v = 0;

	if (pl_file_read(AT_FDCWD, "/proc/self/status", &text))
		return 0;
	rest = pl_buf_str(&text);
	while (pl_str_take_line(&rest, &line)) {
		if (!pl_str_eat(&line, pl_str_from(name)))
			continue;
		line = pl_str_trim(line);
		line = pl_str_sub(line, 0, pl_str_find(line, ' '));
		if (pl_str_to_u64(line, INT64_MAX, &v))
			v = 0;
	}
	return v;
}

static void watch(struct stream *s)
{
	uint64_t v;

	if (s->pieces++ % 64)
		return;
	v = status_value("RssAnon:");
	if (v > s->anonymous)
		s->anonymous = v;
}

static pl_status give(void *ctx, uint8_t *out, size_t size, size_t *ret_len)
{
	struct stream *s = ctx;
	size_t n = s->left < size ? (size_t)s->left : size;

	for (size_t i = 0; i < n; i += 8) {
		s->state = s->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		for (size_t j = i; j < n && j < i + 8; j++)
			out[j] = (uint8_t)(s->state >> 8 * (j - i));
	}
	s->left -= n;
	*ret_len = n;
	watch(s);
	return PL_OK;
}

static pl_status swallow(void *ctx, pl_bytes piece)
{
	watch(ctx);
	return PL_OK;
}

static void say_memory(const char *what, const struct stream *s)
{
	(void)dprintf(1, "%s anonymous_kib=%llu peak_kib=%llu\n", what, (unsigned long long)s->anonymous,
		(unsigned long long)status_value("VmHWM:"));
}

/* blob-put BLOB SIZE COUNT: "ack DIGEST" or "fail STATUS" for each. */
static int put_blobs(struct pl_blob *b, uint64_t size, uint64_t count)
{
	struct stream s = {.left = 0};
	int result = 0;

	pl_random(&s.state, sizeof s.state);
	for (uint64_t i = 0; i < count; i++) {
		char text[PL_DIGEST_TEXT + 1];
		struct pl_digest d;
		pl_status st;

		s.left = size;
		st = pl_blob_put(b, give, &s, UINT64_MAX, &d, NULL);
		if (!st) {
			pl_digest_text(&d, text);
			(void)dprintf(1, "ack %s\n", text);
			continue;
		}
		(void)dprintf(1, "fail %s\n", pl_status_word(st));
		result = 1;
	}
	say_memory("put", &s);
	return result;
}

/* blob-check BLOB < what blob-put said: every acknowledged one is read and compared. */
static int check_blobs(struct pl_blob *b)
{
	struct pl_buf said PL_CLEANUP(pl_buf_done) = PL_BUF(64 << 20);
	struct stream s = {.left = 0};
	pl_str rest, line;
	unsigned good = 0, bad = 0;
	pl_status st = pl_file_read_fd(0, &said);

	rest = pl_buf_str(&said);
	while (!st && pl_str_take_line(&rest, &line)) {
		struct pl_digest d;

		if (!pl_str_eat(&line, PL_STR("ack ")) || pl_digest_parse(line, &d))
			continue;
		st = pl_blob_get(b, &d, swallow, &s);
		if (st)
			(void)dprintf(2, "store-tool: %.*s: %s\n", PL_STR_ARG(line), pl_status_text(st));
		*(st ? &bad : &good) += 1;
		st = PL_OK;
	}
	(void)dprintf(1, "good=%u bad=%u\n", good, bad);
	say_memory("get", &s);
	return st || bad;
}

static pl_status count_one(void *ctx, const struct pl_blob_item *item)
{
	++*(unsigned *)ctx;
	return PL_OK;
}

static int list_blobs(struct pl_blob *b)
{
	unsigned n = 0;
	uint64_t removed = 0;
	pl_status st = pl_blob_list(b, count_one, &n);

	if (!st)
		st = pl_blob_sweep(b, 0, &removed);
	(void)dprintf(1, "blobs=%u removed=%llu\n", n, (unsigned long long)removed);
	return st ? complain("list", st, NULL) : 0;
}

static int on_blob(int argc, char **argv)
{
	struct pl_blob_options opt = {.create = true};
	struct pl_blob *b PL_CLEANUP(pl_blob_closep) = NULL;
	pl_str verb = pl_str_from(argv[1]);
	struct pl_diag diag = {0};
	pl_status st = PL_E_BUSY;

	for (int i = 0; i < 60 && st == PL_E_BUSY; i++)
		st = pl_blob_open(pl_str_from(argv[2]), &opt, &diag, &b);
	if (st)
		return complain(argv[2], st, &diag);
	if (pl_str_eq(verb, PL_STR("blob-put")) && argc == 5)
		return put_blobs(b, number(argv[3]), number(argv[4]));
	if (pl_str_eq(verb, PL_STR("blob-check")))
		return check_blobs(b);
	if (pl_str_eq(verb, PL_STR("blob-sweep")))
		return list_blobs(b);
	return 2;
}

int main(int argc, char **argv)
{
	int result = 2;

	if (argc >= 3 && pl_str_starts(pl_str_from(argv[1]), PL_STR("blob-")))
		result = on_blob(argc, argv);
	else if (argc >= 3)
		result = on_db(argc, argv);
	if (result == 2)
		(void)dprintf(2,
			"usage: store-tool make|check|checkpoint DB | write DB NAME COUNT |"
			" blob-put BLOB SIZE COUNT | blob-check|blob-sweep BLOB\n");
	return result;
}
