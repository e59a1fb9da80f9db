/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: how they end, what is stored of them, fresh logins, forged requests. */
#include "world.h"

static pl_status opened(struct pl_people *p, const struct pl_session_token *token)
{
	struct pl_session s;

	return pl_session_open(p, pl_str_from(token->text), &s);
}

static void idle_and_absolute(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	struct pl_session_token token;

	person_first(p, "ada", &ada);
	person_login(&ada, &token);
	assert_ok(opened(p, &token));
	world_wait(899 * PL_SECOND);
	assert_ok(opened(p, &token));
	world_wait(900 * PL_SECOND);
	assert_int_equal(opened(p, &token), PL_E_DENIED);
	person_login(&ada, &token);
	for (unsigned i = 0; i < 8 * 3600 / 600 - 1; i++) {
		world_wait(600 * PL_SECOND);
		assert_ok(opened(p, &token));
	}
	world_wait(599 * PL_SECOND);
	assert_ok(opened(p, &token));
	world_wait(PL_SECOND);
	assert_int_equal(opened(p, &token), PL_E_DENIED); /* whatever it did */
	person_done(&ada);
	world_close(p);
}

static void refuses_other_tokens(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	struct pl_session_token token;

	person_first(p, "ada", &ada);
	person_login(&ada, &token);
	token.text[0] = token.text[0] == '0' ? '1' : '0';
	assert_int_equal(opened(p, &token), PL_E_DENIED);
	token.text[0] = 0;
	assert_int_equal(opened(p, &token), PL_E_DENIED);
	person_done(&ada);
	world_close(p);
}

static void logout_and_end_of_all(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	struct pl_session_token one, two;

	person_first(p, "ada", &ada);
	person_login(&ada, &one);
	person_login(&ada, &two);
	assert_ok(pl_session_logout(p, pl_str_from(one.text), ADDRESS));
	assert_int_equal(opened(p, &one), PL_E_DENIED);
	assert_ok(opened(p, &two));
	assert_ok(pl_session_logout(p, pl_str_from(one.text), ADDRESS)); /* again is fine */
	assert_ok(pl_session_logout(p, PL_STR("nonsense"), ADDRESS));
	assert_int_equal(world_events(p, PL_PEOPLE_EV_LOGOUT), 1);
	assert_ok(pl_session_end_all(p, &ada.actor, &ada.id));
	assert_int_equal(opened(p, &two), PL_E_DENIED);
	person_done(&ada);
	world_close(p);
}

static pl_status stored_hash(void *ctx, struct pl_db_tx *tx)
{
	struct pl_session *s = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_session_page, PL_DB_ARGS(PL_DB_U64(10)), &rows);
	size_t n = 0;

	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		pl_db_col_fixed(rows, 0, s->token_hash, sizeof s->token_hash);
		n++;
	}
	assert_int_equal(n, 1);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static void one_of_several_ends(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(65536);
	struct pl_people *p = world_new();
	struct person ada, bob;
	struct pl_session_token one, two, other;
	struct pl_session *list, s;
	size_t n;

	person_first(p, "ada", &ada);
	person_add(&ada, NULL, "bob", PL_STAFF_DESK, &bob);
	person_login(&ada, &one);
	person_login(&ada, &two);
	person_login(&bob, &other);
	assert_ok(pl_session_list_of(p, &ada.id, 10, &arena, &list, &n));
	assert_int_equal(n, 2);
	assert_ok(pl_session_open(p, pl_str_from(one.text), &s));
	assert_int_equal(pl_session_end(p, &bob.actor, &bob.id, s.token_hash), PL_E_NOTFOUND); /* not his */
	assert_ok(opened(p, &one));
	assert_ok(pl_session_end(p, &ada.actor, &ada.id, s.token_hash));
	assert_int_equal(opened(p, &one), PL_E_DENIED);
	assert_int_equal(pl_session_end(p, &ada.actor, &ada.id, s.token_hash), PL_E_NOTFOUND);
	assert_ok(opened(p, &two));
	assert_ok(opened(p, &other));
	person_done(&ada);
	person_done(&bob);
	world_close(p);
}

