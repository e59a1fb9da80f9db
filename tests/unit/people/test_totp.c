/* SPDX-License-Identifier: Apache-2.0 */
/* One-time passwords against the tables of RFC 4226 appendix D and RFC 6238 appendix B (SHA-1), and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/time.h"
#include "crypto/hotp.h"
#include "people/totp.h"
#include <stdio.h>

static const uint8_t secret[] = "12345678901234567890";

static void rfc4226_appendix_d(void **state)
{
	static const uint32_t codes[] = {755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489};

	for (size_t i = 0; i < PL_COUNT(codes); i++)
		assert_int_equal(pl_hotp(pl_bytes_of(secret, 20), i, 6), codes[i]);
}

static void rfc6238_appendix_b(void **state)
{
	static const struct {
		uint64_t time;
		uint32_t code;
	} rows[] = {{59, 94287082}, {1111111109, 7081804}, {1111111111, 14050471}, {1234567890, 89005924},
		{2000000000, 69279037}, {20000000000, 65353130}};

	for (size_t i = 0; i < PL_COUNT(rows); i++)
		assert_int_equal(pl_hotp(pl_bytes_of(secret, 20), rows[i].time / 30, 8), rows[i].code);
}

static pl_status at(uint64_t seconds, uint64_t step, uint64_t last, uint64_t *ret)
{
	char code[7];

	(void)snprintf(code, sizeof code, "%06u", pl_hotp(pl_bytes_of(secret, 20), step, 6));
	return pl_totp_check(secret, pl_str_from(code), seconds * PL_SECOND, last, ret);
}

static void drift_is_one_step(void **state)
{
	uint64_t now = 1234567890, step = now / 30, used = 0;

	assert_int_equal(at(now, step, 0, &used), PL_OK);
	assert_int_equal(used, step);
	assert_int_equal(at(now, step - 1, 0, &used), PL_OK);
	assert_int_equal(used, step - 1);
	assert_int_equal(at(now, step + 1, 0, &used), PL_OK);
	assert_int_equal(used, step + 1);
	used = 77;
	assert_int_equal(at(now, step - 2, 0, &used), PL_E_DENIED);
	assert_int_equal(at(now, step + 2, 0, &used), PL_E_DENIED);
	assert_int_equal(used, 77);
}

static void a_step_is_used_once(void **state)
{
	uint64_t now = 1234567890, step = now / 30, used;

	assert_int_equal(at(now, step, step, &used), PL_E_DENIED);
	assert_int_equal(at(now, step - 1, step, &used), PL_E_DENIED);
	assert_int_equal(at(now, step + 1, step, &used), PL_OK);
}

static void only_six_digits(void **state)
{
	static const char *const bad[] = {"", "00592", "0059240", "+05924", "00592a", " 05924", "00592\n"};
	uint64_t used = 5;

	/* The code of the time 1234567890 with six digits is 005924. */
	assert_int_equal(pl_totp_check(secret, PL_STR("005924"), 1234567890 * PL_SECOND, 0, &used), PL_OK);
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_totp_check(secret, pl_str_from(bad[i]), 1234567890 * PL_SECOND, 0, &used), PL_E_DENIED);
}

static void uri_for_an_app(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(512);

	pl_totp_put_uri(&out, secret, PL_STR("A&B"), PL_STR("ada"));
	assert_string_equal(pl_buf_z(&out),
		"otpauth://totp/A%26B:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A%26B");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc4226_appendix_d),
		cmocka_unit_test(rfc6238_appendix_b),
		cmocka_unit_test(drift_is_one_step),
		cmocka_unit_test(a_step_is_used_once),
		cmocka_unit_test(only_six_digits),
		cmocka_unit_test(uri_for_an_app),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
