/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/deadline.h"
#include "base/time.h"
#include "register/casework/clocks.h"
#include "register/sql.h"
#include "register/vuln/internal.h"

pl_status pl_vuln_deadlines_keep(struct pl_db_tx *tx, const struct pl_vuln *c)
{
	struct pl_clock_event *events = pl_alloc(PL_VULN_EVENTS_MAX + 1, sizeof *events);
	size_t n_events = pl_vuln_clock_events(&c->history, c->direction, c->received, events), n = 0;
	struct pl_clock_def defs[PL_VULN_CLOCKS_MAX];
	struct pl_clock clocks[PL_VULN_CLOCKS_MAX];

	pl_vuln_clocks(defs, &n);
	if (pl_clock_case(c->r->calendar, defs, n, events, n_events, pl_time_now(), clocks, NULL))
		n = 0; /* what cannot be computed is no deadline; the page of the case says why */
	pl_free(events);
	return pl_casework_sealed_put(tx, c->r, c->v->at.number, clocks, n);
}

/* ---- catching up ---- */

struct catching {
	const struct pl_register *r;
	const struct pl_vuln *c; /* NULL: it cannot be read, and is not looked at again */
	uint64_t number;
};

/* Asked after the rows were written, so that whoever changes the case waits for these rows or was quicker. */
static pl_status is_current(const struct catching *x, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(x->r->decl->name), PL_DB_U64(x->number)), &rows);

	return st ? st : pl_db_col_u64(rows, 0) == x->c->v->at.revision ? PL_OK : PL_E_CONFLICT;
}

static pl_status keep_one(void *ctx, struct pl_db_tx *tx)
{
	const struct catching *x = ctx;
	pl_status st = x->c ? pl_vuln_deadlines_keep(tx, x->c) : pl_casework_sealed_put(tx, x->r, x->number, NULL, 0);

	return st || !x->c ? st : is_current(x, tx);
}

static pl_status catch_one(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *reader,
	struct pl_diag *diag)
{
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	struct catching x = {.r = r, .number = number};
	pl_status st = pl_vuln_read(inst, r, number, reader, &c, diag);

	if (st && st != PL_E_STATE)
		return st;
	x.c = st ? NULL : c;
	st = pl_db_tx(pl_instance_db(inst), keep_one, &x);
	return st == PL_E_CONFLICT ? PL_OK : st; /* who changed the case meanwhile kept newer ones */
}

pl_status pl_vuln_deadlines_catch_up(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader, uint64_t *ret,
	struct pl_diag *diag)
{
	return pl_vuln_each(inst, r, reader, pl_casework_sealed_missing, catch_one, ret, diag);
}
