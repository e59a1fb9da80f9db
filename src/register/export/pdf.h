/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/export/pdf: a report's document as PDF, A4, drawn with cairo, whose header no other file includes.
 *
 * Same document, same cairo, same fonts: same bytes. The dates in the file are the document's own, it has no identifiers.
 */
#ifndef PL_REGISTER_EXPORT_PDF_H
#define PL_REGISTER_EXPORT_PDF_H
#include "register/export/doc.h"

/* Append the file to @out. PL_E_NOMEM, PL_E_TOOBIG (@out is full), PL_E_INTERNAL; PL_E_UNSUPPORTED: cairo is not there. */
pl_status pl_report_pdf(const struct pl_report_doc *d, const struct pl_report_headings *h, struct pl_buf *out,
	struct pl_diag *diag);

#endif
