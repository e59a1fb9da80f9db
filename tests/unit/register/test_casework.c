/* SPDX-License-Identifier: Apache-2.0 */
/* Cases from outside in the database: what is held, what counts once, talking by the secret, erasing, limits. */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/random.h"
#include "base/time.h"
#include "register/sql.h"
#include "register/casework/clocks.h"
#include "register/casework/find.h"
#include "register/casework/retain.h"
#include "register/casework/form_store.h"
#include "register/casework/hold.h"
#include "register/casework/mail.h"
#include "register/casework/submit.h"
#include "register/casework/talk.h"
#include <pthread.h>

#define DECLARED(more) \
	"pellucid-register v1\nname tips\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\n" \
	"retain 1\nfield received time open\nfield kind enum open good,bad\nfield person text sealed\n" more "total cases count\n"
static const char text[] = DECLARED(""), text_packages[] = DECLARED("field package digest open\n");
static const char form_text[] = "pellucid-intake-form v1\nregister tips\nconfirm work\nbits 4\nask kind required\nask person optional\n"
				"message required\nstart request-received\n";
static const struct pl_casework_actor operator = {.role = PL_VAULT_OPERATOR};

struct world {
	struct pl_instance *inst, *other;
	struct pl_register *r;
	struct pl_intake *intake;
	struct pl_arena arena;
	struct pl_form *form;
};

static void open_world_of(struct world *w, void *state, const char *name, const char *declaration)
{
	struct pl_diag diag = {0};

	*w = (struct world){.inst = release_instance(state, name), .arena = PL_ARENA((size_t)64 << 20)};
	if (pl_register_add(w->inst, pl_str_from(declaration), 0, &w->r, &diag) || pl_form_open(w->inst, w->r, pl_str_from(form_text), &diag) ||
		pl_form_read(w->inst, w->r, &w->arena, &w->form, &diag))
		fail_msg("%s", diag.text);
	w->intake = pl_intake_new(&w->inst, 1);
}

static void open_world(struct world *w, void *state, const char *name)
{
	open_world_of(w, state, name, text);
}

static void close_world(struct world *w)
{
	pl_intake_free(w->intake);
	pl_register_close(w->r);
	pl_arena_done(&w->arena);
	pl_instance_close(w->inst);
}

static struct pl_submission submission(const char *message)
{
	struct pl_submission s = {.received = pl_time_now() / PL_SECOND, .language = PL_STR("en"), .message = pl_str_from(message)};

	s.values[0] = PL_STR("bad");
	s.values[1] = PL_STR("somebody");
	return s;
}

static pl_status send_one(struct world *w, const char *message, pl_str ticket, struct pl_intake_answer *ret)
{
	struct pl_submission s = submission(message);
	struct pl_ticket t;

	assert_int_equal(pl_ticket_read(ticket, &t), PL_OK);
	return pl_submit_enter(w->intake, w->r, w->form, &s, &(struct pl_submit_shown){.ticket = &t}, ret, NULL);
}

static void make_ticket(struct pl_buf *out)
{
	pl_buf_clear(out);
	pl_ticket_make(PL_STR("tips"), 4, pl_time_now() / PL_SECOND, out);
}

struct racing {
	struct world *w;
	pl_str ticket;
	pl_status st;
};

static void *race(void *arg)
{
	struct racing *r = arg;
	struct pl_intake_answer a;

	r->st = send_one(r->w, "twice", r->ticket, &a);
	return NULL;
}

static void a_ticket_counts_once(void **state)
{
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct racing r[8];
	pthread_t t[8];
	unsigned good = 0;
	struct world w;

	open_world(&w, *state, "once");
	make_ticket(&ticket);
	for (size_t i = 0; i < PL_COUNT(r); i++) {
		r[i] = (struct racing){&w, pl_buf_str(&ticket), PL_OK};
		assert_int_equal(pthread_create(&t[i], NULL, race, &r[i]), 0);
	}
	for (size_t i = 0; i < PL_COUNT(r); i++) {
		(void)pthread_join(t[i], NULL);
		good += r[i].st == PL_OK;
		assert_true(r[i].st == PL_OK || r[i].st == PL_E_EXISTS);
	}
	assert_int_equal(good, 1);
	close_world(&w);
}

