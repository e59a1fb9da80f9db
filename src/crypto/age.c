/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of readers, and what writing and reading share. */
#include "base/codec.h"
#include "crypto/age_internal.h"
#include "crypto/digest.h"
#include "base/random.h"
#include <assert.h>
#include <sodium.h>

_Static_assert(crypto_scalarmult_curve25519_BYTES == 32, "layout");

/* ---- Bech32 (BIP 173), without its limit on length ---- */

static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static uint32_t polymod(uint32_t c, unsigned v)
{
	static const uint32_t gen[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
	uint32_t top = c >> 25;

	c = (c & 0x1ffffff) << 5 ^ v;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			c ^= gen[i];
	return c;
}

static uint32_t polymod_prefix(pl_str hrp)
{
	uint32_t c = 1;

	for (size_t i = 0; i < hrp.len; i++)
		c = polymod(c, (unsigned char)hrp.ptr[i] >> 5);
	c = polymod(c, 0);
	for (size_t i = 0; i < hrp.len; i++)
		c = polymod(c, (unsigned char)hrp.ptr[i] & 31);
	return c;
}

/* 32 bytes are 52 digits of five bits, the last with four unused bits; six digits of checksum follow. */
#define BECH_DIGITS 52u

static void bech_write(pl_str hrp, const uint8_t b[static 32], char out[static PL_AGE_TEXT])
{
	uint32_t c = polymod_prefix(hrp);
	size_t n = 0;

	memcpy(out, hrp.ptr, hrp.len);
	n = hrp.len;
	out[n++] = '1';
	for (size_t i = 0; i < BECH_DIGITS; i++) {
		size_t bit = 5 * i;
		unsigned two = (unsigned)b[bit / 8] << 8 | (bit / 8 + 1 < 32 ? b[bit / 8 + 1] : 0u);
		unsigned v = two >> (11 - bit % 8) & 31;

		c = polymod(c, v);
		out[n++] = digits[v];
	}
	for (unsigned i = 0; i < 6; i++)
		c = polymod(c, 0);
	c ^= 1;
	for (unsigned i = 0; i < 6; i++)
		out[n++] = digits[c >> 5 * (5 - i) & 31];
	out[n] = 0;
}

static pl_status bech_read(pl_str text, pl_str hrp, uint8_t ret[static 32])
{
	uint8_t b[33] = {0};
	uint32_t c = polymod_prefix(hrp);

	if (!pl_str_eat(&text, hrp) || !pl_str_eat(&text, PL_STR("1")) || text.len != BECH_DIGITS + 6)
		return PL_E_SYNTAX;
	for (size_t i = 0; i < text.len; i++) {
		const char *at = text.ptr[i] ? strchr(digits, text.ptr[i]) : NULL;
		unsigned v;

		if (!at)
			return PL_E_SYNTAX;
		v = (unsigned)(at - digits);
		c = polymod(c, v);
		if (i < BECH_DIGITS) {
			size_t bit = 5 * i;
			unsigned two = v << (11 - bit % 8);

			b[bit / 8] |= (uint8_t)(two >> 8);
			b[bit / 8 + 1] |= (uint8_t)two;
		}
	}
	/* Bits behind the 32 bytes are zero. */
	if (c != 1 || b[32])
		return PL_E_SYNTAX;
	memcpy(ret, b, 32);
	pl_wipe(b, sizeof b);
	return PL_OK;
}

/* ---- keys ---- */

pl_status pl_age_recipient_parse(pl_str text, struct pl_age_recipient *ret)
{
	static const uint8_t one[32] = {1};
	uint8_t shared[32];
	struct pl_age_recipient r;
	pl_status st = bech_read(text, PL_STR("age"), r.b);

	if (st)
		return st;
	/* A point of small order shares nothing with anybody: libsodium says so. */
	if (crypto_scalarmult_curve25519(shared, one, r.b))
		return PL_E_RANGE;
	*ret = r;
	return PL_OK;
}

void pl_age_recipient_write(const struct pl_age_recipient *r, char out[static PL_AGE_TEXT])
{
	bech_write(PL_STR("age"), r->b, out);
}

#define SECRET "AGE-SECRET-KEY-"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

pl_status pl_age_identity_parse(pl_str text, struct pl_age_identity *ret)
{
	char low[PL_AGE_TEXT];
	pl_status st;

	if (text.len >= sizeof low)
		return PL_E_SYNTAX;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] >= 'a' && text.ptr[i] <= 'z')
			return PL_E_SYNTAX;
		low[i] = lower(text.ptr[i]);
	}
	st = bech_read(pl_str_of(low, text.len), PL_STR("age-secret-key-"), ret->b);
	pl_wipe(low, sizeof low);
	return st;
}

