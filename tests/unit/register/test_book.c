/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions without a database: what balances, what each kind wants, how they are written, tables of them. */
#include "register_test.h"
#include "register/entity/journal.h"
#include "register/entity/table.h"

#define TABLE_BYTES ((size_t)64 << 20)
#define HEAD "transaction,entity,day,kind,document,words,report,approvers,account,amount,currency,price,paid\n"

static struct pl_currency money(const char *code)
{
	struct pl_currency c;

	assert_ok(pl_currency_parse(pl_str_from(code), &c));
	return c;
}

/* A payout of 5,000.00 USD for 4,612.55 EUR. */
static struct pl_book_tx payout(void)
{
	return (struct pl_book_tx){.entity = PL_STR("de"), .number = 3, .day = at("2026-03-05") / PL_SECOND,
		.kind = PL_BOOK_BOUNTY, .document = PL_STR("p-1"), .words = PL_STR("Reward"), .report = PL_STR("vr-7"),
		.approvers = {PL_STR("lead"), PL_STR("head")}, .n_postings = 2,
		.postings = {{PL_STR("Expenses:Bounty"), 500000, money("USD"), 461255, money("EUR")},
			{PL_STR("Assets:Bank"), -461255, money("EUR"), 0, {{0}, 0}}}};
}

static void accounts_have_one_spelling(void **state)
{
	static const char *const good[] = {"Assets:Bank", "Liabilities:A:B2:C-d", "Equity:1", "Income:X",
		"Expenses:Data-Centres"};
	static const char *const bad[] = {"", "Assets", "Assets:", "assets:Bank", "Bank:Assets", "Assets:bank", "Assets::X",
		"Assets:X:",
		"Assets:X Y", "Assets:-X", "Assets:X.Y", ":Assets:X", "AssetsX:Y", "Assets:\xc3\x84"};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++)
		assert_true(pl_book_account_ok(pl_str_from(good[i])));
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		if (pl_book_account_ok(pl_str_from(bad[i])))
			fail_msg("\"%s\" passed for an account", bad[i]);
}

static void a_transaction_balances_to_the_last_unit(void **state)
{
	struct pl_book_tx t = payout();
	struct pl_diag diag = {0};

	(void)state;
	assert_ok(pl_book_tx_check(&t, &diag));
	t.postings[1].amount++;
	assert_int_equal(pl_book_tx_check(&t, &diag), PL_E_RANGE);
	assert_string_equal(diag.text, "it does not balance: 0.01 EUR too much");
	t = payout();
	t.postings[0].price--;
	assert_int_equal(pl_book_tx_check(&t, NULL), PL_E_RANGE);
	/* Without a price, dollars and euros do not add up. */
	t = payout();
	t.postings[0].price = 0;
	t.postings[0].paid = (struct pl_currency){0};
	assert_int_equal(pl_book_tx_check(&t, NULL), PL_E_RANGE);
	/* Turned round it balances, too. */
	t = payout();
	t.postings[0].amount = -t.postings[0].amount;
	t.postings[1].amount = -t.postings[1].amount;
	assert_ok(pl_book_tx_check(&t, NULL));
}

static void each_kind_wants_its_own(void **state)
{
	struct pl_book_tx t[16];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(t); i++)
		t[i] = payout();
	t[n++].report = (pl_str){0};
	t[n++].approvers[1] = (pl_str){0};
	t[n++].approvers[1] = PL_STR("lead"); /* the same post twice */
	t[n++].kind = PL_BOOK_PLAIN;
	t[n++].peer = PL_STR("ch");
	t[n++].reverses = 2;
	t[n++].document = PL_STR("");
	t[n++].document = PL_STR("A Document");
	t[n++].words = PL_STR("; a comment");
	t[n++].words = PL_STR("two  spaces");
	t[n++].words = PL_STR("a\nline");
	t[n++].day += 1;
	t[n++].day = 0;
	t[n++].n_postings = 1;
	t[n++].entity = PL_STR("");
	t[n++].postings[0].paid = money("USD");
	assert_int_equal(n, PL_COUNT(t));
	for (size_t i = 0; i < n; i++)
		if (pl_book_tx_check(&t[i], NULL) == PL_OK)
			fail_msg("number %zu was taken", i);
}

