/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_internal.h"
#include "crypto/secret.h"
#include <assert.h>
#include <sodium.h>

#define HAVE_NONE UINT64_MAX

struct pl_age_reader {
	pl_age_source source;
	void *ctx;
	uint8_t key[32];
	uint64_t start, chunks, size; /* of the first chunk; how many; bytes of plain text */
	uint64_t have;                /* the chunk in .plain */
	uint8_t plain[PL_AGE_CHUNK], sealed[AGE_SEALED];
};

bool pl_age_is(pl_bytes front)
{
	return front.len >= sizeof AGE_VERSION - 1 && memcmp(front.ptr, AGE_VERSION, sizeof AGE_VERSION - 1) == 0;
}

/* ---- the header ---- */

struct header {
	const struct pl_age_identity *identity;
	pl_str passphrase;
	size_t stanzas;
	bool scrypt, found;
	uint8_t file_key[AGE_FILE_KEY];
	struct pl_diag *diag;
};

static const uint8_t zero_nonce[12];

static bool open_file_key(const uint8_t wrap[static 32], const uint8_t body[static AGE_BODY], uint8_t ret[static AGE_FILE_KEY])
{
	return crypto_aead_chacha20poly1305_ietf_decrypt(ret, NULL, NULL, body, AGE_BODY, NULL, 0, zero_nonce, wrap) == 0;
}

static pl_status try_x25519(struct header *h, pl_str args, pl_str body)
{
	uint8_t share[32], sealed[AGE_BODY], shared[32], wrap[32];
	struct pl_age_recipient me;

	if (pl_age_base64_read(args, share, sizeof share) || pl_age_base64_read(body, sealed, sizeof sealed))
		return PL_E_SYNTAX;
	if (!h->identity || h->found)
		return PL_OK;
	if (crypto_scalarmult_curve25519(shared, h->identity->b, share))
		return PL_E_SYNTAX;
	pl_age_identity_public(h->identity, &me);
	pl_age_wrap_key(shared, share, me.b, wrap);
	h->found = open_file_key(wrap, sealed, h->file_key);
	pl_wipe(shared, sizeof shared);
	pl_wipe(wrap, sizeof wrap);
	return PL_OK;
}

static pl_status try_scrypt(struct header *h, pl_str args, pl_str body)
{
	uint8_t salt[16], sealed[AGE_BODY], wrap[32];
	uint64_t work;
	pl_str text;
	pl_status st;

	if (!pl_str_take_until(&args, ' ', &text) || pl_age_base64_read(text, salt, sizeof salt) ||
		pl_age_base64_read(body, sealed, sizeof sealed) || pl_str_to_u64(args, 63, &work) || !work)
		return PL_E_SYNTAX;
	h->scrypt = true;
	if (h->identity)
		return PL_OK;
	if (work > PL_AGE_WORK_MAX)
		return pl_diag_set(h->diag, PL_E_UNSUPPORTED, "the passphrase's work factor is 2^%llu; at most 2^%u are done",
			(unsigned long long)work, PL_AGE_WORK_MAX);
	st = pl_age_scrypt(h->passphrase, salt, (unsigned)work, wrap);
	if (!st)
		h->found = open_file_key(wrap, sealed, h->file_key);
	pl_wipe(wrap, sizeof wrap);
	return st;
}

/* The lines of a body: of 64 digits, the last one shorter. Longer ones than a file key's are for other readers. */
static pl_status take_body(pl_str *text, pl_str *ret)
{
	pl_str line, first = {0};
	size_t n = 0;

	do {
		if (!pl_str_take_line(text, &line) || line.len > 64)
			return PL_E_SYNTAX;
		for (size_t i = 0; i < line.len; i++)
			if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", line.ptr[i]) || !line.ptr[i])
				return PL_E_SYNTAX;
		if (!n++)
			first = line;
	} while (line.len == 64);
	*ret = n == 1 ? first : (pl_str){0};
	return PL_OK;
}

static pl_status take_stanza(struct header *h, pl_str *text)
{
	pl_str args, body;

	if (!pl_str_take_line(text, &args) || take_body(text, &body))
		return PL_E_SYNTAX;
	h->stanzas++;
	if (pl_str_eat(&args, PL_STR("X25519 ")))
		return try_x25519(h, args, body);
	if (pl_str_eat(&args, PL_STR("scrypt ")))
		return try_scrypt(h, args, body);
	return PL_OK;
}

