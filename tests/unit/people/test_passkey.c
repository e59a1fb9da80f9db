/* SPDX-License-Identifier: Apache-2.0 */
/* Passkeys: registration and login with each algorithm, and every check broken by itself. */
#include "world.h"
#include "authenticator.h"
#include "base/random.h"
#include "people/passkey.h"

#define BINDING PL_STR("cookie of this browser")

/* Ada with an enrolment code not yet used. */
static struct pl_people *invited(struct pl_session *ret)
{
	static const struct pl_people_actor terminal;
	struct pl_people *p = world_new();
	struct pl_account_act act;
	struct pl_session_token token;
	uint64_t wait;

	assert_ok(pl_account_first(p, &terminal, PL_STR("ada"), (pl_str){0}, false, &act, NULL));
	assert_ok(pl_enrol_begin(p, pl_str_from(act.code), (pl_str){0}, &token, &wait));
	assert_ok(pl_session_open(p, pl_str_from(token.text), ret));
	return p;
}

static pl_status add(struct pl_people *p, const struct pl_session *s, struct authenticator *a, const struct bend *b,
	struct pl_diag *diag)
{
	struct pl_buf options PL_CLEANUP(pl_buf_done) = PL_BUF(8192), answer PL_CLEANUP(pl_buf_done) = PL_BUF(16384);

	assert_ok(pl_passkey_add_begin(p, s, BINDING, &options));
	authenticator_create(a, pl_buf_str(&options), b, &answer);
	return pl_passkey_add_finish(p, s, BINDING, pl_buf_str(&answer), ADDRESS, diag);
}

static pl_status login(struct pl_people *p, struct authenticator *a, const struct bend *b, struct pl_session_token *ret,
	struct pl_diag *diag)
{
	struct pl_buf options PL_CLEANUP(pl_buf_done) = PL_BUF(8192), answer PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	uint64_t wait;

	assert_ok(pl_passkey_login_begin(p, BINDING, &options));
	authenticator_get(a, pl_buf_str(&options), b, &answer);
	return pl_passkey_login_finish(p, BINDING, pl_buf_str(&answer), (pl_str){0}, ret, &wait, diag);
}

/* Ada with passkey @a, active. */
static struct pl_people *enrolled(struct authenticator *a, enum pl_webauthn_alg alg)
{
	struct pl_session s;
	struct pl_people *p = invited(&s);

	authenticator_new(a, alg);
	assert_ok(add(p, &s, a, NULL, NULL));
	return p;
}

static void each_algorithm(void **state)
{
	static const enum pl_webauthn_alg algs[] = {PL_WEBAUTHN_ES256, PL_WEBAUTHN_EDDSA, PL_WEBAUTHN_RS256};

	for (size_t i = 0; i < PL_COUNT(algs); i++) {
		struct authenticator a;
		struct pl_people *p = enrolled(&a, algs[i]);
		struct pl_session_token token;
		struct pl_session s;
		struct pl_diag diag = {0};

		if (login(p, &a, NULL, &token, &diag) != PL_OK)
			fail_msg("algorithm %d: %s", (int)algs[i], diag.text);
		assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
		assert_int_equal(s.method, PL_SESSION_PASSKEY);
		assert_int_equal(s.roles, PL_STAFF_ADMINISTRATOR);
		assert_true(s.fresh);
		assert_int_equal(world_events(p, PL_PEOPLE_EV_PASSKEY), 1);
		authenticator_done(&a);
		world_close(p);
	}
}

static void options_say_what_is_wanted(void **state)
{
	struct pl_session s;
	struct pl_people *p = invited(&s);
	struct pl_buf options PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	static const char *const parts[] = {"\"rp\":{\"id\":\"portal.example\",\"name\":\"Test\"}", "\"name\":\"ada\"",
		"\"userVerification\":\"required\"", "\"residentKey\":\"required\"", "\"attestation\":\"none\"",
		"[{\"type\":\"public-key\",\"alg\":-7},{\"type\":\"public-key\",\"alg\":-8},{\"type\":\"public-key\",\"alg\":-257}]"};

	assert_ok(pl_passkey_add_begin(p, &s, BINDING, &options));
	for (size_t i = 0; i < PL_COUNT(parts); i++)
		if (pl_str_find_str(pl_buf_str(&options), pl_str_from(parts[i])) == options.len)
			fail_msg("%s is not in %s", parts[i], pl_buf_z(&options));
	pl_buf_clear(&options);
	assert_ok(pl_passkey_login_begin(p, BINDING, &options));
	assert_true(pl_str_find_str(pl_buf_str(&options), PL_STR("\"allowCredentials\":[]")) < options.len);
	world_close(p);
}

struct bad {
	struct bend bend;
	pl_status expected;
	const char *words;
};

