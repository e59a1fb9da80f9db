/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "pellucid/pellucid.h"
#include "story.h"
#include "verify/verify.h"

static struct pl_digest file;

struct world {
	struct story story;
	struct pl_buf bundle, trust;
	struct pl_policy *policy;
	struct pl_verify *v;
	struct pl_diag why;
};

static void begin(struct world *w, const char *verdict)
{
	*w = (struct world){.bundle = PL_BUF(PL_BUNDLE_TEXT_MAX), .trust = PL_BUF(PL_POLICY_TEXT_MAX)};
	pl_sha256(pl_str_bytes(PL_STR("lantern 1.2.0")), &file);
	story_init(&w->story);
	if (verdict)
		story_tell(&w->story, "lantern", &file, verdict);
}

static pl_status judge_as(struct world *w, const char *quorum, unsigned rebuilders, const char *wanted)
{
	story_trust(&w->trust, quorum, rebuilders);
	assert_int_equal(pl_policy_parse(pl_buf_str(&w->trust), &w->policy, NULL), PL_OK);
	return pl_verify_bundle(w->policy, &file, PL_STR("lantern"), pl_str_from(wanted), pl_buf_str(&w->bundle), &w->v,
		&w->why);
}

/* The whole story, two of three witnesses. */
static pl_status judge(struct world *w)
{
	story_bundle_all(&w->story, 2, &w->bundle);
	return judge_as(w, "2", 0, NULL);
}

static void end(struct world *w)
{
	pl_verify_free(w->v);
	pl_policy_free(w->policy);
	story_done(&w->story);
	pl_buf_done(&w->bundle);
	pl_buf_done(&w->trust);
}

static void proves_a_release(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "identical");
	assert_int_equal(judge(&w), PL_OK);
	assert_int_equal(w.v->status, PL_OK);
	for (size_t i = 0; i < w.v->bundle.n; i++)
		if (!w.v->entry[i].counts)
			fail_msg("entry %zu: %s", i, w.v->entry[i].why_not);
	assert_ptr_equal(w.v->release, &w.v->entry[STORY_RELEASE]);
	assert_int_equal(w.v->release->judged.approvals, 2);
	assert_string_equal(w.v->release->signer, "service");
	assert_int_equal(w.v->rebuilders, 1);
	assert_true(w.v->verdict.quorum_met);
	end(&w);
}

static void other_files_are_not_named(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "identical");
	file.b[31] ^= 1; /* one flipped bit */
	assert_int_equal(judge(&w), PL_OK);
	assert_int_equal(w.v->status, PL_E_NOTFOUND);
	assert_null(w.v->first);
	end(&w);
}

static void needs_its_quorum(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "identical");
	story_bundle_all(&w.story, 1, &w.bundle); /* one cosignature dropped */
	assert_int_equal(judge_as(&w, "2", 0, NULL), PL_E_QUORUM);
	assert_null(w.v);
	end(&w);
	begin(&w, "identical");
	story_bundle_all(&w.story, 0, &w.bundle);
	assert_int_equal(judge_as(&w, "none", 0, NULL), PL_OK);
	assert_int_equal(w.v->status, PL_OK);
	assert_true(w.v->verdict.unwitnessed && !w.v->verdict.quorum_met);
	end(&w);
}

static void refuses_an_altered_proof(void **state)
{
	struct world w;
	size_t at;

	(void)state;
	begin(&w, "identical");
	story_bundle_all(&w.story, 2, &w.bundle);
	at = pl_str_find_str(pl_buf_str(&w.bundle), PL_STR("index 10\n")) + 9;
	w.bundle.ptr[at] = w.bundle.ptr[at] == 'A' ? 'B' : 'A';
	assert_int_equal(judge_as(&w, "2", 0, NULL), PL_E_PROOF);
	end(&w);
}

/* The story with one entry left out of the bundle. */
static pl_status without(struct world *w, size_t left_out)
{
	size_t which[STORY_TOLD], n = 0;

	begin(w, "identical");
	for (size_t i = 0; i < STORY_TOLD; i++)
		if (i != left_out)
			which[n++] = i;
	story_bundle(&w->story, which, n, 3, &w->bundle);
	return judge_as(w, "2", 0, "release");
}

static void needs_the_entries_that_carry_it(void **state)
{
	static const size_t needed[] = {STORY_INCEPTION, STORY_KEY_SERVICE, STORY_KEY_OFFICER_1, STORY_KEY_OFFICER_2,
		STORY_RELEASE};
	static const size_t not_needed[] = {STORY_PRODUCT, STORY_SNAPSHOT, STORY_BUILD, STORY_VERDICT, STORY_HEAD};
	struct world w;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(needed); i++) {
		assert_int_equal(without(&w, needed[i]), PL_OK);
		assert_int_equal(w.v->status, PL_E_NOTFOUND);
		end(&w);
	}
	for (size_t i = 0; i < PL_COUNT(not_needed); i++) {
		assert_int_equal(without(&w, not_needed[i]), PL_OK);
		assert_int_equal(w.v->status, PL_OK);
		end(&w);
	}
}