/* *@ret_len: bytes of the header. */
static pl_status read_header(struct header *h, pl_str all, size_t *ret_len)
{
	pl_str text = all;
	uint8_t mac[32], said[32];
	size_t upto;
	pl_status st = PL_OK;

	if (!pl_str_eat(&text, PL_STR(AGE_VERSION)))
		return PL_E_SYNTAX;
	while (!st && pl_str_eat(&text, PL_STR("-> ")))
		st = take_stanza(h, &text);
	upto = (size_t)(text.ptr - all.ptr) + 3;
	if (st || !h->stanzas || (h->scrypt && h->stanzas > 1))
		return st ? st : PL_E_SYNTAX;
	if (!pl_str_eat(&text, PL_STR("--- ")) || text.len <= AGE_MAC_TEXT || text.ptr[AGE_MAC_TEXT] != '\n' ||
		pl_age_base64_read(pl_str_sub(text, 0, AGE_MAC_TEXT), said, sizeof said))
		return PL_E_SYNTAX;
	if (!h->found)
		return pl_diag_set(h->diag, PL_E_DENIED, h->scrypt && !h->identity ? "this is not its passphrase" : "the file is not for this reader");
	pl_age_header_mac(h->file_key, pl_str_sub(all, 0, upto), mac);
	if (!pl_secret_eq(pl_bytes_of(mac, sizeof mac), pl_bytes_of(said, sizeof said)))
		return PL_E_CORRUPT;
	*ret_len = upto + 1 + AGE_MAC_TEXT + 1;
	return PL_OK;
}

/* ---- chunks ---- */

static pl_status read_chunk(struct pl_age_reader *r, uint64_t number)
{
	bool last = number + 1 == r->chunks;
	size_t plain = last ? (size_t)(r->size - number * PL_AGE_CHUNK) : PL_AGE_CHUNK, got = 0;
	uint8_t nonce[12];
	pl_status st;

	r->have = HAVE_NONE;
	st = r->source(r->ctx, r->start + number * AGE_SEALED, r->sealed, plain + AGE_TAG, &got);
	if (st)
		return st;
	if (got != plain + AGE_TAG)
		return PL_E_CORRUPT;
	pl_age_chunk_nonce(number, last, nonce);
	if (crypto_aead_chacha20poly1305_ietf_decrypt(r->plain, NULL, NULL, r->sealed, got, NULL, 0, nonce, r->key))
		return PL_E_CORRUPT;
	r->have = number;
	return PL_OK;
}

/* How many chunks the @sealed bytes are. */
static pl_status measure(struct pl_age_reader *r, uint64_t sealed)
{
	uint64_t rest = sealed % AGE_SEALED;

	r->chunks = sealed / AGE_SEALED + (rest != 0);
	if (!r->chunks || (rest && rest < AGE_TAG) || (rest == AGE_TAG && r->chunks > 1))
		return PL_E_CORRUPT;
	r->size = sealed - r->chunks * AGE_TAG;
	return PL_OK;
}

static pl_status open_payload(struct pl_age_reader *r, const struct header *h, uint64_t size)
{
	uint8_t nonce[AGE_NONCE];
	size_t got = 0;
	pl_status st = r->source(r->ctx, r->start, nonce, sizeof nonce, &got);

	if (st)
		return st;
	r->start += sizeof nonce;
	if (got != sizeof nonce || size < r->start)
		return PL_E_CORRUPT;
	pl_age_payload_key(h->file_key, nonce, r->key);
	st = measure(r, size - r->start);
	/* A file that was cut off shows here. */
	return st ? st : read_chunk(r, r->chunks - 1);
}

pl_status pl_age_open(pl_age_source source, void *ctx, uint64_t size, const struct pl_age_identity *identity, pl_str passphrase,
	struct pl_age_reader **ret, struct pl_diag *diag)
{
	struct header h = {.identity = identity, .passphrase = passphrase, .diag = diag};
	struct pl_age_reader *r = PL_NEW(struct pl_age_reader);
	char *front = pl_alloc(1, AGE_HEADER_MAX);
	size_t got = 0, len = 0;
	pl_status st = source(ctx, 0, front, AGE_HEADER_MAX, &got);

	r->source = source;
	r->ctx = ctx;
	r->have = HAVE_NONE;
	if (!st)
		st = read_header(&h, pl_str_of(front, got), &len);
	r->start = len;
	if (!st)
		st = open_payload(r, &h, size);
	if (st == PL_E_SYNTAX)
		(void)pl_diag_set(diag, st, "this is no file of age-encryption.org/v1 that can be read here");
	if (st == PL_E_CORRUPT)
		(void)pl_diag_set(diag, st, "the encrypted file was changed, or its end is missing");
	pl_wipe(&h, sizeof h);
	pl_free(front);
	if (st)
		pl_age_close(r);
	else
		*ret = r;
	return st;
}

uint64_t pl_age_size(const struct pl_age_reader *r)
{
	return r->size;
}

pl_status pl_age_pread(void *reader, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	struct pl_age_reader *r = reader;
	uint8_t *out = data;
	size_t done = 0;

	while (done < len && offset < r->size) {
		uint64_t number = offset / PL_AGE_CHUNK, left = r->size - offset;
		size_t at = (size_t)(offset % PL_AGE_CHUNK), n = PL_AGE_CHUNK - at;
		pl_status st = r->have == number ? PL_OK : read_chunk(r, number);

		if (st)
			return st;
		if (n > len - done)
			n = len - done;
		if (n > left)
			n = (size_t)left;
		memcpy(out + done, r->plain + at, n);
		done += n;
		offset += n;
	}
	*ret_len = done;
	return PL_OK;
}

void pl_age_close(struct pl_age_reader *r)
{
	if (!r)
		return;
	pl_wipe(r, sizeof *r);
	pl_free(r);
}
