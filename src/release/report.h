/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/report: what came of one rebuild, whoever made it: comparing its outputs with the artefacts, the report (a body
 * for people and for repeating the command), and the predicate of rebuild-verdict/v1 (docs/statements/rebuild-verdict.md).
 * Needs neither an instance nor a database. Included only within this room.
 */
#ifndef PL_RELEASE_REPORT_H
#define PL_RELEASE_REPORT_H
#include "base/json.h"
#include "fact/statement.h"
#include "release/build.h"
#include "release/compare.h"

struct pl_release_artefact;

struct pl_report {
	pl_str product, commit;
	struct pl_digest build;   /* SHA-256(PAE) of the provenance that was repeated */
	struct pl_digest rebuild; /* of the second one; not said when there was none */
	enum pl_verdict verdict;  /* over all artefacts */
	enum pl_reason reason;    /* of not attempted */
	size_t n;
	const struct pl_release_artefact *artefacts; /* as first built */
	struct pl_comparison *comparisons;           /* @n of them */
};

/* Where the bytes of artefact @i are. PL_E_NOTFOUND: not at hand; then digests decide, as far as they can. */
struct pl_report_bytes {
	pl_status (*open)(void *ctx, size_t i, int *ret_fd);
	void (*tell)(void *ctx, size_t i, size_t n); /* may be NULL */
	void *ctx;
};

/*
 * Compare every output of @record with the artefact of the same place and fill comparisons, verdict and reason. @allowed:
 * enum pl_recipe_normalise bits. Different bytes that are not at hand are *different*, unless a normalisation is declared that
 * might have to be left out: then nothing can be said (PL_REASON_ARTEFACT_MISSING), unless another artefact differs.
 * PL_E_MISMATCH with words: the outputs do not have the names of the artefacts.
 */
pl_status pl_report_compare(struct pl_report *r, const struct pl_build_record *record, unsigned allowed,
	const struct pl_report_bytes *bytes, struct pl_diag *diag);
/* Nothing was compared, because of @reason. */
void pl_report_not_attempted(struct pl_report *r, enum pl_reason reason);

/* The report; @record may be NULL when there was no second build. The caller frees it. */
struct pl_json *pl_report_write(const struct pl_report *r, const struct pl_build_record *record);
/* Read verdict, reason and comparisons back from a report of our own. PL_E_CORRUPT. */
pl_status pl_report_read(const struct pl_json *report, struct pl_report *r);
/* The predicate; @report and @log may be NULL. The caller frees it. */
struct pl_json *pl_report_predicate(const struct pl_report *r, pl_str site, const struct pl_body *report,
	const struct pl_body *log);
/* The log of a rebuild that was not attempted: what the steps printed, and our own last line with reason and @words. */
void pl_report_log(struct pl_buf *out, const struct pl_build_record *record, enum pl_reason reason, const char *words);

#endif
