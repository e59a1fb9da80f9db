/* SPDX-License-Identifier: Apache-2.0 */
/* Telling that the end of a seal comes near, and that it has come. */
#include "base/time.h"
#include "register/casework/clocks.h"
#include "register/casework/sealing.h"
#include "register/casework/spool.h"
#include "register/sql.h"
#include <stdio.h>

#define TEXT_MAX ((size_t)32 << 10)
#define NEVER PL_CASEWORK_NEVER
#define DAY UINT64_C(86400)

struct told {
	char name[PL_REGISTER_NAME_MAX + 1];
	uint64_t number, since, ends, alarm;
};

struct telling {
	const struct pl_instance_conf *conf;
	uint64_t now; /* seconds */
	size_t n;
	struct told list[PL_SEALING_TELL_MAX];
	struct pl_buf text;
	const struct pl_spool_item *item;
};

/* ---- what is said ---- */

static void put_one(const struct telling *t, const struct told *c, struct pl_buf *out)
{
	pl_str url = t->conf->public_url;
	char since[21], end[21];

	pl_time_write(c->since * PL_SECOND, since);
	pl_buf_printf(out, "%s %llu: ", c->name, (unsigned long long)c->number);
	if (c->ends == NEVER) {
		pl_buf_printf(out, "sealed since %.10s, and nobody named an end: is it still forbidden to speak of it?\n", since);
	} else {
		uint64_t left = c->ends > t->now ? c->ends - t->now : 0, days = (left + DAY - 1) / DAY;

		pl_time_write(c->ends * PL_SECOND, end);
		if (left)
			pl_buf_printf(out, "its seal ends %.10s, %llu day%s left\n", end, (unsigned long long)days, days == 1 ? "" : "s");
		else
			pl_buf_printf(out, "its seal ended %.10s. Nothing opens by itself: unseal it, or name another end\n", end);
	}
	while (pl_str_ends(url, PL_STR("/")))
		url.len--;
	if (url.len)
		pl_buf_printf(out, "  %.*s/desk/case/%s/%llu\n", PL_STR_ARG(url), c->name, (unsigned long long)c->number);
	pl_buf_put_c(out, '\n');
}

static pl_status gather(void *ctx, struct pl_db_tx *tx)
{
	struct telling *t = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_seal_alarms, PL_DB_ARGS(PL_DB_U64(t->now), PL_DB_U64(PL_SEALING_TELL_MAX)), &rows);

	t->n = 0;
	pl_buf_clear(&t->text);
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct told *c = &t->list[t->n];

		*c = (struct told){.number = pl_db_col_u64(rows, 1), .since = pl_db_col_u64(rows, 2), .ends = pl_db_col_u64(rows, 3),
			.alarm = pl_db_col_u64(rows, 4)};
		st = pl_str_z(pl_db_col_str(rows, 0), c->name, sizeof c->name);
		if (st)
			break;
		put_one(t, c, &t->text);
		t->n++;
	}
	if (st && st != PL_E_NOTFOUND)
		return st;
	return pl_buf_status(&t->text);
}

/* ---- told ---- */

static uint64_t next_alarm(const struct telling *t, const struct told *c)
{
	if (c->ends == NEVER)
		return t->now + PL_SEALING_REVIEW;
	return c->ends > t->now ? c->ends : NEVER;
}

static pl_status tell(void *ctx, struct pl_db_tx *tx)
{
	struct telling *t = ctx;
	uint64_t all = 0;
	pl_status st = PL_OK;

	for (size_t i = 0; i < t->n && !st; i++) {
		const struct told *c = &t->list[i];
		uint64_t changed = 0;

		st = pl_db_exec(tx, &pl_sql_work_seal_tell,
			PL_DB_ARGS(PL_DB_STR(pl_str_from(c->name)), PL_DB_U64(c->number), PL_DB_U64(c->alarm), PL_DB_U64(next_alarm(t, c))), &changed);
		all += changed;
	}
	if (!st && all != t->n)
		return PL_E_CONFLICT; /* somebody told some of it, or named another end: look again */
	return st ? st : pl_spool_put(tx, t->item);
}

pl_status pl_sealing_tell(struct pl_instance *inst, uint64_t now_ns, uint64_t *ret, struct pl_diag *diag)
{
	struct telling *t = PL_NEW(struct telling);
	struct pl_spool_item item PL_CLEANUP(pl_spool_item_done) = {0};
	char subject[64];
	pl_status st = PL_OK;

	*ret = 0;
	t->conf = pl_instance_conf(inst);
	t->now = now_ns / PL_SECOND;
	t->item = &item;
	pl_buf_init(&t->text, TEXT_MAX);
	if (t->conf->mail_alarms.len)
		st = pl_db_read(pl_instance_db(inst), gather, t);
	if (!st && t->n) {
		(void)snprintf(subject, sizeof subject, "%zu sealed case%s", t->n, t->n == 1 ? "" : "s");
		st = pl_spool_item_make(inst, t->conf->mail_alarms, pl_str_from(subject), pl_buf_str(&t->text), &item, diag);
	}
	if (!st && t->n)
		st = pl_db_tx(pl_instance_db(inst), tell, t);
	if (!st)
		*ret = t->n;
	pl_buf_done(&t->text);
	pl_free(t);
	return st == PL_E_CONFLICT ? PL_OK : st;
}
