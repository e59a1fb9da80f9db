/* SPDX-License-Identifier: Apache-2.0 */
/* Instances that know the vocabulary of the release room, on the engine set under test ($PL_TEST_DB, $PL_TEST_BLOB). */
#ifndef PL_TESTS_RELEASE_INSTANCE_H
#define PL_TESTS_RELEASE_INSTANCE_H
#include "fact/instance.h"
#include "scratch.h"

/* To open an instance with. */
struct pl_instance_options release_options(void);
/* A new instance in the directory @name with two officers of whom both approve, `quorum none`. A shared database is emptied
 * first. The caller closes it. */
struct pl_instance *release_instance(const struct scratch *s, const char *name);
/* The same one, opened once more. */
struct pl_instance *release_again(const struct scratch *s, const char *name);

#endif
