/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/secret.h"
#include "base/random.h"
#include <assert.h>
#include <sodium.h>

#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN crypto_aead_xchacha20poly1305_ietf_ABYTES
_Static_assert(NONCE_LEN + TAG_LEN == PL_SECRET_OVERHEAD, "layout");
_Static_assert(PL_SECRET_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "layout");

bool pl_secret_eq(pl_bytes a, pl_bytes b)
{
	return a.len == b.len && (a.len == 0 || sodium_memcmp(a.ptr, b.ptr, a.len) == 0);
}

void pl_secret_seal(const uint8_t key[static PL_SECRET_KEY_LEN], pl_bytes about, pl_bytes plain, struct pl_buf *out)
{
	uint8_t *to;

	if (plain.len > PL_SECRET_MAX) {
		out->status = PL_E_TOOBIG;
		return;
	}
	to = pl_buf_reserve(out, plain.len + PL_SECRET_OVERHEAD);
	if (!to)
		return;
	pl_random(to, NONCE_LEN);
	assert(crypto_aead_xchacha20poly1305_ietf_encrypt(to + NONCE_LEN, NULL, plain.ptr, plain.len, about.ptr, about.len,
		       NULL, to, key) == 0);
	pl_buf_commit(out, plain.len + PL_SECRET_OVERHEAD);
}

pl_status pl_secret_open(const uint8_t key[static PL_SECRET_KEY_LEN], pl_bytes about, pl_bytes sealed,
	struct pl_buf *out)
{
	size_t len = sealed.len - PL_SECRET_OVERHEAD;
	uint8_t *to;

	if (sealed.len < PL_SECRET_OVERHEAD)
		return PL_E_CORRUPT;
	if (len > PL_SECRET_MAX)
		return PL_E_TOOBIG;
	/* One byte more, so that an empty secret has a place, too. */
	to = pl_buf_reserve(out, len + 1);
	if (!to)
		return pl_buf_status(out);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL, NULL, sealed.ptr + NONCE_LEN, sealed.len - NONCE_LEN,
		    about.ptr, about.len, sealed.ptr, key) != 0)
		return PL_E_CORRUPT;
	pl_buf_commit(out, len);
	return PL_OK;
}

void pl_secret_derive(pl_bytes master, const char *purpose, uint8_t ret[static PL_SECRET_KEY_LEN])
{
	struct pl_digest d;

	pl_hmac_sha256(master, pl_str_bytes(pl_str_from(purpose)), &d);
	memcpy(ret, d.b, sizeof d.b);
	pl_wipe(&d, sizeof d);
}
