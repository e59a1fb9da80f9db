/* SPDX-License-Identifier: Apache-2.0 */
/* Audits without a database: tables, what fits together, days without cover, and how a scope changed. */
#include "register_test.h"
#include "register/audit/cover.h"
#include "register/audit/table.h"

#define TABLE_BYTES ((size_t)16 << 20)
#define HEAD "audit,standard,edition,kind,auditor,scope,products,controls,as-of,from,to,valid-from,valid-to,supersedes\n"
#define DAY UINT64_C(86400)

struct world {
	struct pl_arena arena;
	struct pl_audit_life lives[8];
	size_t n;
};

static uint64_t sec(const char *text)
{
	return at(text) / PL_SECOND;
}

static void load(struct world *w, const char *csv)
{
	struct pl_diag diag = {0};
	struct pl_audit_row *rows;

	*w = (struct world){.arena = PL_ARENA(TABLE_BYTES)};
	if (pl_audit_table_parse(pl_str_from(csv), &w->arena, &rows, &w->n, &diag))
		fail_msg("%s", pl_diag_text(&diag, PL_E_SYNTAX));
	assert_true(w->n <= PL_COUNT(w->lives));
	for (size_t i = 0; i < w->n; i++)
		w->lives[i].audit = rows[i].audit;
}

static void covers(struct world *w, const char *now, struct pl_cover *ret)
{
	assert_ok(pl_cover_of(w->lives, w->n, sec(now), &w->arena, ret));
	for (size_t i = 0; i < ret->n; i++) { /* whole, and no two neighbours alike */
		assert_true(ret->pieces[i].to > ret->pieces[i].from);
		assert_int_equal(ret->pieces[i].from, i ? ret->pieces[i - 1].to : ret->from);
		assert_true(!i || ret->pieces[i].state != ret->pieces[i - 1].state || ret->pieces[i].by != ret->pieces[i - 1].by);
	}
	if (ret->n)
		assert_int_equal(ret->pieces[ret->n - 1].to, ret->to);
}

static void is_piece(const struct pl_cover *c, size_t i, enum pl_cover_state state, const char *from, const char *last,
	const char *by)
{
	assert_true(i < c->n);
	assert_int_equal(c->pieces[i].state, state);
	assert_int_equal(c->pieces[i].from, sec(from));
	assert_int_equal(c->pieces[i].to, sec(last) + DAY);
	if (by)
		assert_true(pl_str_eq(c->pieces[i].by->audit.id, pl_str_from(by)));
	else
		assert_null(c->pieces[i].by);
}

/* ---- tables ---- */

static void refuses(const char *row, const char *words)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_BYTES);
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_audit_row *rows = NULL;
	struct pl_diag diag = {0};
	size_t n = 7;

	pl_buf_printf(&csv, HEAD "%s\n", row);
	assert_int_not_equal(pl_audit_table_parse(pl_buf_str(&csv), &arena, &rows, &n, &diag), PL_OK);
	assert_null(rows);
	assert_int_equal(n, 7);
	if (!strstr(pl_diag_text(&diag, PL_E_SYNTAX), words))
		fail_msg("%s: expected words with \"%s\", got \"%s\"", row, words, pl_diag_text(&diag, PL_E_SYNTAX));
	assert_int_equal(diag.line, 2);
}

