/* SPDX-License-Identifier: Apache-2.0 */
/* Four eyes: who may approve, what counts, what was approved, and that it is done once. */
#include "world.h"

/* An administrator and a desk, two lawyers and an auditor. */
static struct pl_people *office;
static struct person ada, dora, lee, lou, audit;

static int open_office(void **state)
{
	office = world_new();
	person_first(office, "ada", &ada);
	person_add(&ada, NULL, "dora", PL_STAFF_DESK | PL_STAFF_LEGAL, &dora);
	person_add(&ada, NULL, "lee", PL_STAFF_LEGAL, &lee);
	person_add(&ada, NULL, "lou", PL_STAFF_LEGAL, &lou);
	person_add(&ada, NULL, "audit", PL_STAFF_AUDITOR, &audit);
	return 0;
}

static int close_office(void **state)
{
	struct person *const all[] = {&ada, &dora, &lee, &lou, &audit};

	for (size_t i = 0; i < PL_COUNT(all); i++)
		person_done(all[i]);
	world_close(office);
	return 0;
}

struct step {
	enum { PROPOSE, APPROVE, TAKE, CLOSE } what;
	struct person *who;
	struct pl_ulid id;
	unsigned needed;
	const char *bytes, *kind;
	bool approved;
	struct pl_diag diag;
};

static pl_status step_in(void *ctx, struct pl_db_tx *tx)
{
	struct step *s = ctx;
	struct pl_decision_new new = {.kind = "answer", .bytes = pl_str_bytes(pl_str_from(s->bytes)), .roles = PL_STAFF_LEGAL,
		.needed = s->needed, .life_ns = 3600 * PL_SECOND};
	struct pl_digest digest;

	pl_sha256(new.bytes, &digest);
	switch (s->what) {
	case PROPOSE:
		return pl_decision_propose(office, tx, &s->who->actor, &new, &s->id, &s->diag);
	case APPROVE:
		return pl_decision_approve(office, tx, &s->who->actor, &s->id, &digest, &s->approved, &s->diag);
	case TAKE:
		return pl_decision_take(office, tx, &s->who->actor, &s->id, s->kind ? s->kind : "answer", new.bytes, &s->diag);
	case CLOSE:
		return pl_decision_close(office, tx, &s->who->actor, &s->id, &s->diag);
	}
	return PL_E_INTERNAL;
}

static struct pl_ulid proposed(unsigned needed)
{
	struct step s = {.what = PROPOSE, .who = &dora, .needed = needed, .bytes = "refuse"};

	assert_ok(pl_db_tx(office->db, step_in, &s));
	return s.id;
}

static pl_status approve(struct person *who, struct pl_ulid id, const char *bytes, bool *ret)
{
	struct step s = {.what = APPROVE, .who = who, .id = id, .bytes = bytes};
	pl_status st = pl_db_tx(office->db, step_in, &s);

	*ret = s.approved;
	return st;
}

static pl_status take(struct pl_ulid id, const char *kind, const char *bytes)
{
	struct step s = {.what = TAKE, .who = &dora, .id = id, .kind = kind, .bytes = bytes};

	return pl_db_tx(office->db, step_in, &s);
}

static pl_status closed(struct person *who, struct pl_ulid id)
{
	struct step s = {.what = CLOSE, .who = who, .id = id, .bytes = ""};

	return pl_db_tx(office->db, step_in, &s);
}

static void two_others_approve(void **state)
{
	struct pl_ulid id = proposed(2);
	bool done;

	assert_int_equal(take(id, NULL, "refuse"), PL_E_DENIED);
	assert_ok(approve(&lee, id, "refuse", &done));
	assert_false(done);
	assert_int_equal(take(id, NULL, "refuse"), PL_E_DENIED);
	assert_ok(approve(&lee, id, "refuse", &done)); /* twice counts once */
	assert_false(done);
	assert_ok(approve(&lou, id, "refuse", &done));
	assert_true(done);
	assert_ok(take(id, NULL, "refuse"));
	assert_int_equal(take(id, NULL, "refuse"), PL_E_STATE); /* once */
	assert_int_equal(approve(&lou, id, "refuse", &done), PL_E_STATE);
}

static void the_proposer_does_not(void **state)
{
	struct pl_ulid id = proposed(1);
	bool done;

	assert_int_equal(approve(&dora, id, "refuse", &done), PL_E_DENIED); /* although she is legal, too */
	assert_int_equal(take(id, NULL, "refuse"), PL_E_DENIED);
}

static void other_roles_do_not(void **state)
{
	struct person nobody = {.p = office};
	struct pl_ulid id = proposed(1);
	bool done;

	assert_int_equal(approve(&audit, id, "refuse", &done), PL_E_DENIED);
	assert_int_equal(approve(&ada, id, "refuse", &done), PL_E_DENIED);
	assert_int_equal(approve(&nobody, id, "refuse", &done), PL_E_DENIED);
}

static void bytes_are_exact(void **state)
{
	struct pl_ulid id = proposed(1);
	bool done;

	assert_int_equal(approve(&lee, id, "refusE", &done), PL_E_CONFLICT);
	assert_ok(approve(&lee, id, "refuse", &done));
	assert_int_equal(take(id, NULL, "refuse "), PL_E_CONFLICT);
	assert_int_equal(take(id, "award", "refuse"), PL_E_CONFLICT);
	assert_ok(take(id, NULL, "refuse"));
}

