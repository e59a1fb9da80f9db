/* SPDX-License-Identifier: Apache-2.0 */
#include "store/blob_s3.h"
#include "base/file.h"
#include "base/time.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#define MIB ((uint64_t)1 << 20)

static struct pl_s3 *s3_of(struct pl_blob *b)
{
	return (struct pl_s3 *)(void *)b;
}

/* ---- reading ---- */

pl_status pl_s3_head(struct pl_s3 *s3, const char *key, uint64_t *ret_size)
{
	struct pl_s3_request q = {.method = PL_FETCH_HEAD, .key = key};
	struct pl_s3_answer answer = {0};
	pl_status st = pl_s3_ask(s3, &q, &answer, NULL);

	if (st)
		return st;
	if (answer.length == UINT64_MAX)
		return PL_E_INTERNAL;
	*ret_size = answer.length;
	return PL_OK;
}

static pl_status head(struct pl_blob *b, const struct pl_digest *d, uint64_t *ret_size)
{
	char name[PL_BLOB_NAME];

	pl_blob_name(d, name);
	return pl_s3_head(s3_of(b), name, ret_size);
}

struct reading {
	pl_blob_write_fn write;
	void *ctx;
	uint64_t done;
};

static pl_status pass_on(void *ctx, pl_bytes piece)
{
	struct reading *r = ctx;

	r->done += piece.len;
	return r->write(r->ctx, piece);
}

/* One request for what is still missing. */
static pl_status read_rest(struct pl_s3 *s3, const char *name, uint64_t offset, uint64_t len, struct reading *r)
{
	uint64_t from = offset + r->done;
	bool whole = from == 0 && len == UINT64_MAX;
	char range[64];
	struct pl_s3_request q = {.method = PL_FETCH_GET,
		.key = name,
		.sink = pass_on,
		.sink_ctx = r,
		.once = true,
		.extra = {whole ? NULL : range}};
	struct pl_s3_answer answer = {0};
	pl_status st;

	if (len == UINT64_MAX)
		(void)snprintf(range, sizeof range, "range:bytes=%llu-", (unsigned long long)from);
	else
		(void)snprintf(range, sizeof range, "range:bytes=%llu-%llu", (unsigned long long)from,
			(unsigned long long)(offset + len - 1));
	st = pl_s3_ask(s3, &q, &answer, NULL);
	/* A proxy that ignores the range has given us the front instead. */
	return !st && answer.status != (whole ? 200u : 206u) ? PL_E_CORRUPT : st;
}

/* A transfer that breaks off goes on where it was, as long as each request brings something. */
static pl_status read_range(struct pl_s3 *s3, const char *name, uint64_t offset, uint64_t len, struct reading *r)
{
	uint64_t pause = 50 * PL_MILLISECOND;
	pl_status st;

	for (unsigned fruitless = 0;;) {
		uint64_t before = r->done;

		st = read_rest(s3, name, offset, len, r);
		if (st != PL_E_BUSY)
			return st;
		if (r->done >= len)
			return PL_OK;
		fruitless = r->done > before ? 0 : fruitless + 1;
		if (fruitless >= s3->tries)
			return st;
		pl_time_sleep(pause << (fruitless < 6 ? fruitless : 6));
	}
}

static pl_status range(
	struct pl_blob *b, const struct pl_digest *d, uint64_t offset, uint64_t len, pl_blob_write_fn write, void *ctx)
{
	struct reading r = {.write = write, .ctx = ctx};
	char name[PL_BLOB_NAME];
	uint64_t size;
	pl_status st = PL_OK;

	pl_blob_name(d, name);
	if (len > 0 && len != UINT64_MAX && len - 1 > UINT64_MAX - 1 - offset)
		len = UINT64_MAX;
	if (len > 0)
		st = read_range(s3_of(b), name, offset, len, &r);
	/* The service refuses a range that begins at the very end, and an empty one cannot be asked for. */
	if (len == 0 || st == PL_E_RANGE) {
		st = pl_s3_head(s3_of(b), name, &size);
		if (!st && offset + r.done > size)
			st = PL_E_RANGE;
	}
	return st;
}

pl_status pl_s3_delete(struct pl_s3 *s3, const char *key)
{
	struct pl_s3_request q = {.method = PL_FETCH_DELETE, .key = key};
	struct pl_s3_answer answer = {0};

	return pl_s3_ask(s3, &q, &answer, NULL);
}

static pl_status remove_blob(struct pl_blob *b, const struct pl_digest *d)
{
	char name[PL_BLOB_NAME];

	pl_blob_name(d, name);
	return pl_s3_delete(s3_of(b), name);
}

/* ---- listing ---- */

/* The prefix of the store, then @below, as a parameter's value. */
static void put_prefix(const struct pl_s3 *s3, struct pl_buf *query, const char *below)
{
	pl_buf_put_z(query, "prefix=");
	pl_fetch_escape(query, s3->url.prefix, false);
	if (s3->url.prefix.len)
		pl_buf_put_z(query, "%2F");
	pl_fetch_escape(query, pl_str_from(below), false);
}

