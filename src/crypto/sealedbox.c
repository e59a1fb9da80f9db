/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sealedbox.h"
#include <assert.h>
#include <sodium.h>

_Static_assert(PL_SEALEDBOX_OVERHEAD == crypto_box_SEALBYTES, "layout");
_Static_assert(PL_PRIVKEY_LEN == crypto_sign_SEEDBYTES, "layout");

static pl_status montgomery(const struct pl_pubkey *k, uint8_t ret[static crypto_box_PUBLICKEYBYTES])
{
	if (k->alg != PL_KEY_ED25519)
		return PL_E_UNSUPPORTED;
	return crypto_sign_ed25519_pk_to_curve25519(ret, k->b) ? PL_E_RANGE : PL_OK;
}

pl_status pl_sealedbox_seal(const struct pl_pubkey *to, pl_bytes plain, struct pl_buf *out)
{
	uint8_t pub[crypto_box_PUBLICKEYBYTES], *room;
	pl_status st = montgomery(to, pub);

	if (st)
		return st;
	room = pl_buf_reserve(out, plain.len + PL_SEALEDBOX_OVERHEAD);
	if (!room)
		return pl_buf_status(out);
	assert(crypto_box_seal(room, plain.ptr, plain.len, pub) == 0);
	pl_buf_commit(out, plain.len + PL_SEALEDBOX_OVERHEAD);
	return PL_OK;
}

/* The scalar of an Ed25519 key (RFC 8032, 5.1.5), which is that of the X25519 key that montgomery() makes of its public half. */
static void scalar_of(const struct pl_privkey *key, uint8_t ret[static crypto_box_SECRETKEYBYTES])
{
	uint8_t hash[crypto_hash_sha512_BYTES];

	(void)crypto_hash_sha512(hash, key->b, sizeof key->b);
	hash[0] &= 248;
	hash[31] = (uint8_t)((hash[31] & 127) | 64);
	memcpy(ret, hash, crypto_box_SECRETKEYBYTES);
	pl_wipe(hash, sizeof hash);
}

pl_status pl_sealedbox_open(const struct pl_privkey *key, pl_bytes sealed, struct pl_buf *out)
{
	uint8_t secret[crypto_box_SECRETKEYBYTES], pub[crypto_box_PUBLICKEYBYTES], *room;
	pl_status st = PL_E_CORRUPT;

	if (key->alg != PL_KEY_ED25519)
		return PL_E_UNSUPPORTED;
	if (sealed.len < PL_SEALEDBOX_OVERHEAD)
		return PL_E_CORRUPT;
	/* One byte more, so that an empty one has a place, too. */
	room = pl_buf_reserve(out, sealed.len - PL_SEALEDBOX_OVERHEAD + 1);
	if (!room)
		return pl_buf_status(out);
	scalar_of(key, secret);
	if (crypto_scalarmult_base(pub, secret) == 0 && crypto_box_seal_open(room, sealed.ptr, sealed.len, pub, secret) == 0)
		st = PL_OK;
	pl_wipe(secret, sizeof secret);
	if (!st)
		pl_buf_commit(out, sealed.len - PL_SEALEDBOX_OVERHEAD);
	return st;
}
