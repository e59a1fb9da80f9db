/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts of advisories: what may stand in them, what their rules find, what follows from them, and when they may be
 * published. */
#include "../base/testing.h"
#include "base/file.h"
#include "base/time.h"
#include "register/advisory/draft.h"
#include "register/advisory/formats.h"
#include "register/advisory/ident.h"
#include "register/advisory/publish.h"
#include <fcntl.h>
#include <stdio.h>

struct draft {
	struct pl_arena arena;
	struct pl_buf text;
	struct pl_advisory a;
};

static void load(struct draft *d, const char *name)
{
	char path[512];

	*d = (struct draft){.arena = PL_ARENA(PL_ADVISORY_DRAFT_ARENA), .text = PL_BUF(PL_ADVISORY_DRAFT_MAX)};
	(void)snprintf(path, sizeof path, PL_VECTORS "/advisory/good/%s.json", name);
	assert_ok(pl_file_read(AT_FDCWD, path, &d->text));
	assert_ok(pl_advisory_draft_parse(pl_buf_str(&d->text), &d->arena, &d->a, NULL));
}

static void unload(struct draft *d)
{
	pl_arena_done(&d->arena);
	pl_buf_done(&d->text);
}

static void a_draft_is_read(void **state)
{
	static struct pl_findings f;
	struct draft d;

	(void)state;
	load(&d, "update-channel");
	assert_str(d.a.id, "EX-SA-2026-0001");
	assert_int_equal(d.a.category, PL_ADVISORY_SECURITY);
	assert_int_equal(d.a.tlp, PL_TLP_WHITE);
	assert_int_equal(d.a.state, PL_ADVISORY_FINAL);
	assert_int_equal(d.a.products.n, 5);
	assert_str(d.a.products.v[1].helper.files.v[0].hashes.v[1].algorithm, "sha512");
	assert_int_equal(d.a.vulnerabilities.n, 1);
	assert_str(d.a.vulnerabilities.v[0].status[PL_PRODUCT_FIXED].v[0], "SHIELD-7.4.2");
	assert_true(d.a.vulnerabilities.v[0].remedies.v[0].has_restart);
	assert_false(d.a.vulnerabilities.v[0].remedies.v[1].has_restart);
	assert_str(pl_advisory_version(&d.a), "1.1.0");
	assert_int_equal(pl_advisory_year(pl_advisory_first(&d.a)), 2026);
	assert_true(pl_advisory_covers(&d.a, &d.a.vulnerabilities.v[0].remedies.v[0].scope, PL_STR("SHIELD-OLD")));
	pl_advisory_check(&d.a, &f);
	assert_int_equal(f.n, 0);
	unload(&d);
}

/* @old, which stands in the draft, becomes @new. */
static pl_status changed(const char *old, const char *new, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_ADVISORY_DRAFT_ARENA);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DRAFT_MAX);
	struct pl_advisory a = {.embargo = 42};
	struct draft d;
	pl_str all;
	size_t at;
	pl_status st;

	load(&d, "update-channel");
	all = pl_buf_str(&d.text);
	at = pl_str_find_str(all, pl_str_from(old));
	assert_true(at < all.len);
	pl_buf_put_str(&text, pl_str_sub(all, 0, at));
	pl_buf_put_z(&text, new);
	pl_buf_put_str(&text, pl_str_sub(all, at + strlen(old), all.len));
	*diag = (struct pl_diag){0};
	st = pl_advisory_draft_parse(pl_buf_str(&text), &arena, &a, diag);
	assert_int_equal(a.embargo, st ? 42 : 0);
	unload(&d);
	return st;
}

