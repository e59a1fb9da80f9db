/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody has taken over the web process. He asks the signer for every type of the vocabulary, and he writes rows of every
 * type into the outbox with the best signatures that he could get hold of. Nothing is signed and nothing is logged that
 * lacks its rights or its approvals. A type without a sample here fails the test, so no new one is forgotten.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fact/instance_internal.h"
#include "fact/log_key.h"
#include "fact/query.h"
#include "fact/sequencer.h"
#include "instance.h"
#include "release/vocabulary.h"

/* SHA-256 of "abc", and a key (RFC 8032, section 7.1, test 1) with its id. */
#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SPKI "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define SPKI_ID "sha256:06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9"
#define BODY "{\"digest\":\"" ABC "\",\"mediaType\":\"a/b\",\"size\":3}"
#define END "\"size\":0,\"highest\":0,\"days\":0,\"time\":\"" TIME "\",\"root\":\"" ABC "\",\"chain\":\"" ABC "\""
#define TIME "2026-01-01T00:00:00Z"
#define OLD_VKEY "abc+c8149db4+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
#define NEW_VKEY "abc+b85d47cd+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
#define NEW_VKEY_DIGEST "sha256:d5e00f3ecbb290f66d6a16e17688fb9111bf33215410c196d669063cc70e710f"

struct sample {
	const char *type, *predicate;
	const char *subject; /* its digest; NULL: ABC. The subject's name is always "abc" */
};

