/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entities and their books in a database: numbers under many writers, rollbacks and pairs; what a closed half-year
 * refuses; rows that were changed behind our back; and whose key attests what.
 */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/import.h"
#include "register/entity/attestation.h"
#include "register/entity/book_check.h"
#include "register/entity/book_close.h"
#include "register/entity/book_post.h"
#include "register/entity/import.h"
#include "register/entity/journal.h"
#include "register/entity/query.h"
#include "store/db_engine.h"
#include <pthread.h>
#include <stdio.h>

#define DAY UINT64_C(86400)
#define BEGIN UINT64_C(1735689600) /* 2025-01-01 */
#define HALF UINT64_C(1751328000)  /* 2025-07-01 */
#define WRITERS 64u
#define EACH 4u
#define SETTLE (60 * PL_SECOND)

static const char entities[] =
	"entity,from,roles,jurisdiction,legal-name,own-books\n"
	"holding,2007-01-01,holding,GB,Example Holding Limited,2008\n"
	"de,2008-01-01,national-company,DE,Example GmbH,2008\n"
	"ch,2008-01-01,national-company,CH,Example AG,2008\n"
	"none,2008-01-01,,AT,Example GesmbH,\n";

static pl_status state_table(struct pl_instance *inst, const char *csv, size_t *made, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	struct pl_entity_row *rows = NULL;
	size_t n = 0;
	pl_status st = pl_entity_table_parse(pl_str_from(csv), &arena, &rows, &n, diag);

	return st ? st : pl_entity_import(inst, rows, n, SETTLE, made, diag);
}

static pl_status open_books(void *ctx, struct pl_db_tx *tx)
{
	struct pl_currency eur, chf;
	pl_status st = pl_currency_parse(PL_STR("EUR"), &eur) || pl_currency_parse(PL_STR("CHF"), &chf) ?
		PL_E_INTERNAL : PL_OK;

	if (!st)
		st = pl_book_open(tx, PL_STR("de"), eur, ctx);
	if (!st)
		st = pl_book_open(tx, PL_STR("ch"), chf, ctx);
	if (!st)
		st = pl_book_account(tx, PL_STR("de"), PL_STR("Assets:Ch"), PL_STR("ch"), ctx);
	return st ? st : pl_book_account(tx, PL_STR("ch"), PL_STR("Liabilities:De"), PL_STR("de"), ctx);
}

static struct pl_instance *group(void **state, const char *name)
{
	struct pl_instance *inst = release_instance(*state, name);
	struct pl_diag diag = {0};
	size_t made = 0;

	if (state_table(inst, entities, &made, &diag))
		fail_msg("entities: %s", diag.text);
	assert_int_equal(made, 4);
	if (pl_db_tx(pl_instance_db(inst), open_books, &diag))
		fail_msg("books: %s", diag.text);
	return inst;
}

/* ---- transactions ---- */

/* One transaction of @amount in the books of @entity, or with @pair one half in those of de and one in those of ch. */
struct entry {
	const char *entity;
	bool pair, turned, give_up;
	uint64_t day, amount, other; /* other: what the second half of a pair says */
	char document[40];
	const char *account;
	struct pl_book_tx t[2];
	struct pl_diag diag;
};

static void fill_half(struct entry *e, size_t i, pl_str entity, const char *account, int64_t amount)
{
	struct pl_book_tx *t = &e->t[i];
	struct pl_currency eur;

	assert_ok(pl_currency_parse(PL_STR("EUR"), &eur));
	*t = (struct pl_book_tx){.entity = entity, .day = e->day, .kind = e->pair ? PL_BOOK_INTERCOMPANY : PL_BOOK_PLAIN,
		.document = pl_str_from(e->document), .n_postings = 2,
		.postings = {{.account = pl_str_from(account), .amount = amount, .currency = eur},
			{.account = PL_STR("Assets:Bank"), .amount = -amount, .currency = eur}}};
	if (e->pair)
		t->peer = pl_str_eq(entity, PL_STR("de")) ? PL_STR("ch") : PL_STR("de");
}

static pl_status enter(void *ctx, struct pl_db_tx *tx)
{
	struct entry *e = ctx;
	pl_status st;

	e->diag = (struct pl_diag){0};
	fill_half(e, 0, e->pair ? PL_STR("de") : pl_str_from(e->entity), e->pair ? "Assets:Ch" : e->account ?
		e->account : "Equity:Opening", (int64_t)e->amount);
	if (e->pair)
		fill_half(e, 1, PL_STR("ch"), "Liabilities:De", -(int64_t)(e->other ? e->other : e->amount));
	/* Whichever comes first, both take their numbers in one order. */
	if (e->pair)
		st = pl_book_pair(tx, &e->t[e->turned], &e->t[!e->turned], &e->diag);
	else
		st = pl_book_post(tx, &e->t[0], &e->diag);
	return !st && e->give_up ? PL_E_CANCELLED : st;
}

