/* SPDX-License-Identifier: Apache-2.0 */
/* register/audit/hand_out_step: prolonging a hand-out, taking it back, and what was done with it. */
#include "base/codec.h"
#include "base/date.h"
#include "base/time.h"
#include "register/audit/hand_out.h"
#include "register/audit/sql.h"
#include "register/recover.h"

#define DAY UINT64_C(86400)
#define BACK_TRIES 4u

const char *const pl_hand_out_reasons[PL_HAND_OUT_REASONS + 1] = {
	[PL_HAND_OUT_TERMS_BROKEN] = "terms-broken", [PL_HAND_OUT_GIVEN_IN_ERROR] = "given-in-error",
	[PL_HAND_OUT_REPLACED] = "document-replaced", [PL_HAND_OUT_READER_ASKED] = "reader-asked",
};

pl_status pl_hand_out_reason_parse(pl_str word, enum pl_hand_out_reason *ret)
{
	for (unsigned i = 0; i < PL_HAND_OUT_REASONS; i++) {
		if (pl_str_eq(word, pl_str_from(pl_hand_out_reasons[i]))) {
			*ret = (enum pl_hand_out_reason)i;
			return PL_OK;
		}
	}
	return PL_E_SYNTAX;
}

/* ---- reading ---- */

static pl_status get_tx(struct pl_db_tx *tx, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_hand_out *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_hand_out_one, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(number)), &rows);

	return st ? st : pl_hand_out_take(rows, arena, ret);
}

struct reading {
	pl_str name;
	uint64_t number;
	struct pl_arena *arena;
	struct pl_hand_out *ret;
	struct pl_hand_out_step *steps;
	size_t n, max;
};

static pl_status read_one(void *ctx, struct pl_db_tx *tx)
{
	struct reading *g = ctx;

	return get_tx(tx, g->name, g->number, g->arena, g->ret);
}

pl_status pl_hand_out_get(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_hand_out *ret)
{
	struct reading g = {.name = name, .number = number, .arena = arena, .ret = ret};

	return number > INT64_MAX ? PL_E_NOTFOUND : pl_db_read(pl_instance_db(inst), read_one, &g);
}

static pl_status take_step(struct pl_db_rows *rows, struct pl_hand_out_step *ret)
{
	struct pl_hand_out_step s = {.at = pl_db_col_u64(rows, 0), .kind = (enum pl_hand_out_step_kind)pl_db_col_u64(rows, 1),
		.before = pl_db_col_u64(rows, 3), .after = pl_db_col_u64(rows, 4)};

	pl_db_col_fixed(rows, 2, s.account.b, sizeof s.account.b);
	if ((unsigned)s.kind > PL_HAND_OUT_TAKEN_BACK ||
		(s.kind == PL_HAND_OUT_TAKEN_BACK && pl_hand_out_reason_parse(pl_db_col_str(rows, 5), &s.reason)))
		return PL_E_CORRUPT;
	*ret = s;
	return pl_db_rows_status(rows);
}

static pl_status make_room(struct reading *g, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_hand_out_step_count, PL_DB_ARGS(PL_DB_STR(g->name), PL_DB_U64(g->number)), &rows);

	if (st)
		return st;
	g->max = pl_db_col_u64(rows, 0);
	g->n = 0;
	g->steps = pl_arena_alloc(g->arena, g->max + 1, sizeof *g->steps);
	return g->steps ? pl_db_rows_status(rows) : PL_E_NOMEM;
}

