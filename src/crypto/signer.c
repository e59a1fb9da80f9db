/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/signer.h"
#include "crypto/ossl.h"
#include <assert.h>
#include <sodium.h>

/* A key in this process's memory; OpenSSL wipes it when it frees it. */
struct memory_signer {
	struct pl_signer signer;
	EVP_PKEY *key;
};

static pl_status memory_sign(struct pl_signer *s, pl_bytes msg, struct pl_signature *ret)
{
	static const uint8_t nothing[1];
	struct memory_signer *m = (struct memory_signer *)(void *)s;
	bool ecdsa = s->pub.alg == PL_KEY_ECDSA_P256, ok;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct pl_signature sig = {0};
	size_t len = sizeof sig.b;
	uint8_t rs[64];

	assert(ctx);
	ok = EVP_DigestSignInit_ex(ctx, NULL, ecdsa ? "SHA2-256" : NULL, NULL, NULL, m->key, NULL) == 1 &&
		EVP_DigestSign(ctx, sig.b, &len, msg.len ? msg.ptr : nothing, msg.len) == 1;
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return PL_E_INTERNAL;
	sig.len = (uint8_t)len;
	if (ecdsa) {
		if (pl_ossl_ecdsa_read((pl_bytes){sig.b, sig.len}, rs))
			return PL_E_INTERNAL;
		pl_ossl_ecdsa_write(rs, &sig);
	}
	*ret = sig;
	return PL_OK;
}

static void memory_free(struct pl_signer *s)
{
	struct memory_signer *m = (struct memory_signer *)(void *)s;

	EVP_PKEY_free(m->key);
	pl_free(m);
}

static const struct pl_signer_ops memory_ops = {.sign = memory_sign, .free = memory_free};

/* Of an Ed25519 signature somebody else's code judges than the one that made it; it is the quicker one, too. */
static bool verifies(const struct pl_pubkey *pub, pl_bytes msg, const struct pl_signature *sig)
{
	if (pub->alg == PL_KEY_ED25519)
		return sig->len == crypto_sign_BYTES && crypto_sign_verify_detached(sig->b, msg.ptr, msg.len, pub->b) == 0;
	return !pl_pubkey_verify(pub, msg, (pl_bytes){sig->b, sig->len});
}

pl_status pl_signer_sign(struct pl_signer *s, pl_bytes msg, struct pl_signature *ret)
{
	struct pl_signature sig;
	pl_status st = s->ops->sign(s, msg, &sig);

	if (st)
		return st;
	if (!verifies(&s->pub, msg, &sig))
		return PL_E_INTERNAL;
	*ret = sig;
	return PL_OK;
}

void pl_signer_free(struct pl_signer *s)
{
	if (s)
		s->ops->free(s);
}

pl_status pl_signer_from_privkey(const struct pl_privkey *key, struct pl_signer **ret)
{
	struct memory_signer *m;
	struct pl_pubkey pub;
	EVP_PKEY *pkey;
	pl_status st;

	st = pl_privkey_public(key, &pub);
	if (st)
		return st;
	st = pl_ossl_private(key, &pub, &pkey);
	if (st)
		return st;
	m = PL_NEW(struct memory_signer);
	m->signer = (struct pl_signer){.ops = &memory_ops, .pub = pub};
	m->key = pkey;
	*ret = &m->signer;
	return PL_OK;
}

pl_status pl_signer_from_seed(const uint8_t seed[static 32], struct pl_signer **ret)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done) = {.alg = PL_KEY_ED25519};

	memcpy(key.b, seed, sizeof key.b);
	return pl_signer_from_privkey(&key, ret);
}

pl_status pl_signer_from_keyfile(int dir, const char *path, const struct pl_passphrase *pass, struct pl_signer **ret,
	struct pl_diag *diag)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done) = {0};
	pl_status st;

	st = pl_keyfile_open(dir, path, pass, &key, diag);
	return st ? st : pl_signer_from_privkey(&key, ret);
}
