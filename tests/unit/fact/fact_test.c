/* SPDX-License-Identifier: Apache-2.0 */
#include "fact_test.h"
#include "fact/predicates.h"

static struct pl_signer *signers[TEST_KEYS];

struct pl_signer *test_signer(enum test_key which)
{
	uint8_t seed[32] = {(uint8_t)(which + 1), 0x5e, 0xed};

	if (!signers[which])
		assert_ok(pl_signer_from_seed(seed, &signers[which]));
	return signers[which];
}

struct pl_digest test_key_id(enum test_key which)
{
	struct pl_digest id;

	pl_pubkey_id(pl_signer_public(test_signer(which)), &id);
	return id;
}

void test_signers_free(void)
{
	for (size_t i = 0; i < TEST_KEYS; i++) {
		pl_signer_free(signers[i]);
		signers[i] = NULL;
	}
}

static void sign(const struct pl_buf *payload, const enum test_key *by, size_t n, struct pl_buf *entry)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_dsse env = {.type = PL_STR(PL_STATEMENT_MEDIA), .payload = pl_buf_bytes(payload)};

	for (size_t i = 0; i < n; i++)
		assert_ok(pl_dsse_sign(&env, test_signer(by[i]), &arena));
	pl_buf_clear(entry);
	pl_dsse_write(entry, &env);
	assert_ok(pl_buf_status(entry));
}

void test_entry_about(const char *type, const char *name, const struct pl_digest *digest, const char *predicate,
	const enum test_key *by, size_t n, struct pl_buf *entry)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_subject subject = {pl_str_from(name), *digest};
	struct pl_diag diag = {0};

	assert_ok(pl_json_parse(pl_str_from(predicate), 1u << 20, 16, &p, &diag));
	assert_ok(pl_statement_build(pl_str_from(type), &subject, 1, p, &payload, NULL, &diag));
	sign(&payload, by, n, entry);
}

void test_entry(const char *type, const char *name, const char *predicate, const enum test_key *by, size_t n,
	struct pl_buf *entry)
{
	struct pl_digest digest;

	pl_sha256(pl_str_bytes(pl_str_from(name)), &digest);
	test_entry_about(type, name, &digest, predicate, by, n, entry);
}

void test_key_entry(enum test_key key, enum pl_role role, const char *types, const enum test_key *by, size_t n,
	struct pl_buf *entry)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_digest id = test_key_id(key);
	uint8_t der[PL_SPKI_MAX];

	pl_buf_printf(&text, "{\"holder\":\"holder-%d\",\"role\":\"%s\",\"key\":\"", (int)key, pl_role_word(role));
	pl_base64_put(&text, pl_bytes_of(der, pl_pubkey_spki(pl_signer_public(test_signer(key)), der)));
	pl_buf_printf(&text, "\",\"predicates\":[%s]}", types);
	{
		char holder[32];

		(void)snprintf(holder, sizeof holder, "holder-%d", (int)key);
		test_entry_about(PL_TYPE_KEY, holder, &id, pl_buf_z(&text), by, n, entry);
	}
}

void test_end_entry(enum test_key key, const enum test_key *by, size_t n, struct pl_buf *entry)
{
	struct pl_digest id = test_key_id(key);

	test_entry_about(PL_TYPE_KEY_END, "holder", &id, "{\"reason\":\"retired\"}", by, n, entry);
}

void test_inception(const char *origin, const char *vkey, unsigned officers, const enum test_key *by, size_t n,
	struct pl_buf *entry)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_digest digest;

	pl_sha256(pl_str_bytes(pl_str_from(vkey)), &digest);
	pl_buf_printf(&text,
		"{\"origin\":\"%s\",\"purpose\":\"test\",\"vkey\":\"%s\",\"date\":\"2026-11-21T00:00:00Z\",\"officers\":%u,"
		"\"roots\":[\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"],\"rootThreshold\":1}",
		origin, vkey, officers);
	test_entry_about(PL_TYPE_INCEPTION, origin, &digest, pl_buf_z(&text), by, n, entry);
}

struct pl_statement *test_open(const struct pl_buf *entry)
{
	struct pl_statement *s = NULL;
	struct pl_diag diag = {0};
	pl_status st = pl_statement_open(pl_buf_bytes(entry), &s, &diag);

	if (st)
		print_message("%s\n", diag.text);
	assert_ok(st);
	return s;
}
