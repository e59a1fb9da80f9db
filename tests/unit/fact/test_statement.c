/* SPDX-License-Identifier: Apache-2.0 */
#include "fact_test.h"
#include "fact/predicates.h"
#include "fact/statement.h"

#define ABC_HEX "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const char body_of_abc[] =
	"{\"body\":{\"digest\":\"sha256:" ABC_HEX "\",\"mediaType\":\"text/plain\",\"size\":3},\"kind\":\"document\"}";

static void builds_these_bytes(void **state)
{
	/* The whole payload, so that a change of spelling cannot go unnoticed. */
	static const char expected[] =
		"{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"body\":{\"digest\":\"sha256:" ABC_HEX "\","
		"\"mediaType\":\"text/plain\",\"size\":3},\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"kind\":\"document\"},"
		"\"predicateType\":\"urn:pellucid:body/v1\",\"subject\":[{\"digest\":{\"sha256\":\"" ABC_HEX "\"},\"name\":\"abc\"}]}";
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_json *p PL_CLEANUP(pl_json_done) = NULL;
	struct pl_subject subject = {.name = PL_STR("abc")};
	struct pl_ulid id;

	pl_sha256(pl_str_bytes(PL_STR("abc")), &subject.sha256);
	assert_ok(pl_ulid_parse(PL_STR("01ARZ3NDEKTSV4RRFFQ69G5FAV"), &id));
	assert_ok(pl_json_parse(pl_str_from(body_of_abc), 4096, 8, &p, NULL));
	assert_ok(pl_statement_build_as(PL_STR(PL_TYPE_BODY), &id, &subject, 1, p, &payload, NULL));
	assert_true(pl_str_eq(pl_buf_str(&payload), pl_str_from(expected)));
}

static void standard_types_carry_the_id_in_the_subject(void **state)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subjects[2] = {{.name = PL_STR("a")}, {.name = PL_STR("b")}};
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_ulid id;

	assert_ok(pl_statement_build(PL_STR(PL_TYPE_SLSA_PROVENANCE), subjects, 2, p, &payload, &id, NULL));
	assert_true(pl_str_find_str(pl_buf_str(&payload), PL_STR("\"annotations\":{\"id\":\"")) < payload.len);
	assert_ok(pl_statement_open_payload(pl_buf_bytes(&payload), &s, NULL));
	assert_false(s->ours);
	assert_int_equal(s->n_subjects, 2);
	assert_memory_equal(s->id.b, id.b, sizeof id.b);
	assert_true(pl_statement_time(s) == pl_ulid_ms(&id) * 1000000);
	assert_null(pl_json_get(s->predicate, "id"));
}

static void refuses_to_build(void **state)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject good = {.name = PL_STR("a")}, space = {.name = PL_STR("a b")}, empty = {0};
	struct pl_buf big PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	pl_str ours = PL_STR(PL_TYPE_BODY);

	assert_int_equal(pl_statement_build(ours, &good, 0, p, &payload, NULL, NULL), PL_E_RANGE);
	assert_int_equal(pl_statement_build(ours, &space, 1, p, &payload, NULL, NULL), PL_E_RANGE);
	assert_int_equal(pl_statement_build(ours, &empty, 1, p, &payload, NULL, NULL), PL_E_RANGE);
	assert_int_equal(pl_statement_build(PL_STR("has space"), &good, 1, p, &payload, NULL, NULL), PL_E_RANGE);
	for (size_t i = 0; i < PL_STATEMENT_PAYLOAD_MAX; i++)
		pl_buf_put_c(&big, 'x');
	pl_json_set_str(p, "big", pl_buf_str(&big));
	assert_int_equal(pl_statement_build(ours, &good, 1, p, &payload, NULL, NULL), PL_E_TOOBIG);
	pl_json_set_z(p, "id", "mine");
	assert_int_equal(pl_statement_build(ours, &good, 1, p, &payload, NULL, NULL), PL_E_RANGE);
	assert_int_equal(payload.len, 0);
	assert_ok(pl_buf_status(&payload));
}