static void a_refusal_names_the_place_and_not_the_words(void **state)
{
	static const struct {
		const char *old, *new;
		pl_status st;
		const char *words;
	} bad[] = {
		{"\"tlp\": \"WHITE\"", "\"tlp\": \"Girlitz\"", PL_E_SYNTAX, "tlp: expected one of AMBER, GREEN, RED, WHITE"},
		{"\"lang\": \"en\",", "\"lang\": \"en\", \"Girlitz\": 1,", PL_E_SYNTAX,
			"the draft: expected no members but draft, category, id"},
		{"\"lang\": \"en\",", "", PL_E_SYNTAX, "lang: expected this member to be there"},
		{"\"lang\": \"en\",", "\"lang\": 7,", PL_E_SYNTAX, "lang: expected a string"},
		{"\"lang\": \"en\",", "\"lang\": \"\",", PL_E_RANGE, "lang: expected text that is not empty"},
		{"\"lang\": \"en\",", "\"lang\": \"Girlitz Girlitz Girlitz Girlitz Girlitz\",", PL_E_TOOBIG,
			"lang: expected a shorter line"},
		{"\"title\": \"Update", "\"title\": \"Girlitz\\nUpdate", PL_E_RANGE,
			"title: expected a line without control characters"},
		{"\"title\": \"Update", "\"title\": \" Girlitz", PL_E_RANGE, "title: expected a line without control characters"},
		{"\"title\": \"Update", "\"title\": \"\\u0085", PL_E_RANGE, "title: expected a line without control characters"},
		{"2026-03-02T10:00:00Z\", \"summary\"", "Girlitz\", \"summary\"", PL_E_SYNTAX,
			"revisions[0].date: expected a time like 2026-"},
		{"2026-03-02T10:00:00Z\", \"summary\"", "2026-03-02T10:00:00.5Z\", \"summary\"", PL_E_SYNTAX,
			"revisions[0].date: expected a time"},
		{"\"aliases\": [\"EX-CASE-17\"]", "\"aliases\": [\"Girlitz\", \"Girlitz\"]", PL_E_RANGE,
			"aliases[1]: expected a line that"},
		{"\"aliases\": [\"EX-CASE-17\"]", "\"aliases\": []", PL_E_SYNTAX, "aliases: expected a list that is not empty"},
		{"\"sha512\", \"value\"", "\"sha512\", \"Girlitz\"", PL_E_SYNTAX,
			"products[1].helper.hashes[0].file_hashes[1]: expected no members but algorithm, value"},
		{"\"flags\": [{", "\"flags\": {\"Girlitz\": [{", PL_E_SYNTAX, "the draft is no JSON"},
		{"\"cwe\": \"CWE-347\"", "\"cwe\": \"CWE-347\", \"cve\": \"Girlitz\"", PL_E_SYNTAX,
			"the draft is no JSON, or has a member twice"},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_diag diag;
		pl_status st = changed(bad[i].old, bad[i].new, &diag);

		if (st != bad[i].st || strncmp(diag.text, bad[i].words, strlen(bad[i].words)) != 0)
			fail_msg("case %zu: %s: %s", i, pl_status_text(st), diag.text);
		assert_null(strstr(diag.text, "Girlitz"));
	}
}

static void what_is_derived(void **state)
{
	static const struct {
		const char *id, *file;
	} names[] = {{"EX-SA-2026-0001", "ex-sa-2026-0001.json"}, {"A b//C:1", "a_b_c_1.json"}, {"x+y-Z.9", "x+y-z_9.json"}};
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct draft d;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(names); i++) {
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_FILE_MAX);

		assert_ok(pl_advisory_file(pl_str_from(names[i].id), &b));
		assert_str(pl_buf_str(&b), names[i].file);
	}
	load(&d, "konsole-de");
	assert_ok(pl_advisory_url(d.a.site, d.a.id, pl_advisory_first(&d.a), &url));
	assert_str(pl_buf_str(&url), "https://psirt.example/.well-known/csaf/white/2025/ex-sa-2025-0009.json");
	unload(&d);
}

static void versions_have_an_order(void **state)
{
	static const char *const sorted[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
		"1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"};
	static const char *const bad[] = {"", "01", "1.0", "1.0.0.0", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+",
		"v1.0.0", "1.0.0-a_b", "-1"};
	struct pl_advisory_number a, b;

	(void)state;
	for (size_t i = 0; i + 1 < PL_COUNT(sorted); i++) {
		assert_ok(pl_advisory_number(pl_str_from(sorted[i]), &a));
		assert_ok(pl_advisory_number(pl_str_from(sorted[i + 1]), &b));
		assert_true(a.semantic && pl_advisory_number_cmp(&a, &b) < 0 && pl_advisory_number_cmp(&b, &a) > 0);
	}
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_advisory_number(pl_str_from(bad[i]), &a), PL_E_SYNTAX);
	assert_ok(pl_advisory_number(PL_STR("1.0.0+build.1"), &a));
	assert_ok(pl_advisory_number(PL_STR("1.0.0+build.2"), &b));
	assert_int_equal(pl_advisory_number_cmp(&a, &b), 0);
	assert_ok(pl_advisory_number(PL_STR("12"), &a));
	assert_false(a.semantic);
}

