/* SPDX-License-Identifier: Apache-2.0 */
#include "register/report_due.h"
#include "register/sql.h"

#define DAY UINT64_C(86400)
#define WEEK_NS (7 * PL_ZONE_DAY)

/* ---- the clock ---- */

pl_status pl_report_clock(const struct pl_calendar *calendar, uint64_t days, uint64_t to, uint64_t now_ns, struct pl_clock *ret, struct pl_diag *diag)
{
	const struct pl_clock_def *rep = pl_clock_find(PL_STR("REP"));
	struct pl_clock_def def = *rep;
	struct pl_clock clock = {0};
	/* The last second of its last day where it is counted: a second later the day after would not be counted instead. */
	const struct pl_clock_event ended = {.at = pl_zone_instant(calendar->zone, to / DAY - 1, (DAY - 1) * PL_SECOND), .kind = PL_CLOCK_HAPPENED,
		.name = def.starts};
	pl_status st;

	def.period = (struct pl_span){(unsigned)days, PL_UNIT_DAY};
	st = pl_clock_case(calendar, &def, 1, &ended, 1, now_ns, &clock, diag);
	clock.def = rep;
	if (!st)
		*ret = clock;
	return st;
}

bool pl_report_alarm(const struct pl_clock *clock, uint64_t told, uint64_t now_ns, struct pl_alarm *ret_alarm)
{
	struct pl_alarm list[PL_CLOCK_ALARMS_MAX], last = {0};
	size_t n = pl_clock_alarms(clock, list);

	for (size_t i = 0; i < n; i++)
		if (list[i].at <= now_ns)
			last = list[i];
	if (n && now_ns >= clock->due.legal)
		last = (struct pl_alarm){.at = clock->due.legal + (now_ns - clock->due.legal) / WEEK_NS * WEEK_NS, .kind = PL_ALARM_LEGAL};
	if (!last.at || last.at <= told)
		return false;
	*ret_alarm = last;
	return true;
}

/* ---- which ---- */

/* Of one register. */
struct owing {
	const struct pl_register *r;
	uint64_t now_ns;
	size_t n;
	struct pl_report_due list[PL_REPORT_DUE_MAX];
	struct pl_diag *diag;
};

/* Seconds of the first head; 0: there is none. */
static pl_status first_head(struct pl_db_tx *tx, pl_str name, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_end_first, PL_DB_ARGS(PL_DB_STR(name)), &rows);

	*ret = st ? 0 : pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st ? st : pl_db_rows_status(rows);
}

static pl_status is_published(struct pl_db_tx *tx, pl_str name, uint64_t from, uint64_t to, bool *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_report_latest, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(from), PL_DB_U64(to)), &rows);

	*ret = st == PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static void half_year(uint64_t at, uint64_t *from, uint64_t *to)
{
	unsigned y, m, d;

	pl_time_civil(at / DAY, &y, &m, &d);
	*from = pl_time_days(y, m > 6 ? 7 : 1, 1) * DAY;
	*to = pl_time_days(m > 6 ? y + 1 : y, m > 6 ? 1 : 7, 1) * DAY;
}

static pl_status look(void *ctx, struct pl_db_tx *tx)
{
	struct owing *o = ctx;
	pl_str name = o->r->decl->name;
	uint64_t at = 0, from, to;
	pl_status st = first_head(tx, name, &at);

	o->n = 0;
	if (st || !at)
		return st;
	for (half_year(at, &from, &to); to <= o->now_ns / PL_SECOND && o->n < PL_REPORT_DUE_MAX && !st; half_year(to, &from, &to)) {
		struct pl_report_due *due = &o->list[o->n];
		bool published = false;

		*due = (struct pl_report_due){.from = from, .to = to};
		st = is_published(tx, name, from, to, &published);
		if (st || published)
			continue;
		st = pl_report_clock(o->r->calendar, o->r->decl->report_days, to, o->now_ns, &due->clock, o->diag);
		if (st == PL_E_RANGE) { /* years of which no holidays are known: what cannot be computed is no deadline */
			st = PL_OK;
			continue;
		}
		pl_period_write(from, to, due->period);
		(void)pl_str_z(name, due->name, sizeof due->name); /* names are shorter */
		o->n++;
	}
	return st;
}

/* Sort @d into the @n of @list; those that end first stay. */
static size_t insert(struct pl_report_due *list, size_t n, const struct pl_report_due *d)
{
	size_t at = n;

	for (; at > 0 && list[at - 1].clock.due.strict > d->clock.due.strict; at--)
		if (at < PL_REPORT_DUE_MAX)
			list[at] = list[at - 1];
	if (at < PL_REPORT_DUE_MAX)
		list[at] = *d;
	return n < PL_REPORT_DUE_MAX ? n + 1 : n;
}

static pl_status one_register(struct pl_instance *inst, pl_str name, struct owing *o, struct pl_report_due *list, size_t *n)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	pl_status st = pl_register_open(inst, name, &r, o->diag);

	if (st || !r->decl->report_days)
		return st;
	o->r = r;
	st = pl_db_read(pl_instance_db(inst), look, o);
	for (size_t i = 0; i < o->n && !st; i++)
		*n = insert(list, *n, &o->list[i]);
	return st;
}

pl_status pl_report_due_list(struct pl_instance *inst, pl_str name, uint64_t now_ns, struct pl_report_due *ret, size_t *ret_n, struct pl_diag *diag)
{
	struct pl_register_names names = {0};
	struct owing *o = PL_NEW(struct owing);
	size_t n = 0;
	pl_status st;

	o->now_ns = now_ns;
	o->diag = diag;
	st = name.len ? one_register(inst, name, o, ret, &n) : pl_register_names(inst, &names);
	for (size_t i = 0; i < names.n && !st; i++)
		st = one_register(inst, pl_str_from(names.name[i]), o, ret, &n);
	pl_register_names_done(&names);
	pl_free(o);
	*ret_n = st ? 0 : n;
	return st;
}
