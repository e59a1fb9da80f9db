/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/stream.h"
#include <assert.h>
#include <sodium.h>

#define HEADER_LEN crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define OVERHEAD crypto_secretstream_xchacha20poly1305_ABYTES
#define SEALED_PIECE (PL_STREAM_PIECE + OVERHEAD)
#define LAST crypto_secretstream_xchacha20poly1305_TAG_FINAL
#define MORE crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_Static_assert(PL_STREAM_KEY_LEN == crypto_secretstream_xchacha20poly1305_KEYBYTES, "layout");
_Static_assert(HEADER_LEN < SEALED_PIECE, "the header is gathered where pieces are");

uint64_t pl_stream_sealed_len(uint64_t plain)
{
	uint64_t pieces = plain ? (plain - 1) / PL_STREAM_PIECE + 1 : 1;

	return HEADER_LEN + plain + pieces * OVERHEAD;
}

/* ---- writing ---- */

struct pl_stream_writer {
	crypto_secretstream_xchacha20poly1305_state state;
	pl_stream_sink sink;
	void *ctx;
	size_t n;
	bool over;
	uint8_t plain[PL_STREAM_PIECE], sealed[SEALED_PIECE];
};

pl_status pl_stream_write_begin(const uint8_t key[static PL_STREAM_KEY_LEN], pl_stream_sink sink, void *ctx, struct pl_stream_writer **ret)
{
	struct pl_stream_writer *w = PL_NEW(struct pl_stream_writer);
	uint8_t header[HEADER_LEN];
	pl_status st;

	assert(sodium_init() >= 0);
	w->sink = sink;
	w->ctx = ctx;
	assert(crypto_secretstream_xchacha20poly1305_init_push(&w->state, header, key) == 0);
	st = sink(ctx, pl_bytes_of(header, sizeof header));
	if (st) {
		pl_stream_writer_free(w);
		return st;
	}
	*ret = w;
	return PL_OK;
}

static pl_status seal_piece(struct pl_stream_writer *w, unsigned char tag)
{
	unsigned long long len = 0;

	assert(crypto_secretstream_xchacha20poly1305_push(&w->state, w->sealed, &len, w->plain, w->n, NULL, 0, tag) == 0);
	w->n = 0;
	return w->sink(w->ctx, pl_bytes_of(w->sealed, (size_t)len));
}

/* A full piece waits until it is known whether it is the last one. */
pl_status pl_stream_write(struct pl_stream_writer *w, pl_bytes plain)
{
	assert(!w->over);
	while (plain.len) {
		size_t n = PL_STREAM_PIECE - w->n < plain.len ? PL_STREAM_PIECE - w->n : plain.len;
		pl_status st = n ? PL_OK : seal_piece(w, MORE);

		if (st)
			return st;
		memcpy(w->plain + w->n, plain.ptr, n);
		w->n += n;
		plain = pl_bytes_of(plain.ptr + n, plain.len - n);
	}
	return PL_OK;
}

pl_status pl_stream_write_end(struct pl_stream_writer *w)
{
	assert(!w->over);
	w->over = true;
	return seal_piece(w, LAST);
}

void pl_stream_writer_free(struct pl_stream_writer *w)
{
	if (!w)
		return;
	pl_wipe(w, sizeof *w);
	pl_free(w);
}

/* ---- reading ---- */

struct pl_stream_reader {
	crypto_secretstream_xchacha20poly1305_state state;
	pl_stream_sink sink;
	void *ctx;
	size_t n;
	bool begun, broken;
	uint8_t key[PL_STREAM_KEY_LEN], sealed[SEALED_PIECE], plain[PL_STREAM_PIECE];
};

void pl_stream_read_begin(const uint8_t key[static PL_STREAM_KEY_LEN], pl_stream_sink sink, void *ctx, struct pl_stream_reader **ret)
{
	struct pl_stream_reader *r = PL_NEW(struct pl_stream_reader);

	r->sink = sink;
	r->ctx = ctx;
	memcpy(r->key, key, sizeof r->key);
	*ret = r;
}

static pl_status open_header(struct pl_stream_reader *r)
{
	r->n = 0;
	r->begun = true;
	return crypto_secretstream_xchacha20poly1305_init_pull(&r->state, r->sealed, r->key) == 0 ? PL_OK : PL_E_CORRUPT;
}

static pl_status open_piece(struct pl_stream_reader *r, unsigned char want)
{
	unsigned long long len = 0;
	unsigned char tag = 0;

	if (r->n < OVERHEAD || crypto_secretstream_xchacha20poly1305_pull(&r->state, r->plain, &len, &tag, r->sealed, r->n, NULL, 0) != 0 ||
		tag != want)
		return PL_E_CORRUPT;
	r->n = 0;
	return len ? r->sink(r->ctx, pl_bytes_of(r->plain, (size_t)len)) : PL_OK;
}

static pl_status read_some(struct pl_stream_reader *r, pl_bytes sealed)
{
	while (sealed.len) {
		size_t room = (r->begun ? SEALED_PIECE : HEADER_LEN) - r->n, n = room < sealed.len ? room : sealed.len;
		pl_status st = n ? PL_OK : r->begun ? open_piece(r, MORE) : open_header(r);

		if (st)
			return st;
		memcpy(r->sealed + r->n, sealed.ptr, n);
		r->n += n;
		sealed = pl_bytes_of(sealed.ptr + n, sealed.len - n);
	}
	return PL_OK;
}

pl_status pl_stream_read(struct pl_stream_reader *r, pl_bytes sealed)
{
	pl_status st = r->broken ? PL_E_CORRUPT : read_some(r, sealed);

	r->broken = st != PL_OK;
	return st;
}

pl_status pl_stream_read_end(struct pl_stream_reader *r)
{
	pl_status st = r->broken || !r->begun ? PL_E_CORRUPT : open_piece(r, LAST);

	r->broken = true;
	return st;
}

void pl_stream_reader_free(struct pl_stream_reader *r)
{
	if (!r)
		return;
	pl_wipe(r, sizeof *r);
	pl_free(r);
}
