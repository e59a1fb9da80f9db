/* SPDX-License-Identifier: Apache-2.0 */
#include "web/session.h"
#include "base/random.h"
#include "crypto/secret.h"
#include <stdio.h>
#include <strings.h>

#define FORM_TYPE PL_STR("application/x-www-form-urlencoded")
#define FILES_TYPE PL_STR("multipart/form-data")
#define JSON_TYPE PL_STR("application/json")
#define VISIT_LABEL "pellucid visitor form v1 "

/* ---- the judge ---- */

/* Media type @want, whatever parameters follow. */
static bool type_is(pl_str given, pl_str want)
{
	pl_str type = pl_str_trim(pl_str_sub(given, 0, pl_str_find(given, ';')));

	return type.len == want.len && strncasecmp(type.ptr, want.ptr, want.len) == 0;
}

/* Bits of who the session is. */
static unsigned who_is(const struct pl_session *s)
{
	if (!s)
		return PL_DESK_VISITOR;
	return PL_DESK_VISITOR | (s->method == PL_SESSION_CODE ? (unsigned)PL_DESK_ENROL : (unsigned)PL_DESK_MEMBER | s->roles);
}

static enum pl_desk_verdict judge_person(const struct pl_desk_rule *rule, const struct pl_session *s)
{
	if (rule->who & who_is(s))
		return PL_DESK_LET_IN;
	if (!s)
		return PL_DESK_NOBODY;
	return s->method == PL_SESSION_CODE ? PL_DESK_ENROLLING : PL_DESK_ROLE;
}

static bool token_good(const struct pl_people *p, const struct pl_desk_rule *rule, const struct pl_desk_facts *facts)
{
	char expected[PL_CSRF_TEXT + 1];

	if (!(rule->who & PL_DESK_VISITOR))
		return facts->session && pl_session_csrf_check(p, facts->session, facts->token) == PL_OK;
	if (facts->visit.len == 0)
		return false;
	pl_web_visit_token(facts->visit, expected);
	return pl_secret_eq(pl_str_bytes(facts->token), pl_bytes_of(expected, PL_CSRF_TEXT));
}

static bool is_fresh(const struct pl_session *s)
{
	return s && (s->method == PL_SESSION_CODE || s->fresh);
}

enum pl_desk_verdict pl_web_session_judge(const struct pl_people *p, const struct pl_desk_rule *rule,
	const struct pl_desk_facts *facts)
{
	bool post = rule->method == PL_HTTP_POST;
	enum pl_desk_verdict person;

	if (pl_request_judge(p, post ? PL_STR("POST") : PL_STR("GET"), facts->origin, facts->fetch_site) != PL_OK)
		return PL_DESK_FOREIGN;
	if (post && !type_is(facts->type, rule->how & PL_DESK_JSON ? JSON_TYPE : rule->how & PL_DESK_FILES ? FILES_TYPE : FORM_TYPE))
		return PL_DESK_TYPE;
	person = judge_person(rule, facts->session);
	if (person != PL_DESK_LET_IN)
		return person;
	if (post && !token_good(p, rule, facts))
		return PL_DESK_TOKEN;
	return (rule->how & PL_DESK_FRESH) && !is_fresh(facts->session) ? PL_DESK_STALE : PL_DESK_LET_IN;
}

/* ---- cookies ---- */

static pl_str session_name(bool secure)
{
	return secure ? PL_STR("__Host-pl-desk") : PL_STR("pl-desk");
}

static pl_str visit_name(bool secure)
{
	return secure ? PL_STR("__Host-pl-visit") : PL_STR("pl-visit");
}

pl_str pl_web_cookie(struct pl_http_request *req, pl_str name)
{
	return pl_http_cookie(pl_http_request_header(req, "Cookie"), name);
}

pl_str pl_web_session_cookie(struct pl_http_request *req, bool secure)
{
	return pl_web_cookie(req, session_name(secure));
}

pl_str pl_web_visit_cookie(struct pl_http_request *req, bool secure)
{
	pl_str value = pl_web_cookie(req, visit_name(secure));
	uint8_t raw[PL_VISIT_TEXT / 2];

	return pl_hex_read(value, raw, sizeof raw) == PL_OK ? value : (pl_str){0};
}

/* An empty @value takes the cookie back. */
static void set_cookie(struct pl_http_reply *reply, bool secure, pl_str name, const char *value)
{
	char text[256];

	(void)snprintf(text, sizeof text, "%.*s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", PL_STR_ARG(name), value,
		secure ? "; Secure" : "", *value ? "" : "; Max-Age=0");
	pl_http_reply_header(reply, "Set-Cookie", pl_str_from(text));
	pl_wipe(text, sizeof text);
}

void pl_web_session_keep(struct pl_http_reply *reply, bool secure, const struct pl_session_token *token)
{
	set_cookie(reply, secure, session_name(secure), token ? token->text : "");
}

void pl_web_visit_keep(struct pl_http_reply *reply, bool secure, char *ret)
{
	uint8_t raw[PL_VISIT_TEXT / 2];

	if (ret) {
		pl_random(raw, sizeof raw);
		pl_hex_write(raw, sizeof raw, ret);
		pl_wipe(raw, sizeof raw);
	}
	set_cookie(reply, secure, visit_name(secure), ret ? ret : "");
}

void pl_web_visit_token(pl_str visit, char out[static PL_CSRF_TEXT + 1])
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(256);
	struct pl_digest d;

	pl_buf_put_z(&b, VISIT_LABEL);
	pl_buf_put_str(&b, visit);
	pl_sha256(pl_buf_bytes(&b), &d);
	pl_hex_write(d.b, sizeof d.b, out);
}
