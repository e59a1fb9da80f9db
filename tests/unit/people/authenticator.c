/* SPDX-License-Identifier: Apache-2.0 */
#include "authenticator.h"
#include "base/random.h"
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

static const struct bend straight;

void authenticator_new(struct authenticator *a, enum pl_webauthn_alg alg)
{
	struct pl_privkey key;

	*a = (struct authenticator){.alg = alg};
	pl_random(a->id, sizeof a->id);
	if (alg == PL_WEBAUTHN_RS256) {
		a->rsa = EVP_RSA_gen(2048);
		assert(a->rsa);
		return;
	}
	pl_privkey_generate(alg == PL_WEBAUTHN_ES256 ? PL_KEY_ECDSA_P256 : PL_KEY_ED25519, &key);
	assert(pl_signer_from_privkey(&key, &a->signer) == PL_OK);
}

void authenticator_done(struct authenticator *a)
{
	pl_signer_free(a->signer);
	EVP_PKEY_free(a->rsa);
}

/* ---- CBOR ---- */

static void head(struct pl_buf *b, unsigned major, size_t n)
{
	if (n < 24) {
		pl_buf_put_u8(b, (uint8_t)(major << 5 | n));
	} else if (n < 256) {
		pl_buf_put_u8(b, (uint8_t)(major << 5 | 24));
		pl_buf_put_u8(b, (uint8_t)n);
	} else {
		pl_buf_put_u8(b, (uint8_t)(major << 5 | 25));
		pl_buf_put_be16(b, (uint16_t)n);
	}
}

static void integer(struct pl_buf *b, int v)
{
	head(b, v < 0, (size_t)(v < 0 ? -1 - v : v));
}

static void bytes(struct pl_buf *b, int label, const uint8_t *data, size_t len)
{
	integer(b, label);
	head(b, 2, len);
	pl_buf_put(b, data, len);
}

static void text(struct pl_buf *b, const char *z)
{
	head(b, 3, strlen(z));
	pl_buf_put_z(b, z);
}

static void cose_rsa(const struct authenticator *a, struct pl_buf *out)
{
	static const uint8_t exponent[] = {1, 0, 1};
	uint8_t modulus[256];
	BIGNUM *n = NULL;

	assert(EVP_PKEY_get_bn_param(a->rsa, OSSL_PKEY_PARAM_RSA_N, &n) == 1);
	assert(BN_bn2binpad(n, modulus, sizeof modulus) == sizeof modulus);
	BN_free(n);
	bytes(out, -1, modulus, sizeof modulus);
	bytes(out, -2, exponent, sizeof exponent);
}

static void cose(const struct authenticator *a, const struct bend *b, struct pl_buf *out)
{
	const struct pl_pubkey *pub = a->signer ? pl_signer_public(a->signer) : NULL;
	bool es256 = a->alg == PL_WEBAUTHN_ES256;
	struct pl_pubkey raw = pub ? *pub : (struct pl_pubkey){0};

	head(out, 5, es256 ? 5 : 4);
	integer(out, 1);
	integer(out, es256 ? 2 : a->alg == PL_WEBAUTHN_EDDSA ? 1 : 3);
	integer(out, 3);
	integer(out, b->alg ? b->alg : (int)a->alg);
	if (!pub) {
		cose_rsa(a, out);
		return;
	}
	integer(out, -1);
	integer(out, es256 ? 1 : 6);
	if (b->off_curve)
		raw.b[40] ^= 1;
	bytes(out, -2, raw.b + (es256 ? 1 : 0), 32);
	if (es256)
		bytes(out, -3, raw.b + 33, 32);
}

/* ---- answers ---- */

static void authdata(struct authenticator *a, const struct bend *b, const char *rp_id, bool create, struct pl_buf *out)
{
	unsigned flags = PL_WEBAUTHN_UP | PL_WEBAUTHN_UV | (create ? PL_WEBAUTHN_AT : 0u);
	struct pl_digest hash;

	pl_sha256(pl_str_bytes(pl_str_from(b->rp_id ? b->rp_id : rp_id)), &hash);
	pl_buf_put_bytes(out, pl_digest_bytes(&hash));
	pl_buf_put_u8(out, (uint8_t)((flags & ~(unsigned)b->clear) | b->set));
	if (!b->keep_count)
		a->count++;
	pl_buf_put_be32(out, b->count ? b->count : a->count);
	if (create) {
		static const uint8_t aaguid[16];

		pl_buf_put(out, aaguid, sizeof aaguid);
		pl_buf_put_be16(out, sizeof a->id);
		pl_buf_put(out, a->id, sizeof a->id);
		cose(a, b, out);
	}
	if (b->tail)
		pl_buf_put_u8(out, 0);
	pl_buf_truncate(out, out->len - (size_t)b->cut);
}

static void client_data(pl_str challenge, const struct bend *b, const char *type, struct pl_buf *out)
{
	pl_buf_printf(out, "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"%s\"%s}", b->type ? b->type : type,
		PL_STR_ARG(b->challenge ? pl_str_from(b->challenge) : challenge), b->origin ? b->origin : "https://portal.example",
		b->extra ? b->extra : ",\"crossOrigin\":false");
}

