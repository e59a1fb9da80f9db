/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of src/fact share: keys from known seeds, statements signed by them, and fresh databases. */
#ifndef PL_TESTS_FACT_TEST_H
#define PL_TESTS_FACT_TEST_H
#include "base/base.h"
#include "base/ulid.h"
#include "fact/keys.h"
#include "fact/statement.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define assert_ok(expression) assert_int_equal((expression), PL_OK)

enum test_key { ROOT_A, ROOT_B, ROOT_C, SERVICE, OFFICER_1, OFFICER_2, REBUILDER, STRANGER, TEST_KEYS };

/* The key @which, made once. */
struct pl_signer *test_signer(enum test_key which);
struct pl_digest test_key_id(enum test_key which);
void test_signers_free(void);

/* The entry of a statement of @type about sha256(@name), with the predicate written in JSON, signed by the @n keys @by. */
void test_entry(const char *type, const char *name, const char *predicate, const enum test_key *by, size_t n,
	struct pl_buf *entry);
/* The same about the subject with @digest. */
void test_entry_about(const char *type, const char *name, const struct pl_digest *digest, const char *predicate,
	const enum test_key *by, size_t n, struct pl_buf *entry);
/* key/v1 and key-end/v1, inception/v1. */
void test_key_entry(enum test_key key, enum pl_role role, const char *types, const enum test_key *by, size_t n,
	struct pl_buf *entry);
void test_end_entry(enum test_key key, const enum test_key *by, size_t n, struct pl_buf *entry);
void test_inception(const char *origin, const char *vkey, unsigned officers, const enum test_key *by, size_t n,
	struct pl_buf *entry);
/* Open @entry, which must be one. */
struct pl_statement *test_open(const struct pl_buf *entry);

#define BY(...) (const enum test_key[]){__VA_ARGS__}, sizeof((const enum test_key[]){__VA_ARGS__}) / sizeof(enum test_key)

#endif
