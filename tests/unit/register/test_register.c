/* SPDX-License-Identifier: Apache-2.0 */
/* Registers in a database: numbers under many writers and rollbacks, revisions, heads, and a report over it all. */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/file.h"
#include "base/time.h"
#include "log/tree.h"
#include "register/cases.h"
#include "register/cover.h"
#include "register/internal.h"
#include "register/private.h"
#include "register/query.h"
#include "register/report.h"
#include "register/report_says.h"
#include "register/sql.h"
#include "store/db_engine.h"
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define DAY UINT64_C(86400)
#define BEGIN UINT64_C(1767225600) /* 2026-01-01 */
#define WRITERS 64u
#define EACH 8u

static const char text[] = "pellucid-register v1\nname tests\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\n"
			   "retain 0\nfield received time generalised month\nfield kind enum open good,bad\nfield note text sealed\n"
			   "field amount u64 generalised range 0,10,100\ntotal cases count\ntotal bad count kind=bad\n"
			   "total amounts sum amount-range\n";

static struct pl_register *declare(struct pl_instance *inst)
{
	struct pl_register *r = NULL;
	struct pl_diag diag = {0};

	if (pl_register_add(inst, pl_str_from(text), 0, &r, &diag))
		fail_msg("add: %s", diag.text);
	return r;
}

/* One case: received an hour after @day began. */
struct entry {
	const struct pl_register *r;
	uint64_t day, amount, number; /* number 0: a new one */
	struct pl_vault_key key;
	uint32_t revision; /* that it has */
	bool bad, give_up;
	struct pl_register_case made;
	struct pl_diag diag;
};

static pl_status enter(void *ctx, struct pl_db_tx *tx)
{
	struct entry *e = ctx;
	struct pl_register_values v = {0};
	uint8_t received[8], amount[8];
	pl_str kind = e->bad ? PL_STR("bad") : PL_STR("good");
	struct pl_register_case from = {.number = e->number, .revision = e->revision};
	pl_status st;

	pl_be64_write(received, e->day + 3600);
	pl_be64_write(amount, e->amount);
	v.v[0] = (struct pl_commit_value){true, pl_bytes_of(received, 8)};
	v.v[1] = (struct pl_commit_value){true, pl_str_bytes(kind)};
	v.v[3] = (struct pl_commit_value){true, pl_bytes_of(amount, 8)};
	e->diag = (struct pl_diag){0};
	st = e->number ? pl_register_revise(tx, e->r, &from, &v, &e->key, &e->made, &e->diag) :
			 pl_register_enter(tx, e->r, &v, &e->key, e->day + 7200, &e->made, &e->diag);
	return !st && e->give_up ? PL_E_CANCELLED : st;
}

/* The key of a new case, or of the one that is there. */
static void take_key(struct pl_instance *inst, struct entry *e)
{
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;

	if (!e->number) {
		assert_ok(pl_instance_vault_new(inst, &e->r->id, &e->key, 1, &e->diag));
		return;
	}
	assert_ok(pl_register_case_read(inst, e->r, e->number, &reader, &v, &e->diag));
	e->key = v->key;
	e->revision = v->at.revision;
}

static void put(struct pl_instance *inst, struct entry *e)
{
	take_key(inst, e);
	if (pl_db_tx(pl_instance_db(inst), enter, e))
		fail_msg("enter: %s", e->diag.text);
}

static struct pl_register_beat beat(struct pl_instance *inst, const struct pl_register *r, uint64_t now)
{
	struct pl_register_beat b = {0};
	struct pl_diag diag = {0};

	if (pl_register_beat(inst, r, now, &b, &diag) || pl_instance_settle(inst, &b.ref, 1, PL_OUTBOX_PROJECTED, 60 * PL_SECOND, &diag))
		fail_msg("head: %s", diag.text);
	return b;
}

/* ---- numbers ---- */

struct writer {
	struct pl_instance *inst;
	const struct pl_register *r;
	unsigned seed, committed;
	bool failed;
	struct pl_vault_key keys[EACH];
};

