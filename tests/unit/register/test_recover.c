/* SPDX-License-Identifier: Apache-2.0 */
/* Registers whose database is an older copy: at many sizes the tree goes on, proofs hold, reports show what is lost. */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/file.h"
#include "base/time.h"
#include "log/tree.h"
#include "register/internal.h"
#include "register/recover.h"
#include "register/report.h"
#include "store/db_engine.h"
#include <fcntl.h>
#include <stdio.h>

#define DAY UINT64_C(86400)
#define BEGIN UINT64_C(1767225600) /* 2026-01-01 */

static const char text[] = "pellucid-register v1\nname tips\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\n"
			   "retain 0\nfield received time open\nfield kind enum open good,bad\ntotal cases count\n";

struct world {
	struct pl_instance *inst;
	struct pl_register *r;
	struct pl_diag diag;
	uint64_t many, now; /* to enter, and when */
	uint64_t earlier;   /* declarations before the present one */
};

static pl_status enter_many(void *ctx, struct pl_db_tx *tx)
{
	struct world *w = ctx;
	struct pl_register_values v = {0};
	struct pl_register_case made;
	uint8_t received[8];
	pl_status st = PL_OK;

	pl_be64_write(received, BEGIN + 3600);
	v.v[0] = (struct pl_commit_value){true, pl_bytes_of(received, 8)};
	v.v[1] = (struct pl_commit_value){true, pl_str_bytes(PL_STR("good"))};
	for (uint64_t i = 0; i < w->many && !st; i++)
		st = pl_register_enter(tx, w->r, &v, NULL, w->now, &made, &w->diag);
	return st;
}

static void enter(struct world *w, uint64_t many)
{
	w->many = many;
	if (pl_db_tx(pl_instance_db(w->inst), enter_many, w))
		fail_msg("enter: %s", w->diag.text);
}

static struct pl_register_beat beat(struct world *w, uint64_t now)
{
	struct pl_register_beat b = {0};

	if (pl_register_beat(w->inst, w->r, now, &b, &w->diag) ||
		pl_instance_settle(w->inst, &b.ref, 1, PL_OUTBOX_PROJECTED, 60 * PL_SECOND, &w->diag))
		fail_msg("head: %s", w->diag.text);
	return b;
}

/* The private tables as they were: @headed leaves under the last head, @kept entered. */
struct older {
	struct world *w;
	uint64_t headed, kept;
};

static pl_status make_older(void *ctx, struct pl_db_tx *tx)
{
	const struct older *o = ctx;
	unsigned long long headed = o->headed, kept = o->kept;
	char sql[2048];
	pl_status st;

	(void)snprintf(sql, sizeof sql,
		"DELETE FROM register_leaf WHERE position >= %llu; DELETE FROM register_case WHERE number > %llu; DELETE FROM register_tile; "
		"DELETE FROM register_end WHERE size > %llu; "
		"UPDATE register_state SET size = %llu, highest = %llu, "
		"head_size = coalesce((SELECT size FROM register_end ORDER BY time DESC LIMIT 1), 0), "
		"head_highest = coalesce((SELECT highest FROM register_end ORDER BY time DESC LIMIT 1), 0), "
		"head_days = coalesce((SELECT days FROM register_end ORDER BY time DESC LIMIT 1), 0), "
		"head_time = coalesce((SELECT time FROM register_end ORDER BY time DESC LIMIT 1), 0), "
		"head_root = coalesce((SELECT root FROM register_end ORDER BY time DESC LIMIT 1), head_root), "
		"head_chain = coalesce((SELECT chain FROM register_end ORDER BY time DESC LIMIT 1), head_chain), "
		"head_edge = coalesce((SELECT edge FROM register_end ORDER BY time DESC LIMIT 1), substr(head_edge, 1, 0))",
		kept, kept, headed, kept, kept);
	st = pl_db_script(tx, "older", sql);
	return st ? st : pl_register_tiles_grow(tx, o->w->r, 0, o->headed);
}

struct proving {
	struct world *w;
	uint64_t from;
	struct pl_register_end head;
};

/* Every leaf behind the loss has its path to the head's root. */
static pl_status prove_all(void *ctx, struct pl_db_tx *tx)
{
	struct proving *p = ctx;
	struct pl_register_nodes nodes = {tx, p->w->r};

	for (uint64_t i = p->from; i < p->head.size; i++) {
		struct pl_digest row[PL_REGISTER_TILE];
		struct pl_tree_path path;
		size_t n = 0;

		assert_ok(pl_tree_prove_inclusion(i, p->head.size, pl_register_fetch, &nodes, &path));
		assert_ok(pl_register_tile(tx, p->w->r, 0, i / PL_REGISTER_TILE, row, &n));
		assert_ok(pl_tree_verify_inclusion(i, p->head.size, &row[i % PL_REGISTER_TILE], path.h, path.n, &p->head.root));
	}
	return PL_OK;
}

