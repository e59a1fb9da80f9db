/* SPDX-License-Identifier: Apache-2.0 */
/* Are these all releases? Each finding, its words and its JSON; sets of bundles; files; the public call. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "pellucid/pellucid.h"
#include "releases_story.h"
#include "verify/releases.h"

static const struct pl_verify_style plain = {"", "", "", "", "", ""};

struct world {
	struct pl_buf bundle, trust;
	struct pl_policy *policy;
	struct pl_verify_releases *r;
	struct pl_diag why;
};

static void begin(struct world *w, const char *quorum)
{
	*w = (struct world){.bundle = PL_BUF(2 * (size_t)PL_BUNDLE_TEXT_MAX), .trust = PL_BUF(PL_POLICY_TEXT_MAX)};
	story_trust(&w->trust, quorum, 0);
	assert_int_equal(pl_policy_parse(pl_buf_str(&w->trust), &w->policy, NULL), PL_OK);
}

static const struct releases_case *named(const char *name)
{
	for (size_t i = 0; i < releases_cases_n; i++)
		if (strcmp(releases_cases[i].name, name) == 0)
			return &releases_cases[i];
	fail_msg("no case %s", name);
	return NULL;
}

static pl_status judge(struct world *w)
{
	return pl_verify_releases(w->policy, PL_STR("lantern"), pl_buf_str(&w->bundle), &w->r, &w->why);
}

static void begin_case(struct world *w, const char *name)
{
	begin(w, "2");
	named(name)->make(&w->bundle);
	assert_int_equal(judge(w), PL_OK);
}

static void end(struct world *w)
{
	pl_verify_releases_free(w->r);
	pl_policy_free(w->policy);
	pl_buf_done(&w->bundle);
	pl_buf_done(&w->trust);
}

static bool holds(pl_str text, const char *part)
{
	return pl_str_find_str(text, pl_str_from(part)) < text.len;
}

/* The report in words and in JSON says what was found, and nothing else of the three results. */
static void says(const struct world *w, const struct releases_case *c)
{
	struct pl_buf text = PL_BUF(1 << 20), json = PL_BUF(1 << 20);
	bool good = strcmp(c->finding, "complete") == 0;
	char finding[64];

	snprintf(finding, sizeof finding, "\"finding\":\"%s\"", c->finding);
	pl_verify_releases_text(w->r, NULL, 0, &plain, &text);
	assert_true(pl_str_starts(pl_buf_str(&text), good ? PL_STR("PROVED  lantern: ") : PL_STR("REFUSED  lantern: ")));
	assert_true(holds(pl_buf_str(&text), c->words));
	assert_true(holds(pl_buf_str(&text), "quorum met: 2 of 3 witnesses"));
	assert_int_equal(holds(pl_buf_str(&text), "Not proved"), good);
	assert_int_equal(pl_verify_releases_json(w->r, NULL, 0, &json), PL_OK);
	assert_true(holds(pl_buf_str(&json), finding));
	assert_true(holds(pl_buf_str(&json), good ? "\"result\":\"proved\"" : "\"result\":\"refused\""));
	assert_true(holds(pl_buf_str(&json), "\"witnessed\":true,\"quorumNone\":false"));
	assert_int_equal(holds(pl_buf_str(&json), "\"reason\":"), !good);
	pl_buf_done(&text);
	pl_buf_done(&json);
}

static void finds_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < releases_cases_n; i++) {
		const struct releases_case *c = &releases_cases[i];
		struct world w;
		pl_status st;

		print_message("%s\n", c->name);
		begin(&w, "2");
		c->make(&w.bundle);
		st = judge(&w);
		if (strcmp(c->finding, "refused") == 0) {
			assert_int_not_equal(st, PL_OK);
			assert_null(w.r);
			assert_true(holds(pl_str_from(w.why.text), c->words));
		} else {
			assert_int_equal(st, PL_OK);
			assert_string_equal(pl_verify_finding_word(w.r->finding), c->finding);
			assert_int_equal(w.r->status == PL_OK, w.r->finding == PL_FOUND_COMPLETE);
			says(&w, c);
		}
		end(&w);
	}
}

static void counts_what_it_leaves_aside(void **state)
{
	struct world w;

	(void)state;
	begin_case(&w, "another-product");
	assert_int_equal(w.r->others, 1);
	assert_int_equal(w.r->missing, 1);
	assert_int_equal(w.r->gaps[0].first, 3);
	assert_int_equal(w.r->n, 2);
	end(&w);
	begin_case(&w, "malformed");
	assert_int_equal(w.r->malformed, 2);
	assert_null(w.r->head);
	end(&w);
	begin_case(&w, "number-zero");
	assert_int_equal(w.r->malformed, 1);
	end(&w);
	begin_case(&w, "older-heads");
	assert_int_equal(w.r->n_heads, 3);
	assert_int_equal(w.r->head->count, 3);
	assert_true(pl_digest_eq(&w.r->root, &w.r->head->root));
	end(&w);
	begin_case(&w, "set");
	assert_int_equal(w.r->verify->bundle.n, 8); /* each entry once, though keys stand in both bundles */
	end(&w);
}

