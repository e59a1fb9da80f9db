/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's text has one spelling. The entry with which a bare log's key names the next one says which two they are. */
#include "base/mem.h"
#include "fuzz.h"
#include "log/bare.h"
#include "log/checkpoint.h"

/* What is read is a line each, and is read again from what is written with it. */
static void key_follows(pl_str entry, struct pl_buf *again)
{
	static const char untouched[] = "untouched";
	pl_str old = pl_str_from(untouched), fresh = old, old2, fresh2;

	if (!pl_bare_follows_read(entry, &old, &fresh)) {
		FUZZ_HOLDS(old.ptr == untouched && fresh.ptr == untouched);
		return;
	}
	FUZZ_HOLDS(old.ptr > entry.ptr && fresh.ptr > old.ptr + old.len && fresh.ptr + fresh.len <= entry.ptr + entry.len);
	FUZZ_HOLDS(pl_str_find(old, '\n') == old.len && pl_str_find(fresh, '\n') == fresh.len);
	pl_bare_rotation_write(again, true, PL_STR("log.example/releases"), old, fresh, 0, 0);
	FUZZ_HOLDS(pl_bare_follows_read(pl_buf_str(again), &old2, &fresh2) && pl_str_eq(old, old2) && pl_str_eq(fresh, fresh2));
	pl_buf_clear(again);
	pl_bare_rotation_write(again, false, PL_STR("log.example/releases"), old, fresh, 0, 0);
	FUZZ_HOLDS(!pl_bare_follows_read(pl_buf_str(again), &old2, &fresh2));
	pl_buf_clear(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 22);
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_checkpoint cp;
	struct pl_diag diag = {0};

	if (pl_checkpoint_peek(text, &cp, &diag) == PL_OK) {
		pl_checkpoint_write(&again, &cp);
		FUZZ_HOLDS(pl_str_starts(text, pl_buf_str(&again)));
		pl_buf_clear(&again);
	}
	if (pl_checkpoint_parse(text, &cp, &diag) == PL_OK) {
		pl_checkpoint_write(&again, &cp);
		FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
		pl_buf_clear(&again);
	}
	key_follows(text, &again);
	return 0;
}
