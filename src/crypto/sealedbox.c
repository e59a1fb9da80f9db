/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sealedbox.h"
#include <assert.h>
#include <sodium.h>

_Static_assert(PL_SEALEDBOX_OVERHEAD == crypto_box_SEALBYTES, "layout");
_Static_assert(PL_PRIVKEY_LEN == crypto_sign_SEEDBYTES, "layout");

_Static_assert(sizeof(struct pl_sealedbox_to) == crypto_box_PUBLICKEYBYTES, "layout");
_Static_assert(sizeof(((struct pl_sealedbox_key *)0)->scalar) == crypto_box_SECRETKEYBYTES, "layout");

/* ---- keys ---- */

pl_status pl_sealedbox_to(const struct pl_pubkey *to, struct pl_sealedbox_to *ret)
{
	if (to->alg != PL_KEY_ED25519)
		return PL_E_UNSUPPORTED;
	return crypto_sign_ed25519_pk_to_curve25519(ret->point, to->b) ? PL_E_RANGE : PL_OK;
}

/* The scalar of an Ed25519 key (RFC 8032, 5.1.5), which is that of the X25519 key that pl_sealedbox_to makes of its public half. */
pl_status pl_sealedbox_key(const struct pl_privkey *key, struct pl_sealedbox_key *ret)
{
	uint8_t hash[crypto_hash_sha512_BYTES];

	if (key->alg != PL_KEY_ED25519)
		return PL_E_UNSUPPORTED;
	(void)crypto_hash_sha512(hash, key->b, sizeof key->b);
	hash[0] &= 248;
	hash[31] = (uint8_t)((hash[31] & 127) | 64);
	memcpy(ret->scalar, hash, sizeof ret->scalar);
	pl_wipe(hash, sizeof hash);
	assert(crypto_scalarmult_base(ret->to.point, ret->scalar) == 0);
	return PL_OK;
}

void pl_sealedbox_key_done(struct pl_sealedbox_key *k)
{
	pl_wipe(k, sizeof *k);
}

/* ---- boxes ---- */

pl_status pl_sealedbox_seal_to(const struct pl_sealedbox_to *to, pl_bytes plain, struct pl_buf *out)
{
	uint8_t *room = pl_buf_reserve(out, plain.len + PL_SEALEDBOX_OVERHEAD);

	if (!room)
		return pl_buf_status(out);
	assert(crypto_box_seal(room, plain.ptr, plain.len, to->point) == 0);
	pl_buf_commit(out, plain.len + PL_SEALEDBOX_OVERHEAD);
	return PL_OK;
}

pl_status pl_sealedbox_open_key(const struct pl_sealedbox_key *key, pl_bytes sealed, struct pl_buf *out)
{
	uint8_t *room;

	if (sealed.len < PL_SEALEDBOX_OVERHEAD)
		return PL_E_CORRUPT;
	/* One byte more, so that an empty one has a place, too. */
	room = pl_buf_reserve(out, sealed.len - PL_SEALEDBOX_OVERHEAD + 1);
	if (!room)
		return pl_buf_status(out);
	if (crypto_box_seal_open(room, sealed.ptr, sealed.len, key->to.point, key->scalar))
		return PL_E_CORRUPT;
	pl_buf_commit(out, sealed.len - PL_SEALEDBOX_OVERHEAD);
	return PL_OK;
}

pl_status pl_sealedbox_seal(const struct pl_pubkey *to, pl_bytes plain, struct pl_buf *out)
{
	struct pl_sealedbox_to point;
	pl_status st = pl_sealedbox_to(to, &point);

	return st ? st : pl_sealedbox_seal_to(&point, plain, out);
}

pl_status pl_sealedbox_open(const struct pl_privkey *key, pl_bytes sealed, struct pl_buf *out)
{
	struct pl_sealedbox_key own PL_CLEANUP(pl_sealedbox_key_done) = {0};
	pl_status st = pl_sealedbox_key(key, &own);

	return st ? st : pl_sealedbox_open_key(&own, sealed, out);
}
