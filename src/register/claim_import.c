/* SPDX-License-Identifier: Apache-2.0 */
#include "register/claim_import.h"
#include "fact/predicates.h"
#include "register/claim_query.h"

#define ROW_BYTES ((size_t)64 << 10)
/* PL_CLAIM_ROWS_MAX entries of about a kilobyte each. */
#define ENTRIES_BYTES ((size_t)64 << 20)

static void say_line(const struct pl_claim_row *row, struct pl_diag *diag)
{
	if (row->line)
		pl_diag_at(diag, row->line, 0);
}

pl_status pl_claim_keep_words(struct pl_instance *inst, const struct pl_claim_row *row, struct pl_diag *diag)
{
	struct pl_digest stored;
	pl_status st = pl_blob_put_bytes(pl_instance_blobs(inst), pl_str_bytes(row->text), &stored);

	return st ? pl_diag_set(diag, st, "cannot store the words of \"%.*s\"", PL_STR_ARG(row->claim.id)) : PL_OK;
}

pl_status pl_claim_known(struct pl_instance *inst, const struct pl_claim_row *row, bool *ret_there, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_claim there;
	pl_status st = pl_query_claim(inst, row->claim.id, &arena, &there);

	if (st && st != PL_E_NOTFOUND)
		return st;
	if (!st && !pl_claim_same(&row->claim, &there)) {
		say_line(row, diag);
		pl_diag_hint(diag, "give the claim another name, and state with pellucid claim status what supersedes what");
		return pl_diag_set(diag, PL_E_EXISTS, "the claim \"%.*s\" says something else since entry %llu",
			PL_STR_ARG(row->claim.id), (unsigned long long)there.index);
	}
	*ret_there = st == PL_OK;
	return PL_OK;
}

/* ---- all of them ---- */

struct importing {
	struct pl_arena arena; /* of the entries */
	size_t n;
	pl_bytes *entries;
	struct pl_outbox_ref *refs;
	struct pl_diag *diag;
};

static pl_status sign(struct pl_instance *inst, const struct pl_claim_row *row, struct importing *m)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {.name = row->claim.id, .sha256 = row->claim.words.digest};
	pl_str kept;
	pl_status st = pl_claim_keep_words(inst, row, m->diag);

	pl_claim_to_json(&row->claim, predicate);
	if (!st)
		st = pl_statement_build(PL_STR(PL_TYPE_CLAIM), &subject, 1, predicate, &payload, NULL, m->diag);
	if (!st)
		st = pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, &entry, m->diag);
	if (!st)
		st = pl_arena_dup(&m->arena, pl_buf_str(&entry), &kept);
	if (st) {
		say_line(row, m->diag);
		return st;
	}
	m->entries[m->n++] = pl_str_bytes(kept);
	return PL_OK;
}

static pl_status put_all(void *ctx, struct pl_db_tx *tx)
{
	struct importing *m = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < m->n && !st; i++)
		st = pl_outbox_put(tx, PL_STR(PL_CLAIM_STREAM), m->entries[i], &m->refs[i], m->diag);
	return st;
}

static pl_status import(struct pl_instance *inst, const struct pl_claim_row *rows, size_t n, uint64_t wait_ns, struct importing *m)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < n && !st; i++) {
		bool there = false;

		st = pl_claim_known(inst, &rows[i], &there, m->diag);
		if (!st && !there)
			st = sign(inst, &rows[i], m);
	}
	if (st || !m->n)
		return st;
	st = pl_db_tx(pl_instance_db(inst), put_all, m);
	return st ? st : pl_instance_settle(inst, m->refs, m->n, PL_OUTBOX_PROJECTED, wait_ns, m->diag);
}

pl_status pl_claim_import(struct pl_instance *inst, const struct pl_claim_row *rows, size_t n, uint64_t wait_ns, size_t *ret_made,
	struct pl_diag *diag)
{
	struct importing m = {.arena = PL_ARENA(ENTRIES_BYTES), .diag = diag};
	pl_status st;

	m.entries = pl_alloc(n + 1, sizeof *m.entries);
	m.refs = pl_alloc(n + 1, sizeof *m.refs);
	st = import(inst, rows, n, wait_ns, &m);
	if (!st)
		*ret_made = m.n;
	pl_free(m.refs);
	pl_free(m.entries);
	pl_arena_done(&m.arena);
	return st;
}
