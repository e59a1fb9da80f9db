/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"
#include "crypto/age_internal.h"
#include <assert.h>
#include <sodium.h>

struct pl_age_writer {
	pl_age_sink sink;
	void *ctx;
	uint8_t key[32];
	uint64_t chunk;
	size_t n;
	bool ended;
	uint8_t plain[PL_AGE_CHUNK], sealed[AGE_SEALED];
};

static const uint8_t zero_nonce[12];

static void seal_file_key(const uint8_t wrap[static 32], const uint8_t file_key[static AGE_FILE_KEY], struct pl_buf *header)
{
	uint8_t body[AGE_BODY];

	assert(crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, file_key, AGE_FILE_KEY, NULL, 0, NULL, zero_nonce, wrap) == 0);
	pl_buf_put_c(header, '\n');
	pl_age_base64_put(header, pl_bytes_of(body, sizeof body));
	pl_buf_put_c(header, '\n');
}

static pl_status put_recipient(const struct pl_age_recipient *to, const uint8_t file_key[static AGE_FILE_KEY], struct pl_buf *header)
{
	struct pl_age_identity once;
	struct pl_age_recipient share;
	uint8_t shared[32], wrap[32];

	pl_age_identity_new(&once);
	pl_age_identity_public(&once, &share);
	if (crypto_scalarmult_curve25519(shared, once.b, to->b))
		return PL_E_RANGE;
	pl_age_wrap_key(shared, share.b, to->b, wrap);
	pl_buf_put_z(header, "-> X25519 ");
	pl_age_base64_put(header, pl_bytes_of(share.b, sizeof share.b));
	seal_file_key(wrap, file_key, header);
	pl_age_identity_done(&once);
	pl_wipe(shared, sizeof shared);
	pl_wipe(wrap, sizeof wrap);
	return PL_OK;
}

static pl_status put_passphrase(const struct pl_age_to *to, const uint8_t file_key[static AGE_FILE_KEY], struct pl_buf *header)
{
	unsigned work = to->work ? to->work : PL_AGE_WORK;
	uint8_t salt[16], wrap[32];
	pl_status st;

	if (work > PL_AGE_WORK_MAX)
		return PL_E_RANGE;
	pl_random(salt, sizeof salt);
	st = pl_age_scrypt(to->passphrase, salt, work, wrap);
	if (st)
		return st;
	pl_buf_put_z(header, "-> scrypt ");
	pl_age_base64_put(header, pl_bytes_of(salt, sizeof salt));
	pl_buf_printf(header, " %u", work);
	seal_file_key(wrap, file_key, header);
	pl_wipe(wrap, sizeof wrap);
	return PL_OK;
}

static pl_status put_header(const struct pl_age_to *to, const uint8_t file_key[static AGE_FILE_KEY], struct pl_buf *header)
{
	uint8_t mac[32];
	pl_status st = PL_OK;

	pl_buf_put_z(header, AGE_VERSION);
	if (to->n)
		for (size_t i = 0; i < to->n && !st; i++)
			st = put_recipient(&to->recipients[i], file_key, header);
	else
		st = put_passphrase(to, file_key, header);
	pl_buf_put_z(header, "---");
	if (!st)
		st = pl_buf_status(header);
	if (st)
		return st;
	pl_age_header_mac(file_key, pl_buf_str(header), mac);
	pl_buf_put_c(header, ' ');
	pl_age_base64_put(header, pl_bytes_of(mac, sizeof mac));
	pl_buf_put_c(header, '\n');
	return pl_buf_status(header);
}

pl_status pl_age_write_begin(const struct pl_age_to *to, pl_age_sink sink, void *ctx, struct pl_age_writer **ret)
{
	struct pl_buf header PL_CLEANUP(pl_buf_done) = PL_BUF(AGE_HEADER_MAX);
	uint8_t file_key[AGE_FILE_KEY], nonce[AGE_NONCE];
	struct pl_age_writer *w;
	pl_status st;

	if (to->n > PL_AGE_RECIPIENTS_MAX || (to->n != 0) == (to->passphrase.len != 0))
		return PL_E_RANGE;
	pl_random(file_key, sizeof file_key);
	pl_random(nonce, sizeof nonce);
	st = put_header(to, file_key, &header);
	pl_buf_put(&header, nonce, sizeof nonce);
	if (!st)
		st = pl_buf_status(&header);
	if (!st)
		st = sink(ctx, pl_buf_bytes(&header));
	if (!st) {
		w = PL_NEW(struct pl_age_writer);
		w->sink = sink;
		w->ctx = ctx;
		pl_age_payload_key(file_key, nonce, w->key);
		*ret = w;
	}
	pl_wipe(file_key, sizeof file_key);
	return st;
}

static pl_status put_chunk(struct pl_age_writer *w, bool last)
{
	uint8_t nonce[12];

	pl_age_chunk_nonce(w->chunk++, last, nonce);
	assert(crypto_aead_chacha20poly1305_ietf_encrypt(w->sealed, NULL, w->plain, w->n, NULL, 0, NULL, nonce, w->key) == 0);
	return w->sink(w->ctx, pl_bytes_of(w->sealed, w->n + AGE_TAG));
}

pl_status pl_age_write(struct pl_age_writer *w, pl_bytes plain)
{
	pl_status st = PL_OK;

	assert(!w->ended);
	while (plain.len && !st) {
		size_t room, n;

		/* A full chunk waits for a byte behind it: the last one is marked and not empty. */
		if (w->n == PL_AGE_CHUNK) {
			st = put_chunk(w, false);
			w->n = 0;
		}
		room = PL_AGE_CHUNK - w->n;
		n = plain.len < room ? plain.len : room;
		memcpy(w->plain + w->n, plain.ptr, n);
		w->n += n;
		plain.ptr += n;
		plain.len -= n;
	}
	return st;
}

pl_status pl_age_write_end(struct pl_age_writer *w)
{
	assert(!w->ended);
	w->ended = true;
	return put_chunk(w, true);
}

void pl_age_writer_free(struct pl_age_writer *w)
{
	if (!w)
		return;
	pl_wipe(w, sizeof *w);
	pl_free(w);
}