static void an_embargo_ends_at_its_second(void **state)
{
	struct pl_diag diag = {0};
	struct draft d;
	uint64_t end;

	(void)state;
	load(&d, "update-channel");
	assert_ok(pl_time_parse(PL_STR("2026-04-01T12:00:00Z"), &end));
	d.a.embargo = end;
	assert_int_equal(pl_advisory_may_publish(&d.a, end - 1, &diag), PL_E_DENIED);
	assert_string_equal(diag.text, "under embargo until 2026-04-01T12:00:00Z: nothing was stored or published");
	assert_ok(pl_advisory_may_publish(&d.a, end, NULL));
	d.a.embargo = 0;
	assert_int_equal(pl_advisory_may_publish(&d.a, pl_advisory_current(&d.a) - 1, NULL), PL_E_RANGE);
	assert_ok(pl_advisory_may_publish(&d.a, pl_advisory_current(&d.a), NULL));
	unload(&d);
}

/* The bytes that were read by the validator and verified by gpg; when a format changes on purpose they change here,
 * too. */
static void the_same_draft_gives_the_same_bytes(void **state)
{
	static const struct {
		const char *draft, *digest;
	} known[] = {
		{"update-channel", "a2c15cb7c9c73aaedbcffcb5b5b4f867e5388d79cf2ca11bc4c1181732d57d9f"},
		{"library-vex", "eb7aac91f501717398f22fe48c75f29e0b32227de1cd0267a4ec86ba4c7d7cfa"},
		{"konsole-de", "82b4ab79331e18b3ad80cf0682d7acdf6d7e80623a3a3a27cbed43b460a9f57d"},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(known); i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
		char hex[2 * PL_DIGEST_LEN + 1];
		struct pl_digest digest;
		struct draft d;

		load(&d, known[i].draft);
		assert_ok(pl_csaf_write(&d.a, &out));
		pl_sha256(pl_buf_bytes(&out), &digest);
		pl_digest_hex(&digest, hex);
		assert_string_equal(hex, known[i].digest);
		unload(&d);
	}
}

static void names_of_others_are_well_formed_or_not(void **state)
{
	static const char *const cpe[] = {"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*", "cpe:2.3:o:v\\:x:p:-:*:*:*:*:*:*:*",
		"cpe:/a:v:p:1"};
	static const char *const no_cpe[] = {"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*", "cpe:2.3:x:v:p:1:*:*:*:*:*:*:*", "cpe:/",
		"cpe:/x:v", "a:v:p",
		"cpe:2.3:a:v::1.0:*:*:*:*:*:*:*"};
	static const char *const purl[] = {"pkg:generic/x", "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
		"pkg:maven/org.x/y@1?repository_url=https://r.example/#a/b"};
	static const char *const no_purl[] = {"pkg:generic", "pkg:generic/", "pkg:/x/y", "pkg:maven/y@1", "pkg:generic/x@",
		"pkg:generic/%zz",
		"pkg:Generic/x", "generic/x", "pkg:generic/x?1a=b", "pkg:generic/a//b", "pkg:generic/x y"};
	static const char *const language[] = {"en", "de-CH", "zh-Hant-TW", "sl-rozaj", "i-default", "qaa", "x-mine",
		"en-x-mine", "EN-us"};
	static const char *const no_language[] = {"", "e", "zz", "english", "en-", "en-US-US", "en-a", "en-x", "de-1"};
	bool unused[2];

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cpe); i++)
		assert_true(pl_ident_cpe(pl_str_from(cpe[i])));
	for (size_t i = 0; i < PL_COUNT(no_cpe); i++)
		assert_false(pl_ident_cpe(pl_str_from(no_cpe[i])));
	for (size_t i = 0; i < PL_COUNT(purl); i++)
		assert_true(pl_ident_purl(pl_str_from(purl[i])));
	for (size_t i = 0; i < PL_COUNT(no_purl); i++)
		assert_false(pl_ident_purl(pl_str_from(no_purl[i])));
	for (size_t i = 0; i < PL_COUNT(language); i++)
		if (!pl_ident_language(pl_str_from(language[i]), &unused[0], &unused[1]))
			fail_msg("%s is a language", language[i]);
	for (size_t i = 0; i < PL_COUNT(no_language); i++)
		if (pl_ident_language(pl_str_from(no_language[i]), &unused[0], &unused[1]))
			fail_msg("%s is no language", no_language[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_draft_is_read),
		cmocka_unit_test(a_refusal_names_the_place_and_not_the_words),
		cmocka_unit_test(what_is_derived),
		cmocka_unit_test(versions_have_an_order),
		cmocka_unit_test(an_embargo_ends_at_its_second),
		cmocka_unit_test(the_same_draft_gives_the_same_bytes),
		cmocka_unit_test(names_of_others_are_well_formed_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