/* A release statement signed by @keys, behind the whole story but about another file. */
static pl_status released_by(struct world *w, const int *keys)
{
	struct pl_digest other;

	pl_sha256(pl_str_bytes(PL_STR("something else")), &other);
	begin(w, NULL);
	story_tell(&w->story, "old", &other, "identical");
	story_say(&w->story, PL_TYPE_RELEASE, "lantern", &file, story_release_predicate(&w->story, "1.3.0", 4), keys);
	assert_int_equal(judge(w), PL_OK);
	return w->v->status;
}

static void counts_signatures_by_their_rights(void **state)
{
	static const struct {
		int keys[5];
		pl_status status;
	} v[] = {
		{{STORY_SERVICE, STORY_OFFICER_1, STORY_OFFICER_2, 0}, PL_OK},
		{{STORY_SERVICE, STORY_OFFICER_1, STORY_OFFICER_2, STORY_STRANGER, 0}, PL_OK},
		{{STORY_SERVICE, STORY_OFFICER_1, 0}, PL_E_NOTFOUND},
		{{STORY_SERVICE, STORY_OFFICER_1, STORY_OFFICER_1, 0}, PL_E_NOTFOUND},
		{{STORY_SERVICE, STORY_OFFICER_1, STORY_STRANGER, 0}, PL_E_NOTFOUND},
		{{STORY_OFFICER_1, STORY_OFFICER_2, 0}, PL_E_NOTFOUND},
		{{STORY_REBUILDER, STORY_OFFICER_1, STORY_OFFICER_2, 0}, PL_E_NOTFOUND},
		{{STORY_STRANGER, 0}, PL_E_NOTFOUND},
		{{STORY_ROOT_A, STORY_ROOT_B, STORY_ROOT_C, 0}, PL_E_NOTFOUND},
		{{STORY_LOG, STORY_OFFICER_1, STORY_OFFICER_2, 0}, PL_E_NOTFOUND},
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(v); i++) {
		if (released_by(&w, v[i].keys) != v[i].status)
			fail_msg("case %zu: %s", i, pl_status_word(w.v->status));
		end(&w);
	}
}

/* Introduce the stranger by @keys, then let him release with real officers. */
static pl_status stranger_introduced_by(struct world *w, const int *keys, bool wrong_subject)
{
	static const char *const types[] = {PL_TYPE_RELEASE, NULL};
	struct pl_digest id = story_key_id(wrong_subject ? STORY_LOG : STORY_STRANGER), other;

	pl_sha256(pl_str_bytes(PL_STR("something else")), &other);
	begin(w, NULL);
	story_tell(&w->story, "old", &other, "identical");
	story_say(&w->story, PL_TYPE_KEY, "stranger", &id,
		story_key_predicate("stranger", "service", STORY_STRANGER, types), keys);
	story_say(&w->story, PL_TYPE_RELEASE, "lantern", &file, story_release_predicate(&w->story, "1.3.0", 4),
		(const int[]){STORY_STRANGER, STORY_OFFICER_1, STORY_OFFICER_2, 0});
	assert_int_equal(judge(w), PL_OK);
	return w->v->status;
}

static void only_roots_introduce_keys(void **state)
{
	struct world w;

	(void)state;
	assert_int_equal(stranger_introduced_by(&w, (const int[]){STORY_ROOT_B, STORY_ROOT_C, 0}, false), PL_OK);
	end(&w);
	assert_int_equal(stranger_introduced_by(&w, (const int[]){STORY_ROOT_B, STORY_ROOT_C, 0}, true), PL_E_NOTFOUND);
	end(&w);
	assert_int_equal(stranger_introduced_by(&w, (const int[]){STORY_ROOT_B, 0}, false), PL_E_NOTFOUND);
	end(&w);
	assert_int_equal(stranger_introduced_by(&w, (const int[]){STORY_ROOT_B, STORY_ROOT_B, 0}, false), PL_E_NOTFOUND);
	end(&w);
	assert_int_equal(stranger_introduced_by(&w, (const int[]){STORY_ROOT_B, STORY_SERVICE, 0}, false), PL_E_NOTFOUND);
	end(&w);
	assert_int_equal(stranger_introduced_by(&w, (const int[]){STORY_STRANGER, 0}, false), PL_E_NOTFOUND);
	end(&w);
}