static void opens_what_was_signed(void **state)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_digest pae;

	test_entry(PL_TYPE_BODY, "abc", body_of_abc, BY(SERVICE, OFFICER_1), &entry);
	s = test_open(&entry);
	assert_int_equal(s->envelope.n_sigs, 2);
	assert_true(s->ours);
	assert_true(pl_str_eq(s->type, PL_STR(PL_TYPE_BODY)));
	assert_ok(pl_statement_pae(s->envelope.payload, &pae));
	assert_true(pl_digest_eq(&pae, &s->pae));
	/* The canonical writing is a fixed point. */
	assert_ok(pl_statement_rewrite(pl_buf_bytes(&entry), &again, NULL));
	assert_true(pl_bytes_eq(pl_buf_bytes(&again), pl_buf_bytes(&entry)));
}

/* An envelope around @payload without any signature worth the name, in canonical spelling. */
static void envelope(const char *payload, struct pl_buf *out)
{
	struct pl_dsse env = {.type = PL_STR(PL_STATEMENT_MEDIA), .payload = pl_str_bytes(pl_str_from(payload)), .n_sigs = 1,
		.sigs = {{PL_STR("x"), {(const uint8_t *)"sig", 3}}}};

	pl_buf_clear(out);
	pl_dsse_write(out, &env);
}

#define SUBJECT "\"subject\":[{\"digest\":{\"sha256\":\"" ABC_HEX "\"},\"name\":\"abc\"}]"
#define V1 "\"_type\":\"https://in-toto.io/Statement/v1\""
#define ID "\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\""
#define OURS "\"predicateType\":\"urn:pellucid:x/v1\""

static void refuses_other_payloads(void **state)
{
	static const char *const bad[] = {
		"", "null", "[]", "{}", "not json",
		"{" V1 ",\"predicate\":{" ID "}," OURS "}",                                    /* no subject */
		"{" V1 ",\"predicate\":{" ID "}," OURS ",\"subject\":[]}",                     /* empty */
		"{" V1 ",\"predicate\":{}," OURS "," SUBJECT "}",                              /* no id */
		"{" V1 ",\"predicate\":{\"id\":\"01arz3ndektsv4rrffq69g5fav\"}," OURS "," SUBJECT "}", /* lower case */
		"{" V1 ",\"predicate\":{" ID "}," OURS "," SUBJECT ",\"more\":1}",             /* member, and out of order */
		"{" V1 ",\"more\":1,\"predicate\":{" ID "}," OURS "," SUBJECT "}",             /* member */
		"{" V1 ", \"predicate\":{" ID "}," OURS "," SUBJECT "}",                       /* white space */
		"{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicate\":{" ID "}," OURS "," SUBJECT "}",
		"{" V1 ",\"predicate\":{" ID "}," OURS ",\"subject\":[{\"digest\":{\"sha256\":\"BA\"},\"name\":\"abc\"}]}",
		"{" V1 ",\"predicate\":{" ID "}," OURS ",\"subject\":[{\"digest\":{\"sha256\":\"" ABC_HEX
			"\"},\"name\":\"with space\"}]}",
		"{" V1 ",\"predicate\":{" ID "}," OURS ",\"subject\":[{\"digest\":{\"sha256\":\"" ABC_HEX
			"\"},\"name\":\"abc\",\"uri\":\"x\"}]}",
		"{" V1 ",\"predicate\":{" ID "," ID "}," OURS "," SUBJECT "}",                 /* twice */
		"{" V1 ",\"predicate\":{" ID "},\"predicateType\":\"https://slsa.dev/provenance/v1\"," SUBJECT "}", /* id misplaced */
	};
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_statement *s = NULL;

	envelope("{" V1 ",\"predicate\":{" ID "}," OURS "," SUBJECT "}", &entry);
	assert_ok(pl_statement_open(pl_buf_bytes(&entry), &s, NULL));
	pl_statement_close(s);
	s = NULL;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		pl_status st;

		envelope(bad[i], &entry);
		st = pl_statement_open(pl_buf_bytes(&entry), &s, NULL);
		if (st == PL_OK)
			print_error("accepted: %s\n", bad[i]);
		assert_true(st == PL_E_SYNTAX || st == PL_E_RANGE);
		assert_null(s);
	}
}

