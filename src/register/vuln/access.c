/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/access.h"
#include "register/vuln/internal.h"

static struct pl_access_case place(const struct pl_vuln *c)
{
	return (struct pl_access_case){.inst = c->inst, .r = c->r, .number = c->v->at.number, .revision = c->v->at.revision, .key = &c->v->key};
}

static pl_status make_view(const struct pl_vuln *c, pl_str id, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_json *j PL_CLEANUP(pl_json_done) = pl_json_new_object();
	pl_status st = pl_vuln_party_view(c, id, j, diag);

	if (!st)
		st = pl_json_write(j, out);
	return st ? st : pl_buf_status(out);
}

pl_status pl_vuln_access_give(const struct pl_vuln *c, pl_str id, uint64_t now, struct pl_register_secret *ret, struct pl_diag *diag)
{
	struct pl_buf view PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ACCESS_VIEW_MAX);
	const struct pl_access_case at = place(c);
	pl_status st = make_view(c, id, &view, diag);

	return st ? st : pl_access_give(&at, id, pl_buf_str(&view), now, ret, diag);
}

pl_status pl_vuln_access_end(const struct pl_vuln *c, pl_str id, struct pl_diag *diag)
{
	const struct pl_access_case at = place(c);
	pl_status st = pl_access_end(&at, id);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "%.*s has no access to case %llu", PL_STR_ARG(id), (unsigned long long)at.number);
	return st;
}

pl_status pl_vuln_access_list(const struct pl_vuln *c, struct pl_access ret[static PL_ACCESS_MAX], size_t *ret_n)
{
	const struct pl_access_case at = place(c);

	return pl_access_list(&at, ret, ret_n);
}

const struct pl_access *pl_vuln_access_of(const struct pl_access *list, size_t n, pl_str id)
{
	for (size_t i = 0; i < n; i++)
		if (pl_str_eq(pl_str_from(list[i].who), id))
			return &list[i];
	return NULL;
}

/* ---- following the case ---- */

static pl_status renew_one(const struct pl_vuln *c, const struct pl_access *a, struct pl_diag *diag)
{
	struct pl_buf view PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ACCESS_VIEW_MAX);
	const struct pl_access_case at = place(c);
	pl_str id = pl_str_from(a->who);
	pl_status st;

	if (!pl_vuln_parties_find(&c->parties, id)) {
		st = pl_access_end(&at, id);
		return st == PL_E_NOTFOUND ? PL_OK : st;
	}
	st = make_view(c, id, &view, diag);
	return st ? st : pl_access_renew(&at, a, pl_buf_str(&view));
}

static pl_status renew_case(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *reader,
	struct pl_diag *diag)
{
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	struct pl_access list[PL_ACCESS_MAX];
	size_t n = 0;
	pl_status st = pl_vuln_read(inst, r, number, reader, &c, diag), ended;

	/* What contradicts itself is shown to nobody, and not looked at again and again. */
	if (st == PL_E_STATE) {
		ended = pl_access_drop(inst, r, number);
		return ended ? ended : st;
	}
	if (st)
		return st;
	st = pl_vuln_access_list(c, list, &n);
	for (size_t i = 0; i < n && !st; i++)
		st = renew_one(c, &list[i], diag);
	return st;
}

pl_status pl_vuln_access_renew(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader, uint64_t *ret,
	struct pl_diag *diag)
{
	return pl_vuln_each(inst, r, reader, pl_access_stale, renew_case, ret, diag);
}
