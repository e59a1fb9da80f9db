/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store of entries that came while the log was held: what opens is read back group by group, and what is appended is
 * there the next time. Input: a byte of flags, then the file; checksums are put right unless a flag says not to.
 */
#include "base/codec.h"
#include "crypto/digest.h"
#include "fuzz.h"
#include "log/crc32c.h"
#include "log/held.h"
#include "scratch.h"

#define HEAD 16u

enum flag { SUMS_AS_THEY_ARE = 1 };

static void right_sums(uint8_t *p, size_t len)
{
	for (size_t at = 0; len - at >= HEAD;) {
		uint32_t n = pl_be32(p + at + 8);

		if (memcmp(p + at, "PLHD", 4) != 0 || n > len - at - HEAD)
			return;
		pl_be32_write(p + at + 12, pl_crc32c(pl_crc32c(0, pl_bytes_of(p + at, 12)), pl_bytes_of(p + at + HEAD, n)));
		at += HEAD + n;
	}
}

struct told {
	uint64_t groups, count, bytes;
	struct pl_digest all; /* over everything told */
};

static pl_status each(void *ctx, pl_bytes entries, uint32_t n)
{
	struct told *t = ctx;
	uint8_t count[4];

	pl_be32_write(count, n);
	pl_sha256_parts((const pl_bytes[]){pl_digest_bytes(&t->all), pl_bytes_of(count, sizeof count), entries}, 3, &t->all);
	t->groups++;
	t->count += n;
	t->bytes += HEAD + entries.len;
	return PL_OK;
}

static struct told read_all(struct pl_held *h)
{
	struct told t = {0};

	FUZZ_HOLDS(pl_held_read(h, each, &t) == PL_OK && t.count == pl_held_count(h));
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t one[] = {0, 1, 'x'};
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 24);
	struct pl_held *h = NULL;
	struct told before, after;

	if (size < 1)
		return 0;
	fuzz_scratch_empty();
	pl_buf_put(&file, data + 1, size - 1);
	if (!(data[0] & SUMS_AS_THEY_ARE))
		right_sums(file.ptr, file.len);
	fuzz_scratch_put("held", pl_buf_bytes(&file));
	if (pl_held_open(fuzz_scratch(), &h)) {
		FUZZ_HOLDS(!h);
		return 0;
	}
	before = read_all(h);
	FUZZ_HOLDS(before.bytes <= file.len);
	FUZZ_HOLDS(pl_held_append(h, pl_bytes_of(one, sizeof one), 1) == PL_OK);
	pl_held_close(h);
	h = NULL;
	FUZZ_HOLDS(pl_held_open(fuzz_scratch(), &h) == PL_OK);
	after = read_all(h);
	(void)each(&before, pl_bytes_of(one, sizeof one), 1);
	FUZZ_HOLDS(pl_digest_eq(&before.all, &after.all) && before.groups == after.groups);
	FUZZ_HOLDS(pl_held_clear(h) == PL_OK && read_all(h).groups == 0);
	pl_held_close(h);
	return 0;
}