void pl_age_identity_write(const struct pl_age_identity *i, char out[static PL_AGE_TEXT])
{
	bech_write(PL_STR("age-secret-key-"), i->b, out);
	for (char *c = out; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
}

void pl_age_identity_new(struct pl_age_identity *ret)
{
	pl_random(ret->b, sizeof ret->b);
}

void pl_age_identity_public(const struct pl_age_identity *i, struct pl_age_recipient *ret)
{
	assert(crypto_scalarmult_curve25519_base(ret->b, i->b) == 0);
}

void pl_age_identity_done(struct pl_age_identity *i)
{
	pl_wipe(i, sizeof *i);
}

pl_status pl_age_identity_find(pl_str file, struct pl_age_identity *ret)
{
	while (file.len) {
		pl_str line = file;

		if (!pl_str_take_line(&file, &line))
			file = (pl_str){0};
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (pl_str_starts(line, PL_STR(SECRET)))
			return pl_age_identity_parse(line, ret);
	}
	return PL_E_NOTFOUND;
}

/* ---- what both share ---- */

void pl_age_hkdf(pl_bytes ikm, pl_bytes salt, const char *info, uint8_t ret[static 32])
{
	static const uint8_t zeros[32];
	struct pl_digest prk, okm;
	uint8_t block[64];
	size_t n = strlen(info);

	assert(n < sizeof block);
	pl_hmac_sha256(salt.len ? salt : pl_bytes_of(zeros, sizeof zeros), ikm, &prk);
	memcpy(block, info, n);
	block[n] = 1;
	pl_hmac_sha256(pl_digest_bytes(&prk), pl_bytes_of(block, n + 1), &okm);
	memcpy(ret, okm.b, sizeof okm.b);
	pl_wipe(&prk, sizeof prk);
	pl_wipe(&okm, sizeof okm);
}

void pl_age_base64_put(struct pl_buf *out, pl_bytes data)
{
	size_t pad = (3 - data.len % 3) % 3;

	pl_base64_put(out, data);
	if (out->len >= pad)
		pl_buf_truncate(out, out->len - pad);
}

pl_status pl_age_base64_read(pl_str text, uint8_t *out, size_t len)
{
	size_t want = (len * 4 + 2) / 3, pad = (3 - len % 3) % 3;
	char padded[64];

	if (text.len != want || want + pad > sizeof padded)
		return PL_E_SYNTAX;
	memcpy(padded, text.ptr, want);
	memcpy(padded + want, "==", pad);
	return pl_base64_read(pl_str_of(padded, want + pad), out, len);
}

pl_status pl_age_scrypt(pl_str passphrase, const uint8_t salt[static 16], unsigned work, uint8_t ret[static 32])
{
	static const char label[] = "age-encryption.org/v1/scrypt";
	uint8_t full[sizeof label - 1 + 16];

	memcpy(full, label, sizeof label - 1);
	memcpy(full + sizeof label - 1, salt, 16);
	return crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)passphrase.ptr, passphrase.len, full, sizeof full,
			   UINT64_C(1) << work, 8, 1, ret, 32)
		? PL_E_NOMEM
		: PL_OK;
}

void pl_age_wrap_key(const uint8_t shared[static 32], const uint8_t share[static 32], const uint8_t recipient[static 32],
	uint8_t ret[static 32])
{
	uint8_t salt[64];

	memcpy(salt, share, 32);
	memcpy(salt + 32, recipient, 32);
	pl_age_hkdf(pl_bytes_of(shared, 32), pl_bytes_of(salt, sizeof salt), "age-encryption.org/v1/X25519", ret);
}

void pl_age_header_mac(const uint8_t file_key[static AGE_FILE_KEY], pl_str header, uint8_t ret[static 32])
{
	uint8_t key[32];
	struct pl_digest mac;

	pl_age_hkdf(pl_bytes_of(file_key, AGE_FILE_KEY), (pl_bytes){0}, "header", key);
	pl_hmac_sha256(pl_bytes_of(key, sizeof key), pl_str_bytes(header), &mac);
	memcpy(ret, mac.b, sizeof mac.b);
	pl_wipe(key, sizeof key);
}

void pl_age_payload_key(const uint8_t file_key[static AGE_FILE_KEY], const uint8_t nonce[static AGE_NONCE], uint8_t ret[static 32])
{
	pl_age_hkdf(pl_bytes_of(file_key, AGE_FILE_KEY), pl_bytes_of(nonce, AGE_NONCE), "payload", ret);
}

void pl_age_chunk_nonce(uint64_t number, bool last, uint8_t ret[static 12])
{
	memset(ret, 0, 12);
	pl_be64_write(ret + 3, number);
	ret[11] = last ? 1 : 0;
}
