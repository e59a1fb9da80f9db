/* SPDX-License-Identifier: Apache-2.0 */
/* What peers ask of the vault (first byte even), and lines of its reads (odd): what is accepted is written again as it was. */
#include "fact/vault_internal.h"
#include "fuzz.h"

static void packet(pl_bytes in)
{
	static struct pl_vault_request q;
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VAULT_PACKET_MAX);

	if (pl_vault_request_parse(in, &q) != PL_OK)
		return;
	FUZZ_HOLDS(q.op == PL_VAULT_OP_PUT ? q.n >= 1 && q.n <= PL_VAULT_BATCH_MAX : q.ask.role < PL_VAULT_ROLE_COUNT);
	pl_vault_request_write(&again, &q);
	FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&again), in));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pl_digest zeros;
	struct pl_vault_line l = {.number = 99};

	if (size < 1 || size > 65536)
		return 0;
	if (data[0] & 1) {
		pl_status st = pl_vault_line_read(pl_str_of((const char *)data + 1, size - 1), 0, &zeros, &l);

		FUZZ_HOLDS(st == PL_OK ? l.number == 1 : l.number == 99);
	} else {
		packet(pl_bytes_of(data + 1, size - 1));
	}
	return 0;
}
