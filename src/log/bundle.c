/* SPDX-License-Identifier: Apache-2.0 */
/* log/bundle: several tlog-proofs under one checkpoint. */
#include "log/bundle.h"
#include <stdlib.h>

/* Every line of a note behind its text begins so; no head and no text of a checkpoint ends with such a line. */
#define SIGNATURE PL_STR("\xe2\x80\x94 ")

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

/* One bundle, into the @room parts at @parts. */
static pl_status parse_into(pl_str text, struct pl_arena *arena, struct pl_bundle_part *parts, size_t room, struct pl_bundle *ret,
	struct pl_diag *diag)
{
	struct pl_bundle b = {.part = parts};

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

static pl_status check_start(pl_str text, struct pl_diag *diag)
{
	if (text.len > PL_BUNDLE_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a proof bundle has at most %u bytes", PL_BUNDLE_TEXT_MAX);
	if (!head_follows(text))
		return pl_diag_set(diag, PL_E_SYNTAX, "this is not a proof bundle: its first line is not " PL_PROOF_MAGIC);
	return PL_OK;
}

static pl_status count_parts(pl_str text, size_t *ret, struct pl_diag *diag)
{
	*ret = count_heads(text);
	if (*ret > PL_BUNDLE_PARTS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a proof bundle has at most %u parts", PL_BUNDLE_PARTS_MAX);
	return PL_OK;
}

pl_status pl_bundle_parse(pl_str text, struct pl_arena *arena, struct pl_bundle *ret, struct pl_diag *diag)
{
	struct pl_bundle_part *parts;
	size_t room = 0;
	pl_status st = check_start(text, diag);

	if (st == PL_OK)
		st = count_parts(text, &room, diag);
	if (st != PL_OK)
		return st;
	parts = pl_arena_alloc(arena, room, sizeof *parts);
	return parts ? parse_into(text, arena, parts, room, ret, diag) : PL_E_NOMEM;
}

/* ---- sets ---- */

/* Where the line begins that ends before @at. */
static size_t line_before(pl_str text, size_t at)
{
	size_t start = at - 1;

	while (start > 0 && text.ptr[start - 1] != '\n')
		start--;
	return start;
}

/* Cut the first bundle off @rest: another one begins where a head stands directly behind a signature. */
static pl_str take_bundle(pl_str *rest)
{
	pl_str text = *rest, one = text;
	size_t at = 0;

	*rest = pl_str_sub(text, text.len, text.len);
	for (;;) {
		at += 1 + pl_str_find_str(pl_str_sub(text, at + 1, text.len), PL_STR(PL_PROOF_MAGIC "\n"));
		if (at >= text.len)
			return one;
		if (text.ptr[at - 1] == '\n' && pl_str_starts(pl_str_sub(text, line_before(text, at), text.len), SIGNATURE)) {
			*rest = pl_str_sub(text, at, text.len);
			return pl_str_sub(text, 0, at);
		}
	}
}

static int by_index(const void *a, const void *b)
{
	const struct pl_bundle_part *x = a, *y = b;

	return (x->proof.index > y->proof.index) - (x->proof.index < y->proof.index);
}

static pl_status merge(struct pl_bundle *all, struct pl_diag *diag)
{
	size_t n = 0;

	qsort(all->part, all->n, sizeof *all->part, by_index);
	for (size_t i = 0; i < all->n; i++) {
		struct pl_bundle_part *one = &all->part[i];

		if (n > 0 && all->part[n - 1].proof.index == one->proof.index) {
			if (!pl_str_eq(all->part[n - 1].head, one->head))
				return pl_diag_set(diag, PL_E_SYNTAX, "two of the bundles in the file prove entry %llu differently",
					(unsigned long long)one->proof.index);
			continue;
		}
		if (n != i)
			all->part[n] = *one;
		n++;
	}
	all->n = n;
	return PL_OK;
}

static pl_status take_all(pl_str text, struct pl_arena *arena, size_t room, struct pl_bundle *all, struct pl_diag *diag)
{
	for (size_t i = 1; text.len > 0; i++) {
		pl_str one = take_bundle(&text);
		struct pl_bundle b;
		size_t heads;
		pl_status st = count_parts(one, &heads, diag);

		if (st == PL_OK)
			st = parse_into(one, arena, all->part + all->n, heads < room - all->n ? heads : room - all->n, &b, diag);
		if (st == PL_OK && all->n > 0 && !pl_str_eq(b.checkpoint, all->checkpoint)) {
			pl_diag_hint(diag, "what is to be judged together comes from one download");
			st = pl_diag_set(diag, PL_E_SYNTAX, "its checkpoint is not that of the bundles before it");
		}
		if (st != PL_OK) {
			if (i > 1)
				pl_diag_context(diag, "bundle %zu of the file", i);
			return st;
		}
		all->n += b.n;
		all->checkpoint = b.checkpoint;
	}
	return merge(all, diag);
}

pl_status pl_bundle_parse_set(pl_str text, struct pl_arena *arena, struct pl_bundle *ret, struct pl_diag *diag)
{
	struct pl_bundle all = {0};
	size_t room;
	pl_status st = check_start(text, diag);

	if (st != PL_OK)
		return st;
	room = count_heads(text);
	if (room > PL_BUNDLE_SET_PARTS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a file of proof bundles has at most %u parts", PL_BUNDLE_SET_PARTS_MAX);
	all.part = pl_arena_alloc(arena, room, sizeof *all.part);
	st = all.part ? take_all(text, arena, room, &all, diag) : PL_E_NOMEM;
	if (st == PL_OK)
		*ret = all;
	return st;
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
