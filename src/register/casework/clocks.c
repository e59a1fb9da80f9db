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

struct gathered {
	struct pl_casework_entry e[PL_CLOCK_EVENTS_MAX];
	char about[PL_CLOCK_EVENTS_MAX][NAME_MAX_BYTES];
	struct pl_clock clock[PL_CLOCKS_MAX];
	size_t n, n_clocks;
};

static pl_status read_events(struct pl_db_tx *tx, pl_str name, uint64_t number, struct gathered *g)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_entry_events,
		PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number), PL_DB_U64(PL_CASEWORK_HAPPENED), PL_DB_U64(PL_CASEWORK_MEET),
			PL_DB_U64(PL_CLOCK_EVENTS_MAX)),
		&rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		g->e[g->n] = (struct pl_casework_entry){.seq = pl_db_col_u64(rows, 0), .at = pl_db_col_u64(rows, 1),
			.kind = (enum pl_casework_kind)pl_db_col_u64(rows, 2)};
		st = pl_str_z(pl_db_col_str(rows, 3), g->about[g->n], NAME_MAX_BYTES);
		g->e[g->n].about = pl_str_from(g->about[g->n]);
		g->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_casework_clocks_at(struct pl_db_tx *tx, const struct pl_calendar *calendar, pl_str name, uint64_t number, uint64_t at_ns,
	struct pl_clock ret[static PL_CLOCKS_MAX], size_t *ret_n, struct pl_diag *diag)
{
	struct gathered *g = PL_NEW(struct gathered);
	pl_status st = read_events(tx, name, number, g);

	*ret_n = 0;
	if (!st)
		st = pl_casework_clocks(calendar, g->e, g->n, at_ns, ret, ret_n, diag);
	pl_free(g);
	return st;
}

static pl_status read_told(struct pl_db_tx *tx, pl_str name, uint64_t number, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_case_told, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number)), &rows);

	*ret = st ? 0 : pl_db_col_u64(rows, 0);
	return st ? st : pl_db_rows_status(rows);
}

/* ---- kept of a sealed history ---- */

/* What anybody is told of one of them: that it is one. */
static const struct pl_clock_def unnamed = {.code = "", .law = "", .article = "", .task = "a deadline of its sealed history", .starts = "", .period = {0}};

static struct pl_clock kept_clock(struct pl_db_rows *rows, uint64_t now_ns)
{
	struct pl_clock c = {.def = &unnamed, .started = pl_db_col_u64(rows, 0) * PL_SECOND,
		.due = {.strict = pl_db_col_u64(rows, 1) * PL_SECOND, .legal = pl_db_col_u64(rows, 2) * PL_SECOND}};

	c.state = now_ns < c.due.strict ? PL_CLOCK_RUNNING : now_ns < c.due.legal ? PL_CLOCK_OVERDUE_STRICT : PL_CLOCK_OVERDUE_LEGAL;
	c.left = (int64_t)(c.due.strict - now_ns);
	return c;
}

/* PL_E_NOTFOUND: nothing is kept; the file is asked. */
static pl_status read_kept(struct pl_db_tx *tx, pl_str name, uint64_t number, uint64_t now_ns, struct gathered *g)
{
	struct pl_db_rows *mark PL_CLEANUP(pl_db_rows_done) = NULL, *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_sealed_get, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number)), &mark);

	if (!st)
		st = pl_db_query(tx, &pl_sql_work_sealed_clock_list, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number), PL_DB_U64(PL_CLOCKS_MAX)), &rows);
	if (st)
		return st;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		g->clock[g->n_clocks++] = kept_clock(rows, now_ns);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static bool is_kept(const struct pl_clock *c)
{
	return c->started && !is_over(c) && c->state != PL_CLOCK_PAUSED && !c->def->hold;
}

static pl_status keep_clocks(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_clock *clocks, size_t n)
{
	pl_str name = r->decl->name;
	pl_status st = pl_db_exec(tx, &pl_sql_work_sealed_put,
		PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number), PL_DB_STR(pl_str_from(r->calendar->code))), NULL);

	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_sealed_clock_drop, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number)), NULL);
	for (size_t i = 0; i < n && !st; i++)
		if (is_kept(&clocks[i]))
			st = pl_db_exec(tx, &pl_sql_work_sealed_clock_put,
				PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number), PL_DB_U64(i), PL_DB_U64(clocks[i].started / PL_SECOND),
					PL_DB_U64(clocks[i].due.strict / PL_SECOND), PL_DB_U64(clocks[i].due.legal / PL_SECOND)),
				NULL);
	return st;
}

pl_status pl_casework_sealed_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_clock *clocks, size_t n)
{
	uint64_t told;
	pl_status st = read_told(tx, r->decl->name, number, &told);

	if (st) /* imported ones are nobody's work */
		return st == PL_E_NOTFOUND ? PL_OK : st;
	st = keep_clocks(tx, r, number, clocks, n);
	return st ? st : pl_casework_due_refresh(tx, r, number);
}

struct missing {
	const struct pl_register *r;
	uint64_t after, *ret;
	size_t max, n;
};