static void ended_keys_sign_nothing_more(void **state)
{
	struct pl_digest other, id = story_key_id(STORY_OFFICER_2);
	struct pl_json *p = pl_json_new_object();
	struct world w;

	(void)state;
	pl_sha256(pl_str_bytes(PL_STR("something else")), &other);
	begin(&w, NULL);
	story_tell(&w.story, "old", &other, "identical");
	pl_json_set_z(p, "holder", "officer-2");
	pl_json_set_z(p, "reason", "compromised");
	story_say(&w.story, PL_TYPE_KEY_END, "officer-2", &id, p, (const int[]){STORY_ROOT_A, STORY_ROOT_C, 0});
	story_say(&w.story, PL_TYPE_RELEASE, "lantern", &file, story_release_predicate(&w.story, "1.3.0", 4),
		(const int[]){STORY_SERVICE, STORY_OFFICER_1, STORY_OFFICER_2, 0});
	assert_int_equal(judge(&w), PL_OK);
	assert_int_equal(w.v->status, PL_E_NOTFOUND);
	assert_true(w.v->entry[STORY_RELEASE].counts); /* what was signed before still counts */
	end(&w);
}

static void asks_for_rebuilders(void **state)
{
	static const struct {
		const char *verdict;
		unsigned asked;
		pl_status status;
	} v[] = {
		{"identical", 1, PL_OK}, {"identical-after-normalisation", 1, PL_OK}, {"not-attempted", 1, PL_E_QUORUM},
		{"not-attempted", 0, PL_OK}, {"different", 0, PL_E_CONFLICT}, {"different", 1, PL_E_CONFLICT},
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(v); i++) {
		begin(&w, v[i].verdict);
		story_bundle_all(&w.story, 3, &w.bundle);
		assert_int_equal(judge_as(&w, "2", v[i].asked, NULL), PL_OK);
		assert_int_equal(w.v->status, v[i].status);
		end(&w);
	}
}

static void later_verdicts_of_a_site_replace_earlier_ones(void **state)
{
	static const struct {
		const char *first, *site, *second;
		pl_status status;
		const char *says;
	} v[] = {
		{"different", "uni", "identical", PL_OK, "different at uni, signed by uni, a rebuilder of your trust file, replaced by entry 12"},
		{"identical", "uni", "different", PL_E_CONFLICT, "identical at uni, signed by uni, a rebuilder of your trust file, replaced by entry 12"},
		/* An attempt says nothing: it hides neither. */
		{"different", "uni", "not-attempted", PL_E_CONFLICT, "not attempted (build-failed) at uni, signed by uni, a rebuilder of your trust file, replaced by entry 9"},
		{"identical", "uni", "not-attempted", PL_OK, "replaced by entry 9"},
		{"not-attempted", "uni", "identical", PL_OK, "replaced by entry 12"},
		/* Another site speaks for itself. */
		{"different", "lab", "identical", PL_E_CONFLICT, "identical at lab, signed by uni, a rebuilder of your trust file (entry 12)"},
	};
	static const struct pl_verify_style plain = {"", "", "", "", "", ""};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(v); i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
		struct world w;

		begin(&w, v[i].first);
		story_verdict(&w.story, "lantern", &file, v[i].site, v[i].second);
		story_bundle_all(&w.story, 3, &w.bundle);
		assert_int_equal(judge_as(&w, "2", 0, NULL), PL_OK);
		assert_int_equal(w.v->status, v[i].status);
		pl_verify_write_text(w.v, &plain, &out);
		if (!strstr(pl_buf_z(&out), v[i].says))
			fail_msg("%zu: expected \"%s\" in:\n%s", i, v[i].says, pl_buf_z(&out));
		end(&w);
	}
}

static void junk_beside_it_does_no_harm(void **state)
{
	struct pl_digest root;
	struct world w;

	(void)state;
	pl_sha256(pl_str_bytes(PL_STR("x")), &root);
	begin(&w, "identical");
	story_say_raw(&w.story, PL_STR("not a statement"));
	story_say_raw(&w.story, PL_STR("{\"payload\":\"\",\"payloadType\":\"x\",\"signatures\":[]}"));
	story_say(&w.story, "https://example.com/unknown/v1", "lantern", &file, pl_json_new_object(),
		(const int[]){STORY_SERVICE, 0});
	assert_int_equal(judge(&w), PL_OK);
	assert_int_equal(w.v->status, PL_OK);
	for (size_t i = STORY_TOLD; i < w.v->bundle.n; i++) {
		assert_false(w.v->entry[i].counts);
		assert_true(w.v->entry[i].why_not[0] != 0);
	}
	end(&w);
}

