/* SPDX-License-Identifier: Apache-2.0 */
/* Many senders at once, their promises, and receipts in the hands of somebody who changes them. */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/codec.h"
#include "base/time.h"
#include "fact/evidence.h"
#include "log/bundle.h"
#include "register/intake.h"
#include "register/receipt.h"
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

#define SENDERS 16u
#define EACH 6u

static const char text[] = "pellucid-register v1\nname tips\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\n"
			   "retain 0\nfield received time open\nfield person text sealed\nfield amount u64 generalised range 0,10,100\n"
			   "total cases count\n";

struct world {
	struct pl_instance *inst, *lanes[2];
	struct pl_register *r;
	struct pl_intake *intake;
	uint64_t now;
};

static void open_world(struct world *w, void *state, const char *name)
{
	struct pl_diag diag = {0};

	*w = (struct world){.inst = release_instance(state, name), .now = pl_time_now() / PL_SECOND};
	if (pl_register_add(w->inst, pl_str_from(text), 0, &w->r, &diag))
		fail_msg("add: %s", diag.text);
	for (size_t i = 0; i < PL_COUNT(w->lanes); i++)
		w->lanes[i] = release_again(state, name);
	w->intake = pl_intake_new(w->lanes, 2);
}

static void close_world(struct world *w)
{
	pl_intake_free(w->intake);
	for (size_t i = 0; i < PL_COUNT(w->lanes); i++)
		pl_instance_close(w->lanes[i]);
	pl_register_close(w->r);
	pl_instance_close(w->inst);
}

static pl_status send_with(struct world *w, uint64_t amount, struct pl_intake_form form, struct pl_intake_answer *ret, struct pl_diag *diag)
{
	struct pl_register_values v = {0};
	uint8_t received[8], many[8];

	pl_be64_write(received, amount == 3 ? w->now + 3 * 86400 : w->now);
	pl_be64_write(many, amount);
	v.v[0] = (struct pl_commit_value){true, pl_bytes_of(received, 8)};
	v.v[1] = (struct pl_commit_value){true, pl_str_bytes(PL_STR("somebody"))};
	v.v[2] = (struct pl_commit_value){true, pl_bytes_of(many, 8)};
	form.r = w->r;
	form.values = &v;
	form.now = w->now;
	return pl_intake_enter(w->intake, &form, ret, diag);
}

static pl_status send_one(struct world *w, uint64_t amount, struct pl_intake_answer *ret, struct pl_diag *diag)
{
	return send_with(w, amount, (struct pl_intake_form){0}, ret, diag);
}

struct sender {
	struct world *w;
	unsigned n;
	uint64_t numbers[EACH];
	bool failed;
};

/* Every third form is one that cannot be entered: it says that it comes from the future. */
static void *send_some(void *arg)
{
	struct sender *s = arg;

	for (unsigned i = 0; i < EACH; i++) {
		struct pl_intake_answer a = {0};
		struct pl_diag diag = {0};
		bool bad = i % 3 == 2;
		pl_status st = send_one(s->w, bad ? 3 : 10 + i, &a, &diag);

		s->failed = s->failed || st != (bad ? PL_E_RANGE : PL_OK);
		if (!st)
			s->numbers[s->n++] = a.made.number;
		pl_vault_key_done(&a.key);
	}
	return NULL;
}

static void many_senders_share_rounds_and_no_number(void **state)
{
	struct world w;
	struct sender s[SENDERS];
	pthread_t threads[SENDERS];
	bool seen[SENDERS * EACH + 1] = {0};
	unsigned total = 0;

	open_world(&w, *state, "many");
	for (unsigned i = 0; i < SENDERS; i++) {
		s[i] = (struct sender){.w = &w};
		assert_int_equal(pthread_create(&threads[i], NULL, send_some, &s[i]), 0);
	}
	for (unsigned i = 0; i < SENDERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_false(s[i].failed);
		for (unsigned k = 0; k < s[i].n; k++) {
			assert_in_range(s[i].numbers[k], 1, SENDERS * EACH);
			assert_false(seen[s[i].numbers[k]]);
			seen[s[i].numbers[k]] = true;
			total++;
		}
	}
	assert_int_equal(total, SENDERS * (EACH - EACH / 3));
	for (unsigned i = 1; i <= total; i++)
		assert_true(seen[i]);
	close_world(&w);
}

/* The first round stands still until everybody else waits: who then entered whose cases? */
struct gathering {
	struct world *w;
	sem_t inside, go;
	pthread_mutex_t lock;
	size_t n, failed;
	pthread_t leader[PL_INTAKE_SENDERS_MAX];
};

static pl_status note_leader(void *ctx, struct pl_db_tx *tx, const struct pl_register_case *made, const struct pl_vault_key *key)
{
	struct gathering *g = ctx;
	size_t before;

	(void)tx;
	(void)made;
	(void)key;
	(void)pthread_mutex_lock(&g->lock);
	before = g->n++;
	g->leader[before] = pthread_self();
	(void)pthread_mutex_unlock(&g->lock);
	if (before == 0) {
		(void)sem_post(&g->inside);
		(void)sem_wait(&g->go);
	}
	return PL_OK;
}

