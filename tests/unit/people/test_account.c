/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and roles: the first administrator, one alone, two together, the last one, and what ends with an account. */
#include "world.h"

static const struct pl_people_actor terminal;

static void state_of(struct pl_people *p, const char *name, enum pl_account_state state, unsigned roles)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	struct pl_account a;

	assert_ok(pl_account_find(p, pl_str_from(name), &arena, &a));
	assert_true(pl_str_eq(a.name, pl_str_from(name)));
	assert_int_equal(a.state, state);
	assert_int_equal(a.roles, roles);
}

static void first_administrator(void **state)
{
	struct pl_people *p = world_new();
	struct pl_account_act act, again;
	struct person ada;

	assert_ok(pl_account_first(p, &terminal, PL_STR("ada"), PL_STR("ada@example.org"), false, &act, NULL));
	state_of(p, "ada", PL_ACCOUNT_INVITED, PL_STAFF_ADMINISTRATOR);
	assert_int_equal(pl_account_first(p, &terminal, PL_STR("eve"), (pl_str){0}, false, &again, NULL), PL_E_STATE);
	person_enrol(p, "ada", act.code, &ada);
	state_of(p, "ada", PL_ACCOUNT_ACTIVE, PL_STAFF_ADMINISTRATOR);
	assert_int_equal(pl_account_first(p, &terminal, PL_STR("eve"), (pl_str){0}, false, &again, NULL), PL_E_STATE);
	assert_int_equal(pl_account_first(p, &terminal, PL_STR("ada"), (pl_str){0}, true, &again, NULL), PL_E_EXISTS);
	assert_ok(pl_account_first(p, &terminal, PL_STR("eve"), (pl_str){0}, true, &again, NULL));
	assert_int_equal(world_events(p, PL_PEOPLE_EV_FIRST), 2);
	person_done(&ada);
	world_close(p);
}

static void names_and_addresses(void **state)
{
	static const char *const bad[] = {"", "Ada", "-ada", ".ada", "a b", "ada\n", "ad\xc3\xa4"};
	static const char *const bad_email[] = {"nobody", "a b@c", "a@b\n", "\xff@b"};
	struct pl_people *p = world_new();
	struct pl_account_act act;

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_account_first(p, &terminal, pl_str_from(bad[i]), (pl_str){0}, false, &act, NULL), PL_E_SYNTAX);
	for (size_t i = 0; i < PL_COUNT(bad_email); i++)
		assert_int_equal(pl_account_first(p, &terminal, PL_STR("ada"), pl_str_from(bad_email[i]), false, &act, NULL),
			PL_E_SYNTAX);
	world_close(p);
}

static void one_administrator_acts_alone(void **state)
{
	struct pl_people *p = world_new();
	struct pl_account_act act;
	struct person ada, bob;

	person_first(p, "ada", &ada);
	person_add(&ada, NULL, "bob", PL_STAFF_DESK, &bob);
	state_of(p, "bob", PL_ACCOUNT_ACTIVE, PL_STAFF_DESK);
	assert_int_equal(pl_account_add(p, &bob.actor, PL_STR("eve"), (pl_str){0}, PL_STAFF_DESK, &act, NULL), PL_E_DENIED);
	assert_int_equal(pl_account_add(p, &terminal, PL_STR("eve"), (pl_str){0}, PL_STAFF_DESK, &act, NULL), PL_E_DENIED);
	assert_int_equal(pl_account_add(p, &ada.actor, PL_STR("bob"), (pl_str){0}, PL_STAFF_DESK, &act, NULL), PL_E_EXISTS);
	assert_ok(pl_account_set_roles(p, &ada.actor, PL_STR("bob"), PL_STAFF_DESK | PL_STAFF_LEGAL, &act, NULL));
	assert_false(act.proposed);
	state_of(p, "bob", PL_ACCOUNT_ACTIVE, PL_STAFF_DESK | PL_STAFF_LEGAL);
	assert_int_equal(pl_account_set_roles(p, &ada.actor, PL_STR("bob"), PL_STAFF_DESK | PL_STAFF_LEGAL, &act, NULL),
		PL_E_STATE);
	person_done(&ada);
	person_done(&bob);
	world_close(p);
}

