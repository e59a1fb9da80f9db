/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/report_alarm.h"
#include "register/casework/alarm.h"
#include "register/casework/spool.h"
#include "register/report_due.h"
#include "register/sql.h"
#include <stdio.h>

#define TEXT_MAX ((size_t)64 << 10)

struct telling {
	struct pl_report_due list[PL_REPORT_DUE_MAX];
	uint64_t told[PL_REPORT_DUE_MAX]; /* seconds; 0: never */
	bool now[PL_REPORT_DUE_MAX];
	size_t n;
	uint64_t now_ns, count;
	struct pl_buf text;
	const struct pl_spool_item *item;
};

static void put_report(const struct telling *t, const struct pl_report_due *d, struct pl_buf *out)
{
	pl_buf_printf(out, "%s %s: %s, %s\n  ", d->name, d->period, d->clock.def->code, d->clock.def->task);
	pl_alarm_put_ends(t->now_ns, &d->clock.due, out);
	pl_buf_printf(out, "  pellucid report make %s %s\n\n", d->name, d->period);
}

static pl_status read_told(struct pl_db_tx *tx, const struct pl_report_due *d, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_report_told, PL_DB_ARGS(PL_DB_STR(pl_str_from(d->name)), PL_DB_U64(d->from)), &rows);

	*ret = st ? 0 : pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st ? st : pl_db_rows_status(rows);
}

static pl_status gather(void *ctx, struct pl_db_tx *tx)
{
	struct telling *t = ctx;
	pl_status st = PL_OK;

	t->count = 0;
	pl_buf_clear(&t->text);
	for (size_t i = 0; i < t->n && !st; i++) {
		struct pl_alarm alarm;

		st = read_told(tx, &t->list[i], &t->told[i]);
		t->now[i] = !st && pl_report_alarm(&t->list[i].clock, t->told[i] * PL_SECOND, t->now_ns, &alarm);
		if (t->now[i])
			put_report(t, &t->list[i], &t->text);
		t->count += t->now[i];
	}
	return st ? st : pl_buf_status(&t->text);
}

static pl_status tell(void *ctx, struct pl_db_tx *tx)
{
	struct telling *t = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < t->n && !st; i++) {
		uint64_t changed = 0;

		if (!t->now[i])
			continue;
		st = pl_db_exec(tx, &pl_sql_work_report_tell,
			PL_DB_ARGS(PL_DB_STR(pl_str_from(t->list[i].name)), PL_DB_U64(t->list[i].from), PL_DB_U64(t->now_ns / PL_SECOND), PL_DB_U64(t->told[i])),
			&changed);
		if (!st && !changed)
			st = PL_E_CONFLICT; /* somebody told it meanwhile */
	}
	return st ? st : pl_spool_put(tx, t->item);
}

static pl_status send(struct pl_instance *inst, struct telling *t, struct pl_diag *diag)
{
	struct pl_spool_item item PL_CLEANUP(pl_spool_item_done) = {0};
	char subject[80];
	pl_status st;

	(void)snprintf(subject, sizeof subject, "%llu half-yearly report%s due", (unsigned long long)t->count, t->count == 1 ? "" : "s");
	st = pl_spool_item_make(inst, pl_instance_conf(inst)->mail_alarms, pl_str_from(subject), pl_buf_str(&t->text), &item, diag);
	t->item = &item;
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), tell, t);
	t->item = NULL;
	return st;
}

pl_status pl_report_alarm_tell(struct pl_instance *inst, uint64_t now_ns, uint64_t *ret, struct pl_diag *diag)
{
	struct telling *t;
	pl_status st;

	*ret = 0;
	if (!pl_instance_conf(inst)->mail_alarms.len)
		return PL_OK;
	t = PL_NEW(struct telling);
	t->now_ns = now_ns;
	pl_buf_init(&t->text, TEXT_MAX);
	st = pl_report_due_list(inst, (pl_str){0}, now_ns, t->list, &t->n, diag);
	if (!st && t->n)
		st = pl_db_read(pl_instance_db(inst), gather, t);
	if (!st && t->count)
		st = send(inst, t, diag);
	if (!st)
		*ret = t->count;
	pl_buf_done(&t->text);
	pl_free(t);
	return st == PL_E_CONFLICT ? PL_OK : st;
}