/* Bytes that were changed in the database are not what was approved. */
static void changed_row(void **state)
{
	struct pl_ulid id = proposed(1);
	bool done;

	assert_ok(approve(&lee, id, "refuse", &done));
	world_tamper(office, on_sqlite() ? "UPDATE decision SET bytes = x'6772616e74' WHERE state = 0" :
					   "UPDATE decision SET bytes = '\\x6772616e74' WHERE state = 0");
	assert_int_equal(take(id, NULL, "grant"), PL_E_CONFLICT);
	assert_int_equal(take(id, NULL, "refuse"), PL_E_CONFLICT);
}

static void expires(void **state)
{
	struct pl_ulid id = proposed(1), late = proposed(1);
	bool done;

	assert_ok(approve(&lee, id, "refuse", &done));
	world_wait(3600 * PL_SECOND);
	assert_int_equal(take(id, NULL, "refuse"), PL_E_EXPIRED);
	assert_int_equal(approve(&lee, late, "refuse", &done), PL_E_EXPIRED);
}

static void withdrawn_or_refused(void **state)
{
	struct pl_ulid id = proposed(1), other = proposed(1);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 18);
	struct pl_decision d;
	bool done;

	assert_int_equal(closed(&audit, id), PL_E_DENIED);
	assert_ok(closed(&dora, id));
	assert_ok(closed(&lee, other));
	assert_int_equal(approve(&lee, id, "refuse", &done), PL_E_STATE);
	assert_ok(pl_decision_get(office, &id, &arena, &d));
	assert_string_equal(pl_decision_state_word(&d), "withdrawn");
	assert_ok(pl_decision_get(office, &other, &arena, &d));
	assert_string_equal(pl_decision_state_word(&d), "refused");
}

/* A voice counts while its account may still decide. */
static void voices_of_people_who_left(void **state)
{
	struct pl_ulid id = proposed(1);
	struct pl_account_act act;
	bool done;

	assert_ok(approve(&lou, id, "refuse", &done));
	assert_true(done);
	assert_ok(pl_account_end(office, &ada.actor, PL_STR("lou"), &act, NULL));
	assert_int_equal(take(id, NULL, "refuse"), PL_E_DENIED);
	assert_ok(approve(&lee, id, "refuse", &done));
	assert_ok(take(id, NULL, "refuse"));
}

static void listed(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 18);
	struct pl_decision *list;
	struct pl_ulid first = proposed(1), second = proposed(2);
	size_t n;
	bool done;
	uint64_t waiting, before;

	assert_ok(pl_decision_waiting(office, &lee.id, PL_STAFF_LEGAL, &before));
	assert_ok(approve(&lee, first, "refuse", &done));
	assert_ok(pl_decision_waiting(office, &lee.id, PL_STAFF_LEGAL, &waiting));
	assert_int_equal(waiting, before - 1); /* lee has spoken */
	assert_ok(pl_decision_waiting(office, &audit.id, PL_STAFF_AUDITOR, &waiting));
	assert_int_equal(waiting, 0); /* others are asked */
	assert_ok(pl_decision_list(office, NULL, 2, &arena, &list, &n));
	assert_int_equal(n, 2);
	assert_true(pl_people_same(&list[0].id, &second) && pl_people_same(&list[1].id, &first));
	assert_string_equal(pl_decision_state_word(&list[0]), "open");
	assert_string_equal(pl_decision_state_word(&list[1]), "approved");
	assert_int_equal(list[1].voices, 1);
	assert_ok(pl_decision_list(office, &second, 1, &arena, &list, &n));
	assert_true(n == 1 && pl_people_same(&list[0].id, &first));
}

/* Where @id stands among those that are open; -1: it is none of them. */
static int place(const struct pl_ulid *id)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 18);
	struct pl_decision *list;
	size_t n;

	assert_ok(pl_decision_open(office, 100, &arena, &list, &n));
	for (size_t i = 0; i < n; i++) {
		assert_true(list[i].state == PL_DECISION_OPEN && !list[i].expired);
		if (pl_people_same(&list[i].id, id))
			return (int)i;
	}
	return -1;
}

static void open_ones(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 18);
	struct pl_decision *list;
	struct pl_ulid first = proposed(1), second = proposed(1);
	size_t n;
	bool done;

	assert_true(place(&first) >= 0 && place(&second) > place(&first));
	assert_ok(approve(&lee, first, "refuse", &done));
	assert_true(place(&first) >= 0); /* it waits for the act */
	assert_ok(take(first, NULL, "refuse"));
	assert_int_equal(place(&first), -1);
	assert_ok(pl_decision_open(office, 1, &arena, &list, &n));
	assert_int_equal(n, 1);
	assert_true(place(&second) >= 0);
	world_wait(3600 * PL_SECOND);
	assert_int_equal(place(&second), -1);
}

static void limits(void **state)
{
	struct step s = {.what = PROPOSE, .who = &dora, .needed = 0, .bytes = "x"};
	struct person nobody = {.p = office};

	assert_int_equal(pl_db_tx(office->db, step_in, &s), PL_E_RANGE);
	s.needed = 17;
	assert_int_equal(pl_db_tx(office->db, step_in, &s), PL_E_RANGE);
	s.needed = 1;
	s.who = &nobody;
	assert_int_equal(pl_db_tx(office->db, step_in, &s), PL_E_DENIED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_others_approve),
		cmocka_unit_test(the_proposer_does_not),
		cmocka_unit_test(other_roles_do_not),
		cmocka_unit_test(bytes_are_exact),
		cmocka_unit_test(expires),
		cmocka_unit_test(withdrawn_or_refused),
		cmocka_unit_test(listed),
		cmocka_unit_test(open_ones),
		cmocka_unit_test(limits),
		cmocka_unit_test(voices_of_people_who_left),
		cmocka_unit_test(changed_row),
	};
	int failed = cmocka_run_group_tests(tests, open_office, close_office);

	scratch_remove();
	return failed;
}