static void sign(struct authenticator *a, pl_bytes msg, struct pl_buf *out)
{
	struct pl_signature sig;
	uint8_t rsa[256];
	size_t len = sizeof rsa;
	EVP_MD_CTX *ctx;

	if (a->signer) {
		assert(pl_signer_sign(a->signer, msg, &sig) == PL_OK);
		pl_buf_put(out, sig.b, sig.len);
		return;
	}
	ctx = EVP_MD_CTX_new();
	assert(ctx && EVP_DigestSignInit_ex(ctx, NULL, "SHA2-256", NULL, NULL, a->rsa, NULL) == 1);
	assert(EVP_DigestSign(ctx, rsa, &len, msg.ptr, msg.len) == 1);
	EVP_MD_CTX_free(ctx);
	pl_buf_put(out, rsa, len);
}

static void set(struct pl_json *o, const char *key, pl_bytes data)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	pl_webauthn_put(&b, data);
	pl_json_set_str(o, key, pl_buf_str(&b));
}

static struct pl_json *answer_of(struct authenticator *a, const struct bend *b, struct pl_json **ret_response)
{
	struct pl_json *o = pl_json_new_object();
	uint8_t other[32] = {9};

	set(o, "id", pl_bytes_of(b->foreign_id ? other : a->id, 32));
	set(o, "rawId", pl_bytes_of(b->foreign_id || b->foreign_raw_id ? other : a->id, 32));
	pl_json_set_z(o, "type", "public-key");
	pl_json_set_object(o, "clientExtensionResults");
	*ret_response = pl_json_set_object(o, "response");
	return o;
}

static pl_str challenge_of(const struct pl_json *options)
{
	pl_str challenge;

	assert(pl_json_get_str(options, "challenge", &challenge, NULL) == PL_OK);
	return challenge;
}

void authenticator_create(struct authenticator *a, pl_str options, const struct bend *b, struct pl_buf *answer)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL, *out PL_CLEANUP(pl_json_done) = NULL, *response;
	struct pl_buf client PL_CLEANUP(pl_buf_done) = PL_BUF(4096), data PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_buf object PL_CLEANUP(pl_buf_done) = PL_BUF(8192), handle PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	const struct pl_json *user;
	pl_str text_of;

	b = b ? b : &straight;
	assert(pl_json_parse(options, 65536, 8, &o, NULL) == PL_OK);
	assert(pl_json_get_object(o, "user", &user, NULL) == PL_OK && pl_json_get_str(user, "id", &text_of, NULL) == PL_OK);
	assert(pl_base64_get_lenient(text_of, &handle) == PL_OK && handle.len == sizeof a->handle);
	memcpy(a->handle, handle.ptr, sizeof a->handle);
	client_data(challenge_of(o), b, "webauthn.create", &client);
	authdata(a, b, "portal.example", true, &data);
	head(&object, 5, 3);
	text(&object, "fmt");
	text(&object, b->format ? b->format : "none");
	text(&object, "attStmt");
	head(&object, 5, b->statement ? 1 : 0);
	if (b->statement) {
		text(&object, "alg");
		integer(&object, -7);
	}
	text(&object, "authData");
	head(&object, 2, data.len);
	pl_buf_put_bytes(&object, pl_buf_bytes(&data));
	pl_buf_truncate(&object, object.len - (size_t)b->cut_object);
	out = answer_of(a, b, &response);
	set(response, "clientDataJSON", pl_buf_bytes(&client));
	set(response, "attestationObject", pl_buf_bytes(&object));
	assert(pl_json_write(out, answer) == PL_OK);
}

void authenticator_get(struct authenticator *a, pl_str options, const struct bend *b, struct pl_buf *answer)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL, *out PL_CLEANUP(pl_json_done) = NULL, *response;
	struct pl_buf client PL_CLEANUP(pl_buf_done) = PL_BUF(4096), data PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_buf signature PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_digest hash;
	uint8_t other[32] = {9};

	b = b ? b : &straight;
	assert(pl_json_parse(options, 65536, 8, &o, NULL) == PL_OK);
	client_data(challenge_of(o), b, "webauthn.get", &client);
	authdata(a, b, "portal.example", false, &data);
	pl_sha256(pl_buf_bytes(&client), &hash);
	if (b->flip_client_data)
		client.ptr[client.len - 2] = (uint8_t)(client.ptr[client.len - 2] == ' ' ? '\t' : ' ');
	{
		struct pl_buf signed_bytes PL_CLEANUP(pl_buf_done) = PL_BUF(8192);

		pl_buf_put_bytes(&signed_bytes, pl_buf_bytes(&data));
		pl_buf_put_bytes(&signed_bytes, pl_digest_bytes(&hash));
		sign(a, pl_buf_bytes(&signed_bytes), &signature);
	}
	if (b->flip_signature)
		signature.ptr[b->flip_signature - 1] ^= 1;
	out = answer_of(a, b, &response);
	set(response, "clientDataJSON", pl_buf_bytes(&client));
	set(response, "authenticatorData", pl_buf_bytes(&data));
	set(response, "signature", pl_buf_bytes(&signature));
	if (!b->no_handle)
		set(response, "userHandle", pl_bytes_of(b->foreign_handle ? other : a->handle, sizeof a->handle));
	assert(pl_json_write(out, answer) == PL_OK);
}