static pl_status put(struct pl_instance *inst, struct entry *e)
{
	return pl_db_tx(pl_instance_db(inst), enter, e);
}

struct checking {
	pl_str entity;
	struct pl_book_report report;
	struct pl_diag diag;
};

static pl_status examine(void *ctx, struct pl_db_tx *tx)
{
	struct checking *c = ctx;

	return pl_book_examine(tx, c->entity, &c->report, &c->diag);
}

static uint64_t assert_whole(struct pl_instance *inst, const char *entity)
{
	struct checking c = {.entity = pl_str_from(entity)};

	if (pl_db_read(pl_instance_db(inst), examine, &c))
		fail_msg("%s: %s", entity, c.diag.text);
	return c.report.transactions;
}

static void assert_broken(struct pl_instance *inst, const char *entity, const char *words)
{
	struct checking c = {.entity = pl_str_from(entity)};

	assert_int_equal(pl_db_read(pl_instance_db(inst), examine, &c), PL_E_MISMATCH);
	if (!strstr(c.diag.text, words))
		fail_msg("\"%s\" does not say \"%s\"", c.diag.text, words);
}

/* ---- numbers ---- */

struct writer {
	struct pl_instance *inst;
	unsigned seed, de, ch;
	bool failed;
};

static void *write_some(void *arg)
{
	struct writer *w = arg;

	for (unsigned i = 0; i < EACH; i++) {
		struct entry e = {.entity = w->seed % 2 ? "de" : "ch", .pair = (i + w->seed) % 3 == 0, .turned = w->seed % 2,
			.give_up = (i * 7 + w->seed) % 4 == 0, .day = BEGIN + i * DAY, .amount = 100 + i};
		pl_status st;

		(void)snprintf(e.document, sizeof e.document, "w-%u-%u", w->seed, i);
		st = put(w->inst, &e);
		w->failed = w->failed || st != (e.give_up ? PL_E_CANCELLED : PL_OK);
		w->de += st == PL_OK && (e.pair || w->seed % 2);
		w->ch += st == PL_OK && (e.pair || w->seed % 2 == 0);
	}
	return NULL;
}

static void many_writers_skip_and_repeat_no_number(void **state)
{
	struct pl_instance *inst = group(state, "writers");
	static struct writer w[WRITERS];
	pthread_t threads[WRITERS];
	uint64_t de = 0, ch = 0;

	for (unsigned i = 0; i < WRITERS; i++) {
		w[i] = (struct writer){.inst = inst, .seed = i};
		assert_int_equal(pthread_create(&threads[i], NULL, write_some, &w[i]), 0);
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_false(w[i].failed);
		de += w[i].de;
		ch += w[i].ch;
	}
	/* Examining finds 1, 2, 3, ... without a gap, every chain, and that the halves of all pairs fit. */
	assert_int_equal(assert_whole(inst, "de"), de);
	assert_int_equal(assert_whole(inst, "ch"), ch);
	assert_true(de > WRITERS && ch > WRITERS);
	pl_instance_close(inst);
}

/* ---- what books refuse ---- */

static void books_refuse_what_would_not_fit(void **state)
{
	struct pl_instance *inst = group(state, "refuse");
	struct entry e = {.entity = "de", .day = BEGIN, .amount = 500, .document = "d-1"};
	struct entry pair = {.pair = true, .day = BEGIN, .amount = 700, .document = "p-1"};
	struct pl_diag diag = {0};

	assert_ok(put(inst, &e));
	assert_int_equal(put(inst, &e), PL_E_EXISTS); /* the same document */
	(void)snprintf(e.document, sizeof e.document, "d-2");
	e.account = "Expenses:Nothing";
	assert_int_equal(put(inst, &e), PL_E_NOTFOUND);
	e.account = "Assets:Ch"; /* about another entity */
	assert_int_equal(put(inst, &e), PL_E_RANGE);
	e.entity = "none";
	assert_int_equal(put(inst, &e), PL_E_NOTFOUND);
	pair.other = 701;
	assert_int_equal(put(inst, &pair), PL_E_RANGE);
	assert_non_null(strstr(pair.diag.text, "equal and opposite"));
	pair.other = 0;
	assert_ok(put(inst, &pair));
	/* What was refused cost no number. */
	assert_int_equal(pair.t[0].number, 2);
	assert_int_equal(pair.t[1].number, 1);
	assert_int_equal(assert_whole(inst, "de"), 2);
	/* Who was stated as keeping no books, or was not stated, has none. */
	assert_int_equal(pl_db_tx(pl_instance_db(inst), open_books, &diag), PL_E_EXISTS);
	pl_instance_close(inst);
}

