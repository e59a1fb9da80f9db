/* SPDX-License-Identifier: Apache-2.0 */
/* What the projector does with entries that no sequencer of ours would have appended, and deriving the tables anew. */
#include "fact_world.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/projector.h"
#include "fact/query.h"
#include "fact/record_db.h"
#include "fact/sequencer.h"
#include "log/writer.h"
#include "sql.h"
#include <fcntl.h>

/* Append @entry to the log of @inst as a writer without any judgement would. */
static uint64_t append_raw(struct pl_instance *inst, pl_bytes entry)
{
	const struct pl_policy_log *log = pl_policy_log_find(pl_instance_policy(inst), pl_instance_conf(inst)->origin);
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_log_record *record = NULL;
	struct pl_log_writer *writer = NULL;
	struct pl_log_answer answer = {0};
	struct pl_diag diag = {0};
	struct pl_log_key key;
	struct pl_log_writer_options o = {.dir = pl_instance_conf(inst)->log_dir.ptr, .keys = &key, .n_keys = 1,
		.policy = pl_instance_policy(inst)};

	assert_ok(pl_instance_signer(inst, "log", &signer, &diag));
	assert_ok(pl_record_db_new(pl_instance_db(inst), pl_instance_conf(inst)->origin, &record));
	key = (struct pl_log_key){log->key, signer};
	o.record = record;
	if (pl_log_writer_open(&o, &writer, &diag) != PL_OK)
		fail_msg("%s", diag.text);
	assert_ok(pl_log_writer_add_wait(writer, entry, &answer));
	assert_ok(pl_log_writer_wait_published(writer, answer.index + 1, 10 * PL_SECOND));
	assert_ok(pl_log_writer_close(writer));
	pl_record_db_free(record);
	return answer.index;
}

static void project_all(struct pl_instance *inst)
{
	struct pl_projector *p = NULL;
	struct pl_diag diag = {0};
	size_t done = 1;

	assert_ok(pl_projector_open(inst, &p, &diag));
	while (done) {
		pl_status st = pl_projector_step(p, SIZE_MAX, &done, &diag);

		if (st)
			fail_msg("%s", diag.text);
	}
	pl_projector_close(p);
}

static void rebuild(struct pl_instance *inst, struct pl_fact_report *r)
{
	struct pl_diag diag = {0};

	if (pl_fact_rebuild(inst, world_scratch(), r, &diag) != PL_OK)
		fail_msg("%s", diag.text);
}

static void expect(struct pl_instance *inst, uint64_t index, enum pl_entry_state state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_query_statement s;

	assert_ok(pl_query_statement_at(inst, index, &arena, &s));
	if (s.state != state)
		print_error("entry %llu: %s: %.*s\n", (unsigned long long)index, pl_entry_state_word(s.state),
			PL_STR_ARG(s.reason));
	assert_int_equal(s.state, state);
	assert_true((state == PL_ENTRY_APPLIED) == (s.reason.len == 0));
}

#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BODY_JSON "{\"body\":{\"digest\":\"" ABC "\",\"mediaType\":\"a/b\",\"size\":3},\"kind\":\"document\"}"

/* Sign what a stranger signed with the service key as well: the same statement in another entry. */
static void countersign(struct pl_instance *inst, const struct pl_buf *entry, bool keep, struct pl_buf *out)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_signer *service PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_dsse env;

	assert_ok(pl_instance_signer(inst, "service", &service, NULL));
	assert_ok(pl_dsse_parse(pl_buf_str(entry), &arena, &env, NULL));
	if (!keep)
		env.n_sigs = 0;
	assert_ok(pl_dsse_sign(&env, service, &arena));
	pl_buf_clear(out);
	pl_dsse_write(out, &env);
}

/* What a key of ours could sign: a statement whose id tells a time that no 64-bit count of nanoseconds holds. */
static void far_future(struct pl_buf *entry)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_dsse env = {.type = PL_STR(PL_STATEMENT_MEDIA)};
	struct pl_subject subject = {.name = PL_STR("abc")};
	struct pl_ulid id = {{0}};

	pl_be64_write(id.b, (INT64_MAX / PL_MILLISECOND + 1) << 16);
	assert_ok(pl_json_parse(PL_STR("{}"), 64, 4, &predicate, NULL));
	assert_ok(pl_statement_build_as(PL_STR("https://example.org/unknown/v7"), &id, &subject, 1, predicate, &payload, NULL));
	env.payload = pl_buf_bytes(&payload);
	assert_ok(pl_dsse_sign(&env, test_signer(STRANGER), &arena));
	pl_buf_clear(entry);
	pl_dsse_write(entry, &env);
}

