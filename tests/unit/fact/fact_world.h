/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instances for the tests of src/fact: in a directory of their own, on the engine set under test. $PL_TEST_DB and
 * $PL_TEST_BLOB name an empty database and blob store (tests/engines/fresh.sh makes them); without, both are below the
 * instance. On a shared engine every world_init empties it first.
 */
#ifndef PL_TESTS_FACT_WORLD_H
#define PL_TESTS_FACT_WORLD_H
#include "fact_test.h"
#include "fact/instance.h"

int world_begin(void **state);
int world_end(void **state);
/* The scratch directory of this program. */
const char *world_scratch(void);
/* A new instance @name with so many officers and approvals, `quorum none`. */
struct pl_instance *world_init(const char *name, unsigned officers, unsigned approvals);
/* Its directory. */
const char *world_dir(const char *name);
struct pl_instance *world_open(const char *name);
void world_close(struct pl_instance *inst);
/* Build, sign and submit a body/v1 about document number @i. */
void world_state_document(struct pl_instance *inst, size_t i, struct pl_outbox_ref *ret);
/* The entry alone. */
void world_document(struct pl_instance *inst, size_t i, struct pl_buf *entry);
/* Until they are projected; fails the test otherwise. */
void world_settle(struct pl_instance *inst, const struct pl_outbox_ref *refs, size_t n);

#endif
