/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files for one reader, recipients and identities as text. The identity is always the same, so that the files of the corpus open: what opens has
 * the size that was said, down to its last byte, and nothing behind it. (A changed header or chunk is refused by its code before it says much:
 * what is searched is the reading of headers.)
 */
#include "crypto/age.h"
#include "fuzz.h"

struct file {
	const uint8_t *data;
	size_t size;
};

static pl_status read_at(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	const struct file *f = ctx;
	size_t left = offset < f->size ? f->size - (size_t)offset : 0;

	*ret_len = len < left ? len : left;
	if (*ret_len)
		memcpy(data, f->data + offset, *ret_len);
	return PL_OK;
}

static void texts(pl_str text)
{
	struct pl_age_recipient r;
	struct pl_age_identity i;
	char again[PL_AGE_TEXT];

	if (!pl_age_recipient_parse(text, &r)) {
		pl_age_recipient_write(&r, again);
		FUZZ_HOLDS(pl_str_eq(pl_str_from(again), text));
	}
	if (!pl_age_identity_parse(text, &i)) {
		pl_age_identity_write(&i, again);
		FUZZ_HOLDS(pl_str_eq(pl_str_from(again), text));
		pl_age_identity_done(&i);
	}
	if (!pl_age_identity_find(text, &i))
		pl_age_identity_done(&i);
}

static void read_all(struct pl_age_reader *r)
{
	uint8_t piece[4096];
	uint64_t at = 0;
	size_t n = 0;

	while (!pl_age_pread(r, at, piece, sizeof piece, &n) && n)
		at += n;
	FUZZ_HOLDS(n != 0 || at == pl_age_size(r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_age_identity me = {0};
	struct file f = {data, size};
	struct pl_age_reader *r = NULL;
	struct pl_diag diag = {0};

	memset(me.b, 0x11, sizeof me.b);
	texts(pl_bytes_str(pl_bytes_of(data, size)));
	if (pl_age_open(read_at, &f, size, &me, (pl_str){0}, &r, &diag)) {
		FUZZ_HOLDS(!r && diag.text[0]);
		return 0;
	}
	FUZZ_HOLDS(pl_age_size(r) < size);
	read_all(r);
	pl_age_close(r);
	return 0;
}
