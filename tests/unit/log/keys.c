/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"
#include "base/time.h"
#include "test.h"

struct pl_signer *test_signer(uint8_t i)
{
	struct pl_signer *s = NULL;
	uint8_t seed[32];

	memset(seed, i, sizeof seed);
	assert_int_equal(pl_signer_from_seed(seed, &s), PL_OK);
	return s;
}

static void put_key(struct pl_buf *out, const char *name, uint8_t i, enum pl_note_type type)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = test_signer(i);
	struct pl_vkey key;

	assert_int_equal(pl_vkey_make(pl_str_from(name), type, pl_signer_public(s), &key), PL_OK);
	pl_vkey_write(out, &key);
}

void test_put_log_key(struct pl_buf *out, const char *name, uint8_t i)
{
	put_key(out, name, i, PL_NOTE_ED25519);
}

void test_put_witness_key(struct pl_buf *out, const char *name, uint8_t i)
{
	put_key(out, name, i, PL_NOTE_COSIGNATURE);
}

void test_put_pubkey(struct pl_buf *out, uint8_t i)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = test_signer(i);

	pl_pubkey_write(out, pl_signer_public(s));
}

void test_put_checkpoint(struct pl_buf *out, const char *origin, uint64_t size, const struct pl_digest *root,
	uint8_t log)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = test_signer(log);
	struct pl_checkpoint cp = {.origin = pl_str_from(origin), .size = size, .root = *root};

	assert_int_equal(pl_checkpoint_sign(out, &cp, &s, 1), PL_OK);
}

void test_cosign(struct pl_buf *note, const char *name, uint8_t i, uint64_t seconds)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = test_signer(i);
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_note parsed;

	assert_int_equal(pl_note_parse(pl_buf_str(note), &parsed, NULL), PL_OK);
	pl_buf_put_str(&body, parsed.text);
	assert_int_equal(pl_note_cosign_line(s, pl_str_from(name), pl_buf_str(&body), seconds * PL_SECOND, note), PL_OK);
}
