/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/signing.h"
#include "base/file.h"
#include "fact/signing_internal.h"
#include <assert.h>

static const char *const peer_words[PL_PEER_COUNT] = {
	[PL_PEER_OPERATOR] = "operator", [PL_PEER_WEB] = "web", [PL_PEER_WORKER] = "worker", [PL_PEER_LOG] = "log",
	[PL_PEER_PERSONS] = "persons",
};

const char *pl_peer_word(enum pl_peer p)
{
	return (unsigned)p < PL_PEER_COUNT ? peer_words[p] : "?";
}

/* ---- life ---- */

pl_status pl_signing_local(struct pl_signer *const *signers, size_t n_signers, const struct pl_signing_book *book,
	enum pl_peer peer, struct pl_signing **ret)
{
	struct pl_signing *s;

	if (n_signers > PL_SIGNING_KEYS_MAX)
		return PL_E_TOOBIG;
	s = PL_NEW(struct pl_signing);
	*s = (struct pl_signing){.fd = -1, .path = PL_BUF(4096), .n_signers = n_signers, .book = *book, .peer = peer};
	for (size_t i = 0; i < n_signers; i++) {
		s->signers[i] = signers[i];
		pl_pubkey_id(pl_signer_public(signers[i]), &s->ids[i]);
	}
	*ret = s;
	return PL_OK;
}

void pl_signing_free(struct pl_signing *s)
{
	if (!s)
		return;
	pl_file_close(&s->fd);
	pl_buf_done(&s->path);
	pl_free(s);
}