static const struct sample samples[] = {
	{PL_TYPE_INCEPTION, "{\"origin\":\"abc\",\"purpose\":\"test\",\"vkey\":\"abc\",\"date\":\"" TIME "\",\"officers\":1,"
						"\"roots\":[\"" ABC "\"],\"rootThreshold\":1}", NULL},
	{PL_TYPE_KEY, "{\"holder\":\"abc\",\"role\":\"officer\",\"key\":\"" SPKI "\",\"predicates\":[\"" PL_TYPE_RELEASE "\"]}", SPKI_ID},
	{PL_TYPE_KEY_END, "{\"reason\":\"lost\"}", NULL},
	{PL_TYPE_BODY, "{\"body\":" BODY ",\"kind\":\"document\"}", NULL},
	{PL_TYPE_WITHHELD, "{\"reason\":\"security\"}", NULL},
	{PL_TYPE_LOG_RESUME, "{\"size\":1,\"root\":\"" ABC "\",\"reason\":\"witness-ended\"}", NULL},
	{PL_TYPE_TIME_ACCEPT, "{\"size\":1,\"before\":\"" TIME "\",\"accepted\":\"" TIME "\",\"reason\":\"test\"}", NULL},
	{PL_TYPE_LOG_ROTATION, "{\"old\":\"" OLD_VKEY "\",\"new\":\"" NEW_VKEY "\",\"overlapUntil\":\"" TIME "\",\"reason\":\"scheduled\"}",
		NEW_VKEY_DIGEST},
	{PL_TYPE_PRODUCT, "{\"product\":\"abc\"}", NULL},
	{PL_TYPE_SOURCE_SNAPSHOT, "{\"product\":\"abc\",\"commit\":\"0000000000000000000000000000000000000000\",\"commitTime\":\""
							  TIME "\",\"files\":1,\"manifest\":" BODY ",\"archive\":" BODY "}", NULL},
	{PL_TYPE_RECIPE, "{\"product\":\"abc\",\"recipe\":" BODY "}", NULL},
	{PL_TYPE_SLSA_PROVENANCE, "{\"buildDefinition\":{\"buildType\":\"https://example.org/other-build\","
							  "\"externalParameters\":{}},\"runDetails\":{\"builder\":{\"id\":\"urn:example:builder\"}}}", NULL},
	{PL_TYPE_REBUILD_VERDICT, "{\"product\":\"abc\",\"site\":\"there\",\"verdict\":\"identical\",\"build\":\"" ABC
							  "\",\"rebuild\":\"" ABC "\"}", NULL},
	{PL_TYPE_RELEASE, "{\"product\":\"abc\",\"version\":\"1\",\"number\":1,\"snapshot\":\"" ABC "\",\"recipe\":\"" ABC
					  "\",\"build\":\"" ABC "\",\"verdicts\":[],\"artefacts\":[" BODY "]}", NULL},
	{PL_TYPE_REGISTER, "{\"register\":\"abc\",\"version\":1,\"declaration\":" BODY "}", NULL},
	{PL_TYPE_REGISTER_HEAD, "{\"register\":\"abc\"," END "}", NULL},
	{PL_TYPE_REGISTER_REPORT, "{\"register\":\"abc\",\"declaration\":\"" ABC "\",\"from\":\"" TIME
							  "\",\"to\":\"2026-07-01T00:00:00Z\",\"edition\":1,\"first\":{" END "},\"last\":{" END
							  "},\"openings\":" BODY ",\"cases\":0,\"unopened\":0,\"erased\":0,\"lost\":0,\"late\":0,"
							  "\"daysMissing\":0,\"unconfirmed\":0,\"refused\":0,\"totals\":[]}", NULL},
	{PL_TYPE_REGISTER_PROMISE, "{\"register\":\"abc\",\"number\":1,\"position\":0,\"leaf\":\"" ABC
							   "\",\"commitment\":\"" ABC "\",\"before\":\"" TIME "\"}", NULL},
	{PL_TYPE_REGISTER_WORDS, "{\"register\":\"abc\",\"language\":\"en\",\"words\":" BODY "}", NULL},
	{PL_TYPE_REGISTER_SAMPLE, "{\"auditor\":\"abc\",\"register\":\"abc\",\"report\":\"" ABC "\",\"openings\":\"" ABC
							  "\",\"words\":\"abc\",\"among\":1,\"drawn\":[1],\"differing\":[],\"recounted\":true}", NULL},
	{PL_TYPE_CLAIM, "{\"claim\":\"abc\",\"kind\":\"never\",\"subject\":\"abc\",\"property\":\"abc\",\"words\":" BODY
					",\"evidence\":[]}", NULL},
	{PL_TYPE_CLAIM_STATUS, "{\"claim\":\"abc\",\"status\":\"withdrawn\",\"evidence\":[\"" ABC "\"]}", NULL},
	{PL_TYPE_ENTITY, "{\"entity\":\"abc\",\"version\":1,\"from\":\"" TIME "\",\"state\":\"active\",\"roles\":[],\"jurisdiction\":\"DE\","
					 "\"approvesReleases\":false,\"parents\":[],\"assets\":[],\"sheet\":" BODY "}", NULL},
	{PL_TYPE_ENTITY_DUTY, "{\"entity\":\"abc\",\"duty\":\"support\",\"version\":1,\"drillDays\":365,\"posts\":[]}", NULL},
	{PL_TYPE_ENTITY_ATTESTATION, "{\"entity\":\"abc\",\"from\":\"" TIME "\",\"to\":\"2026-07-01T00:00:00Z\",\"transactions\":0,"
								 "\"balance\":\"" ABC "\"}", NULL},
	{PL_TYPE_ANSWER, "{\"kind\":\"copy\",\"files\":1}", NULL},
	{PL_TYPE_AUDIT, "{\"audit\":\"abc\",\"standard\":\"soc2\",\"kind\":\"test\",\"auditor\":" BODY ",\"scope\":" BODY
			",\"covers\":[{\"kind\":\"product\",\"name\":\"abc\"}],\"asOf\":\"2026-07-01T00:00:00Z\"}", NULL},
	{PL_TYPE_AUDIT_END, "{\"audit\":\"abc\",\"state\":\"withdrawn\",\"reason\":\"holder-request\",\"from\":\"2026-07-01T00:00:00Z\"}", NULL},
	{PL_TYPE_REWARD_MATRIX, "{\"program\":\"abc\",\"version\":1,\"from\":\"2026-07-01T00:00:00Z\",\"currency\":\"USD\",\"matrix\":" BODY "}",
		NULL},
	{PL_TYPE_DISCLOSURE_POLICY, "{\"language\":\"abc\",\"version\":1,\"from\":\"2026-07-01T00:00:00Z\",\"policy\":" BODY "}", NULL},
	{PL_TYPE_ADVISORY, "{\"advisory\":\"abc\",\"version\":\"1\",\"category\":\"csaf_vex\",\"status\":\"final\",\"tlp\":\"WHITE\","
					   "\"initialRelease\":\"" TIME "\",\"currentRelease\":\"" TIME "\",\"digest\":\"" ABC "\",\"document\":" BODY
					   ",\"signature\":" BODY "}", NULL},
	{PL_TYPE_ADVISORY_PROVIDER, "{\"settings\":" BODY ",\"certificate\":" BODY ",\"fingerprint\":"
								"\"0123456789ABCDEF0123456789ABCDEF01234567\",\"securityTxt\":" BODY ",\"expires\":\"" TIME "\"}", NULL},
	{PL_TYPE_PRODUCT_HEAD, "{\"product\":\"abc\",\"count\":1,\"root\":\"" ABC "\"}", NULL},
};

