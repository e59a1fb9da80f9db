/* SPDX-License-Identifier: Apache-2.0 */
#include "log/policy_file.h"
#include <fcntl.h>

pl_status pl_policy_file_open(const char *path, struct pl_policy_file *ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_policy_file t = {.path = path};
	pl_status st;

	/* Looked at before it is read: what replaces it meanwhile is then read once more. */
	(void)!pl_file_look(AT_FDCWD, path, &t.id);
	st = pl_file_read(AT_FDCWD, path, &text);
	if (st)
		return pl_diag_set(diag, st, "cannot read the trust file %s", path);
	st = pl_policy_parse(pl_buf_str(&text), &t.policy, diag);
	if (st) {
		pl_diag_context(diag, "%s", path);
		return st;
	}
	*ret = t;
	return PL_OK;
}

void pl_policy_file_done(struct pl_policy_file *t)
{
	pl_policy_free(t->policy);
	*t = (struct pl_policy_file){0};
}

bool pl_policy_file_changed(const struct pl_policy_file *t)
{
	struct pl_file_id now;

	return pl_file_look(AT_FDCWD, t->path, &now) == PL_OK && !pl_file_id_eq(&now, &t->id);
}

pl_status pl_policy_file_follow(struct pl_policy_file *t, bool *ret_fresh, struct pl_diag *diag)
{
	struct pl_policy_file fresh = {0};
	pl_status st;

	*ret_fresh = false;
	if (!pl_policy_file_changed(t))
		return PL_OK;
	st = pl_policy_file_open(t->path, &fresh, diag);
	if (st) {
		(void)!pl_file_look(AT_FDCWD, t->path, &t->id);
		return st;
	}
	pl_policy_free(t->policy);
	*t = fresh;
	*ret_fresh = true;
	return PL_OK;
}
