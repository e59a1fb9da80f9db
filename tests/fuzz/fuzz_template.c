/* SPDX-License-Identifier: Apache-2.0 */
/* The template compiler: whatever it is given, it ends with a status; what it accepts, it accepts again with the same result. */
#include "tmplc.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_buf code = PL_BUF(1 << 22), header = PL_BUF(1 << 16), again = PL_BUF(1 << 22);
	pl_str text = {(const char *)data, size};
	struct pl_diag diag = {0};
	pl_status st = pl_tmplc_compile(text, PL_STR("f.html"), &code, &header, &diag);

	if (st == PL_E_SYNTAX)
		FUZZ_HOLDS(diag.text[0] && diag.line > 0);
	if (!st) {
		pl_buf_clear(&header);
		FUZZ_HOLDS(!pl_tmplc_compile(text, PL_STR("f.html"), &again, &header, NULL));
		FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&code), pl_buf_bytes(&again)));
	}
	pl_buf_done(&code);
	pl_buf_done(&header);
	pl_buf_done(&again);
	return 0;
}