static void refuses_what_does_not_fit(void **state)
{
	(void)state;
	refuses("A,soc2,,type-1,X,s,p,,2020-01-01,,,,,", "audit: expected an identifier");
	refuses("a,,,type-1,X,s,p,,2020-01-01,,,,,", "standard: expected an identifier");
	refuses("a,soc2,,type-3,X,s,p,,2020-01-01,,,,,", "kind: expected");
	refuses("a,soc2,,type-1,,s,p,,2020-01-01,,,,,", "expected one auditor");
	refuses("a,soc2,,type-1,X,,p,,2020-01-01,,,,,", "scope: expected");
	refuses("a,soc2,,type-1,X,s,,,2020-01-01,,,,,", "covers something");
	refuses("a,soc2,,type-1,X,s,p p,,2020-01-01,,,,,", "each once");
	refuses("a,soc2,,type-1,X,s,P,,2020-01-01,,,,,", "products: \"P\"");
	refuses("a,soc2,,type-1,X,s,p,,,2020-01-01,2020-06-30,,,", "speaks of one day");
	refuses("a,soc2,,type-2,X,s,p,,2020-01-01,,,,,", "speaks of a period");
	refuses("a,soc2,,type-2,X,s,p,,,2020-01-01,,,,", "both days or none");
	refuses("a,soc2,,type-2,X,s,p,,,2020-06-30,2020-01-01,,,", "not before the first");
	refuses("a,iso-27001,,certification,X,s,p,,2020-01-01,,,,,", "has a validity");
	refuses("a,iso-27001,,surveillance,X,s,p,,2020-01-01,,,,,", "names the audit that it follows");
	refuses("a,soc2,,type-1,X,s,p,,2020-01-01,,,,,a", "does not supersede itself");
	refuses("a,soc2,,type-1,X,s,p,,2020-13-01,,,,,", "as-of: expected a day");
}

static void comes_back_from_its_statement(void **state)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_audit back, other;
	struct world w;

	(void)state;
	load(&w, HEAD "a,iso-27001,2022,certification,Example Body,s,x,a.8.32 a.5.7,,2024-01-01,2024-02-01,2024-03-01,2027-02-28,b\n");
	pl_audit_to_json(&w.lives[0].audit, o);
	assert_ok(pl_audit_from_json(o, &w.arena, &back));
	assert_true(pl_audit_same(&back, &w.lives[0].audit));
	assert_int_equal(back.n_covers, 3);
	assert_true(pl_str_eq(back.covers[0].name, PL_STR("a.5.7"))); /* sorted, controls first */
	other = back;
	other.valid_to += DAY;
	assert_false(pl_audit_same(&back, &other));
	pl_arena_done(&w.arena);
}

/* ---- days ---- */

static void shows_days_that_nobody_covers(void **state)
{
	struct pl_cover c;
	struct world w;

	(void)state;
	load(&w, HEAD "one,iso-27001,2013,certification,X,s,p,,,,,2019-01-01,2021-12-31,\n"
		      "two,iso-27001,2022,certification,X,s,p,,,,,2022-02-01,2025-01-31,one\n");
	covers(&w, "2024-06-01", &c);
	assert_int_equal(c.n, 3);
	is_piece(&c, 0, PL_COVER_COVERED, "2019-01-01", "2021-12-31", "one");
	is_piece(&c, 1, PL_COVER_UNCOVERED, "2022-01-01", "2022-01-31", NULL);
	is_piece(&c, 2, PL_COVER_COVERED, "2022-02-01", "2025-01-31", "two");
	assert_int_equal(c.gaps, 1);
	assert_int_equal(c.uncovered_days, 31);

	/* A lapse lasts until today, whoever looks. */
	covers(&w, "2025-02-10", &c);
	assert_int_equal(c.n, 4);
	is_piece(&c, 3, PL_COVER_UNCOVERED, "2025-02-01", "2025-02-10", NULL);
	assert_int_equal(c.gaps, 2);
	assert_int_equal(c.uncovered_days, 41);
	/* On the last day covered there is none. */
	covers(&w, "2025-01-31", &c);
	assert_int_equal(c.n, 3);
	pl_arena_done(&w.arena);
}

static void one_day_covers_none(void **state)
{
	struct pl_cover c;
	struct world w;

	(void)state;
	load(&w, HEAD "t1,soc2,,type-1,X,s,p,,2022-04-28,,,,,\n"
		      "t2,soc2,,type-2,X,s,p,,,2022-05-01,2022-10-31,,,t1\n");
	covers(&w, "2022-11-02", &c);
	assert_int_equal(c.n, 3);
	is_piece(&c, 0, PL_COVER_UNCOVERED, "2022-04-28", "2022-04-30", NULL);
	is_piece(&c, 1, PL_COVER_COVERED, "2022-05-01", "2022-10-31", "t2");
	is_piece(&c, 2, PL_COVER_UNCOVERED, "2022-11-01", "2022-11-02", NULL);
	w.n = 0;
	covers(&w, "2022-11-02", &c);
	assert_int_equal(c.n, 0);
	pl_arena_done(&w.arena);
}

