/* SPDX-License-Identifier: Apache-2.0 */
#include "fact_test.h"
#include "fact/keys.h"

#define BODY_TYPE "\"" PL_TYPE_BODY "\""
#define WITHHELD_TYPE "\"" PL_TYPE_WITHHELD "\""
#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BODY_JSON "{\"body\":{\"digest\":\"" ABC "\",\"mediaType\":\"a/b\",\"size\":3},\"kind\":\"document\"}"
#define WITHHELD_JSON "{\"reason\":\"security\"}"

struct world {
	struct pl_vocabulary v;
	struct pl_keys *keys;
	uint64_t next;
	struct pl_buf entry;
};

static struct world *world_new(unsigned threshold)
{
	struct world *w = PL_NEW(struct world);
	struct pl_pubkey roots[] = {*pl_signer_public(test_signer(ROOT_A)), *pl_signer_public(test_signer(ROOT_B)),
		*pl_signer_public(test_signer(ROOT_C))};

	pl_vocabulary_init(&w->v, NULL, 0);
	assert_ok(pl_keys_new(roots, 3, threshold, &w->keys));
	w->entry = (struct pl_buf)PL_BUF(PL_STATEMENT_ENTRY_MAX);
	return w;
}

static void world_free(struct world *w)
{
	pl_keys_free(w->keys);
	pl_buf_done(&w->entry);
	pl_free(w);
}

static pl_status judge(struct world *w, uint64_t index, bool strict, struct pl_judgement *j)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = test_open(&w->entry);
	const struct pl_predicate *row = pl_vocabulary_find(&w->v, s->type);

	assert_non_null(row);
	return pl_keys_judge(w->keys, row, s, index, strict, j, NULL);
}

/* What a sequencer does with a key statement. */
static pl_status take(struct world *w)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = test_open(&w->entry);
	const struct pl_predicate *row = pl_vocabulary_find(&w->v, s->type);
	struct pl_diag diag = {0};
	struct pl_judgement j;
	pl_status st;

	assert_non_null(row);
	st = pl_predicate_check(row, s, &diag);
	if (st)
		print_message("%s\n", diag.text);
	assert_ok(st);
	st = pl_keys_judge(w->keys, row, s, w->next, true, &j, NULL);
	if (st == PL_OK)
		st = pl_keys_apply(w->keys, s, w->next, NULL);
	if (st == PL_OK)
		w->next++;
	return st;
}

static void begin(struct world *w, unsigned officers)
{
	test_inception("log.example/t", "log.example/t+00000000+AA==", officers, BY(ROOT_A, ROOT_B), &w->entry);
	assert_ok(take(w)); /* 0 */
	test_key_entry(SERVICE, PL_ROLE_SERVICE, BODY_TYPE "," WITHHELD_TYPE, BY(ROOT_A, ROOT_B), &w->entry);
	assert_ok(take(w)); /* 1 */
	test_key_entry(OFFICER_1, PL_ROLE_OFFICER, WITHHELD_TYPE, BY(ROOT_B, ROOT_C), &w->entry);
	assert_ok(take(w)); /* 2 */
	test_key_entry(OFFICER_2, PL_ROLE_OFFICER, WITHHELD_TYPE, BY(ROOT_A, ROOT_C), &w->entry);
	assert_ok(take(w)); /* 3 */
}

static void a_signature_counts_only_between_its_entries(void **state)
{
	struct world *w = world_new(2);
	struct pl_judgement j;

	begin(w, 1);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(SERVICE), &w->entry);
	assert_int_equal(judge(w, 0, false, &j), PL_E_SIGNATURE);
	assert_int_equal(judge(w, 1, false, &j), PL_E_SIGNATURE); /* its own entry is not yet inside */
	assert_ok(judge(w, 2, true, &j));
	assert_int_equal(j.carriers, 1);
	assert_ok(judge(w, 1000, true, &j));
	test_end_entry(SERVICE, BY(ROOT_A, ROOT_B), &w->entry);
	assert_ok(take(w)); /* 4 */
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(SERVICE), &w->entry);
	assert_ok(judge(w, 3, true, &j)); /* the past stays valid */
	assert_int_equal(judge(w, 4, false, &j), PL_E_SIGNATURE);
	assert_int_equal(judge(w, 5, false, &j), PL_E_SIGNATURE);
	world_free(w);
}

