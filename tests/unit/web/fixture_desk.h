/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of the desk, for fixture.c, and what they need of it. */
#ifndef PL_TESTS_WEB_FIXTURE_DESK_H
#define PL_TESTS_WEB_FIXTURE_DESK_H
#include "fixture.h"

struct fixture_page {
	const char *name;
	void (*render)(struct pl_html *h, enum pl_lang lang);
};
extern const struct fixture_page fixture_desk[];
extern const size_t fixture_desk_count;

#define FIXTURE_TIME UINT64_C(1795304000000000000)

enum fixture fixture_how(void);
/* @text, or the attack. */
pl_str fixture_str(const char *text);
struct pl_digest fixture_digest(unsigned seed);
struct pl_frame fixture_frame(const char *title, const char *path, enum pl_lang lang);

#endif
