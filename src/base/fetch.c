/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fetch.h"
#include "base/curl_lazy.h"
#include "base/fetch_header.h"
#include "base/file.h"
#include "base/mem.h"
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define DEFAULT_MAX_RESPONSE (UINT64_C(64) << 20)

struct pl_fetch {
	CURL *easy;
};

/* One request on its way. */
struct transfer {
	CURL *easy;
	const struct pl_fetch_request *req;
	struct curl_slist *headers;
	uint64_t sent, got;      /* bytes of the bodies */
	size_t body_start;       /* length of body_out before */
	bool head_ended;         /* the empty line behind the headers came */
	pl_status own;           /* why one of our callbacks stopped it */
	char error[CURL_ERROR_SIZE];
};

/* ---- the library ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pl_status started;
static struct pl_diag why_not;

static void start_curl(void)
{
	started = pl_lazy_load(&pl_curl_library, &why_not);
	if (!started && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		started = pl_diag_set(&why_not, PL_E_INTERNAL, "libcurl does not start");
}

pl_status pl_fetch_start(struct pl_diag *diag)
{
	(void)pthread_once(&once, start_curl);
	if (started && diag)
		*diag = why_not;
	return started;
}

struct pl_fetch *pl_fetch_new(void)
{
	struct pl_fetch *f = PL_NEW(struct pl_fetch);

	/* Without it every request says why. */
	if (pl_fetch_start(NULL))
		return f;
	f->easy = curl_easy_init();
	if (!f->easy) {
		(void)fputs("evt=out_of_memory\n", stderr);
		abort();
	}
	return f;
}

void pl_fetch_free(struct pl_fetch *f)
{
	if (!f)
		return;
	if (f->easy)
		curl_easy_cleanup(f->easy);
	pl_free(f);
}

void pl_fetch_done(struct pl_fetch **f)
{
	pl_fetch_free(*f);
	*f = NULL;
}

pl_status pl_fetch_source_fd(void *fd, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	return pl_file_pread(*(const int *)fd, data, len, offset, ret_len);
}

/* ---- what curl calls ---- */

static size_t on_send(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	const struct pl_fetch_request *q = t->req;
	uint64_t whole = q->source ? q->source_size : q->body.len;
	size_t want = size * count, n = 0;

	if (t->sent >= whole)
		return 0;
	if (want > whole - t->sent)
		want = (size_t)(whole - t->sent);
	if (q->source) {
		t->own = q->source(q->source_ctx, t->sent, data, want, &n);
		if (!t->own && n == 0)
			t->own = PL_E_CORRUPT; /* shorter than announced */
		if (t->own)
			return CURL_READFUNC_ABORT;
	} else {
		memcpy(data, q->body.ptr + t->sent, want);
		n = want;
	}
	t->sent += n;
	return n;
}