static void the_file_tells_what_was_done(void **state)
{
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_intake_answer a;
	struct pl_casework_entry *e;
	struct pl_casework_case c, *queue;
	const struct pl_casework_cursor start = {0};
	struct pl_ulid me = pl_ulid_new();
	struct world w;
	struct pl_casework_came came;
	size_t n;

	open_world(&w, *state, "file");
	make_ticket(&ticket);
	assert_int_equal(send_one(&w, "a message", pl_buf_str(&ticket), &a), PL_OK);
	assert_int_equal(pl_casework_queue(w.inst, (pl_str){0}, NULL, &start, 10, &w.arena, &queue, &n), PL_OK);
	assert_int_equal(n, 1);
	assert_int_equal(pl_casework_queue(w.inst, (pl_str){0}, &me, &start, 10, &w.arena, &queue, &n), PL_OK);
	assert_int_equal(n, 0);
	assert_int_equal(pl_casework_assign(w.inst, w.r, 1, &operator, &me, NULL), PL_OK);
	assert_int_equal(pl_casework_queue(w.inst, (pl_str){0}, &me, &start, 10, &w.arena, &queue, &n), PL_OK);
	assert_int_equal(n, 1);
	assert_int_equal(pl_casework_write(w.inst, w.r, 1, &operator, PL_CASEWORK_NOTE, 0, (pl_str){0}, PL_STR("a note"), NULL), PL_OK);
	assert_int_equal(pl_casework_write(w.inst, w.r, 1, &operator, PL_CASEWORK_NOTE, 0, (pl_str){0}, (pl_str){0}, NULL), PL_E_RANGE);
	assert_int_equal(pl_casework_write(w.inst, w.r, 1, &operator, PL_CASEWORK_CAME, 0, (pl_str){0}, PL_STR("forged"), NULL), PL_E_RANGE);
	assert_int_equal(pl_casework_write(w.inst, w.r, 2, &operator, PL_CASEWORK_NOTE, 0, (pl_str){0}, PL_STR("x"), NULL), PL_E_NOTFOUND);
	assert_int_equal(pl_casework_state_set(w.inst, w.r, 1, &operator, PL_CASEWORK_CLOSED, NULL), PL_OK);
	assert_int_equal(pl_casework_get(w.inst, w.r, 1, &c), PL_OK);
	assert_true(!c.open && c.closed && c.state == PL_CASEWORK_CLOSED);
	assert_int_equal(pl_casework_entries(w.inst, w.r, 1, &w.arena, &e, &n), PL_OK);
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++)
		assert_true(e[i].seq == i + 1 && !e[i].text.len);
	assert_int_equal(pl_casework_read(w.inst, w.r, 1, &operator, &w.arena, &e, &n, NULL), PL_OK);
	assert_int_equal(e[0].kind, PL_CASEWORK_CAME);
	assert_int_equal(pl_casework_came(e[0].text, &w.arena, &came), PL_OK);
	assert_true(pl_str_eq(came.message, PL_STR("a message")) && !came.contact.len && !came.product.len);
	assert_int_equal(e[1].kind, PL_CASEWORK_HAPPENED);
	assert_true(pl_str_eq(e[3].text, PL_STR("a note")));
	close_world(&w);
}

