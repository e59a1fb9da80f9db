/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/evidence.h"
#include "log/bundle.h"

#define ARENA_MAX ((size_t)2 * PL_BUNDLE_TEXT_MAX)
#define ATTEMPTS 5

/* Entries to prove, in rising order. */
struct set {
	uint64_t index[PL_BUNDLE_PARTS_MAX];
	size_t n;
};

struct gathering {
	struct pl_instance *inst;
	struct pl_arena arena;
	struct set set;
	const struct pl_query_key *keys;
	size_t n_keys;
	struct pl_diag *diag;
};

static pl_status set_add(struct set *s, uint64_t index)
{
	size_t at = s->n;

	while (at > 0 && s->index[at - 1] > index)
		at--;
	if (at > 0 && s->index[at - 1] == index)
		return PL_OK;
	if (s->n == PL_BUNDLE_PARTS_MAX)
		return PL_E_TOOBIG;
	memmove(&s->index[at + 1], &s->index[at], (s->n - at) * sizeof s->index[0]);
	s->index[at] = index;
	s->n++;
	return PL_OK;
}

/* The entries that introduced and ended the key @id. Root keys have none: they stand in the trust file. */
static pl_status add_key(struct gathering *g, const struct pl_digest *id)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < g->n_keys && st == PL_OK; i++) {
		const struct pl_query_key *k = &g->keys[i];

		if (!pl_digest_eq(&k->id, id) || pl_str_eq(k->role, PL_STR("root")))
			continue;
		st = set_add(&g->set, k->from);
		if (st == PL_OK && k->ended)
			st = set_add(&g->set, k->until);
	}
	return st;
}

static pl_status add_signers(struct gathering *g, uint64_t index)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_query_proof proof;
	pl_status st = pl_query_entry(g->inst, index, &g->arena, &proof, g->diag);

	if (st == PL_OK)
		st = pl_statement_open(proof.entry, &s, NULL);
	if (st == PL_E_SYNTAX || st == PL_E_RANGE)
		return PL_OK; /* an entry that is no statement is proved as the bytes it is */
	for (size_t i = 0; st == PL_OK && i < s->envelope.n_sigs; i++) {
		struct pl_digest id;

		if (pl_digest_parse(s->envelope.sigs[i].keyid, &id) == PL_OK)
			st = add_key(g, &id);
	}
	return st;
}

/* All proofs under one checkpoint; PL_E_CONFLICT if it moved meanwhile. */
static pl_status write(struct gathering *g, struct pl_buf *out)
{
	struct pl_bundle_writer w = {.out = out};
	struct pl_query_proof proof = {0};
	uint64_t size = 0;
	pl_status st = PL_OK;

	for (size_t i = 0; i < g->set.n && st == PL_OK; i++) {
		struct pl_tree_path path;

		st = pl_query_entry(g->inst, g->set.index[i], &g->arena, &proof, g->diag);
		if (st == PL_OK && i > 0 && proof.size != size)
			return PL_E_CONFLICT;
		if (st)
			break;
		size = proof.size;
		path.n = proof.n_path;
		memcpy(path.h, proof.path, proof.n_path * sizeof proof.path[0]);
		st = pl_bundle_put(&w, proof.index, &path, proof.entry);
	}
	return st ? st : pl_bundle_finish(&w, proof.checkpoint);
}

static pl_status gather(struct gathering *g, const uint64_t *indexes, size_t n, struct pl_buf *out)
{
	struct pl_query_key *keys;
	pl_status st = pl_query_keys(g->inst, &g->arena, &keys, &g->n_keys);

	g->keys = st ? NULL : keys;
	g->set.n = 0;
	if (st == PL_OK)
		st = set_add(&g->set, 0);
	for (size_t i = 0; i < n && st == PL_OK; i++) {
		st = set_add(&g->set, indexes[i]);
		if (st == PL_OK)
			st = add_signers(g, indexes[i]);
	}
	return st ? st : write(g, out);
}

pl_status pl_evidence_bundle(struct pl_instance *inst, const uint64_t *indexes, size_t n, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct gathering *g = PL_NEW(struct gathering);
	pl_status st = PL_E_CONFLICT;

	*g = (struct gathering){.inst = inst, .arena = PL_ARENA(ARENA_MAX), .diag = diag};
	for (int attempt = 0; attempt < ATTEMPTS && st == PL_E_CONFLICT; attempt++) {
		pl_buf_clear(out);
		pl_arena_done(&g->arena);
		st = gather(g, indexes, n, out);
	}
	pl_arena_done(&g->arena);
	pl_free(g);
	if (st == PL_E_CONFLICT)
		return pl_diag_set(diag, PL_E_BUSY, "checkpoints kept moving while the proofs were read; ask again");
	if (st == PL_E_TOOBIG)
		return pl_diag_set(diag, st, "a proof bundle holds at most %u entries", PL_BUNDLE_PARTS_MAX);
	return st;
}
