/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we seal and read again: files in pieces, small secrets, and boxes for one holder. The input is taken twice. As sealed bytes of a
 * fixed key (files of the corpus open) it ends well or is refused, in whatever parts it comes, alike. As plain bytes it is sealed in
 * parts, and opens again as it was; with one bit changed, cut off or prolonged it does not.
 */
#include "base/buf.h"
#include "crypto/key.h"
#include "crypto/sealedbox.h"
#include "crypto/secret.h"
#include "crypto/stream.h"
#include "fuzz.h"

#define ROOM ((size_t)1 << 20)

static const uint8_t key[PL_STREAM_KEY_LEN] = {7};

static pl_status keep(void *ctx, pl_bytes piece)
{
	struct pl_buf *out = ctx;

	pl_buf_put_bytes(out, piece);
	return pl_buf_status(out);
}

/* Sizes of parts follow from the first byte; 0: all at once. */
static size_t part_of(const uint8_t *data, size_t size)
{
	return size && data[0] % 8 ? (size_t)data[0] * 251 + 1 : ROOM;
}

static pl_status unseal(pl_bytes sealed, size_t part, struct pl_buf *out)
{
	struct pl_stream_reader *r PL_CLEANUP(pl_stream_reader_freep) = NULL;
	pl_status st = PL_OK;

	pl_stream_read_begin(key, keep, out, &r);
	for (size_t at = 0; !st && at < sealed.len; at += part)
		st = pl_stream_read(r, pl_bytes_of(sealed.ptr + at, sealed.len - at < part ? sealed.len - at : part));
	return st ? st : pl_stream_read_end(r);
}

static void files(pl_bytes plain, size_t part)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM), back PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	struct pl_stream_writer *w PL_CLEANUP(pl_stream_writer_freep) = NULL;
	size_t at = plain.len ? plain.ptr[plain.len - 1] : 0;

	FUZZ_HOLDS(pl_stream_write_begin(key, keep, &sealed, &w) == PL_OK);
	for (size_t from = 0; from < plain.len; from += part)
		FUZZ_HOLDS(!pl_stream_write(w, pl_bytes_of(plain.ptr + from, plain.len - from < part ? plain.len - from : part)));
	FUZZ_HOLDS(pl_stream_write_end(w) == PL_OK && sealed.len == pl_stream_sealed_len(plain.len));
	FUZZ_HOLDS(unseal(pl_buf_bytes(&sealed), part, &back) == PL_OK && pl_bytes_eq(pl_buf_bytes(&back), plain));
	FUZZ_HOLDS(unseal(pl_bytes_of(sealed.ptr, sealed.len - 1), part, &back) == PL_E_CORRUPT);
	at = at * 257 % sealed.len;
	sealed.ptr[at] ^= 1;
	FUZZ_HOLDS(unseal(pl_buf_bytes(&sealed), part, &back) == PL_E_CORRUPT);
	sealed.ptr[at] ^= 1;
	pl_buf_put_c(&sealed, 'x');
	FUZZ_HOLDS(unseal(pl_buf_bytes(&sealed), part, &back) == PL_E_CORRUPT);
}

static void secrets(pl_bytes plain)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM), back PL_CLEANUP(pl_buf_done_secret) = PL_BUF(ROOM);
	pl_bytes here = pl_str_bytes(PL_STR("here"));

	if (plain.len > PL_SECRET_MAX)
		return;
	pl_secret_seal(key, here, plain, &sealed);
	FUZZ_HOLDS(pl_secret_open(key, here, pl_buf_bytes(&sealed), &back) == PL_OK && pl_bytes_eq(pl_buf_bytes(&back), plain));
	FUZZ_HOLDS(pl_secret_open(key, pl_str_bytes(PL_STR("there")), pl_buf_bytes(&sealed), &back) == PL_E_CORRUPT);
	FUZZ_HOLDS(back.len == plain.len);
}

/* Boxes: as sealed bytes they are refused (nobody finds one), as plain bytes they open for their holder alone. */
static void boxes(pl_bytes bytes)
{
	static struct pl_privkey holder, other;
	static struct pl_pubkey to;
	static bool made;
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM), back PL_CLEANUP(pl_buf_done_secret) = PL_BUF(ROOM);

	if (!made) {
		made = true;
		pl_privkey_generate(PL_KEY_ED25519, &holder);
		pl_privkey_generate(PL_KEY_ED25519, &other);
		FUZZ_HOLDS(pl_privkey_public(&holder, &to) == PL_OK);
	}
	FUZZ_HOLDS(pl_sealedbox_open(&holder, bytes, &back) == PL_E_CORRUPT && back.len == 0);
	FUZZ_HOLDS(pl_sealedbox_seal(&to, bytes, &sealed) == PL_OK && sealed.len == bytes.len + PL_SEALEDBOX_OVERHEAD);
	FUZZ_HOLDS(pl_sealedbox_open(&other, pl_buf_bytes(&sealed), &back) == PL_E_CORRUPT && back.len == 0);
	FUZZ_HOLDS(pl_sealedbox_open(&holder, pl_buf_bytes(&sealed), &back) == PL_OK && pl_bytes_eq(pl_buf_bytes(&back), bytes));
	sealed.ptr[bytes.len ? bytes.ptr[0] % sealed.len : 0] ^= 1;
	pl_buf_clear(&back);
	FUZZ_HOLDS(pl_sealedbox_open(&holder, pl_buf_bytes(&sealed), &back) == PL_E_CORRUPT && back.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM), two PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	struct pl_buf secret PL_CLEANUP(pl_buf_done_secret) = PL_BUF(ROOM);
	pl_bytes all = pl_bytes_of(data, size);
	pl_status st, opened;

	if (size > ROOM / 2)
		return 0;
	st = unseal(all, ROOM, &one);
	FUZZ_HOLDS(st == PL_OK || st == PL_E_CORRUPT);
	FUZZ_HOLDS(unseal(all, part_of(data, size), &two) == st);
	FUZZ_HOLDS(st || (pl_bytes_eq(pl_buf_bytes(&one), pl_buf_bytes(&two)) && pl_stream_sealed_len(one.len) == size));
	opened = pl_secret_open(key, pl_str_bytes(PL_STR("here")), all, &secret);
	FUZZ_HOLDS(opened == PL_OK ? secret.len + PL_SECRET_OVERHEAD == size : secret.len == 0);
	files(all, part_of(data, size));
	secrets(all);
	boxes(all);
	return 0;
}
