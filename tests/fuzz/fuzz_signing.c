/* SPDX-License-Identifier: Apache-2.0 */
/* Packets to and from the signer, and approvals as lines: what is accepted is written back as it was. */
#include "fact/signing_internal.h"
#include "fuzz.h"

static void request(pl_bytes in)
{
	struct pl_approval_sig approvals[PL_SIGNING_APPROVALS_MAX];
	struct pl_buf again = PL_BUF(PL_SIGNING_REQUEST_MAX);
	pl_bytes payload;
	size_t n;

	if (pl_signing_request_parse(in, &payload, approvals, &n) == PL_OK) {
		pl_signing_request_write(&again, payload, approvals, n);
		FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&again), in));
	}
	pl_buf_done(&again);
}

static void answer(pl_bytes in)
{
	struct pl_buf again = PL_BUF((size_t)1 << 24);
	pl_bytes data;
	pl_status st;

	if (pl_signing_answer_parse(in, &st, &data) == PL_OK) {
		pl_signing_answer_write(&again, st, data);
		FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&again), in));
	}
	pl_buf_done(&again);
}

static void approval(pl_bytes in)
{
	struct pl_approval_sig a, b;
	struct pl_buf again = PL_BUF(1024);

	if (pl_signing_approval_parse(pl_bytes_str(in), &a, NULL) == PL_OK) {
		pl_signing_approval_write(&again, &a);
		FUZZ_HOLDS(pl_signing_approval_parse(pl_buf_str(&again), &b, NULL) == PL_OK);
		FUZZ_HOLDS(a.sig.len == b.sig.len && memcmp(a.sig.b, b.sig.b, a.sig.len) == 0);
		/* One spelling; the line feed may be left out. */
		if (!pl_str_ends(pl_bytes_str(in), PL_STR("\n")))
			pl_buf_truncate(&again, again.len - 1);
		FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&again), in));
	}
	pl_buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_bytes in = {data, size};

	request(in);
	answer(in);
	approval(in);
	return 0;
}
