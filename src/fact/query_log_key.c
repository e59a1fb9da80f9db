/* SPDX-License-Identifier: Apache-2.0 */
/* fact/query: the keys that sign checkpoints, from the trust file, the checkpoint shown, and the log-rotation
 * statements. */
#include "base/time.h"
#include "fact/instance_internal.h"
#include "fact/query.h"

#define CHANGES_MAX 16u
#define KEYS_MAX (PL_POLICY_LOGS_MAX + CHANGES_MAX)

struct change {
	uint64_t index, time, until;
	pl_str old, fresh, reason;
};

static pl_status dup_member(const struct pl_statement *s, const char *name, struct pl_arena *arena, pl_str *ret)
{
	pl_str text = {0};
	pl_status st = pl_json_opt_str(s->predicate, name, &text, NULL);

	return st ? st : pl_arena_dup(arena, text, ret);
}

static pl_status read_change(struct pl_instance *inst, const struct pl_query_statement *row, struct pl_arena *arena,
	struct change *ret)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_query_proof proof;
	pl_str until = {0};
	pl_status st = pl_query_entry(inst, row->index, arena, &proof, NULL);

	if (!st)
		st = pl_statement_open(proof.entry, &s, NULL);
	if (!st)
		st = dup_member(s, "old", arena, &ret->old);
	if (!st)
		st = dup_member(s, "new", arena, &ret->fresh);
	if (!st)
		st = dup_member(s, "reason", arena, &ret->reason);
	if (!st)
		st = dup_member(s, "overlapUntil", arena, &until);
	if (!st)
		st = pl_time_parse(until, &ret->until);
	ret->index = row->index;
	ret->time = row->time;
	return st;
}

/* Newest first; only statements that count. */
static pl_status read_changes(struct pl_instance *inst, struct pl_arena *arena,
	struct change list[static CHANGES_MAX], size_t *n)
{
	struct pl_query_statement *rows;
	size_t n_rows = 0;
	pl_status st = pl_query_statements(inst, PL_STR(PL_TYPE_LOG_ROTATION), INT64_MAX, CHANGES_MAX, arena, &rows, &n_rows);

	*n = 0;
	for (size_t i = 0; st == PL_OK && i < n_rows; i++)
		if (rows[i].state == PL_ENTRY_APPLIED)
			st = read_change(inst, &rows[i], arena, &list[(*n)++]);
	return st;
}

static void take_changes(struct pl_query_log_key *k, const struct change *list, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		if (pl_str_eq(list[i].fresh, k->vkey)) {
			k->stated = true;
			k->since = list[i].index;
			k->since_time = list[i].time;
			k->reason = list[i].reason;
		}
		if (pl_str_eq(list[i].old, k->vkey)) {
			k->followed = true;
			k->followed_by = list[i].index;
			k->until = list[i].until;
			k->end_reason = list[i].reason;
		}
	}
}

static bool is_there(const struct pl_query_log_key *keys, size_t n, pl_str vkey)
{
	for (size_t i = 0; i < n; i++)
		if (pl_str_eq(keys[i].vkey, vkey))
			return true;
	return false;
}

static pl_status named_keys(struct pl_instance *inst, struct pl_arena *arena, pl_str note,
	struct pl_query_log_key *keys, size_t *n)
{
	const struct pl_policy_log *logs;
	size_t n_logs = pl_policy_logs(inst->trust.policy, &logs);
	pl_status st = PL_OK;

	for (size_t i = 0; st == PL_OK && i < n_logs; i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
		struct pl_checkpoint cp;

		if (!pl_str_eq(logs[i].key.name, inst->conf.origin))
			continue;
		pl_vkey_write(&text, &logs[i].key);
		keys[*n] = (struct pl_query_log_key){.named = true,
			.signs = note.len && pl_checkpoint_open(note, &logs[i].key, &cp, NULL) == PL_OK};
		st = pl_arena_dup(arena, pl_buf_str(&text), &keys[(*n)++].vkey);
	}
	return st;
}

pl_status pl_query_log_keys(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_log_key **ret,
	size_t *ret_count)
{
	struct change changes[CHANGES_MAX] = {{.index = 0}};
	struct pl_query_log_key *keys;
	struct pl_query_view view = {.size = 0};
	size_t n_changes = 0, n = 0;
	pl_status st = pl_query_view(inst, arena, &view);

	if (st == PL_OK)
		st = read_changes(inst, arena, changes, &n_changes);
	if (st == PL_E_NOTFOUND)
		st = PL_OK; /* nothing published yet */
	keys = pl_arena_alloc(arena, KEYS_MAX, sizeof *keys);
	if (!keys)
		return PL_E_NOMEM;
	if (st == PL_OK)
		st = named_keys(inst, arena, view.checkpoint, keys, &n);
	for (size_t i = 0; st == PL_OK && i < n_changes; i++)
		if (!is_there(keys, n, changes[i].old))
			keys[n++] = (struct pl_query_log_key){.vkey = changes[i].old};
	for (size_t i = 0; i < n; i++)
		take_changes(&keys[i], changes, n_changes);
	if (st == PL_OK) {
		*ret = keys;
		*ret_count = n;
	}
	return st;
}
