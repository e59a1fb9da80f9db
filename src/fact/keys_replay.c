/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/keys_replay.h"

pl_status pl_keys_from_policy(const struct pl_policy *policy, struct pl_keys **ret, struct pl_diag *diag)
{
	const struct pl_policy_key *roots;
	struct pl_pubkey keys[PL_POLICY_ROOTS_MAX];
	size_t n = pl_policy_roots(policy, &roots);
	pl_status st;

	if (n == 0 || n > PL_POLICY_ROOTS_MAX) {
		pl_diag_hint(diag, "add \"#pellucid root\" and \"#pellucid roots\" lines, see docs/formats/trust-file.md");
		return pl_diag_set(diag, PL_E_STATE, "the trust file names no root key");
	}
	for (size_t i = 0; i < n; i++)
		keys[i] = roots[i].key;
	st = pl_keys_new(keys, n, pl_policy_root_threshold(policy), ret);
	return st ? pl_diag_set(diag, st, "the root keys of the trust file make no register") : PL_OK;
}

/* ---- a quick look ---- */

/* Does @entry hold the base64 of @word at one of its three alignments? Our payloads are canonical, so a type is spelled in
 * one way only and what does not hold it is no statement of that type. */
bool pl_keys_entry_holds(pl_bytes entry, pl_str word)
{
	for (size_t shift = 0; shift < 3; shift++) {
		struct pl_buf plain PL_CLEANUP(pl_buf_done) = PL_BUF(256), coded PL_CLEANUP(pl_buf_done) = PL_BUF(512);
		/* Left of `first` and right of `end` a digit depends on the neighbours. */
		size_t first = shift ? shift + 1 : 0, end = (shift + word.len) * 8 / 6;

		pl_buf_put(&plain, "\0\0", shift);
		pl_buf_put_str(&plain, word);
		pl_base64_put(&coded, pl_buf_bytes(&plain));
		if (pl_buf_status(&coded) || memmem(entry.ptr, entry.len, coded.ptr + first, end - first))
			return true;
	}
	return false;
}

static bool may_matter(pl_bytes entry)
{
	return pl_keys_entry_holds(entry, PL_STR(PL_STATEMENT_OURS "key")) ||
		pl_keys_entry_holds(entry, PL_STR(PL_STATEMENT_OURS "inception"));
}

pl_status pl_keys_take(struct pl_keys *k, const struct pl_vocabulary *v, uint64_t index, pl_bytes entry)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	const struct pl_predicate *row;
	struct pl_judgement judgement;
	pl_status st;

	if (!may_matter(entry))
		return PL_OK;
	st = pl_statement_open(entry, &s, NULL);
	if (st)
		return st == PL_E_NOMEM ? st : PL_OK;
	row = pl_vocabulary_find(v, s->type);
	if (!row || row->approval != PL_APPROVAL_ROOTS || pl_predicate_check(row, s, NULL) != PL_OK ||
		pl_keys_judge(k, row, s, index, false, &judgement, NULL) != PL_OK ||
		pl_keys_can_apply(k, s, index, NULL) != PL_OK)
		return PL_OK;
	return pl_keys_apply(k, s, index, NULL);
}

struct replay {
	struct pl_keys *keys;
	const struct pl_vocabulary *vocabulary;
};

static pl_status take_entry(void *ctx, uint64_t index, pl_bytes entry)
{
	const struct replay *r = ctx;

	return pl_keys_take(r->keys, r->vocabulary, index, entry);
}

pl_status pl_keys_replay(struct pl_keys *k, const struct pl_vocabulary *v, struct pl_log_reader *reader, uint64_t from,
	uint64_t to, uint64_t size)
{
	struct replay r = {k, v};

	return from < to ? pl_log_reader_entries(reader, from, to, size, take_entry, &r) : PL_OK;
}