static void roots_need_their_threshold(void **state)
{
	struct world *w = world_new(2);

	test_inception("log.example/t", "v", 1, BY(ROOT_A), &w->entry);
	assert_int_equal(take(w), PL_E_QUORUM);
	test_inception("log.example/t", "v", 1, BY(SERVICE), &w->entry);
	assert_int_equal(take(w), PL_E_SIGNATURE);
	begin(w, 1);
	test_inception("log.example/t", "v", 1, BY(ROOT_A, ROOT_B), &w->entry);
	assert_int_equal(take(w), PL_E_STATE); /* once */
	test_key_entry(REBUILDER, PL_ROLE_REBUILDER, BODY_TYPE, BY(ROOT_A), &w->entry);
	assert_int_equal(take(w), PL_E_QUORUM);
	test_key_entry(REBUILDER, PL_ROLE_REBUILDER, BODY_TYPE, BY(SERVICE, OFFICER_1, OFFICER_2), &w->entry);
	assert_int_equal(take(w), PL_E_SIGNATURE); /* nobody but roots introduces keys */
	world_free(w);
}

static void roots_sign_nothing_else(void **state)
{
	struct world *w = world_new(1);
	struct pl_judgement j;

	begin(w, 1);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(ROOT_A, ROOT_B, ROOT_C), &w->entry);
	assert_int_equal(judge(w, 9, false, &j), PL_E_SIGNATURE);
	assert_int_equal(j.idle, 3);
	world_free(w);
}

static void approvals_count_distinct_officers(void **state)
{
	struct world *w = world_new(2);
	struct pl_judgement j;

	begin(w, 2);
	test_entry(PL_TYPE_WITHHELD, "abc", WITHHELD_JSON, BY(SERVICE), &w->entry);
	assert_int_equal(judge(w, 9, false, &j), PL_E_QUORUM);
	test_entry(PL_TYPE_WITHHELD, "abc", WITHHELD_JSON, BY(SERVICE, OFFICER_1), &w->entry);
	assert_int_equal(judge(w, 9, false, &j), PL_E_QUORUM);
	assert_int_equal(j.approvals, 1);
	test_entry(PL_TYPE_WITHHELD, "abc", WITHHELD_JSON, BY(OFFICER_1, OFFICER_2), &w->entry);
	assert_int_equal(judge(w, 9, false, &j), PL_E_SIGNATURE); /* officers carry nothing */
	test_entry(PL_TYPE_WITHHELD, "abc", WITHHELD_JSON, BY(SERVICE, OFFICER_1, OFFICER_2), &w->entry);
	assert_ok(judge(w, 9, true, &j));
	assert_int_equal(j.approvals, 2);
	/* An officer who is gone approves nothing more. */
	test_end_entry(OFFICER_2, BY(ROOT_A, ROOT_B), &w->entry);
	assert_ok(take(w));
	test_entry(PL_TYPE_WITHHELD, "abc", WITHHELD_JSON, BY(SERVICE, OFFICER_1, OFFICER_2), &w->entry);
	assert_int_equal(judge(w, 9, false, &j), PL_E_QUORUM);
	world_free(w);
}

static void strict_refuses_what_counts_for_nothing(void **state)
{
	struct world *w = world_new(2);
	struct pl_judgement j;

	begin(w, 1);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(SERVICE, STRANGER), &w->entry);
	assert_ok(judge(w, 9, false, &j));
	assert_int_equal(j.idle, 1);
	assert_int_equal(judge(w, 9, true, &j), PL_E_SIGNATURE);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(STRANGER), &w->entry);
	assert_int_equal(judge(w, 9, false, &j), PL_E_SIGNATURE);
	world_free(w);
}

/* Change one byte of the signature in a canonical entry. */
static void a_bad_signature_of_a_known_key_refuses(void **state)
{
	struct world *w = world_new(2);
	struct pl_judgement j;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_dsse env;
	uint8_t sig[64];

	begin(w, 1);
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(SERVICE), &w->entry);
	assert_ok(pl_dsse_parse(pl_buf_str(&w->entry), &arena, &env, NULL));
	assert_int_equal(env.sigs[0].sig.len, sizeof sig);
	memcpy(sig, env.sigs[0].sig.ptr, sizeof sig);
	sig[10] ^= 1;
	env.sigs[0].sig.ptr = sig;
	pl_buf_clear(&w->entry);
	pl_dsse_write(&w->entry, &env);
	assert_int_equal(judge(w, 9, false, &j), PL_E_SIGNATURE);
	world_free(w);
}

static void a_key_is_introduced_once(void **state)
{
	struct world *w = world_new(1);
	struct pl_digest id = test_key_id(SERVICE);

	begin(w, 1);
	test_key_entry(SERVICE, PL_ROLE_SERVICE, BODY_TYPE, BY(ROOT_A), &w->entry);
	assert_int_equal(take(w), PL_E_EXISTS);
	test_end_entry(SERVICE, BY(ROOT_A), &w->entry);
	assert_ok(take(w));
	test_end_entry(SERVICE, BY(ROOT_A), &w->entry);
	assert_int_equal(take(w), PL_E_EXISTS);
	test_key_entry(SERVICE, PL_ROLE_SERVICE, BODY_TYPE, BY(ROOT_A), &w->entry);
	assert_int_equal(take(w), PL_E_EXISTS);
	test_end_entry(STRANGER, BY(ROOT_A), &w->entry);
	assert_int_equal(take(w), PL_E_NOTFOUND);
	test_end_entry(ROOT_B, BY(ROOT_A), &w->entry);
	assert_int_equal(take(w), PL_E_NOTFOUND);
	assert_int_equal(pl_keys_find(w->keys, &id)->until, 4);
	world_free(w);
}

