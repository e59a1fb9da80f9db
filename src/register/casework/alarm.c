/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/alarm.h"
#include "base/time.h"
#include "register/casework/clocks.h"
#include "register/casework/spool.h"
#include "register/sql.h"
#include <stdio.h>

#define TEXT_MAX ((size_t)64 << 10)
#define TEXT_ENOUGH ((size_t)16 << 10) /* the rest in the next mail */
#define MINUTE (60 * PL_SECOND)

struct told_case {
	char name[PL_REGISTER_NAME_MAX + 1];
	uint64_t number, alarm, told, next;
};

struct telling {
	const struct pl_instance_conf *conf;
	uint64_t now_ns, count, cases; /* count: of deadlines */
	size_t n;
	struct told_case list[PL_ALARM_CASES_MAX];
	struct pl_buf text;
	const struct pl_spool_item *item;
	struct pl_diag *diag;
};

/* ---- what is said ---- */

void pl_alarm_put_left(uint64_t now, uint64_t end, struct pl_buf *out)
{
	uint64_t ns = now < end ? end - now : now - end, hours = ns / PL_HOUR;
	uint64_t n = hours >= 48 ? hours / 24 : hours ? hours : ns / MINUTE;
	const char *unit = hours >= 48 ? "day" : hours ? "hour" : "minute";

	pl_buf_printf(out, now < end ? "%llu %s%s left" : "%llu %s%s over", (unsigned long long)n, unit, n == 1 ? "" : "s");
}

void pl_alarm_put_ends(uint64_t now_ns, const struct pl_due *due, struct pl_buf *out)
{
	char strict[21], legal[21];

	pl_time_write(due->strict, strict);
	pl_time_write(due->legal, legal);
	pl_alarm_put_left(now_ns, due->strict, out);
	pl_buf_printf(out, ": strict end %s, legal end %s\n", strict, legal);
}

static void put_alarm(const struct telling *t, const struct told_case *c, const struct pl_casework_alarm *a, struct pl_buf *out)
{
	pl_str url = t->conf->public_url;

	pl_buf_printf(out, "%s %llu: %s%s%s\n  ", c->name, (unsigned long long)c->number, a->clock.def->code, a->clock.def->code[0] ? ", " : "",
		a->clock.def->task);
	pl_alarm_put_ends(t->now_ns, &a->clock.due, out);
	while (pl_str_ends(url, PL_STR("/")))
		url.len--;
	if (url.len)
		pl_buf_printf(out, "  %.*s/desk/case/%s/%llu\n", PL_STR_ARG(url), c->name, (unsigned long long)c->number);
	pl_buf_put_c(out, '\n');
}

/* ---- which ---- */

static pl_status list_due(struct telling *t, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_case_alarms, PL_DB_ARGS(PL_DB_U64(t->now_ns / PL_SECOND), PL_DB_U64(PL_ALARM_CASES_MAX)), &rows);

	t->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct told_case *c = &t->list[t->n];

		c->number = pl_db_col_u64(rows, 1);
		c->alarm = pl_db_col_u64(rows, 2);
		c->told = pl_db_col_u64(rows, 3);
		st = pl_str_z(pl_db_col_str(rows, 0), c->name, sizeof c->name);
		t->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status gather(void *ctx, struct pl_db_tx *tx)
{
	struct telling *t = ctx;
	const struct pl_calendar *calendar = NULL;
	pl_status st = list_due(t, tx);

	t->count = t->cases = 0;
	pl_buf_clear(&t->text);
	for (size_t i = 0; i < t->n && !st; i++) {
		struct told_case *c = &t->list[i];
		struct pl_casework_alarm alarms[PL_CLOCKS_MAX];
		size_t n = 0;

		if (!i || strcmp(c->name, c[-1].name) != 0)
			st = pl_register_calendar(tx, t->conf, pl_str_from(c->name), &calendar, t->diag);
		if (!st)
			st = pl_casework_alarms(tx, calendar, pl_str_from(c->name), c->number, c->told, t->now_ns, alarms, &n, &c->next);
		for (size_t j = 0; j < n && !st; j++)
			put_alarm(t, c, &alarms[j], &t->text);
		t->count += n;
		t->cases += n > 0;
		if (t->text.len > TEXT_ENOUGH)
			t->n = i + 1;
	}
	return st ? st : pl_buf_status(&t->text);
}

/* ---- told ---- */

static pl_status tell(void *ctx, struct pl_db_tx *tx)
{
	struct telling *t = ctx;
	uint64_t all = 0;
	pl_status st = PL_OK;

	for (size_t i = 0; i < t->n && !st; i++) {
		const struct told_case *c = &t->list[i];
		uint64_t changed = 0;

		st = pl_db_exec(tx, &pl_sql_work_case_tell,
			PL_DB_ARGS(PL_DB_STR(pl_str_from(c->name)), PL_DB_U64(c->number), PL_DB_U64(c->alarm), PL_DB_U64(t->now_ns / PL_SECOND),
				PL_DB_U64(c->next)),
			&changed);
		all += changed;
	}
	if (!st && t->count && all != t->n)
		return PL_E_CONFLICT; /* somebody told some of it, or a clock was set: look again */
	return !st && t->count ? pl_spool_put(tx, t->item) : st;
}

pl_status pl_alarm_tell(struct pl_instance *inst, uint64_t now_ns, uint64_t *ret, struct pl_diag *diag)
{
	struct telling *t = PL_NEW(struct telling);
	struct pl_spool_item item PL_CLEANUP(pl_spool_item_done) = {0};
	char subject[80];
	pl_status st = PL_OK;

	*ret = 0;
	t->conf = pl_instance_conf(inst);
	t->now_ns = now_ns;
	pl_buf_init(&t->text, TEXT_MAX);
	t->item = &item;
	t->diag = diag;
	if (t->conf->mail_alarms.len)
		st = pl_db_read(pl_instance_db(inst), gather, t);
	if (!st && t->count) {
		(void)snprintf(subject, sizeof subject, "%llu deadline%s of %llu case%s", (unsigned long long)t->count, t->count == 1 ? "" : "s",
			(unsigned long long)t->cases, t->cases == 1 ? "" : "s");
		st = pl_spool_item_make(inst, t->conf->mail_alarms, pl_str_from(subject), pl_buf_str(&t->text), &item, diag);
	}
	if (!st && t->n)
		st = pl_db_tx(pl_instance_db(inst), tell, t);
	if (st == PL_E_CONFLICT)
		st = PL_OK;
	else if (!st)
		*ret = t->cases;
	pl_buf_done(&t->text);
	pl_free(t);
	return st;
}
