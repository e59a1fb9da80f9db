/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of events: an edited, deleted, cut-off or forged one is named. */
#include "world.h"
#include "store/db_engine.h"

static struct pl_people *five_events(void)
{
	struct pl_people *p = world_new();
	struct person ada;

	person_first(p, "ada", &ada);
	person_done(&ada);
	return p;
}

static void refused(struct pl_people *p, const struct pl_people_event_head *noted, pl_status expected,
	const char *words)
{
	struct pl_people_event_head head;
	struct pl_diag diag = {0};

	assert_int_equal(pl_people_event_verify(p, noted, &head, &diag), expected);
	if (!strstr(diag.text, words))
		fail_msg("\"%s\" does not say \"%s\"", diag.text, words);
}

static void whole_chain(void **state)
{
	struct pl_people *p = five_events();
	struct pl_people_event_head head, read;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	assert_ok(pl_people_event_verify(p, NULL, &head, NULL));
	assert_int_equal(head.number, 5); /* first, roles, code, enrolled, password */
	assert_ok(pl_people_event_verify(p, &head, &read, NULL));
	pl_people_event_head_put(&text, &head);
	assert_ok(pl_people_event_head_parse(pl_buf_str(&text), &read));
	assert_true(read.number == head.number && pl_digest_eq(&read.hash, &head.hash));
	assert_int_equal(pl_people_event_head_parse(PL_STR("5:00"), &read), PL_E_SYNTAX);
	world_close(p);
}

static void edited_row(void **state)
{
	static const char *const edits[] = {
		"UPDATE account_event SET detail = 'desk' WHERE number = 3",
		"UPDATE account_event SET at = at + 1 WHERE number = 3",
		"UPDATE account_event SET kind = 8 WHERE number = 3",
		"UPDATE account_event SET account = actor WHERE number = 3",
	};

	for (size_t i = 0; i < PL_COUNT(edits); i++) {
		struct pl_people *p = five_events();

		world_tamper(p, edits[i]);
		refused(p, NULL, PL_E_CORRUPT, "event 3 was edited");
		world_close(p);
	}
}

static void deleted_row(void **state)
{
	struct pl_people *p = five_events();

	world_tamper(p, "DELETE FROM account_event WHERE number = 2");
	refused(p, NULL, PL_E_CORRUPT, "event 2 is missing");
	world_close(p);
	p = five_events();
	world_tamper(p, "DELETE FROM account_event WHERE number = 5");
	refused(p, NULL, PL_E_CORRUPT, "event 5 is missing");
	world_close(p);
}

/* Whoever can write to the database alone can compute hashes, but not the head's seal. */
static void forged_head(void **state)
{
	struct pl_people *p = five_events();

	world_tamper(p, "DELETE FROM account_event WHERE number = 5; UPDATE account_event_head SET number = 4, "
			"hash = (SELECT hash FROM account_event WHERE number = 4)");
	refused(p, NULL, PL_E_CORRUPT, "head of the chain was edited");
	world_close(p);
	p = five_events();
	world_tamper(p, "DELETE FROM account_event; UPDATE account_event_head SET number = 0");
	refused(p, NULL, PL_E_CORRUPT, "event 1 is missing");
	world_close(p);
}

/* An older copy of the database is whole by itself; a head that was noted shows it. */
static void restored_copy(void **state)
{
	struct pl_people *p = five_events();
	struct pl_people_event_head noted;

	assert_ok(pl_people_event_verify(p, NULL, &noted, NULL));
	noted.number = 6;
	refused(p, &noted, PL_E_ROLLBACK, "event 6 was noted and is not here");
	noted.number = 5;
	noted.hash.b[0] ^= 1;
	refused(p, &noted, PL_E_ROLLBACK, "event 5 is another one than was noted");
	world_close(p);
}

/* A role that no event gave. */
static void roles_without_an_event(void **state)
{
	struct pl_people *p = five_events();

	world_tamper(p, "UPDATE account SET roles = 31");
	refused(p, NULL, PL_E_CORRUPT, "are not those of its last event");
	world_tamper(p, "UPDATE account SET roles = 16; UPDATE account_event SET detail = 'none to all' WHERE number = 2");
	refused(p, NULL, PL_E_CORRUPT, "event 2 was edited");
	world_close(p);
}

static pl_status change_row(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "change", ctx);
}

static void triggers_stop_our_own_mistakes(void **state)
{
	static const char *const texts[] = {"UPDATE account_event SET detail = ''",
		"DELETE FROM account_event WHERE number = 1"};
	struct pl_people *p = five_events();
	struct pl_people_event_head head;

	for (size_t i = 0; i < PL_COUNT(texts); i++)
		assert_int_not_equal(pl_db_tx(p->db, change_row, (void *)(uintptr_t)texts[i]), PL_OK);
	assert_ok(pl_people_event_verify(p, NULL, &head, NULL));
	world_close(p);
}

static void no_address_is_stored(void **state)
{
	struct pl_people *p = five_events();
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 16);
	struct pl_login login = {.name = PL_STR("ada"), .password = PL_STR("x"), .code = PL_STR("1"), .address = ADDRESS};
	struct pl_people_event *list;
	struct pl_session_token token;
	uint64_t wait;
	size_t n;

	assert_int_equal(pl_password_login(p, &login, &token, &wait), PL_E_DENIED);
	assert_ok(pl_people_event_list(p, 0, 1, &arena, &list, &n));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].kind, PL_PEOPLE_EV_LOGIN_BAD);
	assert_string_equal(pl_people_event_word(list[0].kind), "login-bad");
	assert_true(list[0].has_address);
	assert_null(memmem(list[0].address, sizeof list[0].address, ADDRESS.ptr, ADDRESS.len));
	world_close(p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_chain),
		cmocka_unit_test(edited_row),
		cmocka_unit_test(deleted_row),
		cmocka_unit_test(forged_head),
		cmocka_unit_test(restored_copy),
		cmocka_unit_test(roles_without_an_event),
		cmocka_unit_test(triggers_stop_our_own_mistakes),
		cmocka_unit_test(no_address_is_stored),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