static void the_soonest_deadline_comes_first(void **state)
{
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	const struct pl_casework_cursor start = {0};
	struct pl_intake_answer a;
	struct pl_casework_case *queue;
	struct pl_casework_cursor after = {0};
	uint64_t seen[4], now = pl_time_now() / PL_SECOND;
	struct world w;
	size_t n;

	open_world(&w, *state, "due");
	for (unsigned i = 0; i < 4; i++) {
		make_ticket(&ticket);
		assert_int_equal(send_one(&w, "one", pl_buf_str(&ticket), &a), PL_OK);
	}
	/* 1: as it came; 2: a clock of a day; 3: overdue since last month; 4: met, so none runs. */
	assert_int_equal(pl_casework_write(w.inst, w.r, 2, &operator, PL_CASEWORK_HAPPENED, now, PL_STR("exploitation-known"), (pl_str){0}, NULL), PL_OK);
	assert_int_equal(pl_casework_write(w.inst, w.r, 3, &operator, PL_CASEWORK_HAPPENED, now - 40 * 86400, PL_STR("exploitation-known"), (pl_str){0},
				 NULL), PL_OK);
	assert_int_equal(pl_casework_write(w.inst, w.r, 4, &operator, PL_CASEWORK_MEET, now, PL_STR("GDPR-R"), (pl_str){0}, NULL), PL_OK);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(pl_casework_queue(w.inst, (pl_str){0}, NULL, &after, 1, &w.arena, &queue, &n), PL_OK);
		assert_int_equal(n, 1);
		seen[i] = queue[0].number;
		after = (struct pl_casework_cursor){queue[0].due, queue[0].name, queue[0].number};
	}
	assert_true(seen[0] == 3 && seen[1] == 2 && seen[2] == 1 && seen[3] == 4);
	assert_int_equal(queue[0].due, 0);
	assert_int_equal(pl_casework_queue(w.inst, (pl_str){0}, NULL, &after, 1, &w.arena, &queue, &n), PL_OK);
	assert_int_equal(n, 0);
	assert_int_equal(pl_casework_queue(w.inst, PL_STR("others"), NULL, &start, 10, &w.arena, &queue, &n), PL_OK);
	assert_int_equal(n, 0);
	close_world(&w);
}

static void only_the_secret_opens_an_answer(void **state)
{
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_intake_answer a, b;
	struct pl_casework_entry *e;
	struct pl_talk_line *lines;
	struct world w;
	size_t n;

	open_world(&w, *state, "talk");
	make_ticket(&ticket);
	assert_int_equal(send_one(&w, "one", pl_buf_str(&ticket), &a), PL_OK);
	make_ticket(&ticket);
	assert_int_equal(send_one(&w, "two", pl_buf_str(&ticket), &b), PL_OK);
	assert_int_equal(pl_talk_answer(w.inst, w.r, 1, &operator, &(struct pl_talk_said){.text = PL_STR("an answer")}, NULL), PL_OK);
	assert_int_equal(pl_talk_read(w.inst, w.r, 1, &a.secret, &w.arena, &lines, &n), PL_OK);
	assert_int_equal(n, 1);
	assert_true(pl_str_eq(lines[0].text, PL_STR("an answer")));
	assert_int_equal(pl_talk_read(w.inst, w.r, 1, &b.secret, &w.arena, &lines, &n), PL_E_CORRUPT);
	for (unsigned i = 0; i < PL_TALK_A_DAY; i++)
		assert_int_equal(pl_talk_message(w.inst, w.r, 1, &(struct pl_talk_said){.text = PL_STR("a reply")}, NULL), PL_OK);
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &(struct pl_talk_said){.text = PL_STR("one too many")}, NULL), PL_E_DENIED);
	assert_int_equal(pl_talk_message(w.inst, w.r, 2, &(struct pl_talk_said){.text = PL_STR("another case")}, NULL), PL_OK);
	assert_int_equal(pl_casework_read(w.inst, w.r, 1, &operator, &w.arena, &e, &n, NULL), PL_OK);
	assert_int_equal(n, 3 + PL_TALK_A_DAY);
	assert_true(pl_str_eq(e[n - 1].text, PL_STR("a reply")) && e[n - 1].slot);
	close_world(&w);
}

/* Where nothing but packages goes out, no caller sends words by forgetting to have them looked through. */
static void words_that_nobody_looked_through_stay(void **state)
{
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_intake_answer a;
	struct pl_talk_line *lines;
	struct pl_diag diag = {0};
	struct world w;
	size_t n;

	open_world_of(&w, *state, "words", text_packages);
	make_ticket(&ticket);
	assert_int_equal(send_one(&w, "one", pl_buf_str(&ticket), &a), PL_OK);
	assert_int_equal(pl_talk_answer(w.inst, w.r, 1, &operator, &(struct pl_talk_said){.text = PL_STR("words")}, &diag), PL_E_DENIED);
	assert_non_null(strstr(diag.text, "not looked through"));
	assert_int_equal(pl_casework_mail(w.inst, w.r, 1, &operator, PL_STR("subject"), PL_STR("words"), false, NULL), PL_E_DENIED);
	assert_int_equal(pl_talk_answer(w.inst, w.r, 1, &operator, &(struct pl_talk_said){.text = PL_STR("words"), .looked = true}, &diag), PL_OK);
	assert_int_equal(pl_casework_mail(w.inst, w.r, 1, &operator, PL_STR("subject"), PL_STR("words"), true, NULL), PL_E_NOTFOUND); /* no address */
	assert_int_equal(pl_talk_read(w.inst, w.r, 1, &a.secret, &w.arena, &lines, &n), PL_OK);
	assert_int_equal(n, 1);
	close_world(&w);
}

