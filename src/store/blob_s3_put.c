/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/blob_s3_put: streams of unknown length and digest into S3.
 *
 * The source is copied window by window into an unnamed temporary file, hashed on the way. If it ends within the first
 * window, its name is known: one PUT with If-None-Match. Otherwise each window becomes a part of a multipart upload to
 * a temporary key, and when the digest is known the service copies the object to its name. Whatever breaks off leaves at
 * most a temporary object or an unfinished upload, which pl_blob_sweep finds.
 *
 * What stands under the name already is never believed unread: its bytes may have rotted, and length, ETag and metadata
 * are those of the day it was put. After "it exists" and after an unknown outcome of the one PUT it is read and hashed,
 * and written over if it is wrong; the copy replaces it without asking, for a copy inside the service costs less than
 * reading the object.
 */
#include "base/file.h"
#include "base/ulid.h"
#include "store/blob_s3.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PARTS_MAX 10000u

/* ---- from the source into the window ---- */

struct intake {
	pl_blob_read_fn read;
	void *ctx;
	uint64_t max; /* of the whole */
	uint64_t size; /* read so far */
	struct pl_sha256 *whole, *part;
	uint8_t *piece;
	size_t held; /* bytes of @piece that belong to the next window */
	bool ended;
	int fd; /* the window */
	uint64_t in_window;
	char part_hex[2 * PL_DIGEST_LEN + 1];
};

static void intake_done(struct intake *in)
{
	pl_sha256_free(in->whole);
	pl_sha256_free(in->part);
	pl_free(in->piece);
	pl_file_close(&in->fd);
}

static pl_status intake_open(struct intake *in, const char *spool)
{
	in->whole = pl_sha256_new();
	in->part = pl_sha256_new();
	in->piece = pl_alloc(PL_BLOB_PIECE, 1);
	do
		in->fd = open(spool, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	while (in->fd < 0 && errno == EINTR);
	return in->fd < 0 ? pl_status_from_errno(errno) : PL_OK;
}

static pl_status read_piece(struct intake *in)
{
	pl_status st = in->read(in->ctx, in->piece, PL_BLOB_PIECE, &in->held);

	if (st)
		return st;
	in->ended = in->held == 0;
	if (in->held > in->max - in->size)
		return PL_E_TOOBIG;
	in->size += in->held;
	pl_sha256_update(in->whole, pl_bytes_of(in->piece, in->held));
	return PL_OK;
}

/* Fill the window with up to @size bytes. in->ended tells whether that was all. */
static pl_status fill(struct intake *in, uint64_t size)
{
	struct pl_digest d;
	pl_status st = pl_file_truncate(in->fd, 0);

	in->in_window = 0;
	while (!st && !in->ended) {
		if (in->held > size - in->in_window)
			break;
		if (in->held) {
			pl_sha256_update(in->part, pl_bytes_of(in->piece, in->held));
			st = pl_file_pwrite(in->fd, in->piece, in->held, in->in_window);
			in->in_window += in->held;
			in->held = 0;
		}
		if (!st)
			st = read_piece(in);
	}
	pl_sha256_final(in->part, &d);
	pl_digest_hex(&d, in->part_hex);
	return st;
}

static void from_window(const struct intake *in, struct pl_s3_request *q, int *fd)
{
	*fd = in->fd;
	q->method = PL_FETCH_PUT;
	q->sha256 = in->part_hex;
	q->source = pl_fetch_source_fd;
	q->source_ctx = fd;
	q->source_size = in->in_window;
}

/* ---- in one request ---- */

/* Is something of that length there? */
static pl_status is_there(struct pl_s3 *s3, const char *name, uint64_t size, pl_status otherwise)
{
	uint64_t found;
	pl_status st = pl_s3_head(s3, name, &found);

	if (!st)
		return found == size ? PL_OK : PL_E_CORRUPT;
	return st == PL_E_NOTFOUND ? otherwise : st;
}

/* Is it there, every byte of it? @otherwise if it is not there at all, PL_E_CORRUPT if it is something else. */
static pl_status is_sound(struct pl_s3 *s3, const struct pl_digest *d, uint64_t size, pl_status otherwise)
{
	char name[PL_BLOB_NAME];
	pl_status st;

	pl_blob_name(d, name);
	st = is_there(s3, name, size, otherwise);
	if (!st)
		st = pl_blob_check(&s3->base, d);
	return st == PL_E_NOTFOUND ? otherwise : st;
}

static pl_status put_single(struct pl_s3 *s3, const struct intake *in, const struct pl_digest *d)
{
	char name[PL_BLOB_NAME];
	struct pl_s3_request q = {.key = name, .extra = {"if-none-match:*"}};
	struct pl_s3_answer answer = {0};
	int fd;
	pl_status st;

	pl_blob_name(d, name);
	from_window(in, &q, &fd);
	st = pl_s3_ask(s3, &q, &answer, NULL);
	if (st != PL_E_EXISTS && st != PL_E_BUSY)
		return st;
	st = is_sound(s3, d, in->size, PL_E_BUSY);
	if (st != PL_E_CORRUPT)
		return st;
	q.extra[0] = NULL;
	return pl_s3_ask(s3, &q, &answer, NULL);
}

/* ---- in parts ---- */

struct upload {
	const char *key;
	char id[1025];
	struct pl_buf parts; /* the body of the completion */
	unsigned count;
};

static void upload_done(struct upload *u)
{
	pl_buf_done(&u->parts);
}

static pl_status begin_upload(struct pl_s3 *s3, struct upload *u)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_S3_ANSWER_MAX);
	struct pl_s3_request q = {.method = PL_FETCH_POST, .key = u->key, .query = "uploads=", .out = &body};
	struct pl_s3_answer answer = {0};
	pl_status st = pl_s3_ask(s3, &q, &answer, NULL);

	if (!st && pl_s3_xml_find(pl_buf_str(&body), PL_STR("UploadId"), u->id, sizeof u->id))
		st = PL_E_INTERNAL;
	pl_buf_put_z(&u->parts, "<CompleteMultipartUpload>");
	return st;
}