static int on_seek(void *ctx, curl_off_t offset, int origin)
{
	struct transfer *t = ctx;

	if (origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_CANTSEEK;
	t->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

static bool good_answer(struct transfer *t)
{
	long status = 0;

	return curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status >= 200 && status <= 299;
}

static size_t on_receive(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	const struct pl_fetch_request *q = t->req;
	size_t len = size * count;
	bool to_sink = q->sink && good_answer(t);
	uint64_t max = q->max_response;

	if (!max)
		max = to_sink ? UINT64_MAX : DEFAULT_MAX_RESPONSE;
	if (len > max - t->got) {
		t->own = PL_E_TOOBIG;
		return 0;
	}
	t->got += len;
	if (to_sink) {
		t->own = q->sink(q->sink_ctx, pl_bytes_of(data, len));
	} else if (q->body_out) {
		size_t room = q->body_out->max - q->body_out->len;

		/* The words of an error page are cut; an answer is never. */
		pl_buf_put(q->body_out, data, q->sink && len > room ? room : len);
		t->own = pl_buf_status(q->body_out);
	}
	return t->own ? 0 : len;
}

static size_t on_header(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;

	pl_fetch_header_take(pl_str_of(data, size * count), t->req->wants, t->req->want_count, &t->head_ended);
	return size * count;
}

/* ---- setting up ---- */

static long to_ms(uint64_t ns, uint64_t fallback_ns)
{
	uint64_t ms = (ns ? ns : fallback_ns) / PL_MILLISECOND;

	return ms > INT32_MAX ? INT32_MAX : ms < 1 ? 1 : (long)ms;
}

/* Options of one type have fixed meanings and values; that one is refused is our own mistake. */
static void opt_long(CURL *easy, CURLoption option, long value)
{
	CURLcode c = curl_easy_setopt(easy, option, value);

	assert(c == CURLE_OK);
	(void)c;
}

static void opt_text(CURL *easy, CURLoption option, const char *value)
{
	CURLcode c = curl_easy_setopt(easy, option, value);

	assert(c == CURLE_OK || c == CURLE_OUT_OF_MEMORY);
	(void)c;
}

static pl_status add_header(struct transfer *t, const char *line)
{
	struct curl_slist *list = curl_slist_append(t->headers, line);

	if (!list)
		return PL_E_NOMEM;
	t->headers = list;
	return PL_OK;
}

static pl_status set_headers(struct transfer *t)
{
	const struct pl_fetch_request *q = t->req;
	pl_status st = add_header(t, "Expect:");

	for (size_t i = 0; !st && i < q->header_count; i++) {
		pl_str h = pl_str_from(q->headers[i]);

		if (pl_str_find(h, '\n') != h.len || pl_str_find(h, '\r') != h.len || pl_str_find(h, ':') == h.len)
			return PL_E_SYNTAX;
		st = add_header(t, q->headers[i]);
	}
	if (!st)
		(void)curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	return st;
}

static void set_method(struct transfer *t)
{
	const struct pl_fetch_request *q = t->req;

	switch (q->method) {
	case PL_FETCH_GET:
		opt_long(t->easy, CURLOPT_HTTPGET, 1);
		return;
	case PL_FETCH_HEAD:
		opt_long(t->easy, CURLOPT_NOBODY, 1);
		return;
	case PL_FETCH_DELETE:
		opt_text(t->easy, CURLOPT_CUSTOMREQUEST, "DELETE");
		return;
	case PL_FETCH_POST:
	case PL_FETCH_PUT:
		break;
	}
	/* An upload with another verb: unlike curl's own POST it adds no Content-Type, and it can be rewound. */
	opt_long(t->easy, CURLOPT_UPLOAD, 1);
	opt_text(t->easy, CURLOPT_CUSTOMREQUEST, q->method == PL_FETCH_POST ? "POST" : "PUT");
	(void)curl_easy_setopt(t->easy, CURLOPT_INFILESIZE_LARGE,
		(curl_off_t)(q->source ? q->source_size : (uint64_t)q->body.len));
	(void)curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, on_send);
	(void)curl_easy_setopt(t->easy, CURLOPT_READDATA, t);
	(void)curl_easy_setopt(t->easy, CURLOPT_SEEKFUNCTION, on_seek);
	(void)curl_easy_setopt(t->easy, CURLOPT_SEEKDATA, t);
}

static void set_times(struct transfer *t)
{
	const struct pl_fetch_request *q = t->req;
	bool streaming = q->sink || q->source;

	opt_long(t->easy, CURLOPT_CONNECTTIMEOUT_MS, to_ms(q->connect_ns, 5 * PL_SECOND));
	if (q->total_ns || !streaming)
		opt_long(t->easy, CURLOPT_TIMEOUT_MS, to_ms(q->total_ns, 60 * PL_SECOND));
	opt_long(t->easy, CURLOPT_LOW_SPEED_LIMIT, 1);
	opt_long(t->easy, CURLOPT_LOW_SPEED_TIME, (to_ms(q->stall_ns, 30 * PL_SECOND) + 999) / 1000);
}

static void set_safety(struct transfer *t)
{
	const struct pl_fetch_request *q = t->req;
	bool https = strncasecmp(q->url, "https:", 6) == 0;
	bool follow = q->redirects && (q->method == PL_FETCH_GET || q->method == PL_FETCH_HEAD);

	opt_long(t->easy, CURLOPT_NOSIGNAL, 1);
	opt_text(t->easy, CURLOPT_PROXY, "");
	opt_text(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	opt_text(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, https ? "https" : "http,https");
	opt_long(t->easy, CURLOPT_FOLLOWLOCATION, follow);
	opt_long(t->easy, CURLOPT_MAXREDIRS, follow ? (long)(q->redirects > 20 ? 20 : q->redirects) : 0);
	opt_long(t->easy, CURLOPT_SSL_VERIFYPEER, 1);
	opt_long(t->easy, CURLOPT_SSL_VERIFYHOST, 2);
	opt_long(t->easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	opt_long(t->easy, CURLOPT_PATH_AS_IS, 1);
	opt_text(t->easy, CURLOPT_USERAGENT, "pellucid");
	if (q->ca_file)
		opt_text(t->easy, CURLOPT_CAINFO, q->ca_file);
	if (q->unix_socket)
		opt_text(t->easy, CURLOPT_UNIX_SOCKET_PATH, q->unix_socket);
	if (q->decode)
		opt_text(t->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
}

static pl_status set_up(struct transfer *t, CURL *easy, const struct pl_fetch_request *q)
{
	*t = (struct transfer){.easy = easy, .req = q, .body_start = q->body_out ? q->body_out->len : 0};
	curl_easy_reset(easy); /* options only: connections stay */
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->error);
	opt_text(easy, CURLOPT_URL, q->url);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_receive);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
	set_safety(t);
	set_times(t);
	set_method(t);
	pl_fetch_header_clear(q->wants, q->want_count);
	return set_headers(t);
}

/* ---- coming back ---- */

static pl_status from_curl(const struct transfer *t, CURLcode code)
{
	/* Codes beyond these few all mean that the other side did not do its part. That a connection ended among the headers is no
	 * error to libcurl; but then no answer came. */
	if (code == CURLE_OK)
		return t->head_ended ? PL_OK : PL_E_NET;
	if (t->own)
		return t->own;
	if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
		return PL_E_SYNTAX;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return PL_E_TIMEOUT;
	if (code == CURLE_OUT_OF_MEMORY)
		return PL_E_NOMEM;
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		return PL_E_ACCESS;
	return PL_E_NET;
}

/* A URL may carry what is nobody's business: words name scheme and host only. */
static void say_where(const struct transfer *t, struct pl_diag *diag)
{
	pl_str url = pl_str_from(t->req->url), host;
	size_t at = pl_str_find_str(url, PL_STR("://"));

	if (at == url.len)
		return;
	host = pl_str_sub(url, at + 3, url.len);
	for (size_t i = 0; i < host.len; i++)
		if (host.ptr[i] == '/' || host.ptr[i] == '?' || host.ptr[i] == '#')
			host.len = i;
	if (pl_str_find(host, '@') != host.len)
		host = pl_str_sub(host, pl_str_find(host, '@') + 1, host.len);
	if (t->req->unix_socket)
		pl_diag_context(diag, "%s", t->req->unix_socket);
	else
		pl_diag_context(diag, "%.*s://%.*s", (int)at, url.ptr, PL_STR_ARG(host));
}

static pl_status finish(struct transfer *t, CURLcode code, struct pl_fetch_answer *ret, struct pl_diag *diag)
{
	pl_status st = from_curl(t, code);
	curl_off_t announced = -1;
	long status = 0;

	curl_slist_free_all(t->headers);
	t->headers = NULL;
	if (st) {
		if (t->req->body_out)
			pl_buf_truncate(t->req->body_out, t->body_start);
		(void)pl_diag_set(diag, st, "%s",
			code == CURLE_OK ? "the connection ended in the middle of the answer's headers"
			: t->own || !t->error[0] ? pl_status_text(st) : t->error);
		say_where(t, diag);
		return st;
	}
	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	*ret = (struct pl_fetch_answer){
		.status = (unsigned)status,
		.body_len = t->got,
		.content_length = announced < 0 ? UINT64_MAX : (uint64_t)announced,
	};
	return PL_OK;
}

pl_status pl_fetch(struct pl_fetch *f, const struct pl_fetch_request *req, struct pl_fetch_answer *ret,
	struct pl_diag *diag)
{
	struct transfer t;
	pl_status st = pl_fetch_start(diag);

	if (st)
		return st;
	st = set_up(&t, f->easy, req);
	if (st) {
		curl_slist_free_all(t.headers);
		return pl_diag_set(diag, st, "a request header is not \"Name: value\" on one line");
	}
	st = finish(&t, curl_easy_perform(f->easy), ret, diag);
	curl_easy_reset(f->easy); /* nothing of this call stays behind in the handle */
	return st;
}

/* ---- many at once ---- */

struct many {
	CURLM *multi;
	struct transfer *transfers;
	struct pl_fetch_task *tasks;
	size_t count, running;
	uint64_t start;
};

static void end_task(struct many *m, size_t i, CURLcode code, bool cancelled)
{
	struct pl_fetch_task *task = &m->tasks[i];
	struct transfer *t = &m->transfers[i];

	(void)curl_multi_remove_handle(m->multi, t->easy);
	if (cancelled)
		t->own = PL_E_CANCELLED;
	task->status = finish(t, code, &task->answer, &task->diag);
	task->took_ns = pl_time_monotonic() - m->start;
	curl_easy_cleanup(t->easy);
	t->easy = NULL;
	m->running--;
}

static void begin_task(struct many *m, size_t i)
{
	struct transfer *t = &m->transfers[i];
	struct pl_fetch_task *task = &m->tasks[i];
	CURL *easy = curl_easy_init();
	pl_status st = PL_E_NOMEM;

	task->diag = (struct pl_diag){0};
	task->took_ns = 0;
	if (easy)
		st = set_up(t, easy, &task->req);
	if (!st && curl_multi_add_handle(m->multi, easy) == CURLM_OK) {
		m->running++;
		return;
	}
	if (easy) {
		curl_slist_free_all(t->headers);
		curl_easy_cleanup(easy);
	}
	t->easy = NULL;
	task->status = pl_diag_set(&task->diag, st ? st : PL_E_NOMEM, "the request could not be prepared");
}

/* Report those that have ended. True: the caller has enough. */
static bool collect(struct many *m, pl_fetch_enough enough, void *ctx)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(m->multi, &left))) {
		CURLcode code = msg->data.result;

		for (size_t i = 0; i < m->count; i++) {
			if (m->transfers[i].easy != msg->easy_handle)
				continue;
			end_task(m, i, code, false);
			if (enough && enough(ctx, &m->tasks[i]))
				return true;
			break;
		}
	}
	return false;
}

