/* SPDX-License-Identifier: Apache-2.0 */
/* Times, ULIDs and numbers: what is accepted is written back as it was. */
#include "base/codec.h"
#include "base/time.h"
#include "base/ulid.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_buf b = PL_BUF(64);
	struct pl_ulid u;
	uint64_t n;
	int64_t i;

	if (pl_time_parse(text, &n) == PL_OK) {
		char out[21];

		pl_time_write(n, out);
		FUZZ_HOLDS(pl_str_eq(pl_str_sub(text, 0, 19), pl_str_of(out, 19)));
	}
	if (pl_ulid_parse(text, &u) == PL_OK) {
		char out[PL_ULID_TEXT + 1];

		pl_ulid_write(&u, out);
		FUZZ_HOLDS(pl_str_eq(text, pl_str_from(out)));
	}
	if (pl_str_to_u64(text, UINT64_MAX, &n) == PL_OK) {
		pl_buf_put_u64(&b, n);
		FUZZ_HOLDS(pl_str_eq(text, pl_buf_str(&b)));
	}
	pl_buf_clear(&b);
	if (pl_str_to_i64(text, &i) == PL_OK) {
		pl_buf_put_i64(&b, i);
		FUZZ_HOLDS(pl_str_eq(text, pl_buf_str(&b)));
	}
	(void)pl_str_is_utf8(text);
	pl_buf_done(&b);
	return 0;
}
