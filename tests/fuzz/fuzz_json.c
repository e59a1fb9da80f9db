/* SPDX-License-Identifier: Apache-2.0 */
/* What is accepted reads back equal from each of our spellings, and a canonical spelling is a fixed point. */
#include "base/json.h"
#include "fuzz.h"

static void again(const struct pl_json *v, pl_status (*write)(const struct pl_json *, struct pl_buf *), bool same_kinds)
{
	struct pl_buf one = PL_BUF((size_t)1 << 22), two = PL_BUF((size_t)1 << 22);
	struct pl_json *back = NULL;

	if (write(v, &one) == PL_OK) {
		pl_status st = pl_json_parse(pl_buf_str(&one), one.len, PL_JSON_DEPTH, &back, NULL);

		/* OLPC writes control bytes raw, which JSON does not read. */
		if (write == pl_json_canon_olpc && st == PL_E_SYNTAX)
			goto done;
		FUZZ_HOLDS(st == PL_OK);
		FUZZ_HOLDS(!same_kinds || pl_json_equal(v, back));
		FUZZ_HOLDS(write(back, &two) == PL_OK);
		FUZZ_HOLDS(pl_str_eq(pl_buf_str(&one), pl_buf_str(&two)));
	}
done:
	pl_json_free(back);
	pl_buf_done(&one);
	pl_buf_done(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_json *v = NULL;
	struct pl_diag diag = {0};

	if (pl_json_parse(pl_bytes_str(pl_bytes_of(data, size)), 1 << 20, PL_JSON_DEPTH, &v, &diag) != PL_OK) {
		FUZZ_HOLDS(v == NULL);
		return 0;
	}
	again(v, pl_json_write, true);
	again(v, pl_json_write_pretty, true);
	again(v, pl_json_canon_rfc8785, false);
	again(v, pl_json_canon_olpc, true);
	pl_json_free(v);
	return 0;
}