static void recount(struct world *w, uint64_t cases, uint64_t lost, uint64_t lost_leaves)
{
	struct pl_register_report_file file = {0};
	struct pl_recount r = {0};
	int fd PL_CLEANUP(pl_file_close) = -1;

	w->diag = (struct pl_diag){0};
	assert_ok(pl_file_open(AT_FDCWD, "/var/tmp", O_RDWR | O_TMPFILE, 0600, &fd));
	if (pl_register_report_write(w->inst, w->r, BEGIN, BEGIN + 31 * DAY, BEGIN + 400 * DAY, fd, &w->diag) ||
		pl_register_report_file_map(fd, &file, &w->diag) || pl_recount_file(file.bytes, 2, NULL, NULL, &r, &w->diag))
		fail_msg("recount: %s", w->diag.text);
	assert_int_equal(r.cases, cases);
	assert_int_equal(r.lost, lost);
	assert_int_equal(r.lost_leaves, lost_leaves);
	assert_int_equal(r.n_gaps, 1);
	assert_int_equal(r.n_earlier, w->earlier);
	assert_int_equal(r.totals[0], cases);
	pl_recount_done(&r);
	pl_register_report_file_done(&file);
}

/* And then it is declared anew: who opened it before writes nothing, and the file has both declarations beside the gap. */
static void declare_anew(struct world *w, uint64_t cases, uint64_t lost)
{
	struct pl_register *old = w->r, *r = NULL;
	char anew[512];

	(void)snprintf(anew, sizeof anew, "%.*sfield other u64 open\ntotal cases count\ntotal good count kind=good\n",
		(int)pl_str_find_str(pl_str_from(text), PL_STR("total")), text);
	if (pl_register_add(w->inst, pl_str_from(anew), 0, &r, &w->diag))
		fail_msg("anew: %s", w->diag.text);
	w->many = 1;
	w->now = BEGIN + 2 * DAY + 20;
	assert_int_equal(pl_db_tx(pl_instance_db(w->inst), enter_many, w), PL_E_CONFLICT);
	w->r = r;
	w->earlier = 1;
	enter(w, 3);
	(void)beat(w, BEGIN + 2 * DAY + 700);
	recount(w, cases + 3, lost, lost);
	pl_register_close(old);
}

static void one_loss(void *state, uint64_t headed, uint64_t kept, uint64_t total, uint64_t more)
{
	struct world w = {.now = BEGIN + 7200};
	struct older older = {&w, headed, kept};
	struct pl_register_recovered done = {0};
	struct proving p = {.w = &w, .from = total};
	char name[64];

	(void)snprintf(name, sizeof name, "lost-%llu-%llu-%llu", (unsigned long long)headed, (unsigned long long)kept,
		(unsigned long long)total);
	w.inst = release_instance(state, name);
	if (pl_register_add(w.inst, pl_str_from(text), 0, &w.r, &w.diag))
		fail_msg("add: %s", w.diag.text);
	enter(&w, headed);
	if (headed)
		(void)beat(&w, BEGIN + 7800);
	enter(&w, kept - headed);
	enter(&w, total - kept);
	(void)beat(&w, BEGIN + DAY + 5); /* a heartbeat, lost with the rest */
	assert_ok(pl_db_tx(pl_instance_db(w.inst), make_older, &older));
	/* Nothing may be written before it is recovered, neither a case nor a head. */
	w.many = 1;
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), enter_many, &w), PL_E_ROLLBACK);
	assert_int_equal(pl_register_beat(w.inst, w.r, BEGIN + DAY + 9, &(struct pl_register_beat){0}, &w.diag), PL_E_ROLLBACK);
	if (pl_register_recover(w.inst, PL_STR("tips"), BEGIN + DAY + 10, &done, &w.diag))
		fail_msg("recover: %s", w.diag.text);
	assert_int_equal(done.lost_from, kept + 1);
	assert_int_equal(done.lost_to, total);
	assert_int_equal(pl_register_recover(w.inst, PL_STR("tips"), BEGIN + DAY + 10, &done, &w.diag), PL_E_EXISTS);
	w.now = BEGIN + DAY + 20;
	enter(&w, more);
	p.head = beat(&w, BEGIN + DAY + 700).head;
	assert_int_equal(p.head.size, total + (total - kept) + more);
	assert_int_equal(p.head.highest, total + more);
	assert_ok(pl_db_read(pl_instance_db(w.inst), prove_all, &p));
	recount(&w, kept + more, total - kept, total - kept);
	/* And on over the next rows of hashes. */
	enter(&w, 300);
	p.head = beat(&w, BEGIN + 2 * DAY + 5).head;
	assert_ok(pl_db_read(pl_instance_db(w.inst), prove_all, &p));
	recount(&w, kept + more + 300, total - kept, total - kept);
	declare_anew(&w, kept + more + 300, total - kept);
	pl_register_close(w.r);
	pl_instance_close(w.inst);
}

static void a_lost_tree_goes_on(void **state)
{
	static const struct {
		uint64_t headed, kept, total, more;
	} sizes[] = {{0, 0, 1, 1}, {3, 5, 9, 4}, {0, 7, 256, 3}, {200, 255, 257, 260}, {256, 256, 700, 0}, {1, 300, 513, 9}};

	for (size_t i = 0; i < PL_COUNT(sizes); i++)
		one_loss(*state, sizes[i].headed, sizes[i].kept, sizes[i].total, sizes[i].more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_tree_goes_on),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
