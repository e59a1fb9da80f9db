/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/successor.h"
#include "fact/keys_replay.h"
#include "log/bare.h"
#include "log/tree.h"

struct history {
	struct pl_keys *keys;
	const struct pl_vocabulary *vocabulary;
	uint64_t until; /* keys are taken up to here, hashes to the end */
	struct pl_tree_edge edge;
};

static pl_status take(void *ctx, uint64_t index, pl_bytes entry)
{
	struct history *h = ctx;
	struct pl_digest leaf;

	pl_tree_leaf(entry, &leaf);
	if (pl_tree_edge_append(&h->edge, &leaf, 1) != PL_OK)
		return PL_E_PROOF;
	return index < h->until ? pl_keys_take(h->keys, h->vocabulary, index, entry) : PL_OK;
}

/* The key register as of @index, from entries that lead to the root of @cp. */
static pl_status register_at(struct pl_log_reader *reader, uint64_t index, const struct pl_checkpoint *cp,
	struct history *h)
{
	struct pl_digest root;
	pl_status st;

	h->until = index;
	pl_tree_edge_init(&h->edge);
	st = pl_log_reader_entries(reader, 0, cp->size, cp->size, take, h);
	if (st)
		return st;
	pl_tree_edge_root(&h->edge, &root);
	return pl_digest_eq(&root, &cp->root) ? PL_OK : PL_E_PROOF;
}

static pl_status judge(const struct pl_policy *policy, struct pl_log_reader *reader, uint64_t index,
	const struct pl_statement *s, const struct pl_checkpoint *cp)
{
	struct pl_vocabulary own;
	struct history h = {.vocabulary = &own};
	struct pl_judgement judgement;
	const struct pl_predicate *row;
	pl_status st;

	pl_vocabulary_init(&own, NULL, 0);
	row = pl_vocabulary_find(&own, s->type);
	if (!row || !pl_str_eq(s->type, PL_STR(PL_TYPE_LOG_ROTATION)) || pl_predicate_check(row, s, NULL) != PL_OK ||
		!pl_str_eq(s->subjects[0].name, cp->origin))
		return PL_E_NOTFOUND;
	st = pl_keys_from_policy(policy, &h.keys, NULL);
	if (!st)
		st = register_at(reader, index, cp, &h);
	if (!st && pl_keys_judge(h.keys, row, s, index, false, &judgement, NULL) != PL_OK)
		st = PL_E_NOTFOUND;
	pl_keys_free(h.keys);
	return st;
}

static pl_status put(const struct pl_statement *s, const char *name, struct pl_buf *out)
{
	pl_str text = {0};
	pl_status st = pl_json_opt_str(s->predicate, name, &text, NULL);

	pl_buf_put_str(out, text);
	return st ? st : pl_buf_status(out);
}

static pl_status find_statement(const struct pl_policy *policy, struct pl_log_reader *reader, uint64_t index,
	pl_bytes entry, const struct pl_checkpoint *cp, struct pl_buf *ret_old, struct pl_buf *ret_new)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	pl_status st;

	if (!pl_keys_entry_holds(entry, PL_STR(PL_TYPE_LOG_ROTATION)))
		return PL_E_NOTFOUND;
	st = pl_statement_open(entry, &s, NULL);
	if (st)
		return st == PL_E_NOMEM ? st : PL_E_NOTFOUND;
	st = judge(policy, reader, index, s, cp);
	if (!st)
		st = put(s, "old", ret_old);
	return st ? st : put(s, "new", ret_new);
}

pl_status pl_successor_find(const struct pl_policy *policy, struct pl_log_reader *reader, uint64_t index,
	pl_bytes entry, const struct pl_checkpoint *cp, struct pl_buf *ret_old, struct pl_buf *ret_new)
{
	pl_str old, fresh;

	if (pl_policy_is_trust_file(policy))
		return find_statement(policy, reader, index, entry, cp, ret_old, ret_new);
	if (!pl_bare_follows_read(pl_bytes_str(entry), &old, &fresh))
		return PL_E_NOTFOUND;
	pl_buf_put_str(ret_old, old);
	pl_buf_put_str(ret_new, fresh);
	return pl_buf_status(ret_old) ? pl_buf_status(ret_old) : pl_buf_status(ret_new);
}
