/* SPDX-License-Identifier: Apache-2.0 */
/* The keys that followed the one in the monitor's policy, as the log itself named them. */
#include "base/file.h"
#include "log/monitor_impl.h"

#define KEYS_MAX ((size_t)64 * 1024)

/* The policy with the line of @fresh behind that of @old. PL_E_NOTFOUND: @old is not (or no more) the log's. */
static pl_status add_key(struct pl_monitor *m, pl_str old_text, pl_str fresh_text)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_policy *p = NULL;
	struct pl_vkey old, fresh;
	pl_status st = pl_vkey_parse(old_text, &old, NULL);

	if (!st)
		st = pl_vkey_parse(fresh_text, &fresh, NULL);
	if (!st && (!fresh.usable || !pl_str_eq(old.name, fresh.name)))
		st = PL_E_SYNTAX;
	if (!st)
		st = pl_policy_replace_log(&text, pl_policy_text(m->policy), &old, &fresh, true);
	if (!st)
		st = pl_policy_parse(pl_buf_str(&text), &p, NULL);
	if (st)
		return st;
	pl_policy_free(m->policy);
	m->policy = p;
	return PL_OK;
}

static pl_status take_line(struct pl_monitor *m, pl_str line)
{
	pl_str index, old;
	uint64_t at;

	if (!pl_str_take_until(&line, ' ', &index) || pl_str_to_u64(index, PL_TREE_SIZE_MAX, &at) != PL_OK ||
		!pl_str_take_until(&line, ' ', &old))
		return PL_E_CORRUPT;
	return add_key(m, old, line);
}

pl_status pl_monitor_load_keys(struct pl_monitor *m, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(KEYS_MAX);
	pl_status st = pl_policy_parse(pl_policy_text(m->o.policy), &m->policy, diag);
	pl_str rest, line;

	if (!st)
		st = pl_file_read(m->dir, "keys", &text);
	rest = pl_buf_str(&text);
	while (!st && pl_str_take_line(&rest, &line)) {
		st = take_line(m, line);
		/* The policy has caught up, and has let go of a key. */
		if (st == PL_E_NOTFOUND)
			st = PL_OK;
	}
	if (st == PL_E_NOTFOUND)
		return PL_OK;
	return st ? pl_diag_set(diag, PL_E_CORRUPT, "the file keys is damaged") : PL_OK;
}

static bool is_known(const struct pl_monitor *m, pl_str fresh_text)
{
	const struct pl_policy_log *logs;
	size_t n = pl_policy_logs(m->policy, &logs);
	struct pl_vkey fresh;

	if (pl_vkey_parse(fresh_text, &fresh, NULL) != PL_OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (logs[i].key.id == fresh.id && pl_str_eq(logs[i].key.name, fresh.name))
			return true;
	return false;
}

pl_status pl_monitor_follow_key(struct pl_monitor *m, const struct pl_monitor_successor *s)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(KEYS_MAX);
	pl_str fresh = pl_buf_str(&s->fresh);
	pl_status st;

	if (is_known(m, fresh))
		return PL_OK;
	st = add_key(m, pl_buf_str(&s->old), fresh);
	if (st)
		return st == PL_E_NOTFOUND || st == PL_E_SYNTAX ? PL_OK : st;
	st = pl_file_read(m->dir, "keys", &text);
	pl_buf_put_u64(&text, s->index);
	pl_buf_put_c(&text, ' ');
	pl_buf_put_str(&text, pl_buf_str(&s->old));
	pl_buf_put_c(&text, ' ');
	pl_buf_put_str(&text, fresh);
	pl_buf_put_c(&text, '\n');
	if (!st || st == PL_E_NOTFOUND)
		st = pl_buf_status(&text);
	if (!st)
		st = pl_file_put(m->dir, "keys", pl_buf_bytes(&text), 0644, PL_FILE_REPLACE);
	if (!st && m->o.followed)
		m->o.followed(m->o.ctx, s->index, fresh);
	return st;
}
