/* SPDX-License-Identifier: Apache-2.0 */
/* The body of add-checkpoint; what is done with it is in witness.c. */
#include "log/witness.h"
#include "log/tree.h"

pl_status pl_witness_request_parse(pl_str body, struct pl_witness_request *ret)
{
	size_t split = pl_str_find_str(body, PL_STR("\n\n"));
	struct pl_witness_request r;
	pl_status st;

	if (body.len > PL_WITNESS_BODY_MAX)
		return PL_E_TOOBIG;
	if (split == body.len)
		return PL_E_SYNTAX;
	r.head = pl_str_sub(body, 0, split + 1);
	r.note = pl_str_sub(body, split + 2, body.len);
	st = pl_note_parse(r.note, &r.parsed, NULL);
	if (!st)
		st = pl_checkpoint_parse(r.parsed.text, &r.checkpoint, NULL);
	if (!st)
		*ret = r;
	return st;
}

pl_status pl_witness_head_parse(pl_str head, uint64_t *ret_old, struct pl_digest proof[static PL_WITNESS_PROOF_MAX],
	size_t *ret_n)
{
	struct pl_digest made[PL_WITNESS_PROOF_MAX];
	uint64_t old_size;
	size_t n = 0;
	pl_str line;

	if (!pl_str_take_line(&head, &line) || !pl_str_eat(&line, PL_STR("old ")) ||
		pl_str_to_u64(line, PL_TREE_SIZE_MAX, &old_size))
		return PL_E_SYNTAX;
	while (pl_str_take_line(&head, &line)) {
		if (n == PL_WITNESS_PROOF_MAX || pl_base64_read(line, made[n].b, sizeof made[n].b))
			return PL_E_SYNTAX;
		n++;
	}
	if (head.len)
		return PL_E_SYNTAX;
	memcpy(proof, made, n * sizeof made[0]);
	*ret_old = old_size;
	*ret_n = n;
	return PL_OK;
}

void pl_witness_request_write(
	struct pl_buf *out, uint64_t old_size, const struct pl_digest *proof, size_t n, pl_str note)
{
	pl_buf_put_z(out, "old ");
	pl_buf_put_u64(out, old_size);
	pl_buf_put_c(out, '\n');
	for (size_t i = 0; i < n; i++) {
		pl_base64_put(out, pl_digest_bytes(&proof[i]));
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_c(out, '\n');
	pl_buf_put_str(out, note);
}

void pl_witness_origin_hex(pl_str origin, char out[static 2 * PL_DIGEST_LEN + 1])
{
	struct pl_digest d;

	pl_sha256(pl_str_bytes(origin), &d);
	pl_digest_hex(&d, out);
}
