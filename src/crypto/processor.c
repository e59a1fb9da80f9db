/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/processor.h"
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

struct pl_processor_key {
	EVP_PKEY *key;
	struct pl_digest id;
};

static pl_status judge_certificate(X509 *x, const char *domain, uint64_t now, struct pl_diag *diag)
{
	time_t at = (time_t)now;

	if (X509_check_host(x, domain, strlen(domain), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) != 1)
		return pl_diag_set(diag, PL_E_MISMATCH, "the certificate is not for %s", domain);
	if (X509_cmp_time(X509_get0_notBefore(x), &at) >= 0 || X509_cmp_time(X509_get0_notAfter(x), &at) <= 0)
		return pl_diag_set(diag, PL_E_EXPIRED, "the certificate is not in force");
	return PL_OK;
}

static pl_status judge_key(struct pl_processor_key *k, struct pl_diag *diag)
{
	int type = EVP_PKEY_get_base_id(k->key), len;
	unsigned char *der = NULL;

	if (type != EVP_PKEY_EC && !(type == EVP_PKEY_RSA && EVP_PKEY_get_bits(k->key) >= 2048))
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "a processor signs with ECDSA, or with RSA of 2,048 bits or more");
	len = i2d_PUBKEY(k->key, &der);
	if (len <= 0)
		return PL_E_SYNTAX;
	pl_sha256(pl_bytes_of(der, (size_t)len), &k->id);
	OPENSSL_free(der);
	return PL_OK;
}

static pl_status read_pem(BIO *in, const char *domain, uint64_t now, EVP_PKEY **ret, struct pl_diag *diag)
{
	X509 *x = PEM_read_bio_X509(in, NULL, NULL, NULL);
	pl_status st = PL_OK;

	if (x) {
		st = judge_certificate(x, domain, now, diag);
		*ret = st ? NULL : X509_get_pubkey(x);
		X509_free(x);
	} else {
		(void)BIO_reset(in);
		*ret = PEM_read_bio_PUBKEY(in, NULL, NULL, NULL);
	}
	ERR_clear_error();
	return st || *ret ? st : pl_diag_set(diag, PL_E_SYNTAX, "expected a certificate or a public key in PEM");
}

pl_status pl_processor_key_read(pl_str pem, const char *domain, uint64_t now, struct pl_processor_key **ret, struct pl_diag *diag)
{
	struct pl_processor_key *k PL_CLEANUP(pl_processor_key_freep) = PL_NEW(struct pl_processor_key);
	BIO *in;
	pl_status st;

	if (!pem.len || pem.len > PL_PROCESSOR_PEM_MAX)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a certificate or a public key in PEM");
	in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	if (!in)
		return PL_E_NOMEM;
	st = read_pem(in, domain, now, &k->key, diag);
	BIO_free(in);
	if (!st)
		st = judge_key(k, diag);
	if (st)
		return st;
	*ret = k;
	k = NULL;
	return PL_OK;
}

void pl_processor_key_free(struct pl_processor_key *k)
{
	if (!k)
		return;
	EVP_PKEY_free(k->key);
	pl_free(k);
}

void pl_processor_key_id(const struct pl_processor_key *k, struct pl_digest *ret)
{
	*ret = k->id;
}

pl_status pl_processor_verify(const struct pl_processor_key *k, const struct pl_digest *digest, pl_bytes sig)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->key, NULL);
	bool good;

	if (!ctx)
		return PL_E_NOMEM;
	good = EVP_PKEY_verify_init(ctx) == 1 &&
		(EVP_PKEY_get_base_id(k->key) != EVP_PKEY_RSA || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
		EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 && EVP_PKEY_verify(ctx, sig.ptr, sig.len, digest->b, sizeof digest->b) == 1;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return good ? PL_OK : PL_E_SIGNATURE;
}
