/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/report_export: a stated report in the formats that are taken away, for portal and command line.
 *
 * What always holds:
 *  1. Everything is counted from the openings file that the report names, after that was verified row by row against both heads and
 *     compared with what the log says; which heads came late is read from the log's heads. Nothing comes from private tables.
 *  2. Same report, same language, same bytes. (A PDF holds its fonts: there with the same cairo and the same fonts.)
 */
#ifndef PL_WEB_REPORT_EXPORT_H
#define PL_WEB_REPORT_EXPORT_H
#include "fact/instance.h"
#include "register/report_file.h"
#include "web/report_doc.h"

enum pl_export { PL_EXPORT_CSV, PL_EXPORT_TOTALS, PL_EXPORT_JSON, PL_EXPORT_HTML, PL_EXPORT_PDF };

/* "text/csv; charset=utf-8", ... and "csv", "totals.csv", ... */
const char *pl_export_media(enum pl_export format);
const char *pl_export_ending(enum pl_export format);

/* Copy the openings of @q to a file without a name in the directory @dir_fd and map it. PL_E_NOTFOUND with words: withheld or not
 * stored; PL_E_TOOBIG: more than @max bytes (0: no limit). */
pl_status pl_export_openings(struct pl_instance *inst, const struct pl_query_report *q, int dir_fd, uint64_t max,
	struct pl_register_report_file *ret, struct pl_diag *diag);
/* Does @q, as the log has it, say what was counted? PL_E_PROOF with words. */
pl_status pl_export_check(const struct pl_query_report *q, const struct pl_recount *counted, struct pl_diag *diag);

/* The document of @q, counted by @counted, in @lang. Words of the operator are looked up. All lives in @arena or borrows from @counted
 * and @q. */
pl_status pl_export_doc(struct pl_instance *inst, const struct pl_query_report *q, const struct pl_recount *counted, enum pl_lang lang,
	struct pl_arena *arena, struct pl_report_doc *ret);

/* Write @doc (not PL_EXPORT_CSV, which is rows) to @out. */
pl_status pl_export_write(const struct pl_report_doc *doc, enum pl_export format, enum pl_lang lang, struct pl_arena *arena,
	struct pl_buf *out, struct pl_diag *diag);
/* Write the rows behind @file, which is counted meanwhile, to @fd. */
pl_status pl_export_rows(const struct pl_register_report_file *file, const struct pl_query_report *q, int fd, struct pl_diag *diag);

/* All of it, from the instance's blobs to @fd. */
pl_status pl_export_report(struct pl_instance *inst, const struct pl_query_report *q, enum pl_export format, enum pl_lang lang, int fd,
	struct pl_diag *diag);

#endif