static void *write_cases(void *arg)
{
	struct writer *w = arg;

	for (unsigned i = 0; i < EACH; i++) {
		struct entry e = {.r = w->r, .day = BEGIN, .amount = i, .give_up = (i * 7 + w->seed) % 4 == 0, .key = w->keys[i]};
		pl_status st = pl_db_tx(pl_instance_db(w->inst), enter, &e);

		w->committed += st == PL_OK;
		w->failed = w->failed || st != (e.give_up ? PL_E_CANCELLED : PL_OK);
	}
	return NULL;
}

struct scan {
	const struct pl_register *r;
	uint64_t size, highest;
	struct pl_tree_edge edge;
};

static pl_status look(void *ctx, struct pl_db_tx *tx)
{
	struct scan *s = ctx;
	struct pl_register_state state = {0};
	pl_status st = pl_register_state(tx, s->r, &state);

	if (st)
		return st;
	s->size = state.size;
	s->highest = state.highest;
	pl_free(state.edge);
	pl_tree_edge_init(&s->edge);
	return pl_register_edge_grow(tx, s->r, 0, s->size, &s->edge); /* fails unless every position has a leaf */
}

static void many_writers_skip_and_repeat_no_number(void **state)
{
	struct pl_instance *inst = release_instance(*state, "writers");
	struct pl_register *r = declare(inst);
	struct writer w[WRITERS];
	pthread_t threads[WRITERS];
	struct scan s = {.r = r};
	struct pl_diag diag = {0};
	unsigned committed = 0;

	for (unsigned i = 0; i < WRITERS; i++) {
		w[i] = (struct writer){.inst = inst, .r = r, .seed = i};
		assert_ok(pl_instance_vault_new(inst, &r->id, w[i].keys, EACH, &diag));
		assert_int_equal(pthread_create(&threads[i], NULL, write_cases, &w[i]), 0);
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		(void)pthread_join(threads[i], NULL);
		assert_false(w[i].failed);
		committed += w[i].committed;
	}
	assert_ok(pl_db_read(pl_instance_db(inst), look, &s));
	assert_int_equal(s.size, committed);
	assert_int_equal(s.highest, committed);
	pl_register_close(r);
	pl_instance_close(inst);
}

/* ---- heads and reports ---- */

/* The openings as of now, counted. */
struct counted {
	struct pl_register_report_file file;
	struct pl_recount r;
};

static void recount(struct pl_instance *inst, const struct pl_register *r, uint64_t from, uint64_t to, struct counted *c)
{
	struct pl_diag diag = {0};
	int fd PL_CLEANUP(pl_file_close) = -1;

	assert_ok(pl_file_open(AT_FDCWD, "/var/tmp", O_RDWR | O_TMPFILE, 0600, &fd));
	if (pl_register_report_write(inst, r, from, to, BEGIN + 400 * DAY, fd, &diag) ||
		pl_register_report_file_map(fd, &c->file, &diag) ||
		pl_recount_file(c->file.bytes, 2, NULL, NULL, &c->r, &diag))
		fail_msg("recount: %s", diag.text);
}

static void counted_done(struct counted *c)
{
	pl_recount_done(&c->r);
	pl_register_report_file_done(&c->file);
}

struct turning_away {
	const struct pl_register *r;
	uint64_t now, unconfirmed, refused;
};

static pl_status turn_away_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct turning_away *t = ctx;

	return pl_register_turned_away(tx, t->r->decl->name, t->now, t->unconfirmed, t->refused);
}

static void turn_away(struct pl_instance *inst, const struct pl_register *r, uint64_t now, uint64_t unconfirmed, uint64_t refused)
{
	struct turning_away t = {r, now, unconfirmed, refused};

	assert_ok(pl_db_tx(pl_instance_db(inst), turn_away_tx, &t));
}

