/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/openpgp.h"
#include <assert.h>
#include <openssl/evp.h>

enum { EDDSA = 22, SHA256 = 8 };
enum { TAG_SIGNATURE = 2, TAG_KEY = 6, TAG_USER = 13 };
enum { TYPE_BINARY = 0x00, TYPE_TEXT = 0x01, TYPE_POSITIVE = 0x13 };
enum { SUB_CREATED = 2, SUB_ISSUER = 16, SUB_PREFERRED_HASH = 21, SUB_FLAGS = 27, SUB_ISSUER_FINGERPRINT = 33 };

#define KEY_BODY_MAX 64u
#define PACKET_MAX 1024u

/* The curve's object identifier, 1.3.6.1.4.1.11591.15.1, with its length in front (section 9.2). */
static const uint8_t curve[] = {9, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01};

/* ---- packets ---- */

/* A multiprecision integer (section 3.2): its length in bits, and no zero byte in front. */
static void put_mpi(struct pl_buf *out, pl_bytes n)
{
	unsigned bits = 0;

	while (n.len && !n.ptr[0])
		n = pl_bytes_of(n.ptr + 1, n.len - 1);
	for (unsigned top = n.len ? n.ptr[0] : 0; top; top >>= 1)
		bits++;
	pl_buf_put_be16(out, (uint16_t)(n.len ? (n.len - 1) * 8 + bits : 0));
	pl_buf_put_bytes(out, n);
}

/* A packet of fewer than 8384 bytes (section 4.2.1). */
static void put_packet(struct pl_buf *out, uint8_t tag, pl_bytes body)
{
	assert(body.len < 8384);
	pl_buf_put_u8(out, (uint8_t)(0xc0 | tag));
	if (body.len < 192) {
		pl_buf_put_u8(out, (uint8_t)body.len);
	} else {
		pl_buf_put_u8(out, (uint8_t)(((body.len - 192) >> 8) + 192));
		pl_buf_put_u8(out, (uint8_t)((body.len - 192) & 0xff));
	}
	pl_buf_put_bytes(out, body);
}

static void put_sub(struct pl_buf *out, uint8_t type, pl_bytes body)
{
	pl_buf_put_u8(out, (uint8_t)(body.len + 1));
	pl_buf_put_u8(out, type);
	pl_buf_put_bytes(out, body);
}

/* The body of the key's packet (section 5.5.2): the point has 0x40 in front. */
static void put_key(struct pl_buf *out, const struct pl_openpgp *k)
{
	const struct pl_pubkey *pub = pl_signer_public(k->signer);
	uint8_t point[1 + 32] = {0x40};

	memcpy(point + 1, pub->b, 32);
	pl_buf_put_u8(out, 4);
	pl_buf_put_be32(out, k->created);
	pl_buf_put_u8(out, EDDSA);
	pl_buf_put(out, curve, sizeof curve);
	put_mpi(out, pl_bytes_of(point, sizeof point));
}

/* What stands before a key in a hash (section 5.2.4). */
static void put_key_hashed(struct pl_buf *out, const struct pl_openpgp *k)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(KEY_BODY_MAX);

	put_key(&body, k);
	pl_buf_put_u8(out, 0x99);
	pl_buf_put_be16(out, (uint16_t)body.len);
	pl_buf_put_bytes(out, pl_buf_bytes(&body));
}

pl_status pl_openpgp_init(struct pl_openpgp *ret, struct pl_signer *signer, uint64_t created)
{
	struct pl_openpgp k = {.signer = signer, .created = (uint32_t)created};
	struct pl_buf hashed PL_CLEANUP(pl_buf_done) = PL_BUF(KEY_BODY_MAX + 3);
	unsigned len = 0;

	if (pl_signer_public(signer)->alg != PL_KEY_ED25519)
		return PL_E_UNSUPPORTED;
	if (created > UINT32_MAX)
		return PL_E_RANGE;
	put_key_hashed(&hashed, &k);
	/* Version 4 names keys by SHA-1; nothing is trusted for that. */
	if (pl_buf_status(&hashed) || EVP_Digest(hashed.ptr, hashed.len, k.fingerprint, &len, EVP_sha1(), NULL) != 1)
		return PL_E_NOMEM;
	*ret = k;
	return PL_OK;
}

