/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_seal: until when reports may not open a case: sealing it, naming its end, and what is to be done once it was opened. Sealing hides and is the
 * act of one; opening publishes and is that of two (desk_case_two).
 */
#include "base/date.h"
#include "base/time.h"
#include "register/casework/sealing.h"
#include "register/editions.h"
#include "register/period.h"
#include "web/desk_case.h"
#include "web/report_export.h"

#define REPORTS_MAX 32u /* that are looked through; the command takes all */

static bool desk_releases(const struct pl_desk_looking *k)
{
	return pl_register_released(k->r->decl) != PL_REGISTER_NONE;
}

/* Zeros where it never had one. */
static pl_status get(struct pl_desk_looking *k, struct pl_sealing *ret)
{
	pl_status st = pl_sealing_get(k->d->w.inst, k->r, k->number, ret);

	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* ---- reports that were made before it was opened ---- */

static pl_status was_sealed(struct pl_desk_looking *k, const struct pl_query_report *q, bool *ret)
{
	struct pl_register_report_file file = {0};
	pl_status st = pl_export_openings(k->d->w.inst, q, k->d->desk->portal->spool_dir, PL_COUNTED_FILE_MAX, &file, NULL);

	*ret = false;
	if (!st)
		st = pl_editions_sealed(file.bytes, k->number, ret, NULL);
	pl_register_report_file_done(&file);
	return st == PL_E_NOTFOUND || st == PL_E_TOOBIG ? PL_OK : st; /* a body that is not here is nobody's next edition from this page */
}

static bool newer_stands(const struct pl_query_report *q, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (q[i].from == q[n].from && q[i].to == q[n].to)
			return true;
	return false;
}

static pl_status fill_left_out(struct pl_desk_looking *k)
{
	struct pl_query_report *q;
	char period[PL_PERIOD_TEXT];
	size_t n = 0;
	bool sealed = false;
	pl_status st = pl_query_reports(k->d->w.inst, k->r->decl->name, INT64_MAX, REPORTS_MAX, &k->room, &q, &n);

	if (!st)
		k->m.seal.left_out = pl_arena_alloc(k->d->arena, n + 1, sizeof *k->m.seal.left_out);
	if (!st && !k->m.seal.left_out)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_case_left_out *row = &k->m.seal.left_out[k->m.seal.n_left_out];

		if (!q[i].unopened || newer_stands(q, i))
			continue;
		st = was_sealed(k, &q[i], &sealed);
		if (st || !sealed)
			continue;
		*row = (struct pl_case_left_out){.edition = q[i].edition, .index = q[i].index};
		pl_period_write(q[i].from, q[i].to, period);
		st = pl_arena_dup(k->d->arena, pl_str_from(period), &row->period);
		k->m.seal.n_left_out++;
	}
	return st;
}

/* ---- the page ---- */

pl_status pl_desk_case_fill_seal(struct pl_desk_looking *k)
{
	struct pl_case_seal *m = &k->m.seal;
	uint64_t now = pl_time_now() / PL_SECOND;
	struct pl_sealing s = {0};
	char today[21];
	pl_status st;

	if (desk_releases(k) || k->m.gone)
		return PL_OK;
	st = get(k, &s);
	if (!st)
		pl_time_write(now * PL_SECOND, today);
	if (!st)
		st = pl_arena_dup(k->d->arena, pl_str_sub(pl_str_from(today), 0, 10), &m->today);
	if (st)
		return st;
	if (k->m.sealed && !s.opened) {
		m->since = s.since * PL_SECOND;
		m->ends = s.ends * PL_SECOND;
	}
	m->opened = k->m.sealed ? 0 : s.opened * PL_SECOND;
	m->may_seal = k->m.may_write && !k->m.sealed && !k->r->decl->totals_only; /* there nothing is opened anyway */
	m->may_move = k->m.may_write && k->m.sealed;
	m->may_open = m->may_move && m->ends <= now * PL_SECOND;
	return m->opened && !k->r->decl->totals_only ? fill_left_out(k) : PL_OK;
}

pl_status pl_desk_case_may_unseal(struct pl_desk_looking *k)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_sealing s = {0};
	pl_status st = pl_register_case_read(k->d->w.inst, k->r, k->number, NULL, &v, NULL);

	if (!st && (v->kind != PL_ROW_SEALED || desk_releases(k)))
		return PL_E_STATE;
	if (!st)
		st = get(k, &s);
	return !st && !s.opened && s.ends > pl_time_now() / PL_SECOND ? PL_E_DENIED : st;
}

/* ---- sealing ---- */

struct sealing {
	struct pl_desk_looking *k;
	uint64_t ends;
};

static pl_status seal(void *ctx, struct pl_db_tx *tx)
{
	struct sealing *s = ctx;

	return pl_sealing_seal(tx, s->k->r, s->k->number, &s->k->d->s.account, s->ends, pl_time_now() / PL_SECOND, NULL);
}

static pl_status do_seal(struct pl_desk_looking *k)
{
	struct sealing s = {.k = k};
	pl_status st = pl_desk_read_day(k->d, "until", &s.ends, NULL);

	if (!st)
		st = pl_db_tx(pl_instance_db(k->d->w.inst), seal, &s);
	if (st == PL_E_RANGE || st == PL_E_STATE)
		return pl_desk_case_refuse(k, 400, st == PL_E_RANGE ? PL_MSG_case_refused_seal_day : PL_MSG_case_refused_seal);
	return pl_desk_case_conclude(k, st);
}

pl_status pl_desk_case_seal(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_seal);
}