static const struct sample *sample_of(const char *type)
{
	for (size_t i = 0; i < PL_COUNT(samples); i++)
		if (strcmp(samples[i].type, type) == 0)
			return &samples[i];
	fail_msg("there is no sample of %s in this test", type);
	return NULL;
}

/* A payload of the right shape of @row's type; the test fails if it is not. */
static void make(const struct pl_predicate *row, struct pl_buf *payload)
{
	const struct sample *sample = sample_of(row->type);
	struct pl_json *p PL_CLEANUP(pl_json_done) = NULL;
	struct pl_statement *st PL_CLEANUP(pl_statement_closep) = NULL;
	/* The name of an answer says what kind of document it is, and never who asked. */
	struct pl_subject subject = {.name = strcmp(row->type, PL_TYPE_ANSWER) == 0 ? PL_STR("manifest.json") : PL_STR("abc")};
	struct pl_diag diag = {0};

	assert_int_equal(pl_digest_parse(pl_str_from(sample->subject ? sample->subject : ABC), &subject.sha256), PL_OK);
	assert_int_equal(pl_json_parse(pl_str_from(sample->predicate), 8192, 8, &p, NULL), PL_OK);
	pl_buf_clear(payload);
	assert_int_equal(pl_statement_build(pl_str_from(row->type), &subject, 1, p, payload, NULL, &diag), PL_OK);
	assert_int_equal(pl_statement_open_payload(pl_buf_bytes(payload), &st, &diag), PL_OK);
	if (pl_predicate_check(row, st, &diag) != PL_OK)
		fail_msg("the sample of %s: %s", row->type, diag.text);
}

#define FOR_EACH_PREDICATE(row, vocabulary) \
	for (size_t room_ = 0; room_ < (vocabulary)->n_rooms; room_++) \
		for (const struct pl_predicate *row = (vocabulary)->rooms[room_]->predicates, \
			 *end_ = row + (vocabulary)->rooms[room_]->n_predicates; row < end_; row++)

static bool worker_may(const char *type)
{
	return strcmp(type, PL_TYPE_BODY) == 0 || strcmp(type, PL_TYPE_SLSA_PROVENANCE) == 0 ||
		strcmp(type, PL_TYPE_REBUILD_VERDICT) == 0 || strcmp(type, PL_TYPE_REGISTER_HEAD) == 0 ||
		strcmp(type, PL_TYPE_REGISTER_PROMISE) == 0;
}

/* It answers persons. */
static bool persons_may(const char *type)
{
	return strcmp(type, PL_TYPE_ANSWER) == 0;
}