void pl_fetch_many(struct pl_fetch_task *tasks, size_t count, pl_fetch_enough enough, void *ctx)
{
	struct many m = {.tasks = tasks, .count = count, .start = pl_time_monotonic()};
	struct pl_diag diag = {0};
	pl_status st = pl_fetch_start(&diag);

	m.multi = st ? NULL : curl_multi_init();
	m.transfers = pl_alloc(count, sizeof *m.transfers);
	for (size_t i = 0; i < count; i++) {
		if (m.multi)
			begin_task(&m, i);
		else {
			tasks[i].status = st ? st : PL_E_NOMEM;
			tasks[i].diag = diag;
		}
	}
	while (m.running) {
		int alive = 0;

		if (curl_multi_perform(m.multi, &alive) != CURLM_OK || collect(&m, enough, ctx))
			break;
		if (m.running && curl_multi_poll(m.multi, NULL, 0, 100, NULL) != CURLM_OK)
			break;
	}
	for (size_t i = 0; i < count; i++)
		if (m.transfers[i].easy)
			end_task(&m, i, CURLE_ABORTED_BY_CALLBACK, true);
	if (m.multi)
		(void)curl_multi_cleanup(m.multi);
	pl_free(m.transfers);
}

void pl_fetch_escape(struct pl_buf *out, pl_str s, bool keep_slash)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			(c && strchr("-._~", c)) || (c == '/' && keep_slash);

		if (plain)
			pl_buf_put_c(out, (char)c);
		else
			pl_buf_put(out, (const char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
	}
}
