/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/copy: a copy of a document for one reader, marked twice: in words that he sees, and in what he does not.
 *
 *	PDF    a line and faint letters on every page; the mark in every page's content and in the document information
 *	JSON   a property where CycloneDX (1.3 and later) or an annotation where SPDX 2 has room for one; blanks at the end
 *	XML    a comment behind the last element; blanks at the end
 *	CSV    quotes around some cells, which change no value
 *	text   a line at the end; blanks
 *
 * What always holds:
 *  1. Values, pages and text of the original are all there: a copy says more, never less.
 *  2. A PDF is read by other people's code in a confined child and nowhere else (base/child).
 *  3. Same document, words and mark: same bytes.
 *
 * Any thread.
 */
#ifndef PL_REGISTER_AUDIT_COPY_H
#define PL_REGISTER_AUDIT_COPY_H
#include "register/audit/mark.h"
#include "crypto/digest.h"

#define PL_COPY_MAX ((size_t)256 << 20)
#define PL_COPY_CUSTOMER_MAX 256u /* bytes */
#define PL_COPY_LINE_MAX 1024u

enum pl_copy_format { PL_COPY_CSV, PL_COPY_JSON, PL_COPY_PDF, PL_COPY_TEXT, PL_COPY_XML, PL_COPY_FORMATS };
extern const char *const pl_copy_formats[PL_COPY_FORMATS + 1];

/* How a document of @media_type is marked. PL_E_UNSUPPORTED with words. */
pl_status pl_copy_format_of(pl_str media_type, enum pl_copy_format *ret, struct pl_diag *diag);

struct pl_copy_words {
	pl_str customer;         /* one line of UTF-8 */
	uint64_t given, expires; /* seconds; 0: it does not expire */
	struct pl_digest terms;
	struct pl_mark mark;
};

/* PL_E_SYNTAX: empty, too long, not UTF-8, or not one line. */
pl_status pl_copy_customer_check(pl_str customer, struct pl_diag *diag);
/* "Copy for Example Customer, given on 2026-11-28, to be destroyed after 2027-11-28. Terms sha256:... Mark PLM-..." */
void pl_copy_line(const struct pl_copy_words *w, struct pl_buf *out);

/* Append the copy. PL_E_SYNTAX: not what its media type says; PL_E_UNSUPPORTED: nowhere to put a mark; PL_E_DENIED: an
 * encrypted PDF; PL_E_CORRUPT, PL_E_TIMEOUT, PL_E_TOOBIG: a PDF that its reader did not survive, or too much of it. */
pl_status pl_copy_make(pl_bytes original, enum pl_copy_format format, const struct pl_copy_words *w, struct pl_buf *out,
	struct pl_diag *diag);

/* What looks like a mark in a file that came back, whatever it is; read in a confined child. As pl_child_confined_call. */
pl_status pl_copy_find(pl_bytes file, struct pl_marks *ret, struct pl_diag *diag);

/* ---- between the files of this room ---- */

/* JSON with the line and the blanks in it. */
pl_status pl_copy_json(pl_str original, const struct pl_copy_words *w, struct pl_buf *out, struct pl_diag *diag);
/* A PDF of one page, 595 by 842 points, with what is visible of a mark (register/audit/stamp.c). Cairo was loaded. */
pl_status pl_copy_stamp(const struct pl_copy_words *w, struct pl_buf *out);
/* Only in a confined child of a process that loaded qpdf: put @stamp on every page of @pdf, and the mark beside it. */
pl_status pl_copy_pdf(pl_bytes pdf, pl_bytes stamp, const struct pl_mark *m, struct pl_buf *out);
/* Does @file look like one? */
bool pl_copy_pdf_is(pl_bytes file);
/* In such a child: the marks in a PDF; nothing if it is none. */
void pl_copy_pdf_find(pl_bytes pdf, struct pl_marks *ret);

#endif