static void refuses_other_spellings_and_rewrites_them(void **state)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_buf loose PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_STATEMENT_ENTRY_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_json *json PL_CLEANUP(pl_json_done) = NULL;
	struct pl_statement *s = NULL;

	test_entry(PL_TYPE_BODY, "abc", body_of_abc, BY(SERVICE), &entry);
	assert_ok(pl_json_parse(pl_buf_str(&entry), entry.len, 8, &json, NULL));
	assert_ok(pl_json_write_pretty(json, &loose));
	assert_int_equal(pl_statement_open(pl_buf_bytes(&loose), &s, NULL), PL_E_SYNTAX);
	assert_ok(pl_statement_rewrite(pl_buf_bytes(&loose), &again, NULL));
	assert_true(pl_bytes_eq(pl_buf_bytes(&again), pl_buf_bytes(&entry)));
}

static void refuses_entries_that_are_too_large(void **state)
{
	struct pl_buf big PL_CLEANUP(pl_buf_done) = PL_BUF(200000);
	struct pl_statement *s = NULL;

	for (size_t i = 0; i <= PL_STATEMENT_ENTRY_MAX; i++)
		pl_buf_put_c(&big, ' ');
	assert_int_equal(pl_statement_open(pl_buf_bytes(&big), &s, NULL), PL_E_TOOBIG);
}

static void bodies_read_as_written(void **state)
{
	static const char *const bad[] = {
		"{}", "[]", "{\"digest\":\"sha256:00\",\"mediaType\":\"a/b\",\"size\":1}",
		"{\"digest\":\"sha256:" ABC_HEX "\",\"mediaType\":\"text\",\"size\":1}",
		"{\"digest\":\"sha256:" ABC_HEX "\",\"mediaType\":\"text/a b\",\"size\":1}",
		"{\"digest\":\"sha256:" ABC_HEX "\",\"mediaType\":\"a/b\",\"size\":-1}",
		"{\"digest\":\"sha256:" ABC_HEX "\",\"mediaType\":\"a/b\",\"size\":9007199254740992}",
		"{\"digest\":\"sha256:" ABC_HEX "\",\"mediaType\":\"a/b\",\"size\":1,\"name\":\"x\"}",
	};
	struct pl_body body = {.size = 3, .media_type = PL_STR("application/vnd.in-toto+json")}, back;
	struct pl_json *json PL_CLEANUP(pl_json_done) = NULL;

	pl_sha256(pl_str_bytes(PL_STR("abc")), &body.digest);
	json = pl_body_to_json(&body);
	assert_ok(pl_body_from_json(json, &back, NULL));
	assert_true(pl_digest_eq(&back.digest, &body.digest) && back.size == 3 && pl_str_eq(back.media_type, body.media_type));
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_json *v PL_CLEANUP(pl_json_done) = NULL;

		assert_ok(pl_json_parse(pl_str_from(bad[i]), 4096, 8, &v, NULL));
		assert_int_not_equal(pl_body_from_json(v, &back, NULL), PL_OK);
	}
}

static int finish(void **state)
{
	test_signers_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_these_bytes),
		cmocka_unit_test(standard_types_carry_the_id_in_the_subject),
		cmocka_unit_test(refuses_to_build),
		cmocka_unit_test(opens_what_was_signed),
		cmocka_unit_test(refuses_other_payloads),
		cmocka_unit_test(refuses_other_spellings_and_rewrites_them),
		cmocka_unit_test(refuses_entries_that_are_too_large),
		cmocka_unit_test(bodies_read_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
