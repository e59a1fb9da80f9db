/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords with one-time codes: what logs in, what does not, replay, recovery codes, delays as numbers. */
#include "world.h"
#include "base/file.h"
#include "people/delay.h"

static pl_status login(struct pl_people *p, const char *name, const char *password, const char *code, uint64_t *wait)
{
	struct pl_login l = {.name = pl_str_from(name), .password = pl_str_from(password), .code = pl_str_from(code),
		.address = ADDRESS};
	struct pl_session_token token;

	return pl_password_login(p, &l, &token, wait);
}

static void all_three_or_nothing(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	uint64_t wait;
	char code[7], wrong[7];

	person_first(p, "ada", &ada);
	world_wait(60 * PL_SECOND);
	person_code(&ada, code);
	memcpy(wrong, code, sizeof wrong);
	wrong[5] = (char)(wrong[5] == '9' ? '0' : wrong[5] + 1);
	assert_int_equal(login(p, "ada", "wrong horse battery", code, &wait), PL_E_DENIED);
	assert_int_equal(login(p, "ada", PASSWORD, wrong, &wait), PL_E_DENIED);
	world_wait(PL_SECOND); /* after the third failure */
	assert_int_equal(login(p, "ada", PASSWORD, "", &wait), PL_E_DENIED);
	world_wait(2 * PL_SECOND);
	assert_int_equal(login(p, "eve", PASSWORD, code, &wait), PL_E_DENIED);
	assert_ok(login(p, "Ada", PASSWORD, code, &wait));
	assert_int_equal(world_events(p, PL_PEOPLE_EV_LOGIN_BAD), 4);
	assert_int_equal(world_events(p, PL_PEOPLE_EV_LOGIN), 1);
	person_done(&ada);
	world_close(p);
}

static void a_code_is_used_once(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	uint64_t wait;
	char code[7];

	person_first(p, "ada", &ada);
	person_code(&ada, code);
	/* The one that confirmed the enrolment. */
	assert_int_equal(login(p, "ada", PASSWORD, code, &wait), PL_E_DENIED);
	world_wait(30 * PL_SECOND);
	person_code(&ada, code);
	assert_ok(login(p, "ada", PASSWORD, code, &wait));
	assert_int_equal(login(p, "ada", PASSWORD, code, &wait), PL_E_DENIED);
	person_done(&ada);
	world_close(p);
}

static void recovery_codes(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	struct pl_account_means means;
	uint64_t wait;
	pl_str rest, line;
	char code[32];
	size_t n = 0;

	person_first(p, "ada", &ada);
	rest = pl_buf_str(&ada.recovery);
	while (pl_str_take_line(&rest, &line)) {
		assert_int_equal(line.len, 19);
		n++;
	}
	assert_int_equal(n, 10);
	assert_ok(pl_str_z(line, code, sizeof code));
	for (size_t i = 0; code[i]; i++) /* as somebody types it */
		code[i] = (char)(code[i] == '-' ? ' ' : code[i] >= 'A' ? code[i] - 'A' + 'a' : code[i]);
	assert_ok(login(p, "ada", PASSWORD, code, &wait));
	assert_int_equal(login(p, "ada", PASSWORD, code, &wait), PL_E_DENIED);
	assert_ok(pl_account_means(p, &ada.id, &means));
	assert_int_equal(means.recovery_codes, 9);
	assert_true(means.password);
	/* Not without the password. */
	line = pl_str_sub(pl_buf_str(&ada.recovery), 0, 19);
	assert_ok(pl_str_z(line, code, sizeof code));
	assert_int_equal(login(p, "ada", "wrong horse battery", code, &wait), PL_E_DENIED);
	assert_ok(login(p, "ada", PASSWORD, code, &wait));
	person_done(&ada);
	world_close(p);
}