static void put_escaped(struct pl_buf *out, const char *z)
{
	for (; *z; z++) {
		if (*z == '"')
			pl_buf_put_z(out, "&quot;");
		else if (*z == '&')
			pl_buf_put_z(out, "&amp;");
		else if (*z == '<')
			pl_buf_put_z(out, "&lt;");
		else
			pl_buf_put_c(out, *z);
	}
}

static void note_part(struct upload *u, const char *etag)
{
	pl_buf_put_z(&u->parts, "<Part><PartNumber>");
	pl_buf_put_u64(&u->parts, u->count);
	pl_buf_put_z(&u->parts, "</PartNumber><ETag>");
	put_escaped(&u->parts, etag);
	pl_buf_put_z(&u->parts, "</ETag></Part>");
}

static const char *upload_query(const struct upload *u, bool part, struct pl_buf *out)
{
	if (part) {
		pl_buf_put_z(out, "partNumber=");
		pl_buf_put_u64(out, u->count);
		pl_buf_put_c(out, '&');
	}
	pl_buf_put_z(out, "uploadId=");
	pl_fetch_escape(out, pl_str_from(u->id), false);
	return pl_buf_z(out);
}

static pl_status put_part(struct pl_s3 *s3, struct upload *u, const struct intake *in)
{
	struct pl_buf query PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	char etag[128] = "";
	struct pl_s3_request q = {.key = u->key, .etag = etag};
	struct pl_s3_answer answer = {0};
	int fd;
	pl_status st;

	if (u->count == PARTS_MAX)
		return PL_E_TOOBIG;
	u->count++;
	from_window(in, &q, &fd);
	q.query = upload_query(u, true, &query);
	st = q.query ? pl_s3_ask(s3, &q, &answer, NULL) : PL_E_INTERNAL;
	if (!st && !etag[0])
		st = PL_E_INTERNAL;
	if (!st)
		note_part(u, etag);
	return st;
}

/* The service answers 200 before it knows, so the body has to say it. */
static pl_status body_says(const struct pl_buf *body, const char *root)
{
	char code[64];
	pl_str xml = pl_buf_str(body);

	if (pl_s3_xml_find(xml, PL_STR("ETag"), code, sizeof code) != PL_E_NOTFOUND &&
		pl_str_find_str(xml, pl_str_from(root)) < xml.len)
		return PL_OK;
	return PL_E_BUSY;
}

static pl_status complete(struct pl_s3 *s3, struct upload *u, uint64_t size)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_S3_ANSWER_MAX);
	struct pl_buf query PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	char hex[2 * PL_DIGEST_LEN + 1];
	struct pl_s3_request q = {.method = PL_FETCH_POST, .key = u->key, .slow = true, .sha256 = hex, .out = &body};
	struct pl_s3_answer answer = {0};
	struct pl_digest d;
	pl_status st;

	pl_buf_put_z(&u->parts, "</CompleteMultipartUpload>");
	q.query = upload_query(u, false, &query);
	if (pl_buf_status(&u->parts) || !q.query)
		return PL_E_INTERNAL;
	q.body = pl_buf_bytes(&u->parts);
	pl_sha256(q.body, &d);
	pl_digest_hex(&d, hex);
	st = pl_s3_ask(s3, &q, &answer, NULL);
	if (!st)
		st = body_says(&body, "CompleteMultipartUploadResult");
	/* Asked twice, the second answer is "no such upload". */
	return st == PL_E_BUSY || st == PL_E_NOTFOUND ? is_there(s3, u->key, size, PL_E_BUSY) : st;
}

static pl_status upload_windows(struct pl_s3 *s3, struct upload *u, struct intake *in)
{
	pl_status st = begin_upload(s3, u);

	if (st)
		return st;
	for (;;) {
		st = put_part(s3, u, in);
		if (st || (in->ended && !in->held))
			break;
		st = fill(in, s3->window);
		if (st || !in->in_window)
			break;
	}
	if (!st)
		st = complete(s3, u, in->size);
	if (st)
		(void)(pl_s3_abort(s3, u->key, u->id) == PL_OK);
	return st;
}

