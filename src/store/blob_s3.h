/* SPDX-License-Identifier: Apache-2.0 */
/* store/blob_s3: what the two halves of the S3 engine share (requests and reading; putting). Inside this room only. */
#ifndef PL_STORE_BLOB_S3_H
#define PL_STORE_BLOB_S3_H
#include "base/fetch.h"
#include "store/blob_engine.h"
#include "store/s3_url.h"
#include "store/s3_xml.h"
#include <pthread.h>

#define PL_S3_IDLE 8u                     /* connections kept alive */
#define PL_S3_ANSWER_MAX ((size_t)4 << 20) /* the largest list */
#define PL_S3_KEY_TEXT 1024u
#define PL_S3_EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct pl_s3 {
	struct pl_blob base;
	char *text; /* what url borrows from */
	struct pl_s3_url url;
	char *key, *secret, *spool;
	uint64_t timeout_ns;
	unsigned tries;
	uint64_t window;    /* bytes of one PUT or part */
	uint64_t copy_max;  /* largest copy in one request */
	uint64_t copy_part; /* range of one part of a larger copy */
	pthread_mutex_t mutex; /* guards idle */
	struct pl_fetch *idle[PL_S3_IDLE];
	unsigned idle_count;
};

struct pl_s3_request {
	enum pl_fetch_method method;
	const char *key;   /* object below the prefix; NULL: the bucket */
	const char *query; /* escaped, sorted, without "?"; NULL: none */
	const char *extra[3]; /* further headers, "name:value" in lower-case */
	/* The body, if any, with its SHA-256 as 64 hex digits. */
	const char *sha256;
	pl_bytes body;
	pl_fetch_source source;
	void *source_ctx;
	uint64_t source_size;
	pl_fetch_sink sink;
	void *sink_ctx;
	bool slow;           /* a copy or a completion: the service may be silent for minutes */
	bool once;           /* do not try again */
	struct pl_buf *out;  /* the answer's body; NULL: not wanted */
	char *etag;          /* 128 bytes, or NULL */
};

struct pl_s3_answer {
	unsigned status;
	uint64_t length; /* Content-Length; UINT64_MAX: not said */
};

/* Sign and send, again after "unknown" answers as often as the options allow. PL_OK: 200..299. PL_E_NOTFOUND (404),
 * PL_E_ACCESS (401, 403), PL_E_EXISTS (412), PL_E_RANGE (416), PL_E_NOSPACE (507, quota), PL_E_BUSY (no answer, 5xx,
 * 429: what the service did is unknown), PL_E_UNSUPPORTED (a redirect: wrong region or host), PL_E_CORRUPT (the service
 * says that the body was damaged on the way), PL_E_INTERNAL (any other 4xx), or what source or sink said. */
pl_status pl_s3_ask(struct pl_s3 *s3, const struct pl_s3_request *q, struct pl_s3_answer *ret, struct pl_diag *diag);
/* Does the object @key exist, and how long is it? */
pl_status pl_s3_head(struct pl_s3 *s3, const char *key, uint64_t *ret_size);
pl_status pl_s3_put(struct pl_blob *b, pl_blob_read_fn read, void *ctx, uint64_t max, struct pl_digest *ret,
	uint64_t *ret_size);
pl_status pl_s3_delete(struct pl_s3 *s3, const char *key);
pl_status pl_s3_abort(struct pl_s3 *s3, const char *key, const char *upload_id);

#endif