void pl_openpgp_fingerprint(const struct pl_openpgp *k, char out[static PL_OPENPGP_FINGERPRINT_TEXT + 1])
{
	pl_hex_write(k->fingerprint, sizeof k->fingerprint, out);
	for (char *p = out; *p; p++)
		*p = (char)(*p >= 'a' ? *p - 'a' + 'A' : *p);
}

/* ---- signatures ---- */

/* The signed part of a signature's own packet (section 5.2.3). */
static void put_hashed(struct pl_buf *out, const struct pl_openpgp *k, uint8_t type, uint64_t time)
{
	struct pl_buf subs PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	uint8_t created[4], issuer[1 + PL_OPENPGP_FINGERPRINT] = {4};

	pl_be32_write(created, (uint32_t)time);
	memcpy(issuer + 1, k->fingerprint, sizeof k->fingerprint);
	put_sub(&subs, SUB_CREATED, pl_bytes_of(created, sizeof created));
	put_sub(&subs, SUB_ISSUER_FINGERPRINT, pl_bytes_of(issuer, sizeof issuer));
	if (type == TYPE_POSITIVE) {
		put_sub(&subs, SUB_FLAGS, pl_bytes_of("\x03", 1)); /* certifies and signs */
		put_sub(&subs, SUB_PREFERRED_HASH, pl_bytes_of("\x08", 1));
	}
	pl_buf_put_u8(out, 4);
	pl_buf_put_u8(out, type);
	pl_buf_put_u8(out, EDDSA);
	pl_buf_put_u8(out, SHA256);
	pl_buf_put_be16(out, (uint16_t)subs.len);
	pl_buf_put_bytes(out, pl_buf_bytes(&subs));
}

/* Append the packet of a signature over the @n parts. */
static pl_status sign(const struct pl_openpgp *k, uint8_t type, uint64_t time, const pl_bytes *parts, size_t n,
	struct pl_buf *out)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PACKET_MAX);
	struct pl_buf trailer PL_CLEANUP(pl_buf_done) = PL_BUF(8);
	struct pl_signature sig;
	struct pl_digest digest;
	pl_bytes all[4];
	pl_status st;

	assert(n + 2 <= PL_COUNT(all));
	if (time < k->created || time > UINT32_MAX)
		return PL_E_RANGE;
	put_hashed(&body, k, type, time);
	pl_buf_put_be16(&trailer, 0x04ff);
	pl_buf_put_be32(&trailer, (uint32_t)body.len);
	memcpy(all, parts, n * sizeof *parts);
	all[n] = pl_buf_bytes(&body);
	all[n + 1] = pl_buf_bytes(&trailer);
	pl_sha256_parts(all, n + 2, &digest);
	st = pl_signer_sign(k->signer, pl_digest_bytes(&digest), &sig);
	if (st)
		return st;
	/* Not signed: the short name of the key, for programs that look for it there, and the first bytes of the digest. */
	pl_buf_put_be16(&body, 10);
	put_sub(&body, SUB_ISSUER, pl_bytes_of(k->fingerprint + PL_OPENPGP_FINGERPRINT - 8, 8));
	pl_buf_put(&body, digest.b, 2);
	put_mpi(&body, pl_bytes_of(sig.b, 32));
	put_mpi(&body, pl_bytes_of(sig.b + 32, 32));
	put_packet(out, TAG_SIGNATURE, pl_buf_bytes(&body));
	return pl_buf_status(&body);
}

/* ---- armour (section 6) ---- */

static uint32_t crc24(pl_bytes data)
{
	uint32_t crc = 0xb704ce;

	for (size_t i = 0; i < data.len; i++) {
		crc ^= (uint32_t)data.ptr[i] << 16;
		for (unsigned bit = 0; bit < 8; bit++) {
			crc <<= 1;
			if (crc & 0x1000000)
				crc ^= 0x1864cfb;
		}
	}
	return crc & 0xffffff;
}