static pl_status list_missing(void *ctx, struct pl_db_tx *tx)
{
	struct missing *m = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_sealed_missing,
		PL_DB_ARGS(PL_DB_STR(m->r->decl->name), PL_DB_U64(m->after), PL_DB_STR(pl_str_from(m->r->calendar->code)), PL_DB_U64(m->max)), &rows);

	m->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		m->ret[m->n++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_casework_sealed_missing(struct pl_instance *inst, const struct pl_register *r, uint64_t after, uint64_t *ret, size_t max, size_t *ret_n)
{
	struct missing m = {.r = r, .after = after, .ret = ret, .max = max};
	pl_status st = pl_db_read(pl_instance_db(inst), list_missing, &m);

	*ret_n = m.n;
	return st;
}

/* What cannot be computed is no deadline; the page of the case says why. */
static pl_status gather(struct pl_db_tx *tx, const struct pl_calendar *calendar, pl_str name, uint64_t number, uint64_t now_ns,
	struct gathered *g)
{
	pl_status st = read_kept(tx, name, number, now_ns, g);

	if (st != PL_E_NOTFOUND)
		return st;
	st = read_events(tx, name, number, g);
	if (!st && pl_casework_clocks(calendar, g->e, g->n, now_ns, g->clock, &g->n_clocks, NULL))
		g->n_clocks = 0;
	return st;
}

/* The clock that runs and ends first, or NULL. */
static const struct pl_clock *soonest(const struct gathered *g)
{
	const struct pl_clock *first = NULL;

	for (size_t i = 0; i < g->n_clocks; i++) {
		const struct pl_clock *c = &g->clock[i];

		if (!is_over(c) && c->state != PL_CLOCK_PAUSED && !c->def->hold && (!first || c->due.strict < first->due.strict))
			first = c;
	}
	return first;
}

pl_status pl_casework_legal_end(struct pl_db_tx *tx, const struct pl_calendar *calendar, pl_str name, uint64_t number, uint64_t *ret)
{
	struct gathered *g = PL_NEW(struct gathered);
	pl_status st = gather(tx, calendar, name, number, pl_time_now(), g);
	const struct pl_clock *c = soonest(g);

	if (!st)
		*ret = c ? c->due.legal / PL_SECOND : 0;
	pl_free(g);
	return st;
}

static void pick_alarms(const struct gathered *g, uint64_t told, uint64_t now_ns, struct pl_casework_alarm *ret, size_t *ret_n, uint64_t *ret_next)
{
	*ret_n = 0;
	*ret_next = PL_CASEWORK_NEVER;
	for (size_t i = 0; i < g->n_clocks; i++) {
		struct pl_alarm list[PL_CLOCK_ALARMS_MAX];
		size_t n = g->clock[i].def->hold ? 0 : pl_clock_alarms(&g->clock[i], list);
		bool due = false;

		for (size_t j = 0; j < n; j++) {
			if (list[j].at / PL_SECOND <= told)
				continue;
			if (list[j].at > now_ns) {
				*ret_next = list[j].at / PL_SECOND < *ret_next ? list[j].at / PL_SECOND : *ret_next;
				break;
			}
			ret[*ret_n] = (struct pl_casework_alarm){g->clock[i], list[j]};
			due = true;
		}
		*ret_n += due;
	}
}

pl_status pl_casework_alarms(struct pl_db_tx *tx, const struct pl_calendar *calendar, pl_str name, uint64_t number, uint64_t told,
	uint64_t now_ns, struct pl_casework_alarm ret[static PL_CLOCKS_MAX], size_t *ret_n, uint64_t *ret_next)
{
	struct gathered *g = PL_NEW(struct gathered);
	pl_status st = gather(tx, calendar, name, number, now_ns, g);

	pick_alarms(g, told, now_ns, ret, ret_n, ret_next);
	pl_free(g);
	return st;
}

/* The alarm may have passed already; whoever tells them sees it then. */
static uint64_t first_alarm(const struct gathered *g, uint64_t told)
{
	struct pl_casework_alarm none[PL_CLOCKS_MAX];
	uint64_t next;
	size_t n;

	pick_alarms(g, told, 0, none, &n, &next);
	return next;
}

pl_status pl_casework_due_refresh(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number)
{
	struct gathered *g = PL_NEW(struct gathered);
	pl_str name = r->decl->name;
	uint64_t told = 0;
	pl_status st = gather(tx, r->calendar, name, number, pl_time_now(), g);
	const struct pl_clock *c = soonest(g);

	if (!st)
		st = read_told(tx, name, number, &told);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_case_due,
			PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number), PL_DB_U64(c ? c->due.strict / PL_SECOND : PL_CASEWORK_NEVER), PL_DB_U64(first_alarm(g, told))), NULL);
	pl_free(g);
	return st;
}

/* ---- of a whole register ---- */

#define TURN 100u /* cases in one transaction */

struct refreshing {
	const struct pl_register *r;
	uint64_t after, number[TURN];
	size_t n;
};

static pl_status list_some(struct pl_db_tx *tx, struct refreshing *x)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_case_timed,
		PL_DB_ARGS(PL_DB_STR(x->r->decl->name), PL_DB_U64(x->after), PL_DB_U64(PL_CASEWORK_NEVER), PL_DB_U64(TURN)), &rows);

	x->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		x->number[x->n++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status refresh_some(void *ctx, struct pl_db_tx *tx)
{
	struct refreshing *x = ctx;
	pl_status st = list_some(tx, x);

	for (size_t i = 0; i < x->n && !st; i++)
		st = pl_casework_due_refresh(tx, x->r, x->number[i]);
	return st;
}

pl_status pl_casework_due_refresh_all(struct pl_instance *inst, const struct pl_register *r)
{
	struct refreshing x = {.r = r};
	pl_status st;

	do {
		st = pl_db_tx(pl_instance_db(inst), refresh_some, &x);
		x.after = x.n ? x.number[x.n - 1] : x.after;
	} while (!st && x.n == TURN);
	return st;
}