static void the_last_administrator_stays(void **state)
{
	struct pl_people *p = world_new();
	struct pl_account_act act;
	struct person ada;

	person_first(p, "ada", &ada);
	assert_int_equal(pl_account_end(p, &ada.actor, PL_STR("ada"), &act, NULL), PL_E_STATE);
	assert_int_equal(pl_account_set_roles(p, &ada.actor, PL_STR("ada"), PL_STAFF_DESK, &act, NULL), PL_E_STATE);
	assert_int_equal(pl_account_reset(p, &ada.actor, PL_STR("ada"), &act, NULL), PL_E_STATE);
	/* Somebody who is only invited does not count. */
	assert_ok(pl_account_add(p, &ada.actor, PL_STR("bob"), (pl_str){0}, PL_STAFF_ADMINISTRATOR, &act, NULL));
	assert_int_equal(pl_account_end(p, &ada.actor, PL_STR("ada"), &act, NULL), PL_E_STATE);
	person_done(&ada);
	world_close(p);
}

static void two_administrators_agree(void **state)
{
	struct pl_people *p = world_new();
	struct pl_account_act act, done;
	struct person ada, bob, carl;

	person_first(p, "ada", &ada);
	person_add(&ada, NULL, "bob", PL_STAFF_ADMINISTRATOR, &bob);
	/* From here on an account is invited at once and gets its role by a second person. */
	assert_ok(pl_account_add(p, &ada.actor, PL_STR("carl"), (pl_str){0}, PL_STAFF_LEGAL, &act, NULL));
	assert_true(act.proposed);
	person_enrol(p, "carl", act.code, &carl);
	state_of(p, "carl", PL_ACCOUNT_ACTIVE, 0);
	assert_int_equal(pl_account_approve(p, &ada.actor, &act.decision, &done, NULL), PL_E_DENIED);
	assert_int_equal(pl_account_approve(p, &carl.actor, &act.decision, &done, NULL), PL_E_DENIED);
	state_of(p, "carl", PL_ACCOUNT_ACTIVE, 0);
	assert_ok(pl_account_approve(p, &bob.actor, &act.decision, &done, NULL));
	state_of(p, "carl", PL_ACCOUNT_ACTIVE, PL_STAFF_LEGAL);
	assert_int_equal(pl_account_approve(p, &bob.actor, &act.decision, &done, NULL), PL_E_STATE);
	assert_int_equal(world_events(p, PL_PEOPLE_EV_DECIDED), 1);
	person_done(&ada);
	person_done(&bob);
	person_done(&carl);
	world_close(p);
}

static void a_proposal_is_about_what_it_saw(void **state)
{
	struct pl_people *p = world_new();
	struct pl_account_act one, two, done;
	struct person ada, bob;

	person_first(p, "ada", &ada);
	person_add(&ada, NULL, "bob", PL_STAFF_ADMINISTRATOR, &bob);
	assert_ok(pl_account_add(p, &ada.actor, PL_STR("carl"), (pl_str){0}, PL_STAFF_LEGAL, &one, NULL));
	assert_ok(pl_account_set_roles(p, &ada.actor, PL_STR("carl"), PL_STAFF_DESK, &two, NULL));
	assert_ok(pl_account_approve(p, &bob.actor, &one.decision, &done, NULL));
	assert_int_equal(pl_account_approve(p, &bob.actor, &two.decision, &done, NULL), PL_E_CONFLICT);
	state_of(p, "carl", PL_ACCOUNT_INVITED, PL_STAFF_LEGAL);
	world_wait(PL_ACCOUNT_DECISION_NS);
	assert_int_equal(pl_account_approve(p, &bob.actor, &two.decision, &done, NULL), PL_E_EXPIRED);
	person_done(&ada);
	person_done(&bob);
	world_close(p);
}

