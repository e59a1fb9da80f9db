/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dummies among the sealed cases of a padded register, and what becomes of them. Whoever reads leaves and heads knows how many cases were
 * revised that reports open, and when: dummies are revised about as often, at such times, and at such ages. How many sealed cases there are,
 * or what happens to them, is asked by nothing here.
 */
#include "register/cover.h"
#include "base/random.h"
#include "register/internal.h"
#include "register/sql.h"

#define WORKED_MAX 256u
#define LEAVES_MAX 8192u /* looked at for them */
#define TRIES 64u
#define HOUR 3600u
#define LOOKS_HOUR (PL_REGISTER_LOOKS_HEAD * HOUR / PL_REGISTER_RHYTHM)
#define BASE_HOUR 3u /* revisions of dummies an hour while nothing that is open is worked on */

struct covering {
	const struct pl_register *r;
	uint64_t now, size, highest;
	uint64_t worked[WORKED_MAX]; /* numbers of the open cases that were revised of late */
	size_t n_worked;
	uint64_t since; /* the first leaf that is looked at for them */
	uint64_t births, covers;
	struct pl_diag *diag;
};

/* One of 0 to @n - 1, each as likely. @n > 0. */
static uint64_t draw(uint64_t n)
{
	uint64_t x, end = UINT64_MAX - UINT64_MAX % n;

	do
		pl_random(&x, sizeof x);
	while (x >= end);
	return x % n;
}

/* One of 1 to @max, each power of two as likely as the next one: mostly little, now and then much. */
static uint64_t draw_age(uint64_t max)
{
	uint64_t low = 1;

	for (uint64_t k = draw(64 - (unsigned)__builtin_clzll(max)); k > 0; k--)
		low *= 2;
	low += draw(low);
	return low <= max ? low : 1 + draw(max);
}

/* ---- what everybody will see ---- */

static pl_status list_worked(struct covering *c, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_leaf_worked,
		PL_DB_ARGS(PL_DB_STR(c->r->decl->name), PL_DB_U64(c->since), PL_DB_U64(c->size), PL_DB_U64(WORKED_MAX)), &rows);

	c->n_worked = 0;
	while (!st && c->n_worked < WORKED_MAX && (st = pl_db_step(rows)) == PL_OK)
		c->worked[c->n_worked++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st ? st : pl_db_rows_status(rows);
}

/* @hour: the leaves since the head of an hour ago, else those since the last head. */
static pl_status look(struct covering *c, struct pl_db_tx *tx, bool hour)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_register_state s = {0};
	pl_status st = pl_register_state(tx, c->r, &s);

	if (st)
		return st;
	c->size = s.size;
	c->highest = s.highest;
	c->since = s.head.size;
	pl_free(s.edge);
	if (hour) {
		st = pl_db_one(tx, &pl_sql_register_end_before, PL_DB_ARGS(PL_DB_STR(c->r->decl->name), PL_DB_U64(c->now - HOUR)), &rows);
		c->since = st ? 0 : pl_db_col_u64(rows, 0);
	}
	if (c->size - c->since > LEAVES_MAX)
		c->since = c->size - LEAVES_MAX;
	return st && st != PL_E_NOTFOUND ? st : list_worked(c, tx);
}

/* ---- which dummy ---- */

static pl_status is_dummy(struct covering *c, struct pl_db_tx *tx, uint64_t number, bool *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_dummy_get, PL_DB_ARGS(PL_DB_STR(c->r->decl->name), PL_DB_U64(number)), &rows);

	*ret = st == PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* Of a leaf not long ago, if it is a revision: what was worked on is worked on again. 0: it is none. */
static pl_status draw_again(struct covering *c, struct pl_db_tx *tx, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_leaf_at, PL_DB_ARGS(PL_DB_STR(c->r->decl->name), PL_DB_U64(c->size - draw_age(c->size))), &rows);

	*ret = !st && pl_db_col_u64(rows, 1) ? pl_db_col_u64(rows, 0) : 0;
	return st == PL_E_NOTFOUND ? PL_OK : st; /* it was lost */
}

/* As old as an open case that was worked on of late, or about that, or of any age. 0: nothing is as old. */
static uint64_t draw_number(const struct covering *c)
{
	uint64_t age = draw_age(c->highest);

	if (c->n_worked) {
		uint64_t theirs = c->highest - c->worked[draw(c->n_worked)] + 1;

		age = theirs / 2 + draw(theirs + theirs / 2 + 1);
	}
	age -= age > 0; /* the newest is as old as nothing */
	return age < c->highest ? c->highest - age : 0;
}

/* Whoever is drawn and is no dummy is passed over; so real cases change nothing but that it is drawn again. 0: there is hardly a dummy. */
static pl_status choose(struct covering *c, struct pl_db_tx *tx, uint64_t *ret)
{
	bool again = draw(2), found = false;
	pl_status st = PL_OK;

	*ret = 0;
	for (unsigned i = 0; i < TRIES && !st && !found; i++) {
		uint64_t number = 0;

		if (again && i < TRIES / 2)
			st = draw_again(c, tx, &number);
		else
			number = draw_number(c);
		if (!st && number)
			st = is_dummy(c, tx, number, &found);
		*ret = found ? number : 0;
	}
	return st;
}

/* ---- entering ---- */

/* In an order of chance. */
static pl_status enter_all(void *ctx, struct pl_db_tx *tx)
{
	struct covering *c = ctx;
	uint64_t births = c->births, covers = c->covers;
	pl_status st = PL_OK;

	while (!st && births + covers) {
		uint64_t number = 0;

		if (draw(births + covers) < births) {
			births--;
			st = pl_register_pad(tx, c->r, c->now, c->diag);
			continue;
		}
		covers--;
		st = choose(c, tx, &number);
		if (!st && number)
			st = pl_register_pad_again(tx, c->r, number, c->diag);
	}
	return st;
}

static pl_status look_at_head(void *ctx, struct pl_db_tx *tx)
{
	return look(ctx, tx, false);
}

static pl_status look_at_hour(void *ctx, struct pl_db_tx *tx)
{
	return look(ctx, tx, true);
}

static pl_status enter(struct pl_instance *inst, struct covering *c)
{
	if (!c->highest) /* nothing is there that could be worked on */
		c->covers = 0;
	return c->births + c->covers ? pl_db_tx(pl_instance_db(inst), enter_all, c) : PL_OK;
}

pl_status pl_register_pad_some(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_diag *diag)
{
	struct covering c = {.r = r, .now = now, .diag = diag};
	pl_status st;

	if (!r->decl->padded)
		return PL_OK;
	st = pl_db_read(pl_instance_db(inst), look_at_head, &c);
	if (st)
		return st;
	c.births = draw(PL_REGISTER_PAD_MAX + 1);
	c.covers = draw(2 * c.n_worked + 2);
	c.covers = c.covers < PL_REGISTER_COVER_MAX ? c.covers : PL_REGISTER_COVER_MAX;
	return enter(inst, &c);
}

pl_status pl_register_pad_look(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_diag *diag)
{
	struct covering c = {.r = r, .now = now, .diag = diag};
	pl_status st;

	if (!r->decl->padded)
		return PL_OK;
	st = pl_db_read(pl_instance_db(inst), look_at_hour, &c);
	if (st)
		return st;
	c.births = draw(2 * PL_REGISTER_LOOKS_HEAD) < PL_REGISTER_PAD_MAX;
	c.covers = draw(LOOKS_HOUR) < c.n_worked + BASE_HOUR;
	return enter(inst, &c);
}