static void heads_close_days_and_reports_follow(void **state)
{
	struct pl_instance *inst = release_instance(*state, "heads");
	struct pl_register *r = declare(inst);
	struct entry e = {.r = r, .day = BEGIN, .amount = 55};
	struct pl_register_beat b;
	struct counted c = {0};

	b = beat(inst, r, BEGIN + 600);
	assert_false(b.heartbeat); /* the first head of all closes nothing */
	put(inst, &e);
	assert_int_equal(e.made.number, 1);
	turn_away(inst, r, BEGIN + 4000, 2, 5);
	b = beat(inst, r, BEGIN + 7800);
	assert_false(b.heartbeat);
	assert_int_equal(b.head.size, 1);
	b = beat(inst, r, BEGIN + DAY);
	assert_true(b.heartbeat);
	assert_int_equal(b.day, BEGIN);
	e = (struct entry){.r = r, .day = BEGIN + DAY, .amount = 7, .bad = true};
	put(inst, &e);
	e = (struct entry){.r = r, .number = 1, .day = BEGIN, .amount = 120, .bad = true}; /* the first case again */
	put(inst, &e);
	assert_int_equal(e.made.revision, 1);
	b = beat(inst, r, BEGIN + 4 * DAY + 5); /* two days without a head */
	assert_int_equal(b.day, BEGIN + 3 * DAY);
	assert_int_equal(b.head.size, 3);
	recount(inst, r, BEGIN, BEGIN + 31 * DAY, &c);
	assert_int_equal(c.r.cases, 2);
	assert_int_equal(c.r.totals[1], 2);
	assert_int_equal(c.r.totals[2], 100);
	assert_int_equal(c.r.days, 2);
	assert_int_equal(c.r.days_missing, 2);
	assert_int_equal(c.r.unconfirmed, 2);
	assert_int_equal(c.r.refused, 5);
	counted_done(&c);
	/* February has nothing, but the file begins at the head before it and must still fit. */
	e = (struct entry){.r = r, .day = BEGIN + 40 * DAY, .amount = 1};
	put(inst, &e);
	(void)beat(inst, r, BEGIN + 40 * DAY + 9000);
	recount(inst, r, BEGIN + 31 * DAY, BEGIN + 59 * DAY, &c);
	assert_int_equal(c.r.cases, 1);
	assert_int_equal(c.r.rows, 1);
	assert_int_equal(c.r.head.first.size, 3);
	counted_done(&c);
	pl_register_close(r);
	pl_instance_close(inst);
}

/* The one that came at @time and the first of the second day: 22 and more hours after the head before. */
static void late_heads_are(struct pl_instance *inst, uint64_t time)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_query_late *late;
	uint64_t all = 0;
	size_t n = 0;

	assert_ok(pl_query_late(inst, PL_STR("tests"), INT64_MAX, 10, &arena, &late, &n, &all));
	assert_int_equal(n, 2);
	assert_int_equal(all, 2);
	assert_int_equal(late[0].time, time);
	assert_int_equal(late[0].due, BEGIN + DAY + 600);
	assert_true(late[0].heartbeat);
	assert_int_equal(late[0].day, BEGIN + 3 * DAY);
	assert_int_equal(late[1].time, BEGIN + DAY);
	assert_int_equal(late[1].due, BEGIN + 1800); /* the one before came at BEGIN + 1200 */
	assert_ok(pl_query_late(inst, PL_STR("tests"), late[0].index, 10, &arena, &late, &n, &all));
	assert_int_equal(n, 1);
	assert_ok(pl_query_late(inst, PL_STR("none"), INT64_MAX, 10, &arena, &late, &n, &all));
	assert_int_equal(n + all, 0);
}

static void a_head_is_late_when_one_is_missing(void **state)
{
	(void)state;
	assert_int_equal(pl_register_late(1200, 1200), 0);
	assert_int_equal(pl_register_late(1200, 1800), 0);
	assert_int_equal(pl_register_late(1799, 1800), 0);
	assert_int_equal(pl_register_late(1200, 2399), 0); /* before the next one is due: the rhythm looks every few seconds */
	assert_int_equal(pl_register_late(1200, 2400), 600);
	assert_int_equal(pl_register_late(1799, 2400), 600);
	assert_int_equal(pl_register_late(86399, 86400 + 72000), 72000);
}