static void says_whose_file_it_is(void **state)
{
	struct pl_verify_asked files[3] = {{.name = PL_STR("lantern-1.1")}, {.name = PL_STR("lantern-2.1")}, {.name = PL_STR("stranger\033[2J")}};
	static const char *const content[] = {"lantern 2", "lantern 4", "lantern 5"};
	struct pl_buf text = PL_BUF(1 << 20), json = PL_BUF(1 << 20);
	struct world w;

	(void)state;
	begin_case(&w, "later");
	for (size_t i = 0; i < 3; i++) {
		pl_sha256(pl_str_bytes(pl_str_from(content[i])), &files[i].digest);
		files[i].belongs = pl_verify_releases_of(w.r, &files[i].digest);
	}
	pl_verify_releases_text(w.r, files, 2, &plain, &text);
	assert_true(pl_str_starts(pl_buf_str(&text), PL_STR("PROVED")));
	assert_true(holds(pl_buf_str(&text), "lantern-1.1 belongs to release 1.1, number 2 (entry 7)"));
	assert_true(holds(pl_buf_str(&text), "lantern-2.1 belongs to release 2.1, number 4, after this head (entry 12)"));
	pl_buf_clear(&text);
	pl_verify_releases_text(w.r, files, 3, &plain, &text);
	assert_true(pl_str_starts(pl_buf_str(&text), PL_STR("REFUSED")));
	assert_true(holds(pl_buf_str(&text), "stranger?[2J belongs to none of these releases"));
	assert_true(holds(pl_buf_str(&text), "; of 3 files 1 belongs to none of them"));
	assert_int_equal(pl_verify_releases_json(w.r, files, 3, &json), PL_OK);
	assert_true(holds(pl_buf_str(&json), "\"result\":\"refused\""));
	assert_true(holds(pl_buf_str(&json), "\"belongs\":true,\"number\":4,\"version\":\"2.1\",\"later\":true"));
	pl_buf_done(&text);
	pl_buf_done(&json);
	end(&w);
}

static void says_not_witnessed(void **state)
{
	struct pl_buf text = PL_BUF(1 << 20);
	struct world w;

	(void)state;
	begin(&w, "none");
	named("complete")->make(&w.bundle);
	assert_int_equal(judge(&w), PL_OK);
	assert_int_equal(w.r->status, PL_OK);
	pl_verify_releases_text(w.r, NULL, 0, &plain, &text);
	assert_true(holds(pl_buf_str(&text), PL_POLICY_NOT_WITNESSED));
	pl_buf_done(&text);
	end(&w);
}

static void refuses_what_is_no_product(void **state)
{
	static const char *const bad[] = {"", "Lantern", "../lantern", "lantern\n", "-"};
	struct world w;

	(void)state;
	begin(&w, "2");
	named("complete")->make(&w.bundle);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		w.why = (struct pl_diag){0};
		assert_int_equal(pl_verify_releases(w.policy, pl_str_from(bad[i]), pl_buf_str(&w.bundle), &w.r, &w.why), PL_E_RANGE);
		assert_null(w.r);
	}
	assert_int_equal(pl_verify_releases(w.policy, PL_STR("torch"), pl_buf_str(&w.bundle), &w.r, &w.why), PL_OK);
	assert_int_equal(w.r->finding, PL_FOUND_NO_HEAD);
	end(&w);
}

/* ---- sets of bundles ---- */

static void spoil(struct pl_buf *set, size_t at)
{
	assert_true(at < set->len);
	set->ptr[at] = set->ptr[at] == 'A' ? 'B' : 'A';
}

static void judges_a_set_as_one(void **state)
{
	struct pl_buf once = PL_BUF(1 << 20), twice = PL_BUF(1 << 20);
	struct world w;
	size_t at;

	(void)state;
	/* The same bundle twice says what it says once. */
	begin_case(&w, "complete");
	pl_verify_releases_text(w.r, NULL, 0, &plain, &once);
	end(&w);
	begin(&w, "2");
	named("complete")->make(&w.bundle);
	named("complete")->make(&w.bundle);
	assert_int_equal(judge(&w), PL_OK);
	pl_verify_releases_text(w.r, NULL, 0, &plain, &twice);
	assert_string_equal(pl_buf_z(&once), pl_buf_z(&twice));
	pl_verify_releases_free(w.r);
	w.r = NULL;
	/* One hash of the second altered: two proofs of one entry. */
	at = pl_str_find_str(pl_str_sub(pl_buf_str(&w.bundle), w.bundle.len / 2, w.bundle.len), PL_STR("index 7\n")) + w.bundle.len / 2 + 8;
	spoil(&w.bundle, at);
	assert_int_equal(judge(&w), PL_E_SYNTAX);
	assert_true(holds(pl_str_from(w.why.text), "prove entry 7 differently"));
	end(&w);
	/* One hash of the only proof of an entry. */
	begin(&w, "2");
	named("set")->make(&w.bundle);
	at = pl_str_find_str(pl_buf_str(&w.bundle), PL_STR("index 9\n")) + 8;
	spoil(&w.bundle, at);
	assert_int_equal(judge(&w), PL_E_PROOF);
	pl_buf_done(&once);
	pl_buf_done(&twice);
	end(&w);
}

