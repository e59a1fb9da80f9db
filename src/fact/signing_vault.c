/* SPDX-License-Identifier: Apache-2.0 */
/* What peers ask of the vault, over the signer's sockets (docs/formats/signer.md). Parsing is pure. */
#include "fact/signing_internal.h"
#include "fact/vault_internal.h"

void pl_vault_request_write(struct pl_buf *out, const struct pl_vault_request *q)
{
	pl_buf_put_u8(out, PL_VAULT_PACKET_VERSION);
	pl_buf_put_u8(out, (uint8_t)q->op);
	if (q->op == PL_VAULT_OP_PUT) {
		pl_buf_put_u8(out, (uint8_t)q->n);
		for (size_t i = 0; i < q->n; i++)
			pl_buf_put(out, q->wrapped[i].b, sizeof q->wrapped[i].b);
		return;
	}
	pl_buf_put_u8(out, (uint8_t)q->ask.role);
	pl_buf_put(out, q->ask.account.b, sizeof q->ask.account.b);
	pl_buf_put_bytes(out, pl_digest_bytes(&q->ask.owner));
	pl_buf_put_be64(out, q->ask.number);
	pl_buf_put_be64(out, q->ask.slot);
}

static pl_status get_fixed(pl_bytes *rest, void *to, size_t len)
{
	pl_bytes b;
	pl_status st = pl_get_bytes(rest, len, &b);

	if (!st)
		memcpy(to, b.ptr, len);
	return st;
}

static pl_status parse_put(pl_bytes *rest, struct pl_vault_request *q)
{
	uint8_t n = 0;
	pl_status st = pl_get_u8(rest, &n);

	if (st || !n || n > PL_VAULT_BATCH_MAX)
		return PL_E_SYNTAX;
	q->n = n;
	for (size_t i = 0; i < n && !st; i++)
		st = get_fixed(rest, q->wrapped[i].b, sizeof q->wrapped[i].b);
	return st;
}

static pl_status parse_ask(pl_bytes *rest, struct pl_vault_ask *a)
{
	uint8_t role = 0;
	pl_status st = pl_get_u8(rest, &role);

	if (st || role >= PL_VAULT_ROLE_COUNT)
		return PL_E_SYNTAX;
	a->role = (enum pl_vault_role)role;
	st = get_fixed(rest, a->account.b, sizeof a->account.b);
	if (!st)
		st = get_fixed(rest, a->owner.b, sizeof a->owner.b);
	if (!st)
		st = pl_get_be64(rest, &a->number);
	return st ? st : pl_get_be64(rest, &a->slot);
}

pl_status pl_vault_request_parse(pl_bytes packet, struct pl_vault_request *ret)
{
	uint8_t version = 0, op = 0;
	pl_status st = pl_get_u8(&packet, &version);

	if (!st)
		st = pl_get_u8(&packet, &op);
	if (st || version != PL_VAULT_PACKET_VERSION || op < PL_VAULT_OP_PUT || op > PL_VAULT_OP_DESTROY)
		return PL_E_SYNTAX;
	*ret = (struct pl_vault_request){.op = (enum pl_vault_op)op};
	st = op == PL_VAULT_OP_PUT ? parse_put(&packet, ret) : parse_ask(&packet, &ret->ask);
	return st || packet.len ? PL_E_SYNTAX : PL_OK;
}

pl_status pl_vault_serve(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_request *q, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct pl_vault_key key = {0};
	uint64_t first = 0;
	pl_status st = PL_E_SYNTAX;

	switch (q->op) {
	case PL_VAULT_OP_PUT:
		if (peer == PL_PEER_LOG)
			return pl_diag_set(diag, PL_E_DENIED, "log stores no keys");
		st = pl_vault_put(v, q->wrapped, q->n, &first, diag);
		if (!st)
			pl_buf_put_be64(out, first);
		break;
	case PL_VAULT_OP_READ:
		st = pl_vault_read(v, peer, &q->ask, &key, diag);
		if (!st)
			pl_buf_put(out, key.key, sizeof key.key);
		pl_vault_key_done(&key);
		break;
	case PL_VAULT_OP_DESTROY:
		st = pl_vault_destroy(v, peer, &q->ask, diag);
		break;
	}
	return st ? st : pl_buf_status(out);
}

pl_status pl_signing_vault_desk(struct pl_signing *s, enum pl_peer peer, const struct pl_vault_request *q, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct pl_vault *vault = NULL;
	pl_status st = PL_E_CONFLICT;

	/* Where the vault's key was changed meanwhile the book opens it anew. */
	for (unsigned times = 0; times < 2 && st == PL_E_CONFLICT; times++) {
		st = s->book.vault ? s->book.vault(s->book.ctx, &vault, diag) : PL_E_STATE;
		if (!st)
			st = pl_vault_serve(vault, peer, q, out, diag);
	}
	return st;
}

pl_status pl_signing_vault(struct pl_signing *s, const struct pl_vault_request *q, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf packet PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VAULT_PACKET_MAX);

	if (!s->path.len)
		return pl_signing_vault_desk(s, s->peer, q, out, diag);
	pl_vault_request_write(&packet, q);
	return pl_buf_status(&packet) ? PL_E_NOMEM : pl_signing_exchange(s, pl_buf_bytes(&packet), out, diag);
}
