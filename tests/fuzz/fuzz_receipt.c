/* SPDX-License-Identifier: Apache-2.0 */
/* A sender's receipt: what is accepted is written again as it was; its parts lie within the text. */
#include "register/receipt.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct pl_receipt r = {.size = 77};
	struct pl_diag diag = {0};

	if (size > 65536)
		return 0;
	if (pl_receipt_parse(pl_str_of((const char *)data, size), &r, &diag) != PL_OK) {
		FUZZ_HOLDS(diag.text[0] && r.size == 77);
		return 0;
	}
	FUZZ_HOLDS(r.path.n <= PL_TREE_PATH_MAX && r.bundle.len <= size);
	pl_receipt_put(&again, &r);
	FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&again), pl_bytes_of(data, size)));
	return 0;
}