static void refuses_a_damaged_set(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "2");
	named("set")->make(&w.bundle);
	pl_buf_put_z(&w.bundle, "c2sp.org/tlog-proof@v1\n");
	assert_int_equal(judge(&w), PL_E_SYNTAX);
	assert_true(holds(pl_str_from(w.why.text), "bundle 3 of the file"));
	end(&w);
	/* Behind the checkpoint stands what is no signature. */
	begin(&w, "2");
	named("complete")->make(&w.bundle);
	pl_buf_put_z(&w.bundle, "\n");
	named("complete")->make(&w.bundle);
	assert_int_not_equal(judge(&w), PL_OK);
	end(&w);
	/* A bundle of a set has no more parts than one that is alone, */
	begin(&w, "2");
	for (unsigned i = 0; i <= PL_BUNDLE_PARTS_MAX; i++)
		pl_buf_printf(&w.bundle, "c2sp.org/tlog-proof@v1\nextra QQ==\nindex %u\n\n", i);
	pl_buf_put_z(&w.bundle, "x\n1\n\n\u2014 x y\n");
	assert_int_equal(judge(&w), PL_E_TOOBIG);
	assert_true(holds(pl_str_from(w.why.text), "at most 256 parts"));
	end(&w);
	/* and all of them together have a bound. */
	begin(&w, "2");
	for (unsigned i = 0; i <= PL_BUNDLE_SET_PARTS_MAX; i++)
		pl_buf_printf(&w.bundle, "c2sp.org/tlog-proof@v1\nextra QQ==\nindex 0\n\nx\n1\n\n\u2014 x y\n");
	assert_int_equal(judge(&w), PL_E_TOOBIG);
	assert_true(holds(pl_str_from(w.why.text), "at most 16384 parts"));
	end(&w);
}

/* ---- the public library ---- */

static void answers_in_the_library(void **state)
{
	struct pl_buf bundle = PL_BUF(PL_BUNDLE_TEXT_MAX), text = PL_BUF(PL_POLICY_TEXT_MAX);
	pellucid_releases *r = NULL;
	pellucid_trust *trust = NULL;
	pellucid_error why = {0};
	struct pl_digest file;
	int later = 2;

	(void)state;
	story_trust(&text, "2", 0);
	assert_int_equal(pellucid_trust_parse(pl_buf_z(&text), text.len, &trust, &why), PELLUCID_YES);
	named("later")->make(&bundle);
	assert_int_equal(pellucid_all_releases(trust, "lantern", bundle.ptr, bundle.len, &r, &why), PELLUCID_YES);
	assert_non_null(strstr(pellucid_releases_text(r), "PROVED  lantern: these are all its releases, 3 of 3"));
	assert_non_null(strstr(pellucid_releases_json(r), "\"finding\":\"complete\""));
	pl_sha256(pl_str_bytes(PL_STR("lantern 4")), &file);
	assert_int_equal(pellucid_releases_of(r, file.b, &later), 4);
	assert_int_equal(later, 1);
	pl_sha256(pl_str_bytes(PL_STR("lantern 3")), &file);
	assert_int_equal(pellucid_releases_of(r, file.b, &later), 3);
	assert_int_equal(later, 0);
	pl_sha256(pl_str_bytes(PL_STR("torch 3")), &file);
	assert_int_equal(pellucid_releases_of(r, file.b, NULL), 0);
	pellucid_releases_free(r);
	pl_buf_clear(&bundle);
	named("without-2")->make(&bundle);
	assert_int_equal(pellucid_all_releases(trust, "lantern", bundle.ptr, bundle.len, &r, &why), PELLUCID_NO);
	assert_non_null(r);
	assert_non_null(strstr(why.text, "number 2 is missing"));
	pellucid_releases_free(r);
	assert_int_equal(pellucid_all_releases(trust, "lantern", "no", 2, &r, &why), PELLUCID_NO);
	assert_null(r);
	assert_int_equal(pellucid_all_releases(trust, "NO", bundle.ptr, bundle.len, &r, &why), PELLUCID_INPUT);
	assert_null(r);
	pellucid_releases_free(NULL);
	pellucid_trust_free(trust);
	pl_buf_done(&bundle);
	pl_buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each), cmocka_unit_test(counts_what_it_leaves_aside), cmocka_unit_test(says_whose_file_it_is),
		cmocka_unit_test(says_not_witnessed), cmocka_unit_test(refuses_what_is_no_product), cmocka_unit_test(judges_a_set_as_one),
		cmocka_unit_test(refuses_a_damaged_set), cmocka_unit_test(answers_in_the_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