static void schedule(void **state)
{
	static const uint64_t account[] = {0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 64, 64};
	static const uint64_t address[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024};

	for (size_t i = 0; i < PL_COUNT(account); i++)
		assert_int_equal(pl_delay_after(PL_DELAY_ACCOUNT, i), account[i] * PL_SECOND);
	for (size_t i = 0; i < PL_COUNT(address); i++)
		assert_int_equal(pl_delay_after(PL_DELAY_ADDRESS, i), address[i] * PL_SECOND);
	assert_int_equal(pl_delay_after(PL_DELAY_ACCOUNT, UINT64_MAX), 64 * PL_SECOND);
}

/* The same numbers for an account that exists and one that does not. */
static void guessing_waits(void **state)
{
	static const char *const names[] = {"ada", "nobody"};

	for (size_t k = 0; k < PL_COUNT(names); k++) {
		struct pl_people *p = world_new();
		struct person ada;
		uint64_t wait = 0;

		person_first(p, "ada", &ada);
		for (unsigned i = 1; i <= 3; i++)
			assert_int_equal(login(p, names[k], "x", "000000", &wait), PL_E_DENIED);
		assert_int_equal(login(p, names[k], "x", "000000", &wait), PL_E_BUSY);
		assert_int_equal(wait, PL_SECOND);
		world_wait(PL_SECOND);
		assert_int_equal(login(p, names[k], "x", "000000", &wait), PL_E_DENIED);
		assert_int_equal(login(p, names[k], "x", "000000", &wait), PL_E_BUSY);
		assert_int_equal(wait, 2 * PL_SECOND);
		/* Too early does not count: the wait does not grow. */
		world_wait(PL_SECOND);
		assert_int_equal(login(p, names[k], "x", "000000", &wait), PL_E_BUSY);
		assert_int_equal(wait, PL_SECOND);
		assert_int_equal(world_events(p, PL_PEOPLE_EV_LOGIN_BAD), 4);
		person_done(&ada);
		world_close(p);
	}
}

static void a_login_forgets_and_a_day_too(void **state)
{
	struct pl_people *p = world_new();
	struct person ada;
	struct pl_session_token token;
	uint64_t wait;

	person_first(p, "ada", &ada);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(login(p, "ada", "x", "000000", &wait), PL_E_DENIED);
	person_login(&ada, &token);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(login(p, "ada", "x", "000000", &wait), PL_E_DENIED);
	world_wait(25 * 3600 * PL_SECOND);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(login(p, "ada", "x", "000000", &wait), PL_E_DENIED);
	assert_int_equal(login(p, "ada", "x", "000000", &wait), PL_E_BUSY);
	person_done(&ada);
	world_close(p);
}

/* One address that tries many names. */
static void an_address_waits(void **state)
{
	struct pl_people *p = world_new();
	uint64_t wait = 0;
	char name[8];

	for (unsigned i = 1; i <= 10; i++) {
		(void)snprintf(name, sizeof name, "n%u", i);
		assert_int_equal(login(p, name, "x", "000000", &wait), PL_E_DENIED);
	}
	assert_int_equal(login(p, "n11", "x", "000000", &wait), PL_E_BUSY);
	assert_int_equal(wait, PL_SECOND);
	world_close(p);
}

static pl_status begin_from(void *ctx, struct pl_db_tx *tx)
{
	struct pl_people *p = ctx;
	uint64_t wait, refused;
	pl_status st = PL_OK;

	/* Three spellings in one /64. */
	static const char *const from[] = {"2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:0db8:0001:0002::77"};

	for (unsigned i = 0; i < 10 && st == PL_OK; i++)
		st = pl_delay_begin(p, tx, (pl_str){0}, pl_str_from(from[i % 3]), &wait, &refused);
	assert_ok(st);
	assert_int_equal(pl_delay_begin(p, tx, (pl_str){0}, PL_STR("2001:db8:1:2::9"), &wait, &refused), PL_E_BUSY);
	return pl_delay_begin(p, tx, (pl_str){0}, PL_STR("2001:db8:1:3::9"), &wait, &refused);
}

static void ipv6_counts_by_network(void **state)
{
	struct pl_people *p = world_new();

	assert_ok(pl_db_tx(p->db, begin_from, p));
	world_close(p);
}

