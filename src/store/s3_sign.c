/* SPDX-License-Identifier: Apache-2.0 */
#include "store/s3_sign.h"
#include "base/codec.h"
#include "base/time.h"

void pl_s3_sign_time(uint64_t t, char out[static 17])
{
	char text[21]; /* 2013-05-24T00:00:00Z */
	size_t n = 0;

	pl_time_write(t, text);
	for (size_t i = 0; text[i] && n < 16; i++)
		if (text[i] != '-' && text[i] != ':')
			out[n++] = text[i];
	out[n] = '\0';
}

static pl_str name_of(const char *header)
{
	pl_str s = pl_str_from(header);

	return pl_str_sub(s, 0, pl_str_find(s, ':'));
}

static void put_signed_names(struct pl_buf *out, const struct pl_s3_sign *s)
{
	for (size_t i = 0; i < s->header_count; i++) {
		if (i)
			pl_buf_put_c(out, ';');
		pl_buf_put_str(out, name_of(s->headers[i]));
	}
}

static void put_hex_digest(struct pl_buf *out, const struct pl_digest *d)
{
	pl_hex_put(out, pl_digest_bytes(d));
}

/* Signature Version 4, "Create a canonical request". */
static void canonical(struct pl_buf *out, const struct pl_s3_sign *s)
{
	pl_buf_put_z(out, s->method);
	pl_buf_put_c(out, '\n');
	pl_buf_put_str(out, s->path);
	pl_buf_put_c(out, '\n');
	pl_buf_put_str(out, s->query);
	pl_buf_put_c(out, '\n');
	for (size_t i = 0; i < s->header_count; i++) {
		pl_buf_put_z(out, s->headers[i]);
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_c(out, '\n');
	put_signed_names(out, s);
	pl_buf_put_c(out, '\n');
	pl_buf_put_str(out, s->payload_sha256);
}

static void put_scope(struct pl_buf *out, const struct pl_s3_sign *s)
{
	pl_buf_put(out, s->time, 8);
	pl_buf_put_c(out, '/');
	pl_buf_put_str(out, s->region);
	pl_buf_put_z(out, "/s3/aws4_request");
}

/* HMAC over date, region, service and a fixed word, each under the one before. */
static void signing_key(const struct pl_s3_sign *s, struct pl_digest *ret)
{
	struct pl_buf first PL_CLEANUP(pl_buf_done_secret) = PL_BUF(512);
	struct pl_digest k;

	(void)pl_buf_reserve(&first, s->secret.len + 4); /* grown once, so that nothing unwiped stays behind */
	pl_buf_put_z(&first, "AWS4");
	pl_buf_put_str(&first, s->secret);
	pl_hmac_sha256(pl_buf_bytes(&first), pl_bytes_of(s->time, 8), &k);
	pl_hmac_sha256(pl_digest_bytes(&k), pl_str_bytes(s->region), &k);
	pl_hmac_sha256(pl_digest_bytes(&k), pl_str_bytes(PL_STR("s3")), &k);
	pl_hmac_sha256(pl_digest_bytes(&k), pl_str_bytes(PL_STR("aws4_request")), ret);
	pl_wipe(&k, sizeof k);
}

void pl_s3_sign_write(const struct pl_s3_sign *s, struct pl_buf *out)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_digest d, key;

	canonical(&text, s);
	pl_sha256(pl_buf_bytes(&text), &d);
	pl_buf_clear(&text);
	pl_buf_put_z(&text, "AWS4-HMAC-SHA256\n");
	pl_buf_put_z(&text, s->time);
	pl_buf_put_c(&text, '\n');
	put_scope(&text, s);
	pl_buf_put_c(&text, '\n');
	put_hex_digest(&text, &d);
	signing_key(s, &key);
	pl_hmac_sha256(pl_digest_bytes(&key), pl_buf_bytes(&text), &d);
	pl_wipe(&key, sizeof key);
	pl_buf_put_z(out, "AWS4-HMAC-SHA256 Credential=");
	pl_buf_put_str(out, s->key);
	pl_buf_put_c(out, '/');
	put_scope(out, s);
	pl_buf_put_z(out, ",SignedHeaders=");
	put_signed_names(out, s);
	pl_buf_put_z(out, ",Signature=");
	put_hex_digest(out, &d);
}