static void recovery_codes_are_renewed(void **state)
{
	struct pl_buf codes PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	struct pl_people *p = world_new();
	struct pl_account_means means;
	struct person ada;
	struct pl_session s;
	pl_str line, rest;
	struct pl_login login = {.name = PL_STR("ada"), .password = PL_STR(PASSWORD)};
	struct pl_session_token token;
	uint64_t wait;

	person_first(p, "ada", &ada);
	person_session(&ada, &s);
	assert_ok(pl_recovery_renew(p, &s, ADDRESS, &codes));
	assert_ok(pl_account_means(p, &ada.id, &means));
	assert_int_equal(means.recovery_codes, PL_RECOVERY_CODES);
	assert_int_equal(world_events(p, PL_PEOPLE_EV_RECOVERY), 1);
	rest = pl_buf_str(&ada.recovery);
	assert_true(pl_str_take_line(&rest, &line));
	login.code = line;
	assert_int_equal(pl_password_login(p, &login, &token, &wait), PL_E_DENIED); /* an old one */
	rest = pl_buf_str(&codes);
	assert_true(pl_str_take_line(&rest, &line));
	login.code = line;
	assert_ok(pl_password_login(p, &login, &token, &wait));
	s.fresh = false;
	assert_int_equal(pl_recovery_renew(p, &s, ADDRESS, &codes), PL_E_EXPIRED);
	person_done(&ada);
	world_close(p);
}

static void only_a_hash_is_stored(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	struct pl_session_token token;
	struct pl_session stored;
	struct pl_digest hash;
	uint8_t raw[32];

	person_first(p, "ada", &ada);
	person_login(&ada, &token);
	assert_ok(pl_db_read(p->db, stored_hash, &stored));
	assert_ok(pl_hex_read(pl_str_from(token.text), raw, sizeof raw));
	assert_memory_not_equal(stored.token_hash, raw, sizeof raw);
	pl_sha256(pl_bytes_of(raw, sizeof raw), &hash);
	assert_memory_equal(stored.token_hash, hash.b, sizeof hash.b);
	person_done(&ada);
	world_close(p);
}

static void dangerous_acts_want_a_fresh_login(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	struct pl_session_token token;
	struct pl_session s;
	struct pl_login again = {.password = PL_STR(PASSWORD), .address = ADDRESS};
	uint8_t secret[PL_TOTP_SECRET_LEN];
	uint64_t wait;
	char code[7];

	person_first(p, "ada", &ada);
	person_login(&ada, &token);
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	assert_ok(pl_session_allows(&s, PL_STAFF_ADMINISTRATOR, true));
	assert_int_equal(pl_session_allows(&s, PL_STAFF_DESK | PL_STAFF_LEGAL, false), PL_E_DENIED);
	world_wait(300 * PL_SECOND);
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	assert_ok(pl_session_allows(&s, PL_STAFF_ADMINISTRATOR, false));
	assert_int_equal(pl_session_allows(&s, PL_STAFF_ADMINISTRATOR, true), PL_E_EXPIRED);
	assert_int_equal(pl_password_set(p, &s, PL_STR("another long password"), secret, NULL), PL_E_EXPIRED);
	again.code = PL_STR("12345x");
	assert_int_equal(pl_password_again(p, &s, &again, &wait), PL_E_DENIED);
	person_code(&ada, code);
	again.code = pl_str_from(code);
	assert_ok(pl_password_again(p, &s, &again, &wait));
	assert_int_equal(pl_password_again(p, &s, &again, &wait), PL_E_DENIED); /* replay */
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	assert_ok(pl_session_allows(&s, PL_STAFF_ADMINISTRATOR, true));
	assert_int_equal(world_events(p, PL_PEOPLE_EV_FRESH), 1);
	assert_int_equal(world_events(p, PL_PEOPLE_EV_FRESH_BAD), 2);
	person_done(&ada);
	world_close(p);
}

/* A session that enrols can do nothing else, and ends by itself. */
static void enrolment_session(void **state)
{
	static const struct pl_people_actor terminal;
	struct pl_people *p = world_new();
	struct pl_account_act act;
	struct pl_session_token token;
	struct pl_session s;
	uint64_t wait;

	assert_ok(pl_account_first(p, &terminal, PL_STR("ada"), (pl_str){0}, false, &act, NULL));
	assert_ok(pl_enrol_begin(p, pl_str_from(act.code), (pl_str){0}, &token, &wait));
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	assert_int_equal(s.roles, 0);
	assert_int_equal(pl_session_allows(&s, PL_STAFF_ALL, false), PL_E_DENIED);
	assert_int_equal(pl_enrol_begin(p, pl_str_from(act.code), (pl_str){0}, &token, &wait), PL_E_DENIED); /* once */
	world_wait(1800 * PL_SECOND);
	assert_int_equal(opened(p, &token), PL_E_DENIED);
	world_close(p);
}

static void codes_run_out(void **state)
{
	static const struct pl_people_actor terminal;
	struct pl_people *p = world_new();
	struct pl_account_act act;
	struct pl_session_token token;
	uint64_t wait;

	assert_ok(pl_account_first(p, &terminal, PL_STR("ada"), (pl_str){0}, false, &act, NULL));
	world_wait(PL_ACCOUNT_CODE_NS);
	assert_int_equal(pl_enrol_begin(p, pl_str_from(act.code), (pl_str){0}, &token, &wait), PL_E_DENIED);
	world_close(p);
}