/* What was turned away stands in exactly one heartbeat, whatever days have none. */
static void nothing_that_was_turned_away_is_lost(void **state)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_instance *inst = release_instance(*state, "turned-away");
	struct pl_register *r = declare(inst);
	struct counted c = {0};
	struct pl_register_beat b;

	turn_away(inst, r, BEGIN - DAY, 1, 2); /* before there was a head */
	(void)beat(inst, r, BEGIN + 600);
	turn_away(inst, r, BEGIN + 700, 10, 20);
	turn_away(inst, r, BEGIN + 700, 0, 0);
	(void)beat(inst, r, BEGIN + 1200);
	b = beat(inst, r, BEGIN + DAY); /* closes the first day */
	assert_true(b.heartbeat);
	turn_away(inst, r, BEGIN + DAY - 1, 100, 200); /* too late for that day: it counts for the next */
	turn_away(inst, r, BEGIN + 2 * DAY + 5, 1000, 2000);
	recount(inst, r, BEGIN, BEGIN + DAY, &c);
	assert_int_equal(c.r.days, 1);
	assert_int_equal(c.r.unconfirmed, 11);
	assert_int_equal(c.r.refused, 22);
	counted_done(&c);
	b = beat(inst, r, BEGIN + 4 * DAY + 72000); /* two days without a head, and this one 20 hours late */
	assert_int_equal(b.day, BEGIN + 3 * DAY);
	recount(inst, r, BEGIN, BEGIN + 4 * DAY, &c);
	assert_int_equal(c.r.days, 2);
	assert_int_equal(c.r.days_missing, 2);
	assert_int_equal(c.r.unconfirmed, 1111);
	assert_int_equal(c.r.refused, 2222);
	assert_int_equal(c.r.days_late, 1);
	assert_int_equal(c.r.latest, 72000);
	pl_recount_put_text(&c.r, &words);
	pl_buf_put_u8(&words, 0);
	assert_non_null(strstr((const char *)words.ptr, "  1 heartbeat signed late, the latest 20 h 0 min after the end of its day\n"));
	counted_done(&c);
	late_heads_are(inst, BEGIN + 4 * DAY + 72000);
	pl_register_close(r);
	pl_instance_close(inst);
}

#define COUNTS 400u

struct counting {
	struct pl_instance *inst;
	const struct pl_register *r;
	_Atomic uint64_t now;
	pl_status st;
};

static void *count_on(void *ctx)
{
	struct counting *c = ctx;
	struct turning_away t = {.r = c->r, .refused = 1};

	for (unsigned i = 0; i < COUNTS && !c->st; i++) {
		t.now = c->now; /* of before the head that may be signed while this is written */
		c->st = pl_db_tx(pl_instance_db(c->inst), turn_away_tx, &t);
	}
	return NULL;
}

/* Somebody counts all the time, with a clock that is a little behind, while days are closed. */
static void counts_and_heartbeats_at_once(void **state)
{
	struct pl_instance *inst = release_instance(*state, "at-once");
	struct pl_register *r = declare(inst);
	struct counting counting = {.inst = inst, .r = r, .now = BEGIN + 1};
	struct counted c = {0};
	pthread_t t;

	(void)beat(inst, r, BEGIN);
	assert_int_equal(pthread_create(&t, NULL, count_on, &counting), 0);
	for (uint64_t day = 1; day <= 30; day++) {
		(void)beat(inst, r, BEGIN + day * DAY);
		counting.now = BEGIN + day * DAY;
	}
	(void)pthread_join(t, NULL);
	assert_ok(counting.st);
	(void)beat(inst, r, BEGIN + 31 * DAY);
	recount(inst, r, BEGIN, BEGIN + 31 * DAY, &c);
	assert_int_equal(c.r.days, 31);
	assert_int_equal(c.r.refused, COUNTS);
	assert_int_equal(c.r.days_late, 0);
	counted_done(&c);
	pl_register_close(r);
	pl_instance_close(inst);
}

/* More than one row of hashes, in one head and over many. */
static void a_tree_of_any_size_follows_from_its_rows(void **state)
{
	struct pl_instance *inst = release_instance(*state, "sizes");
	struct pl_register *r = declare(inst);
	struct counted c = {0};

	for (unsigned i = 0; i < 700; i++) {
		struct entry e = {.r = r, .day = BEGIN, .amount = i};

		put(inst, &e);
		if (i == 0 || i == 254 || i == 255 || i == 256 || i == 600)
			(void)beat(inst, r, BEGIN + 8000 + i);
	}
	(void)beat(inst, r, BEGIN + 9000);
	recount(inst, r, BEGIN, BEGIN + 31 * DAY, &c);
	assert_int_equal(c.r.cases, 700);
	counted_done(&c);
	pl_register_close(r);
	pl_instance_close(inst);
}

/* ---- what is private ---- */