static void wants_what_it_was_asked_for(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "identical");
	story_bundle_all(&w.story, 3, &w.bundle);
	assert_int_equal(judge_as(&w, "2", 0, "source-snapshot"), PL_OK);
	assert_int_equal(w.v->status, PL_E_NOTFOUND);
	end(&w);
	begin(&w, "identical");
	story_bundle_all(&w.story, 3, &w.bundle);
	assert_int_equal(judge_as(&w, "2", 0, PL_TYPE_RELEASE), PL_OK);
	assert_int_equal(w.v->status, PL_OK);
	end(&w);
	begin(&w, "identical");
	story_bundle_all(&w.story, 3, &w.bundle);
	assert_int_equal(judge_as(&w, "2", 0, "nonsense"), PL_E_RANGE);
	end(&w);
}

static void a_plain_policy_is_not_enough(void **state)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_verify *v = NULL;

	(void)state;
	assert_int_equal(pl_policy_parse(PL_STR("quorum none\n"), &p, NULL), PL_OK);
	assert_int_equal(pl_verify_bundle(p, &file, PL_STR("f"), PL_STR(""), PL_STR(""), &v, NULL), PL_E_STATE);
	assert_null(v);
}

static void the_public_functions_agree(void **state)
{
	pellucid_trust *trust = NULL;
	pellucid_report *report = NULL;
	pellucid_error why;
	pellucid_hash *hash = pellucid_hash_new();
	uint8_t digest[32];
	struct world w;

	(void)state;
	begin(&w, "identical");
	story_bundle_all(&w.story, 2, &w.bundle);
	story_trust(&w.trust, "2", 1);
	pellucid_hash_update(hash, "lantern ", 8);
	pellucid_hash_update(hash, "1.2.0", 5);
	pellucid_hash_final(hash, digest);
	pellucid_hash_free(hash);
	assert_int_equal(pellucid_trust_parse("quorum", 6, &trust, &why), PELLUCID_INPUT);
	assert_true(why.text[0] != 0);
	assert_int_equal(pellucid_trust_parse((const char *)w.trust.ptr, w.trust.len, &trust, &why), PELLUCID_YES);
	assert_int_equal(pellucid_verify(trust, digest, w.bundle.ptr, w.bundle.len, NULL, &report, &why), PELLUCID_YES);
	assert_non_null(strstr(pellucid_report_text(report), "PROVED"));
	assert_non_null(strstr(pellucid_report_json(report), "\"result\":\"proved\""));
	pellucid_report_free(report);
	digest[0] ^= 1;
	assert_int_equal(pellucid_verify(trust, digest, w.bundle.ptr, w.bundle.len, NULL, &report, &why), PELLUCID_NO);
	assert_non_null(strstr(pellucid_report_text(report), "REFUSED"));
	pellucid_report_free(report);
	w.bundle.ptr[w.bundle.len - 10] ^= 1;
	assert_int_equal(pellucid_verify(trust, digest, w.bundle.ptr, w.bundle.len, NULL, &report, &why), PELLUCID_NO);
	assert_null(report);
	pellucid_trust_free(trust);
	end(&w);
}

static void tricks_on_a_terminal_become_question_marks(void **state)
{
	static const struct {
		const char *in, *out;
	} v[] = {
		{"plain", "plain"}, {"\033[31m", "?[31m"}, {"a\nb", "a?b"}, {"\xc2\x9b" "1", "?1"}, {"\xe2\x80\xae" "x", "?x"},
		{"\xe2\x81\xa6x", "?x"}, {"gr\xc3\xbc\xc3\x9f" "e", "gr\xc3\xbc\xc3\x9f" "e"}, {"\xff\xfe", "??"},
		{"\xef\xbb\xbfx", "?x"},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(v); i++) {
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(100);

		pl_verify_put_safe(&b, pl_str_from(v[i].in));
		assert_string_equal(pl_buf_z(&b), v[i].out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proves_a_release),
		cmocka_unit_test(other_files_are_not_named),
		cmocka_unit_test(needs_its_quorum),
		cmocka_unit_test(refuses_an_altered_proof),
		cmocka_unit_test(needs_the_entries_that_carry_it),
		cmocka_unit_test(counts_signatures_by_their_rights),
		cmocka_unit_test(only_roots_introduce_keys),
		cmocka_unit_test(ended_keys_sign_nothing_more),
		cmocka_unit_test(asks_for_rebuilders),
		cmocka_unit_test(later_verdicts_of_a_site_replace_earlier_ones),
		cmocka_unit_test(junk_beside_it_does_no_harm),
		cmocka_unit_test(wants_what_it_was_asked_for),
		cmocka_unit_test(a_plain_policy_is_not_enough),
		cmocka_unit_test(the_public_functions_agree),
		cmocka_unit_test(tricks_on_a_terminal_become_question_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
