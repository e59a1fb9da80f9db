/* SPDX-License-Identifier: Apache-2.0 */
/* fact/evidence: one checkpoint is taken at the beginning, and all proofs lead to it, however the log grows meanwhile. */
#include "fact/evidence.h"
#include "base/mem.h"
#include "fact/instance_internal.h"
#include "log/bundle.h"
#include "log/reader.h"
#include <stdlib.h>

#define KEEP_MAX ((size_t)8 << 20)
#define ENTRY_MAX ((size_t)1 << 20)

/* Entries to prove, in rising order. */
struct set {
	uint64_t index[PL_BUNDLE_PARTS_MAX];
	size_t n;
};

struct gathering {
	struct pl_instance *inst;
	struct pl_log_reader *reader;
	struct pl_query_view view;
	struct pl_arena keep;  /* view and keys */
	struct pl_arena entry; /* of one entry at a time */
	struct set common;     /* inception and keys: in every bundle */
	uint64_t *asked;       /* in rising order, each once, none of them in common; as many as fit beside it make a bundle */
	size_t n_asked;
	const struct pl_query_key *keys;
	size_t n_keys;
	struct pl_diag *diag;
};

static bool set_has(const struct set *s, uint64_t index)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->index[i] == index)
			return true;
	return false;
}

static pl_status set_add(struct set *s, uint64_t index)
{
	size_t at = s->n;

	if (set_has(s, index))
		return PL_OK;
	if (s->n == PL_BUNDLE_PARTS_MAX)
		return PL_E_TOOBIG;
	while (at > 0 && s->index[at - 1] > index)
		at--;
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
		st = set_add(&g->common, k->from);
		if (st == PL_OK && k->ended)
			st = set_add(&g->common, k->until);
	}
	return st;
}

static pl_status read_entry(struct gathering *g, uint64_t index, struct pl_query_proof *ret)
{
	pl_arena_done(&g->entry);
	return pl_query_proof_at(g->reader, &g->view, index, &g->entry, ret, g->diag);
}

static pl_status add_signers(struct gathering *g, uint64_t index)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_query_proof proof;
	pl_status st = read_entry(g, index, &proof);

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

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static pl_status gather(struct gathering *g, const uint64_t *indexes, size_t n)
{
	struct pl_query_key *keys;
	pl_status st = pl_query_view(g->inst, &g->keep, &g->view);

	if (st)
		return pl_diag_set(g->diag, st, "no checkpoint with quorum was seen yet");
	st = pl_log_reader_open(g->inst->conf.log_dir, NULL, &g->reader, g->diag);
	if (st == PL_OK)
		st = pl_query_keys(g->inst, &g->keep, &keys, &g->n_keys);
	if (st)
		return st;
	g->keys = keys;
	st = set_add(&g->common, 0);
	for (size_t i = 0; i < n && st == PL_OK; i++)
		st = add_signers(g, indexes[i]);
	g->asked = pl_alloc(n ? n : 1, sizeof *g->asked);
	for (size_t i = 0; i < n; i++)
		if (!set_has(&g->common, indexes[i]))
			g->asked[g->n_asked++] = indexes[i];
	qsort(g->asked, g->n_asked, sizeof *g->asked, by_number);
	n = 0;
	for (size_t i = 0; i < g->n_asked; i++)
		if (n == 0 || g->asked[n - 1] != g->asked[i])
			g->asked[n++] = g->asked[i];
	g->n_asked = n;
	return st;
}

static pl_status put(struct gathering *g, struct pl_bundle_writer *w, uint64_t index)
{
	struct pl_query_proof proof;
	struct pl_tree_path path;
	pl_status st = read_entry(g, index, &proof);

	if (st)
		return st;
	path.n = proof.n_path;
	memcpy(path.h, proof.path, proof.n_path * sizeof proof.path[0]);
	return pl_bundle_put(w, proof.index, &path, proof.entry);
}

/* One bundle: what is common, and @n of those that were asked for, from @from on. */
static pl_status write_one(struct gathering *g, size_t from, size_t n, struct pl_buf *out)
{
	struct pl_bundle_writer w = {.out = out};
	size_t c = 0, a = from, end = from + n;
	pl_status st = PL_OK;

	while (st == PL_OK && (c < g->common.n || a < end))
		st = put(g, &w, a == end || (c < g->common.n && g->common.index[c] < g->asked[a]) ? g->common.index[c++] : g->asked[a++]);
	return st ? st : pl_bundle_finish(&w, g->view.checkpoint);
}

static pl_status write_all(struct gathering *g, size_t bundles_max, struct pl_buf *out)
{
	size_t room = PL_BUNDLE_PARTS_MAX - g->common.n, at = 0;
	pl_status st = PL_OK;

	if (g->n_asked > room && (room == 0 || bundles_max == 1))
		return pl_diag_set(g->diag, PL_E_TOOBIG, "a proof bundle holds at most %u entries", PL_BUNDLE_PARTS_MAX);
	do {
		size_t n = g->n_asked - at < room ? g->n_asked - at : room;

		st = write_one(g, at, n, out);
		at += n;
	} while (st == PL_OK && at < g->n_asked);
	if (st == PL_E_TOOBIG)
		return pl_diag_set(g->diag, st, "the proofs of %zu entries do not fit into one file of %u MiB", g->n_asked + g->common.n,
			PL_BUNDLE_TEXT_MAX >> 20);
	return st;
}

static pl_status make(struct pl_instance *inst, const uint64_t *indexes, size_t n, size_t bundles_max, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct gathering *g = PL_NEW(struct gathering);
	pl_status st;

	*g = (struct gathering){.inst = inst, .keep = PL_ARENA(KEEP_MAX), .entry = PL_ARENA(ENTRY_MAX), .diag = diag};
	st = gather(g, indexes, n);
	if (st == PL_OK)
		st = write_all(g, bundles_max, out);
	else if (st == PL_E_TOOBIG)
		st = pl_diag_set(diag, st, "a proof bundle holds at most %u entries", PL_BUNDLE_PARTS_MAX);
	if (g->reader)
		pl_log_reader_close(g->reader);
	pl_arena_done(&g->keep);
	pl_arena_done(&g->entry);
	pl_free(g->asked);
	pl_free(g);
	return st;
}

pl_status pl_evidence_bundle(struct pl_instance *inst, const uint64_t *indexes, size_t n, struct pl_buf *out,
	struct pl_diag *diag)
{
	return make(inst, indexes, n, 1, out, diag);
}

pl_status pl_evidence_set(struct pl_instance *inst, const uint64_t *indexes, size_t n, struct pl_buf *out, struct pl_diag *diag)
{
	return make(inst, indexes, n, SIZE_MAX, out, diag);
}