struct reversing {
	const char *entity;
	uint64_t number, day;
	struct pl_book_tx made[2];
	size_t n;
	struct pl_arena arena;
	struct pl_diag diag;
};

static pl_status reverse(void *ctx, struct pl_db_tx *tx)
{
	struct reversing *r = ctx;

	r->diag = (struct pl_diag){0};
	return pl_book_reverse(tx, pl_str_from(r->entity), r->number, r->day, (pl_str){0}, &r->arena, r->made, &r->n, &r->diag);
}

static void a_reversal_takes_both_halves_back_once(void **state)
{
	struct pl_instance *inst = group(state, "reverse");
	struct pl_db *db = pl_instance_db(inst);
	struct entry pair = {.pair = true, .day = BEGIN + DAY, .amount = 700, .document = "p-1"};
	struct reversing r = {.entity = "ch", .number = 1, .day = BEGIN, .arena = PL_ARENA((size_t)8 << 20)};

	assert_ok(put(inst, &pair));
	assert_int_equal(pl_db_tx(db, reverse, &r), PL_E_RANGE); /* before it was */
	r.day = BEGIN + 2 * DAY;
	assert_ok(pl_db_tx(db, reverse, &r));
	assert_int_equal(r.n, 2);
	assert_true(pl_str_eq(r.made[1].entity, PL_STR("de")));
	assert_int_equal(pl_db_tx(db, reverse, &r), PL_E_EXISTS);
	r.entity = "de";
	assert_int_equal(pl_db_tx(db, reverse, &r), PL_E_EXISTS);
	r.number = 2;
	assert_int_equal(pl_db_tx(db, reverse, &r), PL_E_STATE); /* a reversal is not reversed */
	r.number = 9;
	assert_int_equal(pl_db_tx(db, reverse, &r), PL_E_NOTFOUND);
	assert_int_equal(assert_whole(inst, "de"), 2);
	assert_int_equal(assert_whole(inst, "ch"), 2);
	pl_arena_done(&r.arena);
	pl_instance_close(inst);
}

/* ---- closing ---- */

struct closing {
	const char *entity;
	uint64_t from, to, now;
	struct pl_book_closing made;
	struct pl_diag diag;
};

static pl_status close_it(void *ctx, struct pl_db_tx *tx)
{
	struct closing *c = ctx;

	return pl_book_close(tx, pl_str_from(c->entity), c->from, c->to, c->now, &c->made, &c->diag);
}

struct text {
	struct pl_buf text;
	uint64_t to;
};

static pl_status keep(void *ctx, pl_str piece)
{
	struct text *t = ctx;

	pl_buf_put_str(&t->text, piece);
	return pl_buf_status(&t->text);
}

static pl_status write_journal(void *ctx, struct pl_db_tx *tx)
{
	struct text *t = ctx;

	return pl_journal_write(tx, PL_STR("de"), t->to, keep, t, NULL);
}

static void journal_of(struct pl_instance *inst, uint64_t to, struct text *ret)
{
	*ret = (struct text){.text = PL_BUF((size_t)1 << 20), .to = to};
	assert_ok(pl_db_read(pl_instance_db(inst), write_journal, ret));
}