/* Neither the field table nor a quorum of roots makes another root: a root counts from the beginning, and has no end. The
 * offline verifier has no field table, so the register itself says no. */
static void a_key_statement_makes_no_root(void **state)
{
	struct world *w = world_new(2);
	struct pl_statement *s;

	(void)state;
	begin(w, 1);
	test_key_entry(STRANGER, PL_ROLE_ROOT, BODY_TYPE, BY(ROOT_A, ROOT_B), &w->entry);
	s = test_open(&w->entry);
	assert_int_equal(pl_keys_apply(w->keys, s, w->next, NULL), PL_E_RANGE);
	assert_null(pl_keys_find(w->keys, &s->subjects[0].sha256));
	pl_statement_close(s);
	test_end_entry(SERVICE, BY(STRANGER, ROOT_A), &w->entry);
	assert_int_equal(take(w), PL_E_QUORUM);
	world_free(w);
}

static void a_key_signs_only_its_types(void **state)
{
	struct world *w = world_new(1);
	struct pl_judgement j;

	begin(w, 1);
	test_key_entry(REBUILDER, PL_ROLE_REBUILDER, BODY_TYPE, BY(ROOT_A), &w->entry);
	assert_ok(take(w));
	/* Its statement may name the type, but the type's row does not know the role. */
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(REBUILDER), &w->entry);
	assert_int_equal(judge(w, 9, false, &j), PL_E_SIGNATURE);
	test_key_entry(STRANGER, PL_ROLE_SERVICE, BODY_TYPE, BY(ROOT_A), &w->entry);
	assert_ok(take(w));
	test_entry(PL_TYPE_WITHHELD, "abc", WITHHELD_JSON, BY(STRANGER, OFFICER_1), &w->entry);
	assert_int_equal(judge(w, 9, false, &j), PL_E_SIGNATURE);
	world_free(w);
}

static int finish(void **state)
{
	test_signers_free();
	return 0;
}

/* A type that is stated in somebody's name: the row of its room says which member names him. */
static void nobody_signs_in_another_ones_name(void **state)
{
	static const char type[] = "urn:pellucid:test-own/v1";
	const struct pl_predicate row = {.type = type, .title = "own", .signers = PL_ROLE_BIT(PL_ROLE_ENTITY), .holder = "whose"};
	struct pl_digest id = test_key_id(REBUILDER);
	struct world *w = world_new(1);
	char own[64], other[64];
	struct pl_judgement j;

	begin(w, 1);
	test_key_entry(REBUILDER, PL_ROLE_ENTITY, "\"urn:pellucid:test-own/v1\"", BY(ROOT_A), &w->entry);
	assert_ok(take(w));
	test_key_entry(STRANGER, PL_ROLE_ENTITY, "\"urn:pellucid:test-own/v1\"", BY(ROOT_A), &w->entry);
	assert_ok(take(w));
	(void)snprintf(own, sizeof own, "{\"whose\":\"holder-%d\"}", (int)REBUILDER);
	(void)snprintf(other, sizeof other, "{\"whose\":\"holder-%d\"}", (int)STRANGER);
	for (unsigned i = 0; i < 4; i++) {
		const char *predicate = i == 0 ? own : i == 1 ? other : i == 2 ? "{}" : "{\"whose\":7}";
		struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;

		test_entry(type, "abc", predicate, BY(REBUILDER), &w->entry);
		s = test_open(&w->entry);
		assert_int_equal(pl_keys_judge(w->keys, &row, s, 9, true, &j, NULL), i == 0 ? PL_OK : PL_E_SIGNATURE);
		assert_int_equal(j.carriers, i == 0);
		assert_int_equal(pl_keys_entitled(pl_keys_find(w->keys, &id), &row, s, 9, false), i == 0);
	}
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_counts_only_between_its_entries),
		cmocka_unit_test(roots_need_their_threshold),
		cmocka_unit_test(roots_sign_nothing_else),
		cmocka_unit_test(approvals_count_distinct_officers),
		cmocka_unit_test(strict_refuses_what_counts_for_nothing),
		cmocka_unit_test(a_bad_signature_of_a_known_key_refuses),
		cmocka_unit_test(a_key_is_introduced_once),
		cmocka_unit_test(a_key_statement_makes_no_root),
		cmocka_unit_test(a_key_signs_only_its_types),
		cmocka_unit_test(nobody_signs_in_another_ones_name),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