/* ---- from the temporary key to the name, inside the service ---- */

static void copy_source(const struct pl_s3 *s3, const char *key, char *out, size_t size)
{
	(void)snprintf(out, size, "x-amz-copy-source:/%.*s/%.*s%s%s", PL_STR_ARG(s3->url.bucket),
		PL_STR_ARG(s3->url.prefix), s3->url.prefix.len ? "/" : "", key);
}

static pl_status copy_whole(struct pl_s3 *s3, const char *from, const char *name)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_S3_ANSWER_MAX);
	char source[PL_S3_KEY_TEXT];
	struct pl_s3_request q = {.method = PL_FETCH_PUT, .key = name, .extra = {source}, .slow = true, .out = &body};
	struct pl_s3_answer answer = {0};
	pl_status st;

	copy_source(s3, from, source, sizeof source);
	st = pl_s3_ask(s3, &q, &answer, NULL);
	return st ? st : body_says(&body, "CopyObjectResult");
}

static pl_status copy_part(struct pl_s3 *s3, struct upload *u, const char *source, uint64_t from, uint64_t to)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_S3_ANSWER_MAX);
	struct pl_buf query PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	char range[96], etag[128] = "";
	struct pl_s3_request q = {
		.method = PL_FETCH_PUT, .key = u->key, .extra = {source, range}, .slow = true, .out = &body};
	struct pl_s3_answer answer = {0};
	pl_status st;

	u->count++;
	(void)snprintf(range, sizeof range, "x-amz-copy-source-range:bytes=%llu-%llu", (unsigned long long)from,
		(unsigned long long)to);
	q.query = upload_query(u, true, &query);
	st = q.query ? pl_s3_ask(s3, &q, &answer, NULL) : PL_E_INTERNAL;
	if (!st && pl_s3_xml_find(pl_buf_str(&body), PL_STR("ETag"), etag, sizeof etag))
		st = PL_E_BUSY;
	if (!st)
		note_part(u, etag);
	return st;
}

/* Above the limit of one copy: an upload whose parts are ranges of the temporary object. */
static pl_status copy_parts(struct pl_s3 *s3, const char *from, const char *name, uint64_t size)
{
	struct upload u PL_CLEANUP(upload_done) = {.key = name, .parts = PL_BUF(PL_S3_ANSWER_MAX)};
	char source[PL_S3_KEY_TEXT];
	pl_status st = begin_upload(s3, &u);

	if (st)
		return st;
	copy_source(s3, from, source, sizeof source);
	for (uint64_t at = 0; !st && at < size; at += s3->copy_part)
		st = copy_part(s3, &u, source, at, (size - at < s3->copy_part ? size : at + s3->copy_part) - 1);
	if (!st)
		st = complete(s3, &u, size);
	if (st)
		(void)(pl_s3_abort(s3, name, u.id) == PL_OK);
	return st;
}

/* A copy that came to no answer may have left what was there before, so that is read. */
static pl_status copy_to_name(struct pl_s3 *s3, const char *from, const struct pl_digest *d, uint64_t size)
{
	char name[PL_BLOB_NAME];
	pl_status st;

	pl_blob_name(d, name);
	st = size <= s3->copy_max ? copy_whole(s3, from, name) : copy_parts(s3, from, name, size);
	if (st == PL_E_BUSY)
		st = is_sound(s3, d, size, PL_E_BUSY);
	return st ? st : is_there(s3, name, size, PL_E_BUSY);
}

static pl_status put_large(struct pl_s3 *s3, struct intake *in, struct pl_digest *ret)
{
	struct upload u PL_CLEANUP(upload_done) = {.parts = PL_BUF(PL_S3_ANSWER_MAX)};
	struct pl_ulid id = pl_ulid_new();
	char temp[4 + PL_ULID_TEXT + 1];
	pl_status st;

	memcpy(temp, "tmp/", 4);
	pl_ulid_write(&id, temp + 4);
	u.key = temp;
	st = upload_windows(s3, &u, in);
	if (st)
		return st;
	pl_sha256_final(in->whole, ret);
	st = copy_to_name(s3, temp, ret, in->size);
	/* What cannot be deleted now is swept later. */
	(void)(pl_s3_delete(s3, temp) == PL_OK);
	return st;
}

pl_status pl_s3_put(
	struct pl_blob *b, pl_blob_read_fn read, void *ctx, uint64_t max, struct pl_digest *ret, uint64_t *ret_size)
{
	struct intake in PL_CLEANUP(intake_done) = {.read = read, .ctx = ctx, .max = max, .fd = -1};
	struct pl_s3 *s3 = (struct pl_s3 *)(void *)b;
	pl_status st = intake_open(&in, s3->spool);

	if (!st)
		st = fill(&in, s3->window);
	if (st)
		return st;
	if (in.ended) {
		pl_sha256_final(in.whole, ret);
		st = put_single(s3, &in, ret);
	} else {
		st = put_large(s3, &in, ret);
	}
	*ret_size = in.size;
	return st;
}