static void a_closed_half_year_never_changes(void **state)
{
	struct pl_instance *inst = group(state, "close");
	struct pl_db *db = pl_instance_db(inst);
	struct entry e = {.entity = "de", .day = BEGIN, .amount = 500, .document = "d-1"};
	struct closing c = {.entity = "de", .from = BEGIN, .to = HALF, .now = HALF - 1};
	struct text before, after;
	struct pl_digest d;

	assert_ok(put(inst, &e));
	(void)snprintf(e.document, sizeof e.document, "d-2");
	e.day = HALF; /* already counts in the next one */
	assert_ok(put(inst, &e));
	(void)snprintf(e.document, sizeof e.document, "d-3");
	e.day = BEGIN + DAY; /* late, and still in time */
	assert_ok(put(inst, &e));
	assert_int_equal(pl_db_tx(db, close_it, &c), PL_E_STATE);
	c.now = HALF;
	journal_of(inst, HALF, &before);
	assert_ok(pl_db_tx(db, close_it, &c));
	assert_int_equal(c.made.transactions, 2);
	pl_sha256(pl_buf_bytes(&before.text), &d);
	assert_true(pl_digest_eq(&d, &c.made.journal));
	assert_int_equal(pl_db_tx(db, close_it, &c), PL_E_EXISTS);
	(void)snprintf(e.document, sizeof e.document, "d-4");
	assert_int_equal(put(inst, &e), PL_E_STATE); /* too late */
	e.day = HALF + DAY;
	assert_ok(put(inst, &e));
	journal_of(inst, HALF, &after);
	assert_true(pl_str_eq(pl_buf_str(&before.text), pl_buf_str(&after.text)));
	assert_int_equal(assert_whole(inst, "de"), 4);
	c.from = BEGIN - 184 * DAY; /* an earlier one, when a later one is closed */
	c.to = BEGIN;
	c.diag = (struct pl_diag){0};
	assert_int_equal(pl_db_tx(db, close_it, &c), PL_E_STATE);
	c.from += DAY;
	assert_int_equal(pl_db_tx(db, close_it, &c), PL_E_RANGE);
	pl_buf_done(&before.text);
	pl_buf_done(&after.text);
	pl_instance_close(inst);
}

/* ---- behind our back ---- */

static pl_status script(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "spoil", ctx);
}

static void a_row_that_was_changed_shows(void **state)
{
	static const struct {
		const char *spoil, *mend, *entity, *words;
	} cases[] = {
		{"UPDATE book_tx SET words = 'other' WHERE entity = 'de' AND number = 1",
			"UPDATE book_tx SET words = '' WHERE entity = 'de' AND number = 1",
			"de", "de, number 1 is not what was written"},
		{"UPDATE book_posting SET amount = amount * 2 WHERE entity = 'de' AND number = 1",
			"UPDATE book_posting SET amount = amount / 2 WHERE entity = 'de' AND number = 1", "de",
			"de, number 1 is not what was written"},
		{"UPDATE book_posting SET amount = amount + 1 WHERE entity = 'de' AND number = 1 AND line = 0",
			"UPDATE book_posting SET amount = amount - 1 WHERE entity = 'de' AND number = 1 AND line = 0", "de",
			"does not balance"},
		{"UPDATE book_tx SET number = 9 WHERE entity = 'de' AND number = 2",
		"UPDATE book_tx SET number = 2 WHERE entity = 'de' AND number = 9",
			"de", "number 2 is missing"},
		{"UPDATE book SET highest = 7 WHERE entity = 'de'", "UPDATE book SET highest = 3 WHERE entity = 'de'", "de",
		"7 were given"},
		{"UPDATE book_closing SET transactions = 2 WHERE entity = 'de'",
		"UPDATE book_closing SET transactions = 3 WHERE entity = 'de'", "de",
			"not those that were closed"},
		{"UPDATE book_account SET about = '' WHERE entity = 'ch' AND account = 'Liabilities:De'",
			"UPDATE book_account SET about = 'de' WHERE entity = 'ch' AND account = 'Liabilities:De'", "de",
			"the opposite of each other"},
		{"UPDATE book_tx SET peer_number = 5 WHERE entity = 'ch'", "UPDATE book_tx SET peer_number = 3 WHERE entity = 'ch'",
		"de",
			"the other half is not number 1 of ch"},
	};
	struct pl_instance *inst = group(state, "spoilt");
	struct entry e = {.entity = "de", .day = BEGIN, .amount = 500, .document = "d-1"};
	struct entry pair = {.pair = true, .day = BEGIN, .amount = 700, .document = "p-1"};
	struct closing c = {.entity = "de", .from = BEGIN, .to = HALF, .now = HALF};

	assert_ok(put(inst, &e));
	(void)snprintf(e.document, sizeof e.document, "d-2");
	assert_ok(put(inst, &e));
	assert_ok(put(inst, &pair));
	assert_ok(pl_db_tx(pl_instance_db(inst), close_it, &c));
	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		assert_int_equal(assert_whole(inst, "de"), 3);
		assert_ok(pl_db_tx(pl_instance_db(inst), script, (void *)(uintptr_t)cases[i].spoil));
		assert_broken(inst, cases[i].entity, cases[i].words);
		assert_ok(pl_db_tx(pl_instance_db(inst), script, (void *)(uintptr_t)cases[i].mend));
	}
	pl_instance_close(inst);
}