static const char canary[] = "canary-9f31c2e7 writes from c/o nobody@example.org";

/* A case with a sealed note. */
static pl_status enter_note(void *ctx, struct pl_db_tx *tx)
{
	struct entry *e = ctx;
	struct pl_register_values v = {0};
	uint8_t received[8];

	pl_be64_write(received, e->day + 3600);
	v.v[0] = (struct pl_commit_value){true, pl_bytes_of(received, 8)};
	v.v[1] = (struct pl_commit_value){true, pl_str_bytes(PL_STR("good"))};
	v.v[2] = (struct pl_commit_value){true, pl_bytes_of(canary, sizeof canary - 1)};
	return pl_register_enter(tx, e->r, &v, e->number ? &e->key : NULL, e->day + 7200, &e->made, &e->diag);
}

static bool file_has(const char *path, const char *what)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)64 << 20);

	if (pl_file_read(AT_FDCWD, path, &b))
		return false;
	return memmem(b.ptr, b.len, what, strlen(what)) != NULL;
}

static char found[4096];

static int look_at(const char *path, const struct stat *st, int type, struct FTW *w)
{
	(void)st;
	(void)w;
	if (type != FTW_F || !file_has(path, "canary-9f31c2e7"))
		return 0;
	(void)snprintf(found, sizeof found, "%s", path);
	return 1;
}

/* In what file below @dir does the canary stand? "" for none. Other engines are searched by tests/flow/register-canary.sh. */
static const char *found_below(const char *dir)
{
	found[0] = 0;
	assert_true(nftw(dir, look_at, 16, FTW_PHYS) >= 0); // NOLINT(concurrency-mt-unsafe)
	return found;
}

static struct pl_register_view *read_as(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader)
{
	struct pl_register_view *v = NULL;
	struct pl_diag diag = {0};

	if (pl_register_case_read(inst, r, 1, reader, &v, &diag))
		fail_msg("read: %s", diag.text);
	return v;
}

static void check_opening(const struct pl_register *r, const struct pl_register_view *v, size_t note)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_commit_opening o;
	struct pl_commit_opened f;

	assert_ok(pl_register_case_open(r, v, &note, 1, &words));
	assert_ok(pl_commit_opening_parse(pl_buf_str(&words), &r->decl->derived, &o, NULL));
	assert_true(pl_digest_eq(&o.root, &v->at.commitment));
	assert_ok(pl_commit_opening_next(&o, &r->decl->derived, NULL, &f, NULL));
	assert_true(f.present);
}