static void what_a_password_is(void **state)
{
	static const char *const bad[] = {"", "eleven char", "aaaaaaaaaaaaaaaaaaaa", "my name is lovelace",
		"\xff\xfe broken utf-8"};
	struct pl_people *p = world_new();
	struct person ada;
	struct pl_session s;
	struct pl_diag diag;
	uint8_t secret[PL_TOTP_SECRET_LEN];

	person_first(p, "lovelace", &ada);
	person_session(&ada, &s);
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		diag = (struct pl_diag){0};
		assert_int_equal(pl_password_set(p, &s, pl_str_from(bad[i]), secret, &diag), PL_E_SYNTAX);
		assert_true(diag.text[0]);
	}
	/* Twelve characters, not bytes. */
	assert_int_equal(pl_password_set(p, &s, PL_STR("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc" "12345"),
		secret, NULL), PL_E_SYNTAX);
	assert_ok(pl_password_set(p, &s, PL_STR("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc" "123456"), secret, NULL));
	person_done(&ada);
	world_close(p);
}

/* The old password stays until a code of the new secret has come back. */
static void replaced_by_confirming(void **state)
{
	struct pl_people *p = world_new();
	struct person ada, fresh;
	struct pl_session s;
	struct pl_session_token token;
	struct pl_buf recovery PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	uint64_t wait;
	char code[7];

	person_first(p, "ada", &ada);
	person_session(&ada, &s);
	fresh = ada;
	assert_ok(pl_password_set(p, &s, PL_STR("another long password"), fresh.secret, NULL));
	assert_int_equal(pl_password_confirm(p, &s, PL_STR("abcdef"), ADDRESS, &recovery, NULL), PL_E_DENIED);
	person_login(&ada, &token);
	person_code(&fresh, code);
	assert_ok(pl_password_confirm(p, &s, pl_str_from(code), ADDRESS, &recovery, NULL));
	assert_int_equal(pl_session_open(p, pl_str_from(token.text), &s), PL_E_DENIED); /* all sessions end */
	world_wait(30 * PL_SECOND);
	person_code(&ada, code);
	assert_int_equal(login(p, "ada", PASSWORD, code, &wait), PL_E_DENIED);
	person_code(&fresh, code);
	assert_ok(login(p, "ada", "another long password", code, &wait));
	person_done(&ada);
	world_close(p);
}

static void nothing_readable_in_the_tables(void **state)
{
	struct pl_people *p = world_new();
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(16u << 20);
	struct person ada;
	struct pl_session_token token;
	uint8_t raw[32];
	char wal[512];

	person_first(p, "lovelace", &ada);
	person_login(&ada, &token);
	if (on_sqlite()) {
		(void)snprintf(wal, sizeof wal, "%s-wal", db_url() + 7);
		assert_ok(pl_file_read(AT_FDCWD, db_url() + 7, &file));
		assert_ok(pl_file_read(AT_FDCWD, wal, &file));
		assert_ok(pl_hex_read(pl_str_from(token.text), raw, sizeof raw));
		assert_null(memmem(file.ptr, file.len, raw, sizeof raw));
		assert_null(memmem(file.ptr, file.len, token.text, 64));
		assert_null(memmem(file.ptr, file.len, "lovelace", 8));
		assert_null(memmem(file.ptr, file.len, "first@example.org", 17));
		assert_null(memmem(file.ptr, file.len, "argon2id$", 9));
		assert_null(memmem(file.ptr, file.len, ada.secret, sizeof ada.secret));
		assert_null(memmem(file.ptr, file.len, ada.recovery.ptr, 19));
	}
	person_done(&ada);
	world_close(p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_three_or_nothing),
		cmocka_unit_test(a_code_is_used_once),
		cmocka_unit_test(recovery_codes),
		cmocka_unit_test(schedule),
		cmocka_unit_test(guessing_waits),
		cmocka_unit_test(a_login_forgets_and_a_day_too),
		cmocka_unit_test(an_address_waits),
		cmocka_unit_test(ipv6_counts_by_network),
		cmocka_unit_test(what_a_password_is),
		cmocka_unit_test(replaced_by_confirming),
		cmocka_unit_test(nothing_readable_in_the_tables),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