static void erasing_takes_every_key(void **state)
{
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_register_case made;
	struct pl_intake_answer a;
	struct pl_casework_entry *e;
	struct pl_talk_line *lines;
	uint64_t slot, erased = 0;
	struct pl_vault_key key;
	bool destroyed = false;
	struct world w;
	size_t n;

	open_world(&w, *state, "erase");
	make_ticket(&ticket);
	assert_int_equal(send_one(&w, "one", pl_buf_str(&ticket), &a), PL_OK);
	assert_int_equal(pl_talk_answer(w.inst, w.r, 1, &operator, &(struct pl_talk_said){.text = PL_STR("an answer")}, NULL), PL_OK);
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &(struct pl_talk_said){.text = PL_STR("a reply")}, NULL), PL_OK);
	assert_int_equal(pl_casework_entries(w.inst, w.r, 1, &w.arena, &e, &n), PL_OK);
	slot = e[n - 1].slot;
	assert_true(slot != 0);
	assert_int_equal(pl_register_case_erase(w.inst, w.r, 1, &(struct pl_register_reader){.role = PL_VAULT_OPERATOR}, pl_time_now() / PL_SECOND, &made, &destroyed, NULL), PL_OK);
	assert_true(destroyed);
	assert_int_equal(pl_instance_vault_read(w.inst, &(struct pl_vault_ask){.role = PL_VAULT_OPERATOR, .owner = w.r->id, .number = 1, .slot = slot},
				 &key, NULL), PL_E_NOTFOUND);
	assert_int_equal(pl_casework_read(w.inst, w.r, 1, &operator, &w.arena, &e, &n, NULL), PL_OK);
	assert_int_equal(n, 5); /* that it was erased, too */
	for (size_t i = 0; i < n; i++)
		assert_true(!e[i].sealed && !e[i].text.len);
	assert_int_equal(pl_talk_read(w.inst, w.r, 1, &a.secret, &w.arena, &lines, &n), PL_OK);
	assert_int_equal(n, 0);
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &(struct pl_talk_said){.text = PL_STR("late")}, NULL), PL_E_STATE);
	assert_int_equal(pl_talk_answer(w.inst, w.r, 1, &operator, &(struct pl_talk_said){.text = PL_STR("late")}, NULL), PL_E_STATE);

	/* What was closed long enough ago goes by itself; what is open, or was closed yesterday, does not. */
	for (unsigned i = 0; i < 3; i++) {
		make_ticket(&ticket);
		assert_int_equal(send_one(&w, "more", pl_buf_str(&ticket), &a), PL_OK);
	}
	assert_int_equal(pl_casework_state_set(w.inst, w.r, 2, &operator, PL_CASEWORK_CLOSED, NULL), PL_OK);
	assert_int_equal(pl_casework_retain(w.inst, w.r, pl_time_now() / PL_SECOND + 20 * 86400, 10, &erased, NULL), PL_OK);
	assert_int_equal(erased, 0);
	assert_int_equal(pl_casework_retain(w.inst, w.r, pl_time_now() / PL_SECOND + 33 * 86400, 10, &erased, NULL), PL_OK);
	assert_int_equal(erased, 1);
	assert_int_equal(pl_casework_retain(w.inst, w.r, pl_time_now() / PL_SECOND + 33 * 86400, 10, &erased, NULL), PL_OK);
	assert_int_equal(erased, 0);
	close_world(&w);
}

struct holding {
	struct world *w;
	uint64_t number, until;
};

static pl_status hold(void *ctx, struct pl_db_tx *tx)
{
	const struct holding *h = ctx;

	return pl_hold_put(tx, h->w->r, h->number, &operator.account, PL_STR("legal-claim"), h->until, pl_time_now() / PL_SECOND);
}