static void what_is_sealed_opens_until_it_is_erased(void **state)
{
	struct pl_instance *inst = release_instance(*state, "private");
	struct pl_register *r = declare(inst);
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	struct entry e = {.r = r, .day = BEGIN};
	size_t note = r->decl->fields[2].exact;
	struct pl_register_view *v;
	struct pl_register_case made = {0};
	struct pl_vault_ask ask;
	struct pl_vault_key again = {0};
	struct pl_diag diag = {0};
	struct counted c = {0};
	uint64_t n = 0;
	bool destroyed = false;

	assert_int_equal(pl_db_tx(pl_instance_db(inst), enter_note, &e), PL_E_STATE); /* no key, no private value */
	e.number = 0;
	take_key(inst, &e);
	e.number = 1; /* only says that there is a key */
	assert_ok(pl_db_tx(pl_instance_db(inst), enter_note, &e));
	v = read_as(inst, r, NULL);
	assert_true(v->kept && !v->opened && !v->v[note].present);
	pl_register_view_free(v);
	v = read_as(inst, r, &reader);
	assert_true(v->opened);
	assert_int_equal(v->v[note].value.len, sizeof canary - 1);
	assert_memory_equal(v->v[note].value.ptr, canary, sizeof canary - 1);
	check_opening(r, v, note);
	/* A change carries what it does not touch over. */
	assert_ok(pl_register_case_change(inst, r, v, &(struct pl_register_reader){.role = PL_VAULT_OPERATOR},
		&(struct pl_register_set){1, {true, pl_str_bytes(PL_STR("bad"))}}, 1, &made, &diag));
	assert_int_equal(made.revision, 1);
	assert_int_equal(pl_register_case_change(inst, r, v, &(struct pl_register_reader){.role = PL_VAULT_OPERATOR}, NULL, 0, &made, &diag), PL_E_CONFLICT);
	ask = (struct pl_vault_ask){.role = PL_VAULT_OPERATOR, .owner = r->id, .number = 1, .slot = v->slot};
	pl_register_view_free(v);
	v = read_as(inst, r, &reader);
	assert_int_equal(v->v[note].value.len, sizeof canary - 1);
	check_opening(r, v, note);
	pl_register_view_free(v);
	(void)pl_db_checkpoint(pl_instance_db(inst), NULL);
	assert_string_equal(found_below(pl_instance_dir(inst)), "");

	assert_ok(pl_register_case_erase(inst, r, 1, &(struct pl_register_reader){.role = PL_VAULT_OPERATOR}, BEGIN + 9000, &made, &destroyed, &diag));
	assert_true(destroyed);
	assert_int_equal(made.revision, 2);
	assert_int_equal(pl_instance_vault_read(inst, &ask, &again, &diag), PL_E_NOTFOUND);
	assert_int_equal(pl_register_case_erase(inst, r, 1, &(struct pl_register_reader){.role = PL_VAULT_OPERATOR}, BEGIN + 9000, &made, &destroyed, &diag), PL_E_STATE);
	v = read_as(inst, r, &reader);
	assert_true(!v->kept && !v->opened);
	assert_false(v->v[note].present);
	pl_register_view_free(v);
	/* Destroyed again after the vault was restored from a copy: nothing left, and no failure. */
	assert_ok(pl_register_destroy_doomed(inst, r, PL_VAULT_OPERATOR, true, &n, &diag));
	assert_int_equal(n, 1);
	/* It still counts. */
	(void)beat(inst, r, BEGIN + 9100);
	recount(inst, r, BEGIN, BEGIN + 31 * DAY, &c);
	assert_int_equal(c.r.cases, 1);
	assert_int_equal(c.r.erased, 1);
	assert_int_equal(c.r.totals[1], 1);
	counted_done(&c);
	pl_register_close(r);
	pl_instance_close(inst);
}

/* ---- sealed rows and dummies ---- */

struct sealing {
	const struct pl_register *r;
	uint64_t number;
	bool sealed;
};

static pl_status seal(void *ctx, struct pl_db_tx *tx)
{
	struct sealing *s = ctx;

	return pl_register_seal(tx, s->r, s->number, s->sealed, NULL);
}

static struct pl_register *declare_padded(struct pl_instance *inst)
{
	struct pl_buf padded PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_register *r = NULL;
	struct pl_diag diag = {0};
	const char *at = strstr(text, "existence exact");

	pl_buf_put(&padded, text, (size_t)(at - text));
	pl_buf_put_z(&padded, "existence padded");
	pl_buf_put_z(&padded, at + strlen("existence exact"));
	if (pl_register_add(inst, pl_buf_str(&padded), 0, &r, &diag))
		fail_msg("add: %s", diag.text);
	return r;
}

/* What is sealed stands among dummies, counts as unopened, and comes back. */
static void a_sealed_case_hides_among_dummies(void **state)
{
	struct pl_instance *inst = release_instance(*state, "padded");
	struct pl_register *r = declare_padded(inst);
	struct entry e = {.r = r, .day = BEGIN, .amount = 3};
	struct sealing s = {.r = r, .sealed = true};
	struct pl_register_beat b = {0};
	uint64_t dummies, one;
	struct counted c = {0};

	put(inst, &e);
	one = e.made.number;
	put(inst, &e);
	for (unsigned i = 0; i < 12; i++)
		b = beat(inst, r, BEGIN + 8000 + i * 600);
	dummies = b.head.highest - 2;
	assert_in_range(dummies, 1, 12 * 3); /* all twelve draws nought: once in 16 million runs */
	recount(inst, r, BEGIN, BEGIN + 31 * DAY, &c);
	assert_int_equal(c.r.cases, 2);
	assert_int_equal(c.r.unopened, dummies);
	counted_done(&c);
	s.number = one;
	assert_ok(pl_db_tx(pl_instance_db(inst), seal, &s));
	assert_int_equal(pl_db_tx(pl_instance_db(inst), seal, &s), PL_E_STATE);
	e = (struct entry){.r = r, .number = one, .day = BEGIN, .amount = 4};
	put(inst, &e); /* what becomes of it is sealed, too */
	b = beat(inst, r, BEGIN + 20000);
	dummies = b.head.highest - 2;
	recount(inst, r, BEGIN, BEGIN + 31 * DAY, &c);
	assert_int_equal(c.r.cases, 1);
	assert_int_equal(c.r.unopened, dummies + 1);
	counted_done(&c);
	s.sealed = false;
	assert_ok(pl_db_tx(pl_instance_db(inst), seal, &s));
	recount(inst, r, BEGIN, BEGIN + 31 * DAY, &c);
	assert_int_equal(c.r.cases, 2);
	assert_int_equal(c.r.unopened, dummies);
	counted_done(&c);
	/* A dummy cannot be opened. */
	s.number = b.head.highest;
	if (s.number > 2 && s.number != one)
		assert_int_equal(pl_db_tx(pl_instance_db(inst), seal, &s), PL_E_STATE);
	pl_register_close(r);
	pl_instance_close(inst);
}