/* Objects below @below, or unfinished uploads if @uploads. */
static pl_status ask_page(
	struct pl_s3 *s3, const char *below, bool uploads, const struct pl_s3_page *last, struct pl_buf *out)
{
	struct pl_buf query PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_s3_request q = {.method = PL_FETCH_GET, .out = out};
	struct pl_s3_answer answer = {0};

	if (last->truncated) {
		pl_buf_put_z(&query, uploads ? "key-marker=" : "continuation-token=");
		pl_fetch_escape(&query, pl_str_from(last->token), false);
		pl_buf_put_c(&query, '&');
	}
	if (!uploads)
		pl_buf_put_z(&query, "list-type=2&max-keys=1000&");
	put_prefix(s3, &query, below);
	if (uploads && last->truncated) {
		pl_buf_put_z(&query, "&upload-id-marker=");
		pl_fetch_escape(&query, pl_str_from(last->token2), false);
	}
	if (uploads)
		pl_buf_put_z(&query, "&uploads=");
	q.query = pl_buf_z(&query);
	return q.query ? pl_s3_ask(s3, &q, &answer, NULL) : PL_E_INTERNAL;
}

static pl_status each_item(struct pl_s3 *s3, const char *below, bool uploads, pl_s3_item_fn fn, void *ctx)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_S3_ANSWER_MAX);
	struct pl_s3_page page = {0}, next = {0};
	pl_status st;

	do {
		st = ask_page(s3, below, uploads, &page, &body);
		if (st)
			return st;
		st = pl_s3_page_parse(pl_buf_str(&body), fn, ctx, &next);
		/* A service that says "more" but never moves on would keep us for ever. */
		if (!st && next.truncated &&
			(!next.token[0] ||
				(strcmp(next.token, page.token) == 0 && strcmp(next.token2, page.token2) == 0)))
			st = PL_E_SYNTAX;
		page = next;
	} while (!st && page.truncated);
	return st == PL_E_SYNTAX ? PL_E_INTERNAL : st;
}

struct telling {
	const struct pl_s3 *s3;
	pl_blob_list_fn fn;
	void *ctx;
};

/* The key without the store's prefix. */
static pl_str below_prefix(const struct pl_s3 *s3, pl_str key)
{
	if (s3->url.prefix.len && (!pl_str_eat(&key, s3->url.prefix) || !pl_str_eat(&key, PL_STR("/"))))
		return (pl_str){0};
	return key;
}

static pl_status tell(void *ctx, const struct pl_s3_item *item)
{
	const struct telling *t = ctx;
	struct pl_blob_item found = {.size = item->size};

	if (pl_blob_name_parse(below_prefix(t->s3, item->key), &found.digest))
		return PL_OK;
	if (pl_time_parse(item->time, &found.since))
		found.since = PL_BLOB_SINCE_NEVER;
	return t->fn(t->ctx, &found);
}

static pl_status list(struct pl_blob *b, pl_blob_list_fn fn, void *ctx)
{
	struct telling t = {.s3 = s3_of(b), .fn = fn, .ctx = ctx};

	return each_item(s3_of(b), "sha256/", false, tell, &t);
}

/* ---- sweeping ---- */

struct sweeping {
	struct pl_s3 *s3;
	uint64_t before, *removed;
};

pl_status pl_s3_abort(struct pl_s3 *s3, const char *key, const char *upload_id)
{
	struct pl_buf query PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_s3_request q = {.method = PL_FETCH_DELETE, .key = key};
	struct pl_s3_answer answer = {0};

	pl_buf_put_z(&query, "uploadId=");
	pl_fetch_escape(&query, pl_str_from(upload_id), false);
	q.query = pl_buf_z(&query);
	return q.query ? pl_s3_ask(s3, &q, &answer, NULL) : PL_E_INTERNAL;
}