static void form_tokens_belong_to_a_session(void **state)
{
	struct pl_people *p = world_new(), *other;
	struct person ada;
	struct pl_session one, two;
	char token[PL_CSRF_TEXT + 1], foreign[PL_CSRF_TEXT + 1];

	person_first(p, "ada", &ada);
	person_session(&ada, &one);
	person_session(&ada, &two);
	other = world_again(p, 8);
	pl_session_csrf(p, &one, token);
	pl_session_csrf(other, &one, foreign);
	assert_ok(pl_session_csrf_check(p, &one, pl_str_from(token)));
	assert_int_equal(pl_session_csrf_check(p, &two, pl_str_from(token)), PL_E_DENIED);
	assert_int_equal(pl_session_csrf_check(p, &one, pl_str_from(foreign)), PL_E_DENIED);
	assert_int_equal(pl_session_csrf_check(p, &one, PL_STR("")), PL_E_DENIED);
	token[63] = token[63] == 'a' ? 'b' : 'a';
	assert_int_equal(pl_session_csrf_check(p, &one, pl_str_from(token)), PL_E_DENIED);
	pl_people_close(other);
	person_done(&ada);
	world_close(p);
}

static void headers_of_a_request(void **state)
{
	static const struct {
		const char *method, *origin, *site;
		pl_status expected;
	} rows[] = {
		{"GET", "", "", PL_OK},
		{"HEAD", "https://evil.example", "cross-site", PL_OK},
		{"POST", ORIGIN, "same-origin", PL_OK},
		{"POST", ORIGIN, "", PL_OK},
		{"POST", "", "same-origin", PL_OK},
		{"POST", "", "", PL_E_DENIED},
		{"POST", "null", "", PL_E_DENIED},
		{"POST", "https://evil.example", "same-origin", PL_E_DENIED},
		{"POST", "http://portal.example", "", PL_E_DENIED},
		{"POST", ORIGIN ":8443", "", PL_E_DENIED},
		{"POST", ORIGIN, "same-site", PL_E_DENIED},
		{"POST", ORIGIN, "cross-site", PL_E_DENIED},
		{"POST", "", "none", PL_E_DENIED},
		{"DELETE", "", "", PL_E_DENIED},
		{"get", "", "", PL_E_DENIED},
	};
	struct pl_people *p = world_new();

	for (size_t i = 0; i < PL_COUNT(rows); i++)
		assert_int_equal(pl_request_judge(p, pl_str_from(rows[i].method), pl_str_from(rows[i].origin),
			pl_str_from(rows[i].site)), rows[i].expected);
	world_close(p);
}

static void site_from_settings(void **state)
{
	static const struct {
		const char *url, *rp, *expected_rp, *expected_origin;
	} good[] = {
		{"https://portal.example/", "", "portal.example", "https://portal.example"},
		{"https://portal.example:8443/x/y", "example", "example", "https://portal.example:8443"},
		{"", "", "localhost", "http://localhost:8080"},
	};
	static const struct {
		const char *url, *rp;
		pl_status expected;
	} bad[] = {
		{"ftp://portal.example", "", PL_E_SYNTAX},
		{"https://", "", PL_E_SYNTAX},
		{"https://Portal.example", "", PL_E_SYNTAX},
		{"https://a@portal.example", "", PL_E_SYNTAX},
		{"https://portal.example", "ortal.example", PL_E_RANGE},
		{"https://portal.example", "evil.example", PL_E_RANGE},
		{"https://example", "portal.example", PL_E_RANGE},
	};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(65536);
	pl_str rp, origin;

	for (size_t i = 0; i < PL_COUNT(good); i++) {
		assert_ok(pl_people_site(pl_str_from(good[i].url), pl_str_from(good[i].rp), 8080, &arena, &rp, &origin, NULL));
		assert_true(pl_str_eq(rp, pl_str_from(good[i].expected_rp)));
		assert_true(pl_str_eq(origin, pl_str_from(good[i].expected_origin)));
	}
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_people_site(pl_str_from(bad[i].url), pl_str_from(bad[i].rp), 1, &arena, &rp, &origin, NULL),
			bad[i].expected);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_and_absolute),
		cmocka_unit_test(refuses_other_tokens),
		cmocka_unit_test(logout_and_end_of_all),
		cmocka_unit_test(one_of_several_ends),
		cmocka_unit_test(recovery_codes_are_renewed),
		cmocka_unit_test(only_a_hash_is_stored),
		cmocka_unit_test(dangerous_acts_want_a_fresh_login),
		cmocka_unit_test(enrolment_session),
		cmocka_unit_test(codes_run_out),
		cmocka_unit_test(form_tokens_belong_to_a_session),
		cmocka_unit_test(headers_of_a_request),
		cmocka_unit_test(site_from_settings),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