static void end_of_an_account(void **state)
{
	struct pl_people *p = world_new();
	struct pl_account_act act;
	struct person ada, bob;
	struct pl_session_token token;
	struct pl_session s;
	struct pl_login login = {.name = PL_STR("bob"), .password = PL_STR(PASSWORD)};
	uint64_t wait;
	char code[7];

	person_first(p, "ada", &ada);
	person_add(&ada, NULL, "bob", PL_STAFF_DESK, &bob);
	person_login(&bob, &token);
	assert_ok(pl_account_end(p, &ada.actor, PL_STR("bob"), &act, NULL));
	assert_false(act.proposed);
	state_of(p, "bob", PL_ACCOUNT_ENDED, 0);
	assert_int_equal(pl_session_open(p, pl_str_from(token.text), &s), PL_E_DENIED);
	world_wait(30 * PL_SECOND);
	person_code(&bob, code);
	login.code = pl_str_from(code);
	assert_int_equal(pl_password_login(p, &login, &token, &wait), PL_E_DENIED);
	assert_int_equal(pl_account_set_roles(p, &ada.actor, PL_STR("bob"), PL_STAFF_DESK, &act, NULL), PL_E_STATE);
	assert_int_equal(pl_account_invite(p, &ada.actor, PL_STR("bob"), &act, NULL), PL_E_STATE);
	assert_int_equal(pl_account_add(p, &ada.actor, PL_STR("bob"), (pl_str){0}, PL_STAFF_DESK, &act, NULL), PL_E_EXISTS);
	person_done(&ada);
	person_done(&bob);
	world_close(p);
}

static void reset_and_invited_again(void **state)
{
	struct pl_people *p = world_new();
	struct pl_account_act act;
	struct person ada, bob, anew;

	person_first(p, "ada", &ada);
	person_add(&ada, NULL, "bob", PL_STAFF_DESK, &bob);
	assert_int_equal(pl_account_invite(p, &ada.actor, PL_STR("bob"), &act, NULL), PL_E_STATE);
	assert_ok(pl_account_reset(p, &ada.actor, PL_STR("bob"), &act, NULL));
	state_of(p, "bob", PL_ACCOUNT_INVITED, PL_STAFF_DESK);
	assert_ok(pl_account_invite(p, &ada.actor, PL_STR("bob"), &act, NULL));
	person_enrol(p, "bob", act.code, &anew);
	state_of(p, "bob", PL_ACCOUNT_ACTIVE, PL_STAFF_DESK);
	person_done(&ada);
	person_done(&bob);
	person_done(&anew);
	world_close(p);
}

/* Sealed columns open with their own secret only. */
static void another_secret_opens_nothing(void **state)
{
	struct pl_people *p = world_new(), *other = world_again(p, 8);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	struct pl_account a;
	struct person ada;

	person_first(p, "ada", &ada);
	assert_int_equal(pl_account_find(other, PL_STR("ada"), &arena, &a), PL_E_NOTFOUND);
	assert_int_equal(pl_account_get(other, &ada.id, &arena, &a), PL_E_CORRUPT);
	pl_people_close(other);
	person_done(&ada);
	world_close(p);
}

static void words_of_roles(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	unsigned bit;

	pl_staff_put(&out, PL_STAFF_ALL);
	assert_string_equal(pl_buf_z(&out), "desk,legal,officer,auditor,administrator");
	pl_buf_clear(&out);
	pl_staff_put(&out, 0);
	assert_string_equal(pl_buf_z(&out), "none");
	assert_ok(pl_staff_parse(PL_STR("auditor"), &bit));
	assert_int_equal(bit, PL_STAFF_AUDITOR);
	assert_int_equal(pl_staff_parse(PL_STR("root"), &bit), PL_E_SYNTAX);
}

static void both_engines_read_every_statement(void **state)
{
	struct pl_people *p = world_new();

	for (size_t i = 0; i < pl_sql_people_count; i++)
		statement_is_read(p->db, pl_sql_people_all[i]);
	world_close(p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_administrator),
		cmocka_unit_test(names_and_addresses),
		cmocka_unit_test(one_administrator_acts_alone),
		cmocka_unit_test(the_last_administrator_stays),
		cmocka_unit_test(two_administrators_agree),
		cmocka_unit_test(a_proposal_is_about_what_it_saw),
		cmocka_unit_test(end_of_an_account),
		cmocka_unit_test(reset_and_invited_again),
		cmocka_unit_test(another_secret_opens_nothing),
		cmocka_unit_test(words_of_roles),
		cmocka_unit_test(both_engines_read_every_statement),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