static void is_written_as_others_read_it(void **state)
{
	static const char want[] = "2026-03-05 * (3) Reward\n    ; kind: bounty\n    ; document: p-1\n    ; report: vr-7\n"
				   "    ; first-approver: lead\n    ; second-approver: head\n"
				   "    Expenses:Bounty    5000.00 USD @@ 4612.55 EUR\n    Assets:Bank    -4612.55 EUR\n\n";
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_book_tx t = payout(), back;
	struct pl_digest first, one, two;

	(void)state;
	pl_journal_tx(&text, &t);
	assert_true(pl_str_eq(pl_buf_str(&text), pl_str_from(want)));
	pl_book_first_chain(t.entity, &first);
	assert_ok(pl_journal_chain(&t, &first, &one));
	t.postings[1].amount--;
	assert_ok(pl_journal_chain(&t, &first, &two));
	assert_false(pl_digest_eq(&one, &two));
	/* A reversal names what it takes back, and keeps nothing of its approvals. */
	t = payout();
	pl_book_opposite(&t, t.day + 86400, PL_STR("r"), &back);
	assert_ok(pl_book_tx_check(&back, NULL));
	assert_int_equal(back.reverses, 3);
	assert_int_equal(back.postings[0].amount, -500000);
	assert_int_equal(back.report.len + back.approvers[0].len, 0);
}

/* ---- tables ---- */

struct found {
	size_t alone, pairs, postings;
	pl_status answer;
};

static pl_status count(void *ctx, struct pl_book_tx *t, size_t n, struct pl_diag *diag)
{
	struct found *f = ctx;

	f->alone += n == 1;
	f->pairs += n == 2;
	for (size_t i = 0; i < n; i++) {
		f->postings += t[i].n_postings;
		assert_int_equal(t[i].peer.len > 0, n == 2);
		if (pl_book_tx_check(&t[i], diag))
			return PL_E_RANGE;
	}
	return f->answer;
}

static pl_status read_table(const char *lines, struct found *f, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(TABLE_BYTES);
	struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	*f = (struct found){0};
	*diag = (struct pl_diag){0};
	pl_buf_put_z(&csv, HEAD);
	pl_buf_put_z(&csv, lines);
	return pl_book_table_read(pl_buf_str(&csv), &arena, count, f, diag);
}

static void reads_transactions_and_pairs(void **state)
{
	struct pl_diag diag;
	struct found f;

	(void)state;
	assert_ok(read_table("1,de,2026-01-02,plain,d-1,Words,,,Assets:Bank,2.00,EUR,,\n1,de,,,,,,,Equity:Opening,-2.00,EUR,,\n"
			     "2,de,2026-01-03,intercompany,d-2,,,,Assets:X,1.00,EUR,,\n2,ch,2026-01-03,intercompany,d-2,,,,Assets:Y,-1.00,EUR,,\n"
			     "2,de,,,,,,,Assets:Bank,-1.00,EUR,,\n2,ch,,,,,,,Assets:Bank,1.00,EUR,,\n",
		&f, &diag));
	assert_int_equal(f.alone, 1);
	assert_int_equal(f.pairs, 1);
	assert_int_equal(f.postings, 6);
}

static void refuses_tables_with_their_line(void **state)
{
	static const struct {
		const char *lines;
		unsigned line;
	} bad[] = {
		{"1,de,2026-01-02,plain,d-1,,,,Assets:Bank,2,EUR,,", 2},
		{"1,de,2026-01-02,plain,d-1,,,,Assets:Bank,2.00,ABC,,", 2},
		{"1,de,2026-01-02,reversal,d-1,,,,Assets:Bank,2.00,EUR,,", 2},
		{"1,de,2.1.2026,plain,d-1,,,,Assets:Bank,2.00,EUR,,", 2},
		{",de,2026-01-02,plain,d-1,,,,Assets:Bank,2.00,EUR,,", 2},
		{"1,de,2026-01-02,plain,d-1,,,,Assets:Bank,2.00,EUR,,\n1,de,,,other,,,,Assets:X,-2.00,EUR,,", 3},
		{"1,de,2026-01-02,plain,d-1,,,,Assets:Bank,2.00,EUR,,\n1,de,,,,,,,Assets:X,-2.01,EUR,,", 2},
		{"1,de,2026-01-02,bounty,d-1,,r,a b c,Assets:Bank,2.00,EUR,,", 2},
		{"1,de,2026-01-02,plain,d-1,,,,Assets:Bank,2.00,EUR,-2.00,USD", 2},
		{"1,a,2026-01-02,plain,d-1,,,,Assets:Bank,2.00,EUR,,\n1,b,2026-01-02,plain,d-1,,,,Assets:X,-2.00,EUR,,\n1,c,,,,,,,Assets:X,1.00,EUR,,", 4},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_diag diag;
		struct found f;

		if (read_table(bad[i].lines, &f, &diag) == PL_OK)
			fail_msg("\"%s\" was read", bad[i].lines);
		assert_true(diag.text[0]);
		assert_int_equal(diag.line, bad[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_have_one_spelling),
		cmocka_unit_test(a_transaction_balances_to_the_last_unit),
		cmocka_unit_test(each_kind_wants_its_own),
		cmocka_unit_test(is_written_as_others_read_it),
		cmocka_unit_test(reads_transactions_and_pairs),
		cmocka_unit_test(refuses_tables_with_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
