/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tools/tmplc: compiles an HTML template to a C function over a typed struct (docs/formats/templates.md).
 *
 * What always holds for a template that is accepted:
 *  1. A value stands only in text or in a double-quoted attribute, and is escaped there. In an attribute that holds an address it
 *     is checked as a whole address or percent-encoded as a part of one.
 *  2. There is no script or style between tags, no on...=, style= or srcdoc= attribute, and no value in a comment, a tag's or an
 *     attribute's name, or an unquoted or single-quoted attribute.
 *  3. Every branch and loop leaves the HTML where it found it, so 1 and 2 hold for every path through the page.
 *
 * A field that the struct does not have is an error of the C compiler, which names the template's line.
 */
#ifndef PL_TOOLS_TMPLC_H
#define PL_TOOLS_TMPLC_H
#include "base/base.h"

#define PL_TMPLC_TEXT_MAX (1u << 20)

/* Append the C function of template @text, called @name in messages and #line, to @code and its prototype to @header.
 * PL_E_SYNTAX with line and words in @diag; PL_E_TOOBIG. */
pl_status pl_tmplc_compile(pl_str text, pl_str name, struct pl_buf *code, struct pl_buf *header, struct pl_diag *diag);
#endif
