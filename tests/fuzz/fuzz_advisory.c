/* SPDX-License-Identifier: Apache-2.0 */
/* A draft of an advisory: whatever is read can be checked and written, in every format, as JSON that comes back. */
#include "fuzz.h"
#include "register/advisory/draft.h"
#include "register/advisory/formats.h"
#include "register/advisory/securitytxt.h"

#define OUT_MAX ((size_t)64 << 20)

static void comes_back(pl_status st, const struct pl_buf *out)
{
	struct pl_json *v PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(OUT_MAX);

	FUZZ_HOLDS(st == PL_OK);
	FUZZ_HOLDS(pl_json_parse(pl_buf_str(out), OUT_MAX, PL_JSON_DEPTH, &v, NULL) == PL_OK);
	FUZZ_HOLDS(pl_json_canon_rfc8785(v, &again) == PL_OK && pl_bytes_eq(pl_buf_bytes(out), pl_buf_bytes(&again)));
}

static void write_all(const struct pl_advisory *a)
{
	struct pl_buf csaf PL_CLEANUP(pl_buf_done) = PL_BUF(OUT_MAX), vex PL_CLEANUP(pl_buf_done) = PL_BUF(OUT_MAX);

	comes_back(pl_csaf_write(a, &csaf), &csaf);
	comes_back(pl_openvex_write(a, &vex), &vex);
	for (size_t i = 0; i < a->vulnerabilities.n && i < 4; i++) {
		struct pl_buf cve PL_CLEANUP(pl_buf_done) = PL_BUF(OUT_MAX);

		comes_back(pl_cve_write(a, i, &cve), &cve);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_ADVISORY_DRAFT_ARENA);
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	static struct pl_findings findings;
	struct pl_securitytxt_report report;
	struct pl_advisory a;
	struct pl_diag diag = {0};

	pl_securitytxt_check(text, PL_STR("https://psirt.example/.well-known/security.txt"), UINT64_C(1800000000000000000),
		&report);
	FUZZ_HOLDS(report.n <= report.errors + report.advice);
	if (pl_advisory_draft_parse(text, &arena, &a, &diag)) {
		FUZZ_HOLDS(diag.text[0]);
		return 0;
	}
	FUZZ_HOLDS(a.revisions.n > 0);
	pl_advisory_check(&a, &findings);
	FUZZ_HOLDS(findings.n <= findings.errors + findings.advice);
	write_all(&a);
	return 0;
}
