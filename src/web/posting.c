/* SPDX-License-Identifier: Apache-2.0 */
#include "web/posting.h"
#include "base/codec.h"
#include "base/random.h"
#include "crypto/digest.h"
#include "crypto/secret.h"
#include "web/session.h"
#include <stdio.h>
#include <strings.h>

#define LABEL "pellucid public form v1"
#define VISIT_TEXT 64u

/* ---- addresses ---- */

/* "https://host:port" of "https://host:port/path". */
static pl_str origin_of(pl_str url)
{
	size_t colon = pl_str_find(url, ':');
	pl_str rest = pl_str_sub(url, colon < url.len ? colon + 3 : url.len, url.len);

	return pl_str_sub(url, 0, url.len - rest.len + pl_str_find(rest, '/'));
}

static bool same_word(pl_str a, pl_str b)
{
	return a.len == b.len && (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

/* "host:port" of an origin. */
static pl_str host_of(pl_str origin)
{
	(void)(pl_str_eat(&origin, PL_STR("https://")) || pl_str_eat(&origin, PL_STR("http://")));
	return origin;
}

bool pl_posting_is_secure(pl_str site, pl_str host)
{
	pl_str own = host_of(origin_of(site));

	if (!pl_str_starts(site, PL_STR("https://")))
		return false;
	/* A proxy may pass on the name without the port. */
	return same_word(own, host) || same_word(pl_str_sub(own, 0, pl_str_find(own, ':')), host);
}

/* ---- the judge ---- */

static bool is_foreign(const struct pl_posting_facts *f)
{
	if (f->fetch_site.len && !pl_str_eq(f->fetch_site, PL_STR("same-origin")) && !pl_str_eq(f->fetch_site, PL_STR("none")))
		return true;
	/* "null" says nothing: browsers write it for pages that send no referrer, for documents in a sandbox, and some for everything. */
	if (!f->origin.len || pl_str_eq(f->origin, PL_STR("null")))
		return false;
	return !same_word(host_of(f->origin), f->host) && !(f->site.len && same_word(f->origin, origin_of(f->site)));
}

/* The value of the parameter @name of a media type, as far as it is written plainly; empty: there is none. */
static pl_str parameter(pl_str type, const char *name)
{
	pl_str rest = pl_str_sub(type, pl_str_find(type, ';'), type.len), part;

	while (rest.len) {
		rest = pl_str_sub(rest, 1, rest.len);
		part = pl_str_trim(pl_str_sub(rest, 0, pl_str_find(rest, ';')));
		rest = pl_str_sub(rest, pl_str_find(rest, ';'), rest.len);
		if (same_word(pl_str_sub(part, 0, pl_str_find(part, '=')), pl_str_from(name)))
			return pl_str_sub(part, pl_str_find(part, '=') + 1, part.len);
	}
	return (pl_str){0};
}

static bool type_good(const struct pl_posting_facts *f)
{
	pl_str type = pl_str_trim(pl_str_sub(f->type, 0, pl_str_find(f->type, ';'))), set = parameter(f->type, "charset");

	if (pl_str_starts(set, PL_STR("\"")) && set.len > 1)
		set = pl_str_sub(set, 1, set.len - 2);
	if (set.len && !same_word(set, PL_STR("utf-8")) && !same_word(set, PL_STR("us-ascii")))
		return false;
	return same_word(type, PL_STR("application/x-www-form-urlencoded")) || (f->files && same_word(type, PL_STR("multipart/form-data")));
}

static bool is_program(const struct pl_posting_facts *f)
{
	return !f->origin.len && !f->fetch_site.len && !f->referer.len && !f->cookies.len && !pl_str_starts(f->agent, PL_STR("Mozilla/"));
}

static bool token_good(const struct pl_posting_facts *f)
{
	char expected[PL_POSTING_TOKEN_TEXT + 1];

	if (!f->visit.len)
		return pl_str_eq(f->fetch_site, PL_STR("same-origin"));
	pl_posting_token(f->visit, f->form, expected);
	return pl_secret_eq(pl_str_bytes(f->token), pl_bytes_of(expected, PL_POSTING_TOKEN_TEXT));
}

enum pl_posting_verdict pl_posting_judge(const struct pl_posting_facts *facts)
{
	if (is_foreign(facts))
		return PL_POSTING_FOREIGN;
	if (!type_good(facts))
		return PL_POSTING_TYPE;
	return is_program(facts) || token_good(facts) ? PL_POSTING_LET_IN : PL_POSTING_TOKEN;
}

void pl_posting_token(pl_str visit, pl_str form, char out[static PL_POSTING_TOKEN_TEXT + 1])
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(512);
	struct pl_digest d;

	pl_buf_put_z(&b, LABEL);
	pl_buf_put_c(&b, 0);
	pl_buf_put_str(&b, visit);
	pl_buf_put_c(&b, 0);
	pl_buf_put_str(&b, form);
	pl_sha256(pl_buf_bytes(&b), &d);
	pl_hex_write(d.b, sizeof d.b, out);
}

/* ---- of a request ---- */

static pl_str cookie_name(bool secure)
{
	return secure ? PL_STR("__Host-pl-form") : PL_STR("pl-form");
}

/* Only what we make ourselves. */
static pl_str visit_of(struct pl_http_request *req, bool secure)
{
	uint8_t raw[VISIT_TEXT / 2];
	pl_str value = pl_web_cookie(req, cookie_name(secure));

	return pl_hex_read(value, raw, sizeof raw) == PL_OK ? value : (pl_str){0};
}

static struct pl_posting_facts facts_of(const struct pl_http_request *req, pl_str site)
{
	return (struct pl_posting_facts){.site = site, .host = pl_http_request_header(req, "Host"), .origin = pl_http_request_header(req, "Origin"),
		.fetch_site = pl_http_request_header(req, "Sec-Fetch-Site"), .referer = pl_http_request_header(req, "Referer"),
		.cookies = pl_http_request_header(req, "Cookie"), .agent = pl_http_request_header(req, "User-Agent"),
		.type = pl_http_request_header(req, "Content-Type")};
}

enum pl_posting_verdict pl_posting_of(struct pl_http_request *req, pl_str site, pl_str form, pl_str token, bool files)
{
	struct pl_posting_facts f = facts_of(req, site);

	f.form = form;
	f.token = token;
	f.files = files;
	f.visit = visit_of(req, pl_posting_is_secure(site, f.host));
	return pl_posting_judge(&f);
}

bool pl_posting_is_foreign(const struct pl_http_request *req, pl_str site)
{
	struct pl_posting_facts f = facts_of(req, site);

	return is_foreign(&f);
}

pl_status pl_posting_give(struct pl_http_request *req, struct pl_http_reply *reply, pl_str site, pl_str form, pl_str *ret)
{
	bool secure = pl_posting_is_secure(site, pl_http_request_header(req, "Host"));
	char made[VISIT_TEXT + 1], token[PL_POSTING_TOKEN_TEXT + 1], header[256];
	pl_str visit = visit_of(req, secure);
	uint8_t raw[VISIT_TEXT / 2];

	if (!visit.len) {
		pl_random(raw, sizeof raw);
		pl_hex_write(raw, sizeof raw, made);
		visit = pl_str_from(made);
		(void)snprintf(header, sizeof header, "%.*s=%s; Path=/; HttpOnly; SameSite=Strict%s", PL_STR_ARG(cookie_name(secure)), made,
			secure ? "; Secure" : "");
		pl_http_reply_header(reply, "Set-Cookie", pl_str_from(header));
	}
	pl_posting_token(visit, form, token);
	return pl_arena_dup(pl_http_request_arena(req), pl_str_from(token), ret);
}