static pl_status sweep_one(void *ctx, const struct pl_s3_item *item)
{
	const struct sweeping *s = ctx;
	char key[PL_S3_KEY_TEXT], upload_id[1025];
	uint64_t t;
	pl_status st;

	if (pl_time_parse(item->time, &t) || t >= s->before)
		return PL_OK;
	if (pl_str_z(below_prefix(s->s3, item->key), key, sizeof key) || !key[0] ||
		pl_str_z(item->upload_id, upload_id, sizeof upload_id))
		return PL_OK;
	st = upload_id[0] ? pl_s3_abort(s->s3, key, upload_id) : pl_s3_delete(s->s3, key);
	if (!st)
		++*s->removed;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status sweep(struct pl_blob *b, uint64_t before, uint64_t *ret_removed)
{
	struct sweeping s = {.s3 = s3_of(b), .before = before, .removed = ret_removed};
	pl_status st = each_item(s.s3, "tmp/", false, sweep_one, &s);

	if (!st)
		st = each_item(s.s3, "tmp/", true, sweep_one, &s);
	/* Of copies above the limit of one request the last step is an upload to the final name. */
	return st ? st : each_item(s.s3, "sha256/", true, sweep_one, &s);
}

/* ---- opening ---- */

static void close_s3(struct pl_blob *b)
{
	struct pl_s3 *s3 = s3_of(b);

	while (s3->idle_count)
		pl_fetch_free(s3->idle[--s3->idle_count]);
	(void)pthread_mutex_destroy(&s3->mutex);
	if (s3->secret)
		pl_wipe(s3->secret, strlen(s3->secret));
	pl_free(s3->secret);
	pl_free(s3->key);
	pl_free(s3->spool);
	pl_free(s3->text);
	pl_free(s3);
}

static const struct pl_blob_ops ops = {
	.close = close_s3,
	.put = pl_s3_put,
	.head = head,
	.range = range,
	.remove = remove_blob,
	.list = list,
	.sweep = sweep,
};

static char *copy(pl_str s)
{
	char *z = pl_alloc(s.len + 1, 1);

	memcpy(z, s.len ? s.ptr : "", s.len);
	return z;
}

/* A file of $CREDENTIALS_DIRECTORY, as systemd's LoadCredential= makes them; one line. */
static char *from_credentials(const char *name)
{
	const char *path = getenv("CREDENTIALS_DIRECTORY");
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_str s;

	if (!path || !pl_buf_reserve(&text, 1000) || pl_file_open_dir(AT_FDCWD, path, &dir) ||
		pl_file_read(dir, name, &text))
		return NULL;
	s = pl_buf_str(&text);
	while (s.len && (s.ptr[s.len - 1] == '\n' || s.ptr[s.len - 1] == '\r'))
		s.len--;
	return s.len ? copy(s) : NULL;
}

static char *credential(const char *given, const char *variable, const char *file)
{
	if (!given)
		given = getenv(variable);
	return given && given[0] ? copy(pl_str_from(given)) : from_credentials(file);
}

static bool header_safe(const char *z)
{
	for (; *z; z++)
		if (*z < 0x21 || *z > 0x7e || *z == '/' || *z == ',')
			return false;
	return true;
}

static pl_status look(struct pl_s3 *s3, bool create, struct pl_diag *diag)
{
	struct pl_s3_request q = {.method = PL_FETCH_HEAD};
	struct pl_s3_answer answer = {0};
	pl_status st = pl_s3_ask(s3, &q, &answer, diag);

	if (st == PL_E_NOTFOUND && create) {
		q.method = PL_FETCH_PUT;
		st = pl_s3_ask(s3, &q, &answer, diag);
	}
	if (st == PL_E_NOTFOUND)
		pl_diag_hint(diag, "make the bucket first, or correct the address");
	else if (st == PL_E_ACCESS)
		pl_diag_hint(diag, "check the credentials, the region and this machine's time");
	else if (st == PL_E_UNSUPPORTED)
		pl_diag_hint(diag, "the bucket is in another region: add ?region=name");
	else if (st)
		pl_diag_hint(diag, "check that the service runs and can be reached");
	if (!st)
		return PL_OK;
	return pl_diag_set(diag, st, "the bucket %.*s at %.*s cannot be used: %s", PL_STR_ARG(s3->url.bucket),
		PL_STR_ARG(s3->url.host), pl_status_text(st));
}

static pl_status set_up(struct pl_s3 *s3, const struct pl_blob_options *opt, struct pl_diag *diag)
{
	s3->key = credential(opt->s3_key, "PL_S3_KEY", "s3-key");
	s3->secret = credential(opt->s3_secret, "PL_S3_SECRET", "s3-secret");
	s3->spool = copy(pl_str_from(opt->spool ? opt->spool : "/var/tmp"));
	s3->timeout_ns = opt->timeout_ns ? opt->timeout_ns : 60 * PL_SECOND;
	s3->tries = opt->tries ? opt->tries : 5;
	s3->window = 64 * MIB;
	s3->copy_max = 5 * 1024 * MIB;
	s3->copy_part = 1024 * MIB;
	if (s3->key && s3->secret && header_safe(s3->key) && strlen(s3->key) <= 128 && strlen(s3->secret) <= 256)
		return look(s3, opt->create, diag);
	pl_diag_hint(diag, "set PL_S3_KEY and PL_S3_SECRET, or give the credentials s3-key and s3-secret");
	return pl_diag_set(diag, PL_E_ACCESS, "there are no credentials for the S3 store");
}

pl_status pl_blob_s3_open(pl_str url, const struct pl_blob_options *opt, struct pl_diag *diag, struct pl_blob **ret)
{
	struct pl_s3_url parsed;
	struct pl_s3 *s3;
	pl_status st = pl_s3_url_parse(url, &parsed, diag);

	if (st)
		return st;
	s3 = PL_NEW(struct pl_s3);
	s3->base.ops = &ops;
	(void)pthread_mutex_init(&s3->mutex, NULL);
	s3->text = copy(url);
	st = pl_s3_url_parse(pl_str_of(s3->text, url.len), &s3->url, diag);
	if (!st)
		st = set_up(s3, opt, diag);
	if (st)
		close_s3(&s3->base);
	else
		*ret = &s3->base;
	return st;
}
