/* SPDX-License-Identifier: Apache-2.0 */
/* fact/signing_packet: the packets between a peer and the desk (docs/formats/signer.md). Pure. */
#include "fact/signing_internal.h"

/* What a desk can answer, by number on the wire; never reordered. */
static const pl_status codes[] = {
	PL_OK, PL_E_DENIED, PL_E_QUORUM, PL_E_SYNTAX, PL_E_RANGE, PL_E_SIGNATURE, PL_E_STATE, PL_E_TOOBIG, PL_E_INTERNAL,
	PL_E_NOTFOUND, PL_E_BUSY, PL_E_CORRUPT, PL_E_NOSPACE, PL_E_IO,
};
#define CODE_INTERNAL 8u

void pl_signing_request_write(struct pl_buf *out, pl_bytes payload, const struct pl_approval_sig *approvals, size_t n)
{
	pl_buf_put_u8(out, PL_SIGNING_VERSION);
	pl_buf_put_u8(out, (uint8_t)n);
	pl_buf_put_be32(out, (uint32_t)payload.len);
	pl_buf_put_bytes(out, payload);
	for (size_t i = 0; i < n; i++) {
		pl_buf_put_bytes(out, pl_digest_bytes(&approvals[i].key));
		pl_buf_put_u8(out, approvals[i].sig.len);
		pl_buf_put(out, approvals[i].sig.b, approvals[i].sig.len);
	}
}

static pl_status get_approval(pl_bytes *rest, struct pl_approval_sig *ret)
{
	pl_bytes key, sig;
	uint8_t len;
	pl_status st = pl_get_bytes(rest, sizeof ret->key.b, &key);

	if (st == PL_OK)
		st = pl_get_u8(rest, &len);
	if (st == PL_OK && (len == 0 || len > PL_SIGNATURE_MAX))
		st = PL_E_SYNTAX;
	if (st == PL_OK)
		st = pl_get_bytes(rest, len, &sig);
	if (st)
		return st;
	*ret = (struct pl_approval_sig){.sig.len = len};
	memcpy(ret->key.b, key.ptr, key.len);
	memcpy(ret->sig.b, sig.ptr, sig.len);
	return PL_OK;
}

pl_status pl_signing_request_parse(pl_bytes packet, pl_bytes *ret_payload,
	struct pl_approval_sig ret[static PL_SIGNING_APPROVALS_MAX], size_t *ret_n)
{
	uint8_t version, n;
	uint32_t len;
	pl_bytes payload;
	pl_status st = pl_get_u8(&packet, &version);

	if (st == PL_OK && version != PL_SIGNING_VERSION)
		st = PL_E_SYNTAX;
	if (st == PL_OK)
		st = pl_get_u8(&packet, &n);
	if (st == PL_OK && n > PL_SIGNING_APPROVALS_MAX)
		st = PL_E_SYNTAX;
	if (st == PL_OK)
		st = pl_get_be32(&packet, &len);
	if (st == PL_OK && len > PL_STATEMENT_PAYLOAD_MAX)
		st = PL_E_SYNTAX;
	if (st == PL_OK)
		st = pl_get_bytes(&packet, len, &payload);
	for (unsigned i = 0; st == PL_OK && i < n; i++)
		st = get_approval(&packet, &ret[i]);
	if (st || packet.len)
		return PL_E_SYNTAX;
	*ret_payload = payload;
	*ret_n = n;
	return PL_OK;
}

void pl_signing_answer_write(struct pl_buf *out, pl_status st, pl_bytes data)
{
	uint8_t code = CODE_INTERNAL;

	for (size_t i = 0; i < PL_COUNT(codes); i++)
		if (codes[i] == st)
			code = (uint8_t)i;
	pl_buf_put_u8(out, PL_SIGNING_VERSION);
	pl_buf_put_u8(out, code);
	pl_buf_put_bytes(out, data);
}

pl_status pl_signing_answer_parse(pl_bytes packet, pl_status *ret_st, pl_bytes *ret_data)
{
	uint8_t version, code;
	pl_status st = pl_get_u8(&packet, &version);

	if (st == PL_OK)
		st = pl_get_u8(&packet, &code);
	if (st || version != PL_SIGNING_VERSION || code >= PL_COUNT(codes))
		return PL_E_SYNTAX;
	*ret_st = codes[code];
	*ret_data = packet;
	return PL_OK;
}