static pl_status hold_badly(void *ctx, struct pl_db_tx *tx)
{
	const struct holding *h = ctx;

	return pl_hold_put(tx, h->w->r, h->number, &operator.account, PL_STR("Because I say so"), 0, pl_time_now() / PL_SECOND);
}

static pl_status release(void *ctx, struct pl_db_tx *tx)
{
	const struct holding *h = ctx;

	return pl_hold_release(tx, h->w->r, h->number, &operator.account, pl_time_now() / PL_SECOND);
}

/* Not at the end of its time, and by nobody, until the hold ends or is released; whose time is over beside it goes. */
static void what_is_held_is_not_erased(void **state)
{
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	const struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	uint64_t now = pl_time_now() / PL_SECOND, later = now + 33 * 86400, erased = 0;
	struct pl_register_case made;
	struct pl_casework_entry *e;
	struct pl_intake_answer a;
	struct pl_diag diag = {0};
	struct holding h = {.number = 1};
	bool destroyed;
	struct world w;
	size_t n;

	open_world(&w, *state, "held");
	h.w = &w;
	for (uint64_t i = 1; i <= 3; i++) {
		make_ticket(&ticket);
		assert_int_equal(send_one(&w, "words", pl_buf_str(&ticket), &a), PL_OK);
		assert_int_equal(pl_casework_state_set(w.inst, w.r, i, &operator, PL_CASEWORK_CLOSED, NULL), PL_OK);
	}
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), release, &h), PL_E_NOTFOUND);
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), hold_badly, &h), PL_E_RANGE);
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), hold, &h), PL_OK);
	h = (struct holding){.w = &w, .number = 2, .until = now + 40 * 86400};
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), hold, &h), PL_OK);
	assert_int_equal(pl_casework_retain(w.inst, w.r, later, 10, &erased, NULL), PL_OK);
	assert_int_equal(erased, 1); /* the third */
	assert_int_equal(pl_register_case_erase(w.inst, w.r, 1, &reader, later, &made, &destroyed, &diag), PL_E_DENIED);
	assert_non_null(strstr(diag.text, "case 1 of tips is held (legal-claim)"));
	assert_int_equal(pl_register_case_erase(w.inst, w.r, 2, &reader, later, &made, &destroyed, &diag), PL_E_DENIED);
	assert_int_equal(pl_casework_retain(w.inst, w.r, now + 41 * 86400, 10, &erased, NULL), PL_OK);
	assert_int_equal(erased, 1); /* the second, whose hold has ended */
	h.number = 1;
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), release, &h), PL_OK);
	assert_int_equal(pl_casework_retain(w.inst, w.r, later, 10, &erased, NULL), PL_OK);
	assert_int_equal(erased, 1);
	assert_int_equal(pl_casework_entries(w.inst, w.r, 1, &w.arena, &e, &n), PL_OK);
	assert_true(n >= 3 && e[n - 3].kind == PL_CASEWORK_HOLD && e[n - 2].kind == PL_CASEWORK_RELEASE && e[n - 1].kind == PL_CASEWORK_ERASE);
	assert_true(pl_str_eq(e[n - 3].about, PL_STR("legal-claim")));
	close_world(&w);
}

/* ---- alarms ---- */

struct alarms {
	uint64_t told, now, next;
	struct pl_casework_alarm list[PL_CLOCKS_MAX];
	size_t n;
};

static pl_status look_for_alarms(void *ctx, struct pl_db_tx *tx)
{
	struct alarms *a = ctx;

	return pl_casework_alarms(tx, pl_calendar_find(PL_STR("EU")), PL_STR("tips"), 1, a->told, a->now * PL_SECOND, a->list, &a->n, &a->next);
}

static const struct pl_casework_alarm *alarm_of(const struct alarms *a, const char *code)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->list[i].clock.def->code, code) == 0)
			return &a->list[i];
	return NULL;
}

