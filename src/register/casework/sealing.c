/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/sealing.h"
#include "base/time.h"
#include "register/casework/clocks.h"
#include "register/sql.h"

#define NEVER PL_CASEWORK_NEVER
#define DAY UINT64_C(86400)
#define YEARS_MAX (UINT64_C(100) * 366 * DAY)

/* ---- one ---- */

static pl_status read_one(struct pl_db_tx *tx, pl_str name, uint64_t number, struct pl_sealing *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_seal_get, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number)), &rows);

	if (st)
		return st;
	*ret = (struct pl_sealing){.name = name, .number = number, .since = pl_db_col_u64(rows, 0), .ends = pl_db_col_u64(rows, 1),
		.opened = pl_db_col_u64(rows, 2)};
	ret->ends = ret->ends == NEVER ? 0 : ret->ends;
	return pl_db_rows_status(rows);
}

/* Registers that were imported have no files of cases. */
static pl_status note(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, enum pl_casework_kind kind,
	const struct pl_ulid *account, uint64_t ends, uint64_t now)
{
	struct pl_casework_new entry = {.kind = kind, .at = now, .account = *account};
	char text[21];
	pl_status st;

	if (ends) {
		pl_time_write(ends * PL_SECOND, text);
		entry.about = pl_str_from(text);
		entry.about.len = 10; /* the day of it */
	}
	st = pl_casework_put(tx, r, number, &entry, NULL);
	return st == PL_E_NOTFOUND && r->decl->imported ? PL_OK : st;
}

/* ---- sealing ---- */

static pl_status check_end(const struct pl_register *r, uint64_t ends, uint64_t now, struct pl_diag *diag)
{
	if (pl_register_released(r->decl) != PL_REGISTER_NONE && ends)
		return pl_diag_set(diag, PL_E_STATE, "cases of %.*s open when their desk releases them: an embargo has a date of its own",
			PL_STR_ARG(r->decl->name));
	if (ends && ends < now / DAY * DAY)
		return pl_diag_set(diag, PL_E_RANGE, "the end of a seal is today or later; where it is over already: unseal the case");
	if (ends > now + YEARS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "the end of a seal lies at most a hundred years ahead; an order that names none: name none");
	return PL_OK;
}

/* When somebody must hear of it next. */
static uint64_t alarm_of(uint64_t ends, uint64_t now)
{
	if (!ends)
		return now + PL_SEALING_REVIEW;
	return ends > now + PL_SEALING_LEAD ? ends - PL_SEALING_LEAD : ends;
}

static pl_status move(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t ends, uint64_t now)
{
	uint64_t n = 0;

	return pl_db_exec(tx, &pl_sql_work_seal_move,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(ends ? ends : NEVER), PL_DB_U64(alarm_of(ends, now))), &n);
}

static pl_status put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t ends, uint64_t now)
{
	return pl_db_exec(tx, &pl_sql_work_seal_put,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(now), PL_DB_U64(ends ? ends : NEVER), PL_DB_U64(alarm_of(ends, now))),
		NULL);
}

static pl_status is_sealed(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, bool *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number)), &rows);

	*ret = false;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st; /* said by whoever seals it */
	*ret = pl_db_col_u64(rows, 1) == PL_ROW_SEALED;
	return pl_db_rows_status(rows);
}

pl_status pl_sealing_seal(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, uint64_t ends,
	uint64_t now, struct pl_diag *diag)
{
	struct pl_sealing before = {0};
	bool sealed = false, known;
	pl_status st = check_end(r, ends, now, diag);

	if (!st)
		st = is_sealed(tx, r, number, &sealed);
	if (st)
		return st;
	st = read_one(tx, r->decl->name, number, &before);
	known = !st && sealed && !before.opened;
	if (known && ends && before.ends == ends)
		return PL_OK;
	if (st && st != PL_E_NOTFOUND)
		return st;
	/* What was sealed before ends were known here is given one, too. */
	st = sealed && ends ? PL_OK : pl_register_seal(tx, r, number, true, diag);
	if (!st)
		st = known ? move(tx, r, number, ends, now) : put(tx, r, number, ends, now);
	return st ? st : note(tx, r, number, PL_CASEWORK_SEAL, account, ends, now);
}

/* ---- opening ---- */

pl_status pl_sealing_open(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, uint64_t now,
	struct pl_diag *diag)
{
	struct pl_sealing s = {0};
	char end[21], today[21];
	pl_status st = read_one(tx, r->decl->name, number, &s);

	if (st && st != PL_E_NOTFOUND)
		return st;
	if (!st && !s.opened && s.ends > now) {
		pl_time_write(s.ends * PL_SECOND, end);
		pl_time_write(now * PL_SECOND, today);
		pl_diag_hint(diag, "an order that was lifted early ends today: pellucid register seal %.*s %llu --until %.10s", PL_STR_ARG(r->decl->name),
			(unsigned long long)number, today);
		return pl_diag_set(diag, PL_E_DENIED, "case %llu is sealed until %.10s", (unsigned long long)number, end);
	}
	st = pl_register_seal(tx, r, number, false, diag);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_seal_open, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(now)), NULL);
	return st ? st : note(tx, r, number, PL_CASEWORK_UNSEAL, account, 0, now);
}

/* ---- reading ---- */

struct getting {
	const struct pl_register *r;
	uint64_t number;
	struct pl_sealing one;
};

static pl_status get(void *ctx, struct pl_db_tx *tx)
{
	struct getting *g = ctx;

	return read_one(tx, g->r->decl->name, g->number, &g->one);
}

pl_status pl_sealing_get(struct pl_instance *inst, const struct pl_register *r, uint64_t number, struct pl_sealing *ret)
{
	struct getting g = {.r = r, .number = number};
	pl_status st = pl_db_read(pl_instance_db(inst), get, &g);

	if (!st)
		*ret = g.one;
	return st;
}

struct listing {
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_sealing *list;
};

static pl_status list(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_seal_list, PL_DB_ARGS(PL_DB_U64(l->limit)), &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_sealing *s = &l->list[l->n++];

		*s = (struct pl_sealing){.number = pl_db_col_u64(rows, 1), .since = pl_db_col_u64(rows, 2), .ends = pl_db_col_u64(rows, 3)};
		s->ends = s->ends == NEVER ? 0 : s->ends;
		st = pl_arena_dup(l->arena, pl_db_col_str(rows, 0), &s->name);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_sealing_list(struct pl_instance *inst, size_t limit, struct pl_arena *arena, struct pl_sealing **ret, size_t *ret_n)
{
	struct listing l = {.limit = limit, .arena = arena};
	pl_status st;

	l.list = pl_arena_alloc(arena, limit + 1, sizeof *l.list);
	if (!l.list)
		return PL_E_NOMEM;
	st = pl_db_read(pl_instance_db(inst), list, &l);
	*ret = l.list;
	*ret_n = l.n;
	return st;
}
