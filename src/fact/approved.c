/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/approved.h"

/* The predicate without what may differ between two payloads that say the same. */
static struct pl_json *essence(const struct pl_json *predicate, const char *loose)
{
	struct pl_json *copy = pl_json_copy(predicate);

	pl_json_remove(copy, "id");
	if (loose)
		pl_json_remove(copy, loose);
	return copy;
}

/* Officers approved these bytes: they must say what this step would say now. */
static pl_status says_the_same(const struct pl_approved_new *n, pl_bytes payload, struct pl_diag *diag)
{
	struct pl_json *given PL_CLEANUP(pl_json_done) = NULL, *ours PL_CLEANUP(pl_json_done) = NULL;
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	pl_status st = pl_statement_open_payload(payload, &s, diag);
	bool same;

	if (st != PL_OK)
		return st;
	given = essence(s->predicate, n->loose);
	ours = essence(n->predicate, n->loose);
	same = pl_str_eq(s->type, pl_str_from(n->type)) && s->n_subjects == n->n_subjects && pl_json_equal(given, ours);
	for (size_t i = 0; same && i < s->n_subjects; i++)
		same = pl_str_eq(s->subjects[i].name, n->subjects[i].name) && pl_digest_eq(&s->subjects[i].sha256, &n->subjects[i].sha256);
	if (same)
		return PL_OK;
	pl_diag_hint(diag, "make it anew with --payload-only and have it approved again");
	return pl_diag_set(diag, PL_E_MISMATCH, "the payload says something else than this command would state now");
}

pl_status pl_approved_compose(const struct pl_approved_new *n, const struct pl_approved *a, struct pl_buf *payload, struct pl_diag *diag)
{
	pl_status st;

	if (!a || a->payload.len == 0)
		return pl_statement_build(pl_str_from(n->type), n->subjects, n->n_subjects, n->predicate, payload, NULL, diag);
	st = says_the_same(n, a->payload, diag);
	if (st != PL_OK)
		return st;
	pl_buf_put_bytes(payload, a->payload);
	return pl_buf_status(payload);
}
