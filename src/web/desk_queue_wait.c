/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_queue_wait: proposals about cases in the desk's queue: beside the case, and in a list of their own, because what two persons decide may be about
 * a case that the queue does not show (sealed, or on another page). What may not be seen among the decisions is not seen here.
 */
#include "people/decision.h"
#include "register/casework/decide.h"
#include "web/desk_internal.h"

#define LOOKED_AT_MAX 200u
#define SHOWN_MAX 20u
#define ARENA_BYTES (2 * (size_t)PL_DECISION_BYTES_MAX)

/* PL_E_NOTFOUND: @x is about no case. */
static pl_status fill_wait(struct pl_desk_view *d, const struct pl_decision *x, struct pl_case_wait *row)
{
	struct pl_decision_row r = {0};
	pl_str name;
	pl_status st = pl_desk_decision_case(d, x, &name, &row->number);

	if (!st)
		st = pl_desk_decision_row(d, x, &r);
	if (st)
		return st;
	row->decision = r.id;
	row->who = r.proposer;
	row->since = r.made;
	row->approved = x->approved;
	row->asks = !x->approved && !r.mine && (d->s.roles & x->roles);
	st = pl_arena_dup(d->arena, name, &row->name);
	return st ? st : pl_arena_dup(d->arena, r.kind, &row->kind);
}

static bool may_be_about_case(const struct pl_decision *x)
{
	return pl_desk_case_two_is(x) || pl_desk_case_decides(x) || pl_desk_act_is(x) || pl_desk_outgoing_is(x);
}

/* Those of @list that are about cases, behind each other in @ret. */
static pl_status take_waits(struct pl_desk_view *d, const struct pl_decision *list, size_t n, struct pl_case_wait *ret, size_t *ret_n)
{
	for (size_t i = 0; i < n; i++) {
		/* The bytes of one are borrowed by it alone. */
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
		struct pl_decision x;
		pl_status st;

		if (!may_be_about_case(&list[i]) || !pl_desk_decision_seen(d, &list[i]))
			continue;
		st = pl_decision_get(d->people, &list[i].id, &arena, &x);
		if (!st && x.state == PL_DECISION_OPEN)
			st = fill_wait(d, &x, &ret[*ret_n]);
		else if (!st)
			st = PL_E_NOTFOUND; /* somebody was quicker */
		if (st && st != PL_E_NOTFOUND)
			return st;
		*ret_n += st == PL_OK;
	}
	return PL_OK;
}

/* Those about @c. */
static pl_status put_beside(struct pl_desk_view *d, const struct pl_case_wait *all, size_t n, struct pl_case_row *c)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += all[i].number == c->number && pl_str_eq(all[i].name, c->name);
	c->waits = found ? pl_arena_alloc(d->arena, found, sizeof *c->waits) : NULL;
	if (found && !c->waits)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n && found; i++)
		if (all[i].number == c->number && pl_str_eq(all[i].name, c->name))
			c->waits[c->n_waits++] = all[i];
	return PL_OK;
}

pl_status pl_desk_queue_fill_waits(struct pl_desk_view *d, struct pl_desk_queue_page *m)
{
	struct pl_case_wait *all = pl_arena_alloc(d->arena, LOOKED_AT_MAX, sizeof *all);
	struct pl_decision *list;
	size_t n = 0, n_all = 0;
	pl_status st = all ? pl_decision_open(d->people, LOOKED_AT_MAX + 1, d->arena, &list, &n) : PL_E_NOMEM;

	if (st)
		return st;
	m->more_waits = n > LOOKED_AT_MAX;
	st = take_waits(d, list, m->more_waits ? LOOKED_AT_MAX : n, all, &n_all);
	for (size_t i = 0; i < m->n_cases && !st; i++)
		st = put_beside(d, all, n_all, &m->cases[i]);
	m->waits = all;
	m->more_waits = m->more_waits || n_all > SHOWN_MAX;
	m->n_waits = n_all > SHOWN_MAX ? SHOWN_MAX : n_all;
	return st;
}