static const struct bad bad_registrations[] = {
	{{.type = "webauthn.get"}, PL_E_DENIED, "type"},
	{{.origin = "https://evil.example"}, PL_E_DENIED, "origin"},
	{{.origin = "http://portal.example"}, PL_E_DENIED, "origin"},
	{{.extra = ",\"crossOrigin\":true"}, PL_E_DENIED, "frame"},
	{{.extra = ",\"topOrigin\":\"https://evil.example\""}, PL_E_DENIED, "frame"},
	{{.extra = ",\"crossOrigin\":\"no\""}, PL_E_SYNTAX, "crossOrigin"},
	{{.extra = ",\"type\":\"webauthn.create\""}, PL_E_SYNTAX, ""},
	{{.extra = "}"}, PL_E_SYNTAX, ""},
	{{.challenge = "AAAA"}, PL_E_DENIED, "challenge"},
	{{.challenge = "!"}, PL_E_SYNTAX, "challenge"},
	{{.challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, PL_E_DENIED,
	"challenge"}, {{.rp_id = "evil.example"}, PL_E_DENIED, "another site"},
	{{.clear = PL_WEBAUTHN_UP}, PL_E_DENIED, "present"},
	{{.clear = PL_WEBAUTHN_UV}, PL_E_DENIED, "verify its user"},
	{{.set = PL_WEBAUTHN_BS}, PL_E_DENIED, "contradicts"},
	{{.clear = PL_WEBAUTHN_AT}, PL_E_SYNTAX, "too many"},
	{{.set = PL_WEBAUTHN_ED}, PL_E_SYNTAX, "extensions"},
	{{.format = "packed"}, PL_E_UNSUPPORTED, "none"},
	{{.statement = true}, PL_E_UNSUPPORTED, "none"},
	{{.alg = -37}, PL_E_UNSUPPORTED, "ES256"},
	{{.alg = -8}, PL_E_UNSUPPORTED, "ES256"},
	{{.cut = 1}, PL_E_SYNTAX, "key"},
	{{.cut = 80}, PL_E_SYNTAX, ""},
	{{.tail = true}, PL_E_SYNTAX, "1 bytes too many"},
	{{.cut_object = 1}, PL_E_SYNTAX, "attestation object"},
	{{.foreign_id = true}, PL_E_SYNTAX, "another one"},
	{{.foreign_raw_id = true}, PL_E_SYNTAX, "rawId"},
	{{.off_curve = true}, PL_E_RANGE, "key"},
};

static void registration_broken_one_at_a_time(void **state)
{
	struct pl_session s;
	struct pl_people *p = invited(&s);
	struct authenticator a;

	authenticator_new(&a, PL_WEBAUTHN_ES256);
	for (size_t i = 0; i < PL_COUNT(bad_registrations); i++) {
		struct pl_diag diag = {0};
		pl_status st = add(p, &s, &a, &bad_registrations[i].bend, &diag);

		if (st != bad_registrations[i].expected || !strstr(diag.text, bad_registrations[i].words))
			fail_msg("row %zu: %s, \"%s\"", i, pl_status_word(st), diag.text);
	}
	assert_int_equal(world_events(p, PL_PEOPLE_EV_PASSKEY), 0);
	assert_ok(add(p, &s, &a, NULL, NULL));
	authenticator_done(&a);
	world_close(p);
}

static void login_broken_one_at_a_time(void **state)
{
	static const struct bad rows[] = {
		{{.type = "webauthn.create"}, PL_E_DENIED, "type"},
		{{.origin = "https://evil.example"}, PL_E_DENIED, "origin"},
		{{.extra = ",\"crossOrigin\":true"}, PL_E_DENIED, "frame"},
		{{.challenge = "AAAA"}, PL_E_DENIED, "challenge"},
		{{.rp_id = "evil.example"}, PL_E_DENIED, "another site"},
		{{.clear = PL_WEBAUTHN_UP}, PL_E_DENIED, "present"},
		{{.clear = PL_WEBAUTHN_UV}, PL_E_DENIED, "verify its user"},
		{{.set = PL_WEBAUTHN_AT}, PL_E_DENIED, "credential"},
		{{.tail = true}, PL_E_DENIED, "too many"},
		{{.cut = 1}, PL_E_DENIED, "too short"},
		{{.flip_signature = 10}, PL_E_DENIED, "signature"},
		{{.flip_client_data = true, .extra = " "}, PL_E_DENIED, "signature"},
		{{.foreign_id = true}, PL_E_DENIED, "not registered"},
		{{.foreign_handle = true}, PL_E_DENIED, "user handle"},
		{{.no_handle = true}, PL_E_DENIED, "user handle"},
		{{.count = 2}, PL_E_DENIED, "counter"}, /* registered with 1, one login with 2 */
		{{.count = 1}, PL_E_DENIED, "counter"},
	};
	struct authenticator a;
	struct pl_people *p = enrolled(&a, PL_WEBAUTHN_ES256);
	struct pl_session_token token;

	assert_ok(login(p, &a, NULL, &token, NULL));
	for (size_t i = 0; i < PL_COUNT(rows); i++) {
		struct pl_diag diag = {0};
		pl_status st = login(p, &a, &rows[i].bend, &token, &diag);

		if (st != rows[i].expected || !strstr(diag.text, rows[i].words))
			fail_msg("row %zu: %s, \"%s\"", i, pl_status_word(st), diag.text);
	}
	assert_int_equal(world_events(p, PL_PEOPLE_EV_LOGIN_BAD), PL_COUNT(rows));
	assert_int_equal(world_events(p, PL_PEOPLE_EV_COUNTER), 2);
	assert_ok(login(p, &a, NULL, &token, NULL));
	authenticator_done(&a);
	world_close(p);
}

/* A synchronised passkey keeps its counter at 0. */
static void a_counter_of_nothing(void **state)
{
	struct authenticator a;
	struct pl_session s;
	struct pl_people *p = invited(&s);
	struct bend still = {.keep_count = true, .set = PL_WEBAUTHN_BE | PL_WEBAUTHN_BS};
	struct pl_session_token token;

	authenticator_new(&a, PL_WEBAUTHN_EDDSA);
	assert_ok(add(p, &s, &a, &still, NULL));
	assert_ok(login(p, &a, &still, &token, NULL));
	assert_ok(login(p, &a, &still, &token, NULL));
	assert_int_equal(world_events(p, PL_PEOPLE_EV_COUNTER), 0);
	authenticator_done(&a);
	world_close(p);
}

static void answers_count_once_here_and_now(void **state)
{
	struct pl_buf options PL_CLEANUP(pl_buf_done) = PL_BUF(8192), answer PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	struct pl_buf late PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	struct authenticator a;
	struct pl_people *p = enrolled(&a, PL_WEBAUTHN_ES256);
	struct pl_session_token token;
	struct pl_diag diag = {0};
	uint64_t wait;

	assert_ok(pl_passkey_login_begin(p, BINDING, &options));
	authenticator_get(&a, pl_buf_str(&options), NULL, &answer);
	assert_int_equal(pl_passkey_login_finish(p, PL_STR("another browser"), pl_buf_str(&answer), (pl_str){0}, &token, &wait,
		NULL), PL_E_DENIED);
	assert_ok(pl_passkey_login_finish(p, BINDING, pl_buf_str(&answer), (pl_str){0}, &token, &wait, NULL));
	assert_int_equal(pl_passkey_login_finish(p, BINDING, pl_buf_str(&answer), (pl_str){0}, &token, &wait, &diag),
		PL_E_DENIED);
	assert_string_equal(diag.text, "challenge: used before");
	authenticator_get(&a, pl_buf_str(&options), NULL, &late);
	world_wait(PL_PASSKEY_CHALLENGE_NS);
	diag = (struct pl_diag){0};
	assert_int_equal(pl_passkey_login_finish(p, BINDING, pl_buf_str(&late), (pl_str){0}, &token, &wait, &diag),
		PL_E_DENIED);
	assert_string_equal(diag.text, "challenge: too old");
	authenticator_done(&a);
	world_close(p);
}

/* Options for one purpose answer no other. */
static void purposes_do_not_mix(void **state)
{
	struct pl_buf options PL_CLEANUP(pl_buf_done) = PL_BUF(8192), answer PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	struct authenticator a;
	struct pl_people *p = enrolled(&a, PL_WEBAUTHN_ES256);
	struct pl_session_token token;
	struct pl_session s;
	struct pl_diag diag = {0};
	uint64_t wait;

	assert_ok(login(p, &a, NULL, &token, NULL));
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	assert_ok(pl_passkey_login_begin(p, BINDING, &options));
	authenticator_get(&a, pl_buf_str(&options), NULL, &answer);
	assert_int_equal(pl_passkey_again_finish(p, &s, BINDING, pl_buf_str(&answer), ADDRESS, &wait, &diag), PL_E_DENIED);
	assert_true(strstr(diag.text, "purpose") != NULL);
	pl_buf_clear(&options);
	pl_buf_clear(&answer);
	assert_ok(pl_passkey_again_begin(p, &s, BINDING, &options));
	authenticator_get(&a, pl_buf_str(&options), NULL, &answer);
	world_wait(299 * PL_SECOND);
	assert_ok(pl_passkey_again_finish(p, &s, BINDING, pl_buf_str(&answer), ADDRESS, &wait, NULL));
	world_wait(2 * PL_SECOND);
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	assert_true(s.fresh);
	authenticator_done(&a);
	world_close(p);
}

static void bad_ones_wait_by_address(void **state)
{
	struct pl_people *p = world_new();
	struct pl_session_token token;
	uint64_t wait = 0;

	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(pl_passkey_login_finish(p, BINDING, PL_STR("{}"), ADDRESS, &token, &wait, NULL), PL_E_DENIED);
	assert_int_equal(pl_passkey_login_finish(p, BINDING, PL_STR("{}"), ADDRESS, &token, &wait, NULL), PL_E_BUSY);
	assert_int_equal(wait, PL_SECOND);
	world_close(p);
}

static void several_and_the_last(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(65536);
	struct authenticator a, b;
	struct pl_people *p = enrolled(&a, PL_WEBAUTHN_ES256);
	struct pl_session_token token;
	struct pl_session s;
	struct pl_passkey *list;
	size_t n;

	assert_ok(login(p, &a, NULL, &token, NULL));
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	authenticator_new(&b, PL_WEBAUTHN_EDDSA);
	assert_int_equal(add(p, &s, &a, NULL, NULL), PL_E_EXISTS);
	assert_ok(add(p, &s, &b, NULL, NULL));
	assert_ok(pl_passkey_list(p, &s.account, &arena, &list, &n));
	assert_int_equal(n, 2);
	assert_int_equal(pl_passkey_set_name(p, &s, PL_DB_Z("nothing").data, PL_STR("x")), PL_E_NOTFOUND);
	assert_int_equal(pl_passkey_set_name(p, &s, pl_bytes_of(b.id, sizeof b.id), PL_STR("")), PL_E_SYNTAX);
	assert_int_equal(pl_passkey_set_name(p, &s, pl_bytes_of(b.id, sizeof b.id), PL_STR("two\nlines")), PL_E_SYNTAX);
	assert_ok(pl_passkey_set_name(p, &s, pl_bytes_of(b.id, sizeof b.id), PL_STR("old name")));
	assert_ok(pl_passkey_set_name(p, &s, pl_bytes_of(b.id, sizeof b.id), PL_STR("blue key")));
	assert_ok(pl_passkey_list(p, &s.account, &arena, &list, &n));
	for (size_t i = 0; i < n; i++)
		assert_true(pl_str_eq(list[i].name,
			pl_bytes_eq(list[i].id, pl_bytes_of(b.id, sizeof b.id)) ? PL_STR("blue key") : PL_STR("")));
	assert_int_equal(pl_passkey_remove(p, &s, PL_DB_Z("nothing").data, ADDRESS), PL_E_NOTFOUND);
	assert_ok(pl_passkey_remove(p, &s, pl_bytes_of(a.id, sizeof a.id), ADDRESS));
	assert_int_equal(login(p, &a, NULL, &token, NULL), PL_E_DENIED);
	assert_ok(login(p, &b, NULL, &token, NULL));
	assert_int_equal(pl_passkey_remove(p, &s, pl_bytes_of(b.id, sizeof b.id), ADDRESS), PL_E_STATE);
	world_wait(300 * PL_SECOND);
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	assert_int_equal(pl_passkey_remove(p, &s, pl_bytes_of(b.id, sizeof b.id), ADDRESS), PL_E_EXPIRED);
	authenticator_done(&a);
	authenticator_done(&b);
	world_close(p);
}

static void answers_of_another_shape(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "{}", "null", "{\"type\":\"public-key\"}",
		"{\"type\":\"x\",\"id\":\"AA\",\"rawId\":\"AA\",\"response\":{}}",
		"{\"type\":\"public-key\",\"id\":\"AA\",\"rawId\":\"AA\",\"response\":{\"clientDataJSON\":7}}",
		"{\"type\":\"public-key\",\"id\":\"\",\"rawId\":\"\",\"response\":{\"clientDataJSON\":\"AA\"}}"};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 18);
	struct pl_webauthn_answer a = {.id = {.len = 5}};
	struct pl_diag diag;

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		diag = (struct pl_diag){0};
		assert_int_equal(pl_webauthn_answer_parse(pl_str_from(bad[i]), true, &arena, &a, &diag), PL_E_SYNTAX);
		assert_int_equal(pl_webauthn_answer_parse(pl_str_from(bad[i]), false, &arena, &a, NULL), PL_E_SYNTAX);
		assert_int_equal(a.id.len, 5);
		assert_true(diag.text[0]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_algorithm),
		cmocka_unit_test(options_say_what_is_wanted),
		cmocka_unit_test(registration_broken_one_at_a_time),
		cmocka_unit_test(login_broken_one_at_a_time),
		cmocka_unit_test(a_counter_of_nothing),
		cmocka_unit_test(answers_count_once_here_and_now),
		cmocka_unit_test(purposes_do_not_mix),
		cmocka_unit_test(bad_ones_wait_by_address),
		cmocka_unit_test(several_and_the_last),
		cmocka_unit_test(answers_of_another_shape),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