/* The last alarm of a clock that is due and was not told; the next one of all; none of a clock that was met. */
static void each_alarm_is_due_once(void **state)
{
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	uint64_t now = pl_time_now() / PL_SECOND, start = now - 20 * 3600;
	struct pl_intake_answer answer;
	struct alarms a = {.now = now};
	const struct pl_casework_alarm *early;
	struct world w;

	open_world(&w, *state, "alarms");
	make_ticket(&ticket);
	assert_int_equal(send_one(&w, "one", pl_buf_str(&ticket), &answer), PL_OK);
	a.now = now + 60;
	assert_int_equal(pl_db_read(pl_instance_db(w.inst), look_for_alarms, &a), PL_OK);
	assert_int_equal(a.n, 0);
	assert_true(a.next > now && a.next != PL_CASEWORK_NEVER);
	assert_int_equal(pl_casework_write(w.inst, w.r, 1, &operator, PL_CASEWORK_HAPPENED, start, PL_STR("exploitation-known"), (pl_str){0}, NULL), PL_OK);
	assert_int_equal(pl_db_read(pl_instance_db(w.inst), look_for_alarms, &a), PL_OK);
	early = alarm_of(&a, "CRA-V1");
	assert_non_null(early);
	assert_int_equal(early->alarm.kind, PL_ALARM_LEAD); /* four hours; four fifths were an hour before it */
	assert_int_equal(early->alarm.lead / PL_SECOND, 4 * 3600);
	assert_int_equal(a.next, start + 23 * 3600);
	a.told = now;
	assert_int_equal(pl_db_read(pl_instance_db(w.inst), look_for_alarms, &a), PL_OK);
	assert_null(alarm_of(&a, "CRA-V1"));
	a.now = start + 25 * 3600;
	assert_int_equal(pl_db_read(pl_instance_db(w.inst), look_for_alarms, &a), PL_OK);
	early = alarm_of(&a, "CRA-V1");
	assert_true(early && (early->alarm.kind == PL_ALARM_STRICT || early->alarm.kind == PL_ALARM_LEGAL));
	assert_int_equal(pl_casework_write(w.inst, w.r, 1, &operator, PL_CASEWORK_MEET, now, PL_STR("CRA-V1"), (pl_str){0}, NULL), PL_OK);
	assert_int_equal(pl_db_read(pl_instance_db(w.inst), look_for_alarms, &a), PL_OK);
	assert_null(alarm_of(&a, "CRA-V1"));
	close_world(&w);
}

/* ---- search ---- */

static void folds(enum pl_commit_type type, const char *typed, const char *expected)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(256);

	assert_int_equal(pl_find_fold(type, pl_str_from(typed), &out), PL_OK);
	if (!pl_str_eq(pl_buf_str(&out), pl_str_from(expected)))
		fail_msg("\"%s\" became \"%.*s\"", typed, PL_STR_ARG(pl_buf_str(&out)));
}

static void what_is_compared(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(256);

	(void)state;
	folds(PL_COMMIT_TEXT, "  Zoë \t ÅNGSTRÖM\n", "zoë ångström");
	folds(PL_COMMIT_TEXT, "ИВАНОВ ΣΟΦΙΑ", "иванов σοφια");
	folds(PL_COMMIT_TEXT, "Zoë\xc2\xa0" "B", "zoë\xc2\xa0" "b"); /* no-break: it does not break */
	folds(PL_COMMIT_TEXT, " \n ", "");
	folds(PL_COMMIT_ENUM, "good", "good");
	folds(PL_COMMIT_TIME, "2026-03-14T15:09:26Z", "2026-03-14");
	folds(PL_COMMIT_TIME, "2026-03", "2026-03-01");
	folds(PL_COMMIT_TIME, "2026", "2026-01-01");
	assert_int_equal(pl_find_fold(PL_COMMIT_TEXT, PL_STR("\xff"), &out), PL_E_SYNTAX);
}

static size_t found(struct world *w, const char *field, const char *typed, uint64_t *ret, uint64_t *ret_behind)
{
	const struct pl_find_query q = {.n = 1, .terms = {{pl_str_from(field), pl_str_from(typed)}}, .limit = 8};
	struct pl_diag diag = {0};
	size_t n = 0;

	if (pl_find(w->inst, w->r, &operator, &q, ret, &n, ret_behind, &diag))
		fail_msg("%s", diag.text);
	return n;
}