static void it_never_stops(void **state)
{
	struct pl_instance *inst = world_init("strange", 1, 1);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_fact_report r = {0};
	struct pl_outbox_ref ref;
	uint64_t first, next;

	first = append_raw(inst, pl_str_bytes(PL_STR("hello")));
	next = append_raw(inst, pl_str_bytes(PL_STR("\xff\xfe\x00 not even text")));
	assert_int_equal(next, first + 1);
	test_entry("https://example.org/unknown/v7", "abc", "{\"anything\":[1,2,{\"x\":null}]}", BY(STRANGER), &entry);
	append_raw(inst, pl_buf_bytes(&entry));                       /* + 2 unknown */
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(STRANGER), &entry);
	append_raw(inst, pl_buf_bytes(&entry));                       /* + 3 unauthorised */
	countersign(inst, &entry, false, &again);
	append_raw(inst, pl_buf_bytes(&again));                       /* + 4 the same statement, entitled: counts */
	countersign(inst, &entry, true, &again);
	append_raw(inst, pl_buf_bytes(&again));                       /* + 5 once more with another signature: repeated */
	test_entry(PL_TYPE_BODY, "not-its-digest", BODY_JSON, BY(STRANGER), &entry);
	countersign(inst, &entry, false, &again);
	append_raw(inst, pl_buf_bytes(&again));                       /* + 6 malformed: subject is another digest */
	test_entry(PL_TYPE_WITHHELD, "nobody-knows-me", "{\"reason\":\"security\"}", BY(STRANGER), &entry);
	countersign(inst, &entry, false, &again);
	append_raw(inst, pl_buf_bytes(&again));                       /* + 7 unauthorised: approvals are lacking */
	far_future(&entry);
	append_raw(inst, pl_buf_bytes(&entry));                       /* + 8 malformed */
	project_all(inst);
	expect(inst, first, PL_ENTRY_MALFORMED);
	expect(inst, first + 1, PL_ENTRY_MALFORMED);
	expect(inst, first + 2, PL_ENTRY_UNKNOWN);
	expect(inst, first + 3, PL_ENTRY_UNAUTHORISED);
	expect(inst, first + 4, PL_ENTRY_APPLIED);
	expect(inst, first + 5, PL_ENTRY_REPEATED);
	expect(inst, first + 6, PL_ENTRY_MALFORMED);
	expect(inst, first + 7, PL_ENTRY_UNAUTHORISED);
	expect(inst, first + 8, PL_ENTRY_MALFORMED);
	/* And ordinary life goes on. */
	world_state_document(inst, 1, &ref);
	world_settle(inst, &ref, 1);
	expect(inst, first + 9, PL_ENTRY_APPLIED);
	rebuild(inst, &r);
	assert_int_equal(r.tables_different, 0);
	assert_int_equal(r.entries, first + 10);
	assert_int_equal(r.by_state[PL_ENTRY_MALFORMED], 4);
	assert_int_equal(r.by_state[PL_ENTRY_UNAUTHORISED], 2);
	assert_true(pl_digest_eq(&r.dump, &r.dump_derived));
	world_close(inst);
}

static pl_status tamper(void *ctx, struct pl_db_tx *tx)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_test_tamper_subject, PL_DB_ARGS(PL_DB_U64(*(uint64_t *)ctx)), &changed);

	assert_int_equal(changed, 1);
	return st;
}

static pl_status drop(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_exec(tx, &pl_sql_test_drop_statement, PL_DB_ARGS(PL_DB_U64(*(uint64_t *)ctx)), NULL);
}

static pl_status add_key(void *ctx, struct pl_db_tx *tx)
{
	struct pl_digest id = test_key_id(STRANGER);

	return pl_db_exec(tx, &pl_sql_test_add_key, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&id))), NULL);
}

static void deriving_anew_shows_what_was_changed(void **state)
{
	struct pl_instance *inst = world_init("tampered", 1, 1);
	struct pl_fact_report r = {0};
	struct pl_outbox_ref refs[5];
	uint64_t index = 4;

	for (size_t i = 0; i < PL_COUNT(refs); i++)
		world_state_document(inst, i, &refs[i]);
	world_settle(inst, refs, PL_COUNT(refs));
	rebuild(inst, &r);
	assert_int_equal(r.tables_different, 0);
	assert_ok(pl_db_tx(pl_instance_db(inst), tamper, &index));
	rebuild(inst, &r);
	assert_int_equal(r.tables_different, 1);
	assert_non_null(strstr(r.first_difference, "another-name"));
	assert_ok(pl_db_tx(pl_instance_db(inst), drop, &index));
	rebuild(inst, &r);
	assert_int_equal(r.tables_different, 1);
	assert_ok(pl_db_tx(pl_instance_db(inst), add_key, NULL));
	rebuild(inst, &r);
	assert_int_equal(r.tables_different, 2);
	assert_false(pl_digest_eq(&r.dump, &r.dump_derived));
	world_close(inst);
}

