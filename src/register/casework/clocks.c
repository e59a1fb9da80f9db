/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/clocks.h"
#include "base/time.h"
#include "register/sql.h"
#include <stdlib.h>

#define NAME_MAX_BYTES 48u

struct events {
	struct pl_clock_event list[PL_CLOCK_EVENTS_MAX];
	char names[PL_CLOCK_EVENTS_MAX][NAME_MAX_BYTES];
	uint64_t seq[PL_CLOCK_EVENTS_MAX];
	size_t n;
};

static bool kind_of(enum pl_casework_kind kind, enum pl_clock_event_kind *ret)
{
	static const struct {
		enum pl_casework_kind is;
		enum pl_clock_event_kind becomes;
	} kinds[] = {
		{PL_CASEWORK_HAPPENED, PL_CLOCK_HAPPENED}, {PL_CASEWORK_PAUSE, PL_CLOCK_PAUSE}, {PL_CASEWORK_RESUME, PL_CLOCK_RESUME},
		{PL_CASEWORK_EXTEND, PL_CLOCK_EXTEND}, {PL_CASEWORK_MEET, PL_CLOCK_MEET},
	};

	for (size_t i = 0; i < PL_COUNT(kinds); i++)
		if (kinds[i].is == kind) {
			*ret = kinds[i].becomes;
			return true;
		}
	return false;
}

/* By time; what happened at one moment in the order in which it was written. */
static void insert(struct events *x, struct pl_clock_event event, uint64_t seq)
{
	size_t at = x->n++;

	for (; at > 0 && x->list[at - 1].at > event.at; at--) {
		x->list[at] = x->list[at - 1];
		x->seq[at] = x->seq[at - 1];
	}
	x->list[at] = event;
	x->seq[at] = seq;
}

static pl_status take_events(const struct pl_casework_entry *e, size_t n, struct events *x)
{
	for (size_t i = 0; i < n; i++) {
		struct pl_clock_event event = {.at = e[i].at * PL_SECOND, .reason = "noted in the file"};

		if (!kind_of(e[i].kind, &event.kind))
			continue;
		if (x->n == PL_CLOCK_EVENTS_MAX)
			return PL_E_TOOBIG;
		if (pl_str_z(e[i].about, x->names[x->n], NAME_MAX_BYTES))
			return PL_E_CORRUPT;
		event.name = x->names[x->n];
		insert(x, event, e[i].seq);
	}
	return PL_OK;
}

static bool is_over(const struct pl_clock *c)
{
	return c->state == PL_CLOCK_MET || c->state == PL_CLOCK_MET_LATE || c->state == PL_CLOCK_HELD || c->state == PL_CLOCK_BROKEN;
}

static int by_due(const void *a, const void *b)
{
	const struct pl_clock *x = a, *y = b;

	if (is_over(x) != is_over(y))
		return is_over(x) ? 1 : -1;
	return x->due.strict < y->due.strict ? -1 : x->due.strict > y->due.strict;
}

pl_status pl_casework_clocks(const struct pl_calendar *calendar, const struct pl_casework_entry *e, size_t n, uint64_t now_ns,
	struct pl_clock ret[static PL_CLOCKS_MAX], size_t *ret_n, struct pl_diag *diag)
{
	struct events *x = PL_NEW(struct events);
	struct pl_clock all[PL_CLOCKS_MAX];
	size_t n_defs = 0;
	const struct pl_clock_def *defs = pl_clock_table(&n_defs);
	pl_status st = take_events(e, n, x);

	*ret_n = 0;
	if (!st && x->n)
		st = pl_clock_case(calendar, defs, n_defs, x->list, x->n, now_ns, all, diag);
	for (size_t i = 0; i < n_defs && !st && x->n; i++)
		if (all[i].state != PL_CLOCK_NOT_STARTED)
			ret[(*ret_n)++] = all[i];
	pl_free(x);
	qsort(ret, *ret_n, sizeof *ret, by_due);
	return st;
}

/* ---- for the queue ---- */

static pl_status read_events(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, struct pl_casework_entry *e,
	char (*about)[NAME_MAX_BYTES], size_t *ret_n)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	size_t n = 0;
	pl_status st = pl_db_query(tx, &pl_sql_work_entry_events,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(PL_CASEWORK_HAPPENED), PL_DB_U64(PL_CASEWORK_MEET),
			PL_DB_U64(PL_CLOCK_EVENTS_MAX)),
		&rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		e[n] = (struct pl_casework_entry){.seq = pl_db_col_u64(rows, 0), .at = pl_db_col_u64(rows, 1),
			.kind = (enum pl_casework_kind)pl_db_col_u64(rows, 2)};
		st = pl_str_z(pl_db_col_str(rows, 3), about[n], NAME_MAX_BYTES);
		e[n].about = pl_str_from(about[n]);
		n++;
	}
	*ret_n = n;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* What cannot be computed is no deadline; the page of the case says why. */
static uint64_t soonest(const struct pl_casework_entry *e, size_t n)
{
	struct pl_clock c[PL_CLOCKS_MAX];
	uint64_t due = (uint64_t)INT64_MAX;
	size_t n_clocks = 0;

	if (pl_casework_clocks(pl_calendar_find(PL_STR("EU")), e, n, pl_time_now(), c, &n_clocks, NULL))
		return due;
	for (size_t i = 0; i < n_clocks; i++)
		if (!is_over(&c[i]) && c[i].state != PL_CLOCK_PAUSED && !c[i].def->hold && c[i].due.strict / PL_SECOND < due)
			due = c[i].due.strict / PL_SECOND;
	return due;
}

pl_status pl_casework_due_refresh(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number)
{
	struct pl_casework_entry *e = pl_alloc(PL_CLOCK_EVENTS_MAX, sizeof *e);
	char (*about)[NAME_MAX_BYTES] = pl_alloc(PL_CLOCK_EVENTS_MAX, sizeof *about);
	size_t n = 0;
	pl_status st = read_events(tx, r, number, e, about, &n);

	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_case_due, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(soonest(e, n))), NULL);
	pl_free(e);
	pl_free(about);
	return st;
}