static void *gather_one(void *arg)
{
	struct gathering *g = arg;
	struct pl_intake_answer a = {0};
	struct pl_diag diag = {0};
	pl_status st = send_with(g->w, 10, (struct pl_intake_form){.beside = note_leader, .ctx = g}, &a, &diag);

	(void)pthread_mutex_lock(&g->lock);
	g->failed += st != PL_OK;
	(void)pthread_mutex_unlock(&g->lock);
	pl_vault_key_done(&a.key);
	return NULL;
}

static size_t distinct(const pthread_t *list, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < i && !pthread_equal(list[k], list[i]))
			k++;
		found += k == i;
	}
	return found;
}

static void who_waits_shares_a_round(void **state)
{
	struct world w;
	struct gathering g = {.w = &w, .lock = PTHREAD_MUTEX_INITIALIZER};
	pthread_t threads[PL_INTAKE_SENDERS_MAX];
	struct pl_intake_answer a = {0};
	struct pl_diag diag = {0};

	open_world(&w, *state, "shared");
	(void)sem_init(&g.inside, 0, 0);
	(void)sem_init(&g.go, 0, 0);
	for (size_t i = 0; i < PL_COUNT(threads); i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, gather_one, &g), 0);
		if (i == 0)
			(void)sem_wait(&g.inside);
	}
	pl_time_sleep(2 * PL_SECOND);
	assert_int_equal(send_one(&w, 11, &a, &diag), PL_E_BUSY); /* all places are taken */
	(void)sem_post(&g.go);
	for (size_t i = 0; i < PL_COUNT(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(g.failed, 0);
	assert_int_equal(g.n, PL_INTAKE_SENDERS_MAX);
	assert_true(distinct(g.leader, 1) == 1 && distinct(g.leader + 1, g.n - 1) <= (PL_INTAKE_SENDERS_MAX - 1 + PL_INTAKE_ROUND_MAX - 1) / PL_INTAKE_ROUND_MAX);
	(void)sem_destroy(&g.inside);
	(void)sem_destroy(&g.go);
	close_world(&w);
}

/* ---- receipts ---- */

static void take_receipt(struct world *w, const struct pl_intake_answer *a, struct pl_buf *out)
{
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	size_t person = w->r->decl->fields[1].exact;
	struct pl_diag diag = {0};

	pl_buf_clear(out);
	if (pl_register_case_read(w->inst, w->r, a->made.number, &reader, &v, &diag) ||
		pl_register_receipt_make(w->inst, w->r, a->made.number, v, &person, 1, out, &diag))
		fail_msg("receipt: %s", diag.text);
}

static pl_status check(struct world *w, pl_str receipt, struct pl_receipt_shows *ret)
{
	struct pl_receipt r = {0};
	pl_status st = pl_receipt_parse(receipt, &r, NULL);

	return st ? st : pl_receipt_check(&r, pl_instance_policy(w->inst), ret, NULL);
}

static struct pl_register_beat beat(struct world *w, uint64_t now)
{
	struct pl_register_beat b = {0};
	struct pl_diag diag = {0};

	if (pl_register_beat(w->inst, w->r, now, &b, &diag) || pl_instance_settle(w->inst, &b.ref, 1, PL_OUTBOX_PROJECTED, 60 * PL_SECOND, &diag))
		fail_msg("head: %s", diag.text);
	return b;
}

static void a_promise_becomes_a_proof(void **state)
{
	struct pl_buf receipt PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX), again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX);
	struct pl_receipt_shows shows = {0};
	struct pl_intake_answer a = {0}, b = {0};
	struct pl_register_secret other;
	char name[PL_REGISTER_NAME_MAX + 1];
	struct pl_diag diag = {0};
	uint64_t number = 0;
	struct world w;

	open_world(&w, *state, "promise");
	for (unsigned i = 0; i < 5; i++)
		assert_ok(send_one(&w, 20, &b, &diag));
	assert_ok(send_one(&w, 20, &a, &diag));
	assert_ok(pl_register_promise_find(w.inst, &a.secret, name, &number));
	assert_string_equal(name, "tips");
	assert_int_equal(number, a.made.number);
	other = a.secret;
	other.v.b[15] ^= 1;
	assert_int_equal(pl_register_promise_find(w.inst, &other, name, &number), PL_E_NOTFOUND);

	take_receipt(&w, &a, &receipt);
	assert_ok(check(&w, pl_buf_str(&receipt), &shows));
	assert_true(!shows.proved && shows.opened && shows.number == a.made.number);
	take_receipt(&w, &a, &again); /* signed once */
	assert_true(pl_bytes_eq(pl_buf_bytes(&receipt), pl_buf_bytes(&again)));
	(void)beat(&w, w.now + 60);
	assert_ok(send_one(&w, 20, &b, &diag));
	(void)beat(&w, w.now + 3600);
	take_receipt(&w, &a, &receipt);
	assert_ok(check(&w, pl_buf_str(&receipt), &shows));
	assert_true(shows.proved && !shows.late);
	assert_int_equal(shows.time, w.now + 60); /* the first head that contains it */
	take_receipt(&w, &b, &receipt);
	assert_ok(check(&w, pl_buf_str(&receipt), &shows));
	assert_true(shows.proved && shows.late); /* nobody hides that it came an hour later */
	close_world(&w);
}

