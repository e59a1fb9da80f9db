/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of a product's releases, and what is found of them: a table of cases, for the unit test, for the browser's script, for the
 * implementation in Python and for the programs.
 *
 * The file of release number N of a product is "<product> N".
 */
#ifndef PL_TEST_VERIFY_RELEASES_STORY_H
#define PL_TEST_VERIFY_RELEASES_STORY_H
#include "story.h"

struct releases_case {
	const char *name;
	const char *finding; /* its word; "refused": no report */
	const char *words;   /* a part of what is said */
	void (*make)(struct pl_buf *bundle);
};

extern const struct releases_case releases_cases[];
extern const size_t releases_cases_n;

#endif
