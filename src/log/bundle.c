/* SPDX-License-Identifier: Apache-2.0 */
/* log/bundle: several tlog-proofs under one checkpoint. */
#include "log/bundle.h"

static pl_status refuse(struct pl_diag *diag, pl_status st, size_t part, const char *what)
{
	return pl_diag_set(diag, st, "part %zu of the bundle: %s", part + 1, what);
}

/* Is another head coming? A checkpoint cannot start with this line: the next one would have to be its size. */
static bool head_follows(pl_str text)
{
	return pl_str_starts(text, PL_STR(PL_PROOF_MAGIC "\n"));
}

static pl_status decode_entry(const struct pl_proof *proof, struct pl_arena *arena, pl_bytes *ret)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROOF_EXTRA_MAX);
	pl_status st = pl_proof_extra(proof, &entry);
	pl_str copy;

	if (st != PL_OK)
		return st;
	if (entry.len == 0)
		return PL_E_SYNTAX;
	st = pl_arena_dup(arena, pl_buf_str(&entry), &copy);
	if (st == PL_OK)
		*ret = pl_str_bytes(copy);
	return st;
}

static pl_status take_part(pl_str *text, struct pl_arena *arena, size_t i, struct pl_bundle_part *parts,
	struct pl_diag *diag)
{
	struct pl_bundle_part *part = &parts[i];
	const char *start = text->ptr;
	pl_status st = pl_proof_take_head(text, &part->proof, diag);

	if (st != PL_OK) {
		pl_diag_context(diag, "part %zu of the bundle", i + 1);
		return st;
	}
	part->head = pl_str_of(start, (size_t)(text->ptr - start));
	if (i > 0 && part->proof.index <= parts[i - 1].proof.index)
		return refuse(diag, PL_E_SYNTAX, i, "its index is not larger than that of the part before");
	st = decode_entry(&part->proof, arena, &part->entry);
	if (st == PL_E_NOTFOUND || st == PL_E_SYNTAX)
		return refuse(diag, PL_E_SYNTAX, i, "expected its entry in base64 in the extra line");
	return st;
}

static size_t count_heads(pl_str text)
{
	size_t n = 0;

	for (;;) {
		size_t at = pl_str_find_str(text, PL_STR(PL_PROOF_MAGIC "\n"));

		if (at == text.len)
			return n;
		n++;
		text = pl_str_sub(text, at + 1, text.len);
	}
}

pl_status pl_bundle_parse(pl_str text, struct pl_arena *arena, struct pl_bundle *ret, struct pl_diag *diag)
{
	struct pl_bundle b = {0};
	size_t room;

	if (text.len > PL_BUNDLE_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a proof bundle has at most %u bytes", PL_BUNDLE_TEXT_MAX);
	if (!head_follows(text))
		return pl_diag_set(diag, PL_E_SYNTAX, "this is not a proof bundle: its first line is not " PL_PROOF_MAGIC);
	room = count_heads(text);
	if (room > PL_BUNDLE_PARTS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a proof bundle has at most %u parts", PL_BUNDLE_PARTS_MAX);
	b.part = pl_arena_alloc(arena, room, sizeof *b.part);
	if (!b.part)
		return PL_E_NOMEM;
	while (b.n < room && head_follows(text)) {
		pl_status st = take_part(&text, arena, b.n, b.part, diag);

		if (st != PL_OK)
			return st;
		b.n++;
	}
	if (text.len == 0)
		return pl_diag_set(diag, PL_E_SYNTAX, "the checkpoint is missing at the end of the bundle");
	b.checkpoint = text;
	for (size_t i = 0; i < b.n; i++)
		b.part[i].proof.checkpoint = text;
	*ret = b;
	return PL_OK;
}

pl_status pl_bundle_verify(const struct pl_bundle *bundle, const struct pl_policy *policy, struct pl_checkpoint *ret_cp,
	struct pl_policy_verdict *ret, struct pl_diag *diag)
{
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	pl_status st = pl_policy_accept(policy, bundle->checkpoint, &cp, &v, diag);

	if (st != PL_OK)
		return st;
	for (size_t i = 0; i < bundle->n; i++) {
		const struct pl_proof *p = &bundle->part[i].proof;
		struct pl_digest leaf;

		pl_tree_leaf(bundle->part[i].entry, &leaf);
		st = pl_tree_verify_inclusion(p->index, cp.size, &leaf, p->path.h, p->path.n, &cp.root);
		if (st != PL_OK)
			return pl_diag_set(diag, st, "entry %llu does not stand in the log of size %llu: its path leads elsewhere",
				(unsigned long long)p->index, (unsigned long long)cp.size);
	}
	*ret_cp = cp;
	*ret = v;
	return PL_OK;
}

void pl_bundle_extract(const struct pl_bundle *bundle, size_t i, struct pl_buf *out)
{
	pl_buf_put_str(out, bundle->part[i].head);
	pl_buf_put_str(out, bundle->checkpoint);
}

pl_status pl_bundle_put(struct pl_bundle_writer *w, uint64_t index, const struct pl_tree_path *path, pl_bytes entry)
{
	if (w->n == PL_BUNDLE_PARTS_MAX || (w->n > 0 && index <= w->last_index) || entry.len == 0 ||
		entry.len > PL_PROOF_EXTRA_MAX)
		return PL_E_RANGE;
	pl_proof_write_head(w->out, index, path, &entry);
	w->n++;
	w->last_index = index;
	return pl_buf_status(w->out);
}

pl_status pl_bundle_finish(struct pl_bundle_writer *w, pl_str checkpoint)
{
	if (w->n == 0)
		return PL_E_STATE;
	pl_buf_put_str(w->out, checkpoint);
	return pl_buf_status(w->out);
}
