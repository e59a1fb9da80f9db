/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/trust.h"
#include "base/file.h"
#include <fcntl.h>
#include <sys/stat.h>

static bool look(const char *path, struct pl_trust_id *ret)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	*ret = (struct pl_trust_id){.device = (uint64_t)st.st_dev, .inode = (uint64_t)st.st_ino,
		.size = (uint64_t)st.st_size, .seconds = st.st_mtim.tv_sec, .nanoseconds = st.st_mtim.tv_nsec};
	return true;
}

static bool same(const struct pl_trust_id *a, const struct pl_trust_id *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size && a->seconds == b->seconds &&
	       a->nanoseconds == b->nanoseconds;
}

pl_status pl_trust_open(const char *path, struct pl_trust *ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_trust t = {.path = path};
	pl_status st;

	/* Looked at before it is read: what replaces it meanwhile is then read once more. */
	(void)look(path, &t.id);
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

void pl_trust_done(struct pl_trust *t)
{
	pl_policy_free(t->policy);
	*t = (struct pl_trust){0};
}

bool pl_trust_changed(const struct pl_trust *t)
{
	struct pl_trust_id now;

	return look(t->path, &now) && !same(&now, &t->id);
}

pl_status pl_trust_follow(struct pl_trust *t, bool *ret_fresh, struct pl_diag *diag)
{
	struct pl_trust fresh = {0};
	pl_status st;

	*ret_fresh = false;
	if (!pl_trust_changed(t))
		return PL_OK;
	st = pl_trust_open(t->path, &fresh, diag);
	if (st) {
		(void)look(t->path, &t->id);
		return st;
	}
	pl_policy_free(t->policy);
	*t = fresh;
	*ret_fresh = true;
	return PL_OK;
}
