/* SPDX-License-Identifier: Apache-2.0 */
/* Faulty security.txt files, and the code that each is known by. */
#include "../base/testing.h"
#include "base/time.h"
#include "register/advisory/provider.h"
#include "register/advisory/securitytxt.h"

#define URL "https://psirt.example/.well-known/security.txt"
#define GOOD "Canonical: " URL "\nContact: mailto:a@psirt.example\nExpires: 2027-01-01T00:00:00Z\n"
#define CONTACT "Canonical: " URL "\nContact: mailto:a@psirt.example\n"
#define SIGNED "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
#define SIGNATURE "-----BEGIN PGP SIGNATURE-----\n\nwnUE\n-----END PGP SIGNATURE-----\n"

static const struct {
	const char *text, *codes; /* codes with their lines, but for not_signed */
} files[] = {
	{GOOD, ""},
	{"# words\r\n\r\nCanonical: " URL "\r\nContact: mailto:a@psirt.example\r\nexpires: 2027-01-01T00:00:00Z\r\n", ""},
	{SIGNED GOOD SIGNATURE, ""},
	{SIGNED GOOD "Contact: - \n" SIGNATURE, "no_uri:7"},
	{SIGNED "- Canonical: " URL "\nContact: tel:+49\nExpires: 2027-01-01T00:00:00Z\n" SIGNATURE, ""},
	{CONTACT, "no_expire:0"},
	{GOOD "Expires: 2027-01-01T00:00:00Z\n", "multi_expire:4"},
	{CONTACT "Expires: 2026-01-01T00:00:00Z\n", "expired:3"},
	{CONTACT "Expires: Thu, 1 Jan 2027\n", "invalid_expiry:3"},
	{CONTACT "Expires: 2029-01-01T00:00:00Z\n", "long_expiry:3"},
	{"Contact: mailto:a@psirt.example\nExpires: 2027-01-01T00:00:00Z\nCanonical: https://other.example/security.txt\n",
		"no_canonical_match:0"},
	{"Contact: mailto:a@psirt.example\nExpires: 2027-01-01T00:00:00Z\n", "no_canonical:0"},
	{"Canonical: " URL "\nExpires: 2027-01-01T00:00:00Z\n", "no_contact:0"},
	{GOOD "Policy : https://psirt.example/\n", "prec_ws:4"},
	{GOOD ": https://psirt.example/\n", "empty_key:4"},
	{GOOD "Policy:https://psirt.example/\n", "no_space:4"},
	{GOOD "Policy: psirt.example\n", "no_uri:4"},
	{GOOD "Contact: a@psirt.example\n", "no_uri:4"},
	{GOOD "Policy: http://psirt.example/\n", "no_https:4"},
	{GOOD "Preferred-Languages: en\nPreferred-Languages: de\n", "multi_lang:5"},
	{GOOD "Preferred-Languages: english\n", "invalid_lang:4"},
	{GOOD "Preferred-Languages: en, de-CH\n", ""},
	{GOOD "words\n", "invalid_line:4"},
	{GOOD "Girlitz: 1\n", "unknown_field:4"},
	{GOOD "CSAF: https://psirt.example/.well-known/csaf/provider-metadata.json\n", ""},
	{GOOD "Hiring: \xff\n", "utf8:0"},
	{SIGNED GOOD, "signed_format_issue:6"},
	{"-----BEGIN PGP SIGNED MESSAGE-----\n" GOOD SIGNATURE,
		"signed_format_issue:2 no_expire:0 no_contact:0 no_canonical:0"},
	{SIGNED GOOD "-----BEGIN PGP SIGNATURE-----\n", "signed_format_issue:7"},
	{SIGNED GOOD "-Policy: https://psirt.example/\n" SIGNATURE, "signed_format_issue:7 unknown_field:7"},
	{"", "no_expire:0 no_contact:0 no_canonical:0"},
};

static uint64_t now(void)
{
	uint64_t t;

	assert_ok(pl_time_parse(PL_STR("2026-11-28T00:00:00Z"), &t));
	return t;
}

static void each_mistake_has_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < PL_COUNT(files); i++) {
		struct pl_buf said PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
		struct pl_securitytxt_report r;
		size_t errors = 0;

		pl_securitytxt_check(pl_str_from(files[i].text), PL_STR(URL), now(), &r);
		for (size_t k = 0; k < r.n; k++) {
			errors += pl_securitytxt_is_error(r.v[k].code);
			if (r.v[k].code == PL_SECTXT_NOT_SIGNED)
				continue;
			pl_buf_printf(&said, "%s%s:%u", said.len ? " " : "", pl_securitytxt_code(r.v[k].code), r.v[k].line);
		}
		if (!pl_str_eq(pl_buf_str(&said), pl_str_from(files[i].codes)))
			fail_msg("file %zu: \"%.*s\", expected \"%s\"", i, PL_STR_ARG(pl_buf_str(&said)), files[i].codes);
		assert_int_equal(r.errors, errors);
	}
}

static void many_mistakes_are_counted(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SECURITYTXT_MAX);
	struct pl_securitytxt_report r;

	(void)state;
	for (size_t i = 0; i < 500; i++)
		pl_buf_put_z(&text, "words\n");
	pl_securitytxt_check(pl_buf_str(&text), (pl_str){0}, now(), &r);
	assert_int_equal(r.n, PL_SECURITYTXT_FINDINGS_MAX);
	assert_int_equal(r.errors, 502);
	assert_int_equal(r.advice, 2);
}

static void what_we_write_we_find_good(void **state)
{
	static const char settings[] = "[provider]\nsite = https://psirt.example\nname = N\nnamespace = https://psirt.example\n"
								   "[openpgp]\nuser = N <a@psirt.example>\ncreated = 2026-01-01T00:00:00Z\n"
								   "[security.txt]\ncontact = mailto:a@psirt.example tel:+49-1\nexpires = 2027-01-01T00:00:00Z\n"
								   "policy = https://psirt.example/p\nlanguages = en, de\n";
	static const struct {
		const char *old, *new;
	} bad[] = {{"https://psirt.example\nname", "https://psirt.example/x\nname"}, {"mailto:a@psirt.example tel",
		"a@psirt.example tel"},
		{"2027-01-01T00:00:00Z", "2027"}, {"policy = https", "policy = http"}, {"user", "owner"}, {"name = N\n", ""}};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SECURITYTXT_MAX);
	struct pl_securitytxt_report r;
	struct pl_provider p;

	(void)state;
	assert_ok(pl_provider_parse(pl_str_from(settings), &arena, &p, NULL));
	pl_provider_securitytxt(&p, &text);
	pl_securitytxt_check(pl_buf_str(&text), PL_STR(URL), now(), &r);
	assert_int_equal(r.n, 1); /* that it is not signed */
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_buf wrong PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
		pl_str all = pl_str_from(settings);
		size_t at = pl_str_find_str(all, pl_str_from(bad[i].old));

		assert_true(at < all.len);
		pl_buf_put_str(&wrong, pl_str_sub(all, 0, at));
		pl_buf_put_z(&wrong, bad[i].new);
		pl_buf_put_str(&wrong, pl_str_sub(all, at + strlen(bad[i].old), all.len));
		assert_int_not_equal(pl_provider_parse(pl_buf_str(&wrong), &arena, &p, NULL), PL_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_has_its_code),
		cmocka_unit_test(many_mistakes_are_counted),
		cmocka_unit_test(what_we_write_we_find_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