/* ---- attesting ---- */

static struct pl_signer *entity_key(struct pl_instance *inst, const char *holder, uint8_t seed_byte)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_json *p PL_CLEANUP(pl_json_done) = NULL;
	struct pl_subject subject = {.name = pl_str_from(holder)};
	struct pl_signer *signer = NULL;
	struct pl_outbox_ref ref;
	uint8_t seed[32];

	memset(seed, seed_byte, sizeof seed);
	assert_ok(pl_signer_from_seed(seed, &signer));
	pl_pubkey_id(pl_signer_public(signer), &subject.sha256);
	assert_ok(pl_instance_key_predicate(pl_instance_vocabulary(inst), holder, PL_ROLE_ENTITY, pl_signer_public(signer),
		&p, NULL));
	assert_int_equal(pl_json_count(pl_json_get(p, "predicates")), 1);
	assert_ok(pl_statement_build(PL_STR(PL_TYPE_KEY), &subject, 1, p, &payload, NULL, NULL));
	assert_ok(pl_instance_sign_root(inst, pl_buf_bytes(&payload), &entry, NULL));
	assert_ok(pl_instance_submit(inst, PL_STR("instance"), pl_buf_bytes(&entry), &ref, NULL));
	assert_ok(pl_instance_settle(inst, &ref, 1, PL_OUTBOX_PROJECTED, SETTLE, NULL));
	return signer;
}

/* The envelope of an attestation of @entity, signed by @signer. */
static void envelope(const char *entity, uint64_t from, uint64_t to, uint64_t transactions, struct pl_signer *signer,
	struct pl_buf *ret)
{
	const struct pl_attestation a = {.entity = pl_str_from(entity), .from = from, .to = to, .transactions = transactions};
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;

	assert_ok(pl_attestation_payload(&a, &payload, NULL));
	assert_ok(pl_statement_open_payload(pl_buf_bytes(&payload), &s, NULL));
	assert_ok(pl_dsse_sign(&s->envelope, signer, &s->arena));
	pl_buf_clear(ret);
	pl_dsse_write(ret, &s->envelope);
	assert_ok(pl_buf_status(ret));
}

static pl_status take_in(struct pl_instance *inst, const struct pl_buf *text, struct pl_diag *diag)
{
	struct pl_import i = {0};
	pl_status st;

	*diag = (struct pl_diag){0};
	st = pl_import_judge(inst, pl_buf_bytes(text), &i, diag);
	if (!st)
		st = pl_import_submit(inst, &i, diag);
	if (!st)
		st = pl_instance_settle(inst, &i.ref, 1, PL_OUTBOX_PROJECTED, SETTLE, diag);
	pl_import_done(&i);
	return st;
}

static void an_entity_attests_for_itself_alone(void **state)
{
	struct pl_instance *inst = group(state, "attest");
	struct pl_signer *de = entity_key(inst, "de", 41), *ch = entity_key(inst, "ch", 42), *service = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_attestation *found = NULL;
	struct pl_outbox_ref ref;
	struct pl_diag diag = {0};
	size_t n = 0;

	/* Another entity's key, the service's, and the way round the desk straight into the outbox. */
	envelope("de", BEGIN, HALF, 3, ch, &text);
	assert_int_equal(take_in(inst, &text, &diag), PL_E_SIGNATURE);
	assert_non_null(strstr(diag.text, "ch signs nothing in the name of de"));
	assert_ok(pl_instance_submit(inst, PL_STR("smuggled"), pl_buf_bytes(&text), &ref, NULL));
	assert_int_equal(pl_instance_settle(inst, &ref, 1, PL_OUTBOX_PROJECTED, SETTLE, &diag), PL_E_DENIED);
	assert_ok(pl_instance_signer(inst, "service", &service, NULL));
	envelope("de", BEGIN, HALF, 3, service, &text);
	assert_int_equal(take_in(inst, &text, &diag), PL_E_SIGNATURE);
	assert_ok(pl_query_attestations(inst, PL_STR("de"), INT64_MAX, 9, &arena, &found, &n));
	assert_int_equal(n, 0);

	/* Its own, once, in order, and books never shrink. */
	envelope("de", BEGIN, HALF, 3, de, &text);
	assert_ok(take_in(inst, &text, &diag));
	assert_ok(take_in(inst, &text, &diag)); /* the same statement is found */
	envelope("de", BEGIN, HALF, 4, de, &text);
	assert_int_equal(take_in(inst, &text, &diag), PL_E_DENIED);
	assert_non_null(strstr(diag.text, "attested that half-year"));
	envelope("de", BEGIN - 184 * DAY, BEGIN, 2, de, &text);
	assert_int_equal(take_in(inst, &text, &diag), PL_E_DENIED);
	assert_non_null(strstr(diag.text, "a later half-year"));
	envelope("de", BEGIN, HALF + DAY, 3, de, &text);
	assert_int_equal(take_in(inst, &text, &diag), PL_E_RANGE);
	envelope("de", UINT64_C(4102444800), UINT64_C(4118083200), 9, de, &text); /* 2100-H1 has not ended */
	assert_int_equal(take_in(inst, &text, &diag), PL_E_DENIED);
	assert_ok(pl_query_attestations(inst, PL_STR("de"), INT64_MAX, 9, &arena, &found, &n));
	assert_int_equal(n, 1);
	assert_int_equal(found[0].transactions, 3);
	pl_signer_free(service);
	pl_signer_free(de);
	pl_signer_free(ch);
	pl_instance_close(inst);
}

