/* SPDX-License-Identifier: Apache-2.0 */
/* Hex and canonical base64: what is accepted has this one spelling. */
#include "base/codec.h"
#include "fuzz.h"

static void base64(pl_str text)
{
	struct pl_buf raw = PL_BUF((size_t)1 << 20), back = PL_BUF((size_t)1 << 21), lenient = PL_BUF((size_t)1 << 20);

	if (pl_base64_get(text, &raw) == PL_OK) {
		pl_base64_put(&back, pl_buf_bytes(&raw));
		FUZZ_HOLDS(pl_str_eq(pl_buf_str(&back), text));
		FUZZ_HOLDS(pl_base64_get_lenient(text, &lenient) == PL_OK);
		FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&raw), pl_buf_bytes(&lenient)));
	} else {
		FUZZ_HOLDS(raw.len == 0);
		if (pl_base64_get_lenient(text, &lenient) != PL_OK)
			FUZZ_HOLDS(lenient.len == 0);
	}
	pl_buf_done(&raw);
	pl_buf_done(&back);
	pl_buf_done(&lenient);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	uint8_t raw[64];
	char back[2 * sizeof raw + 1];

	if (size / 2 <= sizeof raw && pl_hex_read(text, raw, size / 2) == PL_OK) {
		pl_hex_write(raw, size / 2, back);
		FUZZ_HOLDS(pl_str_eq(pl_str_of(back, size), text));
	}
	base64(text);
	return 0;
}