static pl_status read_steps(void *ctx, struct pl_db_tx *tx)
{
	struct reading *g = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = make_room(g, tx);

	if (st)
		return st;
	st = pl_db_query(tx, &pl_sql_hand_out_steps, PL_DB_ARGS(PL_DB_STR(g->name), PL_DB_U64(g->number)), &rows);

	while (!st && g->n < g->max && (st = pl_db_step(rows)) == PL_OK) {
		st = take_step(rows, &g->steps[g->n]);
		g->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_hand_out_steps(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_hand_out_step **ret,
	size_t *ret_n)
{
	struct reading g = {.name = name, .number = number, .arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), read_steps, &g);

	if (st)
		return st;
	*ret = g.steps;
	*ret_n = g.n;
	return PL_OK;
}

/* ---- a step ---- */

struct stepping {
	const struct pl_register *r;
	struct pl_register_view *v; /* NULL: its private part was erased */
	struct pl_hand_out was;     /* as it was judged */
	struct pl_arena arena;
	struct pl_hand_out_step step;
	uint64_t expires, ended;    /* from now on */
	struct pl_diag *diag;
};

static pl_status revise(const struct stepping *s, struct pl_db_tx *tx)
{
	const struct pl_register_field *f = pl_register_decl_field(s->r->decl, PL_STR("expires"));
	uint8_t bytes[8];
	struct pl_register_case made;

	if (!s->v || !f)
		return PL_OK;
	pl_be64_write(bytes, s->step.after);
	return pl_register_case_change_tx(tx, s->r, s->v,
		&(struct pl_register_set){(size_t)(f - s->r->decl->fields), {true, pl_bytes_of(bytes, sizeof bytes)}}, 1, &made, s->diag);
}

static pl_status write_step(void *ctx, struct pl_db_tx *tx)
{
	struct stepping *s = ctx;
	const struct pl_hand_out_step *t = &s->step;
	const char *reason = t->kind == PL_HAND_OUT_TAKEN_BACK ? pl_hand_out_reasons[t->reason] : "";
	struct pl_hand_out now = {0};
	pl_status st = revise(s, tx);

	/* The revision is alone with its register; who has none is stopped by the number of the step. */
	if (!st)
		st = get_tx(tx, s->was.name, s->was.number, &s->arena, &now);
	if (!st && (now.expires != s->was.expires || now.ended != s->was.ended))
		st = PL_E_CONFLICT;
	if (!st)
		st = pl_db_exec(tx, &pl_sql_hand_out_set,
			PL_DB_ARGS(PL_DB_STR(s->was.name), PL_DB_U64(s->was.number), PL_DB_U64(s->expires), PL_DB_U64(s->ended)), NULL);
	return st ? st :
		    pl_db_exec(tx, &pl_sql_hand_out_step_put,
			    PL_DB_ARGS(PL_DB_STR(s->was.name), PL_DB_U64(s->was.number), PL_DB_U64(t->at), PL_DB_U64((uint64_t)t->kind),
				    PL_DB_MEM(t->account.b, sizeof t->account.b), PL_DB_U64(t->before), PL_DB_U64(t->after),
				    PL_DB_STR(pl_str_from(reason))),
			    NULL);
}

static pl_status find(struct pl_instance *inst, struct stepping *s, uint64_t number)
{
	pl_status st = pl_hand_out_get(inst, s->r->decl->name, number, &s->arena, &s->was);
	char time[21];

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(s->diag, st, "there is no hand-out %llu of %.*s", (unsigned long long)number, PL_STR_ARG(s->r->decl->name));
	if (st || !s->was.ended)
		return st;
	pl_time_write(s->was.ended * PL_SECOND, time);
	return pl_diag_set(s->diag, PL_E_STATE, "hand-out %llu was taken back at %s", (unsigned long long)number, time);
}

/* Its case, if something private is left of it. */
static pl_status read_case(struct pl_instance *inst, struct stepping *s, const struct pl_register_reader *who)
{
	pl_status st = pl_register_case_read(inst, s->r, s->was.number, NULL, &s->v, s->diag);
	bool kept = !st && s->v->kept;

	pl_register_view_free(s->v);
	s->v = NULL;
	return st || !kept ? st : pl_register_case_read(inst, s->r, s->was.number, who, &s->v, s->diag);
}

static pl_status take(struct pl_instance *inst, struct stepping *s)
{
	pl_status st = pl_register_current(inst, s->diag);

	s->step.before = s->was.expires;
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), write_step, s);
	if (st == PL_E_CONFLICT || st == PL_E_EXISTS)
		return pl_diag_set(s->diag, PL_E_CONFLICT, "hand-out %llu was changed meanwhile: look at it again", (unsigned long long)s->was.number);
	return st;
}

static pl_status check_until(const struct stepping *s, uint64_t until, uint64_t now)
{
	struct pl_buf day PL_CLEANUP(pl_buf_done) = PL_BUF(16);

	if (!s->was.expires)
		return pl_diag_set(s->diag, PL_E_STATE, "hand-out %llu has no last day: there is nothing to prolong", (unsigned long long)s->was.number);
	pl_date_put(&day, pl_date_of_day(s->was.expires / DAY));
	if (until <= s->was.expires)
		return pl_diag_set(s->diag, PL_E_RANGE, "a hand-out is prolonged to a later day than its last one, %.*s", PL_STR_ARG(pl_buf_str(&day)));
	if (until + DAY <= now)
		return pl_diag_set(s->diag, PL_E_RANGE, "that day is over: a hand-out is prolonged to a day that is still to come");
	return PL_OK;
}

static void done(struct stepping *s)
{
	pl_register_view_free(s->v);
	pl_arena_done(&s->arena);
}

pl_status pl_hand_out_prolong(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *who,
	uint64_t until, uint64_t now, struct pl_diag *diag)
{
	struct stepping s = {.r = r, .arena = PL_ARENA((size_t)64 << 10), .expires = until, .diag = diag,
		.step = {.kind = PL_HAND_OUT_PROLONGED, .at = now, .account = who->account, .after = until}};
	pl_status st = find(inst, &s, number);

	if (!st)
		st = check_until(&s, until, now);
	if (!st)
		st = read_case(inst, &s, who);
	if (!st && !s.v)
		st = pl_diag_set(diag, PL_E_STATE, "who hand-out %llu was for is erased: it is not prolonged", (unsigned long long)number);
	if (!st)
		st = take(inst, &s);
	done(&s);
	return st;
}

static pl_status take_back(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *who,
	enum pl_hand_out_reason why, uint64_t now, struct pl_diag *diag)
{
	struct stepping s = {.r = r, .arena = PL_ARENA((size_t)64 << 10), .ended = now, .diag = diag,
		.step = {.kind = PL_HAND_OUT_TAKEN_BACK, .at = now, .account = who->account, .after = now, .reason = why}};
	pl_status st = find(inst, &s, number);

	s.expires = s.was.expires;
	if (!st)
		st = read_case(inst, &s, who);
	if (!st)
		st = take(inst, &s);
	done(&s);
	return st;
}

/* Somebody may prolong it at the same time: that does not keep it out. */
pl_status pl_hand_out_take_back(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *who,
	enum pl_hand_out_reason why, uint64_t now, struct pl_diag *diag)
{
	pl_status st = PL_E_CONFLICT;

	for (unsigned i = 0; i < BACK_TRIES && st == PL_E_CONFLICT; i++)
		st = take_back(inst, r, number, who, why, now, diag);
	return st;
}