static void put_armour(struct pl_buf *out, const char *label, pl_bytes data)
{
	uint32_t crc = crc24(data);
	const uint8_t sum[3] = {(uint8_t)(crc >> 16), (uint8_t)(crc >> 8), (uint8_t)crc};

	pl_buf_printf(out, "-----BEGIN PGP %s-----\n\n", label);
	for (size_t at = 0; at < data.len; at += 48) {
		pl_base64_put(out, pl_bytes_of(data.ptr + at, data.len - at < 48 ? data.len - at : 48));
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_c(out, '=');
	pl_base64_put(out, pl_bytes_of(sum, sizeof sum));
	pl_buf_printf(out, "\n-----END PGP %s-----\n", label);
}

static pl_status armoured(const struct pl_buf *packets, const char *label, struct pl_buf *out)
{
	if (pl_buf_status(packets))
		return pl_buf_status(packets);
	put_armour(out, label, pl_buf_bytes(packets));
	return pl_buf_status(out);
}

pl_status pl_openpgp_certificate(const struct pl_openpgp *k, pl_str user, struct pl_buf *out)
{
	struct pl_buf packets PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PACKET_MAX);
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(KEY_BODY_MAX);
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(KEY_BODY_MAX + 3);
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(PACKET_MAX);
	pl_bytes parts[2];
	pl_status st;

	put_key(&body, k);
	put_key_hashed(&key, k);
	pl_buf_put_u8(&name, 0xb4);
	pl_buf_put_be32(&name, (uint32_t)user.len);
	pl_buf_put_str(&name, user);
	if (pl_buf_status(&name))
		return pl_buf_status(&name);
	put_packet(&packets, TAG_KEY, pl_buf_bytes(&body));
	put_packet(&packets, TAG_USER, pl_str_bytes(user));
	parts[0] = pl_buf_bytes(&key);
	parts[1] = pl_buf_bytes(&name);
	st = sign(k, TYPE_POSITIVE, k->created, parts, 2, &packets);
	return st ? st : armoured(&packets, "PUBLIC KEY BLOCK", out);
}

pl_status pl_openpgp_detached(const struct pl_openpgp *k, pl_bytes data, uint64_t time, struct pl_buf *out)
{
	struct pl_buf packets PL_CLEANUP(pl_buf_done) = PL_BUF(PACKET_MAX);
	pl_status st = sign(k, TYPE_BINARY, time, &data, 1, &packets);

	return st ? st : armoured(&packets, "SIGNATURE", out);
}

/* ---- text in the clear (section 7) ---- */

/* Append the text as it is shown, and the bytes that are signed: lines parted by CR LF, none behind the last, no
 * blanks at ends. */
static void put_clear(pl_str text, struct pl_buf *shown, struct pl_buf *signed_)
{
	pl_str line;
	bool first = true;

	while (pl_str_take_line(&text, &line)) {
		while (pl_str_ends(line, PL_STR(" ")) || pl_str_ends(line, PL_STR("\t")))
			line.len--;
		if (pl_str_starts(line, PL_STR("-")))
			pl_buf_put_z(shown, "- ");
		pl_buf_put_str(shown, line);
		pl_buf_put_c(shown, '\n');
		pl_buf_put_z(signed_, first ? "" : "\r\n");
		pl_buf_put_str(signed_, line);
		first = false;
	}
}

pl_status pl_openpgp_clear(const struct pl_openpgp *k, pl_str text, uint64_t time, struct pl_buf *out)
{
	struct pl_buf packets PL_CLEANUP(pl_buf_done) = PL_BUF(PACKET_MAX);
	struct pl_buf bytes PL_CLEANUP(pl_buf_done) = PL_BUF(2 * text.len + 1);
	pl_bytes part;
	pl_status st;

	if (!pl_str_ends(text, PL_STR("\n")))
		return PL_E_SYNTAX;
	pl_buf_put_z(out, "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n");
	put_clear(text, out, &bytes);
	if (pl_buf_status(&bytes))
		return pl_buf_status(&bytes);
	part = pl_buf_bytes(&bytes);
	st = sign(k, TYPE_TEXT, time, &part, 1, &packets);
	return st ? st : armoured(&packets, "SIGNATURE", out);
}
