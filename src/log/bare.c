/* SPDX-License-Identifier: Apache-2.0 */
#include "log/bare.h"
#include "base/time.h"

static bool reason_ok(pl_str reason)
{
	if (reason.len == 0 || reason.len > PL_BARE_REASON_MAX || !pl_str_is_utf8(reason))
		return false;
	for (size_t i = 0; i < reason.len; i++)
		if ((unsigned char)reason.ptr[i] < 0x20 || reason.ptr[i] == 0x7f)
			return false;
	return true;
}

static void put_line(struct pl_buf *out, const char *key, pl_str value)
{
	pl_buf_put_z(out, key);
	pl_buf_put_c(out, ' ');
	pl_buf_put_str(out, value);
	pl_buf_put_c(out, '\n');
}

static void put_time(struct pl_buf *out, const char *key, uint64_t time)
{
	char text[21];

	pl_time_write(time, text);
	put_line(out, key, pl_str_from(text));
}

pl_status pl_bare_act_write(struct pl_buf *out, enum pl_bare_act act, pl_str origin, const struct pl_log_state *state,
	uint64_t time, pl_str reason, struct pl_diag *diag)
{
	if (!reason_ok(reason)) {
		pl_diag_hint(diag, "the reason is published in the log: one short sentence, no personal data");
		return pl_diag_set(diag, PL_E_SYNTAX, "the reason must be 1 to %u bytes of plain text", PL_BARE_REASON_MAX);
	}
	pl_buf_put_z(out, act == PL_BARE_RESUME ? "pellucid-log resume v1\n" : "pellucid-log time-accept v1\n");
	put_line(out, "origin", origin);
	pl_buf_put_z(out, "size ");
	pl_buf_put_u64(out, state->size);
	pl_buf_put_z(out, "\nroot ");
	pl_base64_put(out, pl_digest_bytes(&state->root));
	pl_buf_put_c(out, '\n');
	put_time(out, "time", time);
	put_line(out, "reason", reason);
	return pl_buf_status(out);
}

void pl_bare_rotation_write(struct pl_buf *out, bool old_names_new, pl_str origin, pl_str old_vkey, pl_str new_vkey,
	uint64_t time, uint64_t until)
{
	pl_buf_put_z(out, old_names_new ? "pellucid-log key-follows v1\n" : "pellucid-log key-replaces v1\n");
	put_line(out, "origin", origin);
	put_line(out, "old", old_vkey);
	put_line(out, "new", new_vkey);
	put_time(out, "time", time);
	put_time(out, "overlap-until", until);
}

bool pl_bare_follows_read(pl_str entry, pl_str *ret_old, pl_str *ret_new)
{
	pl_str line, old, fresh;

	if (!pl_str_take_line(&entry, &line) || !pl_str_eq(line, PL_STR("pellucid-log key-follows v1")) ||
		!pl_str_take_line(&entry, &line) || !pl_str_eat(&line, PL_STR("origin ")))
		return false;
	if (!pl_str_take_line(&entry, &old) || !pl_str_eat(&old, PL_STR("old ")) || !pl_str_take_line(&entry, &fresh) ||
		!pl_str_eat(&fresh, PL_STR("new ")))
		return false;
	*ret_old = old;
	*ret_new = fresh;
	return true;
}