/* Senders go on wrapping for the key that they know of until the vault says that it has another. */
static void the_vaults_key_may_change_between_senders(void **state)
{
	struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	struct pl_vault_rewrapped count = {0};
	struct pl_intake_answer a = {0};
	struct pl_diag diag = {0};
	struct world w;

	open_world(&w, *state, "rekeyed");
	for (unsigned i = 0; i < 6; i++) {
		struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;

		assert_ok(send_one(&w, 20, &a, &diag));
		assert_ok(pl_register_case_read(w.inst, w.r, a.made.number, &reader, &v, &diag));
		assert_true(pl_bytes_eq(v->v[w.r->decl->fields[1].exact].value, pl_str_bytes(PL_STR("somebody"))));
		if (i == 1 || i == 3)
			assert_ok(pl_instance_vault_rotate(w.inst, false, &count, &diag));
		if (i == 2 || i == 3)
			assert_ok(pl_instance_vault_rotate(w.inst, true, &count, &diag));
	}
	close_world(&w);
}

/* Change each character of the front, and cut the text anywhere: never accepted with another meaning. */
static void no_changed_receipt_is_accepted(void **state)
{
	struct pl_buf receipt PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX);
	struct pl_receipt_shows good = {0}, shows = {0};
	struct pl_intake_answer a = {0};
	struct pl_diag diag = {0};
	struct world w;
	size_t front;

	open_world(&w, *state, "changed");
	assert_ok(send_one(&w, 20, &a, &diag));
	assert_ok(send_one(&w, 20, &a, &diag));
	(void)beat(&w, w.now + 60);
	take_receipt(&w, &a, &receipt);
	assert_ok(check(&w, pl_buf_str(&receipt), &good));
	front = receipt.len < 3000 ? receipt.len : 3000;
	for (size_t i = 0; i < front; i += i < 40 ? 1 : 7) {
		uint8_t was = receipt.ptr[i];

		receipt.ptr[i] = was == 'A' ? 'B' : 'A';
		assert_true(check(&w, pl_buf_str(&receipt), &shows) != PL_OK);
		receipt.ptr[i] = was;
	}
	for (size_t n = 0; n < receipt.len; n += 97)
		assert_true(check(&w, pl_str_of((const char *)receipt.ptr, n), &shows) != PL_OK);
	close_world(&w);
}

/* A database that lost the case, and an operator who goes on without it: the next head is evidence. */
static void a_broken_promise_is_evidence(void **state)
{
	struct pl_buf receipt PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECEIPT_MAX), bundle PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_receipt_shows shows = {0};
	struct pl_intake_answer a = {0};
	struct pl_diag diag = {0};
	uint64_t index = 0;
	struct world w;

	open_world(&w, *state, "broken");
	assert_ok(send_one(&w, 20, &a, &diag));
	take_receipt(&w, &a, &receipt);
	assert_ok(check(&w, pl_buf_str(&receipt), &shows));
	shows.position = 7; /* as if six others had come before, and this head knows one */
	(void)beat(&w, w.now + PL_REGISTER_PROMISE_SLACK - 1);
	assert_ok(pl_evidence_bundle(w.inst, (uint64_t[]){5}, 1, &bundle, &diag));
	assert_int_equal(pl_receipt_broken(&shows, pl_instance_policy(w.inst), pl_buf_str(&bundle), &index, &diag), PL_E_NOTFOUND);
	(void)beat(&w, w.now + PL_REGISTER_PROMISE_SLACK);
	pl_buf_clear(&bundle);
	assert_ok(pl_evidence_bundle(w.inst, (uint64_t[]){6}, 1, &bundle, &diag));
	assert_ok(pl_receipt_broken(&shows, pl_instance_policy(w.inst), pl_buf_str(&bundle), &index, &diag));
	assert_int_equal(index, 6);
	shows.position = 0; /* the case that is there */
	assert_int_equal(pl_receipt_broken(&shows, pl_instance_policy(w.inst), pl_buf_str(&bundle), &index, &diag), PL_E_NOTFOUND);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_senders_share_rounds_and_no_number),
		cmocka_unit_test(who_waits_shares_a_round),
		cmocka_unit_test(a_promise_becomes_a_proof),
		cmocka_unit_test(the_vaults_key_may_change_between_senders),
		cmocka_unit_test(no_changed_receipt_is_accepted),
		cmocka_unit_test(a_broken_promise_is_evidence),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
