/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ossl.h"
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

/* The order n of P-256, and (n - 1) / 2. */
static const uint8_t order[32] = {
	0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
};
static const uint8_t half_order[32] = {
	0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
};

static pl_status p256(const uint8_t *priv, const struct pl_pubkey *pub, EVP_PKEY **ret)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *d = priv ? BN_secure_new() : NULL;
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	assert(ctx && bld && (!priv || (d && BN_bin2bn(priv, PL_PRIVKEY_LEN, d))));
	assert(OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0));
	assert(OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, pub->b, pub->len));
	assert(!d || OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, d));
	params = OSSL_PARAM_BLD_to_param(bld);
	assert(params && EVP_PKEY_fromdata_init(ctx) == 1);
	if (EVP_PKEY_fromdata(ctx, &key, priv ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_clear_free(d);
	EVP_PKEY_CTX_free(ctx);
	if (!key)
		return PL_E_RANGE;
	*ret = key;
	return PL_OK;
}

pl_status pl_ossl_public(const struct pl_pubkey *k, EVP_PKEY **ret)
{
	EVP_PKEY *key;

	if (k->alg == PL_KEY_ECDSA_P256)
		return p256(NULL, k, ret);
	key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, k->b, k->len);
	if (!key)
		return PL_E_RANGE;
	*ret = key;
	return PL_OK;
}

pl_status pl_ossl_private(const struct pl_privkey *k, const struct pl_pubkey *pub, EVP_PKEY **ret)
{
	EVP_PKEY *key;

	if (k->alg == PL_KEY_ECDSA_P256)
		return p256(k->b, pub, ret);
	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, k->b, sizeof k->b);
	if (!key)
		return PL_E_RANGE;
	*ret = key;
	return PL_OK;
}

/* One INTEGER of DER, positive, minimal, at most 32 bytes. */
static pl_status read_int(pl_bytes *der, uint8_t out[static 32])
{
	uint8_t tag, len;
	pl_bytes v;

	if (pl_get_u8(der, &tag) || tag != 0x02 || pl_get_u8(der, &len) || len == 0 || len > 33 ||
		pl_get_bytes(der, len, &v))
		return PL_E_SYNTAX;
	if (v.ptr[0] & 0x80 || (v.len > 1 && v.ptr[0] == 0 && !(v.ptr[1] & 0x80)) || (v.len == 33 && v.ptr[0]))
		return PL_E_SYNTAX;
	if (v.len == 33)
		v = (pl_bytes){v.ptr + 1, 32};
	memset(out, 0, 32);
	memcpy(out + 32 - v.len, v.ptr, v.len);
	return PL_OK;
}

pl_status pl_ossl_ecdsa_read(pl_bytes der, uint8_t rs[static 64])
{
	uint8_t tag, len, made[64];

	if (pl_get_u8(&der, &tag) || tag != 0x30 || pl_get_u8(&der, &len) || len != der.len)
		return PL_E_SYNTAX;
	if (read_int(&der, made) || read_int(&der, made + 32) || der.len)
		return PL_E_SYNTAX;
	memcpy(rs, made, sizeof made);
	return PL_OK;
}

static size_t write_int(const uint8_t v[static 32], uint8_t *out)
{
	size_t skip = 0, pad;

	while (skip < 31 && v[skip] == 0)
		skip++;
	pad = v[skip] >> 7;
	out[0] = 0x02;
	out[1] = (uint8_t)(32 - skip + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, v + skip, 32 - skip);
	return 2 + pad + 32 - skip;
}

bool pl_ossl_ecdsa_low(const uint8_t s[static 32])
{
	return memcmp(s, half_order, sizeof half_order) <= 0;
}

void pl_ossl_ecdsa_write(uint8_t rs[static 64], struct pl_signature *ret)
{
	uint8_t *s = rs + 32;
	unsigned borrow = 0;
	size_t n;

	if (!pl_ossl_ecdsa_low(s)) {
		for (int i = 31; i >= 0; i--) {
			unsigned v = (unsigned)order[i] - s[i] - borrow;

			s[i] = (uint8_t)v;
			borrow = v >> 31;
		}
	}
	*ret = (struct pl_signature){0};
	n = write_int(rs, ret->b + 2);
	n += write_int(s, ret->b + 2 + n);
	ret->b[0] = 0x30;
	ret->b[1] = (uint8_t)n;
	ret->len = (uint8_t)(n + 2);
}
