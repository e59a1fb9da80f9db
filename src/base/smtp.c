/* SPDX-License-Identifier: Apache-2.0 */
#include "base/smtp.h"
#include "base/curl_lazy.h"
#include "base/fetch.h"
#include <stdio.h>

#define TOTAL_NS (60 * PL_SECOND)

struct sending {
	const struct pl_smtp *s;
	size_t sent;
};

/* The host of "smtp://host:port"; of an IPv6 address without the brackets. */
static bool take_host(pl_str rest, pl_str *ret)
{
	size_t end;

	if (pl_str_eat(&rest, PL_STR("["))) {
		end = pl_str_find(rest, ']');
		*ret = pl_str_sub(rest, 0, end);
		rest = pl_str_sub(rest, end + 1, rest.len);
	} else {
		end = pl_str_find(rest, ':');
		*ret = pl_str_sub(rest, 0, end);
		rest = pl_str_sub(rest, end, rest.len);
	}
	if (rest.len) {
		uint64_t port;

		if (!pl_str_eat(&rest, PL_STR(":")) || pl_str_to_u64(rest, 65535, &port) || !port)
			return false;
	}
	for (size_t i = 0; i < ret->len; i++)
		if (ret->ptr[i] <= ' ' || ret->ptr[i] == '/' || ret->ptr[i] == '@' || (unsigned char)ret->ptr[i] > '~')
			return false;
	return ret->len != 0;
}

static bool is_loopback(pl_str host)
{
	return pl_str_eq(host, PL_STR("localhost")) || pl_str_eq(host, PL_STR("::1")) || pl_str_starts(host, PL_STR("127."));
}

static bool is_plain(pl_str url)
{
	pl_str host;

	return pl_str_eat(&url, PL_STR("smtp://")) && take_host(url, &host) && is_loopback(host);
}

pl_status pl_smtp_url_check(pl_str url, struct pl_diag *diag)
{
	pl_str rest = url, host;

	if ((!pl_str_eat(&rest, PL_STR("smtps://")) && !pl_str_eat(&rest, PL_STR("smtp://"))) || !take_host(rest, &host))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected smtp://HOST[:PORT] or smtps://HOST[:PORT], without a path and a user");
	return PL_OK;
}

static size_t on_send(char *data, size_t size, size_t count, void *ctx)
{
	struct sending *x = ctx;
	size_t want = size * count, left = x->s->message.len - x->sent;

	if (want > left)
		want = left;
	memcpy(data, x->s->message.ptr + x->sent, want);
	x->sent += want;
	return want;
}

/* What curl says of the server: curl's own words hold no addresses for these. */
static pl_status judge(CURL *easy, CURLcode code, struct pl_diag *diag)
{
	long answer = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer);
	if (code == CURLE_OK)
		return PL_OK;
	if (answer >= 500 && answer <= 599)
		return pl_diag_set(diag, PL_E_DENIED, "the mail server refused the message for good (%ld)", answer);
	if (answer >= 400 && answer <= 499)
		return pl_diag_set(diag, PL_E_BUSY, "the mail server does not take the message now (%ld)", answer);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return pl_diag_set(diag, PL_E_TIMEOUT, "the mail server did not answer in time");
	if (code == CURLE_LOGIN_DENIED)
		return pl_diag_set(diag, PL_E_ACCESS, "the mail server does not accept user and password");
	return pl_diag_set(diag, PL_E_NET, "the mail server cannot be reached: %s", curl_easy_strerror(code));
}

static bool set_all(CURL *easy, const struct pl_smtp *s, struct curl_slist *to, struct sending *x)
{
	uint64_t total = s->total_ns ? s->total_ns : TOTAL_NS;
	bool ok = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_URL, s->url) == CURLE_OK && curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(total / PL_MILLISECOND)) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_MAIL_FROM, s->from) == CURLE_OK && curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L) == CURLE_OK && curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_READDATA, x) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->message.len) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_USE_SSL,
			is_plain(pl_str_from(s->url)) && !s->ca_file ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL) == CURLE_OK;

	if (ok && s->ca_file)
		ok = curl_easy_setopt(easy, CURLOPT_CAINFO, s->ca_file) == CURLE_OK;
	if (ok && s->user)
		ok = curl_easy_setopt(easy, CURLOPT_USERNAME, s->user) == CURLE_OK &&
			curl_easy_setopt(easy, CURLOPT_PASSWORD, s->password ? s->password : "") == CURLE_OK;
	return ok;
}

pl_status pl_smtp_send(const struct pl_smtp *s, struct pl_diag *diag)
{
	struct sending x = {.s = s};
	struct curl_slist *to = NULL;
	CURL *easy;
	pl_status st = pl_smtp_url_check(pl_str_from(s->url), diag);

	if (!st)
		st = pl_fetch_start(diag);
	if (st)
		return st;
	easy = curl_easy_init();
	to = curl_slist_append(NULL, s->to);
	st = easy && to && set_all(easy, s, to, &x) ? PL_OK : PL_E_NOMEM;
	if (!st)
		st = judge(easy, curl_easy_perform(easy), diag);
	curl_slist_free_all(to);
	curl_easy_cleanup(easy);
	return st;
}