/* What stands in the tree, leaf by leaf, as whoever reads an openings file sees it. */
struct seen {
	const struct pl_register *r;
	uint64_t from, to;
	uint64_t born, again, most; /* dummies, their revisions, and the highest revision of one */
	uint64_t before_open;       /* of these leaves some stand before one of a case that is opened */
};

static pl_status watch(void *ctx, struct pl_db_tx *tx)
{
	struct seen *s = ctx;
	uint64_t hidden = 0;

	s->born = s->again = s->most = s->before_open = 0;
	for (uint64_t at = s->from; at < s->to; at++) {
		struct pl_db_rows *leaf PL_CLEANUP(pl_db_rows_done) = NULL, *dummy PL_CLEANUP(pl_db_rows_done) = NULL;
		uint64_t revision;

		assert_ok(pl_db_one(tx, &pl_sql_register_leaf_at, PL_DB_ARGS(PL_DB_STR(s->r->decl->name), PL_DB_U64(at)), &leaf));
		revision = pl_db_col_u64(leaf, 1);
		if (pl_db_one(tx, &pl_sql_register_dummy_get, PL_DB_ARGS(PL_DB_STR(s->r->decl->name), PL_DB_U64(pl_db_col_u64(leaf, 0))), &dummy)) {
			s->before_open += hidden;
			hidden = 0;
			continue;
		}
		hidden++;
		s->born += revision == 0;
		s->again += revision > 0;
		s->most = revision > s->most ? revision : s->most;
	}
	return PL_OK;
}

static struct seen see(struct pl_instance *inst, const struct pl_register *r, uint64_t from, uint64_t to)
{
	struct seen s = {.r = r, .from = from, .to = to};

	assert_ok(pl_db_read(pl_instance_db(inst), watch, &s));
	return s;
}

/* A sealed case that is changed is not the only one: dummies are, too, and as often as cases that are opened. */
static void dummies_are_worked_on(void **state)
{
	struct pl_instance *inst = release_instance(*state, "worked");
	struct pl_register *r = declare_padded(inst);
	struct entry shut = {.r = r, .day = BEGIN, .amount = 3}, open = {.r = r, .day = BEGIN, .amount = 3};
	struct sealing s = {.r = r, .sealed = true};
	uint64_t now = BEGIN + 8000, before;
	struct pl_register_beat b = {0};
	struct counted c = {0};
	struct seen all;

	put(inst, &open);
	put(inst, &shut);
	s.number = shut.number = shut.made.number;
	open.number = open.made.number;
	assert_ok(pl_db_tx(pl_instance_db(inst), seal, &s));
	for (unsigned i = 0; i < 60; i++)
		b = beat(inst, r, now += 600);
	all = see(inst, r, 2, b.head.size);
	assert_true(all.again > 0); /* none of sixty coins: once in 10^18 runs */
	/* What is sealed may be changed as often as it likes: nothing that is drawn knows of it. */
	for (unsigned i = 0; i < 12; i++) {
		before = b.head.size;
		for (unsigned k = 0; k < 20; k++)
			put(inst, &shut);
		b = beat(inst, r, now += 600);
		assert_in_range(b.head.size - before - 20, 0, 3 + 1);
	}
	/* What is opened is seen by everybody: dummies follow it. */
	before = b.head.size;
	for (unsigned i = 0; i < 12; i++) {
		for (unsigned k = 0; k < 20; k++)
			put(inst, &open);
		b = beat(inst, r, now += 600);
	}
	all = see(inst, r, before, b.head.size);
	assert_in_range(all.again, 40, 12 * 41); /* 246 as a rule */
	assert_true(all.most > 1);
	recount(inst, r, BEGIN, BEGIN + 31 * DAY, &c); /* every leaf follows from the one before */
	assert_int_equal(c.r.cases, 1);
	assert_int_equal(c.r.unopened, b.head.highest - 1);
	counted_done(&c);
	pl_register_close(r);
	pl_instance_close(inst);
}

