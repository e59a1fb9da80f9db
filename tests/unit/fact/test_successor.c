/* SPDX-License-Identifier: Apache-2.0 */
/* Does an entry name the log's next key? Judged from outside: by the trust file's roots and the log's own entries. */
#include "fact_world.h"
#include "base/file.h"
#include "fact/successor.h"
#include "log/log_dir.h"
#include "log/writer.h"
#include <fcntl.h>

#define ORIGIN "log.example/successor"
#define ROTATION "\"" PL_TYPE_LOG_ROTATION "\""

struct outside {
	struct pl_log_key key;
	struct pl_buf old, fresh; /* vkeys */
	struct pl_log_writer *writer;
	struct pl_policy *policy;
	struct pl_log_reader *reader;
	struct pl_buf note;
	struct pl_checkpoint cp;
};

static void make_log(struct outside *o)
{
	struct pl_log_writer_options w = {.dir = world_dir("outside"), .keys = &o->key, .n_keys = 1};
	struct pl_vkey fresh;

	o->key.signer = test_signer(REBUILDER);
	o->old = (struct pl_buf)PL_BUF(PL_VKEY_MAX);
	o->fresh = (struct pl_buf)PL_BUF(PL_VKEY_MAX);
	assert_ok(pl_vkey_of_signer(PL_STR(ORIGIN), o->key.signer, &o->key.vkey));
	assert_ok(pl_vkey_of_signer(PL_STR(ORIGIN), test_signer(ROOT_C), &fresh));
	pl_vkey_write(&o->old, &o->key.vkey);
	pl_vkey_write(&o->fresh, &fresh);
	assert_ok(pl_log_dir_create(w.dir, PL_STR(ORIGIN), NULL, o->key.signer, NULL));
	assert_ok(pl_log_writer_open(&w, &o->writer, NULL));
}

static void rotation(const struct outside *o, const enum test_key *by, size_t n, struct pl_buf *entry)
{
	char predicate[1024];
	struct pl_digest digest;

	(void)snprintf(predicate, sizeof predicate,
		"{\"old\":\"%.*s\",\"new\":\"%.*s\",\"overlapUntil\":\"2026-12-01T00:00:00Z\",\"reason\":\"scheduled\"}",
		PL_STR_ARG(pl_buf_str(&o->old)), PL_STR_ARG(pl_buf_str(&o->fresh)));
	pl_sha256(pl_buf_bytes(&o->fresh), &digest);
	test_entry_about(PL_TYPE_LOG_ROTATION, ORIGIN, &digest, predicate, by, n, entry);
}

static void append(struct outside *o, struct pl_buf *entry)
{
	struct pl_log_answer a;

	assert_ok(pl_log_writer_add_wait(o->writer, pl_buf_bytes(entry), &a));
}

static void look(struct outside *o, const char *policy_start)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(8192);

	assert_ok(pl_log_writer_close(o->writer));
	pl_buf_put_z(&text, policy_start);
	pl_buf_put_z(&text, "log ");
	pl_buf_put_str(&text, pl_buf_str(&o->old));
	pl_buf_put_z(&text, "\nquorum none\n");
	assert_ok(pl_policy_parse(pl_buf_str(&text), &o->policy, NULL));
	assert_ok(pl_log_reader_open(pl_str_from(world_dir("outside")), NULL, &o->reader, NULL));
	o->note = (struct pl_buf)PL_BUF(PL_CHECKPOINT_MAX);
	assert_ok(pl_log_reader_checkpoint(o->reader, &o->note));
	assert_ok(pl_checkpoint_peek(pl_buf_str(&o->note), &o->cp, NULL));
}

static void done(struct outside *o)
{
	pl_log_reader_close(o->reader);
	pl_policy_free(o->policy);
	pl_buf_done(&o->note);
	pl_buf_done(&o->old);
	pl_buf_done(&o->fresh);
}

static pl_status find(struct outside *o, uint64_t index, const struct pl_buf *entry)
{
	struct pl_buf old PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX), fresh PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	pl_status st = pl_successor_find(o->policy, o->reader, index, pl_buf_bytes(entry), &o->cp, &old, &fresh);

	if (st == PL_OK) {
		assert_true(pl_str_eq(pl_buf_str(&old), pl_buf_str(&o->old)));
		assert_true(pl_str_eq(pl_buf_str(&fresh), pl_buf_str(&o->fresh)));
	}
	return st;
}

static void only_those_entitled_name_the_next_key(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(8192), entry[3];
	struct pl_buf step PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct outside o = {.writer = NULL};

	(void)state;
	make_log(&o);
	for (size_t i = 0; i < 3; i++)
		entry[i] = (struct pl_buf)PL_BUF(PL_STATEMENT_ENTRY_MAX);
	test_inception(ORIGIN, (const char *)"v", 1, BY(ROOT_A), &step);
	append(&o, &step);
	pl_buf_clear(&step);
	test_key_entry(SERVICE, PL_ROLE_SERVICE, ROTATION, BY(ROOT_A), &step);
	append(&o, &step);
	pl_buf_clear(&step);
	test_key_entry(OFFICER_1, PL_ROLE_OFFICER, ROTATION, BY(ROOT_A), &step);
	append(&o, &step);
	rotation(&o, BY(SERVICE, OFFICER_1), &entry[0]);
	rotation(&o, BY(SERVICE), &entry[1]);
	rotation(&o, BY(STRANGER, OFFICER_2), &entry[2]);
	for (size_t i = 0; i < 3; i++)
		append(&o, &entry[i]);
	pl_buf_put_z(&text, "#pellucid trust v1\n#pellucid root a ");
	pl_pubkey_write(&text, pl_signer_public(test_signer(ROOT_A)));
	pl_buf_put_z(&text, "\n#pellucid roots 1\n#pellucid rebuilders 0\n");
	assert_non_null(pl_buf_z(&text));
	look(&o, pl_buf_z(&text));
	assert_int_equal(o.cp.size, 6);
	assert_ok(find(&o, 3, &entry[0]));
	assert_int_equal(find(&o, 4, &entry[1]), PL_E_NOTFOUND); /* no officer */
	assert_int_equal(find(&o, 5, &entry[2]), PL_E_NOTFOUND); /* strangers */
	assert_int_equal(find(&o, 1, &entry[0]), PL_E_NOTFOUND); /* before their keys were introduced */
	assert_int_equal(find(&o, 2, &step), PL_E_NOTFOUND);     /* another statement */
	/* The tiles must lead to the root that was signed. */
	o.cp.root.b[0] ^= 1;
	assert_int_equal(find(&o, 3, &entry[0]), PL_E_PROOF);
	o.cp.root.b[0] ^= 1;
	o.cp.origin = PL_STR("log.example/other");
	assert_int_equal(find(&o, 3, &entry[0]), PL_E_NOTFOUND);
	for (size_t i = 0; i < 3; i++)
		pl_buf_done(&entry[i]);
	done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_those_entitled_name_the_next_key),
	};
	int failed = cmocka_run_group_tests(tests, world_begin, world_end);

	test_signers_free();
	return failed;
}
