/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is accepted as a CVSS vector has one canonical spelling, which is accepted, too, and scores the same; every
 * score is within 0.0 to 10.0; fewer metrics stay a vector. A refusal says why and changes nothing.
 */
#include "fuzz.h"
#include "register/cvss.h"

static void scores_hold(const struct pl_cvss *v)
{
	struct pl_cvss_score s;

	pl_cvss_score(v, &s);
	FUZZ_HOLDS(s.base <= 100 && s.threat <= 100 && s.environmental <= 100 && s.overall <= 100);
	FUZZ_HOLDS(s.threat <= s.base); /* nothing in that group makes it worse than its default */
	if (pl_cvss_groups(v) == PL_CVSS_BASE)
		FUZZ_HOLDS(s.overall == s.base && s.threat == s.base && s.environmental == s.base);
}

static void canonical_holds(const struct pl_cvss *v)
{
	struct pl_buf once PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CVSS_TEXT_MAX);
	struct pl_buf twice PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CVSS_TEXT_MAX);
	struct pl_cvss_score s, t;
	struct pl_cvss again;

	pl_cvss_write(&once, v);
	FUZZ_HOLDS(!pl_cvss_parse(pl_buf_str(&once), &again, NULL));
	pl_cvss_write(&twice, &again);
	FUZZ_HOLDS(pl_str_eq(pl_buf_str(&once), pl_buf_str(&twice)));
	pl_cvss_score(v, &s);
	pl_cvss_score(&again, &t);
	FUZZ_HOLDS(memcmp(&s, &t, sizeof s) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = {(const char *)data, size};
	struct pl_cvss v = {.value = {77}};
	struct pl_diag diag = {0};

	if (pl_cvss_parse(text, &v, &diag)) {
		FUZZ_HOLDS(v.value[0] == 77 && diag.text[0] && diag.column <= size + 1);
		return 0;
	}
	scores_hold(&v);
	canonical_holds(&v);
	for (unsigned groups = 0; groups < 16; groups++) {
		struct pl_cvss kept = pl_cvss_keep(&v, groups);

		FUZZ_HOLDS((pl_cvss_groups(&kept) & ~(groups | PL_CVSS_BASE)) == 0);
		scores_hold(&kept);
	}
	return 0;
}
