/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for documents without a database: which registers take them, what their forms ask, what is decided, why copies are taken back. */
#include "register_test.h"
#include "register/audit/ask.h"
#include "register/casework/form.h"

#define REGISTER(fields) \
	"pellucid-register v1\nname asks\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 24\n" \
	"field received time generalised month\n" fields "total requests count\n"
#define DOCUMENT "field document digest open\n"
#define TERMS "field terms digest open\n"
#define CUSTOMER "field customer text sealed\n"
#define OUTCOME "field outcome enum open granted,refused\n"
#define REASON "field reason enum open other\n"
#define FORM "pellucid-intake-form v1\nregister asks\nconfirm work\nbits 8\n"

static struct pl_register_decl *declare(const char *text)
{
	struct pl_register_decl *d = NULL;
	struct pl_diag diag = {0};

	if (pl_register_decl_parse(pl_str_from(text), &d, &diag))
		fail_msg("declaration: %s", diag.text);
	return d;
}

static bool takes(const char *text)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declare(text);

	return pl_ask_is_register(d);
}

static void knows_its_register(void **state)
{
	assert_true(takes(REGISTER(DOCUMENT TERMS CUSTOMER OUTCOME REASON)));
	assert_true(takes(REGISTER(DOCUMENT TERMS CUSTOMER OUTCOME REASON "field more text sealed\n")));
	assert_false(takes(REGISTER(TERMS CUSTOMER OUTCOME REASON)));
	assert_false(takes(REGISTER(DOCUMENT TERMS CUSTOMER OUTCOME)));
	/* Who asks is never open, and what came of it never sealed. */
	assert_false(takes(REGISTER(DOCUMENT TERMS "field customer text open\n" OUTCOME REASON)));
	assert_false(takes(REGISTER(DOCUMENT TERMS CUSTOMER "field outcome enum sealed granted,refused\n" REASON)));
	assert_false(takes(REGISTER("field document text open\n" TERMS CUSTOMER OUTCOME REASON)));
}

static pl_status opens(const char *decl, const char *form)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declare(decl);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_form *f;

	return pl_form_parse(pl_str_from(form), d, &arena, &f, NULL);
}

static void only_its_form_asks_for_digests(void **state)
{
	static const char form[] = FORM "ask document required\nask terms required\nask customer required\n";

	assert_ok(opens(REGISTER(DOCUMENT TERMS CUSTOMER OUTCOME REASON), form));
	assert_int_equal(opens(REGISTER(DOCUMENT TERMS CUSTOMER OUTCOME), form), PL_E_RANGE);
	assert_int_equal(opens(REGISTER(DOCUMENT TERMS CUSTOMER OUTCOME REASON "field proof digest sealed\n"), FORM "ask proof required\n"), PL_E_RANGE);
}

static void reads_what_is_decided(void **state)
{
	static const char *const bad[] = {"", "pellucid-document-grant v1\n", "pellucid-document-grant v2\nregister a\nnumber 1\n",
		"pellucid-document-grant v1\nregister a\nnumber x\n", "pellucid-document-grant v1\nregister a\nnumber -1\n",
		"pellucid-document-grant v1\nnumber 1\nregister a\n", "pellucid-document-grant v1\nregister a\nnumber 9223372036854775808\n",
		"pellucid-vulnerability-release v1\nregister a\nnumber 1\n"};
	pl_str name = PL_STR("kept");
	uint64_t number = 7;

	assert_ok(pl_ask_about(PL_STR("pellucid-document-grant v1\nregister asks\nnumber 12\nrevision 0\n"), &name, &number));
	assert_true(pl_str_eq(name, PL_STR("asks")));
	assert_int_equal(number, 12);
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		assert_int_equal(pl_ask_about(pl_str_from(bad[i]), &name, &number), PL_E_SYNTAX);
		assert_int_equal(number, 12); /* untouched */
	}
}

static void names_why_copies_are_taken_back(void **state)
{
	enum pl_hand_out_reason r = PL_HAND_OUT_REASONS;

	for (unsigned i = 0; i < PL_HAND_OUT_REASONS; i++) {
		assert_ok(pl_hand_out_reason_parse(pl_str_from(pl_hand_out_reasons[i]), &r));
		assert_int_equal(r, i);
	}
	assert_null(pl_hand_out_reasons[PL_HAND_OUT_REASONS]);
	assert_int_equal(pl_hand_out_reason_parse(PL_STR(""), &r), PL_E_SYNTAX);
	assert_int_equal(pl_hand_out_reason_parse(PL_STR("Terms-broken"), &r), PL_E_SYNTAX);
}

static void keeps_to_the_end_of_the_last_day(void **state)
{
	struct pl_hand_out h = {.expires = at("2026-11-28") / PL_SECOND};

	assert_false(pl_hand_out_is_expired(&h, at("2026-11-28T23:59:59Z") / PL_SECOND));
	assert_true(pl_hand_out_is_expired(&h, at("2026-11-29") / PL_SECOND));
	h.expires = 0; /* without an end */
	assert_false(pl_hand_out_is_expired(&h, at("2526-11-29") / PL_SECOND));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_its_register),
		cmocka_unit_test(only_its_form_asks_for_digests),
		cmocka_unit_test(reads_what_is_decided),
		cmocka_unit_test(names_why_copies_are_taken_back),
		cmocka_unit_test(keeps_to_the_end_of_the_last_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
