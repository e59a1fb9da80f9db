/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key.h"
#include "base/random.h"
#include "crypto/ossl.h"
#include <assert.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <sodium.h>

#define ED25519_LEN 32u
#define P256_LEN 65u

static const uint8_t spki_ed25519[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
static const uint8_t spki_p256[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};

/* ---- public keys ---- */

static bool p256_on_curve(pl_bytes raw)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	bool ok;

	assert(point);
	ok = EC_POINT_oct2point(group, point, raw.ptr, raw.len, NULL) == 1;
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return ok;
}

pl_status pl_pubkey_from_raw(enum pl_key_alg alg, pl_bytes raw, struct pl_pubkey *ret)
{
	switch (alg) {
	case PL_KEY_ED25519:
		if (raw.len != ED25519_LEN)
			return PL_E_SYNTAX;
		if (!crypto_core_ed25519_is_valid_point(raw.ptr))
			return PL_E_RANGE;
		break;
	case PL_KEY_ECDSA_P256:
		if (raw.len != P256_LEN || raw.ptr[0] != 0x04)
			return PL_E_SYNTAX;
		if (!p256_on_curve(raw))
			return PL_E_RANGE;
		break;
	default:
		return PL_E_UNSUPPORTED;
	}
	*ret = (struct pl_pubkey){.alg = alg, .len = (uint8_t)raw.len};
	memcpy(ret->b, raw.ptr, raw.len);
	return PL_OK;
}

bool pl_pubkey_eq(const struct pl_pubkey *a, const struct pl_pubkey *b)
{
	return a->alg == b->alg && pl_bytes_eq(pl_pubkey_raw(a), pl_pubkey_raw(b));
}

static bool shape_ok(const struct pl_pubkey *k, pl_bytes sig)
{
	uint8_t rs[64];

	if (k->alg == PL_KEY_ED25519)
		return sig.len == 64;
	return !pl_ossl_ecdsa_read(sig, rs) && pl_ossl_ecdsa_low(rs + 32);
}

pl_status pl_pubkey_verify(const struct pl_pubkey *k, pl_bytes msg, pl_bytes sig)
{
	static const uint8_t nothing[1];
	EVP_PKEY *key;
	EVP_MD_CTX *ctx;
	bool ok;

	if (!shape_ok(k, sig) || pl_ossl_public(k, &key))
		return PL_E_SIGNATURE;
	ctx = EVP_MD_CTX_new();
	assert(ctx);
	ok = EVP_DigestVerifyInit_ex(ctx, NULL, k->alg == PL_KEY_ECDSA_P256 ? "SHA2-256" : NULL, NULL, NULL, key,
		     NULL) == 1 &&
		EVP_DigestVerify(ctx, sig.ptr, sig.len, msg.len ? msg.ptr : nothing, msg.len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok ? PL_OK : PL_E_SIGNATURE;
}

/* ---- spellings ---- */

static pl_bytes spki_prefix(enum pl_key_alg alg)
{
	return alg == PL_KEY_ED25519 ? (pl_bytes){spki_ed25519, sizeof spki_ed25519} :
				       (pl_bytes){spki_p256, sizeof spki_p256};
}

size_t pl_pubkey_spki(const struct pl_pubkey *k, uint8_t out[static PL_SPKI_MAX])
{
	pl_bytes prefix = spki_prefix(k->alg);

	assert(prefix.len + k->len <= PL_SPKI_MAX);
	memcpy(out, prefix.ptr, prefix.len);
	memcpy(out + prefix.len, k->b, k->len);
	return prefix.len + k->len;
}

pl_status pl_pubkey_from_spki(pl_bytes der, struct pl_pubkey *ret)
{
	static const struct {
		enum pl_key_alg alg;
		size_t len;
	} known[] = {{PL_KEY_ED25519, ED25519_LEN}, {PL_KEY_ECDSA_P256, P256_LEN}};

	for (size_t i = 0; i < PL_COUNT(known); i++) {
		pl_bytes prefix = spki_prefix(known[i].alg);

		if (der.len == prefix.len + known[i].len && memcmp(der.ptr, prefix.ptr, prefix.len) == 0)
			return pl_pubkey_from_raw(known[i].alg, (pl_bytes){der.ptr + prefix.len, known[i].len}, ret);
	}
	return der.len && der.ptr[0] == 0x30 ? PL_E_UNSUPPORTED : PL_E_SYNTAX;
}

void pl_pubkey_id(const struct pl_pubkey *k, struct pl_digest *ret)
{
	uint8_t der[PL_SPKI_MAX];

	pl_sha256((pl_bytes){der, pl_pubkey_spki(k, der)}, ret);
}

#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----"
#define PEM_END "-----END PUBLIC KEY-----"

void pl_pubkey_pem_write(struct pl_buf *out, const struct pl_pubkey *k)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	uint8_t der[PL_SPKI_MAX];

	pl_base64_put(&text, (pl_bytes){der, pl_pubkey_spki(k, der)});
	pl_buf_put_z(out, PEM_BEGIN "\n");
	for (size_t at = 0; at < text.len; at += 64) {
		pl_buf_put_str(out, pl_str_sub(pl_buf_str(&text), at, 64));
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_z(out, PEM_END "\n");
}

pl_status pl_pubkey_pem_parse(pl_str text, struct pl_pubkey *ret, struct pl_diag *diag)
{
	struct pl_buf joined PL_CLEANUP(pl_buf_done) = PL_BUF(256), der PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	pl_str line = {0};
	pl_status st;

	if (!pl_str_take_line(&text, &line) || !pl_str_eq(line, PL_STR(PEM_BEGIN)))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"" PEM_BEGIN "\"");
	while (pl_str_take_line(&text, &line) && !pl_str_eq(line, PL_STR(PEM_END)))
		pl_buf_put_str(&joined, line);
	if (!pl_str_eq(line, PL_STR(PEM_END)) || text.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the text to end with the line \"" PEM_END "\"");
	st = pl_buf_status(&joined);
	if (!st)
		st = pl_base64_get(pl_buf_str(&joined), &der);
	if (!st)
		st = pl_pubkey_from_spki(pl_buf_bytes(&der), ret);
	return st ? pl_diag_set(diag, st, "expected an Ed25519 or P-256 public key in PEM") : PL_OK;
}