/* ---- entities ---- */

static void what_the_projector_would_refuse_is_not_logged(void **state)
{
	static const char head[] = "entity,from,state,roles,jurisdiction,lei,legal-name,parents,assets,own-books\n";
	static const struct {
		const char *rows, *words;
	} bad[] = {
		{"a,2010-01-01,,,DE,,A,nobody/100/2010-01-01,,\n", "no entity \"nobody\""},
		{"a,2010-01-01,,,DE,,A,,,\na,2009-01-01,,,DE,,B,,,\n", "an earlier day"},
		{"holding,2010-01-01,,,GB,,A,de/100/2010-01-01,,\nde,2010-01-01,,,DE,,A,holding/100/2010-01-01,,\n", "in a circle"},
		{"a,2010-01-01,,,DE,EXVN0000000000000526,A,,,\nb,2010-01-01,,,DE,EXVN0000000000000526,B,,,\n", "is that of a"},
		{"a,2010-01-01,,,DE,,A,,site/x,\nb,2010-01-01,,,DE,,B,,site/x,\n", "the site x is that of a"},
	};
	struct pl_instance *inst = group(state, "entities");
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)8 << 20);
	struct pl_entity *all = NULL;
	struct pl_entity e;
	size_t n = 0, made = 0;

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_buf csv PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
		struct pl_diag diag = {0};

		pl_buf_put_z(&csv, head);
		pl_buf_put_z(&csv, bad[i].rows);
		if (state_table(inst, pl_buf_z(&csv), &made, &diag) == PL_OK || !strstr(diag.text, bad[i].words))
			fail_msg("\"%s\": %s", bad[i].rows, diag.text);
	}
	assert_ok(pl_query_entities(inst, &arena, &all, &n));
	assert_int_equal(n, 4);
	/* A second version, and the site that another one gave up. */
	assert_ok(state_table(inst, "entity,from,state,roles,jurisdiction,legal-name,assets,own-books\n"
				    "ch,2018-11-01,,data-infrastructure national-company,CH,Example AG,data-centre/zurich-1,2008\n"
				    "de,2019-01-01,ended,,DE,Example GmbH,,2008\n", &made, &(struct pl_diag){0}));
	assert_int_equal(made, 2);
	assert_ok(pl_query_entity(inst, PL_STR("ch"), &arena, &e));
	assert_int_equal(e.version, 2);
	assert_int_equal(e.n_assets, 1);
	assert_ok(pl_query_entity_at(inst, PL_STR("ch"), UINT64_C(1500000000), &arena, &e));
	assert_int_equal(e.version, 1);
	assert_int_equal(e.n_assets, 0);
	assert_int_equal(pl_query_entity_at(inst, PL_STR("ch"), UINT64_C(1000000000), &arena, &e), PL_E_NOTFOUND);
	pl_instance_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_writers_skip_and_repeat_no_number),
		cmocka_unit_test(books_refuse_what_would_not_fit),
		cmocka_unit_test(a_reversal_takes_both_halves_back_once),
		cmocka_unit_test(a_closed_half_year_never_changes),
		cmocka_unit_test(a_row_that_was_changed_shows),
		cmocka_unit_test(an_entity_attests_for_itself_alone),
		cmocka_unit_test(what_the_projector_would_refuse_is_not_logged),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