static void a_key_in_the_database_is_no_key(void **state)
{
	struct pl_instance *inst = world_init("dbkey", 1, 1);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_outbox_ref ref;
	struct pl_diag diag = {0};

	/* Whoever writes to the database cannot introduce a key: the register comes from the log. */
	assert_ok(pl_db_tx(pl_instance_db(inst), add_key, NULL));
	test_entry(PL_TYPE_BODY, "abc", BODY_JSON, BY(STRANGER), &entry);
	assert_ok(pl_instance_submit(inst, PL_STR("s"), pl_buf_bytes(&entry), &ref, &diag));
	assert_int_equal(pl_instance_settle(inst, &ref, 1, PL_OUTBOX_PROJECTED, 10 * PL_SECOND, &diag), PL_E_DENIED);
	world_close(inst);
}

static void changed_tiles_are_not_applied(void **state)
{
	struct pl_instance *inst = world_init("tiles", 1, 1);
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(4096), bytes PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
	struct pl_projector *p = NULL;
	struct pl_diag diag = {0};
	size_t done = 0;

	assert_ok(pl_projector_open(inst, &p, &diag));
	append_raw(inst, pl_str_bytes(PL_STR("an honest entry")));
	pl_buf_put_str(&path, pl_instance_conf(inst)->log_dir);
	pl_buf_put_z(&path, "/public/tile/entries/000.p/4");
	assert_ok(pl_file_read(AT_FDCWD, pl_buf_z(&path), &bytes));
	bytes.ptr[bytes.len - 1] ^= 1;
	assert_ok(pl_file_put(AT_FDCWD, pl_buf_z(&path), pl_buf_bytes(&bytes), 0644, PL_FILE_REPLACE));
	assert_int_equal(pl_projector_step(p, SIZE_MAX, &done, &diag), PL_E_CORRUPT);
	assert_int_equal(pl_projector_position(p), 3);
	bytes.ptr[bytes.len - 1] ^= 1;
	assert_ok(pl_file_put(AT_FDCWD, pl_buf_z(&path), pl_buf_bytes(&bytes), 0644, PL_FILE_REPLACE));
	pl_projector_close(p);
	project_all(inst);
	expect(inst, 3, PL_ENTRY_MALFORMED);
	world_close(inst);
}

/* A second tree of the same size, signed by the log: it is not taken, and not only the first time. */
static void a_fork_at_the_same_size_is_not_forgotten(void **state)
{
	struct pl_instance *inst = world_init("fork", 1, 1);
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(4096), note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp = {.origin = pl_instance_conf(inst)->origin, .root = {{1}}};
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_projector *p = NULL;
	struct pl_diag diag = {0};
	size_t done = 0;

	assert_ok(pl_instance_signer(inst, "log", &signer, &diag));
	assert_ok(pl_projector_open(inst, &p, &diag));
	cp.size = pl_projector_position(p);
	assert_ok(pl_checkpoint_sign(&note, &cp, (struct pl_signer *const[]){signer}, 1));
	pl_buf_put_str(&path, pl_instance_conf(inst)->log_dir);
	pl_buf_put_z(&path, "/public/checkpoint");
	assert_ok(pl_file_put(AT_FDCWD, pl_buf_z(&path), pl_buf_bytes(&note), 0644, PL_FILE_REPLACE));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pl_projector_step(p, SIZE_MAX, &done, &diag), PL_E_CORRUPT);
	pl_projector_close(p);
	world_close(inst);
}

