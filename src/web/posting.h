/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/posting: may a form of the public pages be taken? Nobody logs in there, so what a foreign page could misuse is not a right but the
 * browser: send in its owner's name and from his address, or have him write into a case that is not his (docs/decisions/0033).
 *
 * What always holds, for whatever comes from a browser:
 *  1. Sec-Fetch-Site, if it is sent, says same-origin or none; Origin, if it is sent and not "null", is ours.
 *  2. The form's token fits the cookie of the browser that the form was given to, and that one form. The cookie is SameSite=Strict.
 *     A browser that keeps no cookies is believed when it says itself that one of our pages sends (Sec-Fetch-Site: same-origin).
 *  3. A program that sends nothing of pages (no Origin, Sec-Fetch-Site, Referer, cookie, browser's name) needs no token: no page can make
 *     a browser send such a request.
 *
 * The judge is pure; callable from any thread.
 */
#ifndef PL_WEB_POSTING_H
#define PL_WEB_POSTING_H
#include "web/http.h"

#define PL_POSTING_TOKEN_TEXT 64u

/* Which form a token is for: a name of these, or that of a register's form. */
#define PL_POSTING_RECEIPT PL_STR(":receipt")
#define PL_POSTING_CODE PL_STR(":code")

/* What a request brought. */
struct pl_posting_facts {
	pl_str site;                                                    /* [web] url; may be empty */
	pl_str form;                                                    /* which one was sent */
	pl_str host, origin, fetch_site, referer, cookies, agent, type; /* headers; may be empty */
	pl_str visit, token;                                            /* the form's cookie, and its token; may be empty */
	bool files;                                                     /* the form may bring files */
};

enum pl_posting_verdict {
	PL_POSTING_LET_IN,
	PL_POSTING_FOREIGN, /* not from one of our pages */
	PL_POSTING_TYPE,    /* a body of another type than forms have, or in another character set than UTF-8 */
	PL_POSTING_TOKEN,   /* the token is not this form's in this browser */
};

enum pl_posting_verdict pl_posting_judge(const struct pl_posting_facts *facts);

/* Is the address that was asked the one that @site names, by https? Its cookies are then bound to this host and to https. */
bool pl_posting_is_secure(pl_str site, pl_str host);

/* The token of @form in the browser whose cookie is @visit: SHA-256 over a label and both, in hex. */
void pl_posting_token(pl_str visit, pl_str form, char out[static PL_POSTING_TOKEN_TEXT + 1]);

/* ---- of a request ---- */

/* Judge the POST @req of @form. @token may be empty; @files as in the facts. */
enum pl_posting_verdict pl_posting_of(struct pl_http_request *req, pl_str site, pl_str form, pl_str token, bool files);
/* Rule 1 alone, before the body has come. */
bool pl_posting_is_foreign(const struct pl_http_request *req, pl_str site);
/* The token for a page that holds @form, in the request's memory; gives the browser its cookie if it has none. At most once a reply. */
pl_status pl_posting_give(struct pl_http_request *req, struct pl_http_reply *reply, pl_str site, pl_str form, pl_str *ret);

#endif
