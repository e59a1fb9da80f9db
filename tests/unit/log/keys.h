/* SPDX-License-Identifier: Apache-2.0 */
/* A handful of test keys: key i is the Ed25519 key whose seed is i in every byte. */
#ifndef PL_TEST_LOG_KEYS_H
#define PL_TEST_LOG_KEYS_H
#include "log/checkpoint.h"

struct pl_signer *test_signer(uint8_t i);
/* Append the vkey of key @i under @name: a log's (type 01) or a witness's (type 04). */
void test_put_log_key(struct pl_buf *out, const char *name, uint8_t i);
void test_put_witness_key(struct pl_buf *out, const char *name, uint8_t i);
/* Append the public key of @i in its one-line spelling. */
void test_put_pubkey(struct pl_buf *out, uint8_t i);
/* Append a checkpoint of @origin signed by key @log. */
void test_put_checkpoint(struct pl_buf *out, const char *origin, uint64_t size, const struct pl_digest *root,
	uint8_t log);
/* Append a cosignature of key @i named @name over the note in @note, at @seconds. */
void test_cosign(struct pl_buf *note, const char *name, uint8_t i, uint64_t seconds);

#endif