static void bodies_are_present_withheld_or_missing(void **state)
{
	struct pl_instance *inst = world_init("bodies", 2, 2);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {.name = PL_STR("document-1.txt")};
	struct pl_fact_report r = {0};
	struct pl_outbox_ref refs[3];
	struct pl_query_body b;
	struct pl_digest zero;
	struct pl_diag diag = {0};

	for (size_t i = 0; i < 3; i++)
		world_state_document(inst, i, &refs[i]);
	world_settle(inst, refs, 3);
	assert_ok(pl_fact_bodies(inst, true, &r, &diag));
	assert_int_equal(r.bodies_present, 3);
	pl_sha256(pl_str_bytes(PL_STR("document 0\n")), &zero);
	assert_ok(pl_blob_delete(pl_instance_blobs(inst), &zero));
	pl_sha256(pl_str_bytes(PL_STR("document 1\n")), &subject.sha256);
	pl_json_set_z(p, "reason", "legal-order");
	assert_ok(pl_statement_build(PL_STR(PL_TYPE_WITHHELD), &subject, 1, p, &payload, NULL, &diag));
	assert_ok(pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, &entry, &diag));
	assert_ok(pl_instance_submit(inst, PL_STR("s"), pl_buf_bytes(&entry), &refs[0], &diag));
	world_settle(inst, refs, 1);
	assert_ok(pl_blob_delete(pl_instance_blobs(inst), &subject.sha256));
	assert_ok(pl_fact_bodies(inst, true, &r, &diag));
	assert_int_equal(r.bodies_present, 1);
	assert_int_equal(r.bodies_withheld, 1);
	assert_int_equal(r.bodies_missing, 1);
	assert_ok(pl_query_body(inst, &subject.sha256, &arena, &b));
	assert_int_equal(b.state, PL_BODY_WITHHELD);
	assert_true(pl_str_eq(b.withheld_reason, PL_STR("legal-order")));
	assert_ok(pl_query_body(inst, &zero, &arena, &b));
	assert_int_equal(b.state, PL_BODY_MISSING);
	assert_int_equal(b.size, 11);
	world_close(inst);
}

static void queries_answer(void **state)
{
	struct pl_instance *inst = world_init("queries", 1, 1);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4u << 20);
	struct pl_query_statement *list, one;
	struct pl_query_witness *witnesses;
	struct pl_query_view view;
	struct pl_query_proof proof;
	struct pl_query_body *bodies;
	struct pl_query_key *keys;
	struct pl_outbox_ref refs[10];
	struct pl_digest leaf;
	struct pl_diag diag = {0};
	size_t n;

	for (size_t i = 0; i < PL_COUNT(refs); i++)
		world_state_document(inst, i, &refs[i]);
	world_settle(inst, refs, PL_COUNT(refs));
	assert_ok(pl_query_view(inst, &arena, &view));
	assert_int_equal(view.size, 13);
	assert_int_equal(view.checkpoint_size, 13);
	assert_int_equal(view.record_size, 13);
	assert_false(view.witnessed);
	assert_int_equal(view.by_state[PL_ENTRY_APPLIED], 13);
	assert_int_equal(view.outbox.projected, 13);
	assert_ok(pl_query_statements(inst, PL_STR(""), UINT64_MAX, 4, &arena, &list, &n));
	assert_int_equal(n, 4);
	assert_int_equal(list[0].index, 12);
	assert_ok(pl_query_statements(inst, PL_STR(PL_TYPE_BODY), list[3].index, 100, &arena, &list, &n));
	assert_int_equal(n, 6);
	assert_true(pl_str_eq(list[0].title, PL_STR("Document")));
	assert_ok(pl_query_statement_by_id(inst, &list[0].id, &arena, &one));
	assert_int_equal(one.index, list[0].index);
	assert_ok(pl_query_statements_by_digest(inst, &list[0].entry, 10, &arena, &list, &n));
	assert_int_equal(n, 1);
	assert_ok(pl_query_statements_by_digest(inst, &one.subject_digest, 10, &arena, &list, &n));
	assert_int_equal(n, 1);
	assert_ok(pl_query_bodies_of(inst, one.index, &arena, &bodies, &n));
	assert_int_equal(n, 1);
	assert_int_equal(bodies[0].state, PL_BODY_PRESENT);
	assert_ok(pl_query_keys(inst, &arena, &keys, &n));
	assert_int_equal(n, 3);
	assert_true(pl_str_eq(keys[0].role, PL_STR("root")));
	assert_true(pl_str_eq(keys[2].holder, PL_STR("officer-1")));
	assert_ok(pl_query_witnesses(inst, &view, &arena, &witnesses, &n));
	assert_int_equal(n, 0);
	assert_ok(pl_query_entry(inst, 7, &arena, &proof, &diag));
	pl_tree_leaf(proof.entry, &leaf);
	assert_ok(pl_tree_verify_inclusion(7, proof.size, &leaf, proof.path, proof.n_path, &view.root));
	assert_int_equal(pl_query_entry(inst, 13, &arena, &proof, &diag), PL_E_NOTFOUND);
	assert_int_equal(pl_query_statement_at(inst, 99, &arena, &one), PL_E_NOTFOUND);
	world_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_never_stops),
		cmocka_unit_test(deriving_anew_shows_what_was_changed),
		cmocka_unit_test(a_key_in_the_database_is_no_key),
		cmocka_unit_test(changed_tiles_are_not_applied),
		cmocka_unit_test(a_fork_at_the_same_size_is_not_forgotten),
		cmocka_unit_test(bodies_are_present_withheld_or_missing),
		cmocka_unit_test(queries_answer),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