/* It takes intake, and what it takes is promised. */
static bool web_may(const char *type)
{
	return strcmp(type, PL_TYPE_REGISTER_PROMISE) == 0;
}

/* What @peer hears who asks for @row without an approval. */
static pl_status expected(enum pl_peer peer, const struct pl_predicate *row)
{
	if (peer == PL_PEER_WORKER)
		return worker_may(row->type) ? PL_OK : PL_E_DENIED;
	if (peer == PL_PEER_PERSONS)
		return persons_may(row->type) ? PL_OK : PL_E_DENIED;
	if (peer == PL_PEER_WEB)
		return web_may(row->type) ? PL_OK : PL_E_DENIED;
	/* What an entity signs for itself is signed at no desk of the operator. */
	if (peer != PL_PEER_OPERATOR || row->approval == PL_APPROVAL_ROOTS || !(row->signers & PL_ROLE_BIT(PL_ROLE_SERVICE)))
		return PL_E_DENIED;
	return row->approval == PL_APPROVAL_OFFICERS ? PL_E_QUORUM : PL_OK;
}

static void ask_for_everything(struct pl_instance *inst, struct pl_signer *service, enum pl_peer peer)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_signing_book book;
	struct pl_signing *desk = NULL;

	pl_instance_book(inst, &book);
	assert_int_equal(pl_signing_local(&service, 1, &book, peer, &desk), PL_OK);
	FOR_EACH_PREDICATE(row, pl_instance_vocabulary(inst)) {
		struct pl_diag diag = {0};
		pl_status st;

		make(row, &payload);
		pl_buf_clear(&entry);
		st = pl_signing_sign(desk, pl_buf_bytes(&payload), NULL, 0, &entry, &diag);
		if (st != expected(peer, row) || (entry.len > 0) != (st == PL_OK))
			fail_msg("%s asked for %s: %s (%s)", pl_peer_word(peer), row->type, pl_status_text(st), diag.text);
	}
	pl_signing_free(desk);
}

static void the_desk_signs_by_its_table(void **state)
{
	struct pl_instance *inst = release_instance(*state, "desk");
	struct pl_signer *service PL_CLEANUP(pl_signer_freep) = NULL;

	assert_int_equal(pl_instance_signer(inst, "service", &service, NULL), PL_OK);
	for (unsigned peer = 0; peer < PL_PEER_COUNT; peer++)
		ask_for_everything(inst, service, (enum pl_peer)peer);
	pl_instance_close(inst);
}

/* ---- straight into the outbox ---- */

#define KEYS_MAX 3u

/* Whose signatures a row carries. Approvals of @stale belong to another payload of the same type. */
struct forgery {
	const char *what, *keys[KEYS_MAX], *stale[KEYS_MAX];
};

static const struct forgery forgeries[] = {
	{"a key of his own", {"stranger"}, {0}},
	{"the stolen service key", {"service"}, {0}},
	{"the service key and one officer of two", {"service", "officer-1"}, {0}},
	{"the service key and approvals of another payload", {"service"}, {"officer-1", "officer-2"}},
	{"the officers without the service", {"officer-1", "officer-2"}, {0}},
	{"the log's key", {"log"}, {0}},
};

static void sign_with(struct pl_instance *inst, struct pl_dsse *env, const char *name, struct pl_arena *arena)
{
	static const uint8_t seed[32] = "a key that nobody introduced";
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = NULL;

	if (strcmp(name, "stranger") == 0)
		assert_int_equal(pl_signer_from_seed(seed, &s), PL_OK);
	else
		assert_int_equal(pl_instance_signer(inst, name, &s, NULL), PL_OK);
	assert_int_equal(pl_dsse_sign(env, s, arena), PL_OK);
}

/* Give @entry a signature of @name that is good for another payload: it verifies over @other only. */
static void carry_over(struct pl_instance *inst, struct pl_dsse *env, const char *name, pl_bytes other, struct pl_arena *arena)
{
	struct pl_dsse stale = *env;

	stale.payload = other;
	stale.n_sigs = 0;
	sign_with(inst, &stale, name, arena);
	assert_true(env->n_sigs < PL_DSSE_SIGS_MAX);
	env->sigs[env->n_sigs++] = stale.sigs[0];
}

