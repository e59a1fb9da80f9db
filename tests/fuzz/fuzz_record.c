/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of a log as a file: of two slots the valid one with the larger number counts, and only from it does the
 * record move. Input: a byte of flags, then the two slots without their checksums.
 */
#include "base/codec.h"
#include "fuzz.h"
#include "log/record_file.h"
#include "log/tree.h"
#include "scratch.h"

#define SLOT 4096u
#define SUM_AT 96u
#define ORIGIN_AT 64u
#define ORIGIN "log.example/releases"

/* Bits 0 and 1: the checksum of that slot is left wrong; 2 and 3: it is the record of another log. CUT: one slot only. */
#define WRONG_SUM 1u
#define OTHER_LOG 4u
#define CUT 16u

static bool same(const struct pl_log_state *a, const struct pl_log_state *b)
{
	return a->size == b->size && a->epoch == b->epoch && pl_digest_eq(&a->root, &b->root);
}

/* Make slot @i of @file from up to SUM_AT bytes; is it one that counts, and what does it say? */
static bool put_slot(uint8_t *file, unsigned i, pl_bytes in, unsigned flags, uint64_t *ret_number,
	struct pl_log_state *ret)
{
	uint8_t *p = file + (size_t)i * SLOT;
	struct pl_digest d;

	if (in.len)
		memcpy(p, in.ptr, in.len < SUM_AT ? in.len : SUM_AT);
	if (!(flags & OTHER_LOG << i)) {
		pl_sha256(pl_str_bytes(PL_STR(ORIGIN)), &d);
		memcpy(p + ORIGIN_AT, d.b, sizeof d.b);
	}
	pl_sha256(pl_bytes_of(p, SUM_AT), &d);
	d.b[0] ^= flags & WRONG_SUM << i ? 1 : 0;
	memcpy(p + SUM_AT, d.b, sizeof d.b);
	*ret_number = pl_be64(p + 8);
	*ret = (struct pl_log_state){.size = pl_be64(p + 16), .epoch = pl_be64(p + 24)};
	memcpy(ret->root.b, p + 32, sizeof ret->root.b);
	return !(flags & WRONG_SUM << i) && memcmp(p, "PLREC01\n", 8) == 0 && ret->size <= PL_TREE_SIZE_MAX &&
		ret->epoch <= INT64_MAX && *ret_number <= INT64_MAX;
}

static pl_status open_it(struct pl_log_record *ret)
{
	struct pl_diag diag = {0};
	pl_status st = pl_record_file_open(fuzz_scratch(), "record", PL_STR(ORIGIN), ret, &diag);

	FUZZ_HOLDS(st == PL_OK || (st == PL_E_CORRUPT && diag.text[0]));
	return st;
}

/* One step forward, which nobody can take from what was before, and which is there when it is opened again. */
static void move(struct pl_log_record *r, const struct pl_log_state *now)
{
	struct pl_log_state next = *now, got, claimed;
	struct pl_log_record again = {0};

	next.size += next.size < PL_TREE_SIZE_MAX;
	next.root.b[0] ^= next.size != now->size;
	FUZZ_HOLDS(r->ops->swap(r->ctx, now, &next, NULL, 0) == PL_OK);
	if (next.size != now->size)
		FUZZ_HOLDS(r->ops->swap(r->ctx, now, &next, NULL, 0) == PL_E_CONFLICT);
	FUZZ_HOLDS(r->ops->load(r->ctx, &got) == PL_OK && same(&got, &next));
	if (open_it(&again) == PL_OK) {
		FUZZ_HOLDS(again.ops->claim(again.ctx, &claimed) == PL_OK && claimed.epoch == next.epoch + 1);
		FUZZ_HOLDS(r->ops->swap(r->ctx, &next, &next, NULL, 0) == PL_E_CONFLICT);
		pl_log_record_close(&again);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t file[2 * SLOT];
	struct pl_log_record r = {0};
	struct pl_log_state state[2], got;
	uint64_t number[2];
	bool counts[2];
	size_t half = size / 2;

	if (size < 2)
		return 0;
	memset(file, 0, sizeof file);
	fuzz_scratch_empty();
	counts[0] = put_slot(file, 0, pl_bytes_of(data + 1, half), data[0], &number[0], &state[0]);
	counts[1] = put_slot(file, 1, pl_bytes_of(data + 1 + half, size - 1 - half), data[0], &number[1], &state[1]);
	counts[1] = counts[1] && !(data[0] & CUT);
	fuzz_scratch_put("record", pl_bytes_of(file, data[0] & CUT ? SLOT : sizeof file));
	if (open_it(&r)) {
		FUZZ_HOLDS(!r.ops);
		return 0;
	}
	FUZZ_HOLDS(counts[0] || counts[1]);
	FUZZ_HOLDS(r.ops->load(r.ctx, &got) == PL_OK);
	FUZZ_HOLDS(same(&got, &state[counts[1] && (!counts[0] || number[1] > number[0])]));
	/* Where counting ends, the record stays. */
	if (got.epoch < INT64_MAX && (!counts[0] || number[0] < INT64_MAX - 1) && (!counts[1] || number[1] < INT64_MAX - 1))
		move(&r, &got);
	else
		(void)!r.ops->claim(r.ctx, &got);
	pl_log_record_close(&r);
	return 0;
}
