/* SPDX-License-Identifier: Apache-2.0 */
/* log/proof: one tlog-proof. */
#include "log/proof.h"
#include "base/codec.h"

/* Room for the path of the largest tree; one more hash than that cannot belong to any inclusion proof. */
#define INCLUSION_MAX 63u

static pl_status syntax(struct pl_diag *diag, unsigned line, const char *expected)
{
	pl_diag_at(diag, line, 0);
	return pl_diag_set(diag, PL_E_SYNTAX, "proof line %u: expected %s", line, expected);
}

static bool is_base64_digit(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* Cheap: alphabet, length and padding only. The unused bits are looked at when it is decoded. */
static bool looks_like_base64(pl_str s)
{
	size_t n = s.len;

	if (n % 4 != 0)
		return false;
	for (unsigned pad = 0; pad < 2 && n > 0 && s.ptr[n - 1] == '='; pad++)
		n--;
	for (size_t i = 0; i < n; i++)
		if (!is_base64_digit(s.ptr[i]))
			return false;
	return true;
}

static pl_status take_path(pl_str *text, struct pl_tree_path *path, unsigned *line_no, struct pl_diag *diag)
{
	pl_str line;

	path->n = 0;
	for (;; (*line_no)++) {
		if (!pl_str_take_line(text, &line))
			return syntax(diag, *line_no, "a hash or the empty line before the checkpoint");
		if (line.len == 0)
			return PL_OK;
		if (path->n == INCLUSION_MAX)
			return syntax(diag, *line_no, "at most 63 hashes");
		if (pl_base64_read(line, path->h[path->n].b, PL_DIGEST_LEN) != PL_OK)
			return syntax(diag, *line_no, "a hash: 32 bytes in base64");
		path->n++;
	}
}

pl_status pl_proof_take_head(pl_str *text, struct pl_proof *ret, struct pl_diag *diag)
{
	struct pl_proof p = {.extra = PL_STR("")};
	pl_str rest = *text, line;
	unsigned line_no = 1;
	pl_status st;

	if (!pl_str_eat(&rest, PL_STR(PL_PROOF_MAGIC "\n")))
		return syntax(diag, line_no, PL_PROOF_MAGIC);
	line_no++;
	if (!pl_str_take_line(&rest, &line))
		return syntax(diag, line_no, "an extra or index line");
	if (pl_str_eat(&line, PL_STR("extra "))) {
		if (line.len > (PL_PROOF_EXTRA_MAX + 2) / 3 * 4)
			return PL_E_TOOBIG;
		if (!looks_like_base64(line))
			return syntax(diag, line_no, "base64 behind \"extra \"");
		p.has_extra = true;
		p.extra = line;
		line_no++;
		if (!pl_str_take_line(&rest, &line))
			return syntax(diag, line_no, "an index line");
	}
	if (!pl_str_eat(&line, PL_STR("index ")) || pl_str_to_u64(line, PL_TREE_SIZE_MAX, &p.index) != PL_OK)
		return syntax(diag, line_no, "\"index <decimal number>\"");
	line_no++;
	st = take_path(&rest, &p.path, &line_no, diag);
	if (st != PL_OK)
		return st;
	*text = rest;
	*ret = p;
	return PL_OK;
}

pl_status pl_proof_parse(pl_str text, struct pl_proof *ret, struct pl_diag *diag)
{
	struct pl_proof p;
	pl_status st;

	if (text.len > PL_PROOF_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a proof has at most %u bytes", PL_PROOF_TEXT_MAX);
	st = pl_proof_take_head(&text, &p, diag);
	if (st != PL_OK)
		return st;
	if (text.len == 0)
		return pl_diag_set(diag, PL_E_SYNTAX, "the checkpoint is missing behind the proof");
	p.checkpoint = text;
	*ret = p;
	return PL_OK;
}

pl_status pl_proof_extra(const struct pl_proof *proof, struct pl_buf *out)
{
	return proof->has_extra ? pl_base64_get(proof->extra, out) : PL_E_NOTFOUND;
}

void pl_proof_write_head(struct pl_buf *out, uint64_t index, const struct pl_tree_path *path, const pl_bytes *extra)
{
	pl_buf_put_z(out, PL_PROOF_MAGIC "\n");
	if (extra) {
		pl_buf_put_z(out, "extra ");
		pl_base64_put(out, *extra);
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_z(out, "index ");
	pl_buf_put_u64(out, index);
	pl_buf_put_c(out, '\n');
	for (size_t i = 0; i < path->n; i++) {
		pl_base64_put(out, pl_digest_bytes(&path->h[i]));
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_c(out, '\n');
}

void pl_proof_write(struct pl_buf *out, uint64_t index, const struct pl_tree_path *path, const pl_bytes *extra,
	pl_str checkpoint)
{
	pl_proof_write_head(out, index, path, extra);
	pl_buf_put_str(out, checkpoint);
}

pl_status pl_proof_verify(const struct pl_proof *proof, const struct pl_digest *leaf, const struct pl_policy *policy,
	struct pl_checkpoint *ret_cp, struct pl_policy_verdict *ret, struct pl_diag *diag)
{
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	pl_status st = pl_policy_accept(policy, proof->checkpoint, &cp, &v, diag);

	if (st == PL_OK)
		st = pl_tree_verify_inclusion(proof->index, cp.size, leaf, proof->path.h, proof->path.n, &cp.root);
	if (st == PL_E_PROOF)
		return pl_diag_set(diag, st, "the path does not lead from entry %llu to the root of size %llu",
			(unsigned long long)proof->index, (unsigned long long)cp.size);
	if (st != PL_OK)
		return st;
	*ret_cp = cp;
	*ret = v;
	return PL_OK;
}