static void forge(struct pl_instance *inst, const struct pl_predicate *row, const struct forgery *f, struct pl_buf *entry)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4u << 20);
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf other PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_dsse env = {.type = PL_STR(PL_STATEMENT_MEDIA)};

	make(row, &payload);
	make(row, &other); /* another ULID */
	env.payload = pl_buf_bytes(&payload);
	for (size_t i = 0; i < KEYS_MAX && f->keys[i]; i++)
		sign_with(inst, &env, f->keys[i], &arena);
	for (size_t i = 0; i < KEYS_MAX && f->stale[i]; i++)
		carry_over(inst, &env, f->stale[i], pl_buf_bytes(&other), &arena);
	pl_buf_clear(entry);
	pl_dsse_write(entry, &env);
}

/* What the service key alone may say is no forgery when it is stolen: it is ended with key-end/v1. */
static bool rightful(const struct pl_predicate *row, const struct forgery *f)
{
	return row->approval == PL_APPROVAL_NONE && (row->signers & PL_ROLE_BIT(PL_ROLE_SERVICE)) && strcmp(f->keys[0], "service") == 0 &&
		!f->keys[1] && !f->stale[0];
}

static void put_everything(struct pl_instance *inst, size_t *ret_forged, size_t *ret_rightful)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);

	*ret_forged = *ret_rightful = 0;
	FOR_EACH_PREDICATE(row, pl_instance_vocabulary(inst)) {
		for (size_t i = 0; i < PL_COUNT(forgeries); i++) {
			struct pl_outbox_ref ref;
			struct pl_diag diag = {0};

			forge(inst, row, &forgeries[i], &entry);
			if (pl_instance_submit(inst, PL_STR("forged"), pl_buf_bytes(&entry), &ref, &diag) != PL_OK)
				fail_msg("%s with %s does not get into the outbox: %s", row->type, forgeries[i].what, diag.text);
			++*(rightful(row, &forgeries[i]) ? ret_rightful : ret_forged);
		}
	}
}

/* Run the sequencer until it finds nothing more; the log's size before and after. */
static void run_sequencer(struct pl_instance *inst, uint64_t *ret_before, uint64_t *ret_after)
{
	struct pl_log_key keys[PL_LOG_KEYS_MAX];
	struct pl_sequencer_status status;
	struct pl_sequencer *s = NULL;
	struct pl_diag diag = {0};
	size_t done = 1, n = 0;

	assert_int_equal(pl_log_key_signers(inst, keys, &n, &diag), PL_OK);
	assert_int_equal(pl_sequencer_open(inst, keys, n, &s, &diag), PL_OK);
	pl_sequencer_state(s, &status);
	*ret_before = status.log.recorded.size;
	while (done)
		if (pl_sequencer_step(s, &done, &diag) != PL_OK)
			fail_msg("%s", diag.text);
	pl_sequencer_state(s, &status);
	*ret_after = status.log.recorded.size;
	pl_sequencer_close(s);
}

static void the_log_takes_no_forgery(void **state)
{
	struct pl_instance *inst = release_instance(*state, "outbox");
	struct pl_outbox_counts counts;
	uint64_t before, after;
	size_t forged, rightly;

	put_everything(inst, &forged, &rightly);
	run_sequencer(inst, &before, &after);
	assert_int_equal(pl_outbox_count(pl_instance_db(inst), &counts), PL_OK);
	assert_int_equal(counts.waiting, 0);
	assert_int_equal(counts.refused, forged);
	assert_int_equal(after - before, rightly);
	assert_true(rightly > 0); /* else the test would prove nothing */
	pl_instance_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_desk_signs_by_its_table, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(the_log_takes_no_forgery, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