void pl_pubkey_write(struct pl_buf *out, const struct pl_pubkey *k)
{
	pl_buf_put_z(out, pl_key_alg_text(k->alg));
	pl_buf_put_c(out, ':');
	pl_base64_put(out, pl_pubkey_raw(k));
}

pl_status pl_pubkey_parse(pl_str text, struct pl_pubkey *ret, struct pl_diag *diag)
{
	uint8_t raw[PL_PUBKEY_MAX];
	enum pl_key_alg alg;
	pl_str name;
	pl_status st;
	size_t len;

	if (!pl_str_take_until(&text, ':', &name))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a key as <algorithm>:<base64>");
	if (pl_key_alg_parse(name, &alg))
		return pl_diag_set(diag, PL_E_UNSUPPORTED,
			"unknown key algorithm \"%.*s\"; expected ed25519 or ecdsa-p256-sha256", PL_STR_ARG(name));
	len = alg == PL_KEY_ED25519 ? ED25519_LEN : P256_LEN;
	if (pl_base64_read(text, raw, len))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected %zu bytes of key in padded base64", len);
	st = pl_pubkey_from_raw(alg, (pl_bytes){raw, len}, ret);
	return st ? pl_diag_set(diag, st, "the key is not a valid point of its curve") : PL_OK;
}

/* ---- private keys ---- */

static pl_status p256_public(const struct pl_privkey *k, uint8_t out[static P256_LEN])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *d = BN_secure_new();
	EC_POINT *q = group ? EC_POINT_new(group) : NULL;
	bool ok;

	assert(q && d && BN_bin2bn(k->b, sizeof k->b, d));
	BN_set_flags(d, BN_FLG_CONSTTIME);
	ok = !BN_is_zero(d) && BN_cmp(d, EC_GROUP_get0_order(group)) < 0;
	if (ok) {
		assert(EC_POINT_mul(group, q, d, NULL, NULL, NULL) == 1);
		assert(EC_POINT_point2oct(group, q, POINT_CONVERSION_UNCOMPRESSED, out, P256_LEN, NULL) == P256_LEN);
	}
	EC_POINT_free(q);
	BN_clear_free(d);
	EC_GROUP_free(group);
	return ok ? PL_OK : PL_E_RANGE;
}

void pl_privkey_generate(enum pl_key_alg alg, struct pl_privkey *ret)
{
	struct pl_pubkey pub;

	ret->alg = alg;
	do
		pl_random(ret->b, sizeof ret->b);
	while (pl_privkey_public(ret, &pub));
}

pl_status pl_privkey_public(const struct pl_privkey *k, struct pl_pubkey *ret)
{
	uint8_t raw[P256_LEN], secret[crypto_sign_SECRETKEYBYTES];
	pl_status st;

	switch (k->alg) {
	case PL_KEY_ED25519:
		/* A multiple of the base point: there is nothing to check as there is of a key that comes from elsewhere. */
		*ret = (struct pl_pubkey){.alg = k->alg, .len = ED25519_LEN};
		assert(crypto_sign_seed_keypair(ret->b, secret, k->b) == 0);
		pl_wipe(secret, sizeof secret);
		return PL_OK;
	case PL_KEY_ECDSA_P256:
		st = p256_public(k, raw);
		return st ? st : pl_pubkey_from_raw(k->alg, (pl_bytes){raw, P256_LEN}, ret);
	}
	return PL_E_UNSUPPORTED;
}

void pl_privkey_done(struct pl_privkey *k)
{
	pl_wipe(k, sizeof *k);
}
