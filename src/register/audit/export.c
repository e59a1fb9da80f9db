/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/export.h"
#include "base/time.h"
#include "register/entity/entity.h"

#define DAY UINT64_C(86400)

void pl_audit_export_life(const struct pl_audit_life *l, struct pl_json *o)
{
	struct pl_json *ends;

	pl_audit_to_json(&l->audit, o);
	pl_json_set_u64(o, "index", l->audit.index);
	ends = pl_json_set_array(o, "changes");
	for (size_t i = 0; i < l->n_ends; i++) {
		struct pl_json *e = pl_json_push_object(ends);

		pl_audit_end_to_json(&l->ends[i], e);
		pl_json_set_u64(e, "index", l->ends[i].index);
	}
}

static void put_days(const struct pl_cover *c, struct pl_json *o)
{
	struct pl_json *pieces = pl_json_set_array(o, "days");

	for (size_t i = 0; i < c->n; i++) {
		struct pl_json *p = pl_json_push_object(pieces);

		pl_json_set_z(p, "state", pl_cover_states[c->pieces[i].state]);
		pl_entity_set_day(p, "from", c->pieces[i].from);
		pl_entity_set_day(p, "to", c->pieces[i].to - DAY);
		if (c->pieces[i].by)
			pl_json_set_str(p, "audit", c->pieces[i].by->audit.id);
	}
	pl_json_set_u64(o, "gaps", c->gaps);
	pl_json_set_u64(o, "uncoveredDays", c->uncovered_days);
}

pl_status pl_audit_export_standard(const struct pl_audit_life *lives, size_t n, uint64_t now, struct pl_arena *arena,
	struct pl_json *array)
{
	struct pl_json *o = pl_json_push_object(array), *audits;
	struct pl_cover c = {0};
	pl_status st = pl_cover_of(lives, n, now, arena, &c);

	if (st)
		return st;
	pl_json_set_str(o, "standard", lives[0].audit.standard);
	audits = pl_json_set_array(o, "audits");
	for (size_t i = 0; i < n; i++)
		pl_audit_export_life(&lives[i], pl_json_push_object(audits));
	put_days(&c, o);
	return PL_OK;
}

void pl_audit_export_csv_head(struct pl_buf *out)
{
	pl_buf_put_z(out, "standard,state,from,to,audit\r\n");
}

pl_status pl_audit_export_csv(const struct pl_audit_life *lives, size_t n, uint64_t now, struct pl_arena *arena,
	struct pl_buf *out)
{
	struct pl_cover c = {0};
	pl_status st = pl_cover_of(lives, n, now, arena, &c);

	for (size_t i = 0; i < c.n && !st; i++) {
		const struct pl_cover_piece *p = &c.pieces[i];
		char from[21], to[21];

		pl_time_write(p->from * PL_SECOND, from);
		pl_time_write((p->to - DAY) * PL_SECOND, to);
		/* Identifiers need no quotes. */
		pl_buf_printf(out, "%.*s,%s,%.10s,%.10s,%.*s\r\n", PL_STR_ARG(lives[0].audit.standard), pl_cover_states[p->state],
			from, to, PL_STR_ARG(p->by ? p->by->audit.id : (pl_str){0}));
		st = pl_buf_status(out);
	}
	return st;
}
