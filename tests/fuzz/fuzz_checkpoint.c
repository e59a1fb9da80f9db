/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's text has one spelling. */
#include "base/mem.h"
#include "fuzz.h"
#include "log/checkpoint.h"

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
	}
	return 0;
}