static void an_overlap_is_covered_by_the_later_one(void **state)
{
	struct pl_cover c;
	struct world w;

	(void)state;
	load(&w, HEAD "one,iso-27001,,certification,X,s,p,,,,,2020-01-01,2022-12-31,\n"
		      "two,iso-27001,,certification,X,s,p,,,,,2022-07-01,2025-06-30,one\n"
		      "look,iso-27001,,surveillance,X,s,p,,2021-01-05,,,,,one\n");
	covers(&w, "2023-01-01", &c);
	assert_int_equal(c.n, 2);
	is_piece(&c, 0, PL_COVER_COVERED, "2020-01-01", "2022-06-30", "one");
	is_piece(&c, 1, PL_COVER_COVERED, "2022-07-01", "2025-06-30", "two");
	assert_int_equal(c.gaps, 0);
	pl_arena_done(&w.arena);
}

/* A look at a single day covers none; of one to come there is nothing to show yet. */
static void a_look_to_come_has_no_days(void **state)
{
	struct pl_cover c;
	struct world w;

	(void)state;
	load(&w, HEAD "look,iso-27001,,surveillance,X,s,p,,2027-03-04,,,,,one\n");
	covers(&w, "2023-01-01", &c);
	assert_int_equal(c.n, 0);
	assert_int_equal(c.from, c.to);
	covers(&w, "2027-03-05", &c);
	assert_int_equal(c.n, 1);
	is_piece(&c, 0, PL_COVER_UNCOVERED, "2027-03-04", "2027-03-05", NULL);
	pl_arena_done(&w.arena);
}

static void what_ends_early_ends_there(void **state)
{
	const struct pl_audit_end ends[] = {
		{.state = PL_AUDIT_SUSPENDED, .reason = PL_AUDIT_NON_CONFORMITY, .from = sec("2021-03-01")},
		{.state = PL_AUDIT_REINSTATED, .reason = PL_AUDIT_CORRECTED, .from = sec("2021-04-01")},
		{.state = PL_AUDIT_EXPIRED, .reason = PL_AUDIT_HOLDER_REQUEST, .from = sec("2022-01-01")},
	};
	const struct pl_audit_end error = {.state = PL_AUDIT_WITHDRAWN, .reason = PL_AUDIT_STATED_IN_ERROR, .from = sec("2023-01-01")};
	struct pl_cover c;
	struct world w;

	(void)state;
	load(&w, HEAD "one,iso-27001,,certification,X,s,p,,,,,2021-01-01,2023-12-31,\n");
	w.lives[0].ends = ends;
	w.lives[0].n_ends = 3;
	covers(&w, "2022-01-02", &c);
	assert_int_equal(c.n, 4);
	is_piece(&c, 0, PL_COVER_COVERED, "2021-01-01", "2021-02-28", "one");
	is_piece(&c, 1, PL_COVER_SUSPENDED, "2021-03-01", "2021-03-31", "one");
	is_piece(&c, 2, PL_COVER_COVERED, "2021-04-01", "2021-12-31", "one");
	is_piece(&c, 3, PL_COVER_UNCOVERED, "2022-01-01", "2023-12-31", NULL);
	assert_int_equal(c.gaps, 2);
	assert_int_equal(c.uncovered_days, 31 + 2); /* what lies ahead is not counted */

	/* What was stated in error never covered a day. */
	w.lives[0].ends = &error;
	w.lives[0].n_ends = 1;
	covers(&w, "2024-01-01", &c);
	assert_int_equal(c.n, 0);
	pl_arena_done(&w.arena);
}