/* Between two heads a dummy stands anywhere: what is sealed before an open leaf may be one. */
static void dummies_come_at_any_time(void **state)
{
	struct pl_instance *inst = release_instance(*state, "anytime");
	struct pl_register *r = declare_padded(inst);
	struct entry open = {.r = r, .day = BEGIN, .amount = 3};
	struct pl_register_beat b = {0};
	struct pl_diag diag = {0};
	struct seen all;

	put(inst, &open);
	open.number = open.made.number;
	for (unsigned i = 0; i < 4000; i++) {
		assert_ok(pl_register_pad_look(inst, r, BEGIN + 8000 + i * 5, &diag));
		if (i % 40 == 39)
			put(inst, &open);
	}
	assert_ok(pl_register_beat_plain(inst, r, BEGIN + 40000, &b, &diag));
	all = see(inst, r, 1, b.head.size);
	assert_in_range(all.born, 20, 90); /* 50 as a rule */
	assert_in_range(all.again, 100, 900); /* the desk is busy: 103 looks of an hour, and all before the first head */
	assert_true(all.before_open + 20 > all.born + all.again);
	pl_register_close(r);
	pl_instance_close(inst);
}

static pl_status forget(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "forget", "UPDATE register_state SET size = 1, highest = 1");
}

static void a_counter_behind_the_log_gives_no_number(void **state)
{
	struct pl_instance *inst = release_instance(*state, "behind");
	struct pl_register *r = declare(inst);
	struct entry e = {.r = r, .day = BEGIN};

	for (unsigned i = 0; i < 3; i++)
		put(inst, &e);
	(void)beat(inst, r, BEGIN + 9000);
	take_key(inst, &e);
	assert_ok(pl_db_tx(pl_instance_db(inst), forget, NULL));
	assert_int_equal(pl_db_tx(pl_instance_db(inst), enter, &e), PL_E_ROLLBACK);
	assert_non_null(strstr(e.diag.text, "number 3"));
	pl_register_close(r);
	pl_instance_close(inst);
}

static void refuses_what_it_cannot_keep(void **state)
{
	struct pl_instance *inst = release_instance(*state, "refuses");
	struct pl_register *r = declare(inst);
	struct entry e = {.r = r, .day = BEGIN, .number = 9};

	assert_int_equal(pl_db_tx(pl_instance_db(inst), enter, &e), PL_E_NOTFOUND);
	put(inst, &(struct entry){.r = r, .day = BEGIN});
	/* The number that was looked for in vain cost no position. */
	(void)beat(inst, r, BEGIN + 9000);
	pl_register_close(r);
	pl_instance_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_writers_skip_and_repeat_no_number),
		cmocka_unit_test(heads_close_days_and_reports_follow),
		cmocka_unit_test(a_head_is_late_when_one_is_missing),
		cmocka_unit_test(nothing_that_was_turned_away_is_lost),
		cmocka_unit_test(counts_and_heartbeats_at_once),
		cmocka_unit_test(a_tree_of_any_size_follows_from_its_rows),
		cmocka_unit_test(what_is_sealed_opens_until_it_is_erased),
		cmocka_unit_test(a_sealed_case_hides_among_dummies),
		cmocka_unit_test(dummies_are_worked_on),
		cmocka_unit_test(dummies_come_at_any_time),
		cmocka_unit_test(a_counter_behind_the_log_gives_no_number),
		cmocka_unit_test(refuses_what_it_cannot_keep),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