pl_status pl_signing_sign(struct pl_signing *s, pl_bytes payload, const struct pl_approval_sig *approvals,
	size_t n_approvals, struct pl_buf *entry, struct pl_diag *diag)
{
	if (n_approvals > PL_SIGNING_APPROVALS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u approvals fit", PL_SIGNING_APPROVALS_MAX);
	if (s->path.len)
		return pl_signing_ask(s, payload, approvals, n_approvals, entry, diag);
	return pl_signing_desk(s, s->peer, payload, approvals, n_approvals, entry, diag);
}

/* ---- the desk ---- */

static pl_status may_ask(const struct pl_signing_book *book, enum pl_peer peer, pl_str type,
	const struct pl_predicate **ret, struct pl_diag *diag)
{
	const struct pl_predicate *row = pl_vocabulary_find(book->vocabulary, type);

	if (!row)
		return pl_diag_set(diag, PL_E_DENIED, "%.*s is not in the vocabulary", PL_STR_ARG(type));
	if (row->approval == PL_APPROVAL_ROOTS)
		return pl_diag_set(diag, PL_E_DENIED, "%s is signed by the root keys, which are not here", row->type);
	for (size_t i = 0; i < book->n_rules; i++)
		if (pl_str_eq(type, pl_str_from(book->rules[i].type)) && (book->rules[i].peers & PL_PEER_BIT(peer))) {
			*ret = row;
			return PL_OK;
		}
	return pl_diag_set(diag, PL_E_DENIED, "%s is not signed for %s", row->type, pl_peer_word(peer));
}

/* The approvals as signatures of the envelope of @st. */
static pl_status attach(struct pl_statement *st, const struct pl_approval_sig *approvals, size_t n,
	struct pl_diag *diag)
{
	for (size_t i = 0; i < n; i++) {
		char id[PL_DIGEST_TEXT + 1];
		pl_str keyid, sig;
		pl_status status;

		for (size_t k = 0; k < i; k++)
			if (pl_digest_eq(&approvals[i].key, &approvals[k].key))
				return pl_diag_set(diag, PL_E_RANGE, "two approvals name one key");
		pl_digest_text(&approvals[i].key, id);
		status = pl_arena_dup(&st->arena, pl_str_from(id), &keyid);
		if (status == PL_OK)
			status = pl_arena_dup(&st->arena, pl_str_of((const char *)approvals[i].sig.b, approvals[i].sig.len), &sig);
		if (status)
			return status;
		st->envelope.sigs[st->envelope.n_sigs++] = (struct pl_dsse_sig){keyid, pl_str_bytes(sig)};
	}
	return PL_OK;
}

static pl_status check_approvals(const struct pl_keys *keys, const struct pl_predicate *row,
	const struct pl_statement *st, uint64_t index, struct pl_diag *diag)
{
	unsigned need = row->approval == PL_APPROVAL_OFFICERS ? pl_keys_officers_needed(keys) : 0;
	struct pl_judgement j;
	pl_status status = pl_keys_tally(keys, row, st, index, &j, diag);

	if (status)
		return status;
	if (row->approval == PL_APPROVAL_OFFICERS && need == 0)
		return pl_diag_set(diag, PL_E_STATE, "the log has no inception statement yet, so nobody can approve");
	if (j.idle || j.carriers)
		return pl_diag_set(diag, PL_E_SIGNATURE, "%u of the approvals count for nothing: not an officer's key that may approve %s",
			j.idle + j.carriers, row->type);
	if (j.approvals < need)
		return pl_diag_set(diag, PL_E_QUORUM, "%u of %u officers approved", j.approvals, need);
	return PL_OK;
}

static struct pl_signer *choose(const struct pl_signing *s, const struct pl_keys *keys, const struct pl_predicate *row,
	const struct pl_statement *st, uint64_t index)
{
	for (size_t i = 0; i < s->n_signers; i++) {
		const struct pl_key_fact *f = pl_keys_find(keys, &s->ids[i]);

		if (f && pl_keys_entitled(f, row, st, index, false))
			return s->signers[i];
	}
	return NULL;
}

static pl_status sign_now(struct pl_statement *st, struct pl_signer *signer, struct pl_buf *entry, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	pl_status status = pl_dsse_sign(&st->envelope, signer, &st->arena);

	if (status)
		return pl_diag_set(diag, status, "signing failed");
	pl_dsse_write(&text, &st->envelope);
	status = pl_buf_status(&text);
	if (status)
		return pl_diag_set(diag, status, "the entry would be larger than %u bytes; put the part that grows into a body",
			PL_STATEMENT_ENTRY_MAX);
	return pl_statement_append(entry, pl_buf_bytes(&text));
}

pl_status pl_signing_desk(struct pl_signing *s, enum pl_peer peer, pl_bytes payload,
	const struct pl_approval_sig *approvals, size_t n_approvals, struct pl_buf *entry, struct pl_diag *diag)
{
	struct pl_statement *st PL_CLEANUP(pl_statement_closep) = NULL;
	const struct pl_predicate *row = NULL;
	const struct pl_keys *keys = NULL;
	struct pl_signer *signer;
	uint64_t index = 0;
	pl_status status = pl_statement_open_payload(payload, &st, diag);

	if (status)
		return status;
	status = may_ask(&s->book, peer, st->type, &row, diag);
	if (status == PL_OK)
		status = pl_predicate_check(row, st, diag);
	if (status == PL_OK)
		status = s->book.keys(s->book.ctx, &keys, &index, diag);
	if (status == PL_OK)
		status = attach(st, approvals, n_approvals, diag);
	if (status == PL_OK)
		status = check_approvals(keys, row, st, index, diag);
	if (status)
		return status;
	signer = choose(s, keys, row, st, index);
	if (!signer) {
		pl_diag_hint(diag, "is its key/v1 in a published checkpoint? See: pellucid key list");
		return pl_diag_set(diag, PL_E_STATE, "no key at this desk may sign %s now", row->type);
	}
	return sign_now(st, signer, entry, diag);
}

/* ---- approvals ---- */

pl_status pl_signing_approve(struct pl_signer *officer, pl_bytes payload, struct pl_approval_sig *ret)
{
	struct pl_buf pae PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX + 128u);
	struct pl_approval_sig a;
	pl_status st;

	pl_dsse_pae(&pae, PL_STR(PL_STATEMENT_MEDIA), payload);
	st = pl_buf_status(&pae);
	if (st == PL_OK)
		st = pl_signer_sign(officer, pl_buf_bytes(&pae), &a.sig);
	if (st)
		return st;
	pl_pubkey_id(pl_signer_public(officer), &a.key);
	*ret = a;
	return PL_OK;
}

void pl_signing_approval_write(struct pl_buf *out, const struct pl_approval_sig *a)
{
	pl_digest_write(out, &a->key);
	pl_buf_put_c(out, ' ');
	pl_base64_put(out, pl_bytes_of(a->sig.b, a->sig.len));
	pl_buf_put_c(out, '\n');
}

pl_status pl_signing_approval_parse(pl_str line, struct pl_approval_sig *ret, struct pl_diag *diag)
{
	struct pl_buf sig PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SIGNATURE_MAX);
	struct pl_approval_sig a = {0};
	pl_str key;

	if (pl_str_ends(line, PL_STR("\n")))
		line.len--;
	if (!pl_str_take_until(&line, ' ', &key) || pl_digest_parse(key, &a.key) != PL_OK ||
		pl_base64_get(line, &sig) != PL_OK || sig.len == 0)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected an approval \"sha256:<key> <base64 signature>\"");
	a.sig.len = (uint8_t)sig.len;
	memcpy(a.sig.b, sig.ptr, sig.len);
	*ret = a;
	return PL_OK;
}
