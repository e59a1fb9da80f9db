/* SPDX-License-Identifier: Apache-2.0 */
/* log/checkpoint: the three lines that a log signs. */
#include "log/checkpoint.h"
#include "log/tree.h"

static pl_status syntax(struct pl_diag *diag, unsigned line, const char *expected)
{
	pl_diag_at(diag, line, 0);
	return pl_diag_set(diag, PL_E_SYNTAX, "checkpoint line %u: expected %s", line, expected);
}

/* Whatever stands behind the root must be whole, non-empty lines. */
static bool extensions_ok(pl_str ext)
{
	pl_str line;

	while (ext.len > 0)
		if (!pl_str_take_line(&ext, &line) || line.len == 0)
			return false;
	return true;
}

pl_status pl_checkpoint_parse(pl_str body, struct pl_checkpoint *ret, struct pl_diag *diag)
{
	struct pl_checkpoint cp;
	pl_str line;

	if (!pl_str_is_utf8(body))
		return syntax(diag, 1, "UTF-8 text");
	if (!pl_str_take_line(&body, &cp.origin) || !pl_note_name_ok(cp.origin))
		return syntax(diag, 1, "the origin: 1 to 255 bytes without spaces and '+'");
	if (!pl_str_take_line(&body, &line) || pl_str_to_u64(line, PL_TREE_SIZE_MAX, &cp.size) != PL_OK)
		return syntax(diag, 2, "the size: a decimal number without sign and leading zeros, below 2^63");
	if (!pl_str_take_line(&body, &line) || pl_base64_read(line, cp.root.b, sizeof cp.root.b) != PL_OK)
		return syntax(diag, 3, "the root: 32 bytes in base64");
	if (!extensions_ok(body))
		return syntax(diag, 4, "no empty extension line, and every line ended");
	cp.extensions = body;
	*ret = cp;
	return PL_OK;
}

void pl_checkpoint_write(struct pl_buf *out, const struct pl_checkpoint *cp)
{
	pl_buf_put_str(out, cp->origin);
	pl_buf_put_c(out, '\n');
	pl_buf_put_u64(out, cp->size);
	pl_buf_put_c(out, '\n');
	pl_base64_put(out, pl_digest_bytes(&cp->root));
	pl_buf_put_c(out, '\n');
	pl_buf_put_str(out, cp->extensions);
}

pl_status pl_checkpoint_sign(struct pl_buf *out, const struct pl_checkpoint *cp, struct pl_signer *const *signers,
	size_t n)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_buf lines PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint again;

	pl_checkpoint_write(&body, cp);
	if (pl_buf_status(&body) != PL_OK)
		return pl_buf_status(&body);
	/* Never sign what our own parser would refuse. */
	if (n == 0 || pl_checkpoint_parse(pl_buf_str(&body), &again, NULL) != PL_OK)
		return PL_E_SYNTAX;
	for (size_t i = 0; i < n; i++) {
		pl_status st = pl_note_sign_line(signers[i], cp->origin, pl_buf_str(&body), &lines);

		if (st != PL_OK)
			return st;
	}
	if (pl_buf_status(&lines) != PL_OK)
		return pl_buf_status(&lines);
	pl_buf_put_str(&body, PL_STR("\n"));
	pl_buf_put_str(&body, pl_buf_str(&lines));
	if (pl_buf_status(&body) != PL_OK)
		return pl_buf_status(&body);
	pl_buf_put_str(out, pl_buf_str(&body));
	return pl_buf_status(out);
}

pl_status pl_checkpoint_open(pl_str text, const struct pl_vkey *key, struct pl_checkpoint *ret, struct pl_diag *diag)
{
	struct pl_checkpoint cp = {.size = 0};
	struct pl_note_seen seen;
	struct pl_note note;
	pl_status st = pl_note_parse(text, &note, diag);

	if (st == PL_OK)
		st = pl_checkpoint_parse(note.text, &cp, diag);
	if (st == PL_OK)
		st = pl_note_verify(&note, key, 1, &seen, diag);
	if (st != PL_OK)
		return st;
	if (!pl_str_eq(cp.origin, key->name))
		return pl_diag_set(diag, PL_E_SIGNATURE, "the checkpoint is of \"%.*s\", the key of \"%.*s\"",
			PL_STR_ARG(cp.origin), PL_STR_ARG(key->name));
	*ret = cp;
	return PL_OK;
}

pl_status pl_checkpoint_peek(pl_str text, struct pl_checkpoint *ret, struct pl_diag *diag)
{
	struct pl_note note;
	pl_status st = pl_note_parse(text, &note, diag);

	return st == PL_OK ? pl_checkpoint_parse(note.text, ret, diag) : st;
}

bool pl_checkpoint_signed_by(pl_str text, const struct pl_vkey *keys, size_t n)
{
	struct pl_note_seen seen[PL_NOTE_KEYS_MAX];
	struct pl_note note;
	size_t of_log = 0, good = 0;

	if (n == 0 || n > PL_NOTE_KEYS_MAX || pl_note_parse(text, &note, NULL) ||
		pl_note_verify(&note, keys, n, seen, NULL))
		return false;
	for (size_t i = 0; i < note.n_sigs; i++)
		of_log += pl_str_eq(note.sigs[i].name, keys[0].name);
	for (size_t i = 0; i < n; i++)
		good += seen[i].ok;
	return good == n && of_log == n;
}
