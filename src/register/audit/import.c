/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/import.h"
#include "register/audit/query.h"
#include "register/batch.h"

#define ROW_BYTES ((size_t)2 << 20)

static pl_status keep_text(struct pl_instance *inst, const struct pl_audit_row *row, pl_str text, struct pl_diag *diag)
{
	struct pl_digest stored;
	pl_status st = pl_blob_put_bytes(pl_instance_blobs(inst), pl_str_bytes(text), &stored);

	return st ? pl_diag_set(diag, st, "cannot store the texts of \"%.*s\"", PL_STR_ARG(row->audit.id)) : PL_OK;
}

pl_status pl_audit_prepare(struct pl_instance *inst, const struct pl_audit_row *row, bool *ret_there,
	struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_audit_life known;
	pl_status st = pl_query_audit(inst, row->audit.id, &arena, &known);

	*ret_there = !st && pl_audit_same(&known.audit, &row->audit);
	if (!st && !*ret_there)
		return pl_diag_set(diag, PL_E_EXISTS,
			"there is another audit \"%.*s\"; what was wrong in it is withdrawn, and stated anew under another name",
			PL_STR_ARG(row->audit.id));
	if (st != PL_E_NOTFOUND)
		return st;
	st = keep_text(inst, row, row->scope, diag);
	return st || !row->auditor.len ? st : keep_text(inst, row, row->auditor, diag);
}

static pl_status add(struct pl_batch *b, const struct pl_audit *a)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {a->id, a->scope.digest};

	pl_audit_to_json(a, predicate);
	return pl_batch_add(b, PL_TYPE_AUDIT, &subject, predicate);
}

pl_status pl_audit_import(struct pl_instance *inst, const struct pl_audit_row *rows, size_t n, uint64_t wait_ns,
	size_t *ret_made, struct pl_diag *diag)
{
	struct pl_batch b;
	pl_status st = PL_OK;

	pl_batch_begin(&b, inst, PL_AUDIT_STREAM, n, diag);
	for (size_t i = 0; i < n && !st; i++) {
		bool there = false;

		st = pl_audit_prepare(inst, &rows[i], &there, diag);
		if (!st && !there)
			st = add(&b, &rows[i].audit);
		if (st)
			pl_diag_at(diag, rows[i].line, 0);
	}
	return pl_batch_end(&b, st, wait_ns, ret_made);
}
