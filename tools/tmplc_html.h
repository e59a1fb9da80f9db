/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tools/tmplc_html: where in the HTML are we? Follows the literal text of a template one character at a time.
 */
#ifndef PL_TOOLS_TMPLC_HTML_H
#define PL_TOOLS_TMPLC_HTML_H
#include "base/base.h"

enum html_state {
	HTML_TEXT,
	HTML_TAG_START, /* behind < */
	HTML_TAG_NAME,
	HTML_IN_TAG,
	HTML_ATTR_NAME,
	HTML_BEFORE_VALUE,
	HTML_DOUBLE,
	HTML_SINGLE,
	HTML_BARE,
	HTML_DECLARATION, /* <!doctype ...> */
	HTML_COMMENT,
	HTML_RAW, /* between <script> and its end, or <style> and its end */
};

struct html {
	enum html_state state;
	bool closing;     /* in an end tag */
	bool url;         /* the attribute holds an address */
	bool value_begun; /* something stands in the attribute's value already */
	bool pre;         /* inside <pre> or <textarea>: white space counts */
	char tag[24], attr[32];
	char tail[12]; /* last characters in COMMENT and RAW */
};

/* Move over @c. NULL, or why this HTML is refused. */
const char *html_feed(struct html *h, char c);
/* NULL, or why no value may stand here. */
const char *html_value_refused(const struct html *h);
/* Are both at the same kind of place, so that the same text may follow? */
bool html_same(const struct html *a, const struct html *b);
#endif