static void a_case_is_found_by_what_stands_in_it(void **state)
{
	struct pl_find_query both = {.n = 2, .terms = {{PL_STR("person"), PL_STR("SOMEBODY ")}, {PL_STR("kind"), PL_STR("good")}}, .limit = 8};
	const struct pl_find_query wrong = {.n = 1, .terms = {{PL_STR("persons"), PL_STR("x")}}, .limit = 8}, none = {.limit = 8};
	const struct pl_register_reader operator_reads = {.role = PL_VAULT_OPERATOR};
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_register_view *v;
	struct pl_register_case made;
	struct pl_intake_answer a;
	uint64_t numbers[8], behind = 0, done = 0;
	struct world w;
	bool destroyed;
	size_t n = 0;

	open_world(&w, *state, "find");
	assert_int_equal(pl_find(w.inst, w.r, &operator, &both, numbers, &n, &behind, NULL), PL_E_STATE);
	for (unsigned i = 0; i < 3; i++) {
		make_ticket(&ticket);
		assert_int_equal(send_one(&w, "a message", pl_buf_str(&ticket), &a), PL_OK);
	}
	assert_int_equal(pl_find_index(w.inst, w.r, &done, NULL), PL_OK);
	assert_int_equal(done, 3);
	assert_int_equal(pl_find_index(w.inst, w.r, &done, NULL), PL_OK);
	assert_int_equal(done, 0);
	assert_int_equal(found(&w, "person", "Somebody", numbers, &behind), 3);
	assert_true(numbers[0] == 1 && numbers[2] == 3 && behind == 0);
	assert_int_equal(found(&w, "person", "somebod", numbers, &behind), 0);
	assert_int_equal(found(&w, "kind", "somebody", numbers, &behind), 0);
	assert_int_equal(pl_find(w.inst, w.r, &operator, &wrong, numbers, &n, &behind, NULL), PL_E_NOTFOUND);
	assert_int_equal(pl_find(w.inst, w.r, &operator, &none, numbers, &n, &behind, NULL), PL_E_RANGE);

	/* A change is seen when its leaf is in the index; until then it is said that there is one. */
	assert_int_equal(pl_register_case_read(w.inst, w.r, 2, &operator_reads, &v, NULL), PL_OK);
	assert_int_equal(pl_register_case_change(w.inst, w.r, v, &operator_reads,
				 &(struct pl_register_set){1, {true, pl_str_bytes(PL_STR("good"))}}, 1, &made, NULL), PL_OK);
	pl_register_view_free(v);
	assert_int_equal(found(&w, "kind", "good", numbers, &behind), 0);
	assert_int_equal(behind, 1);
	assert_int_equal(pl_find_index(w.inst, w.r, &done, NULL), PL_OK);
	assert_int_equal(found(&w, "kind", "good", numbers, &behind), 1);
	assert_true(numbers[0] == 2 && behind == 0);
	assert_int_equal(found(&w, "kind", "bad", numbers, &behind), 2);
	assert_int_equal(pl_find(w.inst, w.r, &operator, &both, numbers, &n, &behind, NULL), PL_OK);
	assert_true(n == 1 && numbers[0] == 2);
	both.after = 2;
	assert_int_equal(pl_find(w.inst, w.r, &operator, &both, numbers, &n, &behind, NULL), PL_OK);
	assert_int_equal(n, 0);

	/* What was erased is not found from then on, but what is open is found again. */
	assert_int_equal(pl_register_case_erase(w.inst, w.r, 2, &operator_reads, pl_time_now() / PL_SECOND, &made, &destroyed, NULL), PL_OK);
	assert_int_equal(found(&w, "person", "somebody", numbers, &behind), 2);
	assert_int_equal(found(&w, "kind", "good", numbers, &behind), 0);
	assert_int_equal(pl_find_index(w.inst, w.r, &done, NULL), PL_OK);
	assert_int_equal(found(&w, "kind", "good", numbers, &behind), 1);
	assert_int_equal(found(&w, "person", "somebody", numbers, &behind), 2);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ticket_counts_once),
		cmocka_unit_test(the_file_tells_what_was_done),
		cmocka_unit_test(the_soonest_deadline_comes_first),
		cmocka_unit_test(only_the_secret_opens_an_answer),
		cmocka_unit_test(words_that_nobody_looked_through_stay),
		cmocka_unit_test(erasing_takes_every_key),
		cmocka_unit_test(what_is_held_is_not_erased),
		cmocka_unit_test(each_alarm_is_due_once),
		cmocka_unit_test(what_is_compared),
		cmocka_unit_test(a_case_is_found_by_what_stands_in_it),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
