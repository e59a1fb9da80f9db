/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"
#include "crypto/alg.h"
#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>

struct pl_sha256 {
	EVP_MD_CTX *ctx;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_end;
static EVP_MD *md;
static _Thread_local EVP_MD_CTX *thread_ctx;

static void free_ctx(void *p)
{
	EVP_MD_CTX_free(p);
}

/* Fetched once: EVP_sha256() would be looked up again in every EVP_DigestInit, which costs more than the hash. */
static void fetch(void)
{
	md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	assert(md && "OpenSSL has no SHA-256");
	assert(pthread_key_create(&thread_end, free_ctx) == 0);
}

static EVP_MD_CTX *new_ctx(void)
{
	EVP_MD_CTX *ctx;

	assert(pthread_once(&once, fetch) == 0);
	ctx = EVP_MD_CTX_new();
	assert(ctx && EVP_DigestInit_ex2(ctx, md, NULL) == 1);
	return ctx;
}

/* The calling thread's context, ready for a new message. */
static EVP_MD_CTX *start(void)
{
	if (thread_ctx) {
		assert(EVP_DigestInit_ex2(thread_ctx, NULL, NULL) == 1);
		return thread_ctx;
	}
	thread_ctx = new_ctx();
	assert(pthread_setspecific(thread_end, thread_ctx) == 0);
	return thread_ctx;
}

static void update(EVP_MD_CTX *ctx, pl_bytes data)
{
	assert(data.len == 0 || EVP_DigestUpdate(ctx, data.ptr, data.len) == 1);
}

static void finish(EVP_MD_CTX *ctx, struct pl_digest *ret)
{
	assert(EVP_DigestFinal_ex(ctx, ret->b, NULL) == 1);
}

void pl_sha256(pl_bytes data, struct pl_digest *ret)
{
	pl_sha256_parts(&data, 1, ret);
}

void pl_sha256_parts(const pl_bytes *parts, size_t n, struct pl_digest *ret)
{
	EVP_MD_CTX *ctx = start();

	for (size_t i = 0; i < n; i++)
		update(ctx, parts[i]);
	finish(ctx, ret);
}

void pl_sha512(pl_bytes data, uint8_t ret[static PL_SHA512_LEN])
{
	assert(EVP_Digest(data.len ? data.ptr : (const uint8_t *)"", data.len, ret, NULL, EVP_sha512(), NULL) == 1);
}

void pl_hmac_sha256(pl_bytes key, pl_bytes msg, struct pl_digest *ret)
{
	uint8_t pad[64] = {0};
	struct pl_digest inner;

	if (key.len > sizeof pad) {
		pl_sha256(key, &inner);
		key = pl_digest_bytes(&inner);
	}
	if (key.len)
		memcpy(pad, key.ptr, key.len);
	for (size_t i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36;
	pl_sha256_parts((const pl_bytes[]){{pad, sizeof pad}, msg}, 2, &inner);
	for (size_t i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	pl_sha256_parts((const pl_bytes[]){{pad, sizeof pad}, pl_digest_bytes(&inner)}, 2, ret);
	pl_wipe(pad, sizeof pad);
	pl_wipe(&inner, sizeof inner);
}

struct pl_sha256 *pl_sha256_new(void)
{
	struct pl_sha256 *h = PL_NEW(struct pl_sha256);

	h->ctx = new_ctx();
	return h;
}

void pl_sha256_update(struct pl_sha256 *h, pl_bytes data)
{
	update(h->ctx, data);
}

void pl_sha256_final(struct pl_sha256 *h, struct pl_digest *ret)
{
	finish(h->ctx, ret);
	assert(EVP_DigestInit_ex2(h->ctx, NULL, NULL) == 1);
}

void pl_sha256_free(struct pl_sha256 *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->ctx);
	pl_free(h);
}

pl_status pl_digest_parse(pl_str text, struct pl_digest *ret)
{
	size_t colon = pl_str_find(text, ':');
	enum pl_hash_alg alg;

	/* There is one algorithm; a second one would have digests of a type of its own. */
	if (colon == text.len || pl_hash_alg_parse(pl_str_sub(text, 0, colon), &alg))
		return PL_E_SYNTAX;
	return pl_hex_read(pl_str_sub(text, colon + 1, text.len), ret->b, sizeof ret->b);
}

void pl_digest_write(struct pl_buf *out, const struct pl_digest *d)
{
	pl_buf_put_z(out, pl_hash_alg_text(PL_HASH_SHA256));
	pl_buf_put_c(out, ':');
	pl_hex_put(out, pl_digest_bytes(d));
}

void pl_digest_text(const struct pl_digest *d, char out[static PL_DIGEST_TEXT + 1])
{
	const char *name = pl_hash_alg_text(PL_HASH_SHA256);
	size_t n = strlen(name);

	memcpy(out, name, n);
	out[n] = ':';
	pl_hex_write(d->b, sizeof d->b, out + n + 1);
}

void pl_digest_hex(const struct pl_digest *d, char out[static 2 * PL_DIGEST_LEN + 1])
{
	pl_hex_write(d->b, sizeof d->b, out);
}

bool pl_digest_eq(const struct pl_digest *a, const struct pl_digest *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}
