/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/session: who may use which page of the desk, and the two cookies that carry it.
 *
 * What always holds:
 *  1. A rule that names nobody lets nobody in.
 *  2. What changes something is let in only from our own pages: Origin and Sec-Fetch-Site (people/session.h), the type of the
 *     body, and the token of the form, which belongs to one session, or before a login to one browser.
 *  3. Cookies are HttpOnly and SameSite=Strict; over https they are Secure under a __Host- name, so that neither another host
 *     nor plain http can set them. Their values stand in no address and no log line.
 *
 * The judge is pure; callable from any thread.
 */
#ifndef PL_WEB_SESSION_H
#define PL_WEB_SESSION_H
#include "people/session.h"
#include "web/http.h"

/* Who may: roles (enum pl_staff), or-ed with these. */
enum pl_desk_who {
	PL_DESK_VISITOR = 256, /* anybody, before a login */
	PL_DESK_ENROL = 512,   /* whoever has redeemed an enrolment code */
	PL_DESK_MEMBER = 1024, /* whoever is logged in, with any role or none */
};

/* How. */
enum pl_desk_how {
	PL_DESK_FRESH = 1, /* dangerous: the login must be fresh (an enrolment is) */
	PL_DESK_JSON = 2,  /* called by our script: JSON in, JSON out */
	PL_DESK_FILES = 4, /* a form that brings files */
};

struct pl_desk_rule {
	enum pl_http_method method;
	unsigned who, how;
};

/* What a request brought. */
struct pl_desk_facts {
	pl_str origin, fetch_site, type;  /* headers */
	const struct pl_session *session; /* NULL: nobody is logged in */
	pl_str visit;                     /* the visitor's cookie; may be empty */
	pl_str token;                     /* of the form; may be empty */
};

/* In the order in which they are found out. */
enum pl_desk_verdict {
	PL_DESK_LET_IN,
	PL_DESK_FOREIGN,   /* not from one of our pages */
	PL_DESK_TYPE,      /* a body of another type than this page takes */
	PL_DESK_NOBODY,    /* log in first */
	PL_DESK_ENROLLING, /* first finish the enrolment */
	PL_DESK_ROLE,      /* belongs to another role */
	PL_DESK_TOKEN,     /* the token is not this session's, or this browser's */
	PL_DESK_STALE,     /* authenticate again */
};

enum pl_desk_verdict pl_web_session_judge(const struct pl_people *p, const struct pl_desk_rule *rule,
	const struct pl_desk_facts *facts);

/* ---- cookies ---- */

#define PL_VISIT_TEXT 64u

/* The value of cookie @name, or empty (RFC 6265 section 4.2.1). */
pl_str pl_web_cookie(struct pl_http_request *req, pl_str name);
/* The token of the session, or empty. @secure: the site is reached by https. */
pl_str pl_web_session_cookie(struct pl_http_request *req, bool secure);
/* The cookie that a visitor's forms and passkeys are bound to, or empty if it is not one that we make. */
pl_str pl_web_visit_cookie(struct pl_http_request *req, bool secure);
/* Give, or take back (@token NULL), the session's cookie. */
void pl_web_session_keep(struct pl_http_reply *reply, bool secure, const struct pl_session_token *token);
/* Give the visitor a new cookie, whose value is written to @ret, too; or take it back (@ret NULL). */
void pl_web_visit_keep(struct pl_http_reply *reply, bool secure, char *ret);
/* The token for the forms of a visitor: SHA-256 over a label and the cookie's value, in hex. */
void pl_web_visit_token(pl_str visit, char out[static PL_CSRF_TEXT + 1]);

#endif