static void changes_follow_one_another(void **state)
{
	struct pl_audit_end suspended = {.state = PL_AUDIT_SUSPENDED, .from = sec("2021-03-01")}, next;
	struct world w;

	(void)state;
	load(&w, HEAD "c,iso-27001,,certification,X,s,p,,,,,2021-01-01,2023-12-31,\nt,soc2,,type-1,X,s,p,,2020-01-01,,,,,\n");
	next = (struct pl_audit_end){.state = PL_AUDIT_REINSTATED, .from = sec("2021-03-01")};
	assert_int_equal(pl_audit_end_check(&w.lives[0].audit, NULL, &next, NULL), PL_E_STATE);
	assert_ok(pl_audit_end_check(&w.lives[0].audit, &suspended, &next, NULL));
	next.from -= DAY;
	assert_int_equal(pl_audit_end_check(&w.lives[0].audit, &suspended, &next, NULL), PL_E_RANGE);
	next = (struct pl_audit_end){.state = PL_AUDIT_SUSPENDED, .from = sec("2021-05-01")};
	assert_int_equal(pl_audit_end_check(&w.lives[0].audit, &suspended, &next, NULL), PL_E_STATE);
	next.from = sec("2024-01-01");
	assert_int_equal(pl_audit_end_check(&w.lives[0].audit, NULL, &next, NULL), PL_E_RANGE);
	next.from = sec("2023-12-31");
	assert_ok(pl_audit_end_check(&w.lives[0].audit, NULL, &next, NULL));
	assert_int_equal(pl_audit_end_check(&w.lives[1].audit, NULL, &next, NULL), PL_E_RANGE);
	next.state = PL_AUDIT_WITHDRAWN;
	assert_ok(pl_audit_end_check(&w.lives[1].audit, NULL, &next, NULL));
	suspended.state = PL_AUDIT_WITHDRAWN;
	assert_int_equal(pl_audit_end_check(&w.lives[0].audit, &suspended, &next, NULL), PL_E_STATE);
	pl_arena_done(&w.arena);
}

/* ---- scopes ---- */

static void says_how_a_scope_changed(void **state)
{
	const struct pl_audit_life *before;
	struct pl_audit_diff d;
	struct world w;

	(void)state;
	load(&w, HEAD "one,iso-27001,,certification,X,s,alpha beta,a.1,,,,2019-01-01,2021-12-31,\n"
		      "two,iso-27001,,certification,X,s,beta delta gamma,a.1,,,,2022-02-01,2025-01-31,\n"
		      "three,iso-27001,,certification,X,s,beta,a.1,,,,2025-02-01,2028-01-31,one\n"
		      "other,soc2,,type-1,X,s,beta,a.1,2024-01-01,,,,,\n");
	assert_null(pl_cover_before(w.lives, w.n, &w.lives[0].audit));
	before = pl_cover_before(w.lives, w.n, &w.lives[1].audit);
	assert_ptr_equal(before, &w.lives[0]); /* the one before it in time */
	assert_ok(pl_audit_compare(&before->audit, &w.lives[1].audit, &w.arena, &d));
	assert_int_equal(d.n_kept, 2);
	assert_int_equal(d.n_removed, 1);
	assert_true(pl_str_eq(d.removed[0].name, PL_STR("alpha")));
	assert_int_equal(d.n_added, 2);
	assert_true(pl_str_eq(d.added[0].name, PL_STR("delta")) && pl_str_eq(d.added[1].name, PL_STR("gamma")));
	assert_ptr_equal(pl_cover_before(w.lives, w.n, &w.lives[2].audit), &w.lives[0]); /* the one it names */
	assert_null(pl_cover_before(w.lives, w.n, &w.lives[3].audit));
	pl_arena_done(&w.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_does_not_fit),
		cmocka_unit_test(comes_back_from_its_statement),
		cmocka_unit_test(shows_days_that_nobody_covers),
		cmocka_unit_test(one_day_covers_none),
		cmocka_unit_test(a_look_to_come_has_no_days),
		cmocka_unit_test(an_overlap_is_covered_by_the_later_one),
		cmocka_unit_test(what_ends_early_ends_there),
		cmocka_unit_test(changes_follow_one_another),
		cmocka_unit_test(says_how_a_scope_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
